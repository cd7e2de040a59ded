//! Works that look the same to a reader: feeds without a number for the work make one of each edition.
//!
//! Only search joins them, into one hit. They stay works of their own, because a title and a surname may still be
//! two books (2026-11; refused: joining works by title and author, which makes strangers editions of each other).

use rusqlite::{Connection, OptionalExtension};

use super::Credit;
use crate::db::Tx;
use crate::kernel::ids::{self, Id};
use crate::kernel::text;

/// The number that works which look the same have in common.
///
/// From the title up to its first bracket, colon or semicolon, and the first contributor's surname. `None`
/// without either: such a work looks like no other.
pub fn key(title: &str, first: Option<&Credit>) -> Option<i64> {
    let head = title.split(['(', '[', ':', ';', '/']).map(text::sort_title).find(|part| !part.is_empty());
    let (head, credit) = head.zip(first)?;
    let surname = credit.sort_name.split(',').next().unwrap_or_default();
    // `Pride & Prejudice` is written both ways.
    Some(number(&format!("{}\0{}", head.replace(" and ", " "), text::fold(surname))))
}

/// The number of a work that looks like no other.
pub fn alone(work: Id) -> i64 {
    number(&work.to_string())
}

fn number(words: &str) -> i64 {
    let bytes = ids::fingerprint(words.as_bytes());
    bytes.iter().take(8).fold(0_i64, |number, byte| (number << 8) | i64::from(*byte))
}

/// Sets the number of a work from its first edition.
pub(super) fn set(tx: &Tx<'_>, work: Id) -> rusqlite::Result<()> {
    let found: Option<(Id, String)> = tx
        .prepare_cached("SELECT id, title FROM editions WHERE work_id = ?1 ORDER BY id LIMIT 1")?
        .query_row([work], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((edition, title)) = found else { return Ok(()) };
    let credits = super::credits::list(tx, edition)?;
    tx.prepare_cached("UPDATE works SET alike = ?2 WHERE id = ?1 AND alike IS NOT ?2")?
        .execute((work, key(&title, credits.first()).unwrap_or_else(|| alone(work))))
        .map(drop)
}

/// Sets the number of up to `limit` works that have none yet. Returns how many.
///
/// # Errors
///
/// Only SQLite's own.
pub fn fill(tx: &Tx<'_>, limit: u32) -> rusqlite::Result<usize> {
    let works: Vec<Id> = tx
        .prepare_cached("SELECT id FROM works WHERE alike IS NULL LIMIT ?1")?
        .query_map([limit], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for work in &works {
        set(tx, *work)?;
        // A work without editions looks like no other.
        tx.prepare_cached("UPDATE works SET alike = ?2 WHERE id = ?1 AND alike IS NULL")?
            .execute((work, alone(*work)))?;
    }
    Ok(works.len())
}

/// The number of a work.
///
/// # Errors
///
/// Only SQLite's own.
pub fn of(conn: &Connection, work: Id) -> rusqlite::Result<Option<i64>> {
    conn.prepare_cached("SELECT alike FROM works WHERE id = ?1")?
        .query_row([work], |row| row.get(0))
        .optional()
        .map(Option::flatten)
}

/// The works with a number, the oldest first.
///
/// # Errors
///
/// Only SQLite's own.
pub fn works(conn: &Connection, alike: i64) -> rusqlite::Result<Vec<Id>> {
    let mut statement = conn.prepare_cached("SELECT id FROM works WHERE alike = ?1 ORDER BY id")?;
    let rows = statement.query_map([alike], |row| row.get(0))?;
    rows.collect()
}

/// Numbers after `after`, in order, for walks through the whole catalogue.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list(conn: &Connection, after: i64, limit: u32) -> rusqlite::Result<Vec<i64>> {
    let mut statement =
        conn.prepare_cached("SELECT DISTINCT alike FROM works WHERE alike > ?1 ORDER BY alike LIMIT ?2")?;
    let rows = statement.query_map((after, limit), |row| row.get(0))?;
    rows.collect()
}
