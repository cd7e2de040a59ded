//! The shop's own category tree; paths like `fiction/latin-american` are its addresses.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::changes::{self, Change};
use crate::db::Tx;
use crate::kernel::ids::Id;
use crate::kernel::text;

/// A node of the tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Category {
    /// Its id.
    pub id: Id,
    /// Its parent; `None` at the top.
    pub parent_id: Option<Id>,
    /// `fiction/latin-american`.
    pub path: String,
    /// What readers see.
    pub name: String,
    /// Palette of generated covers.
    pub palette: String,
}

/// Makes or renames a category; parents that are missing are made with a name from their slug.
///
/// # Errors
///
/// Only SQLite's own.
pub fn put(
    tx: &Tx<'_>, path: &str, name: &str, palette: &str, position: i64, now: jiff::Timestamp,
) -> rusqlite::Result<Id> {
    let id = find_or_make(tx, path, now)?;
    let is_renamed: bool = tx
        .prepare_cached(
            "SELECT name <> ?2 AND EXISTS (SELECT 1 FROM work_categories WHERE category_id = ?1)
               FROM categories WHERE id = ?1",
        )?
        .query_row((id, name), |row| row.get(0))?;
    if is_renamed {
        // All its books are found by the name.
        changes::record(tx, Change::Everything, now)?;
    }
    tx.prepare_cached("UPDATE categories SET name = :name, palette = :palette, position = :position WHERE id = :id")?
        .execute(named_params! { ":id": id, ":name": name, ":palette": palette, ":position": position })?;
    changes::record(tx, Change::Settings, now)?;
    Ok(id)
}

/// The category at `path`, made when it is new; words are slugged, so `Science Fiction` is `science-fiction`.
pub(super) fn find_or_make(tx: &Tx<'_>, path: &str, now: jiff::Timestamp) -> rusqlite::Result<Id> {
    let mut parent: Option<Id> = None;
    let mut so_far = String::new();
    for part in path.split(['/', '>']).map(str::trim).filter(|part| !part.is_empty()).take(4) {
        if !so_far.is_empty() {
            so_far.push('/');
        }
        so_far.push_str(&text::slug(part));
        let known = find_by_path(tx, &so_far)?;
        parent = Some(match known {
            Some(category) => category.id,
            None => make(tx, parent, &so_far, part, now)?,
        });
    }
    match parent {
        Some(id) => Ok(id),
        None => find_or_make(tx, "other", now),
    }
}

/// Names and palettes of shelves that the built-in rules lead to.
const SHELVES: [(&str, &str, &str); 14] = [
    ("fiction", "Fiction", "fiction"),
    ("crime", "Crime & Thrillers", "crime"),
    ("sf-fantasy", "Science Fiction & Fantasy", "sf-fantasy"),
    ("classics", "Classics", "classics"),
    ("poetry", "Poetry & Plays", "poetry"),
    ("biography", "Biography & Memoir", "biography"),
    ("history", "History", "history"),
    ("ideas", "Ideas & Society", "ideas"),
    ("science", "Science", "science"),
    ("nature", "Nature & Travel", "nature"),
    ("arts", "Arts & Music", "arts"),
    ("food", "Food & Drink", "food"),
    ("children", "Children & Young Adult", "children"),
    ("comics", "Comics & Graphic Novels", "comics"),
];

fn make(tx: &Tx<'_>, parent: Option<Id>, path: &str, words: &str, now: jiff::Timestamp) -> rusqlite::Result<Id> {
    let id = Id::new(now);
    let known = SHELVES.iter().find(|(shelf, ..)| *shelf == path);
    let palette = match parent {
        Some(parent) => {
            tx.prepare_cached("SELECT palette FROM categories WHERE id = ?1")?.query_row([parent], |row| row.get(0))?
        }
        None => known.map_or("other", |(_, _, palette)| palette).to_owned(),
    };
    let name = known.map_or_else(|| title_case(words), |(_, name, _)| (*name).to_owned());
    tx.prepare_cached(
        "INSERT INTO categories (id, parent_id, path, name, palette, position)
         VALUES (:id, :parent, :path, :name, :palette, 1000)",
    )?
    .execute(named_params! { ":id": id, ":parent": parent, ":path": path, ":name": name, ":palette": palette })?;
    // A new category appears in the navigation of every page.
    changes::record(tx, Change::Settings, now)?;
    Ok(id)
}

fn title_case(words: &str) -> String {
    let mut letters = words.replace('-', " ").chars().collect::<Vec<_>>().into_iter();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Category> {
    Ok(Category { id: row.get(0)?, parent_id: row.get(1)?, path: row.get(2)?, name: row.get(3)?, palette: row.get(4)? })
}

/// The category at `path`.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find_by_path(conn: &Connection, path: &str) -> rusqlite::Result<Option<Category>> {
    conn.prepare_cached("SELECT id, parent_id, path, name, palette FROM categories WHERE path = ?1")?
        .query_row([path], from_row)
        .optional()
}

/// All categories, parents before children, in the shop's order.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list(conn: &Connection) -> rusqlite::Result<Vec<Category>> {
    let mut statement = conn.prepare_cached(
        "SELECT id, parent_id, path, name, palette FROM categories
          ORDER BY parent_id IS NOT NULL, position, name",
    )?;
    let rows = statement.query_map([], from_row)?;
    rows.collect()
}

/// The categories a work stands in.
///
/// # Errors
///
/// Only SQLite's own.
pub fn of_work(conn: &Connection, work: Id) -> rusqlite::Result<Vec<Category>> {
    let mut statement = conn.prepare_cached(
        "SELECT c.id, c.parent_id, c.path, c.name, c.palette FROM work_categories wc
           JOIN categories c ON c.id = wc.category_id WHERE wc.work_id = ?1 ORDER BY c.position, c.path",
    )?;
    let rows = statement.query_map([work], from_row)?;
    rows.collect()
}
