//! `/contributors/{id}/{slug}`: what somebody wrote, translated, illustrated, one card per work.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::Response;
use axum::http::request::Parts;
use axum::routing::get;
use maud::{Markup, html};
use rusqlite::Connection;

use super::frame::{self, Frame};
use super::named::{self, Named};
use super::showing::Showing;
use super::{address, words};
use crate::catalog::people::{self, Part, Person};
use crate::db::DbError;
use crate::kernel::ids::Id;
use crate::search::LAST_PAGE;
use crate::web::session::Visitor;
use crate::web::ui::{self, BookCard, ShopView};
use crate::web::{AppState, PageError};

/// Works on a page of one part.
const ON_A_PAGE: u32 = 48;
/// Works of each part where several stand on one page.
const OF_EACH: u32 = 12;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/contributors/{id}", get(moved)).route("/contributors/{id}/{slug}", get(show))
}

async fn moved(State(app): State<AppState>, Path(id): Path<String>, parts: Parts) -> Result<Response<Body>, PageError> {
    let person = app.db.read(|conn| find(conn, &id))?;
    Err(PageError::moved(Asked::read(&parts).address(&person)))
}

async fn show(
    State(app): State<AppState>, visitor: Visitor, Path((id, _)): Path<(String, String)>, parts: Parts,
) -> Result<Response<Body>, PageError> {
    let asked = Asked::read(&parts);
    frame::shared(&app, &parts, &visitor, &["role", "page"], |conn, shop, now| {
        let person = find(conn, &id)?;
        if parts.uri.path() != person.path() {
            return Err(PageError::moved(asked.address(&person)));
        }
        let frame = Frame::new(&app, shop, now);
        let mut showing = Showing::new(conn, shop, now, frame.valid_until);
        let view = gather(&mut showing, &app.origin, person, &asked)?;
        let markup = render(&view, &frame.view(), &shop.name);
        Ok(showing.page_of_books(markup))
    })
}

fn find(conn: &Connection, id: &str) -> Result<Person, PageError> {
    let id: Id = id.parse().map_err(|_| PageError::not_found())?;
    people::find(conn, id).map_err(DbError::from)?.ok_or_else(PageError::not_found)
}

/// The part of the address behind the person.
#[derive(Clone, Debug, Default)]
struct Asked {
    /// The first word of a part: `translated`.
    role: String,
    page: u32,
}

impl Asked {
    fn read(parts: &Parts) -> Asked {
        let value = |name| address::value(parts.uri.query(), name);
        let page = value("page").and_then(|page| page.parse().ok()).unwrap_or(1);
        Asked { role: value("role").unwrap_or_default(), page: page.clamp(1, LAST_PAGE) }
    }

    fn address(&self, person: &Person) -> String {
        let page = if self.page > 1 { self.page.to_string() } else { String::new() };
        address::with_query(&person.path(), [("role", self.role.as_str()), ("page", &page)])
    }
}

struct View<'a> {
    origin: &'a str,
    person: Person,
    /// Everything they did.
    parts: Vec<Part>,
    /// What is shown of it.
    shown: Vec<(Part, Vec<BookCard>)>,
    asked: Asked,
    pages: u32,
}

fn gather<'a>(
    showing: &mut Showing<'_>, origin: &'a str, person: Person, asked: &Asked,
) -> Result<View<'a>, PageError> {
    showing.depend_on(person.id);
    let parts = people::parts(showing.conn, person.id).map_err(DbError::from)?;
    let chosen = match (parts.as_slice(), parts.iter().find(|part| key(part) == asked.role)) {
        // Somebody of whom nothing is shown has no page.
        ([], _) => return Err(PageError::not_found()),
        ([only], _) => Some(only.clone()),
        (_, chosen) => chosen.cloned(),
    };
    let role = if parts.len() > 1 { chosen.as_ref().map_or("", key) } else { "" }.to_owned();
    let (mut page, mut pages) = (1, 1);
    let mut shown = Vec::new();
    match chosen {
        Some(part) => {
            pages = part.works.div_ceil(ON_A_PAGE).clamp(1, LAST_PAGE);
            page = asked.page.min(pages);
            let cards = cards(showing, &person, &part, (page - 1) * ON_A_PAGE, ON_A_PAGE)?;
            shown.push((part, cards));
        }
        None => {
            for part in &parts {
                let cards = cards(showing, &person, part, 0, OF_EACH)?;
                shown.push((part.clone(), cards));
            }
        }
    }
    Ok(View { origin, person, parts, shown, asked: Asked { role, page }, pages })
}

