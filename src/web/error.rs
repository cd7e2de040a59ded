//! What went wrong, as a status and a page: decided once, here.
//!
//! A handler returns `PageError` by `?`. Its answer carries a `Failure` and no body; `finish`, called by the
//! layer for every answer, writes the page (with the request's number) and the one log line of a 500 or 503.
//! Refusals of axum's own extractors have no `Failure` and pass through the same gate, so no visitor sees
//! their plain text. None of this needs the database.

mod page;

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use axum::http::{HeaderValue, Method, Response, StatusCode};
use axum::response::IntoResponse;

use super::Shared;
use super::caller::RequestId;
use crate::error::{Fault, Kind};

pub use page::{Situation, error_page};

/// Seconds after which a busy shop is worth asking again.
const BUSY_SECS: u64 = 10;

/// Why a handler has no page; made from any room's error by `?`.
#[derive(Debug)]
pub struct PageError(Reason);

#[derive(Debug)]
enum Reason {
    Fault(Box<dyn Fault>),
    Plain(Kind),
    /// The page lives at another address now, for good.
    Moved(String),
    /// Look there instead; asked by GET.
    SeeOther(String),
}

impl PageError {
    /// 404.
    pub fn not_found() -> PageError {
        PageError(Reason::Plain(Kind::NotFound))
    }

    /// 410.
    pub fn gone() -> PageError {
        PageError(Reason::Plain(Kind::Gone))
    }

    /// 403.
    pub fn forbidden() -> PageError {
        PageError(Reason::Plain(Kind::Forbidden))
    }

    /// 301 to `path`: the one address of this page.
    pub fn moved(path: impl Into<String>) -> PageError {
        PageError(Reason::Moved(path.into()))
    }

    /// 303 to `path`, such as the sign-in page.
    pub fn see_other(path: impl Into<String>) -> PageError {
        PageError(Reason::SeeOther(path.into()))
    }

    /// What kind of refusal it is; `None` when it only points elsewhere.
    pub fn kind(&self) -> Option<Kind> {
        match &self.0 {
            Reason::Fault(fault) => Some(fault.kind()),
            Reason::Plain(kind) => Some(*kind),
            Reason::Moved(_) | Reason::SeeOther(_) => None,
        }
    }
}

impl<E: Fault> From<E> for PageError {
    fn from(fault: E) -> PageError {
        PageError(Reason::Fault(Box::new(fault)))
    }
}

/// Left in an answer that has no body yet; `finish` reads it.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    /// For the log only.
    detail: Option<Arc<str>>,
    /// Seconds to wait before the next try.
    retry_secs: Option<u64>,
}

/// The status of a refusal, for handlers that answer it with a page of their own.
pub(super) fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Gone => StatusCode::GONE,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The error and what caused it, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        // `transparent` errors repeat their cause.
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

/// An answer without a body, to be finished.
pub(super) fn failed(status: StatusCode, detail: Option<String>, retry_secs: Option<u64>) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response.extensions_mut().insert(Failure { detail: detail.map(Arc::from), retry_secs });
    response
}

/// The answer of a handler that panicked; the message is for the log.
pub(super) fn panicked(panic: &(dyn Any + Send)) -> Response<Body> {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let detail = format!("panic: {}", text.unwrap_or("without a message"));
    failed(StatusCode::INTERNAL_SERVER_ERROR, Some(detail), None)
}

/// The answer of a handler that ran out of time.
pub(super) fn timed_out(timeout: Duration) -> Response<Body> {
    failed(StatusCode::SERVICE_UNAVAILABLE, Some(format!("no answer in {timeout:?}")), Some(BUSY_SECS))
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response<Body> {
        match self.0 {
            Reason::Fault(fault) => {
                let kind = fault.kind();
                let retry = (kind == Kind::Unavailable).then_some(BUSY_SECS);
                failed(status(kind), Some(chain(fault.as_ref())), retry)
            }
            Reason::Plain(kind) => failed(status(kind), None, None),
            Reason::Moved(path) => elsewhere(StatusCode::MOVED_PERMANENTLY, path),
            Reason::SeeOther(path) => elsewhere(StatusCode::SEE_OTHER, path),
        }
    }
}

fn elsewhere(status: StatusCode, path: String) -> Response<Body> {
    let Ok(location) = HeaderValue::try_from(path) else { return PageError::not_found().into_response() };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response.headers_mut().insert(LOCATION, location);
    response
}

/// Gives an answer that failed its page, and the log its line.
///
/// An answer of 400 or more with a page of its own (HTML, or JSON of the API) is left as it is.
pub(super) fn finish(
    response: Response<Body>, request: RequestId, method: &Method, path: &str, app: &Shared,
) -> Response<Body> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let failure = response.extensions().get::<Failure>().cloned();
    if failure.is_none() && has_own_page(&response) {
        return response;
    }
    let failure = failure.unwrap_or(Failure { detail: None, retry_secs: None });
    if status.is_server_error() {
        let detail = failure.detail.as_deref().unwrap_or("no detail");
        tracing::error!(%request, %method, path = loggable(path), status = status.as_u16(), detail, "a request failed");
    }
    let shop = app.shop_as_known();
    let situation = Situation { status, request, retry_secs: failure.retry_secs, shop: &shop };
    let mut page = Response::new(Body::from(error_page(&situation).into_string()));
    *page.status_mut() = status;
    let headers = page.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(secs) = failure.retry_secs {
        headers.insert(RETRY_AFTER, HeaderValue::from(secs));
    }
    if let Some(allow) = response.headers().get(ALLOW) {
        headers.insert(ALLOW, allow.clone());
    }
    page
}

fn has_own_page(response: &Response<Body>) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    kind.starts_with(b"text/html") || kind.starts_with(b"application/")
}

/// The path with whatever opens something (32 hexadecimal digits) left out: a log is not a key ring.
fn loggable(path: &str) -> String {
    let is_token = |part: &str| part.len() >= 32 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let parts: Vec<&str> = path.split('/').map(|part| if is_token(part) { "…" } else { part }).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the shelf fell")]
    struct Fell(Kind);

    impl Fault for Fell {
        fn kind(&self) -> Kind {
            self.0
        }
    }

    #[test]
    fn a_fault_of_any_room_has_its_status() {
        let table = [
            (Kind::Invalid, 422),
            (Kind::NotFound, 404),
            (Kind::Gone, 410),
            (Kind::Conflict, 409),
            (Kind::Forbidden, 403),
            (Kind::Unavailable, 503),
            (Kind::Internal, 500),
        ];
        for (kind, expected) in table {
            let response = PageError::from(Fell(kind)).into_response();
            assert_eq!(response.status().as_u16(), expected);
            assert!(response.extensions().get::<Failure>().is_some());
        }
        assert_eq!(PageError::moved("/books/1/a").into_response().status(), StatusCode::MOVED_PERMANENTLY);
        assert_eq!(PageError::moved("/bad\npath").into_response().status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn a_log_keeps_no_tokens() {
        assert_eq!(loggable("/orders/0123456789abcdef0123456789abcdef/pay"), "/orders/…/pay");
        assert_eq!(loggable("/books/9780306406157/ink"), "/books/9780306406157/ink");
    }
}
