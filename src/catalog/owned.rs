//! Fields that a person decided. What staff wrote by hand is not undone by the next feed.

use rusqlite::{Connection, named_params};

use super::fields::{self, Field};
use crate::db::Tx;
use crate::kernel::ids::Id;
use crate::kernel::time::{from_ms, to_ms};

/// Notes which fields of an edition or a work a person changed from `before` to `after`.
///
/// # Errors
///
/// Only SQLite's own.
pub fn claim<T>(
    tx: &Tx<'_>, subject: Id, all: &[Field<T>], before: &T, after: &T, by: &str, now: jiff::Timestamp,
) -> rusqlite::Result<()> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO owned_fields (subject, field, by_name, at) VALUES (:subject, :field, :by, :at)
         ON CONFLICT (subject, field) DO UPDATE SET by_name = excluded.by_name, at = excluded.at",
    )?;
    for changed in fields::differences(all, before, after) {
        statement
            .execute(named_params! { ":subject": subject, ":field": changed.field, ":by": by, ":at": to_ms(now) })?;
    }
    Ok(())
}

/// The names of the fields that a person decided.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list(conn: &Connection, subject: Id) -> rusqlite::Result<Vec<String>> {
    let mut statement = conn.prepare_cached("SELECT field FROM owned_fields WHERE subject = ?1 ORDER BY field")?;
    let rows = statement.query_map([subject], |row| row.get(0))?;
    rows.collect()
}

/// A field that a person decided: who, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// The field's name.
    pub field: String,
    /// `staff:marta@example.com`.
    pub by: String,
    /// When.
    pub at: jiff::Timestamp,
}

/// The fields that a person decided, with who and when.
///
/// # Errors
///
/// Only SQLite's own.
pub fn marks(conn: &Connection, subject: Id) -> rusqlite::Result<Vec<Mark>> {
    let mut statement =
        conn.prepare_cached("SELECT field, by_name, at FROM owned_fields WHERE subject = ?1 ORDER BY field")?;
    let rows = statement
        .query_map([subject], |row| Ok(Mark { field: row.get(0)?, by: row.get(1)?, at: from_ms(row.get(2)?) }))?;
    rows.collect()
}

/// Lets feeds decide a field again. Returns whether a person had decided it.
///
/// # Errors
///
/// Only SQLite's own.
pub fn release(tx: &Tx<'_>, subject: Id, field: &str) -> rusqlite::Result<bool> {
    let released =
        tx.prepare_cached("DELETE FROM owned_fields WHERE subject = ?1 AND field = ?2")?.execute((subject, field))?;
    Ok(released > 0)
}
