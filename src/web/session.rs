//! How a handler sees who asks: the sign-ins that the session cookie stands for, and the basket's cookie.
//!
//! Cookies: `session` (`__Host-session` under https) is the key of a row in the store; `cart` is a basket's
//! token. Who has neither costs no look-up and no row. A session names accounts only: name, address and role
//! are read from their tables each time, so that a change of role counts from the next click.

use axum::Router;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{AppendHeaders, IntoResponse, Redirect};
use jiff::Timestamp;
use time::Duration;
use tower_sessions::cookie::{Cookie, SameSite};
use tower_sessions::{Expiry, Session, SessionManagerLayer, SessionStore, session, session_store};

use super::PageError;
use crate::accounts::sessions::{Side, SignedIn};
use crate::accounts::staff::Role;
use crate::accounts::{customers, staff};
use crate::db::{Db, DbError};
use crate::error::{Fault, Kind};
use crate::kernel::email::Email;
use crate::kernel::ids::{Id, Token};
use crate::kernel::time::Clock;

const PLAIN: &str = "session";
/// Browsers take this name only with `Secure`, for the whole host and for no other.
const HTTPS: &str = "__Host-session";
const CART: &str = "cart";
const CART_DAYS: i64 = 30;

/// Where staff sign in.
pub const STAFF_SIGN_IN: &str = "/admin/sign-in";

/// Who looks at a page of the shop.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// The customer, if one is signed in.
    pub customer: Option<CustomerRef>,
    /// What the basket's cookie says; the basket itself may be gone.
    pub cart: Option<Token>,
}

/// A customer who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerRef {
    /// The account.
    pub id: Id,
    /// The whole name.
    pub name: String,
    /// Where mail goes.
    pub email: Email,
}

/// A member of staff who is signed in; a handler that takes one is closed to everybody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffUser {
    /// The account.
    pub id: Id,
    /// The whole name.
    pub name: String,
    /// The address.
    pub email: Email,
    /// What they may do, as of this request.
    pub role: Role,
}

/// Why nobody can say who asks.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] session::Error),
    /// The accounts could not be read.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The route was built without `with_sessions`.
    #[error("the session layer is missing")]
    NoLayer,
}

impl Fault for SessionError {
    fn kind(&self) -> Kind {
        match self {
            SessionError::Db(error) => error.kind(),
            // The store's backend is the database: busy, full or closing.
            SessionError::Store(session::Error::Store(session_store::Error::Backend(_))) => Kind::Unavailable,
            SessionError::Store(_) | SessionError::NoLayer => Kind::Internal,
        }
    }
}

/// Why a handler is not reached.
#[derive(Debug)]
pub enum Refusal {
    /// Only for staff: sign in first.
    SignIn,
    /// Nobody can say who asks.
    Failed(SessionError),
}

