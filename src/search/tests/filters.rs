//! Filters, facets, sorts and pages, against counts made by hand or by SQL.

use std::collections::{BTreeMap, HashSet};

use super::super::{Availability, Count, LAST_PAGE, Sort};
use super::*;

const FORMATS: [&str; 3] = ["BC", "BB", "AC"];
const LANGUAGES: [&str; 3] = ["eng", "fre", "spa"];
const CATEGORIES: [&str; 4] = ["fiction", "fiction/crime", "fiction/crime/nordic", "poetry"];
const TITLES: [&str; 5] = ["The Blue Door", "A Green Door", "Red Window", "Zero Door", "Apple Door"];

/// Sixty books of sixty people over every combination; prices repeat, some have none.
fn books() -> Vec<Book> {
    let book = |n: usize| Book {
        title: TITLES[n % 5],
        author: Box::leak(format!("Ann Author{n:02}").into_boxed_str()),
        format: FORMATS[n % 3],
        language: LANGUAGES[n % 7 % 3],
        category: CATEGORIES[n % 4],
        popularity: u32::try_from(n % 6).unwrap(),
        price: (!n.is_multiple_of(9)).then_some(i64::try_from(500 + 100 * (n % 8)).unwrap()),
        copies: u32::from(n.is_multiple_of(2)),
        ..BOOK
    };
    (0..60).map(book).collect()
}

fn is_on_shelf(book: &Book) -> bool {
    book.copies > 0 && book.price.is_some()
}

fn tally<'a>(values: impl Iterator<Item = &'a str>) -> BTreeMap<String, u64> {
    values.fold(BTreeMap::new(), |mut counts, value| {
        *counts.entry(value.to_owned()).or_default() += 1;
        counts
    })
}

fn counted(counts: &[Count]) -> BTreeMap<String, u64> {
    counts.iter().map(|count| (count.value.clone(), count.books)).collect()
}

#[track_caller]
fn check(shop: &Shop, query: &Query) {
    let books = books();
    let label = |book: &Book| Format::from_code(book.format).unwrap().label();
    let matches = |book: &&Book| query.text.is_empty() || book.title.contains("Door");
    let rest = |book: &&Book| {
        let below = |path: &str| book.category == path || book.category.starts_with(&format!("{path}/"));
        let (from, to) = query.price.unwrap_or_default();
        let fits = |price: i64| from.is_none_or(|from| price >= from) && to.is_none_or(|to| price <= to);
        query.category.as_deref().is_none_or(below) && (query.price.is_none() || book.price.is_some_and(fits))
    };
    let format = |book: &&Book| query.format.as_deref().is_none_or(|format| format == label(book));
    let language = |book: &&Book| query.language.as_deref().is_none_or(|language| language == book.language);
    let shelf = |book: &&Book| query.availability.is_none() || is_on_shelf(book);
    let base: Vec<&Book> = books.iter().filter(matches).filter(rest).collect();
    let some = |f: &dyn Fn(&&Book) -> bool| base.iter().copied().filter(|book| f(book)).collect::<Vec<&Book>>();
    let hits = shop.find(query);
    let all = some(&|book| format(book) && language(book) && shelf(book));
    assert_eq!(hits.total, u64::try_from(all.len()).unwrap(), "{query:?}");
    let formats = some(&|book| language(book) && shelf(book));
    assert_eq!(counted(&hits.facets.formats), tally(formats.into_iter().map(label)), "{query:?}");
    let languages = some(&|book| format(book) && shelf(book));
    assert_eq!(counted(&hits.facets.languages), tally(languages.into_iter().map(|book| book.language)), "{query:?}");
    let on_shelf = some(&|book| format(book) && language(book) && is_on_shelf(book));
    assert_eq!(hits.facets.count_of(Availability::OnShelf), u64::try_from(on_shelf.len()).unwrap(), "{query:?}");
    let paths = all.iter().flat_map(|book| {
        CATEGORIES.into_iter().filter(|path| book.category == *path || book.category.starts_with(&format!("{path}/")))
    });
    assert_eq!(counted(&hits.facets.categories), tally(paths), "{query:?}");
}

