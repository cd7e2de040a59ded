//! The results pages: what facets promise, what links keep, what a reader is told who misspells.

use std::collections::HashSet;

use bookstall::catalog::prices::PriceKind;
use bookstall::catalog::{self, Credit, EditionFacts, Format, Role, WorkFacts};
use bookstall::db::Tx;
use bookstall::stock;
use jiff::Timestamp;

use crate::support::books;
use crate::support::shop::Shop;
use crate::support::visitor::Visitor;

const FORMATS: [&str; 3] = ["BC", "BB", "AC"];
const LANGUAGES: [&str; 3] = ["eng", "fre", "spa"];
const CATEGORIES: [&str; 4] = ["fiction", "fiction/crime", "poetry", "travel"];
const PUBLISHERS: [&str; 9] =
    ["Alder", "Birch", "Cedar & Sons", "Damson", "Elder", "Fir", "Gorse", "Hazel", "Ivy “Ink” Press"];
const BOOKS: usize = 70;

/// Seventy books of seventy people over every combination; some without a price, some not to be had.
fn shelves(tx: &Tx<'_>, now: Timestamp) {
    for n in 0..BOOKS {
        let facts = EditionFacts {
            title: format!("{} Door {n:02}", ["The Blue", "A Green", "Red"][n % 3]),
            credits: vec![Credit::new(&format!("Ann Author{:02}", (n * 37) % BOOKS), Role::AUTHOR)],
            format: Format::from_code(FORMATS[n % 7 % 3]).unwrap(),
            language: Some(LANGUAGES[n % 5 % 3].to_owned()),
            publisher: Some(PUBLISHERS[n % 9].to_owned()),
            published: format!("{}", 1930 + n + n / 69 * 100).parse().ok(),
            publishing_status: if n.is_multiple_of(11) { "07" } else { "04" }.to_owned(),
            availability: if n.is_multiple_of(3) { "20" } else { "40" }.to_owned(),
            ..EditionFacts::default()
        };
        let series = n.is_multiple_of(4).then(|| (format!("Doors of {}", n % 8), Some(n.to_string())));
        let about = WorkFacts { categories: vec![CATEGORIES[n % 4].to_owned()], series, ..WorkFacts::default() };
        let (id, _) = catalog::create(tx, None, &about, &facts, now).unwrap();
        if !n.is_multiple_of(9) {
            books::price(tx, id, PriceKind::Selling, i64::try_from(300 + 137 * (n % 29)).unwrap(), now);
        }
        if n.is_multiple_of(2) {
            stock::receive(tx, id, 2, "test", "the first copies", now).unwrap();
        }
    }
}

async fn open() -> (Shop, Visitor) {
    let shop = Shop::open().await;
    shop.write(shelves).await;
    shop.indexed().await;
    let visitor = shop.visitor();
    (shop, visitor)
}

/// A link to a narrower list.
#[derive(Debug)]
struct Facet {
    href: String,
    chosen: bool,
    books: usize,
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    text.split_once(from)?.1.split_once(to).map(|(found, _)| found)
}

fn href(link: &str) -> String {
    between(link, "href=\"", "\"").expect("an address").replace("&amp;", "&")
}

/// The links of every group, under its heading.
fn facets(body: &str) -> Vec<(String, Vec<Facet>)> {
    let groups = body.split("<section class=\"facet\">").skip(1).map(|group| {
        let group = group.split("</section>").next().unwrap();
        let links = group.split("<a ").skip(1).map(|link| Facet {
            href: href(link),
            chosen: link.contains("aria-current"),
            books: between(link, "class=\"count\">", "<").unwrap().parse().unwrap(),
        });
        (between(group, "<h3>", "<").unwrap().to_owned(), links.collect())
    });
    groups.collect()
}

/// What the heading counts.
fn total(body: &str) -> usize {
    let heading = between(body, "<h1>", "</h1>").unwrap();
    let number = between(heading, "class=\"count\">", "<").unwrap_or_else(|| heading.split(' ').next().unwrap());
    number.parse().unwrap_or_else(|_| panic!("no count in {heading}"))
}

/// The addresses of the books in the list, in order.
fn listed(body: &str) -> Vec<String> {
    let cards = body.split("class=\"book-title\"").skip(1);
    cards.map(|card| href(card).split('?').next().unwrap().to_owned()).collect()
}

/// Follows every facet of a page and compares what it promised with what is there.
async fn check(visitor: &Visitor, address: &str) -> Vec<(String, Vec<Facet>)> {
    let groups = facets(&visitor.get(address).await.ok().body);
    for (heading, links) in &groups {
        for link in links.iter().filter(|link| !link.chosen) {
            let narrowed = visitor.get(&link.href).await.ok().body;
            assert_eq!(total(&narrowed), link.books, "{heading} of {address}: {}", link.href);
            assert!(narrowed.contains("content=\"noindex,follow\"") || !link.href.contains('?'), "{}", link.href);
        }
    }
    groups
}

