//! Publisher, status, dates and relations of a 2.1 product: blocks 4 and 5.

use super::{carried, copies, identifier, numbers, renamed};
use crate::imports::onix::element::Element;

/// Block 4.
pub(super) fn publishing(product: &Element) -> Element {
    let mut parts: Vec<Element> = copies(product, "Imprint").collect();
    parts.extend(carried(product, "ImprintName", "ImprintName").map(|name| Element::of("Imprint", [name])));
    parts.extend(copies(product, "Publisher"));
    parts.extend(carried(product, "PublisherName", "PublisherName").map(|name| Element::of("Publisher", [name])));
    parts.extend(copies(product, "PublishingStatus"));
    // List 163.
    let dates = [("01", product.value("PublicationDate")), ("11", product.value("YearFirstPublished"))];
    parts.extend(dates.into_iter().filter_map(|(role, date)| {
        let date = Element::leaf("Date", date?);
        Some(Element::of("PublishingDate", [Element::leaf("PublishingDateRole", role), date]))
    }));
    Element::of("PublishingDetail", parts)
}

/// Block 5. Its own work is what a product is a manifestation of (List 164: 01).
pub(super) fn related(product: &Element) -> Element {
    let mut parts: Vec<Element> = Vec::new();
    for work in product.all("WorkIdentifier") {
        parts.push(Element::of("RelatedWork", [Element::leaf("WorkRelationCode", "01"), work.clone()]));
    }
    for other in product.all("RelatedProduct") {
        let mut other = renamed(other, &[("RelationCode", "ProductRelationCode")]);
        let own: Vec<Element> = numbers(&other).collect();
        other.children.extend(own);
        parts.push(other);
    }
    // List 51: 05 replaced by, 03 replaces, 06 another format.
    let named = [
        ("ReplacedByISBN", "05", "02"),
        ("ReplacedByEAN13", "05", "03"),
        ("ReplacesISBN", "03", "02"),
        ("ReplacesEAN13", "03", "03"),
        ("AlternativeFormatISBN", "06", "02"),
        ("AlternativeFormatEAN13", "06", "03"),
    ];
    parts.extend(named.into_iter().filter_map(|(name, relation, kind)| {
        let number = identifier(kind, product.value(name)?);
        Some(Element::of("RelatedProduct", [Element::leaf("ProductRelationCode", relation), number]))
    }));
    Element::of("RelatedMaterial", parts)
}
