//! One product in every form a message can have: releases, tags, namespaces, encodings, damage.

use proptest::prelude::*;

use super::message::{TITLE, message};
use super::*;
use crate::catalog::EditionFacts;
use crate::imports::fuzz;

const ISBN: &str = "9780306406157";

/// Release 3, reference names.
const THREE: &str = "<ONIXMessage release=\"3.0\"><Header><Sender><SenderName>Us</SenderName></Sender><DefaultCurrencyCode>GBP</DefaultCurrencyCode></Header><Product>\
<RecordReference>r1</RecordReference><NotificationType>03</NotificationType>\
<ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9780306406157</IDValue></ProductIdentifier>\
<DescriptiveDetail><ProductComposition>00</ProductComposition><ProductForm>BC</ProductForm>\
<Measure><MeasureType>01</MeasureType><Measurement>197</Measurement><MeasureUnitCode>mm</MeasureUnitCode></Measure>\
<Collection><CollectionType>10</CollectionType><TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>02</TitleElementLevel>\
<PartNumber>2</PartNumber><TitleText>Cold Water</TitleText></TitleElement></TitleDetail></Collection>\
<TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel><TitlePrefix>The</TitlePrefix>\
<TitleWithoutPrefix>Café</TitleWithoutPrefix><Subtitle>A crime</Subtitle></TitleElement></TitleDetail>\
<Contributor><SequenceNumber>1</SequenceNumber><ContributorRole>A01</ContributorRole><PersonName>Ann Bell</PersonName><PersonNameInverted>Bell, Ann</PersonNameInverted></Contributor>\
<EditionNumber>2</EditionNumber><Language><LanguageRole>01</LanguageRole><LanguageCode>eng</LanguageCode></Language>\
<Language><LanguageRole>02</LanguageRole><LanguageCode>swe</LanguageCode></Language>\
<Extent><ExtentType>00</ExtentType><ExtentValue>288</ExtentValue><ExtentUnit>03</ExtentUnit></Extent>\
<Subject><MainSubject/><SubjectSchemeIdentifier>10</SubjectSchemeIdentifier><SubjectCode>FIC022000</SubjectCode></Subject>\
<Subject><SubjectSchemeIdentifier>20</SubjectSchemeIdentifier><SubjectHeadingText>ice; boats</SubjectHeadingText></Subject>\
<AudienceRange><AudienceRangeQualifier>17</AudienceRangeQualifier><AudienceRangePrecision>03</AudienceRangePrecision><AudienceRangeValue>9</AudienceRangeValue></AudienceRange></DescriptiveDetail>\
<CollateralDetail><TextContent><TextType>03</TextType><ContentAudience>00</ContentAudience><Text>&lt;p&gt;Cold.&lt;/p&gt;</Text></TextContent>\
<TextContent><TextType>06</TextType><ContentAudience>00</ContentAudience><Text>Good.</Text><SourceTitle>Daily</SourceTitle></TextContent></CollateralDetail>\
<PublishingDetail><Imprint><ImprintName>Harbour</ImprintName></Imprint><Publisher><PublishingRole>01</PublishingRole><PublisherName>Salt</PublisherName></Publisher>\
<PublishingStatus>04</PublishingStatus><PublishingDate><PublishingDateRole>01</PublishingDateRole><Date dateformat=\"00\">20240501</Date></PublishingDate></PublishingDetail>\
<RelatedMaterial><RelatedProduct><ProductRelationCode>06</ProductRelationCode><ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9780975229804</IDValue></ProductIdentifier></RelatedProduct></RelatedMaterial>\
<ProductSupply><SupplyDetail><ProductAvailability>20</ProductAvailability><Price><PriceType>02</PriceType><PriceAmount>9.99</PriceAmount></Price></SupplyDetail></ProductSupply>\
</Product></ONIXMessage>";

