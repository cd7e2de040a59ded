//! From a basket to an order, in one transaction.

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::insert::{self, NewLine, NewOrder};
use super::{Address, House, Move, Order, Status, mails, read, totals};
use crate::cart::{self, CartView, Notice};
use crate::catalog::BookRow;
use crate::db::Tx;
use crate::delivery::{self, Promise};
use crate::error::{Fault, Kind};
use crate::kernel::country::Country;
use crate::kernel::email::Email;
use crate::kernel::ids::{Id, Token, fingerprint};
use crate::kernel::money::{Money, MoneyError};
use crate::payments::{self, Method, NewPayment};
use crate::settings::{Shop, counters};
use crate::stock::{self, Demand, StockError};
use crate::tax::{self, ProductClass, Rate};

/// How long copies are held while a card is being charged.
pub(super) const CARD_HOLD: SignedDuration = SignedDuration::from_mins(15);
/// How long a bank transfer may take.
pub(super) const TRANSFER_HOLD: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What a reader hands in to order.
#[derive(Clone, Debug)]
pub struct Checkout {
    /// The one-time key of the rendered page, or of the API's request.
    pub key: Token,
    /// The cart.
    pub cart: Id,
    /// The account, if signed in.
    pub customer: Option<Id>,
    /// Where mail goes.
    pub email: Email,
    /// Full name.
    pub name: String,
    /// Phone, if given.
    pub phone: Option<String>,
    /// The country it goes to; the shop's when it is fetched.
    pub country: Country,
    /// Where it goes; `None` to fetch it.
    pub address: Option<Address>,
    /// The way it is delivered.
    pub delivery_method: i64,
    /// How it is paid.
    pub payment: Method,
    /// The total its reader agreed to; another total places nothing.
    pub expected_total: Option<Money>,
}

/// A placed order.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The order.
    pub order: Id,
    /// A fresh token for its page.
    pub token: Token,
    /// The attempt to pay that was begun with it.
    pub payment: Id,
    /// Whether the key had placed it before.
    pub already: bool,
    /// Whether that earlier request was this very one.
    pub same_request: bool,
}

/// What an order would cost at this moment.
#[derive(Clone, Debug)]
pub struct Quote {
    /// The sums.
    pub totals: totals::Totals,
    /// Per line of the cart, the rate it is taxed at.
    pub rates: Vec<Rate>,
    /// The rate on delivery.
    pub delivery_rate: Rate,
    /// When it would be there.
    pub promise: Promise,
}

