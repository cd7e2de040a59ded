//! Proves on live data what must always hold (DESIGN.md lists it), and names the rows where it does not.
//!
//! Reads only, in one snapshot, so it is safe while the shop sells. Each room checks its own tables in its
//! `doctor.rs`; `across` checks what two rooms must agree on and `file` the database file itself: the doctor is
//! the one place that may look into several rooms' tables. Never repairs: a guess would hide what went wrong.

mod across;
mod file;
mod foreign_keys;
pub(crate) mod names;

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, Params, Row};
use serde::Serialize;

/// Findings of one check that are worded; the rest is counted.
const WORDED: u64 = 100;

/// One breach, in words for the shopkeeper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The check that failed.
    pub check: &'static str,
    /// The row, what is wrong with it, and what to do where that is known.
    pub what: String,
}

/// What a check found in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proved {
    /// The check.
    pub check: &'static str,
    /// How many things hold.
    pub count: u64,
    /// What was counted, in the plural.
    pub unit: &'static str,
}

/// What was proved and what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// One entry per check that ran.
    pub proved: Vec<Proved>,
    /// Empty in a healthy shop.
    pub findings: Vec<Finding>,
}

/// A promise as two queries.
pub struct Check {
    /// The check's name in the report.
    pub name: &'static str,
    /// What it counts, in the plural.
    pub unit: &'static str,
    /// Counts everything the promise is about.
    pub all: &'static str,
    /// Finds the rows that break it.
    pub broken: &'static str,
}

impl Report {
    /// Notes that `count` things hold.
    pub fn prove(&mut self, check: &'static str, count: u64, unit: &'static str) {
        self.proved.push(Proved { check, count, unit });
    }

    /// Notes a breach.
    pub fn find(&mut self, check: &'static str, what: impl Into<String>) {
        self.findings.push(Finding { check, what: what.into() });
    }

    /// Whether nothing was found.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// Runs a check whose second query must find nothing; `words` turns a row it does find into a sentence.
    ///
    /// # Errors
    ///
    /// Only SQLite's own.
    pub fn expect_none<P: Params>(
        &mut self, conn: &Connection, check: &Check, params: P,
        mut words: impl FnMut(&Row<'_>) -> rusqlite::Result<String>,
    ) -> rusqlite::Result<()> {
        let mut broken: u64 = 0;
        let mut statement = conn.prepare(check.broken)?;
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next()? {
            broken += 1;
            if broken <= WORDED {
                self.find(check.name, words(row)?);
            }
        }
        if broken > WORDED {
            self.find(check.name, format!("… and {} more like these", broken - WORDED));
        }
        let all = count(conn, check.all)?;
        self.prove(check.name, all.saturating_sub(broken), check.unit);
        Ok(())
    }
}

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
    let rooms: [(&'static str, Room); 8] = [
        ("database file", |conn, _, report| file::check(conn, report)),
        ("references", |conn, _, report| foreign_keys::check(conn, report)),
        ("catalogue", crate::catalog::doctor::check),
        ("stock", crate::stock::doctor::check),
        ("orders", crate::orders::doctor::check),
        ("payments", crate::payments::doctor::check),
        ("rooms agree", across::check),
        ("mail", crate::mail::doctor::check),
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

pub(crate) fn count(conn: &Connection, sql: &str) -> rusqlite::Result<u64> {
    let count: i64 = conn.query_row(sql, [], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

#[cfg(test)]
pub(crate) mod tests;
