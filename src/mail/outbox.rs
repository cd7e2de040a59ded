//! The rows of `mail_outbox`: queued, then sent or, after too many failures, parked for a person to look at.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::Draft;
use crate::db::Tx;
use crate::kernel::ids::Id;
use crate::kernel::text::tidy;
use crate::kernel::time::{from_ms, to_ms};

/// Failures after which a mail is parked: with the waits between them, about five hours.
pub const MAX_ATTEMPTS: u32 = 12;
/// The wait after the first failure, in seconds; each further one doubles it.
const FIRST_WAIT_SECS: i64 = 30;
/// The longest wait, in seconds.
const LONGEST_WAIT_SECS: i64 = 3600;
/// Servers' answers are kept so far, in characters.
const ERROR_CHARS: usize = 500;

/// Where a mail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Waits to be sent.
    Queued,
    /// The server has it.
    Sent,
    /// Given up until somebody releases it.
    Parked,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            State::Queued => "queued",
            State::Sent => "sent",
            State::Parked => "parked",
        })
    }
}

/// The text names no state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a state of a mail")]
pub struct NotAState(String);

impl FromStr for State {
    type Err = NotAState;

    fn from_str(text: &str) -> Result<State, NotAState> {
        match text {
            "queued" => Ok(State::Queued),
            "sent" => Ok(State::Sent),
            "parked" => Ok(State::Parked),
            other => Err(NotAState(other.to_owned())),
        }
    }
}

impl FromSql for State {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<State> {
        value.as_str()?.parse().map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

/// A mail that is due, with all it takes to send it.
#[derive(Clone, Debug)]
pub struct Queued {
    /// The row; also the `Message-ID`.
    pub id: Id,
    /// Text, not `Email`: one damaged row must not keep the others from being read.
    pub recipient: String,
    /// The subject line.
    pub subject: String,
    /// The plain twin.
    pub text: String,
    /// The HTML.
    pub html: String,
    /// Failures so far.
    pub attempts: u32,
    /// When it was written.
    pub created_at: Timestamp,
}

/// A mail as the office and `doctor` list it.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The row.
    pub id: Id,
    /// What it is about.
    pub subject_id: Id,
    /// Which mail.
    pub kind: String,
    /// 1, or more for a resend.
    pub version: u32,
    /// Who reads it.
    pub recipient: String,
    /// The subject line.
    pub subject: String,
    /// Where it stands.
    pub state: State,
    /// Tries so far, since it was last released.
    pub attempts: u32,
    /// When it is tried next, while queued.
    pub due_at: Timestamp,
    /// What the server said last.
    pub last_error: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When the server took it.
    pub sent_at: Option<Timestamp>,
}

/// How many mails stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Waiting, due or not.
    pub queued: u32,
    /// Gone.
    pub sent: u32,
    /// Given up.
    pub parked: u32,
}

pub(super) fn insert(tx: &Tx<'_>, draft: &Draft<'_>, now: Timestamp) -> rusqlite::Result<bool> {
    let added = tx
        .prepare_cached(
            "INSERT INTO mail_outbox
               (id, subject_id, kind, version, recipient, subject, text_body, html_body, due_at, created_at)
             VALUES (:id, :subject_id, :kind, :version, :recipient, :subject, :text, :html, :now, :now)
             ON CONFLICT (subject_id, kind, version) DO NOTHING",
        )?
        .execute(named_params! {
            ":id": Id::new(now), ":subject_id": draft.subject_id, ":kind": draft.kind, ":version": draft.version,
            ":recipient": draft.recipient, ":subject": tidy(&draft.rendered.subject),
            ":text": draft.rendered.text, ":html": draft.rendered.html, ":now": to_ms(now),
        })?;
    Ok(added > 0)
}

