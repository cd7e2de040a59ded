//! Small pieces of text that several pages say the same way.

use maud::{Markup, html};

use crate::delivery::{Kind, Method};

/// `1 book`, `132 books`.
pub(super) fn books(count: u64) -> String {
    if count == 1 { "1 book".to_owned() } else { format!("{} books", grouped(count)) }
}

/// `12,345`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + 4);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// At most `limit` characters, cut at a word.
pub(super) fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(limit.saturating_sub(1)).collect();
    short.truncate(short.rfind(' ').unwrap_or(short.len()));
    format!("{}…", short.trim_end_matches([',', '.', ';', ':', ' ']))
}

/// `Royal Mail Tracked: £2.95, 2 to 3 working days`.
pub(super) fn delivery_method(method: &Method) -> String {
    match (method.kind, days(method.days)) {
        (_, days) if days.is_empty() => format!("{}: {}", method.name, price(method)),
        (Kind::Post, days) => format!("{}: {}, {days} after it leaves us", method.name, price(method)),
        (Kind::Collection, days) => format!("{}: {}, after {days}", method.name, price(method)),
    }
}

/// `free`, or the amount.
pub(super) fn price(method: &Method) -> String {
    if method.price.minor == 0 { "free".to_owned() } else { method.price.display() }
}

/// `2 to 3 working days`; empty for no days at all.
pub(super) fn days((from, to): (u16, u16)) -> String {
    match (from, to) {
        (_, 0) => String::new(),
        (_, 1) => "1 working day".to_owned(),
        (from, to) if from >= to => format!("{to} working days"),
        (from, to) => format!("{from} to {to} working days"),
    }
}

/// Lines of an address.
pub(super) fn lines(lines: &[String]) -> Markup {
    html! { @for line in lines { (line) br; } }
}

/// Opening hours, day by day.
pub(super) fn hours(hours: &[(String, String)]) -> Markup {
    html! {
        @if !hours.is_empty() {
            dl.hours { @for (day, time) in hours { div { dt { (day) } dd { (time) } } } }
        }
    }
}

/// Paragraphs of a plain text, parted by blank lines.
pub(super) fn paragraphs(text: &str) -> Markup {
    let text = text.replace("\r\n", "\n");
    html! {
        @for paragraph in text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()) {
            p { @for (at, line) in paragraph.lines().enumerate() { @if at > 0 { br; } (line) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_at_a_glance() {
        assert_eq!([books(0), books(1), books(1234)], ["0 books", "1 book", "1,234 books"]);
        assert_eq!(grouped(1_234_567), "1,234,567");
    }

    #[test]
    fn days_are_said_in_words() {
        assert_eq!(
            [days((0, 0)), days((1, 1)), days((2, 3)), days((5, 5))],
            ["", "1 working day", "2 to 3 working days", "5 working days"]
        );
    }

    #[test]
    fn a_text_is_cut_at_a_word() {
        assert_eq!(cut("A long tale of ice", 40), "A long tale of ice");
        assert_eq!(cut("A long tale, of ice", 14), "A long tale…");
    }

    #[test]
    fn a_text_becomes_paragraphs_and_nothing_else() {
        let html = paragraphs("One <b>\r\ntwo\r\n\r\n\n Three & four\n").into_string();
        assert_eq!(html, "<p>One &lt;b&gt;<br>two</p><p>Three &amp; four</p>");
    }
}
