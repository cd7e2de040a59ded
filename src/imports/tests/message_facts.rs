//! ONIX: what a product says, fact by fact.

use super::message::message;
use super::*;
use crate::catalog::{EditionFacts, WorkFacts};

const ISBN: &str = "9780306406157";

fn titled(detail: &str) -> String {
    format!(
        "<DescriptiveDetail><TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>\
         <TitleText>Ink</TitleText></TitleElement></TitleDetail>{detail}</DescriptiveDetail>"
    )
}

/// The facts of a product with these blocks.
#[track_caller]
fn read(blocks: &str) -> (EditionFacts, WorkFacts) {
    let shop = Shop::new();
    let report = shop.import_text("a.xml", message("1", "03", blocks), &ImportOptions::default());
    assert_eq!(report.created, 1, "{report:?}");
    let book = shop.by_isbn(ISBN);
    (book.facts, shop.read(|conn| catalog::find_work(conn, book.work_id)).unwrap())
}

fn title_detail(kind: &str, elements: &[(&str, &str)]) -> String {
    let elements: String = elements
        .iter()
        .map(|(level, inner)| {
            format!("<TitleElement><TitleElementLevel>{level}</TitleElementLevel>{inner}</TitleElement>")
        })
        .collect();
    format!("<TitleDetail><TitleType>{kind}</TitleType>{elements}</TitleDetail>")
}

#[track_caller]
fn check_title(inner: &str, title: &str, series: Option<(&str, Option<&str>)>) {
    let (facts, work) = read(&format!("<DescriptiveDetail>{inner}</DescriptiveDetail>"));
    assert_eq!(facts.title, title);
    let series = series.map(|(name, number)| (name.to_owned(), number.map(str::to_owned)));
    assert_eq!(work.series, series, "{inner}");
}

#[test]
fn titles_and_series_come_from_their_own_level() {
    let text = |text: &str| format!("<TitleText>{text}</TitleText>");
    let part = |part: &str| format!("<PartNumber>{part}</PartNumber>");
    let own = title_detail("01", &[("01", &text("Rose"))]);
    let collection =
        |kind: &str, inner: &str| format!("<Collection><CollectionType>{kind}</CollectionType>{inner}</Collection>");
    // The first text of the record is the collection's; its number may stand at either level or as a sequence.
    let beck = title_detail("01", &[("02", &text("Beck")), ("01", &part("1"))]);
    check_title(&(collection("10", &beck) + &own), "Rose", Some(("Beck", Some("1"))));
    let named = title_detail("01", &[("02", &text("Beck"))]);
    let sequence = "<CollectionSequence><CollectionSequenceType>03</CollectionSequenceType><CollectionSequenceNumber>7</CollectionSequenceNumber></CollectionSequence>";
    check_title(&(collection("10", &format!("{sequence}{named}")) + &own), "Rose", Some(("Beck", Some("7"))));
    // What others call a series gives way to the publisher's own.
    let ascribed = collection("20", &title_detail("01", &[("02", &text("Nordic noir"))]));
    check_title(&(ascribed.clone() + &collection("10", &named) + &own), "Rose", Some(("Beck", None)));
    check_title(&(ascribed + &own), "Rose", Some(("Nordic noir", None)));
    // A volume without a title of its own, an annual, an elided article, an abbreviation as the only title.
    check_title(
        &title_detail("01", &[("02", &text("Atlas")), ("01", &part("3"))]),
        "Atlas 3",
        Some(("Atlas", Some("3"))),
    );
    check_title(
        &title_detail("01", &[("01", &format!("<YearOfAnnual>2027</YearOfAnnual>{}", text("Almanac")))]),
        "Almanac 2027",
        None,
    );
    check_title(
        &title_detail("01", &[("01", "<TitlePrefix>L’</TitlePrefix><TitleWithoutPrefix>Encre</TitleWithoutPrefix>")]),
        "L’Encre",
        None,
    );
    check_title(&title_detail("05", &[("01", &text("Rose Abr"))]), "Rose Abr", None);
    check_title(&(title_detail("10", &[("01", &text("ROSE (BECK #1)"))]) + &own), "Rose", None);
}

