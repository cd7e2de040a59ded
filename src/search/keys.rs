//! Under which keys a book's whole names are met: computed from its card, the same way as a question's.

use super::card::{Card, each_once};
use super::numbers;
use super::schema::BEGUN_LETTERS;
use super::sound;
use super::suggest::BEGUN;
use super::whole::{squashed, title_key};
use super::words::{self, name_keys};
use crate::kernel::text::fold;

/// The keys of one document.
pub(super) struct Keys {
    /// The whole title, also without what follows it in brackets or behind a colon, and the original one.
    pub(super) exact: Vec<String>,
    /// The same without spaces.
    pub(super) squashed: Vec<String>,
    /// The title up to its first colon, bracket or dash.
    pub(super) head: String,
    pub(super) names: Vec<String>,
    pub(super) surnames: Vec<String>,
    pub(super) surname_sounds: Vec<String>,
    pub(super) series: Vec<String>,
    pub(super) volumes: Vec<String>,
    /// Neighbours in the title as one word.
    pub(super) joined: Vec<String>,
    pub(super) title_sounds: Vec<String>,
    pub(super) author_sounds: Vec<String>,
    /// The first letters of its words, behind the letter of the place where they stand: see `suggest`.
    pub(super) begun: Vec<String>,
    /// Words of the title.
    pub(super) title_words: u64,
}

impl Card {
    /// The title as it is, and with its numbers in digits.
    pub(super) fn titles(&self) -> Vec<String> {
        let folded = fold(&self.title);
        let in_digits = numbers::in_digits(&folded);
        let other = (in_digits != folded).then_some(in_digits);
        [self.title.clone()].into_iter().chain(other).collect()
    }

    /// Its keys.
    pub(super) fn keys(&self) -> Keys {
        let cut = |title: &str, at: &[char]| title.split(at).next().unwrap_or_default().to_owned();
        // What stands in brackets behind a title is its series or its edition, not a part of it.
        let bare = cut(&self.title, &['(', '[']);
        let original = self.original_title.iter().flat_map(|title| [title.clone(), cut(title, &['('])]);
        // "Moby Dick; or, The Whale": the second title is the book's too.
        let alternative = alternative(&bare);
        let whole = [self.title.clone(), bare.clone()].into_iter().chain(alternative).chain(original);
        let exact = each_once(whole.map(|title| title_key(&title)));
        let folded = words::split(&bare);
        let parts: Vec<&str> = folded.iter().flat_map(|word| word.parts.iter().map(String::as_str)).collect();
        let sounds = |texts: &[String]| {
            let words = texts.iter().map(|text| fold(text));
            each_once(words.flat_map(|text| text.split(' ').filter_map(sound::key).collect::<Vec<_>>()))
        };
        let (series, volumes) = self.series_keys();
        let surnames =
            each_once(self.surnames.iter().cloned().chain(self.authors.iter().filter_map(|name| last_word(name))));
        Keys {
            squashed: each_once(exact.iter().map(|key| squashed(key))),
            exact,
            head: title_key(&cut(&self.title, &['(', ':', ';', '—'])),
            names: each_once(self.authors.iter().flat_map(|name| name_keys(name))),
            surname_sounds: each_once(surnames.iter().filter_map(|name| sound::key(name))),
            surnames,
            series,
            volumes,
            joined: each_once(parts.windows(2).map(|pair| pair.concat())),
            title_sounds: sounds(std::slice::from_ref(&self.title)),
            author_sounds: sounds(&[self.authors.clone(), self.people.clone()].concat()),
            begun: self.begun(),
            title_words: u64::try_from(parts.len()).unwrap_or(u64::MAX),
        }
    }

    fn begun(&self) -> Vec<String> {
        let series: Vec<String> = self.series.iter().map(|(name, _)| name.clone()).collect();
        let called = [&self.titles(), &self.also, &self.authors, &self.people, &series].map(Vec::as_slice).concat();
        let places = BEGUN.into_iter().zip([&called, &self.authors, &series]);
        each_once(places.flat_map(|(letter, texts)| {
            let words = texts.iter().flat_map(|text| words::split(text));
            let forms = words.flat_map(|word| word.parts.into_iter().chain(word.joined));
            forms.flat_map(move |form| beginnings(letter, &form))
        }))
    }

    fn series_keys(&self) -> (Vec<String>, Vec<String>) {
        let Some((name, number)) = &self.series else { return (Vec::new(), Vec::new()) };
        let volume = number.as_deref().and_then(|number| numbers::volume(fold(number).trim()));
        (vec![title_key(name)], volume.map(|volume| volume.to_string()).into_iter().collect())
    }
}

/// `har`, `ha`, `h` of `harry`, each behind `letter`.
fn beginnings(letter: char, word: &str) -> Vec<String> {
    let ends = word.char_indices().map(|(at, c)| at + c.len_utf8()).take(BEGUN_LETTERS);
    ends.filter_map(|end| word.get(..end)).map(|begun| format!("{letter}{begun}")).collect()
}

/// The parts around `or`, where a title has two.
fn alternative(title: &str) -> Vec<String> {
    let Some((one, other)) =
        ["; or,", "; or ", ", or,", ": or,", " or, "].iter().find_map(|or| split_at_words(title, or))
    else {
        return Vec::new();
    };
    vec![one, other]
}

fn split_at_words(title: &str, or: &str) -> Option<(String, String)> {
    let at = title.to_lowercase().find(or)?;
    Some((title.get(..at)?.to_owned(), title.get(at + or.len()..)?.to_owned()))
}

fn last_word(name: &str) -> Option<String> {
    if name.contains(',') {
        return None;
    }
    fold(name).rsplit(' ').next().filter(|word| word.len() > 1).map(str::to_owned)
}
