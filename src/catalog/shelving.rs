//! Putting books that stand on no shelf where the rules say, long after they came.

use jiff::Timestamp;
use rusqlite::{Connection, named_params};

use super::rules::Rules;
use super::{Subject, find_work, owned, write};
use crate::db::Tx;
use crate::kernel::ids::Id;

/// What one round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Works that were looked at.
    pub looked: u32,
    /// Works that have a shelf now.
    pub placed: u32,
    /// Where the next round goes on; `None` at the end.
    pub next: Option<Id>,
}

/// Looks at works after `after` that have subjects and no shelf, at most `limit`, and shelves them by the rules.
/// A work whose shelves a person decided is left alone.
///
/// # Errors
///
/// Only SQLite's own.
pub fn shelve(tx: &Tx<'_>, after: Option<Id>, limit: u32, now: Timestamp) -> rusqlite::Result<Round> {
    let rules = Rules::load(tx)?;
    let works = unshelved(tx, after, limit)?;
    let mut round = Round { looked: u32::try_from(works.len()).unwrap_or(u32::MAX), ..Round::default() };
    for work in &works {
        let paths = rules.paths(&subjects(tx, *work)?);
        if paths.is_empty() || owned::list(tx, *work)?.iter().any(|field| field == "categories") {
            continue;
        }
        if let Some(about) = find_work(tx, *work)? {
            write::update_work(tx, *work, &super::WorkFacts { categories: paths, ..about }, now)?;
            round.placed += 1;
        }
    }
    round.next = works.last().copied().filter(|_| round.looked == limit);
    Ok(round)
}

fn unshelved(conn: &Connection, after: Option<Id>, limit: u32) -> rusqlite::Result<Vec<Id>> {
    let mut statement = conn.prepare_cached(
        "SELECT w.id FROM works w
          WHERE w.id > :after AND NOT EXISTS (SELECT 1 FROM work_categories wc WHERE wc.work_id = w.id)
            AND EXISTS (SELECT 1 FROM editions e JOIN edition_subjects s ON s.edition_id = e.id WHERE e.work_id = w.id)
          ORDER BY w.id LIMIT :limit",
    )?;
    let after = after.unwrap_or(Id::from_bytes([0; 16]));
    let rows = statement.query_map(named_params! { ":after": after, ":limit": limit }, |row| row.get(0))?;
    rows.collect()
}

fn subjects(conn: &Connection, work: Id) -> rusqlite::Result<Vec<Subject>> {
    let mut statement = conn.prepare_cached(
        "SELECT s.scheme, s.code FROM editions e JOIN edition_subjects s ON s.edition_id = e.id
          WHERE e.work_id = ?1 ORDER BY s.main DESC, e.id, s.scheme, s.code",
    )?;
    let rows = statement.query_map([work], |row| Ok(Subject { scheme: row.get(0)?, code: row.get(1)? }))?;
    rows.collect()
}

/// How many works stand on no shelf, counted up to `most`.
///
/// # Errors
///
/// Only SQLite's own.
pub fn count_unshelved(conn: &Connection, most: u32) -> rusqlite::Result<u32> {
    conn.prepare_cached(
        "SELECT count(*) FROM (SELECT 1 FROM works w
          WHERE NOT EXISTS (SELECT 1 FROM work_categories wc WHERE wc.work_id = w.id) ORDER BY w.id LIMIT ?1)",
    )?
    .query_row([most], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::catalog::{EditionFacts, WorkFacts, create, fields, rules};
    use crate::db::{memory, test_tx};

    #[test]
    fn only_what_stands_nowhere_is_shelved_and_a_persons_word_holds() {
        let (conn, now) = (memory(), Timestamp::UNIX_EPOCH);
        let tx = test_tx(&conn);
        let add = |code: &str, shelf: &str| {
            let subjects =
                if code.is_empty() { vec![] } else { vec![Subject { scheme: "93".into(), code: code.into() }] };
            let facts = EditionFacts { title: "Ink".into(), subjects, ..EditionFacts::default() };
            let categories = if shelf.is_empty() { vec![] } else { vec![shelf.to_owned()] };
            create(&tx, None, &WorkFacts { categories, ..WorkFacts::default() }, &facts, now).unwrap().1
        };
        let (crime, placed, bare, decided, unknown) =
            (add("FFC", ""), add("FFC", "poetry"), add("", ""), add("FFC", ""), add("ZZ", ""));
        let before = WorkFacts { categories: vec!["crime".into()], ..WorkFacts::default() };
        owned::claim(&tx, decided, fields::WORK, &before, &WorkFacts::default(), "marta", now).unwrap();
        assert_eq!(count_unshelved(&conn, 100).unwrap(), 4);
        let first = shelve(&tx, None, 2, now).unwrap();
        assert_eq!((first.looked, first.placed, first.next.is_some()), (2, 1, true));
        let second = shelve(&tx, first.next, 2, now).unwrap();
        assert_eq!(second, Round { looked: 1, placed: 0, next: None });
        let shelf = |work| find_work(&conn, work).unwrap().unwrap().categories.join(" ");
        assert_eq!([crime, placed, bare, decided, unknown].map(shelf), ["crime", "poetry", "", "", ""]);
        rules::put(&tx, &rules::Rule { scheme: "93".into(), prefix: "ZZ".into(), path: "Odd things".into() }, now)
            .unwrap();
        shelve(&tx, None, 100, now).unwrap();
        assert_eq!(shelf(unknown), "odd-things");
    }
}