#[track_caller]
fn check_edition(inner: &str, expected: Option<&str>) {
    assert_eq!(read(&titled(inner)).0.edition_statement.as_deref(), expected, "{inner}");
}

#[test]
fn editions_are_said_in_words() {
    check_edition(
        "<EditionStatement>Third, revised edition</EditionStatement><EditionNumber>3</EditionNumber>",
        Some("Third, revised edition"),
    );
    check_edition("<EditionNumber>3</EditionNumber>", Some("3rd edition"));
    check_edition("<EditionNumber>12</EditionNumber><EditionType>REV</EditionType>", Some("12th edition, revised"));
    check_edition("<EditionType>LTE</EditionType>", Some("Large print"));
    check_edition("<EditionNumber>1</EditionNumber>", None);
    check_edition("<NoEdition/>", None);
}

#[test]
fn an_audio_book_says_how_long_it_is_and_an_ebook_how_it_is_locked() {
    let (facts, _) = read(&titled(
        "<ProductForm>AJ</ProductForm><ProductFormDetail>A103</ProductFormDetail><EpubTechnicalProtection>02</EpubTechnicalProtection>\
         <Extent><ExtentType>09</ExtentType><ExtentValue>00730</ExtentValue><ExtentUnit>15</ExtentUnit></Extent>\
         <ProductFormFeature><ProductFormFeatureType>09</ProductFormFeatureType><ProductFormFeatureValue>52</ProductFormFeatureValue></ProductFormFeature>\
         <ProductFormFeature><ProductFormFeatureType>09</ProductFormFeatureType><ProductFormFeatureValue>02</ProductFormFeatureValue></ProductFormFeature>\
         <Language><LanguageRole>01</LanguageRole><LanguageCode>eng</LanguageCode></Language>\
         <Language><LanguageRole>01</LanguageRole><LanguageCode>wel</LanguageCode></Language>",
    ));
    assert_eq!((facts.minutes, facts.format_note.as_deref()), (Some(450), Some("MP3")));
    assert_eq!((facts.protection.as_deref(), facts.accessibility), (Some("02"), vec!["52".to_owned(), "02".into()]));
    assert_eq!((facts.language.as_deref(), facts.more_languages), (Some("eng"), vec!["wel".to_owned()]));
}

fn text(kind: &str, audience: &str, text: &str) -> String {
    format!(
        "<TextContent><TextType>{kind}</TextType><ContentAudience>{audience}</ContentAudience><Text>{text}</Text></TextContent>"
    )
}

#[track_caller]
fn check_description(texts: &str, expected: Option<&str>) {
    let (facts, _) = read(&format!("{}<CollateralDetail>{texts}</CollateralDetail>", titled("")));
    assert_eq!(facts.description.as_deref(), expected, "{texts}");
}

#[test]
fn readers_get_the_text_that_is_meant_for_them() {
    check_description(&(text("02", "00", "Short.") + &text("03", "00", "Long.")), Some("<p>Long.</p>"));
    check_description(&(text("03", "00", "All.") + &text("03", "03", "Readers.")), Some("<p>Readers.</p>"));
    check_description(
        &(text("03", "02", "Order now, 55 % discount.") + &text("02", "00", "Short.")),
        Some("<p>Short.</p>"),
    );
    check_description(&text("03", "02", "Trade."), None);
    check_description(&text("05", "00", "Cover copy."), Some("<p>Cover copy.</p>"));
    // Markup in the element, also with a break that has no end; HTML in a CDATA section that is called XHTML.
    let xhtml =
        "<TextContent><TextType>03</TextType><Text textformat=\"05\">A &lt; b<br/><em>c</em></Text></TextContent>";
    check_description(xhtml, Some("A &lt; b<br><em>c</em>"));
    let hidden =
        "<TextContent><TextType>03</TextType><Text textformat=\"05\"><![CDATA[<p>A &amp; b</p>]]></Text></TextContent>";
    check_description(hidden, Some("<p>A &amp; b</p>"));
}

