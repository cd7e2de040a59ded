//! The three personal places of a page that is otherwise the same for everyone.

use std::ops::Range;

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use maud::{Markup, html};

use crate::web::ui;

/// Cookies that make a visitor somebody: with one of them the holes are filled for this visitor.
const COOKIES: [&[u8]; 4] = [b"cart", b"session", b"__Host-session", b"notice"];
const MARKERS: [&str; 3] = [ui::HOLE_BASKET, ui::HOLE_ACCOUNT, ui::HOLE_NOTICE];

/// What one visitor sees in the holes.
pub struct Personal {
    /// For `<!--hole:basket-->`: the basket link with its count.
    pub basket: Markup,
    /// For `<!--hole:account-->`: the name, or the way to sign in.
    pub account: Markup,
    /// For `<!--hole:notice-->`: what just happened, or nothing.
    pub notice: Markup,
    /// `Set-Cookie` headers to go with it, such as the end of a notice that was shown.
    pub cookies: Vec<HeaderValue>,
}

impl Personal {
    /// What everybody sees who has no cookie.
    pub fn anonymous() -> Personal {
        Personal { basket: ui::basket_link(0), account: ui::account_link(None), notice: html! {}, cookies: Vec::new() }
    }

    fn markup(&self, hole: usize) -> &str {
        match hole {
            0 => &self.basket.0,
            1 => &self.account.0,
            _ => &self.notice.0,
        }
    }
}

/// Whether the request carries a cookie that fills a hole.
pub(super) fn has_personal_cookie(headers: &HeaderMap) -> bool {
    headers.get_all(COOKIE).iter().any(|value| {
        value.as_bytes().split(|byte| *byte == b';').any(|pair| {
            let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default().trim_ascii();
            COOKIES.contains(&name)
        })
    })
}

/// Where one hole's content stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    hole: usize,
    range: Range<usize>,
}

/// The holes of a fresh page, in the order in which they stand; the first of each name counts.
pub(super) fn find(markup: &str) -> Vec<Slot> {
    let slot = |(hole, marker): (usize, &&str)| {
        let start = markup.find(marker)?;
        Some(Slot { hole, range: start..start + marker.len() })
    };
    let mut slots: Vec<Slot> = MARKERS.iter().enumerate().filter_map(slot).collect();
    slots.sort_by_key(|slot| slot.range.start);
    slots
}

/// Fills the slots, and says where their content stands now.
pub(super) fn splice(page: &[u8], slots: &[Slot], personal: &Personal) -> (Vec<u8>, Vec<Slot>) {
    let mut filled = Vec::with_capacity(page.len() + 512);
    let mut moved = Vec::with_capacity(slots.len());
    let mut done = 0;
    for Slot { hole, range } in slots {
        filled.extend_from_slice(page.get(done..range.start).unwrap_or_default());
        let start = filled.len();
        filled.extend_from_slice(personal.markup(*hole).as_bytes());
        moved.push(Slot { hole: *hole, range: start..filled.len() });
        done = range.end;
    }
    filled.extend_from_slice(page.get(done..).unwrap_or_default());
    (filled, moved)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use maud::PreEscaped;

    fn personal(basket: &str, account: &str, notice: &str) -> Personal {
        let text = |text: &str| PreEscaped(text.to_owned());
        Personal { basket: text(basket), account: text(account), notice: text(notice), cookies: Vec::new() }
    }

    #[track_caller]
    fn check(page: &str, expected: &str) {
        let (first, slots) = splice(page.as_bytes(), &find(page), &personal("Basket", "Sign in", ""));
        assert!(!String::from_utf8(first.clone()).unwrap().contains("hole:b"));
        let (filled, moved) = splice(&first, &slots, &personal("2 books", "Ann", "Added"));
        assert_eq!(String::from_utf8(filled.clone()).unwrap(), expected);
        // Filling again with the first content gives the first page back: nothing else was touched.
        assert_eq!(splice(&filled, &moved, &personal("Basket", "Sign in", "")).0, first);
    }

    #[test]
    fn only_the_holes_change() {
        check("a<!--hole:account-->b<!--hole:basket-->c<!--hole:notice-->d", "aAnnb2 bookscAddedd");
        check("<!--hole:notice-->x", "Addedx");
        check("no holes", "no holes");
        check("ü<!--hole:basket-->ü<!--hole:other-->", "ü2 booksü<!--hole:other-->");
    }

    #[test]
    fn cookies_of_others_do_not_make_a_visitor_known() {
        let check = |cookie: &str, expected: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, cookie.parse().unwrap());
            assert_eq!(has_personal_cookie(&headers), expected, "{cookie}");
        };
        check("cart=1", true);
        check("theme=dark; session=x", true);
        check("theme=dark;notice=added", true);
        check("__Host-session=x", true);
        check("mycart=1; cartoon=2; x=cart", false);
        assert!(!has_personal_cookie(&HeaderMap::new()));
    }
}
