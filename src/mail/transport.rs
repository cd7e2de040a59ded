//! The two ways out: an SMTP server, or a folder of `.eml` files when there is none.

use std::error::Error as _;
use std::fs::{self, File};
use std::io::{self, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use lettre::message::Mailbox;
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{SmtpTransport, Transport as _};
use secrecy::ExposeSecret;

use super::message::{self, Origin};
use super::outbox::Queued;
use super::{MailConfig, MailTls};
use crate::settings::Shop;

/// The longest wait for a server's next word.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A way out for mail.
pub struct Transport {
    way: Way,
    from: Option<Mailbox>,
}

enum Way {
    Smtp(SmtpTransport),
    Folder(PathBuf),
}

/// Settings of `[mail]` that cannot work.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// `from` is no address.
    #[error("`mail.from` is “{0}”; write it like shop@example.com or Ink & Co <shop@example.com>")]
    From(String),
    /// A name without a password, or the reverse.
    #[error("`mail.user` and `mail.password` belong together; one of them is missing")]
    HalfLogin,
    /// The password would cross the network in the clear.
    #[error("`mail.tls` is “none”, so the password would travel in the clear to “{0}”; use starttls or implicit")]
    PlainPassword(String),
    /// The host's name cannot be checked by TLS.
    #[error("`mail.host` “{0}” cannot be used: {1}")]
    Host(String, lettre::transport::smtp::Error),
    /// The folder for `.eml` files cannot be made.
    #[error("the mail folder {0} cannot be made: {1}")]
    Folder(PathBuf, io::Error),
}

/// Why a mail did not leave.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The server will never take this mail: its reader does not exist.
    #[error("refused: {0}")]
    Refused(String),
    /// Not now; the next mail may fare better.
    #[error("not now: {0}")]
    Later(String),
    /// No mail can leave: no server, no TLS, wrong password, full disk.
    #[error("no way out: {0}")]
    NoWayOut(String),
}

impl Transport {
    /// Prepares the way out, without yet calling a server.
    ///
    /// # Errors
    ///
    /// Settings that cannot work, each with what to change.
    pub fn open(config: &MailConfig, eml_folder: &Path) -> Result<Transport, OpenError> {
        let from = match config.from.as_deref() {
            Some(text) => Some(message::mailbox(text).ok_or_else(|| OpenError::From(text.to_owned()))?),
            None => None,
        };
        let way = match config.host.as_deref() {
            Some(host) => Way::Smtp(server(host, config)?),
            None => {
                let folder = config.folder.as_deref().unwrap_or(eml_folder);
                fs::create_dir_all(folder).map_err(|error| OpenError::Folder(folder.to_owned(), error))?;
                Way::Folder(folder.to_owned())
            }
        };
        Ok(Transport { way, from })
    }

    /// Hands one mail over; `Ok` means that the server, or the disk, has it.
    ///
    /// # Errors
    ///
    /// Why not, and whether another try makes sense.
    pub fn send(&self, mail: &Queued, shop: &Shop, now: Timestamp) -> Result<(), SendError> {
        let message = message::build(mail, &self.origin(shop)?, now).map_err(SendError::Refused)?;
        match &self.way {
            Way::Smtp(server) => {
                // Connecting and signing in come first and apart: what fails there is no refusal of this mail.
                server.test_connection().map_err(|error| SendError::NoWayOut(error.to_string()))?;
                server.send(&message).map(drop).map_err(|error| why_not(&error))
            }
            Way::Folder(folder) => write_file(folder, mail, &message.formatted())
                .map_err(|error| SendError::NoWayOut(format!("{} cannot be written: {error}", folder.display()))),
        }
    }

    /// The sender; answers go to the shop's own address when mail comes from another.
    fn origin(&self, shop: &Shop) -> Result<Origin, SendError> {
        let own = message::named(&shop.name, &shop.email);
        let missing =
            || SendError::NoWayOut("the shop's email is not an address, and `mail.from` is not set".to_owned());
        let mut from = self.from.clone().or_else(|| own.clone()).ok_or_else(missing)?;
        if from.name.is_none() {
            from.name = own.as_ref().and_then(|own| own.name.clone());
        }
        let reply_to = own.filter(|own| own.email != from.email);
        Ok(Origin { from, reply_to })
    }
}

