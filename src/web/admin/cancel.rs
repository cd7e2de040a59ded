//! `/admin/orders/{id}/cancel`: asks once more, and why, before an order ends.

use axum::Router;
use axum::body::Body;
use axum::extract::{Form, Path, State};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use axum::routing::get;
use maud::{Markup, html};

use super::frame::{self, Page, Section};
use super::order::acts::Act;
use super::order::{self, ActForm, NOTE_CHARS};
use crate::accounts::staff::Permission;
use crate::db::DbError;
use crate::kernel::ids::Id;
use crate::kernel::text::tidy;
use crate::orders::{self, Order};
use crate::payments::{self, Method};
use crate::web::session::StaffUser;
use crate::web::ui::{self, ButtonKind, Field, FieldError};
use crate::web::{AppState, PageError};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/admin/orders/{id}/cancel", get(show).post(submit))
}

async fn show(
    State(app): State<AppState>, staff: StaffUser, Path(id): Path<String>, parts: Parts,
) -> Result<Response<Body>, PageError> {
    staff.role.require(Permission::MoveOrders)?;
    confirm(&app, &staff, &parts, frame::id(&id)?, "", None)
}

async fn submit(
    State(app): State<AppState>, staff: StaffUser, Path(id): Path<String>, parts: Parts, Form(form): Form<ActForm>,
) -> Result<Response<Body>, PageError> {
    let id = frame::id(&id)?;
    let reason = tidy(&form.note);
    match problem(&reason) {
        Some(words) => confirm(&app, &staff, &parts, id, &reason, Some(&words)),
        None => order::perform(&app, &staff, &parts, id, Act::Cancel, reason).await,
    }
}

fn problem(reason: &str) -> Option<String> {
    match reason.chars().count() {
        0 => Some("Enter why the order is cancelled".to_owned()),
        length if length > NOTE_CHARS => {
            Some(format!("Shorten the reason to {NOTE_CHARS} characters; it has {length}"))
        }
        _ => None,
    }
}

fn confirm(
    app: &AppState, staff: &StaffUser, parts: &Parts, id: Id, reason: &str, error: Option<&str>,
) -> Result<Response<Body>, PageError> {
    let order = app.db.read(|conn| orders::find(conn, id).map_err(DbError::from))?.ok_or_else(PageError::not_found)?;
    if order.status.on(orders::Move::Cancel).is_err() {
        // Nothing to confirm: the order's own page says how it stands.
        return Err(PageError::see_other(format!("/admin/orders/{id}")));
    }
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let title = format!("Cancel {}", order.number);
    let page = Page {
        status,
        has_errors: error.is_some(),
        ..Page::new(Section::Orders, &title, render(&order, reason, error))
    };
    frame::answer(app, parts, Some(staff), &page)
}

/// What becomes of the money.
fn money(order: &Order) -> String {
    let paid = order.payments.iter().find(|payment| payment.status == payments::Status::Completed);
    match paid {
        None => "Nothing was paid, so nothing goes back.".to_owned(),
        Some(payment) if payment.method == Method::Card => {
            format!("{} goes back to the card by itself.", payment.amount.display())
        }
        Some(payment) => {
            format!("Send {} back by hand today: the shop notes it as sent back.", payment.amount.display())
        }
    }
}

fn render(order: &Order, reason: &str, error: Option<&str>) -> Markup {
    let back = format!("/admin/orders/{}", order.id);
    let errors: Vec<FieldError> =
        error.map(|words| FieldError { field: "note".to_owned(), words: words.to_owned() }).into_iter().collect();
    let field = Field {
        value: reason,
        error,
        hint: Some("For the history of the order; the customer does not see it."),
        maxlength: u32::try_from(NOTE_CHARS).ok(),
        ..Field::new("note", "Reason")
    };
    html! {
        (ui::error_summary(&errors))
        h1 { "Cancel " (order.number) "?" }
        p.lead { "Its books go back on the shelf and " (order.name) " gets a mail. " (money(order)) }
        form.flow.confirm method="post" action={ (back) "/cancel" } novalidate {
            (ui::field(&field))
            div.cluster {
                (ui::button(ButtonKind::Danger, "Cancel the order", Some("Cancelling…")))
                a href=(back) { "Keep it" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::Kind;
    use crate::orders::Status;
    use crate::web::admin::order::sample;

    #[test]
    fn a_reason_is_asked_for_and_bounded() {
        assert_eq!(problem("out of print"), None);
        assert_eq!(problem("").as_deref(), Some("Enter why the order is cancelled"));
        assert_eq!(problem(&"x".repeat(201)).as_deref(), Some("Shorten the reason to 200 characters; it has 201"));
    }

    #[test]
    fn the_page_says_what_becomes_of_the_money() {
        let words = |method, status| money(&sample::order(Status::Confirmed, Kind::Post, method, status));
        assert_eq!(words(Method::Card, payments::Status::Completed), "£22.93 goes back to the card by itself.");
        assert!(words(Method::Transfer, payments::Status::Completed).starts_with("Send £22.93 back by hand"));
        assert_eq!(words(Method::Card, payments::Status::Pending), "Nothing was paid, so nothing goes back.");
    }
}
