//! Other ways to see the words of a question: neighbours as one word, numbers in digits.

use tantivy::{Searcher, Term};

use super::numbers;
use super::schema::Fields;
use super::words::Word;

/// More ways than these only cost time.
const MOST: usize = 8;

/// The words as typed first; then every way of which the index knows the new word.
pub(super) fn of(words: Vec<Word>, searcher: &Searcher, fields: Fields) -> tantivy::Result<Vec<Vec<Word>>> {
    let mut ways = Vec::new();
    if let Some(in_digits) = in_digits(&words) {
        ways.push(in_digits);
    }
    for at in 0..words.len().saturating_sub(1) {
        let Some(joined) = joined(&words, at) else { continue };
        let known =
            [fields.title, fields.author, fields.series, fields.also].into_iter().try_fold(0, |most, field| {
                Ok::<_, tantivy::TantivyError>(most.max(searcher.doc_freq(&Term::from_field_text(field, &joined))?))
            })?;
        if known > 0 && ways.len() < MOST {
            ways.push(replaced(&words, at, 2, joined));
        }
    }
    ways.insert(0, words);
    Ok(ways)
}

/// The words with their numbers in digits, if that is different.
fn in_digits(words: &[Word]) -> Option<Vec<Word>> {
    // Parts of one word count as words: `Forty-Two`.
    let parts: Vec<&str> = words.iter().flat_map(|word| word.parts.iter().map(String::as_str)).collect();
    let numbers = numbers::find(&parts);
    if numbers.is_empty() {
        return None;
    }
    let changed = numbers::in_digits(&parts.join(" "));
    Some(changed.split(' ').map(|part| Word::new(vec![part.to_owned()])).collect())
}

fn joined(words: &[Word], at: usize) -> Option<String> {
    let (one, other) = (words.get(at)?, words.get(at + 1)?);
    let joined: String = one.parts.iter().chain(&other.parts).map(String::as_str).collect();
    (joined.len() >= 5).then_some(joined)
}

fn replaced(words: &[Word], at: usize, length: usize, by: String) -> Vec<Word> {
    let before = words.iter().take(at).cloned();
    let after = words.iter().skip(at + length).cloned();
    before.chain([Word::new(vec![by])]).chain(after).collect()
}
