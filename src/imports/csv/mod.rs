//! CSV feeds: comma, semicolon, tab or bar, with a header.

pub(super) mod columns;
mod people;
pub(super) mod rows;
mod values;

use std::cell::Cell;
use std::io::Read;
use std::rc::Rc;

pub(super) use values::MAX_PRICE;

use self::columns::{Columns, Field};
use self::people::Comma;
use self::rows::{Next, Row, Rows};
use self::values::FoundIsbn;
use super::dates::{self, Reading};
use super::encoding::Decoded;
use super::input::Input;
use super::record::{Item, Place, Record, Rejected, StatedPrice, Tally};
use super::report::Report;
use super::run::Context;
use super::{ImportError, ImportOptions, entities, language};
use crate::catalog::prices::PriceKind;
use crate::catalog::{Credit, Format, Role};
use crate::kernel::date::PartialDate;
use crate::kernel::ids::fingerprint;
use crate::kernel::money::Currency;
use crate::kernel::text::tidy;

/// How much of a file is looked at before it is read.
const SAMPLE: u64 = 256 << 10;

/// A CSV file being read.
pub(super) struct CsvFeed {
    rows: Rows<Decoded<Box<dyn Read>>>,
    damage: Rc<Cell<u64>>,
    columns: Columns,
    comma: Comma,
    number: u64,
    blank_rows: u64,
    scratch: Vec<u8>,
}

impl CsvFeed {
    /// Looks at the beginning, settles delimiter, columns and the order of names, and stands before the first row.
    pub(super) fn open(
        input: &Input, options: &ImportOptions, position: &Rc<Cell<u64>>,
    ) -> Result<CsvFeed, ImportError> {
        let refused = |error: std::io::Error| ImportError::Refused(error.to_string());
        let mut start = Vec::new();
        Decoded::new(input.reader(position)?)
            .and_then(|text| text.take(SAMPLE).read_to_end(&mut start))
            .map_err(refused)?;
        let delimiter = delimiter_of(&start);
        let mut sample = Rows::new(start.as_slice(), delimiter).map_err(refused)?;
        let reference = options.reference_column.as_deref();
        let columns = header(&mut sample, |row| Columns::read(row, &options.map, reference))?;
        let mut authors = Vec::new();
        while authors.len() < 500 && sample.advance().map_err(refused)? == Next::Row {
            authors.extend(columns.cell(sample.row(), Field::Author).map(str::to_owned));
        }
        let text = Decoded::new(input.reader(position)?).map_err(refused)?;
        let damage = text.damage();
        let mut rows = Rows::new(text, delimiter).map_err(refused)?;
        header(&mut rows, |_| Ok(()))?;
        Ok(CsvFeed {
            rows,
            damage,
            columns,
            comma: Comma::of_column(authors.iter().map(String::as_str)),
            number: 0,
            blank_rows: 0,
            scratch: Vec::with_capacity(1024),
        })
    }

    /// The next record that is not blank.
    pub(super) fn next(&mut self, context: &Context) -> Result<Option<Item>, String> {
        loop {
            let next = self.rows.advance().map_err(|error| error.to_string())?;
            if next == Next::Row && self.rows.row().is_blank() {
                self.blank_rows += 1;
                continue;
            }
            self.number += 1;
            let place = Place { line: self.rows.line(), number: self.number };
            let read = match next {
                Next::End => return Ok(None),
                Next::TooLong => Err("the row is longer than 2 MB; perhaps a quote in it is never closed".to_owned()),
                Next::Row => self.record(place, context),
            };
            return Ok(Some(match read {
                Ok(record) => Item::Record(Box::new(record)),
                Err(reason) => Item::Rejected(Rejected { place, reason }),
            }));
        }
    }

