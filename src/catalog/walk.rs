//! Walking through the whole catalogue in the order in which it was made, a few rows at a time.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

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