#[test]
fn filters_and_facets_count_what_is_there() {
    let shop = Shop::with(&books());
    let some = |value: &str| Some(value.to_owned());
    for text in ["", "door"] {
        for (format, language) in [
            (None, None),
            (some("Paperback"), None),
            (None, some("fre")),
            (some("Hardback"), some("eng")),
            (some("Map"), None),
        ] {
            for category in [None, some("fiction"), some("fiction/crime"), some("nowhere")] {
                for price in [
                    None,
                    Some((Some(600), Some(900))),
                    Some((None, Some(500))),
                    Some((Some(1000), None)),
                    Some((Some(-5), None)),
                ] {
                    for availability in [None, Some(Availability::OnShelf)] {
                        let query = Query {
                            format: format.clone(),
                            language: language.clone(),
                            category: category.clone(),
                            price,
                            availability,
                            ..words(text)
                        };
                        check(&shop, &query);
                    }
                }
            }
        }
    }
}

#[test]
fn counts_equal_the_databases_own() {
    let shop = Shop::with(&books());
    let hits = shop.find(&words(""));
    let (listed, crime): (i64, i64) = shop
        .db
        .read(|conn| {
            let crime = "SELECT count(*) FROM editions e JOIN work_categories wc USING (work_id) JOIN categories c ON c.id = wc.category_id
                          WHERE c.path = 'fiction/crime' OR c.path LIKE 'fiction/crime/%'";
            Ok::<_, DbError>((catalog::count_listed(conn)?, conn.query_row(crime, [], |row| row.get(0))?))
        })
        .unwrap();
    assert_eq!(hits.total, u64::try_from(listed).unwrap());
    assert_eq!(counted(&hits.facets.categories)["fiction/crime"], u64::try_from(crime).unwrap());
}

#[test]
fn every_sort_pages_through_every_book_once() {
    let shop = Shop::open();
    // In several commits, so that the books lie in several segments.
    for part in books().chunks(17) {
        for book in part {
            shop.add(book);
        }
        shop.catch_up();
    }
    for sort in
        [Sort::Relevance, Sort::Newest, Sort::PriceAsc, Sort::PriceDesc, Sort::Title, Sort::Author, Sort::Popular]
    {
        for text in ["", "door"] {
            let all = shop.find(&Query { sort, per_page: 100, ..words(text) });
            let page = |page| shop.find(&Query { sort, page, per_page: 7, ..words(text) }).ids;
            let paged: Vec<Id> = (1..=9).flat_map(page).collect();
            assert_eq!(paged, all.ids, "{sort:?}");
            assert_eq!(paged.iter().collect::<HashSet<_>>().len(), usize::try_from(all.total).unwrap());
        }
    }
    assert_eq!(shop.find(&Query { page: LAST_PAGE + 1, ..words("") }).ids, []);
    assert_eq!(shop.find(&Query { page: u32::MAX, per_page: u32::MAX, ..words("") }).total, 60);
    assert_eq!(shop.find(&Query { per_page: 0, ..words("") }).ids, []);
    assert_eq!(shop.find(&Query { page: 0, ..words("") }).ids, shop.find(&Query { page: 1, ..words("") }).ids);
}

#[test]
fn sorts_say_what_they_do() {
    // In another language an English article is a word like any other.
    let english: Vec<Book> = books().into_iter().map(|book| Book { language: "eng", ..book }).collect();
    let shop = Shop::with(&english);
    let all = |sort| shop.find(&Query { sort, per_page: 100, ..words("") });
    let prices = |sort| -> Vec<Option<i64>> {
        let price = |id: &Id| {
            shop.db.read(|conn| prices::current(conn, *id, Currency::GBP, now()).map_err(DbError::from)).unwrap()
        };
        all(sort).ids.iter().map(|id| price(id).map(|money| money.minor)).collect()
    };
    assert!(prices(Sort::PriceAsc).is_sorted_by_key(|price| price.unwrap_or(i64::MAX)));
    assert!(prices(Sort::PriceDesc).is_sorted_by_key(|price| price.map_or(1, |minor| -minor)));
    let titles = shop.titles_of(&all(Sort::Title));
    let runs: Vec<&str> = titles.chunk_by(|a, b| a == b).map(|run| run[0].as_str()).collect();
    assert_eq!(runs, ["Apple Door", "The Blue Door", "A Green Door", "Red Window", "Zero Door"]);
    assert!(all(Sort::Newest).ids.is_sorted_by(|a, b| a > b));
}
