//! Writing an order's rows.

use jiff::Timestamp;
use rusqlite::named_params;

use super::Status;
use super::place::{Checkout, Quote};
use crate::catalog::BookRow;
use crate::db::Tx;
use crate::delivery;
use crate::kernel::ids::{Id, Token};
use crate::kernel::money::Money;
use crate::kernel::time::to_ms;
use crate::payments::{self, Method};
use crate::tax::Rate;

/// The head of a new order.
pub(super) struct NewOrder<'a> {
    pub(super) id: Id,
    pub(super) number: &'a str,
    pub(super) checkout: &'a Checkout,
    pub(super) method: &'a delivery::Method,
    pub(super) quote: &'a Quote,
    pub(super) status: Status,
    pub(super) until: Timestamp,
    pub(super) tax_included: bool,
}

/// A new line.
pub(super) struct NewLine {
    pub(super) edition_id: Id,
    pub(super) quantity: u32,
    pub(super) to_order: u32,
    pub(super) unit: Money,
    pub(super) total: Money,
    pub(super) tax: Money,
    pub(super) class: &'static str,
}

pub(super) fn order(tx: &Tx<'_>, new: &NewOrder<'_>, now: Timestamp) -> rusqlite::Result<()> {
    let (checkout, sums) = (new.checkout, &new.quote.totals);
    let address = checkout.address.as_ref().filter(|_| new.method.kind == delivery::Kind::Post);
    tx.prepare_cached(
        "INSERT INTO orders (id, number, customer_id, cart_id, status, payment_status, payment_method, email, name, phone,
             delivery_method_id, delivery_kind, delivery_name, street, town, region, postcode, country, currency,
             subtotal_minor, delivery_minor, delivery_tax_minor, delivery_tax_rate, tax_minor, total_minor, tax_included,
             hold_expires_at, promised_from, promised_to, placed_at, updated_at)
         VALUES (:id, :number, :customer, :cart, :status, 'pending', :method, :email, :name, :phone,
             :delivery, :kind, :delivery_name, :street, :town, :region, :postcode, :country, :currency,
             :subtotal, :delivery_minor, :delivery_tax, :delivery_rate, :tax, :total, :included,
             :until, :promised_from, :promised_to, :now, :now)",
    )?
    .execute(named_params! {
        ":id": new.id, ":number": new.number, ":customer": checkout.customer, ":cart": checkout.cart,
        ":status": new.status.word(), ":method": checkout.payment.word(), ":email": checkout.email,
        ":name": checkout.name, ":phone": checkout.phone, ":delivery": new.method.id, ":kind": new.method.kind.word(),
        ":delivery_name": new.method.name, ":street": address.map(|a| &a.street), ":town": address.map(|a| &a.town),
        ":region": address.map(|a| &a.region), ":postcode": address.map(|a| &a.postcode), ":country": checkout.country,
        ":currency": sums.total.currency.code(), ":subtotal": sums.subtotal.minor, ":delivery_minor": sums.delivery.minor,
        ":delivery_tax": sums.delivery_tax.minor, ":delivery_rate": new.quote.delivery_rate.rate.to_string(),
        ":tax": sums.tax.minor, ":total": sums.total.minor, ":included": new.tax_included, ":until": to_ms(new.until),
        ":promised_from": new.quote.promise.from.to_string(), ":promised_to": new.quote.promise.to.to_string(), ":now": to_ms(now),
    })
    .map(drop)
}

pub(super) fn line(
    tx: &Tx<'_>, order: Id, position: usize, new: &NewLine, book: &BookRow, rate: &Rate, now: Timestamp,
) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO order_lines (id, order_id, position, edition_id, isbn, title, byline, format, quantity, to_order,
             unit_minor, line_minor, tax_minor, tax_rate, tax_rate_id, product_class)
         VALUES (:id, :order, :position, :edition, :isbn, :title, :byline, :format, :quantity, :to_order,
             :unit, :line, :tax, :rate, :rate_id, :class)",
    )?
    .execute(named_params! {
        ":id": Id::new(now), ":order": order, ":position": i64::try_from(position).unwrap_or(i64::MAX),
        ":edition": new.edition_id, ":isbn": book.isbn, ":title": book.title, ":byline": book.byline,
        ":format": book.format.label(), ":quantity": new.quantity, ":to_order": new.to_order, ":unit": new.unit.minor,
        ":line": new.total.minor, ":tax": new.tax.minor, ":rate": rate.rate.to_string(), ":rate_id": rate.id, ":class": new.class,
    })
    .map(drop)
}

#[allow(clippy::too_many_arguments, reason = "the columns of one row")]
pub(super) fn event(
    tx: &Tx<'_>, order: Id, kind: &str, from: Option<Status>, to: Status, actor: &str, note: &str, now: Timestamp,
) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO order_events (order_id, position, kind, from_status, to_status, actor, note, at)
         VALUES (:order, (SELECT coalesce(max(position), 0) + 1 FROM order_events WHERE order_id = :order),
                 :kind, :from, :to, :actor, :note, :at)",
    )?
    .execute(named_params! {
        ":order": order, ":kind": kind, ":from": from.map(Status::word), ":to": to.word(),
        ":actor": actor, ":note": note, ":at": to_ms(now),
    })
    .map(drop)
}

/// Makes a new link to an order's page; the token is shown once and stored hashed.
///
/// # Errors
///
/// Only SQLite's own.
pub fn mint_link(tx: &Tx<'_>, order: Id, now: Timestamp) -> rusqlite::Result<Token> {
    let token = Token::random();
    tx.prepare_cached("INSERT INTO order_links (token_hash, order_id, created_at) VALUES (?1, ?2, ?3)")?.execute((
        token.hash(),
        order,
        to_ms(now),
    ))?;
    Ok(token)
}

pub(super) fn remember_key(
    tx: &Tx<'_>, key: &Token, request: &[u8; 16], order: Id, now: Timestamp,
) -> rusqlite::Result<()> {
    tx.prepare_cached("INSERT INTO idempotency_keys (key, request_hash, order_id, created_at) VALUES (?1, ?2, ?3, ?4)")?
        .execute((key.as_bytes(), request, order, to_ms(now)))
        .map(drop)
}

/// What changes about an order's head when it moves.
pub(super) struct Head {
    pub(super) status: Status,
    pub(super) payment_status: payments::Status,
    pub(super) payment_method: Method,
    pub(super) hold_expires_at: Option<Timestamp>,
}

pub(super) fn update_head(tx: &Tx<'_>, order: Id, head: &Head, now: Timestamp) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE orders SET status = :status, payment_status = :payment, payment_method = :method,
                hold_expires_at = :until, version = version + 1, updated_at = :now WHERE id = :id",
    )?
    .execute(named_params! {
        ":id": order, ":status": head.status.word(), ":payment": head.payment_status.word(),
        ":method": head.payment_method.word(), ":until": head.hold_expires_at.map(to_ms), ":now": to_ms(now),
    })
    .map(drop)
}
