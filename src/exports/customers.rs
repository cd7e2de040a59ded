//! Customers: readers with an account. What opens one (passwords, sessions, links) stays in the shop.

use rusqlite::Connection;

use super::ExportError;
use super::cell::Cell;
use super::sheet::Rows;
use crate::accounts::customers;
use crate::orders;
use crate::settings::Shop;

pub(super) const COLUMNS: &[&str] = &["id", "name", "email", "phone", "since", "orders", "total", "currency"];
/// Customers read at a time.
const BATCH: u32 = 500;

/// `orders` and `total` count what was not cancelled, in the shop's currency.
pub(super) fn rows(conn: &Connection, shop: &Shop, sheet: &mut Rows<'_>) -> Result<(), ExportError> {
    let mut after = None;
    loop {
        let found = customers::list(conn, after, BATCH)?;
        let Some(last) = found.last() else { return Ok(()) };
        after = Some(last.id);
        for customer in found {
            let (count, total) = orders::sum_of_customer(conn, customer.id, shop.currency())?;
            sheet.add(&[
                Cell::text(customer.id.to_string()),
                Cell::text(customer.name),
                Cell::text(customer.email.as_str()),
                Cell::words(customer.phone.as_ref()),
                Cell::Moment(customer.created_at),
                Cell::Number(count),
                Cell::Amount(total),
                Cell::text(total.currency.code()),
            ])?;
        }
    }
}
