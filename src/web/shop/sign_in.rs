//! Signing in, registering, signing out.
//!
//! - No answer tells whether an address has an account: sign-in has one sentence for every failure. Registering an
//!   address that is taken answers 422 with a sentence that fits any mistake, after the same work; it will answer
//!   “look into your mail” to everybody once addresses are confirmed by mail.
//! - The basket chosen before signing in joins the customer's own.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, Form, Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use tower_sessions::Session;

use super::frame::{self, Frame, Notice};
use super::onward;
use crate::accounts::AccountError;
use crate::accounts::customers::{self, NewCustomer};
use crate::accounts::password::{self, HashError, Password};
use crate::accounts::sign_in::Claim;
use crate::cart;
use crate::db::DbError;
use crate::kernel::email::{Email, NotAnEmail};
use crate::kernel::ids::Id;
use crate::web::caller::Caller;
use crate::web::session::{self, Visitor, forget_cart};
use crate::web::ui::{self, ButtonKind, Control, Field, FieldError, Need, Shell};
use crate::web::{AppState, PageError, error};

const SIGN_IN: &str = "/account/sign-in";
const REGISTER: &str = "/account/register";
const NO_MATCH: &str = "That email and password do not match. Check both, or make an account.";
const NOT_MADE: &str = "Check your details, or sign in if you have an account.";

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route(SIGN_IN, get(show_sign_in).post(sign_in))
        .route(REGISTER, get(show_register).post(register))
        .route("/account/sign-out", post(sign_out))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    next: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AccountForm {
    name: String,
    email: String,
    password: String,
    /// Where to go afterwards; own addresses only.
    next: String,
}

impl AccountForm {
    fn next(&self) -> &str {
        onward::own_path(&self.next).unwrap_or("/account")
    }
}

/// Which of the two forms.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Door {
    SignIn,
    Register,
}

async fn show_sign_in(
    State(app): State<AppState>, visitor: Visitor, Query(asked): Query<Asked>, parts: Parts,
) -> Result<Response<Body>, PageError> {
    show(&app, &visitor, &parts, Door::SignIn, asked)
}

async fn show_register(
    State(app): State<AppState>, visitor: Visitor, Query(asked): Query<Asked>, parts: Parts,
) -> Result<Response<Body>, PageError> {
    show(&app, &visitor, &parts, Door::Register, asked)
}

fn show(
    app: &AppState, visitor: &Visitor, parts: &Parts, door: Door, asked: Asked,
) -> Result<Response<Body>, PageError> {
    let form = AccountForm { next: asked.next, ..AccountForm::default() };
    if visitor.customer.is_some() {
        return Ok(onward::to(form.next()));
    }
    answer(app, parts, visitor, StatusCode::OK, door, &form, &[])
}

fn answer(
    app: &AppState, parts: &Parts, visitor: &Visitor, status: StatusCode, door: Door, form: &AccountForm,
    errors: &[FieldError],
) -> Result<Response<Body>, PageError> {
    let shop = app.db.read(|conn| app.shop(conn).map_err(PageError::from))?;
    let frame = Frame::new(app, &shop, app.clock.now());
    let about = frame.view();
    let title = if door == Door::SignIn { "Sign in" } else { "Make an account" };
    let shell = Shell { noindex: true, has_errors: !errors.is_empty(), ..Shell::new(&about, title) };
    frame::private(app, parts, visitor, status, &ui::page(&shell, &render(door, title, form, errors)))
}

