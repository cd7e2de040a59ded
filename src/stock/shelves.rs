//! The shelf as a list: every edition that ever had copies here.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, named_params};

use crate::kernel::ids::Id;
use crate::kernel::time::{from_ms, to_ms};

/// An edition's place on the shelf.
#[derive(Clone, Debug, PartialEq)]
pub struct Shelf {
    /// The edition.
    pub edition: Id,
    /// Where it stands, in the shop's own words.
    pub place: String,
    /// Copies, held or not.
    pub on_hand: u32,
    /// Copies that orders hold.
    pub held: u32,
    /// When copies last came or went, and why: `received`, `sold` …
    pub last: Option<(Timestamp, String)>,
}

/// The shelf from the edition after `after`, in the order of editions.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_shelves(conn: &Connection, after: Option<Id>, limit: u32, now: Timestamp) -> rusqlite::Result<Vec<Shelf>> {
    let mut statement = conn.prepare_cached(
        "SELECT edition_id, shelf, on_hand,
                coalesce((SELECT sum(quantity) FROM holds h WHERE h.edition_id = s.edition_id AND h.expires_at > :now), 0)
           FROM stock s WHERE edition_id > :after ORDER BY edition_id LIMIT :limit",
    )?;
    let after = after.unwrap_or(Id::from_bytes([0; 16]));
    let named = named_params! { ":after": after, ":limit": limit, ":now": to_ms(now) };
    let rows = statement.query_map(named, |row| {
        let edition = row.get(0)?;
        let last = last_movement(conn, edition)?;
        Ok(Shelf { edition, place: row.get(1)?, on_hand: row.get(2)?, held: row.get(3)?, last })
    })?;
    rows.collect()
}

fn last_movement(conn: &Connection, edition: Id) -> rusqlite::Result<Option<(Timestamp, String)>> {
    conn.prepare_cached("SELECT at, kind FROM stock_movements WHERE edition_id = ?1 ORDER BY id DESC LIMIT 1")?
        .query_row([edition], |row| Ok((from_ms(row.get(0)?), row.get(1)?)))
        .optional()
}
