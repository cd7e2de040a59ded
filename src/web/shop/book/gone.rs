//! A book that left the catalogue: 410, and what is like it.

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use maud::{Markup, html};

use super::similar;
use crate::catalog::Edition;
use crate::db::DbError;
use crate::web::session::Visitor;
use crate::web::shop::frame::{self, Frame};
use crate::web::shop::once::Once;
use crate::web::shop::showing::{Seen, Showing};
use crate::web::ui::{self, BookCard, Shell};
use crate::web::{AppState, PageError};

/// The page is made for each request: few come here, and it must not be kept.
pub(super) fn answer(
    app: &AppState, parts: &Parts, visitor: &Visitor, edition: &Edition,
) -> Result<Response<Body>, PageError> {
    let now = app.clock.now();
    let markup = app.db.read(|conn| {
        let shop = app.shop(conn)?;
        let frame = Frame::new(app, &shop, now);
        let mut showing = Showing::new(conn, &shop, now, frame.valid_until);
        let other = showing.see_work(edition.work_id)?;
        let mut once = Once::default();
        once.take(conn, edition.work_id).map_err(DbError::from)?;
        let similar = similar::like(&mut showing, app, edition, &mut once)?;
        let shop_view = frame.view();
        let shell = Shell { noindex: true, ..Shell::new(&shop_view, "No longer sold") };
        Ok::<_, PageError>(ui::page(&shell, &main(edition, other.as_ref(), &similar)))
    })?;
    frame::private(app, parts, visitor, StatusCode::GONE, &markup)
}

fn main(edition: &Edition, other: Option<&Seen>, similar: &[BookCard]) -> Markup {
    html! {
        div.flow {
            h1 { "We no longer sell this edition" }
            p.lead { cite { (edition.facts.title) } @if !edition.byline.is_empty() { " by " (edition.byline) } " was here and has left our shelves for good." }
            @if let Some(other) = other {
                p { "There is another edition: " a href=(other.row.path()) { (frame::format_words(&other.row)) } ". " (frame::stock_words(&other.offer).words()) "." }
            }
            p { a href="/books" { "Browse all books" } }
        }
        (ui::shelf("similar", "You may like these", None, similar, true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::EditionFacts;
    use crate::kernel::ids::Id;

    #[test]
    fn a_book_that_left_is_named_and_followed_by_a_way_on() {
        let id = Id::from_bytes([1; 16]);
        let facts = EditionFacts { title: "Ink & Paper".into(), ..EditionFacts::default() };
        let edition = Edition {
            id,
            work_id: id,
            facts,
            byline: "Ann Author".into(),
            slug: "ink".into(),
            listed: false,
            version: 1,
        };
        insta::assert_snapshot!(main(&edition, None, &[]).into_string(), @r#"<div class="flow"><h1>We no longer sell this edition</h1><p class="lead"><cite>Ink &amp; Paper</cite> by Ann Author was here and has left our shelves for good.</p><p><a href="/books">Browse all books</a></p></div>"#);
    }
}
