//! Dates as feeds write them. A day is never invented: what could be two dates keeps only its year.
//!
//! Of a day and a month in figures the one over 12 is the day. Between points (`03.04.2014`) the day stands first. Of
//! the others one value over 12 decides for its whole column, else the shop's country: in the United States and
//! the Philippines the month stands first, everywhere else the day; a shop without a country keeps only the year.

use jiff::civil::Date;

use crate::kernel::country::Country;
use crate::kernel::date::PartialDate;
use crate::kernel::text::fold;

/// How a text reads as a date.
#[derive(Debug, PartialEq)]
pub(super) enum Reading {
    /// It is this date.
    Date(PartialDate),
    /// It is this date by the rule of the column or the country.
    ByRule(PartialDate),
    /// It says that nothing is known.
    Unknown,
    /// Day and month could be either way round; only the year is sure.
    Ambiguous(PartialDate),
    /// A spreadsheet made something else of it, and its year is lost: `Mar-99`, `36526`.
    Spreadsheet,
    /// Not a date.
    No,
}

/// What stands first in dates of figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Order {
    /// `31/12/2014`
    DayFirst,
    /// `12/31/2014`
    MonthFirst,
    /// Nobody knows.
    #[default]
    Unknown,
}

impl Order {
    /// What a column's cells prove, else the country's custom.
    pub(super) fn of_column<'a>(cells: impl Iterator<Item = &'a str>, country: Option<Country>) -> Order {
        let (mut day_first, mut month_first) = (false, false);
        for cell in cells {
            let mut parts = cell.split(['/', '-', ' ', '.']).map(|part| part.parse::<u16>().unwrap_or(0));
            match (parts.next(), parts.next(), parts.next()) {
                (Some(13..=31), Some(1..=12), Some(100..)) => day_first = true,
                (Some(1..=12), Some(13..=31), Some(100..)) => month_first = true,
                _ => {}
            }
        }
        match (day_first, month_first) {
            (true, false) => Order::DayFirst,
            (false, true) => Order::MonthFirst,
            (true, true) => Order::Unknown,
            (false, false) => country.map_or(Order::Unknown, Order::of_country),
        }
    }

    fn of_country(country: Country) -> Order {
        if ["US", "PH"].contains(&country.code()) { Order::MonthFirst } else { Order::DayFirst }
    }
}

/// Months of English, German, French and Spanish by the letters they are known by, folded.
const MONTHS: [&[&str]; 12] = [
    &["jan", "ene"],
    &["feb", "fev"],
    &["mar", "mrz", "maerz"],
    &["apr", "avr", "abr"],
    &["may", "mai"],
    &["jun", "juin"],
    &["jul", "juil"],
    &["aug", "aou", "ago"],
    &["sep"],
    &["oct", "okt"],
    &["nov"],
    &["dec", "dez", "dic"],
];

