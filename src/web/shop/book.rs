//! `/books/{isbn-or-id}/{slug}`: everything to decide, and one button.
//!
//! An edition has one address: its ISBN, or its id while it has none, and its slug. Every other way to name it
//! (ISBN-10, hyphens, an old slug, the id of a book that has an ISBN) leads there for good.

mod about;
pub(in crate::web) mod access;
mod data;
mod facts;
pub(super) mod gather;
mod gone;
mod page;
mod promises;
mod relations;
mod similar;
mod subjects;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::Response;
use axum::http::request::Parts;
use axum::routing::get;
use rusqlite::Connection;

use super::address;
use super::frame::{self, Frame};
use super::listing::{Asked, Place};
use super::showing::Showing;
use crate::catalog::{self, Edition};
use crate::db::DbError;
use crate::kernel::isbn::Isbn;
use crate::settings::Shop;
use crate::web::session::Visitor;
use crate::web::{AppState, PageError};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/books/{number}", get(moved)).route("/books/{number}/{slug}", get(book))
}

async fn moved(
    State(app): State<AppState>, Path(number): Path<String>, parts: Parts,
) -> Result<Response<Body>, PageError> {
    let edition = app.db.read(|conn| find(conn, &number))?;
    Err(PageError::moved(with_from(&edition.path(), &parts)))
}

async fn book(
    State(app): State<AppState>, visitor: Visitor, Path((number, _)): Path<(String, String)>, parts: Parts,
) -> Result<Response<Body>, PageError> {
    let edition = app.db.read(|conn| find(conn, &number))?;
    if parts.uri.path() != edition.path() {
        return Err(PageError::moved(with_from(&edition.path(), &parts)));
    }
    if !edition.listed {
        return gone::answer(&app, &parts, &visitor, &edition);
    }
    frame::shared(&app, &parts, &visitor, &["from"], |conn, shop, now| {
        let frame = Frame::new(&app, shop, now);
        let mut showing = Showing::new(conn, shop, now, frame.valid_until);
        let from = came_from(&parts, shop);
        let view = gather::gather(&mut showing, &app, edition.id, from)?;
        let markup = page::render(&view, &frame.view());
        Ok(showing.page_of_books(markup))
    })
}

/// The edition that a number in an address means; an ISBN in any spelling, or an id.
fn find(conn: &Connection, number: &str) -> Result<Edition, PageError> {
    let id = match number.parse::<Isbn>() {
        Ok(isbn) => catalog::find_id_by_isbn(conn, &isbn).map_err(DbError::from)?,
        Err(_) => number.parse().ok(),
    };
    let edition = id.map(|id| catalog::find(conn, id)).transpose().map_err(DbError::from)?.flatten();
    edition.ok_or_else(PageError::not_found)
}

/// The same address with the way back kept.
fn with_from(path: &str, parts: &Parts) -> String {
    let from = address::value(parts.uri.query(), "from").unwrap_or_default();
    address::with_query(path, [("from", from.as_str())])
}

/// The search that the reader came from; only an address of our own search is believed, and it is written anew.
fn came_from(parts: &Parts, shop: &Shop) -> Option<(String, String)> {
    let from = address::value(parts.uri.query(), "from")?;
    let asked = Asked::read(Place::Search, Some(from.strip_prefix("/search?")?), shop.currency());
    (!asked.q.is_empty()).then(|| (asked.q.clone(), asked.address()))
}
