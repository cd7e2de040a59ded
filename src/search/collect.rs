//! One pass over what the words match: filters, count, facets and the best hits together.
//!
//! A hit is a book: the editions of works that look the same stand side by side in a segment (see `worker`), so a
//! book is over when a document of another one comes.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::StrColumn;
use tantivy::{DocId, Score, SegmentReader};

use super::aspects::{self, Aspects, NOTHING, Row};
use super::availability::Availability;
use super::facets::{self, AVAILABILITY, DECADE, FACETS, PRICE, Tally, decade_of};
use super::names::{CATEGORIES, NAMES, SHELVES};
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

impl Filters {
    /// The value that each facet is narrowed to. The price has a range instead.
    fn wanted(&self) -> [Option<u32>; FACETS] {
        let texts = [&self.format, &self.language, &self.publisher, &self.series];
        let mut wanted = [None; FACETS];
        for ((wanted, text), names) in wanted.iter_mut().zip(texts).zip(&NAMES) {
            *wanted = text.as_ref().map(|text| names.known().find(text).unwrap_or(NOBODY));
        }
        let numbers = [
            (DECADE, self.decade.map(decade_of)),
            (AVAILABILITY, self.availability.map(|one| u32::try_from(one.place()).unwrap_or(NOBODY))),
        ];
        for (at, number) in numbers {
            wanted.iter_mut().skip(at).take(1).for_each(|wanted| *wanted = number);
        }
        wanted
    }

    /// Which sets of categories hold the wanted one; `None` when none is wanted.
    fn shelves(&self) -> Option<Vec<bool>> {
        let path = self.category.as_ref()?;
        let number = CATEGORIES.known().find(path);
        let sets = SHELVES.known();
        let holds = |set: &[u32]| number.is_some_and(|number| set.contains(&number));
        Some((0..).map_while(|set| sets.at(set)).map(holds).collect())
    }
}

/// A value that is wanted and that no document has.
const NOBODY: u32 = NOTHING - 1;

impl Collector for Shelve {
    type Fruit = Found;
    type Child = Segment;

