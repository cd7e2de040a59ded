//! What an examination proves and finds, and the words for rows. Stands below the rooms: each hands in its own.

pub(crate) mod names;

use rusqlite::{Connection, Params, Row};
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

/// A count, never below zero.
pub(crate) fn count(conn: &Connection, sql: &str) -> rusqlite::Result<u64> {
    let count: i64 = conn.query_row(sql, [], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}
