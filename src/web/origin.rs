//! Whether a request that changes something comes from our own pages.
//!
//! The decision is tower-http's (`Sec-Fetch-Site`, then `Origin` against `Host`, as in Go 1.25); it is called
//! as a function, so that no service of it stands in the way of every request.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::http::header::{HOST, HeaderName, ORIGIN};
use axum::http::{HeaderMap, Method, Request, Response, Uri};
use tower::{Layer, Service};
use tower_http::csrf::{Csrf, CsrfLayer};

/// The rule, with the shop's own address as a trusted origin.
pub(super) struct OwnOrigin(Csrf<Passed>);

/// What a request that passes the rule reaches.
#[derive(Clone)]
struct Passed;

impl Service<Request<()>> for Passed {
    type Response = Response<bool>;
    type Error = Infallible;
    type Future = Ready<Result<Response<bool>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        ready(Ok(Response::new(true)))
    }
}

impl OwnOrigin {
    /// `origin` is the shop's address: behind a proxy that rewrites `Host` it is what browsers send.
    pub(super) fn new(origin: &str) -> OwnOrigin {
        let layer = CsrfLayer::new().add_trusted_origin(origin.to_lowercase()).unwrap_or_else(|error| {
            tracing::warn!(%error, "the shop's address is no origin; only Host is compared");
            CsrfLayer::new()
        });
        OwnOrigin(layer.layer(Passed))
    }

    /// Whether the request may change something.
    pub(super) fn allows(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> bool {
        let mut request = Request::new(());
        *request.method_mut() = method.clone();
        *request.uri_mut() = uri.clone();
        for name in [HOST, ORIGIN, HeaderName::from_static("sec-fetch-site")] {
            if let Some(value) = headers.get(&name) {
                request.headers_mut().insert(name, value.clone());
            }
        }
        let decision = pin!(self.0.clone().call(request)).poll(&mut Context::from_waker(Waker::noop()));
        // The rule's own refusal carries the body's default: false.
        matches!(decision, Poll::Ready(Ok(response)) if *response.body())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[track_caller]
    fn check(headers: &[(&'static str, &str)], expected: bool) {
        let mut map = HeaderMap::new();
        map.insert(HOST, "books.example".parse().unwrap());
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        let own = OwnOrigin::new("https://Shop.example");
        assert_eq!(own.allows(&Method::POST, &Uri::from_static("/cart"), &map), expected, "{headers:?}");
    }

    #[test]
    fn forms_of_other_sites_are_refused() {
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "none")], true);
        check(&[("sec-fetch-site", "cross-site")], false);
        check(&[("sec-fetch-site", "same-site")], false);
        check(&[("origin", "https://books.example")], true);
        check(&[("origin", "https://evil.example")], false);
        check(&[("origin", "null")], false);
        check(&[("origin", "https://shop.example"), ("sec-fetch-site", "cross-site")], true);
        check(&[], true);
    }
}
