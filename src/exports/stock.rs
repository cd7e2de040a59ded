//! Copies: a row for each edition that ever had one.

use jiff::Timestamp;
use rusqlite::Connection;

use super::ExportError;
use super::cell::Cell;
use super::sheet::Rows;
use crate::catalog;
use crate::stock;

pub(super) const COLUMNS: &[&str] = &[
    "edition",
    "isbn",
    "title",
    "author",
    "format",
    "shelf",
    "on-hand",
    "held",
    "available",
    "last-movement",
    "last-movement-kind",
];
/// Editions read at a time.
const BATCH: u32 = 500;

pub(super) fn rows(conn: &Connection, now: Timestamp, sheet: &mut Rows<'_>) -> Result<(), ExportError> {
    let mut after = None;
    loop {
        let shelves = stock::list_shelves(conn, after, BATCH, now)?;
        let Some(last) = shelves.last() else { return Ok(()) };
        after = Some(last.edition);
        for shelf in shelves {
            let name = catalog::walk::name(conn, shelf.edition)?.unwrap_or_default();
            sheet.add(&[
                Cell::text(shelf.edition.to_string()),
                Cell::of(name.isbn, |isbn| Cell::text(isbn.as_str())),
                Cell::text(name.title),
                Cell::text(name.byline),
                Cell::text(name.format.code()),
                Cell::text(shelf.place),
                Cell::Number(shelf.on_hand.into()),
                Cell::Number(shelf.held.into()),
                Cell::Number(shelf.on_hand.saturating_sub(shelf.held).into()),
                Cell::of(shelf.last.as_ref(), |(at, _)| Cell::Moment(*at)),
                Cell::of(shelf.last, |(_, kind)| Cell::text(kind)),
            ])?;
        }
    }
}
