//! Which tax a sale carries. Owns `tax_rates`: dated rows by country, region and product class.
//!
//! Rates are data and the shop's own duty to check; the starter rows for books are facts as of 2026-11
//! (DOMAIN's table). A country without a row is taxed at zero and says so by having no rate row.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, named_params};
use rust_decimal::Decimal;

use crate::db::Tx;
use crate::kernel::country::Country;
use crate::kernel::time::to_ms;

/// What kind of thing is taxed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductClass {
    /// Printed books.
    Print,
    /// Audio on a medium.
    Audio,
    /// Everything else on the shelf.
    Other,
    /// Post and packing.
    Delivery,
}

impl ProductClass {
    /// The word in the tables.
    pub fn word(self) -> &'static str {
        match self {
            ProductClass::Print => "print",
            ProductClass::Audio => "audio",
            ProductClass::Other => "other",
            ProductClass::Delivery => "delivery",
        }
    }
}

/// A rate that holds for a sale.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// The row that says so; `None` when the tables have none.
    pub id: Option<i64>,
    /// 0.07 is 7 %.
    pub rate: Decimal,
    /// What a receipt calls it, like `VAT 0 %`.
    pub label: String,
}

/// A row to add.
#[derive(Clone, Debug)]
pub struct NewRate<'a> {
    /// Where.
    pub country: Country,
    /// For what.
    pub class: ProductClass,
    /// 0.07 is 7 %.
    pub rate: Decimal,
    /// What a receipt calls it.
    pub label: &'a str,
    /// From when.
    pub valid_from: Timestamp,
}

/// The rate for a class of goods that go to `country` at `now`.
///
/// # Errors
///
/// Only SQLite's own.
pub fn rate_for(
    conn: &Connection, country: Country, class: ProductClass, now: Timestamp,
) -> rusqlite::Result<Option<Rate>> {
    conn.prepare_cached(
        "SELECT id, rate, label FROM tax_rates
          WHERE country = :country AND region = '' AND product_class = :class
            AND valid_from <= :now AND (valid_to IS NULL OR valid_to > :now)
          ORDER BY valid_from DESC LIMIT 1",
    )?
    .query_row(named_params! { ":country": country, ":class": class.word(), ":now": to_ms(now) }, |row| {
        let text: String = row.get(1)?;
        let rate = text.parse().map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(1, rusqlite::types::Type::Text, Box::new(error))
        })?;
        Ok(Rate { id: row.get(0)?, rate, label: row.get(2)? })
    })
    .optional()
}

/// The rate, or zero without a row.
///
/// # Errors
///
/// Only SQLite's own.
pub fn rate_or_zero(
    conn: &Connection, country: Country, class: ProductClass, now: Timestamp,
) -> rusqlite::Result<Rate> {
    let found = rate_for(conn, country, class, now)?;
    Ok(found.unwrap_or_else(|| Rate { id: None, rate: Decimal::ZERO, label: "No tax".to_owned() }))
}

/// Adds a rate row; one that is there already stays.
///
/// # Errors
///
/// Only SQLite's own.
pub fn add(tx: &Tx<'_>, new: &NewRate<'_>) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO tax_rates (country, product_class, rate, label, valid_from)
         VALUES (:country, :class, :rate, :label, :from) ON CONFLICT DO NOTHING",
    )?
    .execute(named_params! {
        ":country": new.country, ":class": new.class.word(), ":rate": new.rate.to_string(),
        ":label": new.label, ":from": to_ms(new.valid_from),
    })
    .map(drop)
}

/// Country, rate on printed books in percent, what receipts call it. Facts as of 2026-11.
const STARTER: &str = include_str!("../../assets/tax/books.csv");

/// Fills an empty table with the starter rates for printed books; a filled one is left alone.
///
/// # Errors
///
/// Only SQLite's own.
pub fn seed(tx: &Tx<'_>) -> rusqlite::Result<()> {
    let rows: i64 = tx.query_row("SELECT count(*) FROM tax_rates", [], |row| row.get(0))?;
    if rows > 0 {
        return Ok(());
    }
    for line in STARTER.lines().skip(1) {
        let mut fields = line.split(',');
        let (Some(country), Some(percent), Some(name)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        let (Ok(country), Ok(percent)) = (country.parse(), percent.parse::<Decimal>()) else { continue };
        let label = format!("{name} {} %", percent.normalize());
        let rate = (percent / Decimal::ONE_HUNDRED).normalize();
        add(
            tx,
            &NewRate { country, class: ProductClass::Print, rate, label: &label, valid_from: Timestamp::UNIX_EPOCH },
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn every_starter_row_is_read_and_rates_are_dated() {
        let conn = crate::db::memory();
        let tx = crate::db::test_tx(&conn);
        seed(&tx).unwrap();
        seed(&tx).unwrap();
        let rows: i64 = conn.query_row("SELECT count(*) FROM tax_rates", [], |row| row.get(0)).unwrap();
        assert_eq!(rows, i64::try_from(STARTER.lines().count() - 1).unwrap());
        let (de, now) = ("DE".parse().unwrap(), Timestamp::UNIX_EPOCH);
        assert_eq!(rate_for(&conn, de, ProductClass::Print, now).unwrap().unwrap().label, "MwSt 7 %");
        let later = "2030-01-01T00:00:00Z".parse().unwrap();
        let five = "0.05".parse().unwrap();
        add(
            &tx,
            &NewRate { country: de, class: ProductClass::Print, rate: five, label: "MwSt 5 %", valid_from: later },
        )
        .unwrap();
        assert_eq!(rate_for(&conn, de, ProductClass::Print, now).unwrap().unwrap().rate, "0.07".parse().unwrap());
        assert_eq!(rate_for(&conn, de, ProductClass::Print, later).unwrap().unwrap().rate, five);
        assert_eq!(rate_or_zero(&conn, "BR".parse().unwrap(), ProductClass::Print, now).unwrap().id, None);
    }
}
