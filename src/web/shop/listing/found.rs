//! The books of a list: from the index, or from the catalogue while there is no index.

use super::asked::{Asked, Place};
use crate::catalog::{self, categories, categories::Category};
use crate::db::DbError;
use crate::kernel::ids::Id;
use crate::kernel::isbn::Isbn;
use crate::search::{self, Facets, Hits, Index, LAST_PAGE, Reading, Sort};
use crate::web::PageError;
use crate::web::shop::showing::{Seen, Showing};

const ON_A_SEARCH_PAGE: u32 = 24;
const ON_A_SHELF_PAGE: u32 = 48;
/// Books offered where there is nothing.
const NEAREST: u32 = 12;
/// Works looked through while there is no index.
const LOOKED_THROUGH: u32 = 400;

/// What a list shows.
pub(super) struct Found {
    pub(super) total: u64,
    pub(super) pages: u32,
    pub(super) books: Vec<Seen>,
    pub(super) facets: Facets,
    pub(super) reading: Reading,
    /// The number, if the words are one.
    pub(super) isbn: Option<Isbn>,
    /// What is nearest, where there is nothing.
    pub(super) nearest: Nearest,
    /// There is no index at the moment; these are books, but not the answer.
    pub(super) reduced: bool,
}

/// What is offered where there is nothing.
#[derive(Default)]
pub(super) struct Nearest {
    pub(super) books: Vec<Seen>,
    /// They are what the same list has without its filters; else what readers often ask for.
    pub(super) without_filters: bool,
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
            return reduced(showing, asked, tree, None);
        }
    };
    let pages = u32::try_from(hits.total.div_ceil(per_page.into())).unwrap_or(LAST_PAGE).clamp(1, LAST_PAGE);
    if asked.page > pages {
        asked.page = pages;
        hits = search::find(index, &asked.query(per_page))?;
    }
    let Hits { total, ids, facets, reading, isbn, .. } = hits;
    let books = showing.see_all(&ids)?;
    let nearest = if total == 0 { nearest(showing, index, asked)? } else { Nearest::default() };
    Ok(Found { total, pages, books, facets, reading, isbn, nearest, reduced: false })
}

fn nearest(showing: &mut Showing<'_>, index: &Index, asked: &Asked) -> Result<Nearest, PageError> {
    let hits = search::find(index, &asked.unfiltered().query(NEAREST))?;
    let without_filters = !hits.ids.is_empty();
    let ids =
        if without_filters { hits.ids } else { catalog::list_popular(showing.conn, NEAREST).map_err(DbError::from)? };
    Ok(Nearest { books: showing.see_all(&ids)?, without_filters })
}

/// What the catalogue can say without the index: the newest or most wanted books of the category.
fn reduced(
    showing: &mut Showing<'_>, asked: &mut Asked, tree: &[Category], isbn: Option<Isbn>,
) -> Result<Found, PageError> {
    showing.end_soon();
    let list = if asked.sort == Sort::Newest { catalog::list_newest } else { catalog::list_popular };
    let ids = list(showing.conn, LOOKED_THROUGH).map_err(DbError::from)?;
    let mut books = Vec::new();
    for id in ids {
        let Some(seen) = showing.see(id)? else { continue };
        if stands_in(showing, seen.row.work_id, asked.category_path())? {
            books.push(seen);
        }
        if books.len() >= 24 {
            break;
        }
    }
    asked.page = 1;
    let facets = Facets { categories: every(tree), ..Facets::default() };
    let total = u64::try_from(books.len()).unwrap_or(u64::MAX);
    Ok(Found {
        total,
        pages: 1,
        books,
        facets,
        reading: Reading::Everything,
        isbn,
        nearest: Nearest::default(),
        reduced: true,
    })
}

fn stands_in(showing: &Showing<'_>, work: Id, path: Option<&str>) -> Result<bool, DbError> {
    let Some(path) = path else { return Ok(true) };
    let is_inside = |other: &str| other == path || other.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
    Ok(categories::of_work(showing.conn, work)?.iter().any(|category| is_inside(&category.path)))
}

/// Every category, without counts: 0 would hide them.
fn every(tree: &[Category]) -> Vec<search::Count> {
    tree.iter().map(|category| search::Count { value: category.path.clone(), books: 0 }).collect()
}
