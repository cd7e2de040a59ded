//! Prices: what a reader pays, since when, and who said so. Read at the moment of asking; no job flips them.

use jiff::Timestamp;
use rusqlite::{Connection, named_params};

use crate::changes::{self, Change};
use crate::db::Tx;
use crate::kernel::ids::{self, Id};
use crate::kernel::money::{Currency, Money};
use crate::kernel::time::{from_ms, to_ms};

/// The source of prices set by hand in the shop; it wins over every feed.
pub const OWNER: &str = "owner";

/// What kind of price it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriceKind {
    /// What this shop asks.
    Selling,
    /// The publisher's recommendation; asked where the shop has no own price.
    Rrp,
    /// Fixed by law or contract.
    Fixed,
}

impl PriceKind {
    fn word(self) -> &'static str {
        match self {
            PriceKind::Selling => "selling",
            PriceKind::Rrp => "rrp",
            PriceKind::Fixed => "fixed",
        }
    }
}

/// A price to be set.
#[derive(Clone, Debug, PartialEq)]
pub struct NewPrice {
    /// The amount; never negative.
    pub amount: Money,
    /// Whether tax is in it.
    pub tax_included: bool,
    /// Its kind.
    pub kind: PriceKind,
    /// `owner` or a feed's name.
    pub source: String,
    /// From when it holds; `None`: from now.
    pub valid_from: Option<Timestamp>,
    /// Until when; `None`: until replaced.
    pub valid_to: Option<Timestamp>,
}

/// Sets a price. The one it replaces (same source, kind, currency) ends now and stays as history.
///
/// Returns whether anything changed: the same price again is no change.
///
/// # Errors
///
/// Only SQLite's own; a negative amount breaks a CHECK.
pub fn set(tx: &Tx<'_>, edition: Id, price: &NewPrice, now: Timestamp) -> rusqlite::Result<bool> {
    let from = price.valid_from.map_or_else(|| to_ms(now), to_ms);
    let same: i64 = tx
        .prepare_cached(
            "SELECT count(*) FROM prices
              WHERE edition_id = :edition AND currency = :currency AND kind = :kind AND source = :source
                AND replaced_at IS NULL AND amount_minor = :amount AND tax_included = :tax
                AND valid_to IS :to AND (:dated = 0 OR valid_from = :from)",
        )?
        .query_row(
            named_params! {
                ":edition": edition, ":currency": price.amount.currency.code(), ":kind": price.kind.word(),
                ":source": price.source, ":amount": price.amount.minor, ":tax": price.tax_included,
                ":to": price.valid_to.map(to_ms), ":from": from, ":dated": price.valid_from.is_some(),
            },
            |row| row.get(0),
        )?;
    if same > 0 {
        return Ok(false);
    }
    // A price for later stands beside today's; a price from now replaces it.
    tx.prepare_cached(
        "UPDATE prices SET replaced_at = :now
          WHERE edition_id = :edition AND currency = :currency AND kind = :kind AND source = :source
            AND replaced_at IS NULL AND (valid_from >= :from OR :from <= :now)",
    )?
    .execute(named_params! {
        ":edition": edition, ":currency": price.amount.currency.code(), ":kind": price.kind.word(),
        ":source": price.source, ":from": from, ":now": to_ms(now),
    })?;
    insert(tx, edition, price, now)?;
    changes::record(tx, Change::Edition(edition), now)?;
    Ok(true)
}

/// Sets the first price of an edition that is made in this transaction: there is none to replace, and the feed hears
/// of the edition anyway.
///
/// # Errors
///
/// As [`set`].
pub fn set_first(tx: &Tx<'_>, edition: Id, price: &NewPrice, now: Timestamp) -> rusqlite::Result<()> {
    insert(tx, edition, price, now)
}

fn insert(tx: &Tx<'_>, edition: Id, price: &NewPrice, now: Timestamp) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO prices (edition_id, currency, amount_minor, tax_included, kind, source, valid_from, valid_to, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute((
        edition,
        price.amount.currency.code(),
        price.amount.minor,
        price.tax_included,
        price.kind.word(),
        &price.source,
        to_ms(price.valid_from.unwrap_or(now)),
        price.valid_to.map(to_ms),
        to_ms(now),
    ))
    .map(drop)
}

/// Ends the selling prices of `source` in `currency` now; another source's price holds again, or none.
///
/// Returns whether there was one to end.
///
/// # Errors
///
/// Only SQLite's own.
pub fn end(tx: &Tx<'_>, edition: Id, source: &str, currency: Currency, now: Timestamp) -> rusqlite::Result<bool> {
    let ended = tx
        .prepare_cached(
            "UPDATE prices SET replaced_at = :now
              WHERE edition_id = :edition AND currency = :currency AND kind = 'selling' AND source = :source
                AND replaced_at IS NULL AND (valid_to IS NULL OR valid_to > :now)",
        )?
        .execute(named_params! {
            ":edition": edition, ":currency": currency.code(), ":source": source, ":now": to_ms(now),
        })?;
    if ended > 0 {
        changes::record(tx, Change::Edition(edition), now)?;
    }
    Ok(ended > 0)
}

