//! The ONIX that the shop writes: in the order of release 3.0, and read again without loss.

use std::path::PathBuf;

use bookstall::catalog::{Edition, WorkFacts, fields};
use bookstall::db::Db;
use bookstall::exports::{self, OnixFilter};
use bookstall::imports::{self, ImportOptions, Report};
use bookstall::kernel::time::Clock;
use bookstall::settings::{Overrides, Shop};
use jiff::Timestamp;
use roxmltree::{Document, Node};
use tempfile::TempDir;

use crate::support::books;
use crate::support::shop::OPENED;

/// What stands within an element, in the order of ONIX for Books 3.0, as far as the shop writes it.
///
/// `!` must be there, `?` at most once, `*` as often as needed, `+` at least once.
const ORDER: [(&str, &str); 35] = [
    ("ONIXMessage", "Header! Product*"),
    ("Header", "Sender! SentDateTime!"),
    ("Sender", "SenderName! EmailAddress?"),
    (
        "Product",
        "RecordReference! NotificationType! ProductIdentifier+ DescriptiveDetail! CollateralDetail? PublishingDetail! \
         RelatedMaterial? ProductSupply*",
    ),
    ("ProductIdentifier", "ProductIDType! IDTypeName? IDValue!"),
    (
        "DescriptiveDetail",
        "ProductComposition! ProductForm! ProductFormFeature* ProductFormDescription* Measure* EpubTechnicalProtection* \
         Collection* TitleDetail+ Contributor* EditionStatement* Language* Extent* Subject* AudienceRange*",
    ),
    ("ProductFormFeature", "ProductFormFeatureType! ProductFormFeatureValue?"),
    ("Measure", "MeasureType! Measurement! MeasureUnitCode!"),
    ("Collection", "CollectionType! TitleDetail*"),
    ("TitleDetail", "TitleType! TitleElement+"),
    ("TitleElement", "TitleElementLevel! PartNumber? TitleText? TitlePrefix? TitleWithoutPrefix? Subtitle?"),
    ("Contributor", "SequenceNumber? ContributorRole+ PersonName? PersonNameInverted? CorporateName?"),
    ("Language", "LanguageRole! LanguageCode!"),
    ("Extent", "ExtentType! ExtentValue! ExtentUnit!"),
    ("Subject", "MainSubject? SubjectSchemeIdentifier! SubjectCode? SubjectHeadingText*"),
    ("AudienceRange", "AudienceRangeQualifier! AudienceRangePrecision+ AudienceRangeValue+"),
    ("CollateralDetail", "TextContent* SupportingResource*"),
    ("TextContent", "TextType! ContentAudience+ Text+ SourceTitle*"),
    ("SupportingResource", "ResourceContentType! ContentAudience+ ResourceMode! ResourceVersion+"),
    ("ResourceVersion", "ResourceForm! ResourceLink+"),
    ("PublishingDetail", "Imprint* Publisher* ProductContact* PublishingStatus? PublishingDate*"),
    ("Imprint", "ImprintName!"),
    ("Publisher", "PublishingRole! PublisherName!"),
    ("ProductContact", "ProductContactRole! ProductContactName?"),
    ("PublishingDate", "PublishingDateRole! Date!"),
    ("RelatedMaterial", "RelatedWork* RelatedProduct*"),
    ("RelatedWork", "WorkRelationCode! WorkIdentifier+"),
    ("WorkIdentifier", "WorkIDType! IDTypeName? IDValue!"),
    ("RelatedProduct", "ProductRelationCode+ ProductIdentifier+"),
    ("ProductSupply", "SupplyDetail+"),
    ("SupplyDetail", "Supplier! ProductAvailability! OrderTime? UnpricedItemType? Price*"),
    ("Supplier", "SupplierRole! SupplierName? EmailAddress*"),
    ("Price", "PriceType? PriceAmount! CurrencyCode?"),
    // XHTML, which has an order of its own.
    ("Text", ""),
    ("MainSubject", ""),
];

fn now() -> Timestamp {
    OPENED.parse().unwrap()
}

struct Stock {
    folder: TempDir,
    db: Db,
}

