//! The checkout: one page, one form. The order is placed in one transaction; the card is charged after it.
//!
//! - The page carries a one-time key: sent again, it shows the order that it placed, and charges nothing twice.
//! - The page carries the totals its reader saw; if they moved, nothing is placed and the page says what changed.

mod address;
mod form;
mod page;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Form, State};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use axum::routing::get;
use jiff::Timestamp;
use rusqlite::Connection;

use self::form::{CheckoutForm, Entry};
use super::frame::{self, Notice};
use super::sums::{self, Way};
use super::{onward, pay};
use crate::cart::{self, CartView};
use crate::delivery;
use crate::error::Fault;
use crate::kernel::country::Country;
use crate::kernel::ids::{Id, Token};
use crate::orders::{self, Checkout, PlaceError, Placed};
use crate::payments::Method;
use crate::settings::Shop;
use crate::web::session::Visitor;
use crate::web::shop::pictures::Covers;
use crate::web::ui::FieldError;
use crate::web::{AppState, PageError};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/checkout", get(show).post(submit))
}

/// Stands for the basket of a visitor who has none; a key that is known is answered all the same.
const NO_CART: Id = Id::from_bytes([0; 16]);

/// What the shop offers this basket at this moment.
struct Desk {
    shop: Arc<Shop>,
    basket: CartView,
    covers: Covers,
    country: Country,
    /// Where post goes; all countries when there is no list.
    countries: Vec<Country>,
    ways: Vec<Way>,
    pays: Vec<Method>,
}

impl Desk {
    fn open(
        app: &AppState, conn: &Connection, visitor: &Visitor, form: &CheckoutForm, now: Timestamp,
    ) -> Result<Desk, PageError> {
        let shop = app.shop(conn)?;
        let basket = cart::view(conn, &frame::owner(visitor), &shop, now)?;
        let countries = countries(conn)?;
        let home = shop.country().filter(|home| countries.contains(home)).or_else(|| countries.first().copied());
        let country = form.country.parse().ok().filter(|chosen| countries.contains(chosen)).or(home).or(shop.country());
        // Settings that name no country are refused when they are read.
        let country = country.ok_or_else(PageError::not_found)?;
        let ways = sums::ways(conn, &shop, &basket, country, now)?;
        let pays = pays(&shop, app.gateway.is_some(), &ways);
        let covers = Covers::of(conn, basket.lines.iter().map(|line| line.book.id))?;
        Ok(Desk { shop, basket, covers, country, countries, ways, pays })
    }
}

fn countries(conn: &Connection) -> Result<Vec<Country>, PageError> {
    let mut all = Country::all();
    if let Some(reached) = delivery::list_countries(conn)? {
        all.retain(|country| reached.iter().any(|code| code == country.code()));
    }
    Ok(all)
}

/// The ways to pay, the quickest first.
fn pays(shop: &Shop, has_gateway: bool, ways: &[Way]) -> Vec<Method> {
    let collects = ways.iter().any(|way| way.method.kind == delivery::Kind::Collection);
    let all = [
        (Method::Card, shop.pay_card && has_gateway),
        (Method::Transfer, shop.pay_transfer),
        (Method::OnCollection, shop.pay_on_collection && collects),
    ];
    all.into_iter().filter(|(_, offered)| *offered).map(|(method, _)| method).collect()
}

async fn show(State(app): State<AppState>, visitor: Visitor, parts: Parts) -> Result<Response<Body>, PageError> {
    let mut form = CheckoutForm { key: Token::random().to_string(), ..CheckoutForm::default() };
    if let Some(customer) = &visitor.customer {
        form.name.clone_from(&customer.name);
        form.email = customer.email.to_string();
    }
    let now = app.clock.now();
    let desk = app.db.read(|conn| Desk::open(&app, conn, &visitor, &form, now))?;
    // What cannot be ordered is said, and mended, in the basket.
    if !desk.basket.can_be_ordered() {
        return Ok(onward::to("/cart"));
    }
    page::answer(&app, &parts, &visitor, StatusCode::OK, &desk, &form, &[])
}

