//! The fields that few books need, as one table: what they are called, how they look, what they mean.
//!
//! A field that is added here is shown, checked, compared, saved and marked as decided by hand.

mod card;
mod lines;
mod read;

use super::form::Check;
use crate::catalog::{EditionFacts, WorkFacts};

pub(super) use card::card;

/// One field.
pub(super) struct More {
    /// Its name in the form and its id on the page.
    pub(super) name: &'static str,
    /// The field of the catalogue that it decides.
    pub(super) field: &'static str,
    /// Whether that is a field of the work, which all editions share.
    pub(super) of_work: bool,
    pub(super) label: &'static str,
    hint: &'static str,
    look: Look,
    show: fn(&EditionFacts, &WorkFacts) -> String,
    read: fn(&mut Check, &str, &mut EditionFacts, &mut WorkFacts),
}

/// What a field looks like.
#[derive(Clone, Copy)]
enum Look {
    Line,
    Half,
    Digits,
    Area(u32),
    Select(Options),
    Ticks,
}

#[derive(Clone, Copy)]
enum Options {
    Languages,
    Statuses,
    Protections,
}

/// A heading and the fields under it.
struct Group {
    heading: &'static str,
    fields: &'static [More],
}

const fn line(
    name: &'static str, label: &'static str, hint: &'static str, look: Look,
    show: fn(&EditionFacts, &WorkFacts) -> String, read: fn(&mut Check, &str, &mut EditionFacts, &mut WorkFacts),
) -> More {
    More { name, field: name, of_work: false, label, hint, look, show, read }
}

const fn of_work(more: More) -> More {
    More { of_work: true, ..more }
}

fn text(value: Option<&String>) -> String {
    value.cloned().unwrap_or_default()
}