#[test]
fn notes_contents_and_reviews_have_their_own_places() {
    let review = "<TextContent><TextType>06</TextType><ContentAudience>00</ContentAudience><Text textformat=\"05\"><p>‘A <em>fine</em> book’</p></Text>\
        <TextAuthor>A. Critic</TextAuthor><SourceTitle>Daily</SourceTitle></TextContent>";
    let cited = "<CitedContent><CitedContentType>01</CitedContentType><ContentAudience>00</ContentAudience><SourceTitle>Weekly</SourceTitle>\
        <CitationNote>Book of the week</CitationNote></CitedContent><CitedContent><CitedContentType>02</CitedContentType>\
        <SourceTitle>List</SourceTitle><CitationNote>Third place</CitationNote></CitedContent>";
    let texts = text("12", "00", "She writes.")
        + &text("04", "00", "One&lt;br/&gt;Two")
        + review
        + &text("09", "00", "Read it!")
        + cited;
    let (facts, _) = read(&format!("{}<CollateralDetail>{texts}</CollateralDetail>", titled("")));
    assert_eq!(
        (facts.author_note.as_deref(), facts.contents.as_deref()),
        (Some("<p>She writes.</p>"), Some("One<br>Two"))
    );
    let quotes: Vec<(&str, Option<&str>)> =
        facts.quotes.iter().map(|it| (it.text.as_str(), it.source.as_deref())).collect();
    assert_eq!(
        quotes,
        [("‘A fine book’", Some("A. Critic, Daily")), ("Read it!", None), ("Book of the week", Some("Weekly"))]
    );
    let bio = titled(
        "<Contributor><ContributorRole>A01</ContributorRole><PersonName>A B</PersonName><BiographicalNote>Sails.</BiographicalNote></Contributor>",
    );
    assert_eq!(read(&bio).0.author_note.as_deref(), Some("<p>Sails.</p>"));
}

#[test]
fn publishing_dates_embargoes_and_safety_contacts() {
    let date = |role: &str, format: &str, text: &str| {
        format!(
            "<PublishingDate><PublishingDateRole>{role}</PublishingDateRole><Date dateformat=\"{format}\">{text}</Date></PublishingDate>"
        )
    };
    let contact = "<ProductContact><ProductContactRole>10</ProductContactRole><ProductContactName>Salt GmbH</ProductContactName>\
        <EmailAddress>safe@salt.example</EmailAddress><StreetAddress>Kai 1</StreetAddress></ProductContact>";
    let detail = format!(
        "<PublishingDetail><Publisher><PublishingRole>02</PublishingRole><PublisherName>Helper</PublisherName></Publisher>\
         <Publisher><PublishingRole>01</PublishingRole><PublisherName>Salt</PublisherName></Publisher>{contact}{}{}{}{}</PublishingDetail>",
        date("01", "01", "202705"),
        date("02", "00", "20270503"),
        date("11", "05", "1968"),
        date("20", "05", "1965"),
    );
    let (facts, work) = read(&(titled("") + &detail));
    assert_eq!((facts.publisher.as_deref(), facts.published), (Some("Salt"), "2027-05".parse().ok()));
    assert_eq!((facts.embargo, work.first_published), ("2027-05-03".parse().ok(), Some(1965)));
    assert_eq!(facts.safety_contact.as_deref(), Some("Salt GmbH, Kai 1, safe@salt.example"));
    let words = format!("{}<PublishingDetail>{}</PublishingDetail>", titled(""), date("01", "12", "Spring 2027"));
    assert_eq!(read(&words).0.published, None);
}

#[track_caller]
fn check_listed(detail: &str, listed: bool) {
    let shop = Shop::new();
    shop.import_text("a.xml", message("1", "03", &titled(detail)), &ImportOptions::default());
    assert_eq!(shop.by_isbn(ISBN).listed, listed, "{detail}");
}

