//! The life of orders over a database in memory.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use jiff::{SignedDuration, ToSpan};
use rusqlite::Connection;

use super::*;
use crate::cart::{self, Owner};
use crate::catalog::prices::{NewPrice, OWNER, PriceKind};
use crate::catalog::{EditionFacts, WorkFacts};
use crate::db::{memory, test_tx};
use crate::kernel::ids::Token;
use crate::kernel::money::Currency;
use crate::payments::{ChargeState, Verified};
use crate::stock;

struct Bench {
    conn: Connection,
    house: House,
    owner: Owner,
    post: i64,
    collect: i64,
}

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

impl Bench {
    fn new() -> Bench {
        let conn = memory();
        let tx = test_tx(&conn);
        crate::tax::seed(&tx).unwrap();
        crate::delivery::seed(&tx, Currency::GBP, now()).unwrap();
        let methods = crate::delivery::list_for(&conn, "GB".parse().unwrap(), Currency::GBP).unwrap();
        let house = House { shop: Arc::new(Shop::default()), base_url: "https://shop.example".into() };
        Bench {
            house,
            owner: Owner { customer: None, token: Some(Token::random()) },
            post: methods[0].id,
            collect: methods[1].id,
            conn,
        }
    }

    fn book(&self, title: &str, minor: i64, copies: u32, lead_days: Option<(u16, u16)>) -> Id {
        let tx = test_tx(&self.conn);
        let availability = if lead_days.is_some() { "21" } else { "" }.to_owned();
        let facts = EditionFacts { title: title.into(), lead_days, availability, ..EditionFacts::default() };
        let (id, _) = crate::catalog::create(&tx, None, &WorkFacts::default(), &facts, now()).unwrap();
        let price = NewPrice {
            amount: Money::new(minor, Currency::GBP),
            tax_included: true,
            kind: PriceKind::Selling,
            source: OWNER.into(),
            valid_from: None,
            valid_to: None,
        };
        crate::catalog::prices::set(&tx, id, &price, now()).unwrap();
        if copies > 0 {
            stock::receive(&tx, id, copies, "x", "x", now()).unwrap();
        }
        id
    }

    fn basket(&self, books: &[(Id, u32)]) -> Checkout {
        let tx = test_tx(&self.conn);
        for (book, quantity) in books {
            cart::add(&tx, &self.owner, *book, *quantity, &self.house.shop, now()).unwrap();
        }
        Checkout {
            key: Token::random(),
            cart: cart::find_open(&self.conn, &self.owner).unwrap().unwrap(),
            customer: None,
            email: "ada@example.com".parse().unwrap(),
            name: "Ada Byron".into(),
            phone: None,
            country: "GB".parse().unwrap(),
            address: Some(Address {
                street: "1 High St".into(),
                town: "Averley".into(),
                region: String::new(),
                postcode: "AV1 1AA".into(),
            }),
            delivery_method: self.post,
            payment: Method::Card,
            expected_total: None,
        }
    }

    fn place(&self, checkout: &Checkout) -> Placed {
        place(&test_tx(&self.conn), &self.house, checkout, now()).unwrap()
    }

    fn settle(&self, placed: &Placed, minor: i64, state: ChargeState, at: Timestamp) -> Settled {
        let verified = Verified {
            provider: "test".into(),
            payment: Some(placed.payment),
            reference: Some("ch_1".into()),
            amount: Money::new(minor, Currency::GBP),
            state,
        };
        settle(&test_tx(&self.conn), &self.house, &verified, at).unwrap()
    }

    fn order(&self, placed: &Placed) -> Order {
        find(&self.conn, placed.order).unwrap().unwrap()
    }

    fn free(&self, book: Id, at: Timestamp) -> u32 {
        stock::available(&self.conn, book, at).unwrap()
    }

    /// Everything the doctor proves holds here too.
    #[track_caller]
    fn is_well(&self, at: Timestamp) {
        let report = crate::doctor::examine(&self.conn, at).unwrap();
        assert!(report.findings.is_empty(), "{:?}", report.findings);
    }

    fn mails(&self) -> Vec<String> {
        let mut statement = self.conn.prepare("SELECT kind FROM mail_outbox ORDER BY id").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }
}

#[test]
fn a_card_order_holds_then_sells_and_tells_once() {
    let bench = Bench::new();
    let ink = bench.book("Ink", 1999, 3, None);
    let placed = bench.place(&bench.basket(&[(ink, 2)]));
    let order = bench.order(&placed);
    assert_eq!((order.number.as_str(), order.total.minor), ("ORD-2026-00001", 4498));
    assert_eq!((order.status, bench.free(ink, now())), (Status::Pending, 1));
    assert!(bench.mails().is_empty());
    for _ in 0..2 {
        assert_eq!(bench.settle(&placed, 4498, ChargeState::Succeeded, now()), Settled::Paid);
    }
    let paid = bench.order(&placed);
    assert_eq!((paid.status, paid.payment_status), (Status::Confirmed, payments::Status::Completed));
    assert_eq!(stock::on_hand(&bench.conn, ink).unwrap(), 1);
    assert_eq!(bench.free(ink, now()), 1);
    assert_eq!(bench.mails(), ["order.confirmation", "order.receipt"]);
    assert_eq!(paid.events.iter().map(|event| event.kind.as_str()).collect::<Vec<_>>(), ["placed", "paid"]);
    let by_link = find_by_token(&bench.conn, &placed.token).unwrap().unwrap();
    assert_eq!(by_link.number, paid.number);
    assert_eq!(find_by_token(&bench.conn, &Token::random()).unwrap(), None);
    bench.is_well(now());
}