fn number(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

const GROUPS: [Group; 5] = [
    Group {
        heading: "Title and work",
        fields: &[
            line(
                "title_prefix",
                "First word that does not sort",
                "“The”, where it begins the title",
                Look::Half,
                |facts, _| text(facts.title_prefix.as_ref()),
                |check, typed, facts, _| facts.title_prefix = read::prefix(check, typed, &facts.title),
            ),
            line(
                "edition_statement",
                "Edition",
                "“2nd, revised edition”",
                Look::Half,
                |facts, _| text(facts.edition_statement.as_ref()),
                |check, typed, facts, _| {
                    facts.edition_statement = check.line("edition_statement", "the edition", typed, 200);
                },
            ),
            of_work(line(
                "original_title",
                "Original title",
                "",
                Look::Line,
                |_, work| text(work.original_title.as_ref()),
                |check, typed, _, work| {
                    work.original_title = check.line("original_title", "the original title", typed, 500)
                },
            )),
            of_work(line(
                "original_language",
                "Original language",
                "",
                Look::Select(Options::Languages),
                |_, work| text(work.original_language.as_ref()),
                |check, typed, _, work| work.original_language = check.code("original_language", typed),
            )),
            of_work(line(
                "first_published",
                "First published",
                "A year: 1967, or 700 BC",
                Look::Half,
                |_, work| work.first_published.map(read::year_words).unwrap_or_default(),
                |check, typed, _, work| work.first_published = read::year(check, typed),
            )),
        ],
    },
    Group {
        heading: "The thing itself",
        fields: &[
            line(
                "imprint",
                "Imprint",
                "",
                Look::Half,
                |facts, _| text(facts.imprint.as_ref()),
                |check, typed, facts, _| facts.imprint = check.line("imprint", "the imprint", typed, 200),
            ),
            line(
                "format_note",
                "Words beside the format",
                "“large print”",
                Look::Half,
                |facts, _| text(facts.format_note.as_ref()),
                |check, typed, facts, _| facts.format_note = check.line("format_note", "the words", typed, 100),
            ),
            line(
                "gtin",
                "Barcode of what is no book",
                "8 to 14 digits, or a scan",
                Look::Half,
                |facts, _| number(facts.gtin.as_ref()),
                |check, typed, facts, _| facts.gtin = check.parsed("gtin", "Check the barcode", typed),
            ),
            line(
                "more_languages",
                "Other languages in it",
                "“Spanish, Catalan”",
                Look::Half,
                |facts, _| lines::languages_shown(&facts.more_languages),
                |check, typed, facts, _| facts.more_languages = lines::languages(check, typed),
            ),
            line(
                "height_mm",
                "Height in mm",
                "",
                Look::Digits,
                |facts, _| number(facts.height_mm),
                |check, typed, facts, _| facts.height_mm = check.number("height_mm", "millimetres", typed, 1, 5000),
            ),
            line(
                "width_mm",
                "Width in mm",
                "",
                Look::Digits,
                |facts, _| number(facts.width_mm),
                |check, typed, facts, _| facts.width_mm = check.number("width_mm", "millimetres", typed, 1, 5000),
            ),
            line(
                "thickness_mm",
                "Spine in mm",
                "",
                Look::Digits,
                |facts, _| number(facts.thickness_mm),
                |check, typed, facts, _| {
                    facts.thickness_mm = check.number("thickness_mm", "millimetres", typed, 1, 5000)
                },
            ),
            line(
                "minutes",
                "Running time",
                "Hours and minutes: 7:32",
                Look::Half,
                |facts, _| facts.minutes.map(read::time_words).unwrap_or_default(),
                |check, typed, facts, _| facts.minutes = read::time(check, typed),
            ),
            line(
                "age_from",
                "Readers from age",
                "",
                Look::Digits,
                |facts, _| number(facts.age_from),
                |check, typed, facts, _| facts.age_from = read::age(check, "age_from", typed),
            ),
            line(
                "age_to",
                "to age",
                "",
                Look::Digits,
                |facts, _| number(facts.age_to),
                |check, typed, facts, _| facts.age_to = read::age_to(check, typed, facts.age_from),
            ),
        ],
    },
    Group {
        heading: "To read about it",
        fields: &[
            line(
                "quotes",
                "What others say",
                "A blank line between quotes. A last line with a dash says who and where: “— The Gazette”.",
                Look::Area(5),
                |facts, _| lines::quotes_shown(&facts.quotes),
                |check, typed, facts, _| facts.quotes = lines::quotes(check, typed),
            ),
            line(
                "author_note",
                "About the author",
                "",
                Look::Area(4),
                |facts, _| read::long_shown(facts.author_note.as_deref()),
                |check, typed, facts, _| facts.author_note = read::long(check, "author_note", typed),
            ),
            line(
                "contents",
                "Contents",
                "Plain text, or simple HTML such as a list",
                Look::Area(5),
                |facts, _| read::long_shown(facts.contents.as_deref()),
                |check, typed, facts, _| facts.contents = read::long(check, "contents", typed),
            ),
        ],
    },
    Group {
        heading: "Selling and rules",
        fields: &[
            line(
                "publishing_status",
                "The publisher says",
                "",
                Look::Select(Options::Statuses),
                |facts, _| facts.publishing_status.clone(),
                |check, typed, facts, _| facts.publishing_status = read::two_digits(check, "publishing_status", typed),
            ),
            line(
                "embargo",
                "Not on sale before",
                "2027-03-04",
                Look::Half,
                |facts, _| number(facts.embargo),
                |check, typed, facts, _| facts.embargo = read::day(check, typed),
            ),
            line(
                "protection",
                "Copy protection of an ebook",
                "",
                Look::Select(Options::Protections),
                |facts, _| text(facts.protection.as_ref()),
                |check, typed, facts, _| {
                    facts.protection =
                        Some(read::two_digits(check, "protection", typed)).filter(|code| !code.is_empty());
                },
            ),
            line(
                "safety_contact",
                "Who answers for product safety",
                "Name, address and email, line by line",
                Look::Area(3),
                |facts, _| text(facts.safety_contact.as_ref()),
                |check, typed, facts, _| facts.safety_contact = read::address(check, typed),
            ),
            line(
                "accessibility",
                "Accessibility of an ebook",
                "",
                Look::Ticks,
                |facts, _| facts.accessibility.join(" "),
                |_, typed, facts, _| facts.accessibility = read::codes(typed),
            ),
        ],
    },
    Group {
        heading: "Codes",
        fields: &[
            line(
                "subjects",
                "Subjects",
                "One a line, the main one first: “Thema FBA”, “BISAC FIC019000”, or a scheme’s number",
                Look::Area(4),
                |facts, _| lines::subjects_shown(&facts.subjects),
                |check, typed, facts, _| facts.subjects = lines::subjects(check, typed),
            ),
            line(
                "related",
                "Other books it has to do with",
                "One a line: “Replaced by: 9780306406157”",
                Look::Area(3),
                |facts, _| lines::related_shown(&facts.related),
                |check, typed, facts, _| facts.related = lines::related(check, typed),
            ),
        ],
    },
];

/// Every field, in the order of the page.
pub(super) fn all() -> impl Iterator<Item = &'static More> {
    GROUPS.iter().flat_map(|group| group.fields)
}

