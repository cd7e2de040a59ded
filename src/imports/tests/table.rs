//! CSV: what columns mean, and what happens to rows that are damaged.

use super::*;
use crate::kernel::text::tidy;

fn own(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shop/data/import").join(name)
}

#[test]
fn columns_are_known_by_their_common_names() {
    let shop = Shop::new();
    let report = shop.import(&own("spellings.csv"), &ImportOptions::default());
    assert_eq!(counts(&report), (1, 1, 0, 0, 0));
    assert!(report.warnings.contains(&"columns that are not read: shelf mark".to_owned()), "{:?}", report.warnings);
    let book = shop.by_isbn("9780306406157");
    let facts = &book.facts;
    assert_eq!((facts.title.as_str(), book.byline.as_str()), ("Ink & Ice", "Mara Fenn"));
    let credits: Vec<(&str, &str)> =
        facts.credits.iter().map(|credit| (credit.role.code(), credit.sort_name.as_str())).collect();
    assert_eq!(credits, [("A01", "Fenn, Mara"), ("B06", "Oduya, Peter")]);
    assert_eq!(facts.publisher.as_deref(), Some("Salt & Sons"));
    assert_eq!((facts.format, facts.pages, facts.weight_g), (catalog::Format::HARDBACK, Some(320), Some(410)));
    assert_eq!(facts.published, "2014-07-31".parse().ok());
    assert_eq!(facts.language.as_deref(), Some("eng"));
    assert_eq!(
        facts.description.as_deref().map(tidy).as_deref(),
        Some("<p>Two friends — one winter.</p><p>And a boat.</p>")
    );
    let work = shop.read(|conn| catalog::find_work(conn, book.work_id)).unwrap();
    assert_eq!(work.original_title.as_deref(), Some("Blekk og is"));
    assert_eq!(work.categories, ["fiction/arctic", "sea-stories"]);
    assert_eq!(shop.on_hand("9780306406157"), 7);
    // Euros are kept, but a shop of pounds does not sell for them.
    assert_eq!(shop.price("9780306406157"), None);
    assert!(report.warnings.iter().any(|text| text.contains("the shop sells in GBP")));
    let kept = shop.read(|conn| catalog::prices::history(conn, book.id));
    assert_eq!(kept[0].amount.decimal(), "12.99");
}

#[test]
fn a_damaged_row_is_rejected_with_its_line_and_its_reason() {
    let shop = Shop::new();
    let report = shop.import(&own("traps.csv"), &ImportOptions::default());
    assert_eq!(counts(&report), (14, 6, 1, 0, 7));
    assert_eq!(report.blank, 2);
    let rejected: Vec<(u64, u64, &str)> =
        report.rows.iter().map(|row| (row.line, row.record, row.reason.as_str())).collect();
    assert_eq!(
        rejected,
        [
            (3, 2, "“12-13” is not an amount like 12.99"),
            (4, 3, "“-2” copies: a stock cannot be negative"),
            (5, 4, "“2x” is not a number of copies"),
            (6, 5, "the record has no title"),
            (7, 6, "the row has 3 fields where the header names 6"),
            (8, 7, "the row has 7 fields where the header names 6"),
            (17, 14, "“9780140449136” is more than any book costs"),
        ]
    );
    let warned = |line: u64, words: &str| {
        let start = format!("line {line}: ");
        assert!(
            report.warnings.iter().any(|text| text.starts_with(&start) && text.contains(words)),
            "{line}: {:#?}",
            report.warnings
        );
    };
    warned(11, "“9780306406158” is not an ISBN");
    warned(12, "a spreadsheet has rounded it");
    warned(13, "the same book as in line 2");
    assert!(report.warnings.iter().any(|text| text.starts_with("1 date like 03/04/2014 read by a rule")));
    warned(16, "“someday” is not a date");
    assert_eq!(shop.price("9798833029008"), None, "a price of nothing is none");
    assert_eq!(shop.price("9780747532699"), None);
    assert_eq!(shop.by_isbn("9791023500257").facts.published, "2014-04-03".parse().ok());
    assert_eq!(shop.by_isbn("9780306406157").facts.title, "Zeros eaten", "the last row of a book wins");
    assert_eq!(counts(&shop.import(&own("traps.csv"), &ImportOptions::default())), (14, 0, 0, 7, 7));
}

