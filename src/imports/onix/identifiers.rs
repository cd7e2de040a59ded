//! Numbers of products and works.

use super::element::Element;
use crate::kernel::isbn::Isbn;

/// What is said to be an ISBN, the most exact first (List 5: 15 ISBN-13, 03 GTIN-13 of a book, 02 ISBN-10).
pub(super) fn isbns(product: &Element) -> impl Iterator<Item = &str> {
    let gtins = of_type(product, "03").filter(|value| is_of_a_book(value));
    of_type(product, "15").chain(gtins).chain(of_type(product, "02"))
}

/// 979-0 is sheet music: a number, but no ISBN.
fn is_of_a_book(gtin: &str) -> bool {
    gtin.starts_with("978") || (gtin.starts_with("979") && !gtin.starts_with("9790") && !gtin.starts_with("979-0"))
}

fn of_type<'a>(product: &'a Element, kind: &'static str) -> impl Iterator<Item = &'a str> {
    product
        .all("ProductIdentifier")
        .filter(move |id| id.says("ProductIDType", kind))
        .filter_map(|id| id.value("IDValue"))
}

/// The product's ISBN, or none where it has another public number.
///
/// # Errors
///
/// It states ISBNs of which none is valid, or only a number of its sender's own.
pub(super) fn isbn(product: &Element) -> Result<Option<Isbn>, String> {
    if let Some(isbn) = isbns(product).find_map(|value| value.parse::<Isbn>().ok()) {
        return Ok(Some(isbn));
    }
    let is_public = |kind: &&'static str| of_type(product, kind).next().is_some();
    match isbns(product).next() {
        Some(wrong) => Err(format!(
            "“{}” is not a valid ISBN, and the record states no other",
            wrong.chars().take(40).collect::<String>()
        )),
        None if ["03", "04", "05", "06", "14", "22", "25", "26"].iter().any(is_public) => Ok(None),
        None => Err("the record states no ISBN or GTIN, only a number of its sender's own".into()),
    }
}

/// A work's number, with its kind and whose it is: a public one before a sender's own.
pub(super) fn work(work: &Element) -> Option<String> {
    let mut found: Vec<(bool, String)> = work
        .all("WorkIdentifier")
        .filter_map(|id| {
            let kind = id.value("WorkIDType")?;
            let name = id.words("IDTypeName").map(|name| format!("{name}:")).unwrap_or_default();
            Some((kind == "01", format!("{kind}:{name}{}", id.words("IDValue")?)))
        })
        .collect();
    found.sort_by_key(|(is_own, _)| *is_own);
    found.into_iter().next().map(|(_, number)| number).filter(|number| number.len() <= 300)
}
