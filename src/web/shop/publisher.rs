//! `/publishers/{slug}`: what the shop has of a house, the newest first.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::Response;
use axum::http::request::Parts;
use axum::routing::get;
use jiff::ToSpan;
use jiff::civil::Date;
use maud::{Markup, html};
use rusqlite::Connection;

use super::frame::{self, Frame};
use super::named::{self, Named};
use super::showing::Showing;
use super::{address, words};
use crate::catalog::publishers::{self, Backlist, Publisher};
use crate::db::DbError;
use crate::kernel::text;
use crate::search::LAST_PAGE;
use crate::web::session::Visitor;
use crate::web::ui::{self, BookCard, ShopView};
use crate::web::{AppState, PageError};

/// Works on a page.
const ON_A_PAGE: u32 = 48;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/publishers/{slug}", get(show))
}

async fn show(
    State(app): State<AppState>, visitor: Visitor, Path(slug): Path<String>, parts: Parts,
) -> Result<Response<Body>, PageError> {
    let page = page(&parts);
    frame::shared(&app, &parts, &visitor, &["page"], |conn, shop, now| {
        let house = find(conn, &slug)?;
        if house.slug != slug {
            return Err(PageError::moved(href(&house, page)));
        }
        let frame = Frame::new(&app, shop, now);
        let mut showing = Showing::new(conn, shop, now, frame.valid_until);
        let view = gather(&mut showing, &app.origin, house, page)?;
        let markup = render(&view, &frame.view(), &shop.name);
        Ok(showing.page_of_catalogue(markup))
    })
}

/// The house of an address, however its name is spelt there.
fn find(conn: &Connection, spelt: &str) -> Result<Publisher, PageError> {
    publishers::find(conn, &text::slug(spelt)).map_err(DbError::from)?.ok_or_else(PageError::not_found)
}

fn page(parts: &Parts) -> u32 {
    let page = address::value(parts.uri.query(), "page").and_then(|page| page.parse().ok()).unwrap_or(1);
    page.clamp(1, LAST_PAGE)
}

fn href(house: &Publisher, page: u32) -> String {
    let page = if page > 1 { page.to_string() } else { String::new() };
    address::with_query(&house.path(), [("page", page.as_str())])
}

struct View<'a> {
    origin: &'a str,
    house: Publisher,
    known: Backlist,
    /// What came out within a year, or is to come.
    newest: Vec<BookCard>,
    backlist: Vec<BookCard>,
    page: u32,
    pages: u32,
}

fn gather<'a>(showing: &mut Showing<'_>, origin: &'a str, house: Publisher, page: u32) -> Result<View<'a>, PageError> {
    let conn = showing.conn;
    let known = publishers::backlist(conn, &house).map_err(DbError::from)?;
    if known.works == 0 {
        return Err(PageError::not_found());
    }
    let pages = known.works.div_ceil(ON_A_PAGE).clamp(1, LAST_PAGE);
    let page = page.min(pages);
    let today = showing.shop.today(showing.now);
    let last_year = today.checked_sub(1.year()).unwrap_or(Date::MIN);
    let titles = publishers::titles(conn, house.id, (page - 1) * ON_A_PAGE, ON_A_PAGE).map_err(DbError::from)?;
    let (mut newest, mut backlist) = (Vec::new(), Vec::new());
    for title in titles {
        let editions = publishers::editions(conn, house.id, title.work).map_err(DbError::from)?;
        let Some(seen) = showing.see_best(&editions)? else { continue };
        let is_new = title.published.is_some_and(|date| date.first_day() > last_year);
        if is_new { newest.push(seen.card()) } else { backlist.push(seen.card()) }
    }
    Ok(View { origin, house, known, newest, backlist, page, pages })
}

fn render(view: &View<'_>, shop: &ShopView<'_>, name: &str) -> Markup {
    let house = &view.house;
    let page = named::page_words(view.page);
    let title = format!("Books from {}{page}", house.name);
    let cards = view.newest.iter().chain(&view.backlist);
    let first: Vec<&str> = cards.take(3).map(|card| card.title.as_str()).collect();
    let description = format!("{title} at {name}, newest first: {}.", first.join(", "));
    let named = Named {
        origin: view.origin,
        name: &house.name,
        path: house.path(),
        address: href(house, view.page),
        title: &title,
        description: &description,
    };
    named::page(&named, shop, &main(view))
}

fn main(view: &View<'_>) -> Markup {
    html! {
        div.page-head { div {
            h1 { (view.house.name) }
            p.lead { (told(&view.known)) }
        } }
        @if view.newest.is_empty() || view.backlist.is_empty() {
            (ui::book_grid(&[view.newest.as_slice(), view.backlist.as_slice()].concat(), 6))
        } @else {
            (part("newest", "New and to come", &view.newest, 6))
            (part("backlist", "Backlist", &view.backlist, 0))
        }
        (ui::pager(view.page, view.pages, |page| href(&view.house, page)))
    }
}

fn part(id: &str, heading: &str, books: &[BookCard], eager: usize) -> Markup {
    html! { section.flow aria-labelledby=(id) { h2 id=(id) { (heading) } (ui::book_grid(books, eager)) } }
}

/// `12 books here, from 1961 to 2026. Imprints: Gull, Tern.`
fn told(known: &Backlist) -> String {
    let years = match (known.first, known.last) {
        (Some(first), Some(last)) if first < last => format!(", from {first} to {last}"),
        (Some(year), _) => format!(", from {year}"),
        (None, _) => String::new(),
    };
    let imprints = match known.imprints.as_slice() {
        [] => String::new(),
        [only] => format!(" Imprint: {only}."),
        several => format!(" Imprints: {}.", several.join(", ")),
    };
    format!("{} here{years}.{imprints}", words::books(known.works.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(works: u32, years: (Option<i16>, Option<i16>), imprints: &[&str], told_as: &str) {
        let imprints = imprints.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(told(&Backlist { works, first: years.0, last: years.1, imprints }), told_as);
    }

    #[test]
    fn what_is_known_of_a_house_is_said_and_no_more() {
        check(1, (None, None), &[], "1 book here.");
        check(
            12,
            (Some(1961), Some(2026)),
            &["Gull", "Tern"],
            "12 books here, from 1961 to 2026. Imprints: Gull, Tern.",
        );
        check(2, (Some(2026), Some(2026)), &["Gull"], "2 books here, from 2026. Imprint: Gull.");
    }
}