#[test]
fn defaults_fill_what_rows_do_not_say() {
    let shop = Shop::new();
    let options =
        ImportOptions { default_price: Some("8.50".into()), default_stock: Some(4), ..ImportOptions::default() };
    let text = "isbn,title,price,stock\n9780306406157,Ink,,\n9780975229804,Ice,12,0\n9781250108562,Free,0,1\n";
    shop.import_text("a.csv", text, &options);
    assert_eq!(
        [shop.price("9780306406157"), shop.price("9780975229804"), shop.price("9781250108562")]
            .map(|p| p.unwrap_or_default()),
        ["£8.50", "£12.00", ""]
    );
    assert_eq!(["9780306406157", "9780975229804", "9781250108562"].map(|isbn| shop.on_hand(isbn)), [4, 0, 1]);
    assert_eq!(counts(&shop.import_text("a.csv", text, &options)), (3, 0, 0, 3, 0));
    let dearer = ImportOptions { default_price: Some("9.50".into()), ..options };
    assert_eq!(counts(&shop.import_text("a.csv", text, &dearer)), (3, 0, 1, 2, 0));
    assert_eq!(shop.price("9780306406157").as_deref(), Some("£9.50"));
}

#[test]
fn columns_can_be_named_by_hand() {
    let shop = Shop::new();
    let options = |map: &[(&str, &str)]| ImportOptions {
        map: map.iter().map(|(column, field)| ((*column).to_owned(), field.parse().unwrap())).collect(),
        ..ImportOptions::default()
    };
    let text = "Produkt;EAN-Nr;Preis;title\nInk;9780306406157;12,99;not this\n";
    let named = options(&[("Produkt", "title"), ("ean-nr", "ean"), ("title", "ignore")]);
    shop.import_text("a.csv", text, &named);
    assert_eq!(shop.by_isbn("9780306406157").facts.title, "Ink");
    assert_eq!(shop.price("9780306406157").as_deref(), Some("£12.99"));
    let file = shop.file("b.csv", text);
    let (_, refused) = shop.try_import(&file, &options(&[("Product", "title")]));
    assert!(refused.unwrap_err().to_string().contains("no column “Product”"));
    assert!("colour".parse::<Field>().unwrap_err().to_string().contains("series-number"));
}

#[test]
fn files_of_every_encoding_and_every_delimiter_are_read() {
    let shop = Shop::new();
    let report = shop.import(&own("western.csv"), &ImportOptions::default());
    assert_eq!(shop.by_isbn("9780306406157").facts.title, "El año");
    assert!(report.warnings.iter().any(|text| text.contains("2 bytes are not UTF-8")), "{:?}", report.warnings);
    let utf16: Vec<u8> =
        "\u{feff}isbn\ttitle\r\n9780306406157\tEl árbol\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    shop.import_text("utf16.tsv", utf16, &ImportOptions::default());
    assert_eq!(shop.by_isbn("9780306406157").facts.title, "El árbol");
    let old = "\u{feff}isbn|title\r9780306406157|Pipes\r9780975229804|\"Bars | and quotes\"\r";
    assert_eq!(shop.import_text("old.txt", old, &ImportOptions::default()).read, 2);
    assert_eq!(shop.by_isbn("9780975229804").facts.title, "Bars | and quotes");
}

#[test]
fn a_price_list_changes_prices_and_leaves_the_rest() {
    let shop = Shop::new();
    shop.import_text("books.csv", "isbn,title,author\n9780306406157,Ink,Mara Fenn\n", &ImportOptions::default());
    let report = shop.import_text(
        "prices.csv",
        "isbn,price,qty\n9780306406157,7.77,2\n9780975229804,5,1\n",
        &ImportOptions::default(),
    );
    assert_eq!(counts(&report), (2, 0, 1, 0, 1));
    assert_eq!(report.rows[0].reason, "the record has no title");
    let book = shop.by_isbn("9780306406157");
    assert_eq!((book.facts.title.as_str(), book.byline.as_str()), ("Ink", "Mara Fenn"));
    assert_eq!((shop.price("9780306406157").as_deref(), shop.on_hand("9780306406157")), (Some("£7.77"), 2));
}
