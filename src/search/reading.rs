//! From words to a query of the index: what must be found, where it counts how much, and what to try next.
//!
//! Each word's weight is shared out by how rare it is; each field has a constant that a word found there is worth.
//! So a title beats an author, and an author a publisher, whatever the collection's frequencies are. Looser readings
//! include the stricter ones and put them first, a `TIER` apart.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use tantivy::query::{
    BooleanQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, Occur, PhraseQuery, Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Score, Searcher, Term};

use super::any_of::AnyOf;
use super::meant::Meant;
use super::near::{self, Near};
use super::schema::{self, Fields};
use super::sound;
use super::typed::{Clause, Scope};
use super::variants;
use super::whole;
use super::words::{self, Word};

/// What lies between a strict reading and the next looser one: more than any text is worth.
pub(super) const TIER: Score = 1000.0;

/// What a word is worth that was found in a title.
pub(super) const TITLE: Score = 8.0;
const AUTHOR: Score = 6.0;

/// What a word is worth that was found in another form than it was typed, beside the same word.
const SOUND: Score = 0.85;
const JOINED: Score = 0.9;
const UNFINISHED: Score = 0.8;
pub(super) const ONE_OFF: Score = 0.7;
const TWO_OFF: Score = 0.45;
/// What a title earns that begins with all that was typed.
const BEGUN: Score = 4.0;

/// Words that a title may have or lack without being another title.
const OPTIONAL: [&str; 4] = ["the", "a", "an", "and"];

/// Words near a typed one that are looked for in every field,
const MOST_NEAR: usize = 12;
/// and those further off that are looked for in titles and names only.
const MOST_FAR: usize = 100;

/// More words than any title that somebody types; the rest says nothing new.
const MOST_WORDS: usize = 16;

/// How freely the words are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Freedom {
    /// Every word as it was written, or as it sounds.
    Exact,
    /// The last one may be unfinished.
    Unfinished,
    /// One or two letters wrong.
    Close,
    /// Some of the words.
    Some,
}

/// How far a word is looked for.
#[derive(Clone, Copy)]
struct Reach {
    freedom: Freedom,
    /// Also in what the book is about and where it comes from.
    wide: bool,
}

/// A word of the question in one way of seeing it.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) word: Word,
    /// Its share of the score; all shares of a variant are one together.
    pub(super) weight: Score,
    pub(super) optional: bool,
}

/// A text, read once, to be turned into stricter or looser queries.
pub(super) struct Text<'a> {
    searcher: &'a Searcher,
    fields: Fields,
    /// Ways to see the words: as typed first, then with neighbours joined and numbers in digits.
    variants: Vec<Vec<Asked>>,
    /// The words as a volume of a series, if they can be that.
    volume: Option<Box<dyn Query>>,
    /// Titles that begin with the text, looked for by the readings that ask.
    begun: OnceCell<Option<Box<dyn Query>>>,
    /// Titles that are the text, however it is parted.
    squashed: Option<Box<dyn Query>>,
    /// What was probably meant, looked for when something asks.
    meant: OnceCell<Option<Meant>>,
    text: String,
    whole: Vec<(&'static str, Box<dyn Query>)>,
    clauses: Vec<Box<dyn Query>>,
    /// Words near those of the text: every looser reading asks for them again.
    spelt: Cache,
    beginnings: Cache,
}

type Cache = RefCell<HashMap<String, Rc<[Near]>>>;

