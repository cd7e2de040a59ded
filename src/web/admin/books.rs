//! `/admin/books`: the catalogue with stock and price, also what visitors do not see.

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
use super::orders::views;
use super::words;
use crate::accounts::staff::Permission;
use crate::catalog::{self, BookRow};
use crate::db::DbError;
use crate::kernel::ids::Id;
use crate::media::{self, Picture};
use crate::search::{self, Query as SearchQuery};
use crate::settings::Shop;
use crate::stock;
use crate::web::session::StaffUser;
use crate::web::shop::address::with_query;
use crate::web::shop::frame::cover_of;
use crate::web::ui::{self, ButtonKind, NavItem, Tone};
use crate::web::{AppState, PageError};

const PER_PAGE: u32 = 50;
const HIDDEN: &str = "hidden";

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/admin/books", get(show))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    q: String,
    view: String,
    page: String,
}

/// A book with its copies.
pub(super) struct StockRow {
    book: BookRow,
    front: Option<Picture>,
    on_hand: u32,
    available: u32,
}

struct List {
    text: String,
    hidden: bool,
    page: u32,
    total: i64,
    rows: Vec<StockRow>,
    tabs: Vec<NavItem>,
}

/// Books with their price and copies at `now`, in the order of `ids`.
pub(super) fn stock_rows(
    conn: &Connection, ids: &[Id], shop: &Shop, now: Timestamp,
) -> rusqlite::Result<Vec<StockRow>> {
    let rows = catalog::rows(conn, ids, shop.currency(), now)?.into_iter().map(|book| {
        let (on_hand, available) = (stock::on_hand(conn, book.id)?, stock::available(conn, book.id, now)?);
        let front = media::front(conn, book.id)?;
        Ok(StockRow { book, front, on_hand, available })
    });
    rows.collect()
}

/// The address of a list.
pub(super) fn href(view: &str, text: &str, page: u32) -> String {
    let number = if page > 1 { page.to_string() } else { String::new() };
    with_query("/admin/books", [("view", view), ("q", text), ("page", number.as_str())])
}

async fn show(
    State(app): State<AppState>, staff: StaffUser, Query(asked): Query<Asked>, parts: Parts,
) -> Result<Response<Body>, PageError> {
    let page = asked.page.parse().unwrap_or(1).clamp(1, search::LAST_PAGE);
    let text: String = asked.q.trim().chars().take(200).collect();
    let list = load(&app, text, asked.view == HIDDEN, page)?;
    let main = render(&list, staff.role.may(Permission::EditCatalogue));
    frame::answer(&app, &parts, Some(&staff), &Page::new(Section::Books, "Books", main))
}

fn load(app: &AppState, text: String, hidden: bool, page: u32) -> Result<List, PageError> {
    let query = SearchQuery { text: text.clone(), page, per_page: PER_PAGE, ..SearchQuery::default() };
    let hits = if text.is_empty() { None } else { Some(search::find(&app.index, &query)?) };
    let now = app.clock.now();
    app.db.read(|conn| {
        let shop = app.shop(conn)?;
        let count = |hidden| if hidden { catalog::count_hidden(conn) } else { catalog::count_all(conn) };
        let offset = page.saturating_sub(1).saturating_mul(PER_PAGE);
        let counted = (count(false).map_err(DbError::from)?, count(true).map_err(DbError::from)?);
        let (ids, total) = match hits {
            Some(hits) => (hits.ids, i64::try_from(hits.total).unwrap_or(i64::MAX)),
            None => {
                let ids = catalog::list_for_staff(conn, hidden, offset, PER_PAGE).map_err(DbError::from)?;
                (ids, if hidden { counted.1 } else { counted.0 })
            }
        };
        let rows = stock_rows(conn, &ids, &shop, now).map_err(DbError::from)?;
        let tabs = tabs(counted, text.is_empty().then_some(hidden));
        Ok(List { text, hidden, page, total, rows, tabs })
    })
}

fn tabs(counted: (i64, i64), hidden: Option<bool>) -> Vec<NavItem> {
    let tab = |label: &str, view: &str, count: i64, current: bool| NavItem {
        current,
        count: u64::try_from(count).ok(),
        ..NavItem::new(label, href(view, "", 1))
    };
    vec![tab("All", "", counted.0, hidden == Some(false)), tab("Not shown", HIDDEN, counted.1, hidden == Some(true))]
}

