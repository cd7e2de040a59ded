//! Release 2.1: what it says in its own way.

use super::*;
use crate::catalog::{EditionFacts, WorkFacts};

const ISBN: &str = "9780306406157";
const TITLE: &str = "<Title><TitleType>01</TitleType><TitleText>Ink</TitleText></Title>";

fn message(kind: &str, rest: &str) -> String {
    format!(
        "<ONIXMessage release=\"2.1\"><Header><DefaultCurrencyCode>GBP</DefaultCurrencyCode><DefaultPriceTypeCode>01</DefaultPriceTypeCode></Header>\
         <Product><RecordReference>1</RecordReference><NotificationType>{kind}</NotificationType>\
         <ProductIdentifier><ProductIDType>02</ProductIDType><IDValue>0306406152</IDValue></ProductIdentifier>{rest}</Product></ONIXMessage>"
    )
}

fn shop_in(country: &'static str) -> Shop {
    let shop = Shop::new();
    let stored = shop.db.read(|conn| settings::load(conn, &Overrides::new())).unwrap();
    let here = crate::settings::Shop { country: country.into(), ..stored };
    shop.db.write_blocking(move |tx| settings::store(tx, &here, now())).unwrap();
    shop
}

#[track_caller]
fn read(rest: &str) -> (EditionFacts, WorkFacts) {
    let shop = shop_in("GB");
    let report = shop.import_text("a.xml", message("03", &format!("{TITLE}{rest}")), &ImportOptions::default());
    assert_eq!(report.created, 1, "{report:?}");
    let book = shop.by_isbn(ISBN);
    (book.facts, shop.read(|conn| catalog::find_work(conn, book.work_id)).unwrap())
}

#[track_caller]
fn check_availability(supply: &str, expected: &str) {
    assert_eq!(read(&format!("<SupplyDetail>{supply}</SupplyDetail>")).0.availability, expected, "{supply}");
}

#[test]
fn availability_is_a_number_or_two_letters() {
    check_availability("<AvailabilityCode>TO</AvailabilityCode>", "22");
    check_availability("<AvailabilityCode>NP</AvailabilityCode>", "10");
    check_availability("<AvailabilityCode>IP</AvailabilityCode><ProductAvailability>31</ProductAvailability>", "31");
    check_availability("<AvailabilityCode>??</AvailabilityCode>", "99");
}

#[test]
fn works_sets_files_and_relations_are_said_at_the_top() {
    let (facts, work) = read(
        "<ProductForm>DG</ProductForm><EpubType>029</EpubType><Set><TitleOfSet>Cold Water</TitleOfSet><ItemNumberWithinSet>2</ItemNumberWithinSet></Set>\
         <TranslationOfTitle>Blekk</TranslationOfTitle><EditionTypeCode>ABR</EditionTypeCode><YearFirstPublished>1965</YearFirstPublished>\
         <MainSubject><MainSubjectSchemeIdentifier>93</MainSubjectSchemeIdentifier><SubjectCode>FFP</SubjectCode></MainSubject><BICMainSubject>FF</BICMainSubject>\
         <ReplacesISBN>097522980X</ReplacesISBN><ImprintName>Harbour</ImprintName><PublisherName>Salt</PublisherName>\
         <MainDescription>About ink.</MainDescription><ReviewQuote>Good.</ReviewQuote>",
    );
    assert_eq!((facts.format.code(), facts.format_note.as_deref()), ("ED", Some("EPUB")));
    assert_eq!(work.series, Some(("Cold Water".into(), Some("2".into()))));
    assert_eq!((work.original_title.as_deref(), work.first_published), (Some("Blekk"), Some(1965)));
    assert_eq!((facts.edition_statement.as_deref(), facts.subjects[0].code.as_str()), (Some("Abridged"), "FFP"));
    assert_eq!((facts.related[0].code.as_str(), facts.related[0].isbn.as_str()), ("03", "9780975229804"));
    assert_eq!((facts.imprint.as_deref(), facts.publisher.as_deref()), (Some("Harbour"), Some("Salt")));
    assert_eq!((facts.description.as_deref(), facts.quotes[0].text.as_str()), (Some("<p>About ink.</p>"), "Good."));
}

#[test]
fn prices_name_their_places_and_dates_without_composites() {
    let price = |amount: &str, more: &str| format!("<Price><PriceAmount>{amount}</PriceAmount>{more}</Price>");
    let supply = |prices: &str| message("03", &format!("{TITLE}<SupplyDetail>{prices}</SupplyDetail>"));
    let shop = shop_in("GB");
    let both = price("9.00", "<Territory>WORLD</Territory><CountryExcluded>GB</CountryExcluded>")
        + &price("8.00", "<CountryCode>GB</CountryCode>");
    shop.import_text("a.xml", supply(&both), &ImportOptions::default());
    assert_eq!(shop.price(ISBN).as_deref(), Some("£8.00"));
    // The header's price type is without tax.
    assert!(!shop.read(|conn| conn.query_row("SELECT tax_included FROM prices", [], |row| row.get::<_, bool>(0))));
    let dated = shop_in("GB");
    let over = price("5.00", "<PriceEffectiveUntil>20251231</PriceEffectiveUntil>")
        + &price("7.00", "<PriceEffectiveFrom>20260101</PriceEffectiveFrom>");
    dated.import_text("a.xml", supply(&over), &ImportOptions::default());
    assert_eq!(dated.price(ISBN).as_deref(), Some("£7.00"));
}

#[test]
fn suppliers_of_other_countries_do_not_decide() {
    let shop = shop_in("NZ");
    let detail = |to: &str, code: &str| {
        format!(
            "<SupplyDetail><SupplyToCountry>{to}</SupplyToCountry><ProductAvailability>{code}</ProductAvailability></SupplyDetail>"
        )
    };
    let text = message("03", &(TITLE.to_owned() + &detail("AU", "40") + &detail("FJ NZ", "21")));
    shop.import_text("a.xml", text, &ImportOptions::default());
    assert_eq!(shop.by_isbn(ISBN).facts.availability, "21");
}

#[test]
fn an_update_of_the_supply_alone_empties_nothing() {
    let shop = shop_in("GB");
    shop.import_text(
        "a.xml",
        message("03", &format!("{TITLE}<PublisherName>Salt</PublisherName><NumberOfPages>90</NumberOfPages>")),
        &ImportOptions::default(),
    );
    for kind in ["12", "04"] {
        let code = if kind == "12" { "21" } else { "31" };
        let update =
            message(kind, &format!("<SupplyDetail><ProductAvailability>{code}</ProductAvailability></SupplyDetail>"));
        assert_eq!(counts(&shop.import_text("a.xml", update, &ImportOptions::default())), (1, 0, 1, 0, 0), "{kind}");
        let facts = shop.by_isbn(ISBN).facts;
        assert_eq!(
            (facts.publisher.as_deref(), facts.pages, facts.availability.as_str()),
            (Some("Salt"), Some(90), code)
        );
    }
}
