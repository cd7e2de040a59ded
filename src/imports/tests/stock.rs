//! Files of stock and prices: what they set, what they add, and that nothing is added twice.

use super::*;
use crate::imports::{Mode, Named, Run, run_stock};

fn shop_of_three() -> Shop {
    let shop = Shop::new();
    shop.import_text(
        "books.csv",
        "isbn,title,stock,price\n9780306406157,Ink,1,5.00\n9780975229804,Ice,4,\n9781250108562,Sea,0,\n",
        &ImportOptions::default(),
    );
    shop.import_text("mugs.csv", "ean,title\n4006381333931,A mug\n", &ImportOptions::default());
    shop
}

fn book(
    shop: &Shop, mode: Mode, again: bool, name: &str, text: &str, options: &ImportOptions,
) -> (Report, Result<(), ImportError>) {
    let file = shop.file(name, text);
    let (report, result) = run_stock(
        &shop.db,
        &[Named::path(file)],
        mode,
        again,
        options,
        &Overrides::new(),
        &Clock::fixed(now()),
        &mut |_| {},
    );
    assert_eq!(report.read, report.updated + report.unchanged + report.rejected, "{report:?}");
    (report, result)
}

#[track_caller]
fn set(shop: &Shop, text: &str) -> Report {
    let (report, result) = book(shop, Mode::Set, false, "till.csv", text, &ImportOptions::default());
    result.unwrap();
    report
}

#[track_caller]
fn add(shop: &Shop, name: &str, text: &str, again: bool) -> Report {
    let (report, result) = book(shop, Mode::Add, again, name, text, &ImportOptions::default());
    result.unwrap();
    report
}

fn shelf(shop: &Shop) -> [u32; 3] {
    ["9780306406157", "9780975229804", "9781250108562"].map(|isbn| shop.on_hand(isbn))
}

fn reasons(report: &Report) -> Vec<(u64, &str)> {
    report.rows.iter().map(|row| (row.line, row.reason.as_str())).collect()
}

#[test]
fn set_makes_the_shelf_what_the_file_says() {
    let shop = shop_of_three();
    let text = "EAN;Bestand;Preis\n9780306406157;7;12,50\n978-0-9752298-0-4;0;\n125010856X;3.0;\n4006381333931;2;\n\n";
    let report = set(&shop, text);
    assert_eq!((counts(&report), report.blank), ((4, 0, 4, 0, 0), 1));
    assert_eq!((shelf(&shop), shop.price("9780306406157").as_deref()), ([7, 0, 3], Some("£12.50")));
    let ledger = shop.read(|conn| crate::stock::list_movements(conn, shop.by_isbn("9780306406157").id, 1));
    assert_eq!(
        (ledger[0].quantity, ledger[0].actor.as_str(), ledger[0].reason.as_str()),
        (6, "import:till.csv", "stock file: counted")
    );
    assert_eq!(counts(&set(&shop, text)), (4, 0, 0, 4, 0), "a second time changes nothing");
}

#[test]
fn what_is_no_number_of_copies_is_rejected_with_its_line() {
    let shop = shop_of_three();
    let report = set(
        &shop,
        "isbn,qty,price\n9780306406157,-1,\n9780306406157,2.5,\n9780306406157,12+,\n9780306406157,>10,\n\
         9782253002697,1,\n9780306406158,1,\n,1,\n9780306406157,,\n9780306406157,1,abc\n9.78E+12,1,\n9780306406157,1\n",
    );
    assert_eq!(counts(&report), (11, 0, 0, 0, 11));
    let words = [
        (2, "negative"),
        (3, "not a number of copies"),
        (4, "does not say how many"),
        (5, "does not say how many"),
        (6, "there is no book with the number 9782253002697"),
        (7, "check digit"),
        (8, "names no book"),
        (9, "neither how many nor for how much"),
        (10, "not an amount"),
        (11, "a spreadsheet has rounded it"),
        (12, "2 fields where the header names 3"),
    ];
    for ((line, reason), (expected, words)) in reasons(&report).into_iter().zip(words) {
        assert!(line == expected && reason.contains(words), "{line}: {reason}");
    }
    assert_eq!((shelf(&shop), shop.ids().len()), ([1, 4, 0], 4));
}

#[test]
fn of_two_rows_of_one_book_the_last_is_set_and_both_are_added() {
    let shop = shop_of_three();
    let text = "isbn,qty\n9780306406157,9\n9780975229804,2\n0306406152,3\n";
    let report = set(&shop, text);
    assert_eq!((counts(&report), shelf(&shop)), ((3, 0, 2, 1, 0), [3, 2, 0]));
    assert!(report.warnings.contains(&"line 2: the same book comes again in line 4; the last row counts".to_owned()));
    assert_eq!(counts(&add(&shop, "delivery.csv", text, false)), (3, 0, 3, 0, 0));
    assert_eq!(shelf(&shop), [15, 4, 0]);
}

