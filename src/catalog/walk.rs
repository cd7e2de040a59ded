//! Walking through the whole catalogue in the order in which it was made, a few rows at a time.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, named_params};

use super::Format;
use crate::kernel::ids::Id;
use crate::kernel::isbn::Isbn;
use crate::kernel::time::from_ms;

/// Before every id there is.
pub const START: Id = Id::from_bytes([0; 16]);

/// Ids of all editions after `after`, listed or not.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_ids(conn: &Connection, after: Id, limit: u32) -> rusqlite::Result<Vec<Id>> {
    let mut statement = conn.prepare_cached("SELECT id FROM editions WHERE id > ?1 ORDER BY id LIMIT ?2")?;
    let rows = statement.query_map((after, limit), |row| row.get(0))?;
    rows.collect()
}

/// What people call an edition.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Name {
    /// Its number.
    pub isbn: Option<Isbn>,
    /// Title.
    pub title: String,
    /// Contributors of the first kind.
    pub byline: String,
    /// Format.
    pub format: Format,
}

/// What people call an edition, without what it costs to know more.
///
/// # Errors
///
/// Only SQLite's own.
pub fn name(conn: &Connection, id: Id) -> rusqlite::Result<Option<Name>> {
    conn.prepare_cached("SELECT isbn, title, byline, format FROM editions WHERE id = ?1")?
        .query_row([id], |row| {
            Ok(Name { isbn: row.get(0)?, title: row.get(1)?, byline: row.get(2)?, format: row.get(3)? })
        })
        .optional()
}

/// Where a page of the catalogue is, and since when it is as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Address {
    /// The edition.
    pub id: Id,
    /// `/books/{isbn-or-id}/{slug}`.
    pub path: String,
    /// When its facts last changed.
    pub changed_at: Timestamp,
    /// Whether visitors see it.
    pub listed: bool,
}

/// The addresses of editions after `after` and up to `until`, that one included.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_addresses(conn: &Connection, after: Id, until: Id, limit: u32) -> rusqlite::Result<Vec<Address>> {
    let mut statement = conn.prepare_cached(
        "SELECT id, isbn, slug, updated_at, listed FROM editions
          WHERE id > :after AND id <= :until ORDER BY id LIMIT :limit",
    )?;
    let rows = statement.query_map(named_params! { ":after": after, ":until": until, ":limit": limit }, |row| {
        let (id, isbn): (Id, Option<Isbn>) = (row.get(0)?, row.get(1)?);
        let path = super::book_path(isbn.as_ref(), id, row.get_ref(2)?.as_str()?);
        Ok(Address { id, path, changed_at: from_ms(row.get(3)?), listed: row.get(4)? })
    })?;
    rows.collect()
}

/// The edition at a place in the order in which they were made, from 1; `START` at place 0, `None` beyond the last.
///
/// # Errors
///
/// Only SQLite's own.
pub fn nth(conn: &Connection, place: u64) -> rusqlite::Result<Option<Id>> {
    let Some(before) = place.checked_sub(1) else { return Ok(Some(START)) };
    conn.prepare_cached("SELECT id FROM editions ORDER BY id LIMIT 1 OFFSET ?1")?
        .query_row([i64::try_from(before).unwrap_or(i64::MAX)], |row| row.get(0))
        .optional()
}

/// When an edition came into the shop, and when its facts last changed.
///
/// # Errors
///
/// Only SQLite's own.
pub fn times(conn: &Connection, id: Id) -> rusqlite::Result<Option<(Timestamp, Timestamp)>> {
    conn.prepare_cached("SELECT created_at, updated_at FROM editions WHERE id = ?1")?
        .query_row([id], |row| Ok((from_ms(row.get(0)?), from_ms(row.get(1)?))))
        .optional()
}

/// The edition that is `size` places after `after`, or the last one: where a part of that many ends.
///
/// Editions are never deleted and new ones come last, so a full part keeps its bounds for good.
///
/// # Errors
///
/// Only SQLite's own.
pub fn end_of_part(conn: &Connection, after: Id, size: u32) -> rusqlite::Result<Option<Id>> {
    let end = conn
        .prepare_cached("SELECT id FROM editions WHERE id > ?1 ORDER BY id LIMIT 1 OFFSET ?2")?
        .query_row((after, size.saturating_sub(1)), |row| row.get(0))
        .optional()?;
    match end {
        Some(end) => Ok(Some(end)),
        None => conn
            .prepare_cached("SELECT id FROM editions WHERE id > ?1 ORDER BY id DESC LIMIT 1")?
            .query_row([after], |row| row.get(0))
            .optional(),
    }
}

/// When an edition of a part was last changed. Reads the part.
///
/// # Errors
///
/// Only SQLite's own.
pub fn last_change(conn: &Connection, after: Id, until: Id) -> rusqlite::Result<Option<Timestamp>> {
    let newest: Option<i64> = conn
        .prepare_cached("SELECT max(updated_at) FROM editions WHERE id > ?1 AND id <= ?2")?
        .query_row((after, until), |row| row.get(0))?;
    Ok(newest.map(from_ms))
}
