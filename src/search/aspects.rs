//! What filters, facets and orders ask of every document: one narrow row each, in memory.
//!
//! Read from a segment's columns once, when the segment appears; a segment never changes. A search then looks at
//! one row of 44 bytes for each document it meets, where columns cost a call and a cache line for every document and
//! value, and have to be opened for every search. Texts are numbers that hold in the whole process, so what segments
//! count can be added up.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, LazyLock, PoisonError, RwLock, Weak};

use tantivy::columnar::{Column, ColumnValues, StrColumn};
use tantivy::fastfield::FastFieldReaders;
use tantivy::index::SegmentId;
use tantivy::{DocId, Searcher, SegmentReader};

use super::collect::PRICE_BANDS;
use super::facets::{FACETS, decade_of};
use super::names::{CATEGORIES, NAMES, Names, SHELVES};
use super::schema::column;

/// A value that a document does not have.
pub(super) const NOTHING: u32 = u32::MAX;

/// One document.
pub(super) struct Row {
    /// The same number for neighbours that are editions of one book.
    pub(super) book: u32,
    /// Its values, in the order of `FACETS`; `NOTHING` where it has none.
    pub(super) values: [u32; FACETS],
    /// The set of its categories, as `SHELVES` numbers it.
    pub(super) shelves: u32,
    /// What demand, shelf and a short title make of the words' score.
    pub(super) lift: f32,
    pub(super) reduced: bool,
}

/// The rows of a segment, and the columns that only some questions need.
pub(super) struct Aspects {
    pub(super) rows: Vec<Row>,
    pub(super) id: (Numbers, Numbers),
    pub(super) price: Option<Column<u64>>,
    pub(super) popularity: Numbers,
    pub(super) sold: Numbers,
}

/// A column of one number for each document.
type Numbers = Arc<dyn ColumnValues<u64>>;

/// What has been read of segments and is still needed; whoever keeps a searcher keeps them.
static KNOWN: LazyLock<RwLock<HashMap<SegmentId, Weak<Aspects>>>> = LazyLock::new(RwLock::default);

/// The aspects of a segment, read now if nobody did before.
pub(super) fn of(reader: &SegmentReader) -> tantivy::Result<Arc<Aspects>> {
    let id = reader.segment_id();
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(&id).and_then(Weak::upgrade);
    if let Some(aspects) = known {
        return Ok(aspects);
    }
    let aspects = Arc::new(Aspects::read(reader)?);
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    known.retain(|_, aspects| aspects.strong_count() > 0);
    known.insert(id, Arc::downgrade(&aspects));
    Ok(aspects)
}

/// The aspects of all that a searcher searches.
pub(super) fn of_all(searcher: &Searcher) -> tantivy::Result<Vec<Arc<Aspects>>> {
    searcher.segment_readers().iter().map(of).collect()
}

