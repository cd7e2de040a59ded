//! What a list's address asks for, and the addresses of its neighbours.

use super::filter::Filter;
use crate::catalog::categories::Category;
use crate::kernel::money::Currency;
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
const SORTS: [(&str, &str, Sort); 7] = [
    ("", "Best match", Sort::Relevance),
    ("popular", "Bestselling", Sort::Popular),
    ("newest", "Newest here", Sort::Newest),
    ("title", "Title, A to Z", Sort::Title),
    ("author", "Author, A to Z", Sort::Author),
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
    /// The filters chosen, in the order of `Filter::ALL`. On a category's page the place says the category.
    pub(super) chosen: Vec<(Filter, String)>,
    pub(super) sort: Sort,
    /// From 1.
    pub(super) page: u32,
    currency: Currency,
}

/// The parameters that the list reads, in the order of its own links.
///
/// `stock=1` and `under=10` are what `availability=on-shelf` and `price=0-10` used to be called.
pub(super) fn known(place: &Place) -> &'static [&'static str] {
    const SEARCH: [&str; 13] = [
        "q",
        "availability",
        "format",
        "category",
        "price",
        "language",
        "series",
        "publisher",
        "decade",
        "sort",
        "page",
        "stock",
        "under",
    ];
    const SHELVES: [&str; 11] = [
        "availability",
        "format",
        "price",
        "language",
        "series",
        "publisher",
        "decade",
        "sort",
        "page",
        "stock",
        "under",
    ];
    match place {
        Place::Search => &SEARCH,
        Place::All | Place::Category(_) => &SHELVES,
    }
}

