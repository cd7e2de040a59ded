//! Ways an order reaches its reader: which countries, what price, which days.
//!
//! Owns `delivery_methods` and `delivery_countries`. A method lists its countries; `*` stands for every
//! country that no other method of its kind lists. A method in another currency is never offered.

mod promise;

use rusqlite::{Connection, named_params};

use crate::changes::{self, Change};
use crate::db::Tx;
use crate::kernel::country::Country;
use crate::kernel::money::{Currency, Money};

pub use promise::{Promise, in_the_shop_by, promise, promise_changes_at};

/// Whether it is posted or fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A carrier brings it.
    Post,
    /// The reader comes to the shop.
    Collection,
}

impl Kind {
    /// The word in the tables.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Post => "post",
            Kind::Collection => "collection",
        }
    }
}

/// One way to deliver.
#[derive(Clone, Debug, PartialEq)]
pub struct Method {
    /// Its number.
    pub id: i64,
    /// Posted or fetched.
    pub kind: Kind,
    /// What readers see, like `Royal Mail Tracked`.
    pub name: String,
    /// What it costs.
    pub price: Money,
    /// Working days from dispatch, from and to.
    pub days: (u16, u16),
    /// Days that a parcel waits in the shop.
    pub hold_days: u16,
}

/// A method to be added.
#[derive(Clone, Debug)]
pub struct NewMethod<'a> {
    /// Posted or fetched.
    pub kind: Kind,
    /// What readers see.
    pub name: &'a str,
    /// What it costs.
    pub price: Money,
    /// Working days, from and to.
    pub days: (u16, u16),
    /// Days that a parcel waits in the shop.
    pub hold_days: u16,
    /// Two-letter codes, or `*`.
    pub countries: &'a [&'a str],
}

const COLUMNS: &str = "m.id, m.kind, m.name, m.price_minor, m.currency, m.days_from, m.days_to, m.hold_days";

fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Method> {
    let kind: String = row.get(1)?;
    let currency: String = row.get(4)?;
    let currency = currency
        .parse()
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(4, rusqlite::types::Type::Text, Box::new(error)))?;
    Ok(Method {
        id: row.get(0)?,
        kind: if kind == "collection" { Kind::Collection } else { Kind::Post },
        name: row.get(2)?,
        price: Money { minor: row.get(3)?, currency },
        days: (row.get(5)?, row.get(6)?),
        hold_days: row.get(7)?,
    })
}

/// The methods that reach `country`, cheapest kind first as the shop ordered them.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_for(conn: &Connection, country: Country, currency: Currency) -> rusqlite::Result<Vec<Method>> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM delivery_methods m
          WHERE m.active = 1 AND m.currency = :currency
            AND (EXISTS (SELECT 1 FROM delivery_countries c WHERE c.method_id = m.id AND c.country = :country)
                 OR (EXISTS (SELECT 1 FROM delivery_countries c WHERE c.method_id = m.id AND c.country = '*')
                     AND NOT EXISTS (SELECT 1 FROM delivery_countries c JOIN delivery_methods other ON other.id = c.method_id
                                      WHERE other.active = 1 AND other.kind = m.kind AND c.country = :country)))
          ORDER BY m.position, m.id"
    ))?;
    let rows = statement.query_map(named_params! { ":country": country, ":currency": currency.code() }, from_row)?;
    rows.collect()
}

/// A method that reaches `country`; `None` when it does not.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find_for(conn: &Connection, id: i64, country: Country, currency: Currency) -> rusqlite::Result<Option<Method>> {
    Ok(list_for(conn, country, currency)?.into_iter().find(|method| method.id == id))
}

/// Every method on offer in `currency`, each with the codes of its countries, as the shop ordered them.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list(conn: &Connection, currency: Currency) -> rusqlite::Result<Vec<(Method, Vec<String>)>> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM delivery_methods m WHERE m.active = 1 AND m.currency = ?1 ORDER BY m.position, m.id"
    ))?;
    let methods: Vec<Method> = statement.query_map([currency.code()], from_row)?.collect::<Result<_, _>>()?;
    let mut countries =
        conn.prepare_cached("SELECT country FROM delivery_countries WHERE method_id = ?1 ORDER BY country")?;
    let mut list = Vec::with_capacity(methods.len());
    for method in methods {
        let codes = countries.query_map([method.id], |row| row.get(0))?.collect::<Result<_, _>>()?;
        list.push((method, codes));
    }
    Ok(list)
}

