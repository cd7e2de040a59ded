//! CSV feeds: comma, semicolon, tab or bar, with a header or without.
//!
//! `delimiter` and `layout` look at the beginning of a file and settle what its columns hold; `reading` makes a record
//! of a row with the help of `people`, `amounts`, `subjects`, `supply`, `measures`, `values`.

pub(super) mod amounts;
pub(super) mod columns;
pub(super) mod delimiter;
pub(super) mod fields;
mod guess;
pub(super) mod layout;
mod measures;
mod people;
mod reading;
pub(super) mod rows;
mod subjects;
mod supply;
pub(super) mod unwrap;
pub(super) mod values;

use std::cell::Cell;
use std::io::Read;
use std::rc::Rc;

pub(super) use amounts::MAX_PRICE;

use self::amounts::Mark;
use self::columns::Columns;
use self::fields::Field;
use self::layout::Layout;
use self::people::Comma;
use self::reading::Manner;
use self::rows::{Next, Numbered, Row, Rows};
use super::dates::Order;
use super::encoding::Decoded;
use super::images::{Beside, ImageFinder as _};
use super::input::Input;
use super::record::{Item, Place, Record, Tally};
use super::report::Report;
use super::run::Context;
use super::{ImportError, ImportOptions};
use crate::kernel::ids::fingerprint;

/// Said of a row that SQLite would cut short.
pub(super) const NUL: &str = "the row holds a zero byte, which no text has";
/// How much of a file is looked at before it is read.
const SAMPLE: u64 = 256 << 10;
/// Rows that decide what commas, dates and prices of a column mean.
const DECIDING: usize = 500;

/// A CSV file being read.
pub(super) struct CsvFeed {
    rows: Numbered<Decoded<Box<dyn Read>>>,
    damage: Rc<Cell<u64>>,
    columns: Columns,
    manner: Manner,
    guessed: Option<String>,
    beside: Option<Beside>,
    scratch: Vec<u8>,
}

impl CsvFeed {
    /// Looks at the beginning, settles delimiter, columns and what their marks mean, and stands before the first row.
    pub(super) fn open(
        input: &Input, options: &ImportOptions, context: &Context, position: &Rc<Cell<u64>>,
    ) -> Result<CsvFeed, ImportError> {
        let mut feed = CsvFeed::of(&|| input.text(position), options, context)?;
        feed.beside = feed.columns.has(Field::Image).then(|| Beside::of(input));
        Ok(feed)
    }

    fn of(
        text: &dyn Fn() -> Result<Decoded<Box<dyn Read>>, ImportError>, options: &ImportOptions, context: &Context,
    ) -> Result<CsvFeed, ImportError> {
        let refused = |error: std::io::Error| ImportError::Refused(error.to_string());
        let mut start = Vec::new();
        text()?.take(SAMPLE).read_to_end(&mut start).map_err(refused)?;
        let delimiter = delimiter::of(&start);
        let layout = Layout::settle(&start, delimiter, options, |columns| columns.suffice())?;
        let manner = manner(&start, &layout, context).map_err(refused)?;
        let text = text()?;
        let damage = text.damage();
        let mut rows = Rows::new(text, layout.delimiter).map_err(refused)?;
        layout.skip_to_data(&mut rows)?;
        Ok(CsvFeed {
            rows: Numbered::new(rows),
            damage,
            beside: None,
            columns: layout.columns,
            manner,
            guessed: layout.guessed,
            scratch: Vec::with_capacity(1024),
        })
    }

    /// The next record that is not blank.
    pub(super) fn next(&mut self, context: &Context) -> Result<Option<Item>, String> {
        let Some((place, whole)) = self.rows.advance()? else { return Ok(None) };
        Ok(Some(Item::of(place, whole.and_then(|()| self.record(place, context)))))
    }

