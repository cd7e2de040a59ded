//! An answer for people and scripts: hits with what the catalogue says of them.

use rusqlite::Connection;
use serde::Serialize;

use super::index::Index;
use super::query::{Hits, Query, Reading, find};
use super::{SearchError, explain};
use crate::catalog::{self, alike, refs, walk};
use crate::kernel::ids::Id;

/// A question.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// What was typed.
    pub text: &'a str,
    /// Hits wanted, at most 100.
    pub limit: u32,
    /// Whether to say what each hit owes its place to.
    pub explain: bool,
}

/// An answer.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// What was typed.
    pub query: String,
    /// How it was read: `isbn`, `words`, `unfinished`, `close`, `some`, `everything`.
    pub reading: &'static str,
    /// Books found in all.
    pub total: u64,
    /// The first of them.
    pub hits: Vec<Hit>,
}

/// A book.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hit {
    /// The edition shown.
    pub book_id: String,
    /// Its number, thirteen digits.
    pub isbn: Option<String>,
    /// Its title.
    pub title: String,
    /// Its authors; where it has none, whoever is named first.
    pub authors: Vec<String>,
    /// The first feed of the edition.
    pub source: Option<String>,
    /// What that feed called it.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// Comparable within one answer only.
    pub score: f32,
    /// The numbers of all editions of the book.
    pub editions: Vec<String>,
    /// What it owes its place to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Vec<String>>,
}

/// Answers a question.
///
/// # Errors
///
/// What a damaged index or the catalogue refuses; no text is an error.
pub fn answer(conn: &Connection, index: &Index, asked: &Asked<'_>) -> Result<Answer, SearchError> {
    let query = Query { text: asked.text.to_owned(), per_page: asked.limit, page: 1, ..Query::default() };
    // A text without a word asks for nothing here, where a page would show everything.
    let blank = !asked.text.chars().any(char::is_alphanumeric);
    let hits = if blank { None } else { Some(find(index, &query)?) };
    let mut answer =
        Answer { query: asked.text.to_owned(), reading: Reading::Everything.word(), total: 0, hits: Vec::new() };
    let Some(Hits { total, ids, scores, reading, .. }) = hits else { return Ok(answer) };
    (answer.reading, answer.total) = (reading.word(), total);
    for (id, score) in ids.into_iter().zip(scores) {
        let Some(mut hit) = hit(conn, id, score)? else { continue };
        hit.explanation = if asked.explain { Some(explain::explain(index, asked.text, id)?) } else { None };
        answer.hits.push(hit);
    }
    Ok(answer)
}

fn hit(conn: &Connection, id: Id, score: f32) -> Result<Option<Hit>, SearchError> {
    let Some(edition) = catalog::find(conn, id)? else { return Ok(None) };
    let first = refs::first_of(conn, id)?;
    let mut editions = Vec::new();
    let works = match alike::of(conn, edition.work_id)? {
        Some(group) => alike::works(conn, group)?,
        None => vec![edition.work_id],
    };
    for work in works {
        for other in catalog::list_ids_of_work(conn, work)? {
            let isbn = walk::name(conn, other)?.and_then(|name| name.isbn).map(|isbn| isbn.to_string());
            // A careless publisher may use a number twice.
            editions.extend(isbn.filter(|isbn| !editions.contains(isbn)));
        }
    }
    let credits = &edition.facts.credits;
    let mut authors: Vec<String> =
        credits.iter().filter(|credit| credit.role.words() == "by").map(|credit| credit.name.clone()).collect();
    if authors.is_empty() {
        authors.extend(credits.first().map(|credit| credit.name.clone()));
    }
    let (source, reference) = first.unzip();
    Ok(Some(Hit {
        book_id: id.to_string(),
        isbn: edition.facts.isbn.map(|isbn| isbn.to_string()),
        title: edition.facts.title,
        authors,
        source,
        reference,
        score,
        editions,
        explanation: None,
    }))
}
