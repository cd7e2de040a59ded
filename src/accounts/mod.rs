//! People and how the shop knows them again: customers, staff, passwords, sessions.
//!
//! Owns `customers`, `staff` and `sessions`. Never sees a request: who may stand behind a session is told to it.
//!
//! - An address has at most one customer and at most one member of staff, in whatever case it is typed.
//! - A password is kept only as its Argon2id hash and leaves this room in no other form.
//! - An address without an account costs the same work to try as one that has it (`sign_in::Claim`).
//! - A session's id is kept only as its SHA-256; its end is decided by the shop's clock alone.
//!
//! 2026-11: looking an account up and checking its password are two calls, because the second takes some
//! 20 ms and must hold neither a database reader nor an async thread.

pub mod customers;
pub mod password;
pub mod sessions;
pub mod sign_in;
pub mod staff;
pub mod throttle;

use crate::db::DbError;
use crate::error::{Fault, Kind};
use crate::kernel::text::tidy;

/// Why an account was not made.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Another account has this address, in any case.
    #[error("There is already an account with this email address")]
    EmailTaken,
    /// No name, or one too long for a parcel label.
    #[error("Enter a name of up to 120 characters")]
    Name,
    /// A phone number without digits, or too long.
    #[error("Enter a phone number of up to 40 characters, or leave it empty")]
    Phone,
    /// The database said no.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<rusqlite::Error> for AccountError {
    fn from(error: rusqlite::Error) -> AccountError {
        AccountError::Db(error.into())
    }
}

impl Fault for AccountError {
    fn kind(&self) -> Kind {
        match self {
            AccountError::EmailTaken => Kind::Conflict,
            AccountError::Name | AccountError::Phone => Kind::Invalid,
            AccountError::Db(error) => error.kind(),
        }
    }
}

fn checked_name(name: &str) -> Result<String, AccountError> {
    let name = tidy(name);
    if name.is_empty() || name.chars().count() > 120 { Err(AccountError::Name) } else { Ok(name) }
}

/// A phone number stays as its owner writes it; an empty one is none.
fn checked_phone(phone: Option<&str>) -> Result<Option<String>, AccountError> {
    let phone = tidy(phone.unwrap_or_default());
    if phone.is_empty() {
        return Ok(None);
    }
    let dialable = phone.chars().any(|c| c.is_ascii_digit()) && phone.chars().count() <= 40;
    if dialable { Ok(Some(phone)) } else { Err(AccountError::Phone) }
}
