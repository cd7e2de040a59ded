//! The cart's rules.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use super::*;
use crate::catalog::prices::{self, NewPrice, OWNER, PriceKind};
use crate::catalog::{EditionFacts, WorkFacts};
use crate::db::{memory, test_tx};
use crate::kernel::money::{Currency, Money};
use crate::settings::Shop;

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn book(conn: &Connection, title: &str, minor: i64, copies: u32) -> Id {
    let tx = test_tx(conn);
    let facts = EditionFacts { title: title.into(), ..EditionFacts::default() };
    let (id, _) = crate::catalog::create(&tx, None, &WorkFacts::default(), &facts, now()).unwrap();
    reprice(conn, id, minor);
    if copies > 0 {
        crate::stock::receive(&tx, id, copies, "x", "x", now()).unwrap();
    }
    id
}

fn reprice(conn: &Connection, id: Id, minor: i64) {
    let price = NewPrice {
        amount: Money::new(minor, Currency::GBP),
        tax_included: true,
        kind: PriceKind::Selling,
        source: OWNER.into(),
        valid_from: None,
        valid_to: None,
    };
    prices::set(&test_tx(conn), id, &price, now()).unwrap();
}

fn guest() -> Owner {
    Owner { customer: None, token: Some(Token::random()) }
}

fn customer(conn: &Connection) -> Owner {
    let id = Id::new(now());
    conn.execute(
        "INSERT INTO customers (id, email, email_folded, name, password_hash, created_at, updated_at) VALUES (?1, ?2, ?2, 'Ada', 'x', 0, 0)",
        (id, id.to_string()),
    )
    .unwrap();
    Owner { customer: Some(id), token: None }
}

#[test]
fn a_basket_tells_what_changed() {
    let conn = memory();
    let (tx, shop, owner) = (test_tx(&conn), Shop::default(), guest());
    let ink = book(&conn, "Ink", 1000, 2);
    add(&tx, &owner, ink, 1, &shop, now()).unwrap();
    add(&tx, &owner, ink, 1, &shop, now()).unwrap();
    let seen = view(&conn, &owner, &shop, now()).unwrap();
    assert_eq!((seen.copies(), seen.subtotal.minor, seen.can_be_ordered()), (2, 2000, true));
    assert_eq!(count(&conn, &owner).unwrap(), 2);
    reprice(&conn, ink, 900);
    crate::stock::correct_to(&tx, ink, 1, "x", "x", now()).unwrap();
    let changed = view(&conn, &owner, &shop, now()).unwrap();
    let (was, price) = (Money::new(1000, Currency::GBP), Money::new(900, Currency::GBP));
    assert_eq!(changed.lines[0].notices, [Notice::PriceMoved { was, now: price }, Notice::Short { left: 1 }]);
    assert!(!changed.can_be_ordered());
    set_quantity(&tx, changed.id.unwrap(), ink, 1, &shop, now()).unwrap();
    assert!(view(&conn, &owner, &shop, now()).unwrap().lines[0].notices.is_empty());
}

#[test]
fn foolish_quantities_and_books_not_for_sale_are_refused() {
    let conn = memory();
    let (tx, shop, owner) = (test_tx(&conn), Shop::default(), guest());
    let ink = book(&conn, "Ink", 1000, 2);
    let gone = book(&conn, "Gone", 1000, 0);
    for quantity in [0, 100, u32::MAX] {
        assert!(matches!(add(&tx, &owner, ink, quantity, &shop, now()), Err(CartError::Quantity)));
    }
    assert!(matches!(add(&tx, &owner, gone, 1, &shop, now()), Err(CartError::NotForSale(_))));
    assert!(matches!(add(&tx, &owner, Id::new(now()), 1, &shop, now()), Err(CartError::Missing)));
    assert_eq!(find_open(&conn, &owner).unwrap(), None);
}

#[test]
fn signing_in_merges_both_baskets() {
    let conn = memory();
    let (tx, shop, visitor, member) = (test_tx(&conn), Shop::default(), guest(), customer(&conn));
    let (ink, paper) = (book(&conn, "Ink", 1000, 200), book(&conn, "Paper", 500, 9));
    add(&tx, &visitor, ink, 60, &shop, now()).unwrap();
    add(&tx, &visitor, paper, 1, &shop, now()).unwrap();
    add(&tx, &member, ink, 60, &shop, now()).unwrap();
    merge_at_sign_in(&tx, visitor.token.as_ref().unwrap(), member.customer.unwrap(), now()).unwrap();
    let merged = view(&conn, &member, &shop, now()).unwrap();
    assert_eq!(merged.lines.iter().map(|line| line.quantity).collect::<Vec<_>>(), [99, 1]);
    assert_eq!(count(&conn, &visitor).unwrap(), 0);
}

#[test]
fn a_token_begins_another_basket_after_its_first_was_taken_over() {
    let conn = memory();
    let (tx, shop, visitor, member) = (test_tx(&conn), Shop::default(), guest(), customer(&conn));
    let ink = book(&conn, "Ink", 1000, 9);
    add(&tx, &visitor, ink, 2, &shop, now()).unwrap();
    merge_at_sign_in(&tx, visitor.token.as_ref().unwrap(), member.customer.unwrap(), now()).unwrap();
    add(&tx, &visitor, ink, 1, &shop, now()).unwrap();
    assert_eq!((count(&conn, &member).unwrap(), count(&conn, &visitor).unwrap()), (2, 1));
}

#[test]
fn an_ordered_basket_is_closed_and_comes_back_when_the_order_fails() {
    let conn = memory();
    let (tx, shop, owner) = (test_tx(&conn), Shop::default(), guest());
    let (ink, paper) = (book(&conn, "Ink", 1000, 9), book(&conn, "Paper", 500, 9));
    let (first, _) = add(&tx, &owner, ink, 2, &shop, now()).unwrap();
    assert!(close(&tx, first, Id::new(now()), now()).unwrap());
    assert!(!close(&tx, first, Id::new(now()), now()).unwrap());
    assert_eq!(count(&conn, &owner).unwrap(), 0);
    let (second, _) = add(&tx, &owner, paper, 1, &shop, now()).unwrap();
    assert_ne!(first, second);
    restore(&tx, first, now()).unwrap();
    restore(&tx, first, now()).unwrap();
    assert_eq!(count(&conn, &owner).unwrap(), 3);
    assert!(close(&tx, second, Id::new(now()), now()).unwrap());
    restore(&tx, second, now()).unwrap();
    assert_eq!(find_open(&conn, &owner).unwrap(), Some(second));
}
