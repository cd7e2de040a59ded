//! `/books`, `/books/in/{category}`, `/search?q=`: from many books to one.
//!
//! What is asked for stands in the address alone, so every combination of filters is a link.

mod asked;
mod facets;
mod filter;
mod found;
mod nearest;
mod nothing;
mod page;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::Response;
use axum::http::request::Parts;
use axum::routing::get;
use jiff::Timestamp;
use rusqlite::Connection;

use super::frame::{self, Frame};
use super::shelves::category::of_category;
use super::showing::Showing;
use crate::catalog::{self, categories};
use crate::db::DbError;
use crate::settings::Shop;
use crate::web::kept::Rendered;
use crate::web::session::Visitor;
use crate::web::{AppState, PageError};

pub(super) use asked::{Asked, Place};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/books", get(all)).route("/books/in/{*path}", get(category)).route("/search", get(search))
}

async fn all(State(app): State<AppState>, visitor: Visitor, parts: Parts) -> Result<Response<Body>, PageError> {
    answer(&app, &parts, &visitor, Place::All)
}

async fn category(
    State(app): State<AppState>, visitor: Visitor, Path(path): Path<String>, parts: Parts,
) -> Result<Response<Body>, PageError> {
    answer(&app, &parts, &visitor, Place::Category(path))
}

async fn search(State(app): State<AppState>, visitor: Visitor, parts: Parts) -> Result<Response<Body>, PageError> {
    answer(&app, &parts, &visitor, Place::Search)
}

fn answer(app: &AppState, parts: &Parts, visitor: &Visitor, place: Place) -> Result<Response<Body>, PageError> {
    let known = asked::known(&place);
    frame::shared(app, parts, visitor, known, |conn, shop, now| {
        let asked = Asked::read(place, parts.uri.query(), shop.currency());
        show(app, conn, shop, now, asked)
    })
}

fn show(
    app: &AppState, conn: &Connection, shop: &Shop, now: Timestamp, mut asked: Asked,
) -> Result<Rendered, PageError> {
    let tree = categories::list(conn).map_err(DbError::from)?;
    asked.settle(&tree)?;
    let frame = Frame::new(app, shop, now);
    let mut showing = Showing::new(conn, shop, now, frame.valid_until);
    let found = found::find(&mut showing, &app.index, &mut asked, &tree)?;
    if let Some(isbn) = &found.isbn
        && let Some(book) = catalog::find_id_by_isbn(conn, isbn).map_err(DbError::from)?
        && let Some(book) = showing.see(book)?
    {
        return Err(PageError::see_other(book.row.path()));
    }
    let shelves = match &asked.place {
        Place::Category(path) if asked.is_plain() && asked.page == 1 && found.pages > 1 => {
            Some(of_category(&mut showing, &app.index, path)?)
        }
        Place::Category(_) | Place::All | Place::Search => None,
    };
    let shelves = shelves.as_ref();
    let view = page::View { origin: &app.origin, shop, asked: &asked, tree: &tree, found: &found, shelves };
    let markup = page::render(&view, &frame.view());
    Ok(showing.page_of_catalogue(markup))
}
