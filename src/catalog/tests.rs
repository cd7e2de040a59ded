//! The catalogue's rules over a database in memory.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use jiff::{Timestamp, ToSpan};

use super::prices::{NewPrice, OWNER, PriceKind};
use super::*;
use crate::kernel::money::Currency;

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn facts(title: &str) -> EditionFacts {
    EditionFacts {
        title: title.into(),
        isbn: "9780306406157".parse().ok(),
        credits: vec![Credit::new("Le Guin, Ursula K.", Role::AUTHOR)],
        format: Format::PAPERBACK,
        description: Some("Winter <b>and</b> ice</p>".into()),
        ..EditionFacts::default()
    }
}

fn price(minor: i64, source: &str, kind: PriceKind) -> NewPrice {
    NewPrice {
        amount: Money::new(minor, Currency::GBP),
        tax_included: true,
        kind,
        source: source.into(),
        valid_from: None,
        valid_to: None,
    }
}

#[test]
fn what_is_stored_is_what_is_read() {
    let conn = crate::db::memory();
    let tx = crate::db::test_tx(&conn);
    let about = WorkFacts {
        series: Some(("Hainish Cycle".into(), Some("4".into()))),
        first_published: Some(1969),
        categories: vec!["Science Fiction/Classics".into()],
        ..WorkFacts::default()
    };
    let (id, work) = create(&tx, None, &about, &facts("The Left Hand of Darkness"), now()).unwrap();
    let edition = find(&conn, id).unwrap().unwrap();
    assert_eq!(edition.byline, "Ursula K. Le Guin");
    assert_eq!(edition.path(), "/books/9780306406157/the-left-hand-of-darkness");
    assert_eq!(edition.facts.credits[0].sort_name, "Le Guin, Ursula K.");
    let stored = find_work(&conn, work).unwrap().unwrap();
    assert_eq!(stored.categories, ["science-fiction/classics"]);
    assert_eq!(stored.series, about.series);
    assert_eq!(find_id_by_isbn(&conn, &"0306406152".parse().unwrap()).unwrap(), Some(id));
    assert_eq!(list_newest(&conn, 5).unwrap(), [id]);
    update(&tx, id, &edition.facts, Some(edition.version), now()).unwrap();
    assert!(matches!(update(&tx, id, &edition.facts, Some(edition.version), now()), Err(CatalogError::Stale)));
    assert!(matches!(create(&tx, None, &about, &facts(""), now()), Err(CatalogError::Title(0))));
}

#[test]
fn the_owners_price_wins_and_the_old_one_stays_as_history() {
    let conn = crate::db::memory();
    let tx = crate::db::test_tx(&conn);
    let (id, _) = create(&tx, None, &WorkFacts::default(), &facts("Ink"), now()).unwrap();
    let current = |at| prices::current(&conn, id, Currency::GBP, at).unwrap().map(|money| money.minor);
    assert_eq!(current(now()), None);
    assert!(prices::set(&tx, id, &price(1299, "feed", PriceKind::Rrp), now()).unwrap());
    assert!(!prices::set(&tx, id, &price(1299, "feed", PriceKind::Rrp), now()).unwrap());
    assert_eq!(current(now()), Some(1299));
    prices::set(&tx, id, &price(999, OWNER, PriceKind::Selling), now()).unwrap();
    prices::set(&tx, id, &price(1399, "feed", PriceKind::Rrp), now()).unwrap();
    assert_eq!(current(now()), Some(999));
    assert_eq!(prices::current(&conn, id, Currency::EUR, now()).unwrap(), None);
    let history: Vec<(i64, bool)> =
        prices::history(&conn, id).unwrap().iter().map(|past| (past.amount.minor, past.until.is_some())).collect();
    assert_eq!(history, [(1399, false), (999, false), (1299, true)]);
}

