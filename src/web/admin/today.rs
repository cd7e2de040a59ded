//! `/admin`: the day in working order.

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use axum::http::request::Parts;
use axum::routing::get;
use jiff::Timestamp;
use maud::{Markup, html};

use super::frame::{self, Page, Section};
use super::words;
use crate::db::DbError;
use crate::mail::outbox;
use crate::orders::{OrderRow, Stage, desk};
use crate::payments;
use crate::settings::Shop;
use crate::web::session::StaffUser;
use crate::web::ui::Tone;
use crate::web::{AppState, PageError};

const NEXT: u32 = 10;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/admin", get(show))
}

/// What there is to do.
struct Day {
    to_pack: i64,
    to_set_aside: i64,
    to_collect: i64,
    to_match: i64,
    refunds_due: usize,
    parked_mail: u32,
    next: Vec<OrderRow>,
}

async fn show(State(app): State<AppState>, staff: StaffUser, parts: Parts) -> Result<Response<Body>, PageError> {
    let (day, shop) = app.db.read(|conn| {
        let count = |stage| desk::count_in(conn, stage).map_err(DbError::from);
        let day = Day {
            to_pack: count(Stage::ToPack)?,
            to_set_aside: count(Stage::ToSetAside)?,
            to_collect: count(Stage::ToCollect)?,
            to_match: count(Stage::ToMatch)?,
            refunds_due: payments::list_refund_due(conn).map_err(DbError::from)?.len(),
            parked_mail: outbox::count_parked(conn).map_err(DbError::from)?,
            next: desk::list_next(conn, NEXT).map_err(DbError::from)?,
        };
        Ok::<_, PageError>((day, app.shop(conn)?))
    })?;
    let main = render(&day, &shop, app.clock.now());
    frame::answer(&app, &parts, Some(&staff), &Page::new(Section::Today, "Today", main))
}

fn number(href: &str, count: i64, words: &str, tone: Tone) -> Markup {
    let tone = (count > 0 && tone != Tone::Plain).then(|| tone.key());
    html! { li { a href=(href) data-tone=[tone] { strong { (count) } (words) } } }
}

fn render(day: &Day, shop: &Shop, now: Timestamp) -> Markup {
    let list = |stage: Stage| format!("/admin/orders?view={}", stage.word());
    let refunds = i64::try_from(day.refunds_due).unwrap_or(i64::MAX);
    html! {
        h1 { (now.to_zoned(shop.zone()).strftime("%A %-d %B")) }
        ul.numbers role="list" {
            (number(&list(Stage::ToPack), day.to_pack, "to pack", Tone::Plain))
            (number(&list(Stage::ToSetAside), day.to_set_aside, "to set aside", Tone::Plain))
            (number(&list(Stage::ToCollect), day.to_collect, "to hand over", Tone::Plain))
            (number(&list(Stage::ToMatch), day.to_match, if day.to_match == 1 { "payment to match" } else { "payments to match" }, Tone::Plain))
            @if refunds > 0 {
                (number("/admin/orders?view=refunds", refunds, if refunds == 1 { "refund due" } else { "refunds due" }, Tone::Warn))
            }
            @if day.parked_mail > 0 {
                (number("/admin/mail", i64::from(day.parked_mail), if day.parked_mail == 1 { "mail that did not leave" } else { "mails that did not leave" }, Tone::Bad))
            }
        }
        section.flow {
            h2 { "Next orders" }
            @if day.next.is_empty() {
                p.none { "Nothing to pack or set aside. " a href="/admin/orders" { "See all orders" } }
            } @else {
                (words::order_table(&day.next, "Next orders, the longest waiting first", shop, now))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_numbers_of_the_day_are_links_and_trouble_shows_only_when_there_is_some() {
        let day = Day {
            to_pack: 4,
            to_set_aside: 0,
            to_collect: 2,
            to_match: 1,
            refunds_due: 0,
            parked_mail: 0,
            next: Vec::new(),
        };
        let now = "2026-11-22T23:30:00Z".parse().unwrap();
        let html = render(&day, &Shop::default(), now).into_string();
        insta::assert_snapshot!(html, @r#"<h1>Sunday 22 November</h1><ul class="numbers" role="list"><li><a href="/admin/orders?view=to-pack"><strong>4</strong>to pack</a></li><li><a href="/admin/orders?view=to-set-aside"><strong>0</strong>to set aside</a></li><li><a href="/admin/orders?view=to-collect"><strong>2</strong>to hand over</a></li><li><a href="/admin/orders?view=to-match"><strong>1</strong>payment to match</a></li></ul><section class="flow"><h2>Next orders</h2><p class="none">Nothing to pack or set aside. <a href="/admin/orders">See all orders</a></p></section>"#);
        let trouble = Day { refunds_due: 1, parked_mail: 3, ..day };
        let html = render(&trouble, &Shop::default(), now).into_string();
        assert!(html.contains("3</strong>mails that did not leave") && html.contains("refund due"));
    }
}
