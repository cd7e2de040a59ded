//! `/sitemap.xml`, and its parts `/sitemaps/{kind}-{number}.xml`.
//!
//! Source: sitemaps.org: at most 50,000 addresses and 50 MB a part. Books are parted by their place in the order in
//! which they were made, listed or not: a part that is full has the same bounds for good, and only its lines change.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response};
use axum::routing::get;
use jiff::Timestamp;

use super::fresh::Fresh;
use super::{XML, pull};
use crate::catalog::addresses::{self, Pages};
use crate::catalog::{categories, walk};
use crate::db::DbError;
use crate::kernel::ids::Id;
use crate::kernel::xml::escaped;
use crate::web::shop::shelves;
use crate::web::{AppState, PageError};

/// Addresses in a part.
const PART: u32 = 50_000;
/// Addresses read at a time.
const PIECE: u32 = 1000;
/// What there may be any number of, by the names of its parts.
const WALKED: [(&str, Pages); 4] = [
    ("books", Pages::Books),
    ("contributors", Pages::Contributors),
    ("series", Pages::Series),
    ("publishers", Pages::Publishers),
];
/// Pages that are always there.
const PAGES: [&str; 7] = ["/", "/books", "/about", "/delivery", "/returns", "/privacy", "/imprint"];

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/sitemap.xml", get(index)).route("/sitemaps/{name}", get(part))
}

/// The index as it was last made: to know when each part changed, all books are looked at.
#[derive(Default)]
pub(in crate::web) struct Index(Mutex<Option<(i64, Arc<str>)>>);

impl Index {
    fn known(&self, version: i64) -> Option<Arc<str>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|(of, _)| *of == version).map(|(_, text)| Arc::clone(text))
    }

    fn keep(&self, version: i64, text: &Arc<str>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, Arc::clone(text)));
    }
}

async fn index(State(app): State<AppState>, headers: HeaderMap) -> Result<Response<Body>, PageError> {
    let fresh = app.db.read(|conn| Fresh::read(conn, &app).map_err(DbError::from))?;
    if let Some(unchanged) = fresh.unchanged(&headers) {
        return Ok(unchanged);
    }
    if let Some(text) = app.sitemaps.known(fresh.version) {
        return Ok(fresh.answer(XML, Body::from(text.to_string())));
    }
    let maker = app.clone();
    let made = tokio::task::spawn_blocking(move || make_index(&maker)).await;
    // A thread that died is a fault like any other.
    let text: Arc<str> = made.unwrap_or(Err(DbError::Panicked))?.into();
    app.sitemaps.keep(fresh.version, &text);
    Ok(fresh.answer(XML, Body::from(text.to_string())))
}

/// One read for each part, so that no snapshot is held for long.
fn make_index(app: &AppState) -> Result<String, DbError> {
    let mut text = String::from(concat!(
        r#"<?xml version="1.0" encoding="UTF-8"?>"#,
        "\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
    ));
    for name in ["pages-1", "categories-1"] {
        push_entry(&mut text, "sitemap", &format!("{}/sitemaps/{name}.xml", app.origin), None);
    }
    for (name, pages) in WALKED {
        let mut after = walk::START;
        for number in 1_u32.. {
            let found = app.db.read(|conn| {
                let Some(end) = addresses::end_of_part(conn, pages, after, PART)? else { return Ok(None) };
                Ok::<_, DbError>(Some((end, addresses::last_change(conn, pages, after, end)?)))
            })?;
            let Some((end, changed)) = found else { break };
            after = end;
            push_entry(&mut text, "sitemap", &format!("{}/sitemaps/{name}-{number}.xml", app.origin), changed);
        }
    }
    text.push_str("</sitemapindex>\n");
    Ok(text)
}

fn push_entry(text: &mut String, name: &str, address: &str, changed: Option<Timestamp>) {
    text.push_str(&format!("<{name}><loc>{}</loc>", escaped(address)));
    if let Some(at) = changed {
        text.push_str(&format!("<lastmod>{}</lastmod>", at.strftime("%Y-%m-%dT%H:%M:%SZ")));
    }
    text.push_str(&format!("</{name}>\n"));
}

