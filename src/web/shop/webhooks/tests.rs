//! A late success, told by the test gateway.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::{Arc, Mutex};

use axum::http::Request;
use jiff::{Timestamp, ToSpan};
use tower::ServiceExt;

use super::*;
use crate::cart::{self, Owner};
use crate::catalog::prices::{self, NewPrice, OWNER, PriceKind};
use crate::catalog::{self, EditionFacts, WorkFacts};
use crate::config::Config;
use crate::db::{Db, DbError, Tx};
use crate::delivery;
use crate::kernel::ids::{Id, Token};
use crate::kernel::money::{Currency, Money};
use crate::kernel::time::Clock;
use crate::orders::{Checkout, House, Order, Placed, Settled, Status};
use crate::payments::{ChargeRequest, Method};
use crate::search::Index;
use crate::stock;

struct Bench {
    _folder: tempfile::TempDir,
    app: AppState,
    now: Arc<Mutex<Timestamp>>,
}

fn bench() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let now = Arc::new(Mutex::new("2026-11-22T10:00:00Z".parse().unwrap()));
    let hand = Arc::clone(&now);
    let db = Db::open(&folder.path().join("bookstall.db")).unwrap();
    let mut config = Config::default();
    config.payments.test = true;
    let served = config.listen;
    let index = Index::open_or_rebuild(&folder.path().join("search")).unwrap();
    let app = AppState::new(db, Clock::new(move || *hand.lock().unwrap()), config, index, served);
    Bench { _folder: folder, app, now }
}

/// Fills a basket and orders it, to be collected and paid by card.
fn place(tx: &Tx<'_>, house: &House, now: Timestamp) -> Placed {
    delivery::seed(tx, Currency::GBP, now).unwrap();
    let facts = EditionFacts { title: "Ink".into(), ..EditionFacts::default() };
    let (book, _) = catalog::create(tx, None, &WorkFacts::default(), &facts, now).unwrap();
    let amount = Money::new(999, Currency::GBP);
    let (kind, source) = (PriceKind::Selling, OWNER.into());
    let price = NewPrice { amount, tax_included: true, kind, source, valid_from: None, valid_to: None };
    prices::set(tx, book, &price, now).unwrap();
    stock::receive(tx, book, 3, "x", "x", now).unwrap();
    let owner = Owner { customer: None, token: Some(Token::random()) };
    let (cart, _) = cart::add(tx, &owner, book, 1, &house.shop, now).unwrap();
    let checkout = Checkout {
        key: Token::random(),
        cart,
        customer: None,
        email: "ada@example.com".parse().unwrap(),
        name: "Ada Byron".into(),
        phone: None,
        country: "GB".parse().unwrap(),
        address: None,
        delivery_method: 2,
        payment: Method::Card,
        expected_total: None,
    };
    orders::place(tx, house, &checkout, now).unwrap()
}

impl Bench {
    /// An order whose card is charged late; gives the order.
    async fn order(&self) -> Id {
        let (house, now) = (self.app.house().unwrap(), self.app.clock.now());
        let placed = self.app.db.write(move |tx| Ok::<_, DbError>(place(tx, &house, now))).await.unwrap();
        let (app, token) = (&self.app, "test_late_success".into());
        let amount = Money::new(999, Currency::GBP);
        let request = ChargeRequest { payment: placed.payment, amount, token, return_url: "/".into() };
        let gateway = app.gateway.as_ref().unwrap();
        let settled = orders::pay::attempt(&app.db, gateway, &app.house().unwrap(), &app.clock, request).await;
        assert_eq!(settled.unwrap(), Settled::Waiting);
        placed.order
    }

    fn read(&self, order: Id) -> Order {
        self.app.db.read(|conn| Ok::<_, DbError>(orders::find(conn, order)?)).unwrap().unwrap()
    }

    async fn call(&self, provider: &str, signature: &str, body: &str) -> u16 {
        let request = Request::post(format!("/webhooks/{provider}")).header("Test-Signature", signature);
        let request = request.body(Body::from(body.to_owned())).unwrap();
        routes().with_state(self.app.clone()).oneshot(request).await.unwrap().status().as_u16()
    }
}

#[tokio::test]
async fn a_late_success_pays_once_however_often_it_is_told() {
    let bench = bench();
    let order = bench.order().await;
    *bench.now.lock().unwrap() += 5.seconds();
    let told = bench.app.gateway.as_ref().unwrap().due_callbacks().unwrap().pop().unwrap();
    for _ in 0..3 {
        assert_eq!(bench.call("test", &told.signature, &told.body).await, 200);
    }
    let paid = bench.read(order);
    assert_eq!(paid.status, Status::Confirmed);
    assert_eq!(paid.events.iter().filter(|event| event.kind == "paid").count(), 1);
}

#[tokio::test]
async fn a_stranger_settles_nothing() {
    let bench = bench();
    let order = bench.order().await;
    *bench.now.lock().unwrap() += 5.seconds();
    let told = bench.app.gateway.as_ref().unwrap().due_callbacks().unwrap().pop().unwrap();
    assert_eq!(bench.call("test", "t=1,v1=00", &told.body).await, 400);
    assert_eq!(bench.call("test", "", &told.body).await, 400);
    assert_eq!(bench.call("test", &told.signature, "{}").await, 400);
    assert_eq!(bench.call("stripe", &told.signature, &told.body).await, 404);
    assert_eq!(bench.read(order).status, Status::Pending);
}
