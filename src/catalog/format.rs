//! Formats of books, ONIX List 150.

use std::fmt;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

/// A two-letter code of ONIX List 150, such as `BC`; unknown codes are kept as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Format([u8; 2]);

impl Format {
    /// Book, kind unknown.
    pub const BOOK: Format = Format(*b"BA");
    /// Hardback.
    pub const HARDBACK: Format = Format(*b"BB");
    /// Paperback.
    pub const PAPERBACK: Format = Format(*b"BC");

    /// The format of a two-letter code, in any case.
    pub fn from_code(code: &str) -> Option<Format> {
        match code.trim().as_bytes() {
            [a, b] if a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric() => {
                Some(Format([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => None,
        }
    }

    /// The format that common words mean: `paperback`, `Hardcover`, `audio CD`, `Kindle` …
    pub fn from_words(words: &str) -> Option<Format> {
        let folded = crate::kernel::text::fold(words);
        let has = |any: &[&str]| any.iter().any(|word| folded.contains(word));
        let code = match () {
            () if has(&["board"]) => "BH",
            () if has(&["hardback", "hardcover", "hard cover", "cloth", "gebunden", "relie"]) => "BB",
            () if has(&["ebook", "e book", "epub", "kindle", "pdf"]) => "ED",
            () if has(&["audio cd", "cd"]) => "AC",
            () if has(&["audio"]) => "AJ",
            () if has(&["paperback", "softcover", "soft cover", "taschenbuch", "broche", "pocket", "mass market"]) => {
                "BC"
            }
            () if has(&["spiral"]) => "BE",
            () if has(&["leather"]) => "BG",
            () => return Format::from_code(words),
        };
        Format::from_code(code)
    }

    /// The code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("BA")
    }

    /// The word a reader knows.
    pub fn label(&self) -> &'static str {
        match &self.0 {
            b"BB" => "Hardback",
            b"BC" => "Paperback",
            b"BH" => "Board book",
            b"BE" => "Spiral bound",
            b"BG" => "Leather bound",
            b"BD" | b"BI" | b"BO" | b"BP" | b"BZ" | b"BA" | b"00" => "Book",
            b"AC" => "Audio CD",
            [b'A', _] => "Audio",
            [b'E', _] => "Ebook",
            [b'S', _] => "Set",
            [b'C', _] => "Map",
            [b'P', _] => "Stationery",
            [b'Z', _] => "Gift",
            _ => "Book",
        }
    }

    /// Where it stands among the formats of a work: paperback, hardback, special, ebook, audio.
    pub fn order(&self) -> u8 {
        match &self.0 {
            b"BC" => 0,
            b"BB" => 1,
            [b'B' | b'S', _] => 2,
            [b'E', _] => 3,
            [b'A', _] => 4,
            _ => 5,
        }
    }

    /// A file instead of a thing: sold only where downloads exist.
    pub fn is_digital(&self) -> bool {
        matches!(&self.0, [b'E', _] | b"AJ" | b"AN" | b"AO")
    }
}

impl Default for Format {
    fn default() -> Format {
        Format::BOOK
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl ToSql for Format {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.code()))
    }
}

impl FromSql for Format {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Format::from_code(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}
