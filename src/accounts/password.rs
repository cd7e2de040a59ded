//! Passwords: which are good enough, and how they are kept.
//!
//! Source of the cost: OWASP Password Storage Cheat Sheet, Argon2id with 19 MiB, two passes, one lane. Hashes
//! are PHC strings, so each carries the cost it was made with. Every function here that hashes takes some
//! 20 ms and 19 MiB: call it on a blocking thread.

use std::fmt;

use argon2::password_hash::phc::PasswordHash as Phc;
use argon2::password_hash::{self, PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use secrecy::{ExposeSecret, SecretString};

use crate::error::{Fault, Kind};
use crate::kernel::email::Email;

/// Memory of one hash, in KiB.
pub const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over that memory.
pub const PASSES: u32 = 2;
/// Lanes computed side by side.
pub const LANES: u32 = 1;
/// Fewest and most characters of a password.
pub const LENGTH: std::ops::RangeInclusive<usize> = 8..=256;

/// The hash that unknown accounts are tried against. Its salt and its output are random: no password is known for it.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$NqducIYbze5rvqLqfkcivQ$Ecppt13FmxOI68d80hBUOaoDZ/VPeUAz2E5UlxNWTRk";

/// A password that its owner chose and the shop accepts; prints as dots.
#[derive(Clone, Debug)]
pub struct Password(SecretString);

/// What is wrong with a chosen password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Fewer than eight characters.
    #[error("Use at least 8 characters")]
    Short,
    /// More than 256 characters.
    #[error("Use at most 256 characters")]
    Long,
    /// One character, over and over.
    #[error("Use more than one character, repeated")]
    Monotone,
    /// The account's own address.
    #[error("Use something other than your email address")]
    OwnEmail,
}

impl Fault for WeakPassword {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }
}

impl Password {
    /// Accepts `text` as the password of the account of `email`, every character as typed.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with it.
    pub fn new(text: &str, email: &Email) -> Result<Password, WeakPassword> {
        let length = text.chars().count();
        if length < *LENGTH.start() {
            return Err(WeakPassword::Short);
        }
        if length > *LENGTH.end() {
            return Err(WeakPassword::Long);
        }
        if text.chars().all(|c| text.starts_with(c)) {
            return Err(WeakPassword::Monotone);
        }
        if text.trim().to_lowercase() == email.folded() {
            return Err(WeakPassword::OwnEmail);
        }
        Ok(Password(SecretString::from(text)))
    }
}

/// A password as the database keeps it: `$argon2id$v=19$m=19456,t=2,p=1$…$…`.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// Hashing failed: no memory for it, or a stored hash that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the password could not be hashed: {0}")]
pub struct HashError(#[from] password_hash::Error);

impl Fault for HashError {
    fn kind(&self) -> Kind {
        Kind::Unavailable
    }
}

/// Hashes a password with a salt of its own.
///
/// # Errors
///
/// `HashError` when the machine has no memory or no randomness to give.
pub fn hash(password: &Password) -> Result<PasswordHash, HashError> {
    let phc: Phc = argon2id()?.hash_password(password.0.expose_secret().as_bytes())?;
    Ok(PasswordHash(phc.to_string()))
}

/// Tells whether `typed` is the password behind `hash`, at the cost that `hash` was made with.
///
/// # Errors
///
/// `HashError` when no memory is left, or the stored hash is damaged; a wrong password is `Ok(false)`.
pub fn verify(typed: &str, hash: &PasswordHash) -> Result<bool, HashError> {
    match argon2id()?.verify_password(typed.as_bytes(), &Phc::new(&hash.0).map_err(password_hash::Error::from)?) {
        Ok(()) => Ok(true),
        Err(password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Tells whether `hash` was made at another cost than today's, so that a right password should be hashed anew.
pub fn needs_rehash(hash: &PasswordHash) -> bool {
    let Ok(phc) = Phc::new(&hash.0) else { return true };
    let Ok(params) = Params::try_from(&phc) else { return true };
    let cost = (params.m_cost(), params.t_cost(), params.p_cost());
    phc.algorithm.as_str() != Algorithm::Argon2id.as_str()
        || phc.version != Some(Version::V0x13.into())
        || cost != (MEMORY_KIB, PASSES, LANES)
}

/// The hash to verify against when there is no account: the same work, and no password fits.
pub fn nobody() -> PasswordHash {
    PasswordHash(NOBODY.to_owned())
}

fn argon2id() -> Result<Argon2<'static>, HashError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(password_hash::Error::from)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes can be guessed against at leisure: nothing prints one by accident.
impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

impl ToSql for PasswordHash {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for PasswordHash {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        String::column_result(value).map(PasswordHash)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<(), WeakPassword>) {
        let email = "Ada@example.com".parse().unwrap();
        assert_eq!(Password::new(text, &email).map(drop), expected, "{text}");
    }

    #[test]
    fn poor_passwords_are_refused_with_the_reason() {
        check("1234567", Err(WeakPassword::Short));
        check("ünïcödé", Err(WeakPassword::Short));
        check("ünïcödés", Ok(()));
        check(&"ab".repeat(128), Ok(()));
        check(&"ab".repeat(129), Err(WeakPassword::Long));
        check("aaaaaaaaaaaa", Err(WeakPassword::Monotone));
        check(" ADA@Example.com ", Err(WeakPassword::OwnEmail));
        check(" pass phrase ", Ok(()));
    }

    #[test]
    fn a_hash_knows_its_password_and_no_other() {
        let password = Password::new(" correct horse", &"ada@example.com".parse().unwrap()).unwrap();
        let kept = hash(&password).unwrap();
        assert!(kept.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", kept.0);
        assert_eq!(verify(" correct horse", &kept), Ok(true));
        assert_eq!(verify("correct horse", &kept), Ok(false));
        assert_ne!(hash(&password).unwrap(), kept, "each hash has its own salt");
        assert!(!needs_rehash(&kept));
        assert!(!format!("{password:?}{kept:?}").contains("horse"));
    }

    #[test]
    fn a_hash_of_another_cost_still_opens_and_asks_for_a_new_one() {
        let cheap = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 1, 1, None).unwrap());
        let phc: Phc = cheap.hash_password(b"old but gold").unwrap();
        let old = PasswordHash(phc.to_string());
        assert_eq!(verify("old but gold", &old), Ok(true));
        assert!(needs_rehash(&old));
        assert!(verify("old but gold", &PasswordHash("no hash".into())).is_err());
        assert!(needs_rehash(&PasswordHash("no hash".into())));
    }

    #[test]
    fn trying_nobody_costs_what_trying_somebody_costs() {
        assert!(!needs_rehash(&nobody()), "the cost has changed: make NOBODY anew");
        assert_eq!(verify("anything", &nobody()), Ok(false));
    }
}
