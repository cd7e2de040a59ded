//! Dates as feeds write them. A day is never invented: what could be two dates keeps only its year.

use jiff::civil::Date;

use crate::kernel::date::PartialDate;

/// How a text reads as a date.
#[derive(Debug, PartialEq)]
pub(super) enum Reading {
    /// It is this date.
    Date(PartialDate),
    /// It says that nothing is known.
    Unknown,
    /// Day and month could be either way round; only the year is sure.
    Ambiguous(PartialDate),
    /// Not a date.
    No,
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads ISO dates, `20140731`, `2014.0`, `31 July 2014`, `Jul 31, 2014`, `31/07/2014`; year 0 is unknown.
///
/// Of a day and a month in figures the one over 12 is the day; if neither is, nobody can tell.
pub(super) fn read(text: &str) -> Reading {
    let text = text.trim();
    let text = text.strip_suffix(".0").unwrap_or(text);
    let text = text
        .split_once(['T', ' '])
        .filter(|(day, _)| day.len() == 10 && day.contains('-'))
        .map_or(text, |(day, _)| day);
    if text.bytes().all(|byte| byte == b'0') {
        return Reading::Unknown;
    }
    if let Ok(date) = text.parse::<PartialDate>() {
        return if date.year() == 0 { Reading::Unknown } else { Reading::Date(date) };
    }
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return compact(text).map_or(Reading::No, Reading::Date);
    }
    let parts: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [one, two, year] => three(one, two, year),
        [month, year] => match (month_of(month), number(year)) {
            (Some(month), Some(year @ 1000..=9999)) => partial(year, month).map_or(Reading::No, Reading::Date),
            _ => Reading::No,
        },
        _ => Reading::No,
    }
}

/// `YYYYMMDD`, `YYYYMM` or `YYYY`: the dates of ONIX formats 00, 01 and 05.
pub(super) fn compact(text: &str) -> Option<PartialDate> {
    let text = text.trim();
    let (year, month, day) = (text.get(..4)?, text.get(4..6), text.get(6..8));
    match (month, day, text.len()) {
        (Some(month), Some(day), 8) => format!("{year}-{month}-{day}").parse().ok(),
        (Some(month), None, 6) => format!("{year}-{month}").parse().ok(),
        (None, None, 4) => year.parse().ok(),
        _ => None,
    }
}

fn three(one: &str, two: &str, year: &str) -> Reading {
    if one.len() == 4 {
        // 2014/07/31: the year first means that the month follows.
        return numbers(one, two, year).map_or(Reading::No, |(year, month, day)| exact(year, month, day));
    }
    let Some(year) = number(year).filter(|year| (1000..=9999).contains(year)) else { return Reading::No };
    match (month_of(one), month_of(two), number(one), number(two)) {
        (Some(month), _, _, Some(day)) | (_, Some(month), Some(day), _) => exact(year, month, day),
        (_, _, Some(day @ 13..), Some(month)) | (_, _, Some(month), Some(day @ 13..)) => exact(year, month, day),
        (_, _, Some(same), Some(other)) if same == other => exact(year, same, same),
        (_, _, Some(1..), Some(1..)) => Reading::Ambiguous(PartialDate::Year(year)),
        _ => Reading::No,
    }
}

fn numbers(year: &str, month: &str, day: &str) -> Option<(i16, i16, i16)> {
    Some((number(year)?, number(month)?, number(day)?))
}

fn number(text: &str) -> Option<i16> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    // `1st` and `22nd` are numbers, `May` is not.
    (digits.len() + 2 >= text.len()).then(|| digits.parse().ok()).flatten()
}

fn month_of(text: &str) -> Option<i16> {
    let start = text.get(..3)?.to_ascii_lowercase();
    let place = MONTHS.iter().position(|month| *month == start)?;
    i16::try_from(place + 1).ok()
}

fn exact(year: i16, month: i16, day: i16) -> Reading {
    let date = || Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok();
    date().map_or(Reading::No, |date| Reading::Date(PartialDate::Day(date)))
}

fn partial(year: i16, month: i16) -> Option<PartialDate> {
    format!("{year:04}-{month:02}").parse().ok()
}

/// A year alone, which may lie before our era: `2008`, `2008.0`, `-750.0`; 0 is unknown.
pub(super) fn year(text: &str) -> Option<i16> {
    let text = text.trim();
    let whole = text.strip_suffix(".0").unwrap_or(text);
    whole.parse::<i16>().ok().filter(|year| *year != 0 && (-5000..=9999).contains(year))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let read = match read(text) {
            Reading::Date(date) => date.to_string(),
            Reading::Ambiguous(date) => format!("{date}?"),
            Reading::Unknown => "unknown".into(),
            Reading::No => "no".into(),
        };
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn dates_are_read_in_the_common_orders() {
        check("2014-07-31", "2014-07-31");
        check("2014-07", "2014-07");
        check("2014", "2014");
        check("2014.0", "2014");
        check("20140731", "2014-07-31");
        check("2014-07-31T00:00:00Z", "2014-07-31");
        check("2014-07-31 00:00:00", "2014-07-31");
        check("2014/7/3", "2014-07-03");
        check("Jul 31, 2014", "2014-07-31");
        check("31 July 2014", "2014-07-31");
        check("1st May 2014", "2014-05-01");
        check("July 2014", "2014-07");
        check("31/07/2014", "2014-07-31");
        check("07/31/2014", "2014-07-31");
        check("31.07.2014", "2014-07-31");
        check("03/04/2014", "2014?");
        check("04/04/2014", "2014-04-04");
        check("0", "unknown");
        check("0000", "unknown");
        check("31/02/2014", "no");
        check("99/99/2014", "no");
        check("Spring", "no");
        check("1/1/14", "no");
    }

    #[test]
    fn years_reach_back_before_our_era() {
        assert_eq!(
            [year("2008.0"), year("-750.0"), year("0"), year("1999"), year("x")],
            [Some(2008), Some(-750), None, Some(1999), None]
        );
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "\\PC{0,30}") {
            let _ = (read(&text), compact(&text), year(&text));
        }
    }
}
