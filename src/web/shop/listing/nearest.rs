//! What is nearest to a question that found nothing.

use super::asked::{Asked, Place};
use super::found;
use crate::catalog;
use crate::db::DbError;
use crate::kernel::text;
use crate::search::{self, Index, Query};
use crate::web::PageError;
use crate::web::shop::showing::{Seen, Showing};

/// Books offered where there is nothing.
const BOOKS: u32 = 12;
/// Words of a question that are tried alone.
const WORDS: usize = 6;

/// What is offered where there is nothing.
#[derive(Default)]
pub(super) struct Nearest {
    pub(super) books: Vec<Seen>,
    /// They are what the same list has without its filters; else what readers often ask for.
    pub(super) without_filters: bool,
    /// Single words of the question that some books have: the word, the address of its search, how many books.
    pub(super) words: Vec<(String, String, u64)>,
}

pub(super) fn find(showing: &mut Showing<'_>, index: &Index, asked: &Asked) -> Result<Nearest, PageError> {
    let unfiltered = asked.unfiltered();
    if !asked.chosen.is_empty() {
        let hits = search::find(index, &unfiltered.query(BOOKS))?;
        if !hits.ids.is_empty() {
            return Ok(Nearest { books: showing.see_all(&hits.ids)?, without_filters: true, words: Vec::new() });
        }
    }
    let popular = catalog::list_popular(showing.conn, BOOKS).map_err(DbError::from)?;
    let words = if asked.place == Place::Search { single_words(index, &unfiltered)? } else { Vec::new() };
    Ok(Nearest { books: showing.see_all(&popular)?, without_filters: false, words })
}

fn single_words(index: &Index, asked: &Asked) -> Result<Vec<(String, String, u64)>, PageError> {
    let folded = text::fold(&asked.q);
    let words: Vec<&str> = folded.split(' ').filter(|word| word.chars().count() > 2).collect();
    let mut known: Vec<(String, String, u64)> = Vec::new();
    for word in words.iter().take(WORDS).filter(|_| words.len() > 1) {
        let hits = search::find(index, &Query { text: (*word).to_owned(), ..Query::default() })?;
        let books = found::fitting(&hits);
        if books > 0 && !known.iter().any(|(other, ..)| other == word) {
            known.push(((*word).to_owned(), asked.with("q", word), books));
        }
    }
    Ok(known)
}
