//! What pages say to programs: JSON-LD by schema.org's definitions, OpenGraph by its own.

use bookstall::catalog::{self, EditionFacts, Format, WorkFacts};
use bookstall::db::Tx;
use bookstall::media;
use serde_json::Value;

use crate::pictures;
use crate::support::books;
use crate::support::shop::Shop;
use crate::support::visitor::Page;

/// The properties that the shop uses: of which types, and what may stand in them. `Book` has those of `CreativeWork`
/// and `Thing`, `BookStore` those of `Organization`, `Place` and `Thing`; `Thing` is every type. Names in `[…]` are
/// members of an enumeration. Source: the definitions at schema.org, release 29.
const PROPERTIES: &[(&str, &str, &str)] = &[
    ("name", "Thing", "Text"),
    ("alternateName", "Thing", "Text"),
    ("description", "Thing", "Text"),
    ("url", "Thing", "URL"),
    ("image", "Thing", "URL"),
    ("potentialAction", "Thing", "SearchAction"),
    ("author", "Book", "Person Organization"),
    ("editor", "Book", "Person"),
    ("translator", "Book", "Person Organization"),
    ("illustrator", "Book", "Person"),
    ("publisher", "Book", "Person Organization"),
    ("datePublished", "Book", "Date"),
    ("inLanguage", "Book", "Text"),
    ("isPartOf", "Book", "BookSeries"),
    ("position", "Book ListItem", "Text Integer"),
    ("workExample", "Book", "Book"),
    ("offers", "Book", "Offer"),
    ("isbn", "Book", "Text"),
    ("numberOfPages", "Book", "Integer"),
    ("bookEdition", "Book", "Text"),
    ("bookFormat", "Book", "[AudiobookFormat EBook Hardcover Paperback]"),
    ("price", "Offer", "Number"),
    ("priceCurrency", "Offer", "Text"),
    ("availability", "Offer", "[InStock BackOrder Discontinued OutOfStock]"),
    ("itemCondition", "Offer", "[NewCondition]"),
    ("itemListElement", "BreadcrumbList ItemList", "ListItem"),
    ("numberOfItems", "BreadcrumbList ItemList", "Integer"),
    ("item", "ListItem", "URL"),
    ("address", "BookStore", "PostalAddress"),
    ("telephone", "BookStore", "Text"),
    ("email", "BookStore", "Text"),
    ("currenciesAccepted", "BookStore", "Text"),
    ("openingHoursSpecification", "BookStore", "OpeningHoursSpecification"),
    ("streetAddress", "PostalAddress", "Text"),
    ("addressLocality", "PostalAddress", "Text"),
    ("postalCode", "PostalAddress", "Text"),
    ("addressCountry", "PostalAddress", "Text"),
    ("dayOfWeek", "OpeningHoursSpecification", "[Monday Tuesday Wednesday Thursday Friday Saturday Sunday]"),
    ("opens", "OpeningHoursSpecification", "Time"),
    ("closes", "OpeningHoursSpecification", "Time"),
    ("target", "SearchAction", "URL"),
];
/// Types that stand by themselves in a property's range.
const TYPES: &[&str] = &[
    "Book",
    "BookSeries",
    "BookStore",
    "BreadcrumbList",
    "ItemList",
    "ListItem",
    "Offer",
    "OpeningHoursSpecification",
    "Organization",
    "Person",
    "PostalAddress",
    "SearchAction",
    "WebSite",
];

/// Each data block of a page, read as JSON.
fn blocks(page: &Page) -> Vec<Value> {
    let pieces = page.body.split("<script type=\"application/ld+json\">").skip(1);
    pieces.map(|piece| serde_json::from_str(piece.split("</script>").next().unwrap()).unwrap()).collect()
}

