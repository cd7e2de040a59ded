//! Global Trade Item Numbers: the barcodes of what is no book.

use std::fmt;
use std::str::FromStr;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

/// A GTIN-8, -12, -13 or -14 whose check digit is right, stored as its digits.
///
/// Source: GS1 General Specifications, section on check digits: weights 3 and 1 from the right, modulo 10.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Gtin(String);

/// The text is no barcode number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a barcode number: 8, 12, 13 or 14 digits, the last of them a check digit")]
pub struct NotAGtin(pub String);

impl Gtin {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Gtin {
    type Err = NotAGtin;

    fn from_str(text: &str) -> Result<Gtin, NotAGtin> {
        let wrong = || NotAGtin(text.chars().take(40).collect());
        let digits: String = text.chars().filter(|c| !matches!(c, '-' | ' ' | '\u{a0}')).collect();
        let values: Option<Vec<u32>> = digits.chars().map(|c| c.to_digit(10)).collect();
        let values = values.filter(|values| matches!(values.len(), 8 | 12 | 13 | 14)).ok_or_else(wrong)?;
        let sum: u32 = values.iter().rev().zip([1, 3].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
        if sum.is_multiple_of(10) && sum > 0 { Ok(Gtin(digits)) } else { Err(wrong()) }
    }
}

impl fmt::Display for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ToSql for Gtin {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.as_str()))
    }
}

impl FromSql for Gtin {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, digits: Option<&str>) {
        assert_eq!(text.parse::<Gtin>().ok().as_ref().map(Gtin::as_str), digits, "{text}");
    }

    #[test]
    fn the_check_digit_decides() {
        check("4006381333931", Some("4006381333931"));
        check("4006381 33393-1", Some("4006381333931"));
        check("4006381333932", None);
        check("73513537", Some("73513537"));
        check("036000291452", Some("036000291452"));
        check("10036000291459", Some("10036000291459"));
        for wrong in ["", "0000000000000", "400638133393", "40063813339X1", "12345"] {
            check(wrong, None);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered_and_any_number_reads_itself(text in ".{0,20}|[0-9]{8}|[0-9]{12,14}") {
            if let Ok(gtin) = text.parse::<Gtin>() {
                prop_assert_eq!(gtin.as_str().parse::<Gtin>().unwrap(), gtin);
            }
        }

        #[test]
        fn one_wrong_digit_is_always_seen(
            body in "[0-9]{6}[1-9]|[0-9]{10}[1-9]|[0-9]{11}[1-9]|[0-9]{12}[1-9]", place in any::<prop::sample::Index>(), by in 1_u32..10,
        ) {
            let good: Vec<Gtin> = (0..10).filter_map(|check| format!("{body}{check}").parse().ok()).collect();
            prop_assert_eq!(good.len(), 1, "one check digit is right");
            let digits = good.first().unwrap().as_str();
            let place = place.index(digits.len());
            let bad = digits.char_indices().map(|(index, c)| if index == place {
                char::from_digit((c.to_digit(10).unwrap() + by) % 10, 10).unwrap()
            } else { c });
            prop_assert!(bad.collect::<String>().parse::<Gtin>().is_err());
        }
    }
}
