//! Where a form leads: 303 to one of our own addresses, with a notice for the page after it.

use axum::body::Body;
use axum::http::header::{HOST, REFERER, SET_COOKIE};
use axum::http::{HeaderMap, Response};
use axum::response::{IntoResponse, Redirect};

use super::frame::Notice;

/// Longest address that a form may name.
const LONGEST: usize = 512;

/// 303 to `path`.
pub(super) fn to(path: &str) -> Response<Body> {
    Redirect::to(path).into_response()
}

/// 303 to `path`, which then says what happened.
pub(super) fn with_notice(path: &str, notice: Notice) -> Response<Body> {
    let mut response = to(path);
    response.headers_mut().append(SET_COOKIE, notice.cookie());
    response
}

/// `text` if it is an address of this shop: a form or a link must not send readers elsewhere.
pub(super) fn own_path(text: &str) -> Option<&str> {
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (plain && text.len() <= LONGEST && text.starts_with('/') && !text.starts_with("//")).then_some(text)
}

/// The book page that the reader pressed a button on.
pub(super) fn book_page(headers: &HeaderMap) -> Option<&str> {
    let host = headers.get(HOST)?.to_str().ok()?;
    let (_, rest) = headers.get(REFERER)?.to_str().ok()?.split_once("://")?;
    let path = own_path(rest.strip_prefix(host)?)?;
    path.starts_with("/books/").then_some(path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn only_our_own_addresses_are_followed() {
        for good in ["/", "/cart", "/orders/1?back=1", "/search?q=a%20b"] {
            assert_eq!(own_path(good), Some(good));
        }
        for bad in [
            "",
            "cart",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a b",
            "/a\r\nX: y",
            &format!("/{}", "a".repeat(600)),
        ] {
            assert_eq!(own_path(bad), None, "{bad}");
        }
    }

    #[track_caller]
    fn check(referer: &str, expected: Option<&str>) {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, "books.example:3000".parse().unwrap());
        headers.insert(REFERER, referer.parse().unwrap());
        assert_eq!(book_page(&headers), expected, "{referer}");
    }

    #[test]
    fn a_book_that_is_added_leads_back_to_its_page() {
        check("http://books.example:3000/books/9780306406157/ink?from=x", Some("/books/9780306406157/ink?from=x"));
        check("http://books.example:3000/search?q=ink", None);
        check("http://evil.example/books/1/ink", None);
        check("http://books.example:3000.evil.example/books/1/ink", None);
        check("/books/1/ink", None);
    }
}
