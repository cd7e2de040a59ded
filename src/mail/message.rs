//! A queued mail as the bytes that travel.

use std::time::SystemTime;

use jiff::Timestamp;
use lettre::Message;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};

use super::outbox::Queued;
use crate::kernel::email::Email;
use crate::kernel::text::tidy;

/// Who a mail comes from, and who reads the answers.
pub(super) struct Origin {
    pub(super) from: Mailbox,
    pub(super) reply_to: Option<Mailbox>,
}

/// Reads `shop@example.com` or `Ink & Co <shop@example.com>`.
pub(super) fn mailbox(text: &str) -> Option<Mailbox> {
    let text = text.trim();
    let (name, address) = match text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        Some((name, address)) => (tidy(name.trim().trim_matches('"')), address),
        None => (String::new(), text),
    };
    named(&name, address)
}

/// A mailbox from a name that may be empty and an address.
pub(super) fn named(name: &str, address: &str) -> Option<Mailbox> {
    let email: Email = address.parse().ok()?;
    let name = Some(tidy(name)).filter(|name| !name.is_empty());
    Some(Mailbox::new(name, email.as_str().parse().ok()?))
}

/// Builds the message. Its `Message-ID` depends on the row alone, so a repeat is known as one.
///
/// # Errors
///
/// Says why this mail can never be sent.
pub(super) fn build(mail: &Queued, origin: &Origin, now: Timestamp) -> Result<Message, String> {
    let to = named("", &mail.recipient).ok_or_else(|| "the recipient's address is not an address".to_owned())?;
    let id = format!("<{}@{}>", mail.id, origin.from.email.domain());
    // RFC 3834: tells out-of-office programs to keep quiet.
    let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
    let mut builder = Message::builder()
        .message_id(Some(id))
        // The header's type holds no moment before 1970.
        .date(SystemTime::from(now.max(Timestamp::UNIX_EPOCH)))
        .from(origin.from.clone())
        .to(to)
        .subject(tidy(&mail.subject))
        .raw_header(automatic);
    if let Some(reply_to) = &origin.reply_to {
        builder = builder.reply_to(reply_to.clone());
    }
    let both = MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone());
    builder.multipart(both).map_err(|error| error.to_string())
}
