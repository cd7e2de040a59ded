//! The shop's own facts: name, address, currency, hours, texts, which ways to pay are on.
//!
//! Owns `settings` and `counters`. A row per fact, JSON in SQL, one typed `Shop` in code; a key under `[shop]`
//! in the configuration file wins over its row. Tax and delivery tables belong to `tax` and `delivery`.

pub mod counters;
mod hours;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::{Connection, named_params};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::changes::{self, Change};
use crate::db::Tx;
use crate::kernel::country::Country;
use crate::kernel::money::Currency;
use crate::kernel::time::to_ms;

pub use hours::{OpenDay, Openness};

/// The keys of `[shop]` in the configuration file, which win over the stored rows.
pub type Overrides = Map<String, Value>;

/// Everything a page or a mail says about the shop. Each field is a settings key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Shop {
    /// The shop's name.
    pub name: String,
    /// The headline of the home page, at most nine words.
    pub promise: String,
    /// Two or three sentences under it.
    pub intro: String,
    /// Street and number.
    pub street: String,
    /// Town.
    pub town: String,
    /// Postcode.
    pub postcode: String,
    /// Two-letter country code.
    pub country: String,
    /// Phone for readers.
    pub phone: String,
    /// Address for readers; also where mail comes from unless `[mail] from` says otherwise.
    pub email: String,
    /// ISO 4217 code of the one currency the shop sells in.
    pub currency: String,
    /// IANA zone: publication days and opening hours are local.
    pub zone: String,
    /// Whether prices contain tax.
    pub tax_included: bool,
    /// Card payments on.
    pub pay_card: bool,
    /// Bank transfer on.
    pub pay_transfer: bool,
    /// Pay on collection on.
    pub pay_on_collection: bool,
    /// Bank details shown to who pays by transfer.
    pub bank_details: String,
    /// One of the eight cloth colours.
    pub cloth: String,
    /// Opening hours, one entry per open day.
    pub hours: Vec<OpenDay>,
    /// Paragraphs of the About page, parted by blank lines. The other texts likewise.
    pub about: String,
    /// Delivery page.
    pub delivery: String,
    /// Returns page.
    pub returns: String,
    /// Privacy page.
    pub privacy: String,
    /// Imprint page.
    pub imprint: String,
}

impl Default for Shop {
    fn default() -> Shop {
        let text = |value: &str| value.to_owned();
        Shop {
            name: text("Bookstall"),
            promise: text("Good books, well chosen"),
            intro: text("Browse the shelves, ask us anything, collect in the shop or have it posted."),
            street: String::new(),
            town: String::new(),
            postcode: String::new(),
            country: text("GB"),
            phone: String::new(),
            email: text("shop@example.com"),
            currency: text("GBP"),
            zone: text("Europe/London"),
            tax_included: true,
            pay_card: true,
            pay_transfer: true,
            pay_on_collection: true,
            bank_details: String::new(),
            cloth: text("petrol"),
            hours: Vec::new(),
            about: text("This page has not been written yet. Staff write it in the shop's settings."),
            delivery: text("Delivery prices are shown beside every choice before you pay."),
            returns: text("You may return a book within 14 days of receiving it."),
            privacy: text("We keep what an order needs and nothing more."),
            imprint: text("The operator of this shop has not entered the imprint yet."),
        }
    }
}

