//! Words of the index that a typed word may have meant.

use std::collections::HashMap;

use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

/// Words that begin so; a reader types on before more help.
const MOST_BEGINNINGS: usize = 40;

/// Whole titles that begin so.
const MOST_BEGUN: usize = 200;

/// A word of the index near the typed one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Near {
    pub(super) term: String,
    /// Letters that differ.
    pub(super) distance: u8,
    /// Books that have it.
    pub(super) books: u64,
}

/// Words with one or two letters other than `word`, by its length; years and volume numbers are never guessed at.
pub(super) fn spelt_like(searcher: &Searcher, field: Field, word: &str) -> tantivy::Result<Vec<Near>> {
    let distance = match word.chars().count() {
        0..=2 => return Ok(Vec::new()),
        3..=5 => 1,
        _ => 2,
    };
    if word.chars().all(|c| c.is_ascii_digit()) {
        return Ok(Vec::new());
    }
    within(searcher, field, word, distance)
}

/// Terms at most `distance` letters from `word`, the nearest first.
pub(super) fn within(searcher: &Searcher, field: Field, word: &str, distance: u8) -> tantivy::Result<Vec<Near>> {
    let mut found: HashMap<String, u64> = HashMap::new();
    let query = FuzzyTermQuery::new(Term::from_field_text(field, word), distance, true);
    let automaton = query.automaton()?;
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut stream = index.terms().search(&automaton).into_stream()?;
        while stream.advance() {
            if let Ok(term) = std::str::from_utf8(stream.key()).map(str::to_owned) {
                *found.entry(term).or_insert(0) += u64::from(stream.value().doc_freq);
            }
        }
    }
    found.remove(word);
    let first = word.chars().next();
    let mut near: Vec<(Near, bool)> = found
        .into_iter()
        .map(|(term, books)| {
            let distance = if distance == 1 { 1 } else { letters_apart(word, &term) };
            let begins_otherwise = term.chars().next() != first;
            (Near { term, distance, books }, begins_otherwise)
        })
        .collect();
    // Few mistake a word's first letter; among equals the commoner word is meant.
    near.sort_by(|a, b| {
        (a.0.distance, a.1).cmp(&(b.0.distance, b.1)).then(b.0.books.cmp(&a.0.books)).then(a.0.term.cmp(&b.0.term))
    });
    Ok(near.into_iter().map(|(near, ..)| near).collect())
}

/// Words that begin with `word`, the commonest first.
pub(super) fn beginnings(searcher: &Searcher, field: Field, word: &str) -> tantivy::Result<Vec<Near>> {
    if word.chars().count() < 2 {
        return Ok(Vec::new());
    }
    let mut found: HashMap<String, u64> = HashMap::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut stream = index.terms().range().ge(word.as_bytes()).into_stream()?;
        while stream.advance() && stream.key().starts_with(word.as_bytes()) {
            if let Ok(term) = std::str::from_utf8(stream.key()).map(str::to_owned) {
                *found.entry(term).or_insert(0) += u64::from(stream.value().doc_freq);
            }
        }
    }
    found.remove(word);
    let mut all: Vec<(String, u64)> = found.into_iter().collect();
    all.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    all.truncate(MOST_BEGINNINGS);
    Ok(all.into_iter().map(|(term, books)| Near { term, distance: 0, books }).collect())
}

/// Terms of the field that begin with `text`, at most `MOST_BEGUN` of each segment.
pub(super) fn begun(searcher: &Searcher, field: Field, text: &str) -> tantivy::Result<Vec<String>> {
    let mut found = Vec::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut stream = index.terms().range().ge(text.as_bytes()).into_stream()?;
        let mut left = MOST_BEGUN;
        while left > 0 && stream.advance() && stream.key().starts_with(text.as_bytes()) {
            found.extend(std::str::from_utf8(stream.key()).map(str::to_owned));
            left -= 1;
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// How many letters must be put in, taken out, changed or swapped with their neighbour.
pub(super) fn letters_apart(one: &str, other: &str) -> u8 {
    let other: Vec<char> = other.chars().collect();
    let width = other.len() + 1;
    let cell = |row: &[u8], column: usize| row.get(column).copied().unwrap_or(u8::MAX);
    // The rows of the last two letters and the one at hand.
    let (mut second, mut last): (Vec<u8>, Vec<u8>) = (vec![u8::MAX; width], (0..=u8::MAX).take(width).collect());
    let mut before = None;
    for (letter, length) in one.chars().zip((1..=u8::MAX).chain(std::iter::repeat(u8::MAX))) {
        let mut row = Vec::with_capacity(width);
        row.push(length);
        for (column, against) in other.iter().enumerate() {
            let changed = cell(&last, column).saturating_add(u8::from(letter != *against));
            let moved = cell(&row, column).min(cell(&last, column + 1)).saturating_add(1);
            let swapped = column > 0 && before == Some(*against) && other.get(column - 1) == Some(&letter);
            let swap = if swapped { cell(&second, column - 1).saturating_add(1) } else { u8::MAX };
            row.push(changed.min(moved).min(swap));
        }
        before = Some(letter);
        second = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_differ_are_counted_and_swaps_are_one() {
        for (one, other, letters) in [
            ("kitten", "sitting", 3),
            ("frankenstien", "frankenstein", 1),
            ("farenhiet", "fahrenheit", 2),
            ("", "ab", 2),
        ] {
            assert_eq!(letters_apart(one, other), letters, "{one} {other}");
        }
    }
}
