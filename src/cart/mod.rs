//! The basket: what somebody means to buy. (“basket” in text that people read, `cart` everywhere else.)
//!
//! Owns `carts` and `cart_lines`. A visitor's cart is found by the token in their cookie, a customer's by who they
//! are; signing in merges the two. A cart that became an order is closed, and comes back only if that order fails.
//!
//! - Prices are read when they are shown; a line remembers the price its reader last saw, so a change is told.
//! - A cart holds no stock: the order does.

mod lines;
mod merge;
mod view;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, named_params};

use crate::db::Tx;
use crate::error::{Fault, Kind};
use crate::kernel::ids::{Id, Token};
use crate::kernel::time::to_ms;

pub use lines::{Line, add, list, remove, set_quantity, settle_prices};
pub use merge::{merge_at_sign_in, restore};
pub use view::{CartView, LineView, Notice, count, view, view_of};

/// Most copies of one book in a cart.
pub const MOST_COPIES: u32 = 99;
/// Most different books in a cart.
pub const MOST_LINES: u32 = 200;

/// Whose cart it is: a customer's, or that of whoever shows the token.
#[derive(Clone, Debug, Default)]
pub struct Owner {
    /// The signed-in customer; found first.
    pub customer: Option<Id>,
    /// The cookie's token.
    pub token: Option<Token>,
}

/// Why a cart cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum CartError {
    /// Not a whole number from 1 to 99.
    #[error("A basket takes 1 to 99 copies of a book.")]
    Quantity,
    /// The book is not for sale now.
    #[error("“{0}” cannot be ordered at the moment.")]
    NotForSale(String),
    /// No such book.
    #[error("There is no such book.")]
    Missing,
    /// Too many different books.
    #[error("A basket takes 200 different books; order these first.")]
    Full,
    /// SQLite said no.
    #[error(transparent)]
    Db(#[from] crate::db::DbError),
}

impl From<rusqlite::Error> for CartError {
    fn from(error: rusqlite::Error) -> CartError {
        CartError::Db(error.into())
    }
}

impl Fault for CartError {
    fn kind(&self) -> Kind {
        match self {
            CartError::Quantity | CartError::Full => Kind::Invalid,
            CartError::NotForSale(_) => Kind::Conflict,
            CartError::Missing => Kind::NotFound,
            CartError::Db(error) => error.kind(),
        }
    }
}

/// The open cart of `owner`, if there is one.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find_open(conn: &Connection, owner: &Owner) -> rusqlite::Result<Option<Id>> {
    if let Some(customer) = owner.customer {
        return conn
            .prepare_cached("SELECT id FROM carts WHERE customer_id = ?1 AND state = 'open'")?
            .query_row([customer], |row| row.get(0))
            .optional();
    }
    let Some(token) = &owner.token else { return Ok(None) };
    conn.prepare_cached("SELECT id FROM carts WHERE token_hash = ?1 AND state = 'open' AND customer_id IS NULL")?
        .query_row([token.hash()], |row| row.get(0))
        .optional()
}

/// The open cart of `owner`, made when there is none. Without an owner nothing is made: give the visitor a token first.
fn find_or_open(tx: &Tx<'_>, owner: &Owner, now: Timestamp) -> rusqlite::Result<Id> {
    if let Some(id) = find_open(tx, owner)? {
        return Ok(id);
    }
    let id = Id::new(now);
    let token = owner.token.as_ref().filter(|_| owner.customer.is_none()).map(Token::hash);
    tx.prepare_cached(
        "INSERT INTO carts (id, token_hash, customer_id, created_at, updated_at) VALUES (:id, :token, :customer, :now, :now)",
    )?
    .execute(named_params! { ":id": id, ":token": token, ":customer": owner.customer, ":now": to_ms(now) })?;
    Ok(id)
}

fn touch(tx: &Tx<'_>, cart: Id, now: Timestamp) -> rusqlite::Result<()> {
    tx.prepare_cached("UPDATE carts SET updated_at = ?2 WHERE id = ?1")?.execute((cart, to_ms(now))).map(drop)
}

/// Closes a cart because it became `order`; `false` if it was not open any more.
///
/// # Errors
///
/// Only SQLite's own.
pub fn close(tx: &Tx<'_>, cart: Id, order: Id, now: Timestamp) -> rusqlite::Result<bool> {
    let closed = tx
        .prepare_cached(
            "UPDATE carts SET state = 'ordered', order_id = ?2, updated_at = ?3 WHERE id = ?1 AND state = 'open'",
        )?
        .execute((cart, order, to_ms(now)))?;
    Ok(closed == 1)
}

/// Deletes carts that nobody touched since `before` and that no order came from.
///
/// # Errors
///
/// Only SQLite's own.
pub fn delete_idle(tx: &Tx<'_>, before: Timestamp) -> rusqlite::Result<usize> {
    tx.prepare_cached("DELETE FROM carts WHERE state IN ('open', 'merged') AND updated_at < ?1")?
        .execute([to_ms(before)])
}

#[cfg(test)]
mod tests;
