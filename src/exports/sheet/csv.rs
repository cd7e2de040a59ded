//! CSV as RFC 4180 has it: a header, commas, quotes where needed, lines that end in CR LF.

use std::borrow::Cow;
use std::io::{BufWriter, Write};

use csv::{Terminator, Writer, WriterBuilder};
use jiff::tz::TimeZone;

use super::{ExportError, Sheet, moment, yes_or_no};
use crate::exports::cell::Cell;
use crate::kernel::guard::guarded;

pub(super) struct CsvSheet<'a> {
    writer: Writer<BufWriter<&'a mut dyn Write>>,
    zone: TimeZone,
}

impl<'a> CsvSheet<'a> {
    pub(super) fn new(columns: &[&str], zone: TimeZone, out: &'a mut dyn Write) -> Result<CsvSheet<'a>, ExportError> {
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(BufWriter::new(out));
        writer.write_record(columns).map_err(broken)?;
        Ok(CsvSheet { writer, zone })
    }
}

impl Sheet for CsvSheet<'_> {
    fn row(&mut self, cells: &[Cell]) -> Result<(), ExportError> {
        for cell in cells {
            self.writer.write_field(field(cell, &self.zone).as_bytes()).map_err(broken)?;
        }
        self.writer.write_record(None::<&[u8]>).map_err(broken)
    }

    fn finish(mut self: Box<Self>) -> Result<u64, ExportError> {
        self.writer.flush()?;
        Ok(0)
    }
}

/// Only texts are guarded: a number below zero is a number to a spreadsheet, and stays one here.
fn field<'a>(cell: &'a Cell, zone: &TimeZone) -> Cow<'a, str> {
    match cell {
        Cell::Nothing => Cow::Borrowed(""),
        Cell::Text(text) | Cell::List(text, _) => guarded(text),
        Cell::Number(number) => Cow::Owned(number.to_string()),
        Cell::Amount(money) => Cow::Owned(money.decimal()),
        Cell::Day(day) => Cow::Owned(day.to_string()),
        Cell::Date(date) => Cow::Owned(date.to_string()),
        Cell::Moment(at) => Cow::Owned(moment(*at, zone)),
        Cell::Flag(flag) => Cow::Borrowed(yes_or_no(*flag)),
    }
}

fn broken(error: csv::Error) -> ExportError {
    ExportError::Write(error.into())
}