    /// Tells what concerns the file as a whole.
    pub(super) fn close(&self, report: &mut Report) {
        report.blank = self.blank_rows + self.rows.blank_lines();
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
        let mut record = Record { place, ..Record::default() };
        record.reference = self.columns.reference(row).map(str::to_owned);
        record.work_reference = self.columns.cell(row, Field::WorkId).map(str::to_owned);
        read_isbn(&mut record, row, &self.columns);
        read_words(&mut record, row, &self.columns, self.comma);
        read_details(&mut record, row, &self.columns);
        read_money(&mut record, row, &self.columns, context)?;
        record.stock = self.columns.cell(row, Field::Stock).map(values::copies).transpose()?;
        record.check()?;
        self.scratch.clear();
        self.scratch.extend_from_slice(&context.salt);
        for place in self.columns.read_places() {
            self.scratch.extend_from_slice(place.map_or("", |place| row.field(place)).as_bytes());
            self.scratch.push(0);
        }
        record.hash = fingerprint(&self.scratch);
        Ok(record)
    }
}

/// Reads the first row with something in it.
fn header<R: std::io::BufRead, T>(
    rows: &mut Rows<R>, read: impl FnOnce(Row<'_>) -> Result<T, String>,
) -> Result<T, ImportError> {
    loop {
        match rows.advance().map_err(|error| ImportError::Refused(error.to_string()))? {
            Next::Row if rows.row().is_blank() => {}
            Next::Row if rows.row().has_nul() => return Err(ImportError::Refused("this is not a text file".into())),
            Next::Row => return read(rows.row()).map_err(ImportError::Refused),
            Next::TooLong => {
                return Err(ImportError::Refused("the first line is not a header: it is longer than 2 MB".into()));
            }
            Next::End => return Err(ImportError::Refused("the file has no header line".into())),
        }
    }
}

/// The mark that parts most in the first line with something in it.
fn delimiter_of(start: &[u8]) -> u8 {
    let first = start
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .find(|line| !line.trim_ascii().is_empty())
        .unwrap_or_default();
    let mut quoted = false;
    let mut counts = [(b',', 0_u32), (b';', 0), (b'\t', 0), (b'|', 0)];
    for byte in first {
        quoted ^= *byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(mark, _)| mark == byte && !quoted) {
            *count += 1;
        }
    }
    // Of equals the first: the comma.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(mark, _)| *mark)
}

fn check_shape(row: Row<'_>, width: usize) -> Result<(), String> {
    if row.has_nul() {
        return Err("the row holds a zero byte, which no text has".into());
    }
    let surplus = (width..row.len()).any(|place| !row.field(place).trim().is_empty());
    if row.len() < width || surplus {
        let hint =
            if row.fields().any(|field| field.contains('\n')) { "; perhaps a quote is never closed" } else { "" };
        return Err(format!("the row has {} fields where the header names {width}{hint}", row.len()));
    }
    Ok(())
}

fn read_isbn(record: &mut Record, row: Row<'_>, columns: &Columns) {
    match values::isbn(columns.isbn_places().map(|place| row.field(place))) {
        FoundIsbn::Valid(isbn, restored) => {
            record.facts.isbn = Some(isbn);
            record.tallies.extend(restored.then_some(Tally::ZerosRestored));
        }
        FoundIsbn::Damaged(why) => record.warnings.push(why),
        FoundIsbn::None if columns.isbn_places().next().is_some() => {
            record.warnings.push("the row has no ISBN; the book is taken in without one".into());
        }
        FoundIsbn::None => {}
    }
}

fn words(columns: &Columns, row: Row<'_>, field: Field) -> Option<String> {
    columns.cell(row, field).map(|cell| tidy(&entities::decode(cell))).filter(|text| !text.is_empty())
}

