//! Reading editions: whole, or as the narrow row that lists need.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

use super::{BookRow, Edition, EditionFacts, Subject, WorkFacts, categories, prices};
use super::{credits, details};
use crate::kernel::gtin::Gtin;
use crate::kernel::ids::{self, Id};
use crate::kernel::isbn::Isbn;
use crate::kernel::money::Currency;

/// The newest edition with this ISBN: a careless publisher may have used it twice.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find_id_by_isbn(conn: &Connection, isbn: &Isbn) -> rusqlite::Result<Option<Id>> {
    conn.prepare_cached("SELECT id FROM editions WHERE isbn = ?1 ORDER BY listed DESC, id DESC LIMIT 1")?
        .query_row([isbn], |row| row.get(0))
        .optional()
}

/// The newest edition with this barcode.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find_id_by_gtin(conn: &Connection, gtin: &Gtin) -> rusqlite::Result<Option<Id>> {
    conn.prepare_cached("SELECT id FROM editions WHERE gtin = ?1 ORDER BY listed DESC, id DESC LIMIT 1")?
        .query_row([gtin], |row| row.get(0))
        .optional()
}

fn lead_days(from: Option<u16>, to: Option<u16>) -> Option<(u16, u16)> {
    to.map(|to| (from.unwrap_or(to), to))
}

/// One whole edition.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find(conn: &Connection, id: Id) -> rusqlite::Result<Option<Edition>> {
    let found = conn
        .prepare_cached(
            "SELECT work_id, isbn, title, subtitle, byline, slug, language, format, format_note, publisher, imprint,
                    published, pages, weight_g, publishing_status, availability, lead_days_from, lead_days_to,
                    signed, listed, version, gtin, title_prefix, embargo
               FROM editions e WHERE id = ?1",
        )?
        .query_row([id], |row| edition(id, row))
        .optional()?;
    let Some(mut edition) = found else { return Ok(None) };
    edition.facts.credits = credits::list(conn, id)?;
    edition.facts.subjects = subjects(conn, id)?;
    details::read(conn, id, &mut edition.facts)?;
    Ok(Some(edition))
}

fn edition(id: Id, row: &Row<'_>) -> rusqlite::Result<Edition> {
    let facts = EditionFacts {
        isbn: row.get(1)?,
        gtin: row.get(21)?,
        title: row.get(2)?,
        title_prefix: row.get(22)?,
        subtitle: row.get(3)?,
        language: row.get(6)?,
        format: row.get(7)?,
        format_note: row.get(8)?,
        publisher: row.get(9)?,
        imprint: row.get(10)?,
        published: row.get(11)?,
        embargo: super::day(row, 23)?,
        pages: row.get(12)?,
        weight_g: row.get(13)?,
        publishing_status: row.get(14)?,
        availability: row.get(15)?,
        lead_days: lead_days(row.get(16)?, row.get(17)?),
        signed: row.get(18)?,
        ..EditionFacts::default()
    };
    Ok(Edition {
        id,
        work_id: row.get(0)?,
        facts,
        byline: row.get(4)?,
        slug: row.get(5)?,
        listed: row.get(19)?,
        version: row.get(20)?,
    })
}

fn subjects(conn: &Connection, id: Id) -> rusqlite::Result<Vec<Subject>> {
    let mut statement = conn.prepare_cached(
        "SELECT scheme, code FROM edition_subjects WHERE edition_id = ?1 ORDER BY main DESC, scheme, code",
    )?;
    let rows = statement.query_map([id], |row| Ok(Subject { scheme: row.get(0)?, code: row.get(1)? }))?;
    rows.collect()
}

/// What is known of a work.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find_work(conn: &Connection, id: Id) -> rusqlite::Result<Option<WorkFacts>> {
    let found = conn
        .prepare_cached(
            "SELECT w.original_title, w.original_language, w.first_published, s.name, w.series_number, w.popularity
               FROM works w LEFT JOIN series s ON s.id = w.series_id WHERE w.id = ?1",
        )?
        .query_row([id], |row| {
            let series: Option<String> = row.get(3)?;
            let number: Option<String> = row.get(4)?;
            Ok(WorkFacts {
                original_title: row.get(0)?,
                original_language: row.get(1)?,
                first_published: row.get(2)?,
                series: series.map(|name| (name, number)),
                popularity: row.get(5)?,
                categories: Vec::new(),
            })
        })
        .optional()?;
    let Some(mut work) = found else { return Ok(None) };
    work.categories = categories::of_work(conn, id)?.into_iter().map(|category| category.path).collect();
    Ok(Some(work))
}

/// The list row of one edition, with its price at `now`.
///
/// # Errors
///
/// Only SQLite's own.
pub fn row(conn: &Connection, id: Id, currency: Currency, now: Timestamp) -> rusqlite::Result<Option<BookRow>> {
    Ok(rows(conn, &[id], currency, now)?.pop())
}