/// The countries that can be reached; `None` when some method serves everywhere.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_countries(conn: &Connection) -> rusqlite::Result<Option<Vec<String>>> {
    let mut statement = conn.prepare_cached(
        "SELECT DISTINCT c.country FROM delivery_countries c JOIN delivery_methods m ON m.id = c.method_id
          WHERE m.active = 1 AND m.kind = 'post'",
    )?;
    let codes: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(if codes.iter().any(|code| code == "*") { None } else { Some(codes) })
}

/// Adds a method at the end of the list.
///
/// # Errors
///
/// Only SQLite's own.
pub fn add(tx: &Tx<'_>, new: &NewMethod<'_>, now: jiff::Timestamp) -> rusqlite::Result<i64> {
    let id: i64 = tx
        .prepare_cached(
            "INSERT INTO delivery_methods (kind, name, price_minor, currency, days_from, days_to, hold_days, position)
             VALUES (:kind, :name, :price, :currency, :from, :to, :hold,
                     (SELECT coalesce(max(position), 0) + 1 FROM delivery_methods)) RETURNING id",
        )?
        .query_row(
            named_params! {
                ":kind": new.kind.word(), ":name": new.name, ":price": new.price.minor,
                ":currency": new.price.currency.code(), ":from": new.days.0, ":to": new.days.1, ":hold": new.hold_days,
            },
            |row| row.get(0),
        )?;
    for country in new.countries {
        tx.prepare_cached("INSERT INTO delivery_countries (method_id, country) VALUES (?1, ?2)")?
            .execute((id, country))?;
    }
    changes::record(tx, Change::Settings, now)?;
    Ok(id)
}

/// Gives a shop without methods two to start with: collection, free, and post at a flat price.
///
/// # Errors
///
/// Only SQLite's own.
pub fn seed(tx: &Tx<'_>, currency: Currency, now: jiff::Timestamp) -> rusqlite::Result<()> {
    let methods: i64 =
        tx.query_row("SELECT count(*) FROM delivery_methods WHERE currency = ?1", [currency.code()], |row| row.get(0))?;
    if methods > 0 {
        return Ok(());
    }
    let flat = Money::parse("5", currency).unwrap_or(Money::zero(currency));
    add(
        tx,
        &NewMethod { kind: Kind::Post, name: "Post", price: flat, days: (2, 5), hold_days: 14, countries: &["*"] },
        now,
    )?;
    let collect = NewMethod {
        kind: Kind::Collection,
        name: "Collect in the shop",
        price: Money::zero(currency),
        days: (0, 0),
        hold_days: 14,
        countries: &["*"],
    };
    add(tx, &collect, now).map(drop)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_method_is_offered_where_it_reaches() {
        let conn = crate::db::memory();
        let tx = crate::db::test_tx(&conn);
        let now = jiff::Timestamp::UNIX_EPOCH;
        let method = |kind, name, minor, countries| NewMethod {
            kind,
            name,
            price: Money::new(minor, Currency::GBP),
            days: (1, 2),
            hold_days: 14,
            countries,
        };
        add(&tx, &method(Kind::Post, "Home", 295, &["GB"]), now).unwrap();
        add(&tx, &method(Kind::Post, "World", 1195, &["*"]), now).unwrap();
        add(&tx, &method(Kind::Collection, "Collect", 0, &["*"]), now).unwrap();
        let names = |country: &str, currency| -> Vec<String> {
            list_for(&conn, country.parse().unwrap(), currency).unwrap().into_iter().map(|method| method.name).collect()
        };
        assert_eq!(names("GB", Currency::GBP), ["Home", "Collect"]);
        assert_eq!(names("BR", Currency::GBP), ["World", "Collect"]);
        assert_eq!(names("GB", Currency::EUR), Vec::<String>::new());
        assert_eq!(list_countries(&conn).unwrap(), None);
        let reach: Vec<_> =
            list(&conn, Currency::GBP).unwrap().into_iter().map(|(method, to)| (method.name, to.join(" "))).collect();
        assert_eq!(
            reach,
            [("Home", "GB"), ("World", "*"), ("Collect", "*")].map(|(name, to)| (name.to_owned(), to.to_owned()))
        );
    }
}
