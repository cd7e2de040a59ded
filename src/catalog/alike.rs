//! Works that look the same to a reader: feeds without a number for the work make one of each edition.
//!
//! Only search joins them, into one hit. They stay works of their own, because a title and a surname may still be
//! two books (2026-11; refused: joining works by title and author, which makes strangers editions of each other).

mod look;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::changes::{self, Change};
use crate::db::Tx;
use crate::kernel::ids::{self, Id};
use crate::kernel::text;

use look::Look;

/// What an edition's own facts say of how its work looks; worked out without the database.
#[derive(Debug)]
pub(super) struct Face(Option<Look>);

impl Face {
    pub(super) fn of(title: &str, subtitle: Option<&str>) -> Face {
        Face(look::look(title, subtitle))
    }

    /// The number that works which look the same have in common: the title's words up to its first bracket, colon or
    /// semicolon, the volume, and the first contributor's surname.
    ///
    /// `None` without a title or a contributor: such a work looks like no other.
    pub(super) fn number(&self, surname: Option<&str>, series: Option<(&str, &str)>) -> Option<i64> {
        let (look, surname) = self.0.as_ref().zip(surname)?;
        let volume = series.map_or_else(|| look.volume.clone(), |(name, number)| look.volume_in(name, number));
        Some(number(&format!("{}\0{surname}\0{volume}", look.head)))
    }
}

/// The last word of a surname, folded: feeds do not agree on where one begins (`Le Guin, Ursula` and `Guin, Ursula
/// Le`). The name of a body, or of one word, is all of it.
pub(super) fn surname(sort_name: &str) -> String {
    let folded = text::fold(sort_name.split(',').next().unwrap_or_default());
    let is_turned = sort_name.contains(',');
    folded.rsplit(' ').next().filter(|_| is_turned).map_or_else(|| folded.clone(), str::to_owned)
}

/// The number of a work that looks like no other.
pub fn alone(work: Id) -> i64 {
    number(&work.to_string())
}

fn number(words: &str) -> i64 {
    let bytes = ids::fingerprint(words.as_bytes());
    bytes.iter().take(8).fold(0_i64, |number, byte| (number << 8) | i64::from(*byte))
}

/// A work's number as it stands, and as its facts say.
pub(super) struct Stored {
    pub(super) work: Id,
    pub(super) stored: Option<i64>,
    pub(super) said: i64,
    /// Its first edition.
    pub(super) edition: Id,
}

/// Works from one to another, both included, the first `limit`; those without editions are left out.
pub(super) fn between(conn: &Connection, from: Id, to: Id, limit: u32) -> rusqlite::Result<Vec<Stored>> {
    let mut statement = conn.prepare_cached(
        "SELECT w.id, w.alike, e.id, e.title, e.subtitle, s.name, w.series_number,
                (SELECT c.sort_name FROM edition_contributors ec JOIN contributors c ON c.id = ec.contributor_id
                  WHERE ec.edition_id = e.id ORDER BY ec.position LIMIT 1)
           FROM works w
           JOIN editions e ON e.id = (SELECT id FROM editions WHERE work_id = w.id ORDER BY id LIMIT 1)
           LEFT JOIN series s ON s.id = w.series_id
          WHERE w.id BETWEEN :from AND :to ORDER BY w.id LIMIT :limit",
    )?;
    let rows = statement.query_map(named_params! { ":from": from, ":to": to, ":limit": limit }, stored)?;
    rows.collect()
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let work = row.get(0)?;
    let text = |column| row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from);
    let face = Face::of(text(3)?.unwrap_or_default(), text(4)?);
    let said = face.number(text(7)?.map(surname).as_deref(), text(5)?.zip(text(6)?));
    Ok(Stored { work, stored: row.get(1)?, said: said.unwrap_or_else(|| alone(work)), edition: row.get(2)? })
}

/// Sets the number of a work from its first edition; the feed hears of it when it is another one, because all
/// editions of the work stand elsewhere then.
pub(super) fn set(tx: &Tx<'_>, work: Id, now: Timestamp) -> rusqlite::Result<()> {
    let differs = between(tx, work, work, 1)?.into_iter().find(|found| found.stored != Some(found.said));
    let Some(found) = differs else { return Ok(()) };
    store(tx, work, found.said)?;
    changes::record(tx, Change::Work(work), now)
}

fn store(tx: &Tx<'_>, work: Id, number: i64) -> rusqlite::Result<()> {
    tx.prepare_cached("UPDATE works SET alike = ?2 WHERE id = ?1")?.execute((work, number)).map(drop)
}

/// Sets the number of up to `limit` works that have none yet. Returns how many.
///
/// # Errors
///
/// Only SQLite's own.
pub fn fill(tx: &Tx<'_>, limit: u32) -> rusqlite::Result<usize> {
    let works: Vec<Id> = tx
        .prepare_cached("SELECT id FROM works WHERE alike IS NULL LIMIT ?1")?
        .query_map([limit], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for work in &works {
        // A work without editions looks like no other.
        let said = between(tx, *work, *work, 1)?.first().map_or_else(|| alone(*work), |found| found.said);
        store(tx, *work, said)?;
    }
    Ok(works.len())
}

/// The number of a work.
///
/// # Errors
///
/// Only SQLite's own.
pub fn of(conn: &Connection, work: Id) -> rusqlite::Result<Option<i64>> {
    conn.prepare_cached("SELECT alike FROM works WHERE id = ?1")?
        .query_row([work], |row| row.get(0))
        .optional()
        .map(Option::flatten)
}

/// The works with a number, the oldest first.
///
/// # Errors
///
/// Only SQLite's own.
pub fn works(conn: &Connection, alike: i64) -> rusqlite::Result<Vec<Id>> {
    let mut statement = conn.prepare_cached("SELECT id FROM works WHERE alike = ?1 ORDER BY id")?;
    let rows = statement.query_map([alike], |row| row.get(0))?;
    rows.collect()
}

/// In how many formats visitors find each of these works, with those that look like it, in the order asked.
///
/// # Errors
///
/// Only SQLite's own.
pub fn count_formats(conn: &Connection, works: &[Id]) -> rusqlite::Result<Vec<u32>> {
    let mut statement = conn.prepare_cached(
        "SELECT (SELECT count(DISTINCT e.format) FROM works w JOIN works o ON o.alike = w.alike
                   JOIN editions e ON e.work_id = o.id AND e.listed = 1 WHERE w.id = asked.id)
           FROM (SELECT key, unhex(value, '-') AS id FROM json_each(?1)) asked ORDER BY asked.key",
    )?;
    let counts = statement.query_map([ids::as_json(works)], |row| row.get(0))?;
    counts.collect()
}

/// Numbers after `after`, in order, for walks through the whole catalogue.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list(conn: &Connection, after: i64, limit: u32) -> rusqlite::Result<Vec<i64>> {
    let mut statement =
        conn.prepare_cached("SELECT DISTINCT alike FROM works WHERE alike > ?1 ORDER BY alike LIMIT ?2")?;
    let rows = statement.query_map((after, limit), |row| row.get(0))?;
    rows.collect()
}
