//! Getting data out: tables for spreadsheets and programs, and ONIX for the trade.
//!
//! Owns no table and writes none. Reads through the rooms, from a connection of the caller's own and within one
//! snapshot, so an export shows the shop at one moment while it goes on selling. Never holds more than one row.
//!
//! - `books`, `orders`, `customers`, `stock` make rows of cells; `sheet` writes cells as CSV, XLSX or JSON.
//! - Rows stand in the order in which their subjects were made, the same every time.
//! - The header of `books` is the importer's own words: a CSV that is taken in again changes nothing.
//! - A CSV cell that a spreadsheet would run is guarded by an apostrophe (`kernel::guard`); the importer takes it away.
//! - Amounts are plain decimals with their currency in a column beside them, never floats in text.
//! - No password, token or payment reference leaves by this door.
//! - JSON is one array with one object a line: any reader takes it whole, and line tools take it apart
//!   (2026-11; refused: bare lines, which most programs do not open).

mod books;
mod cell;
mod customers;
mod onix;
mod orders;
mod sheet;
mod stock;

use std::io::Write;
use std::path::Path;

use jiff::Timestamp;
use rusqlite::Connection;

use crate::catalog::cells;
use crate::db::{self, Db, DbError};
use crate::settings::Shop;

pub use onix::{OnixFilter, onix};
pub use sheet::{FileFormat, Written};

/// What can be exported as a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Every edition with its facts, price and copies.
    Books,
    /// Every line of every order.
    Orders,
    /// Every customer with an account.
    Customers,
    /// Every edition that ever had copies.
    Stock,
}

/// Why an export broke off; what was written until then is not whole.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file or the pipe took no more.
    #[error("it cannot be written: {0}")]
    Write(#[from] std::io::Error),
    /// The spreadsheet could not be made.
    #[error("the spreadsheet cannot be made: {0}")]
    Spreadsheet(#[from] rust_xlsxwriter::XlsxError),
    /// The file was last opened by another version; its tables are not the ones that are read here.
    #[error("the database has schema {found}, this program reads {known}; start the shop once with this version")]
    Schema {
        /// What the file has.
        found: i64,
        /// What this program knows.
        known: i64,
    },
    /// SQLite said no.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<rusqlite::Error> for ExportError {
    fn from(error: rusqlite::Error) -> ExportError {
        ExportError::Db(error.into())
    }
}

/// Opens the shop's file for an export, beside whoever has it open.
///
/// # Errors
///
/// `Schema`, or what SQLite cannot open.
pub fn open(file: &Path) -> Result<Connection, ExportError> {
    let conn = Db::open_reader(file)?;
    let (found, known) = (conn.pragma_query_value(None, "user_version", |row| row.get(0))?, db::known_schema());
    if found == known { Ok(conn) } else { Err(ExportError::Schema { found, known }) }
}

/// Writes a table of the shop as it is at `now`.
///
/// # Errors
///
/// What the rooms cannot read or `out` does not take.
pub fn table(
    conn: &Connection, table: Table, format: FileFormat, shop: &Shop, now: Timestamp, out: &mut dyn Write,
) -> Result<Written, ExportError> {
    let snapshot = conn.unchecked_transaction()?;
    match table {
        Table::Books => {
            sheet::write(format, &cells::COLUMNS, shop, out, |sheet| books::rows(&snapshot, shop, now, sheet))
        }
        Table::Orders => sheet::write(format, orders::COLUMNS, shop, out, |sheet| orders::rows(&snapshot, sheet)),
        Table::Customers => {
            sheet::write(format, customers::COLUMNS, shop, out, |sheet| customers::rows(&snapshot, shop, sheet))
        }
        Table::Stock => sheet::write(format, stock::COLUMNS, shop, out, |sheet| stock::rows(&snapshot, now, sheet)),
    }
}
