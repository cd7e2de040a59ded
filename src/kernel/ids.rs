//! Identifiers and secrets that name things.

use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

static LAST: Mutex<Last> = Mutex::new(Last { ms: 0, tail: 0 });

/// The last id made: one counter for the process, so that ids of one millisecond sort as they were made.
struct Last {
    ms: u64,
    /// What follows the time, 12 and 62 bits: begins at random in each millisecond and counts up.
    tail: u128,
}

/// A job's moment lies a little before that of an id made meanwhile; its ids go on from there and stay in order.
const STEP_BACK: u64 = 60_000;
/// The last 62 bits of an id, after its variant.
const LOW: u128 = (1 << 62) - 1;

/// A `UUIDv7`, stored as 16 bytes: rows made together lie together in every index.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(Uuid);

impl Id {
    /// A new id that sorts by `now`.
    pub fn new(now: Timestamp) -> Id {
        let ms = u64::try_from(now.as_millisecond()).unwrap_or(0);
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        if last.ms == ms || (ms < last.ms && last.ms - ms < STEP_BACK) {
            last.tail += 1;
        } else {
            // Randomness costs a call of the system, so it is asked for once in a millisecond, not for every id.
            let random = Uuid::new_v4().as_u128();
            // Of the first twelve bits the highest stays free to count into.
            *last = Last { ms, tail: random >> 117 << 62 | random & LOW };
        }
        let Last { ms, tail } = *last;
        let bytes = (u128::from(ms) << 80 | tail >> 62 << 64 | tail & LOW).to_be_bytes();
        Id(Builder::from_bytes(bytes)
            .with_version(uuid::Version::SortRand)
            .with_variant(uuid::Variant::RFC4122)
            .into_uuid())
    }

    /// An id from its 16 bytes, for names that are the same in every shop.
    pub const fn from_bytes(bytes: [u8; 16]) -> Id {
        Id(Uuid::from_bytes(bytes))
    }

    /// The 16 bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// The id as a number, to seed what must look the same every time.
    pub fn as_u128(&self) -> u128 {
        self.0.as_u128()
    }
}

/// Many ids in one parameter, for `json_each(?1)` and `unhex(value, '-')`: a statement for any number of them.
pub fn as_json(ids: &[Id]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| format!("\"{id}\"")).collect();
    format!("[{}]", ids.join(","))
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Id {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Id, uuid::Error> {
        Uuid::parse_str(text).map(Id)
    }
}

impl ToSql for Id {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Blob(self.0.as_bytes())))
    }
}

impl FromSql for Id {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let bytes = value.as_blob()?;
        Uuid::from_slice(bytes).map(Id).map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

/// 128 random bits that open something: a guest's order, a basket, a rendered checkout page.
///
/// Shown as 32 hexadecimal digits; only its SHA-256 is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 16]);

impl Token {
    /// A fresh token from the operating system's randomness.
    pub fn random() -> Token {
        Token(*Uuid::new_v4().as_bytes())
    }

    /// What the database keeps.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    /// The 16 bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Tokens are secrets: nothing prints one by accident.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The text is not 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a token")]
pub struct NotAToken;

impl FromStr for Token {
    type Err = NotAToken;

    fn from_str(text: &str) -> Result<Token, NotAToken> {
        let hex = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let uuid = hex.then(|| Uuid::parse_str(text).ok()).flatten().ok_or(NotAToken)?;
        Ok(Token(*uuid.as_bytes()))
    }
}

/// The first 16 bytes of a SHA-256: enough to tell records and requests apart.
pub fn fingerprint(data: &[u8]) -> [u8; 16] {
    let full: [u8; 32] = Sha256::digest(data).into();
    let mut short = [0; 16];
    short.iter_mut().zip(full).for_each(|(to, from)| *to = from);
    short
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn tokens_read_themselves_and_stay_secret() {
        let token = Token::random();
        assert_eq!(token.to_string().parse(), Ok(token.clone()));
        assert_eq!(format!("{token:?}"), "Token(…)");
        assert_eq!("xyz".parse::<Token>(), Err(NotAToken));
    }

    #[test]
    fn ids_sort_by_time() {
        let early = Id::new(Timestamp::from_second(1_000_000).unwrap());
        let late = Id::new(Timestamp::from_second(1_000_001).unwrap());
        assert!(early < late);
        let now = Timestamp::from_second(2_000_000).unwrap();
        let ids: Vec<Id> = (0..1000).map(|_| Id::new(now)).collect();
        assert!(ids.is_sorted());
        assert!(ids.iter().all(|id| id.0.get_version_num() == 7 && id.0.get_variant() == uuid::Variant::RFC4122));
        let time = ids.first().unwrap().0.get_timestamp().unwrap().to_unix();
        assert_eq!(time, (2_000_000, 0));
    }
}
