//! What the selects of the book form offer: the field's codes with words for them.

use crate::catalog::{Credit, Role};
use crate::web::shop::language;
use crate::web::ui::Choice;

/// ONIX List 150.
pub(super) const FORMATS: [(&str, &str); 9] = [
    ("BC", "Paperback"),
    ("BB", "Hardback"),
    ("BH", "Board book"),
    ("BE", "Spiral bound"),
    ("BG", "Leather bound"),
    ("BA", "Book, kind not known"),
    ("AC", "Audio CD"),
    ("AJ", "Audio file"),
    ("ED", "Ebook"),
];

/// ONIX List 65, as far as it changes what the shop promises.
pub(super) const AVAILABILITY: [(&str, &str); 9] = [
    ("99", "Not known: sold from our shelves only"),
    ("21", "The supplier has it"),
    ("20", "Can be had"),
    ("22", "Ordered from the publisher"),
    ("23", "Printed on demand"),
    ("10", "Not yet published"),
    ("32", "Being reprinted"),
    ("40", "Not to be had"),
    ("51", "Out of print"),
];

/// Availability codes under which the supplier's days count.
pub(super) const ORDERABLE: [&str; 4] = ["20", "21", "22", "23"];

/// The words before a name, and the role of ONIX List 17 that they stand for.
const ROLES: [(&str, &str); 10] = [
    ("Author", "A01"),
    ("Translator", "B06"),
    ("Editor", "B01"),
    ("Illustrator", "A12"),
    ("Introduction", "A24"),
    ("Foreword", "A23"),
    ("Afterword", "A19"),
    ("Photographs", "A13"),
    ("Reader", "E03"),
    ("Based on work by", "A38"),
];

/// The options of a select; a stored code that is not among them stands as it is, so that saving does not change it.
pub(super) fn options<'a>(all: &'a [(&'a str, &'a str)], current: &'a str) -> Vec<Choice<'a>> {
    let known = all.iter().map(|(value, words)| Choice { value, words });
    let is_known = all.iter().any(|(value, _)| *value == current);
    let odd = (!is_known).then_some(Choice { value: current, words: current });
    known.chain(odd).collect()
}

/// ISO 639-2/B, by name, with a way to say that it is not known.
pub(super) fn languages() -> Vec<(&'static str, &'static str)> {
    let mut all: Vec<_> = language::list().collect();
    all.sort_by_key(|(_, name)| *name);
    all.insert(0, ("", "Not known"));
    all
}

/// Credits as lines: `Gregory Rabassa` is an author, `Translator: Gregory Rabassa` is not, `[University of Leiden]`
/// is no person.
pub(super) fn credit_lines(credits: &[Credit]) -> String {
    let line = |credit: &Credit| {
        let code = credit.role.code();
        let name = if credit.body { format!("[{}]", credit.name) } else { credit.name.clone() };
        match ROLES.iter().find(|(_, known)| *known == code) {
            // A colon in the name would be read as the end of a role.
            Some((_, "A01")) if !name.contains(':') => name,
            Some((words, _)) => format!("{words}: {name}"),
            None => format!("{code}: {name}"),
        }
    };
    credits.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The credits of such lines, or a sentence about the first line that cannot be read.
pub(super) fn credits(text: &str) -> Result<Vec<Credit>, String> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > 50 {
        return Err(format!("Name up to 50 people; these are {}", lines.len()));
    }
    lines.into_iter().map(credit).collect()
}

fn credit(line: &str) -> Result<Credit, String> {
    let (role, name) = match line.split_once(':') {
        None => (Role::AUTHOR, line),
        Some((words, name)) => (role(words.trim()).ok_or_else(|| unknown(words.trim()))?, name),
    };
    let name = name.trim();
    let credit = match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        Some(body) => Credit::of_body(body, role),
        None => Credit::new(name, role),
    };
    match credit.name.chars().count() {
        0 => Err(format!("Enter a name after “{line}”")),
        1..=200 => Ok(credit),
        length => {
            Err(format!("Shorten the name that begins “{}” to 200 characters; it has {length}", start(&credit.name)))
        }
    }
}

fn role(words: &str) -> Option<Role> {
    let known = ROLES.iter().find(|(label, _)| label.eq_ignore_ascii_case(words)).map(|(_, code)| *code);
    Role::from_code(known.unwrap_or(words))
}

fn unknown(words: &str) -> String {
    let known: Vec<&str> = ROLES.iter().map(|(label, _)| *label).collect();
    format!("“{}” is no role we know; use {}, or an ONIX code like A01", start(words), known.join(", "))
}

fn start(text: &str) -> String {
    text.chars().take(30).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let read = credits(text).map(|credits| {
            let parts: Vec<String> =
                credits.iter().map(|credit| format!("{} {}", credit.role.code(), credit.name)).collect();
            parts.join(", ")
        });
        assert_eq!(read.unwrap_or_else(|words| words), expected);
    }

    #[test]
    fn people_are_read_one_a_line() {
        check("Ursula K. Le Guin", "A01 Ursula K. Le Guin");
        check(
            "García Márquez, Gabriel\r\n\r\n translator : Gregory Rabassa ",
            "A01 Gabriel García Márquez, B06 Gregory Rabassa",
        );
        check("B08: Somebody", "B08 Somebody");
        check("", "");
        check("Editor:", "Enter a name after “Editor:”");
        assert!(
            credits("Butler: Jeeves").unwrap_err().starts_with("“Butler” is no role we know; use Author, Translator")
        );
        assert!(credits(&"x\n".repeat(51)).is_err() && credits(&"x".repeat(201)).is_err());
    }

    #[test]
    fn a_body_in_brackets_is_not_turned_round() {
        let read = credits("[University of Leiden]\nEditor: [Board, The]").unwrap();
        assert_eq!(
            read,
            [Credit::of_body("University of Leiden", Role::AUTHOR), Credit::of_body("Board, The", Role::EDITOR)]
        );
        assert_eq!(credits(&credit_lines(&read)).unwrap(), read);
        let odd = [Credit::of_body("Oulipo: a workshop", Role::AUTHOR)];
        assert_eq!(credits(&credit_lines(&odd)).unwrap(), odd);
    }

    #[test]
    fn every_role_comes_back_as_it_was() {
        for code in ["A01", "A12", "B01", "B06", "B08", "E07", "A24", "Z99"] {
            let stored = [Credit::new("Ann Other", Role::from_code(code).unwrap())];
            assert_eq!(credits(&credit_lines(&stored)).unwrap(), stored, "{code}");
        }
    }

    #[test]
    fn a_code_that_is_not_offered_is_kept() {
        let odd: Vec<&str> = options(&FORMATS, "PI").iter().map(|choice| choice.value).collect();
        assert_eq!(odd.last(), Some(&"PI"));
        assert_eq!(options(&FORMATS, "BB").len(), FORMATS.len());
    }
}