#[tokio::test(flavor = "multi_thread")]
async fn every_facet_counts_what_its_link_shows_and_filters_combine() {
    let (shop, visitor) = open().await;
    for place in ["/books", "/search?q=door"] {
        let groups = check(&visitor, place).await;
        let headings: Vec<&str> = groups.iter().map(|(heading, _)| heading.as_str()).collect();
        assert_eq!(
            headings,
            ["Availability", "Format", "Category", "Price", "Language", "Series", "Publisher", "Year"],
            "{place}"
        );
        for (_, links) in groups {
            check(&visitor, &links[links.len() / 2].href).await;
        }
    }
    let deep = "/search?q=door&availability=on-shelf&format=Paperback&price=5-10";
    let narrow = visitor.get(deep).await.ok().body;
    assert!(total(&narrow) > 0 && total(&narrow) < 12);
    check(&visitor, deep).await;
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_value_stays_in_its_place_and_is_taken_off_by_its_chip() {
    let (shop, visitor) = open().await;
    let body = visitor.get("/search?q=door&format=Paperback&publisher=Cedar+%26+Sons&decade=1950s").await.ok().body;
    let chosen: Vec<String> = facets(&body)
        .into_iter()
        .flat_map(|(_, links)| links)
        .filter(|link| link.chosen)
        .map(|link| link.href)
        .collect();
    let off = [
        "/search?q=door&publisher=Cedar+%26+Sons&decade=1950s",
        "/search?q=door&format=Paperback&decade=1950s",
        "/search?q=door&format=Paperback&publisher=Cedar+%26+Sons",
    ];
    assert_eq!(chosen, off);
    let chips = between(&body, "aria-label=\"Quick filters\"", "</ul>").unwrap();
    let crosses: Vec<String> =
        chips.split("<a ").skip(1).filter(|link| link.contains("Remove filter")).map(href).collect();
    assert_eq!(crosses, off);
    assert!(chips.contains("<a class=\"chip-clear\" href=\"/search?q=door\">Clear all</a>"), "{chips}");
    // Seventh and later values fold away, and are in sight when one of them is chosen.
    let folded = "<summary>More<span class=\"u-hidden\"> under Publisher";
    let wide = visitor.get("/books").await.ok().body;
    assert!(wide.contains(&format!("<details>{folded}")));
    let publishers = facets(&wide).into_iter().find(|(heading, _)| heading == "Publisher").unwrap().1;
    let last = visitor.get(&publishers.last().unwrap().href).await.ok().body;
    assert!(last.contains(&format!("<details open>{folded}")));
    let same = facets(&last).into_iter().find(|(heading, _)| heading == "Publisher").unwrap().1;
    let counts = |links: &[Facet]| links.iter().map(|link| link.books).collect::<Vec<_>>();
    assert_eq!(counts(&same), counts(&publishers), "a choice moves no value of its group and changes no count");
    assert!(same.last().unwrap().chosen);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_have_no_twin_and_no_gap_in_any_order() {
    let (shop, visitor) = open().await;
    for filter in ["", "&availability=on-shelf&price=0-30"] {
        let mut all: Vec<Vec<String>> = Vec::new();
        for sort in ["", "popular", "newest", "title", "author", "price", "price-desc"] {
            let mut address = format!("/search?q=door{filter}&sort={sort}");
            let mut books = Vec::new();
            let mut promised = 0;
            loop {
                let body = visitor.get(&address).await.ok().body;
                promised = promised.max(total(&body));
                books.extend(listed(&body));
                let Some(next) = body.split("<a class=\"pager-step\" rel=\"next\" ").nth(1) else { break };
                address = href(next);
            }
            assert_eq!(books.len(), promised, "{filter} {sort}");
            assert_eq!(books.iter().collect::<HashSet<_>>().len(), promised, "{filter} {sort}");
            all.push(books);
        }
        let same = |books: &Vec<String>| books.iter().cloned().collect::<HashSet<_>>();
        assert!(all.iter().all(|books| same(books) == same(&all[0])), "every order has the same books");
        // By title, author and price the orders differ from one another.
        assert_eq!(all[3..].iter().collect::<HashSet<_>>().len(), 4, "{filter}");
    }
    let second = visitor.get("/search?q=door&page=2").await.ok().body;
    assert!(second.contains("rel=\"prev\" href=\"/search?q=door\"") && listed(&second).len() == 24);
    assert_eq!(listed(&visitor.get("/books").await.ok().body).len(), 48);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_chosen_with_a_form_that_keeps_the_filters() {
    let (shop, visitor) = open().await;
    let body = visitor.get("/search?q=door&format=Hardback&page=2").await.ok().body;
    let form = between(&body, "<form class=\"sort\"", "</form>").unwrap();
    assert!(form.contains("method=\"get\"") && form.contains("action=\"/search\"") && form.contains("type=\"submit\""));
    assert!(form.contains("name=\"q\" value=\"door\"") && form.contains("name=\"format\" value=\"Hardback\""));
    assert!(!form.contains("name=\"page\""), "another order begins at its first page");
    for words in ["Best match", "Bestselling", "Newest here", "Title, A to Z", "Author, A to Z", "low to high"] {
        assert!(form.contains(words), "{words}");
    }
    let titles = listed(&visitor.get("/search?q=door&sort=title&language=eng").await.ok().body);
    let first = titles.first().unwrap();
    assert!(first.ends_with("/the-blue-door-00"), "an article does not count: {first}");
    shop.close().await;
}

/// Books around one misspelling: two that are it, many that only come close.
fn marbles(tx: &Tx<'_>, now: Timestamp) {
    let add = |title: &str, author: &str| {
        let credits = vec![Credit::new(author, Role::AUTHOR)];
        let facts = EditionFacts { title: title.to_owned(), credits, ..EditionFacts::default() };
        let (id, _) = catalog::create(tx, None, &WorkFacts::default(), &facts, now).unwrap();
        books::price(tx, id, PriceKind::Selling, 999, now);
    };
    for n in 0..5 {
        add(&format!("Marble Tea {n}"), &format!("Tess Taster{n}"));
    }
    for n in 0..24 {
        add(&format!("Harbour Tales {n}"), &format!("Hal Harper{n}"));
    }
    add("Marble Sea Voyages", "Sam Sailor");
    add("Seas: A Sea of Marble", "Sue Swimmer");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_comes_close_is_neither_counted_nor_mixed_in() {
    let shop = Shop::open().await;
    shop.write(marbles).await;
    shop.indexed().await;
    let visitor = shop.visitor();
    let body = visitor.get("/search?q=marble+sea").await.ok().body;
    assert!(body.contains("2 books for “marble sea”") && !body.contains("Did you mean"));
    let (exact, close) = body.split_once("<h2>Close to what you typed</h2>").expect("a heading before the others");
    assert_eq!((listed(exact).len(), listed(close).len()), (2, 5));
    let by_title = visitor.get("/search?q=marble+sea&sort=title").await.ok().body;
    assert!(by_title.contains("2 books for") && !by_title.contains("<h2>Close to"));
    assert!(by_title.contains("5 books of this list only come close to what you typed."));
    // A correction is offered; what was typed is what was searched.
    let body = visitor.get("/search?q=harbor").await.ok().body;
    assert!(body.contains("Nothing under “harbor”") && body.contains("<h2>Close to what you typed</h2>"));
    assert!(body.contains("Did you mean <a href=\"/search?q=harbour\">“harbour”</a>?"));
    assert_eq!(listed(&body).len(), 24);
    let meant = visitor.get("/search?q=harbour").await.ok().body;
    assert!(meant.contains("24 books for “harbour”") && !meant.contains("Did you mean"));
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_page_knows_where_to_go_on() {
    let shop = Shop::open().await;
    shop.write(marbles).await;
    shop.indexed().await;
    let visitor = shop.visitor();
    let body = visitor.get("/search?q=harbour+zyxwvut+qqqqqqq+kkkkkkk").await.ok().body;
    assert!(body.contains("Nothing under") && body.contains("<a class=\"chip\" href=\"/search?q=harbour\">harbour"));
    assert!(body.contains("Look along the shelves") && body.contains("Ask us") && !listed(&body).is_empty());
    let body = visitor.get("/search?q=harbour&format=Map&price=5-10").await.ok().body;
    assert!(body.contains("Nothing under “harbour” with these filters") && body.contains("Without the filters"));
    assert!(
        body.contains("href=\"/search?q=harbour&amp;price=5-10\"")
            && body.contains("href=\"/search?q=harbour&amp;format=Map\"")
    );
    assert_eq!(listed(&body).len(), 12);
    let unknown = visitor.get("/search?q=9780141439549").await.ok().body;
    assert!(unknown.contains("No book here has this ISBN"));
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_isbn_in_any_spelling_leads_to_its_book() {
    let shop = Shop::open().await;
    let book = shop.stock("9780306406157", "Ink and Salt", 999, 1).await;
    shop.indexed().await;
    let visitor = shop.visitor();
    let spellings =
        ["9780306406157", "978-0-306-40615-7", "0306406152", "0-306-40615-2", "isbn:0-306-40615-2", "ISBN+0306406152"];
    for spelling in spellings {
        assert_eq!(visitor.get(&format!("/search?q={spelling}")).await.leads_to(), book.path, "{spelling}");
    }
    shop.close().await;
}