async fn sign_in(
    State(app): State<AppState>, visitor: Visitor, Extension(caller): Extension<Caller>, session: Session,
    parts: Parts, Form(form): Form<AccountForm>,
) -> Result<Response<Body>, PageError> {
    let refuse = |errors: &[FieldError]| {
        answer(&app, &parts, &visitor, StatusCode::UNPROCESSABLE_ENTITY, Door::SignIn, &form, errors)
    };
    let missing = [
        ("email", form.email.trim().is_empty(), "Enter your email address"),
        ("password", form.password.is_empty(), "Enter your password"),
    ];
    let errors: Vec<FieldError> =
        missing.iter().filter(|(_, missing, _)| *missing).map(|(field, _, words)| mistake(field, words)).collect();
    if !errors.is_empty() {
        return refuse(&errors);
    }
    let key = app.customer_door.key(&form.email, caller.address);
    if let Err(wait) = app.customer_door.allow(key, app.clock.now()) {
        return Ok(too_soon(wait));
    }
    let claim = app.db.read(|conn| Ok::<_, PageError>(Claim::as_customer(conn, &form.email)?))?;
    let typed = form.password.clone();
    let checked = tokio::task::spawn_blocking(move || claim.check(&typed)).await.map_err(|_| DbError::Panicked)?;
    match checked? {
        Some(customer) => {
            app.customer_door.record_success(key, app.clock.now());
            let_in(&app, &session, &visitor, customer, form.next()).await
        }
        None => {
            app.customer_door.record_failure(key, app.clock.now());
            refuse(&[mistake("email", NO_MATCH)])
        }
    }
}

fn mistake(field: &str, words: impl ToString) -> FieldError {
    FieldError { field: field.to_owned(), words: words.to_string() }
}

fn too_soon(wait: Duration) -> Response<Body> {
    error::failed(StatusCode::TOO_MANY_REQUESTS, None, Some(wait.as_secs() + 1))
}

/// Opens the session and joins the baskets.
async fn let_in(
    app: &AppState, session: &Session, visitor: &Visitor, customer: Id, next: &str,
) -> Result<Response<Body>, PageError> {
    let now = app.clock.now();
    if let Some(token) = visitor.cart.clone() {
        app.db.write(move |tx| Ok::<_, DbError>(cart::merge_at_sign_in(tx, &token, customer, now)?)).await?;
    }
    session::sign_in_customer(session, customer, now).await?;
    Ok((forget_cart(app.is_https()), onward::with_notice(next, Notice::SignedIn)).into_response())
}

async fn register(
    State(app): State<AppState>, visitor: Visitor, Extension(caller): Extension<Caller>, session: Session,
    parts: Parts, Form(form): Form<AccountForm>,
) -> Result<Response<Body>, PageError> {
    let refuse = |errors: &[FieldError]| {
        answer(&app, &parts, &visitor, StatusCode::UNPROCESSABLE_ENTITY, Door::Register, &form, errors)
    };
    let (name, email, password) = match read(&form) {
        Ok(read) => read,
        Err(errors) => return refuse(&errors),
    };
    // Asking again and again for a taken address is guessing too.
    let key = app.customer_door.key(&form.email, caller.address);
    if let Err(wait) = app.customer_door.allow(key, app.clock.now()) {
        return Ok(too_soon(wait));
    }
    let hashed = tokio::task::spawn_blocking(move || password::hash(&password)).await.map_err(|_| DbError::Panicked)?;
    let new = NewCustomer { email, name, phone: None, password_hash: hashed.map_err(|error: HashError| error)? };
    let now = app.clock.now();
    match app.db.write(move |tx| customers::register(tx, &new, now)).await {
        Ok(customer) => {
            app.customer_door.record_success(key, app.clock.now());
            let_in(&app, &session, &visitor, customer, form.next()).await
        }
        Err(AccountError::EmailTaken) => {
            app.customer_door.record_failure(key, app.clock.now());
            refuse(&[mistake("email", NOT_MADE)])
        }
        Err(error) => Err(error.into()),
    }
}

fn read(form: &AccountForm) -> Result<(String, Email, Password), Vec<FieldError>> {
    let mut errors = Vec::new();
    let name = crate::kernel::text::tidy(&form.name);
    match name.chars().count() {
        1..=100 => {}
        0 => errors.push(mistake("name", "Enter your name")),
        count => errors.push(mistake("name", format!("Name has {count} characters; up to 100 are possible"))),
    }
    let email: Result<Email, NotAnEmail> = form.email.parse();
    let password = match &email {
        Ok(email) => Password::new(&form.password, email).map_err(|error| errors.push(mistake("password", error))).ok(),
        Err(error) => {
            errors.push(mistake("email", error));
            None
        }
    };
    match (email, password) {
        (Ok(email), Some(password)) if errors.is_empty() => Ok((name, email, password)),
        _ => Err(errors),
    }
}

