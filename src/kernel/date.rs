//! Dates as precise as they are known.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

/// A publication date: `2027`, `2027-03` or `2027-03-04`. A day is never invented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PartialDate {
    /// Only the year is known.
    Year(i16),
    /// Year and month.
    Month(i16, i8),
    /// The whole date.
    Day(Date),
}

/// The text is not a year, a month or a day of the calendar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a date like 2027, 2027-03 or 2027-03-04")]
pub struct NotADate(pub String);

impl PartialDate {
    /// The earliest day it can mean, for ordering and for asking whether it has passed.
    pub fn first_day(self) -> Date {
        match self {
            PartialDate::Year(year) => Date::constant(year, 1, 1),
            PartialDate::Month(year, month) => Date::constant(year, month, 1),
            PartialDate::Day(date) => date,
        }
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.first_day().year()
    }

    /// How people read it: `Thu 4 March 2027`, `March 2027`, `2027`.
    pub fn display(self) -> String {
        match self {
            PartialDate::Year(year) => year.to_string(),
            PartialDate::Month(..) => self.first_day().strftime("%B %Y").to_string(),
            PartialDate::Day(date) => date.strftime("%-d %B %Y").to_string(),
        }
    }
}

impl FromStr for PartialDate {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<PartialDate, NotADate> {
        let wrong = || NotADate(text.chars().take(40).collect());
        let text = text.trim();
        let mut parts = text.splitn(3, '-').map(|part| part.bytes().all(|b| b.is_ascii_digit()).then_some(part));
        let (year, month, day) = (parts.next().flatten(), parts.next(), parts.next());
        let year: i16 = year.filter(|y| y.len() == 4).and_then(|y| y.parse().ok()).ok_or_else(wrong)?;
        let number =
            |part: Option<&str>| part.filter(|p| p.len() == 2).and_then(|p| p.parse::<i8>().ok()).ok_or_else(wrong);
        match (month, day) {
            (None, _) => Ok(PartialDate::Year(year)),
            (Some(month), None) => {
                let month = number(month)?;
                Date::new(year, month, 1).map_err(|_| wrong())?;
                Ok(PartialDate::Month(year, month))
            }
            (Some(month), Some(day)) => {
                Date::new(year, number(month)?, number(day)?).map(PartialDate::Day).map_err(|_| wrong())
            }
        }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PartialDate::Year(year) => write!(f, "{year:04}"),
            PartialDate::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            PartialDate::Day(date) => write!(f, "{date}"),
        }
    }
}

impl ToSql for PartialDate {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.to_string()))
    }
}

impl FromSql for PartialDate {
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
    fn check(text: &str, shown: Option<&str>) {
        let date = text.parse::<PartialDate>().ok();
        assert_eq!(date.map(PartialDate::display).as_deref(), shown, "{text}");
        if let Some(date) = date {
            assert_eq!(date.to_string(), text.trim());
        }
    }

    #[test]
    fn dates_keep_their_precision() {
        check("2027", Some("2027"));
        check("2027-03", Some("March 2027"));
        check("2027-03-04", Some("4 March 2027"));
        for wrong in ["", "27", "2027-13", "2027-02-30", "2027-3-4", "04/03/2027", "-100", "2027-"] {
            check(wrong, None);
        }
    }

    fn any_date() -> impl Strategy<Value = PartialDate> {
        (0..=9999_i16, 1..=12_i8, 1..=31_i8, 0..3).prop_map(|(year, month, day, precision)| match precision {
            0 => PartialDate::Year(year),
            1 => PartialDate::Month(year, month),
            _ => PartialDate::Day(Date::new(year, month, day).unwrap_or(Date::constant(year, month, 28))),
        })
    }

    proptest! {
        #[test]
        fn any_date_reads_itself(date in any_date()) {
            prop_assert_eq!(date.to_string().parse::<PartialDate>().unwrap(), date);
            prop_assert_eq!(date.year(), date.first_day().year());
            prop_assert!(date.display().ends_with(&date.year().to_string()));
        }

        /// SQL orders by the text.
        #[test]
        fn texts_stand_in_the_order_of_the_days(one in any_date(), other in any_date(), near in 0..3) {
            let near = match near { 0 => other, 1 => PartialDate::Year(one.year()), _ => PartialDate::Day(one.first_day()) };
            for other in [other, near] {
                if one.first_day() < other.first_day() {
                    prop_assert!(one.to_string() < other.to_string());
                }
            }
        }

        #[test]
        fn any_text_is_answered(text in ".{0,20}|[0-9]{4}-[0-9]{2}(-[0-9]{2})?") {
            if let Ok(date) = text.parse::<PartialDate>() {
                prop_assert_eq!(date.to_string(), text.trim());
            }
        }
    }
}
