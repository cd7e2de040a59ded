//! `/admin/orders`: every order, by what it waits for.

use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::Response;
use axum::http::request::Parts;
use axum::routing::get;
use jiff::Timestamp;
use maud::{Markup, html};
use rusqlite::Connection;
use serde::Deserialize;

use super::frame::{self, Page, Section};
use super::words;
use crate::db::DbError;
use crate::orders::{self, Filter, OrderRow, Stage, desk};
use crate::payments;
use crate::settings::Shop;
use crate::web::session::StaffUser;
use crate::web::ui::{self, NavItem};
use crate::web::{AppState, PageError};

const PER_PAGE: u32 = 50;
const LAST_PAGE: u32 = 10_000;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/admin/orders", get(show))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    view: String,
    page: String,
}

/// Which orders are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum View {
    All,
    In(Stage),
    /// Money that must go back.
    Refunds,
}

impl View {
    fn from_word(word: &str) -> View {
        match (word, Stage::from_word(word)) {
            ("refunds", _) => View::Refunds,
            (_, Some(stage)) => View::In(stage),
            (_, None) => View::All,
        }
    }

    fn word(self) -> &'static str {
        match self {
            View::All => "",
            View::In(stage) => stage.word(),
            View::Refunds => "refunds",
        }
    }

    fn label(self) -> &'static str {
        match self {
            View::All => "All",
            View::In(stage) => stage.label(),
            View::Refunds => "Refund due",
        }
    }

    fn href(self, page: u32) -> String {
        match (self.word(), page) {
            ("", 1) => "/admin/orders".to_owned(),
            ("", page) => format!("/admin/orders?page={page}"),
            (word, 1) => format!("/admin/orders?view={word}"),
            (word, page) => format!("/admin/orders?view={word}&page={page}"),
        }
    }
}

struct List {
    view: View,
    page: u32,
    total: i64,
    rows: Vec<OrderRow>,
    tabs: Vec<NavItem>,
}

async fn show(
    State(app): State<AppState>, staff: StaffUser, parts: Parts, Query(asked): Query<Asked>,
) -> Result<Response<Body>, PageError> {
    let page = asked.page.parse().unwrap_or(1).clamp(1, LAST_PAGE);
    let (list, shop) = app.db.read(|conn| {
        let list = load(conn, View::from_word(&asked.view), page).map_err(DbError::from)?;
        Ok::<_, PageError>((list, app.shop(conn)?))
    })?;
    let main = render(&list, &shop, app.clock.now());
    frame::answer(&app, &parts, Some(&staff), &Page::new(Section::Orders, "Orders", main))
}

fn load(conn: &Connection, view: View, page: u32) -> rusqlite::Result<List> {
    let offset = page.saturating_sub(1).saturating_mul(PER_PAGE);
    let (rows, total) = match view {
        View::All => orders::list(conn, Filter { status: None, offset, limit: PER_PAGE })?,
        View::In(stage) => (desk::list_in(conn, stage, offset, PER_PAGE)?, desk::count_in(conn, stage)?),
        View::Refunds => {
            let mut ids: Vec<_> =
                payments::list_refund_due(conn)?.into_iter().map(|payment| payment.order_id).collect();
            ids.dedup();
            (desk::rows(conn, &ids)?, 0)
        }
    };
    Ok(List { view, page, total, rows, tabs: tabs(conn, view)? })
}

/// The views, those with something to do counted.
fn tabs(conn: &Connection, current: View) -> rusqlite::Result<Vec<NavItem>> {
    let mut tabs = Vec::new();
    let due = u64::try_from(payments::list_refund_due(conn)?.len()).unwrap_or(u64::MAX);
    let mut add = |view: View, count: Option<u64>| {
        tabs.push(NavItem { current: view == current, count, ..NavItem::new(view.label(), view.href(1)) });
    };
    add(View::All, None);
    for stage in Stage::ALL {
        let count = stage.is_open().then(|| desk::count_in(conn, stage)).transpose()?;
        add(View::In(stage), count.and_then(|count| u64::try_from(count).ok()));
    }
    if due > 0 || current == View::Refunds {
        add(View::Refunds, Some(due));
    }
    Ok(tabs)
}

fn render(list: &List, shop: &Shop, now: Timestamp) -> Markup {
    let pages = words::pages(list.total, PER_PAGE, LAST_PAGE);
    html! {
        h1 { "Orders" }
        (views(&list.tabs, "Orders by what they wait for"))
        @if list.rows.is_empty() {
            p.none {
                @match list.view {
                    View::All => "No orders yet. They stand here as soon as somebody buys a book.",
                    View::In(_) | View::Refunds => { "Nothing here at the moment. " a href=(View::All.href(1)) { "See all orders" } }
                }
            }
        } @else {
            (words::order_table(&list.rows, &format!("Orders: {}", list.view.label()), shop, now))
        }
        (ui::pager(list.page, pages, |page| list.view.href(page)))
    }
}

/// Saved views as tabs.
pub(super) fn views(tabs: &[NavItem], label: &str) -> Markup {
    html! {
        nav.views aria-label=(label) {
            ul role="list" {
                @for tab in tabs {
                    li {
                        a href=(tab.href) aria-current=[tab.current.then_some("page")] {
                            (tab.label) @if let Some(count) = tab.count { " " span.count { (count) } }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn views_have_addresses_of_their_own() {
        for stage in Stage::ALL {
            assert_eq!(View::from_word(stage.word()), View::In(stage));
        }
        assert_eq!((View::from_word(""), View::from_word("nonsense")), (View::All, View::All));
        assert_eq!(View::In(Stage::ToPack).href(2), "/admin/orders?view=to-pack&page=2");
        assert_eq!(View::All.href(1), "/admin/orders");
    }

    #[test]
    fn a_shop_without_orders_says_what_belongs_here() {
        let conn = crate::db::memory();
        let list = load(&conn, View::All, 1).unwrap();
        let html = render(&list, &Shop::default(), Timestamp::UNIX_EPOCH).into_string();
        insta::assert_snapshot!(html, @r#"<h1>Orders</h1><nav class="views" aria-label="Orders by what they wait for"><ul role="list"><li><a href="/admin/orders" aria-current="page">All</a></li><li><a href="/admin/orders?view=to-pack">To pack <span class="count">0</span></a></li><li><a href="/admin/orders?view=to-set-aside">To set aside <span class="count">0</span></a></li><li><a href="/admin/orders?view=to-collect">Ready to collect <span class="count">0</span></a></li><li><a href="/admin/orders?view=to-match">Payment to match <span class="count">0</span></a></li><li><a href="/admin/orders?view=being-paid">Being paid</a></li><li><a href="/admin/orders?view=posted">Posted</a></li><li><a href="/admin/orders?view=handed-over">Handed over</a></li><li><a href="/admin/orders?view=cancelled">Cancelled</a></li></ul></nav><p class="none">No orders yet. They stand here as soon as somebody buys a book.</p>"#);
        let refunds =
            render(&load(&conn, View::Refunds, 9).unwrap(), &Shop::default(), Timestamp::UNIX_EPOCH).into_string();
        assert!(refunds.contains("Refund due") && refunds.contains("See all orders"));
    }
}
