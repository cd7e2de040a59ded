//! What was really sold: copies that left for orders, without those that came back.

use jiff::Timestamp;
use rusqlite::Connection;

use crate::kernel::ids::Id;
use crate::kernel::time::to_ms;

/// Copies of an edition sold so far.
///
/// # Errors
///
/// Only SQLite's own.
pub fn sold(conn: &Connection, edition: Id) -> rusqlite::Result<u32> {
    let sold: i64 = conn
        .prepare_cached(
            "SELECT -coalesce(sum(quantity), 0) FROM stock_movements
              WHERE edition_id = ?1 AND order_line_id IS NOT NULL",
        )?
        .query_row([edition], |row| row.get(0))?;
    Ok(u32::try_from(sold).unwrap_or(0))
}

/// The editions sold most since a moment, each with its copies, the most first.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_best(conn: &Connection, since: Timestamp, limit: u32) -> rusqlite::Result<Vec<(Id, u32)>> {
    let mut statement = conn.prepare_cached(
        "SELECT edition_id, -sum(quantity) AS copies FROM stock_movements
          WHERE at >= ?1 AND order_line_id IS NOT NULL
          GROUP BY edition_id HAVING copies > 0 ORDER BY copies DESC, edition_id DESC LIMIT ?2",
    )?;
    let rows = statement.query_map((to_ms(since), limit), |row| {
        Ok((row.get(0)?, u32::try_from(row.get::<_, i64>(1)?).unwrap_or(u32::MAX)))
    })?;
    rows.collect()
}
