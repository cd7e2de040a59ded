//! Email addresses.

use std::fmt;
use std::str::FromStr;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

/// An address that mail can be sent to; the domain is lower case, the rest as typed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email(String);

/// The text is not an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Enter an email address with an @, like name@example.com")]
pub struct NotAnEmail;

impl Email {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address as accounts are found by it: all lower case.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl FromStr for Email {
    type Err = NotAnEmail;

    fn from_str(text: &str) -> Result<Email, NotAnEmail> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(NotAnEmail)?;
        let tidy = format!("{local}@{}", domain.to_lowercase());
        let dotted = domain.contains('.') && !domain.ends_with('.') && !domain.contains("..");
        // Quoted names and numeric hosts are addresses by the letter, but no mail program takes them in its `To` line.
        let plain = !local.contains('"') && domain.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'));
        let sendable = tidy.len() <= 254 && tidy.parse::<lettre::Address>().is_ok();
        (dotted && plain && sendable).then_some(Email(tidy)).ok_or(NotAnEmail)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ToSql for Email {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.0.as_str()))
    }
}

impl FromSql for Email {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked_and_tidied() {
        let read = |text: &str| text.parse::<Email>().ok().map(|email| email.to_string());
        assert_eq!(read(" Ada@Example.COM "), Some("Ada@example.com".to_owned()));
        assert_eq!(read("ada+books@sub.example.co.uk"), Some("ada+books@sub.example.co.uk".to_owned()));
        for wrong in [
            "",
            "ada",
            "ada@",
            "@example.com",
            "ada@localhost",
            "a b@example.com",
            "ada@ex..com",
            "a@b.c\r\nBcc: x@y.z",
            "\"<b>x</b>\"@example.com",
            "a@[127.0.0.1]",
            "a@b.c%0aom",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
