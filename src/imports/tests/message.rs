//! ONIX: what a product says, and which products are not taken in.

use super::*;

fn feed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shop/data/import/feed.xml")
}

#[test]
fn a_product_says_who_what_and_for_how_much() {
    let shop = Shop::new();
    let report = shop.import(&feed(), &ImportOptions::default());
    let book = shop.by_isbn("9780306406157");
    let facts = &book.facts;
    assert_eq!(facts.title, "The Ink & the Café R&D");
    assert_eq!(facts.subtitle.as_deref(), Some("A <quiet> crime"));
    let credits: Vec<(&str, &str, &str)> = facts
        .credits
        .iter()
        .map(|credit| (credit.role.code(), credit.name.as_str(), credit.sort_name.as_str()))
        .collect();
    assert_eq!(
        credits,
        [("A01", "Ursula K. Van Der Fenn", "Van Der Fenn, Ursula K."), ("B06", "Peter Oduya", "Oduya, Peter")]
    );
    assert_eq!((facts.format, facts.format_note.as_deref()), (catalog::Format::PAPERBACK, None));
    assert_eq!((facts.pages, facts.weight_g), (Some(288), Some(300)));
    assert_eq!((facts.publisher.as_deref(), facts.imprint.as_deref()), (Some("Salt & Sons"), Some("Harbour")));
    assert_eq!(facts.published, "2024-05".parse().ok());
    assert_eq!(facts.description.as_deref(), Some("<p>A body &lt; a boat. <em>Cold.</em></p>"));
    assert_eq!(facts.subjects[0].code, "FFP");
    assert_eq!((facts.availability.as_str(), facts.lead_days), ("21", Some((5, 10))));
    // The update at the end of the message speaks of the status alone.
    assert_eq!(facts.publishing_status, "07");
    let work = shop.read(|conn| catalog::find_work(conn, book.work_id)).unwrap();
    assert_eq!(work.series, Some(("Cold Water Mysteries".into(), Some("2".into()))));
    assert_eq!((work.original_title.as_deref(), work.original_language.as_deref()), (Some("Blekk"), Some("nor")));
    let mut kept: Vec<(String, String)> = shop
        .read(|conn| catalog::prices::history(conn, book.id))
        .iter()
        .map(|past| (past.amount.display(), past.kind.clone()))
        .collect();
    kept.sort();
    assert_eq!(kept, [("£9.99".into(), "rrp".into()), ("€12.00".into(), "fixed".into())]);
    assert_eq!(shop.price("9780306406157").as_deref(), Some("£9.99"));
    assert_eq!(shop.on_hand("9780306406157"), 0, "the supplier's copies are not on our shelf");
    assert!(
        report.warnings.iter().any(|text| text.contains("a price was left out: “1.299,00”")),
        "{:?}",
        report.warnings
    );
}

#[test]
fn products_that_cannot_be_trusted_are_rejected_by_number() {
    let shop = Shop::new();
    let report = shop.import(&feed(), &ImportOptions::default());
    assert_eq!(counts(&report), (8, 2, 1, 0, 5));
    let rejected: Vec<(u64, u64, &str)> =
        report.rows.iter().map(|row| (row.record, row.line, row.reason.as_str())).collect();
    assert_eq!(
        rejected,
        [
            (2, 62, "the record has no title"),
            (3, 68, "“9780975229805” is not a valid ISBN, and the record states no other"),
            (4, 74, "the record states no ISBN or GTIN, only a number of its sender's own"),
            (5, 80, "a test record: it is not to be published"),
            (6, 86, "a deletion of a book that is not here"),
        ]
    );
    // The box is known, but readers do not see it.
    assert_eq!(shop.ids().len(), 1);
    let shown: i64 =
        shop.read(|conn| conn.query_row("SELECT count(*) FROM editions WHERE listed = 0", [], |row| row.get(0)));
    assert_eq!(shown, 1);
    assert_eq!(counts(&shop.import(&feed(), &ImportOptions::default())), (8, 0, 0, 3, 5));
}

pub(super) fn message(reference: &str, kind: &str, rest: &str) -> String {
    format!(
        "<ONIXMessage release=\"3.0\"><Product><RecordReference>{reference}</RecordReference><NotificationType>{kind}</NotificationType>\
         <ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9780306406157</IDValue></ProductIdentifier>{rest}</Product></ONIXMessage>"
    )
}

pub(super) const TITLE: &str = "<DescriptiveDetail><TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>\
    <TitleText>Ink</TitleText></TitleElement></TitleDetail></DescriptiveDetail>";

