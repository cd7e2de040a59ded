//! Rows of a CSV file, in bounded memory and with true line numbers.

use std::io::{self, BufRead};

use csv_core::ReadRecordResult;

use crate::imports::record::Place;

/// A row longer than this is damage: most often a quote that is never closed.
const MAX_ROW: usize = 2 << 20;
/// Said of such a row.
const TOO_LONG: &str = "the row is longer than 2 MB; perhaps a quote in it is never closed";
const MAX_FIELDS: usize = 2000;

/// Reads one row after the other into the same buffers.
pub(in crate::imports) struct Rows<R> {
    input: R,
    parser: csv_core::Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
    fields: usize,
    /// Lines that ended so far.
    ended_lines: u64,
    start_line: u64,
    /// `\n`, or `\r` in files of the old kind.
    newline: u8,
    /// The row ended with `\r`: a `\n` that follows belongs to it.
    after_return: bool,
    blank: u64,
}

/// What came next.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::imports) enum Next {
    /// A row, in `row`.
    Row,
    /// A row too long to be one; it was skipped.
    TooLong,
    /// Nothing more.
    End,
}

impl<R: BufRead> Rows<R> {
    pub(in crate::imports) fn new(mut input: R, delimiter: u8) -> io::Result<Rows<R>> {
        let start = input.fill_buf()?;
        let newline = if start.contains(&b'\n') || !start.contains(&b'\r') { b'\n' } else { b'\r' };
        Ok(Rows {
            input,
            parser: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            text: vec![0; 16 << 10],
            ends: vec![0; 64],
            fields: 0,
            ended_lines: 0,
            start_line: 1,
            newline,
            after_return: false,
            blank: 0,
        })
    }

    /// The line the current row begins in, from 1.
    pub(in crate::imports) fn line(&self) -> u64 {
        self.start_line
    }

    /// Empty lines met so far.
    pub(in crate::imports) fn blank_lines(&self) -> u64 {
        self.blank
    }

    /// Advances to the next row.
    pub(in crate::imports) fn advance(&mut self) -> io::Result<Next> {
        self.skip_empty_lines()?;
        self.start_line = self.ended_lines + 1;
        let (mut at, mut too_long) = (0, false);
        self.fields = 0;
        loop {
            let input = self.input.fill_buf()?;
            let out = self.text.get_mut(at..).unwrap_or_default();
            let ends = self.ends.get_mut(self.fields..).unwrap_or_default();
            let (result, read, written, found) = self.parser.read_record(input, out, ends);
            let used = input.get(..read).unwrap_or_default();
            self.after_return = used.last().map_or(self.after_return, |byte| *byte == b'\r');
            let newline = self.newline;
            self.ended_lines += used.iter().filter(|byte| **byte == newline).count() as u64;
            self.input.consume(read);
            at += written;
            self.fields += found;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.text.len() < MAX_ROW => self.text.resize(self.text.len() * 4, 0),
                ReadRecordResult::OutputEndsFull if self.ends.len() < MAX_FIELDS => {
                    self.ends.resize(self.ends.len() * 4, 0)
                }
                // Read on to the row's end, but keep nothing of it.
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    (at, self.fields, too_long) = (0, 0, true);
                }
                ReadRecordResult::Record if too_long => return Ok(Next::TooLong),
                ReadRecordResult::Record => return Ok(Next::Row),
                ReadRecordResult::End => return Ok(Next::End),
            }
        }
    }

    fn skip_empty_lines(&mut self) -> io::Result<()> {
        while let Some(byte) = self.input.fill_buf()?.first().copied().filter(|byte| matches!(byte, b'\r' | b'\n')) {
            self.input.consume(1);
            let ends_row = std::mem::take(&mut self.after_return) && byte == b'\n';
            if byte == self.newline {
                self.ended_lines += 1;
                self.blank += u64::from(!ends_row);
            }
        }
        Ok(())
    }

    /// The fields of the current row, as text.
    pub(in crate::imports) fn row(&self) -> Row<'_> {
        let ends = self.ends.get(..self.fields).unwrap_or_default();
        let text = self.text.get(..ends.last().copied().unwrap_or(0)).unwrap_or_default();
        // The input is UTF-8 throughout and fields are cut at ASCII, so this only fails on a bug.
        Row { text: std::str::from_utf8(text).unwrap_or_default(), ends }
    }
}

/// Where a row stands, and why it cannot be read.
type Standing = (Place, Result<(), String>);

/// The rows that may be records: blank ones are counted, the others numbered.
pub(in crate::imports) struct Numbered<R> {
    rows: Rows<R>,
    number: u64,
    blank: u64,
}

