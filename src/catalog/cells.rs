//! The shop's own table of books: its columns, and lists of facts in one cell, written and read again without loss.

use super::{Credit, Quote, Related, Role, Subject};
use crate::kernel::text;

/// The columns of the shop's own table of books, as it is exported and read again.
pub const COLUMNS: [&str; 51] = [
    "edition-id",
    "isbn",
    "ean",
    "title",
    "title-prefix",
    "subtitle",
    "contributors",
    "edition-statement",
    "format",
    "format-note",
    "language",
    "publisher",
    "imprint",
    "date",
    "embargo",
    "status",
    "availability",
    "lead-days",
    "price",
    "rrp",
    "fixed-price",
    "currency",
    "tax-included",
    "stock",
    "listed",
    "signed",
    "pages",
    "minutes",
    "weight-g",
    "height-mm",
    "width-mm",
    "thickness-mm",
    "age",
    "category",
    "subject",
    "series",
    "series-number",
    "work-id",
    "original-title",
    "original-language",
    "original-year",
    "popularity",
    "related",
    "safety-contact",
    "accessibility",
    "protection",
    "description",
    "author-note",
    "contents",
    "quotes",
    "image",
];

/// `Gabriel García Márquez [A01]; Open University Press [B01, body]`.
///
/// A name whose sorted form is not the usual one carries it: `Ursula K. Le Guin <Le Guin, Ursula K.> [A01]`.
pub fn write_credits(credits: &[Credit]) -> String {
    let written: Vec<String> = credits.iter().map(write_credit).collect();
    written.join("; ")
}

fn write_credit(credit: &Credit) -> String {
    let usual = usual_sort_name(&credit.name, credit.body);
    let is_usual = usual == credit.sort_name && !credit.name.ends_with('>');
    let sort = if is_usual { String::new() } else { format!(" <{}>", credit.sort_name) };
    let body = if credit.body { ", body" } else { "" };
    format!("{}{sort} [{}{body}]", credit.name, credit.role.code())
}

fn usual_sort_name(name: &str, body: bool) -> String {
    if body { name.to_owned() } else { text::sort_name(name) }
}

/// Reads what `write_credits` wrote; `None`: somebody else wrote it.
pub fn read_credits(cell: &str) -> Option<Vec<Credit>> {
    let mut credits = Vec::new();
    let mut start = 0;
    for (end, _) in cell.match_indices(']') {
        let after = cell.get(end + 1..)?;
        // A bracket inside a name ends nothing.
        if !(after.trim().is_empty() || after.starts_with(';')) {
            continue;
        }
        if let Some(credit) = read_credit(cell.get(start..end)?) {
            credits.push(credit);
            start = (end + 2).min(cell.len());
        }
    }
    cell.get(start..).is_some_and(|rest| rest.trim().is_empty()).then_some(credits)
}

fn read_credit(written: &str) -> Option<Credit> {
    let (name, code) = written.rsplit_once('[')?;
    let (code, body) = code.split_once(',').map_or((code, false), |(code, word)| (code, word.trim() == "body"));
    let role = Role::from_code(code)?;
    let name = name.trim();
    let (name, sort_name) = match name.strip_suffix('>').and_then(|rest| rest.rsplit_once(" <")) {
        Some((name, sort_name)) => (name, sort_name.to_owned()),
        None => (name, usual_sort_name(name, body)),
    };
    (!name.is_empty()).then(|| Credit { name: name.to_owned(), sort_name, role, body })
}

/// `93:FBA; 10:FIC019000`: the codes with their ONIX List 27 scheme, the main one first.
pub fn write_subjects(subjects: &[Subject]) -> String {
    let written: Vec<String> = subjects.iter().map(|subject| format!("{}:{}", subject.scheme, subject.code)).collect();
    written.join("; ")
}

/// Reads what `write_subjects` wrote; `None`: somebody else wrote it.
pub fn read_subjects(cell: &str) -> Option<Vec<Subject>> {
    let mut subjects: Vec<Subject> = Vec::new();
    for part in cell.split("; ") {
        let scheme = |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
        match (part.split_once(':').filter(|(left, _)| scheme(left)), subjects.last_mut()) {
            (Some((scheme, code)), _) => subjects.push(Subject { scheme: scheme.to_owned(), code: code.to_owned() }),
            // A keyword may hold the mark that parts them.
            (None, Some(before)) => before.code.push_str(&format!("; {part}")),
            (None, None) => return None,
        }
    }
    Some(subjects)
}

