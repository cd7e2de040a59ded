//! Orders: from a basket to a parcel, in rows that explain themselves.
//!
//! Owns `orders`, `order_lines`, `order_adjustments`, `order_events`, `order_links`, `idempotency_keys`. Moves stock,
//! carts, payments and mail through their rooms, always in the one transaction of the fact.
//!
//! - `place` makes an order from a cart, once per key. The provider is asked afterwards, outside the transaction.
//! - `settle` is the one place that turns a provider's word into a paid order; redirect, webhook and reconciler call it.
//! - An order's life is the table in `state`; every move leaves an event with who and when, and queues its mail.
//! - What was sold is copied into the lines: later changes of a book change no order.
//!
//! 2026-11: each mail and page gets a link token of its own, because tokens are stored hashed and cannot be read back
//! (refused: one token per order, kept in the clear).

pub mod desk;
pub mod doctor;
mod expire;
mod insert;
mod mails;
mod moves;
pub mod pay;
mod place;
mod read;
mod settle;
mod state;
mod together;
pub mod totals;
mod walk;

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::delivery;
use crate::error::{Fault, Kind};
use crate::kernel::country::Country;
use crate::kernel::email::Email;
use crate::kernel::ids::Id;
use crate::kernel::money::Money;
use crate::payments::{self, Method};
use crate::settings::Shop;

pub use desk::Stage;
pub use expire::{expire, list_expired};
pub use insert::mint_link;
pub use moves::{cancel, give_up, hand_over, mark_paid, ready, refunded, retry, send};
pub use place::{Checkout, PlaceError, Placed, Quote, place, quote};
pub use read::{Filter, find, find_by_number, find_by_token, list, list_of_customer};
pub use settle::{Settled, settle};
pub use state::{IllegalMove, Move, Status};
pub use together::bought_together;
pub use walk::{list_ids, sum_of_customer};

/// What mails about orders need to know of the shop.
#[derive(Clone, Debug)]
pub struct House {
    /// The shop's facts.
    pub shop: Arc<Shop>,
    /// `https://books.example`, without a slash at the end.
    pub base_url: Arc<str>,
}

/// Where a parcel goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Address {
    /// Street, number, flat; may have two lines.
    pub street: String,
    /// Town.
    pub town: String,
    /// State, county, prefecture; may be empty.
    pub region: String,
    /// Postcode; may be empty where there is none.
    pub postcode: String,
}

/// An order as pages and mails show it.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// Its id.
    pub id: Id,
    /// `ORD-2026-00412`, for people.
    pub number: String,
    /// The customer's account, if they had one.
    pub customer_id: Option<Id>,
    /// The cart it came from.
    pub cart_id: Option<Id>,
    /// How far it is.
    pub status: Status,
    /// How its money stands.
    pub payment_status: payments::Status,
    /// How it is to be paid.
    pub payment_method: Method,
    /// Where mail goes.
    pub email: Email,
    /// Full name.
    pub name: String,
    /// Phone, if given.
    pub phone: Option<String>,
    /// Posted or fetched.
    pub delivery_kind: delivery::Kind,
    /// The method's name on that day.
    pub delivery_name: String,
    /// The method, for its hold days.
    pub delivery_method_id: i64,
    /// Where it goes; `None` when it is fetched.
    pub address: Option<Address>,
    /// The country whose tax holds.
    pub country: Country,
    /// Lines together.
    pub subtotal: Money,
    /// Delivery.
    pub delivery: Money,
    /// Discounts.
    pub discount: Money,
    /// Tax, in the total or on top.
    pub tax: Money,
    /// What is paid.
    pub total: Money,
    /// Whether the total's parts contain the tax.
    pub tax_included: bool,
    /// Until when its copies are held; `None` once they are sold or free.
    pub hold_expires_at: Option<Timestamp>,
    /// When it should be there.
    pub promised: Option<delivery::Promise>,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// What was bought.
    pub lines: Vec<OrderLine>,
    /// What happened, oldest first.
    pub events: Vec<Event>,
    /// The attempts to pay, oldest first.
    pub payments: Vec<payments::Payment>,
}

