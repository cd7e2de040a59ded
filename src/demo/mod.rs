//! A shop to try: The Crooked Ladder, its books, its people, and as many more of each as wanted.
//!
//! Fills an empty database through the rooms' own functions, so that everything holds that holds in a real shop.
//! Generated books, customers and orders are the same for the same numbers (for trying scale).

mod books;
mod files;
mod fill;
mod people;

use jiff::{SignedDuration, Timestamp};

use crate::accounts::{AccountError, password};
use crate::catalog::{self, CatalogError};
use crate::db::{Db, DbError};
use crate::kernel::email::{Email, NotAnEmail};
use crate::orders::{OrderError, PlaceError};
use crate::settings::SettingsError;
use crate::stock::StockError;

/// The customer who can sign in.
pub const CUSTOMER: Login = Login { email: "ada@example.com", password: "Lantern-37-Quay" };
/// The member of staff who can sign in.
pub const STAFF: Login = Login { email: "marta@example.com", password: "Ladder-52-Tallow" };

/// An account of the demo shop, printed at start.
#[derive(Clone, Copy, Debug)]
pub struct Login {
    /// How it signs in.
    pub email: &'static str,
    /// Known to everyone: the demo shop serves this machine only.
    pub password: &'static str,
}

/// How much is generated beside the demo catalogue.
#[derive(Clone, Copy, Debug, Default)]
pub struct Size {
    /// More books.
    pub books: u32,
    /// Customers with accounts.
    pub customers: u32,
    /// Orders of the last year.
    pub orders: u32,
}

/// Why the demo shop could not be filled.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A file of the demo catalogue is not what the loader expects; a mistake of ours.
    #[error("the demo file {0} cannot be used: {1}")]
    File(String, String),
    /// A room refused.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// A room refused.
    #[error(transparent)]
    Stock(#[from] StockError),
    /// A room refused.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A room refused.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// A room refused.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// A room refused.
    #[error(transparent)]
    Order(#[from] OrderError),
    /// A generated address is none; a mistake of ours.
    #[error(transparent)]
    Email(#[from] NotAnEmail),
    /// A password could not be hashed.
    #[error(transparent)]
    Hash(#[from] password::HashError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<rusqlite::Error> for DemoError {
    fn from(error: rusqlite::Error) -> DemoError {
        DemoError::Db(error.into())
    }
}

/// Whether there is nothing yet: no book, so nothing that could be sold.
///
/// # Errors
///
/// Only the database's own.
pub fn is_empty(db: &Db) -> Result<bool, DbError> {
    db.read(|conn| Ok(catalog::count_listed(conn)? == 0))
}

/// How long ago a shop with orders opened: longer than the year its orders are spread over.
const AGE: SignedDuration = SignedDuration::from_hours(24 * 400);

/// Fills an empty shop. Returns how many editions it has then.
///
/// # Errors
///
/// `DemoError`; what was written in earlier steps stays.
pub fn fill(db: &Db, size: Size, now: Timestamp) -> Result<i64, DemoError> {
    let shop = files::shop()?;
    let hashes = (hash(CUSTOMER)?, hash(STAFF)?);
    let works = files::works()?;
    let categories = files::categories()?;
    // A shop with a past opened before its first order; prices and stock are as old as it is.
    let opened = if size.orders > 0 { now.checked_sub(AGE).unwrap_or(now) } else { now };
    db.write_blocking(move |tx| {
        fill::shop(tx, &shop, opened)?;
        fill::categories(tx, &categories, opened)?;
        fill::accounts(tx, hashes, opened)
    })?;
    for chunk in works.chunks(100) {
        let chunk = chunk.to_vec();
        db.write_blocking(move |tx| chunk.iter().try_for_each(|work| fill::work(tx, work, opened)))?;
    }
    books::generate(db, size.books, opened)?;
    people::generate(db, size.customers, size.orders, now)?;
    Ok(db.read(|conn| Ok::<_, DbError>(catalog::count_listed(conn)?))?)
}

fn hash(login: Login) -> Result<password::PasswordHash, DemoError> {
    let email: Email = login.email.parse()?;
    let password = password::Password::new(login.password, &email)
        .map_err(|error| DemoError::File("accounts".into(), error.to_string()))?;
    Ok(password::hash(&password)?)
}

/// A small generator of numbers that are the same on every machine: `SplitMix64`.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// 0 to `below` − 1.
    fn below(&mut self, below: u64) -> u64 {
        self.roll() % below.max(1)
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        let index = self.below(u64::try_from(all.len()).unwrap_or(1));
        all.get(usize::try_from(index).ok()?)
    }

    fn word(&mut self, all: &[&'static str]) -> &'static str {
        self.pick(all).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_demo_shop_is_as_large_as_promised_and_well() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bookstall.db");
        let db = Db::open(&path).unwrap();
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        assert!(is_empty(&db).unwrap());
        let editions = fill(&db, Size { books: 50, customers: 5, orders: 20 }, now).unwrap();
        assert!(editions >= 350 + 50, "{editions}");
        let works: i64 = db
            .read(|conn| Ok::<_, DbError>(conn.query_row("SELECT count(*) FROM works", [], |row| row.get(0))?))
            .unwrap();
        assert!(works >= 150 + 50);
        let filter = crate::orders::Filter { status: None, offset: 0, limit: 1 };
        let (_, orders) = db.read(|conn| Ok::<_, DbError>(crate::orders::list(conn, filter)?)).unwrap();
        assert!(orders >= 15, "{orders} orders");
        db.close();
        let report = crate::doctor::examine(&Db::open_reader(&path).unwrap(), now).unwrap();
        assert!(report.findings.is_empty(), "{:?}", report.findings);
    }
}
