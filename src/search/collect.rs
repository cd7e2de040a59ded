//! One pass over what the words match: filters, count, facets and the best hits together.
//!
//! A hit is a book: the editions of works that look the same stand side by side in a segment (see `worker`), so a
//! book is over when a document of another one comes.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, ColumnValues, StrColumn};
use tantivy::{DocId, Score, SegmentReader};

use super::availability::Availability;
use super::facets::{self, Facet};
use super::query::{Facets, Sort};
use super::reading::TIER;
use super::schema::{column, id_of};
use crate::kernel::ids::Id;

/// Where bands of prices end, in minor units.
pub(super) const PRICE_BANDS: [u64; 5] = [500, 1000, 1500, 2000, 3000];

/// What an edition must be, beside matching the words.
#[derive(Clone, Default)]
pub(super) struct Filters {
    pub(super) category: Option<String>,
    pub(super) format: Option<String>,
    pub(super) language: Option<String>,
    pub(super) publisher: Option<String>,
    pub(super) series: Option<String>,
    /// Any year of the decade.
    pub(super) decade: Option<i64>,
    pub(super) availability: Option<Availability>,
    /// Cheaper than the publisher's price.
    pub(super) reduced: bool,
    /// Minor units, both ends included.
    pub(super) price: Option<(Option<u64>, Option<u64>)>,
}

/// Collects the first `keep` books in `sort` order.
///
/// A facet leaves out its own filter: it says what another choice would give. Categories do not.
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
    /// The best `keep`, in order: the edition that fits best, and what it scores.
    pub(super) hits: Vec<(Id, Score)>,
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
        let text = |name, filter: &Option<String>| {
            Ok::<_, tantivy::TantivyError>(Facet::texts(columns.str(name)?, filter.as_deref())?)
        };
        let price: Option<Column<u64>> = columns.column_opt(column::PRICE)?;
        let filters = &self.filters;
        Ok(Segment {
            sort: self.sort,
            scored: self.scored,
            keep: self.keep,
            group: columns.column_first_or_default::<i64>(column::GROUP)?,
            id: (number(column::ID_HIGH)?, number(column::ID_LOW)?),
            popularity: number(column::POPULARITY)?,
            sold: number(column::SOLD)?,
            reduced: number(column::REDUCED)?,
            availability: number(column::AVAILABILITY)?,
            words: number(column::WORDS)?,
            texts: match self.sort {
                Sort::Title => columns.str(column::SORT_TITLE)?,
                Sort::Author => columns.str(column::SORT_AUTHOR)?,
                Sort::Relevance | Sort::Newest | Sort::PriceAsc | Sort::PriceDesc | Sort::Popular => None,
            },
            categories: text(column::CATEGORY, &filters.category)?,
            others: [
                text(column::FORMAT, &filters.format)?,
                text(column::LANGUAGE, &filters.language)?,
                text(column::PUBLISHER, &filters.publisher)?,
                text(column::SERIES, &filters.series)?,
                Facet::decades(columns.column_opt(column::YEAR)?, filters.decade),
                Facet::availability(columns.column_opt(column::AVAILABILITY)?, filters.availability),
                Facet::bands(price.clone(), &PRICE_BANDS),
            ],
            price,
            reduced_only: filters.reduced,
            price_range: filters.price,
            matched: 0,
            total: 0,
            book: Book::default(),
            best: BinaryHeap::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        self.scored && self.sort == Sort::Relevance
    }

    fn merge_fruits(&self, segments: Vec<io::Result<Harvest>>) -> tantivy::Result<Found> {
        let mut found = Found::default();
        let mut counts: [Vec<Vec<(String, u64)>>; 8] = Default::default();
        let mut best = Vec::new();
        for harvest in segments {
            let harvest = harvest?;
            found.matched += harvest.matched;
            found.total += harvest.total;
            counts.iter_mut().zip(harvest.counts).for_each(|(all, counted)| all.push(counted));
            best.extend(harvest.best);
        }
        best.sort_unstable_by(|(a, text_a), (b, text_b)| text_a.cmp(text_b).then(b.cmp(a)));
        found.hits =
            best.into_iter().take(self.keep).map(|((rank, high, low), _)| (id_of(high, low), score_of(rank))).collect();
        let [categories, formats, languages, publishers, series, decades, availability, prices] =
            counts.map(|segments| facets::together(segments.into_iter()));
        found.facets = Facets {
            categories,
            formats: facets::most_first(formats),
            languages: facets::most_first(languages),
            publishers: facets::most_first(publishers),
            series: facets::most_first(series),
            decades,
            prices,
            availability: facets::most_first(availability),
        };
        Ok(found)
    }
}

/// The score behind a rank by relevance.
fn score_of(rank: u64) -> Score {
    u32::try_from(rank).map_or(0.0, Score::from_bits)
}

/// The texts behind places in order: a segment's numbers for them say nothing beside another's.
fn texts_of(column: &StrColumn, places: &[Place]) -> io::Result<Vec<Vec<u8>>> {
    let numbers: Vec<u64> = places.iter().map(|(rank, ..)| u64::MAX - rank).collect();
    let mut texts = Vec::with_capacity(numbers.len());
    column.dictionary().sorted_ords_to_term_cb(&numbers, |text| texts.push(text.to_vec()))?;
    Ok(texts)
}

/// What is known of the book whose editions are being met.
#[derive(Default)]
struct Book {
    group: Option<i64>,
    /// The edition that fits best.
    best: Option<Place>,
}

