//! One pass over what the words match: filters, count, facets and the best hits together.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::io;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, ColumnValues, StrColumn};
use tantivy::{DocId, Score, SegmentReader};

use super::card::ON_SHELF;
use super::query::{Count, Facets, Sort};
use super::schema::{column, id_of};
use crate::kernel::ids::Id;

/// What a document must be, beside matching the words.
#[derive(Clone, Default)]
pub(super) struct Filters {
    pub(super) category: Option<String>,
    pub(super) format: Option<String>,
    pub(super) language: Option<String>,
    pub(super) in_stock: bool,
    /// Minor units, both ends included.
    pub(super) price: Option<(Option<u64>, Option<u64>)>,
}

/// Collects the first `keep` hits in `sort` order.
///
/// The facets format, language and shelf leave out their own filter: they say what another choice would give.
pub(super) struct Shelve {
    pub(super) filters: Filters,
    pub(super) sort: Sort,
    pub(super) keep: usize,
    /// Whether words give a score; without, relevance is demand.
    pub(super) scored: bool,
}

/// What a search found.
#[derive(Default)]
pub(super) struct Found {
    /// Documents that match the words, whatever the filters say.
    pub(super) matched: u64,
    pub(super) total: u64,
    /// The best `keep`, in order.
    pub(super) ids: Vec<Id>,
    pub(super) facets: Facets,
}

/// A hit's place: a bigger rank comes first, then the younger edition. Ids differ, so the order is one.
type Place = (u64, u64, u64);

impl Collector for Shelve {
    type Fruit = Found;
    type Child = Segment;

    fn for_segment(&self, _: u32, reader: &SegmentReader) -> tantivy::Result<Segment> {
        let columns = reader.fast_fields();
        let number = |name| columns.column_first_or_default::<u64>(name);
        Ok(Segment {
            sort: self.sort,
            scored: self.scored,
            keep: self.keep,
            id: (number(column::ID_HIGH)?, number(column::ID_LOW)?),
            popularity: number(column::POPULARITY)?,
            shelf: number(column::SHELF)?,
            price: columns.column_opt(column::PRICE)?,
            titles: columns.str(column::SORT_TITLE)?,
            categories: Facet::open(columns.str(column::CATEGORY)?, self.filters.category.as_deref())?,
            formats: Facet::open(columns.str(column::FORMAT)?, self.filters.format.as_deref())?,
            languages: Facet::open(columns.str(column::LANGUAGE)?, self.filters.language.as_deref())?,
            in_stock_only: self.filters.in_stock,
            price_range: self.filters.price,
            matched: 0,
            total: 0,
            in_stock: 0,
            best: BinaryHeap::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        self.scored && self.sort == Sort::Relevance
    }

    fn merge_fruits(&self, segments: Vec<io::Result<Harvest>>) -> tantivy::Result<Found> {
        let mut found = Found::default();
        let (mut categories, mut formats, mut languages) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut best = Vec::new();
        for harvest in segments {
            let harvest = harvest?;
            found.matched += harvest.matched;
            found.total += harvest.total;
            found.facets.in_stock += harvest.in_stock;
            for (all, counted) in [&mut categories, &mut formats, &mut languages].into_iter().zip(harvest.counts) {
                counted.into_iter().for_each(|(value, books)| *all.entry(value).or_insert(0) += books);
            }
            best.extend(harvest.best);
        }
        best.sort_unstable_by(|(a, title_a), (b, title_b)| title_a.cmp(title_b).then(b.cmp(a)));
        found.ids = best.into_iter().take(self.keep).map(|((_, high, low), _)| id_of(high, low)).collect();
        let list =
            |counts: BTreeMap<String, u64>| counts.into_iter().map(|(value, books)| Count { value, books }).collect();
        found.facets.categories = list(categories);
        found.facets.formats = most_first(list(formats));
        found.facets.languages = most_first(list(languages));
        Ok(found)
    }
}

fn most_first(mut counts: Vec<Count>) -> Vec<Count> {
    counts.sort_by_key(|count| Reverse(count.books));
    counts
}

/// A text column with its filter and its counts.
struct Facet {
    column: Option<StrColumn>,
    wanted: Wanted,
    counts: Vec<u64>,
}

#[derive(Clone, Copy)]
enum Wanted {
    Anything,
    Value(u64),
    /// A value that no document of the segment has.
    Nothing,
}

impl Facet {
    fn open(column: Option<StrColumn>, filter: Option<&str>) -> io::Result<Facet> {
        let wanted = match (filter, &column) {
            (None, _) => Wanted::Anything,
            (Some(_), None) => Wanted::Nothing,
            (Some(value), Some(column)) => column.dictionary().term_ord(value)?.map_or(Wanted::Nothing, Wanted::Value),
        };
        let counts = vec![0; column.as_ref().map_or(0, |column| column.num_terms())];
        Ok(Facet { column, wanted, counts })
    }

    fn accepts(&self, doc: DocId) -> bool {
        match (self.wanted, &self.column) {
            (Wanted::Anything, _) => true,
            (Wanted::Value(wanted), Some(column)) => column.term_ords(doc).any(|value| value == wanted),
            (Wanted::Value(_), None) | (Wanted::Nothing, _) => false,
        }
    }

    fn count(&mut self, doc: DocId) {
        for value in self.column.iter().flat_map(|column| column.term_ords(doc)) {
            if let Some(count) = usize::try_from(value).ok().and_then(|value| self.counts.get_mut(value)) {
                *count += 1;
            }
        }
    }

    fn harvest(self) -> io::Result<Vec<(String, u64)>> {
        let Some(column) = self.column else { return Ok(Vec::new()) };
        let counted = (0..).zip(self.counts).filter(|(_, books)| *books > 0);
        counted.map(|(value, books)| Ok((text_of(&column, value)?, books))).collect()
    }
}

fn text_of(column: &StrColumn, value: u64) -> io::Result<String> {
    let mut text = String::new();
    column.ord_to_str(value, &mut text)?;
    Ok(text)
}

/// The titles behind places in order: a segment's numbers for them say nothing beside another's.
fn titles_of(column: &StrColumn, places: &[Place]) -> io::Result<Vec<Vec<u8>>> {
    let numbers: Vec<u64> = places.iter().map(|(rank, ..)| u64::MAX - rank).collect();
    let mut titles = Vec::with_capacity(numbers.len());
    column.dictionary().sorted_ords_to_term_cb(&numbers, |title| titles.push(title.to_vec()))?;
    Ok(titles)
}

/// The pass over one segment.
pub(super) struct Segment {
    sort: Sort,
    scored: bool,
    keep: usize,
    id: (Arc<dyn ColumnValues<u64>>, Arc<dyn ColumnValues<u64>>),
    popularity: Arc<dyn ColumnValues<u64>>,
    shelf: Arc<dyn ColumnValues<u64>>,
    price: Option<Column<u64>>,
    titles: Option<StrColumn>,
    categories: Facet,
    formats: Facet,
    languages: Facet,
    in_stock_only: bool,
    price_range: Option<(Option<u64>, Option<u64>)>,
    matched: u64,
    total: u64,
    in_stock: u64,
    best: BinaryHeap<Reverse<Place>>,
}

/// What one segment gave. Titles are there when the sort is by title.
pub(super) struct Harvest {
    matched: u64,
    total: u64,
    in_stock: u64,
    counts: [Vec<(String, u64)>; 3],
    best: Vec<(Place, Vec<u8>)>,
}

impl SegmentCollector for Segment {
    type Fruit = io::Result<Harvest>;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.matched += 1;
        if !self.categories.accepts(doc) || !self.is_in_price_range(doc) {
            return;
        }
        let on_shelf = self.shelf.get_val(doc) == u64::from(ON_SHELF);
        let shelf = on_shelf || !self.in_stock_only;
        let (format, language) = (self.formats.accepts(doc), self.languages.accepts(doc));
        if shelf && language {
            self.formats.count(doc);
        }
        if shelf && format {
            self.languages.count(doc);
        }
        self.in_stock += u64::from(on_shelf && format && language);
        if shelf && format && language {
            self.total += 1;
            self.categories.count(doc);
            self.keep_best(doc, score);
        }
    }

    fn harvest(self) -> io::Result<Harvest> {
        let mut places: Vec<Place> = self.best.into_iter().map(|Reverse(place)| place).collect();
        places.sort_unstable_by(|a, b| b.cmp(a));
        let titles = match (self.titles, self.sort) {
            (Some(column), Sort::Title) => titles_of(&column, &places)?,
            _ => Vec::new(),
        };
        let titles = titles.into_iter().chain(std::iter::repeat(Vec::new()));
        let best = places.into_iter().zip(titles).collect();
        Ok(Harvest {
            matched: self.matched,
            total: self.total,
            in_stock: self.in_stock,
            counts: [self.categories.harvest()?, self.formats.harvest()?, self.languages.harvest()?],
            best,
        })
    }
}

impl Segment {
    fn is_in_price_range(&self, doc: DocId) -> bool {
        let Some((from, to)) = self.price_range else { return true };
        let price = self.price.as_ref().and_then(|price| price.first(doc));
        price.is_some_and(|price| from.is_none_or(|from| price >= from) && to.is_none_or(|to| price <= to))
    }

