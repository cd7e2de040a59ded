//! The rows of a stock file: which book, how many, for how much.

use std::cell::Cell;
use std::collections::HashMap;
use std::io::{BufReader, Read};
use std::rc::Rc;

use sha2::{Digest, Sha256};

use super::gaps::{self, Gaps};
use crate::imports::csv::amounts::{self, Mark};
use crate::imports::csv::check_shape;
use crate::imports::csv::columns::Columns;
use crate::imports::csv::delimiter;
use crate::imports::csv::fields::Field;
use crate::imports::csv::layout::Layout;
use crate::imports::csv::rows::{Next, Numbered, Row, Rows};
use crate::imports::csv::values::{self, FoundIsbn};
use crate::imports::input::Input;
use crate::imports::record::Place;
use crate::imports::{ImportError, ImportOptions};
use crate::kernel::gtin::Gtin;
use crate::kernel::ids::fingerprint;
use crate::kernel::isbn::Isbn;
use crate::kernel::money::{Currency, Money};

/// How much of a file is looked at before it is read.
const SAMPLE: u64 = 256 << 10;

/// What names a book in a stock file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Isbn(Isbn),
    Gtin(Gtin),
    /// The feed's own id.
    Reference(String),
}

impl Key {
    fn fingerprint(&self) -> [u8; 16] {
        fingerprint(
            match self {
                Key::Isbn(isbn) => format!("isbn {isbn}"),
                Key::Gtin(gtin) => format!("gtin {gtin}"),
                Key::Reference(reference) => format!("ref {reference}"),
            }
            .as_bytes(),
        )
    }
}

/// What a row says.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub key: Key,
    pub copies: Option<u32>,
    /// `Some(None)`: the row says that it has no price.
    pub price: Option<Option<Money>>,
}

/// A row, read or not.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub place: Place,
    pub said: Result<Said, String>,
    /// Three figures behind its only mark were thousands.
    pub by_column: bool,
}

type Source = BufReader<Box<dyn Read>>;

/// A stock file being read.
pub(super) struct Lines {
    rows: Numbered<Source>,
    columns: Columns,
    mark: Mark,
    currency: Currency,
    damage: Rc<Cell<u64>>,
    pub guessed: Option<String>,
}

impl Lines {
    /// Settles columns and marks by the file's beginning, and stands before the first row.
    pub(super) fn open(
        input: &Input, options: &ImportOptions, currency: Currency, position: &Rc<Cell<u64>>,
    ) -> Result<Lines, ImportError> {
        let refused = |error: std::io::Error| ImportError::Refused(error.to_string());
        let mut start = Vec::new();
        input.text(position)?.take(SAMPLE).read_to_end(&mut start).map_err(refused)?;
        if start.trim_ascii_start().starts_with(b"<") {
            return Err(ImportError::Refused("this is no table of stock, but markup".into()));
        }
        let spaces = if delimiter::parts(&start) { None } else { gaps::of(&start) };
        if let Some(spaces) = spaces {
            let mut squeezed = Vec::new();
            Gaps::new(start.as_slice(), spaces).read_to_end(&mut squeezed).map_err(refused)?;
            start = squeezed;
        }
        let mark = delimiter::of(&start);
        let layout = Layout::settle(&start, mark, options, suffice)?;
        let text = input.text(position)?;
        let damage = text.damage();
        let source: Box<dyn Read> = match spaces {
            Some(spaces) => Box::new(Gaps::new(text, spaces)),
            None => Box::new(text),
        };
        let mut rows = Rows::new(BufReader::with_capacity(64 << 10, source), layout.delimiter).map_err(refused)?;
        layout.skip_to_data(&mut rows)?;
        let mark = price_mark(&start, &layout).map_err(refused)?;
        let Layout { columns, guessed, .. } = layout;
        Ok(Lines { rows: Numbered::new(rows), columns, mark, currency, damage, guessed })
    }

