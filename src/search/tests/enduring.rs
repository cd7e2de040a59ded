//! What befalls an index while the shop is open: it is built anew, damaged, deleted. Every answer is whole.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use super::super::start;
use super::*;
use crate::changes::{self, Change};
use crate::kernel::time::Clock;

const BOOKS: usize = 300;

/// As many books, two editions each.
fn shop() -> Shop {
    let shop = Shop::open();
    shop.write(|tx| {
        for n in 0..BOOKS {
            let author = Box::leak(format!("Ann Author{n:03}").into_boxed_str());
            add(tx, &Book { author, copies: 9, ..BOOK });
            add(tx, &Book { author, format: "BB", copies: 0, ..BOOK });
        }
    });
    shop.catch_up();
    shop
}

/// Asks until it is so; far longer than it ever takes.
#[track_caller]
fn eventually(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..6_000 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("{what} did not happen");
}

fn latest(shop: &Shop) -> i64 {
    shop.db.read(|conn| changes::latest(conn).map_err(DbError::from)).unwrap()
}

fn has_followed(shop: &Shop) -> bool {
    shop.index.is_built() && shop.index.generation() >= latest(shop)
}

/// Readers who search without a pause; each says how many answers it got. An answer that is not whole fails.
fn readers(shop: &Shop, stop: &Arc<AtomicBool>) -> Vec<JoinHandle<u32>> {
    let read = |index: Index, stop: Arc<AtomicBool>| {
        let mut answers = 0;
        while !stop.load(Ordering::Acquire) {
            for text in ["", "ink", "ann"] {
                let hits = find(&index, &words(text)).unwrap();
                let formats: u64 = hits.facets.formats.iter().map(|count| count.books).sum();
                assert_eq!((hits.total, formats), (BOOKS as u64, 2 * BOOKS as u64), "an answer that is not whole");
                answers += 1;
            }
        }
        answers
    };
    (0..2)
        .map(|_| {
            let (index, stop) = (shop.index.clone(), Arc::clone(stop));
            std::thread::spawn(move || read(index, stop))
        })
        .collect()
}

#[test]
fn a_rebuild_under_load_gives_whole_answers_only() {
    let shop = shop();
    let ids = shop.find(&Query { per_page: 100, format: Some("Paperback".into()), ..words("") }).ids;
    let indexer = start(shop.db.clone(), shop.index.clone(), Overrides::new(), Clock::fixed(now())).unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let readers = readers(&shop, &stop);
    for (round, id) in ids.into_iter().enumerate().take(40) {
        if round % 8 == 0 {
            shop.write(|tx| changes::record(tx, Change::Everything, now()).unwrap());
        }
        shop.write(move |tx| {
            let line = (Id::new(now()), stock::Part::Shelf);
            stock::sell(tx, id, line, 1, "test", now()).unwrap();
        });
        // A sale only shows in the order; a price makes a document.
        shop.write(move |tx| set_price(tx, id, 1200, None, None));
    }
    eventually("catching up", || has_followed(&shop));
    stop.store(true, Ordering::Release);
    let answers: u32 = readers.into_iter().map(|reader| reader.join().unwrap()).sum();
    assert!(answers > 0);
    indexer.stop();
    assert_eq!(shop.prove(), Proof { proved: 2 * BOOKS as u64, behind: 0, findings: Vec::new() });
    assert_eq!(shop.find(&Query { price: Some((Some(1200), Some(1200))), ..words("") }).total, 40);
}

fn files(shop: &Shop) -> Vec<PathBuf> {
    let files = std::fs::read_dir(shop.dir()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files
        .filter(|path| {
            let is_kind = |kind: &std::ffi::OsStr| ["fast", "term", "idx", "pos", "store"].iter().any(|of| kind == *of);
            path.extension().is_some_and(is_kind)
        })
        .collect();
    files.sort();
    files
}

/// Bytes turn to nonsense in place: whoever has the file mapped reads them.
fn overwrite(file: &std::path::Path) {
    use std::io::Write as _;
    let length = usize::try_from(std::fs::metadata(file).unwrap().len()).unwrap();
    let mut open = std::fs::OpenOptions::new().write(true).open(file).unwrap();
    open.write_all(&vec![0xA5; length]).unwrap();
}

#[test]
fn an_index_that_is_damaged_or_deleted_comes_back_while_it_is_used() {
    let shop = shop();
    let indexer = start(shop.db.clone(), shop.index.clone(), Overrides::new(), Clock::fixed(now())).unwrap();
    eventually("catching up", || has_followed(&shop));
    let whole = || {
        // Until then an answer may fail or say that nothing is built: lists are made from the catalogue then.
        let built = shop.index.is_built();
        built
            && find(&shop.index, &words("")).is_ok_and(|hits| hits.total == BOOKS as u64)
            && shop.prove().findings.is_empty()
    };
    for kind in ["fast", "term", "idx", "store"] {
        // As the indexer does every second: what the files are now is how they were written.
        shop.index.watch();
        let before = files(&shop);
        let of_kind = |path: &&PathBuf| path.extension().is_some_and(|extension| extension == kind);
        overwrite(before.iter().find(of_kind).unwrap());
        eventually(&format!("noticing a damaged .{kind}"), || files(&shop) != before);
        eventually("building it anew", whole);
    }
    std::fs::remove_dir_all(shop.dir()).unwrap();
    eventually("building a deleted index anew", || shop.dir().join("meta.json").exists() && whole());
    std::fs::write(shop.dir().join("meta.json"), "{").unwrap();
    eventually("building an index without its list anew", whole);
    indexer.stop();
    assert_eq!(shop.prove(), Proof { proved: 2 * BOOKS as u64, behind: 0, findings: Vec::new() });
}

#[test]
fn a_change_is_found_though_nobody_wakes_the_indexer() {
    let shop = Shop::open();
    let indexer = start(shop.db.clone(), shop.index.clone(), Overrides::new(), Clock::fixed(now())).unwrap();
    eventually("the first build", || has_followed(&shop));
    shop.add(&BOOK);
    eventually("finding a new book", || shop.find(&words("ink")).total == 1);
    let id = shop.find(&words("ink")).ids[0];
    shop.write(move |tx| catalog::set_listed(tx, id, false, now()).unwrap());
    eventually("forgetting a book", || shop.find(&words("ink")).total == 0);
    indexer.stop();
}
