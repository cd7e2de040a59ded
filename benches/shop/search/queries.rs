//! What readers type, made from the catalogue itself by a fixed seed.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bookstall::catalog::{self, EditionFacts};
use bookstall::db::{Db, DbError};
use bookstall::search::bare::Bare;
use tantivy::Searcher;

use crate::books::Dice;
use crate::load::times;

use super::get;

/// Ways to ask for a book.
type Way = fn(&EditionFacts, Option<&(String, Option<String>)>, &mut Dice) -> Option<String>;

/// How many queries of each way.
const WAYS: [(usize, Way); 9] = [
    (12, |book, _, _| Some(main_title(book))),
    (9, |book, _, _| Some(author(book)?.to_lowercase())),
    (6, |book, _, _| Some(surname(book)?.to_owned())),
    (6, |_, series, _| series.map(|(name, number)| format!("{name} {}", number.as_deref().unwrap_or("1")))),
    (9, |book, _, _| Some(format!("{} {}", main_title(book), surname(book)?))),
    (3, |book, _, _| Some(format!("{} {}", author(book)?, first_words(book, 2)))),
    (6, |book, _, dice| misspelt(&main_title(book), dice)),
    (6, |book, _, _| main_title(book).char_indices().nth(7).map(|(end, _)| main_title(book)[..end].to_owned())),
    (3, |book, _, _| main_title(book).split(' ').find(|word| word.len() == 5).map(str::to_owned)),
];

fn main_title(book: &EditionFacts) -> String {
    book.title.split(['(', ':', ';', '\n', '[']).next().unwrap_or_default().trim().to_owned()
}

fn first_words(book: &EditionFacts, count: usize) -> String {
    main_title(book).split(' ').take(count).collect::<Vec<_>>().join(" ")
}

fn author(book: &EditionFacts) -> Option<&str> {
    book.credits.first().map(|credit| credit.name.as_str()).filter(|name| name.contains(' '))
}

fn surname(book: &EditionFacts) -> Option<&str> {
    book.credits.first()?.sort_name.split(',').next().filter(|name| name.len() > 3)
}

/// One letter of a longer word left out.
fn misspelt(title: &str, dice: &mut Dice) -> Option<String> {
    let word = title.split(' ').find(|word| word.len() > 6 && word.is_ascii())?;
    let at = 2 + usize::try_from(dice.below(4)).unwrap();
    Some(title.replacen(word, &format!("{}{}", &word[..at], &word[at + 1..]), 1))
}

/// Sixty queries, and one for the commonest word.
pub(super) fn sample(db: &Db) -> Vec<String> {
    let mut dice = Dice(22);
    let sample = db.read(|conn| {
        let ids = catalog::list_ids(conn, None, u32::MAX)?;
        let mut texts = vec!["the".to_owned()];
        for (count, way) in WAYS {
            let mut made = 0;
            while made < count {
                let id = ids[usize::try_from(dice.below(ids.len() as u64)).unwrap()];
                let Some(book) = catalog::find(conn, id)? else { continue };
                let series = catalog::find_work(conn, book.work_id)?.and_then(|work| work.series);
                let text = way(&book.facts, series.as_ref(), &mut dice);
                if let Some(text) = text.filter(|text| text.len() < 80 && text.chars().any(char::is_alphanumeric)) {
                    texts.push(text);
                    made += 1;
                }
            }
        }
        Ok::<_, DbError>(texts)
    });
    sample.unwrap()
}

/// Requests for the texts in turn, each with a tail of marks that says nothing: the same search, another page.
pub(super) fn shuffled(texts: Vec<String>, seed: u64) -> impl FnMut() -> String {
    let mut dice = Dice(seed);
    let mut at = usize::try_from(seed % 61).unwrap();
    move || {
        at += 1;
        let mut marked = texts[at % texts.len()].clone();
        (0..20).for_each(|_| marked.push(if dice.below(2) == 0 { '!' } else { '?' }));
        get(&format!("/search?q={}", url(&marked)))
    }
}

fn url(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b' ' => "+".to_owned(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

/// The slowest pages, by their middle time beside their bare query's, to see where time goes.
pub(super) async fn each(texts: &[String], bares: &[Bare], searcher: &Searcher, server: SocketAddr) {
    let mut all = Vec::new();
    for (text, bare) in texts.iter().zip(bares) {
        let mut page = times(server, |_| shuffled(vec![text.clone()], 1), 1, Duration::from_millis(60)).await;
        let found = bare.search(searcher).unwrap();
        let mut alone: Vec<f64> = (0..9)
            .map(|_| {
                let start = Instant::now();
                bare.search(searcher).unwrap();
                start.elapsed().as_secs_f64()
            })
            .collect();
        all.push((super::spread(&mut page).0, super::spread(&mut alone).0, found, text));
    }
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (place, (page, bare, found, text)) in all.iter().enumerate() {
        if place < 8 || place % 8 == 0 {
            println!("  page {:7.2} ms  bare {:7.2} ms  {found:7} books  {text:.60}", page * 1e3, bare * 1e3);
        }
    }
}
