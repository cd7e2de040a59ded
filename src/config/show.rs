//! The effective configuration as people and scripts may see it: secrets stay hidden.

use secrecy::{ExposeSecret, SecretString};
use serde::Serializer;

use super::Config;

/// What stands in place of a secret that is set.
const HIDDEN: &str = "(set, not shown)";

pub(super) fn secret<S: Serializer>(secret: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(if secret.expose_secret().is_empty() { "" } else { HIDDEN })
}

impl Config {
    /// The configuration as TOML; secrets say only whether they are set.
    ///
    /// # Errors
    ///
    /// A value under `[shop]` that TOML cannot write, such as null.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }

    /// The same as JSON.
    ///
    /// # Errors
    ///
    /// Paths that are not Unicode.
    pub fn to_json(&self) -> Result<serde_json::Value, serde_json::Error> {
        serde_json::to_value(self)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let mut config = Config::default();
        config.mail.password = SecretString::from("hunter2");
        for shown in [config.to_toml().unwrap(), config.to_json().unwrap().to_string(), format!("{config:?}")] {
            assert!(!shown.contains("hunter2"), "{shown}");
        }
        assert!(config.to_toml().unwrap().contains(HIDDEN));
    }
}