impl Stock {
    fn new(fill: bool) -> Stock {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("bookstall.db")).unwrap();
        if fill {
            db.write_blocking(|tx| books::shelf(tx, now())).unwrap();
        }
        Stock { folder, db }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("bookstall.db")
    }

    fn export(&self, filter: &OnixFilter) -> String {
        let conn = exports::open(&self.path()).unwrap();
        let shop = Shop { name: "Ink & Co".into(), ..Shop::default() };
        let mut out = Vec::new();
        exports::onix(&conn, filter, &shop, now(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn import(&self, text: &str) -> Report {
        let file = self.folder.path().join("titles.xml");
        std::fs::write(&file, text).unwrap();
        let (clock, overrides) = (Clock::fixed(now()), Overrides::new());
        let (report, result) =
            imports::run(&self.db, &file, &ImportOptions::default(), &overrides, &clock, &mut |_| {});
        result.unwrap();
        report
    }

    fn editions(&self) -> Vec<(Edition, WorkFacts)> {
        books::editions(&Db::open_reader(&self.path()).unwrap())
    }
}

/// Whether the children of every element are those of the table, in its order and number.
#[track_caller]
fn check_structure(node: Node<'_, '_>) {
    let name = node.tag_name().name();
    assert_eq!(node.tag_name().namespace(), Some("http://ns.editeur.org/onix/3.0/reference"), "{name}");
    if name == "Text" {
        return;
    }
    let children: Vec<Node<'_, '_>> = node.children().filter(Node::is_element).collect();
    let Some((_, order)) = ORDER.iter().find(|(element, _)| *element == name) else {
        assert!(children.is_empty() && node.text().is_some_and(|text| !text.trim().is_empty()), "{name} says nothing");
        return;
    };
    let mut rest = children.as_slice();
    for part in order.split_whitespace() {
        let (wanted, often) = part.split_at(part.len() - 1);
        let count = rest.iter().take_while(|child| child.tag_name().name() == wanted).count();
        let fits = match often {
            "!" => count == 1,
            "?" => count <= 1,
            "+" => count >= 1,
            _ => true,
        };
        // Precision and value take turns within a range.
        if name == "AudienceRange" && wanted.ends_with("Precision") {
            assert!(rest.len() == 2 || rest.len() == 4);
            rest = &[];
            break;
        }
        assert!(fits, "{count} {wanted} in {name}");
        rest = &rest[count..];
    }
    assert!(rest.is_empty(), "{} is out of order in {name}", rest[0].tag_name().name());
    children.into_iter().for_each(check_structure);
}

fn texts<'a>(document: &'a Document<'_>, name: &str) -> Vec<&'a str> {
    let named = document.descendants().filter(|node| node.tag_name().name() == name);
    named.filter_map(|node| node.text()).collect()
}

#[test]
fn every_product_has_the_structure_of_release_3() {
    let xml = Stock::new(true).export(&OnixFilter::default());
    let document = Document::parse(&xml).unwrap();
    check_structure(document.root_element());
    assert_eq!(document.root_element().attribute("release"), Some("3.0"));
    assert_eq!(texts(&document, "SenderName"), ["Ink & Co"]);
    assert_eq!(texts(&document, "SentDateTime"), ["20261122T120000Z"]);
    // The unlisted one stays.
    assert_eq!(texts(&document, "RecordReference").len(), 4);
    assert_eq!(texts(&document, "PersonNameInverted")[0], "García Márquez, Gabriel");
    assert_eq!(texts(&document, "TitlePrefix"), ["The"]);
    assert_eq!(texts(&document, "PriceType"), ["02", "02", "04"]);
    assert_eq!(texts(&document, "PriceAmount"), ["14.00", "12.50", "9.90"]);
    assert_eq!(texts(&document, "ResourceLink"), [books::COVER]);
    assert_eq!(texts(&document, "UnpricedItemType"), ["02"]);
    let dated: Vec<_> = document.descendants().filter(|node| node.tag_name().name() == "Date").collect();
    let dates: Vec<_> =
        dated.iter().map(|node| (node.attribute("dateformat").unwrap(), node.text().unwrap())).collect();
    assert_eq!(dates, [("01", "202703"), ("00", "20270304"), ("05", "1967"), ("05", "1967"), ("00", "20261122")]);
}

#[test]
fn a_message_can_be_of_one_publisher_or_one_feed() {
    let stock = Stock::new(true);
    let count = |filter: &OnixFilter| stock.export(filter).matches("<Product>").count();
    let publisher = |name: &str| OnixFilter { publisher: Some(name.into()), ..OnixFilter::default() };
    assert_eq!(
        [count(&publisher("=Halyard & Sons")), count(&publisher("@Halyard")), count(&publisher("x"))],
        [1, 1, 0]
    );
    let source = OnixFilter { source: Some("nobody".into()), ..OnixFilter::default() };
    assert_eq!(count(&source), 0);
}

#[test]
fn what_was_exported_is_imported_without_loss() {
    let (stock, other) = (Stock::new(true), Stock::new(false));
    let report = other.import(&stock.export(&OnixFilter::default()));
    // A product of which only the shop's own number is known is refused by every shop.
    assert_eq!((report.read, report.created, report.rejected), (4, 3, 1), "{report:#?}");
    let (sent, came) = (stock.editions(), other.editions());
    for (place, (edition, work)) in [0, 2, 3].into_iter().zip(&came) {
        let (sent, sent_work) = &sent[place];
        let mut lost = fields::differences(fields::EDITION, &sent.facts, &edition.facts);
        lost.extend(fields::differences(fields::WORK, sent_work, work));
        // Which copies are signed, what is asked for and on which shelf it stands is the shop's own affair; years
        // before our era have no way to be written.
        lost.retain(|it| !["signed", "popularity", "categories"].contains(&it.field) && it.from != "-750");
        assert!(lost.is_empty(), "{lost:#?}");
    }
    assert_eq!(came[0].0.work_id, came[1].0.work_id, "two editions of one work");
}
