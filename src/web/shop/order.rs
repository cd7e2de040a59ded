//! An order as its reader sees it: thank-you page, receipt and answer to “where is it” under one address.
//!
//! A guest's link is a token; a signed-in customer may also use the order's id. Nobody else learns that it exists.

mod page;
pub(super) mod words;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header::REFERRER_POLICY;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, StatusCode};
use axum::routing::get;
use rusqlite::Connection;
use serde::Deserialize;

use self::page::View;
use super::frame::{self, Frame};
use super::{onward, pay};
use crate::catalog;
use crate::kernel::ids::{Id, Token};
use crate::orders::{self, Order};
use crate::payments::{self, Method, Payment};
use crate::web::session::Visitor;
use crate::web::shop::pictures::Covers;
use crate::web::ui::{self, Shell};
use crate::web::{AppState, PageError};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/orders/{order}", get(show))
}

/// The order behind an address, if this visitor may see it.
pub(super) fn open(conn: &Connection, visitor: &Visitor, reference: &str) -> Result<Order, PageError> {
    if let Ok(token) = reference.parse::<Token>() {
        return orders::find_by_token(conn, &token)?.ok_or_else(PageError::not_found);
    }
    let id: Id = reference.parse().map_err(|_| PageError::not_found())?;
    let customer = visitor.customer.as_ref().map(|customer| customer.id);
    let own = orders::find(conn, id)?.filter(|order| customer.is_some() && order.customer_id == customer);
    own.ok_or_else(PageError::not_found)
}

/// The attempt by card that nobody has decided yet.
fn undecided(order: &Order) -> Option<&Payment> {
    let waits = |payment: &&Payment| payment.method == Method::Card && payment.status == payments::Status::Pending;
    order.payments.iter().rev().find(waits)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// Present when the order was just placed.
    thanks: String,
    /// Present when the reader comes back from the bank.
    back: String,
}

async fn show(
    State(app): State<AppState>, visitor: Visitor, Path(reference): Path<String>, Query(asked): Query<Asked>,
    parts: Parts,
) -> Result<Response<Body>, PageError> {
    let now = app.clock.now();
    let order = app.db.read(|conn| open(conn, &visitor, &reference))?;
    let path = format!("/orders/{reference}");
    if !asked.back.is_empty() {
        return Ok(onward::to(&ask_bank(&app, &order, &path).await?));
    }
    let (shop, books, covers) = app.db.read(|conn| {
        let shop = app.shop(conn)?;
        let ids: Vec<Id> = order.lines.iter().map(|line| line.edition_id).collect();
        let books = catalog::rows(conn, &ids, shop.currency(), now)?;
        Ok::<_, PageError>((shop, books, Covers::of(conn, ids)?))
    })?;
    let frame = Frame::new(&app, &shop, now);
    let about = frame.view();
    let title = format!("Order {}", order.number);
    let shell = Shell { noindex: true, ..Shell::new(&about, &title) };
    let view = View {
        order: &order,
        books: &books,
        covers: &covers,
        shop: &shop,
        path: &path,
        now,
        thanks: !asked.thanks.is_empty(),
        takes_cards: app.gateway.is_some() && shop.pay_card,
        undecided: undecided(&order).is_some(),
    };
    let mut response = frame::private(&app, &parts, &visitor, StatusCode::OK, &ui::page(&shell, &view.render()))?;
    // The address opens the order: no other site may learn it from a link that is followed.
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}

/// Asks the provider how an undecided payment stands, acts on it, and says where the browser goes.
///
/// A GET that settles is harmless: settling twice is settling once.
async fn ask_bank(app: &AppState, order: &Order, path: &str) -> Result<String, PageError> {
    let Some((gateway, payment)) = app.gateway.as_ref().zip(undecided(order)) else {
        let paid = order.payment_status == payments::Status::Completed;
        return Ok(if paid { format!("{path}?thanks=1") } else { path.to_owned() });
    };
    let settled = orders::pay::look_again(&app.db, gateway, &app.house()?, &app.clock, payment).await?;
    Ok(pay::after(settled, path))
}
