//! The pages of things that went wrong: what happened, what it means, what to do.

use axum::http::StatusCode;
use maud::{Markup, PreEscaped, html};

use crate::settings::Shop;
use crate::web::caller::RequestId;
use crate::web::shop::frame::Frame;
use crate::web::ui::{self, Shell};

/// What an error page can tell.
pub struct Situation<'a> {
    /// The answer's status.
    pub status: StatusCode,
    /// The number that the log knows too.
    pub request: RequestId,
    /// Seconds to wait before the next try.
    pub retry_secs: Option<u64>,
    /// The shop's facts as last read.
    pub shop: &'a Shop,
}

struct Words {
    title: &'static str,
    text: &'static str,
}

fn words(status: StatusCode) -> Words {
    let (title, text) = match status.as_u16() {
        403 => (
            "This is not yours to open",
            "You may need to sign in, or the form came from another site. Go to the page again and send it from there.",
        ),
        404 => (
            "This page is not on our shelves",
            "The address may have a typing error, or the page has moved. Search for the book instead.",
        ),
        405 => ("That cannot be done here", "Go back to the page and use its buttons."),
        408 => ("The request did not arrive in full", "Your connection may be slow. Load the page again."),
        409 => (
            "Something changed meanwhile",
            "What you saw is no longer how it is. Go back, load the page again and look before you send it.",
        ),
        410 => ("This is no longer here", "It was here once and will not come back. Search for something like it."),
        413 => ("That is too much at once", "The form or file is larger than the shop takes. Send less of it."),
        422 => ("Some of this needs another look", "Go back and check what you entered. Nothing was changed."),
        429 => ("That was quick", "Many requests came from your connection in a short time. Your basket is safe."),
        503 => ("The shop is stocktaking for a moment", "Your basket is safe. Nothing was charged by this page."),
        500..=599 => (
            "Something broke on our side",
            "Nothing was charged by this page. If it happens again, tell us the number below.",
        ),
        _ => ("We could not read that", "Go back to the page, load it again and send the form once more."),
    };
    Words { title, text }
}

/// The whole document for a status of 400 or more, in the shop's frame and without the database.
pub fn error_page(situation: &Situation<'_>) -> Markup {
    let words = words(situation.status);
    let frame = Frame::plain(situation.shop);
    let view = frame.view();
    let shell = Shell { noindex: true, ..Shell::new(&view, words.title) };
    let main = html! {
        div.lost {
            p.count { (situation.status.as_u16()) }
            h1 { (words.title) }
            p.lead { (words.text) }
            @if let Some(secs) = situation.retry_secs { p { (wait(secs)) } }
            (search())
            div.cluster { a href="/" { "To the front table" } a href="/books" { "All books" } a href="/cart" { "Your basket" } }
            (ask(situation))
        }
    };
    without_holes(&ui::page(&shell, &main))
}

/// Nobody has looked who asks, so the links say nothing of a count or a name.
fn without_holes(page: &Markup) -> Markup {
    let account = html! { a.header-link href="/account" { "Account" } }.into_string();
    let basket = html! { a.header-link href="/cart" { "Basket" } }.into_string();
    let page = page.0.replace(ui::HOLE_ACCOUNT, &account).replace(ui::HOLE_BASKET, &basket);
    PreEscaped(page.replace(ui::HOLE_NOTICE, ""))
}

fn wait(secs: u64) -> String {
    let unit = if secs == 1 { "second" } else { "seconds" };
    format!("Wait {secs} {unit}, then load the page again.")
}

/// The header has a search box too; here it stands where the reader looks, so it needs an id of its own.
fn search() -> Markup {
    html! {
        form.search role="search" aria-label="Find a book" action="/search" method="get" {
            label.u-hidden for="lost-q" { "Search the shop" }
            input id="lost-q" name="q" type="search" maxlength="200" placeholder="Title, author or ISBN";
            button.button data-kind="primary" type="submit" { "Search" }
        }
    }
}

fn ask(situation: &Situation<'_>) -> Markup {
    let shop = situation.shop;
    let ours = situation.status.is_server_error();
    html! {
        @if ours { p.small { "Request number " strong { (situation.request) } } }
        @if ours && !shop.phone.is_empty() { p.small { "Or call us: " (shop.phone) } }
        @if ours && !shop.email.is_empty() { p.small { "Or write to " a href={ "mailto:" (shop.email) } { (shop.email) } } }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn every_error_page_says_what_to_do() {
        let shop = Shop { phone: "020 7946 0000".into(), ..Shop::default() };
        let request = RequestId::next();
        for code in [400_u16, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 503, 504] {
            let status = StatusCode::from_u16(code).unwrap();
            let page = error_page(&Situation { status, request, retry_secs: Some(20), shop: &shop }).into_string();
            assert!(page.contains("role=\"search\"") && page.contains("Wait 20 seconds"), "{code}");
            assert_eq!(page.contains(&request.to_string()), code >= 500, "{code}");
            for word in ["oops", "invalid", "later", "!<"] {
                assert!(!page.to_lowercase().contains(word), "{code}: {word}");
            }
        }
    }
}
