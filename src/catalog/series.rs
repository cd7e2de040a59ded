//! Series: a name, and the works in reading order.

use rusqlite::{Connection, OptionalExtension};

use crate::db::Tx;
use crate::kernel::ids::Id;
use crate::kernel::text;

/// The series of that name, made when it is new.
pub(super) fn find_or_make(tx: &Tx<'_>, name: &str, now: jiff::Timestamp) -> rusqlite::Result<Id> {
    let folded = text::fold(name);
    let known: Option<Id> = tx
        .prepare_cached("SELECT id FROM series WHERE folded = ?1")?
        .query_row([&folded], |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    let id = Id::new(now);
    tx.prepare_cached("INSERT INTO series (id, name, folded) VALUES (?1, ?2, ?3)")?.execute((
        id,
        text::tidy(name),
        &folded,
    ))?;
    Ok(id)
}

/// A series.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its id.
    pub id: Id,
    /// What readers call it.
    pub name: String,
}

impl Series {
    /// `/series/{id}/{slug}`: its one address.
    pub fn path(&self) -> String {
        format!("/series/{}/{}", self.id, text::slug(&self.name))
    }
}

/// A volume of a series: the work, and its number as printed.
pub type Volume = (Id, Option<String>);

/// One series.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find(conn: &Connection, id: Id) -> rusqlite::Result<Option<Series>> {
    conn.prepare_cached("SELECT id, name FROM series WHERE id = ?1")?
        .query_row([id], |row| Ok(Series { id: row.get(0)?, name: row.get(1)? }))
        .optional()
}

/// The series of a name, however it is spelt.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find_by_name(conn: &Connection, name: &str) -> rusqlite::Result<Option<Series>> {
    conn.prepare_cached("SELECT id, name FROM series WHERE folded = ?1")?
        .query_row([text::fold(name)], |row| Ok(Series { id: row.get(0)?, name: row.get(1)? }))
        .optional()
}

/// The series that a work stands in.
///
/// # Errors
///
/// Only SQLite's own.
pub fn of_work(conn: &Connection, work: Id) -> rusqlite::Result<Option<Series>> {
    conn.prepare_cached("SELECT s.id, s.name FROM works w JOIN series s ON s.id = w.series_id WHERE w.id = ?1")?
        .query_row([work], |row| Ok(Series { id: row.get(0)?, name: row.get(1)? }))
        .optional()
}

pub(super) fn id_of_work(conn: &Connection, work: Id) -> rusqlite::Result<Option<Id>> {
    let found: Option<Option<Id>> = conn
        .prepare_cached("SELECT series_id FROM works WHERE id = ?1")?
        .query_row([work], |row| row.get(0))
        .optional()?;
    Ok(found.flatten())
}

/// The works of a series that visitors see, in reading order.
///
/// # Errors
///
/// Only SQLite's own.
pub fn volumes(conn: &Connection, series: Id) -> rusqlite::Result<Vec<Volume>> {
    let mut statement = conn.prepare_cached(
        "SELECT id, series_number FROM works w WHERE series_id = ?1
            AND EXISTS (SELECT 1 FROM editions e WHERE e.work_id = w.id AND e.listed = 1)",
    )?;
    let mut volumes: Vec<Volume> =
        statement.query_map([series], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    volumes.sort_by_key(|(work, number)| (reading_order(number.as_deref()), *work));
    Ok(volumes)
}

/// `2.5` between 2 and 3; unnumbered volumes last, by their words.
fn reading_order(number: Option<&str>) -> (u64, String) {
    let text = number.unwrap_or_default().trim();
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let leading: String = whole.chars().take_while(char::is_ascii_digit).collect();
    let tenths: u64 = part.chars().next().and_then(|c| c.to_digit(10)).map_or(0, u64::from);
    let place = leading.parse::<u64>().map_or(u64::MAX, |n| n.saturating_mul(10).saturating_add(tenths));
    (place, text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volumes_stand_in_reading_order() {
        let mut numbers = vec![None, Some("10"), Some("2.5"), Some("2"), Some("1-3"), Some("3")];
        numbers.sort_by_key(|number| reading_order(*number));
        assert_eq!(numbers, vec![Some("1-3"), Some("2"), Some("2.5"), Some("3"), Some("10"), None]);
    }
}