    /// Tells what concerns the file as a whole.
    pub(super) fn close(&self, report: &mut Report) {
        report.blank += self.rows.blank();
        if let Some(guess) = &self.guessed {
            report.warn(format!("the columns were guessed: {guess}"));
        }
        if !self.columns.ignored.is_empty() {
            report.warn(format!("columns that are not read: {}", self.columns.ignored.join(", ")));
        }
        if self.columns.isbn_places().next().is_none() {
            report.warn("the file has no column of ISBNs".into());
        }
        if self.damage.get() > 0 {
            report.warn(format!("{} bytes are not UTF-8 and were read as Windows-1252", self.damage.get()));
        }
    }

    fn record(&mut self, place: Place, context: &Context) -> Result<Record, String> {
        let row = self.rows.row();
        check_shape(row, self.columns.width)?;
        let mut record = reading::record(row, &self.columns, self.manner, context)?;
        record.place = place;
        if let Some(beside) = &self.beside {
            let missing = record.images.iter().filter(|name| !is_address(name) && !beside.has(name)).count();
            record.tallies.extend(std::iter::repeat_n(Tally::ImageMissing, missing));
        }
        self.scratch.clear();
        self.scratch.extend_from_slice(&context.salt);
        self.scratch.extend_from_slice(&self.manner.bytes());
        for place in self.columns.read_places() {
            self.scratch.extend_from_slice(place.map_or("", |place| row.field(place)).as_bytes());
            self.scratch.push(0);
        }
        record.hash = fingerprint(&self.scratch);
        Ok(record)
    }
}

/// Reads any bytes as a table, for fuzzing: it must end, without a panic, whatever they are. Returns the rows in it.
pub(super) fn read_all(bytes: &[u8], options: &ImportOptions, context: &Context) -> u64 {
    let text = || {
        let bytes: Box<dyn Read> = Box::new(std::io::Cursor::new(bytes.to_vec()));
        Decoded::told(bytes, options.encoding).map_err(|error| ImportError::Refused(error.to_string()))
    };
    let Ok(mut feed) = CsvFeed::of(&text, options, context) else { return 0 };
    loop {
        match feed.next(context) {
            Ok(Some(_)) => {}
            ended => {
                assert!(ended.is_ok(), "a table that was laid out is read to its end");
                return feed.rows.number() - 1;
            }
        }
    }
}

/// Whether a picture's name is an address in the network.
pub(super) fn is_address(name: &str) -> bool {
    name.starts_with("https://") || name.starts_with("http://")
}

/// What commas, dates and prices mean in this file, by its first rows.
fn manner(start: &[u8], layout: &Layout, context: &Context) -> std::io::Result<Manner> {
    let (mut authors, mut dates, mut prices) = (Vec::new(), Vec::new(), Vec::new());
    let mut sample = Rows::new(start, layout.delimiter)?;
    layout.skip_to_data(&mut sample).map_err(std::io::Error::other)?;
    for _ in 0..DECIDING {
        match sample.advance()? {
            Next::End => break,
            Next::TooLong => continue,
            Next::Row => {}
        }
        let cell = |field| layout.columns.cell(sample.row(), field).map(str::to_owned);
        authors.extend(cell(Field::Author));
        dates.extend([Field::Date, Field::Embargo].into_iter().filter_map(cell));
        prices.extend([Field::Price, Field::Rrp, Field::FixedPrice].into_iter().filter_map(cell));
    }
    Ok(Manner {
        comma: Comma::of_column(authors.iter().map(String::as_str)),
        order: Order::of_column(dates.iter().map(String::as_str), context.country),
        mark: Mark::of_column(prices.iter().map(String::as_str)),
    })
}

/// Refuses a row that does not have the file's columns: its cells stand in the wrong ones.
pub(super) fn check_shape(row: Row<'_>, width: usize) -> Result<(), String> {
    if row.has_nul() {
        return Err(NUL.into());
    }
    let surplus = (width..row.len()).any(|place| !row.field(place).trim().is_empty());
    if row.len() < width || surplus {
        let hint =
            if row.fields().any(|field| field.contains('\n')) { "; perhaps a quote is never closed" } else { "" };
        return Err(format!("the row has {} fields where the header names {width}{hint}", row.len()));
    }
    Ok(())
}
