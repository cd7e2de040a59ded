//! The shop's own books CSV, as `bookstall export books` writes it: taken at its word, nothing is guessed.
//!
//! A file is the shop's own by its `edition-id` column. Columns may be left out or stand in another order, and a
//! spreadsheet may have saved it with semicolons; a cell that cannot be read rejects its row.

mod row;

use std::cell::Cell;
use std::io::Read;
use std::rc::Rc;

use super::csv::NUL;
use super::csv::rows::{Numbered, Rows};
use super::encoding::Decoded;
use super::input::Input;
use super::record::{Item, Place, Record};
use super::report::Report;
use super::run::Context;
use super::{ImportError, ImportOptions};
use crate::catalog::cells::COLUMNS;
use crate::kernel::ids::fingerprint;
use row::Line;

/// The column that makes a file the shop's own.
const MARK: &str = "edition-id";
/// The feed's name of such files.
pub(super) const SOURCE: &str = "bookstall export";

/// The mark that parts columns, if the text begins as the shop's own file does.
pub(super) fn delimiter(start: &[u8]) -> Option<u8> {
    let first = start.split(|byte| matches!(byte, b'\r' | b'\n')).next()?;
    let first = first.strip_prefix("\u{feff}".as_bytes()).unwrap_or(first);
    [b',', b';', b'\t'].into_iter().find(|mark| {
        let names = first.split(|byte| byte == mark).map(|name| name.trim_ascii());
        let bare =
            |name: &[u8]| name.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) == Some(MARK.as_bytes());
        names.into_iter().any(|name| name == MARK.as_bytes() || bare(name)) && first.contains(mark)
    })
}

/// Whether the caller has no words of their own about the columns.
pub(super) fn is_left_to_us(options: &ImportOptions) -> bool {
    options.map.is_empty() && options.reference_column.is_none() && !options.no_header
}

/// The file being read.
pub(super) struct OwnFeed {
    rows: Numbered<Decoded<Box<dyn Read>>>,
    /// For each column of the file, its place among `COLUMNS`.
    places: Vec<Option<usize>>,
    ignored: Vec<String>,
}

impl OwnFeed {
    /// Stands before the first row.
    pub(super) fn open(input: &Input, mark: u8, position: &Rc<Cell<u64>>) -> Result<OwnFeed, ImportError> {
        let refused = |error: std::io::Error| ImportError::Refused(error.to_string());
        let text = input.text(position)?;
        let mut rows = Rows::new(text, mark).map_err(refused)?;
        rows.advance().map_err(refused)?;
        let names: Vec<&str> = rows.row().fields().map(str::trim).collect();
        let place = |name: &&str| COLUMNS.iter().position(|column| column == name);
        let places: Vec<Option<usize>> = names.iter().map(place).collect();
        let ignored = names.iter().filter(|name| place(name).is_none()).map(|name| (*name).to_owned()).collect();
        Ok(OwnFeed { rows: Numbered::new(rows), places, ignored })
    }

    /// The next record that is not blank.
    pub(super) fn next(&mut self, context: &Context) -> Result<Option<Item>, String> {
        let Some((place, whole)) = self.rows.advance()? else { return Ok(None) };
        Ok(Some(Item::of(place, whole.and_then(|()| self.record(place, context)))))
    }

    fn record(&self, place: Place, context: &Context) -> Result<Record, String> {
        let row = self.rows.row();
        if row.has_nul() {
            return Err(NUL.into());
        }
        if row.len() != self.places.len() {
            return Err(format!("the row has {} fields where the header names {}", row.len(), self.places.len()));
        }
        let mut line = Line::default();
        for (at, cell) in self.places.iter().zip(row.fields()) {
            if let Some(at) = at {
                line.put(*at, cell);
            }
        }
        let mut record = line.record(context)?;
        record.place = place;
        record.check()?;
        let mut whole = context.salt.to_vec();
        whole.extend(line.cells().flat_map(|cell| cell.bytes().chain([0])));
        record.hash = fingerprint(&whole);
        Ok(record)
    }

    /// Tells what concerns the file as a whole.
    pub(super) fn close(&self, report: &mut Report) {
        report.blank = self.rows.blank();
        if !self.ignored.is_empty() {
            report.warn(format!("columns that are not read: {}", self.ignored.join(", ")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_the_shops_own_by_its_id_column() {
        assert_eq!(delimiter(b"edition-id,isbn,title\r\n"), Some(b','));
        assert_eq!(delimiter("\u{feff}\"title\";\"edition-id\"\n".as_bytes()), Some(b';'));
        assert_eq!(delimiter(b"isbn,title\nedition-id,x\n"), None);
        assert_eq!(delimiter(b"edition-ids,title\n"), None);
        assert_eq!(delimiter(b""), None);
    }
}
