//! Who did what. Owns `audit_log`, whose rows are only ever added (the schema refuses the rest).

use jiff::Timestamp;
use rusqlite::named_params;
use serde_json::Value;

use crate::db::Tx;
use crate::kernel::ids::Id;
use crate::kernel::time::to_ms;

/// Writes one act: `record(tx, "staff:marta@example.com", "price.set", "9780306406157", json!({…}), now)`.
///
/// # Errors
///
/// Only SQLite's own.
pub fn record(
    tx: &Tx<'_>, actor: &str, action: &str, subject: &str, detail: &Value, now: Timestamp,
) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO audit_log (id, at, actor, action, subject, detail)
         VALUES (:id, :at, :actor, :action, :subject, :detail)",
    )?
    .execute(named_params! {
        ":id": Id::new(now), ":at": to_ms(now), ":actor": actor, ":action": action,
        ":subject": subject, ":detail": detail.to_string(),
    })?;
    Ok(())
}