impl<R: BufRead> Numbered<R> {
    /// Counts from the row that comes next.
    pub(in crate::imports) fn new(rows: Rows<R>) -> Numbered<R> {
        Numbered { rows, number: 0, blank: 0 }
    }

    /// Advances to the next row that is not blank: its place, and why it cannot be read. `None` at the end.
    pub(in crate::imports) fn advance(&mut self) -> Result<Option<Standing>, String> {
        loop {
            let next = self.rows.advance().map_err(|error| error.to_string())?;
            if next == Next::Row && self.row().is_blank() {
                self.blank += 1;
                continue;
            }
            self.number += 1;
            let place = Place { line: self.rows.line(), number: self.number };
            return Ok(match next {
                Next::End => None,
                Next::TooLong => Some((place, Err(TOO_LONG.to_owned()))),
                Next::Row => Some((place, Ok(()))),
            });
        }
    }

    /// The current row.
    pub(in crate::imports) fn row(&self) -> Row<'_> {
        self.rows.row()
    }

    /// The number of the current row.
    pub(in crate::imports) fn number(&self) -> u64 {
        self.number
    }

    /// Blank rows and empty lines met so far.
    pub(in crate::imports) fn blank(&self) -> u64 {
        self.blank + self.rows.blank_lines()
    }
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub(in crate::imports) struct Row<'a> {
    text: &'a str,
    ends: &'a [usize],
}

impl<'a> Row<'a> {
    /// How many fields it has.
    pub(in crate::imports) fn len(self) -> usize {
        self.ends.len()
    }

    /// A field as it stands; nothing beyond the last.
    pub(in crate::imports) fn field(self, index: usize) -> &'a str {
        let Some(&end) = self.ends.get(index) else { return "" };
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.text.get(start..end).unwrap_or_default()
    }

    /// All fields.
    pub(in crate::imports) fn fields(self) -> impl Iterator<Item = &'a str> {
        (0..self.len()).map(move |index| self.field(index))
    }

    /// Whether nothing is written in it.
    pub(in crate::imports) fn is_blank(self) -> bool {
        self.text.trim().is_empty()
    }

    /// Whether it holds a zero byte, which no text has.
    pub(in crate::imports) fn has_nul(self) -> bool {
        self.text.contains('\0')
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> (Vec<(u64, Vec<String>)>, u64) {
        // A tiny buffer cuts rows at every possible place.
        let mut rows = Rows::new(io::BufReader::with_capacity(3, text.as_bytes()), b',').unwrap();
        if text.contains('\r') && !text.contains('\n') {
            rows.newline = b'\r';
        } else {
            rows.newline = b'\n';
        }
        let mut all = Vec::new();
        while rows.advance().unwrap() == Next::Row {
            all.push((rows.line(), rows.row().fields().map(str::to_owned).collect()));
        }
        (all, rows.blank_lines())
    }

    #[track_caller]
    fn check(text: &str, lines: &[u64], blank: u64) {
        let (rows, found) = read(text);
        let starts: Vec<u64> = rows.iter().map(|(line, _)| *line).collect();
        assert_eq!((starts.as_slice(), found), (lines, blank), "{text:?}");
    }

    #[test]
    fn rows_know_the_line_they_begin_in() {
        check("a,b\n1,2\n3,4\n", &[1, 2, 3], 0);
        check("a,b\r\n1,2\r\n3,4", &[1, 2, 3], 0);
        check("a,b\r1,2\r3,4\r", &[1, 2, 3], 0);
        check("a,b\n\n1,2\n\n\n3,4\n\n", &[1, 3, 6], 4);
        check("a,b\r\n\r\n1,2\r\n\r\n", &[1, 3], 2);
        check("\n\na\n1", &[3, 4], 2);
        check("a,b\n\"1\n2\n3\",x\n4,5\n", &[1, 2, 5], 0);
        check("a,b\n\"1\r\n2\",x\r\n4,5\r\n", &[1, 2, 4], 0);
        check("", &[], 0);
    }

    #[test]
    fn a_row_without_end_is_skipped_not_kept() {
        let text = format!("a,b\n1,\"{}\"\n2,3\n", "x".repeat(MAX_ROW * 5));
        let mut rows = Rows::new(text.as_bytes(), b',').unwrap();
        let kinds: Vec<Next> = (0..4).map(|_| rows.advance().unwrap()).collect();
        assert_eq!(kinds, [Next::Row, Next::TooLong, Next::Row, Next::End]);
        assert_eq!(rows.line(), 4);
        assert!(rows.text.len() < MAX_ROW * 5);
    }

    proptest! {
        #[test]
        fn any_text_ends(text in "[a,\"\r\n\u{e9} ]{0,80}") {
            let (rows, _) = read(&text);
            for (line, fields) in rows {
                prop_assert!(line >= 1 && !fields.is_empty());
            }
        }
    }
}
