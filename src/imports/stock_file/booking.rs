//! Books rows of a stock file. In mode add a file's progress stands in the transaction of its movements.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, named_params};

use super::Mode;
use super::rows::{Key, Line, Said};
use crate::catalog::prices::{self, NewPrice, PriceKind};
use crate::catalog::{self, refs};
use crate::db::{DbError, Tx};
use crate::kernel::ids::Id;
use crate::kernel::time::to_ms;
use crate::stock::{self, StockError};

/// What every row of a run needs to know.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    pub mode: Mode,
    pub source: String,
    pub actor: String,
    pub reason: String,
    pub tax_included: bool,
    /// The file, where rows are added to what is there.
    pub hash: Option<[u8; 32]>,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Updated,
    Unchanged,
    Rejected(String),
}

/// How far a file was added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    pub rows: u64,
    pub finished: bool,
}

/// How far the file was added in earlier runs.
pub(super) fn progress(conn: &Connection, terms: &Terms) -> rusqlite::Result<Progress> {
    let Some(hash) = terms.hash else { return Ok(Progress::default()) };
    let found = conn
        .prepare_cached("SELECT rows_booked, finished_at IS NOT NULL FROM stock_files WHERE source = ?1 AND hash = ?2")?
        .query_row((&terms.source, hash.as_slice()), |row| {
            let rows: i64 = row.get(0)?;
            Ok(Progress { rows: u64::try_from(rows).unwrap_or(0), finished: row.get(1)? })
        })
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// Forgets that a file was added, so that it is added once more.
pub(super) fn forget(tx: &Tx<'_>, terms: &Terms) -> Result<(), DbError> {
    let Some(hash) = terms.hash else { return Ok(()) };
    tx.prepare_cached("DELETE FROM stock_files WHERE source = ?1 AND hash = ?2 AND finished_at IS NOT NULL")?
        .execute((&terms.source, hash.as_slice()))?;
    Ok(())
}

/// Notes that `rows` of the file are booked; `finished` when these are all.
pub(super) fn advance(tx: &Tx<'_>, terms: &Terms, rows: u64, finished: Option<Timestamp>) -> Result<(), DbError> {
    let Some(hash) = terms.hash else { return Ok(()) };
    tx.prepare_cached(
        "INSERT INTO stock_files (source, hash, rows_booked, finished_at) VALUES (:source, :hash, :rows, :finished)
         ON CONFLICT (source, hash) DO UPDATE SET rows_booked = excluded.rows_booked, finished_at = excluded.finished_at",
    )?
    .execute(named_params! {
        ":source": terms.source, ":hash": hash.as_slice(), ":rows": i64::try_from(rows).unwrap_or(i64::MAX), ":finished": finished.map(to_ms),
    })?;
    Ok(())
}

/// Books rows in order, in one transaction; `None` for those that another run had booked before.
pub(super) fn book_all(
    tx: &Tx<'_>, terms: &Terms, lines: &[Line], now: Timestamp,
) -> Result<Vec<Option<Outcome>>, DbError> {
    // Read here and not before: another run of the same file may have come further meanwhile.
    let booked = progress(tx, terms)?.rows;
    let mut outcomes = Vec::with_capacity(lines.len());
    for line in lines {
        if terms.hash.is_some() && line.place.number <= booked {
            outcomes.push(None);
            continue;
        }
        outcomes.push(Some(match &line.said {
            Ok(said) => book(tx, terms, said, now)?,
            Err(reason) => Outcome::Rejected(reason.clone()),
        }));
    }
    if let Some(last) = lines.last().filter(|last| last.place.number > booked) {
        advance(tx, terms, last.place.number, None)?;
    }
    Ok(outcomes)
}

fn book(tx: &Tx<'_>, terms: &Terms, said: &Said, now: Timestamp) -> Result<Outcome, DbError> {
    let Some(edition) = find(tx, terms, &said.key)? else {
        let book = match &said.key {
            Key::Isbn(isbn) => format!("the number {isbn}"),
            Key::Gtin(gtin) => format!("the barcode {gtin}"),
            Key::Reference(reference) => format!("the id “{}”", reference.chars().take(40).collect::<String>()),
        };
        return Ok(Outcome::Rejected(format!("there is no book with {book}")));
    };
    let moved = match said.copies.map(|copies| shelve(tx, terms, edition, copies, now)).transpose() {
        Ok(moved) => moved.unwrap_or(false),
        Err(StockError::Db(error)) => return Err(error),
        Err(error @ (StockError::Short { .. } | StockError::Quantity | StockError::Twice)) => {
            return Ok(Outcome::Rejected(error.to_string()));
        }
    };
    let price = said.price.flatten().map(|amount| NewPrice {
        amount,
        tax_included: terms.tax_included,
        kind: PriceKind::Selling,
        source: terms.source.clone(),
        valid_from: None,
        valid_to: None,
    });
    let priced = price.map(|price| prices::set(tx, edition, &price, now)).transpose()?.unwrap_or(false);
    Ok(if moved || priced { Outcome::Updated } else { Outcome::Unchanged })
}

fn shelve(tx: &Tx<'_>, terms: &Terms, edition: Id, copies: u32, now: Timestamp) -> Result<bool, StockError> {
    match terms.mode {
        Mode::Set => Ok(stock::correct_to(tx, edition, copies, &terms.actor, &terms.reason, now)? != 0),
        Mode::Add if copies > 0 => {
            stock::receive(tx, edition, copies, &terms.actor, &terms.reason, now)?;
            Ok(true)
        }
        Mode::Add => Ok(false),
    }
}

fn find(conn: &Connection, terms: &Terms, key: &Key) -> rusqlite::Result<Option<Id>> {
    match key {
        Key::Isbn(isbn) => catalog::find_id_by_isbn(conn, isbn),
        Key::Gtin(gtin) => catalog::find_id_by_gtin(conn, gtin),
        Key::Reference(reference) => refs::find_edition(conn, &terms.source, reference),
    }
}
