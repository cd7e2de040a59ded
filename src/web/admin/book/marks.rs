//! Who decided a field: the mark beside it, and `/admin/books/{id}/release`, which gives it back to the feed.

use axum::Router;
use axum::body::Body;
use axum::extract::{Form, Path, State};
use axum::http::Response;
use axum::routing::post;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::form::decides;
use super::save::Stored;
use crate::accounts::staff::Permission;
use crate::audit;
use crate::catalog::owned::{self, Mark};
use crate::catalog::{CatalogError, fields, works};
use crate::settings::Shop;
use crate::web::admin::frame::{self, Done};
use crate::web::admin::words;
use crate::web::session::StaffUser;
use crate::web::{AppState, PageError};

/// The id of the form that the buttons belong to; it stands outside the book's own.
const FORM: &str = "release";

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/admin/books/{id}/release", post(release))
}

/// The empty form that every release button sends.
pub(super) fn form(stored: &Stored) -> Markup {
    html! { form id=(FORM) method="post" action={ "/admin/books/" (stored.edition.id) "/release" } {} }
}

/// Who decided a field of the form, and the way back; nothing for a book that no feed speaks of.
pub(super) fn mark(stored: &Stored, shop: &Shop, name: &str) -> Markup {
    // Two fields of the form decide one of the catalogue: the mark stands at the first.
    let second = ["series_number", "lead_to"].contains(&name);
    let found = decides(name).filter(|_| stored.feed.is_some() && !second).and_then(|(field, of_work)| {
        let marks = if of_work { &stored.marks.1 } else { &stored.marks.0 };
        marks.iter().find(|mark| mark.field == field).map(|mark| (mark, of_work))
    });
    html! { @if let Some((mark, of_work)) = found { (render(mark, of_work, shop)) } }
}

fn render(mark: &Mark, of_work: bool, shop: &Shop) -> Markup {
    let day = shop.today(mark.at).strftime("%-d %b %Y").to_string();
    let value = format!("{}.{}", if of_work { "work" } else { "edition" }, mark.field);
    html! {
        p.owner {
            span { "Set by hand on " (day) " (" (words::who(&mark.by)) "): feeds leave it." }
            button.button type="submit" data-kind="quiet" form=(FORM) name="field" value=(value) {
                "Let the feed decide again" span.u-hidden { ": " (mark.field) }
            }
        }
    }
}

#[derive(Deserialize)]
struct Released {
    field: String,
}

async fn release(
    State(app): State<AppState>, staff: StaffUser, Path(id): Path<String>, Form(form): Form<Released>,
) -> Result<Response<Body>, PageError> {
    staff.role.require(Permission::EditCatalogue)?;
    let id = frame::id(&id)?;
    let (of_work, field) = known(&form.field).ok_or_else(PageError::not_found)?;
    let (actor, now) = (frame::actor(&staff), app.clock.now());
    let released = app
        .db
        .write(move |tx| {
            let work = works::of_edition(tx, id)?.ok_or(CatalogError::Missing)?;
            let subject = if of_work { work } else { id };
            let released = owned::release(tx, subject, &field)?;
            if released {
                audit::record(tx, &actor, "book.release", &id.to_string(), &json!({ "field": field }), now)?;
            }
            Ok::<_, CatalogError>(released)
        })
        .await?;
    frame::done(&format!("/admin/books/{id}"), if released { Done::Released } else { Done::Already })
}

/// `work.series`: whose field, and which; only names that the catalogue has.
fn known(value: &str) -> Option<(bool, String)> {
    let (subject, field) = value.split_once('.')?;
    let is_known = match subject {
        "work" => fields::WORK.iter().any(|known| known.name == field),
        "edition" => fields::EDITION.iter().any(|known| known.name == field),
        _ => false,
    };
    is_known.then(|| (subject == "work", field.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_says_who_and_when_and_names_only_what_there_is() {
        let mark =
            Mark { field: "title".into(), by: "staff:marta@example.com".into(), at: jiff::Timestamp::UNIX_EPOCH };
        insta::assert_snapshot!(render(&mark, false, &Shop::default()).into_string(), @r#"<p class="owner"><span>Set by hand on 1 Jan 1970 (marta@example.com): feeds leave it.</span><button class="button" type="submit" data-kind="quiet" form="release" name="field" value="edition.title">Let the feed decide again<span class="u-hidden">: title</span></button></p>"#);
        assert_eq!(known("work.series"), Some((true, "series".into())));
        assert_eq!([known("work.title"), known("title"), known("edition.nonsense")], [None, None, None]);
    }
}