async fn part(
    State(app): State<AppState>, Path(name): Path<String>, headers: HeaderMap,
) -> Result<Response<Body>, PageError> {
    let (kind, number) = parse(&name).ok_or_else(PageError::not_found)?;
    let bounds = match kind {
        Kind::Walked(pages) => {
            let found = app.db.read(|conn| bounds(conn, pages, number).map_err(DbError::from))?;
            found.ok_or_else(PageError::not_found)?
        }
        Kind::Fixed | Kind::Categories if number == 1 => (walk::START, walk::START),
        Kind::Fixed | Kind::Categories => return Err(PageError::not_found()),
    };
    let fresh = app.db.read(|conn| Fresh::read(conn, &app).map_err(DbError::from))?;
    if let Some(unchanged) = fresh.unchanged(&headers) {
        return Ok(unchanged);
    }
    let body = match kind {
        Kind::Fixed => {
            let shelves = shelves::paths_with_books(&app)?;
            Body::from(whole(&app, PAGES.into_iter().chain(shelves).map(str::to_owned)))
        }
        Kind::Categories => {
            let tree = app.db.read(|conn| categories::list(conn).map_err(DbError::from))?;
            // A shop has hundreds; what is beyond a part's limit would be none that a reader finds.
            let most = usize::try_from(PART).unwrap_or(usize::MAX);
            let paths = tree.into_iter().take(most).map(|category| format!("/books/in/{}", category.path));
            Body::from(whole(&app, paths))
        }
        Kind::Walked(pages) => walked(&app, pages, bounds),
    };
    Ok(fresh.answer(XML, body))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Fixed,
    Categories,
    Walked(Pages),
}

/// `books-3.xml` is part 3 of the books; `books-03.xml` is nothing.
fn parse(name: &str) -> Option<(Kind, u32)> {
    let (kind, number) = name.strip_suffix(".xml")?.rsplit_once('-')?;
    let kind = match kind {
        "pages" => Kind::Fixed,
        "categories" => Kind::Categories,
        name => Kind::Walked(WALKED.iter().find(|(known, _)| *known == name)?.1),
    };
    let plain = !number.starts_with(['0', '+']);
    Some((kind, number.parse().ok().filter(|_| plain)?))
}

/// After which subject a part begins, and with which it ends; `None`: there is no such part.
fn bounds(conn: &rusqlite::Connection, pages: Pages, number: u32) -> rusqlite::Result<Option<(Id, Id)>> {
    let before = u64::from(number.saturating_sub(1)) * u64::from(PART);
    let Some(after) = addresses::nth(conn, pages, before)? else { return Ok(None) };
    Ok(addresses::end_of_part(conn, pages, after, PART)?.map(|end| (after, end)))
}

const OPEN: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8"?>"#,
    "\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
);
const CLOSE: &str = "</urlset>\n";

fn whole(app: &AppState, paths: impl Iterator<Item = String>) -> String {
    let mut text = OPEN.to_owned();
    for path in paths {
        push_entry(&mut text, "url", &format!("{}{path}", app.origin), None);
    }
    text.push_str(CLOSE);
    text
}

/// A part of a catalogue's pages, read while it is sent.
fn walked(app: &AppState, pages: Pages, (mut after, end): (Id, Id)) -> Body {
    let app = app.clone();
    let mut waiting = VecDeque::from([OPEN.to_owned()]);
    let mut done = false;
    pull::body(move || {
        if let Some(text) = waiting.pop_front() {
            return Ok(Some(text));
        }
        if done {
            return Ok(None);
        }
        let found = app.db.read(|conn| addresses::list(conn, pages, after, end, PIECE).map_err(DbError::from))?;
        let Some(last) = found.last() else {
            done = true;
            return Ok(Some(CLOSE.to_owned()));
        };
        after = last.id;
        let mut text = String::new();
        for address in found.iter().filter(|address| address.listed) {
            push_entry(&mut text, "url", &format!("{}{}", app.origin, address.path), address.changed_at);
        }
        Ok(Some(text))
    })
}
