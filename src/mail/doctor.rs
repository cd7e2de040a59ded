//! Lists the mail that did not leave.

use jiff::Timestamp;
use rusqlite::{Connection, named_params};

use crate::findings::{Check, Report, names};
use crate::kernel::time::to_ms;

/// Backoff moves `due_at` ahead, so mail overdue by this long was not even tried.
const OVERDUE_MS: i64 = 60 * 60 * 1000;

/// Adds what the outbox proves, and what waits in it.
///
/// # Errors
///
/// Only SQLite's own.
pub fn check(conn: &Connection, now: Timestamp, report: &mut Report) -> rusqlite::Result<()> {
    let parked = Check {
        name: "mail sent",
        unit: "mails sent or on their way",
        all: "SELECT count(*) FROM mail_outbox",
        broken: "SELECT id, subject, attempts, coalesce(last_error, 'no reason was kept') FROM mail_outbox WHERE state = 'parked' ORDER BY id",
    };
    report.expect_none(conn, &parked, [], |row| {
        let (id, subject, attempts, error): (Vec<u8>, String, i64, String) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(format!("the mail “{subject}” ({}) was given up after {attempts} tries: {error}", names::id(&id)))
    })?;
    let overdue = Check {
        name: "mail on time",
        unit: "mails in the queue",
        all: "SELECT count(*) FROM mail_outbox WHERE state = 'queued'",
        broken: "SELECT id, subject, due_at FROM mail_outbox WHERE state = 'queued' AND due_at < :late ORDER BY due_at",
    };
    report.expect_none(conn, &overdue, named_params! { ":late": to_ms(now) - OVERDUE_MS }, |row| {
        let (id, subject, due): (Vec<u8>, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(format!(
            "the mail “{subject}” ({}) has been due since {}. Mail leaves while `bookstall serve` runs.",
            names::id(&id),
            names::moment(due)
        ))
    })
}
