//! The ledger's and the holds' rules.
#![allow(clippy::unwrap_used, reason = "tests")]

use jiff::ToSpan;

use super::*;
use crate::catalog::{EditionFacts, WorkFacts};
use crate::db::{memory, test_tx};

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn book(conn: &Connection) -> Id {
    let facts = EditionFacts { title: "Ink".into(), ..EditionFacts::default() };
    crate::catalog::create(&test_tx(conn), None, &WorkFacts::default(), &facts, now()).unwrap().0
}

#[test]
fn the_shelf_is_the_sum_of_its_ledger() {
    let conn = memory();
    let (tx, edition) = (test_tx(&conn), book(&conn));
    receive(&tx, edition, 5, "staff:marta", "delivery", now()).unwrap();
    assert_eq!(correct_to(&tx, edition, 3, "staff:marta", "count", now()).unwrap(), -2);
    assert_eq!(correct_to(&tx, edition, 3, "staff:marta", "count", now()).unwrap(), 0);
    let line = Id::new(now());
    sell(&tx, edition, (line, Part::Shelf), 2, "shop", now()).unwrap();
    assert!(matches!(
        sell(&tx, edition, (Id::new(now()), Part::Shelf), 2, "shop", now()),
        Err(StockError::Short { available: 1, .. })
    ));
    return_unit(&tx, edition, line, 0, "staff:marta", "damaged parcel", now()).unwrap();
    let ledger: Vec<i64> =
        list_movements(&conn, edition, 9).unwrap().iter().map(|movement| movement.quantity).collect();
    assert_eq!(ledger, [1, -2, -2, 5]);
    assert_eq!(i64::from(on_hand(&conn, edition).unwrap()), ledger.iter().sum::<i64>());
    assert!(matches!(receive(&tx, edition, 0, "x", "x", now()), Err(StockError::Quantity)));
    assert!(conn.execute("DELETE FROM stock_movements", []).is_err());
}

#[test]
fn a_unit_is_sold_once_and_comes_back_once() {
    let conn = memory();
    let edition = book(&conn);
    let line = Id::new(now());
    receive(&test_tx(&conn), edition, 5, "x", "x", now()).unwrap();
    sell(&test_tx(&conn), edition, (line, Part::Shelf), 2, "shop", now()).unwrap();
    return_unit(&test_tx(&conn), edition, line, 0, "x", "x", now()).unwrap();
    for _ in 0..2 {
        let spoint = conn.unchecked_transaction().unwrap();
        let again = return_unit(&test_tx(&conn), edition, line, 0, "x", "x", now());
        assert!(matches!(again, Err(StockError::Twice)));
        spoint.rollback().unwrap();
    }
    assert_eq!(on_hand(&conn, edition).unwrap(), 4);
}

#[test]
fn holds_count_until_they_end_and_never_against_their_own_order() {
    let conn = memory();
    let (tx, edition) = (test_tx(&conn), book(&conn));
    receive(&tx, edition, 3, "x", "x", now()).unwrap();
    let (first, second) = (Id::new(now()), Id::new(now()));
    let want = |quantity| Demand { edition, quantity };
    let until = now() + 15.minutes();
    hold(&tx, first, want(2), until, now()).unwrap();
    assert_eq!(available(&conn, edition, now()).unwrap(), 1);
    assert!(matches!(hold(&tx, second, want(2), until, now()), Err(StockError::Short { asked: 2, available: 1, .. })));
    hold(&tx, first, want(3), until, now()).unwrap();
    assert_eq!(next_expiry(&conn, edition, now()).unwrap(), Some(until));
    assert_eq!(available(&conn, edition, until).unwrap(), 3);
    hold(&tx, second, want(3), until + 1.hour(), until).unwrap();
    assert_eq!(release(&tx, second, now()).unwrap(), [want(3)]);
    assert_eq!(delete_expired(&tx, until).unwrap(), 1);
    assert_eq!(available(&conn, edition, now()).unwrap(), 3);
}