/// The same in release 2.1, which knows no blocks.
const TWO: &str = "<!DOCTYPE ONIXMessage SYSTEM \"http://127.0.0.1:9/onix.dtd\"><ONIXMessage><Header><FromCompany>Us</FromCompany><DefaultCurrencyCode>GBP</DefaultCurrencyCode></Header><Product>\
<RecordReference>r1</RecordReference><NotificationType>03</NotificationType><EAN13>9780306406157</EAN13><ISBN>0306406152</ISBN>\
<ProductForm>BC</ProductForm><Series><TitleOfSeries>Cold Water</TitleOfSeries><NumberWithinSeries>2</NumberWithinSeries></Series>\
<Title><TitleType>01</TitleType><TitlePrefix>The</TitlePrefix><TitleWithoutPrefix>Café</TitleWithoutPrefix><Subtitle>A crime</Subtitle></Title>\
<Contributor><SequenceNumber>1</SequenceNumber><ContributorRole>A01</ContributorRole><PersonName>Ann Bell</PersonName><PersonNameInverted>Bell, Ann</PersonNameInverted></Contributor>\
<EditionNumber>2</EditionNumber><LanguageOfText>eng</LanguageOfText><OriginalLanguage>swe</OriginalLanguage><NumberOfPages>288</NumberOfPages>\
<BASICMainSubject>FIC022000</BASICMainSubject><Subject><SubjectSchemeIdentifier>20</SubjectSchemeIdentifier><SubjectHeadingText>ice; boats</SubjectHeadingText></Subject>\
<AudienceRange><AudienceRangeQualifier>17</AudienceRangeQualifier><AudienceRangePrecision>03</AudienceRangePrecision><AudienceRangeValue>9</AudienceRangeValue></AudienceRange>\
<OtherText><TextTypeCode>01</TextTypeCode><TextFormat>02</TextFormat><Text>&lt;p&gt;Cold.&lt;/p&gt;</Text></OtherText>\
<OtherText><TextTypeCode>08</TextTypeCode><Text>Good.</Text><TextSourceTitle>Daily</TextSourceTitle></OtherText>\
<OtherText><TextTypeCode>25</TextTypeCode><Text>For the sales force only.</Text></OtherText>\
<Imprint><ImprintName>Harbour</ImprintName></Imprint><Publisher><PublishingRole>01</PublishingRole><PublisherName>Salt</PublisherName></Publisher>\
<PublishingStatus>04</PublishingStatus><PublicationDate>20240501</PublicationDate>\
<Measure><MeasureTypeCode>01</MeasureTypeCode><Measurement>197</Measurement><MeasureUnitCode>mm</MeasureUnitCode></Measure>\
<RelatedProduct><RelationCode>06</RelationCode><EAN13>9780975229804</EAN13></RelatedProduct>\
<SupplyDetail><AvailabilityCode>IP</AvailabilityCode><Price><PriceTypeCode>02</PriceTypeCode><PriceAmount>9.99</PriceAmount></Price></SupplyDetail>\
</Product></ONIXMessage>";

/// Reference names and their short tags, for turning the messages above into short ones.
const SHORT: [(&str, &str); 62] = [
    ("ONIXMessage", "ONIXmessage"),
    ("SenderName", "x298"),
    ("FromCompany", "m174"),
    ("DefaultCurrencyCode", "m186"),
    ("RecordReference", "a001"),
    ("NotificationType", "a002"),
    ("EAN13", "b005"),
    ("ISBN", "b004"),
    ("ProductIDType", "b221"),
    ("IDValue", "b244"),
    ("ProductComposition", "x314"),
    ("ProductForm", "b012"),
    ("MeasureTypeCode", "c093"),
    ("MeasureType", "x315"),
    ("Measurement", "c094"),
    ("MeasureUnitCode", "c095"),
    ("CollectionType", "x329"),
    ("TitleType", "b202"),
    ("TitleElementLevel", "x409"),
    ("PartNumber", "x410"),
    ("TitleText", "b203"),
    ("TitlePrefix", "b030"),
    ("TitleWithoutPrefix", "b031"),
    ("Subtitle", "b029"),
    ("TitleOfSeries", "b018"),
    ("NumberWithinSeries", "b019"),
    ("SequenceNumber", "b034"),
    ("ContributorRole", "b035"),
    ("PersonNameInverted", "b037"),
    ("PersonName", "b036"),
    ("EditionNumber", "b057"),
    ("LanguageRole", "b253"),
    ("LanguageCode", "b252"),
    ("LanguageOfText", "b059"),
    ("OriginalLanguage", "b060"),
    ("NumberOfPages", "b061"),
    ("ExtentType", "b218"),
    ("ExtentValue", "b219"),
    ("ExtentUnit", "b220"),
    ("BASICMainSubject", "b064"),
    ("MainSubject", "x425"),
    ("SubjectSchemeIdentifier", "b067"),
    ("SubjectCode", "b069"),
    ("SubjectHeadingText", "b070"),
    ("AudienceRangeQualifier", "b074"),
    ("AudienceRangePrecision", "b075"),
    ("AudienceRangeValue", "b076"),
    ("TextTypeCode", "d102"),
    ("TextFormat", "d103"),
    ("TextSourceTitle", "d108"),
    ("TextType", "x426"),
    ("ContentAudience", "x427"),
    ("SourceTitle", "x428"),
    ("ImprintName", "b079"),
    ("PublishingRole", "b291"),
    ("PublisherName", "b081"),
    ("PublishingStatus", "b394"),
    ("PublicationDate", "b003"),
    ("ProductRelationCode", "x455"),
    ("RelationCode", "h208"),
    ("ProductAvailability", "j396"),
    ("AvailabilityCode", "j141"),
];
const SHORT_TOO: [(&str, &str); 7] = [
    ("PublishingDateRole", "x448"),
    ("Text", "d104"),
    ("Date", "b306"),
    ("PriceTypeCode", "j148"),
    ("PriceType", "x462"),
    ("PriceAmount", "j151"),
    ("EditionStatement", "b058"),
];

