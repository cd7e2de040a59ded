//! `/series/{id}/{slug}`: the works of a series in reading order.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::Response;
use axum::http::request::Parts;
use axum::routing::get;
use maud::{Markup, html};
use rusqlite::Connection;

use super::book::gather::volume_words;
use super::frame::{self, Frame};
use super::named::{self, Named};
use super::showing::Showing;
use super::{address, words};
use crate::catalog::series::{self, Series, Volume};
use crate::db::DbError;
use crate::kernel::ids::Id;
use crate::search::LAST_PAGE;
use crate::web::session::Visitor;
use crate::web::ui::{self, BookCard, ShopView};
use crate::web::{AppState, PageError};

const ON_A_PAGE: usize = 48;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/series/{id}", get(moved)).route("/series/{id}/{slug}", get(show))
}

async fn moved(State(app): State<AppState>, Path(id): Path<String>, parts: Parts) -> Result<Response<Body>, PageError> {
    let series = app.db.read(|conn| find(conn, &id))?;
    Err(PageError::moved(href(&series, page(&parts))))
}

async fn show(
    State(app): State<AppState>, visitor: Visitor, Path((id, _)): Path<(String, String)>, parts: Parts,
) -> Result<Response<Body>, PageError> {
    let page = page(&parts);
    frame::shared(&app, &parts, &visitor, &["page"], |conn, shop, now| {
        let series = find(conn, &id)?;
        if parts.uri.path() != series.path() {
            return Err(PageError::moved(href(&series, page)));
        }
        let frame = Frame::new(&app, shop, now);
        let mut showing = Showing::new(conn, shop, now, frame.valid_until);
        let view = gather(&mut showing, &app.origin, series, page)?;
        let markup = render(&view, &frame.view(), &shop.name);
        Ok(showing.page_of_books(markup))
    })
}

fn find(conn: &Connection, id: &str) -> Result<Series, PageError> {
    let id: Id = id.parse().map_err(|_| PageError::not_found())?;
    series::find(conn, id).map_err(DbError::from)?.ok_or_else(PageError::not_found)
}

fn page(parts: &Parts) -> usize {
    let page = address::value(parts.uri.query(), "page").and_then(|page| page.parse::<u32>().ok()).unwrap_or(1);
    usize::try_from(page.clamp(1, LAST_PAGE)).unwrap_or(1)
}

fn href(series: &Series, page: usize) -> String {
    let page = if page > 1 { page.to_string() } else { String::new() };
    address::with_query(&series.path(), [("page", page.as_str())])
}

struct View<'a> {
    origin: &'a str,
    series: Series,
    /// Works of the series that are here; a volume that we never had is not among them.
    count: usize,
    cards: Vec<BookCard>,
    page: usize,
    pages: usize,
}

fn gather<'a>(showing: &mut Showing<'_>, origin: &'a str, series: Series, page: usize) -> Result<View<'a>, PageError> {
    showing.depend_on(series.id);
    let volumes: Vec<Volume> = series::volumes(showing.conn, series.id).map_err(DbError::from)?;
    if volumes.is_empty() {
        return Err(PageError::not_found());
    }
    let pages = volumes.len().div_ceil(ON_A_PAGE);
    let page = page.min(pages);
    let mut cards = Vec::new();
    for (work, number) in volumes.iter().skip((page - 1) * ON_A_PAGE).take(ON_A_PAGE) {
        showing.depend_on(*work);
        let Some(seen) = showing.see_work(*work)? else { continue };
        let card = seen.card();
        let author = match (volume_words(number.as_deref()), card.author.as_str()) {
            (number, "") => number,
            (number, author) => format!("{number} · {author}"),
        };
        cards.push(BookCard { author, ..card });
    }
    Ok(View { origin, series, count: volumes.len(), cards, page, pages })
}

fn render(view: &View<'_>, shop: &ShopView<'_>, name: &str) -> Markup {
    let series = &view.series;
    let page = named::page_words(u32::try_from(view.page).unwrap_or(u32::MAX));
    let title = format!("{} in reading order{page}", series.name);
    let first: Vec<&str> = view.cards.iter().take(3).map(|card| card.title.as_str()).collect();
    let description = format!("{title} at {name}: {}.", first.join(", "));
    let named = Named {
        origin: view.origin,
        name: &series.name,
        path: series.path(),
        address: href(series, view.page),
        title: &title,
        description: &description,
    };
    named::page(&named, shop, &main(view))
}

fn main(view: &View<'_>) -> Markup {
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    html! {
        div.page-head { div {
            h1 { (view.series.name) }
            p.lead { (words::books(u64::try_from(view.count).unwrap_or(u64::MAX))) " here, in reading order" }
        } }
        (ui::book_grid(&view.cards, 6))
        (ui::pager(number(view.page), number(view.pages), |page| href(&view.series, usize::try_from(page).unwrap_or(1))))
    }
}
