//! How text becomes words, the same way in the index and in a query.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use crate::kernel::text::fold;

/// What was written together: its folded parts, and the parts as one word when there are several.
///
/// `Hitchhiker’s` is `hitchhiker` + `s`, and `hitchhikers`; `J. R. R.` is `j` + `r` + `r`, and `jrr`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Word {
    pub(super) parts: Vec<String>,
    pub(super) joined: Option<String>,
}

impl Word {
    pub(super) fn new(parts: Vec<String>) -> Word {
        let joined = (parts.len() > 1).then(|| parts.concat());
        Word { parts, joined }
    }

    /// `pandora` + `s`: the `s` stands nowhere by itself, so that the word after it follows.
    fn is_possessive(&self) -> bool {
        matches!(self.parts.as_slice(), [first, last] if last == "s" && first.chars().count() > 1)
    }

    fn is_initials(&self) -> bool {
        self.parts.iter().all(|part| part.chars().count() == 1 && part.chars().all(char::is_alphabetic))
    }
}

/// The words of a text, in order; initials that follow each other are one.
pub(super) fn split(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for chunk in text.split_whitespace() {
        let parts: Vec<String> = fold(chunk).split(' ').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        if parts.is_empty() {
            continue;
        }
        let word = Word::new(parts);
        match words.last_mut() {
            Some(last) if word.is_initials() && last.is_initials() => {
                let parts = last.parts.iter().chain(&word.parts).cloned().collect();
                *last = Word::new(parts);
            }
            _ => words.push(word),
        }
    }
    words
}

/// The words of a text as they stand in a row, one term for each place.
pub(super) fn row(text: &str) -> Vec<String> {
    let each = split(text).into_iter().map(|word| match word.is_possessive() {
        true => word.joined.into_iter().collect(),
        false => word.parts,
    });
    each.flatten().collect()
}

/// The folded words of a name in alphabetical order: the same for `Given Surname` and `Surname, Given`.
pub(super) fn name_key(name: &str) -> String {
    let folded = fold(name);
    let mut words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.join(" ")
}

/// The keys under which a name is met: its words, and its initials written as one.
pub(super) fn name_keys(name: &str) -> Vec<String> {
    let joined = split(name).into_iter().map(|word| match (word.is_initials(), word.joined) {
        (true, Some(joined)) => joined,
        _ => word.parts.join(" "),
    });
    let mut keys = vec![name_key(name), name_key(&joined.collect::<Vec<_>>().join(" "))];
    keys.dedup();
    keys.retain(|key| !key.is_empty());
    keys
}

/// Tantivy's way to `split`: parts stand one after the other, the joined form where its first part stands.
#[derive(Clone, Default)]
pub(super) struct Words {
    token: Token,
}

/// The name under which an index knows the tokenizer.
pub(super) const TOKENIZER: &str = "words";

impl Tokenizer for Words {
    type TokenStream<'a> = Tokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens<'a> {
        self.token.reset();
        let mut tokens = Vec::new();
        let mut position = 0;
        for word in split(text) {
            let possessive = word.is_possessive();
            tokens.extend(word.joined.map(|joined| (position, joined)));
            for part in word.parts {
                tokens.push((position, part));
                position += usize::from(!possessive);
            }
            position += usize::from(possessive);
        }
        Tokens { tokens: tokens.into_iter(), token: &mut self.token }
    }
}

/// The tokens of one text.
pub(super) struct Tokens<'a> {
    tokens: std::vec::IntoIter<(usize, String)>,
    token: &'a mut Token,
}

impl TokenStream for Tokens<'_> {
    fn advance(&mut self) -> bool {
        let Some((position, text)) = self.tokens.next() else { return false };
        self.token.position = position;
        self.token.text = text;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut words = Words::default();
        let mut tokens = words.token_stream(text);
        let mut found = Vec::new();
        while let Some(token) = tokens.next() {
            found.push(format!("{}{}", token.position, token.text));
        }
        assert_eq!(found.join(" "), expected, "{text}");
    }

    #[test]
    fn words_written_together_are_found_parted_and_joined() {
        check("The Hitchhiker’s Guide", "0the 1hitchhikers 1hitchhiker 1s 2guide");
        check("Catch-22", "0catch22 0catch 122");
        check("J. R. R. Tolkien", "0jrr 0j 1r 2r 3tolkien");
        check("J.R.R. Tolkien", "0jrr 0j 1r 2r 3tolkien");
        check("L’Étranger", "0letranger 0l 1etranger");
        check("Crime & Punishment", "0crime 1punishment");
        check("Anna К. Каренина", "0anna 1к 2каренина");
        check(" ?! ", "");
    }

    #[test]
    fn a_name_is_the_same_in_both_orders() {
        assert_eq!(name_key("García Márquez, Gabriel"), name_key("gabriel garcia marquez"));
        assert_eq!(name_key("?"), "");
    }
}
