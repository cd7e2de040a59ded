//! The browsing pages through the router, against a small shop.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{Request, Response};
use jiff::{Timestamp, ToSpan};
use tower::ServiceExt;

use crate::catalog::prices::{self, NewPrice, OWNER, PriceKind};
use crate::catalog::{self, Credit, EditionFacts, Role, WorkFacts, categories, picks};
use crate::config::Config;
use crate::db::{Db, DbError, Tx};
use crate::kernel::ids::Id;
use crate::kernel::money::{Currency, Money};
use crate::kernel::time::Clock;
use crate::search::{self, Index};
use crate::settings::{self, Overrides, Shop};
use crate::stock;
use crate::web::shop::shelves::category::of_category;
use crate::web::shop::showing::Showing;
use crate::web::{self, AppState};

const INK: &str = "9780306406157";

struct Stall {
    _folder: tempfile::TempDir,
    app: AppState,
    now: Arc<Mutex<Timestamp>>,
    ink: Id,
}

fn stall() -> Stall {
    let folder = tempfile::tempdir().unwrap();
    // A Friday morning.
    let start: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
    let now = Arc::new(Mutex::new(start));
    let hand = Arc::clone(&now);
    let db = Db::open(&folder.path().join("bookstall.db")).unwrap();
    let ink = db.write_blocking(move |tx| Ok::<_, DbError>(stock_the_shelves(tx, start))).unwrap();
    let index = Index::open_or_rebuild(&folder.path().join("search")).unwrap();
    search::rebuild(&db, &index, &Overrides::new(), start, |_, _| {}).unwrap();
    let config = Config::default();
    let served = config.listen;
    let app = AppState::new(db, Clock::new(move || *hand.lock().unwrap()), config, index, served);
    Stall { _folder: folder, app, now, ink }
}

fn stock_the_shelves(tx: &Tx<'_>, now: Timestamp) -> Id {
    settings::store(tx, &Shop { name: "Halyard Books".into(), ..Shop::default() }, now).unwrap();
    crate::delivery::seed(tx, Currency::GBP, now).unwrap();
    categories::put(tx, "fiction", "Fiction", "fiction", 1, now).unwrap();
    categories::put(tx, "fiction/sea", "Stories of the sea", "fiction", 2, now).unwrap();
    let ink = add(tx, "Ink & <Salt>", INK, now);
    stock::receive(tx, ink, 3, "test", "opening", now).unwrap();
    for number in 0..30 {
        let book = add(tx, &format!("Harbour Tales {number}"), "", now);
        stock::receive(tx, book, 1, "test", "opening", now).unwrap();
    }
    ink
}

fn add(tx: &Tx<'_>, title: &str, isbn: &str, now: Timestamp) -> Id {
    let facts = EditionFacts {
        title: title.into(),
        isbn: isbn.parse().ok(),
        credits: vec![Credit::new("Ann Author", Role::AUTHOR)],
        language: Some("eng".into()),
        format: catalog::Format::PAPERBACK,
        ..EditionFacts::default()
    };
    let about = WorkFacts { categories: vec!["fiction/sea".into()], ..WorkFacts::default() };
    let (id, _) = catalog::create(tx, None, &about, &facts, now).unwrap();
    price(tx, id, 999, None, now);
    id
}

fn price(tx: &Tx<'_>, id: Id, minor: i64, valid_from: Option<Timestamp>, now: Timestamp) {
    let amount = Money::new(minor, Currency::GBP);
    let new = NewPrice {
        amount,
        tax_included: true,
        kind: PriceKind::Selling,
        source: OWNER.into(),
        valid_from,
        valid_to: None,
    };
    prices::set(tx, id, &new, now).unwrap();
}

impl Stall {
    async fn ask(&self, uri: &str) -> Response<Body> {
        web::router(&self.app).oneshot(Request::get(uri).body(Body::empty()).unwrap()).await.unwrap()
    }

