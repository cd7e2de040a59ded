//! Two carts becoming one: at sign-in, and when an order failed.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, named_params};

use super::Owner;
use crate::db::Tx;
use crate::kernel::ids::{Id, Token};
use crate::kernel::time::to_ms;

/// Moves what the visitor chose before signing in to the customer's cart; copies of the same book add up to at most 99.
///
/// # Errors
///
/// Only SQLite's own.
pub fn merge_at_sign_in(tx: &Tx<'_>, token: &Token, customer: Id, now: Timestamp) -> rusqlite::Result<()> {
    let guest = Owner { customer: None, token: Some(token.clone()) };
    let Some(from) = super::find_open(tx, &guest)? else { return Ok(()) };
    let owner = Owner { customer: Some(customer), token: None };
    match super::find_open(tx, &owner)? {
        Some(into) => pour(tx, from, into, now),
        // Without its token: the browser may still hold it, and after signing out begins another cart with it.
        None => tx
            .prepare_cached("UPDATE carts SET customer_id = ?2, token_hash = NULL, updated_at = ?3 WHERE id = ?1")?
            .execute((from, customer, to_ms(now)))
            .map(drop),
    }
}

/// Gives an ordered cart back: it opens again, or its books join the cart that was begun since.
///
/// # Errors
///
/// Only SQLite's own.
pub fn restore(tx: &Tx<'_>, cart: Id, now: Timestamp) -> rusqlite::Result<()> {
    let owner: Option<(Option<Id>, Option<[u8; 32]>)> = tx
        .prepare_cached("SELECT customer_id, token_hash FROM carts WHERE id = ?1 AND state = 'ordered'")?
        .query_row([cart], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((customer, token_hash)) = owner else { return Ok(()) };
    let open: Option<Id> = tx
        .prepare_cached(
            "SELECT id FROM carts WHERE state = 'open'
                AND ((:customer IS NOT NULL AND customer_id = :customer)
                     OR (:customer IS NULL AND customer_id IS NULL AND token_hash = :token))",
        )?
        .query_row(named_params! { ":customer": customer, ":token": token_hash }, |row| row.get(0))
        .optional()?;
    match open {
        Some(into) => pour(tx, cart, into, now),
        None => tx
            .prepare_cached("UPDATE carts SET state = 'open', order_id = NULL, updated_at = ?2 WHERE id = ?1")?
            .execute((cart, to_ms(now)))
            .map(drop),
    }
}

fn pour(tx: &Tx<'_>, from: Id, into: Id, now: Timestamp) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO cart_lines (cart_id, edition_id, quantity, price_minor, currency, added_at)
         SELECT :into, edition_id, quantity, price_minor, currency, added_at FROM cart_lines WHERE cart_id = :from
         ON CONFLICT (cart_id, edition_id) DO UPDATE SET quantity = min(99, quantity + excluded.quantity)",
    )?
    .execute(named_params! { ":into": into, ":from": from })?;
    tx.prepare_cached("DELETE FROM cart_lines WHERE cart_id = ?1")?.execute([from])?;
    tx.prepare_cached("UPDATE carts SET state = 'merged', order_id = NULL, updated_at = ?2 WHERE id = ?1")?
        .execute((from, to_ms(now)))?;
    super::touch(tx, into, now)
}
