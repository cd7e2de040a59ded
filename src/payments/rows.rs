//! The rows of payments and of what providers were asked and said.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::{Method, Payment, Status};
use crate::db::Tx;
use crate::kernel::ids::Id;
use crate::kernel::money::{Currency, Money};
use crate::kernel::time::{from_ms, to_ms};

/// An attempt to be begun.
#[derive(Clone, Debug)]
pub struct NewPayment {
    /// The order.
    pub order_id: Id,
    /// How.
    pub method: Method,
    /// By whom.
    pub provider: &'static str,
    /// How much.
    pub amount: Money,
}

/// One call to a provider, or one event from it.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// The payment, when known.
    pub payment: Option<Id>,
    /// Which provider.
    pub provider: &'a str,
    /// `start`, `fetch`, `refund`, `webhook`.
    pub kind: &'a str,
    /// The event's id, for webhooks.
    pub event: Option<&'a str>,
    /// The provider's name for the charge.
    pub reference: Option<&'a str>,
    /// The amount it spoke of.
    pub amount: Option<Money>,
    /// One word, or an error's sentence.
    pub outcome: &'a str,
}

const COLUMNS: &str =
    "id, order_id, method, provider, reference, amount_minor, currency, status, reason, refund_due, created_at";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Payment> {
    let (method, currency, status): (String, String, String) = (row.get(2)?, row.get(6)?, row.get(7)?);
    Ok(Payment {
        id: row.get(0)?,
        order_id: row.get(1)?,
        method: Method::from_word(&method).unwrap_or(Method::Card),
        provider: row.get(3)?,
        reference: row.get(4)?,
        amount: Money { minor: row.get(5)?, currency: currency.parse().unwrap_or(Currency::GBP) },
        status: Status::from_word(&status),
        reason: row.get(8)?,
        refund_due: row.get(9)?,
        created_at: from_ms(row.get(10)?),
    })
}

/// Begins an attempt.
///
/// # Errors
///
/// Only SQLite's own.
pub fn open(tx: &Tx<'_>, new: &NewPayment, now: Timestamp) -> rusqlite::Result<Id> {
    let id = Id::new(now);
    tx.prepare_cached(
        "INSERT INTO payments (id, order_id, method, provider, amount_minor, currency, status, created_at, updated_at)
         VALUES (:id, :order, :method, :provider, :amount, :currency, 'pending', :now, :now)",
    )?
    .execute(named_params! {
        ":id": id, ":order": new.order_id, ":method": new.method.word(), ":provider": new.provider,
        ":amount": new.amount.minor, ":currency": new.amount.currency.code(), ":now": to_ms(now),
    })?;
    Ok(id)
}

fn find_where(conn: &Connection, condition: &str, params: impl rusqlite::Params) -> rusqlite::Result<Option<Payment>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM payments WHERE {condition}"))?
        .query_row(params, from_row)
        .optional()
}

fn list_where(conn: &Connection, condition: &str, params: impl rusqlite::Params) -> rusqlite::Result<Vec<Payment>> {
    let mut statement =
        conn.prepare_cached(&format!("SELECT {COLUMNS} FROM payments WHERE {condition} ORDER BY id"))?;
    let rows = statement.query_map(params, from_row)?;
    rows.collect()
}

/// One attempt.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find(conn: &Connection, id: Id) -> rusqlite::Result<Option<Payment>> {
    find_where(conn, "id = ?1", [id])
}

/// The attempt that a provider calls `reference`.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find_by_reference(conn: &Connection, provider: &str, reference: &str) -> rusqlite::Result<Option<Payment>> {
    find_where(conn, "provider = ?1 AND reference = ?2", (provider, reference))
}

/// The attempt that paid for an order.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find_completed(conn: &Connection, order: Id) -> rusqlite::Result<Option<Payment>> {
    find_where(conn, "order_id = ?1 AND status = 'completed'", [order])
}

/// All attempts of an order, oldest first.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_of_order(conn: &Connection, order: Id) -> rusqlite::Result<Vec<Payment>> {
    list_where(conn, "order_id = ?1", [order])
}

/// Attempts of `provider` that are undecided since `before`.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_pending(conn: &Connection, provider: &str, before: Timestamp) -> rusqlite::Result<Vec<Payment>> {
    list_where(conn, "status = 'pending' AND provider = ?1 AND updated_at <= ?2", (provider, to_ms(before)))
}

/// Attempts whose money must go back.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_refund_due(conn: &Connection) -> rusqlite::Result<Vec<Payment>> {
    list_where(conn, "refund_due = 1", [])
}

/// Remembers what the provider calls an attempt.
///
/// # Errors
///
/// Only SQLite's own.
pub fn set_reference(tx: &Tx<'_>, id: Id, reference: &str, now: Timestamp) -> rusqlite::Result<()> {
    tx.prepare_cached("UPDATE payments SET reference = ?2, updated_at = ?3 WHERE id = ?1 AND reference IS NOT ?2")?
        .execute((id, reference, to_ms(now)))
        .map(drop)
}

/// Writes how an attempt ended.
///
/// # Errors
///
/// Only SQLite's own; a second completed attempt of one order breaks a unique index.
pub fn mark(tx: &Tx<'_>, id: Id, status: Status, reason: Option<&str>, now: Timestamp) -> rusqlite::Result<()> {
    tx.prepare_cached("UPDATE payments SET status = ?2, reason = ?3, refund_due = CASE ?2 WHEN 'refunded' THEN 0 ELSE refund_due END, updated_at = ?4 WHERE id = ?1")?
        .execute((id, status.word(), reason, to_ms(now)))
        .map(drop)
}

/// Notes that an attempt's money must go back.
///
/// # Errors
///
/// Only SQLite's own.
pub fn mark_refund_due(tx: &Tx<'_>, id: Id, now: Timestamp) -> rusqlite::Result<()> {
    tx.prepare_cached("UPDATE payments SET refund_due = 1, updated_at = ?2 WHERE id = ?1")?
        .execute((id, to_ms(now)))
        .map(drop)
}

/// Writes down a call or an event; `false` when this event was seen before.
///
/// # Errors
///
/// Only SQLite's own.
pub fn record_call(tx: &Tx<'_>, call: &Call<'_>, now: Timestamp) -> rusqlite::Result<bool> {
    let rows = tx
        .prepare_cached(
            "INSERT INTO provider_calls (id, payment_id, provider, kind, event_id, reference, amount_minor, currency, outcome, at)
             VALUES (:id, :payment, :provider, :kind, :event, :reference, :amount, :currency, :outcome, :at)
             ON CONFLICT DO NOTHING",
        )?
        .execute(named_params! {
            ":id": Id::new(now), ":payment": call.payment, ":provider": call.provider, ":kind": call.kind,
            ":event": call.event, ":reference": call.reference, ":amount": call.amount.map(|amount| amount.minor),
            ":currency": call.amount.map(|amount| amount.currency.code()), ":outcome": call.outcome, ":at": to_ms(now),
        })?;
    Ok(rows == 1)
}
