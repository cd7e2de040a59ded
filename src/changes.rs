//! The change feed: what happened to the catalogue and the shop, in order.
//!
//! Owns `changes` and `versions`. A row is written in the same transaction as the change it tells of, by any
//! process. The indexer follows the feed; a kept page compares the last change of each thing it shows.
//! A sequence number is never used twice. Never decides what a change means.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use crate::db::Tx;
use crate::kernel::ids::Id;
use crate::kernel::time::{from_ms, to_ms};

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A work: its editions come or go, its categories, its series.
    Work(Id),
    /// One edition: its facts, its price, its stock.
    Edition(Id),
    /// The editions from one id to another, both included, that nobody could see before.
    NewEditions(Id, Id),
    /// The shop's settings: every page shows some.
    Settings,
    /// Everything: the index is to be built anew.
    Everything,
}

/// The subject under which settings have their version.
const SETTINGS: Id = Id::from_bytes(*b"bookstallsetting");

impl Change {
    fn kind(self) -> &'static str {
        match self {
            Change::Work(_) => "work",
            Change::Edition(_) | Change::NewEditions(..) => "edition",
            Change::Settings => "settings",
            Change::Everything => "everything",
        }
    }

    fn subject(self) -> Option<Id> {
        match self {
            Change::Work(id) | Change::Edition(id) | Change::NewEditions(id, _) => Some(id),
            Change::Settings | Change::Everything => None,
        }
    }

    fn until(self) -> Option<Id> {
        match self {
            Change::NewEditions(_, last) => Some(last),
            Change::Work(_) | Change::Edition(_) | Change::Settings | Change::Everything => None,
        }
    }

    /// Whose version moves. What nobody could see has none: no page that is kept can show it.
    fn versioned(self) -> Option<Id> {
        match self {
            Change::Work(id) | Change::Edition(id) => Some(id),
            Change::Settings => Some(SETTINGS),
            Change::NewEditions(..) | Change::Everything => None,
        }
    }
}

/// Adds a change to the feed.
///
/// # Errors
///
/// Only SQLite's own.
pub fn record(tx: &Tx<'_>, change: Change, now: Timestamp) -> rusqlite::Result<()> {
    record_with(tx, change, &[], now)
}

/// Adds a change that is news of `also` too: of those who wrote the book, of the series it stands in.
///
/// Nothing follows these in the feed; pages about them compare their versions.
///
/// # Errors
///
/// Only SQLite's own.
pub fn record_with(tx: &Tx<'_>, change: Change, also: &[Id], now: Timestamp) -> rusqlite::Result<()> {
    tx.prepare_cached("INSERT INTO changes (kind, subject, until, at) VALUES (?1, ?2, ?3, ?4)")?.execute((
        change.kind(),
        change.subject(),
        change.until(),
        to_ms(now),
    ))?;
    let seq = tx.last_insert_rowid();
    // No upsert: within a savepoint SQLite cleans up after each, and the longer the job, the longer that takes.
    let mut update = tx.prepare_cached("UPDATE versions SET seq = ?2 WHERE subject = ?1")?;
    let mut insert = tx.prepare_cached("INSERT INTO versions (subject, seq) VALUES (?1, ?2)")?;
    for subject in change.versioned().iter().chain(also) {
        if update.execute((subject, seq))? == 0 {
            insert.execute((subject, seq))?;
        }
    }
    Ok(())
}

/// The last sequence number given out: the version of everything together.
///
/// # Errors
///
/// Only SQLite's own.
pub fn latest(conn: &Connection) -> rusqlite::Result<i64> {
    conn.prepare_cached("SELECT coalesce(max(seq), 0) FROM changes")?.query_row([], |row| row.get(0))
}

/// The last change's number and moment; `None` before the first.
///
/// # Errors
///
/// Only SQLite's own.
pub fn latest_at(conn: &Connection) -> rusqlite::Result<Option<(i64, Timestamp)>> {
    conn.prepare_cached("SELECT seq, at FROM changes WHERE seq = (SELECT max(seq) FROM changes)")?
        .query_row([], |row| Ok((row.get(0)?, from_ms(row.get(1)?))))
        .optional()
}

/// The version of the shop's settings.
///
/// # Errors
///
/// Only SQLite's own.
pub fn settings_version(conn: &Connection) -> rusqlite::Result<i64> {
    version_of(conn, &[SETTINGS])
}

/// The last change among `subjects`; 0 when none ever changed.
///
/// # Errors
///
/// Only SQLite's own.
pub fn version_of(conn: &Connection, subjects: &[Id]) -> rusqlite::Result<i64> {
    let mut statement = conn.prepare_cached("SELECT seq FROM versions WHERE subject = ?1")?;
    subjects.iter().try_fold(0, |newest, subject| {
        let seq: Option<i64> = statement.query_row([subject], |row| row.get(0)).optional()?;
        Ok(newest.max(seq.unwrap_or(0)))
    })
}

/// The changes after `seq`, oldest first, at most `limit`.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_after(conn: &Connection, seq: i64, limit: u32) -> rusqlite::Result<Vec<(i64, Change)>> {
    let mut statement =
        conn.prepare_cached("SELECT seq, kind, subject, until FROM changes WHERE seq > ?1 ORDER BY seq LIMIT ?2")?;
    let rows = statement.query_map((seq, limit), |row| {
        let change = match (row.get_ref(1)?.as_str()?, row.get(2)?, row.get(3)?) {
            ("work", Some(id), _) => Change::Work(id),
            ("edition", Some(id), None) => Change::Edition(id),
            ("edition", Some(first), Some(last)) => Change::NewEditions(first, last),
            ("settings", ..) => Change::Settings,
            _ => Change::Everything,
        };
        Ok((row.get(0)?, change))
    })?;
    rows.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_feed_keeps_order_and_versions() {
        let conn = crate::db::memory();
        let tx = crate::db::test_tx(&conn);
        let now = Timestamp::UNIX_EPOCH;
        let (a, b) = (Id::new(now), Id::new(now));
        let c = Id::new(now);
        for change in
            [Change::Work(a), Change::Edition(b), Change::Settings, Change::Work(a), Change::NewEditions(b, c)]
        {
            record(&tx, change, now).unwrap();
        }
        assert_eq!(latest(&conn).unwrap(), 5);
        let who = Id::new(now);
        assert_eq!(version_of(&conn, &[a]).unwrap(), 4);
        assert_eq!(settings_version(&conn).unwrap(), 3);
        assert_eq!(
            list_after(&conn, 2, 10).unwrap(),
            [(3, Change::Settings), (4, Change::Work(a)), (5, Change::NewEditions(b, c)),]
        );
        // Nobody could see them, so no page waits for their version.
        assert_eq!(version_of(&conn, &[c]).unwrap(), 0);
        record_with(&tx, Change::Edition(b), &[who], now).unwrap();
        assert_eq!((version_of(&conn, &[who]).unwrap(), version_of(&conn, &[b]).unwrap()), (6, 6));
    }
}
