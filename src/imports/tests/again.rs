//! Records that come again: in one file, in the next, in another feed.

use super::*;
use crate::catalog::prices::{self, NewPrice, OWNER, PriceKind};
use crate::kernel::money::{Currency, Money};

fn by_id() -> ImportOptions {
    ImportOptions { reference_column: Some("id".into()), ..ImportOptions::default() }
}

fn named(source: &str) -> ImportOptions {
    ImportOptions { source: Some(source.into()), ..ImportOptions::default() }
}

#[test]
fn rows_with_one_id_are_one_book_and_add_their_authors() {
    let shop = Shop::new();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shop/data/import/rows-by-id.csv");
    let report = shop.import(&file, &by_id());
    assert_eq!(counts(&report), (4, 2, 2, 0, 0));
    let id = shop.read(|conn| catalog::refs::find_edition(conn, "rows-by-id.csv", "7")).unwrap();
    let book = shop.read(|conn| catalog::find(conn, id)).unwrap();
    assert_eq!(book.byline, "Ann Bell, Cy Dow, Eva Fox");
    assert_eq!(book.facts.title, "Tales of Two!");
    let differs: Vec<&String> = report.warnings.iter().filter(|text| text.contains("differs")).collect();
    assert_eq!(differs, ["line 5: differs from an earlier row of the same book in title; this row wins"]);
    assert_eq!(counts(&shop.import(&file, &by_id())), (4, 0, 0, 4, 0));
}

#[test]
fn the_last_of_two_rows_of_a_book_wins_also_the_second_time() {
    let shop = Shop::new();
    let text =
        "isbn,title,price\n9780306406157,Ink,5\n9780975229804,Ice,6\n0306406152,Ink again,7\n9780975229804,Ice,6\n";
    let report = shop.import_text("a.csv", text, &ImportOptions::default());
    assert_eq!(counts(&report), (4, 2, 1, 1, 0));
    assert_eq!(shop.by_isbn("9780306406157").facts.title, "Ink again");
    assert_eq!(shop.price("9780306406157").as_deref(), Some("£7.00"));
    let again = shop.import_text("a.csv", text, &ImportOptions::default());
    assert_eq!(counts(&again), (4, 0, 0, 4, 0));
    assert_eq!(shop.price("9780306406157").as_deref(), Some("£7.00"));
}

#[test]
fn a_price_that_goes_up_and_down_again_arrives() {
    let shop = Shop::new();
    for (price, changed) in [("10", 0), ("12", 1), ("10", 1), ("10", 0)] {
        let report = shop.import_text(
            "a.csv",
            format!("isbn,title,price\n9780306406157,Ink,{price}\n"),
            &ImportOptions::default(),
        );
        assert_eq!(report.updated, changed, "{price}");
        assert_eq!(shop.price("9780306406157"), Some(format!("£{price}.00")));
    }
    let id = shop.by_isbn("9780306406157").id;
    assert_eq!(shop.read(|conn| prices::history(conn, id)).len(), 3);
}

#[test]
fn two_feeds_with_one_isbn_feed_one_book() {
    let shop = Shop::new();
    let options = |source: &str| ImportOptions { reference_column: Some("id".into()), ..named(source) };
    shop.import_text("a.csv", "id,isbn,title\nA1,9780306406157,Ink\n", &options("first"));
    let report = shop.import_text("b.csv", "id,isbn,title,pages\nB1,0306406152,Ink,200\n", &options("second"));
    assert_eq!(counts(&report), (1, 0, 1, 0, 0));
    let id = shop.by_isbn("9780306406157").id;
    for (source, reference) in [("first", "A1"), ("second", "B1")] {
        assert_eq!(shop.read(|conn| catalog::refs::find_edition(conn, source, reference)), Some(id));
    }
    // The second feed corrects the number; it is still its book.
    shop.import_text("b.csv", "id,isbn,title,pages\nB1,9780975229804,Ink,200\n", &options("second"));
    assert_eq!(shop.by_isbn("9780975229804").id, id);
}

