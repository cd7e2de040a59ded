//! All orders, in the order in which they were placed, and what they came to.

use rusqlite::{Connection, named_params};

use crate::kernel::ids::Id;
use crate::kernel::money::{Currency, Money};

/// Ids of orders after `after`, the oldest first.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_ids(conn: &Connection, after: Option<Id>, limit: u32) -> rusqlite::Result<Vec<Id>> {
    let after = after.unwrap_or(Id::from_bytes([0; 16]));
    let mut statement = conn.prepare_cached("SELECT id FROM orders WHERE id > ?1 ORDER BY id LIMIT ?2")?;
    let rows = statement.query_map((after, limit), |row| row.get(0))?;
    rows.collect()
}

/// How many orders of a customer were not cancelled, and what they came to in `currency`.
///
/// # Errors
///
/// Only SQLite's own.
pub fn sum_of_customer(conn: &Connection, customer: Id, currency: Currency) -> rusqlite::Result<(i64, Money)> {
    conn.prepare_cached(
        "SELECT count(*), coalesce(sum(total_minor), 0) FROM orders
          WHERE customer_id = :customer AND status <> 'cancelled' AND currency = :currency",
    )?
    .query_row(named_params! { ":customer": customer, ":currency": currency.code() }, |row| {
        Ok((row.get(0)?, Money { minor: row.get(1)?, currency }))
    })
}
