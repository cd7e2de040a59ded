//! Lists as staff type them, one a line: languages, quotes, subjects, relations.

use crate::catalog::{Quote, Related, Subject};
use crate::kernel::text::tidy;
use crate::web::admin::book::form::Check;
use crate::web::shop::language;

/// More entries than any book has.
const MOST: usize = 100;
const QUOTE_CHARS: usize = 5000;

pub(super) fn languages_shown(codes: &[String]) -> String {
    codes.iter().map(|code| language::name(code)).collect::<Vec<_>>().join(", ")
}

pub(super) fn languages(check: &mut Check, typed: &str) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    for words in typed.split([',', ';', '\n']).map(tidy).filter(|words| !words.is_empty()) {
        match language::code(&words) {
            Some(code) if !codes.contains(&code) => codes.push(code),
            Some(_) => {}
            None => {
                return check.wrong(
                    "more_languages",
                    format!(
                        "“{}” is no language we know; use its name or its code, like Spanish or spa",
                        start(&words)
                    ),
                );
            }
        }
    }
    codes
}

pub(super) fn quotes_shown(quotes: &[Quote]) -> String {
    let one = |quote: &Quote| match &quote.source {
        Some(source) => format!("{}\n— {source}", quote.text),
        None => quote.text.clone(),
    };
    quotes.iter().map(one).collect::<Vec<_>>().join("\n\n")
}

pub(super) fn quotes(check: &mut Check, typed: &str) -> Vec<Quote> {
    let text = typed.replace("\r\n", "\n");
    let mut quotes = Vec::new();
    let mut block: Vec<String> = Vec::new();
    for line in text.lines().map(tidy).chain([String::new()]) {
        if !line.is_empty() {
            block.push(line);
            continue;
        }
        let lines = std::mem::take(&mut block);
        match quote(&lines) {
            None => {}
            Some(Ok(quote)) => quotes.push(quote),
            Some(Err(words)) => return check.wrong("quotes", words),
        }
    }
    if quotes.len() > MOST {
        return check.wrong("quotes", format!("Keep to {MOST} quotes; these are {}", quotes.len()));
    }
    quotes
}

/// The lines between two blank ones.
fn quote(lines: &[String]) -> Option<Result<Quote, String>> {
    let (last, before) = lines.split_last()?;
    let dashed =
        ["—", "–", "--"].iter().find_map(|dash| last.strip_prefix(dash)).map(|source| source.trim().to_owned());
    let (text, source) = match dashed {
        Some(source) => (before.join("\n"), Some(source).filter(|source| !source.is_empty())),
        None => (lines.join("\n"), None),
    };
    Some(match text.chars().count() {
        0 => Err(format!("Enter the quote above “{}”", start(last))),
        1..=QUOTE_CHARS => Ok(Quote { text, source }),
        length => Err(format!(
            "Shorten the quote that begins “{}” to {QUOTE_CHARS} characters; it has {length}",
            start(&text)
        )),
    })
}

/// Words for the schemes of ONIX List 27 that shops meet.
const SCHEMES: [(&str, &str); 4] = [("Thema", "93"), ("BISAC", "10"), ("BIC", "12"), ("Keywords", "20")];

pub(super) fn subjects_shown(subjects: &[Subject]) -> String {
    let one = |subject: &Subject| {
        let scheme =
            SCHEMES.iter().find(|(_, code)| *code == subject.scheme).map_or(subject.scheme.as_str(), |it| it.0);
        format!("{scheme} {}", subject.code)
    };
    subjects.iter().map(one).collect::<Vec<_>>().join("\n")
}

pub(super) fn subjects(check: &mut Check, typed: &str) -> Vec<Subject> {
    let mut subjects: Vec<Subject> = Vec::new();
    for line in typed.lines().map(tidy).filter(|line| !line.is_empty()) {
        match subject(&line) {
            Some(subject) if !subjects.contains(&subject) => subjects.push(subject),
            Some(_) => {}
            None => {
                return check.wrong(
                    "subjects",
                    format!("Check the line “{}”: a scheme and a code, like Thema FBA", start(&line)),
                );
            }
        }
    }
    subjects.truncate(MOST);
    subjects
}

