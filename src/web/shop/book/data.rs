//! The book for search engines: the work, its editions, and what each is offered for.

use serde_json::{Map, Value, json};

use super::gather::View;
use crate::catalog::{Offer, texts};
use crate::web::shop::language;
use crate::web::shop::showing::Seen;

/// A `Book` with a `workExample` per edition.
pub(super) fn book(view: &View<'_>) -> Value {
    let edition = &view.edition;
    let url = format!("{}{}", view.origin, edition.path());
    let authors: Vec<Value> = edition
        .facts
        .credits
        .iter()
        .filter(|credit| credit.role.words() == "by")
        .map(|credit| json!({ "@type": "Person", "name": credit.name }))
        .collect();
    let mut book = json!({
        "@context": "https://schema.org",
        "@type": "Book",
        "@id": format!("urn:uuid:{}", edition.work_id),
        "name": edition.facts.title,
        "author": authors,
        "url": url,
        "workExample": view.formats.iter().map(|seen| example(view, seen)).collect::<Vec<_>>(),
    });
    let description = edition.facts.description.as_deref().map(|html| texts::summary(html, 300));
    let series = view.work.series.as_ref().map(|(name, _)| json!({ "@type": "BookSeries", "name": name }));
    let facts = [("description", description.map(Value::from)), ("isPartOf", series)];
    add(book.as_object_mut(), facts);
    book
}

fn add<const N: usize>(object: Option<&mut Map<String, Value>>, facts: [(&str, Option<Value>); N]) {
    if let Some(object) = object {
        object.extend(facts.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
    }
}

fn example(view: &View<'_>, seen: &Seen) -> Value {
    let row = &seen.row;
    let url = format!("{}{}", view.origin, row.path());
    let mut example = json!({ "@type": "Book", "name": row.title, "url": url });
    let pages = (row.id == view.edition.id).then_some(view.edition.facts.pages).flatten();
    let facts = [
        ("isbn", row.isbn.as_ref().map(|isbn| json!(isbn.as_str()))),
        ("bookFormat", book_format(row.format.code()).map(Value::from)),
        ("inLanguage", row.language.as_deref().map(|code| json!(language::tag(code)))),
        ("datePublished", row.published.map(|date| json!(date.to_string()))),
        ("publisher", row.publisher.as_ref().map(|name| json!({ "@type": "Organization", "name": name }))),
        ("numberOfPages", pages.map(Value::from)),
        ("offers", offer(seen, &url)),
    ];
    add(example.as_object_mut(), facts);
    example
}

fn book_format(code: &str) -> Option<&'static str> {
    match code {
        "BB" => Some("https://schema.org/Hardcover"),
        "BC" => Some("https://schema.org/Paperback"),
        code if code.starts_with('A') => Some("https://schema.org/AudiobookFormat"),
        code if code.starts_with('E') => Some("https://schema.org/EBook"),
        _ => None,
    }
}

/// What it can be had for; `None` for a book that has no price or cannot be ordered before it is out.
fn offer(seen: &Seen, url: &str) -> Option<Value> {
    let price = seen.row.price?;
    let availability = match seen.offer {
        Offer::OnShelf { .. } => "InStock",
        Offer::ToOrder { .. } => "BackOrder",
        Offer::OutOfPrint => "Discontinued",
        Offer::Reprinting | Offer::Unavailable => "OutOfStock",
        Offer::Forthcoming { .. } | Offer::NoPrice => return None,
    };
    Some(json!({
        "@type": "Offer",
        "url": url,
        "price": price.decimal(),
        "priceCurrency": price.currency.code(),
        "availability": format!("https://schema.org/{availability}"),
        "itemCondition": "https://schema.org/NewCondition",
    }))
}
