//! What people do with an order after it was placed. Each move checks the table, leaves an event and queues its mail.

use jiff::Timestamp;

use super::insert::{self, Head};
use super::place::{hold_until, is_offered, provider_of};
use super::settle::{in_flight, sell, shelf_copies};
use super::{House, Move, Order, OrderError, Settled, Status, expire, mails, read, settle};
use crate::db::Tx;
use crate::delivery::{self, Kind};
use crate::kernel::ids::Id;
use crate::payments::{self, ChargeState, Method, NewPayment, Verified};
use crate::stock::{self, Part};

fn find(tx: &Tx<'_>, id: Id) -> Result<Order, OrderError> {
    read::find(tx, id)?.ok_or(OrderError::Missing)
}

fn advance(
    tx: &Tx<'_>, order: &Order, what: Move, kind: &str, actor: &str, note: &str, now: Timestamp,
) -> Result<Status, OrderError> {
    let status = order.status.on(what)?;
    let head = Head {
        status,
        payment_status: order.payment_status,
        payment_method: order.payment_method,
        hold_expires_at: order.hold_expires_at,
    };
    insert::update_head(tx, order.id, &head, now)?;
    insert::event(tx, order.id, kind, Some(order.status), status, actor, note, now)?;
    Ok(status)
}

/// Staff found the money on the account, or took it at the counter.
///
/// # Errors
///
/// `InFlight` while a card is being charged; `TooLate`, when nothing is open to be paid.
pub fn mark_paid(tx: &Tx<'_>, house: &House, id: Id, actor: &str, now: Timestamp) -> Result<Settled, OrderError> {
    let order = find(tx, id)?;
    let open = order.payments.iter().rev().find(|payment| payment.status == payments::Status::Pending);
    let payment = open.ok_or(OrderError::TooLate)?;
    if payment.method == Method::Card {
        return Err(OrderError::InFlight);
    }
    insert::event(tx, id, "matched", Some(order.status), order.status, actor, payment.method.label(), now)?;
    let verified = Verified {
        provider: payment.provider.clone(),
        payment: Some(payment.id),
        reference: None,
        amount: payment.amount,
        state: ChargeState::Succeeded,
    };
    settle(tx, house, &verified, now)
}

/// Takes what is still on the shelf of an order off it: the copies that came from the supplier, and unsold ones.
fn sell_rest(tx: &Tx<'_>, order: &Order, actor: &str, now: Timestamp) -> Result<(), OrderError> {
    stock::release(tx, order.id, now)?;
    for line in &order.lines {
        if stock::sold_of(tx, line.id)? == 0 {
            sell(tx, line, Part::Shelf, shelf_copies(line), actor, now)?;
        }
        if stock::sold_of(tx, line.id)? < line.quantity {
            sell(tx, line, Part::ToOrder, line.to_order, actor, now)?;
        }
    }
    Ok(())
}

/// The parcel is posted.
///
/// # Errors
///
/// `Illegal`; `Short` while copies from the supplier are not booked in; `NotOffered` for an order that is fetched.
pub fn send(tx: &Tx<'_>, house: &House, id: Id, actor: &str, note: &str, now: Timestamp) -> Result<(), OrderError> {
    let order = find(tx, id)?;
    if order.delivery_kind == Kind::Collection {
        return Err(OrderError::NotOffered);
    }
    advance(tx, &order, Move::Send, "sent", actor, note, now)?;
    sell_rest(tx, &order, actor, now)?;
    Ok(mails::sent(tx, house, &order, now)?)
}

/// Everything lies behind the till; the reader may come. Unpaid copies stay held for the method's hold days from now.
///
/// # Errors
///
/// As `send`.
pub fn ready(tx: &Tx<'_>, house: &House, id: Id, actor: &str, now: Timestamp) -> Result<(), OrderError> {
    let order = find(tx, id)?;
    if order.delivery_kind == Kind::Post {
        return Err(OrderError::NotOffered);
    }
    let status = advance(tx, &order, Move::Ready, "ready", actor, "", now)?;
    if order.payment_status == payments::Status::Completed {
        sell_rest(tx, &order, actor, now)?;
    } else {
        hold_everything(tx, &order, status, now)?;
    }
    Ok(mails::ready(tx, house, &order, now)?)
}

fn hold_everything(tx: &Tx<'_>, order: &Order, status: Status, now: Timestamp) -> Result<(), OrderError> {
    let method = delivery::find_for(tx, order.delivery_method_id, order.country, order.total.currency)?;
    let until = method.map_or(now, |method| hold_until(Method::OnCollection, &method, now));
    for line in &order.lines {
        let demand = stock::Demand { edition: line.edition_id, quantity: line.quantity };
        stock::hold(tx, order.id, demand, until, now).map_err(|error| match error {
            stock::StockError::Short { asked, available, .. } => {
                OrderError::Short { title: line.title.clone(), asked, available }
            }
            other @ (stock::StockError::Quantity | stock::StockError::Twice | stock::StockError::Db(_)) => {
                OrderError::Stock(other)
            }
        })?;
    }
    let head = Head {
        status,
        payment_status: order.payment_status,
        payment_method: order.payment_method,
        hold_expires_at: Some(until),
    };
    Ok(insert::update_head(tx, order.id, &head, now)?)
}

/// The reader has the books; what was not paid is paid at the counter now.
///
/// # Errors
///
/// `Illegal`; `Short` when the shelf has fewer.
pub fn hand_over(tx: &Tx<'_>, house: &House, id: Id, actor: &str, now: Timestamp) -> Result<(), OrderError> {
    let mut order = find(tx, id)?;
    order.status.on(Move::HandOver)?;
    if order.payment_status != payments::Status::Completed {
        match mark_paid(tx, house, id, actor, now)? {
            Settled::Paid => order = find(tx, id)?,
            Settled::Declined { .. } | Settled::ActionNeeded { .. } | Settled::Waiting | Settled::SentBack => {
                return Err(OrderError::TooLate);
            }
        }
    }
    advance(tx, &order, Move::HandOver, "handed_over", actor, "", now)?;
    sell_rest(tx, &order, actor, now)?;
    Ok(mails::handed_over(tx, house, &order, now)?)
}

