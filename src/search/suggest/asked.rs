//! The words of a text that is being typed, and where they are looked for.

use tantivy::query::{BooleanQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

use super::Place;
use crate::search::near::{self, Near};
use crate::search::schema::{self, BEGUN_LETTERS};
use crate::search::words::{self, Word};

/// More words than any title that somebody types.
const MOST_WORDS: usize = 12;
/// Fewer digits may be anything; so many begin an ISBN.
const DIGITS_OF_ISBN: usize = 7;
/// ISBNs of a segment that are offered for their beginning.
const MOST_ISBNS: usize = 10;
/// Words that a title may have or lack without being another title.
const OPTIONAL: [&str; 4] = ["the", "a", "an", "and"];

/// A text that is being typed.
pub(super) struct Asked {
    pub(super) text: String,
    words: Vec<Typed>,
    /// The beginning of an ISBN.
    number: Option<String>,
}

/// One of its words.
struct Typed {
    /// What it may mean; the first as it was typed.
    ways: Vec<Word>,
    /// It may go on: the last one.
    open: bool,
}

impl Asked {
    /// Reads a text; `None` when there is no word in it.
    pub(super) fn read(text: &str) -> Option<Asked> {
        let mut split = words::split(text);
        split.truncate(MOST_WORDS);
        let last = split.len().checked_sub(1)?;
        let is_optional = |word: &Word| word.parts.iter().all(|part| OPTIONAL.contains(&part.as_str()));
        let words = split.into_iter().enumerate().filter(|(at, word)| *at == last || !is_optional(word));
        let words = words.map(|(at, word)| Typed { ways: vec![word], open: at == last }).collect();
        let is_number = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ' ' | 'x' | 'X'));
        let number: String = text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        let number = (is_number && number.len() >= DIGITS_OF_ISBN).then_some(number);
        Some(Asked { text: text.to_owned(), words, number })
    }

    /// The same with a letter or two wrong in each word.
    pub(super) fn nearly(&self, searcher: &Searcher) -> tantivy::Result<Asked> {
        let spelling = schema::fields().spelling;
        let mut words = Vec::with_capacity(self.words.len());
        for Typed { ways, open } in &self.words {
            let mut ways = ways.clone();
            if let Some(spelt) = ways.first().map(|word| word.parts.concat()) {
                let near = near::spelt_like(searcher, spelling, &spelt)?;
                ways.extend(near.into_iter().map(|Near { term, .. }| Word::new(vec![term])));
            }
            words.push(Typed { ways, open: *open });
        }
        Ok(Asked { text: self.text.clone(), words, number: None })
    }

    /// What is to be found of it in a place.
    pub(super) fn query(&self, searcher: &Searcher, place: &Place) -> tantivy::Result<BooleanQuery> {
        let mut all = Vec::with_capacity(self.words.len());
        for Typed { ways, open } in &self.words {
            let mut alternatives = Vec::with_capacity(ways.len());
            for (at, word) in ways.iter().enumerate() {
                // A word that was guessed is a whole one.
                alternatives.push(place.word(searcher, word, *open && at == 0)?);
            }
            all.push(union(alternatives));
        }
        let Some(number) = &self.number else { return Ok(BooleanQuery::intersection(all)) };
        let mut numbers = isbns(searcher, number)?;
        numbers.push(Box::new(BooleanQuery::intersection(all)));
        Ok(BooleanQuery::union(numbers))
    }

    /// Whether a name has all the words, in any order.
    pub(super) fn fits(&self, name: &str) -> bool {
        let said = words::split(name);
        let has = |part: &str, open: bool| {
            let mut forms = said.iter().flat_map(|word| word.parts.iter().chain(&word.joined));
            forms.any(|form| if open || is_initial(part) { form.starts_with(part) } else { form == part })
        };
        self.words.iter().all(|typed| {
            typed.ways.iter().enumerate().any(|(at, word)| {
                let open = typed.open && at == 0;
                let last = word.parts.len() - 1;
                word.joined.as_ref().is_some_and(|joined| has(joined, open))
                    || word.parts.iter().enumerate().all(|(at, part)| has(part, open && at == last))
            })
        })
    }
}

impl Place {
    /// A word: all its parts, the last of them open if the word is, or its joined form.
    fn word(&self, searcher: &Searcher, word: &Word, open: bool) -> tantivy::Result<Box<dyn Query>> {
        let last = word.parts.len() - 1;
        let mut parts = Vec::with_capacity(word.parts.len());
        for (at, part) in word.parts.iter().enumerate() {
            parts.push(self.part(searcher, part, open && at == last)?);
        }
        let mut ways: Vec<Box<dyn Query>> = vec![Box::new(BooleanQuery::intersection(parts))];
        if let Some(joined) = &word.joined {
            ways.push(self.part(searcher, joined, open)?);
        }
        Ok(union(ways))
    }

    fn part(&self, searcher: &Searcher, part: &str, open: bool) -> tantivy::Result<Box<dyn Query>> {
        if !open && !is_initial(part) {
            return Ok(term(self.words, part));
        }
        if part.chars().count() <= BEGUN_LETTERS {
            return Ok(term(schema::fields().begun, &format!("{}{part}", self.letter)));
        }
        let mut ways = vec![term(self.words, part)];
        ways.extend(near::beginnings(searcher, self.words, part)?.iter().map(|near| term(self.words, &near.term)));
        Ok(union(ways))
    }
}

/// `U. K. Le Guin` is begun three times.
fn is_initial(part: &str) -> bool {
    part.chars().count() == 1
}

/// The first ISBNs that begin so; a beginning that many have says nothing yet.
fn isbns(searcher: &Searcher, number: &str) -> tantivy::Result<Vec<Box<dyn Query>>> {
    let isbn = schema::fields().isbn;
    let mut found = Vec::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(isbn)?;
        let mut stream = index.terms().range().ge(number.as_bytes()).into_stream()?;
        for _ in 0..MOST_ISBNS {
            if !stream.advance() || !stream.key().starts_with(number.as_bytes()) {
                break;
            }
            found.extend(std::str::from_utf8(stream.key()).ok().map(|number| term(isbn, number)));
        }
    }
    Ok(found)
}

fn term(field: Field, text: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic))
}

fn union(mut ways: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    match ways.pop() {
        Some(only) if ways.is_empty() => only,
        last => Box::new(BooleanQuery::union(ways.into_iter().chain(last).collect())),
    }
}