/// Reads ISO dates, `20140731`, `2014.0`, `31 July 2014`, `Jul 31, 2014`, `31/07/2014`; year 0 is unknown.
pub(super) fn read(text: &str, order: Order) -> Reading {
    let text = text.trim();
    let text = text.strip_suffix(".0").unwrap_or(text);
    let text = text
        .split_once(['T', ' '])
        .filter(|(day, time)| time.contains(':') && !day.is_empty())
        .map_or(text, |(day, _)| day);
    if text.bytes().all(|byte| byte == b'0') {
        return Reading::Unknown;
    }
    if let Ok(date) = text.parse::<PartialDate>() {
        return if date.year() == 0 { Reading::Unknown } else { Reading::Date(date) };
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return match text.len() {
            8 => compact(text).map_or(Reading::No, Reading::Date),
            // Days since 1900 as a spreadsheet counts them: 1954 to 2064.
            5 if ("20000".."60000").contains(&text) => Reading::Spreadsheet,
            _ => Reading::No,
        };
    }
    let parts: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    // `31 de julio de 2014`: the word between says nothing.
    let parts: Vec<&str> = parts.into_iter().filter(|part| !matches!(*part, "de" | "del" | "of")).collect();
    match parts.as_slice() {
        // 2014/07/31: the year first means that the month follows.
        [year, month, day] if year.len() == 4 => {
            numbers(year, month, day).map_or(Reading::No, |(year, month, day)| exact(year, month, day))
        }
        [one, two, year] => {
            // Between points nobody puts the month first, so no rule had to decide.
            let points = text.matches('.').count() == 2;
            let read = three(one, two, year, if points { Order::DayFirst } else { order });
            if let (Reading::ByRule(date), true) = (&read, points) { Reading::Date(*date) } else { read }
        }
        [month, year] => match (month_of(month).or_else(|| number(month)), number(year), year.len()) {
            (Some(month), Some(year), 4) => partial(year, month).map_or(Reading::No, Reading::Date),
            (Some(_), Some(_), 2) if month_of(month).is_some() => Reading::Spreadsheet,
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

fn three(one: &str, two: &str, year: &str, order: Order) -> Reading {
    let Some(year) = number(year).filter(|year| (1000..=9999).contains(year)) else { return Reading::No };
    match (month_of(one), month_of(two), number(one), number(two)) {
        (Some(month), _, _, Some(day)) | (_, Some(month), Some(day), _) => exact(year, month, day),
        (_, _, Some(day @ 13..), Some(month)) | (_, _, Some(month), Some(day @ 13..)) => exact(year, month, day),
        (_, _, Some(same), Some(other)) if same == other => exact(year, same, same),
        (_, _, Some(first @ 1..), Some(second @ 1..)) => match order {
            Order::DayFirst => by_rule(exact(year, second, first)),
            Order::MonthFirst => by_rule(exact(year, first, second)),
            Order::Unknown => Reading::Ambiguous(PartialDate::Year(year)),
        },
        _ => Reading::No,
    }
}

fn by_rule(reading: Reading) -> Reading {
    if let Reading::Date(date) = reading { Reading::ByRule(date) } else { reading }
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
    // Figures are the common case and no month's name.
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let folded = fold(text);
    let place = MONTHS.iter().position(|starts| starts.iter().any(|start| folded.starts_with(start)))?;
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
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        check_in(Order::Unknown, text, expected);
    }

    #[track_caller]
    fn check_in(order: Order, text: &str, expected: &str) {
        let read = match read(text, order) {
            Reading::Date(date) => date.to_string(),
            Reading::ByRule(date) => format!("{date}!"),
            Reading::Spreadsheet => "spreadsheet".into(),
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
        check("03.04.2014", "2014-04-03");
        check("07/2014", "2014-07");
        check("31/07/2014 00:00", "2014-07-31");
        check("31. Juli 2014", "2014-07-31");
        check("3 août 2014", "2014-08-03");
        check("31 de julio de 2014", "2014-07-31");
        check("März 2014", "2014-03");
        check_in(Order::DayFirst, "03/04/2014", "2014-04-03!");
        check_in(Order::MonthFirst, "03/04/2014", "2014-03-04!");
        check_in(Order::MonthFirst, "31/07/2014", "2014-07-31");
    }

    #[test]
    fn what_a_spreadsheet_made_of_a_date_is_no_date() {
        check("Mar-99", "spreadsheet");
        check("36526", "spreadsheet");
        check("99999", "no");
        check("31.12.99", "no");
    }

    #[test]
    fn a_column_shows_its_order_or_the_country_does() {
        let order = |cells: &[&str], country: &str| Order::of_column(cells.iter().copied(), country.parse().ok());
        assert_eq!(order(&["03/04/2014", "31/07/2014"], "US"), Order::DayFirst);
        assert_eq!(order(&["03/04/2014", "07/31/2014"], "GB"), Order::MonthFirst);
        assert_eq!(order(&["03/04/2014"], "US"), Order::MonthFirst);
        assert_eq!(order(&["03/04/2014"], "DE"), Order::DayFirst);
        assert_eq!(order(&["03/04/2014"], "none"), Order::Unknown);
        assert_eq!(order(&["07/31/2014", "31/07/2014"], "GB"), Order::Unknown);
        assert_eq!(order(&["2014-07-31"], "none"), Order::Unknown);
    }

    #[test]
    fn years_reach_back_before_our_era() {
        assert_eq!(
            [year("2008.0"), year("-750.0"), year("0"), year("1999"), year("x")],
            [Some(2008), Some(-750), None, Some(1999), None]
        );
    }

    fn any_day() -> impl Strategy<Value = Date> {
        (1000..=9999_i16, 1..=12_i8, 1..=31_i8)
            .prop_map(|(year, month, day)| Date::new(year, month, day).unwrap_or(Date::constant(year, month, 28)))
    }

    proptest! {
        #[test]
        fn a_date_is_the_same_in_every_spelling(date in any_day(), order in 0..3_usize) {
            let order = [Order::DayFirst, Order::MonthFirst, Order::Unknown][order];
            for form in ["%Y-%m-%d", "%Y/%-m/%-d", "%Y%m%d", "%d.%m.%Y", "%-d %B %Y", "%b %-d, %Y", "%Y-%m-%dT%H:%M:%S", "%-d. %b. %Y"] {
                let text = date.strftime(form).to_string();
                prop_assert_eq!(read(&text, order), Reading::Date(PartialDate::Day(date)), "{}", text);
            }
            prop_assert_eq!(compact(&date.strftime("%Y%m%d").to_string()), Some(PartialDate::Day(date)));
            let month = Reading::Date(PartialDate::Month(date.year(), date.month()));
            prop_assert_eq!(read(&date.strftime("%B %Y").to_string(), order), month);
        }

        #[test]
        fn what_could_be_two_dates_is_read_by_the_rule_or_keeps_its_year(date in any_day()) {
            let (british, american) = (date.strftime("%d/%m/%Y").to_string(), date.strftime("%m/%d/%Y").to_string());
            let sure = date.day() > 12 || date.day() == date.month();
            let day = PartialDate::Day(date);
            let (expected, unknown) = match sure {
                true => (Reading::Date(day), Reading::Date(day)),
                false => (Reading::ByRule(day), Reading::Ambiguous(PartialDate::Year(date.year()))),
            };
            prop_assert_eq!(read(&british, Order::DayFirst), expected);
            prop_assert_eq!(read(&american, Order::MonthFirst), read(&british, Order::DayFirst));
            prop_assert_eq!(read(&british, Order::Unknown), unknown);
        }

        #[test]
        fn any_text_is_answered(text in "\\PC{0,30}") {
            let _ = (read(&text, Order::Unknown), compact(&text), year(&text));
        }
    }
}