fn shortened(message: &str) -> String {
    let mut short = String::new();
    for part in message.split_inclusive('<') {
        let (slash, rest) = part.strip_prefix('/').map_or(("", part), |rest| ("/", rest));
        let length = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let (name, tail) = rest.split_at(length);
        let known = SHORT.iter().chain(&SHORT_TOO).find(|(long, _)| *long == name);
        let is_tag = short.ends_with('<') && !name.is_empty();
        let tag = match known {
            _ if !is_tag => name.to_owned(),
            Some((_, tag)) => (*tag).to_owned(),
            None => name.to_lowercase(),
        };
        short.push_str(slash);
        short.push_str(&tag);
        short.push_str(tail);
    }
    short
}

type Told = (EditionFacts, Option<(String, Option<String>)>, Option<String>, Option<String>);

/// What a message says of the book.
#[track_caller]
fn told(text: impl AsRef<[u8]>) -> (Told, Report) {
    let shop = Shop::new();
    let report = shop.import_text("a.xml", text, &ImportOptions::default());
    assert_eq!(counts(&report), (1, 1, 0, 0, 0), "{report:?}");
    let book = shop.by_isbn(ISBN);
    let work = shop.read(|conn| catalog::find_work(conn, book.work_id)).unwrap();
    ((book.facts, work.series, work.original_language, shop.price(ISBN)), report)
}

#[track_caller]
fn check_same(text: impl AsRef<[u8]>) {
    let (expected, _) = told(THREE);
    assert_eq!(told(text).0, expected);
}

#[test]
fn a_product_is_the_same_in_every_release_and_either_set_of_tags() {
    let ((facts, series, original, price), report) = told(THREE);
    assert_eq!((facts.title.as_str(), facts.title_prefix.as_deref()), ("The Café", Some("The")));
    assert_eq!((facts.edition_statement.as_deref(), facts.height_mm), (Some("2nd edition"), Some(197)));
    assert_eq!((facts.subtitle.as_deref(), facts.age_from), (Some("A crime"), Some(9)));
    assert_eq!((facts.quotes[0].text.as_str(), facts.quotes[0].source.as_deref()), ("Good.", Some("Daily")));
    assert_eq!((facts.related[0].code.as_str(), facts.related[0].isbn.as_str()), ("06", "9780975229804"));
    assert_eq!(facts.subjects.iter().map(|it| it.code.as_str()).collect::<Vec<_>>(), ["FIC022000", "boats", "ice"]);
    assert_eq!(series, Some(("Cold Water".into(), Some("2".into()))));
    assert_eq!((original.as_deref(), price.as_deref()), (Some("swe"), Some("£9.99")));
    assert!(!report.warnings.iter().any(|text| text.contains("code list")), "{:?}", report.warnings);
    check_same(TWO);
    check_same(shortened(THREE));
    check_same(shortened(TWO));
    check_same(THREE.replace("3.0", "3.1"));
    assert!(shortened(THREE).contains("<x314>00</x314>") && shortened(TWO).contains("<othertext><d102>01</d102>"));
}

#[test]
fn namespaces_may_be_there_or_not_and_have_a_prefix_or_not() {
    let root = |text: &str, attributes: &str| text.replacen(" release=\"3.0\"", attributes, 1);
    check_same(root(THREE, " release=\"3.1\" xmlns=\"http://ns.editeur.org/onix/3.1/reference\""));
    check_same(root(THREE, " xmlns=\"http://ns.editeur.org/onix/3.0/reference\""));
    check_same(root(THREE, ""));
    let prefixed = THREE.replace("</", "\u{1}").replace('<', "<o:").replace('\u{1}', "</o:");
    check_same(root(&prefixed, " release=\"3.0\" xmlns:o=\"http://ns.editeur.org/onix/3.0/reference\""));
    check_same(shortened(THREE).replace(" release=\"3.0\"", " xmlns=\"http://ns.editeur.org/onix/3.0/short\""));
}

