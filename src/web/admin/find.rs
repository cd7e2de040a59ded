//! `/admin/find?q=`: one box over order numbers, people, ISBNs in any spelling, and books.

use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::Response;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

use super::books::{self, StockRow};
use super::frame::{self, Page, Section};
use super::words;
use crate::accounts::staff::Permission;
use crate::catalog;
use crate::db::DbError;
use crate::error::{Fault, Kind};
use crate::kernel::ids::Id;
use crate::kernel::isbn::Isbn;
use crate::orders::{OrderRow, desk};
use crate::search::{self, Query as SearchQuery};
use crate::settings::Shop;
use crate::web::session::StaffUser;
use crate::web::ui::{self, ButtonKind};
use crate::web::{AppState, PageError};

const ORDERS: u32 = 20;
const BOOKS: u32 = 10;
const QUERY_CHARS: usize = 200;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/admin/find", get(show))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    q: String,
}

/// Where the box leads.
enum Found {
    Order(Id),
    Book(Id),
    List(Results),
}

/// What has the words in it, when no single thing is meant.
struct Results {
    text: String,
    /// A good number that no book of ours has.
    unknown: Option<Isbn>,
    orders: Vec<OrderRow>,
    books: Vec<StockRow>,
    more_books: u64,
}

/// The thread that looked went away: the shop is closing.
#[derive(Debug, thiserror::Error)]
#[error("the search was not finished: {0}")]
pub(super) struct Unfinished(#[from] tokio::task::JoinError);

impl Fault for Unfinished {
    fn kind(&self) -> Kind {
        Kind::Unavailable
    }
}

async fn show(
    State(app): State<AppState>, staff: StaffUser, Query(asked): Query<Asked>, parts: Parts,
) -> Result<Response<Body>, PageError> {
    let text: String = asked.q.trim().chars().take(QUERY_CHARS).collect();
    if text.is_empty() {
        return Ok(Redirect::to("/admin/orders").into_response());
    }
    let now = app.clock.now();
    let looking = app.clone();
    // Names are looked for in all orders: not on a thread that serves others.
    let found = tokio::task::spawn_blocking(move || look(&looking, text, now)).await.map_err(Unfinished)??;
    match found {
        Found::Order(id) => Ok(Redirect::to(&format!("/admin/orders/{id}")).into_response()),
        Found::Book(id) => Ok(Redirect::to(&format!("/admin/books/{id}")).into_response()),
        Found::List(results) => {
            let shop = app.db.read(|conn| app.shop(conn).map_err(PageError::from))?;
            let main = render(&results, staff.role.may(Permission::EditCatalogue), &shop, now);
            let page = Page { query: &results.text, ..Page::new(Section::Elsewhere, "Find", main) };
            frame::answer(&app, &parts, Some(&staff), &page)
        }
    }
}

fn look(app: &AppState, text: String, now: Timestamp) -> Result<Found, PageError> {
    let order = app.db.read(|conn| {
        let year = app.shop(conn)?.today(now).year();
        desk::find_by_spoken_number(conn, &text, year).map_err(|error| PageError::from(DbError::from(error)))
    })?;
    if let Some(id) = order {
        return Ok(Found::Order(id));
    }
    let hits =
        search::find(&app.index, &SearchQuery { text: text.clone(), per_page: BOOKS, ..SearchQuery::default() })?;
    app.db.read(|conn| {
        // The index knows listed books only; the catalogue knows all.
        let known =
            hits.isbn.as_ref().map(|isbn| catalog::find_id_by_isbn(conn, isbn)).transpose().map_err(DbError::from)?;
        if let Some(id) = known.flatten() {
            return Ok(Found::Book(id));
        }
        let orders = desk::list_of_person(conn, &text, ORDERS).map_err(DbError::from)?;
        let books = books::stock_rows(conn, &hits.ids, &*app.shop(conn)?, now).map_err(DbError::from)?;
        let shown = u64::try_from(books.len()).unwrap_or(u64::MAX);
        Ok(Found::List(Results {
            text,
            unknown: hits.isbn,
            orders,
            books,
            more_books: hits.total.saturating_sub(shown),
        }))
    })
}

fn render(results: &Results, may_add: bool, shop: &Shop, now: Timestamp) -> Markup {
    let nothing = results.orders.is_empty() && results.books.is_empty();
    html! {
        h1 { "Found for “" (results.text) "”" }
        @if let Some(isbn) = &results.unknown {
            p.none {
                "No book of ours has the ISBN " span.isbn { (isbn.hyphenated()) } ". "
                @if may_add { (ui::button_link(ButtonKind::Second, "Add this book", &format!("/admin/books/new?isbn={isbn}"))) }
            }
        } @else if nothing {
            p.none {
                "No order, customer or book has these words. Try a part of a name, an order number like 412, or an ISBN. "
                a href="/admin/books" { "See all books" }
            }
        }
        @if !results.orders.is_empty() {
            section.flow { h2 { "Orders" } (words::order_table(&results.orders, "Orders of people with this name or address", shop, now)) }
        }
        @if !results.books.is_empty() {
            section.flow {
                h2 { "Books" }
                (books::table(&results.books, "Books with these words"))
                @if results.more_books > 0 { p { a href=(books::href("", &results.text, 1)) { (results.more_books) " more" } } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn an_unknown_number_offers_to_add_the_book() {
        let results = |unknown: Option<&str>| Results {
            text: "0306406152".into(),
            unknown: unknown.map(|isbn| isbn.parse().unwrap()),
            orders: Vec::new(),
            books: Vec::new(),
            more_books: 0,
        };
        let show = |results: &Results, may_add| {
            render(results, may_add, &Shop::default(), Timestamp::UNIX_EPOCH).into_string()
        };
        let html = show(&results(Some("0306406152")), true);
        assert!(html.contains("978-0-306-40615-7") && html.contains("/admin/books/new?isbn=9780306406157"));
        assert!(!show(&results(Some("0306406152")), false).contains("/new"));
        assert!(show(&results(None), true).contains("See all books"));
    }
}