/// Staff cancels an order before it leaves: copies come back, money goes back the way it came.
///
/// # Errors
///
/// `Illegal` once it was sent.
pub fn cancel(tx: &Tx<'_>, house: &House, id: Id, actor: &str, note: &str, now: Timestamp) -> Result<(), OrderError> {
    let order = find(tx, id)?;
    let status = order.status.on(Move::Cancel)?;
    for payment in order.payments.iter().filter(|payment| payment.status == payments::Status::Pending) {
        payments::mark(tx, payment.id, payments::Status::Failed, Some("the order was cancelled"), now)?;
    }
    stock::release(tx, id, now)?;
    for line in &order.lines {
        for unit in 0..stock::sold_of(tx, line.id)? {
            stock::return_unit(tx, line.edition_id, line.id, unit, actor, "order cancelled", now)
                .map_err(OrderError::Stock)?;
        }
    }
    let paid = order.payments.iter().find(|payment| payment.status == payments::Status::Completed);
    let payment_status = if paid.is_some() { order.payment_status } else { payments::Status::Failed };
    let head = Head { status, payment_status, payment_method: order.payment_method, hold_expires_at: None };
    insert::update_head(tx, id, &head, now)?;
    insert::event(tx, id, "cancelled", Some(order.status), status, actor, note, now)?;
    mails::cancelled(tx, house, &order, now)?;
    match paid {
        Some(payment) if payment.method == Method::Card => Ok(payments::mark_refund_due(tx, payment.id, now)?),
        // Money that came by transfer or over the counter goes back by hand; the event says whose task it is.
        Some(payment) => refunded(tx, payment.id, "paid back by hand", actor, now),
        None => Ok(()),
    }
}

/// The provider has sent a payment's money back.
///
/// # Errors
///
/// `Missing`.
pub fn refunded(tx: &Tx<'_>, payment: Id, note: &str, actor: &str, now: Timestamp) -> Result<(), OrderError> {
    let payment = payments::find(tx, payment)?.ok_or(OrderError::Missing)?;
    let order = find(tx, payment.order_id)?;
    let paid_for_it = payment.status == payments::Status::Completed;
    payments::mark(tx, payment.id, payments::Status::Refunded, Some(note), now)?;
    if paid_for_it {
        let head = Head {
            status: order.status,
            payment_status: payments::Status::Refunded,
            payment_method: order.payment_method,
            hold_expires_at: order.hold_expires_at,
        };
        insert::update_head(tx, order.id, &head, now)?;
    }
    Ok(insert::event(
        tx,
        order.id,
        "refunded",
        Some(order.status),
        order.status,
        actor,
        &payment.amount.display(),
        now,
    )?)
}

/// The reader gives up on paying: the order ends, the basket is as before.
///
/// # Errors
///
/// `Illegal` when it is paid or over; `InFlight` while the provider has not decided.
pub fn give_up(tx: &Tx<'_>, house: &House, id: Id, reason: &str, now: Timestamp) -> Result<(), OrderError> {
    let order = find(tx, id)?;
    if order.status != Status::Pending {
        return Err(super::IllegalMove { from: order.status, what: Move::Cancel }.into());
    }
    if in_flight(&order).is_some() {
        return Err(OrderError::InFlight);
    }
    expire::fail(tx, house, &order, Move::Cancel, "reader", reason, now)
}

/// Begins another attempt to pay for an order that is still held, in any way the shop offers for it.
///
/// Returns the new attempt.
///
/// # Errors
///
/// `InFlight`, `TooLate`, `NotOffered`.
pub fn retry(tx: &Tx<'_>, house: &House, id: Id, method: Method, now: Timestamp) -> Result<Id, OrderError> {
    let order = find(tx, id)?;
    if !order.can_be_retried(now) {
        return Err(OrderError::TooLate);
    }
    if in_flight(&order).is_some() {
        return Err(OrderError::InFlight);
    }
    let delivery = delivery::find_for(tx, order.delivery_method_id, order.country, order.total.currency)?;
    let delivery =
        delivery.filter(|delivery| is_offered(&house.shop, method, delivery.kind)).ok_or(OrderError::NotOffered)?;
    for payment in order.payments.iter().filter(|payment| payment.status == payments::Status::Pending) {
        payments::mark(tx, payment.id, payments::Status::Failed, Some("another way was chosen"), now)?;
    }
    let attempt = NewPayment { order_id: id, method, provider: provider_of(method), amount: order.total };
    let payment = payments::open(tx, &attempt, now)?;
    let status = if method == Method::OnCollection { order.status.on(Move::Accept)? } else { order.status };
    // A card never stretches a hold, and shortens the days that a transfer was given.
    let until = match (method, order.hold_expires_at) {
        (Method::Card, Some(until)) => until.min(hold_until(method, &delivery, now)),
        _ => hold_until(method, &delivery, now),
    };
    stock::extend(tx, id, until, now)?;
    let head =
        Head { status, payment_status: order.payment_status, payment_method: method, hold_expires_at: Some(until) };
    insert::update_head(tx, id, &head, now)?;
    insert::event(tx, id, "retried", Some(order.status), status, "reader", method.label(), now)?;
    if method != Method::Card {
        let order = find(tx, id)?;
        mails::confirmation(tx, house, &order, now)?;
    }
    Ok(payment)
}
