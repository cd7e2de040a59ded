//! Doors for the fuzzers, which live in a package of their own. Each takes any bytes and must come back.

use std::io::Read;

use super::csv::amounts::{self, Mark};
use super::csv::{delimiter, layout::Layout, rows::Next, rows::Rows};
use super::dates::{self, Order};
use super::encoding::Decoded;
use super::mojibake;
use super::{ImportOptions, entities, language};
use crate::kernel::money::Currency;

/// Reads bytes as a table, guessed or not: encoding, delimiter, header, every row and what stands in its cells.
pub fn csv(bytes: &[u8]) {
    let mut text = Vec::new();
    // What cannot be decoded is an answer, too.
    if Decoded::new(bytes).and_then(|mut decoded| decoded.read_to_end(&mut text)).is_err() {
        return;
    }
    for guess in [false, true] {
        let options = ImportOptions { guess, ..ImportOptions::default() };
        let Ok(layout) = Layout::settle(&text, delimiter::of(&text), &options, |columns| columns.suffice()) else {
            continue;
        };
        let Ok(mut rows) = Rows::new(text.as_slice(), layout.delimiter) else { continue };
        if layout.skip_to_data(&mut rows).is_err() {
            continue;
        }
        while let Ok(Next::Row | Next::TooLong) = rows.advance() {
            rows.row().fields().for_each(cell);
        }
    }
}

/// Reads a text as everything a cell can be.
pub fn cell(text: &str) {
    for mark in [Mark::Unknown, Mark::Point, Mark::Comma] {
        drop(amounts::read(text, Currency::EUR, mark));
    }
    let _ = (dates::read(text, Order::DayFirst), dates::compact(text), dates::year(text));
    drop((mojibake::repair(text), entities::decode(text), language::parse(text)));
}

use super::run::Context;
use super::{marc as marc_reader, onix as onix_reader};

/// Reads bytes as MARC, binary or XML; returns how many books they hold.
pub fn marc(bytes: &[u8]) -> u64 {
    marc_reader::read_all(bytes)
}

/// Reads bytes as an ONIX message; returns how many products it holds, none if it is refused.
pub fn onix(bytes: &[u8]) -> u64 {
    onix_reader::read_bytes(bytes, &Context::for_nobody()).unwrap_or(0)
}
