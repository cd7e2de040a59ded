//! What a finding calls a row: a number or a title where there is one, else the id.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use crate::kernel::money::Money;
use crate::kernel::time::from_ms;

/// `01890a5d-ac96-774b-bcce-b302099a8057`, or hexadecimal digits when it is not 16 bytes long.
pub(crate) fn id(bytes: &[u8]) -> String {
    uuid::Uuid::from_slice(bytes)
        .map_or_else(|_| bytes.iter().map(|byte| format!("{byte:02x}")).collect(), |id| id.to_string())
}

/// `“Dune” (9780441013593)`.
pub(crate) fn edition(conn: &Connection, bytes: &[u8]) -> rusqlite::Result<String> {
    let found = conn
        .prepare_cached("SELECT title, isbn FROM editions WHERE id = ?1")?
        .query_row([bytes], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?)))
        .optional()?;
    Ok(match found {
        Some((title, Some(isbn))) => format!("“{title}” ({isbn})"),
        Some((title, None)) => format!("“{title}” (edition {})", id(bytes)),
        None => format!("edition {}, which is not in the catalogue,", id(bytes)),
    })
}

/// `order ORD-2026-00001`.
pub(crate) fn order(conn: &Connection, bytes: &[u8]) -> rusqlite::Result<String> {
    let number: Option<String> = conn
        .prepare_cached("SELECT number FROM orders WHERE id = ?1")?
        .query_row([bytes], |row| row.get(0))
        .optional()?;
    Ok(number.map_or_else(|| format!("order {}, which does not exist,", id(bytes)), |number| format!("order {number}")))
}

/// `£12.99`; minor units and the code when the currency is unknown.
pub(crate) fn amount(minor: i64, currency: &str) -> String {
    currency.parse().map_or_else(|_| format!("{minor} {currency}"), |currency| Money::new(minor, currency).display())
}

/// `2026-11-22 14:05 UTC`.
pub(crate) fn moment(ms: i64) -> String {
    let at: Timestamp = from_ms(ms);
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
