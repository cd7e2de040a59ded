//! What the question is as a whole: a title, somebody's name, a volume of a series, a title with its author.

use tantivy::query::{BooleanQuery, Occur, PhraseQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{Score, Term};

use super::numbers;
use super::reading::{Asked, term, worth_of};
use super::schema::Fields;
use super::words::name_key;
use crate::kernel::text::{fold, sort_title};

/// What a whole match adds to the words' own worth, which is at most 8.
const EXACT: Score = 14.0;
const SQUASHED: Score = 12.0;
const TITLE_AND_AUTHOR: Score = 13.0;
const VOLUME: Score = 13.0;
const NAME: Score = 12.0;
const SERIES: Score = 9.0;
const SURNAME: Score = 5.0;
const PHRASE: Score = 2.0;
/// Little, because books about a book begin with its title too.
const HEAD: Score = 0.5;

/// Words between a series and a volume's number.
const VOLUME_WORDS: [&str; 8] = ["book", "vol", "volume", "part", "no", "number", "nr", "band"];

/// The key under which a title is met in any writing: folded, without article, numbers in digits.
pub(super) fn title_key(title: &str) -> String {
    numbers::in_digits(&sort_title(title))
}

/// A title key without its spaces: `great gatsby` and `greatgatsby` are one.
pub(super) fn squashed(key: &str) -> String {
    key.split(' ').collect()
}

/// The ways in which the whole text may be right, each with its name.
pub(super) fn bonuses(text: &str, words: &[Asked], fields: Fields) -> Vec<(&'static str, Box<dyn Query>)> {
    let mut all: Vec<(&'static str, Box<dyn Query>)> = Vec::new();
    let key = title_key(text);
    if key.is_empty() {
        return all;
    }
    all.push(("exact title", term(fields.exact, &key, EXACT - SQUASHED)));
    all.push(("exact title", term(fields.squashed, &squashed(&key), SQUASHED)));
    all.push(("title begins so", term(fields.head, &key, HEAD)));
    all.push(("series", term(fields.series_key, &key, SERIES)));
    let name = name_key(text);
    let kind = if name.contains(' ') { ("author", fields.name, NAME) } else { ("author's surname", fields.surname, SURNAME) };
    if !name.is_empty() {
        all.push((kind.0, term(kind.1, &name, kind.2)));
    }
    let row: Vec<Term> =
        words.iter().flat_map(|asked| &asked.word.parts).map(|part| Term::from_field_text(fields.title, part)).collect();
    if row.len() > 1 {
        all.push(("words in a row", worth_of(Box::new(PhraseQuery::new(row)), PHRASE)));
    }
    let folded = fold(text);
    let folded: Vec<&str> = folded.split(' ').collect();
    all.extend(volume(&folded, fields).map(|query| ("volume of a series", query)));
    all.extend(splits(&folded, fields).map(|query| ("title and author", query)));
    all
}

/// `hunger games 2`, `divergent book two`: the series' words, and the number.
fn volume(words: &[&str], fields: Fields) -> Option<Box<dyn Query>> {
    let (last, before) = words.split_last()?;
    let number = numbers::volume(last)?;
    let before = match before.split_last() {
        Some((word, rest)) if VOLUME_WORDS.contains(word) => rest,
        _ => before,
    };
    let key = title_key(&before.join(" "));
    let series = all_of(before.iter().copied().filter(|word| !matches!(*word, "the" | "a" | "of" | "and")), fields.series)?;
    let number: Box<dyn Query> =
        Box::new(TermQuery::new(Term::from_field_text(fields.volume, &number.to_string()), IndexRecordOption::Basic));
    let both = BooleanQuery::new(vec![
        (Occur::Must, worth_of(series, 0.0)),
        (Occur::Must, worth_of(number, VOLUME)),
        (Occur::Should, term(fields.series_key, &key, 3.0)),
    ]);
    Some(Box::new(both))
}

/// Each way to part the words into a title and an author, in both orders.
fn splits(words: &[&str], fields: Fields) -> impl Iterator<Item = Box<dyn Query>> {
    let ends = 1..words.len().min(12);
    let pairs = ends.flat_map(|at| {
        let (one, other) = words.split_at(at);
        [(one.to_vec(), other.to_vec()), (other.to_vec(), one.to_vec())]
    });
    pairs.filter_map(move |(title, author)| {
        let key = title_key(&title.join(" "));
        let author = all_of(author.iter().copied().filter(|word| *word != "by"), fields.author)?;
        let title: Box<dyn Query> = term(fields.exact, &key, TITLE_AND_AUTHOR);
        Some(Box::new(BooleanQuery::new(vec![(Occur::Must, title), (Occur::Must, worth_of(author, 0.0))])) as Box<dyn Query>)
    })
}

fn all_of<'a>(words: impl Iterator<Item = &'a str>, field: tantivy::schema::Field) -> Option<Box<dyn Query>> {
    let terms: Vec<Box<dyn Query>> = words
        .map(|word| {
            Box::new(TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::Basic)) as Box<dyn Query>
        })
        .collect();
    (!terms.is_empty()).then(|| Box::new(BooleanQuery::intersection(terms)) as Box<dyn Query>)
}
