//! The name of a picture: the hash of its bytes.

use std::fmt;
use std::str::FromStr;

use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use sha2::{Digest, Sha256};

/// Bytes of a short name.
const SHORT: usize = 10;

/// The SHA-256 of a stored picture; shown as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash([u8; 32]);

impl Hash {
    /// The hash of a file's bytes.
    pub fn of(bytes: &[u8]) -> Hash {
        Hash(Sha256::digest(bytes).into())
    }

    /// Its first twenty digits: the name of sizes, which stand in every page many times.
    ///
    /// Two pictures with the same short name would have to be made on purpose, and only show each other's sizes.
    pub fn short(self) -> String {
        self.0.iter().take(SHORT).map(|byte| format!("{byte:02x}")).collect()
    }

    /// The smallest there is: where a walk through all pictures starts.
    pub(super) const FIRST: Hash = Hash([0; 32]);
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The first hash that could have a short name, and the last.
pub(super) fn range(short: &str) -> Option<(Hash, Hash)> {
    let full = |digit: &str| format!("{short}{}", digit.repeat(64_usize.saturating_sub(short.len()))).parse().ok();
    Some((full("0")?, full("f")?)).filter(|_| short.len() == SHORT * 2)
}

/// The text is not 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the hash of a picture")]
pub struct BadHash;

impl FromStr for Hash {
    type Err = BadHash;

    /// Upper case is refused, so that a picture has one address.
    fn from_str(text: &str) -> Result<Hash, BadHash> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(BadHash),
        };
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != 32 || !rest.is_empty() {
            return Err(BadHash);
        }
        let mut hash = [0; 32];
        for (byte, [high, low]) in hash.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Ok(Hash(hash))
    }
}

impl ToSql for Hash {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Blob(&self.0)))
    }
}

impl FromSql for Hash {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Hash> {
        <[u8; 32]>::column_result(value).map(Hash)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_picture_has_one_name() {
        let hash = Hash::of(b"picture");
        let text = hash.to_string();
        assert_eq!((text.len(), text.parse()), (64, Ok(hash)));
        for other in [text.to_uppercase(), format!("{text}0"), text.replace('a', "g"), "../../etc/passwd".into()] {
            assert_eq!(other.parse::<Hash>(), Err(BadHash), "{other}");
        }
    }

    #[test]
    fn a_short_name_leads_to_its_hash() {
        let hash = Hash::of(b"picture");
        let (first, last) = range(&hash.short()).unwrap();
        assert!(hash.short().len() == 20 && first < hash && hash < last);
        assert_eq!((range("ab"), range(&"g".repeat(20)), range(&hash.to_string())), (None, None, None));
    }
}