fn read_words(record: &mut Record, row: Row<'_>, columns: &Columns, comma: Comma) {
    let facts = &mut record.facts;
    if let Some(cell) = columns.cell(row, Field::Title) {
        let decoded = entities::decode(cell);
        // Some catalogues put the subtitle on a line of its own.
        let (title, rest) = decoded.trim().split_once(['\n', '\r']).unwrap_or((&decoded, ""));
        let (bare, series) = values::title_and_series(title);
        facts.title = tidy(bare);
        facts.subtitle = Some(tidy(rest)).filter(|text| !text.is_empty());
        record.work.series = series;
    }
    if let Some(subtitle) = words(columns, row, Field::Subtitle) {
        facts.subtitle = Some(subtitle);
    }
    if let Some(series) = words(columns, row, Field::Series) {
        record.work.series = Some((series, words(columns, row, Field::SeriesNumber)));
    }
    for (field, role) in [
        (Field::Author, Role::AUTHOR),
        (Field::Editor, Role::EDITOR),
        (Field::Translator, Role::TRANSLATOR),
        (Field::Illustrator, Role::ILLUSTRATOR),
    ] {
        let cell = columns.cell(row, field).map(entities::decode);
        let people = cell.map(|cell| people::credits(&cell, comma, role)).unwrap_or_default();
        let known = |person: &Credit| {
            facts.credits.iter().any(|credit| credit.name == person.name && credit.role == person.role)
        };
        let new: Vec<Credit> = people.into_iter().filter(|person| !known(person)).collect();
        facts.credits.extend(new);
    }
    facts.publisher = words(columns, row, Field::Publisher);
    facts.imprint = words(columns, row, Field::Imprint);
    facts.description = columns.cell(row, Field::Description).map(description);
    record.work.original_title = words(columns, row, Field::OriginalTitle);
    if let Some(cell) = columns.cell(row, Field::Category).filter(|cell| !cell.eq_ignore_ascii_case("none")) {
        let paths = cell.split([';', '|']).map(|path| tidy(&entities::decode(path))).filter(|path| !path.is_empty());
        record.work.categories = paths.take(5).map(|path| path.chars().take(200).collect()).collect();
    }
}

/// Plain text may hold references; in HTML they are the markup's own.
fn description(cell: &str) -> String {
    if cell.contains('<') { cell.to_owned() } else { entities::decode(cell).into_owned() }
}

fn read_details(record: &mut Record, row: Row<'_>, columns: &Columns) {
    let facts = &mut record.facts;
    if let Some(cell) = columns.cell(row, Field::Format) {
        match Format::from_words(cell) {
            Some(format) => facts.format = format,
            None => facts.format_note = Some(tidy(cell).chars().take(60).collect()),
        }
    }
    let mut unsure = |what: &str, cell: &str| {
        let short: String = cell.chars().take(40).collect();
        record.warnings.push(format!("“{short}” is not {what}; left out"));
    };
    if let Some(cell) = columns.cell(row, Field::Date) {
        match dates::read(cell) {
            Reading::Date(date) => facts.published = Some(date),
            Reading::Ambiguous(date) => {
                facts.published = Some(date);
                unsure("a date that reads one way only: only the year is kept, day and month are", cell);
            }
            Reading::Unknown => {}
            Reading::No => unsure("a date", cell),
        }
    }
    if let Some(cell) = columns.cell(row, Field::Year).filter(|_| facts.published.is_none()) {
        facts.published = dates::year(cell).filter(|year| *year > 0).map(PartialDate::Year);
    }
    record.work.first_published = columns.cell(row, Field::OriginalYear).and_then(dates::year);
    if let Some(cell) = columns.cell(row, Field::Pages) {
        facts.pages = values::count(cell);
    }
    if let Some(cell) = columns.cell(row, Field::Weight) {
        facts.weight_g = values::count(cell);
    }
    if let Some(cell) = columns.cell(row, Field::Language) {
        facts.language = language::parse(cell);
        if facts.language.is_none() {
            unsure("a language we know", cell);
        }
    }
    if let Some(cell) = columns.cell(row, Field::Image) {
        record.images = vec![cell.to_owned()];
    }
}

fn read_money(record: &mut Record, row: Row<'_>, columns: &Columns, context: &Context) -> Result<(), String> {
    let Some(cell) = columns.cell(row, Field::Price) else { return Ok(()) };
    record.speaks_of_price = true;
    if cell.bytes().all(|byte| matches!(byte, b'0' | b'.' | b',')) && cell.contains('0') {
        record.tallies.push(Tally::ZeroPrice);
        return Ok(());
    }
    let currency = match columns.cell(row, Field::Currency) {
        Some(code) => code.parse::<Currency>().map_err(|error| error.to_string())?,
        None => context.amounts_in(),
    };
    let amount = values::amount(cell, currency)?;
    if amount.minor == 0 {
        record.tallies.push(Tally::ZeroPrice);
        return Ok(());
    }
    if currency != context.sells_in {
        record.tallies.push(Tally::OtherCurrency);
    }
    record.prices.push(StatedPrice { amount, tax_included: None, kind: PriceKind::Selling, from: None, to: None });
    Ok(())
}
