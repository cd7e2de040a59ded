//! Numbers without gaps: a row per series, bumped in the transaction that uses the number.

use rusqlite::named_params;

use crate::db::Tx;

/// The next number of `series`, starting with 1. A rolled-back transaction gives it back.
///
/// # Errors
///
/// Only SQLite's own.
pub fn next(tx: &Tx<'_>, series: &str) -> rusqlite::Result<i64> {
    tx.prepare_cached(
        "INSERT INTO counters (series, last) VALUES (:series, 1)
         ON CONFLICT (series) DO UPDATE SET last = last + 1 RETURNING last",
    )?
    .query_row(named_params! { ":series": series }, |row| row.get(0))
}

/// Every series with its last number, for the doctor.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list(conn: &rusqlite::Connection) -> rusqlite::Result<Vec<(String, i64)>> {
    let mut statement = conn.prepare_cached("SELECT series, last FROM counters ORDER BY series")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}
