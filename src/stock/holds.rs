//! Holds: copies promised to an order until a moment.

use jiff::Timestamp;
use rusqlite::{Connection, named_params};

use super::StockError;
use crate::changes::{self, Change};
use crate::db::Tx;
use crate::kernel::ids::Id;
use crate::kernel::time::{from_ms, to_ms};

/// What an order wants of one edition, summed over its lines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Demand {
    /// The edition.
    pub edition: Id,
    /// Copies from the shelf.
    pub quantity: u32,
}

/// Holds copies of one edition for an order; the order's earlier hold on it is replaced and never counts against itself.
///
/// # Errors
///
/// `Short`, `Quantity`; nothing is held then.
pub fn hold(tx: &Tx<'_>, order: Id, demand: Demand, until: Timestamp, now: Timestamp) -> Result<(), StockError> {
    if demand.quantity == 0 {
        return Err(StockError::Quantity);
    }
    let held = tx
        .prepare_cached(
            "INSERT INTO holds (order_id, edition_id, quantity, expires_at)
             SELECT :order, :edition, :quantity, :until FROM stock s
              WHERE s.edition_id = :edition
                AND s.on_hand - coalesce((SELECT sum(quantity) FROM holds h
                                           WHERE h.edition_id = :edition AND h.expires_at > :now AND h.order_id <> :order), 0)
                    >= :quantity
             ON CONFLICT (order_id, edition_id) DO UPDATE SET quantity = excluded.quantity, expires_at = excluded.expires_at",
        )?
        .execute(named_params! {
            ":order": order, ":edition": demand.edition, ":quantity": demand.quantity,
            ":until": to_ms(until), ":now": to_ms(now),
        })?;
    if held == 0 {
        let available = super::available(tx, demand.edition, now)?;
        return Err(StockError::Short { edition: demand.edition, asked: demand.quantity, available });
    }
    Ok(changes::record(tx, Change::Edition(demand.edition), now)?)
}

/// Ends all holds of an order: it is paid, cancelled or handed over. Returns what was still held.
///
/// # Errors
///
/// Only SQLite's own.
pub fn release(tx: &Tx<'_>, order: Id, now: Timestamp) -> rusqlite::Result<Vec<Demand>> {
    let held = list_held(tx, order)?;
    tx.prepare_cached("DELETE FROM holds WHERE order_id = ?1")?.execute([order])?;
    for demand in &held {
        changes::record(tx, Change::Edition(demand.edition), now)?;
    }
    Ok(held)
}

/// Moves the end of an order's live holds; expired ones stay expired.
///
/// # Errors
///
/// Only SQLite's own.
pub fn extend(tx: &Tx<'_>, order: Id, until: Timestamp, now: Timestamp) -> rusqlite::Result<()> {
    tx.prepare_cached("UPDATE holds SET expires_at = ?2 WHERE order_id = ?1 AND expires_at > ?3")?
        .execute((order, to_ms(until), to_ms(now)))
        .map(drop)
}

/// What an order holds, live or expired.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_held(conn: &Connection, order: Id) -> rusqlite::Result<Vec<Demand>> {
    let mut statement = conn.prepare_cached("SELECT edition_id, quantity FROM holds WHERE order_id = ?1")?;
    let rows = statement.query_map([order], |row| Ok(Demand { edition: row.get(0)?, quantity: row.get(1)? }))?;
    rows.collect()
}

/// When the next live hold on an edition ends: until then a kept page is true.
///
/// # Errors
///
/// Only SQLite's own.
pub fn next_expiry(conn: &Connection, edition: Id, now: Timestamp) -> rusqlite::Result<Option<Timestamp>> {
    let moment: Option<i64> = conn
        .prepare_cached("SELECT min(expires_at) FROM holds WHERE edition_id = ?1 AND expires_at > ?2")?
        .query_row((edition, to_ms(now)), |row| row.get(0))?;
    Ok(moment.map(from_ms))
}

/// Tidies holds that ended long ago; truth never waits for it.
///
/// # Errors
///
/// Only SQLite's own.
pub fn delete_expired(tx: &Tx<'_>, before: Timestamp) -> rusqlite::Result<usize> {
    tx.prepare_cached("DELETE FROM holds WHERE expires_at <= ?1")?.execute([to_ms(before)])
}