/// Why an order cannot be placed.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// Nothing in it.
    #[error("Your basket is empty.")]
    Empty,
    /// This basket became an order with another key: another window was faster.
    #[error("This basket has been ordered already, perhaps in another window.")]
    AlreadyOrdered,
    /// Fewer copies than wanted.
    #[error("“{title}”: we have {left} left.")]
    Short {
        /// The book.
        title: String,
        /// Copies that can be had.
        left: u32,
    },
    /// Not for sale any more.
    #[error("“{0}” cannot be ordered any more.")]
    NotForSale(String),
    /// The total is another than the one agreed to.
    #[error("The total has changed from {} to {}. Please look at it again.", .was.display(), .now.display())]
    TotalMoved {
        /// What the reader saw.
        was: Money,
        /// What it is now.
        now: Money,
    },
    /// The method does not reach the country.
    #[error("This way of delivery does not reach that country. Choose another.")]
    Unreachable,
    /// Post without an address.
    #[error("Enter the address it goes to.")]
    NoAddress,
    /// A way to pay that the shop does not offer for this order.
    #[error("This order cannot be paid that way. Choose another.")]
    NotOffered,
    /// Amounts that cannot be added.
    #[error("the amounts cannot be added up: {0}")]
    Money(#[from] MoneyError),
    /// SQLite said no.
    #[error(transparent)]
    Db(#[from] crate::db::DbError),
}

impl From<rusqlite::Error> for PlaceError {
    fn from(error: rusqlite::Error) -> PlaceError {
        PlaceError::Db(error.into())
    }
}

impl Fault for PlaceError {
    fn kind(&self) -> Kind {
        match self {
            PlaceError::Empty | PlaceError::Unreachable | PlaceError::NoAddress | PlaceError::NotOffered => {
                Kind::Invalid
            }
            PlaceError::AlreadyOrdered
            | PlaceError::Short { .. }
            | PlaceError::NotForSale(_)
            | PlaceError::TotalMoved { .. } => Kind::Conflict,
            PlaceError::Money(_) => Kind::Invalid,
            PlaceError::Db(error) => error.kind(),
        }
    }
}

/// Whether the shop takes this way of paying for this kind of delivery.
pub(super) fn is_offered(shop: &Shop, method: Method, kind: delivery::Kind) -> bool {
    match method {
        Method::Card => shop.pay_card,
        Method::Transfer => shop.pay_transfer,
        Method::OnCollection => shop.pay_on_collection && kind == delivery::Kind::Collection,
    }
}

/// What the cart would cost, delivered by `method` to `country`.
///
/// # Errors
///
/// `Money`, `Db`.
pub fn quote(
    conn: &Connection, shop: &Shop, cart: &CartView, method: &delivery::Method, country: Country, now: Timestamp,
) -> Result<Quote, PlaceError> {
    let mut rates = Vec::with_capacity(cart.lines.len());
    let mut priced = Vec::with_capacity(cart.lines.len());
    for line in &cart.lines {
        let rate = tax::rate_or_zero(conn, country, product_class(&line.book), now)?;
        let unit = line.book.price.unwrap_or(Money::zero(shop.currency()));
        priced.push(totals::PricedLine { unit, quantity: line.quantity, rate: rate.rate });
        rates.push(rate);
    }
    // Delivery is taxed like the dearest-taxed thing in the parcel, unless a row of its own says otherwise.
    let own = tax::rate_for(conn, country, ProductClass::Delivery, now)?;
    let with_goods = || rates.iter().max_by_key(|rate| rate.rate).cloned();
    let delivery_rate = match own.or_else(with_goods) {
        Some(rate) => rate,
        None => tax::rate_or_zero(conn, country, ProductClass::Print, now)?,
    };
    let totals = totals::totals(&priced, method.price, delivery_rate.rate, shop.tax_included)?;
    Ok(Quote { totals, rates, delivery_rate, promise: delivery::promise(shop, method, cart.lead, now) })
}

fn product_class(book: &BookRow) -> ProductClass {
    match book.format.code().as_bytes() {
        [b'A', _] => ProductClass::Audio,
        [b'B' | b'S' | b'0' | b'C', _] => ProductClass::Print,
        _ => ProductClass::Other,
    }
}

/// Turns an open cart into an order: holds the copies, fixes prices and tax, begins the payment, queues the mail.
///
/// The same key again answers with the first order and changes nothing but a new link to it.
///
/// # Errors
///
/// The first thing that stands in the way; the caller's transaction must then roll back.
pub fn place(tx: &Tx<'_>, house: &House, checkout: &Checkout, now: Timestamp) -> Result<Placed, PlaceError> {
    let request = request_hash(checkout);
    if let Some((order, first_request)) = read::find_by_key(tx, &checkout.key)? {
        return repeat(tx, order, first_request == request, now);
    }
    let shop = &house.shop;
    let basket = cart::view_of(tx, Some(checkout.cart), shop, now)?;
    let id = Id::new(now);
    if basket.lines.is_empty() {
        return Err(PlaceError::Empty);
    }
    if !cart::close(tx, checkout.cart, id, now)? {
        return Err(PlaceError::AlreadyOrdered);
    }
    let method = delivery::find_for(tx, checkout.delivery_method, checkout.country, shop.currency())?
        .ok_or(PlaceError::Unreachable)?;
    if method.kind == delivery::Kind::Post && checkout.address.is_none() {
        return Err(PlaceError::NoAddress);
    }
    if !is_offered(shop, checkout.payment, method.kind) {
        return Err(PlaceError::NotOffered);
    }
    refuse_what_cannot_be_had(&basket)?;
    let quote = quote(tx, shop, &basket, &method, checkout.country, now)?;
    match checkout.expected_total {
        Some(was) if was != quote.totals.total => return Err(PlaceError::TotalMoved { was, now: quote.totals.total }),
        _ => {}
    }
    let until = hold_until(checkout.payment, &method, now);
    let lines = write(tx, house, checkout, &method, &quote, &basket, (id, until), now)?;
    for (line, view) in lines.iter().zip(&basket.lines) {
        let quantity = line.quantity - line.to_order;
        if quantity > 0 {
            let demand = Demand { edition: line.edition_id, quantity };
            stock::hold(tx, id, demand, until, now).map_err(|error| short(error, &view.book.title))?;
        }
    }
    let provider = provider_of(checkout.payment);
    let payment = payments::open(
        tx,
        &NewPayment { order_id: id, method: checkout.payment, provider, amount: quote.totals.total },
        now,
    )?;
    insert::remember_key(tx, &checkout.key, &request, id, now)?;
    let token = insert::mint_link(tx, id, now)?;
    if checkout.payment != Method::Card {
        // A card order is confirmed when the card has paid; these two are orders already.
        let order = read::find(tx, id)?.ok_or(PlaceError::Empty)?;
        mails::confirmation(tx, house, &order, now)?;
    }
    Ok(Placed { order: id, token, payment, already: false, same_request: true })
}

/// Which provider takes the money: cards go to the gateway, the rest is matched by staff.
pub(super) fn provider_of(method: Method) -> &'static str {
    match method {
        Method::Card => "test",
        Method::Transfer => "transfer",
        Method::OnCollection => "till",
    }
}