async fn sign_out(State(app): State<AppState>, session: Session) -> Result<Response<Body>, PageError> {
    session::sign_out(&session).await?;
    let mut response = (forget_cart(app.is_https()), onward::to("/")).into_response();
    response.headers_mut().append(SET_COOKIE, Notice::SignedOut.cookie());
    Ok(response)
}

fn render(door: Door, title: &str, form: &AccountForm, errors: &[FieldError]) -> Markup {
    let error = |name: &str| errors.iter().find(|error| error.field == name).map(|error| error.words.as_str());
    let (action, autocomplete, button) = match door {
        Door::SignIn => (SIGN_IN, "current-password", "Sign in"),
        Door::Register => (REGISTER, "new-password", "Make my account"),
    };
    let next = onward::own_path(&form.next).unwrap_or_default();
    let with_next =
        |path: &str| if next.is_empty() { path.to_owned() } else { format!("{path}?next={}", encoded(next)) };
    html! {
        (ui::error_summary(errors))
        div.form-page {
            h1 { (title) }
            form.flow method="post" action=(action) novalidate {
                @if !next.is_empty() { (ui::hidden(&[("next", next)])) }
                @if door == Door::Register {
                    (ui::field(&Field {
                        value: &form.name, need: Need::Unsaid, autocomplete: Some("name"), maxlength: Some(100), error: error("name"),
                        ..Field::new("name", "Full name")
                    }))
                }
                (ui::field(&Field {
                    value: &form.email, control: Control::Email, need: Need::Unsaid, autocomplete: Some("email"), maxlength: Some(254),
                    error: error("email"), ..Field::new("email", "Email")
                }))
                (ui::field(&Field {
                    control: Control::Password, need: Need::Unsaid, autocomplete: Some(autocomplete), error: error("password"),
                    hint: (door == Door::Register).then_some("At least 8 characters. A few words in a row are easy to keep in mind"),
                    ..Field::new("password", "Password")
                }))
                (ui::button(ButtonKind::Primary, button, Some("One moment …")))
            }
            @match door {
                Door::SignIn => p { "No account yet? " a href=(with_next(REGISTER)) { "Make one" } ". You can also order without." },
                Door::Register => p { "You have an account? " a href=(with_next(SIGN_IN)) { "Sign in" } "." },
            }
        }
    }
}

/// An own path as the value of a query parameter.
fn encoded(path: &str) -> String {
    path.replace('%', "%25").replace('&', "%26").replace('#', "%23").replace('+', "%2B")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, email: &str, password: &str, fields: &[&str]) {
        let form = AccountForm {
            name: name.to_owned(),
            email: email.to_owned(),
            password: password.to_owned(),
            next: String::new(),
        };
        let wrong: Vec<String> = read(&form).err().unwrap_or_default().into_iter().map(|error| error.field).collect();
        assert_eq!(wrong, fields, "{name} {email} {password}");
    }

    #[test]
    fn an_account_needs_a_name_an_address_and_a_password() {
        check("Ada", "ada@example.com", "reads a lot", &[]);
        check(" ", "ada", "", &["name", "email"]);
        check("Ada", "ada@example.com", "short", &["password"]);
        check("Ada", "ada@example.com", "ADA@example.com", &["password"]);
        check(&"x".repeat(101), "ada@example.com", "reads a lot", &["name"]);
    }

    #[test]
    fn a_password_is_never_shown_back() {
        let form = AccountForm {
            password: "reads a lot".into(),
            email: "ada@example.com".into(),
            next: "//evil.example".into(),
            ..AccountForm::default()
        };
        let page = render(Door::SignIn, "Sign in", &form, &[mistake("email", NO_MATCH)]).into_string();
        assert!(!page.contains("reads a lot") && !page.contains("evil"));
        assert!(page.contains(NO_MATCH) && page.contains("value=\"ada@example.com\""));
    }
}
