//! Ways through the shop that need no search: publishers, shelves of choice, and where a book's page leads on to.

use bookstall::catalog::prices::{self, NewPrice, OWNER, PriceKind};
use bookstall::catalog::{self, Credit, EditionFacts, Format, Role, Subject, WorkFacts, picks};
use bookstall::kernel::ids::Id;
use bookstall::kernel::money::{Currency, Money};
use bookstall::stock;
use jiff::SignedDuration;
use reqwest::StatusCode;

use crate::support::shop::{Book, Shop};
use crate::support::visitor::{Page, Visitor};
use crate::support::{buyer, eventually};

/// A book to be added; what is empty is not known.
#[derive(Clone, Debug, Default)]
struct New {
    title: String,
    isbn: &'static str,
    author: &'static str,
    publisher: &'static str,
    published: &'static str,
    category: &'static str,
    subjects: Vec<&'static str>,
    popularity: u32,
    rrp: Option<i64>,
    copies: u32,
    of: Option<Id>,
}

fn new(title: impl Into<String>) -> New {
    New { title: title.into(), category: "fiction", copies: 1, ..New::default() }
}

/// Puts it on the shelf at £9.99.
async fn add(shop: &Shop, new: New) -> (Book, Id) {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let facts = EditionFacts {
        isbn: new.isbn.parse().ok(),
        credits: some(new.author).map(|name| Credit::new(&name, Role::AUTHOR)).into_iter().collect(),
        publisher: some(new.publisher),
        published: new.published.parse().ok(),
        subjects: new.subjects.iter().map(|code| Subject { scheme: "93".into(), code: (*code).into() }).collect(),
        format: Format::PAPERBACK,
        title: new.title,
        ..EditionFacts::default()
    };
    let about = WorkFacts { categories: vec![new.category.into()], popularity: new.popularity, ..WorkFacts::default() };
    shop.write(move |tx, now| {
        let (id, work) = catalog::create(tx, new.of, &about, &facts, now).unwrap();
        for (kind, minor) in [(PriceKind::Selling, Some(999)), (PriceKind::Rrp, new.rrp)] {
            let Some(minor) = minor else { continue };
            let amount = Money::new(minor, Currency::GBP);
            let price =
                NewPrice { amount, tax_included: true, kind, source: OWNER.into(), valid_from: None, valid_to: None };
            prices::set(tx, id, &price, now).unwrap();
        }
        if new.copies > 0 {
            stock::receive(tx, id, new.copies, "test", "the first copies", now).unwrap();
        }
        let edition = catalog::find(tx, id).unwrap().unwrap();
        (Book { id, path: edition.path(), title: edition.facts.title }, work)
    })
    .await
}

/// Titles of the cards on a page or a part of one, in order.
fn titles(html: &str) -> Vec<&str> {
    let cards = html.split("<p class=\"book-title\">").skip(1);
    cards.map(|card| card.split_once("\">").unwrap().1.split('<').next().unwrap()).collect()
}

/// The row of books under the heading with this id.
fn row<'a>(html: &'a str, id: &str) -> &'a str {
    let from = html.split_once(&format!("aria-labelledby=\"{id}\"")).map_or("", |(_, from)| from);
    from.split("</section>").next().unwrap()
}

fn is_indexable(page: &Page) -> bool {
    !page.body.contains("noindex")
}