impl Asked {
    /// Reads the query part of an address.
    pub(in crate::web::shop) fn read(place: Place, query: Option<&str>, currency: Currency) -> Asked {
        let value = |name: &str| known(&place).contains(&name).then(|| address::value(query, name)).flatten();
        let on_shelf = value("stock").filter(|value| value == "1").map(|_| Availability::OnShelf.word().to_owned());
        let below = value("under").map(|amount| format!("0-{amount}"));
        let former = [(Filter::Availability, on_shelf), (Filter::Price, below)];
        let former = |filter| former.iter().find(|(other, _)| *other == filter).and_then(|(_, value)| value.as_ref());
        let chosen = Filter::ALL.into_iter().filter_map(|filter| {
            let written = value(filter.name()).and_then(|value| filter.read(&value, currency));
            let value = written.or_else(|| filter.read(former(filter)?, currency))?;
            Some((filter, value))
        });
        let q: String = value("q").map(|q| text::tidy(&q)).unwrap_or_default().chars().take(LONGEST_QUERY).collect();
        Asked {
            q: q.trim_end().to_owned(),
            chosen: chosen.collect(),
            sort: value("sort")
                .and_then(|key| SORTS.iter().find(|sort| sort.0 == key))
                .map_or(Sort::Relevance, |sort| sort.2),
            page: value("page").and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, LAST_PAGE),
            place,
            currency,
        }
    }

    /// Fits what was asked to the shop's categories.
    ///
    /// # Errors
    ///
    /// 404 for a category that does not exist; a search without words goes to the shelves instead.
    pub(super) fn settle(&mut self, tree: &[Category]) -> Result<(), PageError> {
        let exists = |path: &str| tree.iter().any(|category| category.path == path);
        self.chosen.retain(|(filter, value)| *filter != Filter::Category || exists(value));
        match &self.place {
            Place::Category(path) if !exists(path) => Err(PageError::not_found()),
            Place::Search if self.q.is_empty() => Err(PageError::see_other(self.shelves().address())),
            Place::Category(_) | Place::Search | Place::All => Ok(()),
        }
    }

    /// The same filters without the words.
    fn shelves(&self) -> Asked {
        let place = self.value(Filter::Category).map_or(Place::All, |path| Place::Category(path.to_owned()));
        let mut other = Asked { place, q: String::new(), ..self.clone() };
        other.chosen.retain(|(filter, _)| *filter != Filter::Category);
        other
    }

    /// The question for the index.
    pub(super) fn query(&self, per_page: u32) -> Query {
        let mut query = Query { text: self.q.clone(), sort: self.sort, page: self.page, per_page, ..Query::default() };
        self.chosen.iter().for_each(|(filter, value)| filter.narrow(&mut query, value, self.currency));
        if let Place::Category(path) = &self.place {
            query.category = Some(path.clone());
        }
        query
    }

    /// What a filter is set to.
    pub(super) fn value(&self, filter: Filter) -> Option<&str> {
        self.chosen.iter().find(|(other, _)| *other == filter).map(|(_, value)| value.as_str())
    }

    /// The category that the list is narrowed to, by its place or by a filter.
    pub(super) fn category_path(&self) -> Option<&str> {
        match &self.place {
            Place::Category(path) => Some(path),
            Place::Search | Place::All => self.value(Filter::Category),
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
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let filters = Filter::ALL.map(|filter| (filter.name(), self.value(filter).unwrap_or_default()));
        std::iter::once(("q", self.q.as_str())).chain(filters).chain([("sort", self.sort_key())])
    }

    /// The address of this list.
    pub(in crate::web::shop) fn address(&self) -> String {
        self.on_page(self.page)
    }

    /// The address of another page of the list.
    pub(super) fn on_page(&self, page: u32) -> String {
        let page = if page > 1 { page.to_string() } else { String::new() };
        address::with_query(&self.path(), self.pairs().chain([("page", page.as_str())]))
    }

    /// The address of the list with one parameter changed, from its first page; an empty value takes it off.
    pub(super) fn with(&self, name: &str, value: &str) -> String {
        let pairs = self.pairs().map(|(own, kept)| (own, if own == name { value } else { kept }));
        address::with_query(&self.path(), pairs)
    }

    /// The same list inside a category.
    pub(super) fn inside(&self, path: &str) -> String {
        match self.place {
            Place::Search => self.with(Filter::Category.name(), path),
            Place::All | Place::Category(_) => {
                Asked { place: Place::Category(path.to_owned()), page: 1, ..self.clone() }.address()
            }
        }
    }

    /// The same list without its filters; words, place and order stay.
    pub(super) fn unfiltered(&self) -> Asked {
        Asked { chosen: Vec::new(), page: 1, ..self.clone() }
    }

    /// Whether it is the plain list that search engines may know.
    pub(super) fn is_plain(&self) -> bool {
        self.place != Place::Search && self.chosen.is_empty() && self.sort == Sort::Relevance
    }

    /// The present order, as a value of `sorts`.
    pub(super) fn sort_key(&self) -> &'static str {
        SORTS.iter().find(|sort| sort.2 == self.sort).map_or("", |sort| sort.0)
    }

    /// Value and words of each order; without words of the reader's own there is no best match.
    pub(super) fn sorts(&self) -> [(&'static str, &'static str); 7] {
        let browsing = self.place != Place::Search;
        SORTS
            .map(|(key, words, sort)| (key, if browsing && sort == Sort::Relevance { "Most asked for" } else { words }))
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
        check("q=ink&availability=perhaps&price=cheap&decade=nineties", "/search?q=ink");
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
        let all = "/search?q=cien+a%C3%B1os&availability=on-shelf&format=Paperback&category=fiction/latin-american\
                   &price=5-10&language=spa&series=Ink&publisher=A+%26+B&decade=1960s&sort=price-desc&page=2";
        check(
            "page=2&sort=price-desc&decade=1967&publisher=A+%26+B&series=Ink&price=5.00-10&availability=on-shelf\
             &language=spa&format=Paperback&category=fiction%2Flatin-american&q=cien+a%c3%b1os",
            all,
        );
        check(all.split_once('?').unwrap().1, all);
        let read: Vec<&str> = all.split(['?', '&']).filter_map(|pair| Some(pair.split_once('=')?.0)).collect();
        assert!(known(&Place::Search).starts_with(&read), "{read:?}");
    }

    #[test]
    fn filters_are_understood_by_their_former_names() {
        check("q=ink&stock=1&under=10", "/search?q=ink&availability=on-shelf&price=0-10");
        check(
            "q=ink&stock=1&availability=to-order&under=7.50&price=5-10",
            "/search?q=ink&availability=to-order&price=5-10",
        );
    }

    #[test]
    fn a_change_of_filter_starts_at_the_first_page() {
        let asked = search("q=ink&stock=1&page=3");
        assert_eq!(asked.with("availability", ""), "/search?q=ink");
        assert_eq!(asked.with("format", "Audio CD"), "/search?q=ink&availability=on-shelf&format=Audio+CD");
        assert_eq!(asked.on_page(4), "/search?q=ink&availability=on-shelf&page=4");
        assert_eq!(asked.unfiltered().address(), "/search?q=ink");
        let shelf = Asked::read(Place::All, Some("format=Map&page=2"), Currency::GBP);
        assert_eq!(shelf.inside("travel"), "/books/in/travel?format=Map");
    }

    #[test]
    fn a_category_page_knows_no_words() {
        let query = "q=ink&category=x&sort=newest";
        let asked = Asked::read(Place::Category("crime".into()), Some(query), Currency::GBP);
        assert_eq!(asked.address(), "/books/in/crime?sort=newest");
        assert!(!asked.is_plain() && asked.sorts().first() == Some(&("", "Most asked for")));
    }

    #[test]
    fn a_search_for_nothing_goes_to_the_shelves() {
        let error = search("stock=1").settle(&[]).unwrap_err();
        assert!(format!("{error:?}").contains("/books?availability=on-shelf"), "{error:?}");
    }
}
