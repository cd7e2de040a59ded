//! What commands took in: a row when one begins, completed when it ends.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, named_params};
use serde_json::{Value, json};

use super::ImportError;
use super::report::Report;
use crate::db::{Db, DbError, Tx};
use crate::kernel::ids::Id;
use crate::kernel::time::{Clock, to_ms};

/// How long a run that ended is remembered: 400 days, in milliseconds.
const KEPT_MS: i64 = 400 * 24 * 60 * 60 * 1000;
/// Sentences and rows kept of a report.
const SENTENCES: usize = 50;

/// A run that has begun.
#[derive(Clone, Copy, Debug)]
pub struct Run(Id);

/// A run that began and never ended: killed, or still at work.
#[derive(Clone, Debug, PartialEq)]
pub struct Unfinished {
    id: Id,
    /// What was asked, as it was handed to [`Run::begin`].
    pub command: Value,
}

impl Run {
    /// Notes that a command begins; `command` is what it takes to run it again.
    ///
    /// # Errors
    ///
    /// Only the database's own.
    pub fn begin(db: &Db, source: &str, command: Value, clock: &Clock) -> Result<Run, ImportError> {
        let (source, now) = (source.to_owned(), clock.now());
        let command = command.to_string();
        Ok(Run(db.write_blocking(move |tx| insert(tx, &source, &command, now))?))
    }

    /// Takes up a run that never ended, so that its end is noted where it began.
    pub fn resume(unfinished: &Unfinished) -> Run {
        Run(unfinished.id)
    }

    /// Notes how it ended, with the sums and the first sentences of its report.
    ///
    /// # Errors
    ///
    /// Only the database's own.
    pub fn finish(self, db: &Db, report: &Report, clock: &Clock) -> Result<(), ImportError> {
        let (kept, now) = (summary(report), clock.now());
        db.write_blocking(move |tx| complete(tx, self.0, &kept, now))?;
        Ok(())
    }

    /// The newest run of this shop that never ended.
    ///
    /// # Errors
    ///
    /// Only the database's own.
    pub fn last_unfinished(db: &Db) -> Result<Option<Unfinished>, ImportError> {
        Ok(db.read(|conn| Ok::<_, DbError>(unfinished(conn)?))?)
    }
}

fn summary(report: &Report) -> Value {
    json!({
        "read": report.read, "created": report.created, "updated": report.updated, "unchanged": report.unchanged,
        "rejected": report.rejected, "blank": report.blank, "files": report.files,
        "warnings": report.warnings.iter().take(SENTENCES).collect::<Vec<_>>(),
        "rows": report.rows.iter().take(SENTENCES).collect::<Vec<_>>(),
    })
}

fn insert(tx: &Tx<'_>, source: &str, command: &str, now: Timestamp) -> Result<Id, DbError> {
    // The same command again is how a run that was killed goes on.
    let again: Option<Id> = tx
        .prepare_cached(
            "SELECT id FROM import_runs WHERE finished_at IS NULL AND command = ?1 ORDER BY id DESC LIMIT 1",
        )?
        .query_row([command], |row| row.get(0))
        .optional()?;
    if let Some(id) = again {
        return Ok(id);
    }
    let id = Id::new(now);
    tx.prepare_cached(
        "INSERT INTO import_runs (id, source, command, started_at) VALUES (:id, :source, :command, :now)",
    )?
    .execute(named_params! { ":id": id, ":source": source, ":command": command, ":now": to_ms(now) })?;
    tx.prepare_cached("DELETE FROM import_runs WHERE finished_at < ?1")?.execute([to_ms(now) - KEPT_MS])?;
    Ok(id)
}

fn complete(tx: &Tx<'_>, id: Id, report: &Value, now: Timestamp) -> Result<(), DbError> {
    tx.prepare_cached("UPDATE import_runs SET finished_at = :now, report = :report WHERE id = :id")?
        .execute(named_params! { ":id": id, ":now": to_ms(now), ":report": report.to_string() })?;
    Ok(())
}

fn unfinished(conn: &Connection) -> rusqlite::Result<Option<Unfinished>> {
    conn.prepare_cached("SELECT id, command FROM import_runs WHERE finished_at IS NULL ORDER BY id DESC LIMIT 1")?
        .query_row([], |row| Ok(Unfinished { id: row.get(0)?, command: row.get(1)? }))
        .optional()
}
