//! By which names other people's files know our editions and works.

use rusqlite::{Connection, OptionalExtension};

use crate::db::Tx;
use crate::kernel::ids::Id;

/// The edition that `source` calls `reference`.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find_edition(conn: &Connection, source: &str, reference: &str) -> rusqlite::Result<Option<Id>> {
    conn.prepare_cached("SELECT edition_id FROM edition_refs WHERE source = ?1 AND ref = ?2")?
        .query_row((source, reference), |row| row.get(0))
        .optional()
}

/// Remembers that `source` calls this edition `reference`.
///
/// # Errors
///
/// Only SQLite's own.
pub fn remember_edition(tx: &Tx<'_>, source: &str, reference: &str, edition: Id) -> rusqlite::Result<()> {
    // No upsert: within a savepoint SQLite cleans up after each, and the longer the job, the longer that takes.
    let known = find_edition(tx, source, reference)?;
    let statement = match known {
        Some(id) if id == edition => return Ok(()),
        Some(_) => {
            "UPDATE edition_refs SET edition_id = ?3,
                    place = (SELECT coalesce(max(place) + 1, 0) FROM edition_refs WHERE edition_id = ?3)
              WHERE source = ?1 AND ref = ?2"
        }
        None => {
            "INSERT INTO edition_refs (source, ref, edition_id, place)
             VALUES (?1, ?2, ?3, (SELECT coalesce(max(place) + 1, 0) FROM edition_refs WHERE edition_id = ?3))"
        }
    };
    tx.prepare_cached(statement)?.execute((source, reference, edition)).map(drop)
}

/// The work that `source` calls `reference`.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find_work(conn: &Connection, source: &str, reference: &str) -> rusqlite::Result<Option<Id>> {
    conn.prepare_cached("SELECT work_id FROM work_refs WHERE source = ?1 AND ref = ?2")?
        .query_row((source, reference), |row| row.get(0))
        .optional()
}

/// Remembers that `source` calls this work `reference`.
///
/// # Errors
///
/// Only SQLite's own.
pub fn remember_work(tx: &Tx<'_>, source: &str, reference: &str, work: Id) -> rusqlite::Result<()> {
    tx.prepare_cached("INSERT INTO work_refs (source, ref, work_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?
        .execute((source, reference, work))
        .map(drop)
}

/// Whether a feed of that name ever fed the edition.
///
/// # Errors
///
/// Only SQLite's own.
pub fn is_from(conn: &Connection, edition: Id, source: &str) -> rusqlite::Result<bool> {
    conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM edition_refs WHERE edition_id = ?1 AND source = ?2)")?
        .query_row((edition, source), |row| row.get(0))
}

/// The (source, reference) that fed an edition first; of several from before that was kept, the first by name.
///
/// # Errors
///
/// Only SQLite's own.
pub fn first_of(conn: &Connection, edition: Id) -> rusqlite::Result<Option<(String, String)>> {
    conn.prepare_cached(
        "SELECT source, ref FROM edition_refs WHERE edition_id = ?1 ORDER BY place, source, ref LIMIT 1",
    )?
    .query_row([edition], |row| Ok((row.get(0)?, row.get(1)?)))
    .optional()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use jiff::Timestamp;

    use super::*;
    use crate::catalog::{EditionFacts, WorkFacts, create};
    use crate::db::{memory, test_tx};

    #[test]
    fn the_first_feed_of_an_edition_is_the_one_that_came_first() {
        let (conn, now) = (memory(), Timestamp::UNIX_EPOCH);
        let tx = test_tx(&conn);
        let facts = EditionFacts { title: "Ink".into(), ..EditionFacts::default() };
        let (ink, _) = create(&tx, None, &WorkFacts::default(), &facts, now).unwrap();
        let (other, _) = create(&tx, None, &WorkFacts::default(), &facts, now).unwrap();
        let first = |id| first_of(&conn, id).unwrap().map(|(source, reference)| format!("{source} {reference}"));
        assert_eq!(first(ink), None);
        for (source, reference) in [("tallow", "T9"), ("gardners", "G1"), ("tallow", "T1"), ("tallow", "T9")] {
            remember_edition(&tx, source, reference, ink).unwrap();
            assert_eq!(first(ink).as_deref(), Some("tallow T9"));
        }
        remember_edition(&tx, "halyard", "H1", other).unwrap();
        remember_edition(&tx, "tallow", "T9", other).unwrap();
        assert_eq!((first(ink).as_deref(), first(other).as_deref()), (Some("gardners G1"), Some("halyard H1")));
    }
}