impl<E: Into<SessionError>> From<E> for Refusal {
    fn from(error: E) -> Refusal {
        Refusal::Failed(error.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> axum::response::Response {
        match self {
            Refusal::SignIn => Redirect::to(STAFF_SIGN_IN).into_response(),
            Refusal::Failed(error) => PageError::from(error).into_response(),
        }
    }
}

impl<S> FromRequestParts<S> for Visitor
where
    S: Send + Sync,
    Db: FromRef<S>,
    Clock: FromRef<S>,
{
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Visitor, Refusal> {
        let cart = cookie(&parts.headers, CART).and_then(|value| value.parse().ok());
        let now = Clock::from_ref(state).now();
        let Some(id) = signed_in(parts, Side::Shop, now).await? else { return Ok(Visitor { customer: None, cart }) };
        let customer = Db::from_ref(state).read(|conn| Ok::<_, DbError>(customers::find(conn, id)?))?;
        let customer = customer.map(|found| CustomerRef { id, name: found.name, email: found.email });
        Ok(Visitor { customer, cart })
    }
}

impl<S> FromRequestParts<S> for StaffUser
where
    S: Send + Sync,
    Db: FromRef<S>,
    Clock: FromRef<S>,
{
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<StaffUser, Refusal> {
        let now = Clock::from_ref(state).now();
        let id = signed_in(parts, Side::Office, now).await?.ok_or(Refusal::SignIn)?;
        let found = Db::from_ref(state).read(|conn| Ok::<_, DbError>(staff::find(conn, id)?))?;
        let member = found.ok_or(Refusal::SignIn)?;
        Ok(StaffUser { id, name: member.name, email: member.email, role: member.role })
    }
}

/// The account that the session of this request is signed in to; writes the visit down now and then.
async fn signed_in(parts: &Parts, side: Side, now: Timestamp) -> Result<Option<Id>, SessionError> {
    let session = parts.extensions.get::<Session>().ok_or(SessionError::NoLayer)?;
    if session.id().is_none() {
        return Ok(None); // without a cookie there is nothing to ask the store for
    }
    let Some(value) = session.get_value(side.key()).await? else { return Ok(None) };
    // What an earlier version wrote in another shape signs nobody in.
    let Ok(entry) = serde_json::from_value::<SignedIn>(value) else { return Ok(None) };
    let Some(person) = entry.person(now) else { return Ok(None) };
    if entry.wants_renewal(side, now) {
        session.insert(side.key(), SignedIn::new(person, side, now)).await?;
    }
    Ok(Some(person))
}

/// Signs a customer in: the session gets a new id, so that one known before is worth nothing.
///
/// # Errors
///
/// The store could not write: nobody is signed in then.
pub async fn sign_in_customer(session: &Session, customer: Id, now: Timestamp) -> Result<(), SessionError> {
    sign_in(session, Side::Shop, customer, now).await
}

/// Signs a member of staff in, likewise.
///
/// # Errors
///
/// As `sign_in_customer`.
pub async fn sign_in_staff(session: &Session, member: Id, now: Timestamp) -> Result<(), SessionError> {
    sign_in(session, Side::Office, member, now).await
}

async fn sign_in(session: &Session, side: Side, person: Id, now: Timestamp) -> Result<(), SessionError> {
    // Reading first: a cookie of a session that has ended loses its id here, and costs no delete below.
    session.get_value(side.key()).await?;
    if session.id().is_some() {
        session.cycle_id().await?;
    }
    session.insert(side.key(), SignedIn::new(person, side, now)).await?;
    // Here and not in the layer, which would answer a full disk with an empty 500.
    session.save().await?;
    Ok(())
}

/// Ends the session, for customer and staff alike, in the store and in the browser.
///
/// # Errors
///
/// The store could not write: the session is still open then, and the visitor must know.
pub async fn sign_out(session: &Session) -> Result<(), SessionError> {
    if session.id().is_some() {
        session.flush().await?;
    }
    Ok(())
}

/// Gives every route of `router` its session; `https` is whether readers reach the shop by https.
///
/// To be applied after the routes and inside the layer that finishes error pages.
pub fn with_sessions<S>(router: Router<S>, store: impl SessionStore + Clone, https: bool) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let layer = SessionManagerLayer::new(store)
        .with_name(if https { HTTPS } else { PLAIN })
        .with_secure(https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        // The cookie's life only; what counts is the date in the store, also for staff.
        .with_expiry(Expiry::OnInactivity(Duration::seconds(Side::Shop.idle_secs())));
    router.layer(layer).layer(axum::middleware::map_response(mend_removal))
}

/// The session layer takes its cookie back without `Secure`; browsers refuse that for a `__Host-` name.
async fn mend_removal(mut response: axum::response::Response) -> axum::response::Response {
    for (name, value) in response.headers_mut() {
        let bare = name == SET_COOKIE
            && value.to_str().is_ok_and(|text| text.starts_with("__Host-session=") && !text.contains("; Secure"));
        if let Some(mended) =
            bare.then(|| HeaderValue::try_from([value.as_bytes(), b"; Secure"].concat()).ok()).flatten()
        {
            *value = mended;
        }
    }
    response
}

/// Tells whether a request brings neither a session nor a basket, so that a page kept for all will do.
pub fn is_anonymous(headers: &HeaderMap) -> bool {
    [PLAIN, HTTPS, CART].into_iter().all(|name| cookie(headers, name).is_none())
}

/// The header that has the browser keep a basket for 30 days from now.
pub fn keep_cart(token: &Token, https: bool) -> AppendHeaders<[(HeaderName, String); 1]> {
    set_cart(token.to_string(), Duration::days(CART_DAYS), https)
}

/// The header that has the browser forget its basket: it was ordered, or joined to the customer's own.
pub fn forget_cart(https: bool) -> AppendHeaders<[(HeaderName, String); 1]> {
    set_cart(String::new(), Duration::ZERO, https)
}

fn set_cart(value: String, lasts: Duration, https: bool) -> AppendHeaders<[(HeaderName, String); 1]> {
    let cookie = Cookie::build((CART, value)).path("/").http_only(true).same_site(SameSite::Lax).secure(https);
    AppendHeaders([(SET_COOKIE, cookie.max_age(lasts).to_string())])
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let values = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let pairs = values.flat_map(|value| value.split(';'));
    pairs.filter_map(|pair| pair.split_once('=')).find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests;
