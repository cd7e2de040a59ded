//! JSON: one array, each row an object on a line of its own, its keys in the table's order.

use std::io::{BufWriter, Write};

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{ExportError, Sheet, moment};
use crate::exports::cell::Cell;

pub(super) struct JsonSheet<'a> {
    columns: &'static [&'static str],
    zone: TimeZone,
    out: BufWriter<&'a mut dyn Write>,
    is_first: bool,
}

impl<'a> JsonSheet<'a> {
    pub(super) fn new(
        columns: &'static [&'static str], zone: TimeZone, out: &'a mut dyn Write,
    ) -> Result<JsonSheet<'a>, ExportError> {
        let mut out = BufWriter::new(out);
        out.write_all(b"[")?;
        Ok(JsonSheet { columns, zone, out, is_first: true })
    }
}

impl Sheet for JsonSheet<'_> {
    fn row(&mut self, cells: &[Cell]) -> Result<(), ExportError> {
        self.out.write_all(if std::mem::take(&mut self.is_first) { b"\n{" } else { b",\n{" })?;
        for (place, (name, cell)) in self.columns.iter().zip(cells).enumerate() {
            let comma = if place > 0 { "," } else { "" };
            write!(self.out, "{comma}{}:{}", json!(name), value(cell, &self.zone))?;
        }
        Ok(self.out.write_all(b"}")?)
    }

    fn finish(mut self: Box<Self>) -> Result<u64, ExportError> {
        self.out.write_all(b"\n]\n")?;
        self.out.flush()?;
        Ok(0)
    }
}

/// Amounts are texts: a program that reads numbers as floats would change them.
fn value(cell: &Cell, zone: &TimeZone) -> Value {
    match cell {
        Cell::Nothing => Value::Null,
        Cell::Text(text) => json!(text),
        Cell::Number(number) => json!(number),
        Cell::Amount(money) => json!(money.decimal()),
        Cell::Day(day) => json!(day.to_string()),
        Cell::Date(date) => json!(date.to_string()),
        Cell::Moment(at) => json!(moment(*at, zone)),
        Cell::Flag(flag) => json!(flag),
        Cell::List(_, value) => value.clone(),
    }
}