/// `06 9780306406157; 03 9780975229804`: ONIX List 51 and the other product's number.
pub fn write_related(related: &[Related]) -> String {
    let written: Vec<String> = related.iter().map(|other| format!("{} {}", other.code, other.isbn)).collect();
    written.join("; ")
}

/// Reads what `write_related` wrote; `None`: somebody else wrote it.
pub fn read_related(cell: &str) -> Option<Vec<Related>> {
    let read = |part: &str| {
        let (code, isbn) = part.trim().split_once(' ')?;
        let is_code = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_digit());
        Some(Related { code: code.to_owned(), isbn: isbn.parse().ok()? }).filter(|_| is_code)
    };
    cell.split(';').map(read).collect()
}

/// `[{"text":"A delight.","source":"The Herald"}]`: praise holds any sign, so it is written as JSON.
pub fn write_quotes(quotes: &[Quote]) -> String {
    if quotes.is_empty() {
        return String::new();
    }
    let written = quotes.iter().map(|quote| serde_json::json!({ "text": quote.text, "source": quote.source }));
    serde_json::Value::from_iter(written).to_string()
}

/// Reads what `write_quotes` wrote; `None`: somebody else wrote it.
pub fn read_quotes(cell: &str) -> Option<Vec<Quote>> {
    let found: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(cell).ok()?;
    let read = |quote: &serde_json::Map<String, serde_json::Value>| {
        let word = |key: &str| quote.get(key).and_then(|value| value.as_str()).map(str::to_owned);
        Some(Quote { text: word("text").filter(|text| !text.is_empty())?, source: word("source") })
    };
    found.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[track_caller]
    fn check(credits: &[Credit], cell: &str) {
        assert_eq!(write_credits(credits), cell);
        assert_eq!(read_credits(cell).unwrap(), credits);
    }

    #[test]
    fn people_come_back_with_role_and_order() {
        let credit = |name: &str, role| Credit::new(name, role);
        check(&[], "");
        check(
            &[credit("García Márquez, Gabriel", Role::AUTHOR), credit("Gregory Rabassa", Role::TRANSLATOR)],
            "Gabriel García Márquez <García Márquez, Gabriel> [A01]; Gregory Rabassa [B06]",
        );
        check(&[Credit::of_body("Farm; Barn & Co [London]", Role::EDITOR)], "Farm; Barn & Co [London] [B01, body]");
        let odd = Credit { name: "Doe, Jane".into(), sort_name: "X".into(), role: Role::AUTHOR, body: false };
        check(&[odd.clone(), odd], "Doe, Jane <X> [A01]; Doe, Jane <X> [A01]");
        check(&[credit("A <b>", Role::AUTHOR)], "A <b> <<b>, A> [A01]");
        for foreign in ["Ann Bell", "Ann Bell; Cy Dow", "Ann Bell [A01]; Cy Dow", "[A01]", "Ann [nobody]"] {
            assert_eq!(read_credits(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn codes_and_praise_come_back() {
        let subject = |scheme: &str, code: &str| Subject { scheme: scheme.into(), code: code.into() };
        let subjects = [subject("93", "FBA"), subject("20", "ships; sails"), subject("24", "own: 7")];
        assert_eq!(write_subjects(&subjects), "93:FBA; 20:ships; sails; 24:own: 7");
        assert_eq!(read_subjects(&write_subjects(&subjects)).unwrap(), subjects);
        assert_eq!(read_subjects("FBA"), None);
        let related = [Related { code: "06".into(), isbn: "9780306406157".parse().unwrap() }];
        assert_eq!(read_related(&write_related(&related)).unwrap(), related);
        assert_eq!(read_related("9780306406157"), None);
        let quotes = [Quote { text: "“A; \"delight\"”".into(), source: None }];
        assert_eq!(read_quotes(&write_quotes(&quotes)).unwrap(), quotes);
        assert_eq!((write_quotes(&[]), read_quotes("praise")), (String::new(), None));
    }
}
