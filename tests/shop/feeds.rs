//! What other programs read: sitemaps, feeds, robots.txt, in the eyes of parsers that are not the shop's.

use std::collections::BTreeSet;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use bookstall::catalog::{self, EditionFacts, WorkFacts};
use bookstall::config::Config;
use bookstall::db::{Db, DbError};
use bookstall::kernel::time::{Clock, to_ms};
use bookstall::search::Index;
use bookstall::web::{self, AppState};
use jiff::Timestamp;
use roxmltree::Document;
use tempfile::TempDir;
use tower::ServiceExt;

use crate::support::books;
use crate::support::shop::{OPENED, Shop};
use crate::support::visitor::Page;

const SITEMAPS: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";
const GOOGLE: &str = "http://base.google.com/ns/1.0";

/// The addresses of a sitemap or its index, each with its date.
fn addresses(xml: &str) -> Vec<(String, Option<String>)> {
    let document = Document::parse(xml).unwrap();
    let entries = document.root_element().children().filter(|node| node.is_element());
    let read = |name, entry: roxmltree::Node<'_, '_>| {
        let found = entry.children().find(|node| node.has_tag_name((SITEMAPS, name)));
        found.and_then(|node| node.text()).map(str::to_owned)
    };
    entries.map(|entry| (read("loc", entry).unwrap(), read("lastmod", entry))).collect()
}

