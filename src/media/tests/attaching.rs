//! Which pictures a book has: order, origins, links.

use super::*;
use crate::changes;
use crate::db::memory;

fn seeds(conn: &Connection, book: Id) -> Vec<Hash> {
    list(conn, book).unwrap().iter().map(|one| one.picture.hash).collect()
}

fn hashes(seeds: &[u8]) -> Vec<Hash> {
    seeds.iter().map(|seed| row_only(*seed).picture.hash).collect()
}

#[test]
fn a_book_has_its_pictures_in_order_and_the_first_is_its_cover() {
    let conn = memory();
    let (tx, emma, persuasion) = (test_tx(&conn), book(&conn, "Emma"), book(&conn, "Persuasion"));
    assert_eq!(front(&conn, emma).unwrap(), None);
    for seed in [1, 2, 3] {
        assert!(attach(&tx, emma, &row_only(seed), Origin::Upload, at(1)).unwrap());
    }
    assert!(!attach(&tx, emma, &row_only(2), Origin::Upload, at(2)).unwrap());
    assert!(attach(&tx, persuasion, &row_only(2), Origin::Upload, at(2)).unwrap());
    assert_eq!(seeds(&conn, emma), hashes(&[1, 2, 3]));
    assert!(reorder(&tx, emma, &hashes(&[3]), at(3)).unwrap());
    assert!(!reorder(&tx, emma, &hashes(&[3, 1, 9]), at(3)).unwrap());
    assert_eq!(front(&conn, emma).unwrap(), Some(row_only(3).picture));
    assert!(detach(&tx, emma, row_only(3).picture.hash, at(4)).unwrap());
    assert!(!detach(&tx, emma, row_only(3).picture.hash, at(4)).unwrap());
    assert_eq!((seeds(&conn, emma), seeds(&conn, persuasion)), (hashes(&[1, 2]), hashes(&[2])));
    for seed in 10..40 {
        attach(&tx, emma, &row_only(seed), Origin::Upload, at(5)).unwrap();
    }
    assert_eq!(seeds(&conn, emma).len(), MOST_PICTURES);
    let mut report = crate::findings::Report::default();
    doctor::check(&conn, at(6), &mut report).unwrap();
    assert!(report.is_clean(), "{report:?}");
}

#[test]
fn every_change_of_a_books_pictures_is_a_change_of_the_book() {
    let conn = memory();
    let (tx, emma) = (test_tx(&conn), book(&conn, "Emma"));
    let mut last = changes::latest(&conn).unwrap();
    let mut check = |changed: bool| {
        let now = changes::latest(&conn).unwrap();
        assert_eq!((now > last, changes::version_of(&conn, &[emma]).unwrap() == now), (changed, true));
        last = now;
    };
    attach(&tx, emma, &row_only(1), Origin::Upload, at(1)).unwrap();
    check(true);
    attach(&tx, emma, &row_only(1), Origin::Upload, at(1)).unwrap();
    check(false);
    set_imported(&tx, emma, &[(row_only(2), "two.jpg".into())], at(2)).unwrap();
    check(true);
    reorder(&tx, emma, &hashes(&[2, 1]), at(3)).unwrap();
    check(true);
    detach(&tx, emma, row_only(1).picture.hash, at(4)).unwrap();
    check(true);
}

#[test]
fn an_import_replaces_its_own_pictures_and_no_others() {
    let conn = memory();
    let (tx, emma) = (test_tx(&conn), book(&conn, "Emma"));
    let named = |seeds: &[u8]| seeds.iter().map(|seed| (row_only(*seed), format!("{seed}.jpg"))).collect::<Vec<_>>();
    assert!(set_imported(&tx, emma, &named(&[1, 2]), at(1)).unwrap());
    assert!(!set_imported(&tx, emma, &named(&[1, 2]), at(2)).unwrap());
    attach(&tx, emma, &row_only(8), Origin::Upload, at(3)).unwrap();
    reorder(&tx, emma, &hashes(&[8]), at(3)).unwrap();
    assert_eq!(seeds(&conn, emma), hashes(&[8, 1, 2]));
    // Staff's own cover stays in front, and what was uploaded is not doubled.
    assert!(set_imported(&tx, emma, &named(&[3, 8, 1]), at(4)).unwrap());
    assert_eq!(seeds(&conn, emma), hashes(&[8, 3, 1]));
    reorder(&tx, emma, &hashes(&[1, 8]), at(5)).unwrap();
    assert!(!set_imported(&tx, emma, &named(&[3, 8, 1]), at(6)).unwrap());
    assert_eq!(seeds(&conn, emma), hashes(&[1, 8, 3]));
    assert!(set_imported(&tx, emma, &[], at(7)).unwrap());
    assert_eq!(seeds(&conn, emma), hashes(&[8]));
}

