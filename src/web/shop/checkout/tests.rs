//! A desk for tests: one book, post and collection, every way to pay.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::cart::Owner;
use crate::catalog::prices::{self, NewPrice, OWNER, PriceKind};
use crate::catalog::{EditionFacts, WorkFacts};
use crate::db::{memory, test_tx};
use crate::kernel::money::{Currency, Money};

pub(super) fn now() -> Timestamp {
    // A Friday morning.
    "2026-11-20T10:00:00Z".parse().unwrap()
}

/// What is offered to somebody who chose `country`, if it is one.
pub(super) fn desk(country: &str) -> Desk {
    let conn = memory();
    let (tx, shop) = (test_tx(&conn), Arc::new(Shop::default()));
    crate::tax::seed(&tx).unwrap();
    delivery::seed(&tx, Currency::GBP, now()).unwrap();
    let facts = EditionFacts { title: "Ink".into(), ..EditionFacts::default() };
    let (book, _) = crate::catalog::create(&tx, None, &WorkFacts::default(), &facts, now()).unwrap();
    let price = NewPrice {
        amount: Money::new(999, Currency::GBP),
        tax_included: true,
        kind: PriceKind::Selling,
        source: OWNER.into(),
        valid_from: None,
        valid_to: None,
    };
    prices::set(&tx, book, &price, now()).unwrap();
    crate::stock::receive(&tx, book, 3, "x", "x", now()).unwrap();
    let owner = Owner { customer: None, token: Some(Token::random()) };
    cart::add(&tx, &owner, book, 1, &shop, now()).unwrap();
    let basket = cart::view(&conn, &owner, &shop, now()).unwrap();
    let home: Country = "GB".parse().unwrap();
    let country = country.parse().unwrap_or(home);
    let ways = sums::ways(&conn, &shop, &basket, country, now()).unwrap();
    let covers = Covers::default();
    Desk { pays: pays(&shop, true, &ways), shop, basket, covers, country, countries: vec![home, country], ways }
}

#[test]
fn what_cannot_be_paid_here_is_not_offered() {
    let desk = desk("GB");
    assert_eq!(desk.pays, [Method::Card, Method::Transfer, Method::OnCollection]);
    assert_eq!(pays(&desk.shop, false, &desk.ways), [Method::Transfer, Method::OnCollection]);
    assert_eq!(pays(&desk.shop, false, &[]), [Method::Transfer]);
}