/// A line of an order.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderLine {
    /// Its id.
    pub id: Id,
    /// The book.
    pub edition_id: Id,
    /// Its number on that day.
    pub isbn: Option<String>,
    /// Title.
    pub title: String,
    /// Authors.
    pub byline: String,
    /// The format's label.
    pub format: String,
    /// Copies.
    pub quantity: u32,
    /// Copies that were not on the shelf.
    pub to_order: u32,
    /// Price of one.
    pub unit: Money,
    /// Price of all.
    pub total: Money,
    /// Tax in or on it.
    pub tax: Money,
    /// The rate, as a fraction in words.
    pub tax_rate: String,
}

/// Something that happened to an order.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// `placed`, `paid`, `declined`, `sent` …
    pub kind: String,
    /// How far it was after it.
    pub status: Status,
    /// Who did it.
    pub actor: String,
    /// Words for staff.
    pub note: String,
    /// When.
    pub at: Timestamp,
}

/// One row of a list of orders.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderRow {
    /// Its id.
    pub id: Id,
    /// For people.
    pub number: String,
    /// How far it is.
    pub status: Status,
    /// How its money stands.
    pub payment_status: payments::Status,
    /// How it is to be paid.
    pub payment_method: Method,
    /// Posted or fetched.
    pub delivery_kind: delivery::Kind,
    /// Who ordered.
    pub name: String,
    /// What is paid.
    pub total: Money,
    /// Copies in it.
    pub copies: u32,
    /// When it was placed.
    pub placed_at: Timestamp,
}

impl Order {
    /// Whether another way to pay may be chosen at `now`.
    pub fn can_be_retried(&self, now: Timestamp) -> bool {
        self.status == Status::Pending
            && self.payment_status == payments::Status::Pending
            && self.hold_expires_at.is_some_and(|until| until > now)
    }

    /// The newest attempt to pay.
    pub fn last_payment(&self) -> Option<&payments::Payment> {
        self.payments.last()
    }

    /// The last day on which a transfer is awaited, in the shop's zone.
    pub fn transfer_deadline(&self, shop: &Shop) -> Option<Date> {
        self.hold_expires_at.map(|until| shop.today(until))
    }
}

/// Why an order cannot be moved.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// No such order.
    #[error("There is no such order.")]
    Missing,
    /// The table of moves says no.
    #[error(transparent)]
    Illegal(#[from] IllegalMove),
    /// A payment is on its way; its end decides.
    #[error("A payment for this order is on its way. Wait for its end before you choose another.")]
    InFlight,
    /// The time to pay is over.
    #[error("The time to pay for this order is over. Your books are back in your basket.")]
    TooLate,
    /// This way to pay is not offered for it.
    #[error("This order cannot be paid that way.")]
    NotOffered,
    /// The shelf has too few.
    #[error("“{title}”: only {available} of {asked} copies are free. Book the delivery in first.")]
    Short {
        /// The book.
        title: String,
        /// Copies asked for.
        asked: u32,
        /// Copies free.
        available: u32,
    },
    /// A line's copies were booked already, or cannot be counted.
    #[error(transparent)]
    Stock(crate::stock::StockError),
    /// SQLite said no.
    #[error(transparent)]
    Db(#[from] crate::db::DbError),
}

impl From<rusqlite::Error> for OrderError {
    fn from(error: rusqlite::Error) -> OrderError {
        OrderError::Db(error.into())
    }
}

impl Fault for OrderError {
    fn kind(&self) -> Kind {
        match self {
            OrderError::Missing => Kind::NotFound,
            OrderError::Illegal(_) | OrderError::InFlight | OrderError::TooLate | OrderError::Short { .. } => {
                Kind::Conflict
            }
            OrderError::NotOffered => Kind::Invalid,
            OrderError::Stock(error) => error.kind(),
            OrderError::Db(error) => error.kind(),
        }
    }
}

#[cfg(test)]
mod tests;
