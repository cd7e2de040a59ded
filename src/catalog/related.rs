//! Works that have something in common with a book: the same author, the same shelf.

use std::collections::HashSet;

use rusqlite::Connection;

use super::{EditionFacts, categories, read};
use crate::kernel::ids::Id;

/// Other works by who wrote this edition, in most demand first; translators and the like do not count.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_by_same_author(conn: &Connection, edition: Id, limit: u32) -> rusqlite::Result<Vec<Id>> {
    let mut statement = conn.prepare_cached(
        "SELECT w.id FROM works w
          WHERE w.id IN (SELECT other.work_id FROM edition_contributors mine
                           JOIN edition_contributors theirs ON theirs.contributor_id = mine.contributor_id AND theirs.role = mine.role
                           JOIN editions other ON other.id = theirs.edition_id AND other.listed = 1
                          WHERE mine.edition_id = ?1 AND mine.role IN ('A01', 'A02', 'A03', 'A06', 'A09'))
            AND w.id <> (SELECT work_id FROM editions WHERE id = ?1)
          ORDER BY w.popularity DESC, w.id LIMIT ?2",
    )?;
    let rows = statement.query_map((edition, limit), |row| row.get(0))?;
    rows.collect()
}

/// The category that a reader of this work would look in: the deepest it stands in, first in the shop's order.
///
/// # Errors
///
/// Only SQLite's own.
pub fn main_category(conn: &Connection, work: Id) -> rusqlite::Result<Option<categories::Category>> {
    let all = categories::of_work(conn, work)?;
    let deepest = all.iter().map(|category| category.path.matches('/').count()).max();
    Ok(all.into_iter().find(|category| Some(category.path.matches('/').count()) == deepest))
}

/// What a book is about: its subjects and the categories it stands in.
#[derive(Clone, Debug)]
pub struct Aboutness {
    subjects: HashSet<(String, String)>,
    categories: HashSet<Id>,
}

impl Aboutness {
    /// Of an edition and its work.
    ///
    /// # Errors
    ///
    /// Only SQLite's own.
    pub fn of(conn: &Connection, work: Id, facts: &EditionFacts) -> rusqlite::Result<Aboutness> {
        let codes = facts.subjects.iter().map(|subject| (subject.scheme.clone(), subject.code.clone()));
        let categories = categories::of_work(conn, work)?.into_iter().map(|category| category.id).collect();
        Ok(Aboutness { subjects: codes.collect(), categories })
    }

    /// How many subjects and categories another work shares with it.
    ///
    /// # Errors
    ///
    /// Only SQLite's own.
    pub fn in_common(&self, conn: &Connection, work: Id) -> rusqlite::Result<u32> {
        let mut subjects = conn.prepare_cached(
            "SELECT DISTINCT s.scheme, s.code FROM editions e JOIN edition_subjects s ON s.edition_id = e.id
              WHERE e.work_id = ?1 AND e.listed = 1",
        )?;
        let mut rows = subjects.query([work])?;
        let mut common = 0;
        while let Some(row) = rows.next()? {
            common += u32::from(self.subjects.contains(&(row.get(0)?, row.get(1)?)));
        }
        let mut categories = conn.prepare_cached("SELECT category_id FROM work_categories WHERE work_id = ?1")?;
        let mut rows = categories.query([work])?;
        while let Some(row) = rows.next()? {
            common += u32::from(self.categories.contains(&row.get(0)?));
        }
        Ok(common)
    }
}

/// Codes of ONIX List 51 that mean the same work: other formats, ebook and print of each other, large print, reprints.
const SAME_WORK: [&str; 7] = ["06", "13", "15", "17", "25", "27", "28"];

/// The work of an edition that `facts` name as another format of the same book, or that names this one so.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find_sibling_work(conn: &Connection, facts: &EditionFacts) -> rusqlite::Result<Option<Id>> {
    let named = facts.related.iter().filter(|related| SAME_WORK.contains(&related.code.as_str()));
    for related in named {
        if let Some(edition) = read::find_id_by_isbn(conn, &related.isbn)? {
            return work_of(conn, edition);
        }
    }
    let Some(isbn) = &facts.isbn else { return Ok(None) };
    let mut statement = conn.prepare_cached(
        "SELECT code, edition_id FROM edition_relations WHERE isbn = ?1 ORDER BY edition_id LIMIT 20",
    )?;
    let mut rows = statement.query([isbn])?;
    while let Some(row) = rows.next()? {
        if SAME_WORK.contains(&row.get_ref(0)?.as_str()?) {
            return work_of(conn, row.get(1)?);
        }
    }
    Ok(None)
}

/// Codes of ONIX List 51 by which an edition names the one that takes its place, and the other way round.
const REPLACED_BY: [&str; 2] = ["05", "17"];
const REPLACES: [&str; 2] = ["03", "16"];

/// The edition that takes this one's place: the one it names, else one that names it.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find_replacement(conn: &Connection, id: Id, facts: &EditionFacts) -> rusqlite::Result<Option<Id>> {
    let named = facts.related.iter().filter(|related| REPLACED_BY.contains(&related.code.as_str()));
    for related in named {
        if let Some(edition) = read::find_id_by_isbn(conn, &related.isbn)?.filter(|found| *found != id) {
            return Ok(Some(edition));
        }
    }
    let Some(isbn) = &facts.isbn else { return Ok(None) };
    let mut statement = conn.prepare_cached(
        "SELECT r.code, r.edition_id FROM edition_relations r JOIN editions e ON e.id = r.edition_id
          WHERE r.isbn = ?1 AND e.listed = 1 ORDER BY r.edition_id DESC LIMIT 20",
    )?;
    let mut rows = statement.query([isbn])?;
    while let Some(row) = rows.next()? {
        let edition: Id = row.get(1)?;
        if REPLACES.contains(&row.get_ref(0)?.as_str()?) && edition != id {
            return Ok(Some(edition));
        }
    }
    Ok(None)
}

fn work_of(conn: &Connection, edition: Id) -> rusqlite::Result<Option<Id>> {
    conn.prepare_cached("SELECT work_id FROM editions WHERE id = ?1")?.query_row([edition], |row| row.get(0)).map(Some)
}