/// The mails that are due at `now`, the longest due first, at most `limit`.
///
/// # Errors
///
/// Only SQLite's own.
pub fn take_due(conn: &Connection, now: Timestamp, limit: u32) -> rusqlite::Result<Vec<Queued>> {
    let mut statement = conn.prepare_cached(
        "SELECT id, recipient, subject, text_body, html_body, attempts, created_at FROM mail_outbox
          WHERE state = 'queued' AND due_at <= :now ORDER BY due_at, rowid LIMIT :limit",
    )?;
    let rows = statement.query_map(named_params! { ":now": to_ms(now), ":limit": limit }, |row| {
        Ok(Queued {
            id: row.get("id")?,
            recipient: row.get("recipient")?,
            subject: row.get("subject")?,
            text: row.get("text_body")?,
            html: row.get("html_body")?,
            attempts: row.get("attempts")?,
            created_at: from_ms(row.get("created_at")?),
        })
    })?;
    rows.collect()
}

/// Notes that the server took the mail; `false` when that was noted before.
///
/// # Errors
///
/// Only SQLite's own.
pub fn mark_sent(tx: &Tx<'_>, id: Id, now: Timestamp) -> rusqlite::Result<bool> {
    let marked = tx
        .prepare_cached(
            "UPDATE mail_outbox SET state = 'sent', sent_at = :now, attempts = attempts + 1, last_error = NULL
              WHERE id = :id AND state <> 'sent'",
        )?
        .execute(named_params! { ":id": id, ":now": to_ms(now) })?;
    Ok(marked > 0)
}

/// Notes a failure: the mail waits twice as long as after the one before, and is parked after the last.
///
/// `None` when no such mail waits.
///
/// # Errors
///
/// Only SQLite's own.
pub fn mark_failed(tx: &Tx<'_>, id: Id, error: &str, now: Timestamp) -> rusqlite::Result<Option<State>> {
    let failures: Option<u32> = tx
        .prepare_cached("SELECT attempts + 1 FROM mail_outbox WHERE id = :id AND state = 'queued'")?
        .query_row(named_params! { ":id": id }, |row| row.get(0))
        .optional()?;
    let Some(failures) = failures else { return Ok(None) };
    let state = if failures >= MAX_ATTEMPTS { State::Parked } else { State::Queued };
    let due = now.checked_add(backoff(failures)).unwrap_or(Timestamp::MAX);
    tx.prepare_cached(
        "UPDATE mail_outbox SET state = :state, attempts = :failures, due_at = :due, last_error = :error WHERE id = :id",
    )?
    .execute(named_params! {
        ":id": id, ":state": state.to_string(), ":failures": failures, ":due": to_ms(due), ":error": clipped(error),
    })?;
    Ok(Some(state))
}

/// Parks a mail at once: the server will never take it as it is.
///
/// # Errors
///
/// Only SQLite's own.
pub fn park(tx: &Tx<'_>, id: Id, error: &str) -> rusqlite::Result<bool> {
    let parked = tx
        .prepare_cached(
            "UPDATE mail_outbox SET state = 'parked', attempts = attempts + 1, last_error = :error
              WHERE id = :id AND state = 'queued'",
        )?
        .execute(named_params! { ":id": id, ":error": clipped(error) })?;
    Ok(parked > 0)
}

/// Lets a parked mail try again from the beginning; `false` when it was not parked.
///
/// # Errors
///
/// Only SQLite's own.
pub fn release(tx: &Tx<'_>, id: Id, now: Timestamp) -> rusqlite::Result<bool> {
    let released = tx
        .prepare_cached(
            "UPDATE mail_outbox SET state = 'queued', attempts = 0, due_at = :now WHERE id = :id AND state = 'parked'",
        )?
        .execute(named_params! { ":id": id, ":now": to_ms(now) })?;
    Ok(released > 0)
}

/// The mails that were given up, oldest first.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_parked(conn: &Connection) -> rusqlite::Result<Vec<Listed>> {
    let mut statement = conn.prepare_cached("SELECT * FROM mail_outbox WHERE state = 'parked' ORDER BY id")?;
    statement.query_map([], listed)?.collect()
}