fn cards(
    showing: &mut Showing<'_>, person: &Person, part: &Part, offset: u32, limit: u32,
) -> Result<Vec<BookCard>, DbError> {
    let mut cards = Vec::new();
    for work in people::works(showing.conn, person.id, part, offset, limit)? {
        showing.depend_on(work);
        let editions = people::editions(showing.conn, person.id, work)?;
        cards.extend(showing.see_best(&editions)?.map(|seen| seen.card()));
    }
    Ok(cards)
}

/// The first word of a part, for its address.
fn key(part: &Part) -> &'static str {
    part.words.split(' ').next().unwrap_or_default()
}

/// `Books by`, `Translated by`.
fn heading(part: &Part) -> String {
    if part.words == "by" {
        return "Books by".to_owned();
    }
    let (first, rest) = part.words.split_at(1);
    format!("{}{rest}", first.to_ascii_uppercase())
}

/// What a part is called where the name stands above it.
fn label(part: &Part) -> &'static str {
    match key(part) {
        "by" => "Books",
        "translated" => "Translations",
        "illustrated" => "Illustrations",
        "photographs" => "Photographs",
        "edited" => "As editor",
        "introduced" => "Introductions",
        "foreword" => "Forewords",
        "afterword" => "Afterwords",
        "read" => "Readings",
        _ => "After their work",
    }
}

fn render(view: &View<'_>, shop: &ShopView<'_>, name: &str) -> Markup {
    let person = &view.person;
    let page = named::page_words(view.asked.page);
    let title = match view.shown.as_slice() {
        [(part, _)] => format!("{}{page}", heading_of(view, part)),
        _ => person.name.clone(),
    };
    let first: Vec<&str> =
        view.shown.iter().flat_map(|(_, cards)| cards).take(3).map(|card| card.title.as_str()).collect();
    let description = format!("{title} at {name}, on our shelves or to order: {}.", first.join(", "));
    let named = Named {
        origin: view.origin,
        name: &person.name,
        path: person.path(),
        address: view.asked.address(person),
        title: &title,
        description: &description,
    };
    named::page(&named, shop, &main(view))
}

fn main(view: &View<'_>) -> Markup {
    let several = view.parts.len() > 1;
    html! {
        div.page-head { div {
            h1 { (view.person.name) }
            @if let [only] = view.parts.as_slice() { p.lead { (alone(only)) } }
        } }
        @if several { (chips(view)) }
        @for (part, cards) in &view.shown {
            section.flow aria-label=(heading_of(view, part)) {
                @if several { (part_head(view, part)) }
                (ui::book_grid(cards, 6))
            }
        }
        (ui::pager(view.asked.page, view.pages, |page| Asked { page, ..view.asked.clone() }.address(&view.person)))
    }
}

/// `12 books here`, `Translations: 3 books here`.
fn alone(part: &Part) -> String {
    let count = words::books(part.works.into());
    if key(part) == "by" { format!("{count} here") } else { format!("{}: {count} here", label(part)) }
}

fn heading_of(view: &View<'_>, part: &Part) -> String {
    format!("{} {}", heading(part), view.person.name)
}

fn part_head(view: &View<'_>, part: &Part) -> Markup {
    let count = words::grouped(part.works.into());
    html! {
        div.page-head {
            h2 { (label(part)) " " span.count { (count) } }
            @if view.shown.len() > 1 && part.works > OF_EACH {
                a href=(href(view, part)) { "All " (count) span.u-hidden { " " (part.words) " " (view.person.name) } }
            }
        }
    }
}

fn href(view: &View<'_>, part: &Part) -> String {
    Asked { role: key(part).to_owned(), page: 1 }.address(&view.person)
}

/// One link for everything, one for each part.
fn chips(view: &View<'_>) -> Markup {
    let all = Asked { role: String::new(), page: 1 }.address(&view.person);
    html! {
        nav aria-label="Parts" {
            ul.chips role="list" {
                li { a.chip href=(all) aria-current=[view.asked.role.is_empty().then_some("true")] { "Everything" } }
                @for part in &view.parts {
                    li { a.chip href=(href(view, part)) aria-current=[(view.asked.role == key(part)).then_some("true")] {
                        (label(part)) " " span.count { (words::grouped(part.works.into())) }
                    } }
                }
            }
        }
    }
}