impl<'a> Text<'a> {
    /// Reads free words and clauses; `None` when there is no word in either.
    pub(super) fn read(text: &str, clauses: &[Clause], searcher: &'a Searcher) -> tantivy::Result<Option<Text<'a>>> {
        let fields = schema::fields();
        let typed = clauses;
        let clauses: Vec<Box<dyn Query>> = clauses.iter().filter_map(|clause| scoped(clause, fields)).collect();
        let mut split = words::split(text);
        split.truncate(MOST_WORDS);
        if split.is_empty() && clauses.is_empty() {
            return Ok(None);
        }
        let mut weighted = Vec::new();
        for words in variants::of(split, searcher, fields)? {
            weighted.push(weigh(words, searcher, fields)?);
        }
        let quoted = quoted(text, typed);
        let whole = whole::bonuses(&quoted, searcher, fields, 1.0)?;
        let folded = crate::kernel::text::fold(text);
        let folded: Vec<&str> = folded.split(' ').collect();
        let volume = whole::volume(&folded, fields, TITLE);
        let key = whole::title_key(text);
        let squashed = (!key.is_empty()).then(|| term(fields.squashed, &whole::squashed(&key), TITLE * JOINED));
        Ok(Some(Text {
            searcher,
            fields,
            variants: weighted,
            volume,
            begun: OnceCell::new(),
            squashed,
            meant: OnceCell::new(),
            text: text.to_owned(),
            whole,
            clauses,
            spelt: Cache::default(),
            beginnings: Cache::default(),
        }))
    }

    /// The query of a reading, with every stricter one before it.
    pub(super) fn query(&self, freedom: Freedom) -> tantivy::Result<Box<dyn Query>> {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = vec![(Occur::Must, self.words(freedom, true)?)];
        clauses.extend(self.clauses.iter().map(|query| (Occur::Must, query.box_clone())));
        // What a word of a description fits is not what was typed, only near it.
        let meant = if freedom >= Freedom::Close { self.meant()? } else { None };
        if freedom >= Freedom::Close && !meant.is_some_and(|meant| meant.sure) {
            clauses.push((Occur::Should, worth_of(self.words(Freedom::Unfinished, false)?, TIER)));
        }
        if freedom >= Freedom::Some {
            clauses.push((Occur::Should, worth_of(self.words(Freedom::Close, false)?, TIER)));
        }
        if freedom >= Freedom::Unfinished {
            clauses.extend(self.begun()?.iter().map(|query| (Occur::Should, worth_of(query.box_clone(), BEGUN))));
        }
        let whole = self.whole.iter().chain(meant.into_iter().flat_map(|meant| &meant.whole));
        clauses.extend(whole.map(|(_, query)| (Occur::Should, query.box_clone())));
        Ok(Box::new(BooleanQuery::new(clauses)))
    }

    /// The reasons beyond single words that can lift a hit, by name.
    pub(super) fn reasons(&self) -> impl Iterator<Item = (&'static str, &dyn Query)> {
        self.whole.iter().map(|(name, query)| (*name, query.as_ref()))
    }

    /// Whether a book is exactly what was asked for: then nobody needs what only comes close.
    pub(super) fn is_met(&self) -> tantivy::Result<bool> {
        let whole = self.whole.iter().filter(|(name, _)| whole::SURE.contains(name));
        let whole: Vec<Box<dyn Query>> = whole.map(|(_, query)| query.box_clone()).collect();
        let whole: Box<dyn Query> = Box::new(DisjunctionMaxQuery::new(whole));
        let both = BooleanQuery::intersection(vec![self.words(Freedom::Exact, false)?, whole]);
        Ok(self.searcher.search(&both, &tantivy::collector::Count)? > 0)
    }

    /// What was probably meant.
    pub(super) fn meant(&self) -> tantivy::Result<Option<&Meant>> {
        let meant = once(&self.meant, || Meant::of(&self.text, self.typed(), self.searcher, self.fields))?;
        Ok(meant.as_ref())
    }

    fn begun(&self) -> tantivy::Result<&Option<Box<dyn Query>>> {
        once(&self.begun, || titles_begun(&whole::title_key(&self.text), self.searcher, self.fields))
    }

    /// Whether the last word is too short to be more than the beginning of one.
    pub(super) fn is_begun(&self) -> bool {
        let words = self.typed();
        let short = |asked: &Asked| asked.word.parts.concat().chars().count() <= 2 && !is_count(&asked.word);
        words.len() > 1 && words.last().is_some_and(short)
    }

    /// The words as typed.
    pub(super) fn typed(&self) -> &[Asked] {
        self.variants.first().map_or(&[], Vec::as_slice)
    }

    fn words(&self, freedom: Freedom, wide: bool) -> tantivy::Result<Box<dyn Query>> {
        let mut ways: Vec<Box<dyn Query>> = Vec::with_capacity(self.variants.len());
        for words in self.variants.iter().filter(|words| !words.is_empty()) {
            let reach = Reach { freedom, wide };
            ways.push(if freedom == Freedom::Some { self.any(words)? } else { self.all(words, reach)? });
        }
        ways.extend(self.volume.iter().chain(&self.squashed).map(|query| query.box_clone()));
        if freedom >= Freedom::Unfinished {
            ways.extend(self.begun()?.iter().map(|query| query.box_clone()));
        }
        Ok(match ways.len() {
            0 => Box::new(tantivy::query::AllQuery),
            1 => ways.pop().unwrap_or_else(|| Box::new(EmptyQuery)),
            _ => Box::new(DisjunctionMaxQuery::new(ways)),
        })
    }

    fn all(&self, words: &[Asked], reach: Reach) -> tantivy::Result<Box<dyn Query>> {
        let mut clauses = Vec::with_capacity(words.len());
        for (at, asked) in words.iter().enumerate() {
            let occur = if asked.optional { Occur::Should } else { Occur::Must };
            clauses.push((occur, self.alternatives(asked, at + 1 == words.len(), reach)?));
        }
        Ok(Box::new(BooleanQuery::new(clauses)))
    }

    fn any(&self, words: &[Asked]) -> tantivy::Result<Box<dyn Query>> {
        let reach = Reach { freedom: Freedom::Close, wide: true };
        let mut some = Vec::new();
        for (at, asked) in words.iter().enumerate().filter(|(_, asked)| !asked.optional) {
            some.push((Occur::Should, self.alternatives(asked, at + 1 == words.len(), reach)?));
        }
        let least = some.len().div_ceil(2);
        Ok(Box::new(BooleanQuery::with_minimum_required_clauses(some, least)))
    }

    /// One word of the query: all its parts, or its joined form.
    fn alternatives(&self, asked: &Asked, last: bool, reach: Reach) -> tantivy::Result<Box<dyn Query>> {
        let parts = &asked.word.parts;
        let share = match parts.len() {
            0 | 1 => 1.0,
            2 => 0.5,
            3 => 1.0 / 3.0,
            _ => 0.25,
        };
        let unfinished = last && reach.freedom >= Freedom::Unfinished;
        let alone = asked.word.joined.is_none();
        let mut apart = Vec::with_capacity(parts.len());
        for part in parts {
            apart.push(self.anywhere(part, asked.weight * share, unfinished && alone, reach)?);
        }
        let apart: Box<dyn Query> = Box::new(BooleanQuery::intersection(apart));
        Ok(match &asked.word.joined {
            None => apart,
            Some(joined) => {
                let joined = self.anywhere(joined, asked.weight, unfinished, reach)?;
                Box::new(DisjunctionMaxQuery::new(vec![apart, joined]))
            }
        })
    }

    /// One term in the field where it is worth most, as it is, as it sounds, and as it may have been meant.
    fn anywhere(&self, text: &str, weight: Score, unfinished: bool, reach: Reach) -> tantivy::Result<Box<dyn Query>> {
        let mut places: Vec<Box<dyn Query>> = Vec::new();
        self.everywhere(&mut places, text, weight, reach.wide);
        if text.len() >= 6 {
            places.push(term(self.fields.joined, text, weight * TITLE * JOINED));
        }
        if let Some(key) = sound::key(text) {
            places.push(term(self.fields.sound_author, &key, weight * AUTHOR * SOUND));
            places.push(term(self.fields.sound_title, &key, weight * TITLE * SOUND * SOUND));
        }
        if unfinished {
            for Near { term, .. } in self.beginnings(text)?.iter() {
                self.everywhere(&mut places, term, weight * UNFINISHED, false);
            }
        }
        if reach.freedom >= Freedom::Close {
            let near = self.spelt_like(text)?;
            for Near { term, distance, .. } in near.iter().take(MOST_NEAR) {
                let worth = if *distance <= 1 { ONE_OFF } else { TWO_OFF };
                self.everywhere(&mut places, term, weight * worth, false);
            }
            let far = near.iter().skip(MOST_NEAR).take(MOST_FAR).map(|near| near.term.as_str());
            places.extend(self.any_of(&[self.fields.title, self.fields.author], far, weight * AUTHOR * TWO_OFF));
            if is_number(text) {
                let near = near::within(self.searcher, self.fields.isbn, text, 1)?;
                let near = near.iter().take(MOST_NEAR).map(|near| near.term.as_str());
                places.extend(self.any_of(&[self.fields.isbn], near, weight * TITLE * ONE_OFF));
            }
        }
        Ok(Box::new(DisjunctionMaxQuery::new(places)))
    }

    fn spelt_like(&self, word: &str) -> tantivy::Result<Rc<[Near]>> {
        cached(&self.spelt, word, || near::spelt_like(self.searcher, self.fields.spelling, word))
    }

    fn beginnings(&self, word: &str) -> tantivy::Result<Rc<[Near]>> {
        cached(&self.beginnings, word, || near::beginnings(self.searcher, self.fields.spelling, word))
    }

    /// Any of many terms, all worth the same.
    fn any_of<'t>(
        &self, fields: &[Field], terms: impl Iterator<Item = &'t str>, worth: Score,
    ) -> Option<Box<dyn Query>> {
        let terms: Vec<Term> =
            terms.flat_map(|text| fields.iter().map(move |field| Term::from_field_text(*field, text))).collect();
        (!terms.is_empty()).then(|| worth_of(Box::new(AnyOf(terms)), worth))
    }

