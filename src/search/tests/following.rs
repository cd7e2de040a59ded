//! The index follows the catalogue, and comes back from whatever befalls it.

use jiff::ToSpan;

use super::super::{Availability, schema, start, worker};
use super::*;
use crate::changes::{self, Change};
use crate::kernel::time::Clock;
use crate::settings;

#[test]
fn what_changes_is_found_and_what_is_taken_away_is_gone() {
    let shop = Shop::with(&[BOOK]);
    let id = shop.find(&words("ink")).ids[0];
    let before = shop.index.generation();
    shop.write(move |tx| {
        let mut facts = catalog::find(tx, id).unwrap().unwrap().facts;
        facts.title = "Paper".into();
        catalog::update(tx, id, &facts, None, now()).unwrap();
    });
    shop.catch_up();
    assert!(shop.index.generation() > before);
    assert_eq!(shop.titles("ink"), [""; 0]);
    assert_eq!(shop.titles("paper"), ["Paper"]);
    shop.write(move |tx| catalog::set_listed(tx, id, false, now()).unwrap());
    shop.catch_up();
    assert_eq!(shop.titles("paper"), [""; 0]);
    shop.write(move |tx| catalog::set_listed(tx, id, true, now()).unwrap());
    shop.catch_up();
    assert_eq!(shop.titles("paper"), ["Paper"]);
    let hits = shop.find(&words("paper"));
    assert_eq!((hits.total, hits.generation), (1, shop.index.generation()));
}

#[test]
fn a_works_change_reaches_all_its_editions() {
    let shop = Shop::with(&[BOOK]);
    let id = shop.find(&words("ink")).ids[0];
    shop.write(move |tx| {
        let work = catalog::find(tx, id).unwrap().unwrap().work_id;
        let facts = EditionFacts { title: "Ink".into(), format: Format::HARDBACK, ..EditionFacts::default() };
        catalog::create(tx, Some(work), &WorkFacts::default(), &facts, now()).unwrap();
        let about = WorkFacts { series: Some(("Colours".into(), Some("1".into()))), ..WorkFacts::default() };
        catalog::update_work(tx, work, &about, now()).unwrap();
    });
    shop.catch_up();
    // One book, found by what was said of its work, in both formats.
    let hits = shop.find(&words("colours 1"));
    assert_eq!((hits.total, hits.ids.len()), (1, 1));
    let formats: Vec<&str> = hits.facets.formats.iter().map(|count| count.value.as_str()).collect();
    assert_eq!(formats, ["Hardback", "Paperback"]);
}

#[test]
fn a_sale_that_changes_nothing_to_find_writes_no_document() {
    let shop = Shop::with(&[Book { copies: 9, ..BOOK }]);
    let id = shop.find(&words("ink")).ids[0];
    let segments =
        || shop.index.searcher().segment_readers().iter().map(tantivy::SegmentReader::segment_id).collect::<Vec<_>>();
    let before = segments();
    shop.write(move |tx| stock::correct_to(tx, id, 8, "test", "count", now()).unwrap());
    shop.catch_up();
    assert_eq!(segments(), before);
    shop.write(move |tx| stock::correct_to(tx, id, 0, "test", "count", now()).unwrap());
    shop.catch_up();
    assert_ne!(segments(), before);
    assert_eq!(shop.find(&words("ink")).facets.count_of(Availability::OnShelf), 0);
}

#[test]
fn a_crash_before_the_commit_loses_only_time() {
    let shop = Shop::with(&[BOOK]);
    shop.add(&Book { title: "Paper", ..BOOK });
    {
        let mut worker = Worker::open(&shop.db, &shop.index, &Overrides::new()).unwrap();
        let stopped = worker.rebuild(now(), &|| false, &|_, _| ()).unwrap();
        assert_eq!(stopped, None);
        let writer = shop.index.writer();
        assert!(writer.is_err(), "there is one writer");
    }
    let shop = shop.restart();
    assert_eq!(shop.titles("paper"), [""; 0]);
    assert_eq!(shop.titles("ink"), ["Ink"]);
    shop.catch_up();
    assert_eq!(shop.titles("paper"), ["Paper"]);
    assert_eq!(shop.prove().findings, [""; 0]);
}

