//! A book is one hit, whenever its editions came, however they moved.

use super::*;
use crate::catalog::{people, works};

/// The formats of each hit for `ink`, as the index counts them.
#[track_caller]
fn check(shop: &Shop, expected: &[&[&str]]) {
    shop.catch_up();
    assert_eq!(shop.prove().findings, [""; 0]);
    let hits = shop.find(&words("ink"));
    assert_eq!(hits.total, u64::try_from(expected.len()).unwrap());
    let mut found: Vec<Vec<String>> = hits.ids.iter().map(|id| formats_of(shop, *id)).collect();
    found.sort();
    assert_eq!(found, expected);
    let all: usize = expected.iter().map(|formats| formats.len()).sum();
    let counted: u64 = hits.facets.formats.iter().map(|count| count.books).sum();
    assert_eq!(counted, u64::try_from(all).unwrap(), "each of the test's books has a format once");
}

/// The formats of all that stands with an edition, by SQL.
fn formats_of(shop: &Shop, id: Id) -> Vec<String> {
    let sql = "SELECT e.format FROM editions e JOIN works w ON w.id = e.work_id
                WHERE e.listed = 1 AND w.alike = (SELECT w.alike FROM editions e JOIN works w ON w.id = e.work_id WHERE e.id = ?1)
                ORDER BY e.format";
    let read = |conn: &rusqlite::Connection| {
        let mut statement = conn.prepare(sql)?;
        let rows = statement.query_map([id], |row| row.get(0))?;
        Ok::<_, DbError>(rows.collect::<Result<_, _>>()?)
    };
    shop.db.read(read).unwrap()
}

fn work_of(shop: &Shop, id: Id) -> Id {
    shop.db.read(|conn| works::of_edition(conn, id).map_err(DbError::from)).unwrap().unwrap()
}

fn rename(shop: &Shop, id: Id, title: &'static str) {
    shop.write(move |tx| {
        let mut facts = catalog::find(tx, id).unwrap().unwrap().facts;
        facts.title = title.into();
        catalog::update(tx, id, &facts, None, now()).unwrap();
    });
}

const HARDBACK: Book = Book { format: "BB", ..BOOK };
const AUDIO: Book = Book { format: "AC", ..BOOK };

#[test]
fn editions_that_came_at_different_times_are_one_hit() {
    let shop = Shop::with(&[BOOK]);
    let work = work_of(&shop, shop.find(&words("ink")).ids[0]);
    shop.write(move |tx| add_to(tx, Some(work), &HARDBACK));
    check(&shop, &[&["BB", "BC"]]);
    // A feed that knows no works makes one of its own.
    shop.add(&Book { title: "Ink: A Novel", author: "Author, Ann", ..AUDIO });
    check(&shop, &[&["AC", "BB", "BC"]]);
    shop.add(&Book { title: "Ink (2)", format: "CD", ..BOOK });
    shop.add(&Book { author: "Bo Bell", format: "BE", ..BOOK });
    check(&shop, &[&["AC", "BB", "BC"], &["BE"], &["CD"]]);
}

#[test]
fn what_is_renamed_moved_split_or_hidden_stands_where_it_belongs() {
    let shop = Shop::with(&[BOOK, AUDIO, Book { title: "Paper", ..HARDBACK }]);
    let paper = shop.find(&words("paper")).ids[0];
    check(&shop, &[&["AC", "BC"]]);
    rename(&shop, paper, "Ink");
    check(&shop, &[&["AC", "BB", "BC"]]);
    rename(&shop, paper, "Ink, Vol. 2");
    check(&shop, &[&["AC", "BC"], &["BB"]]);
    let work = work_of(&shop, shop.find(&Query { format: Some("Paperback".into()), ..words("ink") }).ids[0]);
    shop.write(move |tx| works::move_edition(tx, paper, work, now()).unwrap());
    check(&shop, &[&["AC", "BB", "BC"]]);
    shop.write(move |tx| works::split_off(tx, paper, now()).unwrap());
    check(&shop, &[&["AC", "BC"], &["BB"]]);
    shop.write(move |tx| catalog::set_listed(tx, paper, false, now()).unwrap());
    check(&shop, &[&["AC", "BC"]]);
    // Nobody sees it, yet it says what its work looks like.
    rename(&shop, paper, "Ink");
    shop.write(move |tx| catalog::set_listed(tx, paper, true, now()).unwrap());
    check(&shop, &[&["AC", "BB", "BC"]]);
}

#[test]
fn a_series_that_is_named_later_parts_the_volumes() {
    let shop = Shop::with(&[BOOK, HARDBACK]);
    let id = shop.find(&Query { format: Some("Hardback".into()), ..words("ink") }).ids[0];
    check(&shop, &[&["BB", "BC"]]);
    let work = work_of(&shop, id);
    shop.write(move |tx| {
        let mut about = catalog::find_work(tx, work).unwrap().unwrap();
        about.series = Some(("Ink".into(), Some("2".into())));
        catalog::update_work(tx, work, &about, now()).unwrap();
    });
    check(&shop, &[&["BB"], &["BC"]]);
}