fn due(conn: &Connection, secs: i64) -> Vec<String> {
    links::list_due(conn, at(secs), 100).unwrap().into_iter().map(|due| due.link).collect()
}

fn say(conn: &Connection, book: Id, links: &[&str], secs: i64) -> bool {
    let links: Vec<String> = links.iter().map(|link| (*link).to_owned()).collect();
    links::set(&test_tx(conn), book, &links, at(secs)).unwrap()
}

#[test]
fn links_of_a_feed_are_noted_and_told_apart_from_files() {
    let conn = memory();
    let emma = book(&conn, "Emma");
    let said =
        ["https://x.example/1.jpg", "cover.jpg", " HTTP://x.example/2.jpg ", "https://x.example/1.jpg", "ftp://x"];
    assert!(say(&conn, emma, &said, 1));
    assert!(!say(&conn, emma, &said, 2));
    assert_eq!(due(&conn, 1), ["https://x.example/1.jpg", "HTTP://x.example/2.jpg"]);
    assert_eq!(due(&conn, 0), [""; 0]);
    assert!(say(&conn, emma, &[], 3));
    assert_eq!(due(&conn, 9), [""; 0]);
    assert!(!say(&conn, emma, &["javascript:alert(1)", "file:///etc/passwd", "https://x.example/a b"], 3));
}

#[test]
fn a_link_that_fails_waits_longer_each_time_and_is_given_up_at_last() {
    let conn = memory();
    let (tx, emma) = (test_tx(&conn), book(&conn, "Emma"));
    say(&conn, emma, &["https://x.example/1.jpg"], 0);
    let link = links::Due { edition: emma, link: "https://x.example/1.jpg".into() };
    let mut now = 0;
    for hours in [1, 4, 16, 64, 256, 720, 720] {
        links::failed(&tx, &link, "the server answered 404", at(now)).unwrap();
        assert_eq!(due(&conn, now + hours * 3600 - 1), [""; 0], "after {hours} hours");
        now += hours * 3600;
        assert_eq!(due(&conn, now).len(), 1, "after {hours} hours");
    }
    links::failed(&tx, &link, "the server answered 410", at(now)).unwrap();
    assert_eq!(due(&conn, now * 100), [""; 0]);
    let known = links::list(&conn, emma).unwrap();
    assert_eq!((known[0].attempts, known[0].problem.as_deref()), (8, Some("the server answered 410")));
    // What is known of a link stays with it when the feed adds another.
    say(&conn, emma, &["https://x.example/0.jpg", "https://x.example/1.jpg"], now);
    assert_eq!(due(&conn, now), ["https://x.example/0.jpg"]);
}

#[test]
fn a_fetched_picture_takes_the_place_of_its_link_and_stays_until_its_successor_is_there() {
    let conn = memory();
    let (tx, emma) = (test_tx(&conn), book(&conn, "Emma"));
    say(&conn, emma, &["https://x/1", "https://x/2"], 0);
    let fetch = |link: &str, seed: u8, secs: i64| {
        let due = links::Due { edition: emma, link: link.into() };
        links::fetched(&tx, &due, &row_only(seed), at(secs)).unwrap()
    };
    assert!(fetch("https://x/2", 2, 1) && fetch("https://x/1", 1, 1));
    assert_eq!((seeds(&conn, emma), due(&conn, 9)), (hashes(&[1, 2]), vec![]));
    say(&conn, emma, &["https://x/1b", "https://x/2"], 2);
    assert_eq!(seeds(&conn, emma), hashes(&[1, 2]));
    assert!(!fetch("https://x/1", 7, 3), "the feed names it no longer");
    assert!(fetch("https://x/1b", 3, 3));
    assert_eq!(seeds(&conn, emma), hashes(&[3, 2]));
    say(&conn, emma, &[], 4);
    assert_eq!(seeds(&conn, emma), []);
}