#[test]
fn documents_written_and_never_committed_are_written_again() {
    let shop = Shop::with(&[BOOK]);
    let id = shop.find(&words("ink")).ids[0];
    {
        let writer = shop.index.writer().unwrap();
        writer.delete_term(schema::fields().id_term(id));
    }
    let shop = shop.restart();
    assert_eq!(shop.titles("ink"), ["Ink"]);
    assert_eq!(shop.prove().proved, 1);
}

#[test]
fn a_damaged_index_is_replaced() {
    let shop = Shop::with(&books(30));
    let damaged = segment_file(&shop);
    let mut bytes = std::fs::read(&damaged).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    std::fs::write(&damaged, bytes).unwrap();
    let shop = shop.restart();
    assert!(!shop.index.is_built());
    shop.catch_up();
    assert_eq!(shop.find(&words("")).total, 30);
    std::fs::write(segment_file(&shop), "").unwrap();
    let shop = shop.restart();
    shop.catch_up();
    std::fs::write(shop.dir().join("meta.json"), "{").unwrap();
    let shop = shop.restart();
    shop.catch_up();
    std::fs::remove_dir_all(shop.dir()).unwrap();
    let shop = shop.restart();
    shop.catch_up();
    assert_eq!((shop.find(&words("")).total, shop.prove().proved), (30, 30));
}

/// Books of as many people.
fn books(count: usize) -> Vec<Book> {
    let author = |n: usize| Box::leak(format!("Ann Author{n:02}").into_boxed_str());
    (0..count).map(|n| Book { author: author(n), ..BOOK }).collect()
}

fn segment_file(shop: &Shop) -> std::path::PathBuf {
    let files = std::fs::read_dir(shop.dir()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "fast" || extension == "term"))
        .collect();
    files.sort();
    files.pop().unwrap()
}

