//! Proves on live data what must always hold (DESIGN.md lists it), and names the rows where it does not.
//!
//! Reads only, in one snapshot, so it is safe while the shop sells. Each room checks its own tables in its
//! `doctor.rs`; `across` checks what two rooms must agree on and `file` the database file itself: the doctor is
//! the one place that may look into several rooms' tables. Never repairs: a guess would hide what went wrong.

mod across;
mod file;
mod foreign_keys;

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode};

pub use crate::findings::{Finding, Proved, Report};

/// Runs every check on one snapshot of `conn`, which must not be in a transaction.
///
/// # Errors
///
/// What keeps SQLite from reading at all. A damaged page is a finding, not an error.
pub fn examine(conn: &Connection, now: Timestamp) -> rusqlite::Result<Report> {
    examine_with(conn, now, |_, _| Ok(()))
}

/// As `examine`, followed by a check of the caller's on the same snapshot: the search index lies outside the file.
///
/// # Errors
///
/// As `examine`, or what `more` returns.
pub fn examine_with(
    conn: &Connection, now: Timestamp, more: impl FnOnce(&Connection, &mut Report) -> rusqlite::Result<()>,
) -> rusqlite::Result<Report> {
    let snapshot = conn.unchecked_transaction()?;
    let mut report = Report::default();
    if !file::check_schema(&snapshot, &mut report)? {
        return Ok(report);
    }
    let rooms: [(&'static str, Room); 9] = [
        ("database file", |conn, _, report| file::check(conn, report)),
        ("references", |conn, _, report| foreign_keys::check(conn, report)),
        ("catalogue", crate::catalog::doctor::check),
        ("stock", crate::stock::doctor::check),
        ("orders", crate::orders::doctor::check),
        ("payments", crate::payments::doctor::check),
        ("rooms agree", across::check),
        ("mail", crate::mail::doctor::check),
        ("pictures", crate::media::doctor::check),
    ];
    for (name, check) in rooms {
        let outcome = check(&snapshot, now, &mut report);
        unless_damaged(outcome, name, &mut report)?;
    }
    let outcome = more(&snapshot, &mut report);
    unless_damaged(outcome, "search", &mut report)?;
    Ok(report)
}

type Room = fn(&Connection, Timestamp, &mut Report) -> rusqlite::Result<()>;

/// A check that meets a damaged page has found something; the others still run.
fn unless_damaged(outcome: rusqlite::Result<()>, name: &'static str, report: &mut Report) -> rusqlite::Result<()> {
    match outcome {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt) => {
            report.find(
                name,
                format!("could not be checked to the end, the file is damaged: {error}. Restore a backup."),
            );
            Ok(())
        }
        other => other,
    }
}

#[cfg(test)]
pub(crate) mod tests;