pub(super) fn hold_until(payment: Method, method: &delivery::Method, now: Timestamp) -> Timestamp {
    let hold = match payment {
        Method::Card => CARD_HOLD,
        Method::Transfer => TRANSFER_HOLD,
        Method::OnCollection => SignedDuration::from_hours(24 * i64::from(method.hold_days)),
    };
    now.checked_add(hold).unwrap_or(Timestamp::MAX)
}

fn repeat(tx: &Tx<'_>, order: Id, same_request: bool, now: Timestamp) -> Result<Placed, PlaceError> {
    let first = payments::list_of_order(tx, order)?.first().map(|payment| payment.id);
    let payment = first.ok_or(PlaceError::AlreadyOrdered)?;
    Ok(Placed { order, token: insert::mint_link(tx, order, now)?, payment, already: true, same_request })
}

fn request_hash(checkout: &Checkout) -> [u8; 16] {
    let Checkout {
        key: _,
        cart,
        customer,
        email,
        name,
        phone,
        country,
        address,
        delivery_method,
        payment,
        expected_total,
    } = checkout;
    let words = format!(
        "{cart}|{customer:?}|{email}|{name}|{phone:?}|{country}|{address:?}|{delivery_method}|{payment:?}|{expected_total:?}"
    );
    fingerprint(words.as_bytes())
}

fn refuse_what_cannot_be_had(basket: &CartView) -> Result<(), PlaceError> {
    for line in &basket.lines {
        for notice in &line.notices {
            match notice {
                Notice::Short { left } => {
                    return Err(PlaceError::Short { title: line.book.title.clone(), left: *left });
                }
                Notice::NotForSale => return Err(PlaceError::NotForSale(line.book.title.clone())),
                Notice::PriceMoved { .. } | Notice::SomeToOrder { .. } => {}
            }
        }
    }
    Ok(())
}

fn short(error: StockError, title: &str) -> PlaceError {
    match error {
        StockError::Short { available, .. } => PlaceError::Short { title: title.to_owned(), left: available },
        StockError::Db(error) => PlaceError::Db(error),
        StockError::Quantity | StockError::Twice => PlaceError::NotForSale(title.to_owned()),
    }
}

#[allow(clippy::too_many_arguments, reason = "the parts of one row")]
fn write(
    tx: &Tx<'_>, house: &House, checkout: &Checkout, method: &delivery::Method, quote: &Quote, basket: &CartView,
    (id, until): (Id, Timestamp), now: Timestamp,
) -> Result<Vec<NewLine>, PlaceError> {
    let year = house.shop.today(now).year();
    let number = format!("ORD-{year}-{:05}", counters::next(tx, &format!("orders-{year}"))?);
    let status = if checkout.payment == Method::OnCollection { Status::Confirmed } else { Status::Pending };
    insert::order(
        tx,
        &NewOrder {
            id,
            number: &number,
            checkout,
            method,
            quote,
            status,
            until,
            tax_included: house.shop.tax_included,
        },
        now,
    )?;
    let mut lines = Vec::with_capacity(basket.lines.len());
    for (index, (line, rate)) in basket.lines.iter().zip(&quote.rates).enumerate() {
        let to_order = line.notices.iter().find_map(|notice| match notice {
            Notice::SomeToOrder { to_order, .. } => Some(*to_order),
            Notice::PriceMoved { .. } | Notice::Short { .. } | Notice::NotForSale => None,
        });
        let (total, tax) = quote.totals.lines.get(index).copied().ok_or(PlaceError::Empty)?;
        let new = NewLine {
            edition_id: line.book.id,
            quantity: line.quantity,
            to_order: to_order.unwrap_or(0),
            unit: line.book.price.unwrap_or(Money::zero(total.currency)),
            total,
            tax,
            class: product_class(&line.book).word(),
        };
        insert::line(tx, id, index, &new, &line.book, rate, now)?;
        lines.push(new);
    }
    insert::event(tx, id, "placed", None, Status::Pending, "reader", checkout.payment.label(), now)?;
    if status == Status::Confirmed {
        debug_assert_eq!(Status::Pending.on(Move::Accept), Ok(status), "the table of moves");
        insert::event(tx, id, "accepted", Some(Status::Pending), status, "shop", "paid on collection", now)?;
    }
    Ok(lines)
}

impl Placed {
    /// Reads the order that was placed.
    ///
    /// # Errors
    ///
    /// Only SQLite's own.
    pub fn order(&self, conn: &Connection) -> rusqlite::Result<Option<Order>> {
        read::find(conn, self.order)
    }
}
