//! The ledger. A movement row and the shelf's count change together or not at all.

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, named_params};

use super::StockError;
use crate::changes::{self, Change};
use crate::db::Tx;
use crate::kernel::ids::Id;
use crate::kernel::time::{from_ms, to_ms};

/// The most that one movement can move; beyond it somebody scanned a barcode into the quantity.
const LIMIT: i64 = 100_000;

/// Why copies came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MovementKind {
    /// Goods in.
    Received,
    /// Left for an order.
    Sold,
    /// Left for another reason than a sale, or came back from one.
    Released,
    /// Came back from an order.
    Returned,
    /// Counted, and the count differed.
    Corrected,
}

impl MovementKind {
    fn word(self) -> &'static str {
        match self {
            MovementKind::Received => "received",
            MovementKind::Sold => "sold",
            MovementKind::Released => "released",
            MovementKind::Returned => "returned",
            MovementKind::Corrected => "corrected",
        }
    }
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct Movement {
    /// What happened: `received`, `sold`, `released`, `returned`, `corrected`.
    pub kind: String,
    /// What the shelf gained or lost.
    pub quantity: i64,
    /// Who did it.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

struct Line<'a> {
    edition: Id,
    kind: MovementKind,
    quantity: i64,
    order_line: Option<(Id, u32)>,
    actor: &'a str,
    reason: &'a str,
}

/// Books goods in.
///
/// # Errors
///
/// `Quantity`.
pub fn receive(
    tx: &Tx<'_>, edition: Id, quantity: u32, actor: &str, reason: &str, now: Timestamp,
) -> Result<(), StockError> {
    let line =
        Line { edition, kind: MovementKind::Received, quantity: i64::from(quantity), order_line: None, actor, reason };
    book(tx, &line, now)
}

/// Sets the count on the shelf to what was counted; the difference is the movement, none is no movement.
///
/// Returns the difference.
///
/// # Errors
///
/// `Quantity` for a count past any shelf.
pub fn correct_to(
    tx: &Tx<'_>, edition: Id, counted: u32, actor: &str, reason: &str, now: Timestamp,
) -> Result<i64, StockError> {
    let difference = i64::from(counted) - i64::from(super::on_hand(tx, edition)?);
    if difference != 0 {
        let line =
            Line { edition, kind: MovementKind::Corrected, quantity: difference, order_line: None, actor, reason };
        book(tx, &line, now)?;
    }
    Ok(difference)
}

/// Which copies of an order line leave the shelf; each part leaves once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Those that were on the shelf when it was ordered.
    Shelf = 0,
    /// Those that came from the supplier for it.
    ToOrder = 1,
}

/// Takes a part of an order line off the shelf for good: only copies that nobody holds.
///
/// The order's own hold would count against it: release that first, in the same transaction.
///
/// # Errors
///
/// `Short` when fewer are free, `Twice` when the part was sold already.
pub fn sell(
    tx: &Tx<'_>, edition: Id, order_line: (Id, Part), quantity: u32, actor: &str, now: Timestamp,
) -> Result<(), StockError> {
    let available = super::available(tx, edition, now)?;
    if available < quantity {
        return Err(StockError::Short { edition, asked: quantity, available });
    }
    let (id, part) = order_line;
    let order_line = Some((id, part as u32));
    let line =
        Line { edition, kind: MovementKind::Sold, quantity: -i64::from(quantity), order_line, actor, reason: "order" };
    book(tx, &line, now)
}

/// How many copies of an order line have left the shelf and not come back.
///
/// # Errors
///
/// Only SQLite's own.
pub fn sold_of(conn: &Connection, order_line: Id) -> rusqlite::Result<u32> {
    let out: i64 = conn
        .prepare_cached("SELECT -coalesce(sum(quantity), 0) FROM stock_movements WHERE order_line_id = ?1")?
        .query_row([order_line], |row| row.get(0))?;
    Ok(u32::try_from(out).unwrap_or(0))
}

/// Puts one unit of an order line back on the shelf; each unit comes back once.
///
/// # Errors
///
/// `Twice` when this unit is back already.
pub fn return_unit(
    tx: &Tx<'_>, edition: Id, order_line: Id, unit: u32, actor: &str, reason: &str, now: Timestamp,
) -> Result<(), StockError> {
    let line = Line {
        edition,
        kind: MovementKind::Returned,
        quantity: 1,
        order_line: Some((order_line, unit)),
        actor,
        reason,
    };
    book(tx, &line, now)
}

fn book(tx: &Tx<'_>, line: &Line<'_>, now: Timestamp) -> Result<(), StockError> {
    if line.quantity == 0 || line.quantity.abs() > LIMIT {
        return Err(StockError::Quantity);
    }
    tx.prepare_cached("INSERT INTO stock (edition_id, on_hand) VALUES (?1, 0) ON CONFLICT DO NOTHING")?
        .execute([line.edition])?;
    let moved = tx
        .prepare_cached(
            "UPDATE stock SET on_hand = on_hand + :quantity WHERE edition_id = :edition AND on_hand + :quantity >= 0",
        )?
        .execute(named_params! { ":edition": line.edition, ":quantity": line.quantity })?;
    if moved == 0 {
        let available = super::on_hand(tx, line.edition)?;
        let asked = u32::try_from(line.quantity.unsigned_abs()).unwrap_or(u32::MAX);
        return Err(StockError::Short { edition: line.edition, asked, available });
    }
    let inserted = tx
        .prepare_cached(
            "INSERT INTO stock_movements (id, edition_id, kind, quantity, order_line_id, unit, actor, reason, at)
             VALUES (:id, :edition, :kind, :quantity, :line, :unit, :actor, :reason, :at)",
        )?
        .execute(named_params! {
            ":id": Id::new(now), ":edition": line.edition, ":kind": line.kind.word(), ":quantity": line.quantity,
            ":line": line.order_line.map(|(id, _)| id), ":unit": line.order_line.map(|(_, unit)| unit),
            ":actor": line.actor, ":reason": line.reason, ":at": to_ms(now),
        });
    match inserted {
        Err(error)
            if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) && line.order_line.is_some() =>
        {
            Err(StockError::Twice)
        }
        other => other.map(drop).map_err(StockError::from),
    }?;
    Ok(changes::record(tx, Change::Edition(line.edition), now)?)
}

/// An edition's ledger, newest first.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_movements(conn: &Connection, edition: Id, limit: u32) -> rusqlite::Result<Vec<Movement>> {
    let mut statement = conn.prepare_cached(
        "SELECT kind, quantity, actor, reason, at FROM stock_movements WHERE edition_id = ?1 ORDER BY id DESC LIMIT ?2",
    )?;
    let rows = statement.query_map((edition, limit), |row| {
        Ok(Movement {
            kind: row.get(0)?,
            quantity: row.get(1)?,
            actor: row.get(2)?,
            reason: row.get(3)?,
            at: from_ms(row.get(4)?),
        })
    })?;
    rows.collect()
}