    fn keep_best(&mut self, doc: DocId, score: Score) {
        let rank = self.rank(doc, score);
        if self.best.len() >= self.keep {
            match self.best.peek() {
                Some(Reverse(last)) if rank >= last.0 => {}
                _ => return,
            }
        }
        self.best.push(Reverse((rank, self.id.0.get_val(doc), self.id.1.get_val(doc))));
        if self.best.len() > self.keep {
            self.best.pop();
        }
    }

    /// Places grow with the rank; books without a price come last in both orders.
    fn rank(&self, doc: DocId, score: Score) -> u64 {
        let price = || self.price.as_ref().and_then(|price| price.first(doc));
        match self.sort {
            Sort::Relevance => u64::from(self.relevance(doc, score).to_bits()),
            Sort::Newest => 0,
            Sort::PriceAsc => price().map_or(0, |price| u64::MAX - price),
            Sort::PriceDesc => price().map_or(0, |price| price.saturating_add(1)),
            Sort::Title => u64::MAX - self.titles.as_ref().and_then(|titles| titles.ords().first(doc)).unwrap_or(0),
            Sort::Popular => self.popularity.get_val(doc),
        }
    }

    /// The words' score, a quarter more for what everybody asks for, a little less for what cannot be had now.
    ///
    /// Never negative, so that its bits sort as the number does.
    fn relevance(&self, doc: DocId, score: Score) -> Score {
        let popularity = u32::try_from(self.popularity.get_val(doc)).unwrap_or(u32::MAX);
        let demand = f64::from(popularity).ln_1p() / 60.0;
        let shelf = match self.shelf.get_val(doc) {
            0 => 0.8,
            1 => 0.9,
            2 => 0.96,
            _ => 1.0,
        };
        let words = if self.scored { f64::from(score) } else { 1.0 };
        #[expect(clippy::cast_possible_truncation, reason = "a rank needs no more than a float's digits")]
        let relevance = (words * (1.0 + demand) * shelf) as f32;
        relevance.max(0.0)
    }
}
