//! Reading orders.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::{Address, Event, Order, OrderLine, OrderRow, Status};
use crate::delivery::{Kind, Promise};
use crate::kernel::ids::{Id, Token};
use crate::kernel::money::{Currency, Money};
use crate::kernel::time::from_ms;
use crate::payments::{self, Method};

const HEAD: &str = "id, number, customer_id, cart_id, status, payment_status, payment_method, email, name, phone,
    delivery_kind, delivery_name, delivery_method_id, street, town, region, postcode, country, currency,
    subtotal_minor, delivery_minor, discount_minor, tax_minor, total_minor, tax_included, hold_expires_at,
    promised_from, promised_to, placed_at";

fn kind(word: &str) -> Kind {
    if word == "collection" { Kind::Collection } else { Kind::Post }
}

fn head(row: &Row<'_>) -> rusqlite::Result<Order> {
    let text = |column: &str| row.get::<_, String>(column);
    let currency: Currency = text("currency")?.parse().unwrap_or(Currency::GBP);
    let money = |column: &str| Ok::<_, rusqlite::Error>(Money { minor: row.get(column)?, currency });
    let delivery_kind = kind(&text("delivery_kind")?);
    let address = || {
        Ok::<_, rusqlite::Error>(Address {
            street: text("street")?,
            town: text("town")?,
            region: row.get::<_, Option<String>>("region")?.unwrap_or_default(),
            postcode: row.get::<_, Option<String>>("postcode")?.unwrap_or_default(),
        })
    };
    let day = |column: &str| {
        Ok::<_, rusqlite::Error>(row.get::<_, Option<String>>(column)?.and_then(|text| text.parse().ok()))
    };
    let promised = day("promised_from")?.zip(day("promised_to")?).map(|(from, to)| Promise { from, to });
    Ok(Order {
        id: row.get("id")?,
        number: row.get("number")?,
        customer_id: row.get("customer_id")?,
        cart_id: row.get("cart_id")?,
        status: Status::from_word(&text("status")?),
        payment_status: payments::Status::from_word(&text("payment_status")?),
        payment_method: Method::from_word(&text("payment_method")?).unwrap_or(Method::Card),
        email: row.get("email")?,
        name: row.get("name")?,
        phone: row.get("phone")?,
        delivery_kind,
        delivery_name: row.get("delivery_name")?,
        delivery_method_id: row.get("delivery_method_id")?,
        address: if delivery_kind == Kind::Post { Some(address()?) } else { None },
        country: row.get("country")?,
        subtotal: money("subtotal_minor")?,
        delivery: money("delivery_minor")?,
        discount: money("discount_minor")?,
        tax: money("tax_minor")?,
        total: money("total_minor")?,
        tax_included: row.get("tax_included")?,
        hold_expires_at: row.get::<_, Option<i64>>("hold_expires_at")?.map(from_ms),
        promised,
        placed_at: from_ms(row.get("placed_at")?),
        lines: Vec::new(),
        events: Vec::new(),
        payments: Vec::new(),
    })
}

/// One order with its lines, events and payments.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find(conn: &Connection, id: Id) -> rusqlite::Result<Option<Order>> {
    let found =
        conn.prepare_cached(&format!("SELECT {HEAD} FROM orders WHERE id = ?1"))?.query_row([id], head).optional()?;
    let Some(mut order) = found else { return Ok(None) };
    order.lines = lines(conn, id, order.total.currency)?;
    order.events = events(conn, id)?;
    order.payments = payments::list_of_order(conn, id)?;
    Ok(Some(order))
}

fn lines(conn: &Connection, order: Id, currency: Currency) -> rusqlite::Result<Vec<OrderLine>> {
    let mut statement = conn.prepare_cached(
        "SELECT id, edition_id, isbn, title, byline, format, quantity, to_order, unit_minor, line_minor, tax_minor, tax_rate
           FROM order_lines WHERE order_id = ?1 ORDER BY position",
    )?;
    let rows = statement.query_map([order], |row| {
        Ok(OrderLine {
            id: row.get(0)?,
            edition_id: row.get(1)?,
            isbn: row.get(2)?,
            title: row.get(3)?,
            byline: row.get(4)?,
            format: row.get(5)?,
            quantity: row.get(6)?,
            to_order: row.get(7)?,
            unit: Money { minor: row.get(8)?, currency },
            total: Money { minor: row.get(9)?, currency },
            tax: Money { minor: row.get(10)?, currency },
            tax_rate: row.get(11)?,
        })
    })?;
    rows.collect()
}