#[test]
fn a_price_for_later_holds_from_its_moment() {
    let conn = crate::db::memory();
    let tx = crate::db::test_tx(&conn);
    let (id, _) = create(&tx, None, &WorkFacts::default(), &facts("Ink"), now()).unwrap();
    prices::set(&tx, id, &price(1000, OWNER, PriceKind::Selling), now()).unwrap();
    let friday = now() + 24.hours();
    let sale = NewPrice {
        valid_from: Some(friday),
        valid_to: Some(friday + 24.hours()),
        ..price(800, OWNER, PriceKind::Selling)
    };
    prices::set(&tx, id, &sale, now()).unwrap();
    let current = |at| prices::current(&conn, id, Currency::GBP, at).unwrap().map(|money| money.minor);
    let second = 1.second();
    assert_eq!(
        [now(), friday - second, friday, friday + 24.hours() - second, friday + 24.hours()].map(current),
        [Some(1000), Some(1000), Some(800), Some(800), Some(1000)]
    );
    let until = |at| prices::list_standing(&conn, &[id], Currency::GBP, at).unwrap()[0].until;
    assert_eq!(until(now()), Some(friday));
    assert_eq!(until(friday), Some(friday + 24.hours()));
}

#[track_caller]
fn check_offer(change: impl FnOnce(&mut BookRow), copies: u32, expected: &Offer) {
    let conn = crate::db::memory();
    let tx = crate::db::test_tx(&conn);
    let (id, _) = create(&tx, None, &WorkFacts::default(), &facts("Ink"), now()).unwrap();
    prices::set(&tx, id, &price(1000, OWNER, PriceKind::Selling), now()).unwrap();
    let mut book = row(&conn, id, Currency::GBP, now()).unwrap().unwrap();
    change(&mut book);
    assert_eq!(&Offer::of(&book, copies, "2026-11-22".parse().unwrap()), expected);
}

#[test]
fn an_offer_promises_only_what_is_known() {
    let date = |text: &str| text.parse::<PartialDate>().ok();
    check_offer(|_| {}, 3, &Offer::OnShelf { copies: 3, more_in: None });
    check_offer(|_| {}, 0, &Offer::Unavailable);
    let from_supplier = |book: &mut BookRow| {
        book.availability = "21".into();
        book.lead_days = Some((2, 4));
    };
    check_offer(from_supplier, 0, &Offer::ToOrder { days: (2, 4) });
    check_offer(from_supplier, 1, &Offer::OnShelf { copies: 1, more_in: Some((2, 4)) });
    check_offer(|book| book.price = None, 3, &Offer::NoPrice);
    check_offer(|book| book.published = date("2027-03"), 3, &Offer::Forthcoming { date: date("2027-03") });
    check_offer(|book| book.published = date("2026"), 3, &Offer::OnShelf { copies: 3, more_in: None });
    check_offer(|book| book.publishing_status = "07".into(), 0, &Offer::OutOfPrint);
    check_offer(|book| book.availability = "31".into(), 0, &Offer::Reprinting);
    check_offer(|book| book.publishing_status = "12".into(), 3, &Offer::Unavailable);
    check_offer(|book| book.format = Format::from_code("ED").unwrap(), 3, &Offer::Unavailable);
    check_offer(|book| book.listed = false, 3, &Offer::Unavailable);
}

#[test]
fn books_by_one_author_know_each_other() {
    let conn = crate::db::memory();
    let tx = crate::db::test_tx(&conn);
    let book = |title: &str, credits: Vec<Credit>, popularity| {
        let facts = EditionFacts { isbn: None, credits, ..facts(title) };
        create(&tx, None, &WorkFacts { popularity, ..WorkFacts::default() }, &facts, now()).unwrap()
    };
    let ann = || Credit::new("Ann Author", Role::AUTHOR);
    let (first, _) = book("First", vec![ann(), Credit::new("Tom Turner", Role::TRANSLATOR)], 1);
    let (_, second) = book("Second", vec![ann()], 5);
    let (_, third) = book("Third", vec![Credit::new("Bo Both", Role::AUTHOR), ann()], 9);
    book("Fourth", vec![Credit::new("Tom Turner", Role::TRANSLATOR)], 9);
    assert_eq!(related::list_by_same_author(&conn, first, 5).unwrap(), [third, second]);
    assert_eq!(related::list_by_same_author(&conn, first, 1).unwrap(), [third]);
}
