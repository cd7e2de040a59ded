#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::cell::Cell;
use std::sync::Mutex;
use std::time::Duration;

use axum::body::HttpBody;
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, COOKIE, ETAG, SET_COOKIE};
use axum::http::{HeaderValue, Request, StatusCode};
use maud::{PreEscaped, html};

use super::*;
use crate::changes::{self, Change};
use crate::config::Config;
use crate::db::Db;
use crate::kernel::time::Clock;
use crate::search::{self, Index};
use crate::settings;

struct Shelf {
    folder: tempfile::TempDir,
    app: AppState,
    now: Arc<Mutex<Timestamp>>,
    renders: Cell<u32>,
    work: Id,
}

fn shelf() -> Shelf {
    let folder = tempfile::tempdir().unwrap();
    let start: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
    let now = Arc::new(Mutex::new(start));
    let hand = Arc::clone(&now);
    let db = Db::open(&folder.path().join("bookstall.db")).unwrap();
    let config = Config::default();
    let served = config.listen;
    let index = Index::open_or_rebuild(&folder.path().join("search")).unwrap();
    let app = AppState::new(db, Clock::new(move || *hand.lock().unwrap()), config, index, served);
    Shelf { folder, app, now, renders: Cell::new(0), work: Id::new(start) }
}

impl Shelf {
    fn request(uri: &str, cookie: Option<&str>) -> Parts {
        let mut request = Request::get(uri);
        if let Some(cookie) = cookie {
            request = request.header(COOKIE, cookie);
        }
        request.header("accept-encoding", "br, gzip").body(()).unwrap().into_parts().0
    }

    /// Asks for a page of one work, or of the whole catalogue under `/books`.
    fn get(&self, uri: &str, cookie: Option<&str>) -> Response<Body> {
        let parts = Shelf::request(uri, cookie);
        let personal = |_: &AppState, _: &Connection, _: &Parts| {
            Ok(Personal {
                basket: html! { "2 books" },
                cookies: vec![HeaderValue::from_static("notice=; Max-Age=0")],
                ..Personal::anonymous()
            })
        };
        page(&self.app, &parts, &["page"], personal, |_, shop, now| {
            self.renders.set(self.renders.get() + 1);
            Ok(Rendered {
                markup: html! { p { (shop.name) } (PreEscaped("<!--hole:basket-->")) p { (self.renders.get()) } },
                subjects: vec![self.work],
                whole_catalogue: uri.starts_with("/books"),
                valid_until: Some(now + Duration::from_hours(1)),
            })
        })
        .unwrap()
    }

    fn change(&self, change: Change) {
        let now = *self.now.lock().unwrap();
        self.app.db.write_blocking(move |tx| changes::record(tx, change, now).map_err(DbError::from)).unwrap();
    }

    #[track_caller]
    fn check_renders(&self, uri: &str, expected: u32) {
        self.get(uri, None);
        assert_eq!(self.renders.get(), expected);
    }
}

fn header(response: &Response<Body>, name: impl axum::http::header::AsHeaderName) -> &str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[test]
fn a_page_is_rendered_once_until_something_on_it_changes() {
    let shelf = shelf();
    shelf.check_renders("/work", 1);
    shelf.check_renders("/work", 1);
    shelf.change(Change::Work(Id::new(Timestamp::UNIX_EPOCH)));
    shelf.check_renders("/work", 1);
    shelf.change(Change::Work(shelf.work));
    shelf.check_renders("/work", 2);
    shelf.check_renders("/work", 2);
}

#[test]
fn a_list_follows_the_whole_catalogue_and_the_index() {
    let shelf = shelf();
    shelf.check_renders("/books", 1);
    shelf.change(Change::Edition(Id::new(Timestamp::UNIX_EPOCH)));
    shelf.check_renders("/books", 2);
    search::rebuild(&shelf.app.db, &shelf.app.index, &settings::Overrides::new(), Timestamp::UNIX_EPOCH, |_, _| {})
        .unwrap();
    shelf.check_renders("/books", 3);
    shelf.check_renders("/books", 3);
}

