//! How the outbox reaches the world, as `[mail]` of the configuration means it.

use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};

use crate::config::{Mail, MailTls};

/// How the shop reaches its mail server. Without `host`, mail is written as files.
#[derive(Clone, Debug, Default)]
pub struct MailConfig {
    /// Name or address of the SMTP server; none: mail is written into `folder`.
    pub host: Option<String>,
    /// Port; none: the usual one for `tls`.
    pub port: Option<u16>,
    /// A server without the wanted TLS gets no mail.
    pub tls: MailTls,
    /// Name to sign in with; none: no sign-in.
    pub user: Option<String>,
    /// Password to sign in with; never over `MailTls::None`, except to this machine.
    pub password: Option<SecretString>,
    /// Sender, `shop@example.com` or `Ink & Co <shop@example.com>`; none: the shop's name and email.
    pub from: Option<String>,
    /// Folder for `.eml` files when there is no `host`; none: what the transport is opened with.
    pub folder: Option<PathBuf>,
}

/// In the configuration an empty value means none.
impl From<&Mail> for MailConfig {
    fn from(mail: &Mail) -> MailConfig {
        let given = |text: &String| (!text.is_empty()).then(|| text.clone());
        MailConfig {
            host: given(&mail.host),
            port: (mail.port != 0).then_some(mail.port),
            tls: mail.tls,
            user: given(&mail.user),
            password: (!mail.password.expose_secret().is_empty()).then(|| mail.password.clone()),
            from: given(&mail.from),
            folder: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_value_means_none() {
        let none = MailConfig::from(&Mail::default());
        assert!(none.host.is_none() && none.port.is_none() && none.password.is_none() && none.from.is_none());
        let set = MailConfig::from(&Mail { host: "mail.example.com".into(), port: 2525, ..Mail::default() });
        assert_eq!((set.host.as_deref(), set.port), (Some("mail.example.com"), Some(2525)));
    }
}
