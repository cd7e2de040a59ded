//! The book for programs: JSON-LD with the work on top and every edition in it, and OpenGraph.
//!
//! Source: schema.org 29 (`Book`, `Offer`, `BookSeries`, `Person`, `Organization`) and ogp.me. No rating: readers give none here.

use maud::{Markup, html};
use serde_json::{Map, Value, json};

use super::gather::View;
use crate::catalog::{Credit, Edition, Offer, texts};
use crate::web::shop::showing::Seen;
use crate::web::shop::{language, pictures};

/// A `Book` that is the work, with a `workExample` per edition.
pub(super) fn book(view: &View<'_>) -> Value {
    let (edition, work) = (&view.edition, &view.work);
    let mut book = json!({
        "@context": "https://schema.org",
        "@type": "Book",
        "@id": format!("urn:uuid:{}", edition.work_id),
        "name": edition.facts.title,
        "url": address(view, &edition.path()),
        "workExample": view.formats.iter().map(|seen| example(view, seen)).collect::<Vec<_>>(),
    });
    let description = edition.facts.description.as_deref().map(|html| texts::summary(html, 300));
    let number = work.series.as_ref().and_then(|(_, number)| number.clone());
    let facts = [
        ("author", people(&edition.facts.credits, "by")),
        (
            "alternateName",
            work.original_title.as_deref().filter(|title| *title != edition.facts.title).map(Value::from),
        ),
        ("image", image(view, &view.current).map(Value::from)),
        ("description", description.filter(|text| !text.is_empty()).map(Value::from)),
        ("isPartOf", work.series.as_ref().map(|(name, _)| json!({ "@type": "BookSeries", "name": name }))),
        ("position", number.map(Value::from)),
    ];
    add(book.as_object_mut(), facts);
    book
}

fn add<const N: usize>(object: Option<&mut Map<String, Value>>, facts: [(&str, Option<Value>); N]) {
    if let Some(object) = object {
        object.extend(facts.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
    }
}

fn address(view: &View<'_>, path: &str) -> String {
    format!("{}{path}", view.origin)
}

/// The picture of its cover. A drawn one is no picture of the book, and no program shows SVG.
fn image(view: &View<'_>, seen: &Seen) -> Option<String> {
    seen.front.as_ref().map(|picture| address(view, &pictures::address(picture)))
}

/// Those whose part has these words; `None` where nobody has.
fn people(credits: &[Credit], words: &str) -> Option<Value> {
    let found: Vec<Value> = credits
        .iter()
        .filter(|credit| credit.role.words() == words)
        .map(|credit| json!({ "@type": if credit.body { "Organization" } else { "Person" }, "name": credit.name }))
        .collect();
    (!found.is_empty()).then(|| Value::from(found))
}

fn example(view: &View<'_>, seen: &Seen) -> Value {
    let row = &seen.row;
    let url = address(view, &row.path());
    let mut example = json!({ "@type": "Book", "@id": url, "name": row.title, "url": url });
    let facts = [
        ("isbn", row.isbn.as_ref().map(|isbn| json!(isbn.as_str()))),
        ("bookFormat", book_format(row.format.code()).map(Value::from)),
        ("inLanguage", row.language.as_deref().map(|code| json!(language::tag(code)))),
        ("datePublished", row.published.map(|date| json!(date.to_string()))),
        ("publisher", row.publisher.as_ref().map(|name| json!({ "@type": "Organization", "name": name }))),
        ("image", image(view, seen).map(Value::from)),
        ("offers", offer(seen, &url)),
    ];
    add(example.as_object_mut(), facts);
    if let Some(edition) = view.editions.iter().find(|edition| edition.id == row.id) {
        add(example.as_object_mut(), of_edition(edition));
    }
    example
}

/// What only the whole edition says.
fn of_edition(edition: &Edition) -> [(&'static str, Option<Value>); 6] {
    let facts = &edition.facts;
    let persons: Vec<Credit> = facts.credits.iter().filter(|credit| !credit.body).cloned().collect();
    [
        ("numberOfPages", facts.pages.map(Value::from)),
        ("bookEdition", facts.edition_statement.as_deref().map(Value::from)),
        ("author", people(&facts.credits, "by")),
        ("translator", people(&facts.credits, "translated by")),
        // Of these two schema.org says that they are persons.
        ("illustrator", people(&persons, "illustrated by")),
        ("editor", people(&persons, "edited by")),
    ]
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

/// What is shown where somebody shares the page; title, description and address are every page's.
pub(super) fn open_graph(view: &View<'_>) -> Markup {
    let facts = &view.edition.facts;
    let day = facts.published.map(|date| date.to_string()).filter(|date| date.len() == 10);
    html! {
        meta property="og:type" content="book";
        @if let (Some(image), Some(picture)) = (image(view, &view.current), &view.current.front) {
            meta property="og:image" content=(image);
            meta property="og:image:width" content=(picture.width);
            meta property="og:image:height" content=(picture.height);
            meta property="og:image:alt" content={ "Cover of " (facts.title) };
        }
        @if let Some(isbn) = &facts.isbn { meta property="book:isbn" content=(isbn.as_str()); }
        @for credit in facts.credits.iter().filter(|credit| credit.role.words() == "by") {
            meta property="book:author" content=(credit.name);
        }
        @if let Some(day) = &day { meta property="book:release_date" content=(day); }
    }
}
