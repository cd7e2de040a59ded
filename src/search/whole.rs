//! What the question is as a whole: a title, somebody's name, a volume of a series, a title with its author.

use tantivy::query::{BooleanQuery, DisjunctionMaxQuery, Occur, PhraseQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Score, Searcher, Term};

use super::numbers;
use super::reading::{term, worth_of};
use super::schema::Fields;
use super::sound;
use super::words::{self, name_keys};
use crate::kernel::text::{fold, sort_title};

/// What a whole match adds to the words' own worth, which is at most 8.
const EXACT: Score = 14.0;
const SQUASHED: Score = 12.0;
const TITLE_AND_AUTHOR: Score = 13.0;
const VOLUME: Score = 13.0;
const NAME: Score = 12.0;
const SURNAME: Score = 5.0;
/// A name that more books have an author of than a title: who types it wants the books by them.
const KNOWN_NAME: Score = 20.0;
const SERIES: Score = 9.0;
const PHRASE: Score = 2.0;
/// Little, because books about a book begin with its title too.
const HEAD: Score = 0.5;

/// The ways of `bonuses` after which nothing else can have been meant.
pub(super) const SURE: [&str; 3] = ["exact title", "volume of a series", "title and author"];

/// Words between a series and a volume's number.
const VOLUME_WORDS: [&str; 8] = ["book", "vol", "volume", "part", "no", "number", "nr", "band"];

/// The key under which a title is met in any writing: folded, without article, numbers in digits.
pub(super) fn title_key(title: &str) -> String {
    let key = numbers::in_digits(&sort_title(title));
    // `Pride & Prejudice` is written both ways.
    if key.contains(" and ") { key.replace(" and ", " ") } else { key }
}

/// A title key without its spaces: `great gatsby` and `greatgatsby` are one.
pub(super) fn squashed(key: &str) -> String {
    key.split(' ').collect()
}

/// The ways in which the whole text may be right, each with its name; `share` is less for a text that was guessed.
pub(super) fn bonuses(
    text: &str, searcher: &Searcher, fields: Fields, share: Score,
) -> tantivy::Result<Vec<(&'static str, Box<dyn Query>)>> {
    let mut all: Vec<(&'static str, Box<dyn Query>)> = Vec::new();
    let key = title_key(text);
    if key.is_empty() {
        return Ok(all);
    }
    all.push(("exact title", term(fields.exact, &key, (EXACT - SQUASHED) * share)));
    all.push(("exact title", term(fields.squashed, &squashed(&key), SQUASHED * share)));
    all.push(("title begins so", term(fields.head, &key, HEAD * share)));
    all.push(("series", term(fields.series_key, &key, SERIES * share)));
    all.extend(names(text, &key, searcher, fields, share)?);
    let row: Vec<Term> = words::row(text).iter().map(|word| Term::from_field_text(fields.title, word)).collect();
    if row.len() > 1 {
        all.push(("words in a row", worth_of(Box::new(PhraseQuery::new(row)), PHRASE * share)));
    }
    let folded = fold(text);
    let folded: Vec<&str> = folded.split(' ').collect();
    all.extend(volume(&folded, fields, VOLUME * share).map(|query| ("volume of a series", query)));
    for (key, author) in splits(&folded) {
        let title = Term::from_field_text(fields.exact, &key);
        // Most ways to part the words make no title.
        if searcher.doc_freq(&title)? > 0 {
            let title = worth_of(Box::new(TermQuery::new(title, IndexRecordOption::Basic)), TITLE_AND_AUTHOR * share);
            let author = all_of(author.into_iter().filter(|word| *word != "by"), fields.author);
            let both = author.map(|author| BooleanQuery::intersection(vec![title, worth_of(author, 0.0)]));
            all.extend(both.map(|both| ("title and author", Box::new(both) as Box<dyn Query>)));
        }
    }
    Ok(all)
}

/// The text as somebody's name: whole, or only the surname, also as it sounds.
fn names(
    text: &str, key: &str, searcher: &Searcher, fields: Fields, share: Score,
) -> tantivy::Result<Vec<(&'static str, Box<dyn Query>)>> {
    if fold(text) != key && sort_title(text) == key {
        // Nobody is called by an article.
        return Ok(Vec::new());
    }
    let titles = searcher.doc_freq(&Term::from_field_text(fields.exact, key))?;
    let mut keys: Vec<(&'static str, Field, String, Score)> =
        name_keys(text).into_iter().map(|key| ("author", fields.name, key, NAME)).collect();
    if !key.contains(' ') {
        keys = vec![("author's surname", fields.surname, key.to_owned(), SURNAME)];
        keys.extend(
            sound::key(key).map(|key| ("author's surname, as it sounds", fields.surname_sound, key, SURNAME * 0.85)),
        );
    }
    let mut found: Vec<(&'static str, Box<dyn Query>)> = Vec::new();
    for (name, field, key, worth) in keys {
        let books = searcher.doc_freq(&Term::from_field_text(field, &key))?;
        let known = books >= 3 && books >= titles.saturating_mul(4);
        let worth = if known { KNOWN_NAME * worth / worth.max(SURNAME) } else { worth };
        found.push((name, term(field, &key, worth * share)));
    }
    let ways: Vec<Box<dyn Query>> = found.iter().map(|(_, query)| query.box_clone()).collect();
    let Some((name, _)) = found.first() else { return Ok(Vec::new()) };
    Ok(vec![(*name, Box::new(DisjunctionMaxQuery::new(ways)))])
}

/// `hunger games 2`, `divergent book two`: the series' words, and the number.
pub(super) fn volume(words: &[&str], fields: Fields, worth: Score) -> Option<Box<dyn Query>> {
    let (last, before) = words.split_last()?;
    let number = numbers::volume(last)?;
    let before = match before.split_last() {
        Some((word, rest)) if VOLUME_WORDS.contains(word) => rest,
        _ => before,
    };
    let key = title_key(&before.join(" "));
    let series =
        all_of(before.iter().copied().filter(|word| !matches!(*word, "the" | "a" | "of" | "and")), fields.series)?;
    let number: Box<dyn Query> =
        Box::new(TermQuery::new(Term::from_field_text(fields.volume, &number.to_string()), IndexRecordOption::Basic));
    let both = BooleanQuery::new(vec![
        (Occur::Must, worth_of(series, 0.0)),
        (Occur::Must, worth_of(number, worth)),
        (Occur::Should, term(fields.series_key, &key, 3.0)),
    ]);
    Some(Box::new(both))
}

/// Each way to part the words into a title's key and an author, in both orders.
fn splits<'w>(words: &'w [&'w str]) -> impl Iterator<Item = (String, Vec<&'w str>)> {
    let ends = 1..words.len().min(12);
    ends.flat_map(|at| {
        let (one, other) = words.split_at(at);
        [(title_key(&one.join(" ")), other.to_vec()), (title_key(&other.join(" ")), one.to_vec())]
    })
}

fn all_of<'a>(words: impl Iterator<Item = &'a str>, field: Field) -> Option<Box<dyn Query>> {
    let terms: Vec<Box<dyn Query>> = words
        .map(|word| {
            Box::new(TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::Basic)) as Box<dyn Query>
        })
        .collect();
    (!terms.is_empty()).then(|| Box::new(BooleanQuery::intersection(terms)) as Box<dyn Query>)
}