/// The pass over one segment.
pub(super) struct Segment {
    sort: Sort,
    scored: bool,
    keep: usize,
    group: Arc<dyn ColumnValues<i64>>,
    id: (Arc<dyn ColumnValues<u64>>, Arc<dyn ColumnValues<u64>>),
    popularity: Arc<dyn ColumnValues<u64>>,
    sold: Arc<dyn ColumnValues<u64>>,
    reduced: Arc<dyn ColumnValues<u64>>,
    availability: Arc<dyn ColumnValues<u64>>,
    words: Arc<dyn ColumnValues<u64>>,
    price: Option<Column<u64>>,
    /// What a sort by text goes by.
    texts: Option<StrColumn>,
    categories: Facet,
    /// Format, language, publisher, series, decade, availability, price.
    others: [Facet; 7],
    reduced_only: bool,
    price_range: Option<(Option<u64>, Option<u64>)>,
    matched: u64,
    total: u64,
    book: Book,
    best: BinaryHeap<Reverse<Place>>,
}

/// What one segment gave. Texts are there when the sort is by text.
pub(super) struct Harvest {
    matched: u64,
    total: u64,
    counts: [Vec<(String, u64)>; 8],
    best: Vec<(Place, Vec<u8>)>,
}

impl SegmentCollector for Segment {
    type Fruit = io::Result<Harvest>;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.matched += 1;
        let group = self.group.get_val(doc);
        if self.book.group != Some(group) {
            self.close_book();
            self.book.group = Some(group);
        }
        if !self.categories.accepts(doc) || (self.reduced_only && self.reduced.get_val(doc) == 0) {
            return;
        }
        let priced = self.is_in_price_range(doc);
        let refusals = self.others.iter().filter(|facet| !facet.accepts(doc)).count() + usize::from(!priced);
        if refusals > 1 {
            return;
        }
        let last = self.others.len() - 1;
        for (at, facet) in self.others.iter_mut().enumerate() {
            let own = if at == last { !priced } else { !facet.accepts(doc) };
            if refusals == usize::from(own) {
                facet.count(doc);
            }
        }
        if refusals == 0 {
            self.categories.count(doc);
            let place = (self.rank(doc, score), self.id.0.get_val(doc), self.id.1.get_val(doc));
            self.book.best = self.book.best.max(Some(place));
        }
    }

    fn harvest(mut self) -> io::Result<Harvest> {
        self.close_book();
        let mut places: Vec<Place> = self.best.into_iter().map(|Reverse(place)| place).collect();
        places.sort_unstable_by(|a, b| b.cmp(a));
        let texts = match self.texts {
            Some(column) => texts_of(&column, &places)?,
            None => Vec::new(),
        };
        let texts = texts.into_iter().chain(std::iter::repeat(Vec::new()));
        let best = places.into_iter().zip(texts).collect();
        let [formats, languages, publishers, series, decades, availability, prices] = self.others;
        let counts = [
            self.categories.harvest()?,
            formats.harvest()?,
            languages.harvest()?,
            publishers.harvest()?,
            series.harvest()?,
            decades.harvest()?,
            availability.harvest()?,
            prices.harvest()?,
        ];
        Ok(Harvest { matched: self.matched, total: self.total, counts, best })
    }
}

impl Segment {
    fn is_in_price_range(&self, doc: DocId) -> bool {
        let Some((from, to)) = self.price_range else { return true };
        let price = self.price.as_ref().and_then(|price| price.first(doc));
        price.is_some_and(|price| from.is_none_or(|from| price >= from) && to.is_none_or(|to| price <= to))
    }

    /// Counts the book whose editions have all been met.
    fn close_book(&mut self) {
        let book = std::mem::take(&mut self.book);
        self.categories.next_book();
        self.others.iter_mut().for_each(Facet::next_book);
        let Some(place) = book.best else { return };
        self.total += 1;
        if self.best.len() >= self.keep {
            match self.best.peek() {
                Some(Reverse(last)) if place > *last => {}
                _ => return,
            }
        }
        self.best.push(Reverse(place));
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
            Sort::Title | Sort::Author => {
                u64::MAX - self.texts.as_ref().and_then(|texts| texts.ords().first(doc)).unwrap_or(0)
            }
            Sort::Popular => (self.sold.get_val(doc) << 32) + self.popularity.get_val(doc),
        }
    }

    /// The words' score, more for what everybody asks for and for short titles, less for what cannot be had now.
    ///
    /// Never negative, so that its bits sort as the number does. The tier of the reading stays what it is.
    fn relevance(&self, doc: DocId, score: Score) -> Score {
        let popularity = u32::try_from(self.popularity.get_val(doc)).unwrap_or(u32::MAX);
        let sold = u32::try_from(self.sold.get_val(doc)).unwrap_or(u32::MAX);
        let demand = f64::from(popularity).ln_1p() / 40.0 + f64::from(sold).ln_1p() / 10.0;
        let length = f64::from(u32::try_from(self.words.get_val(doc)).unwrap_or(u32::MAX).min(20));
        let shelf = match self.availability.get_val(doc) {
            0 => 1.0,
            1 | 2 => 0.98,
            3 => 0.94,
            _ => 0.9,
        };
        let (tier, words) = if self.scored { parted(score) } else { (0.0, 1.0) };
        let relevance = words * (1.0 + demand) * shelf * (1.0 - length / 200.0);
        #[expect(clippy::cast_possible_truncation, reason = "a rank needs no more than a float's digits")]
        let relevance = (tier + relevance.min(f64::from(TIER) - 1.0)) as f32;
        relevance.max(0.0)
    }
}

/// A score's tier, and what the words are worth within it.
fn parted(score: Score) -> (f64, f64) {
    let tier = (f64::from(score) / f64::from(TIER)).floor() * f64::from(TIER);
    (tier, f64::from(score) - tier)
}
