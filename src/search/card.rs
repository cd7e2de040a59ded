//! What the index knows of one edition, read from the catalogue and the stock.

use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;

use crate::catalog::{
    self, BookRow, Credit, Edition, Offer, WorkFacts, alike, categories, prices, prices::PriceKind, texts,
};
use crate::kernel::ids::{self, Id};
use crate::kernel::isbn::Isbn;
use crate::kernel::money::Money;
use crate::kernel::text::{fold, sort_title_in};
use crate::kernel::time::to_ms;
use crate::settings::Shop;
use crate::stock;

use super::availability::Availability;
use super::schema::FOLD;
use super::words::name_key;

/// One edition's document before it is one.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Card {
    #[serde(skip)]
    pub(super) id: Id,
    /// What works that look the same have in common.
    pub(super) alike: i64,
    pub(super) title: String,
    /// Subtitle and original title.
    pub(super) also: Vec<String>,
    pub(super) original_title: Option<String>,
    pub(super) authors: Vec<String>,
    /// Who wrote it, each name only as it is shown.
    pub(super) writers: Vec<String>,
    /// The authors' surnames, where somebody parted them.
    pub(super) surnames: Vec<String>,
    /// Translators, illustrators, readers.
    pub(super) people: Vec<String>,
    /// The series' name and the volume's number.
    pub(super) series: Option<(String, Option<String>)>,
    pub(super) publishers: Vec<String>,
    /// Names of its categories, words of its subjects.
    pub(super) subjects: Vec<String>,
    pub(super) description: Option<String>,
    /// Thirteen digits, and ten where there are ten.
    pub(super) isbns: Vec<String>,
    /// Paths of the categories and of all that they stand in.
    pub(super) categories: Vec<String>,
    pub(super) format: String,
    /// Its place among the formats of a work.
    pub(super) format_order: u8,
    pub(super) language: Option<String>,
    pub(super) sort_title: String,
    /// The first author as sorted, then the title; books of nobody come last.
    pub(super) sort_author: String,
    pub(super) year: Option<i16>,
    /// Minor units in the shop's currency, for sorting and filtering only.
    pub(super) price: Option<u64>,
    /// Cheaper than the publisher's price.
    pub(super) reduced: bool,
    pub(super) availability: Availability,
    pub(super) popularity: u32,
    /// Copies sold by the shop.
    pub(super) sold: u32,
    /// The moment, in Unix milliseconds, at which price or shelf may change without anybody writing a row.
    #[serde(skip)]
    pub(super) due: Option<i64>,
}

impl Card {
    /// How much it is asked for, in folds: what the shop sold counts four times.
    pub(super) fn demand(&self) -> u64 {
        let folds = f64::from(self.popularity).ln_1p() + 4.0 * f64::from(self.sold).ln_1p();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 120 folds")]
        let demand = (folds * FOLD as f64).round() as u64;
        demand
    }

    /// A number over everything the document says; two cards with the same one need not be told apart.
    pub(super) fn print(&self) -> u64 {
        // Strings and numbers cannot fail to be written as JSON; an empty text would only cost a needless update.
        let facts = serde_json::to_vec(self).unwrap_or_default();
        ids::fingerprint(&facts).iter().take(8).fold(0, |print, byte| (print << 8) | u64::from(*byte))
    }
}

/// The card of an edition at `now`; `None` when visitors do not see it.
pub(super) fn read(conn: &Connection, id: Id, shop: &Shop, now: Timestamp) -> rusqlite::Result<Option<Card>> {
    let Some(row) = catalog::row(conn, id, shop.currency(), now)?.filter(|row| row.listed) else { return Ok(None) };
    let Some(edition) = catalog::find(conn, id)? else { return Ok(None) };
    let work = catalog::find_work(conn, row.work_id)?.unwrap_or_default();
    let copies = stock::available(conn, id, now)?;
    let due = due(conn, &row, copies, shop, now)?;
    let alike = alike::of(conn, row.work_id)?.unwrap_or_else(|| alike::alone(row.work_id));
    let subjects = each_once(categories::of_work(conn, row.work_id)?.into_iter().map(|category| category.name));
    let rrp = prices::current_of_kind(conn, id, shop.currency(), PriceKind::Rrp, now)?.map(|(rrp, _)| rrp);
    let around = Around { alike, subjects, copies, rrp, sold: stock::sold(conn, id)?, due };
    Ok(Some(card(&row, edition, work, around, shop, now)))
}

/// The cards of all that visitors see of works that look the same.
pub(super) fn read_group(conn: &Connection, alike: i64, shop: &Shop, now: Timestamp) -> rusqlite::Result<Vec<Card>> {
    let mut cards = Vec::new();
    for work in alike::works(conn, alike)? {
        for id in catalog::list_ids_of_work(conn, work)? {
            cards.extend(read(conn, id, shop, now)?);
        }
    }
    Ok(cards)
}

/// What is known of an edition beside its own rows.
struct Around {
    alike: i64,
    subjects: Vec<String>,
    copies: u32,
    rrp: Option<Money>,
    sold: u32,
    due: Option<i64>,
}

/// Stands after every name.
const NOBODY: &str = "\u{10ffff}";