impl Aspects {
    fn read(reader: &SegmentReader) -> tantivy::Result<Aspects> {
        let columns = reader.fast_fields();
        let number = |name| columns.column_first_or_default::<u64>(name);
        let group = columns.column_first_or_default::<i64>(column::GROUP)?;
        let (popularity, sold) = (number(column::POPULARITY)?, number(column::SOLD)?);
        let (availability, words) = (number(column::AVAILABILITY)?, number(column::WORDS)?);
        let (reduced, order) = (number(column::REDUCED)?, number(column::FORMAT_ORDER)?);
        let year: Option<Column<i64>> = columns.column_opt(column::YEAR)?;
        let price: Option<Column<u64>> = columns.column_opt(column::PRICE)?;
        let mut texts = Vec::new();
        for (name, names) in [column::FORMAT, column::LANGUAGE, column::PUBLISHER, column::SERIES].iter().zip(&NAMES) {
            texts.push(Texts::read(columns, name, names)?);
        }
        let categories = Texts::read(columns, column::CATEGORY, &CATEGORIES)?;
        let mut rows = Vec::with_capacity(usize::try_from(reader.max_doc()).unwrap_or(0));
        let (mut book, mut last) = (0, None);
        for doc in 0..reader.max_doc() {
            let this = group.get_val(doc);
            if last.replace(this).is_some_and(|last| last != this) {
                book += 1;
            }
            let text = |at: usize| texts.get(at).and_then(|texts| texts.first(doc)).unwrap_or(NOTHING);
            let place = availability.get_val(doc);
            rows.push(Row {
                book,
                values: [
                    text(0),
                    text(1),
                    text(2),
                    text(3),
                    year.as_ref().and_then(|year| year.first(doc)).map_or(NOTHING, decade_of),
                    u32::try_from(place).unwrap_or(NOTHING),
                    price.as_ref().and_then(|price| price.first(doc)).map_or(NOTHING, band_of),
                ],
                shelves: SHELVES.number(&categories.all(doc)),
                lift: lift(popularity.get_val(doc), sold.get_val(doc), place, words.get_val(doc))
                    * preference(order.get_val(doc)),
                reduced: reduced.get_val(doc) > 0,
            });
        }
        Ok(Aspects { rows, id: (number(column::ID_HIGH)?, number(column::ID_LOW)?), price, popularity, sold })
    }
}

fn band_of(price: u64) -> u32 {
    u32::try_from(PRICE_BANDS.partition_point(|end| *end <= price)).unwrap_or(NOTHING)
}

/// More for what everybody asks for and for short titles, less for what cannot be had now.
fn lift(popularity: u64, sold: u64, availability: u64, words: u64) -> f32 {
    let number = |number: u64| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    let demand = number(popularity).ln_1p() / 40.0 + number(sold).ln_1p() / 10.0;
    let shelf = match availability {
        0 => 1.0,
        1 | 2 => 0.98,
        3 => 0.94,
        _ => 0.9,
    };
    #[expect(clippy::cast_possible_truncation, reason = "a rank needs no more than a float's digits")]
    let lift = ((1.0 + demand) * shelf * (1.0 - number(words.min(20)) / 200.0)) as f32;
    lift
}

/// Among the editions of a book that fit alike, who names no format means a paperback before a recording.
fn preference(format_order: u64) -> f32 {
    1.0 - f32::from(u8::try_from(format_order).unwrap_or(u8::MAX).min(10)) / 1000.0
}

/// A column of texts, each by its number in the process.
struct Texts {
    ords: Option<Column<u64>>,
    numbers: Vec<u32>,
}

impl Texts {
    fn read(columns: &FastFieldReaders, name: &str, names: &Names<str>) -> tantivy::Result<Texts> {
        let Some(column) = columns.str(name)? else { return Ok(Texts { ords: None, numbers: Vec::new() }) };
        let numbers = numbers(&column, names)?;
        Ok(Texts { ords: Some(column.ords().clone()), numbers })
    }

    fn number(&self, ord: u64) -> Option<u32> {
        self.numbers.get(usize::try_from(ord).ok()?).copied()
    }

    fn first(&self, doc: DocId) -> Option<u32> {
        self.ords.as_ref()?.first(doc).and_then(|ord| self.number(ord))
    }

    fn all(&self, doc: DocId) -> Vec<u32> {
        let ords = self.ords.iter().flat_map(|ords| ords.values_for_doc(doc));
        ords.filter_map(|ord| self.number(ord)).collect()
    }
}

fn numbers(column: &StrColumn, names: &Names<str>) -> io::Result<Vec<u32>> {
    let ords: Vec<u64> = (0..u64::try_from(column.num_terms()).unwrap_or(0)).collect();
    let mut numbers = Vec::with_capacity(ords.len());
    column.dictionary().sorted_ords_to_term_cb(&ords, |text| {
        numbers.push(names.number(&String::from_utf8_lossy(text)));
    })?;
    Ok(numbers)
}
