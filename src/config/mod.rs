//! What the process needs to run: the only reader of files and environment.
//!
//! Each key has a default and comes, in this order, from a flag, the environment, the file. Nothing is read
//! again after start. The shop's own facts live in `settings`; `[shop]` only hands overrides on to it.
//! `config.example.toml` is the documentation of every key, and error messages quote it.

mod load;
mod network;
mod show;

use std::net::SocketAddr;
use std::path::PathBuf;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use load::{ConfigError, Overrides};
pub use network::Network;

/// Everything the process is told from outside.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address and port to serve on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The shop's address as readers type it, without a slash at its end; empty: the address served on.
    pub public_url: String,
    /// The directory that is the whole shop.
    pub data: PathBuf,
    /// Serves other machines without https.
    pub insecure_http: bool,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Overrides of the shop's own facts, checked by `settings`.
    pub shop: Map<String, Value>,
    /// Certificates.
    pub tls: Tls,
    /// Outgoing mail.
    pub mail: Mail,
    /// Ways to pay.
    pub payments: Payments,
    /// What one visitor may ask of the shop.
    pub limits: Limits,
    /// What is logged, and how.
    pub log: Log,
}

/// Certificate files; both or neither.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tls {
    /// PEM file with the certificate chain; empty: no TLS here.
    pub cert_file: PathBuf,
    /// PEM file with the private key.
    pub key_file: PathBuf,
}

/// The SMTP server that takes the shop's mail.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// The server's name; empty: every mail becomes a file under `data/mail`.
    pub host: String,
    /// The server's port; 0: the usual one for `tls`.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: MailTls,
    /// The account; empty: no sign-in.
    pub user: String,
    /// The account's password.
    #[serde(serialize_with = "show::secret")]
    pub password: SecretString,
    /// The sender; empty: the shop's email address.
    pub from: String,
}

/// How a connection to the mail server is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    /// Not at all: for a server on this machine or in a private network.
    None,
    /// Begins plain and must become TLS before anything is said.
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

/// Ways to pay.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Payments {
    /// The test card gateway is on; it takes no money.
    pub test: bool,
}

/// What one visitor may ask of the shop.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Requests per minute from one address; 0: no limit.
    pub pages_per_minute: u32,
    /// Forms sent per minute from one address; 0: no limit.
    pub forms_per_minute: u32,
    /// The largest request body, in bytes.
    pub body_bytes: usize,
    /// Seconds in which a page must be answered.
    pub request_timeout_secs: u64,
    /// Seconds in which a request's head must have arrived.
    pub header_timeout_secs: u64,
    /// Seconds that running requests and threads get when the shop closes.
    pub shutdown_secs: u64,
    /// Memory for finished pages, in bytes.
    pub kept_bytes: u64,
}

/// The program's own log, on standard error.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// A level, or a filter such as `info,bookstall::mail=debug`.
    pub level: String,
    /// For people or for machines.
    pub format: LogFormat,
}

/// How a line of the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 3000)),
            public_url: String::new(),
            data: PathBuf::from("./data"),
            insecure_http: false,
            trusted_proxies: Vec::new(),
            shop: Map::new(),
            tls: Tls::default(),
            mail: Mail::default(),
            payments: Payments::default(),
            limits: Limits::default(),
            log: Log::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            pages_per_minute: 600,
            forms_per_minute: 60,
            body_bytes: 256 * 1024,
            request_timeout_secs: 20,
            header_timeout_secs: 30,
            shutdown_secs: 20,
            kept_bytes: 64 * 1024 * 1024,
        }
    }
}

impl Default for Log {
    fn default() -> Log {
        Log { level: "info".to_owned(), format: LogFormat::Text }
    }
}

impl Config {
    /// The database's file.
    pub fn database(&self) -> PathBuf {
        self.data.join("bookstall.db")
    }

    /// Whether this process itself speaks TLS.
    pub fn has_tls(&self) -> bool {
        !self.tls.cert_file.as_os_str().is_empty()
    }

    /// Whether readers reach the shop by https, from here or through a proxy.
    pub fn is_https(&self) -> bool {
        self.has_tls() || self.public_url.starts_with("https://")
    }

    /// The shop's address for links in mails and redirects: `https://books.example`, no slash at its end.
    ///
    /// `served` is the address that was really taken, for a shop without `public_url`.
    pub fn origin(&self, served: SocketAddr) -> String {
        if !self.public_url.is_empty() {
            return self.public_url.clone();
        }
        let scheme = if self.has_tls() { "https" } else { "http" };
        format!("{scheme}://{served}")
    }
}
