//! International Standard Book Numbers.

use std::fmt;
use std::str::FromStr;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

/// A valid ISBN-13, stored as thirteen ASCII digits without hyphens.
///
/// Parsing accepts hyphens, dashes and spaces, ISBN-10 (converted), and the 2- or 5-digit add-on of a
/// scanned barcode (dropped). Registrant ranges are never used to refuse: they grow monthly.
/// Source: ISBN Users' Manual, 7th edition, section on check digits.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Isbn(String);

/// Why a text is not an ISBN.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IsbnError {
    /// Neither 10 nor 13 digits (nor 13 with an add-on).
    #[error("an ISBN has 10 or 13 digits, this has {0}")]
    Length(usize),
    /// A character that no ISBN has.
    #[error("“{0}” is not part of an ISBN")]
    Character(char),
    /// A good EAN that is not a book: not 978 or 979, or 979-0 (music).
    #[error("a book's number begins with 978 or 979 (979-0 is sheet music)")]
    Prefix,
    /// One digit is wrong or two are swapped.
    #[error("the check digit does not match: a digit is wrong or two are swapped")]
    CheckDigit,
}

impl Isbn {
    /// The thirteen digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number with hyphens for people, `978-0-306-40615-7`; bare digits where the range is unknown.
    pub fn hyphenated(&self) -> String {
        self.0
            .parse::<isbn::Isbn13>()
            .ok()
            .and_then(|isbn| isbn.hyphenate().ok())
            .map_or_else(|| self.0.clone(), |text| text.to_string())
    }

    /// Reads an ISBN whose leading zeros a spreadsheet ate.
    ///
    /// One to nine digits are padded to ten, and the result counts only if its check digit proves it.
    /// `restored` is true when that happened.
    ///
    /// # Errors
    ///
    /// As `parse`.
    pub fn parse_restoring(text: &str) -> Result<(Isbn, bool), IsbnError> {
        let parsed = text.parse();
        if let Err(IsbnError::Length(length @ 1..=9)) = parsed {
            let digits: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
            let padded = format!("{}{digits}", "0".repeat(10 - length));
            return padded.parse().map(|isbn| (isbn, true)).map_err(|_| IsbnError::Length(length));
        }
        parsed.map(|isbn| (isbn, false))
    }
}

impl FromStr for Isbn {
    type Err = IsbnError;

    fn from_str(input: &str) -> Result<Isbn, IsbnError> {
        let is_gap = |c: &char| matches!(c, '-' | ' ' | '\u{a0}' | '\u{2010}'..='\u{2015}' | '\u{2212}');
        let digits: String = input.chars().filter(|c| !is_gap(c)).map(|c| c.to_ascii_uppercase()).collect();
        if let Some(bad) = digits.chars().find(|c| !matches!(c, '0'..='9' | 'X')) {
            return Err(IsbnError::Character(bad));
        }
        let isbn13 = match digits.len() {
            13 => digits,
            15 | 18 => digits.chars().take(13).collect(),
            10 => from_isbn10(&digits).ok_or(IsbnError::CheckDigit)?,
            length => return Err(IsbnError::Length(length)),
        };
        if isbn13.contains('X') {
            return Err(IsbnError::Character('X'));
        }
        let is_book = isbn13.starts_with("978") || (isbn13.starts_with("979") && !isbn13.starts_with("9790"));
        if !is_book {
            return Err(IsbnError::Prefix);
        }
        match weigh13(&isbn13) {
            sum if sum % 10 == 0 => Ok(Isbn(isbn13)),
            _ => Err(IsbnError::CheckDigit),
        }
    }
}

/// Σ digit × (1, 3, 1, 3 …).
fn weigh13(digits: &str) -> u32 {
    let weights = [1, 3].into_iter().cycle();
    digits.chars().filter_map(|c| c.to_digit(10)).zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// Checks modulus 11 (X counts ten, in the last place only), then puts 978 in front and a new check digit behind.
fn from_isbn10(digits: &str) -> Option<String> {
    let mut sum = 0;
    for (place, c) in digits.chars().enumerate() {
        let value = match c {
            'X' if place == 9 => 10,
            c => c.to_digit(10)?,
        };
        sum += value * (10 - u32::try_from(place).ok()?);
    }
    if sum % 11 != 0 {
        return None;
    }
    let body = format!("978{}", digits.get(..9)?);
    let check = (10 - weigh13(&body) % 10) % 10;
    Some(format!("{body}{check}"))
}

impl fmt::Display for Isbn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Isbn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ToSql for Isbn {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.0.as_str()))
    }
}

