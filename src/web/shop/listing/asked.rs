//! What a list's address asks for, and the addresses of its neighbours.

use crate::catalog::categories::Category;
use crate::kernel::money::{Currency, Money};
use crate::kernel::text;
use crate::search::{Availability, LAST_PAGE, Query, Sort};
use crate::web::PageError;
use crate::web::shop::address;

/// Which list it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::web::shop) enum Place {
    /// `/books`.
    All,
    /// `/books/in/{path}`.
    Category(String),
    /// `/search`.
    Search,
}

/// The orders: what stands in the address, what readers see, what the index does.
const SORTS: [(&str, &str, Sort); 6] = [
    ("", "Best match", Sort::Relevance),
    ("popular", "Most asked for", Sort::Popular),
    ("newest", "Newest here", Sort::Newest),
    ("title", "Title, A to Z", Sort::Title),
    ("price", "Price, low to high", Sort::PriceAsc),
    ("price-desc", "Price, high to low", Sort::PriceDesc),
];

/// Letters of a query that are read; the search box takes no more.
const LONGEST_QUERY: usize = 200;

/// A list's address in parts. Whatever is unknown or makes no sense is left out, as if it had not been written.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::web::shop) struct Asked {
    pub(super) place: Place,
    /// What was typed.
    pub(in crate::web::shop) q: String,
    /// A filter of the search page; elsewhere the place says it.
    pub(super) category: Option<String>,
    pub(super) format: Option<String>,
    pub(super) language: Option<String>,
    pub(super) in_stock: bool,
    /// Dearer books are left out.
    pub(super) under: Option<Money>,
    pub(super) sort: Sort,
    /// From 1.
    pub(super) page: u32,
}

/// The parameters that the list reads, in the order of its own links.
pub(super) fn known(place: &Place) -> &'static [&'static str] {
    match place {
        Place::Search => &["q", "category", "format", "language", "stock", "under", "sort", "page"],
        Place::All | Place::Category(_) => &["format", "language", "stock", "under", "sort", "page"],
    }
}

