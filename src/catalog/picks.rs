//! Staff picks: a name and a few words on a yellow slip.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use crate::changes::{self, Change};
use crate::db::Tx;
use crate::kernel::ids::Id;
use crate::kernel::time::to_ms;

/// What somebody who works here says about a book.
#[derive(Clone, Debug, PartialEq)]
pub struct Pick {
    /// The work.
    pub work_id: Id,
    /// Who says it.
    pub by: String,
    /// At most sixty words.
    pub text: String,
}

/// Puts a slip on a work, or replaces it.
///
/// # Errors
///
/// Only SQLite's own.
pub fn put(tx: &Tx<'_>, pick: &Pick, now: Timestamp) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO staff_picks (work_id, by_name, text, at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (work_id) DO UPDATE SET by_name = excluded.by_name, text = excluded.text, at = excluded.at",
    )?
    .execute((pick.work_id, &pick.by, &pick.text, to_ms(now)))?;
    changes::record(tx, Change::Work(pick.work_id), now)
}

/// The slip on a work.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find(conn: &Connection, work: Id) -> rusqlite::Result<Option<Pick>> {
    conn.prepare_cached("SELECT work_id, by_name, text FROM staff_picks WHERE work_id = ?1")?
        .query_row([work], |row| Ok(Pick { work_id: row.get(0)?, by: row.get(1)?, text: row.get(2)? }))
        .optional()
}

/// The newest slips.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list(conn: &Connection, limit: u32) -> rusqlite::Result<Vec<Pick>> {
    let mut statement =
        conn.prepare_cached("SELECT work_id, by_name, text FROM staff_picks ORDER BY at DESC, work_id LIMIT ?1")?;
    let rows =
        statement.query_map([limit], |row| Ok(Pick { work_id: row.get(0)?, by: row.get(1)?, text: row.get(2)? }))?;
    rows.collect()
}
