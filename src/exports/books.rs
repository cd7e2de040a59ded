//! Books: a row for each edition, in columns that the importer knows.
//!
//! `edition-id` makes the file the shop's own: the importer takes it at its word, finds every book again, and finds
//! nothing new in an unchanged row. Prices of other currencies and of other days are not in it.

use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::ExportError;
use super::cell::Cell;
use super::sheet::Rows;
use crate::catalog::prices::{self, PriceKind};
use crate::catalog::{self, Edition, WorkFacts, cells, walk};
use crate::media::{self, links::Link};
use crate::settings::Shop;
use crate::stock;

/// Books read at a time.
const BATCH: u32 = 500;

pub(super) fn rows(conn: &Connection, shop: &Shop, now: Timestamp, sheet: &mut Rows<'_>) -> Result<(), ExportError> {
    let mut after = walk::START;
    loop {
        let ids = walk::list_ids(conn, after, BATCH)?;
        let Some(last) = ids.last() else { return Ok(()) };
        after = *last;
        for id in ids {
            let Some(edition) = catalog::find(conn, id)? else { continue };
            let work = catalog::find_work(conn, edition.work_id)?.unwrap_or_default();
            let asked = Asked::read(conn, &edition, shop, now)?;
            let copies = stock::on_hand(conn, id)?;
            let links = media::links::list(conn, id)?;
            sheet.add(&row(&edition, &work, &asked, copies, &links))?;
        }
    }
}

/// What the shop asks for a book now, by kind of price.
struct Asked {
    prices: [Cell; 3],
    currency: Cell,
    tax_included: Cell,
}

impl Asked {
    /// Prices that differ in tax from the first are left out: one column says it for the row.
    fn read(conn: &Connection, edition: &Edition, shop: &Shop, now: Timestamp) -> rusqlite::Result<Asked> {
        let mut asked =
            Asked { prices: [const { Cell::Nothing }; 3], currency: Cell::Nothing, tax_included: Cell::Nothing };
        let mut tax: Option<bool> = None;
        for (place, kind) in asked.prices.iter_mut().zip([PriceKind::Selling, PriceKind::Rrp, PriceKind::Fixed]) {
            let found = prices::current_of_kind(conn, edition.id, shop.currency(), kind, now)?;
            let Some((amount, tax_included)) = found.filter(|(_, of)| tax.is_none_or(|tax| tax == *of)) else {
                continue;
            };
            tax = Some(tax_included);
            *place = Cell::Amount(amount);
            asked.currency = Cell::text(amount.currency.code());
            asked.tax_included = Cell::Flag(tax_included);
        }
        Ok(asked)
    }
}

fn row(edition: &Edition, work: &WorkFacts, asked: &Asked, copies: u32, links: &[Link]) -> Vec<Cell> {
    let facts = &edition.facts;
    let [price, rrp, fixed] = &asked.prices;
    vec![
        Cell::text(edition.id.to_string()),
        Cell::of(facts.isbn.as_ref(), |isbn| Cell::text(isbn.as_str())),
        Cell::of(facts.gtin.as_ref(), |gtin| Cell::text(gtin.as_str())),
        Cell::text(&facts.title),
        Cell::words(facts.title_prefix.as_ref()),
        Cell::words(facts.subtitle.as_ref()),
        contributors(edition),
        Cell::words(facts.edition_statement.as_ref()),
        Cell::text(facts.format.code()),
        Cell::words(facts.format_note.as_ref()),
        languages(edition),
        Cell::words(facts.publisher.as_ref()),
        Cell::words(facts.imprint.as_ref()),
        Cell::of(facts.published, Cell::Date),
        Cell::of(facts.embargo, Cell::Day),
        Cell::text(&facts.publishing_status),
        Cell::text(&facts.availability),
        Cell::of(facts.lead_days, |(from, to)| Cell::text(format!("{from} to {to}"))),
        price.clone(),
        rrp.clone(),
        fixed.clone(),
        asked.currency.clone(),
        asked.tax_included.clone(),
        Cell::Number(copies.into()),
        Cell::Flag(edition.listed),
        Cell::Flag(facts.signed),
        Cell::number(facts.pages),
        Cell::number(facts.minutes),
        Cell::number(facts.weight_g),
        Cell::number(facts.height_mm),
        Cell::number(facts.width_mm),
        Cell::number(facts.thickness_mm),
        age(facts.age_from, facts.age_to),
        list(work.categories.join("; "), json!(work.categories)),
        subjects(edition),
        Cell::words(work.series.as_ref().map(|(name, _)| name)),
        Cell::words(work.series.as_ref().and_then(|(_, number)| number.as_ref())),
        Cell::text(edition.work_id.to_string()),
        Cell::words(work.original_title.as_ref()),
        Cell::words(work.original_language.as_ref()),
        Cell::number(work.first_published),
        Cell::Number(work.popularity.into()),
        related(edition),
        Cell::words(facts.safety_contact.as_ref()),
        list(facts.accessibility.join(" "), json!(facts.accessibility)),
        Cell::words(facts.protection.as_ref()),
        Cell::words(facts.description.as_ref()),
        Cell::words(facts.author_note.as_ref()),
        Cell::words(facts.contents.as_ref()),
        quotes(edition),
        images(links),
    ]
}

fn list(text: String, value: Value) -> Cell {
    Cell::List(text, value)
}

fn contributors(edition: &Edition) -> Cell {
    let credits = &edition.facts.credits;
    let value = credits.iter().map(|credit| {
        json!({ "name": credit.name, "sort-name": credit.sort_name, "role": credit.role.code(), "body": credit.body })
    });
    list(cells::write_credits(credits), Value::from_iter(value))
}

/// The main language first; a book may have others without one.
fn languages(edition: &Edition) -> Cell {
    let facts = &edition.facts;
    let main = facts.language.clone().unwrap_or_default();
    let all: Vec<&str> = std::iter::once(&main).chain(&facts.more_languages).map(String::as_str).collect();
    let known: Vec<&&str> = all.iter().filter(|code| !code.is_empty()).collect();
    let text = if known.is_empty() { String::new() } else { all.join("; ") };
    list(text, json!(known))
}

fn subjects(edition: &Edition) -> Cell {
    let subjects = &edition.facts.subjects;
    let value = subjects.iter().map(|subject| json!({ "scheme": subject.scheme, "code": subject.code }));
    list(cells::write_subjects(subjects), Value::from_iter(value))
}

fn related(edition: &Edition) -> Cell {
    let related = &edition.facts.related;
    let value = related.iter().map(|other| json!({ "code": other.code, "isbn": other.isbn.as_str() }));
    list(cells::write_related(related), Value::from_iter(value))
}

fn quotes(edition: &Edition) -> Cell {
    let quotes = &edition.facts.quotes;
    let value = quotes.iter().map(|quote| json!({ "text": quote.text, "source": quote.source }));
    list(cells::write_quotes(quotes), Value::from_iter(value))
}

/// The links that feeds named, the cover first; no link has a space.
fn images(links: &[Link]) -> Cell {
    let links: Vec<&str> = links.iter().map(|link| link.link.as_str()).collect();
    list(links.join(" "), json!(links))
}

/// `8 to 12`, `8+`, `to 12`: a spreadsheet would take `8-12` for a day in December.
fn age(from: Option<u8>, to: Option<u8>) -> Cell {
    match (from, to) {
        (Some(from), Some(to)) => Cell::text(format!("{from} to {to}")),
        (Some(from), None) => Cell::text(format!("{from}+")),
        (None, Some(to)) => Cell::text(format!("to {to}")),
        (None, None) => Cell::Nothing,
    }
}
