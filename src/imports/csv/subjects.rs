//! Subject codes, told apart by their shape where the column does not say whose they are.

use crate::catalog::{Subject, cells};

/// ONIX List 27 for keywords.
const KEYWORDS: &str = "20";
/// More codes than this belong to no book.
const MOST: usize = 40;

/// What a column of subjects holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    /// Nobody says.
    Mixed,
    /// Thema with its qualifiers.
    Thema,
    /// BISAC.
    Bisac,
    /// BIC with its qualifiers.
    Bic,
}

/// The codes of a cell, and the words among them that are no codes.
pub(super) fn read(cell: &str, scheme: Scheme) -> (Vec<Subject>, Vec<&str>) {
    // As the shop itself writes them: `93:FBA`, the scheme by its number.
    let named = |subject: &Subject| subject.scheme.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(written) = cells::read_subjects(cell).filter(|written| written.iter().all(named)) {
        return (written, Vec::new());
    }
    let (mut codes, mut words) = (Vec::new(), Vec::new());
    // `FIC022000 - FICTION / Mystery` is a code and its words.
    let parts = cell.split([';', '|', ',', '\n']).map(|part| part.trim()).filter(|part| !part.is_empty());
    for part in parts.take(MOST) {
        let first = part.split([' ', ':']).next().unwrap_or(part);
        let alone = first.len() == part.len()
            || part.get(first.len()..).is_some_and(|rest| rest.trim_start().starts_with(['-', '–', ':', '(']));
        match scheme_of(first, scheme).filter(|_| alone) {
            Some(scheme) => codes.push(Subject { scheme: scheme.to_owned(), code: first.to_owned() }),
            None => words.push(part),
        }
    }
    codes.dedup();
    (codes, words)
}

/// Words that say what a book is about.
pub(super) fn keywords(cell: &str) -> impl Iterator<Item = Subject> {
    let words = cell.split([';', '|', ',']).map(str::trim).filter(|word| !word.is_empty() && word.len() <= 80);
    words.take(MOST).map(|word| Subject { scheme: KEYWORDS.to_owned(), code: word.to_owned() })
}

fn scheme_of(code: &str, said: Scheme) -> Option<&'static str> {
    let bytes = code.as_bytes();
    let capital = |byte: &u8| byte.is_ascii_uppercase();
    let is_bisac = bytes.len() == 9
        && bytes.iter().take(3).all(|byte| byte.is_ascii_uppercase())
        && bytes.iter().skip(3).all(u8::is_ascii_digit);
    if is_bisac {
        return matches!(said, Scheme::Mixed | Scheme::Bisac).then_some("10");
    }
    let plain = bytes.iter().all(|byte| capital(byte) || byte.is_ascii_digit() || *byte == b'-');
    match (bytes.first()?, said) {
        (_, Scheme::Bisac) => None,
        (b'A'..=b'Z', _) if plain && bytes.len() <= 8 => Some(if said == Scheme::Bic { "12" } else { "93" }),
        (digit @ b'1'..=b'6', Scheme::Thema | Scheme::Mixed) if plain && bytes.iter().skip(1).any(capital) => {
            Some(match digit {
                b'1' => "94",
                b'2' => "95",
                b'3' => "96",
                b'4' => "97",
                b'5' => "98",
                _ => "99",
            })
        }
        (digit @ b'1'..=b'5', Scheme::Bic) if plain => Some(match digit {
            b'1' => "13",
            b'2' => "14",
            b'3' => "15",
            b'4' => "16",
            _ => "17",
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cell: &str, scheme: Scheme, expected: &[&str], words: &[&str]) {
        let (codes, rest) = read(cell, scheme);
        let codes: Vec<String> = codes.iter().map(|subject| format!("{} {}", subject.scheme, subject.code)).collect();
        assert_eq!((codes.iter().map(String::as_str).collect::<Vec<_>>(), rest.as_slice()), (expected.to_vec(), words));
    }

    #[test]
    fn codes_are_told_apart_by_their_shape() {
        use Scheme::{Bic, Bisac, Mixed, Thema};
        check("FBA; FIC022000; 1DDU", Mixed, &["93 FBA", "10 FIC022000", "94 1DDU"], &[]);
        check("FIC022000 - Mystery", Mixed, &["10 FIC022000"], &[]);
        check("FF, 3JJ", Bic, &["12 FF", "15 3JJ"], &[]);
        check("6RA", Thema, &["99 6RA"], &[]);
        check("Crime; Sea stories", Mixed, &[], &["Crime", "Sea stories"]);
        check("FBA", Bisac, &[], &["FBA"]);
        check("WAR AND PEACE", Mixed, &[], &["WAR AND PEACE"]);
        check("93:FBA; 20:ships and sails", Mixed, &["93 FBA", "20 ships and sails"], &[]);
        check("", Mixed, &[], &[]);
    }
}