#[test]
fn what_is_for_the_trade_is_not_shown_to_readers() {
    check_listed("<ProductComposition>00</ProductComposition><ProductForm>BC</ProductForm>", true);
    check_listed("<ProductComposition>10</ProductComposition><ProductForm>SB</ProductForm>", true);
    check_listed("<ProductForm>ZJ</ProductForm>", true);
    check_listed("<ProductComposition>20</ProductComposition>", false);
    check_listed("<ProductComposition>30</ProductComposition>", false);
    check_listed("<ProductComposition>01</ProductComposition>", false);
    check_listed("<ProductForm>XC</ProductForm>", false);
}

#[track_caller]
fn check_price(prices: &str, expected: Option<&str>) {
    let shop = Shop::new();
    let supply = format!("{}<ProductSupply><SupplyDetail>{prices}</SupplyDetail></ProductSupply>", titled(""));
    let british = crate::settings::Shop {
        country: "GB".into(),
        ..shop.db.read(|conn| settings::load(conn, &Overrides::new())).unwrap()
    };
    shop.db.write_blocking(move |tx| settings::store(tx, &british, now())).unwrap();
    let report = shop.import_text("a.xml", message("1", "03", &supply), &ImportOptions::default());
    assert_eq!(report.created, 1, "{report:?}");
    assert_eq!(shop.price(ISBN).as_deref(), expected, "{prices}");
}

#[test]
fn of_many_prices_the_readers_price_here_and_now_is_taken() {
    let price = |kind: &str, amount: &str, more: &str| {
        format!(
            "<Price><PriceType>{kind}</PriceType>{more}<PriceAmount>{amount}</PriceAmount><CurrencyCode>GBP</CurrencyCode></Price>"
        )
    };
    let place = |inner: &str| format!("<Territory>{inner}</Territory>");
    let (here, world) = (
        place("<CountriesIncluded>IE GB</CountriesIncluded>"),
        place("<RegionsIncluded>WORLD</RegionsIncluded><CountriesExcluded>GB IE</CountriesExcluded>"),
    );
    check_price(&(price("02", "8.99", &world) + &price("02", "7.99", &here)), Some("£7.99"));
    check_price(&(price("02", "7.99", &here) + &price("02", "8.99", &world)), Some("£7.99"));
    check_price(&(price("01", "6.00", "") + &price("02", "7.99", "")), Some("£7.99"));
    check_price(&price("05", "4.00", ""), None);
    check_price(&price("07", "4.00", ""), None);
    check_price(&price("02", "4.00", "<PriceQualifier>06</PriceQualifier>"), None);
    check_price(&price("02", "4.00", "<MinimumOrderQuantity>10</MinimumOrderQuantity>"), None);
    check_price(
        &price("02", "4.00", "<PriceCondition><PriceConditionType>06</PriceConditionType></PriceCondition>"),
        None,
    );
    check_price(&price("04", "12.00", ""), Some("£12.00"));
    check_price(&price("12", "3.00", ""), None);
    check_price(&(price("22", "5.00", "") + &price("02", "7.99", "")), Some("£7.99"));
    let span =
        "<PriceDate><PriceDateRole>24</PriceDateRole><Date dateformat=\"06\">2026110120261130</Date></PriceDate>";
    check_price(&(price("12", "3.00", span) + &price("02", "7.99", "")), Some("£3.00"));
    check_price("<UnpricedItemType>02</UnpricedItemType>", None);
}

