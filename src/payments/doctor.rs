//! Proves that nothing is charged twice and every charge can be found at its provider.

use jiff::Timestamp;
use rusqlite::Connection;

use crate::findings::{Check, Report, names};

/// Adds what the payment tables prove, and what they contradict.
///
/// # Errors
///
/// Only SQLite's own.
pub fn check(conn: &Connection, _now: Timestamp, report: &mut Report) -> rusqlite::Result<()> {
    paid_once(conn, report)?;
    references(conn, report)
}

fn paid_once(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let check = Check {
        name: "paid once",
        unit: "completed payments",
        all: "SELECT count(*) FROM payments WHERE status = 'completed'",
        broken: "SELECT order_id, count(*) FROM payments WHERE status = 'completed' GROUP BY order_id HAVING count(*) > 1",
    };
    report.expect_none(conn, &check, [], |row| {
        let order = names::order(conn, &row.get::<_, Vec<u8>>(0)?)?;
        Ok(format!("{order} is paid {} times. Refund what was paid too much.", row.get::<_, i64>(1)?))
    })
}

fn references(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let unique = Check {
        name: "payment references",
        unit: "references used once",
        all: "SELECT count(*) FROM payments WHERE reference IS NOT NULL",
        broken: "SELECT provider, reference, count(*) FROM payments WHERE reference IS NOT NULL GROUP BY provider, reference HAVING count(*) > 1",
    };
    report.expect_none(conn, &unique, [], |row| {
        let (provider, reference, rows): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(format!("{rows} payments carry the reference {reference} of {provider}. Look there which order it paid."))
    })?;
    let present = Check {
        name: "card payments traceable",
        unit: "completed card payments",
        all: "SELECT count(*) FROM payments WHERE method = 'card' AND status = 'completed'",
        broken: "SELECT order_id, id, provider FROM payments WHERE method = 'card' AND status = 'completed' AND reference IS NULL",
    };
    report.expect_none(conn, &present, [], |row| {
        let order = names::order(conn, &row.get::<_, Vec<u8>>(0)?)?;
        let (id, provider): (Vec<u8>, String) = (row.get(1)?, row.get(2)?);
        Ok(format!(
            "the payment {} of {order} is completed without a reference of {provider}. Look there whether it was made.",
            names::id(&id)
        ))
    })
}