fn render(list: &List, may_add: bool) -> Markup {
    let pages = words::pages(list.total, PER_PAGE, search::LAST_PAGE);
    let view = if list.hidden { HIDDEN } else { "" };
    html! {
        div.page-head {
            h1 { @if list.text.is_empty() { "Books" } @else { (list.total) " for “" (list.text) "”" } }
            div.cluster {
                a href="/admin/people" { "People" }
                a href="/admin/shelves" { "Shelf rules" }
                @if may_add { (ui::button_link(ButtonKind::Primary, "Add a book", "/admin/books/new")) }
            }
        }
        (views(&list.tabs, "Which books"))
        form.find role="search" action="/admin/books" method="get" {
            label.u-hidden for="books-q" { "Search the books" }
            input id="books-q" name="q" type="search" value=(list.text) maxlength="200" placeholder="Title, author or ISBN" autocomplete="off";
            button.button data-kind="second" type="submit" { "Search" }
        }
        @if list.rows.is_empty() { (none(list)) } @else { (table(&list.rows, "Books, the newest first")) }
        (ui::pager(list.page, pages, |page| href(view, &list.text, page)))
    }
}

fn none(list: &List) -> Markup {
    html! {
        p.none {
            @if !list.text.is_empty() { "Nothing under “" (list.text) "”. Books that are not shown are not searched. " a href=(href("", "", 1)) { "See all books" } }
            @else if list.hidden { "Every book is shown in the shop. " a href=(href("", "", 1)) { "See all books" } }
            @else { "No books yet. Add one here, or bring in a whole catalogue with " code { "bookstall import" } "." }
        }
    }
}

/// Books as a table.
pub(super) fn table(rows: &[StockRow], caption: &str) -> Markup {
    html! {
        div.table-scroll role="region" aria-label=(caption) tabindex="0" {
            table.list {
                caption.u-hidden { (caption) }
                thead { tr {
                    th data-low { span.u-hidden { "Cover" } }
                    th scope="col" { "Title" }
                    th scope="col" data-low { "Format" }
                    th scope="col" data-low { "ISBN" }
                    th.number scope="col" { "Shelf" }
                    th.number scope="col" { "Price" }
                } }
                tbody { @for row in rows { (table_row(row)) } }
            }
        }
    }
}

fn table_row(row: &StockRow) -> Markup {
    let book = &row.book;
    html! {
        tr data-state=[(!book.listed).then_some("done")] {
            td data-low { (ui::cover(&cover_of(book, row.front.as_ref()), "", ui::Slot::Row, ui::Loading::Lazy)) }
            th.subject scope="row" {
                a href={ "/admin/books/" (book.id) } { (book.title) }
                @if !book.listed { " " (ui::tag(Tone::Plain, "Not shown")) }
                @if !book.byline.is_empty() { span.second { (book.byline) } }
            }
            td data-low { (book.format.label()) }
            td.isbn data-low { @if let Some(isbn) = &book.isbn { (isbn) } @else { "–" } }
            td.number {
                (row.on_hand)
                @if row.available < row.on_hand { span.second { (row.available) " free" } }
            }
            td.number { @match book.price { Some(price) => (price.display()), None => "–" } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_have_addresses_that_keep_what_was_typed() {
        assert_eq!(href("", "", 1), "/admin/books");
        assert_eq!(href("", "Ink & Co", 3), "/admin/books?q=Ink+%26+Co&page=3");
        assert_eq!(href(HIDDEN, "", 1), "/admin/books?view=hidden");
    }

    #[test]
    fn an_empty_list_says_what_to_do() {
        let list = |text: &str, hidden| List {
            text: text.into(),
            hidden,
            page: 1,
            total: 0,
            rows: Vec::new(),
            tabs: tabs((0, 0), None),
        };
        let words = |list: &List| none(list).into_string();
        insta::assert_snapshot!(words(&list("", false)), @r#"<p class="none">No books yet. Add one here, or bring in a whole catalogue with <code>bookstall import</code>.</p>"#);
        assert!(words(&list("emma", false)).contains("Nothing under “emma”"));
        assert!(render(&list("", false), true).into_string().contains("Add a book"));
        assert!(!render(&list("", false), false).into_string().contains("Add a book"));
    }
}
