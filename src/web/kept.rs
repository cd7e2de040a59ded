//! Finished pages, rendered once per version of what they show.
//!
//! A page carries the last change of each thing on it (its stamp), and the moment at which time alone changes
//! it. Before it is sent, `data_version` tells whether anybody, in any process, has committed since it was
//! last found true; if so, the stamps are compared. So a kept page is never stale, and mostly costs its bytes.
//!
//! - The stamp is read in the snapshot that the page is rendered from, and `data_version` before it: a change
//!   in between makes the page be compared again, never trusted.
//! - Requests that miss at the same moment each render; nobody waits for a lock.
//! - Packing is the compressor thread's work, and only for pages that were asked for twice: most searches never are,
//!   and packing one costs more than making it. Until it has come round, the plain page is sent.
//! - A visitor with a cookie gets the page with the three personal holes filled, private and never stored.

mod holes;
mod pack;
mod page;

use std::sync::Arc;

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Response, Uri};
use jiff::Timestamp;
use maud::Markup;
use quick_cache::sync::Cache;
use rusqlite::Connection;

use super::{AppState, PageError, Shared};
use crate::db::DbError;
use crate::kernel::ids::Id;
use crate::settings::Shop;

pub use holes::Personal;
use pack::Queue;
pub use pack::compressor;
pub use page::private;
use page::{Keep, Page, Stamp, Weight};

/// Addresses longer than this are rendered each time.
const LONGEST_KEY: usize = 512;
/// What a page weighs on average, to size the cache's own table.
const TYPICAL_BYTES: u64 = 16 * 1024;

/// The finished pages in memory, bounded by bytes.
pub struct Kept {
    pages: Cache<Box<str>, Arc<Page>, Weight>,
    queue: Queue,
}

/// What a page's renderer hands over.
pub struct Rendered {
    /// The whole document, with the holes of `Personal` left as comments.
    pub markup: Markup,
    /// The works and editions that it shows.
    pub subjects: Vec<Id>,
    /// Whether any change of the catalogue may change it: lists, searches, counts.
    pub whole_catalogue: bool,
    /// The moment from which it is no longer true: an embargo, a price's end, closing time.
    pub valid_until: Option<Timestamp>,
}

impl Kept {
    pub(super) fn new(bytes: u64) -> Kept {
        let items = usize::try_from(bytes / TYPICAL_BYTES).unwrap_or(usize::MAX);
        Kept { pages: Cache::with_weighter(items, bytes, Weight), queue: Queue::new() }
    }

    /// Forgets every page, so that the next request renders; for a benchmark of misses.
    pub fn clear(&self) {
        self.pages.clear();
    }

    /// The page under `key`, if it is true now.
    fn find(&self, key: &str, app: &Shared) -> Result<Option<Arc<Page>>, DbError> {
        let Some(page) = self.pages.get(key) else { return Ok(None) };
        if !page.is_true(app)? {
            return Ok(None);
        }
        if page.is_asked_for_again() {
            self.queue.push(&page);
        }
        Ok(Some(page))
    }

    fn insert(&self, key: &str, page: &Arc<Page>) {
        if key.len() <= LONGEST_KEY {
            self.pages.insert(key.into(), Arc::clone(page));
        }
    }
}

/// Answers with the page under this address, from memory if it is true, else by `render`.
///
/// `known` lists the query parameters that the page reads, in the order of its own links; others are not part
/// of the address. `personal` fills the holes for a visitor who has a cookie; it is not called for others.
///
/// # Errors
///
/// What `render` or `personal` returned; nothing is kept then.
pub fn page(
    app: &AppState, request: &Parts, known: &[&str],
    personal: impl FnOnce(&AppState, &Connection, &Parts) -> Result<Personal, PageError>,
    render: impl FnOnce(&Connection, &Shop, Timestamp) -> Result<Rendered, PageError>,
) -> Result<Response<Body>, PageError> {
    let page = find_or_make(app, request, known, Keep::AskEachTime, render)?;
    if holes::has_personal_cookie(&request.headers) {
        let personal = app.db.read(|conn| personal(app, conn, request))?;
        return Ok(page.personal(request, &personal));
    }
    Ok(page.copies.answer(&request.method, &request.headers))
}

/// As `page`, for a piece of a page that is the same for everyone and that browsers may keep for a minute.
///
/// # Errors
///
/// What `render` returned; nothing is kept then.
pub fn piece(
    app: &AppState, request: &Parts, known: &[&str],
    render: impl FnOnce(&Connection, &Shop, Timestamp) -> Result<Rendered, PageError>,
) -> Result<Response<Body>, PageError> {
    let piece = find_or_make(app, request, known, Keep::ForAMinute, render)?;
    Ok(piece.copies.answer(&request.method, &request.headers))
}

fn find_or_make(
    app: &AppState, request: &Parts, known: &[&str], keep: Keep,
    render: impl FnOnce(&Connection, &Shop, Timestamp) -> Result<Rendered, PageError>,
) -> Result<Arc<Page>, PageError> {
    let key = key(&request.uri, known);
    match app.kept.find(&key, app)? {
        Some(page) => Ok(page),
        None => make(app, &key, keep, render),
    }
}

fn make(
    app: &AppState, key: &str, keep: Keep,
    render: impl FnOnce(&Connection, &Shop, Timestamp) -> Result<Rendered, PageError>,
) -> Result<Arc<Page>, PageError> {
    // Both before the snapshot: what happens after them must look newer than the page.
    let epoch = app.db.data_version()?;
    let index = app.index.generation();
    let now = app.clock.now();
    let page = app.db.read(|conn| {
        let shop = app.shop(conn)?;
        let rendered = render(conn, &shop, now)?;
        let stamp = Stamp::read(conn, rendered.subjects, rendered.whole_catalogue, index)?;
        Ok::<_, PageError>(Page::new(rendered.markup, keep, stamp, rendered.valid_until, epoch, app.guards()))
    })?;
    let page = Arc::new(page);
    app.kept.insert(key, &page);
    Ok(page)
}

/// The answer to an anonymous GET or HEAD of a page that is kept and true; everything else goes on to the router.
pub(super) fn answer(app: &AppState, method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Response<Body>> {
    if !matches!(*method, Method::GET | Method::HEAD) || holes::has_personal_cookie(headers) {
        return None;
    }
    let key = uri.path_and_query()?.as_str();
    // A database that cannot answer is met again, and reported, by the page's handler.
    let page = app.kept.find(key, app).ok().flatten()?;
    Some(page.copies.answer(method, headers))
}

/// The address as pages are kept by: the path and the parameters that the page knows, in its own order.
fn key(uri: &Uri, known: &[&str]) -> String {
    let mut key = uri.path().to_owned();
    let query = uri.query().unwrap_or_default();
    let mut separator = '?';
    for name in known {
        for pair in query.split('&') {
            if pair.split_once('=').is_some_and(|(left, value)| left == *name && !value.is_empty()) {
                key.push(separator);
                key.push_str(pair);
                separator = '&';
            }
        }
    }
    key
}

#[cfg(test)]
mod tests;
