//! Proves that orders add up, are numbered without gaps and have a history.

use jiff::Timestamp;
use rusqlite::Connection;

use crate::findings::{Check, Report, names};
use crate::settings::counters;

const NUMBERS: &str = "order numbers";

/// Adds what the order tables prove, and what they contradict.
///
/// # Errors
///
/// Only SQLite's own.
pub fn check(conn: &Connection, _now: Timestamp, report: &mut Report) -> rusqlite::Result<()> {
    lines(conn, report)?;
    totals(conn, report)?;
    tax(conn, report)?;
    statuses(conn, report)?;
    last_event(conn, report)?;
    history(conn, report)?;
    keys(conn, report)?;
    numbers(conn, report)
}

fn lines(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let each = Check {
        name: "order lines",
        unit: "lines of quantity × price",
        all: "SELECT count(*) FROM order_lines",
        broken: "SELECT order_id, position, title, line_minor, unit_minor * quantity FROM order_lines WHERE line_minor <> unit_minor * quantity",
    };
    report.expect_none(conn, &each, [], |row| {
        let order = names::order(conn, &row.get::<_, Vec<u8>>(0)?)?;
        let (position, title, line, product): (i64, String, i64, i64) = (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
        Ok(format!("line {position} (“{title}”) of {order} says {line}, its quantity times its price is {product} (minor units)"))
    })?;
    let sums = Check {
        name: "order subtotals",
        unit: "orders whose lines add up",
        all: "SELECT count(*) FROM orders",
        broken: "SELECT number, subtotal_minor, coalesce((SELECT sum(line_minor) FROM order_lines WHERE order_id = orders.id), -1) AS lines, currency
                   FROM orders WHERE subtotal_minor <> lines",
    };
    report.expect_none(conn, &sums, [], |row| {
        let (number, subtotal, lines, currency): (String, i64, i64, String) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let subtotal = names::amount(subtotal, &currency);
        Ok(match lines {
            -1 => format!("order {number} has no lines, its subtotal says {subtotal}"),
            lines => format!(
                "the lines of order {number} add up to {}, its subtotal says {subtotal}",
                names::amount(lines, &currency)
            ),
        })
    })
}

fn totals(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let check = Check {
        name: "order totals",
        unit: "orders whose parts make the total",
        all: "SELECT count(*) FROM orders",
        broken: "SELECT number, total_minor,
                        subtotal_minor + delivery_minor - discount_minor + iif(tax_included, 0, tax_minor) AS parts, currency
                   FROM orders WHERE total_minor <> parts OR total_minor < 0",
    };
    report.expect_none(conn, &check, [], |row| {
        let (number, total, parts, currency): (String, i64, i64, String) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(format!(
            "order {number} has the total {}, its parts make {}",
            names::amount(total, &currency),
            names::amount(parts, &currency)
        ))
    })
}

fn tax(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let check = Check {
        name: "order tax",
        unit: "orders whose tax adds up",
        all: "SELECT count(*) FROM orders",
        broken: "SELECT number, tax_minor,
                        delivery_tax_minor + coalesce((SELECT sum(tax_minor) FROM order_lines WHERE order_id = orders.id), 0) AS parts, currency
                   FROM orders WHERE tax_minor <> parts",
    };
    report.expect_none(conn, &check, [], |row| {
        let (number, tax, parts, currency): (String, i64, i64, String) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(format!(
            "order {number} says {} tax, its lines and delivery contain {}",
            names::amount(tax, &currency),
            names::amount(parts, &currency)
        ))
    })
}

/// Only a book paid on collection may move on before it is paid; a cancelled order waits for no payment.
fn statuses(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let check = Check {
        name: "order and payment status",
        unit: "orders",
        all: "SELECT count(*) FROM orders",
        broken: "SELECT number, status, payment_status, payment_method FROM orders
                  WHERE NOT CASE status
                    WHEN 'pending' THEN payment_status = 'pending'
                    WHEN 'confirmed' THEN payment_status = 'completed' OR (payment_status = 'pending' AND payment_method = 'on_collection')
                    WHEN 'processing' THEN payment_status = 'completed' OR (payment_status = 'pending' AND payment_method = 'on_collection')
                    WHEN 'shipped' THEN payment_status IN ('completed', 'refunded')
                         OR (payment_status = 'pending' AND payment_method = 'on_collection')
                    WHEN 'delivered' THEN payment_status IN ('completed', 'refunded')
                    WHEN 'cancelled' THEN payment_status <> 'pending'
                    ELSE 0 END",
    };
    report.expect_none(conn, &check, [], |row| {
        let (number, status, payment, method): (String, String, String, String) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(format!("order {number} ({method}) is {status} while its payment is {payment}: that cannot be"))
    })
}

fn last_event(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let check = Check {
        name: "order status explained",
        unit: "orders whose last event gives their status",
        all: "SELECT count(*) FROM orders",
        broken: "SELECT number, status,
                        (SELECT to_status FROM order_events WHERE order_id = orders.id ORDER BY position DESC LIMIT 1) AS last
                   FROM orders WHERE last IS NOT status",
    };
    report.expect_none(conn, &check, [], |row| {
        let (number, status, last): (String, String, Option<String>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(match last {
            Some(last) => format!("order {number} is {status}, but its last event made it {last}"),
            None => format!("order {number} is {status}, and no event tells why"),
        })
    })
}

fn history(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let check = Check {
        name: "order history",
        unit: "events that follow each other",
        all: "SELECT count(*) FROM order_events",
        broken: "SELECT order_id, position, from_status, before FROM (
                    SELECT position, order_id, from_status, lag(to_status) OVER (PARTITION BY order_id ORDER BY position) AS before
                      FROM order_events)
                  WHERE from_status IS NOT NULL AND from_status IS NOT before",
    };
    report.expect_none(conn, &check, [], |row| {
        let order = names::order(conn, &row.get::<_, Vec<u8>>(0)?)?;
        let (position, from, before): (i64, String, Option<String>) = (row.get(1)?, row.get(2)?, row.get(3)?);
        let before = before.unwrap_or_else(|| "not placed yet".to_owned());
        Ok(format!("event {position} of {order} starts from {from}, but the order was {before}: an event is missing"))
    })
}

fn keys(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let check = Check {
        name: "idempotency keys",
        unit: "keys that lead to their order",
        all: "SELECT count(*) FROM idempotency_keys",
        broken: "SELECT key, order_id FROM idempotency_keys WHERE order_id NOT IN (SELECT id FROM orders)",
    };
    report.expect_none(conn, &check, [], |row| {
        let (key, order): (Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?);
        Ok(format!("the key {} answers with order {}, which does not exist", names::id(&key), names::id(&order)))
    })
}

/// Walks the numbers of each year beside its counter.
fn numbers(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let mut found: Vec<(String, i64)> = Vec::new();
    let mut statement = conn.prepare("SELECT number FROM orders")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let number: String = row.get(0)?;
        match parse(&number) {
            Some((year, count)) => found.push((year.to_owned(), count)),
            None => report.find(NUMBERS, format!("order {number} has a number that Bookstall does not give out")),
        }
    }
    found.sort_unstable();
    let mut years: Vec<(String, i64)> = counters::list(conn)?
        .into_iter()
        .filter_map(|(series, last)| Some((series.strip_prefix("orders-")?.to_owned(), last)))
        .collect();
    years.extend(found.iter().map(|(year, _)| (year.clone(), 0)));
    years.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
    years.dedup_by(|later, kept| later.0 == kept.0);
    for (year, last) in &years {
        let counts = found.iter().filter(|(of, _)| of == year).map(|(_, count)| *count);
        walk(year, counts, *last, report);
    }
    report.prove(NUMBERS, u64::try_from(found.len()).unwrap_or(0), "numbers");
    Ok(())
}

