//! What the shop knows about books: works, editions, contributors, series, categories, prices.
//!
//! Owns `works`, `editions`, `edition_details`, `edition_texts`, `edition_quotes`, `edition_relations`, `contributors`,
//! `contributor_names`, `edition_contributors`, `edition_subjects`, `publishers`, `series`, `categories`, `category_rules`, `thema_labels`,
//! `work_categories`, `prices`, `staff_picks`, `edition_refs`, `work_refs`, `owned_fields`.
//! Never knows how many copies are on the shelf (that is `stock`), and never decides what an order costs.
//!
//! - A *work* is what somebody wrote; an *edition* is what is sold: it has the ISBN, the format, the price.
//! - Roles stand at the edition, because a translator belongs to one (2026-11; refused: contributors per work).
//! - Somebody is one record, however spelt: joined records keep their old spellings and addresses (`people`).
//! - A price that is replaced stays as history. A price set by the owner wins over any feed's.
//! - A field that a person decided is that person's (`owned`): feeds leave it alone unless they are told otherwise.
//! - Every change is told to `changes` in the same transaction.

pub mod addresses;
pub mod alike;
pub mod categories;
pub mod cells;
mod create;
pub mod credits;
pub mod dates;
mod details;
pub mod doctor;
pub mod fields;
pub mod format;
pub mod offer;
pub mod owned;
pub mod people;
pub mod picks;
mod plain;
pub mod prices;
pub mod publishers;
mod read;
pub mod refs;
pub mod related;
pub mod rules;
pub mod series;
pub mod shelving;
pub mod texts;
pub mod thema;
pub mod walk;
pub mod works;
mod write;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::error::{Fault, Kind};
use crate::kernel::date::PartialDate;
use crate::kernel::gtin::Gtin;
use crate::kernel::ids::Id;
use crate::kernel::isbn::Isbn;
use crate::kernel::money::Money;

pub use create::{Draft, Maker, Names, create, create_many};
pub use credits::{Credit, Role};
pub use format::Format;
pub use offer::Offer;
pub use plain::plain_search;
pub use read::{
    count_all, count_hidden, count_listed, find, find_id_by_gtin, find_id_by_isbn, find_work, list_for_staff, list_ids,
    list_ids_between, list_ids_of_work, list_newest, list_popular, row, rows,
};
pub use write::{set_listed, update, update_work};

/// What a feed or a person says about one edition; the whole of it, as it shall be.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct EditionFacts {
    /// The checked number; a book may have none.
    pub isbn: Option<Isbn>,
    /// The barcode of what is no book.
    pub gtin: Option<Gtin>,
    /// 1 to 500 characters, with its prefix.
    pub title: String,
    /// The first word or words of `title` that do not count in sorting: `The`.
    pub title_prefix: Option<String>,
    /// What follows the title on the title page.
    pub subtitle: Option<String>,
    /// Who made it, in order.
    pub credits: Vec<Credit>,
    /// `2nd, revised edition`.
    pub edition_statement: Option<String>,
    /// ISO 639-2/B, like `eng`.
    pub language: Option<String>,
    /// The other languages of a book in several.
    pub more_languages: Vec<String>,
    /// ONIX List 150.
    pub format: Format,
    /// Words for what the code does not say, like “large print”.
    pub format_note: Option<String>,
    /// The publisher's name.
    pub publisher: Option<String>,
    /// The imprint's name.
    pub imprint: Option<String>,
    /// As precise as known.
    pub published: Option<PartialDate>,
    /// The day before which nobody may sell it.
    pub embargo: Option<Date>,
    /// Pages.
    pub pages: Option<u32>,
    /// How long a recording lasts.
    pub minutes: Option<u32>,
    /// Grams.
    pub weight_g: Option<u32>,
    /// Millimetres from head to foot.
    pub height_mm: Option<u32>,
    /// Millimetres from spine to edge.
    pub width_mm: Option<u32>,
    /// Millimetres of the spine.
    pub thickness_mm: Option<u32>,
    /// Readers' age in years, from.
    pub age_from: Option<u8>,
    /// Readers' age in years, to.
    pub age_to: Option<u8>,
    /// ONIX List 64; empty means active (04).
    pub publishing_status: String,
    /// ONIX List 65; empty means unknown (99).
    pub availability: String,
    /// Working days from the supplier, from and to.
    pub lead_days: Option<(u16, u16)>,
    /// Signed by the author.
    pub signed: bool,
    /// HTML or plain text; sanitised when stored.
    pub description: Option<String>,
    /// About who wrote it; as `description`.
    pub author_note: Option<String>,
    /// The table of contents; as `description`.
    pub contents: Option<String>,
    /// What others wrote about it.
    pub quotes: Vec<Quote>,
    /// Who answers for the product's safety: a name and an address.
    pub safety_contact: Option<String>,
    /// ONIX List 196, what an ebook offers to readers who cannot see print.
    pub accessibility: Vec<String>,
    /// ONIX List 144, how an ebook is locked.
    pub protection: Option<String>,
    /// Other products that it has to do with.
    pub related: Vec<Related>,
    /// Codes with their ONIX List 27 scheme, the main one first.
    pub subjects: Vec<Subject>,
}

