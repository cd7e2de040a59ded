//! `/search/suggest?q=`: what somebody may be typing, as options for the list under the search box.
//!
//! A piece of a page and not JSON: it is escaped and worded in the one place where everything else is, and the script
//! has only to put it in. The same for everyone.

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use axum::http::request::Parts;
use axum::routing::get;
use jiff::Timestamp;
use maud::{Markup, html};

use super::showing::{Seen, Showing};
use super::{address, words};
use crate::catalog::{people, series};
use crate::db::DbError;
use crate::search::{self, Limits, Named, Suggestions};
use crate::web::ui::{self, SuggestedBook, SuggestedName};
use crate::web::{AppState, PageError, kept};

/// Ten rows at most.
const LIMITS: Limits = Limits { books: 6, names: 2 };

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/search/suggest", get(suggest))
}

async fn suggest(State(app): State<AppState>, parts: Parts) -> Result<Response<Body>, PageError> {
    kept::piece(&app, &parts, &["q"], |conn, shop, now| {
        let typed = address::value(parts.uri.query(), "q").unwrap_or_default();
        let mut showing = Showing::new(conn, shop, now, Timestamp::MAX);
        let found = match search::suggest(&app.index, &typed, LIMITS) {
            Ok(found) if app.index.is_built() => found,
            Ok(_) => nothing_yet(&mut showing),
            Err(error) => {
                tracing::warn!(%error, "nothing is suggested without the index");
                nothing_yet(&mut showing)
            }
        };
        let markup = if found == Suggestions::default() {
            html! {}
        } else {
            render(&mut showing, &typed, found)?
        };
        Ok(showing.page_of_catalogue(markup))
    })
}

fn nothing_yet(showing: &mut Showing<'_>) -> Suggestions {
    showing.end_soon();
    Suggestions::default()
}

fn render(showing: &mut Showing<'_>, typed: &str, found: Suggestions) -> Result<Markup, DbError> {
    let books: Vec<SuggestedBook> = showing.see_all(&found.books)?.iter().map(book).collect();
    // Whoever is not found by name any more has no page: the index follows in a moment.
    let authors = named(found.authors, |name| {
        Ok(people::find_by_name(showing.conn, name)?.map(|person| (person.path(), person.name)))
    })?;
    let series = named(found.series, |name| {
        Ok(series::find_by_name(showing.conn, name)?.map(|series| (series.path(), series.name)))
    })?;
    Ok(ui::suggestions(typed, &books, &authors, &series))
}

fn book(seen: &Seen) -> SuggestedBook {
    let card = seen.card();
    SuggestedBook {
        href: card.href,
        title: card.title,
        lang: card.lang,
        author: card.author,
        format: card.format,
        price: card.price,
        cover: card.cover,
    }
}

fn named(
    all: Vec<Named>, find: impl Fn(&str) -> rusqlite::Result<Option<(String, String)>>,
) -> Result<Vec<SuggestedName>, DbError> {
    let mut names = Vec::with_capacity(all.len());
    for Named { name, books } in all {
        let found = find(&name)?;
        names.extend(found.map(|(href, name)| SuggestedName { href, name, about: words::books(books) }));
    }
    Ok(names)
}