async fn submit(
    State(app): State<AppState>, visitor: Visitor, parts: Parts, Form(form): Form<CheckoutForm>,
) -> Result<Response<Body>, PageError> {
    let now = app.clock.now();
    let desk = app.db.read(|conn| Desk::open(&app, conn, &visitor, &form, now))?;
    if !form.change.is_empty() {
        return page::answer(&app, &parts, &visitor, StatusCode::OK, &desk, &form, &[]);
    }
    let entry = match form.read(&desk) {
        Ok(entry) => entry,
        Err(_) if desk.basket.lines.is_empty() => return Ok(onward::to("/cart")),
        Err(mistakes) => {
            return page::answer(&app, &parts, &visitor, StatusCode::UNPROCESSABLE_ENTITY, &desk, &form, &mistakes);
        }
    };
    let (checkout, house) = (checkout(&entry, &desk, &visitor), app.house()?);
    match app.db.write(move |tx| orders::place(tx, &house, &checkout, now)).await {
        Ok(placed) => lead_on(&app, &placed, &entry.card).await,
        Err(PlaceError::Empty) => Ok(onward::to("/cart")),
        Err(error) => refuse(&app, &parts, &visitor, form, error),
    }
}

fn checkout(entry: &Entry, desk: &Desk, visitor: &Visitor) -> Checkout {
    Checkout {
        key: entry.key.clone(),
        cart: desk.basket.id.unwrap_or(NO_CART),
        customer: visitor.customer.as_ref().map(|customer| customer.id),
        email: entry.email.clone(),
        name: entry.name.clone(),
        phone: entry.phone.clone(),
        country: entry.country,
        address: entry.address.clone(),
        delivery_method: entry.delivery_method,
        payment: entry.payment,
        expected_total: entry.expected_total,
    }
}

/// Charges the card if that is still to do, and leads to the order.
async fn lead_on(app: &AppState, placed: &Placed, card: &str) -> Result<Response<Body>, PageError> {
    let path = format!("/orders/{}", placed.token);
    Ok(match (pay::begin(app, placed.payment, card, &path).await?, placed.already) {
        // The bank's own page comes first, however often the form was sent.
        (Some(next), _) if !next.starts_with(&path) => onward::to(&next),
        (_, true) => onward::with_notice(&path, Notice::AlreadyPlaced),
        (Some(next), false) => onward::to(&next),
        (None, false) => onward::to(&format!("{path}?thanks=1")),
    })
}

/// The page again, with what stood in the way and today's totals; nothing was placed.
fn refuse(
    app: &AppState, parts: &Parts, visitor: &Visitor, form: CheckoutForm, error: PlaceError,
) -> Result<Response<Body>, PageError> {
    let (status, field) = match &error {
        PlaceError::Unreachable => (StatusCode::UNPROCESSABLE_ENTITY, "delivery"),
        PlaceError::NoAddress => (StatusCode::UNPROCESSABLE_ENTITY, "street"),
        PlaceError::NotOffered => (StatusCode::UNPROCESSABLE_ENTITY, "payment"),
        PlaceError::Short { .. } | PlaceError::NotForSale(_) => (StatusCode::CONFLICT, page::BASKET),
        PlaceError::TotalMoved { .. } => (StatusCode::CONFLICT, page::TOTAL),
        PlaceError::Empty | PlaceError::AlreadyOrdered | PlaceError::Money(_) | PlaceError::Db(_) => {
            return Err(error.into());
        }
    };
    tracing::debug!(kind = ?error.kind(), "an order was not placed");
    let form = CheckoutForm { key: Token::random().to_string(), ..form };
    let now = app.clock.now();
    let desk = app.db.read(|conn| Desk::open(app, conn, visitor, &form, now))?;
    let mistake = FieldError { field: field.to_owned(), words: error.to_string() };
    page::answer(app, parts, visitor, status, &desk, &form, &[mistake])
}

#[cfg(test)]
mod tests;