#[test]
fn a_book_without_a_number_is_met_again_in_another_feed() {
    let shop = Shop::new();
    shop.import_text(
        "a.csv",
        "title,author,publisher,year\nL’Étranger,\"Camus, Albert\",Gallimard,1942\n",
        &ImportOptions::default(),
    );
    let other = "title,author,publisher,year,pages\nL'ETRANGER,Albert Camus,gallimard,1942,180\n";
    assert_eq!(counts(&shop.import_text("b.csv", other, &ImportOptions::default())), (1, 0, 1, 0, 0));
    assert_eq!(shop.ids().len(), 1);
    let another_year = "title,author,publisher,year\nL’Étranger,Albert Camus,Gallimard,1957\n";
    assert_eq!(counts(&shop.import_text("c.csv", another_year, &ImportOptions::default())), (1, 1, 0, 0, 0));
}

#[test]
fn editions_with_one_work_id_are_one_work() {
    let shop = Shop::new();
    let text = "isbn,title,format,work_id\n9780306406157,Ink,Hardback,w1\n9780975229804,Ink,Paperback,w1\n";
    shop.import_text("a.csv", text, &ImportOptions::default());
    assert_eq!(shop.by_isbn("9780306406157").work_id, shop.by_isbn("9780975229804").work_id);
}

#[test]
fn the_owners_price_survives_every_feed() {
    let shop = Shop::new();
    shop.import_text("a.csv", "isbn,title,price\n9780306406157,Ink,5\n", &ImportOptions::default());
    let id = shop.by_isbn("9780306406157").id;
    let price = NewPrice {
        amount: Money::new(450, Currency::GBP),
        tax_included: true,
        kind: PriceKind::Selling,
        source: OWNER.into(),
        valid_from: None,
        valid_to: None,
    };
    shop.db.write_blocking(move |tx| Ok::<_, DbError>(prices::set(tx, id, &price, now())?)).unwrap();
    shop.import_text("a.csv", "isbn,title,price\n9780306406157,Ink,6\n", &ImportOptions::default());
    assert_eq!(shop.price("9780306406157").as_deref(), Some("£4.50"));
}

#[test]
fn copies_counted_here_stay_until_the_feed_has_news() {
    let shop = Shop::new();
    let feed = |price: &str, stock: u32| format!("isbn,title,price,stock\n9780306406157,Ink,{price},{stock}\n");
    shop.import_text("a.csv", feed("5", 10), &ImportOptions::default());
    let id = shop.by_isbn("9780306406157").id;
    shop.db.write_blocking(move |tx| crate::stock::correct_to(tx, id, 7, "staff:marta", "three sold", now())).unwrap();
    shop.import_text("a.csv", feed("6", 10), &ImportOptions::default());
    assert_eq!((shop.price("9780306406157").as_deref(), shop.on_hand("9780306406157")), (Some("£6.00"), 7));
    shop.import_text("a.csv", feed("6", 12), &ImportOptions::default());
    assert_eq!(shop.on_hand("9780306406157"), 12);
}

#[test]
fn a_dry_run_reports_the_same_and_keeps_nothing() {
    let shop = Shop::new();
    shop.import_text("a.csv", "isbn,title\n9780306406157,Ink\n", &ImportOptions::default());
    let before = shop.read(crate::changes::latest);
    let file =
        shop.file("a.csv", "isbn,title,price\n9780306406157,Ink,5\n9780975229804,Ice,6\n9780975229804,Ice,7\n,,1\n");
    let rehearsal = Rehearsal::of(shop.db.path()).unwrap();
    let folder = rehearsal.db().path().parent().unwrap().to_owned();
    let (tried, result) =
        run(rehearsal.db(), &file, &ImportOptions::default(), &Overrides::new(), &Clock::fixed(now()), &mut |_| {});
    result.unwrap();
    drop(rehearsal);
    assert!(!folder.exists());
    assert_eq!(shop.read(crate::changes::latest), before);
    let done = shop.import(&file, &ImportOptions::default());
    assert_eq!(counts(&tried), (4, 1, 2, 0, 1));
    assert_eq!(serde_json::to_string(&tried).unwrap(), serde_json::to_string(&done).unwrap());
}