pub(super) fn supply(inner: &str) -> String {
    format!("{TITLE}<ProductSupply><SupplyDetail>{inner}</SupplyDetail></ProductSupply>")
}

#[test]
fn an_amount_without_a_currency_is_not_guessed() {
    let shop = Shop::new();
    let price = supply("<Price><PriceType>02</PriceType><PriceAmount>9.99</PriceAmount></Price>");
    let report = shop.import_text("a.xml", message("1", "03", &price), &ImportOptions::default());
    assert_eq!(counts(&report), (1, 1, 0, 0, 0));
    assert_eq!(shop.price("9780306406157"), None);
    assert!(report.warnings.iter().any(|text| text.contains("--default-currency")));
    let told = ImportOptions { default_currency: "GBP".parse().ok(), ..ImportOptions::default() };
    shop.import_text("a.xml", message("1", "03", &price), &told);
    assert_eq!(shop.price("9780306406157").as_deref(), Some("£9.99"));
}

#[test]
fn a_price_that_disagrees_about_tax_is_kept_as_it_is_and_told() {
    let shop = Shop::new();
    let price = supply(
        "<Price><PriceType>01</PriceType><PriceAmount>8.00</PriceAmount><CurrencyCode>GBP</CurrencyCode></Price>",
    );
    let report = shop.import_text("a.xml", message("1", "03", &price), &ImportOptions::default());
    assert!(report.warnings.iter().any(|text| text.contains("whether tax is in them")));
    let flag: bool = shop.read(|conn| conn.query_row("SELECT tax_included FROM prices", [], |row| row.get(0)));
    assert!(!flag);
}

#[test]
fn dated_prices_hold_from_their_day_to_its_end() {
    let shop = Shop::new();
    let price = |amount: &str, dates: &str| {
        format!(
            "<Price><PriceType>02</PriceType><PriceAmount>{amount}</PriceAmount><CurrencyCode>GBP</CurrencyCode>{dates}</Price>"
        )
    };
    let day = |role: &str, day: &str| {
        format!("<PriceDate><PriceDateRole>{role}</PriceDateRole><Date dateformat=\"00\">{day}</Date></PriceDate>")
    };
    let all = [
        price("9.00", ""),
        price("7.00", &(day("14", "20261201") + &day("15", "20261207"))),
        price("5.00", &day("15", "20260101")),
    ];
    shop.import_text("a.xml", message("1", "03", &supply(&all.concat())), &ImportOptions::default());
    let id = shop.by_isbn("9780306406157").id;
    let at = |time: &str| {
        let currency = crate::kernel::money::Currency::GBP;
        shop.read(|conn| catalog::prices::current(conn, id, currency, time.parse().unwrap())).unwrap().minor
    };
    assert_eq!(
        ["2026-11-30T23:59:59Z", "2026-12-01T00:00:00Z", "2026-12-07T23:59:59Z", "2026-12-08T00:00:00Z"].map(at),
        [900, 700, 700, 900]
    );
}

#[test]
fn a_deleted_record_leaves_the_shelves_not_the_books() {
    let shop = Shop::new();
    shop.import_text("a.xml", message("1", "03", TITLE), &ImportOptions::default());
    let report = shop.import_text("a.xml", message("1", "05", ""), &ImportOptions::default());
    assert_eq!(counts(&report), (1, 0, 1, 0, 0));
    assert!(!shop.by_isbn("9780306406157").listed);
    assert_eq!(counts(&shop.import_text("a.xml", message("1", "05", ""), &ImportOptions::default())), (1, 0, 0, 1, 0));
}

#[test]
fn what_is_not_sold_separately_is_rejected() {
    let shop = Shop::new();
    let part = supply("<ProductAvailability>45</ProductAvailability>");
    assert!(
        shop.import_text("a.xml", message("1", "03", &part), &ImportOptions::default()).rows[0]
            .reason
            .contains("not sold separately")
    );
    let block = shop.import_text("b.xml", message("2", "04", "<PublishingDetail/>"), &ImportOptions::default());
    assert_eq!(block.rows[0].reason, "a block update of a book that is not here");
}

#[test]
fn escaped_html_in_a_text_is_html() {
    let shop = Shop::new();
    let text = "<CollateralDetail><TextContent><TextType>03</TextType><Text>Her &lt;i&gt;first&lt;/i&gt; &amp;amp; best.&lt;script&gt;x&lt;/script&gt;</Text>\
                </TextContent></CollateralDetail>";
    shop.import_text("a.xml", message("1", "03", &format!("{TITLE}{text}")), &ImportOptions::default());
    assert_eq!(shop.by_isbn("9780306406157").facts.description.as_deref(), Some("Her <i>first</i> &amp; best."));
}
