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
    /// The feeds, each with its own sum.
    pub files: Vec<FileReport>,
    /// The feed's name, in the report of one feed.
    #[serde(skip)]
    pub(super) source: String,
    #[serde(skip)]
    tallies: BTreeMap<Tally, u64>,
    #[serde(skip)]
    unsaid: u64,
}

/// What became of one feed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FileReport {
    /// Its name, or its whole name in an archive.
    pub file: String,
    /// The feed's name.
    pub source: String,
    /// As in [`Report`].
    pub read: u64,
    /// As in [`Report`].
    pub created: u64,
    /// As in [`Report`].
    pub updated: u64,
    /// As in [`Report`].
    pub unchanged: u64,
    /// As in [`Report`].
    pub rejected: u64,
    /// As in [`Report`].
    pub blank: u64,
    /// Why it was not taken in, or not to its end.
    pub error: Option<String>,
}

/// A record that was not taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RejectedRow {
    /// The file, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
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
    /// Adds the report of one feed; `several`: its sentences and rows need its name.
    pub(super) fn absorb(&mut self, own: Report, file: &str, error: Option<&super::ImportError>, several: bool) {
        self.files.push(FileReport {
            file: file.to_owned(),
            source: own.source,
            read: own.read,
            created: own.created,
            updated: own.updated,
            unchanged: own.unchanged,
            rejected: own.rejected,
            blank: own.blank,
            error: error.map(ToString::to_string),
        });
        self.read += own.read;
        self.created += own.created;
        self.updated += own.updated;
        self.unchanged += own.unchanged;
        self.rejected += own.rejected;
        self.blank += own.blank;
        let named = several.then(|| file.to_owned());
        let own_error = error.filter(|_| several).map(ToString::to_string);
        for text in own.warnings.into_iter().chain(own_error) {
            self.warn(named.as_ref().map_or_else(|| text.clone(), |name| format!("{name}: {text}")));
        }
        let room = MAX_ROWS.saturating_sub(self.rows.len());
        self.rows.extend(own.rows.into_iter().take(room).map(|row| RejectedRow { file: named.clone(), ..row }));
        let room = MAX_ROWS.saturating_sub(self.changes.len());
        self.changes.extend(own.changes.into_iter().take(room));
    }

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
            self.rows.push(RejectedRow { file: None, line: place.line, reason, record: place.number });
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
                Tally::AmountByColumn => {
                    format!("{} like 1,299 read as thousands, as the column's other prices show", of("amount"))
                }
                Tally::DateByRule => format!(
                    "{} like 03/04/2014 read by a rule: as the column's other dates show, else as is usual in the shop's country",
                    of("date")
                ),
                Tally::ImageMissing => {
                    format!("{} not found beside the feed, in its folder or its archive", of("picture"))
                }
                Tally::TextRepaired => {
                    format!("{} held text like “Ã©” that was read wrongly before; put right", of("record"))
                }
                Tally::TextLost => format!(
                    "{} hold text like “Ã?Â¤” that was read wrongly before and cannot be put right for certain; left as it is",
                    of("record")
                ),
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