/// What is asked for an edition at a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// The price that holds.
    pub price: Option<Money>,
    /// The next moment at which a price of the edition begins or ends by its date.
    pub until: Option<Timestamp>,
}

/// The prices that hold at `now` in `currency`, in the order asked: the owner's before a feed's, selling before fixed
/// before RRP.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_standing(
    conn: &Connection, editions: &[Id], currency: Currency, now: Timestamp,
) -> rusqlite::Result<Vec<Standing>> {
    let mut statement = conn.prepare_cached(
        "SELECT (SELECT amount_minor FROM prices
                  WHERE edition_id = asked.id AND currency = :currency AND replaced_at IS NULL
                    AND valid_from <= :now AND (valid_to IS NULL OR valid_to > :now)
                  ORDER BY source <> 'owner', CASE kind WHEN 'selling' THEN 0 WHEN 'fixed' THEN 1 ELSE 2 END,
                           valid_from DESC, id DESC
                  LIMIT 1),
                (SELECT min(CASE WHEN valid_from > :now THEN valid_from ELSE valid_to END) FROM prices
                  WHERE edition_id = asked.id AND replaced_at IS NULL AND (valid_from > :now OR valid_to > :now))
           FROM (SELECT key, unhex(value, '-') AS id FROM json_each(:editions)) asked ORDER BY asked.key",
    )?;
    let named = named_params! {
        ":editions": ids::as_json(editions), ":currency": currency.code(), ":now": to_ms(now),
    };
    let rows = statement.query_map(named, |row| {
        let minor: Option<i64> = row.get(0)?;
        let until: Option<i64> = row.get(1)?;
        Ok(Standing { price: minor.map(|minor| Money { minor, currency }), until: until.map(from_ms) })
    })?;
    rows.collect()
}

/// The price that holds at `now` in `currency`.
///
/// # Errors
///
/// Only SQLite's own.
pub fn current(conn: &Connection, edition: Id, currency: Currency, now: Timestamp) -> rusqlite::Result<Option<Money>> {
    Ok(list_standing(conn, &[edition], currency, now)?.pop().and_then(|standing| standing.price))
}

/// The price of one kind that holds at `now` in `currency`, and whether tax is in it: the owner's before a feed's.
///
/// # Errors
///
/// Only SQLite's own.
pub fn current_of_kind(
    conn: &Connection, edition: Id, currency: Currency, kind: PriceKind, now: Timestamp,
) -> rusqlite::Result<Option<(Money, bool)>> {
    let mut statement = conn.prepare_cached(
        "SELECT amount_minor, tax_included FROM prices
          WHERE edition_id = :edition AND currency = :currency AND kind = :kind AND replaced_at IS NULL
            AND valid_from <= :now AND (valid_to IS NULL OR valid_to > :now)
          ORDER BY source <> 'owner', valid_from DESC, id DESC LIMIT 1",
    )?;
    let named = named_params! {
        ":edition": edition, ":currency": currency.code(), ":kind": kind.word(), ":now": to_ms(now),
    };
    let mut rows = statement.query(named)?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(Some((Money { minor: row.get(0)?, currency }, row.get(1)?)))
}

/// One line of an edition's price history.
#[derive(Clone, Debug, PartialEq)]
pub struct PastPrice {
    /// The amount.
    pub amount: Money,
    /// `selling`, `rrp` or `fixed`.
    pub kind: String,
    /// Who said so.
    pub source: String,
    /// From when it held.
    pub from: Timestamp,
    /// Until when; `None`: it still does.
    pub until: Option<Timestamp>,
}

/// Every price the edition ever had, newest first.
///
/// # Errors
///
/// Only SQLite's own.
pub fn history(conn: &Connection, edition: Id) -> rusqlite::Result<Vec<PastPrice>> {
    let mut statement = conn.prepare_cached(
        "SELECT amount_minor, currency, kind, source, valid_from, coalesce(replaced_at, valid_to)
           FROM prices WHERE edition_id = ?1 ORDER BY id DESC",
    )?;
    let rows = statement.query_map([edition], |row| {
        let code: String = row.get(1)?;
        Ok(PastPrice {
            amount: Money { minor: row.get(0)?, currency: code.parse().unwrap_or(Currency::GBP) },
            kind: row.get(2)?,
            source: row.get(3)?,
            from: from_ms(row.get(4)?),
            until: row.get::<_, Option<i64>>(5)?.map(from_ms),
        })
    })?;
    rows.collect()
}