/// A page that stands where it should: its canonical address, a trail home, one heading.
#[track_caller]
fn check_frame(shop: &Shop, page: &Page, path: &str) {
    let canonical = format!(r#"<link rel="canonical" href="http://{}{path}">"#, shop.addr());
    assert!(page.body.contains(&canonical), "{path}: {}", page.body);
    assert!(page.body.contains("aria-label=\"Breadcrumb\"") && page.body.contains("BreadcrumbList"), "{path}");
    assert_eq!(page.body.matches("<h1").count(), 1, "{path}");
}

async fn moved(reader: &Visitor, from: &str, to: &str) {
    let page = reader.get(from).await;
    assert_eq!((page.status, page.leads_to().as_str()), (StatusCode::MOVED_PERMANENTLY, to), "{from}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publisher_has_one_page_however_it_is_spelt() {
    let shop = Shop::open().await;
    let (ink, work) = add(&shop, New { publisher: "Gull & Sons", published: "2026-10", ..new("Ink") }).await;
    add(&shop, New { publisher: "GULL & SONS", published: "1990", of: Some(work), ..new("Ink") }).await;
    add(&shop, New { publisher: "Gúll & Sons", published: "1961", ..new("Salt") }).await;
    add(&shop, New { publisher: "Tern", ..new("Bread") }).await;
    let reader = shop.visitor();
    let book = reader.get(&ink.path).await.ok().body;
    assert!(book.contains(r#"<dt>Publisher</dt><dd><a href="/publishers/gull-sons">Gull &amp; Sons</a>"#), "{book}");
    let page = reader.get("/publishers/gull-sons").await.ok();
    check_frame(&shop, &page, "/publishers/gull-sons");
    assert!(page.body.contains("2 books here, from 1961 to 2026.") && is_indexable(&page));
    assert_eq!((titles(row(&page.body, "newest")), titles(row(&page.body, "backlist"))), (vec!["Ink"], vec!["Salt"]));
    moved(&reader, "/publishers/Gull%20&%20Sons?page=2", "/publishers/gull-sons?page=2").await;
    moved(&reader, "/publishers/GULL-SONS", "/publishers/gull-sons").await;
    assert_eq!(reader.get("/publishers/nobody").await.status, StatusCode::NOT_FOUND);
    // A book that comes stands there at once, and a house without any has no page.
    add(&shop, New { publisher: "Gull & Sons", published: "2026-11-01", ..new("Rope") }).await;
    assert_eq!(titles(&reader.get("/publishers/gull-sons").await.ok().body), ["Rope", "Ink", "Salt"]);
    let bread = shop.read(|conn| catalog::list_newest(conn, 4))[1];
    shop.write(move |tx, now| catalog::set_listed(tx, bread, false, now).unwrap()).await;
    assert_eq!(reader.get("/publishers/tern").await.status, StatusCode::NOT_FOUND);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_backlist_is_turned_page_by_page_and_every_work_stands_once() {
    let shop = Shop::open().await;
    for number in 0..50 {
        let (_, work) = add(&shop, New { publisher: "Gull", published: "1999", ..new(format!("Case {number}")) }).await;
        if number % 5 == 0 {
            add(&shop, New { publisher: "Gull", published: "2001", of: Some(work), ..new(format!("Case {number}")) })
                .await;
        }
    }
    let reader = shop.visitor();
    let first = reader.get("/publishers/gull").await.ok();
    let second = reader.get("/publishers/gull?page=2").await.ok();
    check_frame(&shop, &second, "/publishers/gull?page=2");
    let mut all = [titles(&first.body), titles(&second.body)].concat();
    assert_eq!(all.len(), 50);
    assert_eq!(all.iter().take(10).filter(|title| title.ends_with(['0', '5'])).count(), 10);
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 50);
    assert_eq!(reader.get("/publishers/gull?page=99").await.ok().body, second.body);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn new_books_are_those_that_came_out_lately_then_those_that_came_in() {
    let shop = Shop::open().await;
    for (title, published) in [
        ("Old", "1990"),
        ("Of this year", "2026"),
        ("Of October", "2026-10"),
        ("Of Friday", "2026-11-20"),
        ("To come", "2026-11-23"),
    ] {
        add(&shop, New { published, ..new(title) }).await;
    }
    add(&shop, New { published: "2026-11-21", copies: 0, ..new("Not to be had") }).await;
    let page = shop.visitor().get("/new").await.ok();
    check_frame(&shop, &page, "/new");
    assert_eq!(titles(row(&page.body, "part-1")), ["Of Friday", "Of October"]);
    assert_eq!(titles(row(&page.body, "part-2")), ["Of this year", "Old"]);
    assert!(page.body.contains("Just published") && page.body.contains(r#"<a href="/new" aria-current="page">"#));
    // What comes out tomorrow is new tomorrow, without anybody's doing.
    shop.clock.advance(SignedDuration::from_hours(24));
    let page = shop.visitor().get("/new").await.ok();
    assert_eq!(titles(row(&page.body, "part-1")), ["To come", "Of Friday", "Of October"]);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_to_come_stands_month_by_month_the_soonest_first() {
    let shop = Shop::open().await;
    for (title, published) in [
        ("Spring", "2027-03"),
        ("Some day", "2027"),
        ("Christmas", "2026-12-24"),
        ("Advent", "2026-12-01"),
        ("Here", "2026-11"),
    ] {
        add(&shop, New { published, ..new(title) }).await;
    }
    let page = shop.visitor().get("/forthcoming").await.ok();
    check_frame(&shop, &page, "/forthcoming");
    assert_eq!(titles(&page.body), ["Advent", "Christmas", "Spring", "Some day"]);
    let headings: Vec<&str> =
        page.body.split("<h2 id=\"part-").skip(1).map(|part| part[3..].split('<').next().unwrap()).collect();
    assert_eq!(headings, ["December 2026", "March 2027", "Some time in 2027"]);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bestsellers_are_what_was_really_sold_and_say_when_that_is_little() {
    let shop = Shop::open().await;
    let (ink, _) = add(&shop, New { copies: 5, isbn: "9780306406157", ..new("Ink") }).await;
    let (salt, _) = add(&shop, New { copies: 5, isbn: "9780975229804", ..new("Salt") }).await;
    add(&shop, New { popularity: 900, ..new("Wanted everywhere") }).await;
    let reader = shop.visitor();
    let page = reader.get("/bestsellers").await.ok();
    check_frame(&shop, &page, "/bestsellers");
    assert!(page.body.contains("too few sales of our own") && !page.body.contains("Bought here most"));
    assert_eq!(titles(&page.body)[0], "Wanted everywhere");
    for book in [&salt, &ink, &salt] {
        buyer::buy(&shop.visitor(), book).await;
    }
    let page = reader.get("/bestsellers").await.ok();
    assert_eq!(titles(row(&page.body, "part-1")), ["Salt", "Ink"]);
    assert!(page.body.contains("No. 1") && page.body.contains("The list is still short"));
    assert_eq!(titles(row(&page.body, "part-2")), ["Wanted everywhere"]);
    // Sales of the spring sell nothing in summer.
    shop.clock.advance(SignedDuration::from_hours(24 * 91));
    assert!(!reader.get("/bestsellers").await.ok().body.contains("No. 1"));
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_pick_says_who_and_why() {
    let shop = Shop::open().await;
    let empty = shop.visitor().get("/staff-picks").await.ok();
    assert!(!is_indexable(&empty) && empty.body.contains("We are still reading"));
    for (title, by, text) in [("Ink", "Marta", "Dark & good"), ("Salt", "Jonas", "Salty"), ("Rope", "Marta", "Long")] {
        let (_, work_id) = add(&shop, new(title)).await;
        let pick = picks::Pick { work_id, by: by.into(), text: text.into() };
        shop.clock.advance(SignedDuration::from_secs(1));
        shop.write(move |tx, now| picks::put(tx, &pick, now).unwrap()).await;
    }
    let page = shop.visitor().get("/staff-picks").await.ok();
    check_frame(&shop, &page, "/staff-picks");
    assert_eq!(
        (titles(row(&page.body, "part-1")), titles(row(&page.body, "part-2"))),
        (vec!["Rope", "Ink"], vec!["Salt"])
    );
    assert!(page.body.contains("Dark &amp; good") && page.body.contains("Jonas’s pick") && is_indexable(&page));
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sale_is_what_costs_less_than_the_publisher_asks_at_this_moment() {
    let shop = Shop::open().await;
    add(&shop, New { rrp: Some(999), ..new("As asked") }).await;
    let (ink, _) = add(&shop, New { rrp: Some(1299), isbn: "9780306406157", ..new("Ink") }).await;
    shop.indexed().await;
    let reader = shop.visitor();
    let page = reader.get("/on-sale").await.ok();
    check_frame(&shop, &page, "/on-sale");
    assert!(titles(&page.body) == ["Ink"] && page.body.contains("RRP £12.99"));
    shop.reprice(ink.id, 1299).await;
    assert!(titles(&reader.get("/on-sale").await.ok().body).is_empty());
    shop.indexed().await;
    let emptied = async || {
        let page = reader.get("/on-sale").await.ok();
        page.body.contains("Nothing is reduced").then_some(page)
    };
    let page = eventually("emptying of the shelf", emptied).await;
    assert!(!is_indexable(&page));
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shelves_with_books_are_linked_everywhere_and_in_the_sitemap() {
    let shop = Shop::open().await;
    add(&shop, New { publisher: "Gull", ..new("Ink") }).await;
    let reader = shop.visitor();
    let home = reader.get("/").await.ok().body;
    for path in ["/new", "/forthcoming", "/bestsellers", "/staff-picks", "/on-sale"] {
        assert!(home.contains(&format!("href=\"{path}\"")), "{path}");
    }
    let pages = reader.get("/sitemaps/pages-1.xml").await.ok().body;
    let named = |path: &str| pages.contains(&format!("{path}</loc>"));
    assert!(named("/new") && named("/bestsellers") && !named("/staff-picks") && !named("/forthcoming"));
    assert!(reader.get("/sitemaps/publishers-1.xml").await.ok().body.contains("/publishers/gull</loc>"));
    shop.close().await;
}

/// Buys these books in one order.
async fn buy_together(shop: &Shop, books: &[&Book], card: &str) {
    let visitor = shop.visitor();
    for book in books {
        buyer::take(&visitor, book, "1").await.leads_to();
    }
    let form = buyer::checkout(&visitor).await.set("card", card);
    buyer::order_path(&visitor.send(&form).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_book_leads_on_to_its_author_its_company_and_its_like_and_none_twice() {
    let shop = Shop::open().await;
    let like = |title: &str, subjects: &[&'static str], popularity| New {
        subjects: subjects.to_vec(),
        popularity,
        copies: 9,
        ..new(title)
    };
    let (ink, work) =
        add(&shop, New { author: "Ann Author", isbn: "9780306406157", ..like("Ink", &["FBA", "FXB"], 1) }).await;
    add(&shop, New { author: "Ann Author", of: Some(work), isbn: "9780975229804", ..new("Ink") }).await;
    for title in ["Salt", "Rope", "Oars"] {
        add(&shop, New { author: "Ann Author", ..new(title) }).await;
    }
    let mut company = Vec::new();
    for title in ["Tea", "Milk", "Bread", "Chance"] {
        company.push(add(&shop, New { category: "food", copies: 9, ..new(title) }).await.0);
    }
    add(&shop, like("Nothing in common", &["WB"], 900)).await;
    add(&shop, like("Half", &["FBA"], 5)).await;
    add(&shop, like("Whole", &["FBA", "FXB"], 3)).await;
    for _ in 0..2 {
        buy_together(&shop, &[&ink, &company[0], &company[1], &company[2]], "test_ok").await;
    }
    buy_together(&shop, &[&ink, &company[0], &company[3]], "test_ok").await;
    // Not paid, so not bought.
    buy_together(&shop, &[&ink, &company[3]], "test_declined").await;
    shop.indexed().await;
    let page = shop.visitor().get(&ink.path).await.ok().body;
    assert_eq!(titles(row(&page, "author")).len(), 3);
    // In three orders, in two, in two; what was beside it once may be chance.
    let together = titles(row(&page, "together"));
    assert!(together[0] == "Tea" && together.len() == 3 && !together.contains(&"Chance"), "{together:?}");
    assert_eq!(titles(row(&page, "similar")), ["Whole", "Half", "Nothing in common"]);
    let mut all = titles(&page);
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert!(all.len() == count && !all.contains(&"Ink"), "{all:?}");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_old_address_leads_to_the_present_one() {
    let shop = Shop::open().await;
    let (ink, _) = add(&shop, New { isbn: "9780306406157", ..new("Ink") }).await;
    let reader = shop.visitor();
    for from in
        ["/books/0306406152", "/books/0-306-40615-2/ink", "/books/978-0-306-40615-7", "/books/9780306406157/old"]
    {
        moved(&reader, from, &ink.path).await;
    }
    moved(&reader, &format!("/books/{}/ink", ink.id), &ink.path).await;
    // A title that was corrected: the address that was printed still leads there.
    let (id, was) = (ink.id, ink.path.clone());
    shop.write(move |tx, now| {
        let facts = catalog::find(tx, id).unwrap().unwrap().facts;
        let about = WorkFacts { series: Some(("The Long Tide".into(), Some("1".into()))), ..WorkFacts::default() };
        let work = catalog::works::of_edition(tx, id).unwrap().unwrap();
        catalog::update_work(tx, work, &about, now).unwrap();
        catalog::update(tx, id, &EditionFacts { title: "Ink and Paper".into(), ..facts }, None, now).unwrap();
    })
    .await;
    moved(&reader, &was, "/books/9780306406157/ink-and-paper").await;
    let page = reader.get("/books/9780306406157/ink-and-paper").await.ok().body;
    let (_, link) = page.split_once("href=\"/series/").unwrap();
    let series = format!("/series/{}", link.split('"').next().unwrap());
    let bare = series.rsplit_once('/').unwrap().0;
    moved(&reader, &format!("{bare}/another-name?page=2"), &format!("{series}?page=2")).await;
    moved(&reader, bare, &series).await;
    shop.close().await;
}