#[test]
fn one_key_places_one_order_and_a_moved_total_places_none() {
    let bench = Bench::new();
    let ink = bench.book("Ink", 1000, 3, None);
    let mut checkout = bench.basket(&[(ink, 1)]);
    checkout.expected_total = Some(Money::new(1, Currency::GBP));
    let refused = bench.conn.unchecked_transaction().unwrap();
    assert!(matches!(place(&test_tx(&bench.conn), &bench.house, &checkout, now()), Err(PlaceError::TotalMoved { .. })));
    refused.rollback().unwrap();
    checkout.expected_total = Some(Money::new(1500, Currency::GBP));
    let first = bench.place(&checkout);
    let second = bench.place(&checkout);
    assert_eq!((first.order, second.already, second.same_request), (second.order, true, true));
    let changed = Checkout { name: "Somebody Else".into(), ..checkout.clone() };
    assert!(!bench.place(&changed).same_request);
    let other_window = Checkout { key: Token::random(), ..checkout };
    assert!(matches!(
        place(&test_tx(&bench.conn), &bench.house, &other_window, now()),
        Err(PlaceError::AlreadyOrdered)
    ));
    bench.is_well(now());
}

#[test]
fn a_decline_leaves_every_way_open_until_the_hold_ends() {
    let bench = Bench::new();
    let ink = bench.book("Ink", 1000, 1, None);
    let placed = bench.place(&bench.basket(&[(ink, 1)]));
    let declined = bench.settle(&placed, 1500, ChargeState::Failed { reason: "No.".into() }, now());
    assert_eq!(declined, Settled::Declined { reason: "No.".into() });
    assert!(bench.order(&placed).can_be_retried(now()));
    let tx = test_tx(&bench.conn);
    assert!(matches!(retry(&tx, &bench.house, placed.order, Method::OnCollection, now()), Err(OrderError::NotOffered)));
    retry(&tx, &bench.house, placed.order, Method::Transfer, now()).unwrap();
    let deadline = now() + SignedDuration::from_hours(7 * 24);
    assert_eq!(bench.order(&placed).hold_expires_at, Some(deadline));
    assert_eq!(bench.free(ink, deadline - 1.second()), 0);
    assert_eq!(mark_paid(&tx, &bench.house, placed.order, "staff:marta", now()).unwrap(), Settled::Paid);
    assert_eq!(bench.mails(), ["order.confirmation", "order.receipt"]);
    assert_eq!(
        bench.order(&placed).payments.iter().map(|payment| payment.status.word()).collect::<Vec<_>>(),
        ["failed", "completed"]
    );
    bench.is_well(now());
}

#[test]
fn the_end_of_the_hold_frees_the_copies_and_gives_the_basket_back() {
    let bench = Bench::new();
    let ink = bench.book("Ink", 1000, 1, None);
    let placed = bench.place(&bench.basket(&[(ink, 1)]));
    let over = now() + 15.minutes();
    assert!(!expire(&test_tx(&bench.conn), &bench.house, placed.order, over - 1.second()).unwrap());
    assert_eq!(list_expired(&bench.conn, over, 9).unwrap(), [placed.order]);
    assert!(expire(&test_tx(&bench.conn), &bench.house, placed.order, over).unwrap());
    assert!(!expire(&test_tx(&bench.conn), &bench.house, placed.order, over).unwrap());
    let order = bench.order(&placed);
    assert_eq!((order.status, order.payment_status), (Status::Cancelled, payments::Status::Failed));
    assert_eq!((bench.free(ink, over), cart::count(&bench.conn, &bench.owner).unwrap()), (1, 1));
    assert_eq!(bench.mails(), ["order.payment_failed"]);
    // The bank says yes after all, and the copy is still there.
    assert_eq!(bench.settle(&placed, 1500, ChargeState::Succeeded, over), Settled::Paid);
    assert_eq!((bench.order(&placed).status, bench.free(ink, over)), (Status::Confirmed, 0));
    bench.is_well(over);
}

