//! The addresses of all pages of the catalogue, in the order in which their subjects were made.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::people::Person;
use super::publishers::Publisher;
use super::series::Series;
use super::walk::START;
use crate::kernel::ids::Id;
use crate::kernel::isbn::Isbn;
use crate::kernel::time::from_ms;

/// What has pages of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pages {
    /// Editions.
    Books,
    /// People and bodies.
    Contributors,
    /// Series.
    Series,
    /// Publishing houses.
    Publishers,
}

/// Where a page is, and since when it is as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Address {
    /// What it is about.
    pub id: Id,
    /// `/books/{isbn-or-id}/{slug}` and the like.
    pub path: String,
    /// When the facts on it last changed, where that is known.
    pub changed_at: Option<Timestamp>,
    /// Whether visitors find something there.
    pub listed: bool,
}

/// The addresses after `after` and up to `until`, that one included.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list(conn: &Connection, pages: Pages, after: Id, until: Id, limit: u32) -> rusqlite::Result<Vec<Address>> {
    let (sql, read): (&str, fn(&Row<'_>) -> rusqlite::Result<Address>) = match pages {
        Pages::Books => (
            "SELECT id, isbn, slug, updated_at, listed FROM editions
              WHERE id > :after AND id <= :until ORDER BY id LIMIT :limit",
            book,
        ),
        Pages::Contributors => (
            "SELECT id, name, EXISTS (SELECT 1 FROM edition_contributors ec JOIN editions e ON e.id = ec.edition_id
                                       WHERE ec.contributor_id = c.id AND e.listed = 1)
               FROM contributors c WHERE id > :after AND id <= :until ORDER BY id LIMIT :limit",
            contributor,
        ),
        Pages::Series => (
            "SELECT id, name, EXISTS (SELECT 1 FROM works w JOIN editions e ON e.work_id = w.id
                                       WHERE w.series_id = s.id AND e.listed = 1)
               FROM series s WHERE id > :after AND id <= :until ORDER BY id LIMIT :limit",
            series,
        ),
        Pages::Publishers => (
            "SELECT id, slug, name, EXISTS (SELECT 1 FROM editions e WHERE e.publisher_id = p.id AND e.listed = 1)
               FROM publishers p WHERE id > :after AND id <= :until ORDER BY id LIMIT :limit",
            publisher,
        ),
    };
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map(named_params! { ":after": after, ":until": until, ":limit": limit }, read)?;
    rows.collect()
}

fn book(row: &Row<'_>) -> rusqlite::Result<Address> {
    let (id, isbn): (Id, Option<Isbn>) = (row.get(0)?, row.get(1)?);
    let path = super::book_path(isbn.as_ref(), id, row.get_ref(2)?.as_str()?);
    Ok(Address { id, path, changed_at: Some(from_ms(row.get(3)?)), listed: row.get(4)? })
}

fn contributor(row: &Row<'_>) -> rusqlite::Result<Address> {
    let person = Person { id: row.get(0)?, name: row.get(1)?, sort_name: String::new(), body: false };
    Ok(Address { id: person.id, path: person.path(), changed_at: None, listed: row.get(2)? })
}

fn series(row: &Row<'_>) -> rusqlite::Result<Address> {
    let series = Series { id: row.get(0)?, name: row.get(1)? };
    Ok(Address { id: series.id, path: series.path(), changed_at: None, listed: row.get(2)? })
}

fn publisher(row: &Row<'_>) -> rusqlite::Result<Address> {
    let house = Publisher { id: row.get(0)?, slug: row.get(1)?, name: row.get(2)? };
    Ok(Address { id: house.id, path: house.path(), changed_at: None, listed: row.get(3)? })
}

/// The subject at a place in the order in which they were made, from 1; `START` at place 0, `None` beyond the last.
///
/// # Errors
///
/// Only SQLite's own.
pub fn nth(conn: &Connection, pages: Pages, place: u64) -> rusqlite::Result<Option<Id>> {
    let Some(before) = place.checked_sub(1) else { return Ok(Some(START)) };
    conn.prepare_cached(match pages {
        Pages::Books => "SELECT id FROM editions ORDER BY id LIMIT 1 OFFSET ?1",
        Pages::Contributors => "SELECT id FROM contributors ORDER BY id LIMIT 1 OFFSET ?1",
        Pages::Series => "SELECT id FROM series ORDER BY id LIMIT 1 OFFSET ?1",
        Pages::Publishers => "SELECT id FROM publishers ORDER BY id LIMIT 1 OFFSET ?1",
    })?
    .query_row([i64::try_from(before).unwrap_or(i64::MAX)], |row| row.get(0))
    .optional()
}

/// The subject that is `size` places after `after`, or the last one: where a part of that many ends.
///
/// Editions are never deleted and new ones come last, so a full part of them keeps its bounds for good. People are
/// joined now and then; their parts move by so many lines.
///
/// # Errors
///
/// Only SQLite's own.
pub fn end_of_part(conn: &Connection, pages: Pages, after: Id, size: u32) -> rusqlite::Result<Option<Id>> {
    let end = conn
        .prepare_cached(match pages {
            Pages::Books => "SELECT id FROM editions WHERE id > ?1 ORDER BY id LIMIT 1 OFFSET ?2",
            Pages::Contributors => "SELECT id FROM contributors WHERE id > ?1 ORDER BY id LIMIT 1 OFFSET ?2",
            Pages::Series => "SELECT id FROM series WHERE id > ?1 ORDER BY id LIMIT 1 OFFSET ?2",
            Pages::Publishers => "SELECT id FROM publishers WHERE id > ?1 ORDER BY id LIMIT 1 OFFSET ?2",
        })?
        .query_row((after, size.saturating_sub(1)), |row| row.get(0))
        .optional()?;
    if end.is_some() {
        return Ok(end);
    }
    conn.prepare_cached(match pages {
        Pages::Books => "SELECT id FROM editions WHERE id > ?1 ORDER BY id DESC LIMIT 1",
        Pages::Contributors => "SELECT id FROM contributors WHERE id > ?1 ORDER BY id DESC LIMIT 1",
        Pages::Series => "SELECT id FROM series WHERE id > ?1 ORDER BY id DESC LIMIT 1",
        Pages::Publishers => "SELECT id FROM publishers WHERE id > ?1 ORDER BY id DESC LIMIT 1",
    })?
    .query_row([after], |row| row.get(0))
    .optional()
}

/// When a book of a part was last changed; of other pages nobody keeps it. Reads the part.
///
/// # Errors
///
/// Only SQLite's own.
pub fn last_change(conn: &Connection, pages: Pages, after: Id, until: Id) -> rusqlite::Result<Option<Timestamp>> {
    if pages != Pages::Books {
        return Ok(None);
    }
    let newest: Option<i64> = conn
        .prepare_cached("SELECT max(updated_at) FROM editions WHERE id > ?1 AND id <= ?2")?
        .query_row((after, until), |row| row.get(0))?;
    Ok(newest.map(from_ms))
}