/// Walks through an object and what is in it; the breaches of the definitions.
fn breaches(value: &Value, at: &str, found: &mut Vec<String>) {
    let Some(object) = value.as_object() else { return found.push(format!("{at} is no object: {value}")) };
    let kind = object.get("@type").and_then(Value::as_str).unwrap_or_default();
    if !TYPES.contains(&kind) {
        found.push(format!("{at} is of no known type: {kind}"));
    }
    for (name, value) in object.iter().filter(|(name, _)| !name.starts_with('@')) {
        // Google's own addition to SearchAction, which schema.org describes but does not define.
        if name == "query-input" {
            continue;
        }
        let at = format!("{at}.{name}");
        let Some((_, domain, range)) = PROPERTIES.iter().find(|(known, ..)| known == name) else {
            found.push(format!("{at} is no property"));
            continue;
        };
        if *domain != "Thing" && !domain.split(' ').any(|of| of == kind) {
            found.push(format!("{at} is no property of {kind}"));
        }
        let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        if values.is_empty() {
            found.push(format!("{at} is an empty list"));
        }
        for value in values {
            check_value(value, range, &at, found);
        }
    }
}

fn check_value(value: &Value, range: &str, at: &str, found: &mut Vec<String>) {
    if value.is_object() {
        let kind = value["@type"].as_str().unwrap_or_default();
        if !range.split(' ').any(|of| of == kind) {
            found.push(format!("{at} may not be a {kind}"));
        }
        return breaches(value, at, found);
    }
    let text = value.as_str().unwrap_or_default();
    let member = || {
        let names = range.strip_prefix('[')?.strip_suffix(']')?;
        text.strip_prefix("https://schema.org/").filter(|name| names.split(' ').any(|known| known == *name))
    };
    let fits = |of: &str| match of {
        "Text" => !text.is_empty(),
        "URL" => text.starts_with("http://") || text.starts_with("https://"),
        "Integer" => value.is_u64(),
        "Number" => text.parse::<f64>().is_ok_and(|number| number >= 0.0),
        "Date" => matches!(text.len(), 4 | 7 | 10) && text.split('-').all(|part| part.parse::<u16>().is_ok()),
        "Time" => text.parse::<jiff::civil::Time>().is_ok(),
        _ => false,
    };
    if member().is_none() && !range.split(' ').any(fits) {
        found.push(format!("{at} may not be {value}"));
    }
}

#[track_caller]
fn check(page: &Page) -> Vec<Value> {
    let blocks = blocks(page);
    let mut found = Vec::new();
    for block in &blocks {
        assert_eq!(block["@context"], "https://schema.org");
        breaches(block, block["@type"].as_str().unwrap_or_default(), &mut found);
    }
    assert!(!blocks.is_empty() && found.is_empty(), "{found:#?}");
    blocks
}