/// The list rows of many editions, in the order asked; ids that are gone are left out.
///
/// # Errors
///
/// Only SQLite's own.
pub fn rows(conn: &Connection, ids: &[Id], currency: Currency, now: Timestamp) -> rusqlite::Result<Vec<BookRow>> {
    let mut statement = conn.prepare_cached(
        "SELECT e.id, work_id, isbn, slug, title, byline, format, format_note, language, publisher, published,
                publishing_status, availability, lead_days_from, lead_days_to, signed, listed, embargo,
                coalesce((SELECT c.palette FROM work_categories wc JOIN categories c ON c.id = wc.category_id
                           WHERE wc.work_id = e.work_id LIMIT 1), 'other')
           FROM json_each(?1) asked JOIN editions e ON e.id = unhex(asked.value, '-') ORDER BY asked.key",
    )?;
    let found = statement.query_map([ids::as_json(ids)], list_row)?;
    let mut books: Vec<BookRow> = found.collect::<Result<_, _>>()?;
    let ids: Vec<Id> = books.iter().map(|book| book.id).collect();
    for (book, standing) in books.iter_mut().zip(prices::list_standing(conn, &ids, currency, now)?) {
        (book.price, book.price_until) = (standing.price, standing.until);
    }
    Ok(books)
}

fn list_row(row: &Row<'_>) -> rusqlite::Result<BookRow> {
    Ok(BookRow {
        id: row.get(0)?,
        work_id: row.get(1)?,
        isbn: row.get(2)?,
        slug: row.get(3)?,
        title: row.get(4)?,
        byline: row.get(5)?,
        format: row.get(6)?,
        format_note: row.get(7)?,
        language: row.get(8)?,
        publisher: row.get(9)?,
        published: row.get(10)?,
        publishing_status: row.get(11)?,
        availability: row.get(12)?,
        lead_days: lead_days(row.get(13)?, row.get(14)?),
        signed: row.get(15)?,
        listed: row.get(16)?,
        embargo: super::day(row, 17)?,
        palette: row.get(18)?,
        price: None,
        price_until: None,
    })
}

/// The editions of a work that visitors see: paperback, hardback, special, and so on.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_ids_of_work(conn: &Connection, work: Id) -> rusqlite::Result<Vec<Id>> {
    let mut statement = conn.prepare_cached("SELECT id, format FROM editions WHERE work_id = ?1 AND listed = 1")?;
    let mut found: Vec<(Id, super::Format)> =
        statement.query_map([work], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    found.sort_by_key(|(id, format)| (format.order(), *id));
    Ok(found.into_iter().map(|(id, _)| id).collect())
}

/// Ids of listed editions after `after`, in id order, for walks through the whole catalogue.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_ids(conn: &Connection, after: Option<Id>, limit: u32) -> rusqlite::Result<Vec<Id>> {
    let start = after.unwrap_or(Id::from_bytes([0; 16]));
    let mut statement =
        conn.prepare_cached("SELECT id FROM editions WHERE id > ?1 AND listed = 1 ORDER BY id LIMIT ?2")?;
    let rows = statement.query_map((start, limit), |row| row.get(0))?;
    rows.collect()
}

/// Ids of listed editions from `first` to `last`, both included.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_ids_between(conn: &Connection, first: Id, last: Id) -> rusqlite::Result<Vec<Id>> {
    let mut statement = conn.prepare_cached("SELECT id FROM editions WHERE id BETWEEN ?1 AND ?2 AND listed = 1")?;
    let rows = statement.query_map((first, last), |row| row.get(0))?;
    rows.collect()
}

/// Ids of editions as staff list them, the last made first; `hidden` keeps those that visitors do not see.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_for_staff(conn: &Connection, hidden: bool, offset: u32, limit: u32) -> rusqlite::Result<Vec<Id>> {
    let condition = if hidden { "listed = 0" } else { "1" };
    let mut statement =
        conn.prepare_cached(&format!("SELECT id FROM editions WHERE {condition} ORDER BY id DESC LIMIT ?1 OFFSET ?2"))?;
    let rows = statement.query_map((limit, offset), |row| row.get(0))?;
    rows.collect()
}

/// How many editions visitors do not see.
///
/// # Errors
///
/// Only SQLite's own.
pub fn count_hidden(conn: &Connection) -> rusqlite::Result<i64> {
    conn.prepare_cached("SELECT count(*) FROM editions WHERE listed = 0")?.query_row([], |row| row.get(0))
}

/// How many editions there are.
///
/// # Errors
///
/// Only SQLite's own.
pub fn count_all(conn: &Connection) -> rusqlite::Result<i64> {
    conn.prepare_cached("SELECT count(*) FROM editions")?.query_row([], |row| row.get(0))
}

/// How many editions visitors can see.
///
/// # Errors
///
/// Only SQLite's own.
pub fn count_listed(conn: &Connection) -> rusqlite::Result<i64> {
    conn.prepare_cached("SELECT count(*) FROM editions WHERE listed = 1")?.query_row([], |row| row.get(0))
}

/// One edition of each of the works that came last.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_newest(conn: &Connection, limit: u32) -> rusqlite::Result<Vec<Id>> {
    first_editions(conn, "SELECT id FROM works ORDER BY id DESC LIMIT ?1", limit)
}

/// One edition of each of the works in most demand.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_popular(conn: &Connection, limit: u32) -> rusqlite::Result<Vec<Id>> {
    first_editions(conn, "SELECT id FROM works ORDER BY popularity DESC, id LIMIT ?1", limit)
}

fn first_editions(conn: &Connection, works: &str, limit: u32) -> rusqlite::Result<Vec<Id>> {
    let mut statement = conn.prepare_cached(works)?;
    let works: Vec<Id> = statement.query_map([limit], |row| row.get(0))?.collect::<Result<_, _>>()?;
    works
        .into_iter()
        .filter_map(|work| list_ids_of_work(conn, work).map(|ids| ids.first().copied()).transpose())
        .collect()
}