#[test]
fn encodings_are_told_by_mark_declaration_or_bytes() {
    let declared = |encoding: &str| format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>{THREE}");
    let latin = |text: &str| -> Vec<u8> { encoding_rs::WINDOWS_1252.encode(text).0.into_owned() };
    check_same(declared("UTF-8"));
    check_same(latin(&declared("ISO-8859-1")));
    check_same(latin(&declared("windows-1252")));
    let little: Vec<u8> =
        [0xfeff].into_iter().chain(declared("UTF-16").encode_utf16()).flat_map(u16::to_le_bytes).collect();
    check_same(little);
    let big: Vec<u8> = declared("UTF-16").encode_utf16().flat_map(u16::to_be_bytes).collect();
    check_same(big);
    let lie = latin(&declared("UTF-8"));
    check_same(&lie);
    let (_, report) = told(&lie);
    assert!(report.warnings.iter().any(|text| text.contains("read as Windows-1252")), "{:?}", report.warnings);
}

#[track_caller]
fn check_recovered(damaged: &str, title: &str, words: &str) {
    let (found, report) = told(message("1", "03", &TITLE.replace("Ink", damaged)));
    assert_eq!(found.0.title, title);
    assert!(words.is_empty() || report.warnings.iter().any(|text| text.contains(words)), "{:?}", report.warnings);
}

#[test]
fn small_damage_is_put_right() {
    check_recovered("Salt & Ink", "Salt & Ink", "");
    check_recovered("R&D", "R&D", "");
    check_recovered("Caf&eacute; &Ccaron;apek &mdash; &hellip;", "Café Čapek — …", "");
    check_recovered("Ink&nosuch;", "Ink&nosuch;", "on no list");
    check_recovered("In\u{1}k\u{b}", "Ink", "2 control characters");
    check_recovered("<![CDATA[Ink & <co>]]>", "Ink & <co>", "");
}

#[test]
fn codes_on_no_list_are_kept_and_told_once() {
    let shop = Shop::new();
    let odd = "<DescriptiveDetail><ProductForm>QX</ProductForm><TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>\
        <TitleText>Ink</TitleText></TitleElement></TitleDetail><Contributor><ContributorRole>A77</ContributorRole><PersonName>A B</PersonName></Contributor></DescriptiveDetail>\
        <PublishingDetail><PublishingStatus>77</PublishingStatus></PublishingDetail>";
    let one = message("1", "03", odd);
    let two = one.replace("9780306406157", "9780975229804").replace("<RecordReference>1", "<RecordReference>2");
    let both = one.replace("</ONIXMessage>", "") + two.split_once("release=\"3.0\">").unwrap().1;
    let report = shop.import_text("a.xml", both, &ImportOptions::default());
    assert_eq!(counts(&report), (2, 2, 0, 0, 0));
    let told: Vec<&String> = report.warnings.iter().filter(|text| text.contains("code list")).collect();
    assert_eq!(
        told,
        [
            "“A77” is on no code list 17 known here; met 2 times, kept where it can be",
            "“77” is on no code list 64 known here; met 2 times, kept where it can be",
            "“QX” is on no code list 150 known here; met 2 times, kept where it can be",
        ]
    );
    let facts = shop.by_isbn(ISBN).facts;
    assert_eq!(
        (facts.format.code(), facts.credits[0].role.code(), facts.publishing_status.as_str()),
        ("QX", "A77", "77")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_bytes_upset_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        prop_assert_eq!(fuzz::onix(&bytes), 0);
    }

    /// A good message in which something is cut out, doubled or overwritten is read or refused.
    #[test]
    fn no_mutation_upsets_the_reader(
        form in 0..4_usize, at in any::<prop::sample::Index>(), length in 0..40_usize,
        noise in proptest::collection::vec(any::<u8>(), 0..12), value in "[0-9A-Za-z .,:/&;<>-]{0,12}",
    ) {
        let text = [THREE.to_owned(), TWO.to_owned(), shortened(THREE), shortened(TWO)][form].clone();
        let bytes = text.as_bytes();
        let place = at.index(bytes.len());
        let end = (place + length).min(bytes.len());
        for filling in [&noise[..], value.as_bytes(), &bytes[place..end], &[]] {
            let mutated = [&bytes[..place], filling, &bytes[end..]].concat();
            prop_assert!(fuzz::onix(&mutated) <= 3);
        }
        // The text of one element becomes something else.
        let open = text[..text.floor_char_boundary(place)].rfind('>').map_or(0, |place| place + 1);
        let close = text[open..].find('<').map_or(text.len(), |length| open + length);
        let mutated = [&text[..open], value.as_str(), &text[close..]].concat();
        prop_assert!(fuzz::onix(mutated.as_bytes()) <= 3);
    }
}