    fn everywhere(&self, places: &mut Vec<Box<dyn Query>>, text: &str, weight: Score, wide: bool) {
        places.extend(is_number(text).then(|| term(self.fields.isbn, text, weight * TITLE)));
        places.extend(named(self.fields).map(|(field, worth)| term(field, text, weight * worth)));
        if wide {
            places.extend(around(self.fields).map(|(field, worth)| term(field, text, weight * worth)));
        }
    }
}

/// Whether a word looks like an ISBN.
fn is_number(word: &str) -> bool {
    word.len() >= 9 && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'x')
}

/// What the cell holds, made now if it is empty.
fn once<T>(cell: &OnceCell<T>, make: impl FnOnce() -> tantivy::Result<T>) -> tantivy::Result<&T> {
    match cell.get() {
        Some(made) => Ok(made),
        None => {
            let made = make()?;
            Ok(cell.get_or_init(|| made))
        }
    }
}

fn cached(cache: &Cache, word: &str, find: impl FnOnce() -> tantivy::Result<Vec<Near>>) -> tantivy::Result<Rc<[Near]>> {
    if let Some(found) = cache.borrow().get(word) {
        return Ok(Rc::clone(found));
    }
    let found: Rc<[Near]> = find()?.into();
    cache.borrow_mut().insert(word.to_owned(), Rc::clone(&found));
    Ok(found)
}

