//! One value of a table, whatever file it will stand in.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;

use crate::kernel::date::PartialDate;
use crate::kernel::money::Money;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// Nothing is known.
    Nothing,
    /// Words, numbers that are names (ISBN, phone), codes.
    Text(String),
    /// A count or a year.
    Number(i64),
    /// An amount; its currency has a column of its own.
    Amount(Money),
    /// A day of the calendar.
    Day(Date),
    /// A date as precise as it is known.
    Date(PartialDate),
    /// A moment; shown in the shop's zone.
    Moment(Timestamp),
    /// Yes or no.
    Flag(bool),
    /// Several values: in one cell for tables, by themselves for programs.
    List(String, Value),
}

impl Cell {
    /// A text; an empty one is nothing.
    pub(super) fn text(text: impl Into<String>) -> Cell {
        let text = text.into();
        if text.is_empty() { Cell::Nothing } else { Cell::Text(text) }
    }

    /// A value that may not be known.
    pub(super) fn of<T>(value: Option<T>, make: impl FnOnce(T) -> Cell) -> Cell {
        value.map_or(Cell::Nothing, make)
    }

    /// A text that may not be known.
    pub(super) fn words(text: Option<&String>) -> Cell {
        Cell::text(text.cloned().unwrap_or_default())
    }

    /// A number that may not be known.
    pub(super) fn number(number: Option<impl Into<i64>>) -> Cell {
        Cell::of(number, |number| Cell::Number(number.into()))
    }
}
