//! A `<Product>` of release 3 as a record.

use super::Defaults;
use super::element::Element;
use super::{amounts, collateral, form, identifiers, people, publishing, subjects, supply, titles};
use crate::imports::record::{Intent, Record};
use crate::imports::run::Context;

/// Reads a product. The error is the reason to reject it.
pub(super) fn read(product: &Element, defaults: &Defaults, context: &Context) -> Result<Record, String> {
    let mut record = Record { reference: product.words("RecordReference"), ..Record::default() };
    let notification = product.value("NotificationType").unwrap_or_default();
    record.intent = match notification {
        "05" => Intent::Withdraw,
        "88" | "89" => return Err("a test record: it is not to be published".into()),
        _ => Intent::Store,
    };
    record.early = matches!(notification, "01" | "02");
    record.amends = matches!(notification, "04" | "12" | "13" | "14");
    match identifiers::isbn(product) {
        Ok(isbn) => record.facts.isbn = isbn,
        // What changes a known record is known by its reference.
        Err(_) if record.reference.is_some() && (record.amends || record.intent == Intent::Withdraw) => {}
        Err(reason) => return Err(reason),
    }
    if record.facts.isbn.is_none() {
        form::gtin(product, &mut record.facts);
    }
    if record.intent == Intent::Withdraw {
        let why = product.all("DeletionText").map(|text| text.text.trim()).find(|text| !text.is_empty());
        record.warnings.extend(
            why.map(|why| format!("the sender deleted the record: {}", why.chars().take(200).collect::<String>())),
        );
        return record.check().map(|()| record);
    }
    read_blocks(&mut record, product, defaults, context)?;
    if record.facts.title.is_empty() && !record.amends {
        return Err("the record has no title".into());
    }
    record.check()?;
    Ok(record)
}

fn read_blocks(record: &mut Record, product: &Element, defaults: &Defaults, context: &Context) -> Result<(), String> {
    let mut wholly: Vec<&str> = Vec::new();
    if let Some(detail) = product.one("DescriptiveDetail") {
        form::read(record, detail);
        titles::read(record, detail);
        record.facts.credits = people::read(detail);
        form::read_languages(record, detail, defaults);
        amounts::read(&mut record.facts, detail);
        subjects::read(&mut record.facts, detail);
        subjects::read_ages(&mut record.facts, detail);
        collateral::read_biographies(record, detail);
        wholly.extend(DESCRIPTIVE.iter().filter(|_| !record.facts.title.is_empty()));
    }
    if let Some(detail) = product.one("CollateralDetail") {
        collateral::read(record, detail);
        wholly.extend(COLLATERAL);
    }
    if let Some(detail) = product.one("PublishingDetail") {
        publishing::read(record, detail);
        let is_whole = record.facts.publisher.is_some() || record.facts.imprint.is_some();
        wholly.extend(PUBLISHING.iter().filter(|_| is_whole));
    }
    if let Some(material) = product.one("RelatedMaterial") {
        publishing::read_related(record, material);
        wholly.push("related");
    }
    supply::read(record, product, defaults, context)?;
    if is_off_sale(record) {
        record.intent = Intent::StoreUnlisted;
    }
    if record.amends {
        record.wholly = wholly;
    } else if product.one("PublishingDetail").is_some() {
        // An embargo that a full record no longer names is over.
        record.wholly = vec!["embargo"];
    }
    Ok(())
}

/// Lists 64 and 65: cancelled, withdrawn, recalled.
fn is_off_sale(record: &Record) -> bool {
    matches!(record.facts.publishing_status.as_str(), "01" | "11" | "12" | "15" | "16" | "17")
        || matches!(record.facts.availability.as_str(), "01" | "46" | "49")
}

/// What block 1 states, by the names of `catalog::fields`. A title and a format are never unsaid; the note on the
/// authors can stand in block 1 or 2, so neither alone takes it away.
const DESCRIPTIVE: [&str; 21] = [
    "title_prefix",
    "subtitle",
    "credits",
    "edition_statement",
    "language",
    "more_languages",
    "format_note",
    "pages",
    "minutes",
    "weight_g",
    "height_mm",
    "width_mm",
    "thickness_mm",
    "age_from",
    "age_to",
    "accessibility",
    "protection",
    "subjects",
    "series",
    "original_title",
    "original_language",
];
/// What block 2 states.
const COLLATERAL: [&str; 3] = ["description", "contents", "quotes"];
/// What block 4 states; a status that is not said is the old one.
const PUBLISHING: [&str; 6] = ["publisher", "imprint", "published", "embargo", "first_published", "safety_contact"];
