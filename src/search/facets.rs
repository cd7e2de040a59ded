//! Counting books by what they could be narrowed to: each book once, however many of its editions fit.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::aspects::NOTHING;
use super::availability::Availability;
use super::names::{CATEGORIES, NAMES, SHELVES};
use super::query::Count;

/// Facets of which a document has at most one value: format, language, publisher, series, and those that follow.
pub(super) const FACETS: usize = 7;
pub(super) const DECADE: usize = 4;
pub(super) const AVAILABILITY: usize = 5;
pub(super) const PRICE: usize = 6;

/// Values of a facet that an answer has room for; a shop has thousands of publishers, and nobody reads further.
const MOST: usize = 100;
/// With more values than this, a list of what was met is shorter than a count for each that could be.
const FEW: usize = 4096;

/// Decades are counted from here; what is older stands with it.
const FIRST_DECADE: i64 = 145;
const DECADES: u32 = 80;

/// The decade that a year's facet value stands for.
pub(super) fn decade_of(year: i64) -> u32 {
    u32::try_from(year.div_euclid(10) - FIRST_DECADE).unwrap_or(0).min(DECADES - 1)
}

/// The books of one segment by their value of one facet.
pub(super) enum Tally {
    /// A count for every value.
    Counts(Vec<u32>),
    /// The value of every book.
    List(Vec<u32>),
}

impl Tally {
    /// For values below `end`.
    pub(super) fn of(end: usize) -> Tally {
        if end <= FEW { Tally::Counts(vec![0; end]) } else { Tally::List(Vec::new()) }
    }

    /// For the values of a facet.
    pub(super) fn of_facet(facet: usize) -> Tally {
        Tally::of(NAMES.get(facet).map_or(DECADES as usize, |names| names.known().len()))
    }

    /// Counts a book; nothing is no value.
    pub(super) fn add(&mut self, value: u32) {
        match self {
            Tally::Counts(counts) => {
                if let Some(count) = usize::try_from(value).ok().and_then(|value| counts.get_mut(value)) {
                    *count += 1;
                }
            }
            Tally::List(list) if value != NOTHING => list.push(value),
            Tally::List(_) => {}
        }
    }
}

thread_local! {
    /// Room for a sum of every value; all are 0 between two uses, so that none has to be made so.
    static SUMS: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

/// Adds up what segments counted: each value with its books, in no order.
pub(super) fn sum(tallies: Vec<Tally>) -> Vec<(u32, u32)> {
    SUMS.with_borrow_mut(|sums| {
        let mut met = Vec::new();
        let mut add = |value: u32, books: u32| {
            let at = usize::try_from(value).unwrap_or(usize::MAX);
            if at >= sums.len() {
                sums.resize(at.saturating_add(1), 0);
            }
            if let Some(sum) = sums.get_mut(at) {
                if *sum == 0 {
                    met.push(value);
                }
                *sum += books;
            }
        };
        for tally in tallies {
            match tally {
                Tally::Counts(counts) => {
                    (0..).zip(counts).filter(|(_, books)| *books > 0).for_each(|(value, books)| add(value, books))
                }
                Tally::List(list) => list.into_iter().for_each(|value| add(value, 1)),
            }
        }
        let mut taken = |value: u32| sums.get_mut(usize::try_from(value).ok()?).map(std::mem::take);
        met.into_iter().filter_map(|value| Some((value, taken(value)?))).collect()
    })
}

/// A facet's values in words, the most frequent first and equals in the order of their names; `chosen` is among them.
pub(super) fn most_first(facet: usize, mut counted: Vec<(u32, u32)>, chosen: Option<u32>) -> Vec<Count> {
    let chosen = counted.iter().find(|(value, _)| chosen == Some(*value)).copied();
    if counted.len() > MOST {
        counted.select_nth_unstable_by_key(MOST, |(value, books)| (Reverse(*books), *value));
        counted.truncate(MOST);
        if let Some(chosen) = chosen.filter(|chosen| !counted.contains(chosen)) {
            counted.push(chosen);
        }
    }
    let mut counts = in_words(facet, &counted);
    counts.sort_by(|a, b| b.books.cmp(&a.books).then_with(|| a.value.cmp(&b.value)));
    counts
}

/// A facet's values in words, in their own order.
pub(super) fn in_order(facet: usize, mut counted: Vec<(u32, u32)>) -> Vec<Count> {
    counted.sort_unstable();
    in_words(facet, &counted)
}

fn in_words(facet: usize, counted: &[(u32, u32)]) -> Vec<Count> {
    let known = NAMES.get(facet).map(|names| names.known());
    let word = |value: u32| match facet {
        DECADE => ((i64::from(value) + FIRST_DECADE) * 10).to_string(),
        AVAILABILITY => Availability::word_at(value.into()).to_owned(),
        PRICE => value.to_string(),
        _ => known.as_ref().and_then(|known| known.at(value)).unwrap_or_default().to_owned(),
    };
    counted.iter().map(|(value, books)| Count { value: word(*value), books: (*books).into() }).collect()
}

/// Categories by their paths in order, from books by their set of them and books by each.
pub(super) fn categories(sets: Vec<(u32, u32)>, each: Vec<(u32, u32)>) -> Vec<Count> {
    let (sets_known, known) = (SHELVES.known(), CATEGORIES.known());
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    let mut add = |category: u32, books: u32| {
        if let Some(path) = known.at(category) {
            *sums.entry(path).or_insert(0) += u64::from(books);
        }
    };
    for (set, books) in sets {
        sets_known.at(set).into_iter().flatten().for_each(|category| add(*category, books));
    }
    each.into_iter().for_each(|(category, books)| add(category, books));
    sums.into_iter().map(|(path, books)| Count { value: path.to_owned(), books }).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn tally(end: usize, values: &[u32]) -> Tally {
        values.iter().fold(Tally::of(end), |mut tally, value| {
            tally.add(*value);
            tally
        })
    }

    #[test]
    fn segments_add_up_however_they_count() {
        let values = [3, 7, NOTHING, 3, 0];
        let sorted = |tallies| {
            let mut summed = sum(tallies);
            summed.sort_unstable();
            summed
        };
        for end in [8, FEW + 1] {
            assert_eq!(sorted(vec![tally(end, &values)]), [(0, 1), (3, 2), (7, 1)], "{end}");
        }
        let both = vec![tally(8, &values), tally(FEW + 1, &values), tally(8, &[])];
        assert_eq!(sorted(both), [(0, 2), (3, 4), (7, 2)]);
    }

    #[test]
    fn the_most_frequent_are_kept_and_what_is_chosen() {
        let end = u32::try_from(MOST).unwrap() + 50;
        let counted: Vec<(u32, u32)> = (0..end).map(|value| (value, end - value)).collect();
        let words = |chosen| -> Vec<String> {
            most_first(PRICE, counted.clone(), chosen).into_iter().map(|count| count.value).collect()
        };
        let first: Vec<String> = (0..MOST).map(|value| value.to_string()).collect();
        assert_eq!(words(None), first);
        assert_eq!(words(Some(3)), first);
        assert_eq!(words(Some(end - 1)).last(), Some(&(end - 1).to_string()));
        assert_eq!(words(Some(end)), first);
    }

    #[test]
    fn equals_stand_in_the_order_of_their_names() {
        let counts = most_first(PRICE, vec![(20, 1), (3, 1), (1, 5), (10, 1)], None);
        let words: Vec<&str> = counts.iter().map(|count| count.value.as_str()).collect();
        assert_eq!(words, ["1", "10", "20", "3"]);
    }
}