    async fn text(&self, uri: &str) -> String {
        let response = self.ask(uri).await;
        assert_eq!(response.status().as_u16(), 200, "{uri}");
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    /// Status, and where it leads.
    async fn check(&self, uri: &str, status: u16, location: &str) {
        let response = self.ask(uri).await;
        let to = response.headers().get("location").map_or("", |value| value.to_str().unwrap());
        assert_eq!((response.status().as_u16(), to), (status, location), "{uri}");
    }

    fn write(&self, f: impl FnOnce(&Tx<'_>, Timestamp) + Send + 'static) {
        let now = *self.now.lock().unwrap();
        self.app
            .db
            .write_blocking(move |tx| {
                f(tx, now);
                Ok::<_, DbError>(())
            })
            .unwrap();
    }
}

#[tokio::test]
async fn a_book_has_one_address_and_every_other_leads_there() {
    let stall = stall();
    let path = "/books/9780306406157/ink-salt";
    stall.check(path, 200, "").await;
    for other in [
        "/books/9780306406157",
        "/books/0306406152",
        "/books/978-0-306-40615-7/ink-salt",
        "/books/9780306406157/old-slug",
    ] {
        stall.check(other, 301, path).await;
    }
    stall.check(&format!("/books/{}/ink-salt", stall.ink), 301, path).await;
    stall
        .check("/books/9780306406157?from=/search?q=ink", 301, "/books/9780306406157/ink-salt?from=/search%3Fq%3Dink")
        .await;
    stall.check("/search?q=0-306-40615-2", 303, path).await;
    for missing in ["/books/9780141439549/x", "/books/nothing", "/books/in", "/books/in/poetry"] {
        stall.check(missing, 404, "").await;
    }
    stall.check("/search?q=%20", 303, "/books").await;
}

#[tokio::test]
async fn a_book_that_left_is_gone_and_not_lost() {
    let stall = stall();
    let ink = stall.ink;
    stall.write(move |tx, now| catalog::set_listed(tx, ink, false, now).unwrap());
    stall.check("/books/9780306406157/ink-salt", 410, "").await;
    stall.check("/books/9780306406157", 301, "/books/9780306406157/ink-salt").await;
}

#[tokio::test]
async fn a_kept_book_page_follows_stock_prices_and_the_hour() {
    let stall = stall();
    let (path, ink) = ("/books/9780306406157/ink-salt", stall.ink);
    let page = stall.text(path).await;
    assert!(page.contains("3 on our shelves") && page.contains("£9.99") && page.contains("Post Mon 23 – Thu 26 Nov"));
    assert!(
        page.contains(r"Ink &amp; &lt;Salt&gt;") && page.contains(r"Ink & \u003cSalt>") && !page.contains("<Salt>")
    );
    stall.write(move |tx, now| {
        price(tx, ink, 799, Some(now.checked_add(1.hour()).unwrap()), now);
        stock::correct_to(tx, ink, 1, "test", "counted", now).map(drop).unwrap();
    });
    let page = stall.text(path).await;
    assert!(page.contains("Last copy on our shelves") && page.contains("£9.99"));
    *stall.now.lock().unwrap() += 2.hours();
    assert!(stall.text(path).await.contains("£7.99"));
    *stall.now.lock().unwrap() += 3.hours();
    assert!(stall.text(path).await.contains("Post Tue 24 – Fri 27 Nov"));
}

#[tokio::test]
async fn a_list_is_narrowed_sorted_and_turned_by_links_alone() {
    let stall = stall();
    let first = stall.text("/search?q=harbour").await;
    assert!(
        first.contains("30 books for “harbour”")
            && first.contains("/search?q=harbour&amp;page=2")
            && first.contains("noindex")
    );
    assert_eq!(first.matches("<li class=\"book\">").count(), 24);
    // A page beyond the end is the last one, nonsense is left out.
    for odd in ["&page=99", "&page=2&sort=nonsense&stock=x&under=y&language=..."] {
        assert_eq!(
            stall.text(&format!("/search?q=harbour{odd}")).await.matches("<li class=\"book\">").count(),
            6,
            "{odd}"
        );
    }
    let sea = stall.text("/books/in/fiction/sea?stock=1").await;
    assert!(
        sea.contains("Stories of the sea") && sea.contains("Remove filter") && sea.contains("/books/in/fiction/sea\"")
    );
}

#[tokio::test]
async fn without_an_index_titles_and_names_are_found_in_the_catalogue() {
    let mut stall = stall();
    let folder = tempfile::tempdir().unwrap();
    let unbuilt = Index::open_or_rebuild(folder.path()).unwrap();
    let app = &stall.app;
    stall.app = AppState::new(app.db.clone(), app.clock.clone(), app.config.clone(), unbuilt, app.config.listen);
    for (query, title) in [("ink+salt", "Ink &amp; &lt;Salt&gt;"), ("tales+author", "Harbour Tales"), ("author", "Ink")]
    {
        let page = stall.text(&format!("/search?q={query}&sort=price&format=Map")).await;
        assert!(page.contains("Search is reduced at the moment. These are the titles and names that fit."), "{query}");
        assert!(page.contains(title) && page.contains("Books for “"), "{query}");
        assert!(
            !page.contains("id=\"filters\"") && !page.contains("class=\"sort\"") && !page.contains("Remove filter")
        );
    }
    let ink = stall.text("/search?q=ink").await;
    assert_eq!(ink.matches("<li class=\"book\">").count(), 1);
    let none = stall.text("/search?q=xylophone").await;
    assert!(none.contains("Nothing under “xylophone”") && none.contains("these are the books most asked for"));
    assert!(stall.text("/books/in/fiction").await.contains("These are the books most asked for."));
    stall.check("/search?q=isbn:0-306-40615-2", 303, "/books/9780306406157/ink-salt").await;
}

#[tokio::test]
async fn one_page_cannot_be_kept_under_the_address_of_another() {
    let stall = stall();
    stall.ask("/books/in/fiction?%73tock=1&q=evil").await;
    let page = stall.text("/books/in/fiction").await;
    assert!(!page.contains("Remove filter") && !page.contains("evil"));
}

#[tokio::test]
async fn home_links_its_books_and_every_list_price_says_its_format() {
    let stall = stall();
    let home = stall.text("/").await;
    assert!(home.matches("href=\"/books/").count() >= 8 && home.contains("\"@type\":\"BookStore\""));
    let prices = home.matches("<data class=\"price\"").count();
    assert_eq!(prices, home.matches("<span class=\"book-format\">Paperback</span>").count());
}

#[tokio::test]
async fn a_category_has_rows_of_its_own_and_none_of_its_neighbours() {
    let stall = stall();
    stall.write(|tx, now| {
        for number in 0..3 {
            let (id, work) = shelved(tx, &format!("Fern {number}"), "nature", now);
            stock::receive(tx, id, 1, "test", "opening", now).unwrap();
            picks::put(tx, &picks::Pick { work_id: work, by: "Priya".into(), text: "Green".into() }, now).unwrap();
        }
        let (_, gone) = shelved(tx, "Not to be had", "nature", now);
        picks::put(tx, &picks::Pick { work_id: gone, by: "Priya".into(), text: "Green".into() }, now).unwrap();
    });
    let rows = |path: &'static str| {
        let now = *stall.now.lock().unwrap();
        let made = stall.app.db.read(|conn| {
            let shop = Shop::default();
            let mut showing = Showing::new(conn, &shop, now, now);
            of_category(&mut showing, &stall.app.index, path)
        });
        made.unwrap().into_string()
    };
    // The index has not seen the ferns: their row needs none.
    let nature = rows("nature");
    assert_eq!(nature.matches("<li class=\"book\">").count(), 3);
    assert!(nature.contains("Read and loved by us") && nature.contains("Fern 2") && !nature.contains("Not to be had"));
    let fiction = rows("fiction");
    assert!(
        fiction.contains("<h2 id=\"new\">New</h2>") && !fiction.contains("Fern") && !fiction.contains("Bestsellers")
    );
    assert_eq!(rows("fic"), "");
}

fn shelved(tx: &Tx<'_>, title: &str, category: &str, now: Timestamp) -> (Id, Id) {
    let facts = EditionFacts { title: title.into(), format: catalog::Format::PAPERBACK, ..EditionFacts::default() };
    let about = WorkFacts { categories: vec![category.into()], ..WorkFacts::default() };
    let made = catalog::create(tx, None, &about, &facts, now).unwrap();
    price(tx, made.0, 999, None, now);
    made
}
