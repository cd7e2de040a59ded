//! What a run has met already: which rows are about one book, and which number stood in which row.

use std::collections::HashMap;

use super::record::Place;
use super::records::short;
use crate::kernel::isbn::Isbn;

/// Beyond so many books what is new is not noted any more, so that no file, however long, fills the memory: a row
/// that repeats one of those is then an update.
const MOST: usize = 3_000_000;

/// The records of a book that came before in this run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Earlier {
    /// Where the first stands.
    pub place: Place,
    /// The beginnings of their hashes.
    pub hashes: Vec<u64>,
}

struct First {
    place: (u32, u32),
    hash: u64,
}

/// Half as long: no file has so many lines that matter.
fn packed(place: Place) -> (u32, u32) {
    let short = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    (short(place.line), short(place.number))
}

fn unpacked((line, number): (u32, u32)) -> Place {
    Place { line: line.into(), number: number.into() }
}

/// Twenty-odd bytes a book, by the beginnings of identities and hashes.
#[derive(Default)]
pub(super) struct Met {
    books: HashMap<u64, First>,
    /// The hashes after the first, where a book has several rows.
    more: HashMap<u64, Vec<u64>>,
    numbers: HashMap<u64, (u64, (u32, u32))>,
}

impl Met {
    /// Notes a record of the book `identity`; tells what came before.
    pub(super) fn meet(&mut self, identity: &[u8; 16], hash: &[u8; 16], place: Place) -> Option<Earlier> {
        let (book, hash) = (short(identity), short(hash));
        if let Some(first) = self.books.get(&book) {
            let more = self.more.entry(book).or_default();
            let hashes = std::iter::once(first.hash).chain(more.iter().copied()).collect();
            more.push(hash);
            return Some(Earlier { place: unpacked(first.place), hashes });
        }
        if self.books.len() < MOST {
            self.books.insert(book, First { place: packed(place), hash });
        }
        None
    }

    /// Whether there may be books of this run that were not noted.
    pub(super) fn is_full(&self) -> bool {
        self.books.len() >= MOST
    }

    /// Notes under which record a number stood; tells where it stood under another.
    pub(super) fn meet_number(&mut self, isbn: &Isbn, identity: &[u8; 16], place: Place) -> Option<Place> {
        let number = isbn.as_str().parse().unwrap_or(0);
        if let Some((book, place)) = self.numbers.get(&number) {
            return (*book != short(identity)).then_some(unpacked(*place));
        }
        if self.numbers.len() < MOST {
            self.numbers.insert(number, (short(identity), packed(place)));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn at(line: u64) -> Place {
        Place { line, number: line }
    }

    #[test]
    fn rows_of_one_book_know_each_other() {
        let mut met = Met::default();
        let (book, other) = ([1; 16], [2; 16]);
        assert_eq!(met.meet(&book, &[7; 16], at(2)), None);
        assert_eq!(met.meet(&other, &[7; 16], at(3)), None);
        let seven = short(&[7; 16]);
        assert_eq!(met.meet(&book, &[8; 16], at(4)), Some(Earlier { place: at(2), hashes: vec![seven] }));
        let both = vec![seven, short(&[8; 16])];
        assert_eq!(met.meet(&book, &[9; 16], at(5)), Some(Earlier { place: at(2), hashes: both }));
    }

    #[test]
    fn a_number_under_two_records_is_noticed() {
        let mut met = Met::default();
        let isbn: Isbn = "9780306406157".parse().unwrap();
        assert_eq!(met.meet_number(&isbn, &[1; 16], at(2)), None);
        assert_eq!(met.meet_number(&isbn, &[1; 16], at(3)), None);
        assert_eq!(met.meet_number(&isbn, &[2; 16], at(4)), Some(at(2)));
    }
}