/// Praise, as printed: plain text.
#[derive(Clone, Debug, PartialEq)]
pub struct Quote {
    /// What was said.
    pub text: String,
    /// By whom and where.
    pub source: Option<String>,
}

/// Another product, known by its number.
#[derive(Clone, Debug, PartialEq)]
pub struct Related {
    /// ONIX List 51: `06` other format, `03` replaces, `05` replaced by.
    pub code: String,
    /// Its number.
    pub isbn: Isbn,
}

/// A subject code as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// ONIX List 27: `93` Thema, `10` BISAC.
    pub scheme: String,
    /// The code, like `FBA`.
    pub code: String,
}

/// What is known about the work behind the editions.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct WorkFacts {
    /// The title in its first language, when another.
    pub original_title: Option<String>,
    /// ISO 639-2/B.
    pub original_language: Option<String>,
    /// Year; negative before our era.
    pub first_published: Option<i16>,
    /// The series and the work's number in it, as printed.
    pub series: Option<(String, Option<String>)>,
    /// Any scale that grows with demand.
    pub popularity: u32,
    /// Category paths, like `fiction/latin-american`; unknown ones are made.
    pub categories: Vec<String>,
}

/// An edition as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Edition {
    /// Its id.
    pub id: Id,
    /// Its work.
    pub work_id: Id,
    /// Its facts; `description` is sanitised HTML.
    pub facts: EditionFacts,
    /// Contributors of the first kind, for a line under the title.
    pub byline: String,
    /// The readable part of its address.
    pub slug: String,
    /// Whether visitors see it.
    pub listed: bool,
    /// Grows with every change; for saving without overwriting another's work.
    pub version: i64,
}

/// What a list says of an edition: one narrow row and its price.
#[derive(Clone, Debug, PartialEq)]
pub struct BookRow {
    /// The edition.
    pub id: Id,
    /// Its work.
    pub work_id: Id,
    /// Its number.
    pub isbn: Option<Isbn>,
    /// The readable part of its address.
    pub slug: String,
    /// Title.
    pub title: String,
    /// Contributors of the first kind.
    pub byline: String,
    /// Format.
    pub format: Format,
    /// Words beside the format.
    pub format_note: Option<String>,
    /// ISO 639-2/B.
    pub language: Option<String>,
    /// Publisher.
    pub publisher: Option<String>,
    /// Publication date.
    pub published: Option<PartialDate>,
    /// The day before which nobody may sell it.
    pub embargo: Option<Date>,
    /// ONIX List 64.
    pub publishing_status: String,
    /// ONIX List 65.
    pub availability: String,
    /// Working days from the supplier.
    pub lead_days: Option<(u16, u16)>,
    /// Signed.
    pub signed: bool,
    /// Whether visitors see it.
    pub listed: bool,
    /// The cover's palette: that of the work's first category.
    pub palette: String,
    /// The price that holds now, in the shop's currency.
    pub price: Option<Money>,
    /// When the price may be another by its date; `None`: not before somebody writes one.
    pub price_until: Option<Timestamp>,
}

impl BookRow {
    /// `/books/{isbn-or-id}/{slug}`: the edition's one address.
    pub fn path(&self) -> String {
        book_path(self.isbn.as_ref(), self.id, &self.slug)
    }
}

impl Edition {
    /// `/books/{isbn-or-id}/{slug}`: the edition's one address.
    pub fn path(&self) -> String {
        book_path(self.facts.isbn.as_ref(), self.id, &self.slug)
    }
}

fn book_path(isbn: Option<&Isbn>, id: Id, slug: &str) -> String {
    isbn.map_or_else(|| format!("/books/{id}/{slug}"), |isbn| format!("/books/{isbn}/{slug}"))
}

/// A day as it is stored, `2027-03-04`.
fn day(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Option<Date>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| {
        text.parse().map_err(|error: jiff::Error| {
            rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
        })
    })
    .transpose()
}

/// Why a book cannot be stored.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// No title, or one over 500 characters.
    #[error("a title has 1 to 500 characters, this has {0}")]
    Title(usize),
    /// The edition is not there (any more).
    #[error("there is no such book")]
    Missing,
    /// Somebody else saved it in between.
    #[error("somebody else changed this book meanwhile; look at it again before you save")]
    Stale,
    /// SQLite said no.
    #[error(transparent)]
    Db(#[from] crate::db::DbError),
}

impl From<rusqlite::Error> for CatalogError {
    fn from(error: rusqlite::Error) -> CatalogError {
        CatalogError::Db(error.into())
    }
}

impl Fault for CatalogError {
    fn kind(&self) -> Kind {
        match self {
            CatalogError::Title(_) => Kind::Invalid,
            CatalogError::Missing => Kind::NotFound,
            CatalogError::Stale => Kind::Conflict,
            CatalogError::Db(error) => error.kind(),
        }
    }
}

#[cfg(test)]
mod tests;
