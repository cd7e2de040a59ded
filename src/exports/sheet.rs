//! Tables as files, written row by row.

mod csv;
mod json;
mod xlsx;

use std::io::Write;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::ExportError;
use super::cell::Cell;
use crate::settings::Shop;

/// The file a table is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// Comma-separated, UTF-8, with a header; RFC 4180.
    Csv,
    /// An Excel workbook: ISBNs are texts, amounts numbers, days dates.
    Xlsx,
    /// One array, one object a line.
    Json,
}

/// What an export wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Rows, without the header.
    pub rows: u64,
    /// Texts that were cut, because a workbook's cell holds 32,767 characters.
    pub cut: u64,
}

/// A file that takes rows.
trait Sheet {
    fn row(&mut self, cells: &[Cell]) -> Result<(), ExportError>;

    /// Ends the file; returns how many texts were cut.
    fn finish(self: Box<Self>) -> Result<u64, ExportError>;
}

/// Counts rows on their way into a file.
pub(super) struct Rows<'a> {
    sheet: Box<dyn Sheet + 'a>,
    rows: u64,
}

impl Rows<'_> {
    /// Adds a row, with a cell for each column.
    pub(super) fn add(&mut self, cells: &[Cell]) -> Result<(), ExportError> {
        self.sheet.row(cells)?;
        self.rows += 1;
        Ok(())
    }
}

/// Writes a table whose rows `fill` adds.
pub(super) fn write(
    format: FileFormat, columns: &'static [&'static str], shop: &Shop, out: &mut dyn Write,
    fill: impl FnOnce(&mut Rows<'_>) -> Result<(), ExportError>,
) -> Result<Written, ExportError> {
    let zone = shop.zone();
    let sheet: Box<dyn Sheet + '_> = match format {
        FileFormat::Csv => Box::new(csv::CsvSheet::new(columns, zone, out)?),
        FileFormat::Json => Box::new(json::JsonSheet::new(columns, zone, out)?),
        FileFormat::Xlsx => Box::new(xlsx::XlsxSheet::new(columns, zone, out)?),
    };
    let mut rows = Rows { sheet, rows: 0 };
    fill(&mut rows)?;
    let cut = rows.sheet.finish()?;
    Ok(Written { rows: rows.rows, cut })
}

/// `2026-11-22T13:00:00+01:00`: the shop's own clock, and the moment beyond doubt.
fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

fn yes_or_no(flag: bool) -> &'static str {
    if flag { "yes" } else { "no" }
}
