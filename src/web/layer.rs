//! The one layer around every request, in this order: number, rate, origin, kept page, handler, finish.
//!
//! It is written by hand because nine ready-made layers cost more than half of what a kept page costs
//! (measured 2026-11). The rules themselves are the libraries' or stand in `limit` and `origin`; what is here
//! is the order, and that nothing is boxed or timed before a handler really waits.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::{IpAddr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::DefaultBodyLimit;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri};
use axum::routing::future::RouteFuture;
use tokio::time::Sleep;
use tower::Service;

use super::caller::{self, Caller, RequestId};
use super::limit::Limit;
use super::origin::OwnOrigin;
use super::{AppState, error, kept};

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// What costs next to nothing and comes by the dozen with each page is not counted against the visitor.
const UNCOUNTED: [&str; 4] = ["/assets/", "/media/", "/covers/", "/healthz"];

/// How long a form with pictures may take at least; only staff get to send one.
const UPLOADS: Duration = Duration::from_secs(300);

/// The headers of every answer.
pub(super) fn guards(is_https: bool) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
    headers.insert(
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    );
    if is_https {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    headers
}

/// What all connections share.
struct Rules {
    app: AppState,
    pages: Limit,
    forms: Limit,
    origin: OwnOrigin,
    timeout: Duration,
}

/// The way in for one connection.
#[derive(Clone)]
pub(super) struct Door {
    rules: Arc<Rules>,
    router: Router,
    peer: IpAddr,
}

/// Makes a door for each connection.
#[derive(Clone)]
pub(super) struct Doors(Door);

impl Service<SocketAddr> for Doors {
    type Response = Door;
    type Error = Infallible;
    type Future = Ready<Result<Door, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, peer: SocketAddr) -> Self::Future {
        ready(Ok(Door { peer: peer.ip(), ..self.0.clone() }))
    }
}

impl Door {
    pub(super) fn for_connections(app: AppState, router: Router) -> Doors {
        let limits = &app.config.limits;
        let rules = Rules {
            pages: Limit::new(limits.pages_per_minute),
            forms: Limit::new(limits.forms_per_minute),
            origin: OwnOrigin::new(&app.origin),
            timeout: Duration::from_secs(limits.request_timeout_secs),
            app,
        };
        Doors(Door { rules: Arc::new(rules), router, peer: IpAddr::from([0, 0, 0, 0]) })
    }
}

impl Rules {
    /// The answer to a request that no handler sees: refused, or a page that is kept.
    fn answer(&self, caller: Caller, method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Response<Body>> {
        let path = uri.path();
        let is_safe = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
        let is_webhook = path.starts_with("/webhooks/");
        let limit = if is_safe || is_webhook { &self.pages } else { &self.forms };
        if !UNCOUNTED.iter().any(|start| path.starts_with(start))
            && let Err(wait) = limit.admit(caller.address)
        {
            return Some(error::failed(StatusCode::TOO_MANY_REQUESTS, None, Some(wait.as_secs() + 1)));
        }
        if !is_safe && !is_webhook && !self.origin.allows(method, uri, headers) {
            return Some(error::failed(StatusCode::FORBIDDEN, None, None));
        }
        kept::answer(&self.app, method, uri, headers)
    }
}

impl<B> Service<Request<B>> for Door
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<B>) -> Answering {
        let trusted = &self.rules.app.config.trusted_proxies;
        let caller =
            Caller { request: RequestId::next(), address: caller::address(self.peer, request.headers(), trusted) };
        let asked = Asked {
            started: Instant::now(),
            caller,
            method: request.method().clone(),
            uri: request.uri().clone(),
            rules: Arc::clone(&self.rules),
        };
        let answer = self.rules.answer(caller, request.method(), request.uri(), request.headers());
        let state = if let Some(response) = answer {
            State::Answered(response)
        } else {
            DefaultBodyLimit::max(self.rules.app.config.limits.body_bytes).apply(&mut request);
            request.extensions_mut().insert(caller);
            State::Waiting { handler: self.router.call(request), timer: None }
        };
        Answering { asked, state }
    }
}

/// What the finish needs of a request that the handler has taken.
struct Asked {
    started: Instant,
    caller: Caller,
    method: Method,
    uri: Uri,
    rules: Arc<Rules>,
}

enum State {
    Answered(Response<Body>),
    Waiting { handler: RouteFuture<Infallible>, timer: Option<Pin<Box<Sleep>>> },
    Done,
}

/// An answer under way.
pub(super) struct Answering {
    asked: Asked,
    state: State,
}

impl Future for Answering {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let response = match &mut this.state {
            State::Waiting { handler, timer } => match poll_handler(handler, timer, this.asked.timeout(), context) {
                Poll::Ready(response) => response,
                Poll::Pending => return Poll::Pending,
            },
            State::Answered(response) => std::mem::take(response),
            State::Done => return Poll::Pending,
        };
        // Dropping the handler here ends one that ran out of time.
        this.state = State::Done;
        Poll::Ready(Ok(this.asked.finish(response)))
    }
}

/// Polls the handler; its panic is a 500, and time is kept from when it first waits.
fn poll_handler(
    handler: &mut RouteFuture<Infallible>, timer: &mut Option<Pin<Box<Sleep>>>, timeout: Duration,
    context: &mut Context<'_>,
) -> Poll<Response<Body>> {
    match catch_unwind(AssertUnwindSafe(|| Pin::new(handler).poll(context))) {
        Ok(Poll::Ready(Ok(response))) => return Poll::Ready(response),
        Ok(Poll::Ready(Err(never))) => match never {},
        Ok(Poll::Pending) => {}
        Err(panic) => return Poll::Ready(error::panicked(panic.as_ref())),
    }
    let timer = timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(timeout)));
    timer.as_mut().poll(context).map(|()| error::timed_out(timeout))
}

impl Asked {
    /// How long the answer may take: pictures come over whatever line a bookseller has.
    fn timeout(&self) -> Duration {
        let path = self.uri.path();
        let uploads = self.method == Method::POST && path.starts_with("/admin/books/") && path.ends_with("/pictures");
        if uploads { self.rules.timeout.max(UPLOADS) } else { self.rules.timeout }
    }

    fn finish(&self, response: Response<Body>) -> Response<Body> {
        let app = &self.rules.app;
        let mut response = error::finish(response, self.caller.request, &self.method, self.uri.path(), app);
        let headers = response.headers_mut();
        // A kept page has them all already; a handler may have set one of its own.
        for (name, value) in app.guards() {
            headers.entry(name).or_insert_with(|| value.clone());
        }
        headers.insert(REQUEST_ID, self.caller.request.header());
        app.metrics.record(self.uri.path(), response.status(), self.started.elapsed());
        response
    }
}

#[cfg(test)]
mod tests;
