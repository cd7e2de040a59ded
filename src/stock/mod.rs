//! Copies on the shelf: a ledger of movements, and holds for orders.
//!
//! Owns `stock`, `stock_movements`, `holds`. Knows editions and orders only by id.
//!
//! - on hand = Σ movements; available = on hand − Σ holds that have not expired, never below zero.
//! - A hold is a row with an end; nothing has to sweep for it to count for nothing.
//! - Check and write happen in one transaction, with the rule in the `WHERE`.

pub mod doctor;
mod holds;
mod movements;
mod sales;
mod shelves;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use crate::error::{Fault, Kind};
use crate::kernel::ids::{self, Id};
use crate::kernel::time::{from_ms, to_ms};

pub use holds::{Demand, delete_expired, extend, hold, list_held, next_expiry, release};
pub use movements::{Movement, MovementKind, Part, correct_to, list_movements, receive, return_unit, sell, sold_of};
pub use sales::{list_best, sold};
pub use shelves::{Shelf, list_shelves};

/// Why copies could not be moved.
#[derive(Debug, thiserror::Error)]
pub enum StockError {
    /// Fewer copies are free than asked for; nothing was held or moved.
    #[error("only {available} of {asked} copies are free")]
    Short {
        /// The edition.
        edition: Id,
        /// How many were asked for.
        asked: u32,
        /// How many are free.
        available: u32,
    },
    /// A quantity that makes no sense: zero, negative, or past any shelf.
    #[error("a quantity is a whole number from 1 to 100,000")]
    Quantity,
    /// This unit has been sold, or has come back, already.
    #[error("this copy was booked already")]
    Twice,
    /// SQLite said no.
    #[error(transparent)]
    Db(#[from] crate::db::DbError),
}

impl From<rusqlite::Error> for StockError {
    fn from(error: rusqlite::Error) -> StockError {
        StockError::Db(error.into())
    }
}

impl Fault for StockError {
    fn kind(&self) -> Kind {
        match self {
            StockError::Short { .. } | StockError::Twice => Kind::Conflict,
            StockError::Quantity => Kind::Invalid,
            StockError::Db(error) => error.kind(),
        }
    }
}

/// Copies on the shelf, held or not.
///
/// # Errors
///
/// Only SQLite's own.
pub fn on_hand(conn: &Connection, edition: Id) -> rusqlite::Result<u32> {
    let found = conn
        .prepare_cached("SELECT on_hand FROM stock WHERE edition_id = ?1")?
        .query_row([edition], |row| row.get(0))
        .optional()?;
    Ok(found.unwrap_or(0))
}

/// Copies nobody holds at `now`.
///
/// # Errors
///
/// Only SQLite's own.
pub fn available(conn: &Connection, edition: Id, now: Timestamp) -> rusqlite::Result<u32> {
    let free: Option<i64> = conn
        .prepare_cached(
            "SELECT on_hand - coalesce((SELECT sum(quantity) FROM holds h
                                         WHERE h.edition_id = s.edition_id AND h.expires_at > ?2), 0)
               FROM stock s WHERE edition_id = ?1",
        )?
        .query_row((edition, to_ms(now)), |row| row.get(0))
        .optional()?;
    Ok(free.and_then(|free| u32::try_from(free).ok()).unwrap_or(0))
}

/// Copies that a list may promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Free {
    /// Copies nobody holds.
    pub copies: u32,
    /// When the next live hold ends: until then a kept page is true.
    pub until: Option<Timestamp>,
}

/// What nobody holds of many editions at `now`, in the order asked.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_free(conn: &Connection, editions: &[Id], now: Timestamp) -> rusqlite::Result<Vec<Free>> {
    let mut statement = conn.prepare_cached(
        "SELECT s.on_hand - coalesce((SELECT sum(quantity) FROM holds h
                                       WHERE h.edition_id = asked.id AND h.expires_at > ?2), 0),
                (SELECT min(expires_at) FROM holds h WHERE h.edition_id = asked.id AND h.expires_at > ?2)
           FROM (SELECT key, unhex(value, '-') AS id FROM json_each(?1)) asked
           LEFT JOIN stock s ON s.edition_id = asked.id ORDER BY asked.key",
    )?;
    let rows = statement.query_map((ids::as_json(editions), to_ms(now)), |row| {
        let free: Option<i64> = row.get(0)?;
        let until: Option<i64> = row.get(1)?;
        Ok(Free { copies: free.and_then(|free| u32::try_from(free).ok()).unwrap_or(0), until: until.map(from_ms) })
    })?;
    rows.collect()
}

#[cfg(test)]
mod tests;