/// What a book is called and who made it.
fn named(fields: Fields) -> impl Iterator<Item = (Field, Score)> {
    [(fields.title, TITLE), (fields.author, AUTHOR), (fields.series, 5.0), (fields.also, 4.0), (fields.people, 2.5)]
        .into_iter()
}

/// What it is about and where it comes from.
fn around(fields: Fields) -> impl Iterator<Item = (Field, Score)> {
    [(fields.subject, 2.0), (fields.publisher, 1.0), (fields.description, 0.4)].into_iter()
}

/// Words that a reader wants in one place, or in a row.
fn scoped(clause: &Clause, fields: Fields) -> Option<Box<dyn Query>> {
    let places: Vec<Field> = match clause.scope {
        Scope::Anywhere => {
            vec![fields.title, fields.also, fields.series, fields.author, fields.people, fields.description]
        }
        Scope::Title => vec![fields.title, fields.also],
        Scope::Author => vec![fields.author, fields.people],
        Scope::Publisher => vec![fields.publisher],
        Scope::Subject => vec![fields.subject],
        Scope::Series => vec![fields.series],
    };
    let parts: Vec<String> = match clause.in_a_row {
        true => words::row(&clause.text),
        false => words::split(&clause.text).into_iter().flat_map(|word| word.parts).collect(),
    };
    if parts.is_empty() {
        return None;
    }
    let in_a_row = clause.in_a_row && parts.len() > 1;
    let ways = places.into_iter().zip([TITLE, 4.0, 5.0, AUTHOR, 2.5, 0.4]).map(|(field, worth)| {
        let terms: Vec<Term> = parts.iter().map(|part| Term::from_field_text(field, part)).collect();
        let found: Box<dyn Query> = if in_a_row {
            Box::new(PhraseQuery::new(terms))
        } else {
            let each = terms
                .into_iter()
                .map(|term| Box::new(TermQuery::new(term, IndexRecordOption::Basic)) as Box<dyn Query>);
            Box::new(BooleanQuery::intersection(each.collect()))
        };
        worth_of(found, worth)
    });
    Some(Box::new(DisjunctionMaxQuery::new(ways.collect())))
}