fn card(row: &BookRow, edition: Edition, work: WorkFacts, around: Around, shop: &Shop, now: Timestamp) -> Card {
    let facts = edition.facts;
    let surnames = surnames(&facts.credits);
    let written = facts.credits.iter().filter(|credit| credit.role.words() == "by");
    let writers = written.map(|credit| credit.name.clone()).collect();
    let (authors, people) = names(&facts.credits);
    let sort_title = Some(sort_title_in(&facts.title, facts.title_prefix.as_deref(), facts.language.as_deref()))
        .filter(|title| !title.is_empty())
        .unwrap_or_else(|| facts.title.clone());
    let first = facts.credits.first().map_or_else(|| NOBODY.to_owned(), |credit| fold(&credit.sort_name));
    Card {
        id: row.id,
        alike: around.alike,
        original_title: work.original_title.clone(),
        surnames,
        writers,
        subjects: around.subjects,
        description: facts.description.as_deref().map(|html| texts::summary(html, 1000)),
        sort_author: format!("{first} {sort_title}"),
        sort_title,
        also: [facts.subtitle, work.original_title.clone()].into_iter().flatten().collect(),
        authors,
        people,
        series: work.series,
        publishers: [facts.publisher, facts.imprint].into_iter().flatten().collect(),
        isbns: facts.isbn.map(|isbn| spellings(&isbn)).unwrap_or_default(),
        categories: with_ancestors(&work.categories),
        format: facts.format.label().to_owned(),
        format_order: facts.format.order(),
        language: facts.language.map(|language| language.trim().to_owned()).filter(|language| !language.is_empty()),
        year: facts.published.map(|date| date.year()),
        price: row.price.and_then(|price| u64::try_from(price.minor).ok()),
        reduced: around.rrp.zip(row.price).is_some_and(|(rrp, price)| price.minor < rrp.minor),
        availability: Availability::of(&Offer::of(row, around.copies, shop.today(now))),
        popularity: work.popularity,
        sold: around.sold,
        due: around.due,
        title: facts.title,
    }
}

/// Authors and others, as `byline` parts them; where nobody wrote it, who edited it counts as the author.
fn names(credits: &[Credit]) -> (Vec<String>, Vec<String>) {
    let (first, others): (Vec<&Credit>, Vec<&Credit>) = credits.iter().partition(|credit| credit.role.words() == "by");
    let (authors, people) = if first.is_empty() { (others, first) } else { (first, others) };
    let names = |credits: Vec<&Credit>| credits.into_iter().flat_map(spoken).collect();
    (names(authors), names(people))
}

/// The name as it is shown, and as it is sorted where that has other words.
fn spoken(credit: &Credit) -> impl Iterator<Item = String> {
    let same = name_key(&credit.name) == name_key(&credit.sort_name);
    [Some(credit.name.clone()), (!same).then(|| credit.sort_name.clone())].into_iter().flatten()
}

fn surnames(credits: &[Credit]) -> Vec<String> {
    let authors = credits.iter().filter(|credit| credit.role.words() == "by" && !credit.body);
    each_once(authors.filter_map(|credit| credit.sort_name.split_once(',')).map(|(surname, _)| fold(surname)))
}

fn with_ancestors(paths: &[String]) -> Vec<String> {
    each_once(paths.iter().flat_map(|path| {
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        ends.filter_map(|end| path.get(..end)).map(str::to_owned)
    }))
}

pub(super) fn each_once(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The thirteen digits, and the ten that a 978 number had before 2007.
fn spellings(isbn: &Isbn) -> Vec<String> {
    let thirteen = isbn.as_str();
    let ten = thirteen.strip_prefix("978").and_then(|rest| rest.get(..9)).map(|body| {
        let sum: u32 = body.chars().filter_map(|c| c.to_digit(10)).zip(1..).map(|(digit, weight)| digit * weight).sum();
        match sum % 11 {
            10 => format!("{body}x"),
            check => format!("{body}{check}"),
        }
    });
    [thirteen.to_owned()].into_iter().chain(ten).collect()
}

fn due(conn: &Connection, row: &BookRow, copies: u32, shop: &Shop, now: Timestamp) -> rusqlite::Result<Option<i64>> {
    // With a copy free, the end of another's hold changes nothing here.
    let hold = if copies == 0 { stock::next_expiry(conn, row.id, now)? } else { None };
    let later = [row.published.map(|date| date.first_day()), row.embargo];
    let day = later.into_iter().flatten().filter(|day| *day > shop.today(now)).min();
    let day = day.and_then(|day| day.to_zoned(shop.zone()).ok()).map(|midnight| midnight.timestamp());
    Ok([row.price_until, hold, day].into_iter().flatten().min().map(to_ms))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn isbns_are_known_in_both_lengths() {
        let both = |text: &str| spellings(&text.parse().unwrap());
        assert_eq!(both("9780306406157"), ["9780306406157", "0306406152"]);
        assert_eq!(both("9780975229804"), ["9780975229804", "097522980x"]);
        assert_eq!(both("9791038704022"), ["9791038704022"]);
    }

    #[test]
    fn a_category_counts_for_all_it_stands_in() {
        let paths = ["fiction/crime/nordic".to_owned(), "fiction".to_owned()];
        assert_eq!(with_ancestors(&paths), ["fiction", "fiction/crime", "fiction/crime/nordic"]);
    }
}
