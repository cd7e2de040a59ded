//! A cart as its reader sees it: today's prices, today's stock, and what changed.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use super::Owner;
use crate::catalog::{self, BookRow, Offer};
use crate::kernel::ids::Id;
use crate::kernel::money::Money;
use crate::settings::Shop;
use crate::stock;

/// Something about a line that its reader should know before ordering.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// The price is another than the one last seen.
    PriceMoved {
        /// What was seen.
        was: Money,
        /// What holds now.
        now: Money,
    },
    /// Fewer copies can be had than are asked for.
    Short {
        /// How many can be had.
        left: u32,
    },
    /// So many of the copies come from the supplier.
    SomeToOrder {
        /// From the shelf.
        here: u32,
        /// From the supplier.
        to_order: u32,
        /// Working days.
        days: (u16, u16),
    },
    /// It cannot be ordered any more.
    NotForSale,
}

/// One line, priced now.
#[derive(Clone, Debug, PartialEq)]
pub struct LineView {
    /// The book.
    pub book: BookRow,
    /// Copies wanted.
    pub quantity: u32,
    /// What the shop can promise.
    pub offer: Offer,
    /// Price times copies; `None` when it is not for sale.
    pub total: Option<Money>,
    /// What its reader should know.
    pub notices: Vec<Notice>,
}

/// The whole cart, priced now.
#[derive(Clone, Debug, PartialEq)]
pub struct CartView {
    /// The cart; `None` while the visitor has none.
    pub id: Option<Id>,
    /// Its lines.
    pub lines: Vec<LineView>,
    /// The sum of what is for sale.
    pub subtotal: Money,
    /// The slowest line's lead time in working days.
    pub lead: (u16, u16),
}

impl CartView {
    /// Copies in the cart.
    pub fn copies(&self) -> u32 {
        self.lines.iter().map(|line| line.quantity).sum()
    }

    /// Whether everything in it can be ordered as it stands.
    pub fn can_be_ordered(&self) -> bool {
        let blocked = |notice: &Notice| matches!(notice, Notice::Short { .. } | Notice::NotForSale);
        !self.lines.is_empty() && !self.lines.iter().any(|line| line.notices.iter().any(blocked))
    }
}

/// How many copies lie in the owner's cart, for the header.
///
/// # Errors
///
/// Only SQLite's own.
pub fn count(conn: &Connection, owner: &Owner) -> rusqlite::Result<u32> {
    let Some(cart) = super::find_open(conn, owner)? else { return Ok(0) };
    let copies: Option<u32> = conn
        .prepare_cached("SELECT sum(quantity) FROM cart_lines WHERE cart_id = ?1")?
        .query_row([cart], |row| row.get(0))
        .optional()?
        .flatten();
    Ok(copies.unwrap_or(0))
}

/// The owner's cart with the prices and the stock of `now`.
///
/// # Errors
///
/// Only SQLite's own.
pub fn view(conn: &Connection, owner: &Owner, shop: &Shop, now: Timestamp) -> rusqlite::Result<CartView> {
    view_of(conn, super::find_open(conn, owner)?, shop, now)
}

/// As `view`, of a cart known by its id, open or not.
///
/// # Errors
///
/// Only SQLite's own.
pub fn view_of(conn: &Connection, cart: Option<Id>, shop: &Shop, now: Timestamp) -> rusqlite::Result<CartView> {
    let mut view = CartView { id: cart, lines: Vec::new(), subtotal: Money::zero(shop.currency()), lead: (0, 0) };
    let Some(cart) = view.id else { return Ok(view) };
    for line in super::list(conn, cart)? {
        let Some(book) = catalog::row(conn, line.edition, shop.currency(), now)? else { continue };
        let offer = Offer::of(&book, stock::available(conn, line.edition, now)?, shop.today(now));
        let total = book.price.filter(|_| offer.is_for_sale()).and_then(|price| price.times(line.quantity).ok());
        if let Some(sum) = total.and_then(|total| view.subtotal.plus(total).ok()) {
            view.subtotal = sum;
        }
        let notices = notices(&book, &offer, &line);
        for notice in &notices {
            if let Notice::SomeToOrder { days, .. } = notice {
                view.lead = (view.lead.0.max(days.0), view.lead.1.max(days.1));
            }
        }
        view.lines.push(LineView { book, quantity: line.quantity, offer, total, notices });
    }
    Ok(view)
}

fn notices(book: &BookRow, offer: &Offer, line: &super::Line) -> Vec<Notice> {
    let mut notices = Vec::new();
    match book.price {
        Some(now) if now != line.seen => notices.push(Notice::PriceMoved { was: line.seen, now }),
        _ => {}
    }
    match offer {
        Offer::OnShelf { copies, more_in: Some(days) } if *copies < line.quantity => {
            notices.push(Notice::SomeToOrder { here: *copies, to_order: line.quantity - copies, days: *days });
        }
        Offer::OnShelf { copies, more_in: None } if *copies < line.quantity => {
            notices.push(Notice::Short { left: *copies })
        }
        Offer::OnShelf { .. } => {}
        Offer::ToOrder { days } => notices.push(Notice::SomeToOrder { here: 0, to_order: line.quantity, days: *days }),
        Offer::Forthcoming { .. } | Offer::OutOfPrint | Offer::Reprinting | Offer::NoPrice | Offer::Unavailable => {
            notices.push(Notice::NotForSale);
        }
    }
    notices
}