#[test]
fn another_process_changes_the_next_page() {
    let shelf = shelf();
    shelf.check_renders("/work", 1);
    let work = shelf.work;
    let other = Db::open(&shelf.folder.path().join("bookstall.db")).unwrap();
    other
        .write_blocking(move |tx| {
            changes::record(tx, Change::Edition(work), Timestamp::UNIX_EPOCH).map_err(DbError::from)
        })
        .unwrap();
    assert!(answer(&shelf.app, &Method::GET, &Uri::from_static("/work"), &HeaderMap::new()).is_none());
    shelf.check_renders("/work", 2);
}

#[test]
fn time_and_settings_end_a_page() {
    let shelf = shelf();
    shelf.check_renders("/work", 1);
    *shelf.now.lock().unwrap() = "2026-11-22T11:00:00Z".parse().unwrap();
    shelf.check_renders("/work", 2);
    let named = Shop { name: "Ink & Paper".into(), ..Shop::default() };
    shelf.app.db.write_blocking(move |tx| settings::store(tx, &named, Timestamp::UNIX_EPOCH)).unwrap();
    shelf.check_renders("/work", 3);
    assert_eq!(shelf.app.shop_as_known().name, "Ink & Paper");
}

#[test]
fn a_known_visitor_gets_a_private_page() {
    let shelf = shelf();
    shelf.get("/work", None);
    let response = shelf.get("/work", Some("cart=abc"));
    assert_eq!(shelf.renders.get(), 1, "the kept page is filled, not rendered");
    assert_eq!(header(&response, CACHE_CONTROL), "private, no-store");
    assert_eq!(header(&response, ETAG), "");
    assert_eq!(header(&response, SET_COOKIE), "notice=; Max-Age=0");
    let anonymous = answer(&shelf.app, &Method::GET, &Uri::from_static("/work"), &HeaderMap::new()).unwrap();
    assert_eq!(header(&anonymous, CACHE_CONTROL), "no-cache");
    let known = Shelf::request("/work", Some("cart=abc"));
    assert!(answer(&shelf.app, &known.method, &known.uri, &known.headers).is_none());
}

#[test]
fn parameters_that_no_page_reads_do_not_make_pages() {
    let shelf = shelf();
    shelf.check_renders("/work", 1);
    shelf.check_renders("/work?utm_source=letter&page=", 1);
    shelf.check_renders("/work?page=2", 2);
    shelf.check_renders("/work?x=1&page=2", 2);
    assert!(answer(&shelf.app, &Method::GET, &Uri::from_static("/work?page=2"), &HeaderMap::new()).is_some());
    assert!(answer(&shelf.app, &Method::POST, &Uri::from_static("/work"), &HeaderMap::new()).is_none());
}

#[test]
fn the_compressor_packs_what_is_asked_for_again() {
    let shelf = shelf();
    for uri in ["/books?page=7", "/work", "/work"] {
        assert_eq!(header(&shelf.get(uri, None), CONTENT_ENCODING), "");
    }
    // Stopping lets it finish what waits.
    compressor(&shelf.app)();
    assert_eq!(header(&shelf.get("/books?page=7", None), CONTENT_ENCODING), "");
    let packed = shelf.get("/work", None);
    assert_eq!((packed.status(), header(&packed, CONTENT_ENCODING)), (StatusCode::OK, "br"));
    let mut parts = Shelf::request("/work", None);
    parts.headers.insert("if-none-match", packed.headers()[ETAG].clone());
    let again = answer(&shelf.app, &parts.method, &parts.uri, &parts.headers).unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(again.body().size_hint().exact(), Some(0));
}

#[test]
fn a_page_made_for_one_is_filled_and_not_stored() {
    let parts = Shelf::request("/cart", None);
    let markup = html! { (PreEscaped("<!--hole:account-->")) (PreEscaped("x".repeat(2000))) };
    let response = private(&parts, StatusCode::UNPROCESSABLE_ENTITY, &markup, &Personal::anonymous());
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!((header(&response, CACHE_CONTROL), header(&response, CONTENT_ENCODING)), ("private, no-store", "gzip"));
}
