//! `/admin/sign-in` and `/admin/sign-out`: the staff's door.

use axum::body::Body;
use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, StatusCode};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use axum::{Extension, Form, Router};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;
use tower_sessions::Session;

use super::frame::{self, Done, Page, Section};
use crate::accounts::sign_in::Claim;
use crate::accounts::staff;
use crate::audit;
use crate::db::DbError;
use crate::error::{Fault, Kind};
use crate::kernel::ids::Id;
use crate::web::caller::Caller;
use crate::web::session::{self, Refusal, STAFF_SIGN_IN, StaffUser};
use crate::web::ui::{self, ButtonKind, Control, Field, Need};
use crate::web::{AppState, PageError};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route(STAFF_SIGN_IN, get(show).post(submit)).route("/admin/sign-out", post(leave))
}

/// What was typed at the door.
#[derive(Deserialize, Default)]
#[serde(default)]
struct SignInForm {
    email: String,
    password: String,
}

/// The thread that checked the password went away: the shop is closing.
#[derive(Debug, thiserror::Error)]
#[error("the password was not checked: {0}")]
struct Unchecked(#[from] tokio::task::JoinError);

impl Fault for Unchecked {
    fn kind(&self) -> Kind {
        Kind::Unavailable
    }
}

async fn show(
    State(app): State<AppState>, staff: Result<StaffUser, Refusal>, parts: Parts,
) -> Result<Response<Body>, PageError> {
    match staff {
        Ok(_) => Ok(Redirect::to("/admin").into_response()),
        Err(Refusal::SignIn) => door(&app, &parts, "", StatusCode::OK, None),
        Err(failed @ Refusal::Failed(_)) => Ok(failed.into_response()),
    }
}

async fn submit(
    State(app): State<AppState>, Extension(caller): Extension<Caller>, session: Session, parts: Parts,
    Form(form): Form<SignInForm>,
) -> Result<Response<Body>, PageError> {
    let key = app.staff_door.key(&form.email, caller.address);
    if let Err(wait) = app.staff_door.allow(key, app.clock.now()) {
        let secs = wait.as_secs() + 1;
        let words = format!("Too many tries with this address. Wait {}, then try again.", duration(secs));
        let mut response = door(&app, &parts, &form.email, StatusCode::TOO_MANY_REQUESTS, Some(&words))?;
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(secs));
        return Ok(response);
    }
    let claim = app.db.read(|conn| Ok::<_, DbError>(Claim::as_staff(conn, &form.email)?))?;
    let typed = form.password;
    // Some 20 ms of hashing: not on a thread that serves others.
    let member = tokio::task::spawn_blocking(move || claim.check(&typed)).await.map_err(Unchecked)??;
    let now = app.clock.now();
    let Some(member) = member else {
        app.staff_door.record_failure(key, now);
        let words = "That email and password do not match.";
        return door(&app, &parts, &form.email, StatusCode::UNPROCESSABLE_ENTITY, Some(words));
    };
    app.staff_door.record_success(key, now);
    app.db.write(move |tx| note(tx, member, now)).await?;
    session::sign_in_staff(&session, member, now).await?;
    Ok(Redirect::to("/admin").into_response())
}

fn note(tx: &crate::db::Tx<'_>, member: Id, now: jiff::Timestamp) -> Result<(), DbError> {
    let email = staff::find(tx, member)?.map(|member| member.email.to_string()).unwrap_or_default();
    Ok(audit::record(tx, &format!("staff:{email}"), "staff.sign_in", &member.to_string(), &json!({}), now)?)
}

async fn leave(session: Session) -> Result<Response<Body>, PageError> {
    session::sign_out(&session).await?;
    frame::done(STAFF_SIGN_IN, Done::SignedOut)
}

fn duration(secs: u64) -> String {
    match secs {
        1 => "1 second".to_owned(),
        2..=90 => format!("{secs} seconds"),
        more => format!("{} minutes", more.div_ceil(60)),
    }
}

fn door(
    app: &AppState, parts: &Parts, email: &str, status: StatusCode, refusal: Option<&str>,
) -> Result<Response<Body>, PageError> {
    let page = Page { status, refusal, ..Page::new(Section::Elsewhere, "Staff sign-in", render(email)) };
    frame::answer(app, parts, None, &page)
}

fn render(email: &str) -> Markup {
    let address = Field {
        value: email,
        control: Control::Email,
        need: Need::Unsaid,
        autocomplete: Some("username"),
        maxlength: Some(254),
        ..Field::new("email", "Email")
    };
    let password = Field {
        control: Control::Password,
        need: Need::Unsaid,
        autocomplete: Some("current-password"),
        maxlength: Some(1024),
        ..Field::new("password", "Password")
    };
    html! {
        div.form-page {
            h1 { "Sign in to the office" }
            form.flow method="post" action=(STAFF_SIGN_IN) novalidate {
                (ui::field(&address))
                (ui::field(&password))
                (ui::button(ButtonKind::Primary, "Sign in", Some("Signing in…")))
            }
            p.small { "For staff. Whoever runs the shop adds people with " code { "bookstall staff add" } "." }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_door_keeps_the_address_and_never_the_password() {
        let html = render("ben@example.com").into_string();
        assert!(html.contains(r#"value="ben@example.com""#));
        assert!(html.contains(r#"autocomplete="current-password""#) && !html.contains(r#"type="password" value"#));
        assert_eq!([duration(1), duration(30), duration(900)], ["1 second", "30 seconds", "15 minutes"]);
    }
}