impl FromSql for Isbn {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(input: &str, expected: Result<&str, IsbnError>) {
        let parsed = input.parse::<Isbn>();
        assert_eq!(parsed.as_ref().map(Isbn::as_str), expected.as_ref().map(|text| *text), "{input}");
    }

    #[test]
    fn isbns_are_read_in_every_spelling() {
        check("0-306-40615-2", Ok("9780306406157"));
        check("978 0 306 40615 7", Ok("9780306406157"));
        check("097522980x", Ok("9780975229804"));
        check("125010856X", Ok("9781250108562"));
        check("2253002690", Ok("9782253002697"));
        check("9791038704022", Ok("9791038704022"));
        check("978030640615752", Ok("9780306406157")); // with a 2-digit add-on
        check("978030640615751299", Ok("9780306406157")); // with a 5-digit one
        check("9791234567", Err(IsbnError::CheckDigit)); // ten digits: an Indonesian number, by length
        check("4006381333931", Err(IsbnError::Prefix)); // a valid EAN, but not a book
        check("9790060115615", Err(IsbnError::Prefix)); // sheet music
        check("9780306406158", Err(IsbnError::CheckDigit));
        check("9.78E+12", Err(IsbnError::Character('.')));
        check("X306406152", Err(IsbnError::CheckDigit));
        check("", Err(IsbnError::Length(0)));
        check("978030640615X", Err(IsbnError::Character('X')));
    }

    #[test]
    fn lost_zeros_come_back_only_when_the_check_digit_proves_them() {
        assert_eq!(Isbn::parse_restoring("439023483").unwrap().0.as_str(), "9780439023481");
        assert_eq!(Isbn::parse_restoring("306406152").unwrap(), ("0306406152".parse().unwrap(), true));
        assert_eq!(Isbn::parse_restoring("306406153"), Err(IsbnError::Length(9)));
        assert!(!Isbn::parse_restoring("0306406152").unwrap().1);
    }

    #[test]
    fn hyphens_are_for_people() {
        assert_eq!("9780306406157".parse::<Isbn>().unwrap().hyphenated(), "978-0-306-40615-7");
    }

    proptest! {
        #[test]
        fn any_text_is_answered_and_any_isbn_reads_itself(text in ".{0,24}") {
            if let Ok(isbn) = text.parse::<Isbn>() {
                prop_assert_eq!(isbn.as_str().parse::<Isbn>().unwrap(), isbn);
            }
        }

        #[test]
        fn every_isbn_is_read_from_all_that_people_write(body in "978[0-9]{9}|979[1-9][0-9]{8}", gap in "[- \u{2010}\u{a0}]", add_on in "|[0-9]{2}|[0-9]{5}") {
            let check = (10 - weigh13(&body) % 10) % 10;
            let isbn: Isbn = format!("{body}{check}").parse().unwrap();
            let hyphenated = isbn.hyphenated();
            prop_assert_eq!(hyphenated.replace('-', ""), isbn.as_str());
            for text in [hyphenated.replace('-', &gap), format!(" {hyphenated}{add_on}")] {
                prop_assert_eq!(text.parse::<Isbn>().unwrap(), isbn.clone());
                prop_assert_eq!(Isbn::parse_restoring(&text).unwrap(), (isbn.clone(), false));
            }
        }

        #[test]
        fn lost_zeros_are_restored_whatever_stood_behind_them(rest in "[1-9][0-9]{4,7}") {
            let body = format!("{rest:0>9}");
            let sum: u32 = body.bytes().zip((2..=10).rev()).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
            let check = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "X"][((11 - sum % 11) % 11) as usize];
            let whole: Isbn = format!("{body}{check}").parse().unwrap();
            prop_assert_eq!(Isbn::parse_restoring(&format!("{rest}{check}")).unwrap(), (whole, true));
        }

        #[test]
        fn one_wrong_digit_is_always_seen(body in "978[0-9]{9}", place in 0_usize..13, by in 1_u32..10) {
            let check = (10 - weigh13(&body) % 10) % 10;
            let good = format!("{body}{check}");
            let bad: String = good.chars().enumerate().map(|(index, c)| if index == place {
                char::from_digit((c.to_digit(10).unwrap() + by) % 10, 10).unwrap()
            } else { c }).collect();
            prop_assert!(good.parse::<Isbn>().is_ok());
            prop_assert!(bad.parse::<Isbn>().is_err());
        }
    }
}
