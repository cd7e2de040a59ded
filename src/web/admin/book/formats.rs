//! The editions of one work in the office: another format of it, and which work an edition belongs to.

use axum::Router;
use axum::body::Body;
use axum::extract::{Form, Path, State};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use axum::routing::post;
use maud::{Markup, html};
use rusqlite::Connection;
use serde::Deserialize;
use serde_json::json;

use super::save::Stored;
use super::view::Fields;
use super::{Sheet, answer, sheet};
use crate::accounts::staff::Permission;
use crate::audit;
use crate::catalog::{self, BookRow, CatalogError, works};
use crate::db::{DbError, Tx};
use crate::kernel::ids::Id;
use crate::kernel::isbn::Isbn;
use crate::web::admin::frame::{self, Done};
use crate::web::session::StaffUser;
use crate::web::ui::{self, ButtonKind, Field, FieldError, PostButton};
use crate::web::{AppState, PageError};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/admin/books/{id}/move", post(move_to)).route("/admin/books/{id}/split", post(split))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Moving {
    to: String,
}

/// Puts the edition beside those of the book that was named.
async fn move_to(
    State(app): State<AppState>, staff: StaffUser, Path(id): Path<String>, parts: Parts, Form(form): Form<Moving>,
) -> Result<Response<Body>, PageError> {
    staff.role.require(Permission::EditCatalogue)?;
    let id = frame::id(&id)?;
    let other = app.db.read(|conn| find(conn, &form.to).map_err(DbError::from))?;
    let Some(other) = other.filter(|other| *other != id) else {
        let words = "Enter the ISBN of another edition of that book, or the address of its page here".to_owned();
        let errors = vec![FieldError { field: "to".to_owned(), words }];
        let sheet = Sheet { errors, moving: form.to, ..sheet(&app, &staff, Some(id))? };
        return answer(&app, &staff, &parts, &sheet, StatusCode::UNPROCESSABLE_ENTITY, None);
    };
    let (actor, now) = (frame::actor(&staff), app.clock.now());
    let moved = app
        .db
        .write(move |tx| {
            let work = works::of_edition(tx, other)?.ok_or(CatalogError::Missing)?;
            let moved = works::move_edition(tx, id, work, now)?;
            if moved {
                note(tx, &actor, "book.move", id, Some(work), now)?;
            }
            Ok::<_, CatalogError>(moved)
        })
        .await?;
    frame::done(&format!("/admin/books/{id}#formats"), if moved { Done::Moved } else { Done::Already })
}

async fn split(
    State(app): State<AppState>, staff: StaffUser, Path(id): Path<String>,
) -> Result<Response<Body>, PageError> {
    staff.role.require(Permission::EditCatalogue)?;
    let id = frame::id(&id)?;
    let (actor, now) = (frame::actor(&staff), app.clock.now());
    let work = app
        .db
        .write(move |tx| {
            let work = works::split_off(tx, id, now)?;
            if work.is_some() {
                note(tx, &actor, "book.split", id, work, now)?;
            }
            Ok::<_, CatalogError>(work)
        })
        .await?;
    frame::done(&format!("/admin/books/{id}#formats"), if work.is_some() { Done::Moved } else { Done::Already })
}

fn note(
    tx: &Tx<'_>, actor: &str, action: &str, id: Id, work: Option<Id>, now: jiff::Timestamp,
) -> rusqlite::Result<()> {
    audit::record(tx, actor, action, &id.to_string(), &json!({ "work": work.map(|work| work.to_string()) }), now)
}

/// The edition that an ISBN means, or the address of its page in the office or the shop.
fn find(conn: &Connection, typed: &str) -> rusqlite::Result<Option<Id>> {
    let typed = typed.trim();
    let parts = || [typed].into_iter().chain(typed.split(['/', '?', '#']));
    if let Some(isbn) = parts().find_map(|part| part.parse::<Isbn>().ok()) {
        return catalog::find_id_by_isbn(conn, &isbn);
    }
    let id = parts().find_map(|part| part.parse::<Id>().ok());
    Ok(id.map(|id| catalog::find(conn, id)).transpose()?.flatten().map(|edition| edition.id))
}

/// The card beside the form.
pub(super) fn card(sheet: &Sheet, stored: &Stored, fields: &Fields<'_>) -> Markup {
    let id = stored.edition.id;
    html! {
        section.card id="formats" {
            h2 { "Formats of this book" }
            ul.formats-list role="list" { @for row in &sheet.editions { li { (line(row, id)) } } }
            @if sheet.may_edit {
                p { a href={ "/admin/books/new?of=" (id) } { "Add another format" } }
                details open[!sheet.moving.is_empty()] {
                    summary { "It belongs elsewhere" }
                    form.flow method="post" action={ "/admin/books/" (id) "/move" } novalidate {
                        (ui::field(&Field {
                            hint: Some("The ISBN of another format of that book"),
                            maxlength: Some(200),
                            ..fields.line("to", "It is a format of", &sheet.moving)
                        }))
                        (ui::button(ButtonKind::Second, "Move it there", Some("Moving…")))
                    }
                    @if sheet.editions.len() > 1 {
                        (ui::post_button(&PostButton {
                            action: &format!("/admin/books/{id}/split"),
                            fields: &[],
                            label: "Make it a book of its own",
                            hidden: "",
                            kind: ButtonKind::Quiet,
                            busy: Some("Parting…"),
                        }))
                    }
                }
            }
        }
    }
}

fn line(row: &BookRow, here: Id) -> Markup {
    let words = crate::web::shop::frame::format_words(row);
    let year = row.published.map(|date| format!(", {}", date.year())).unwrap_or_default();
    html! {
        @if row.id == here { strong { (words) (year) } ", this one" }
        @else { a href={ "/admin/books/" (row.id) } { (words) (year) } }
        span.second {
            @match row.price { Some(price) => (price.display()), None => "no price" }
            @if let Some(isbn) = &row.isbn { " · " (isbn) }
            @if !row.listed { " · not shown" }
        }
    }
}

/// Every edition of the work, as rows.
pub(super) fn load(
    conn: &Connection, work: Id, currency: crate::kernel::money::Currency, now: jiff::Timestamp,
) -> rusqlite::Result<Vec<BookRow>> {
    catalog::rows(conn, &works::editions(conn, work)?, currency, now)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::catalog::{EditionFacts, WorkFacts, create};
    use crate::db::{memory, test_tx};

    #[test]
    fn a_book_is_named_by_its_number_or_its_address() {
        let conn = memory();
        let facts = EditionFacts { title: "Ink".into(), isbn: "9780306406157".parse().ok(), ..EditionFacts::default() };
        let (id, _) =
            create(&test_tx(&conn), None, &WorkFacts::default(), &facts, jiff::Timestamp::UNIX_EPOCH).unwrap();
        for typed in [
            "0-306-40615-2".to_owned(),
            "https://shop.example/books/9780306406157/ink?from=x".to_owned(),
            format!(" /admin/books/{id}#stock"),
        ] {
            assert_eq!(find(&conn, &typed).unwrap(), Some(id), "{typed}");
        }
        assert_eq!(find(&conn, "Ink").unwrap(), None);
        assert_eq!(find(&conn, &Id::from_bytes([9; 16]).to_string()).unwrap(), None);
    }
}