fn server(host: &str, config: &MailConfig) -> Result<SmtpTransport, OpenError> {
    let parameters = || TlsParameters::new(host.to_owned()).map_err(|error| OpenError::Host(host.to_owned(), error));
    let tls = match config.tls {
        MailTls::None => Tls::None,
        MailTls::Starttls => Tls::Required(parameters()?),
        MailTls::Implicit => Tls::Wrapper(parameters()?),
    };
    let builder = SmtpTransport::builder_dangerous(host)
        .port(config.port.unwrap_or(config.tls.port()))
        .tls(tls)
        .timeout(Some(TIMEOUT))
        // One thread sends, so one connection is enough; it is closed after a minute of silence.
        .pool_config(PoolConfig::new().max_size(1));
    match (&config.user, &config.password) {
        (None, None) => Ok(builder.build()),
        (Some(_), Some(_)) if config.tls == MailTls::None && !is_this_machine(host) => {
            Err(OpenError::PlainPassword(host.to_owned()))
        }
        (Some(user), Some(password)) => {
            Ok(builder.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned())).build())
        }
        _ => Err(OpenError::HalfLogin),
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Sorts a failure that came after the connection stood.
fn why_not(error: &lettre::transport::smtp::Error) -> SendError {
    let words = error.to_string();
    let reply = error.source().map(ToString::to_string).unwrap_or_default();
    // A client error at this point means an address that needs SMTPUTF8, which the server lacks.
    if error.is_client() || error.is_permanent() && is_about_recipient(&reply) {
        SendError::Refused(words)
    } else {
        SendError::Later(words)
    }
}

/// Whether a 5xx reply speaks of the reader's address, by its enhanced status code (RFC 3463, 3.2 and 3.3).
///
/// Quotas, policies and refused senders also answer 5xx, but pass or are mended: they are tried again.
/// A reply without such a code is taken at its word.
fn is_about_recipient(reply: &str) -> bool {
    let mut parts = reply.split_whitespace().next().unwrap_or("").split('.').map(str::parse::<u16>);
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        // 5.1.7 and 5.1.8 are about the sender's address.
        (Some(Ok(5)), Some(Ok(1)), Some(Ok(detail)), None) => !matches!(detail, 7 | 8),
        (Some(Ok(5)), Some(Ok(subject)), Some(Ok(_)), None) => subject == 2,
        _ => true,
    }
}

/// Writes `2026-11-22-<id>.eml` beside its place and renames it, so that no reader sees half a mail.
///
/// The name depends on the row alone: a repeat takes the place of the first.
fn write_file(folder: &Path, mail: &Queued, bytes: &[u8]) -> io::Result<()> {
    let name = format!("{}-{}.eml", mail.created_at.strftime("%F"), mail.id);
    let unfinished = folder.join(format!(".{name}.tmp"));
    let mut file = File::create(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(reply: &str, expected: bool) {
        assert_eq!(is_about_recipient(reply), expected, "{reply}");
    }

    #[test]
    fn only_refusals_of_the_reader_are_final() {
        check("5.1.1 no such user", true);
        check("5.2.1 mailbox disabled", true);
        check("no such user", true);
        check("", true);
        check("5.4.5 daily sending quota exceeded", false);
        check("5.7.1 not allowed", false);
        check("5.1.8 bad sender", false);
    }

    #[test]
    fn settings_that_cannot_work_are_refused() {
        let server = MailConfig { host: Some("mail.example.com".into()), ..MailConfig::default() };
        let open = |config: MailConfig| {
            Transport::open(&config, Path::new("/nonexistent/bookstall")).err().map(|error| error.to_string())
        };
        let says = |config: MailConfig, words: &str| {
            let error = open(config).unwrap_or_default();
            assert!(error.contains(words), "{error}");
        };
        assert_eq!(open(server.clone()), None);
        says(MailConfig { from: Some("Ink & Co".into()), ..server.clone() }, "mail.from");
        says(MailConfig { user: Some("ada".into()), ..server.clone() }, "belong together");
        let login = MailConfig { user: Some("ada".into()), password: Some("hush".into()), ..server };
        assert_eq!(open(login.clone()), None);
        says(MailConfig { tls: MailTls::None, ..login.clone() }, "in the clear");
        assert_eq!(open(MailConfig { tls: MailTls::None, host: Some("127.0.0.1".into()), ..login }), None);
        says(MailConfig { folder: Some("/dev/null/mail".into()), ..MailConfig::default() }, "/dev/null/mail");
    }
}