impl Asked {
    /// Reads the query part of an address.
    pub(in crate::web::shop) fn read(place: Place, query: Option<&str>, currency: Currency) -> Asked {
        let value = |name: &str| known(&place).contains(&name).then(|| address::value(query, name)).flatten();
        let short = |name: &str| value(name).filter(|value| value.len() <= 80);
        let q: String = value("q").map(|q| text::tidy(&q)).unwrap_or_default().chars().take(LONGEST_QUERY).collect();
        let is_code = |code: &String| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_lowercase());
        Asked {
            q: q.trim_end().to_owned(),
            category: short("category"),
            format: short("format"),
            language: short("language").filter(is_code),
            in_stock: value("stock").is_some_and(|value| value == "1"),
            under: short("under")
                .and_then(|amount| Money::parse(&amount, currency).ok())
                .filter(|amount| amount.minor > 0),
            sort: short("sort")
                .and_then(|key| SORTS.iter().find(|sort| sort.0 == key))
                .map_or(Sort::Relevance, |sort| sort.2),
            page: short("page").and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, LAST_PAGE),
            place,
        }
    }

    /// Fits what was asked to the shop's categories.
    ///
    /// # Errors
    ///
    /// 404 for a category that does not exist; a search without words goes to the shelves instead.
    pub(super) fn settle(&mut self, tree: &[Category]) -> Result<(), PageError> {
        let exists = |path: &str| tree.iter().any(|category| category.path == path);
        self.category = self.category.take().filter(|path| exists(path));
        match &self.place {
            Place::Category(path) if !exists(path) => Err(PageError::not_found()),
            Place::Search if self.q.is_empty() => Err(PageError::see_other(self.shelves().address())),
            Place::Category(_) | Place::Search | Place::All => Ok(()),
        }
    }

    /// The same filters without the words.
    fn shelves(&self) -> Asked {
        let place = self.category.clone().map_or(Place::All, Place::Category);
        Asked { place, q: String::new(), category: None, ..self.clone() }
    }

    /// The question for the index.
    pub(super) fn query(&self, per_page: u32) -> Query {
        Query {
            text: self.q.clone(),
            category: self.category_path().map(str::to_owned),
            format: self.format.clone(),
            language: self.language.clone(),
            availability: self.in_stock.then_some(Availability::OnShelf),
            price: self.under.map(|under| (None, Some(under.minor.saturating_sub(1)))),
            sort: self.sort,
            page: self.page,
            per_page,
            ..Query::default()
        }
    }

    /// The category that the list is narrowed to, by its place or by a filter.
    pub(super) fn category_path(&self) -> Option<&str> {
        match &self.place {
            Place::Category(path) => Some(path),
            Place::Search => self.category.as_deref(),
            Place::All => None,
        }
    }

    /// The path without the query.
    pub(super) fn path(&self) -> String {
        match &self.place {
            Place::All => "/books".to_owned(),
            Place::Category(path) => format!("/books/in/{path}"),
            Place::Search => "/search".to_owned(),
        }
    }

    /// The parameters but the page, in the order of `known`; some are empty.
    pub(super) fn pairs(&self) -> [(&'static str, String); 7] {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        [
            ("q", self.q.clone()),
            ("category", text(&self.category)),
            ("format", text(&self.format)),
            ("language", text(&self.language)),
            ("stock", if self.in_stock { "1".to_owned() } else { String::new() }),
            ("under", self.under.map(|under| under.decimal()).unwrap_or_default()),
            ("sort", self.sort_key().to_owned()),
        ]
    }

    /// The address of this list.
    pub(in crate::web::shop) fn address(&self) -> String {
        let page = if self.page > 1 { self.page.to_string() } else { String::new() };
        let pairs = self.pairs();
        let pairs = pairs.iter().map(|(name, value)| (*name, value.as_str()));
        address::with_query(&self.path(), pairs.chain([("page", page.as_str())]))
    }

    /// The address of another page of the list.
    pub(super) fn on_page(&self, page: u32) -> String {
        Asked { page, ..self.clone() }.address()
    }

    /// The address of the list after a change, from its first page.
    pub(super) fn but(&self, change: impl FnOnce(&mut Asked)) -> String {
        let mut other = Asked { page: 1, ..self.clone() };
        change(&mut other);
        other.address()
    }

    /// The same list without its filters; words, place and order stay.
    pub(super) fn unfiltered(&self) -> Asked {
        Asked { category: None, format: None, language: None, in_stock: false, under: None, page: 1, ..self.clone() }
    }

    /// How many filters are chosen.
    pub(super) fn filters(&self) -> usize {
        let chosen = [
            self.category.is_some(),
            self.format.is_some(),
            self.language.is_some(),
            self.in_stock,
            self.under.is_some(),
        ];
        chosen.into_iter().filter(|chosen| *chosen).count()
    }

    /// Whether it is the plain list that search engines may know.
    pub(super) fn is_plain(&self) -> bool {
        self.place != Place::Search && self.filters() == 0 && self.sort == Sort::Relevance
    }

    fn sort_key(&self) -> &'static str {
        SORTS.iter().find(|sort| sort.2 == self.sort).map_or("", |sort| sort.0)
    }

    /// Value and words of each order; without words of the reader's own there is no best match.
    pub(super) fn sorts(&self) -> Vec<(&'static str, &'static str)> {
        let all = SORTS.iter().map(|(key, words, _)| (*key, *words));
        match self.place {
            Place::Search => all.collect(),
            Place::All | Place::Category(_) => all.skip(2).fold(vec![("", "Most asked for")], |mut sorts, sort| {
                sorts.push(sort);
                sorts
            }),
        }
    }

    /// The present order, as a value of `sorts`.
    pub(super) fn current_sort(&self) -> &'static str {
        match (&self.place, self.sort) {
            (Place::All | Place::Category(_), Sort::Popular) => "",
            _ => self.sort_key(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn search(query: &str) -> Asked {
        Asked::read(Place::Search, Some(query), Currency::GBP)
    }

    /// The address that a query is understood as.
    #[track_caller]
    fn check(query: &str, address: &str) {
        assert_eq!(search(query).address(), address, "{query}");
    }

    #[test]
    fn what_makes_no_sense_is_as_if_it_were_not_there() {
        check("q=ink", "/search?q=ink");
        check("q=ink&page=abc&sort=xyz&stock=maybe&under=-3&language=Klingon", "/search?q=ink");
        check("q=ink&page=-1", "/search?q=ink");
        check("q=ink&page=0", "/search?q=ink");
        check("q=ink&page=99999999999", "/search?q=ink");
        check("q=ink&page=5000", "/search?q=ink&page=1000");
        check("q=ink&under=0&utm_source=x", "/search?q=ink");
        check("q=%20+%0a", "/search");
        check("", "/search");
    }

    #[test]
    fn every_filter_comes_back_in_one_order() {
        let all = "/search?q=cien+a%C3%B1os&category=fiction/latin-american&format=Paperback&language=spa&stock=1&under=10.00&sort=price-desc&page=2";
        check(
            "page=2&sort=price-desc&under=10&stock=1&language=spa&format=Paperback&category=fiction%2Flatin-american&q=cien+a%c3%b1os",
            all,
        );
        check(all.split_once('?').unwrap().1, all);
        assert_eq!(search("q=a&format=Paperback&stock=1").filters(), 2);
    }

    #[test]
    fn a_change_of_filter_starts_at_the_first_page() {
        let asked = search("q=ink&stock=1&page=3");
        assert_eq!(asked.but(|asked| asked.in_stock = false), "/search?q=ink");
        assert_eq!(asked.but(|asked| asked.format = Some("Audio CD".into())), "/search?q=ink&format=Audio+CD&stock=1");
        assert_eq!(asked.on_page(4), "/search?q=ink&stock=1&page=4");
        assert_eq!(asked.unfiltered().address(), "/search?q=ink");
    }

    #[test]
    fn a_category_page_knows_no_words() {
        let asked = Asked::read(Place::Category("crime".into()), Some("q=ink&category=x&sort=newest"), Currency::GBP);
        assert_eq!(asked.address(), "/books/in/crime?sort=newest");
        assert!(!asked.is_plain() && asked.sorts().len() == 5);
    }

    #[test]
    fn a_search_for_nothing_goes_to_the_shelves() {
        let error = search("stock=1").settle(&[]).unwrap_err();
        assert!(format!("{error:?}").contains("/books?stock=1"), "{error:?}");
    }
}
