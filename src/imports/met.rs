//! What a run has met already: which rows are about one book, and which number stood in which row.

use std::collections::HashMap;

use super::records::short;
use crate::kernel::isbn::Isbn;

/// Beyond so many books what is new is not noted any more, so that no file, however long, fills the memory: a row
/// that repeats one of those is then an update.
const MOST: usize = 3_000_000;

/// The records of a book that came before in this run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Earlier {
    /// The line of the first.
    pub line: u64,
    /// The beginnings of their hashes.
    pub hashes: Vec<u64>,
}

struct First {
    line: u32,
    hash: u64,
}

/// Twenty-odd bytes a book, by the beginnings of identities and hashes.
#[derive(Default)]
pub(super) struct Met {
    books: HashMap<u64, First>,
    /// The hashes after the first, where a book has several rows.
    more: HashMap<u64, Vec<u64>>,
    numbers: HashMap<u64, (u64, u32)>,
}

impl Met {
    /// Notes a record of the book `identity`; tells what came before.
    pub(super) fn meet(&mut self, identity: &[u8; 16], hash: &[u8; 16], line: u64) -> Option<Earlier> {
        let (book, hash) = (short(identity), short(hash));
        if let Some(first) = self.books.get(&book) {
            let more = self.more.entry(book).or_default();
            let hashes = std::iter::once(first.hash).chain(more.iter().copied()).collect();
            more.push(hash);
            return Some(Earlier { line: u64::from(first.line), hashes });
        }
        if self.books.len() < MOST {
            self.books.insert(book, First { line: u32::try_from(line).unwrap_or(u32::MAX), hash });
        }
        None
    }

    /// Whether there may be books of this run that were not noted.
    pub(super) fn is_full(&self) -> bool {
        self.books.len() >= MOST
    }

    /// Notes under which record a number stood; tells the line where it stood under another.
    pub(super) fn meet_number(&mut self, isbn: &Isbn, identity: &[u8; 16], line: u64) -> Option<u64> {
        let number = isbn.as_str().parse().unwrap_or(0);
        if let Some((book, line)) = self.numbers.get(&number) {
            return (*book != short(identity)).then_some(u64::from(*line));
        }
        if self.numbers.len() < MOST {
            self.numbers.insert(number, (short(identity), u32::try_from(line).unwrap_or(u32::MAX)));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn rows_of_one_book_know_each_other() {
        let mut met = Met::default();
        let (book, other) = ([1; 16], [2; 16]);
        assert_eq!(met.meet(&book, &[7; 16], 2), None);
        assert_eq!(met.meet(&other, &[7; 16], 3), None);
        let seven = short(&[7; 16]);
        assert_eq!(met.meet(&book, &[8; 16], 4), Some(Earlier { line: 2, hashes: vec![seven] }));
        let both = vec![seven, short(&[8; 16])];
        assert_eq!(met.meet(&book, &[9; 16], 5), Some(Earlier { line: 2, hashes: both }));
    }

    #[test]
    fn a_number_under_two_records_is_noticed() {
        let mut met = Met::default();
        let isbn: Isbn = "9780306406157".parse().unwrap();
        assert_eq!(met.meet_number(&isbn, &[1; 16], 2), None);
        assert_eq!(met.meet_number(&isbn, &[1; 16], 3), None);
        assert_eq!(met.meet_number(&isbn, &[2; 16], 4), Some(2));
    }
}