/// A stored or configured value that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A key that no version knows, or a value of the wrong shape.
    #[error("the shop's settings do not fit: {0}")]
    Shape(#[from] serde_json::Error),
    /// A currency, country or zone that does not exist.
    #[error("the setting `{key}` says “{value}”, which does not exist")]
    Unknown {
        /// The settings key.
        key: &'static str,
        /// What it says.
        value: String,
    },
    /// SQLite said no.
    #[error(transparent)]
    Db(#[from] crate::db::DbError),
}

impl From<rusqlite::Error> for SettingsError {
    fn from(error: rusqlite::Error) -> SettingsError {
        SettingsError::Db(error.into())
    }
}

impl crate::error::Fault for SettingsError {
    fn kind(&self) -> crate::error::Kind {
        match self {
            SettingsError::Db(error) => error.kind(),
            SettingsError::Shape(_) | SettingsError::Unknown { .. } => crate::error::Kind::Internal,
        }
    }
}

impl Shop {
    /// The currency the shop sells in.
    pub fn currency(&self) -> Currency {
        self.currency.parse().unwrap_or(Currency::GBP)
    }

    /// The shop's country.
    pub fn country(&self) -> Option<Country> {
        self.country.parse().ok()
    }

    /// The shop's zone.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC)
    }

    /// The shop's calendar day at `now`.
    pub fn today(&self, now: Timestamp) -> jiff::civil::Date {
        now.to_zoned(self.zone()).date()
    }

    fn checked(self) -> Result<Shop, SettingsError> {
        let unknown = |key, value: &str| SettingsError::Unknown { key, value: value.to_owned() };
        self.currency.parse::<Currency>().map_err(|_| unknown("currency", &self.currency))?;
        self.country.parse::<Country>().map_err(|_| unknown("country", &self.country))?;
        TimeZone::get(&self.zone).map_err(|_| unknown("zone", &self.zone))?;
        Ok(self)
    }
}

/// Reads the shop's facts: defaults, then stored rows, then the configuration file's `[shop]`.
///
/// # Errors
///
/// A value that does not fit or does not exist; nothing is guessed in its place.
pub fn load(conn: &Connection, overrides: &Overrides) -> Result<Shop, SettingsError> {
    let mut statement = conn.prepare_cached("SELECT key, value FROM settings")?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let mut map = Map::new();
    for row in rows {
        let (key, value) = row?;
        map.insert(key, serde_json::from_str(&value)?);
    }
    map.extend(overrides.clone());
    serde_json::from_value::<Shop>(Value::Object(map))?.checked()
}

/// Stores every fact of `shop` that differs from what is stored, and tells the pages.
///
/// # Errors
///
/// As `load`; nothing is stored then.
pub fn store(tx: &Tx<'_>, shop: &Shop, now: Timestamp) -> Result<(), SettingsError> {
    let shop = shop.clone().checked()?;
    let Value::Object(map) = serde_json::to_value(&shop)? else { return Ok(()) };
    let mut statement = tx.prepare_cached(
        "INSERT INTO settings (key, value, updated_at) VALUES (:key, :value, :now)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
          WHERE value <> excluded.value",
    )?;
    let mut changed = 0;
    for (key, value) in map {
        changed += statement.execute(named_params! { ":key": key, ":value": value.to_string(), ":now": to_ms(now) })?;
    }
    if changed > 0 {
        changes::record(tx, Change::Settings, now)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn facts_are_stored_and_the_file_wins() {
        let conn = crate::db::memory();
        let tx = crate::db::test_tx(&conn);
        let shop = Shop { name: "Ink & Co".into(), currency: "AUD".into(), ..Shop::default() };
        store(&tx, &shop, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(load(&conn, &Overrides::new()).unwrap(), shop);
        let file = serde_json::from_str(r#"{"name": "From the file"}"#).unwrap();
        assert_eq!(load(&conn, &file).unwrap().name, "From the file");
        assert_eq!(crate::changes::settings_version(&conn).unwrap(), 1);
        store(&tx, &shop, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(crate::changes::settings_version(&conn).unwrap(), 1);
    }

    #[test]
    fn facts_that_do_not_exist_are_refused() {
        let conn = crate::db::memory();
        for wrong in [r#"{"currency": "XYZ"}"#, r#"{"zone": "Mars/Base"}"#, r#"{"nmae": "x"}"#, r#"{"name": 3}"#] {
            assert!(load(&conn, &serde_json::from_str(wrong).unwrap()).is_err(), "{wrong}");
        }
    }
}