    /// The next row that is not blank.
    pub(super) fn next(&mut self) -> Result<Option<Line>, String> {
        let Some((place, whole)) = self.rows.advance()? else { return Ok(None) };
        let mut by_column = false;
        let said = whole.and_then(|()| self.said(self.rows.row(), &mut by_column));
        Ok(Some(Line { place, said, by_column }))
    }

    /// Blank rows and empty lines met so far.
    pub(super) fn blank(&self) -> u64 {
        self.rows.blank()
    }

    /// Bytes that were not in the encoding the file claims.
    pub(super) fn damage(&self) -> u64 {
        self.damage.get()
    }

    fn said(&self, row: Row<'_>, by_column: &mut bool) -> Result<Said, String> {
        check_shape(row, self.columns.width)?;
        let key = self.key(row)?;
        let copies = self.columns.cell(row, Field::Stock).map(values::copies).transpose()?;
        let price = self.columns.cell(row, Field::Price).map(|cell| self.price(row, cell, by_column)).transpose()?;
        if copies.is_none() && price.is_none() {
            return Err("the row says neither how many nor for how much".into());
        }
        Ok(Said { key, copies, price })
    }

    fn key(&self, row: Row<'_>) -> Result<Key, String> {
        if let Some(reference) = self.columns.reference(row) {
            return Ok(Key::Reference(reference.to_owned()));
        }
        match values::isbn(self.columns.isbn_places().map(|place| row.field(place))) {
            FoundIsbn::Valid(isbn, _) => Ok(Key::Isbn(isbn)),
            FoundIsbn::Gtin(gtin) => Ok(Key::Gtin(gtin)),
            FoundIsbn::Damaged(why) => Err(why),
            FoundIsbn::None => Err("the row names no book".into()),
        }
    }

    fn price(&self, row: Row<'_>, cell: &str, by_column: &mut bool) -> Result<Option<Money>, String> {
        if amounts::is_free(cell) {
            return Ok(None);
        }
        let currency = match self.columns.cell(row, Field::Currency) {
            Some(code) => code.parse::<Currency>().map_err(|error| error.to_string())?,
            None => self.currency,
        };
        let amount = amounts::read(cell, currency, self.mark)?;
        *by_column |= amount.by_column;
        Ok(Some(amount.money).filter(|money| money.minor > 0))
    }
}

/// A stock file names a book, and how many there are or what one costs.
fn suffice(columns: &Columns) -> bool {
    let names = columns.isbn_places().next().is_some() || columns.has_reference();
    names && (columns.has(Field::Stock) || columns.has(Field::Price))
}

fn price_mark(start: &[u8], layout: &Layout) -> std::io::Result<Mark> {
    let mut rows = Rows::new(start, layout.delimiter)?;
    layout.skip_to_data(&mut rows).map_err(std::io::Error::other)?;
    let mut prices = Vec::new();
    while prices.len() < 500 && rows.advance()? == Next::Row {
        prices.extend(layout.columns.cell(rows.row(), Field::Price).map(str::to_owned));
    }
    Ok(Mark::of_column(prices.iter().map(String::as_str)))
}

/// The last row of every book, by what names it.
pub(super) fn last_rows(mut lines: Lines) -> Result<HashMap<[u8; 16], Place>, String> {
    let mut last = HashMap::new();
    while let Some(line) = lines.next()? {
        if let Ok(said) = line.said {
            last.insert(said.key.fingerprint(), line.place);
        }
    }
    Ok(last)
}

/// Where a book comes again after `line`.
pub(super) fn later(last: &HashMap<[u8; 16], Place>, line: &Line) -> Option<Place> {
    let key = line.said.as_ref().ok()?.key.fingerprint();
    last.get(&key).copied().filter(|place| place.number > line.place.number)
}

/// The fingerprint of a file's content, packed or not.
pub(super) fn hash(input: &Input) -> Result<[u8; 32], ImportError> {
    let mut reader = input.reader(&Rc::default())?;
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; 64 << 10];
    loop {
        match reader.read(&mut chunk) {
            Ok(0) => return Ok(hasher.finalize().into()),
            Ok(count) => hasher.update(chunk.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(ImportError::Refused(error.to_string())),
        }
    }
}