#[test]
fn of_many_markets_that_of_the_shops_country_counts() {
    let shop = Shop::new();
    let market = |country: &str, availability: &str| {
        format!(
            "<ProductSupply><Market><Territory><CountriesIncluded>{country}</CountriesIncluded></Territory></Market>\
             <MarketPublishingDetail><MarketPublishingStatus>04</MarketPublishingStatus><MarketDate><MarketDateRole>02</MarketDateRole><Date>20270601</Date></MarketDate></MarketPublishingDetail>\
             <SupplyDetail><ProductAvailability>99</ProductAvailability></SupplyDetail>\
             <SupplyDetail><ProductAvailability>{availability}</ProductAvailability><OrderTime>3</OrderTime></SupplyDetail></ProductSupply>"
        )
    };
    let german = crate::settings::Shop {
        country: "DE".into(),
        ..shop.db.read(|conn| settings::load(conn, &Overrides::new())).unwrap()
    };
    shop.db.write_blocking(move |tx| settings::store(tx, &german, now())).unwrap();
    let blocks = titled("") + &market("US CA", "40") + &market("AT DE", "21");
    shop.import_text("a.xml", message("1", "03", &blocks), &ImportOptions::default());
    let facts = shop.by_isbn(ISBN).facts;
    assert_eq!((facts.availability.as_str(), facts.lead_days), ("21", Some((3, 3))));
    assert_eq!(facts.embargo, "2027-06-01".parse().ok());
}

#[track_caller]
fn check_number(identifiers: &[(&str, &str)], expected: Result<(Option<&str>, Option<&str>), &str>) {
    let shop = Shop::new();
    let ids: String = identifiers
        .iter()
        .map(|(kind, value)| {
            format!(
                "<ProductIdentifier><ProductIDType>{kind}</ProductIDType><IDValue>{value}</IDValue></ProductIdentifier>"
            )
        })
        .collect();
    let whole = message("1", "03", &titled(""));
    let own =
        "<ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9780306406157</IDValue></ProductIdentifier>";
    let report = shop.import_text("a.xml", whole.replace(own, &ids), &ImportOptions::default());
    match expected {
        Err(words) => assert!(report.rows[0].reason.contains(words), "{report:?}"),
        Ok((isbn, gtin)) => {
            let facts = shop.read(|conn| catalog::find(conn, shop.ids()[0])).unwrap().facts;
            let found = (facts.isbn.as_ref().map(|it| it.as_str()), facts.gtin.as_ref().map(|it| it.as_str()));
            assert_eq!(found, (isbn, gtin), "{identifiers:?}");
        }
    }
}

#[test]
fn one_valid_number_is_enough_and_a_false_one_alone_is_not() {
    check_number(&[("03", "9780306406157")], Ok((Some(ISBN), None)));
    check_number(&[("02", "0-306-40615-2")], Ok((Some(ISBN), None)));
    check_number(&[("15", "9780306406158"), ("03", "9780306406157")], Ok((Some(ISBN), None)));
    check_number(&[("03", "4006381333931")], Ok((None, Some("4006381333931"))));
    check_number(&[("25", "9790060115615"), ("03", "9790060115615")], Ok((None, Some("9790060115615"))));
    check_number(&[("15", "9780306406158")], Err("is not a valid ISBN"));
    check_number(&[("03", "9780306406158")], Err("is not a valid ISBN"));
    check_number(&[("01", "A-17")], Err("only a number of its sender's own"));
    check_number(&[], Err("only a number of its sender's own"));
}

#[test]
fn editions_of_one_work_stand_together() {
    let shop = Shop::new();
    let work = "<RelatedMaterial><RelatedWork><WorkRelationCode>01</WorkRelationCode><WorkIdentifier><WorkIDType>11</WorkIDType><IDValue>A02</IDValue></WorkIdentifier></RelatedWork></RelatedMaterial>";
    let one = message("1", "03", &(titled("<ProductForm>BB</ProductForm>") + work));
    let two = message("2", "03", &(titled("<ProductForm>BC</ProductForm>").replace("Ink", "Ink, paperback") + work))
        .replace(ISBN, "9780975229804");
    shop.import_text("a.xml", one, &ImportOptions::default());
    shop.import_text("a.xml", two, &ImportOptions::default());
    assert_eq!(shop.by_isbn(ISBN).work_id, shop.by_isbn("9780975229804").work_id);
}
