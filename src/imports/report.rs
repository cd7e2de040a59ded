//! What an import did, for people and for scripts.

use std::collections::BTreeMap;

use serde::Serialize;

use super::apply::Told;
use super::record::{Place, Record, Rejected, Tally};
use crate::catalog::fields::Difference;

/// More warnings than this help nobody; the rest is counted.
const MAX_WARNINGS: usize = 10_000;
/// As for warnings.
const MAX_ROWS: usize = 10_000;

/// The sum of a run: read = created + updated + unchanged + rejected.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Records met: CSV rows that are not blank, or ONIX products.
    pub read: u64,
    /// New editions.
    pub created: u64,
    /// Editions of which something changed.
    pub updated: u64,
    /// Records that said nothing new.
    pub unchanged: u64,
    /// Records not taken in; see `rows`.
    pub rejected: u64,
    /// Blank rows, not counted in `read`.
    pub blank: u64,
    /// What somebody should know, one sentence each.
    pub warnings: Vec<String>,
    /// The rejected records.
    pub rows: Vec<RejectedRow>,
    /// Books that are not as they were, field by field; at most 10,000.
    pub changes: Vec<ChangedBook>,
    #[serde(skip)]
    tallies: BTreeMap<Tally, u64>,
    #[serde(skip)]
    unsaid: u64,
}

/// A record that was not taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RejectedRow {
    /// The line it begins in, from 1; 0 in a file without lines.
    pub line: u64,
    /// Why.
    pub reason: String,
    /// The record's ordinal in the file, from 1.
    pub record: u64,
}

/// A book that a record changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangedBook {
    /// The line the record begins in, from 1; 0 in a file without lines.
    pub line: u64,
    /// The record's ordinal in the file, from 1.
    pub record: u64,
    /// Its title, or its number where the record has no title.
    pub book: String,
    /// Whether it left the shelves.
    pub withdrawn: bool,
    /// What is not as it was.
    pub fields: Vec<Difference>,
}

impl Report {
    /// Notes what a record changed.
    pub(super) fn tell_change(&mut self, record: &Record, told: Told) {
        if (told.differences.is_empty() && !told.withdrawn) || self.changes.len() >= MAX_ROWS {
            return;
        }
        let facts = &record.facts;
        let number = || facts.isbn.as_ref().map(ToString::to_string).or_else(|| record.reference.clone());
        let book = Some(facts.title.clone()).filter(|title| !title.is_empty()).or_else(number).unwrap_or_default();
        let Told { withdrawn, differences, .. } = told;
        let Place { line, number } = record.place;
        self.changes.push(ChangedBook { line, record: number, book, withdrawn, fields: differences });
    }

    /// Adds a sentence about one record.
    pub(super) fn warn_at(&mut self, place: Place, text: &str) {
        self.warn(format!("{place}: {text}"));
    }

    /// Adds a sentence about the file.
    pub(super) fn warn(&mut self, text: String) {
        if self.warnings.len() < MAX_WARNINGS {
            self.warnings.push(text);
        } else {
            self.unsaid += 1;
        }
    }

    /// Counts what is told once.
    pub(super) fn tally(&mut self, what: Tally) {
        *self.tallies.entry(what).or_default() += 1;
    }

    /// Notes a record that was not taken in.
    pub(super) fn reject(&mut self, rejected: Rejected) {
        self.read += 1;
        self.rejected += 1;
        if self.rows.len() < MAX_ROWS {
            let Rejected { place, reason } = rejected;
            self.rows.push(RejectedRow { line: place.line, reason, record: place.number });
        }
    }

    /// Turns the tallies into sentences; `sells` describes the shop's prices, `lead` the days promised.
    pub(super) fn close(&mut self, sells: &str, lead: (u16, u16)) {
        for (what, count) in std::mem::take(&mut self.tallies) {
            let of = |thing: &str| if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") };
            let text = match what {
                Tally::ZerosRestored => {
                    format!("leading zeros that were lost were restored in {}, as the check digit proves", of("ISBN"))
                }
                Tally::ZeroPrice => {
                    format!("{} of nothing not taken: a book without a price is listed, not sold", of("price"))
                }
                Tally::NoCurrency => {
                    format!("{} without a currency not taken; name one with --default-currency", of("amount"))
                }
                Tally::OtherCurrency => {
                    format!("{} in another currency kept, not sold: the shop sells in {sells}", of("price"))
                }
                Tally::OtherTax => {
                    format!("{} stored that say otherwise than the shop whether tax is in them", of("price"))
                }
                Tally::LeadDaysAssumed => format!(
                    "the supplier names no time for {}: {} to {} working days are promised; --lead-days says another",
                    of("book"),
                    lead.0,
                    lead.1
                ),
                Tally::Kept => format!(
                    "{} changed by hand in the shop left as they are; --overwrite-edited takes the feed's word",
                    of("field")
                ),
                Tally::UnknownEntity => {
                    format!("references like &name; that are on no list stay as they are in {}", of("record"))
                }
            };
            self.warnings.push(text);
        }
        if self.unsaid > 0 {
            self.warnings.push(format!("{} more warnings are not listed", self.unsaid));
        }
    }

    /// Whether anything went in, or nothing had to.
    pub fn succeeded(&self) -> bool {
        self.created + self.updated + self.unchanged > 0 || self.rejected == 0
    }
}
