//! Catalogues to search in: real books with made-up prices, or as many made-up books as wanted, always the same.

use std::path::Path;

use bookstall::catalog::prices::{self, NewPrice, PriceKind};
use bookstall::catalog::{self, CatalogError, Credit, Draft, EditionFacts, Format, Names, Role, WorkFacts};
use bookstall::db::{Db, DbError};
use bookstall::kernel::ids::Id;
use bookstall::kernel::isbn::Isbn;
use bookstall::kernel::money::{Currency, Money};
use bookstall::stock;

use crate::import;

/// Numbers by a fixed seed (`SplitMix64`).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.roll() % end
    }

    /// One of `end` by Zipf's law: the first is met most, the tenth a tenth as often.
    fn zipf(&mut self, end: u64) -> u64 {
        let part = self.below(1 << 53) as f64 / (1_u64 << 53) as f64;
        ((end as f64).powf(part) as u64 - 1).min(end - 1)
    }
}

/// Imports the real catalogues, then gives most books a price and many some copies.
pub(crate) fn import_real(db: &Db, files: &Path) {
    db.begin_bulk().unwrap();
    import::import_all(db, files);
    let ids = db.read(|conn| Ok::<_, DbError>(catalog::list_ids(conn, None, u32::MAX)?)).unwrap();
    for (chunk, seed) in ids.chunks(2000).zip(0..) {
        let (chunk, mut dice) = (chunk.to_vec(), Dice(seed));
        db.write_blocking(move |tx| {
            let now = jiff::Timestamp::now();
            for id in chunk {
                prices::set(tx, id, &price(&mut dice), now)?;
                if dice.below(5) < 2 {
                    let copies = 1 + u32::try_from(dice.below(5)).unwrap();
                    stock::receive(tx, id, copies, "bench", "delivery", now).unwrap();
                }
            }
            Ok::<_, DbError>(())
        })
        .unwrap();
    }
    db.end_bulk().unwrap();
}

fn price(dice: &mut Dice) -> NewPrice {
    NewPrice {
        amount: Money::new(399 + i64::try_from(dice.below(40)).unwrap() * 100, Currency::GBP),
        tax_included: true,
        kind: PriceKind::Selling,
        source: prices::OWNER.into(),
        valid_from: None,
        valid_to: None,
    }
}

/// Makes `count` books of made-up words, people, publishers and series.
pub(crate) fn make(db: &Db, count: u64) {
    const CHUNK: u64 = 5000;
    db.begin_bulk().unwrap();
    // The writer keeps the names between its transactions.
    let names = std::sync::Arc::new(std::sync::Mutex::new(Names::default()));
    for first in (0..count).step_by(CHUNK as usize) {
        let names = names.clone();
        db.write_blocking(move |tx| {
            let now = jiff::Timestamp::now();
            let mut dice = Dice(first);
            let mut made: Vec<Id> = Vec::new();
            catalog::create_many(tx, &mut names.lock().unwrap(), now, |maker| {
                for number in first..(first + CHUNK).min(count) {
                    let (about, facts) = book(&mut dice, number);
                    let draft = Draft::of(&facts)?;
                    made.push(maker.make(None, &about, &facts, &draft)?.0);
                }
                Ok::<_, CatalogError>(())
            })?;
            for id in made {
                if dice.below(20) > 0 {
                    prices::set_first(tx, id, &price(&mut dice), now)?;
                }
                if dice.below(5) == 0 {
                    stock::receive(tx, id, 2, "bench", "delivery", now).unwrap();
                }
            }
            Ok::<_, CatalogError>(())
        })
        .unwrap();
    }
    db.end_bulk().unwrap();
}

const SHELVES: [&str; 12] = [
    "fiction",
    "fiction/crime",
    "fiction/classics",
    "fiction/short-stories",
    "children",
    "children/picture-books",
    "history",
    "science",
    "science/nature",
    "arts",
    "poetry",
    "biography",
];

fn book(dice: &mut Dice, number: u64) -> (WorkFacts, EditionFacts) {
    let one_of = |dice: &mut Dice, all: &[&str]| all[usize::try_from(dice.zipf(all.len() as u64)).unwrap()].to_owned();
    let title_words = 1 + dice.zipf(7);
    let article = if dice.below(4) == 0 { "The " } else { "" };
    // The longer ago an author or a series first came, the more books there are.
    let author = dice.below(2 + number);
    let name = format!("{} {}", word(Dice(author).below(2000)), word(author / 2 + 7));
    let begun = 1 + number / 20;
    let series = (dice.below(10) == 0)
        .then(|| (text(&mut Dice(dice.below(begun) + (1 << 40)), 2), Some((1 + dice.below(9)).to_string())));
    let facts = EditionFacts {
        isbn: Some(isbn(number)),
        title: format!("{article}{}", text(dice, title_words)),
        credits: vec![Credit::new(&name, Role::AUTHOR)],
        language: Some(one_of(dice, &["eng", "fre", "ger", "spa", "ita", "dut"])),
        format: Format::from_code(&one_of(dice, &["BC", "BB", "AC", "DG"])).unwrap(),
        publisher: Some(format!("{} Press", text(&mut Dice(dice.zipf(5000) + (1 << 41)), 1))),
        published: (1900 + 126 - dice.zipf(126)).to_string().parse().ok(),
        description: (dice.below(5) == 0).then(|| text(dice, 40)),
        ..EditionFacts::default()
    };
    let about = WorkFacts {
        series,
        popularity: u32::try_from(100_000 / (1 + dice.below(100_000))).unwrap(),
        categories: vec![one_of(dice, &SHELVES)],
        ..WorkFacts::default()
    };
    (about, facts)
}

fn isbn(number: u64) -> Isbn {
    let body = format!("978{:09}", number % 1_000_000_000);
    let sum: u64 =
        body.bytes().zip([1, 3].into_iter().cycle()).map(|(digit, weight)| u64::from(digit - b'0') * weight).sum();
    format!("{body}{}", (10 - sum % 10) % 10).parse().unwrap()
}

/// Some words of a vocabulary in which few are common.
fn text(dice: &mut Dice, words: u64) -> String {
    let words: Vec<String> = (0..words).map(|_| word(dice.zipf(80_000))).collect();
    words.join(" ")
}

/// The word with this number; common ones are short.
fn word(number: u64) -> String {
    const ONSETS: [&str; 14] = ["b", "ch", "d", "f", "gr", "h", "k", "l", "m", "n", "p", "r", "st", "t"];
    const RHYMES: [&str; 10] = ["a", "en", "i", "or", "ul", "ay", "and", "er", "ost", "ine"];
    let (mut left, mut word) = (number, String::new());
    loop {
        let syllable = usize::try_from(left % 140).unwrap();
        word.push_str(ONSETS[syllable / 10]);
        word.push_str(RHYMES[syllable % 10]);
        left /= 140;
        if left == 0 {
            break;
        }
        left -= 1;
    }
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