#[test]
fn late_money_for_a_book_that_is_gone_goes_back() {
    let bench = Bench::new();
    let ink = bench.book("Ink", 1000, 1, None);
    let placed = bench.place(&bench.basket(&[(ink, 1)]));
    let over = now() + 15.minutes();
    expire(&test_tx(&bench.conn), &bench.house, placed.order, over).unwrap();
    stock::correct_to(&test_tx(&bench.conn), ink, 0, "x", "sold in the shop", over).unwrap();
    assert_eq!(bench.settle(&placed, 1500, ChargeState::Succeeded, over), Settled::SentBack);
    let due = payments::list_refund_due(&bench.conn).unwrap();
    assert_eq!(due.iter().map(|payment| payment.id).collect::<Vec<_>>(), [placed.payment]);
    refunded(&test_tx(&bench.conn), placed.payment, "sent back", "shop", over).unwrap();
    assert!(payments::list_refund_due(&bench.conn).unwrap().is_empty());
    assert_eq!(bench.settle(&placed, 1500, ChargeState::Succeeded, over), Settled::SentBack);
    bench.is_well(over);
}

#[test]
fn a_wrong_amount_settles_nothing() {
    let bench = Bench::new();
    let ink = bench.book("Ink", 1000, 1, None);
    let placed = bench.place(&bench.basket(&[(ink, 1)]));
    assert_eq!(bench.settle(&placed, 1, ChargeState::Succeeded, now()), Settled::SentBack);
    assert_eq!(bench.order(&placed).status, Status::Pending);
    assert_eq!(bench.free(ink, now()), 0);
    bench.is_well(now());
}

#[test]
fn an_order_to_be_paid_in_the_shop_is_paid_at_the_counter() {
    let bench = Bench::new();
    let ink = bench.book("Ink", 1000, 1, Some((2, 4)));
    let checkout = Checkout {
        delivery_method: bench.collect,
        payment: Method::OnCollection,
        address: None,
        ..bench.basket(&[(ink, 3)])
    };
    let placed = bench.place(&checkout);
    let order = bench.order(&placed);
    assert_eq!((order.status, order.lines[0].to_order, order.total.minor), (Status::Confirmed, 2, 3000));
    let tx = test_tx(&bench.conn);
    let early = bench.conn.unchecked_transaction().unwrap();
    assert!(matches!(ready(&tx, &bench.house, placed.order, "staff:marta", now()), Err(OrderError::Short { .. })));
    early.rollback().unwrap();
    stock::receive(&tx, ink, 2, "staff:marta", "delivery", now()).unwrap();
    ready(&tx, &bench.house, placed.order, "staff:marta", now()).unwrap();
    hand_over(&tx, &bench.house, placed.order, "staff:marta", now()).unwrap();
    let done = bench.order(&placed);
    assert_eq!((done.status, done.payment_status), (Status::Delivered, payments::Status::Completed));
    assert_eq!(stock::on_hand(&bench.conn, ink).unwrap(), 0);
    assert_eq!(bench.mails(), ["order.confirmation", "order.ready", "order.receipt", "order.handed_over"]);
    assert!(stock::list_held(&bench.conn, placed.order).unwrap().is_empty());
    bench.is_well(now());
}

#[test]
fn cancelling_a_paid_order_brings_copies_and_money_back_once() {
    let bench = Bench::new();
    let ink = bench.book("Ink", 1000, 2, None);
    let placed = bench.place(&bench.basket(&[(ink, 2)]));
    bench.settle(&placed, 2500, ChargeState::Succeeded, now());
    let tx = test_tx(&bench.conn);
    cancel(&tx, &bench.house, placed.order, "staff:marta", "asked by phone", now()).unwrap();
    assert_eq!(stock::on_hand(&bench.conn, ink).unwrap(), 2);
    assert_eq!(payments::list_refund_due(&bench.conn).unwrap().len(), 1);
    refunded(&tx, placed.payment, "sent back", "shop", now()).unwrap();
    assert_eq!(bench.order(&placed).payment_status, payments::Status::Refunded);
    assert!(matches!(cancel(&tx, &bench.house, placed.order, "x", "", now()), Err(OrderError::Illegal(_))));
    assert!(matches!(send(&tx, &bench.house, placed.order, "x", "", now()), Err(OrderError::Illegal(_))));
    bench.is_well(now());
}

#[test]
fn what_cannot_be_had_or_reached_is_refused_by_name() {
    let bench = Bench::new();
    let ink = bench.book("Ink", 1000, 5, None);
    let checkout = bench.basket(&[(ink, 3)]);
    stock::correct_to(&test_tx(&bench.conn), ink, 2, "x", "x", now()).unwrap();
    let refused = |checkout: &Checkout| {
        let attempt = bench.conn.unchecked_transaction().unwrap();
        let error = place(&test_tx(&bench.conn), &bench.house, checkout, now()).unwrap_err().to_string();
        attempt.rollback().unwrap();
        error
    };
    assert_eq!(refused(&checkout), "“Ink”: we have 2 left.");
    assert_eq!(
        refused(&Checkout { delivery_method: 99, ..checkout.clone() }),
        "This way of delivery does not reach that country. Choose another."
    );
    assert_eq!(refused(&Checkout { address: None, ..checkout.clone() }), "Enter the address it goes to.");
    assert_eq!(
        refused(&Checkout { payment: Method::OnCollection, ..checkout }),
        "This order cannot be paid that way. Choose another."
    );
    bench.is_well(now());
}