/// What a page's `meta` elements say of a property.
fn meta(page: &Page, property: &str) -> Vec<String> {
    let start = format!("<meta property=\"{property}\" content=\"");
    let found = page.body.split(start.as_str()).skip(1);
    found.filter_map(|piece| piece.split('"').next()).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_book_page_says_work_and_editions_by_the_definitions() {
    let shop = Shop::open().await;
    let paths = shop
        .write(|tx, now| {
            let whole = EditionFacts { published: "2020-03-04".parse().ok(), embargo: None, ..books::whole_edition() };
            let title = "Ink </script><script>alert(1)</script> & \"Salt\"".to_owned();
            let whole = EditionFacts { title, title_prefix: None, ..whole };
            let (ink, work) = books::put(tx, None, &books::whole_work(), &whole, now);
            let mut paths = vec![catalog::find(tx, ink).unwrap().unwrap().path()];
            for (isbn, format) in [("9780975229804", "BC"), ("9781250108562", "AC"), ("9782253002697", "EA")] {
                let format = Format::from_code(format).unwrap();
                let facts =
                    EditionFacts { isbn: isbn.parse().ok(), title: "Ink".into(), format, ..EditionFacts::default() };
                let (id, _) = books::put(tx, Some(work), &WorkFacts::default(), &facts, now);
                paths.push(catalog::find(tx, id).unwrap().unwrap().path());
            }
            let bare = EditionFacts { title: "Bare".into(), ..EditionFacts::default() };
            let (bare, _) = catalog::create(tx, None, &WorkFacts::default(), &bare, now).unwrap();
            paths.push(catalog::find(tx, bare).unwrap().unwrap().path());
            paths
        })
        .await;
    shop.indexed().await;
    let visitor = shop.visitor();
    for path in paths.iter().map(String::as_str).chain(["/", "/books", "/books/in/classics"]) {
        check(&visitor.get(path).await.ok());
    }
    let page = visitor.get(&paths[0]).await.ok();
    let blocks = check(&page);
    let (book, trail) = (&blocks[0], &blocks[1]);
    assert_eq!((&book["@type"], &trail["@type"]), (&"Book".into(), &"BreadcrumbList".into()));
    assert_eq!(book["name"], "Ink </script><script>alert(1)</script> & \"Salt\"");
    let named =
        |value: &Value| (value["@type"].as_str().unwrap().to_owned(), value["name"].as_str().unwrap().to_owned());
    assert_eq!(named(&book["author"][0]), ("Person".into(), "Gabriel García Márquez".into()));
    assert_eq!((named(&book["isPartOf"]).1.as_str(), &book["position"]), ("Tales of Ink, the", &"1-3".into()));
    let editions = book["workExample"].as_array().unwrap();
    assert_eq!(editions.len(), 4);
    let whole = editions.iter().find(|edition| edition["isbn"] == "9780306406157").unwrap();
    assert_eq!((&whole["numberOfPages"], &whole["inLanguage"]), (&320.into(), &"en".into()));
    assert_eq!(
        (&whole["datePublished"], &whole["bookFormat"]),
        (&"2020-03-04".into(), &"https://schema.org/Hardcover".into())
    );
    assert_eq!(named(&whole["translator"][0]).1, "Gregory Rabassa");
    assert_eq!((&whole["offers"]["price"], &whole["offers"]["priceCurrency"]), (&"12.50".into(), &"GBP".into()));
    assert_eq!(whole["offers"]["availability"], "https://schema.org/InStock");
    assert!(whole.get("aggregateRating").is_none() && book.get("aggregateRating").is_none());
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_book_shows_what_it_is() {
    let shop = Shop::open().await;
    let ink = shop.stock("9780306406157", "Ink & <Salt>", 999, 1).await;
    let drawn = shop.visitor().get(&ink.path).await.ok();
    assert!(
        meta(&drawn, "og:image").is_empty() && check(&drawn)[0].get("image").is_none(),
        "a drawn cover is no picture"
    );
    let (data, id) = (shop.data().to_owned(), ink.id);
    let picture = pictures::jpeg(600, 900, 1);
    let is_new = move |tx: &Tx<'_>, now| {
        let taken = media::take_in(&data, &picture).unwrap();
        media::attach(tx, id, &taken, media::Origin::Upload, now).unwrap()
    };
    assert!(shop.write(is_new).await);
    let page = shop.visitor().get(&ink.path).await.ok();
    let image = meta(&page, "og:image").remove(0);
    assert_eq!(check(&page)[0]["image"], image.as_str());
    let at = image.find("/media/").unwrap();
    assert_eq!(shop.visitor().get(&image[at..]).await.ok().header("content-type"), "image/jpeg");
    assert!(
        shop.visitor().get("/feeds/google-merchant.xml").await.ok().body.contains(&format!("<g:image_link>{image}<"))
    );
    let one = |property: &str| meta(&page, property).join("|");
    assert_eq!((one("og:type"), one("book:isbn")), ("book".into(), "9780306406157".into()));
    assert_eq!((one("book:author"), one("og:locale")), ("Ursula K. Le Guin".into(), "en_GB".into()));
    assert!(one("og:title").starts_with("Ink &amp; &lt;Salt&gt; by Ursula K. Le Guin"), "{}", one("og:title"));
    assert!(one("og:url").ends_with(&ink.path) && one("og:description").contains("£9.99"));
    shop.close().await;
}
