//! When the time to pay, or to fetch, is over.

use jiff::Timestamp;
use rusqlite::Connection;

use super::insert::{self, Head};
use super::{House, Move, Order, OrderError, Status, mails, read};
use crate::cart;
use crate::db::Tx;
use crate::kernel::ids::Id;
use crate::payments;
use crate::stock;

/// Orders whose time is over.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_expired(conn: &Connection, now: Timestamp, limit: u32) -> rusqlite::Result<Vec<Id>> {
    read::list_expired(conn, now, limit)
}

/// Ends an order whose time is over; `false` when it is not (any more).
///
/// # Errors
///
/// Only the database's own.
pub fn expire(tx: &Tx<'_>, house: &House, id: Id, now: Timestamp) -> Result<bool, OrderError> {
    let Some(order) = read::find(tx, id)? else { return Ok(false) };
    let over =
        order.hold_expires_at.is_some_and(|until| until <= now) && order.payment_status == payments::Status::Pending;
    if !over {
        return Ok(false);
    }
    let reason = match order.status {
        Status::Pending => "The time to pay was over.",
        Status::Confirmed | Status::Processing | Status::Shipped | Status::Delivered | Status::Cancelled => {
            "The books were not collected in time."
        }
    };
    fail(tx, house, &order, Move::Expire, "shop", reason, now)?;
    Ok(true)
}

/// The unhappy end of an unpaid order, in one transaction: payments failed, order cancelled, copies free, basket back, mail queued.
pub(super) fn fail(
    tx: &Tx<'_>, house: &House, order: &Order, what: Move, actor: &str, reason: &str, now: Timestamp,
) -> Result<(), OrderError> {
    let status = order.status.on(what)?;
    for payment in order.payments.iter().filter(|payment| payment.status == payments::Status::Pending) {
        payments::mark(tx, payment.id, payments::Status::Failed, Some(reason), now)?;
    }
    stock::release(tx, order.id, now)?;
    let head = Head {
        status,
        payment_status: payments::Status::Failed,
        payment_method: order.payment_method,
        hold_expires_at: None,
    };
    insert::update_head(tx, order.id, &head, now)?;
    insert::event(tx, order.id, "cancelled", Some(order.status), status, actor, reason, now)?;
    if let Some(cart) = order.cart_id {
        cart::restore(tx, cart, now)?;
    }
    mails::payment_failed(tx, house, order, reason, now)?;
    Ok(())
}