#[test]
fn the_same_file_adds_once_unless_it_is_asked_again() {
    let shop = shop_of_three();
    let text = "isbn,qty\n9780306406157,2\n9782253002697,1\n9781250108562,5\n";
    add(&shop, "delivery.csv", text, false);
    assert_eq!(shelf(&shop), [3, 4, 5]);
    let twice = add(&shop, "delivery.csv", text, false);
    assert_eq!((counts(&twice), shelf(&shop)), ((3, 0, 0, 3, 0), [3, 4, 5]));
    assert!(twice.warnings[0].contains("was added before, to its end"));
    add(&shop, "delivery.csv", text, true);
    assert_eq!(shelf(&shop), [5, 4, 10]);
    add(&shop, "next delivery.csv", text, false);
    assert_eq!(shelf(&shop), [7, 4, 15]);
}

#[test]
fn an_addition_that_was_cut_off_goes_on_where_it_stopped() {
    let shop = shop_of_three();
    // A row whose booking the database refuses ends the run as a kill would: what was committed stays.
    let rows = "9780306406157,1\n".repeat(60) + &"9781250108562,1\n".repeat(40);
    let text = format!("isbn,qty\n{rows}");
    let trigger = "CREATE TRIGGER no BEFORE UPDATE ON stock WHEN new.on_hand = 20 AND new.edition_id IN
        (SELECT id FROM editions WHERE isbn = '9781250108562') BEGIN SELECT RAISE(ABORT, 'no'); END";
    let run = |sql: &'static str| shop.db.write_blocking(move |tx| Ok::<_, DbError>(tx.execute_batch(sql)?)).unwrap();
    run(trigger);
    let (cut, result) = book(&shop, Mode::Add, false, "delivery.csv", &text, &ImportOptions::default());
    assert!(matches!(result, Err(ImportError::BrokeOff { .. })), "{result:?}");
    let booked = u32::try_from(cut.updated).unwrap();
    assert_eq!(shelf(&shop)[0] + shelf(&shop)[2], 1 + booked);
    run("DROP TRIGGER no");
    let rest = add(&shop, "delivery.csv", &text, false);
    assert_eq!((rest.read, rest.updated, rest.unchanged), (100, u64::from(100 - booked), u64::from(booked)));
    assert!(rest.warnings[0].contains(&format!("an earlier run added {booked} rows")), "{:?}", rest.warnings);
    assert_eq!(shelf(&shop), [61, 4, 40]);
}

#[test]
fn tills_print_columns_without_marks() {
    let shop = shop_of_three();
    let options = ImportOptions { guess: true, ..ImportOptions::default() };
    let text = "9780306406157   12    9.99\n9780975229804    3   12.50\n9781250108562    1    8.00\n";
    let (report, result) = book(&shop, Mode::Set, false, "till.txt", text, &options);
    result.unwrap();
    assert_eq!((counts(&report), shelf(&shop)), ((3, 0, 3, 0, 0), [12, 3, 1]));
    assert_eq!(shop.price("9780975229804").as_deref(), Some("£12.50"));
    let (_, refused) = book(&shop, Mode::Set, false, "till.txt", text, &ImportOptions::default());
    let words = refused.unwrap_err().to_string();
    assert!(words.contains("--no-header --map 1=isbn --map 2=stock --map 3=price"), "{words}");
}

#[test]
fn books_can_be_named_by_the_feeds_own_id() {
    let shop = Shop::new();
    let own = ImportOptions {
        source: Some("gardners".into()),
        reference_column: Some("id".into()),
        ..ImportOptions::default()
    };
    shop.import_text("books.csv", "id,title\nA1,Ink\nA2,Ice\n", &own);
    let (report, result) = book(&shop, Mode::Set, false, "stock.csv", "id,qty\nA1,4\nA3,1\n", &own);
    result.unwrap();
    assert_eq!(counts(&report), (2, 0, 1, 0, 1));
    assert_eq!(report.rows[0].reason, "there is no book with the id “A3”");
    let on_hand: u32 = shop.ids().into_iter().map(|id| shop.read(|conn| crate::stock::on_hand(conn, id))).sum();
    assert_eq!(on_hand, 4);
}

#[test]
fn a_run_that_never_ended_is_remembered() {
    let shop = Shop::new();
    let clock = Clock::fixed(now());
    assert_eq!(Run::last_unfinished(&shop.db).unwrap(), None);
    Run::begin(&shop.db, "a", serde_json::json!({ "args": ["a.csv"] }), &clock).unwrap();
    let second = Run::begin(&shop.db, "b", serde_json::json!({ "args": ["b.csv"] }), &clock).unwrap();
    second.finish(&shop.db, &Report::default(), &clock).unwrap();
    let found = Run::last_unfinished(&shop.db).unwrap().unwrap();
    assert_eq!(found.command, serde_json::json!({ "args": ["a.csv"] }));
    // The same command again goes on with the same run.
    let again = Run::begin(&shop.db, "a", serde_json::json!({ "args": ["a.csv"] }), &clock).unwrap();
    again.finish(&shop.db, &Report::default(), &clock).unwrap();
    assert_eq!(Run::last_unfinished(&shop.db).unwrap(), None);
}
