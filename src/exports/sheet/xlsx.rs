//! An Excel workbook, written in constant memory: rows go to a temporary file as they come.

use std::io::{Seek, SeekFrom, Write};

use jiff::tz::TimeZone;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::{ExportError, Sheet, moment, yes_or_no};
use crate::exports::cell::Cell;
use crate::kernel::money::Money;

/// What one sheet of a workbook holds, its header apart.
const MOST_ROWS: u32 = 1_000_000;
/// What one cell holds.
const MOST_CHARS: usize = 32_767;

pub(super) struct XlsxSheet<'a> {
    columns: &'static [&'static str],
    zone: TimeZone,
    out: &'a mut dyn Write,
    book: Workbook,
    formats: Formats,
    /// The next row of the sheet that is being written; 0 is its header.
    next: u32,
    cut: u64,
}

struct Formats {
    header: Format,
    day: Format,
    moment: Format,
    /// By digits after the point: 0 for JPY, 2 for GBP, 3 for KWD.
    amounts: [Format; 4],
}

impl Formats {
    fn new() -> Formats {
        let number = |pattern: &str| Format::new().set_num_format(pattern);
        Formats {
            header: Format::new().set_bold(),
            day: number("yyyy-mm-dd"),
            moment: number("yyyy-mm-dd hh:mm:ss"),
            amounts: ["0", "0.0", "0.00", "0.000"].map(number),
        }
    }

    fn amount(&self, money: Money) -> &Format {
        let digits = usize::try_from(money.currency.exponent()).unwrap_or(2);
        self.amounts.get(digits).unwrap_or(&self.day)
    }
}

impl<'a> XlsxSheet<'a> {
    pub(super) fn new(
        columns: &'static [&'static str], zone: TimeZone, out: &'a mut dyn Write,
    ) -> Result<XlsxSheet<'a>, ExportError> {
        let book = Workbook::new();
        let mut sheet = XlsxSheet { columns, zone, out, book, formats: Formats::new(), next: 0, cut: 0 };
        sheet.begin()?;
        Ok(sheet)
    }

    /// Opens a sheet with the header; the rows before it are full.
    fn begin(&mut self) -> Result<(), ExportError> {
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        sheet.set_freeze_panes(1, 0)?;
        for (place, name) in (0_u16..).zip(self.columns) {
            sheet.write_string_with_format(0, place, *name, &self.formats.header)?;
        }
        self.next = 1;
        Ok(())
    }
}

impl Sheet for XlsxSheet<'_> {
    fn row(&mut self, cells: &[Cell]) -> Result<(), ExportError> {
        if self.next > MOST_ROWS {
            self.begin()?;
        }
        let last = self.book.worksheets().len().saturating_sub(1);
        let sheet = self.book.worksheet_from_index(last)?;
        for (place, cell) in (0_u16..).zip(cells) {
            self.cut += u64::from(put(sheet, (self.next, place), cell, &self.formats, &self.zone)?);
        }
        self.next += 1;
        Ok(())
    }

    /// A workbook is an archive whose directory is written last, so it is made in a temporary file first.
    fn finish(mut self: Box<Self>) -> Result<u64, ExportError> {
        let mut file = tempfile::tempfile()?;
        self.book.save_to_writer(&mut file)?;
        file.seek(SeekFrom::Start(0))?;
        std::io::copy(&mut file, self.out)?;
        self.out.flush()?;
        Ok(self.cut)
    }
}

/// Writes a cell; returns whether its text was cut.
fn put(
    sheet: &mut Worksheet, (row, column): (u32, u16), cell: &Cell, formats: &Formats, zone: &TimeZone,
) -> Result<bool, XlsxError> {
    match cell {
        Cell::Nothing => {}
        Cell::Text(text) | Cell::List(text, _) => {
            let end = text.char_indices().nth(MOST_CHARS).map(|(end, _)| end);
            sheet.write_string(row, column, end.and_then(|end| text.get(..end)).unwrap_or(text))?;
            return Ok(end.is_some());
        }
        Cell::Number(number) => match i32::try_from(*number) {
            Ok(number) => drop(sheet.write_number(row, column, number)?),
            Err(_) => drop(sheet.write_string(row, column, number.to_string())?),
        },
        // The nearest double shows the same digits again for any amount a shop knows.
        Cell::Amount(money) => match money.decimal().parse::<f64>() {
            Ok(amount) => drop(sheet.write_number_with_format(row, column, amount, formats.amount(*money))?),
            Err(_) => drop(sheet.write_string(row, column, money.decimal())?),
        },
        Cell::Day(day) => match date(*day) {
            Some(date) => drop(sheet.write_datetime_with_format(row, column, &date, &formats.day)?),
            None => drop(sheet.write_string(row, column, day.to_string())?),
        },
        Cell::Date(crate::kernel::date::PartialDate::Day(day)) => {
            return put(sheet, (row, column), &Cell::Day(*day), formats, zone);
        }
        Cell::Date(date) => drop(sheet.write_string(row, column, date.to_string())?),
        Cell::Moment(at) => {
            let local = at.to_zoned(zone.clone()).datetime();
            let (hour, minute, second) = (local.hour(), local.minute(), local.second());
            let parts = (u16::try_from(hour), u8::try_from(minute), u8::try_from(second));
            let time = match (date(local.date()), parts) {
                (Some(date), (Ok(hour), Ok(minute), Ok(second))) => date.and_hms(hour, minute, second).ok(),
                _ => None,
            };
            match time {
                Some(time) => drop(sheet.write_datetime_with_format(row, column, &time, &formats.moment)?),
                None => drop(sheet.write_string(row, column, moment(*at, zone))?),
            }
        }
        Cell::Flag(flag) => drop(sheet.write_string(row, column, yes_or_no(*flag))?),
    }
    Ok(false)
}

/// A day as Excel counts them; `None` before 1900, which it does not know.
fn date(day: jiff::civil::Date) -> Option<ExcelDateTime> {
    let year = u16::try_from(day.year()).ok().filter(|year| *year >= 1900)?;
    ExcelDateTime::from_ymd(year, u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?).ok()
}
