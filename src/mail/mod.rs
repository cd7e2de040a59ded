//! Mail: what the shop writes to people, and the way it leaves.
//!
//! Owns `mail_outbox`. A mail is a row, written in the same transaction as the fact it tells of
//! (`enqueue`), so there is no order without its mail and no mail without its order. The mail thread
//! (`sender`) takes due rows, hands them to the SMTP server or to a folder (`transport`), and marks them.
//! Never decides that a mail is due: the room that changed something does.
//!
//! Invariants:
//! - `(subject_id, kind, version)` leaves once; a resend is a new version.
//! - A row is marked sent only after the server has accepted it. A crash between the two, or an answer that
//!   got lost, makes at most one repeat of that mail, with the same `Message-ID`, which mail programs fold.
//! - No transaction is open while the network is used.
//! - HTML and text come from one `Letter`, so they cannot disagree.
//!
//! Decided 2026-11: rows are kept after sending (the order page lists them); only a
//! refusal of the reader's address parks a mail at once, because a quota or a wrong setting is mended by people.

mod config;
pub mod doctor;
mod html;
pub mod letter;
mod message;
pub mod order;
pub mod outbox;
pub mod sender;
mod text;
pub mod transport;

use jiff::Timestamp;

use crate::db::Tx;
use crate::kernel::email::Email;
use crate::kernel::ids::Id;

pub use crate::config::MailTls;
pub use config::MailConfig;
pub use sender::Sender;
pub use transport::Transport;

/// A mail as it will be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The subject line, without control characters.
    pub subject: String,
    /// The plain twin, at most 72 columns.
    pub text: String,
    /// The HTML.
    pub html: String,
}

/// A mail to be sent, and the fact it tells of.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// What the mail is about, mostly an order.
    pub subject_id: Id,
    /// Which of the shop's mails it is, like `order.confirmation`.
    pub kind: &'static str,
    /// 1; a resend counts on.
    pub version: u32,
    /// Who reads it.
    pub recipient: &'a Email,
    /// The words.
    pub rendered: Rendered,
}

/// Writes a mail into the outbox; `false` when this version of it is there already.
///
/// # Errors
///
/// Only SQLite's own.
pub fn enqueue(tx: &Tx<'_>, draft: &Draft<'_>, now: Timestamp) -> rusqlite::Result<bool> {
    outbox::insert(tx, draft, now)
}

#[cfg(test)]
mod tests;
