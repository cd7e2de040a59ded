//! The two promises of the book page: when it can be collected, when the post brings it, for how much.

use jiff::Timestamp;
use maud::{Markup, html};

use crate::catalog::Offer;
use crate::delivery::{self, Kind, Method};
use crate::kernel::country::Country;
use crate::settings::{Openness, Shop};
use crate::web::shop::words;

/// What is said, a heading and a line each.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Promises {
    pub(super) collect: Option<(String, String)>,
    pub(super) post: Option<(String, String)>,
}

/// Promises for one copy ordered at `now`.
pub(super) fn make(shop: &Shop, methods: &[Method], offer: &Offer, country: Country, now: Timestamp) -> Promises {
    let lead = if let Offer::ToOrder { days } = offer { *days } else { (0, 0) };
    let first = |kind| methods.iter().filter(move |method| method.kind == kind).min_by_key(|method| method.price.minor);
    let collect = first(Kind::Collection).map(|method| (collect(shop, method, lead, now), collect_where(shop, method)));
    let post = first(Kind::Post).map(|method| {
        let days = delivery::promise(shop, method, lead, now).display();
        (format!("Post {days}"), format!("{} to {}", words::price(method), in_a_sentence(country)))
    });
    Promises { collect, post }
}

/// The day, and the hour while the door is closed.
fn collect(shop: &Shop, method: &Method, lead: (u16, u16), now: Timestamp) -> String {
    let promise = delivery::promise(shop, method, lead, now);
    if lead != (0, 0) {
        return format!("Collect {}", promise.display());
    }
    match shop.openness(now).0 {
        Openness::Until(_) => "Collect today".to_owned(),
        Openness::Opens { at, today: true, .. } => format!("Collect today from {}", at.strftime("%H:%M")),
        Openness::Opens { day, at, .. } => format!("Collect from {day:?} {}", at.strftime("%H:%M")),
        Openness::Unknown => format!("Collect {}", promise.display()),
    }
}

fn collect_where(shop: &Shop, method: &Method) -> String {
    let price = words::price(method);
    if shop.street.is_empty() { price } else { format!("{price}, at {}", shop.street) }
}

fn in_a_sentence(country: Country) -> String {
    let name = country.name();
    let has_article = ["United ", "Netherlands", "Philippines"].iter().any(|start| name.starts_with(start));
    if has_article { format!("the {name}") } else { name.to_owned() }
}

pub(super) fn render(promises: &Promises) -> Markup {
    html! {
        ul.promises role="list" {
            @for (heading, line) in promises.collect.iter().chain(&promises.post) { li { strong { (heading) } (line) } }
            @if promises.post.is_some() { li { a href="/delivery" { "Other countries and how we post" } } }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::kernel::money::{Currency, Money};
    use crate::settings::OpenDay;

    fn shop() -> Shop {
        let day = |day: &str| OpenDay { day: day.into(), from: "09:30".parse().unwrap(), to: "17:30".parse().unwrap() };
        Shop {
            street: "7 Tallow Lane".into(),
            hours: ["mon", "tue", "wed", "thu", "fri"].map(day).to_vec(),
            ..Shop::default()
        }
    }

    fn methods() -> [Method; 2] {
        let method = |kind, minor, days| Method {
            id: 1,
            kind,
            name: String::new(),
            price: Money::new(minor, Currency::GBP),
            days,
            hold_days: 14,
        };
        [method(Kind::Collection, 0, (0, 0)), method(Kind::Post, 295, (2, 3))]
    }

    #[track_caller]
    fn check(now: &str, offer: &Offer, collect: &str, post: &str) {
        let made = make(&shop(), &methods(), offer, "GB".parse().unwrap(), now.parse().unwrap());
        assert_eq!(made.collect.unwrap(), (collect.to_owned(), "free, at 7 Tallow Lane".to_owned()));
        assert_eq!(made.post.unwrap(), (post.to_owned(), "£2.95 to the United Kingdom".to_owned()));
    }

    #[test]
    fn both_ways_say_when_and_for_how_much() {
        let here = Offer::OnShelf { copies: 2, more_in: None };
        // 2026-11-20 is a Friday.
        check("2026-11-20T10:00:00Z", &here, "Collect today", "Post Mon 23 – Tue 24 Nov");
        check("2026-11-20T08:00:00Z", &here, "Collect today from 09:30", "Post Mon 23 – Tue 24 Nov");
        check("2026-11-20T18:00:00Z", &here, "Collect from Monday 09:30", "Post Tue 24 – Wed 25 Nov");
        check(
            "2026-11-20T10:00:00Z",
            &Offer::ToOrder { days: (2, 4) },
            "Collect Mon 23 – Wed 25 Nov",
            "Post Wed 25 – Sat 28 Nov",
        );
    }
}
