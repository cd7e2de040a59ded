//! The real ONIX files, where they are at hand: the counts and traps of their README.

use super::real::real;
use super::*;

fn in_currency(code: &str) -> ImportOptions {
    ImportOptions { default_currency: code.parse().ok(), ..ImportOptions::default() }
}

fn count(shop: &Shop, sql: &'static str) -> i64 {
    shop.read(|conn| conn.query_row(sql, [], |row| row.get(0)))
}

#[test]
fn bookwise_goes_in_whole_and_has_no_price_until_it_is_told_a_currency() {
    let Some(file) = real("onix/onix21-reference-bookwise-346.xml") else { return };
    let shop = Shop::new();
    let report = shop.import(&file, &ImportOptions::default());
    assert_eq!(counts(&report), (346, 346, 0, 0, 0));
    assert!(
        report.warnings.iter().any(|text| text.starts_with("346 amounts without a currency")),
        "{:?}",
        report.warnings
    );
    assert!(!report.warnings.iter().any(|text| text.contains("code list")), "{:?}", report.warnings);
    assert_eq!(count(&shop, "SELECT count(*) FROM prices"), 0);
    assert_eq!(count(&shop, "SELECT count(DISTINCT isbn) FROM editions"), 346);
    assert_eq!(counts(&shop.import(&file, &ImportOptions::default())), (346, 0, 0, 346, 0));
    let book = shop.by_isbn("9781844546725");
    assert_eq!((book.byline.as_str(), book.facts.pages), ("R Jobson", Some(288)));
    assert_eq!(book.facts.published, "2008-07-01".parse().ok());
    assert_eq!(
        (book.facts.publisher.as_deref(), book.facts.imprint.as_deref()),
        (Some("John Blake Publishing"), Some("John Blake"))
    );
    assert_eq!((book.facts.availability.as_str(), book.facts.subjects[0].code.as_str()), ("31", "B"));

    let told = Shop::new();
    told.import(&file, &in_currency("AUD"));
    assert_eq!(count(&told, "SELECT count(*) FROM prices WHERE currency = 'AUD'"), 346);
    assert_eq!(told.price("9781844546725").as_deref(), Some("AUD\u{a0}19.95"));
}

#[test]
fn one_message_in_two_releases_gives_the_same_books() {
    let (Some(two), Some(three)) =
        (real("onix/onix21-reference-macmillan-21.xml"), real("onix/onix30-reference-macmillan-21.xml"))
    else {
        return;
    };
    let shops = [two, three].map(|file| {
        let shop = Shop::new();
        let report = shop.import(&file, &in_currency("AUD"));
        assert_eq!(counts(&report), (21, 20, 0, 1, 0), "{report:?}");
        assert_eq!(count(&shop, "SELECT count(*) FROM prices WHERE currency = 'AUD'"), 20);
        assert_eq!(count(&shop, "SELECT count(*) FROM prices WHERE currency = 'NZD'"), 19);
        assert_eq!(counts(&shop.import(&file, &in_currency("AUD"))), (21, 0, 0, 21, 0));
        shop
    });
    let isbns: Vec<String> = shops[0].read(|conn| {
        let mut statement = conn.prepare("SELECT isbn FROM editions ORDER BY isbn")?;
        statement.query_map([], |row| row.get(0))?.collect()
    });
    for isbn in &isbns {
        let [two, three] = shops.each_ref().map(|shop| (shop.by_isbn(isbn), shop.price(isbn)));
        assert_eq!(two.1, three.1, "{isbn}");
        let differences = catalog::fields::differences(catalog::fields::EDITION, &two.0.facts, &three.0.facts);
        let differing: Vec<_> = differences.iter().map(|it| (it.field, it.from.as_str(), it.to.as_str())).collect();
        assert_eq!(differing, [], "{isbn}");
    }
}

#[test]
fn roseanna_is_the_book_and_martin_beck_the_series() {
    let names = ["onix30-short-1.xml", "onix31-reference-1.xml", "onix31-short-1.xml"];
    for name in names {
        let Some(file) = real(&format!("onix/{name}")) else { return };
        let shop = Shop::new();
        let report = shop.import(&file, &ImportOptions::default());
        assert_eq!(counts(&report), (1, 1, 0, 0, 0), "{name}");
        let book = shop.by_isbn("9780007232833");
        let facts = &book.facts;
        assert_eq!((facts.title.as_str(), book.byline.as_str()), ("Roseanna", "Maj Sjöwall, Per Wahlöö"), "{name}");
        assert_eq!(facts.credits.iter().map(|it| it.role.code()).collect::<Vec<_>>(), ["A01", "A01", "B06", "A24"]);
        let work = shop.read(|conn| catalog::find_work(conn, book.work_id)).unwrap();
        assert_eq!(work.series, Some(("The Martin Beck series".into(), Some("1".into()))), "{name}");
        assert_eq!((work.original_language.as_deref(), work.first_published), (Some("swe"), Some(1965)), "{name}");
        assert_eq!((facts.pages, facts.weight_g, facts.height_mm), (Some(245), Some(195), Some(197)), "{name}");
        assert_eq!((facts.width_mm, facts.thickness_mm), (Some(130), Some(18)), "{name}");
        assert_eq!((facts.subjects[0].scheme.as_str(), facts.subjects[0].code.as_str()), ("93", "FFP"), "{name}");
        assert_eq!((facts.quotes.len(), facts.quotes[0].source.as_deref()), (2, Some("The Guardian")), "{name}");
        assert_eq!(facts.related.iter().map(|it| it.code.as_str()).collect::<Vec<_>>(), ["06", "27"], "{name}");
        assert_eq!(shop.price("9780007232833").as_deref(), Some("£7.99"), "{name}");
        assert_eq!(count(&shop, "SELECT count(*) FROM prices WHERE currency = 'EUR'"), 1, "{name}");
    }
}

#[test]
fn a_short_message_of_the_old_release_is_read() {
    let Some(file) = real("onix/onix21-short-1.xml") else { return };
    let shop = Shop::new();
    let report = shop.import(&file, &in_currency("USD"));
    assert_eq!(counts(&report), (1, 1, 0, 0, 0));
    let book = shop.by_isbn("9781602581869");
    assert_eq!(
        (book.facts.title.as_str(), book.facts.title_prefix.as_deref()),
        ("The Acts of the Apostles", Some("The"))
    );
    assert_eq!(book.facts.subtitle.as_deref(), Some("Four Centuries of Baptist Interpretation"));
    assert_eq!((book.facts.credits.len(), book.facts.height_mm, book.facts.width_mm), (5, Some(254), Some(178)));
    assert_eq!(book.facts.subjects[0].code, "REL073000");
    assert!(book.facts.subjects.iter().any(|it| it.scheme == "20" && it.code == "hermeneutics"));
    assert_eq!(count(&shop, "SELECT count(*) FROM prices WHERE currency IN ('USD', 'GBP')"), 2);
    assert_eq!(shop.price("9781602581869").as_deref(), Some("$99.95"));
}