fn events(conn: &Connection, order: Id) -> rusqlite::Result<Vec<Event>> {
    let mut statement = conn.prepare_cached(
        "SELECT kind, to_status, actor, note, at FROM order_events WHERE order_id = ?1 ORDER BY position",
    )?;
    let rows = statement.query_map([order], |row| {
        let status: String = row.get(1)?;
        Ok(Event {
            kind: row.get(0)?,
            status: Status::from_word(&status),
            actor: row.get(2)?,
            note: row.get(3)?,
            at: from_ms(row.get(4)?),
        })
    })?;
    rows.collect()
}

/// The order that a link opens; `None` for any other token.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find_by_token(conn: &Connection, token: &Token) -> rusqlite::Result<Option<Order>> {
    let id: Option<Id> = conn
        .prepare_cached("SELECT order_id FROM order_links WHERE token_hash = ?1")?
        .query_row([token.hash()], |row| row.get(0))
        .optional()?;
    id.map_or(Ok(None), |id| find(conn, id))
}

/// The order of a number like `ORD-2026-00412`, in any case.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find_by_number(conn: &Connection, number: &str) -> rusqlite::Result<Option<Order>> {
    let id: Option<Id> = conn
        .prepare_cached("SELECT id FROM orders WHERE number = ?1")?
        .query_row([number.trim().to_ascii_uppercase()], |row| row.get(0))
        .optional()?;
    id.map_or(Ok(None), |id| find(conn, id))
}

/// The order that a key placed, and what its request was.
pub(super) fn find_by_key(conn: &Connection, key: &Token) -> rusqlite::Result<Option<(Id, [u8; 16])>> {
    conn.prepare_cached("SELECT order_id, request_hash FROM idempotency_keys WHERE key = ?1")?
        .query_row([key.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

/// Which orders a list shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Only these; all when `None`.
    pub status: Option<Status>,
    /// Rows to skip.
    pub offset: u32,
    /// Rows to show.
    pub limit: u32,
}

pub(super) const ROW: &str =
    "o.id, o.number, o.status, o.payment_status, o.payment_method, o.delivery_kind, o.name, o.total_minor, o.currency,
    (SELECT coalesce(sum(quantity), 0) FROM order_lines l WHERE l.order_id = o.id), o.placed_at";

pub(super) fn order_row(row: &Row<'_>) -> rusqlite::Result<OrderRow> {
    let word = |index: usize| row.get::<_, String>(index);
    Ok(OrderRow {
        id: row.get(0)?,
        number: row.get(1)?,
        status: Status::from_word(&word(2)?),
        payment_status: payments::Status::from_word(&word(3)?),
        payment_method: Method::from_word(&word(4)?).unwrap_or(Method::Card),
        delivery_kind: kind(&word(5)?),
        name: row.get(6)?,
        total: Money { minor: row.get(7)?, currency: word(8)?.parse().unwrap_or(Currency::GBP) },
        copies: row.get(9)?,
        placed_at: from_ms(row.get(10)?),
    })
}

/// Orders for staff, newest first, and how many there are in all.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list(conn: &Connection, filter: Filter) -> rusqlite::Result<(Vec<OrderRow>, i64)> {
    let condition = if filter.status.is_some() { "o.status = :status" } else { ":status IS NULL" };
    let status = filter.status.map(Status::word);
    let total = conn
        .prepare_cached(&format!("SELECT count(*) FROM orders o WHERE {condition}"))?
        .query_row(named_params! { ":status": status }, |row| row.get(0))?;
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {ROW} FROM orders o WHERE {condition} ORDER BY o.id DESC LIMIT :limit OFFSET :offset"
    ))?;
    let rows = statement
        .query_map(named_params! { ":status": status, ":limit": filter.limit, ":offset": filter.offset }, order_row)?;
    Ok((rows.collect::<Result<_, _>>()?, total))
}

/// A customer's orders, newest first.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_of_customer(conn: &Connection, customer: Id, limit: u32) -> rusqlite::Result<Vec<OrderRow>> {
    let mut statement = conn
        .prepare_cached(&format!("SELECT {ROW} FROM orders o WHERE o.customer_id = ?1 ORDER BY o.id DESC LIMIT ?2"))?;
    let rows = statement.query_map((customer, limit), order_row)?;
    rows.collect()
}

/// Ids of orders whose time is over, oldest first.
pub(super) fn list_expired(conn: &Connection, now: Timestamp, limit: u32) -> rusqlite::Result<Vec<Id>> {
    let mut statement = conn.prepare_cached(
        "SELECT id FROM orders WHERE hold_expires_at IS NOT NULL AND hold_expires_at <= ?1 ORDER BY hold_expires_at LIMIT ?2",
    )?;
    let rows = statement.query_map((crate::kernel::time::to_ms(now), limit), |row| row.get(0))?;
    rows.collect()
}