/// The field of that name.
pub(super) fn find(name: &str) -> Option<&'static More> {
    all().find(|more| more.name == name)
}

impl More {
    /// What the form shows of a stored book.
    pub(super) fn show(&self, facts: &EditionFacts, work: &WorkFacts) -> String {
        (self.show)(facts, work)
    }

    /// Puts what was typed where it belongs, or says what is wrong with it.
    pub(super) fn read(&self, check: &mut Check, typed: &str, facts: &mut EditionFacts, work: &mut WorkFacts) {
        (self.read)(check, typed, facts, work);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::catalog::fields;

    #[test]
    fn every_field_decides_one_that_the_catalogue_has() {
        for more in all() {
            let known = if more.of_work {
                fields::WORK.iter().any(|field| field.name == more.field)
            } else {
                fields::EDITION.iter().any(|field| field.name == more.field)
            };
            assert!(known, "{}", more.name);
        }
    }

    #[test]
    fn what_is_stored_comes_back_as_it_was() {
        let quotes = vec![
            crate::catalog::Quote { text: "Two\nlines.".into(), source: Some("The Gazette".into()) },
            crate::catalog::Quote { text: "Bare.".into(), source: None },
        ];
        let facts = EditionFacts {
            title: "The Ink".into(),
            title_prefix: Some("The".into()),
            edition_statement: Some("2nd edition".into()),
            imprint: Some("Quay".into()),
            format_note: Some("large print".into()),
            gtin: "4006381333931".parse().ok(),
            more_languages: vec!["spa".into(), "grc".into(), "qaa".into()],
            height_mm: Some(198),
            width_mm: Some(129),
            thickness_mm: Some(24),
            minutes: Some(452),
            age_from: Some(8),
            age_to: Some(12),
            quotes,
            author_note: Some("<p>Lives here.</p>".into()),
            contents: Some("<ul><li>One</li></ul>".into()),
            publishing_status: "02".into(),
            embargo: "2027-03-04".parse().ok(),
            protection: Some("06".into()),
            safety_contact: Some("Quay Press\n1 Quay\nsafety@quay.example".into()),
            accessibility: vec!["11".into(), "52".into()],
            subjects: vec![
                crate::catalog::Subject { scheme: "93".into(), code: "FBA".into() },
                crate::catalog::Subject { scheme: "12".into(), code: "FA".into() },
            ],
            related: vec![crate::catalog::Related { code: "05".into(), isbn: "9780306406157".parse().unwrap() }],
            ..EditionFacts::default()
        };
        let work = WorkFacts {
            original_title: Some("La tinta".into()),
            original_language: Some("spa".into()),
            first_published: Some(-700),
            ..WorkFacts::default()
        };
        let (mut again, mut again_work) =
            (EditionFacts { title: facts.title.clone(), ..EditionFacts::default() }, WorkFacts::default());
        let mut check = Check::default();
        for more in all() {
            more.read(&mut check, &more.show(&facts, &work), &mut again, &mut again_work);
        }
        let cleaned = |text: &str| Some(crate::catalog::texts::clean(text));
        again.author_note = again.author_note.as_deref().and_then(cleaned);
        again.contents = again.contents.as_deref().and_then(cleaned);
        assert_eq!((again, again_work), (facts, work));
        assert!(check.errors.is_empty(), "{:?}", check.errors);
    }
}
