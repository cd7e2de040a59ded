//! A choice of shelves inside a category: what is bought most there, what is new, what we have read.

use maud::{Markup, html};

use super::gather;
use crate::catalog::{categories, picks};
use crate::db::DbError;
use crate::kernel::ids::Id;
use crate::search::{self, Index, Query, Sort};
use crate::web::shop::once::Once;
use crate::web::shop::showing::Showing;
use crate::web::ui::{self, BookCard};

/// Books of a row; a wide screen shows no more.
const IN_A_ROW: usize = 7;
/// Books that are looked through for a row.
const CANDIDATES: u32 = 24;
/// Slips and bestsellers of the whole shop among which the category's are.
const OF_ALL: usize = 200;

/// Rows for a category's page; a row of fewer than three books is left out, and no book stands in two.
///
/// Without its index the page has the rows that need none.
///
/// # Errors
///
/// Only the database's own.
pub(in crate::web::shop) fn of_category(
    showing: &mut Showing<'_>, index: &Index, path: &str,
) -> Result<Markup, DbError> {
    let mut once = Once::default();
    let mut best = gather::best(showing)?;
    best.truncate(OF_ALL);
    let best = inside(showing, best, path)?;
    let bestsellers = row(showing, &mut once, &best)?;
    let newest = newest(showing, index, path)?;
    let newest = row(showing, &mut once, &newest)?;
    let slips = picks::list(showing.conn, u32::try_from(OF_ALL).unwrap_or(u32::MAX))?;
    let picked = inside(showing, slips.into_iter().map(|pick| pick.work_id).collect(), path)?;
    let picked = row(showing, &mut once, &picked)?;
    Ok(html! {
        (ui::shelf("bestsellers", "Bestsellers", Some(("All bestsellers", "/bestsellers")), &bestsellers, false))
        (ui::shelf("new", "New", Some(("All new books", "/new")), &newest, false))
        (ui::shelf("picks", "Read and loved by us", Some(("All our picks", "/staff-picks")), &picked, false))
    })
}

/// The works among `works` that stand in a category or below it.
fn inside(showing: &Showing<'_>, works: Vec<Id>, path: &str) -> Result<Vec<Id>, DbError> {
    let is_inside = |other: &str| other.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let mut found = Vec::new();
    for work in works {
        if categories::of_work(showing.conn, work)?.iter().any(|category| is_inside(&category.path)) {
            found.push(work);
        }
    }
    Ok(found)
}

fn newest(showing: &mut Showing<'_>, index: &Index, path: &str) -> Result<Vec<Id>, DbError> {
    let query = Query { category: Some(path.to_owned()), sort: Sort::Newest, per_page: CANDIDATES, ..Query::default() };
    let Ok(hits) = search::find(index, &query).inspect_err(|error| tracing::warn!(%error, "no row of new books"))
    else {
        showing.end_soon();
        return Ok(Vec::new());
    };
    let mut works = Vec::new();
    for id in hits.ids {
        works.extend(crate::catalog::works::of_edition(showing.conn, id)?);
    }
    Ok(works)
}

fn row(showing: &mut Showing<'_>, once: &mut Once, works: &[Id]) -> Result<Vec<BookCard>, DbError> {
    let mut books = Vec::new();
    for work in works {
        if books.len() == IN_A_ROW {
            break;
        }
        books.extend(once.see(showing, *work)?.map(|seen| seen.card()));
    }
    Ok(books)
}