/// The mails that wait, the next due first, at most `limit`.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_queued(conn: &Connection, limit: u32) -> rusqlite::Result<Vec<Listed>> {
    let mut statement =
        conn.prepare_cached("SELECT * FROM mail_outbox WHERE state = 'queued' ORDER BY due_at, rowid LIMIT ?1")?;
    statement.query_map([limit], listed)?.collect()
}

/// How many mails were given up. Reads a small index only.
///
/// # Errors
///
/// Only SQLite's own.
pub fn count_parked(conn: &Connection) -> rusqlite::Result<u32> {
    conn.prepare_cached("SELECT count(*) FROM mail_outbox WHERE state = 'parked'")?.query_row([], |row| row.get(0))
}

/// The mails about one thing, in the order they were written.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_for(conn: &Connection, subject_id: Id) -> rusqlite::Result<Vec<Listed>> {
    let mut statement =
        conn.prepare_cached("SELECT * FROM mail_outbox WHERE subject_id = :subject_id ORDER BY created_at, id")?;
    statement.query_map(named_params! { ":subject_id": subject_id }, listed)?.collect()
}

/// How many mails stand where. Reads the whole table: for `doctor` and the office, not for pages.
///
/// # Errors
///
/// Only SQLite's own.
pub fn counts(conn: &Connection) -> rusqlite::Result<Counts> {
    conn.prepare_cached(
        "SELECT count(*) FILTER (WHERE state = 'queued'), count(*) FILTER (WHERE state = 'sent'),
                count(*) FILTER (WHERE state = 'parked') FROM mail_outbox",
    )?
    .query_row([], |row| Ok(Counts { queued: row.get(0)?, sent: row.get(1)?, parked: row.get(2)? }))
}

/// The wait after so many failures. Without jitter: there is one sender, nobody to collide with.
fn backoff(failures: u32) -> SignedDuration {
    let doubled = 1_i64.checked_shl(failures.saturating_sub(1).min(32)).unwrap_or(LONGEST_WAIT_SECS);
    SignedDuration::from_secs(FIRST_WAIT_SECS.saturating_mul(doubled).min(LONGEST_WAIT_SECS))
}

/// A server's words, made fit for one line of a table.
fn clipped(error: &str) -> String {
    tidy(error).chars().take(ERROR_CHARS).collect()
}

