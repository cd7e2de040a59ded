//! Who publishes a product, in which state it is, from when it may be sold, whom it has to do with.

use super::dates;
use super::element::Element;
use super::identifiers;
use crate::catalog::Related;
use crate::imports::record::Record;

const MAX_RELATED: usize = 100;

/// Publisher, imprint, status, dates.
pub(super) fn read(record: &mut Record, detail: &Element) {
    let facts = &mut record.facts;
    facts.imprint = detail.all("Imprint").find_map(|imprint| imprint.words("ImprintName"));
    let named = |publisher: &&Element| publisher.words("PublisherName").is_some();
    let first = detail.all("Publisher").find(|publisher| publisher.says("PublishingRole", "01") && named(publisher));
    let publisher = first.or_else(|| detail.all("Publisher").find(named));
    facts.publisher = publisher.and_then(|publisher| publisher.words("PublisherName"));
    facts.publishing_status = code(detail.value("PublishingStatus"));
    // List 163: 01 published, 02 not to be sold before; 11 and 20 when the work first came out.
    let date = |role: &str| dates::with_role(detail, "PublishingDate", "PublishingDateRole", role);
    facts.published = date("01");
    facts.embargo = date("02").map(|date| date.first_day());
    record.work.first_published = date("20").or_else(|| date("11")).map(|date| date.year());
    facts.safety_contact = safety_contact(detail);
}

/// What the market that the shop is in says otherwise.
pub(super) fn read_market(record: &mut Record, market: &Element) {
    let date = |role: &str| dates::with_role(market, "MarketDate", "MarketDateRole", role);
    let facts = &mut record.facts;
    facts.published = date("01").or(facts.published);
    facts.embargo = date("02").map(|date| date.first_day()).or(facts.embargo);
    // List 68 is List 64 but for 12 and 14, which say that others may sell it.
    let status = code(market.value("MarketPublishingStatus"));
    if matches!(status.as_str(), "01" | "02" | "03" | "07" | "11" | "15" | "16" | "17") {
        facts.publishing_status = status;
    }
    facts.safety_contact = facts.safety_contact.take().or_else(|| safety_contact(market));
}

/// A two-figure code of a list; anything else is nothing.
pub(super) fn code(text: Option<&str>) -> String {
    text.filter(|code| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_digit())).unwrap_or_default().to_owned()
}

/// List 198: 10 answers for the product's safety; name, address and ways to write.
fn safety_contact(detail: &Element) -> Option<String> {
    let contact = detail.all("ProductContact").find(|contact| contact.says("ProductContactRole", "10"))?;
    let parts = [
        "ProductContactName",
        "ContactName",
        "StreetAddress",
        "PostalCode",
        "LocationName",
        "CountryCode",
        "EmailAddress",
        "TelephoneNumber",
    ];
    let said: Vec<String> = parts.iter().filter_map(|part| contact.words(part)).collect();
    let text = said.join(", ");
    (!text.is_empty() && text.len() <= 2000).then_some(text)
}

/// Other products with a valid number, and the work behind this one.
pub(super) fn read_related(record: &mut Record, material: &Element) {
    for product in material.all("RelatedProduct") {
        let Some(isbn) = identifiers::isbns(product).find_map(|number| number.parse().ok()) else { continue };
        for code in product.values("ProductRelationCode").filter(|code| code.len() == 2) {
            let related = Related { code: code.to_owned(), isbn: crate::kernel::isbn::Isbn::clone(&isbn) };
            if record.facts.related.len() < MAX_RELATED && !record.facts.related.contains(&related) {
                record.facts.related.push(related);
            }
        }
    }
    // List 164: 01 is the work itself; derived ones are others.
    let works = material.all("RelatedWork").filter(|work| work.says("WorkRelationCode", "01"));
    record.work_reference = works.filter_map(identifiers::work).next();
}