    fn for_segment(&self, _: u32, reader: &SegmentReader) -> tantivy::Result<Segment> {
        // Read first: the names of all its values are known then.
        let aspects = aspects::of(reader)?;
        let columns = reader.fast_fields();
        let wanted = self.filters.wanted();
        Ok(Segment {
            aspects,
            sort: self.sort,
            scored: self.scored,
            keep: self.keep,
            texts: match self.sort {
                Sort::Title => columns.str(column::SORT_TITLE)?,
                Sort::Author => columns.str(column::SORT_AUTHOR)?,
                Sort::Relevance | Sort::Newest | Sort::PriceAsc | Sort::PriceDesc | Sort::Popular => None,
            },
            narrowed: wanted.iter().any(Option::is_some) || self.filters.price.is_some(),
            wanted,
            shelves: self.filters.shelves(),
            reduced_only: self.filters.reduced,
            price_range: self.filters.price,
            book: 0,
            editions: Vec::new(),
            harvest: Harvest {
                matched: 0,
                total: 0,
                facets: std::array::from_fn(Tally::of_facet),
                sets: Tally::of(SHELVES.known().len()),
                categories: Tally::of(CATEGORIES.known().len()),
                best: Vec::new(),
            },
            best: BinaryHeap::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        self.scored && self.sort == Sort::Relevance
    }

    fn merge_fruits(&self, segments: Vec<io::Result<Harvest>>) -> tantivy::Result<Found> {
        let mut found = Found::default();
        let mut tallies: [Vec<Tally>; FACETS] = Default::default();
        let (mut sets, mut categories, mut best) = (Vec::new(), Vec::new(), Vec::new());
        for harvest in segments {
            let harvest = harvest?;
            found.matched += harvest.matched;
            found.total += harvest.total;
            tallies.iter_mut().zip(harvest.facets).for_each(|(all, tally)| all.push(tally));
            sets.push(harvest.sets);
            categories.push(harvest.categories);
            best.extend(harvest.best);
        }
        best.sort_unstable_by(|(a, text_a), (b, text_b)| text_a.cmp(text_b).then(b.cmp(a)));
        found.hits =
            best.into_iter().take(self.keep).map(|((rank, high, low), _)| (id_of(high, low), score_of(rank))).collect();
        let wanted = self.filters.wanted();
        let mut facets = tallies.into_iter().zip(wanted).enumerate().map(|(facet, (tallies, wanted))| match facet {
            DECADE | PRICE => facets::in_order(facet, facets::sum(tallies)),
            _ => facets::most_first(facet, facets::sum(tallies), wanted),
        });
        let mut next = || facets.next().unwrap_or_default();
        found.facets = Facets {
            formats: next(),
            languages: next(),
            publishers: next(),
            series: next(),
            decades: next(),
            availability: next(),
            prices: next(),
            categories: facets::categories(facets::sum(sets), facets::sum(categories)),
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

/// An edition that matches, of the book whose editions are being met.
struct Edition {
    doc: DocId,
    score: Score,
    /// The facets that count it.
    counted: u8,
}

/// Counted by every facet: it passes every filter, and is a hit.
const BY_ALL: u8 = (1 << FACETS) - 1;

/// The pass over one segment.
pub(super) struct Segment {
    aspects: Arc<Aspects>,
    sort: Sort,
    scored: bool,
    keep: usize,
    /// What a sort by text goes by.
    texts: Option<StrColumn>,
    /// Whether a facet has a filter.
    narrowed: bool,
    wanted: [Option<u32>; FACETS],
    shelves: Option<Vec<bool>>,
    reduced_only: bool,
    price_range: Option<(Option<u64>, Option<u64>)>,
    book: u32,
    /// The editions of `book` so far, those that some facet counts.
    editions: Vec<Edition>,
    harvest: Harvest,
    best: BinaryHeap<Reverse<Place>>,
}

/// What one segment gave. Texts are there when the sort is by text.
pub(super) struct Harvest {
    matched: u64,
    total: u64,
    facets: [Tally; FACETS],
    /// Books by their set of categories,
    sets: Tally,
    /// and books of more than one set by each of their categories.
    categories: Tally,
    best: Vec<(Place, Vec<u8>)>,
}

impl SegmentCollector for Segment {
    type Fruit = io::Result<Harvest>;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.harvest.matched += 1;
        let Some(row) = row(&self.aspects, doc) else { return };
        let book = row.book;
        let counted = self.counted(doc, row);
        if self.book != book {
            self.close_book();
            self.book = book;
        }
        if counted > 0 {
            self.editions.push(Edition { doc, score, counted });
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
        self.harvest.best = places.into_iter().zip(texts).collect();
        Ok(self.harvest)
    }
}

fn row(aspects: &Aspects, doc: DocId) -> Option<&Row> {
    aspects.rows.get(usize::try_from(doc).ok()?)
}

impl Segment {
    /// The facets that count an edition, a bit each: all if it passes every filter; if it fails one, only that one's.
    fn counted(&self, doc: DocId, row: &Row) -> u8 {
        let fits = |sets: &Vec<bool>| usize::try_from(row.shelves).is_ok_and(|set| sets.get(set) == Some(&true));
        if self.shelves.as_ref().is_some_and(|sets| !fits(sets)) || (self.reduced_only && !row.reduced) {
            return 0;
        }
        if !self.narrowed {
            return BY_ALL;
        }
        let mut failed = u8::from(!self.is_in_price_range(doc)) << PRICE;
        for (at, (value, wanted)) in row.values.iter().zip(self.wanted).enumerate() {
            failed |= u8::from(wanted.is_some_and(|wanted| wanted != *value)) << at;
        }
        match failed.count_ones() {
            0 => BY_ALL,
            1 => failed,
            _ => 0,
        }
    }

    fn is_in_price_range(&self, doc: DocId) -> bool {
        let Some((from, to)) = self.price_range else { return true };
        let price = self.price(doc);
        price.is_some_and(|price| from.is_none_or(|from| price >= from) && to.is_none_or(|to| price <= to))
    }

    fn price(&self, doc: DocId) -> Option<u64> {
        self.aspects.price.as_ref().and_then(|price| price.first(doc))
    }

    /// Counts the book whose editions have all been met.
    fn close_book(&mut self) {
        if self.editions.is_empty() {
            return;
        }
        let mut editions = std::mem::take(&mut self.editions);
        match editions.as_slice() {
            [one] => self.count_one(one),
            several => self.count_several(several),
        }
        self.place(&editions);
        editions.clear();
        self.editions = editions;
    }

    fn count_one(&mut self, edition: &Edition) {
        let Segment { aspects, harvest, .. } = self;
        let Some(row) = row(aspects, edition.doc) else { return };
        for (at, (tally, value)) in harvest.facets.iter_mut().zip(row.values).enumerate() {
            if edition.counted >> at & 1 == 1 {
                tally.add(value);
            }
        }
        if edition.counted == BY_ALL {
            harvest.sets.add(row.shelves);
        }
    }

    /// Counts a book once for each value that its editions have.
    fn count_several(&mut self, editions: &[Edition]) {
        let Segment { aspects, harvest, .. } = self;
        let mut values: Vec<u32> = Vec::with_capacity(editions.len());
        for (at, tally) in harvest.facets.iter_mut().enumerate() {
            let counting = editions.iter().filter(|edition| edition.counted >> at & 1 == 1);
            values.extend(counting.filter_map(|edition| row(aspects, edition.doc)?.values.get(at)));
            each_once(&mut values, |value| tally.add(value));
        }
        let hits = editions.iter().filter(|edition| edition.counted == BY_ALL);
        let mut sets: Vec<u32> = hits.filter_map(|edition| Some(row(aspects, edition.doc)?.shelves)).collect();
        sets.sort_unstable();
        sets.dedup();
        match sets.as_slice() {
            [set] => harvest.sets.add(*set),
            sets => {
                let known = SHELVES.known();
                values.extend(sets.iter().filter_map(|set| known.at(*set)).flatten());
                each_once(&mut values, |category| harvest.categories.add(category));
            }
        }
    }

    /// Finds the book its place among the best, by the edition that fits best.
    fn place(&mut self, editions: &[Edition]) {
        let hits = editions.iter().filter(|edition| edition.counted == BY_ALL);
        let mut fits: Option<Place> = None;
        let mut is_hit = false;
        let last = self.best.peek().filter(|_| self.best.len() >= self.keep).map(|Reverse((rank, ..))| *rank);
        for edition in hits {
            is_hit = true;
            let rank = self.rank(edition.doc, edition.score);
            // Most books are nowhere near the best; their ids need not be looked up.
            if last.is_none_or(|last| rank >= last) {
                let (high, low) = &self.aspects.id;
                fits = fits.max(Some((rank, high.get_val(edition.doc), low.get_val(edition.doc))));
            }
        }
        self.harvest.total += u64::from(is_hit);
        let Some(place) = fits else { return };
        if self.best.len() >= self.keep {
            match self.best.peek() {
                Some(Reverse(last)) if place > *last => drop(self.best.pop()),
                _ => return,
            }
        }
        self.best.push(Reverse(place));
    }

    /// Places grow with the rank; books without a price come last in both orders.
    fn rank(&self, doc: DocId, score: Score) -> u64 {
        match self.sort {
            Sort::Relevance => u64::from(self.relevance(doc, score).to_bits()),
            Sort::Newest => 0,
            Sort::PriceAsc => self.price(doc).map_or(0, |price| u64::MAX - price),
            Sort::PriceDesc => self.price(doc).map_or(0, |price| price.saturating_add(1)),
            Sort::Title | Sort::Author => {
                u64::MAX - self.texts.as_ref().and_then(|texts| texts.ords().first(doc)).unwrap_or(0)
            }
            Sort::Popular => (self.aspects.sold.get_val(doc) << 32) + self.aspects.popularity.get_val(doc),
        }
    }

    /// The words' score, lifted by demand, shelf and a short title.
    ///
    /// Never negative, so that its bits sort as the number does. The tier of the reading stays what it is.
    fn relevance(&self, doc: DocId, score: Score) -> Score {
        let lift = row(&self.aspects, doc).map_or(0.0, |row| f64::from(row.lift));
        let (tier, words) = if self.scored { parted(score) } else { (0.0, 1.0) };
        #[expect(clippy::cast_possible_truncation, reason = "a rank needs no more than a float's digits")]
        let relevance = (tier + (words * lift).min(f64::from(TIER) - 1.0)) as f32;
        relevance.max(0.0)
    }
}

/// Hands on every value once, and leaves none.
fn each_once(values: &mut Vec<u32>, add: impl FnMut(u32)) {
    values.sort_unstable();
    values.dedup();
    values.drain(..).for_each(add);
}

/// A score's tier, and what the words are worth within it.
fn parted(score: Score) -> (f64, f64) {
    let tier = (f64::from(score) / f64::from(TIER)).floor() * f64::from(TIER);
    (tier, f64::from(score) - tier)
}
