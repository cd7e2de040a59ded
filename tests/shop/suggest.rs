//! Suggestions while somebody types, as the script asks for them and as a reader meets them.

mod typing;

use bookstall::catalog::prices::{self, NewPrice, OWNER, PriceKind};
use bookstall::catalog::{self, Credit, EditionFacts, Format, Role, WorkFacts};
use bookstall::kernel::money::{Currency, Money};
use reqwest::StatusCode;

use crate::support::shop::Shop;
use crate::support::visitor::Page;

/// Title, author, series.
const BOOKS: [(&str, &str, Option<&str>); 6] = [
    ("Hollow Hills", "Ann Holm", Some("Tales of the Holly")),
    ("The Holly Tree", "Ann Holm", Some("Tales of the Holly")),
    ("A Hole in the Road", "Horace Hole", None),
    ("Home Again", "Ursula Home", None),
    ("Salt & <i>\"Ink\"</i>", "Ann <script>alert(1)</script> O'Tall", None),
    ("Winter Wheat", "Bo Acre", None),
];

/// The more wanted the earlier in the list.
pub(super) async fn fill(shop: &Shop, books: &'static [(&'static str, &'static str, Option<&'static str>)]) {
    shop.write(move |tx, now| {
        for ((title, author, series), wanted) in books.iter().zip((1_u32..=100).rev()) {
            let facts = EditionFacts {
                title: (*title).into(),
                credits: vec![Credit::new(author, Role::AUTHOR)],
                format: Format::PAPERBACK,
                ..EditionFacts::default()
            };
            let about = WorkFacts {
                series: series.map(|name| (name.into(), None)),
                popularity: wanted * wanted,
                categories: vec!["fiction".into()],
                ..WorkFacts::default()
            };
            let (id, _) = catalog::create(tx, None, &about, &facts, now).unwrap();
            let price = NewPrice {
                amount: Money::new(899, Currency::GBP),
                tax_included: true,
                kind: PriceKind::Selling,
                source: OWNER.into(),
                valid_from: None,
                valid_to: None,
            };
            prices::set(tx, id, &price, now).unwrap();
        }
    })
    .await;
    shop.indexed().await;
}

fn check_kept_for_a_minute(page: &Page) {
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.headers["cache-control"], "public, max-age=60");
    assert!(!page.headers.contains_key("set-cookie"));
}

fn asked(text: &str) -> String {
    let mut address = String::from("/search/suggest?q=");
    text.bytes().for_each(|byte| address.push_str(&format!("%{byte:02X}")));
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn books_authors_and_series_stand_in_groups_and_lead_to_their_pages() {
    let shop = Shop::open().await;
    fill(&shop, &BOOKS).await;
    let visitor = shop.visitor();
    let page = visitor.get("/search/suggest?q=hol").await;
    check_kept_for_a_minute(&page);
    for piece in
        [">Books<", ">Authors<", ">Series<", "Hol<b>low Hills</b>", "£8.99", "Paperback", "2 books", "<img src="]
    {
        assert!(page.body.contains(piece), "{piece} is not in {}", page.body);
    }
    let links: Vec<&str> = page.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(links.len(), 6, "three books, two authors, one series: {links:?}");
    for link in links {
        assert_eq!(visitor.get(link).await.status, StatusCode::OK, "{link}");
    }
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_is_an_error_and_none_of_it_becomes_markup() {
    let shop = Shop::open().await;
    fill(&shop, &BOOKS).await;
    let visitor = shop.visitor();
    let long = "hollow ".repeat(1500);
    let texts =
        ["", " ", "a", "\"", "'\"><script>", "\0\u{1}\u{1b}", "%", "author:", "\u{202e}", "日本", "½", "--", &long];
    for text in texts {
        check_kept_for_a_minute(&visitor.get(&asked(text)).await);
    }
    for raw in ["", "?", "?q", "?q=%FF%00%zz", "?q=a&q=b", "?x=1"] {
        check_kept_for_a_minute(&visitor.get(&format!("/search/suggest{raw}")).await);
    }
    let page = visitor.get("/search/suggest?q=ann").await;
    assert!(page.body.contains("&lt;script&gt;") && !page.body.contains("<script"), "{}", page.body);
    assert!(page.body.contains("&lt;i&gt;&quot;") && !page.body.contains("<i>"), "{}", page.body);
    assert_eq!(visitor.get("/search/suggest?q=xyzzyx").await.body, "");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suggestion_says_the_price_of_now_and_nothing_of_who_asks() {
    let shop = Shop::open().await;
    let book = shop.stock("9780441478125", "The Left Hand of Darkness", 1099, 2).await;
    shop.indexed().await;
    let buyer = shop.visitor();
    assert!(buyer.get("/search/suggest?q=left").await.body.contains("£10.99"));
    shop.reprice(book.id, 1250).await;
    let anonymous = shop.visitor().get("/search/suggest?q=left").await;
    assert!(anonymous.body.contains("£12.50"), "{}", anonymous.body);
    let added = buyer.post("/cart", &[("book", &book.id.to_string()), ("quantity", "1")]).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER);
    let known = buyer.get("/search/suggest?q=left").await;
    check_kept_for_a_minute(&known);
    assert_eq!(known.body, anonymous.body);
    shop.close().await;
}
