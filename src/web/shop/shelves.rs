//! `/new`, `/forthcoming`, `/bestsellers`, `/staff-picks`, `/on-sale`: books put together by a thought, not by a
//! subject. Each is a line of `SHELVES`; what stands on it is read in `gather`.

pub(super) mod category;
mod gather;
mod page;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use axum::http::request::Parts;
use axum::routing::get;
use jiff::Timestamp;
use rusqlite::Connection;

use super::address;
use super::frame::{self, Frame};
use super::showing::Showing;
use crate::catalog::categories;
use crate::db::DbError;
use crate::search::{Index, LAST_PAGE};
use crate::settings::Shop;
use crate::web::kept::Rendered;
use crate::web::session::Visitor;
use crate::web::ui::{BookCard, NavItem, SlipView};
use crate::web::{AppState, PageError};

/// Books on a page.
const ON_A_PAGE: usize = 48;

/// A shelf with a page of its own.
pub(super) struct Shelf {
    /// `/new`.
    path: &'static str,
    /// What menus call it.
    label: &'static str,
    heading: &'static str,
    /// One sentence on what stands here.
    words: &'static str,
    /// What is said where nothing does.
    empty: &'static str,
    gather: fn(&mut Showing<'_>, &Index, u32) -> Result<Found, PageError>,
}

static SHELVES: [Shelf; 5] = [
    Shelf {
        path: "/new",
        label: "New books",
        heading: "New books",
        words: "What came out in the last three months, then what came onto our shelves last.",
        empty: "Nothing new has come in yet.",
        gather: gather::new_books,
    },
    Shelf {
        path: "/forthcoming",
        label: "Forthcoming",
        heading: "Forthcoming books",
        words: "What is to come, the soonest first. Ask us, and we keep a copy for you.",
        empty: "No book that we know of is announced at the moment.",
        gather: gather::forthcoming,
    },
    Shelf {
        path: "/bestsellers",
        label: "Bestsellers",
        heading: "Bestsellers",
        words: "What our readers bought most in the last 90 days, counted at our own till.",
        empty: "Nothing has been sold yet. The first book could be yours.",
        gather: gather::bestsellers,
    },
    Shelf {
        path: "/staff-picks",
        label: "Staff picks",
        heading: "Staff picks",
        words: "Read and loved by the people who work here, with a word on why.",
        empty: "We are still reading. Come back for our picks.",
        gather: gather::staff_picks,
    },
    Shelf {
        path: "/on-sale",
        label: "On sale",
        heading: "On sale",
        words: "Books that cost less here than the publisher asks.",
        empty: "Nothing is reduced at the moment.",
        gather: gather::on_sale,
    },
];

/// The shelves that stand in the strip.
const IN_THE_STRIP: [&str; 3] = ["/new", "/bestsellers", "/staff-picks"];

/// What stands on a shelf, as far as one page shows it.
#[derive(Default)]
pub(super) struct Found {
    groups: Vec<Group>,
    /// Books on all pages.
    total: u64,
    page: u32,
    pages: u32,
    /// A word on how the list came about, where it is not what the heading says.
    note: Option<&'static str>,
}

/// Books with a heading of their own.
struct Group {
    heading: Option<String>,
    books: Vec<Item>,
}

/// A book, and what somebody says of it.
struct Item {
    card: BookCard,
    slip: Option<SlipView>,
}

impl Item {
    fn plain(card: BookCard) -> Item {
        Item { card, slip: None }
    }
}

pub(super) fn routes() -> Router<AppState> {
    SHELVES.iter().fold(Router::new(), |router, shelf| {
        let handler = move |State(app): State<AppState>, visitor: Visitor, parts: Parts| async move {
            answer(&app, shelf, &visitor, &parts)
        };
        router.route(shelf.path, get(handler))
    })
}

fn answer(app: &AppState, shelf: &Shelf, visitor: &Visitor, parts: &Parts) -> Result<Response<Body>, PageError> {
    let asked = address::value(parts.uri.query(), "page").and_then(|page| page.parse().ok()).unwrap_or(1);
    let page = asked.clamp(1, LAST_PAGE);
    frame::shared(app, parts, visitor, &["page"], |conn, shop, now| show(app, shelf, conn, shop, now, page))
}

fn show(
    app: &AppState, shelf: &Shelf, conn: &Connection, shop: &Shop, now: Timestamp, page: u32,
) -> Result<Rendered, PageError> {
    let frame = Frame::new(app, shop, now);
    let mut showing = Showing::new(conn, shop, now, frame.valid_until);
    let found = (shelf.gather)(&mut showing, &app.index, page)?;
    let tree = categories::list(conn).map_err(DbError::from)?;
    let strip = frame::strip_of(&tree, Some(shelf.path));
    let view = page::View { origin: &app.origin, shelf, strip, found };
    let markup = page::render(&view, &frame.view());
    Ok(showing.page_of_catalogue(markup))
}

/// Links to every shelf.
pub(super) fn links() -> Vec<NavItem> {
    SHELVES.iter().map(|shelf| NavItem::new(shelf.label, shelf.path)).collect()
}

/// Links to those that stand in the strip; `current` is the path of the page.
pub(super) fn strip(current: Option<&str>) -> impl Iterator<Item = NavItem> + '_ {
    let shown = SHELVES.iter().filter(|shelf| IN_THE_STRIP.contains(&shelf.path));
    shown.map(move |shelf| NavItem { current: current == Some(shelf.path), ..NavItem::new(shelf.label, shelf.path) })
}

/// The paths of the shelves that hold a book, for the sitemap.
///
/// # Errors
///
/// What reading them gives.
pub(in crate::web) fn paths_with_books(app: &AppState) -> Result<Vec<&'static str>, PageError> {
    let now = app.clock.now();
    app.db.read(|conn| {
        let shop = app.shop(conn)?;
        let mut paths = Vec::new();
        for shelf in &SHELVES {
            let mut showing = Showing::new(conn, &shop, now, now);
            if (shelf.gather)(&mut showing, &app.index, 1)?.total > 0 {
                paths.push(shelf.path);
            }
        }
        Ok(paths)
    })
}
