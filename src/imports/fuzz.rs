//! Doors for the fuzzers, which live in a package of their own. Each takes any bytes and must come back.
//!
//! What they promise beyond that is asserted: a file that was found to be sound is read to its end.

use super::csv::amounts::{self, Mark};
use super::dates::{self, Order, Reading};
use super::run::Context;
use super::{ImportOptions, entities, language, mojibake};
use super::{csv as csv_reader, marc as marc_reader, onix as onix_reader};
use crate::kernel::date::PartialDate;
use crate::kernel::money::Currency;

/// Reads bytes as a table: encoding, delimiter, header, every row and the record it makes. Returns how many rows it has.
///
/// Columns that nobody names are guessed in every second file, told by its length.
pub fn csv(bytes: &[u8]) -> u64 {
    let options = ImportOptions { guess: bytes.len().is_multiple_of(2), ..ImportOptions::default() };
    csv_reader::read_all(bytes, &options, &Context::for_nobody())
}

/// Reads a text as everything a cell can be.
pub fn cell(text: &str) {
    for mark in [Mark::Unknown, Mark::Point, Mark::Comma] {
        drop(amounts::read(text, Currency::EUR, mark));
    }
    drop((mojibake::repair(text), entities::decode(text), language::parse(text), dates(text)));
}

/// Reads a text as a date in every order and every format that feeds use; returns what came of it.
pub fn dates(text: &str) -> Vec<PartialDate> {
    let orders = [Order::DayFirst, Order::MonthFirst, Order::Unknown];
    let mut found: Vec<PartialDate> =
        orders.into_iter().filter_map(|order| date_of(dates::read(text, order))).collect();
    found.extend(dates::compact(text));
    found.extend(dates::year(text).filter(|year| *year > 0).map(PartialDate::Year));
    let formats = [None, Some("00"), Some("01"), Some("02"), Some("05"), Some("06"), Some("07"), Some("13")];
    found.extend(formats.into_iter().filter_map(|format| onix_reader::dates::read(text, format)));
    found
}

fn date_of(reading: Reading) -> Option<PartialDate> {
    match reading {
        Reading::Date(date) | Reading::ByRule(date) | Reading::Ambiguous(date) => Some(date),
        Reading::Unknown | Reading::Spreadsheet | Reading::No => None,
    }
}

/// Reads bytes as MARC, binary or XML; returns how many books they hold.
pub fn marc(bytes: &[u8]) -> u64 {
    marc_reader::read_all(bytes)
}

/// Reads bytes as an ONIX message; returns how many products it holds, none if it is refused.
pub fn onix(bytes: &[u8]) -> u64 {
    onix_reader::read_all(bytes, &Context::for_nobody())
}
