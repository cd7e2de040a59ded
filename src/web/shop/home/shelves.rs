//! The shelves of the home page. A work stands on one of them only, the first that wants it.

use crate::catalog::{self, categories, picks};
use crate::db::DbError;
use crate::kernel::ids::Id;
use crate::search::{self, Index, Query, Sort};
use crate::web::PageError;
use crate::web::shop::once::Once;
use crate::web::shop::showing::Showing;
use crate::web::ui::BookCard;

/// Books on a shelf: seven are seen at a time, the rest is reached by scrolling on a phone.
const LENGTH: usize = 12;
/// Candidates read for a shelf, because some already stand elsewhere.
const CANDIDATES: u32 = 48;
const CATEGORIES: usize = 4;

/// A row of books.
pub(super) struct Shelf {
    pub(super) id: String,
    pub(super) heading: String,
    /// Words and address of the link to all of them.
    pub(super) all: Option<(String, String)>,
    pub(super) books: Vec<BookCard>,
}

/// The shelves in their order; the page leaves out those with fewer than three books.
pub(super) fn gather(showing: &mut Showing<'_>, index: &Index) -> Result<Vec<Shelf>, PageError> {
    let mut taken = Once::default();
    let popular = catalog::list_popular(showing.conn, CANDIDATES).map_err(DbError::from)?;
    let table = take(showing, &mut taken, &popular)?;
    let staff = staff_picks(showing, &mut taken)?;
    let newest = catalog::list_newest(showing.conn, CANDIDATES).map_err(DbError::from)?;
    let newest = take(showing, &mut taken, &newest)?;
    let link = |words: &str, href: &str| Some((words.to_owned(), href.to_owned()));
    let shelf =
        |id: &str, heading: &str, all, books| Shelf { id: id.to_owned(), heading: heading.to_owned(), all, books };
    let mut shelves = vec![
        shelf("front-table", "On the front table", link("Bestsellers", "/bestsellers"), table),
        shelf("picks", "Read and loved by us", link("All our picks", "/staff-picks"), staff),
        shelf("new", "New on our shelves", link("All new books", "/new"), newest),
    ];
    shelves.extend(by_category(showing, &mut taken, index)?);
    Ok(shelves)
}

/// Books that can be bought, one edition of each work that stands on no shelf yet.
fn take(showing: &mut Showing<'_>, taken: &mut Once, ids: &[Id]) -> Result<Vec<BookCard>, DbError> {
    let mut books = Vec::with_capacity(LENGTH);
    for id in ids {
        let Some(seen) = showing.see(*id)? else { continue };
        books.extend(taken.see(showing, seen.row.work_id)?.map(|seen| seen.card()));
        if books.len() == LENGTH {
            break;
        }
    }
    Ok(books)
}

fn staff_picks(showing: &mut Showing<'_>, taken: &mut Once) -> Result<Vec<BookCard>, DbError> {
    let mut books = Vec::with_capacity(LENGTH);
    for pick in picks::list(showing.conn, CANDIDATES)? {
        books.extend(taken.see(showing, pick.work_id)?.map(|seen| seen.card()));
        if books.len() == LENGTH {
            break;
        }
    }
    Ok(books)
}

fn by_category(showing: &mut Showing<'_>, taken: &mut Once, index: &Index) -> Result<Vec<Shelf>, PageError> {
    let mut shelves = Vec::new();
    let all = categories::list(showing.conn).map_err(DbError::from)?;
    for category in all.into_iter().filter(|category| category.parent_id.is_none()) {
        let query = Query {
            category: Some(category.path.clone()),
            sort: Sort::Popular,
            per_page: CANDIDATES,
            ..Query::default()
        };
        // Without its index the home page is shorter, not gone.
        let Ok(hits) =
            search::find(index, &query).inspect_err(|error| tracing::warn!(%error, "no shelves by category"))
        else {
            break;
        };
        let books = take(showing, taken, &hits.ids)?;
        if books.len() >= 5 {
            let all = (format!("All {}", hits.total), format!("/books/in/{}", category.path));
            shelves.push(Shelf {
                id: format!("shelf-{}", shelves.len() + 1),
                heading: category.name,
                all: Some(all),
                books,
            });
        }
        if shelves.len() == CATEGORIES {
            break;
        }
    }
    Ok(shelves)
}
