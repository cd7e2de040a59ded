//! What an import did, for people and for scripts.

use std::collections::BTreeMap;

use serde::Serialize;

use super::record::{Place, Rejected, Tally};

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
    #[serde(skip)]
    tallies: BTreeMap<Tally, u64>,
    #[serde(skip)]
    unsaid: u64,
}

/// A record that was not taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RejectedRow {
    /// The line it begins in, from 1.
    pub line: u64,
    /// Why.
    pub reason: String,
    /// The record's ordinal in the file, from 1.
    pub record: u64,
}

impl Report {
    /// Adds a sentence about one record.
    pub(super) fn warn_at(&mut self, place: Place, text: &str) {
        self.warn(format!("line {}: {text}", place.line));
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
            let text = match what {
                Tally::ZerosRestored => format!("{count} ISBNs had lost their leading zeros; restored, as their check digits prove"),
                Tally::ZeroPrice => format!("{count} prices of nothing were not taken: these books are listed, not sold"),
                Tally::NoCurrency => format!("{count} amounts name no currency and were not taken; name one with --default-currency"),
                Tally::OtherCurrency => format!("{count} prices in other currencies are kept, not sold: the shop sells in {sells}"),
                Tally::OtherTax => {
                    format!("{count} prices say otherwise than the shop whether tax is in them; they are stored as they are")
                }
                Tally::LeadDaysAssumed => format!(
                    "{count} books are with the supplier, who names no time: {} to {} working days are promised; --lead-days says another",
                    lead.0, lead.1
                ),
                Tally::LocalImage => format!("{count} images are not addresses like https://… and were not taken"),
                Tally::UnknownEntity => format!("{count} references like &name; are on no list and were left as they are"),
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
