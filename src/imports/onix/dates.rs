//! Dates of ONIX: `<Date>` with its format, List 55.

use jiff::civil::Date;

use super::element::Element;
use crate::imports::dates;
use crate::kernel::date::PartialDate;

/// The first child of `product` named `composite` whose `role_name` says `role`, as a date.
pub(super) fn with_role(parent: &Element, composite: &str, role_name: &str, role: &str) -> Option<PartialDate> {
    parent.all(composite).filter(|date| date.says(role_name, role)).find_map(of)
}

/// The date in a composite, as precise as it is stated.
///
/// The format stands in an attribute since 3.0.1, in an element before. A week, a quarter and a season are their
/// year; a span is its beginning; words and years of the Hijri calendar are no date.
pub(super) fn of(composite: &Element) -> Option<PartialDate> {
    let date = composite.one("Date")?;
    let format = date.attribute("dateformat").or_else(|| composite.value("DateFormat"));
    read(date.text.trim(), format)
}

/// A text in a format of List 55.
pub(in crate::imports) fn read(text: &str, format: Option<&str>) -> Option<PartialDate> {
    let first = |length: usize| text.get(..length).and_then(dates::compact);
    match format {
        None | Some("00") => dates::compact(text).or_else(|| written_out(text)),
        Some("13" | "14" | "06") => first(8),
        Some("01" | "05") => dates::compact(text),
        Some("07") => first(6),
        Some("02" | "03" | "04" | "08" | "09" | "10" | "11") => first(4),
        Some(_) => None,
    }
}

/// The format that is assumed is figures only, but `2024-05-01` is plain enough.
fn written_out(text: &str) -> Option<PartialDate> {
    match dates::read(text, dates::Order::Unknown) {
        dates::Reading::Date(date) => Some(date),
        dates::Reading::ByRule(_)
        | dates::Reading::Unknown
        | dates::Reading::Ambiguous(_)
        | dates::Reading::Spreadsheet
        | dates::Reading::No => None,
    }
}

/// The last day of a span (format 06), or the day itself.
pub(super) fn end_of_span(composite: &Element) -> Option<Date> {
    let date = composite.one("Date")?;
    let text = date.text.trim();
    let end = text.get(8..16).and_then(dates::compact).or_else(|| of(composite))?;
    Some(end.first_day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, format: Option<&str>, expected: &str) {
        let read = read(text, format).map(|date| date.to_string()).unwrap_or_default();
        assert_eq!(read, expected, "{text} in {format:?}");
    }

    #[test]
    fn a_date_is_as_precise_as_its_format() {
        check("20240501", None, "2024-05-01");
        check("20240501", Some("00"), "2024-05-01");
        check("202405", Some("01"), "2024-05");
        check("2024", Some("05"), "2024");
        check("2024", None, "2024");
        check("2024-05-01", None, "2024-05-01");
        check("20240501T0900Z", Some("13"), "2024-05-01");
        check("202419", Some("02"), "2024");
        check("20241", Some("03"), "2024");
        check("2024050120240601", Some("06"), "2024-05-01");
        check("Spring 2027", Some("12"), "");
        check("14450101", Some("20"), "");
        check("20241301", None, "");
        check("00000000", None, "");
        check("é0240501", Some("13"), "");
    }
}
