//! Counting books by what they could be narrowed to: each book once, however many of its editions fit.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io;

use tantivy::DocId;
use tantivy::columnar::{Column, StrColumn};

use super::availability::Availability;
use super::query::Count;

/// Values of one facet that a segment hands on; beyond them only the rarest are cut off.
const MOST: usize = 5000;

/// A column with its filter and its counts.
pub(super) struct Facet {
    column: Values,
    wanted: Wanted,
    counts: Vec<u64>,
    /// Values that the book at hand has been counted for.
    seen: Vec<u64>,
}

enum Values {
    None,
    Text(StrColumn),
    /// Numbers in bands: the ends of all bands but the last, ascending.
    Bands(Column<u64>, &'static [u64]),
    Years(Column<i64>),
    /// Places among the values of `Availability`.
    Availability(Column<u64>),
}

#[derive(Clone, Copy)]
enum Wanted {
    Anything,
    Value(u64),
    /// A value that no document of the segment has.
    Nothing,
}

/// Decades are counted from here; what is older stands with it.
const FIRST_DECADE: i64 = 145;
const DECADES: usize = 80;

/// The decade that a year's facet value stands for.
pub(super) fn decade_of(year: i64) -> u64 {
    u64::try_from(year.div_euclid(10) - FIRST_DECADE).unwrap_or(0).min(DECADES as u64 - 1)
}

impl Facet {
    pub(super) fn texts(column: Option<StrColumn>, filter: Option<&str>) -> io::Result<Facet> {
        let wanted = match (filter, &column) {
            (None, _) => Wanted::Anything,
            (Some(_), None) => Wanted::Nothing,
            (Some(value), Some(column)) => column.dictionary().term_ord(value)?.map_or(Wanted::Nothing, Wanted::Value),
        };
        let counts = vec![0; column.as_ref().map_or(0, |column| column.num_terms())];
        Ok(Facet { column: column.map_or(Values::None, Values::Text), wanted, counts, seen: Vec::new() })
    }

    pub(super) fn bands(column: Option<Column<u64>>, ends: &'static [u64]) -> Facet {
        let column = column.map_or(Values::None, |column| Values::Bands(column, ends));
        Facet { column, wanted: Wanted::Anything, counts: vec![0; ends.len() + 1], seen: Vec::new() }
    }

    pub(super) fn decades(column: Option<Column<i64>>, filter: Option<i64>) -> Facet {
        let wanted = filter.map_or(Wanted::Anything, |year| Wanted::Value(decade_of(year)));
        Facet { column: column.map_or(Values::None, Values::Years), wanted, counts: vec![0; DECADES], seen: Vec::new() }
    }

    pub(super) fn availability(column: Option<Column<u64>>, filter: Option<Availability>) -> Facet {
        let wanted = filter.map_or(Wanted::Anything, |availability| Wanted::Value(availability.place()));
        let column = column.map_or(Values::None, Values::Availability);
        Facet { column, wanted, counts: vec![0; Availability::ALL.len()], seen: Vec::new() }
    }

    pub(super) fn accepts(&self, doc: DocId) -> bool {
        match self.wanted {
            Wanted::Anything => true,
            Wanted::Nothing => false,
            Wanted::Value(wanted) => self.values(doc).any(|value| value == wanted),
        }
    }

    fn values(&self, doc: DocId) -> impl Iterator<Item = u64> + '_ {
        let texts = match &self.column {
            Values::Text(column) => Some(column.term_ords(doc)),
            Values::None | Values::Bands(..) | Values::Years(_) | Values::Availability(_) => None,
        };
        let number = match &self.column {
            Values::Bands(column, ends) => column
                .first(doc)
                .map(|value| u64::try_from(ends.partition_point(|end| *end <= value)).unwrap_or(u64::MAX)),
            Values::Years(column) => column.first(doc).map(decade_of),
            Values::Availability(column) => column.first(doc),
            Values::None | Values::Text(_) => None,
        };
        texts.into_iter().flatten().chain(number)
    }

    /// Counts the book at hand for the values of one of its editions.
    pub(super) fn count(&mut self, doc: DocId) {
        let mut seen = std::mem::take(&mut self.seen);
        let before = seen.len();
        seen.extend(self.values(doc));
        let mut at = before;
        while let Some(value) = seen.get(at).copied() {
            if seen.iter().take(at).any(|known| *known == value) {
                seen.swap_remove(at);
                continue;
            }
            if let Some(count) = usize::try_from(value).ok().and_then(|value| self.counts.get_mut(value)) {
                *count += 1;
            }
            at += 1;
        }
        self.seen = seen;
    }

    /// The next document is another book's.
    pub(super) fn next_book(&mut self) {
        self.seen.clear();
    }

    pub(super) fn harvest(self) -> io::Result<Vec<(String, u64)>> {
        let mut counted: Vec<(u64, u64)> = (0..).zip(self.counts).filter(|(_, books)| *books > 0).collect();
        if counted.len() > MOST {
            counted.sort_unstable_by_key(|(_, books)| Reverse(*books));
            counted.truncate(MOST);
        }
        let name = |value: u64| match &self.column {
            Values::Text(column) => {
                let mut text = String::new();
                column.ord_to_str(value, &mut text)?;
                Ok::<_, io::Error>(text)
            }
            Values::Years(_) => Ok(((i64::try_from(value).unwrap_or(0) + FIRST_DECADE) * 10).to_string()),
            Values::Availability(_) => Ok(Availability::word_at(value).to_owned()),
            Values::Bands(..) | Values::None => Ok(value.to_string()),
        };
        counted.into_iter().map(|(value, books)| Ok((name(value)?, books))).collect()
    }
}

/// The counts of all segments together.
pub(super) fn together(segments: impl Iterator<Item = Vec<(String, u64)>>) -> Vec<Count> {
    let mut all: BTreeMap<String, u64> = BTreeMap::new();
    segments.flatten().for_each(|(value, books)| *all.entry(value).or_insert(0) += books);
    all.into_iter().map(|(value, books)| Count { value, books }).collect()
}

/// The most frequent first; equals in the order of their names.
pub(super) fn most_first(mut counts: Vec<Count>) -> Vec<Count> {
    counts.sort_by_key(|count| Reverse(count.books));
    counts
}