#[test]
fn an_index_of_another_version_is_replaced() {
    let shop = Shop::with(&[BOOK]);
    let meta = shop.dir().join("meta.json");
    let text = std::fs::read_to_string(&meta).unwrap();
    let version = |number: u32| format!(r#"{{\"version\":{number},"#);
    let other = text.replace(&version(crate::search::schema::VERSION), &version(999));
    assert_ne!(text, other);
    std::fs::write(&meta, other).unwrap();
    let shop = shop.restart();
    assert!(!shop.index.is_built());
    assert_eq!(shop.titles("ink"), [""; 0]);
    shop.catch_up();
    assert_eq!(shop.titles("ink"), ["Ink"]);
}

#[test]
fn an_index_that_knows_more_than_the_catalogue_is_built_anew() {
    let shop = Shop::with(&books(3));
    // An older copy of the shop was put back.
    shop.write(|tx| tx.execute_batch("DELETE FROM changes WHERE seq > 1").unwrap());
    assert!(shop.prove().findings[0].contains("has seen change"));
    shop.catch_up();
    assert_eq!((shop.index.generation(), shop.prove().proved), (1, 3));
}

#[test]
fn everything_is_built_anew_when_the_feed_says_so_or_the_currency_changes() {
    let shop = Shop::with(&books(3));
    let generation = shop.index.generation();
    shop.write(|tx| changes::record(tx, Change::Everything, now()).unwrap());
    shop.catch_up();
    assert_eq!((shop.index.generation(), shop.prove().proved), (generation + 1, 3));
    let euro = settings::Shop { currency: "EUR".into(), ..settings::Shop::default() };
    shop.write(move |tx| settings::store(tx, &euro, now()).unwrap());
    shop.catch_up();
    let dear = Query { price: Some((Some(0), None)), ..words("ink") };
    assert_eq!((shop.find(&dear).total, shop.prove().proved), (0, 3));
}

#[test]
fn what_changes_by_the_clock_is_followed() {
    let shop = Shop::with(&[
        BOOK,
        Book { title: "Held", copies: 1, ..BOOK },
        Book { title: "Later", published: "2026-12-24", ..BOOK },
    ]);
    let id = |text: &str| shop.find(&words(text)).ids[0];
    let (ink, held) = (id("ink"), id("held"));
    let soon = now() + 1.hour();
    shop.write(move |tx| {
        set_price(tx, ink, 500, Some(soon), None);
        let demand = stock::Demand { edition: held, quantity: 1 };
        stock::hold(tx, Id::new(now()), demand, soon, now()).unwrap();
    });
    let counts = || {
        let cheap = shop.find(&Query { price: Some((None, Some(500))), ..words("") }).total;
        (cheap, shop.find(&words("")).facets.count_of(Availability::OnShelf))
    };
    shop.catch_up();
    assert_eq!(counts(), (0, 1));
    assert_eq!(shop.prove_at(soon).proved, 1, "what has just fallen due is no finding");
    shop.catch_up_at(soon);
    assert_eq!(counts(), (1, 2));
    shop.catch_up_at("2026-12-24T00:00:00Z".parse().unwrap());
    assert_eq!(counts(), (1, 3));
    assert_eq!(shop.prove_at("2026-12-24T00:00:00Z".parse().unwrap()).proved, 3);
}

#[test]
fn many_small_changes_do_not_pile_up() {
    let shop = Shop::open();
    let mut worker = Worker::open(&shop.db, &shop.index, &Overrides::new()).unwrap();
    for book in books(60) {
        shop.add(&book);
        worker.work(now(), &|| true).unwrap();
    }
    assert_eq!(shop.find(&words("ink")).total, 60);
    drop(worker);
    assert!(shop.index.searcher().segment_readers().len() < 12);
}

/// Lets the indexer's thread work until searches see the last change.
fn wait(shop: &Shop) {
    let latest = shop.db.read(|conn| changes::latest(conn).map_err(DbError::from)).unwrap();
    let tries = (0..2_000).take_while(|_| shop.index.generation() < latest || !shop.index.is_built());
    tries.for_each(|_| std::thread::sleep(std::time::Duration::from_millis(5)));
    assert!(shop.index.generation() >= latest, "the indexer did not follow");
}

#[test]
fn the_running_indexer_sees_every_writer() {
    let shop = Shop::open();
    shop.add(&BOOK);
    let indexer = start(shop.db.clone(), shop.index.clone(), Overrides::new(), Clock::fixed(now())).unwrap();
    wait(&shop);
    assert_eq!(shop.titles("ink"), ["Ink"]);
    shop.add(&Book { title: "Paper", ..BOOK });
    indexer.wake();
    wait(&shop);
    assert_eq!(shop.titles("paper"), ["Paper"]);
    let other = Db::open(&shop.folder.path().join("bookstall.db")).unwrap();
    let pen = Book { title: "Pen", ..BOOK };
    other.write_blocking(move |tx| Ok::<_, DbError>(add(tx, &pen))).unwrap();
    wait(&shop);
    assert_eq!(shop.titles("pen"), ["Pen"]);
    // The folder goes while it runs: the next change brings everything back.
    std::fs::remove_dir_all(shop.dir()).unwrap();
    shop.index.suspect();
    shop.add(&Book { title: "Nib", ..BOOK });
    indexer.wake();
    wait(&shop);
    assert_eq!(shop.find(&words("")).total, 4);
    indexer.stop();
    assert_eq!(shop.prove(), Proof { proved: 4, behind: 0, findings: Vec::new() });
}

#[test]
fn a_command_builds_the_whole_index() {
    let shop = Shop::open();
    for book in books(7) {
        shop.add(&book);
    }
    let told = std::cell::Cell::new((0, 0));
    let done = worker::rebuild(&shop.db, &shop.index, &Overrides::new(), now(), |done, total| told.set((done, total)))
        .unwrap();
    assert_eq!((done, told.get()), (7, (7, 7)));
    assert_eq!(shop.prove().proved, 7);
}
