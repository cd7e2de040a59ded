//! What two rooms must agree on: stock with orders, payments with orders, carts with orders, feeds with the catalogue.

use jiff::Timestamp;
use rusqlite::{Connection, named_params};

use crate::findings::{Check, Report, names};
use crate::kernel::time::to_ms;

pub(super) fn check(conn: &Connection, now: Timestamp, report: &mut Report) -> rusqlite::Result<()> {
    movements(conn, report)?;
    sold(conn, report)?;
    holds(conn, report)?;
    held(conn, now, report)?;
    paid_orders(conn, report)?;
    payments(conn, report)?;
    refunded_orders(conn, report)?;
    carts(conn, report)?;
    feeds(conn, report)
}

fn feeds(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let check = Check {
        name: "feed records",
        unit: "records of feeds that lead to a book",
        all: "SELECT count(*) FROM import_records",
        broken: "SELECT s.name, r.identity, r.edition_id FROM import_records r JOIN import_sources s ON s.id = r.source
                  WHERE edition_id NOT IN (SELECT id FROM editions)",
    };
    report.expect_none(conn, &check, [], |row| {
        let (source, identity, book): (String, Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (record, book) = (names::id(&identity), names::id(&book));
        Ok(format!("the record {record} of the feed “{source}” leads to the book {book}, which does not exist"))
    })
}

fn movements(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let check = Check {
        name: "movements of orders",
        unit: "movements that fit their order line",
        all: "SELECT count(*) FROM stock_movements WHERE order_line_id IS NOT NULL",
        broken: "SELECT m.id, m.kind, m.edition_id, l.order_id FROM stock_movements AS m LEFT JOIN order_lines AS l ON l.id = m.order_line_id
                  WHERE m.order_line_id IS NOT NULL AND l.edition_id IS NOT m.edition_id",
    };
    report.expect_none(conn, &check, [], |row| {
        let (id, kind, edition, order): (Vec<u8>, String, Vec<u8>, Option<Vec<u8>>) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let edition = names::edition(conn, &edition)?;
        let what = match order {
            Some(order) => format!("a line of {} that is about another book", names::order(conn, &order)?),
            None => "an order line that does not exist".to_owned(),
        };
        Ok(format!("the movement “{kind}” {} of {edition} names {what}", names::id(&id)))
    })
}

/// A paid order's copies have left the shelf; those of an order that waits or was cancelled have not.
fn sold(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let check = Check {
        name: "sold copies",
        unit: "order lines whose copies left the shelf as they should",
        all: "SELECT count(*) FROM order_lines",
        broken: "SELECT o.number, o.status, l.title, l.quantity, l.quantity - l.to_order, coalesce(m.sold, 0) AS sold, coalesce(m.back, 0) AS back
                   FROM order_lines AS l JOIN orders AS o ON o.id = l.order_id
                   LEFT JOIN (SELECT order_line_id, sum(iif(kind = 'sold', -quantity, 0)) AS sold, sum(iif(kind = 'sold', 0, quantity)) AS back
                                FROM stock_movements WHERE order_line_id IS NOT NULL GROUP BY order_line_id) AS m ON m.order_line_id = l.id
                  WHERE coalesce(m.sold, 0) > l.quantity
                     OR (o.status IN ('pending', 'cancelled') AND coalesce(m.sold, 0) > coalesce(m.back, 0))
                     OR (o.status <> 'cancelled' AND o.payment_status = 'completed' AND coalesce(m.sold, 0) < l.quantity - l.to_order)",
    };
    report.expect_none(conn, &check, [], |row| {
        let (number, status, title): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (ordered, shelf, sold, back): (i64, i64, i64, i64) = (row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?);
        let line = format!("“{title}” in order {number}");
        Ok(if sold > ordered {
            format!("{line}: {sold} copies are booked as sold, {ordered} were ordered. Count the copies and correct the stock.")
        } else if matches!(status.as_str(), "pending" | "cancelled") {
            format!("{line}: the order is {status}, but {} copies are booked as sold. Count the copies and correct the stock.", sold - back)
        } else {
            format!("{line}: the order is paid, but {sold} of {shelf} copies are booked as sold. Count the copies and correct the stock.")
        })
    })
}

fn holds(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let check = Check {
        name: "holds of orders",
        unit: "holds of orders that wait",
        all: "SELECT count(*) FROM holds",
        broken: "SELECT h.order_id, h.edition_id, h.quantity, o.status, o.payment_status, l.quantity - l.to_order
                   FROM holds AS h LEFT JOIN orders AS o ON o.id = h.order_id
                   LEFT JOIN order_lines AS l ON l.order_id = h.order_id AND l.edition_id = h.edition_id
                  WHERE o.id IS NULL OR l.id IS NULL OR h.quantity > iif(o.status = 'shipped', l.quantity, l.quantity - l.to_order)
                     OR o.status IN ('delivered', 'cancelled') OR o.payment_status IN ('completed', 'refunded')",
    };
    report.expect_none(conn, &check, [], |row| {
        let order = names::order(conn, &row.get::<_, Vec<u8>>(0)?)?;
        let edition = names::edition(conn, &row.get::<_, Vec<u8>>(1)?)?;
        let quantity: i64 = row.get(2)?;
        let (status, payment): (Option<String>, Option<String>) = (row.get(3)?, row.get(4)?);
        let shelf: Option<i64> = row.get(5)?;
        Ok(match (status.as_deref(), payment.as_deref(), shelf) {
            (None, ..) => format!("{quantity} copies of {edition} are held for {order} so nobody can buy them"),
            (Some(status @ ("delivered" | "cancelled")), ..) => {
                format!("{quantity} copies of {edition} are held for {order}, which is {status}")
            }
            (_, Some(payment @ ("completed" | "refunded")), _) => {
                format!("{quantity} copies of {edition} are still held for {order}, whose payment is {payment}")
            }
            (.., None) => format!("{quantity} copies of {edition} are held for {order}, which has no such book"),
            (.., Some(shelf)) => format!("{quantity} copies of {edition} are held for {order}, which needs {shelf}"),
        })
    })
}

fn held(conn: &Connection, now: Timestamp, report: &mut Report) -> rusqlite::Result<()> {
    let check = Check {
        name: "promised copies held",
        unit: "lines of orders that wait",
        all: "SELECT count(*) FROM orders AS o JOIN order_lines AS l ON l.order_id = o.id
               WHERE o.payment_status = 'pending' AND o.status IN ('pending', 'confirmed', 'processing')",
        broken: "SELECT o.number, l.title, l.quantity - l.to_order AS shelf, coalesce(h.quantity, 0) AS held
                   FROM orders AS o JOIN order_lines AS l ON l.order_id = o.id
                   LEFT JOIN holds AS h ON h.order_id = o.id AND h.edition_id = l.edition_id
                  WHERE o.payment_status = 'pending' AND o.status IN ('pending', 'confirmed', 'processing')
                    AND o.hold_expires_at > :now AND held < shelf",
    };
    report.expect_none(conn, &check, named_params! { ":now": to_ms(now) }, |row| {
        let (number, title, shelf, held): (String, String, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(format!("order {number} was promised {shelf} of “{title}”, {held} are held: somebody else may buy them. Put them aside by hand."))
    })
}

fn paid_orders(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let check = Check {
        name: "paid orders",
        unit: "paid orders with a payment of their total",
        all: "SELECT count(*) FROM orders WHERE payment_status = 'completed'",
        broken: "SELECT o.number, o.total_minor, o.currency, p.amount_minor, p.currency
                   FROM orders AS o LEFT JOIN payments AS p ON p.order_id = o.id AND p.status = 'completed'
                  WHERE o.payment_status = 'completed' AND (p.amount_minor IS NOT o.total_minor OR p.currency IS NOT o.currency)",
    };
    report.expect_none(conn, &check, [], |row| {
        let (number, total, currency): (String, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let total = names::amount(total, &currency);
        Ok(match (row.get::<_, Option<i64>>(3)?, row.get::<_, Option<String>>(4)?) {
            (Some(paid), Some(currency)) => {
                format!("order {number} has the total {total}, {} was paid", names::amount(paid, &currency))
            }
            _ => format!("order {number} counts as paid, but no completed payment of {total} is there"),
        })
    })
}

fn payments(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let check = Check {
        name: "completed payments",
        unit: "completed payments of paid orders",
        all: "SELECT count(*) FROM payments WHERE status = 'completed'",
        broken: "SELECT p.order_id, p.id, p.amount_minor, p.currency, coalesce(o.status, 'missing'), coalesce(o.payment_status, 'missing')
                   FROM payments AS p LEFT JOIN orders AS o ON o.id = p.order_id
                  WHERE p.status = 'completed' AND (o.id IS NULL OR o.payment_status <> 'completed' OR (o.status = 'cancelled' AND p.refund_due = 0))",
    };
    report.expect_none(conn, &check, [], |row| {
        let order = names::order(conn, &row.get::<_, Vec<u8>>(0)?)?;
        let id: Vec<u8> = row.get(1)?;
        let amount = names::amount(row.get(2)?, &row.get::<_, String>(3)?);
        let (status, payment): (String, String) = (row.get(4)?, row.get(5)?);
        Ok(format!("{amount} was paid for {order} (payment {}), which is {status} with its payment {payment}. Refund it, or set the order right.", names::id(&id)))
    })
}

fn refunded_orders(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let check = Check {
        name: "refunded orders",
        unit: "refunded orders with a refunded payment",
        all: "SELECT count(*) FROM orders WHERE payment_status = 'refunded'",
        broken: "SELECT number FROM orders WHERE payment_status = 'refunded'
                    AND NOT EXISTS (SELECT 1 FROM payments WHERE order_id = orders.id AND status = 'refunded')",
    };
    report.expect_none(conn, &check, [], |row| {
        Ok(format!("order {} counts as refunded, but none of its payments is", row.get::<_, String>(0)?))
    })
}

fn carts(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let check = Check {
        name: "ordered baskets",
        unit: "baskets that became an order",
        all: "SELECT count(*) FROM carts WHERE state = 'ordered'",
        broken: "SELECT c.id, c.order_id FROM carts AS c LEFT JOIN orders AS o ON o.id = c.order_id WHERE c.state = 'ordered' AND o.id IS NULL",
    };
    report.expect_none(conn, &check, [], |row| {
        let (cart, order): (Vec<u8>, Option<Vec<u8>>) = (row.get(0)?, row.get(1)?);
        let order = order.map_or_else(
            || "no order".to_owned(),
            |order| format!("order {}, which does not exist", names::id(&order)),
        );
        Ok(format!("the basket {} is closed by {order}", names::id(&cart)))
    })
}
