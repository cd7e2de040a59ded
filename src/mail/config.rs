//! `[mail]` of the configuration file.

use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};

/// How the shop reaches its mail server. Without `host`, mail is written as files.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailConfig {
    /// Name or address of the SMTP server. Default: none, mail is written into `folder`.
    pub host: Option<String>,
    /// Port. Default by `tls`: 587 with `starttls`, 465 with `implicit`, 25 with `none`.
    pub port: Option<u16>,
    /// `starttls` (default), `implicit` or `none`. A server without the wanted TLS gets no mail.
    pub tls: MailTls,
    /// Name to sign in with. Default: none, no sign-in.
    pub user: Option<String>,
    /// Password to sign in with; never over `tls = "none"`, except to this machine. Default: none.
    #[serde(serialize_with = "masked")]
    pub password: Option<SecretString>,
    /// Sender, `shop@example.com` or `Ink & Co <shop@example.com>`. Default: the shop's name and email.
    pub from: Option<String>,
    /// Folder for `.eml` files when there is no `host`. Default: `mail` in the data folder.
    pub folder: Option<PathBuf>,
}

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    /// Not at all: for a server on this machine or in a private network.
    None,
    /// Begun in the clear, upgraded before anything is said.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Implicit,
}

impl MailTls {
    /// The port that servers use for it.
    pub fn port(self) -> u16 {
        match self {
            MailTls::None => 25,
            MailTls::Starttls => 587,
            MailTls::Implicit => 465,
        }
    }
}

impl MailConfig {
    fn comparable(&self) -> impl PartialEq {
        let MailConfig { host, port, tls, user, password, from, folder } = self;
        (host, port, tls, user, password.as_ref().map(ExposeSecret::expose_secret), from, folder)
    }
}

/// Secrets do not compare by accident; the test of the example file needs to.
impl PartialEq for MailConfig {
    fn eq(&self, other: &MailConfig) -> bool {
        self.comparable() == other.comparable()
    }
}

fn masked<S: Serializer>(password: &Option<SecretString>, serializer: S) -> Result<S::Ok, S::Error> {
    password.as_ref().map(|_| "********").serialize(serializer)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn passwords_are_read_and_never_shown() {
        let config: MailConfig = toml::from_str("host = 'mail.example.com'\ntls = 'implicit'\npassword = 'hush'").unwrap();
        assert_eq!(config.password.as_ref().unwrap().expose_secret(), "hush");
        assert_eq!(config.tls.port(), 465);
        let shown = toml::to_string(&config).unwrap() + &format!("{config:?}");
        assert!(shown.contains("********") && !shown.contains("hush"), "{shown}");
        assert_ne!(config, MailConfig { password: Some("other".into()), ..config.clone() });
        assert!(toml::from_str::<MailConfig>("tls = 'maybe'").is_err());
        assert!(toml::from_str::<MailConfig>("hots = 'x'").is_err());
    }
}
