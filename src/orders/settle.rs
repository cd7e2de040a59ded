//! The one place where a provider's word becomes a paid order.

use jiff::Timestamp;

use super::insert::{self, Head};
use super::{House, Move, Order, OrderError, OrderLine, Status, mails, read};
use crate::db::Tx;
use crate::kernel::ids::Id;
use crate::payments::{self, ChargeState, Payment, Verified};
use crate::stock::{self, Part, StockError};

/// What a provider's word led to.
#[derive(Clone, Debug, PartialEq)]
pub enum Settled {
    /// The order is paid, now or before.
    Paid,
    /// This attempt failed; the order may be paid another way.
    Declined {
        /// A sentence for the reader.
        reason: String,
    },
    /// The reader must confirm at this address.
    ActionNeeded {
        /// An address at the provider.
        url: String,
    },
    /// Not decided yet.
    Waiting,
    /// The money cannot be used for this order and goes back.
    SentBack,
}

/// Acts on a provider's checked word. Redirect, webhook and reconciler may race: the first does the work, the others read it.
///
/// Amount, currency and state must all match the payment's row; anything else is noted and sent back.
///
/// # Errors
///
/// `Missing` for a payment nobody knows; nothing is stored then.
pub fn settle(tx: &Tx<'_>, house: &House, verified: &Verified, now: Timestamp) -> Result<Settled, OrderError> {
    let payment = find_payment(tx, verified)?.ok_or(OrderError::Missing)?;
    let order = read::find(tx, payment.order_id)?.ok_or(OrderError::Missing)?;
    match payment.status {
        payments::Status::Completed => return Ok(Settled::Paid),
        payments::Status::Refunded => return Ok(Settled::SentBack),
        payments::Status::Failed if payment.refund_due => return Ok(Settled::SentBack),
        payments::Status::Pending | payments::Status::Failed => {}
    }
    if let Some(reference) = &verified.reference {
        payments::set_reference(tx, payment.id, reference, now)?;
    }
    match &verified.state {
        ChargeState::Processing => Ok(Settled::Waiting),
        ChargeState::RequiresAction { url } => Ok(Settled::ActionNeeded { url: url.clone() }),
        ChargeState::Failed { reason } => decline(tx, &order, &payment, reason, now),
        ChargeState::Succeeded if verified.amount != payment.amount => {
            let note = format!("{} came instead of {}", verified.amount.display(), payment.amount.display());
            send_back(tx, &order, &payment, "anomaly", &note, now)
        }
        ChargeState::Succeeded => succeed(tx, house, &order, &payment, now),
    }
}

fn find_payment(tx: &Tx<'_>, verified: &Verified) -> rusqlite::Result<Option<Payment>> {
    if let Some(id) = verified.payment {
        return Ok(payments::find(tx, id)?.filter(|payment| payment.provider == verified.provider));
    }
    match &verified.reference {
        Some(reference) => payments::find_by_reference(tx, &verified.provider, reference),
        None => Ok(None),
    }
}

fn decline(tx: &Tx<'_>, order: &Order, payment: &Payment, reason: &str, now: Timestamp) -> Result<Settled, OrderError> {
    if payment.status == payments::Status::Pending {
        payments::mark(tx, payment.id, payments::Status::Failed, Some(reason), now)?;
        insert::event(tx, order.id, "declined", Some(order.status), order.status, &payment.provider, reason, now)?;
    }
    Ok(Settled::Declined { reason: reason.to_owned() })
}

fn send_back(
    tx: &Tx<'_>, order: &Order, payment: &Payment, kind: &str, note: &str, now: Timestamp,
) -> Result<Settled, OrderError> {
    payments::mark(tx, payment.id, payments::Status::Failed, Some(note), now)?;
    payments::mark_refund_due(tx, payment.id, now)?;
    insert::event(tx, order.id, kind, Some(order.status), order.status, &payment.provider, note, now)?;
    Ok(Settled::SentBack)
}

fn succeed(
    tx: &Tx<'_>, house: &House, order: &Order, payment: &Payment, now: Timestamp,
) -> Result<Settled, OrderError> {
    if payments::find_completed(tx, order.id)?.is_some() {
        return send_back(tx, order, payment, "paid_twice", "the order was paid already", now);
    }
    let Ok(status) = order.status.on(Move::Settle) else {
        return send_back(tx, order, payment, "too_late", "the order was over already", now);
    };
    let held = stock::release(tx, order.id, now)?;
    let enough = order.lines.iter().try_fold(true, |enough, line| {
        Ok::<_, rusqlite::Error>(enough && stock::available(tx, line.edition_id, now)? >= shelf_copies(line))
    })?;
    if !enough {
        // Its time was over and somebody else has the copies. What is still held stays held for another try.
        for demand in held {
            let until = order.hold_expires_at.unwrap_or(now);
            match stock::hold(tx, order.id, demand, until, now) {
                Ok(()) | Err(StockError::Short { .. }) => {}
                Err(error) => return Err(OrderError::Stock(error)),
            }
        }
        return send_back(tx, order, payment, "too_late", "the books are gone; the money goes back", now);
    }
    for line in &order.lines {
        sell(tx, line, Part::Shelf, shelf_copies(line), &payment.provider, now)?;
    }
    payments::mark(tx, payment.id, payments::Status::Completed, None, now)?;
    complete(tx, house, order, payment, status, now)?;
    Ok(Settled::Paid)
}

fn complete(
    tx: &Tx<'_>, house: &House, order: &Order, payment: &Payment, status: Status, now: Timestamp,
) -> Result<(), OrderError> {
    let head = Head {
        status,
        payment_status: payments::Status::Completed,
        payment_method: payment.method,
        hold_expires_at: None,
    };
    insert::update_head(tx, order.id, &head, now)?;
    for other in
        order.payments.iter().filter(|other| other.id != payment.id && other.status == payments::Status::Pending)
    {
        payments::mark(tx, other.id, payments::Status::Failed, Some("paid another way"), now)?;
    }
    insert::event(tx, order.id, "paid", Some(order.status), status, &payment.provider, &payment.amount.display(), now)?;
    let paid = read::find(tx, order.id)?.ok_or(OrderError::Missing)?;
    if payment.method == payments::Method::Card {
        mails::confirmation(tx, house, &paid, now)?;
    }
    mails::receipt(tx, house, &paid, now)?;
    Ok(())
}

/// Copies of a line that were on the shelf when it was ordered.
pub(super) fn shelf_copies(line: &OrderLine) -> u32 {
    line.quantity.saturating_sub(line.to_order)
}

/// Takes a part of a line off the shelf; none is nothing to do.
pub(super) fn sell(
    tx: &Tx<'_>, line: &OrderLine, part: Part, copies: u32, actor: &str, now: Timestamp,
) -> Result<(), OrderError> {
    if copies == 0 {
        return Ok(());
    }
    stock::sell(tx, line.edition_id, (line.id, part), copies, actor, now).map_err(|error| match error {
        StockError::Short { asked, available, .. } => OrderError::Short { title: line.title.clone(), asked, available },
        StockError::Db(error) => OrderError::Db(error),
        other @ (StockError::Quantity | StockError::Twice) => OrderError::Stock(other),
    })
}

/// Whether an attempt is at the provider and undecided.
pub(super) fn in_flight(order: &Order) -> Option<Id> {
    let card =
        |payment: &&Payment| payment.status == payments::Status::Pending && payment.method == payments::Method::Card;
    order.payments.iter().find(card).map(|payment| payment.id)
}
