//! Which editions belong to one work, and correcting that.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, named_params};

use super::{CatalogError, alike, credits, find_work, series, write};
use crate::changes::{self, Change};
use crate::db::Tx;
use crate::kernel::ids::Id;
use crate::kernel::time::to_ms;

/// Every edition of a work, also what visitors do not see, the oldest record first.
///
/// # Errors
///
/// Only SQLite's own.
pub fn editions(conn: &Connection, work: Id) -> rusqlite::Result<Vec<Id>> {
    let mut statement = conn.prepare_cached("SELECT id FROM editions WHERE work_id = ?1 ORDER BY id")?;
    let rows = statement.query_map([work], |row| row.get(0))?;
    rows.collect()
}

/// The work that an edition belongs to.
///
/// # Errors
///
/// Only SQLite's own.
pub fn of_edition(conn: &Connection, edition: Id) -> rusqlite::Result<Option<Id>> {
    conn.prepare_cached("SELECT work_id FROM editions WHERE id = ?1")?.query_row([edition], |row| row.get(0)).optional()
}

/// Puts an edition beside those of another work. A work that is left without editions goes, with its names in feeds
/// and its staff pick moving along.
///
/// Returns whether it stood elsewhere before.
///
/// # Errors
///
/// `Missing`: no such edition or work.
pub fn move_edition(tx: &Tx<'_>, edition: Id, to: Id, now: Timestamp) -> Result<bool, CatalogError> {
    let from = of_edition(tx, edition)?.ok_or(CatalogError::Missing)?;
    find_work(tx, to)?.ok_or(CatalogError::Missing)?;
    if from == to {
        return Ok(false);
    }
    tx.prepare_cached(
        "UPDATE editions SET work_id = :to, version = version + 1, updated_at = :now WHERE id = :edition",
    )?
    .execute(named_params! { ":to": to, ":now": to_ms(now), ":edition": edition })?;
    let mut news: Vec<Id> =
        [series::id_of_work(tx, from)?, series::id_of_work(tx, to)?].into_iter().flatten().collect();
    news.extend(credits::named(tx, edition)?);
    changes::record_with(tx, Change::Edition(edition), &news, now)?;
    changes::record(tx, Change::Work(from), now)?;
    changes::record(tx, Change::Work(to), now)?;
    alike::set(tx, to, now)?;
    alike::set(tx, from, now)?;
    if editions(tx, from)?.is_empty() {
        for sql in [
            "UPDATE work_refs SET work_id = :to WHERE work_id = :from",
            "UPDATE OR IGNORE staff_picks SET work_id = :to WHERE work_id = :from",
            "DELETE FROM owned_fields WHERE subject = :from AND :to IS NOT NULL",
            "DELETE FROM works WHERE id = :from AND :to IS NOT NULL",
        ] {
            tx.prepare_cached(sql)?.execute(named_params! { ":from": from, ":to": to })?;
        }
    }
    Ok(true)
}

/// Makes an edition a work of its own, which begins with what was known of the old one.
///
/// Returns the new work; `None` when the edition stood alone already.
///
/// # Errors
///
/// `Missing`: no such edition.
pub fn split_off(tx: &Tx<'_>, edition: Id, now: Timestamp) -> Result<Option<Id>, CatalogError> {
    let from = of_edition(tx, edition)?.ok_or(CatalogError::Missing)?;
    if editions(tx, from)?.len() < 2 {
        return Ok(None);
    }
    let about = find_work(tx, from)?.ok_or(CatalogError::Missing)?;
    let work = write::create_work(tx, &about, now)?;
    move_edition(tx, edition, work, now)?;
    Ok(Some(work))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::catalog::{EditionFacts, WorkFacts, create, list_ids_of_work, picks, refs};
    use crate::db::{memory, test_tx};

    #[test]
    fn editions_move_between_works_and_an_empty_work_goes() {
        let (conn, now) = (memory(), Timestamp::UNIX_EPOCH);
        let tx = test_tx(&conn);
        let facts = |title: &str| EditionFacts { title: title.into(), ..EditionFacts::default() };
        let about =
            WorkFacts { first_published: Some(1871), categories: vec!["classics".into()], ..WorkFacts::default() };
        let (hardback, work) = create(&tx, None, &about, &facts("Middlemarch"), now).unwrap();
        let (paperback, other) = create(&tx, None, &WorkFacts::default(), &facts("Middlemarch"), now).unwrap();
        refs::remember_work(&tx, "feed", "w2", other).unwrap();
        picks::put(&tx, &picks::Pick { work_id: other, by: "Priya".into(), text: "Read it".into() }, now).unwrap();
        assert!(move_edition(&tx, paperback, work, now).unwrap());
        assert!(!move_edition(&tx, paperback, work, now).unwrap());
        assert_eq!(list_ids_of_work(&conn, work).unwrap().len(), 2);
        assert_eq!(find_work(&conn, other).unwrap(), None);
        assert_eq!(refs::find_work(&conn, "feed", "w2").unwrap(), Some(work));
        assert_eq!(picks::find(&conn, work).unwrap().unwrap().by, "Priya");
        let split = split_off(&tx, hardback, now).unwrap().unwrap();
        assert_eq!(find_work(&conn, split).unwrap().unwrap(), about);
        assert_eq!(split_off(&tx, hardback, now).unwrap(), None);
        assert!(matches!(move_edition(&tx, hardback, other, now), Err(CatalogError::Missing)));
    }
}
