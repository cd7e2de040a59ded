//! What was probably meant, where the index hardly knows a word or a name.

use tantivy::query::Query;
use tantivy::{Searcher, Term};

use super::near;
use super::reading::{Asked, ONE_OFF};
use super::schema::Fields;
use super::whole;
use super::words;
use crate::kernel::text::fold;

/// A word is probably a slip when a word near it is so many times commoner.
const COMMONER: u64 = 20;
const SURELY_COMMONER: u64 = 50;
const SHORTEST_SLIP: usize = 4;
/// Who has so many books under a name is known by it.
const KNOWN: u64 = 3;
/// Words of a name that somebody is looked for by.
const MOST_NAMES: usize = 3;
/// So many books are by somebody whom many readers look for.
const SURELY_A_NAME: u64 = 10;

/// A text as it was probably meant.
pub(super) struct Meant {
    pub(super) text: String,
    /// Whether it is so much commoner that it need not stand below what was typed.
    pub(super) sure: bool,
    /// The ways in which it may be right as a whole.
    pub(super) whole: Vec<(&'static str, Box<dyn Query>)>,
}

impl Meant {
    /// Guesses; `None` when every word is known well enough.
    pub(super) fn of(
        text: &str, words: &[Asked], searcher: &Searcher, fields: Fields,
    ) -> tantivy::Result<Option<Meant>> {
        let found = match by_name(text, searcher, fields)? {
            Some(name) => Some(name),
            None => by_words(words, searcher, fields)?,
        };
        let Some((text, sure)) = found else { return Ok(None) };
        let whole = whole::bonuses(&text, searcher, fields, ONE_OFF)?;
        Ok(Some(Meant { text, sure, whole }))
    }
}

/// The name that a text of several words is but for a letter or two, and whether that is sure; `None` for a title or
/// a name that is known.
fn by_name(text: &str, searcher: &Searcher, fields: Fields) -> tantivy::Result<Option<(String, bool)>> {
    let key = words::name_key(text);
    let title = Term::from_field_text(fields.exact, &whole::title_key(text));
    let words = key.split(' ').count();
    if !(2..=MOST_NAMES).contains(&words) || searcher.doc_freq(&title)? > 0 {
        return Ok(None);
    }
    let own = searcher.doc_freq(&Term::from_field_text(fields.name, &key))?;
    if own >= KNOWN {
        return Ok(None);
    }
    // In a whole name one letter is a slip; two are often another name.
    let near = near::within(searcher, fields.name, &key, 1)?;
    let Some(name) =
        near.into_iter().find(|near| near.term.len() > 2 && near.books >= COMMONER.saturating_mul(own).max(3))
    else {
        return Ok(None);
    };
    let parts: Vec<&str> = name.term.split(' ').collect();
    let typed = fold(text);
    let nearest = |word: &str| parts.iter().min_by_key(|part| near::letters_apart(word, part)).copied();
    let meant: Vec<&str> = typed.split(' ').filter_map(nearest).collect();
    Ok(Some((meant.join(" "), name.books >= SURELY_A_NAME)))
}

/// The text with the words near it that are much commoner, and whether that is sure.
fn by_words(words: &[Asked], searcher: &Searcher, fields: Fields) -> tantivy::Result<Option<(String, bool)>> {
    let (mut guessed, mut sure, mut meant) = (false, true, Vec::new());
    let last = words.last().and_then(|asked| asked.word.parts.last());
    for part in words.iter().flat_map(|asked| &asked.word.parts) {
        let books = searcher.doc_freq(&Term::from_field_text(fields.spelling, part))?;
        let unfinished =
            books == 0 && Some(part) == last && !near::beginnings(searcher, fields.spelling, part)?.is_empty();
        // A short word that somebody knows is hardly ever another one.
        let may_be = books == 0 || (books <= 20 && part.chars().count() >= SHORTEST_SLIP);
        let near = if may_be && !unfinished { near::spelt_like(searcher, fields.spelling, part)? } else { Vec::new() };
        let better = near.into_iter().find(|near| near.books >= COMMONER.saturating_mul(books).max(2));
        match better {
            Some(near) => {
                guessed = true;
                sure &= near.books >= SURELY_COMMONER.saturating_mul(books);
                meant.push(near.term);
            }
            None => meant.push(part.clone()),
        }
    }
    Ok(guessed.then(|| (meant.join(" "), sure)))
}