fn path(address: &str) -> &str {
    let host = address.split_once("://").unwrap().1;
    &host[host.find('/').unwrap()..]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sitemap_leads_to_every_page_that_readers_find() {
    let shop = Shop::open().await;
    let ink = shop.stock("9780306406157", "Ink & Salt", 999, 1).await;
    let hidden = shop.stock("9780975229804", "Hidden", 999, 1).await;
    shop.write(move |tx, now| {
        catalog::set_listed(tx, hidden.id, false, now).unwrap();
        let alone = EditionFacts { embargo: None, isbn: None, ..books::whole_edition() };
        books::put(tx, None, &books::whole_work(), &alone, now);
        let unseen = EditionFacts { title: "Unseen".into(), ..EditionFacts::default() };
        let about = WorkFacts { series: Some(("Unseen".into(), None)), ..WorkFacts::default() };
        let (id, _) = catalog::create(tx, None, &about, &unseen, now).unwrap();
        catalog::set_listed(tx, id, false, now).unwrap();
    })
    .await;
    let visitor = shop.visitor();
    let robots = visitor.get("/robots.txt").await.ok().body;
    let named = robots.lines().find_map(|line| line.strip_prefix("Sitemap: ")).unwrap();
    let index = visitor.get(path(named)).await.ok();
    assert_eq!(index.header("content-type"), "application/xml; charset=utf-8");
    let mut pages = Vec::new();
    for (part, _) in addresses(&index.body) {
        pages.extend(addresses(&visitor.get(path(&part)).await.ok().body));
    }
    let closed: Vec<&str> = robots.lines().filter_map(|line| line.strip_prefix("Disallow: ")).collect();
    for (address, _) in &pages {
        let page = visitor.get(path(address)).await.ok();
        assert!(page.body.contains(&format!("<link rel=\"canonical\" href=\"{address}\"")), "{address}");
        assert!(!page.body.contains("noindex") && !closed.iter().any(|start| path(address).starts_with(start)));
    }
    let named = |start: &str| pages.iter().any(|(address, _)| path(address).starts_with(start));
    assert!(named("/contributors/") && named("/series/"));
    let found: BTreeSet<&str> = pages.iter().map(|(address, _)| path(address)).collect();
    assert!(
        found.contains(ink.path.as_str())
            && found.contains("/books/in/fiction")
            && !found.contains(hidden.path.as_str())
    );
    let (_, changed) = pages.iter().find(|(address, _)| path(address) == ink.path).unwrap();
    assert_eq!(changed.as_deref(), Some("2026-11-22T12:00:00Z"));
    for missing in ["/sitemaps/books-2.xml", "/sitemaps/books-0.xml", "/sitemaps/books-01.xml", "/sitemaps/x-1.xml"] {
        assert_eq!(visitor.get(missing).await.status, 404, "{missing}");
    }
    shop.close().await;
}

/// A router over a shop with many books, which nobody indexes.
struct Many {
    _folder: TempDir,
    db: Db,
    router: Router,
}

impl Many {
    /// Rows as an import leaves them, the fastest way; every tenth is unlisted.
    fn books(count: u32) -> Many {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("bookstall.db")).unwrap();
        let now: Timestamp = OPENED.parse().unwrap();
        db.write_blocking(move |tx| {
            tx.execute(
                "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
                 INSERT INTO works (id, created_at) SELECT CAST(printf('w%015d', i) AS BLOB), ?2 FROM n",
                (count, to_ms(now)),
            )?;
            tx.execute(
                "INSERT INTO editions (id, work_id, title, slug, format, listed, created_at, updated_at)
                 SELECT id, id, 'A book', 'a-book', 'BC', rowid % 10 <> 0, ?1, ?1 + rowid * 1000 FROM works",
                [to_ms(now)],
            )?;
            catalog::create(
                tx,
                None,
                &WorkFacts::default(),
                &EditionFacts { title: "Last".into(), ..EditionFacts::default() },
                now,
            )
            .map_err(|error| DbError::Sqlite(rusqlite::Error::ToSqlConversionFailure(Box::new(error))))?;
            Ok::<_, DbError>(())
        })
        .unwrap();
        let index = Index::open_or_rebuild(&folder.path().join("search")).unwrap();
        let config = Config { public_url: "https://b.example".into(), ..Config::default() };
        let served = config.listen;
        let app =
            AppState::new(db.clone(), Clock::fixed("2026-12-01T00:00:00Z".parse().unwrap()), config, index, served);
        Many { _folder: folder, db, router: web::router(&app) }
    }

    async fn ask(&self, path: &str, header: Option<(&str, &str)>) -> Response<Body> {
        let mut request = Request::get(path);
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    async fn get(&self, path: &str) -> String {
        let response = self.ask(path, None).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let body = axum::body::to_bytes(response.into_body(), 50 << 20).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }
}

#[tokio::test]
async fn a_sitemap_of_many_books_is_parted_where_it_stays_parted() {
    // The last book has an id of its own time, before all the others.
    let many = Many::books(120_000);
    let index = addresses(&many.get("/sitemap.xml").await);
    let parts: Vec<&str> =
        index.iter().map(|(address, _)| path(address)).filter(|path| path.contains("books")).collect();
    assert_eq!(parts, ["/sitemaps/books-1.xml", "/sitemaps/books-2.xml", "/sitemaps/books-3.xml"]);
    let mut all = BTreeSet::new();
    let mut counts = Vec::new();
    for part in &parts {
        let text = many.get(part).await;
        let found = addresses(&text);
        counts.push(found.len());
        assert!(found.len() <= 50_000 && text.len() < 50 << 20);
        all.extend(found.into_iter().map(|(address, _)| address));
    }
    assert_eq!((counts.iter().sum::<usize>(), all.len()), (108_001, 108_001), "each listed book once");
    let first = many.get(parts[0]).await;
    many.db
        .write_blocking(|tx| {
            tx.execute("UPDATE editions SET listed = 0 WHERE id = CAST(printf('w%015d', 7) AS BLOB)", [])?;
            Ok::<_, DbError>(())
        })
        .unwrap();
    let without: Vec<_> = addresses(&many.get(parts[0]).await);
    let gone: Vec<_> = addresses(&first).into_iter().filter(|one| !without.contains(one)).take(2).collect();
    assert_eq!((gone.len(), counts[0] - without.len()), (1, 1), "a book that leaves moves no other");
    // The index names the last change of each part.
    let last = index.last().unwrap().1.as_deref();
    assert_eq!(last, Some("2026-11-23T21:20:00Z"));
}

#[tokio::test]
async fn what_did_not_change_is_not_sent_again() {
    let many = Many::books(3);
    for path in ["/sitemap.xml", "/sitemaps/books-1.xml", "/sitemaps/pages-1.xml", "/feeds/new.atom", "/feeds/new.rss"]
    {
        let first = many.ask(path, None).await;
        let header = |name: &str| first.headers().get(name).unwrap().to_str().unwrap().to_owned();
        let (tag, date) = (header("etag"), header("last-modified"));
        assert_eq!(many.ask(path, Some(("if-none-match", &tag))).await.status(), StatusCode::NOT_MODIFIED, "{path}");
        assert_eq!(
            many.ask(path, Some(("if-modified-since", &date))).await.status(),
            StatusCode::NOT_MODIFIED,
            "{path}"
        );
        many.db
            .write_blocking(|tx| {
                let id = catalog::walk::list_ids(tx, catalog::walk::START, 1)?[0];
                catalog::set_listed(tx, id, true, "2026-11-30T00:00:00Z".parse().unwrap()).ok();
                Ok::<_, DbError>(())
            })
            .unwrap();
        let again = many.ask(path, Some(("if-none-match", &tag))).await;
        assert_eq!(again.status(), StatusCode::OK, "{path} after a change");
        assert_ne!(again.headers().get("etag").unwrap().to_str().unwrap(), tag);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn feeds_of_new_books_are_read_by_another_parser() {
    let shop = Shop::open().await;
    shop.stock("9780306406157", "Ink & <Salt>", 999, 1).await;
    let facts = EditionFacts { description: Some("<p>It's &amp; ink</p>".into()), ..books::whole_edition() };
    let facts = EditionFacts { isbn: "9780975229804".parse().ok(), ..facts };
    shop.write(move |tx, now| books::put(tx, None, &WorkFacts::default(), &facts, now)).await;
    let visitor = shop.visitor();
    let home = visitor.get("/").await.ok().body;
    for (at, kind) in [("/feeds/new.atom", "application/atom+xml"), ("/feeds/new.rss", "application/rss+xml")] {
        assert!(home.contains(&format!("<link rel=\"alternate\" type=\"{kind}\"")) && home.contains(at));
        let page: Page = visitor.get(at).await.ok();
        assert_eq!(page.header("content-type"), format!("{kind}; charset=utf-8"));
        let feed = feed_rs::parser::parse(page.body.as_bytes()).unwrap();
        assert_eq!((feed.title.unwrap().content.as_str(), feed.entries.len()), ("New books at Bookstall", 2));
        let newest = &feed.entries[0];
        assert!(newest.id.starts_with("urn:uuid:"));
        assert_eq!(newest.title.as_ref().unwrap().content, "The =Ink & <Salt>, \"twice\"; (Tales, #1)");
        // RSS takes it for HTML, Atom for the text it is said to be.
        let summary = newest.summary.as_ref().unwrap();
        let words = if summary.content_type.as_str() == "text/html" { "It's &amp; ink" } else { "It's & ink" };
        assert!(summary.content.ends_with(words), "{summary:?}");
        assert_eq!(newest.published.unwrap().to_rfc3339(), "2026-11-22T12:00:00+00:00");
        assert_eq!(visitor.get(path(&newest.links[0].href)).await.status, 200);
        assert!(!page.body.contains("12.50"), "a price that a reader keeps becomes untrue");
    }
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_merchant_feed_lists_what_can_be_bought() {
    let shop = Shop::open().await;
    let ink = shop.stock("9780306406157", "Ink & <Salt>", 1250, 1).await;
    shop.stock("9781250108562", "Sold out", 999, 0).await;
    shop.write(|tx, now| {
        let to_order = EditionFacts { published: None, embargo: None, ..books::whole_edition() };
        let to_order = EditionFacts { isbn: "9780975229804".parse().ok(), lead_days: Some((2, 4)), ..to_order };
        let id = catalog::create(tx, None, &WorkFacts::default(), &to_order, now).unwrap().0;
        books::price(tx, id, catalog::prices::PriceKind::Rrp, 1400, now);
        let later =
            EditionFacts { title: "Later".into(), published: "2027-03".parse().ok(), ..EditionFacts::default() };
        books::put(tx, None, &WorkFacts::default(), &later, now);
        let free = EditionFacts { title: "No price".into(), ..EditionFacts::default() };
        catalog::create(tx, None, &WorkFacts::default(), &free, now).unwrap();
    })
    .await;
    let page = shop.visitor().get("/feeds/google-merchant.xml").await.ok();
    assert_eq!(feed_rs::parser::parse(page.body.as_bytes()).unwrap().entries.len(), 3);
    let document = Document::parse(&page.body).unwrap();
    let items: Vec<_> = document.descendants().filter(|node| node.has_tag_name("item")).collect();
    let of = |place: usize, name: &str| {
        let found = items[place].children().find(|node| node.has_tag_name((GOOGLE, name)));
        found.and_then(|node| node.text()).unwrap_or_default().to_owned()
    };
    assert_eq!(
        (of(0, "title"), of(0, "price"), of(0, "availability")),
        ("Ink & <Salt>".into(), "12.50 GBP".into(), "in_stock".into())
    );
    assert!(of(0, "link").ends_with(&ink.path) && of(0, "id").len() <= 50);
    assert_eq!(
        (of(0, "gtin"), of(0, "condition"), of(0, "google_product_category")),
        ("9780306406157".into(), "new".into(), "784".into())
    );
    assert_eq!(of(0, "description"), "Ink & <Salt> by Ursula K. Le Guin. Paperback.");
    assert_eq!(of(1, "availability"), "out_of_stock");
    // Sunday noon and four working days: Monday to Thursday.
    assert_eq!((of(2, "availability"), of(2, "availability_date")), ("backorder".into(), "2026-11-26".into()));
    assert_eq!(
        (of(2, "brand"), of(2, "shipping_weight"), of(2, "price")),
        ("=Halyard & Sons".into(), "450 g".into(), "14.00 GBP".into())
    );
    shop.close().await;
}
