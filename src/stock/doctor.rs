//! Proves that the shelf equals its ledger and that no copy is promised twice.

use jiff::Timestamp;
use rusqlite::{Connection, Row, named_params};

use crate::findings::{Check, Report, names};
use crate::kernel::time::to_ms;

/// Adds what the stock tables prove, and what they contradict.
///
/// # Errors
///
/// Only SQLite's own.
pub fn check(conn: &Connection, now: Timestamp, report: &mut Report) -> rusqlite::Result<()> {
    ledger(conn, report)?;
    below_zero(conn, report)?;
    units(conn, report)?;
    holds(conn, now, report)
}

fn ledger(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let check = Check {
        name: "stock ledger",
        unit: "editions whose stock equals its movements",
        all: "SELECT count(*) FROM (SELECT edition_id FROM stock UNION SELECT edition_id FROM stock_movements)",
        // Either side may lack the edition; a full join would compare each with each.
        broken: "SELECT edition_id, sum(on_hand) AS shelf, sum(moved) AS ledger
                   FROM (SELECT edition_id, on_hand, 0 AS moved FROM stock
                         UNION ALL SELECT edition_id, 0, quantity FROM stock_movements)
                  GROUP BY edition_id HAVING shelf <> ledger",
    };
    report.expect_none(conn, &check, [], |row| {
        let edition = names::edition(conn, &row.get::<_, Vec<u8>>(0)?)?;
        let (on_hand, moved): (i64, i64) = (row.get(1)?, row.get(2)?);
        Ok(format!(
            "{edition} has {on_hand} on hand, but its movements add up to {moved}. Count the copies: one of the two was changed past Bookstall."
        ))
    })
}

fn below_zero(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let check = Check {
        name: "stock not below zero",
        unit: "editions",
        all: "SELECT count(*) FROM stock",
        broken: "SELECT edition_id, on_hand FROM stock WHERE on_hand < 0",
    };
    report.expect_none(conn, &check, [], |row| {
        let edition = names::edition(conn, &row.get::<_, Vec<u8>>(0)?)?;
        Ok(format!("{edition} has {} on hand. Count the copies and correct the stock.", row.get::<_, i64>(1)?))
    })
}

/// The same copy must neither be sold twice nor come back twice, be it released once and returned once.
fn units(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let all = "SELECT count(DISTINCT order_line_id) FROM stock_movements WHERE order_line_id IS NOT NULL";
    let back = Check {
        name: "copies sold before they came back",
        unit: "order lines whose copies left and came back",
        all,
        broken: "SELECT order_line_id, min(edition_id) FROM stock_movements
                  WHERE order_line_id IS NOT NULL GROUP BY order_line_id HAVING sum(quantity) > 0",
    };
    let said = |row: &Row<'_>, what: &str| {
        let (line, edition): (Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?);
        let edition = names::edition(conn, &edition)?;
        Ok(format!("{edition}: order line {} {what}. Count the copies and correct the stock.", names::id(&line)))
    };
    report.expect_none(conn, &back, [], |row| said(row, "came back more often than it was sold"))?;
    let once = Check {
        name: "copies booked once",
        unit: "order lines booked once",
        all,
        broken: "SELECT order_line_id, min(edition_id) FROM stock_movements
                  WHERE order_line_id IS NOT NULL GROUP BY order_line_id, kind, unit HAVING count(*) > 1",
    };
    report.expect_none(conn, &once, [], |row| said(row, "is booked twice"))
}

fn holds(conn: &Connection, now: Timestamp, report: &mut Report) -> rusqlite::Result<()> {
    let check = Check {
        name: "holds fit the shelf",
        unit: "editions with holds",
        all: "SELECT count(DISTINCT edition_id) FROM holds",
        broken: "SELECT edition_id, sum(holds.quantity) AS held, coalesce(max(stock.on_hand), 0) AS on_hand
                   FROM holds LEFT JOIN stock USING (edition_id)
                  WHERE holds.expires_at > :now
                  GROUP BY edition_id HAVING held > coalesce(max(stock.on_hand), 0)",
    };
    report.expect_none(conn, &check, named_params! { ":now": to_ms(now) }, |row| {
        let edition = names::edition(conn, &row.get::<_, Vec<u8>>(0)?)?;
        let (held, on_hand): (i64, i64) = (row.get(1)?, row.get(2)?);
        Ok(format!("{held} copies of {edition} are promised to orders, {on_hand} are on hand. Get more, or cancel an order that waits."))
    })
}
