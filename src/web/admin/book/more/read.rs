//! Single values as staff type them: a year, a running time, an age, a day.

use jiff::civil::Date;

use crate::catalog::texts;
use crate::kernel::date::PartialDate;
use crate::kernel::text::tidy;
use crate::web::admin::book::form::{Check, DESCRIPTION_CHARS};

/// Characters of an address.
const ADDRESS_CHARS: usize = 1000;

/// The word before the title's first letter that counts; it must stand there.
pub(super) fn prefix(check: &mut Check, typed: &str, title: &str) -> Option<String> {
    let prefix = check.line("title_prefix", "the word", typed, 50)?;
    let folded = |text: &str| text.to_lowercase();
    if folded(title).starts_with(&folded(&prefix)) && title.chars().count() > prefix.chars().count() {
        return Some(prefix);
    }
    check.wrong("title_prefix", format!("Enter the word as the title has it: the title does not begin with “{prefix}”"))
}

/// `1967`, `700 BC`.
pub(super) fn year_words(year: i16) -> String {
    if year < 0 { format!("{} BC", year.unsigned_abs()) } else { year.to_string() }
}

pub(super) fn year(check: &mut Check, typed: &str) -> Option<i16> {
    let text = tidy(typed).to_uppercase();
    if text.is_empty() {
        return None;
    }
    let (digits, before) = match text.strip_suffix("BC") {
        Some(digits) => (digits.trim(), true),
        None => (text.as_str(), false),
    };
    let number = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<i16>().ok()).flatten();
    match number {
        Some(year @ 1..=5000) if before => Some(-year),
        Some(year @ 1..=9999) if !before => Some(year),
        _ => check.wrong("first_published", "Enter a year like 1967 or 700 BC".to_owned()),
    }
}

/// `7:32`.
pub(super) fn time_words(minutes: u32) -> String {
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

pub(super) fn time(check: &mut Check, typed: &str) -> Option<u32> {
    let text = tidy(typed);
    if text.is_empty() {
        return None;
    }
    let number =
        |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<u32>().ok()).flatten();
    let minutes = match text.split_once(':') {
        Some((hours, minutes)) => number(hours)
            .zip(number(minutes).filter(|minutes| *minutes < 60))
            .and_then(|(hours, minutes)| hours.checked_mul(60)?.checked_add(minutes)),
        None => number(&text),
    };
    match minutes.filter(|minutes| (1..=60_000).contains(minutes)) {
        Some(minutes) => Some(minutes),
        None => check.wrong("minutes", "Enter hours and minutes like 7:32, or minutes like 452".to_owned()),
    }
}

pub(super) fn age(check: &mut Check, field: &str, typed: &str) -> Option<u8> {
    check.number(field, "an age", typed, 0, 120).and_then(|age| u8::try_from(age).ok())
}

pub(super) fn age_to(check: &mut Check, typed: &str, from: Option<u8>) -> Option<u8> {
    let to = age(check, "age_to", typed)?;
    match from.filter(|from| to < *from) {
        Some(from) => check.wrong("age_to", format!("Enter {from} or more, or change the first age")),
        None => Some(to),
    }
}

/// A whole day: nobody can be told to wait for a month.
pub(super) fn day(check: &mut Check, typed: &str) -> Option<Date> {
    match check.parsed("embargo", "Check the date", typed)? {
        PartialDate::Day(day) => Some(day),
        PartialDate::Year(_) | PartialDate::Month(..) => {
            check.wrong("embargo", "Enter the whole day, like 2027-03-04".to_owned())
        }
    }
}

/// A code of a list: two digits, or nothing.
pub(super) fn two_digits(check: &mut Check, field: &str, typed: &str) -> String {
    let code = typed.trim();
    let fits = code.is_empty() || (code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_digit()));
    if fits { code.to_owned() } else { check.wrong(field, "Choose from the list".to_owned()) }
}

/// Ticked codes, each once.
pub(super) fn codes(typed: &str) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    for code in typed.split_whitespace().filter(|code| code.len() == 2 && code.bytes().all(|b| b.is_ascii_digit())) {
        if !codes.iter().any(|known| known == code) {
            codes.push(code.to_owned());
        }
    }
    codes
}

/// An address keeps its lines.
pub(super) fn address(check: &mut Check, typed: &str) -> Option<String> {
    let lines: Vec<String> = typed.lines().map(tidy).filter(|line| !line.is_empty()).collect();
    let text = lines.join("\n");
    match text.chars().count() {
        0 => None,
        length if length > ADDRESS_CHARS => {
            check.wrong("safety_contact", format!("Shorten the contact to {ADDRESS_CHARS} characters; it has {length}"))
        }
        _ => Some(text),
    }
}

pub(super) fn long(check: &mut Check, field: &str, typed: &str) -> Option<String> {
    let text = typed.trim();
    match text.chars().count() {
        0 => None,
        length if length > DESCRIPTION_CHARS => {
            check.wrong(field, format!("Shorten the text to {DESCRIPTION_CHARS} characters; it has {length}"))
        }
        _ => Some(text.to_owned()),
    }
}

pub(super) fn long_shown(html: Option<&str>) -> String {
    html.map(texts::editable).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T: std::fmt::Debug>(read: impl Fn(&mut Check) -> T, expected: &str) {
        let mut check = Check::default();
        let value = read(&mut check);
        let said = check.errors.pop().map_or_else(|| format!("{value:?}"), |error| error.words);
        assert_eq!(said, expected);
    }

    #[test]
    fn values_are_read_as_people_write_them() {
        check(|c| year(c, "1967"), "Some(1967)");
        check(|c| year(c, " 700 bc "), "Some(-700)");
        check(|c| year(c, "MCM"), "Enter a year like 1967 or 700 BC");
        check(|c| time(c, "7:32"), "Some(452)");
        check(|c| time(c, "452"), "Some(452)");
        check(|c| time(c, "7:75"), "Enter hours and minutes like 7:32, or minutes like 452");
        check(|c| time(c, "99999999999:1"), "Enter hours and minutes like 7:32, or minutes like 452");
        check(|c| age_to(c, "3", Some(8)), "Enter 8 or more, or change the first age");
        check(|c| age_to(c, "200", None), "Enter an age as a whole number from 0 to 120");
        check(|c| day(c, "2027-03-04"), "Some(2027-03-04)");
        check(|c| day(c, "2027-03"), "Enter the whole day, like 2027-03-04");
        check(|c| prefix(c, "the", "The Ink"), "Some(\"the\")");
        check(|c| prefix(c, "A", "The Ink"), "Enter the word as the title has it: the title does not begin with “A”");
        check(|c| two_digits(c, "protection", "DRM"), "Choose from the list");
        check(|_| codes("52 11 52 x "), "[\"52\", \"11\"]");
        check(|c| address(c, " A \r\n\r\n B "), "Some(\"A\\nB\")");
    }
}
