//! Where a reader may go on: the same author, what others bought with it, what is about the same.

use std::cmp::Reverse;

use crate::catalog::related::{self, Aboutness};
use crate::catalog::{Edition, Offer, works};
use crate::db::DbError;
use crate::kernel::ids::Id;
use crate::orders;
use crate::search;
use crate::web::shop::once::Once;
use crate::web::shop::showing::{Seen, Showing};
use crate::web::ui::BookCard;
use crate::web::{AppState, PageError};

/// Books on a shelf of the page; more would not be seen on a wide screen.
pub(super) const ON_A_SHELF: usize = 7;
/// Works that are looked through for a shelf.
const CANDIDATES: u32 = 40;
/// Works of one category that are compared with the book.
const COMPARED: usize = 40;
/// Those that have most in common with it, among which copies on our shelves come first.
const CLOSEST: usize = 12;

/// Other books by the same author that can be bought and stand on no other shelf.
pub(super) fn by_author(showing: &mut Showing<'_>, id: Id, once: &mut Once) -> Result<Vec<BookCard>, DbError> {
    let works = related::list_by_same_author(showing.conn, id, CANDIDATES)?;
    shelf(showing, once, works)
}

/// What readers bought in one order with any edition of the book.
pub(super) fn together(showing: &mut Showing<'_>, formats: &[Seen], once: &mut Once) -> Result<Vec<BookCard>, DbError> {
    let editions: Vec<Id> = formats.iter().map(|seen| seen.row.id).collect();
    let works = orders::bought_together(showing.conn, &editions, ON_A_SHELF * 2)?;
    shelf(showing, once, works)
}

/// The first of the works that can be bought and stand on no other shelf.
fn shelf(showing: &mut Showing<'_>, once: &mut Once, works: Vec<Id>) -> Result<Vec<BookCard>, DbError> {
    let mut books = Vec::new();
    for work in works {
        if books.len() == ON_A_SHELF {
            break;
        }
        books.extend(once.see(showing, work)?.map(|seen| seen.card()));
    }
    Ok(books)
}

/// Books about the same: those with most subjects and categories in common, copies on our shelves first among equals,
/// then what is asked for most.
pub(super) fn like(
    showing: &mut Showing<'_>, app: &AppState, edition: &Edition, once: &mut Once,
) -> Result<Vec<BookCard>, PageError> {
    let conn = showing.conn;
    let about = Aboutness::of(conn, edition.work_id, &edition.facts).map_err(DbError::from)?;
    let mut candidates: Vec<(u32, Id)> = Vec::new();
    let mut met = once.clone();
    for work in in_the_same_categories(showing, app, edition.work_id)? {
        if met.take(conn, work).map_err(DbError::from)? {
            candidates.push((about.in_common(conn, work).map_err(DbError::from)?, work));
        }
    }
    // Stable: among equals they stay in the order of demand.
    candidates.sort_by_key(|(common, _)| Reverse(*common));
    let mut closest: Vec<(u32, Seen)> = Vec::new();
    for (common, work) in candidates {
        if closest.len() == CLOSEST {
            break;
        }
        if let Some(seen) = showing.see_work(work)?.filter(|seen| seen.offer.is_for_sale()) {
            closest.push((common, seen));
        }
    }
    closest.sort_by_key(|(common, seen)| (Reverse(*common), !matches!(seen.offer, Offer::OnShelf { .. })));
    closest.truncate(ON_A_SHELF);
    for (_, seen) in &closest {
        once.take(conn, seen.row.work_id).map_err(DbError::from)?;
    }
    Ok(closest.into_iter().map(|(_, seen)| seen.card()).collect())
}

/// Works of the book's own category in order of demand, then those of the category above.
fn in_the_same_categories(showing: &mut Showing<'_>, app: &AppState, work: Id) -> Result<Vec<Id>, DbError> {
    let Some(category) = related::main_category(showing.conn, work)? else { return Ok(Vec::new()) };
    let above = category.path.split_once('/').map(|(top, _)| top);
    let mut found = Vec::new();
    for path in [Some(category.path.as_str()), above].into_iter().flatten() {
        // A page without this shelf is a good page; it is made anew soon.
        let found_there = search::list_wanted(&app.index, path, COMPARED);
        let Ok(ids) = found_there.inspect_err(|error| tracing::warn!(%error, "no similar books")) else {
            showing.end_soon();
            break;
        };
        if !app.index.is_built() {
            showing.end_soon();
        }
        for id in ids {
            found.extend(works::of_edition(showing.conn, id)?);
        }
    }
    Ok(found)
}
