//! The mails an order causes, queued in the transaction of their cause.

use jiff::Timestamp;

use super::{House, Order, insert};
use crate::db::Tx;
use crate::delivery;
use crate::mail::order::{self, OrderMail, OrderMailLine, PaymentWords};
use crate::mail::{self, Draft, Rendered};
use crate::payments::Method;

fn enqueue(
    tx: &Tx<'_>, house: &House, order: &Order, kind: &'static str, render: impl FnOnce(&OrderMail) -> Rendered,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let token = insert::mint_link(tx, order.id, now)?;
    let view = view(house, order, format!("{}/orders/{token}", house.base_url));
    let draft = Draft { subject_id: order.id, kind, version: 1, recipient: &order.email, rendered: render(&view) };
    mail::enqueue(tx, &draft, now).map(drop)
}

pub(super) fn confirmation(tx: &Tx<'_>, house: &House, order: &Order, now: Timestamp) -> rusqlite::Result<()> {
    enqueue(tx, house, order, "order.confirmation", order::confirmation, now)
}

pub(super) fn receipt(tx: &Tx<'_>, house: &House, order: &Order, now: Timestamp) -> rusqlite::Result<()> {
    enqueue(tx, house, order, "order.receipt", order::receipt, now)
}

pub(super) fn payment_failed(
    tx: &Tx<'_>, house: &House, order: &Order, reason: &str, now: Timestamp,
) -> rusqlite::Result<()> {
    enqueue(tx, house, order, "order.payment_failed", |mail| order::payment_failed(mail, reason), now)
}

pub(super) fn cancelled(tx: &Tx<'_>, house: &House, order: &Order, now: Timestamp) -> rusqlite::Result<()> {
    enqueue(tx, house, order, "order.cancelled", order::cancelled, now)
}

pub(super) fn sent(tx: &Tx<'_>, house: &House, order: &Order, now: Timestamp) -> rusqlite::Result<()> {
    enqueue(tx, house, order, "order.sent", order::sent, now)
}

pub(super) fn ready(tx: &Tx<'_>, house: &House, order: &Order, now: Timestamp) -> rusqlite::Result<()> {
    enqueue(tx, house, order, "order.ready", order::ready, now)
}

pub(super) fn handed_over(tx: &Tx<'_>, house: &House, order: &Order, now: Timestamp) -> rusqlite::Result<()> {
    enqueue(tx, house, order, "order.handed_over", order::handed_over, now)
}

fn view(house: &House, order: &Order, link: String) -> OrderMail {
    OrderMail {
        shop: (*house.shop).clone(),
        number: order.number.clone(),
        link,
        name: order.name.clone(),
        lines: order
            .lines
            .iter()
            .map(|line| OrderMailLine {
                title: line.title.clone(),
                byline: line.byline.clone(),
                format: line.format.clone(),
                quantity: line.quantity,
                to_order: line.to_order,
                line: line.total,
            })
            .collect(),
        subtotal: order.subtotal,
        delivery_name: order.delivery_name.clone(),
        delivery: order.delivery,
        tax: order.tax,
        tax_included: order.tax_included,
        total: order.total,
        address: address_lines(order),
        payment: payment_words(house, order),
        promise: order.promised.map(|promised| promised.display()),
    }
}

fn payment_words(house: &House, order: &Order) -> PaymentWords {
    match order.payment_method {
        Method::Card => PaymentWords::Card,
        Method::OnCollection => PaymentWords::OnCollection,
        Method::Transfer => PaymentWords::Transfer {
            reference: order.number.clone(),
            until: order.transfer_deadline(&house.shop).unwrap_or_else(|| house.shop.today(order.placed_at)),
        },
    }
}

fn address_lines(order: &Order) -> Vec<String> {
    let Some(address) = order.address.as_ref().filter(|_| order.delivery_kind == delivery::Kind::Post) else {
        return Vec::new();
    };
    let mut lines = vec![order.name.clone()];
    lines.extend(address.street.lines().map(str::to_owned));
    let parts = [address.town.as_str(), address.region.as_str(), address.postcode.as_str(), order.country.name()];
    lines.extend(parts.into_iter().filter(|part| !part.is_empty()).map(str::to_owned));
    lines
}
