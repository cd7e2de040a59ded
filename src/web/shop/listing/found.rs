//! The books of a list: from the index, or from the catalogue while there is no index.

use super::asked::{Asked, Place};
use super::nearest::{self, Nearest};
use crate::catalog::{self, alike, categories, categories::Category};
use crate::db::DbError;
use crate::kernel::ids::Id;
use crate::kernel::isbn::Isbn;
use crate::search::{self, Count, Facets, Hits, Index, LAST_PAGE, Reading, Sort};
use crate::web::PageError;
use crate::web::shop::showing::{Seen, Showing};

const ON_A_SEARCH_PAGE: u32 = 24;
const ON_A_SHELF_PAGE: u32 = 48;
/// Books shown while there is no index, on one page.
const REDUCED: u32 = 48;
/// Works looked through for a category while there is no index.
const LOOKED_THROUGH: u32 = 400;
/// Fewer books than this are little: what was typed may have been meant otherwise.
const LITTLE: u64 = 3;

/// What a list shows.
pub(super) struct Found {
    /// All books of the list, on all its pages.
    pub(super) total: u64,
    /// Those of them that are what was typed; the others only come close.
    pub(super) exact: u64,
    pub(super) pages: u32,
    pub(super) books: Vec<Seen>,
    /// In how many formats each of them is to be had.
    pub(super) formats: Vec<u32>,
    /// The first of `books` that only comes close, where it is the first of the whole list.
    pub(super) close_from: Option<usize>,
    pub(super) facets: Facets,
    pub(super) reading: Reading,
    /// The number, if the words are one.
    pub(super) isbn: Option<Isbn>,
    /// What was probably meant, where little was found.
    pub(super) guess: Option<String>,
    /// What is nearest, where there is nothing.
    pub(super) nearest: Nearest,
    /// There is no index at the moment; these are books, but not the whole answer.
    pub(super) reduced: bool,
}

/// Finds the list's books. A page beyond the last one becomes the last one.
pub(super) fn find(
    showing: &mut Showing<'_>, index: &Index, asked: &mut Asked, tree: &[Category],
) -> Result<Found, PageError> {
    let per_page = if asked.place == Place::Search { ON_A_SEARCH_PAGE } else { ON_A_SHELF_PAGE };
    let mut hits = match search::find(index, &asked.query(per_page)) {
        Ok(hits) if index.is_built() => hits,
        Ok(hits) => return reduced(showing, asked, tree, hits.isbn),
        Err(error) => {
            tracing::warn!(%error, "a list is made without the index");
            return reduced(showing, asked, tree, asked.q.parse().ok());
        }
    };
    let pages = u32::try_from(hits.total.div_ceil(per_page.into())).unwrap_or(LAST_PAGE).clamp(1, LAST_PAGE);
    if asked.page > pages {
        asked.page = pages;
        hits = search::find(index, &asked.query(per_page))?;
    }
    let exact = fitting(&hits);
    let Hits { total, ids, facets, reading, isbn, guess, .. } = hits;
    // Another order mixes what fits with what comes close.
    let before = u64::from(asked.page.saturating_sub(1)) * u64::from(per_page);
    let boundary = exact.checked_sub(before).filter(|_| asked.sort == Sort::Relevance && exact < total);
    let boundary = boundary.and_then(|at| usize::try_from(at).ok()).filter(|at| *at < ids.len());
    let (fit, close) = ids.split_at_checked(boundary.unwrap_or(0)).unwrap_or_default();
    let mut books = showing.see_all(fit)?;
    let close_from = boundary.map(|_| books.len());
    books.extend(showing.see_all(close)?);
    let formats = formats(showing, &books)?;
    let nearest = if total == 0 { nearest::find(showing, index, asked)? } else { Nearest::default() };
    let guess = guess.filter(|_| exact < LITTLE);
    Ok(Found { total, exact, pages, books, formats, close_from, facets, reading, isbn, guess, nearest, reduced: false })
}

fn formats(showing: &Showing<'_>, books: &[Seen]) -> Result<Vec<u32>, DbError> {
    let works: Vec<Id> = books.iter().map(|seen| seen.row.work_id).collect();
    Ok(alike::count_formats(showing.conn, &works)?)
}

/// How many of an answer's books are what was typed.
pub(super) fn fitting(hits: &Hits) -> u64 {
    if matches!(hits.reading, Reading::Close | Reading::Some) { 0 } else { hits.total.saturating_sub(hits.near) }
}

/// What the catalogue can say without the index: titles and names that fit, or the books most asked for.
///
/// Filters, orders and further pages are the index's; they rest until it is back.
fn reduced(
    showing: &mut Showing<'_>, asked: &mut Asked, tree: &[Category], isbn: Option<Isbn>,
) -> Result<Found, PageError> {
    showing.end_soon();
    asked.page = 1;
    let works = catalog::plain_search(showing.conn, &asked.q, REDUCED).map_err(DbError::from)?;
    let mut books = Vec::new();
    for work in works {
        books.extend(showing.see_work(work)?);
    }
    let exact = u64::try_from(books.len()).unwrap_or(u64::MAX);
    if books.is_empty() {
        books = most_asked_for(showing, asked)?;
    }
    // Every category, so that the ways to them stay; nobody has counted their books.
    let categories = tree.iter().map(|category| Count { value: category.path.clone(), books: 0 }).collect();
    Ok(Found {
        total: u64::try_from(books.len()).unwrap_or(u64::MAX),
        exact,
        pages: 1,
        formats: formats(showing, &books)?,
        books,
        close_from: None,
        facets: Facets { categories, ..Facets::default() },
        reading: Reading::Everything,
        isbn,
        guess: None,
        nearest: Nearest::default(),
        reduced: true,
    })
}

/// The newest or most wanted books of the category.
fn most_asked_for(showing: &mut Showing<'_>, asked: &Asked) -> Result<Vec<Seen>, PageError> {
    let list = if asked.sort == Sort::Newest { catalog::list_newest } else { catalog::list_popular };
    let mut books = Vec::new();
    for id in list(showing.conn, LOOKED_THROUGH).map_err(DbError::from)? {
        let Some(seen) = showing.see(id)? else { continue };
        if stands_in(showing, seen.row.work_id, asked.category_path())? {
            books.push(seen);
        }
        if books.len() >= 24 {
            break;
        }
    }
    Ok(books)
}

fn stands_in(showing: &Showing<'_>, work: Id, path: Option<&str>) -> Result<bool, DbError> {
    let Some(path) = path else { return Ok(true) };
    let is_inside = |other: &str| other == path || other.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
    Ok(categories::of_work(showing.conn, work)?.iter().any(|category| is_inside(&category.path)))
}