/// `ORD-2026-00001` as its year and its count.
fn parse(number: &str) -> Option<(&str, i64)> {
    let (year, count) = number.strip_prefix("ORD-")?.split_once('-')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let count = count.parse().ok().filter(|parsed| digits(count) && format!("{parsed:05}") == count)?;
    (year.len() == 4 && digits(year)).then_some((year, count))
}

fn walk(year: &str, counts: impl Iterator<Item = i64>, last: i64, report: &mut Report) {
    let mut expected = 1;
    for count in counts {
        if count < expected {
            report.find(NUMBERS, format!("ORD-{year}-{count:05} was given to more than one order"));
            continue;
        }
        missing(year, expected, count - 1, report);
        expected = count + 1;
    }
    if expected - 1 > last {
        report.find(NUMBERS, format!(
            "ORD-{year}-{:05} exists, but the counter “orders-{year}” stands at {last}: the next order would take a number again", expected - 1,
        ));
    }
    missing(year, expected, last, report);
}

fn missing(year: &str, from: i64, to: i64, report: &mut Report) {
    match to - from {
        ..0 => {}
        0 => report.find(NUMBERS, format!("ORD-{year}-{from:05} is missing")),
        _ => report.find(NUMBERS, format!("ORD-{year}-{from:05} to ORD-{year}-{to:05} are missing")),
    }
}