#[test]
fn joined_people_join_their_books() {
    let shop = Shop::with(&[BOOK, Book { author: "Ann Schriftsteller", ..HARDBACK }]);
    check(&shop, &[&["BB"], &["BC"]]);
    let person = |name: &'static str| {
        let list = shop.db.read(|conn| people::list(conn, name, 0, 1).map_err(DbError::from)).unwrap();
        list[0].person.id
    };
    let (keep, gone) = (person("ann author"), person("ann schriftsteller"));
    shop.write(move |tx| people::merge(tx, keep, gone, now()).unwrap());
    check(&shop, &[&["BB", "BC"]]);
    // A feed that spells the old name makes the same book.
    shop.add(&Book { author: "Schriftsteller, Ann", ..AUDIO });
    check(&shop, &[&["AC", "BB", "BC"]]);
    shop.write(move |tx| people::rename(tx, keep, "Ann Scribe", "", false, now()).unwrap());
    check(&shop, &[&["AC", "BB", "BC"]]);
}

#[test]
fn a_name_that_turns_out_to_be_a_bodys_moves_all_its_books() {
    let shop = Shop::with(&[Book { author: "Quay Press", ..BOOK }]);
    let body = EditionFacts {
        title: "Ink".into(),
        credits: vec![Credit::of_body("Quay Press", Role::AUTHOR)],
        format: Format::HARDBACK,
        ..EditionFacts::default()
    };
    shop.write(move |tx| catalog::create(tx, None, &WorkFacts::default(), &body, now()).unwrap());
    check(&shop, &[&["BB", "BC"]]);
    shop.add(&Book { author: "Press, Quay", ..AUDIO });
    check(&shop, &[&["AC", "BB", "BC"]]);
}

#[test]
fn two_moves_before_a_commit_leave_nothing_behind() {
    let shop = Shop::with(&[BOOK, HARDBACK]);
    let id = shop.find(&Query { format: Some("Hardback".into()), ..words("ink") }).ids[0];
    let mut worker = Worker::open(&shop.db, &shop.index, &Overrides::new()).unwrap();
    // Each time the worker has read the feed and before it commits, the book is called otherwise again.
    let titles = std::cell::RefCell::new(vec!["Ink, Vol. 4", "Ink, Vol. 3", "Ink, Vol. 2"]);
    let go_on = || {
        if let Some(title) = titles.borrow_mut().pop() {
            rename(&shop, id, title);
        }
        true
    };
    worker.work(now(), &go_on).unwrap();
    drop(worker);
    assert_eq!(shop.prove(), Proof { proved: 2, behind: 0, findings: Vec::new() });
    check(&shop, &[&["BB"], &["BC"]]);
}

#[test]
fn merging_segments_keeps_books_together() {
    let shop = Shop::open();
    let mut worker = Worker::open(&shop.db, &shop.index, &Overrides::new()).unwrap();
    let names: Vec<&'static str> = (0..7).map(|n| &*Box::leak(format!("Ann Author{n:02}").into_boxed_str())).collect();
    for format in ["BC", "BB", "AC", "CD", "BE"] {
        for author in &names {
            shop.add(&Book { author, format, ..BOOK });
            worker.work(now(), &|| true).unwrap();
        }
    }
    drop(worker);
    let everyone: &[&str] = &["AC", "BB", "BC", "BE", "CD"];
    check(&shop, &[everyone; 7]);
}

#[test]
fn the_edition_that_fits_is_the_one_shown() {
    let shop = Shop::with(&[
        Book { isbn: "9780306406157", copies: 0, ..BOOK },
        Book { isbn: "9780975229804", language: "fre", ..HARDBACK },
        Book { isbn: "9781250108562", copies: 0, price: Some(300), ..AUDIO },
    ]);
    let shown = |query: &Query| {
        let hits = shop.find(query);
        assert_eq!(hits.ids.len(), 1, "{query:?}");
        let edition = shop.db.read(|conn| catalog::find(conn, hits.ids[0]).map_err(DbError::from)).unwrap();
        edition.unwrap().facts.isbn.unwrap().to_string()
    };
    // The one on the shelf, unless the reader asked for another.
    assert_eq!(shown(&words("ink")), "9780975229804");
    assert_eq!(shown(&words("")), "9780975229804");
    assert_eq!(shown(&words("9780306406157")), "9780306406157");
    assert_eq!(shown(&Query { format: Some("Audio CD".into()), ..words("ink") }), "9781250108562");
    assert_eq!(shown(&Query { language: Some("fre".into()), ..words("ink") }), "9780975229804");
    assert_eq!(shown(&Query { price: Some((None, Some(400))), ..words("ink") }), "9781250108562");
}
