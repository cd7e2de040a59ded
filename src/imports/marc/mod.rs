//! MARC 21 records of libraries, binary (ISO 2709) or MARCXML, read as a stream: one record in memory.
//!
//! - Binary records are in UTF-8 or MARC-8; where the leader is wrong about it the bytes decide, and the report says so.
//! - Of MARC-8, the Latin, Greek, Cyrillic, Hebrew and Arabic sets are read. Chinese, Japanese and Korean characters
//!   (EACC) become U+FFFD and are counted in a warning (2026-11; refused: a table of 15,000 characters for records
//!   that such libraries have long had in UTF-8).
//! - A damaged binary record is rejected and reading goes on behind its terminator. Broken MARCXML is found out before
//!   anything of it is stored.
//! - Titles and names stay romanised as the library wrote them, so that they sort and are found beside others; the
//!   field in the original script (880) is taken as the original title.
//! - A record without a valid ISBN is a book without an ISBN: libraries have many of them.

mod book;
mod carrier;
mod charset;
mod field;
mod isbd;
mod iso2709;
mod marc8;
mod people;
mod subjects;
mod title;
mod xml;

use std::cell::Cell;
use std::io::Read;
use std::rc::Rc;

use self::field::Marc;
use super::ImportError;
use super::encoding::Decoded;
use super::input::Input;
use super::record::{Item, Place};
use super::report::Report;
use super::run::Context;

/// How much of a file tells whether it is MARC.
const SAMPLE: u64 = 4096;

/// A file of MARC records being read.
pub(super) struct MarcFeed {
    form: Form,
    number: u64,
    names_id_column: bool,
}

enum Form {
    Binary(iso2709::Records<Box<dyn Read>>),
    Xml { records: Box<xml::Records<Decoded<Box<dyn Read>>>>, damage: Rc<Cell<u64>> },
}

impl MarcFeed {
    /// Whether a file's first bytes, read as text, are MARC in either form.
    pub(super) fn detects(start: &[u8]) -> bool {
        iso2709::detects(start) || xml::detects(start)
    }

    /// Stands before the first record. MARCXML is read once to its end, to refuse it whole if its form is wrong.
    pub(super) fn open(input: &Input, context: &Context, position: &Rc<Cell<u64>>) -> Result<MarcFeed, ImportError> {
        let form = Form::open(&|| input.reader(position))?;
        Ok(MarcFeed { form, number: 0, names_id_column: context.merges })
    }

    /// The next record.
    pub(super) fn next(&mut self, context: &Context) -> Result<Option<Item>, String> {
        let Some((line, marc)) = self.form.next()? else { return Ok(None) };
        self.number += 1;
        let place = Place { line, number: self.number };
        let read = marc.and_then(|marc| {
            let mut record = book::read(&marc)?;
            record.hash = marc.print(&context.salt);
            record.place = place;
            Ok(record)
        });
        Ok(Some(Item::of(place, read)))
    }

    /// Tells what concerns the file as a whole.
    pub(super) fn close(&self, report: &mut Report) {
        if self.names_id_column {
            report.warn("--ref is for CSV; MARC records have their control number (001)".into());
        }
        let of = |count: u64| if count == 1 { "1 record".to_owned() } else { format!("{count} records") };
        match &self.form {
            Form::Xml { damage, .. } if damage.get() > 0 => report.warn(format!(
                "{} bytes are not in the encoding the file declares and were read as Windows-1252",
                damage.get()
            )),
            Form::Xml { .. } => {}
            Form::Binary(records) => {
                let tally = records.tally;
                let told = [
                    (tally.marc8, "read as MARC-8, though the leader says UTF-8"),
                    (tally.utf8, "read as UTF-8, though the leader says MARC-8"),
                    (tally.western, "read as Windows-1252 where bytes are neither UTF-8 nor MARC-8"),
                ];
                for (count, what) in told.into_iter().filter(|(count, _)| *count > 0) {
                    report.warn(format!("{what}: {}", of(count)));
                }
                if tally.east_asian > 0 {
                    report.warn(format!(
                        "{} East Asian characters in MARC-8 are not read and stand as \u{fffd}; the library can export UTF-8",
                        tally.east_asian
                    ));
                }
            }
        }
    }
}

impl Form {
    fn open(reader: &dyn Fn() -> Result<Box<dyn Read>, ImportError>) -> Result<Form, ImportError> {
        let refused = |error: std::io::Error| ImportError::Refused(error.to_string());
        let text = || Decoded::new(reader()?).map_err(refused);
        let (mut start, mut raw) = (Vec::new(), Vec::new());
        text()?.take(SAMPLE).read_to_end(&mut start).map_err(refused)?;
        // Only as text: in UTF-16 the bytes of some letters are the separators of the binary form.
        if !xml::detects(&start) {
            reader()?.take(SAMPLE).read_to_end(&mut raw).map_err(refused)?;
            return match iso2709::detects(&raw) {
                true => Ok(Form::Binary(iso2709::Records::new(reader()?))),
                false => Err(ImportError::Refused("this is no MARC".into())),
            };
        }
        let mut check = xml::Records::new(text()?);
        let mut count = 0_u64;
        while let Some((_, marc)) = check.next().map_err(ImportError::Refused)? {
            count += u64::from(marc != Marc::default());
        }
        if count == 0 {
            return Err(ImportError::Refused("this is no MARC: there is no record with fields in it".into()));
        }
        let text = text()?;
        Ok(Form::Xml { damage: text.damage(), records: Box::new(xml::Records::new(text)) })
    }

    /// The next record, or what is wrong with it, and the line it begins in. A binary file has no lines: its
    /// records are numbered instead.
    #[expect(clippy::type_complexity, reason = "it is said once, here")]
    fn next(&mut self) -> Result<Option<(u64, Result<Marc, String>)>, String> {
        match self {
            Form::Binary(records) => {
                let next = records.next().map_err(|error| error.to_string())?;
                Ok(next.map(|marc| (0, marc)))
            }
            Form::Xml { records, .. } => Ok(records.next()?.map(|(line, marc)| (line, Ok(marc)))),
        }
    }
}

/// Reads any bytes as MARC, for fuzzing: it must end, without a panic, whatever they are. Returns the books in them.
pub(super) fn read_all(bytes: &[u8]) -> u64 {
    let reader = || -> Result<Box<dyn Read>, ImportError> { Ok(Box::new(std::io::Cursor::new(bytes.to_vec()))) };
    let Ok(mut form) = Form::open(&reader) else { return 0 };
    let mut books = 0;
    loop {
        match form.next() {
            Ok(Some((_, marc))) => books += u64::from(marc.is_ok_and(|marc| book::read(&marc).is_ok())),
            ended => {
                assert!(ended.is_ok(), "a file that was checked is read to its end");
                return books;
            }
        }
    }
}

#[cfg(test)]
mod tests;