fn listed(row: &Row<'_>) -> rusqlite::Result<Listed> {
    Ok(Listed {
        id: row.get("id")?,
        subject_id: row.get("subject_id")?,
        kind: row.get("kind")?,
        version: row.get("version")?,
        recipient: row.get("recipient")?,
        subject: row.get("subject")?,
        state: row.get("state")?,
        attempts: row.get("attempts")?,
        due_at: from_ms(row.get("due_at")?),
        last_error: row.get("last_error")?,
        created_at: from_ms(row.get("created_at")?),
        sent_at: row.get::<_, Option<i64>>("sent_at")?.map(from_ms),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::db::{memory, test_tx};
    use crate::mail::{Rendered, enqueue};

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + secs).unwrap()
    }

    fn put(tx: &Tx<'_>, subject_id: Id, version: u32, secs: i64) -> bool {
        let rendered = Rendered { subject: "A\r\nBcc: x@y.z".into(), text: "t".into(), html: "h".into() };
        let recipient = "ada@example.com".parse().unwrap();
        let draft = Draft { subject_id, kind: "order.confirmation", version, recipient: &recipient, rendered };
        enqueue(tx, &draft, at(secs)).unwrap()
    }

    #[test]
    fn a_mail_is_queued_once_per_version() {
        let conn = memory();
        let tx = test_tx(&conn);
        let order = Id::new(at(0));
        assert!(put(&tx, order, 1, 0));
        assert!(!put(&tx, order, 1, 5));
        assert!(put(&tx, order, 2, 9));
        assert_eq!(counts(&conn).unwrap(), Counts { queued: 2, ..Counts::default() });
        let versions: Vec<u32> = list_for(&conn, order).unwrap().iter().map(|mail| mail.version).collect();
        assert_eq!(versions, [1, 2]);
        assert_eq!(list_for(&conn, order).unwrap()[0].subject, "A Bcc: x@y.z");
    }

    #[test]
    fn the_longest_due_go_first() {
        let conn = memory();
        let tx = test_tx(&conn);
        let orders: Vec<Id> = (0..3)
            .map(|secs| {
                let id = Id::new(at(secs));
                put(&tx, id, 1, secs);
                id
            })
            .collect();
        let first = take_due(&conn, at(2), 10).unwrap()[0].id;
        assert_eq!(mark_failed(&tx, first, "busy", at(2)).unwrap(), Some(State::Queued));
        assert_eq!(take_due(&conn, at(31), 10).unwrap().len(), 2);
        assert_eq!(take_due(&conn, at(1), 10).unwrap().len(), 1);
        let due: Vec<Id> = take_due(&conn, at(32), 10).unwrap().iter().map(|mail| mail.id).collect();
        assert_eq!((due.len(), due[2]), (3, first));
        assert_eq!(take_due(&conn, at(32), 1).unwrap().len(), 1);
        assert_eq!(list_for(&conn, orders[0]).unwrap()[0].last_error.as_deref(), Some("busy"));
    }

    #[test]
    fn waits_double_to_an_hour_and_end_after_hours() {
        let waits: Vec<i64> = (1..=MAX_ATTEMPTS).map(|failures| backoff(failures).as_secs()).collect();
        assert_eq!(waits, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600, 3600]);
        let conn = memory();
        let tx = test_tx(&conn);
        put(&tx, Id::new(at(0)), 1, 0);
        let id = take_due(&conn, at(0), 1).unwrap()[0].id;
        let (mut secs, mut states) = (0, Vec::new());
        for wait in waits {
            assert_eq!(take_due(&conn, at(secs), 1).unwrap().len(), 1);
            assert!(take_due(&conn, at(secs - 1), 1).unwrap().is_empty());
            states.push(mark_failed(&tx, id, "connection refused", at(secs)).unwrap().unwrap());
            secs += wait;
        }
        assert_eq!(states.pop(), Some(State::Parked));
        assert!(states.iter().all(|state| *state == State::Queued));
        assert!(secs - 3600 > 5 * 3600, "{secs}");
        assert!(take_due(&conn, at(secs * 2), 1).unwrap().is_empty());
        assert_eq!(list_parked(&conn).unwrap()[0].attempts, MAX_ATTEMPTS);
        assert_eq!((count_parked(&conn).unwrap(), list_queued(&conn, 9).unwrap().len()), (1, 0));
        assert!(release(&tx, id, at(secs)).unwrap() && !release(&tx, id, at(secs)).unwrap());
        assert_eq!(take_due(&conn, at(secs), 1).unwrap()[0].attempts, 0);
    }

    #[test]
    fn a_sent_mail_stays_sent() {
        let conn = memory();
        let tx = test_tx(&conn);
        let order = Id::new(at(0));
        put(&tx, order, 1, 0);
        let id = take_due(&conn, at(0), 1).unwrap()[0].id;
        assert!(mark_sent(&tx, id, at(1)).unwrap() && !mark_sent(&tx, id, at(2)).unwrap());
        assert!(!park(&tx, id, "late").unwrap() && !release(&tx, id, at(3)).unwrap());
        assert_eq!(mark_failed(&tx, id, "late", at(3)).unwrap(), None);
        let mail = &list_for(&conn, order).unwrap()[0];
        assert_eq!((mail.state, mail.sent_at, mail.attempts), (State::Sent, Some(at(1)), 1));
    }
}