pub(super) fn term(field: Field, text: &str, worth: Score) -> Box<dyn Query> {
    worth_of(Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic)), worth)
}

pub(super) fn worth_of(query: Box<dyn Query>, worth: Score) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, worth))
}

fn weigh(words: Vec<Word>, searcher: &Searcher, fields: Fields) -> tantivy::Result<Vec<Asked>> {
    let is_optional = |word: &Word| word.parts.iter().all(|part| OPTIONAL.contains(&part.as_str()));
    let only_optional = words.iter().all(is_optional);
    let mut weighted = Vec::with_capacity(words.len());
    for word in words {
        let weight = rarity(&word, searcher, fields)?;
        weighted.push(Asked { weight, optional: !only_optional && is_optional(&word), word });
    }
    let sum: Score = weighted.iter().map(|asked| asked.weight).sum();
    weighted.iter_mut().for_each(|asked| asked.weight /= sum);
    Ok(weighted)
}

/// The free words with those in quotes, for what they may be as a whole.
fn quoted(text: &str, clauses: &[Clause]) -> String {
    let quotes = clauses.iter().filter(|clause| clause.scope == Scope::Anywhere || clause.scope == Scope::Title);
    let all: Vec<&str> = [text].into_iter().chain(quotes.map(|clause| clause.text.as_str())).collect();
    all.join(" ")
}

fn is_count(word: &Word) -> bool {
    word.parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Titles that begin with a key long enough to mean something.
fn titles_begun(key: &str, searcher: &Searcher, fields: Fields) -> tantivy::Result<Option<Box<dyn Query>>> {
    if key.chars().count() < 3 {
        return Ok(None);
    }
    let titles = near::begun(searcher, fields.exact, key)?;
    let terms: Vec<Term> = titles.iter().map(|title| Term::from_field_text(fields.exact, title)).collect();
    Ok((!terms.is_empty()).then(|| worth_of(Box::new(AnyOf(terms)), TITLE * UNFINISHED)))
}

/// How rare a word is where it is commonest: between about a half and fifteen.
fn rarity(word: &Word, searcher: &Searcher, fields: Fields) -> tantivy::Result<Score> {
    let mut commonest = 0;
    for part in &word.parts {
        for (field, _) in named(fields) {
            commonest = commonest.max(searcher.doc_freq(&Term::from_field_text(field, part))?);
        }
    }
    let count = |number: u64| f32::from(u16::try_from(number.min(60_000)).unwrap_or(u16::MAX));
    let share = (count(commonest) + 0.5) / (count(searcher.num_docs()) + 1.0);
    Ok((1.0 + 1.0 / share).ln())
}