fn subject(line: &str) -> Option<Subject> {
    let (scheme, code) = line.split_once(' ')?;
    let scheme = scheme.trim_end_matches(':');
    let known = SCHEMES.iter().find(|(words, _)| words.eq_ignore_ascii_case(scheme)).map(|(_, code)| *code);
    let scheme = known.unwrap_or(scheme);
    let fits = !scheme.is_empty()
        && (known.is_some() || (scheme.len() <= 3 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())));
    // Codes of Thema and BISAC are capitals; keywords are not.
    let code = if ["93", "10"].contains(&scheme) { code.to_ascii_uppercase() } else { code.to_owned() };
    (fits && code.chars().count() <= 100).then(|| Subject { scheme: scheme.to_owned(), code })
}

/// Words for the relations of ONIX List 51 that shops enter.
const RELATIONS: [(&str, &str); 10] = [
    ("Replaced by", "05"),
    ("Replaces", "03"),
    ("Other format", "06"),
    ("Contains", "01"),
    ("Part of", "02"),
    ("Goes with", "04"),
    ("In another language", "11"),
    ("Special edition", "19"),
    ("For students", "39"),
    ("For teachers", "40"),
];

pub(super) fn related_shown(related: &[Related]) -> String {
    let one = |one: &Related| {
        let words = RELATIONS.iter().find(|(_, code)| *code == one.code).map_or(one.code.as_str(), |it| it.0);
        format!("{words}: {}", one.isbn)
    };
    related.iter().map(one).collect::<Vec<_>>().join("\n")
}

pub(super) fn related(check: &mut Check, typed: &str) -> Vec<Related> {
    let mut all = Vec::new();
    for line in typed.lines().map(tidy).filter(|line| !line.is_empty()) {
        match relation(&line) {
            Ok(related) => all.push(related),
            Err(words) => return check.wrong("related", words),
        }
    }
    all.truncate(MOST);
    all
}

fn relation(line: &str) -> Result<Related, String> {
    let known = || RELATIONS.map(|(words, _)| words).join(", ");
    let Some((words, number)) = line.split_once(':') else {
        return Err(format!("Enter “{}” as words, a colon and a number, like Replaced by: 9780306406157", start(line)));
    };
    let code =
        RELATIONS.iter().find(|(label, _)| label.eq_ignore_ascii_case(words.trim())).map_or(words.trim(), |it| it.1);
    if code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("“{}” is no relation we know; use {}, or an ONIX code like 05", start(words), known()));
    }
    let isbn = number.trim().parse().map_err(|error| format!("Check the number in “{}”: {error}", start(line)))?;
    Ok(Related { code: code.to_owned(), isbn })
}

fn start(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T>(read: fn(&mut Check, &str) -> T, show: impl Fn(&T) -> String, typed: &str, expected: &str) {
        let mut check = Check::default();
        let value = read(&mut check, typed);
        assert_eq!(check.errors.pop().map_or_else(|| show(&value), |error| error.words), expected, "{typed}");
    }

    #[test]
    fn lists_are_read_line_by_line() {
        let names = |codes: &Vec<String>| codes.join(" ");
        check(languages, names, "Spanish, cat; spanish", "spa cat");
        check(
            languages,
            names,
            "Elvish",
            "“Elvish” is no language we know; use its name or its code, like Spanish or spa",
        );
        let said = |all: &Vec<Quote>| format!("{all:?}");
        check(quotes, said, "", "[]");
        check(
            quotes,
            said,
            "One\r\ntwo\r\n— A. B., Gazette\r\n\r\n\r\nThree\n--",
            r#"[Quote { text: "One\ntwo", source: Some("A. B., Gazette") }, Quote { text: "Three", source: None }]"#,
        );
        check(quotes, said, "One\n\n— Nobody", "Enter the quote above “— Nobody”");
        check(
            subjects,
            |all| subjects_shown(all),
            "thema fba\nBISAC: fic019000\n29 3300\nthema FBA",
            "Thema FBA\nBISAC FIC019000\n29 3300",
        );
        check(subjects, |all| subjects_shown(all), "FBA", "Check the line “FBA”: a scheme and a code, like Thema FBA");
        check(
            related,
            |all| related_shown(all),
            "replaced by: 0-306-40615-2\n21: 9780306406157",
            "Replaced by: 9780306406157\n21: 9780306406157",
        );
        check(
            related,
            |all| related_shown(all),
            "Replaced by: 9780306406158",
            "Check the number in “Replaced by: 9780306406158”: the check digit does not match: a digit is wrong or two are swapped",
        );
        check(
            related,
            |all| related_shown(all),
            "9780306406157",
            "Enter “9780306406157” as words, a colon and a number, like Replaced by: 9780306406157",
        );
    }
}
