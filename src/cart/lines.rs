//! Putting books into a cart and taking them out.

use jiff::Timestamp;
use rusqlite::{Connection, named_params};

use super::{CartError, MOST_COPIES, MOST_LINES, Owner};
use crate::catalog::{self, Offer};
use crate::db::Tx;
use crate::kernel::ids::Id;
use crate::kernel::money::{Currency, Money};
use crate::kernel::time::to_ms;
use crate::settings::Shop;
use crate::stock;

/// A line as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The book.
    pub edition: Id,
    /// 1 to 99.
    pub quantity: u32,
    /// The price its reader last saw.
    pub seen: Money,
}

/// Adds copies of a book to the owner's cart; copies of the same book add up.
///
/// More than the shelf has may be asked for: the cart page says what can be had.
/// Returns the cart and the title, for the notice.
///
/// # Errors
///
/// `Quantity`, `Missing`, `NotForSale`, `Full`; the cart is unchanged then.
pub fn add(
    tx: &Tx<'_>, owner: &Owner, edition: Id, quantity: u32, shop: &Shop, now: Timestamp,
) -> Result<(Id, String), CartError> {
    if !(1..=MOST_COPIES).contains(&quantity) {
        return Err(CartError::Quantity);
    }
    let book = catalog::row(tx, edition, shop.currency(), now)?.ok_or(CartError::Missing)?;
    let offer = Offer::of(&book, stock::available(tx, edition, now)?, shop.today(now));
    let price = book.price.filter(|_| offer.is_for_sale()).ok_or_else(|| CartError::NotForSale(book.title.clone()))?;
    let cart = super::find_or_open(tx, owner, now)?;
    let lines: u32 =
        tx.prepare_cached("SELECT count(*) FROM cart_lines WHERE cart_id = ?1")?.query_row([cart], |row| row.get(0))?;
    if lines >= MOST_LINES {
        return Err(CartError::Full);
    }
    tx.prepare_cached(
        "INSERT INTO cart_lines (cart_id, edition_id, quantity, price_minor, currency, added_at)
         VALUES (:cart, :edition, :quantity, :price, :currency, :now)
         ON CONFLICT (cart_id, edition_id) DO UPDATE SET quantity = min(99, quantity + excluded.quantity),
             price_minor = excluded.price_minor, currency = excluded.currency",
    )?
    .execute(named_params! {
        ":cart": cart, ":edition": edition, ":quantity": quantity, ":price": price.minor,
        ":currency": price.currency.code(), ":now": to_ms(now),
    })?;
    super::touch(tx, cart, now)?;
    Ok((cart, book.title))
}

/// Sets how many copies of a book the cart has; the price shown beside it counts as seen.
///
/// # Errors
///
/// `Quantity`; `Missing` when the book is not in the cart.
pub fn set_quantity(
    tx: &Tx<'_>, cart: Id, edition: Id, quantity: u32, shop: &Shop, now: Timestamp,
) -> Result<(), CartError> {
    if !(1..=MOST_COPIES).contains(&quantity) {
        return Err(CartError::Quantity);
    }
    let changed = tx
        .prepare_cached("UPDATE cart_lines SET quantity = ?3 WHERE cart_id = ?1 AND edition_id = ?2")?
        .execute((cart, edition, quantity))?;
    if changed == 0 {
        return Err(CartError::Missing);
    }
    settle_prices(tx, cart, shop.currency(), now)?;
    super::touch(tx, cart, now)?;
    Ok(())
}

/// Takes a book out of the cart. Returns how many copies there were, to offer “Undo”.
///
/// # Errors
///
/// Only SQLite's own.
pub fn remove(tx: &Tx<'_>, cart: Id, edition: Id, now: Timestamp) -> rusqlite::Result<Option<u32>> {
    let removed = rusqlite::OptionalExtension::optional(
        tx.prepare_cached("DELETE FROM cart_lines WHERE cart_id = ?1 AND edition_id = ?2 RETURNING quantity")?
            .query_row((cart, edition), |row| row.get(0)),
    )?;
    super::touch(tx, cart, now)?;
    Ok(removed)
}

/// Marks the prices of now as seen: their changes have been told.
///
/// # Errors
///
/// Only SQLite's own.
pub fn settle_prices(tx: &Tx<'_>, cart: Id, currency: Currency, now: Timestamp) -> rusqlite::Result<()> {
    for line in list(tx, cart)? {
        if let Some(price) = catalog::prices::current(tx, line.edition, currency, now)? {
            tx.prepare_cached(
                "UPDATE cart_lines SET price_minor = ?3, currency = ?4 WHERE cart_id = ?1 AND edition_id = ?2",
            )?
            .execute((cart, line.edition, price.minor, price.currency.code()))?;
        }
    }
    Ok(())
}

/// The lines of a cart, in the order they were added.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list(conn: &Connection, cart: Id) -> rusqlite::Result<Vec<Line>> {
    let mut statement = conn.prepare_cached(
        "SELECT edition_id, quantity, price_minor, currency FROM cart_lines WHERE cart_id = ?1 ORDER BY added_at, edition_id",
    )?;
    let rows = statement.query_map([cart], |row| {
        let code: String = row.get(3)?;
        let currency = code.parse().unwrap_or(Currency::GBP);
        Ok(Line { edition: row.get(0)?, quantity: row.get(1)?, seen: Money { minor: row.get(2)?, currency } })
    })?;
    rows.collect()
}