#[test]
fn a_new_shop_takes_the_currency_of_its_first_file_and_an_old_one_does_not() {
    let shop = Shop::new();
    let aud = ImportOptions { default_currency: "AUD".parse().ok(), ..ImportOptions::default() };
    let report = shop.import_text("a.csv", "isbn,title,price\n9780306406157,Ink,5\n", &aud);
    assert!(
        report.warnings.contains(&"the shop is new and sells in AUD from now on".to_owned()),
        "{:?}",
        report.warnings
    );
    assert_eq!(shop.price("9780306406157").as_deref(), Some("AUD\u{a0}5.00"));
    let nzd = ImportOptions { default_currency: "NZD".parse().ok(), ..ImportOptions::default() };
    shop.import_text("b.csv", "isbn,title,price\n9780975229804,Ice,6\n", &nzd);
    assert_eq!(shop.price("9780975229804"), None);
    assert_eq!(shop.price("9780306406157").as_deref(), Some("AUD\u{a0}5.00"));
}

#[test]
fn one_import_at_a_time() {
    let shop = Shop::new();
    let file = shop.file("a.csv", "isbn,title\n9780306406157,Ink\n");
    let held = std::fs::File::create(shop.folder.path().join("import.lock")).unwrap();
    held.lock().unwrap();
    let (_, result) = shop.try_import(&file, &ImportOptions::default());
    assert!(matches!(result, Err(ImportError::Busy)), "{result:?}");
    drop(held);
    assert_eq!(counts(&shop.import(&file, &ImportOptions::default())), (1, 1, 0, 0, 0));
}

#[test]
fn a_shop_that_is_open_gets_the_same_books_in_small_steps() {
    let shop = Shop::new();
    let served = std::fs::File::create(shop.folder.path().join("serve.lock")).unwrap();
    served.lock().unwrap();
    let rows: String = (0..200).map(|number| format!("Book {number},Author {}\n", number % 20)).collect();
    let report = shop.import_text("a.csv", format!("title,author\n{rows}"), &ImportOptions::default());
    assert_eq!(counts(&report), (200, 200, 0, 0, 0));
    let people: i64 = shop.read(|conn| conn.query_row("SELECT count(*) FROM contributors", [], |row| row.get(0)));
    assert_eq!((shop.ids().len(), people), (200, 20));
}

#[test]
fn one_number_under_two_ids_becomes_one_book_and_is_told() {
    let shop = Shop::new();
    let options = ImportOptions { reference_column: Some("id".into()), ..ImportOptions::default() };
    let text = "id,isbn,title\nA,9780306406157,Ink\nB,9780306406157,Ink again\nA,9780306406157,Ink\n";
    let report = shop.import_text("a.csv", text, &options);
    assert_eq!(shop.ids().len(), 1);
    let told = "line 3: the ISBN 9780306406157 stands in line 2 under another id; both are one book in the shop now";
    assert!(report.warnings.iter().any(|warning| warning == told), "{:?}", report.warnings);
    assert_eq!(report.warnings.iter().filter(|warning| warning.contains("under another id")).count(), 1);
}

#[test]
fn the_feed_tells_of_new_books_once() {
    let shop = Shop::new();
    let before = shop.read(crate::changes::latest);
    shop.import_text("a.csv", "title,author\nInk,A\nIce,B\nIron,A\n", &ImportOptions::default());
    let told = shop.read(|conn| crate::changes::list_after(conn, before, 10));
    let [(_, crate::changes::Change::NewEditions(first, last))] = told[..] else { panic!("{told:?}") };
    assert_eq!(shop.read(|conn| catalog::list_ids_between(conn, first, last)), shop.ids());
}
