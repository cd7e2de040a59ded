//! Orders: a row for each line. What belongs to the order as a whole stands in its first row only, so that every
//! column of amounts adds up: Σ line-total = Σ subtotal, Σ line-tax + Σ delivery-tax = Σ tax.

use rusqlite::Connection;

use super::ExportError;
use super::cell::Cell;
use super::sheet::Rows;
use crate::kernel::money::Money;
use crate::orders::{self, Order, OrderLine};

pub(super) const COLUMNS: &[&str] = &[
    "order",
    "placed",
    "status",
    "payment-status",
    "payment-method",
    "name",
    "email",
    "phone",
    "delivery-kind",
    "delivery",
    "street",
    "town",
    "region",
    "postcode",
    "country",
    "currency",
    "line",
    "isbn",
    "title",
    "author",
    "format",
    "quantity",
    "to-order",
    "unit-price",
    "line-total",
    "line-tax",
    "tax-rate",
    "subtotal",
    "delivery-price",
    "delivery-tax",
    "discount",
    "tax",
    "tax-included",
    "total",
];
/// Orders read at a time.
const BATCH: u32 = 200;

pub(super) fn rows(conn: &Connection, sheet: &mut Rows<'_>) -> Result<(), ExportError> {
    let mut after = None;
    loop {
        let ids = orders::list_ids(conn, after, BATCH)?;
        let Some(last) = ids.last() else { return Ok(()) };
        after = Some(*last);
        for id in ids {
            let Some(order) = orders::find(conn, id)? else { continue };
            for (line, number) in order.lines.iter().zip(1_i64..) {
                sheet.add(&row(&order, line, number))?;
            }
        }
    }
}

fn row(order: &Order, line: &OrderLine, number: i64) -> Vec<Cell> {
    let place = |part: fn(&orders::Address) -> &String| Cell::words(order.address.as_ref().map(part));
    let of_order = |cell: Cell| if number == 1 { cell } else { Cell::Nothing };
    vec![
        Cell::text(&order.number),
        Cell::Moment(order.placed_at),
        Cell::text(order.status.word()),
        Cell::text(order.payment_status.word()),
        Cell::text(order.payment_method.word()),
        Cell::text(&order.name),
        Cell::text(order.email.as_str()),
        Cell::words(order.phone.as_ref()),
        Cell::text(order.delivery_kind.word()),
        Cell::text(&order.delivery_name),
        place(|address| &address.street),
        place(|address| &address.town),
        place(|address| &address.region),
        place(|address| &address.postcode),
        Cell::text(order.country.code()),
        Cell::text(order.total.currency.code()),
        Cell::Number(number),
        Cell::words(line.isbn.as_ref()),
        Cell::text(&line.title),
        Cell::text(&line.byline),
        Cell::text(&line.format),
        Cell::Number(line.quantity.into()),
        Cell::Number(line.to_order.into()),
        Cell::Amount(line.unit),
        Cell::Amount(line.total),
        Cell::Amount(line.tax),
        Cell::text(&line.tax_rate),
        of_order(Cell::Amount(order.subtotal)),
        of_order(Cell::Amount(order.delivery)),
        of_order(Cell::Amount(delivery_tax(order))),
        of_order(Cell::Amount(order.discount)),
        of_order(Cell::Amount(order.tax)),
        of_order(Cell::Flag(order.tax_included)),
        of_order(Cell::Amount(order.total)),
    ]
}

/// All tax is that of the lines and that of the delivery; the doctor proves it.
fn delivery_tax(order: &Order) -> Money {
    let of_lines: i64 = order.lines.iter().map(|line| line.tax.minor).sum();
    Money { minor: order.tax.minor - of_lines, ..order.tax }
}
