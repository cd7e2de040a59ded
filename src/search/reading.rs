//! From words to a query of the index: what must be found, where it counts how much, and what to try next.
//!
//! Each word's weight is shared out by how rare it is; each field has a constant that a word found there is worth.
//! So a title beats an author, and an author a publisher, whatever the collection's frequencies are.

use tantivy::query::{
    BooleanQuery, ConstScoreQuery, DisjunctionMaxQuery, FuzzyTermQuery, Occur, PhraseQuery, Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Score, Searcher, Term};

use super::schema::{self, Fields};
use super::words::{self, Word, name_key};
use crate::kernel::text::sort_title;

/// What a whole match adds to the words' own worth, which is at most `TITLE`.
const EXACT: Score = 14.0;
const NAME: Score = 9.0;
const PHRASE: Score = 2.0;
/// Little, because books about a book begin with its title too.
const HEAD: Score = 0.5;
const TITLE: Score = 8.0;

/// What a nearly right word is worth beside the right one.
const NEARLY: Score = 0.6;

/// Words that a title may have or lack without being another title.
const OPTIONAL: [&str; 4] = ["the", "a", "an", "and"];

/// More words than any title that somebody types; the rest says nothing new.
const MOST_WORDS: usize = 16;

/// A query text, read once, to be turned into stricter or looser queries.
pub(super) struct Text {
    words: Vec<Weighted>,
    whole: Vec<Box<dyn Query>>,
    fields: Fields,
}

struct Weighted {
    word: Word,
    /// Its share of the score; all shares are one together.
    weight: Score,
    optional: bool,
}

impl Text {
    /// Reads a text; `None` when it has no word.
    pub(super) fn read(text: &str, searcher: &Searcher) -> tantivy::Result<Option<Text>> {
        let mut split = words::split(text);
        split.truncate(MOST_WORDS);
        if split.is_empty() {
            return Ok(None);
        }
        let fields = schema::fields();
        let is_optional = |word: &Word| word.parts.iter().all(|part| OPTIONAL.contains(&part.as_str()));
        let only_optional = split.iter().all(is_optional);
        let mut weighted = Vec::with_capacity(split.len());
        for word in split {
            let weight = rarity(&word, searcher, fields)?;
            weighted.push(Weighted { weight, optional: !only_optional && is_optional(&word), word });
        }
        let sum: Score = weighted.iter().map(|word| word.weight).sum();
        weighted.iter_mut().for_each(|word| word.weight /= sum);
        let whole = whole(text, &weighted, fields);
        Ok(Some(Text { words: weighted, whole, fields }))
    }

    /// Every word as it was written, in whichever field.
    pub(super) fn exact(&self) -> Box<dyn Query> {
        self.all(|at| self.alternatives(at, false))
    }

    /// Every word, one letter wrong at most; the last may be unfinished.
    pub(super) fn close(&self) -> Box<dyn Query> {
        self.all(|at| self.alternatives(at, true))
    }

    /// At least one of the words that say something.
    pub(super) fn any(&self) -> Box<dyn Query> {
        let words = self.words.iter().enumerate().filter(|(_, word)| !word.optional);
        let some: Vec<Box<dyn Query>> = words.map(|(at, _)| self.alternatives(at, true)).collect();
        let mut clauses = vec![(Occur::Must, Box::new(BooleanQuery::union(some)) as Box<dyn Query>)];
        clauses.extend(self.bonuses());
        Box::new(BooleanQuery::new(clauses))
    }

    fn all(&self, alternatives: impl Fn(usize) -> Box<dyn Query>) -> Box<dyn Query> {
        let occur = |optional| if optional { Occur::Should } else { Occur::Must };
        let words = self.words.iter().enumerate().map(|(at, word)| (occur(word.optional), alternatives(at)));
        Box::new(BooleanQuery::new(words.chain(self.bonuses()).collect()))
    }

    fn bonuses(&self) -> impl Iterator<Item = (Occur, Box<dyn Query>)> + '_ {
        self.whole.iter().map(|query| (Occur::Should, query.box_clone()))
    }

    /// One word of the query: all its parts, or its joined form.
    fn alternatives(&self, at: usize, loose: bool) -> Box<dyn Query> {
        let Some(Weighted { word, weight, .. }) = self.words.get(at) else {
            return Box::new(tantivy::query::EmptyQuery);
        };
        let last = loose && at + 1 == self.words.len();
        let term = |term: &str, share: Score, last: bool| self.anywhere(term, *weight * share, loose, last);
        let share = match word.parts.len() {
            0 | 1 => 1.0,
            2 => 0.5,
            3 => 1.0 / 3.0,
            _ => 0.25,
        };
        let parts: Vec<Box<dyn Query>> =
            word.parts.iter().map(|part| term(part, share, last && word.joined.is_none())).collect();
        match &word.joined {
            None => Box::new(BooleanQuery::intersection(parts)),
            Some(joined) => {
                let apart: Box<dyn Query> = Box::new(BooleanQuery::intersection(parts));
                Box::new(DisjunctionMaxQuery::new(vec![apart, term(joined, 1.0, last)]))
            }
        }
    }

    /// One term in the field where it is worth most.
    fn anywhere(&self, text: &str, weight: Score, loose: bool, unfinished: bool) -> Box<dyn Query> {
        let mut places: Vec<Box<dyn Query>> = Vec::new();
        for (field, worth) in searched(self.fields, text) {
            let term = Term::from_field_text(field, text);
            let worth = worth * weight;
            places.push(worth_of(TermQuery::new(term.clone(), IndexRecordOption::Basic), worth));
            if loose {
                places.extend(nearly(term, text, unfinished).map(|query| worth_of(query, worth * NEARLY)));
            }
        }
        Box::new(DisjunctionMaxQuery::new(places))
    }
}

/// The fields a term is looked for in, and what it is worth there.
fn searched(fields: Fields, text: &str) -> impl Iterator<Item = (Field, Score)> {
    let is_number = text.len() >= 9 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'x');
    let isbn = is_number.then_some((fields.isbn, TITLE));
    let words = [
        (fields.title, TITLE),
        (fields.author, 6.0),
        (fields.series, 4.0),
        (fields.also, 3.0),
        (fields.people, 2.0),
        (fields.publisher, 1.0),
    ];
    words.into_iter().chain(isbn)
}

/// One letter wrong in words long enough to be recognised; years and volume numbers are never guessed at.
fn nearly(term: Term, text: &str, unfinished: bool) -> Option<FuzzyTermQuery> {
    let length = text.chars().count();
    let is_short_number = length < 9 && text.chars().all(|c| c.is_ascii_digit());
    let distance = u8::from(length >= 4 && !is_short_number);
    match (unfinished && length >= 2, distance) {
        (true, distance) => Some(FuzzyTermQuery::new_prefix(term, distance, true)),
        (false, 1) => Some(FuzzyTermQuery::new(term, 1, true)),
        (false, _) => None,
    }
}

fn worth_of(query: impl Query, worth: Score) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(Box::new(query), worth))
}

/// How rare a word is where it is commonest: between about a half and fifteen.
fn rarity(word: &Word, searcher: &Searcher, fields: Fields) -> tantivy::Result<Score> {
    let mut commonest = 0;
    for part in &word.parts {
        for (field, _) in searched(fields, part) {
            commonest = commonest.max(searcher.doc_freq(&Term::from_field_text(field, part))?);
        }
    }
    let count = |number: u64| f32::from(u16::try_from(number.min(60_000)).unwrap_or(u16::MAX));
    let share = (count(commonest) + 0.5) / (count(searcher.num_docs()) + 1.0);
    Ok((1.0 + 1.0 / share).ln())
}

/// The whole text as a title, as the head of one, as somebody's name, and as words in a row.
fn whole(text: &str, words: &[Weighted], fields: Fields) -> Vec<Box<dyn Query>> {
    let keys = [
        (fields.exact, sort_title(text), EXACT),
        (fields.head, sort_title(text), HEAD),
        (fields.name, name_key(text), NAME),
    ];
    let mut queries: Vec<Box<dyn Query>> = Vec::new();
    for (field, key, worth) in keys {
        if !key.is_empty() {
            queries.push(worth_of(TermQuery::new(Term::from_field_text(field, &key), IndexRecordOption::Basic), worth));
        }
    }
    let row: Vec<Term> =
        words.iter().flat_map(|word| &word.word.parts).map(|part| Term::from_field_text(fields.title, part)).collect();
    if row.len() > 1 {
        queries.push(worth_of(PhraseQuery::new(row), PHRASE));
    }
    queries
}
