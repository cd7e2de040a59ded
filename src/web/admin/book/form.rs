//! The book form: what was typed, what it means, and what is wrong with it.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use super::{choices, more};
use crate::catalog::{Edition, EditionFacts, Format, WorkFacts, fields, texts};
use crate::kernel::money::{Currency, Money};
use crate::kernel::text::tidy;
use crate::web::ui::FieldError;

/// Characters of a description.
pub(super) const DESCRIPTION_CHARS: usize = 20_000;
/// The dearest book, in minor units: beyond it somebody scanned a barcode into the price.
const DEAREST: i64 = 100_000_000;

/// The fields in the order in which they stand on the page, and errors above it.
const ORDER: [&str; 18] = [
    "title",
    "subtitle",
    "contributors",
    "description",
    "isbn",
    "published",
    "format",
    "language",
    "publisher",
    "pages",
    "weight",
    "price",
    "availability",
    "lead_from",
    "lead_to",
    "new_category",
    "series",
    "series_number",
];

/// The form as it was typed; also a stored book, as the form shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct BookForm {
    pub(super) title: String,
    pub(super) subtitle: String,
    pub(super) contributors: String,
    pub(super) isbn: String,
    pub(super) format: String,
    pub(super) language: String,
    pub(super) publisher: String,
    pub(super) published: String,
    pub(super) pages: String,
    pub(super) weight: String,
    pub(super) availability: String,
    pub(super) lead_from: String,
    pub(super) lead_to: String,
    pub(super) description: String,
    pub(super) series: String,
    pub(super) series_number: String,
    pub(super) price: String,
    /// Paths that are ticked.
    pub(super) categories: Vec<String>,
    pub(super) new_category: String,
    pub(super) signed: bool,
    pub(super) listed: bool,
    /// The fields of `more` by name; what a browser did not send is not there, and stays as it is stored.
    pub(super) more: BTreeMap<&'static str, String>,
    /// The edition of whose work this is another format.
    pub(super) of: String,
    /// The version that the form was made from.
    pub(super) version: i64,
}

/// What a form means once nothing is wrong with it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Draft {
    facts: EditionFacts,
    work: WorkFacts,
    pub(super) listed: bool,
    pub(super) price: Option<Money>,
}

/// The field of the catalogue behind one of the form, and whether it is the work's; `None` for price and listing.
pub(super) fn decides(name: &str) -> Option<(&'static str, bool)> {
    Some(match name {
        "title" => ("title", false),
        "subtitle" => ("subtitle", false),
        "contributors" => ("credits", false),
        "isbn" => ("isbn", false),
        "format" => ("format", false),
        "language" => ("language", false),
        "publisher" => ("publisher", false),
        "published" => ("published", false),
        "pages" => ("pages", false),
        "weight" => ("weight_g", false),
        "availability" => ("availability", false),
        "lead_from" | "lead_to" => ("lead_days", false),
        "description" => ("description", false),
        "signed" => ("signed", false),
        "series" | "series_number" => ("series", true),
        "categories" => ("categories", true),
        name => more::find(name).map(|more| (more.field, more.of_work))?,
    })
}

impl Draft {
    /// The facts of an edition with what the form says in the fields of these names; all others stay.
    pub(super) fn facts(&self, mut stored: EditionFacts, names: &[&str]) -> EditionFacts {
        fields::take(fields::EDITION, &decided(names, false), &self.facts, &mut stored);
        stored
    }

    /// The same for the work.
    pub(super) fn work(&self, mut stored: WorkFacts, names: &[&str]) -> WorkFacts {
        fields::take(fields::WORK, &decided(names, true), &self.work, &mut stored);
        stored
    }
}

fn decided(names: &[&str], of_work: bool) -> Vec<String> {
    let fields = names.iter().filter_map(|name| decides(name)).filter(|(_, is_works)| *is_works == of_work);
    fields.map(|(field, _)| field.to_owned()).collect()
}

impl BookForm {
    /// An empty form for a book that will be shown.
    pub(super) fn empty(isbn: &str) -> BookForm {
        BookForm {
            isbn: isbn.chars().take(40).collect(),
            format: "BC".to_owned(),
            language: "eng".to_owned(),
            availability: "99".to_owned(),
            listed: true,
            more: more::all().map(|more| (more.name, String::new())).collect(),
            ..BookForm::default()
        }
    }

    /// The form for another format of a stored book: what the thing itself has for its own is left out.
    pub(super) fn another_format(edition: &Edition, work: &WorkFacts) -> BookForm {
        const OWN: [&str; 10] = [
            "edition_statement",
            "format_note",
            "gtin",
            "height_mm",
            "width_mm",
            "thickness_mm",
            "minutes",
            "embargo",
            "protection",
            "accessibility",
        ];
        let mut form = BookForm { of: edition.id.to_string(), listed: true, ..BookForm::of(edition, work, None) };
        form.format = if form.format == "BC" { "BB" } else { "BC" }.to_owned();
        for own in [&mut form.isbn, &mut form.pages, &mut form.weight, &mut form.published] {
            own.clear();
        }
        form.more.iter_mut().filter(|(name, _)| OWN.contains(name)).for_each(|(_, value)| value.clear());
        BookForm { signed: false, version: 0, ..form }
    }

    /// What stands in a field of `more`.
    pub(super) fn more(&self, name: &str) -> &str {
        self.more.get(name).map_or("", String::as_str)
    }

    /// Whether a field of `more` was there to be typed into.
    pub(super) fn has(&self, name: &str) -> bool {
        self.more.contains_key(name)
    }

    /// The form of a stored book; `price` is the owner's.
    pub(super) fn of(edition: &Edition, work: &WorkFacts, price: Option<Money>) -> BookForm {
        let facts = &edition.facts;
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let number = |value: Option<u32>| value.map_or_else(String::new, |value| value.to_string());
        let days =
            |part: fn((u16, u16)) -> u16| facts.lead_days.map_or_else(String::new, |days| part(days).to_string());
        let (series, series_number) = work.series.clone().unwrap_or_default();
        BookForm {
            title: facts.title.clone(),
            subtitle: text(&facts.subtitle),
            contributors: choices::credit_lines(&facts.credits),
            isbn: facts.isbn.as_ref().map_or_else(String::new, ToString::to_string),
            format: facts.format.code().to_owned(),
            language: text(&facts.language),
            publisher: text(&facts.publisher),
            published: facts.published.map_or_else(String::new, |date| date.to_string()),
            pages: number(facts.pages),
            weight: number(facts.weight_g),
            availability: facts.availability.clone(),
            lead_from: days(|days| days.0),
            lead_to: days(|days| days.1),
            description: facts.description.as_deref().map(texts::editable).unwrap_or_default(),
            series,
            series_number: series_number.unwrap_or_default(),
            price: price.map_or_else(String::new, Money::decimal),
            categories: work.categories.clone(),
            new_category: String::new(),
            signed: facts.signed,
            listed: edition.listed,
            more: more::all().map(|more| (more.name, more.show(facts, work))).collect(),
            of: String::new(),
            version: edition.version,
        }
    }

    /// The form as a browser sends it; fields it does not know are left out.
    pub(super) fn read(pairs: Vec<(String, String)>) -> BookForm {
        let mut form = BookForm::default();
        for (name, value) in pairs {
            match name.as_str() {
                "category" => form.categories.push(value),
                "signed" => form.signed = true,
                "listed" => form.listed = true,
                "version" => form.version = value.parse().unwrap_or(0),
                // Browsers end lines as mail does.
                "description" => form.description = value.replace("\r\n", "\n"),
                "contributors" => form.contributors = value.replace("\r\n", "\n"),
                name => {
                    if let Some(field) = form.line_mut(name) {
                        *field = value;
                    } else if let Some(more) = more::find(name) {
                        // Ticks of one name come one by one.
                        let field = form.more.entry(more.name).or_default();
                        let gap = if field.is_empty() { "" } else { " " };
                        *field = format!("{field}{gap}{}", value.replace("\r\n", "\n"));
                    }
                }
            }
        }
        form
    }

    fn line_mut(&mut self, name: &str) -> Option<&mut String> {
        Some(match name {
            "title" => &mut self.title,
            "subtitle" => &mut self.subtitle,
            "isbn" => &mut self.isbn,
            "format" => &mut self.format,
            "language" => &mut self.language,
            "publisher" => &mut self.publisher,
            "published" => &mut self.published,
            "pages" => &mut self.pages,
            "weight" => &mut self.weight,
            "availability" => &mut self.availability,
            "lead_from" => &mut self.lead_from,
            "lead_to" => &mut self.lead_to,
            "series" => &mut self.series,
            "series_number" => &mut self.series_number,
            "price" => &mut self.price,
            "new_category" => &mut self.new_category,
            "of" => &mut self.of,
            _ => return None,
        })
    }

    /// What the form means, or everything that must be put right.
    pub(super) fn check(&self, currency: Currency) -> Result<Draft, Vec<FieldError>> {
        let mut check = Check::default();
        let series = check.line("series", "the series", &self.series, 200);
        let series_number = check.line("series_number", "the number", &self.series_number, 20);
        if series.is_none() && series_number.is_some() {
            check.wrong::<()>("series", "Enter the series that the number belongs to".to_owned());
        }
        let mut facts = EditionFacts {
            isbn: check.parsed("isbn", "Check the number", &self.isbn),
            title: check.title(&self.title),
            subtitle: check.line("subtitle", "the subtitle", &self.subtitle, 500),
            credits: choices::credits(&self.contributors).unwrap_or_else(|words| check.wrong("contributors", words)),
            language: check.code("language", &self.language),
            format: Format::from_code(&self.format)
                .unwrap_or_else(|| check.wrong("format", "Choose a format".to_owned())),
            publisher: check.line("publisher", "the publisher", &self.publisher, 200),
            published: check.parsed("published", "Check the date", &self.published),
            pages: check.number("pages", "pages", &self.pages, 1, 20_000),
            weight_g: check.number("weight", "a weight in grams", &self.weight, 1, 50_000),
            availability: check.availability(&self.availability),
            lead_days: check.lead_days(self),
            signed: self.signed,
            description: check.description(&self.description),
            ..EditionFacts::default()
        };
        let price = check.price(&self.price, currency);
        let categories = check.categories(self);
        let mut work =
            WorkFacts { series: series.map(|name| (name, series_number)), categories, ..WorkFacts::default() };
        for more in more::all().filter(|more| self.has(more.name)) {
            more.read(&mut check, self.more(more.name), &mut facts, &mut work);
        }
        let draft = Draft { facts, work, listed: self.listed, price };
        // The sort is stable: fields of `more` come last, in their own order.
        check.errors.sort_by_key(|error| ORDER.iter().position(|field| *field == error.field).unwrap_or(ORDER.len()));
        if check.errors.is_empty() { Ok(draft) } else { Err(check.errors) }
    }
}

/// Gathers what is wrong; each method answers with a value to go on with.
#[derive(Default)]
pub(super) struct Check {
    pub(super) errors: Vec<FieldError>,
}

impl Check {
    pub(super) fn wrong<T: Default>(&mut self, field: &str, words: String) -> T {
        self.errors.push(FieldError { field: field.to_owned(), words });
        T::default()
    }

    fn title(&mut self, text: &str) -> String {
        let title = tidy(text);
        match title.chars().count() {
            0 => self.wrong("title", "Enter a title".to_owned()),
            1..=500 => title,
            length => self.wrong("title", format!("Shorten the title to 500 characters; it has {length}")),
        }
    }

    pub(super) fn line(&mut self, field: &str, words: &str, text: &str, limit: usize) -> Option<String> {
        let line = tidy(text);
        match line.chars().count() {
            0 => None,
            length if length > limit => {
                self.wrong(field, format!("Shorten {words} to {limit} characters; it has {length}"))
            }
            _ => Some(line),
        }
    }

    pub(super) fn parsed<T: FromStr<Err: Display>>(&mut self, field: &str, words: &str, text: &str) -> Option<T> {
        let text = tidy(text);
        if text.is_empty() {
            return None;
        }
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => self.wrong(field, format!("{words}: {error}")),
        }
    }

    pub(super) fn number(&mut self, field: &str, words: &str, text: &str, least: u32, most: u32) -> Option<u32> {
        let text = tidy(text);
        if text.is_empty() {
            return None;
        }
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse().ok().filter(|number| digits && (least..=most).contains(number)) {
            Some(number) => Some(number),
            None => self.wrong(field, format!("Enter {words} as a whole number from {least} to {most}")),
        }
    }

    pub(super) fn code(&mut self, field: &str, text: &str) -> Option<String> {
        match text.trim() {
            "" => None,
            code if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_lowercase()) => Some(code.to_owned()),
            _ => self.wrong(field, "Choose a language from the list".to_owned()),
        }
    }

    fn availability(&mut self, text: &str) -> String {
        let code = text.trim();
        let fits = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_digit());
        if fits { code.to_owned() } else { self.wrong("availability", "Choose from the list".to_owned()) }
    }

    fn lead_days(&mut self, form: &BookForm) -> Option<(u16, u16)> {
        let from = self.number("lead_from", "the days", &form.lead_from, 0, 365);
        let to = self.number("lead_to", "the days", &form.lead_to, 0, 365);
        let short = |days: u32| u16::try_from(days).unwrap_or(u16::MAX);
        match (from, to) {
            (None, None) => None,
            (Some(from), Some(to)) if to < from => {
                self.wrong("lead_to", format!("Enter {from} days or more, or change the first number"))
            }
            (Some(from), to) => Some((short(from), short(to.unwrap_or(from)))),
            (None, Some(to)) => Some((short(to), short(to))),
        }
    }

    fn description(&mut self, text: &str) -> Option<String> {
        let text = text.trim();
        match text.chars().count() {
            0 => None,
            length if length > DESCRIPTION_CHARS => self.wrong(
                "description",
                format!("Shorten the description to {DESCRIPTION_CHARS} characters; it has {length}"),
            ),
            _ => Some(text.to_owned()),
        }
    }

    fn price(&mut self, text: &str, currency: Currency) -> Option<Money> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        match Money::parse(text, currency) {
            Ok(price) if (1..=DEAREST).contains(&price.minor) => Some(price),
            Ok(price) if price.minor == 0 => self.wrong(
                "price",
                "Enter a price above zero, or leave it empty: a book without a price is not sold".to_owned(),
            ),
            Ok(_) => self.wrong("price", format!("Enter a price up to {}", Money::new(DEAREST, currency).display())),
            Err(error) => self.wrong("price", format!("Check the price: {error}")),
        }
    }

    fn categories(&mut self, form: &BookForm) -> Vec<String> {
        let mut paths: Vec<String> = form.categories.iter().map(|path| tidy(path)).collect();
        paths.extend(self.line("new_category", "the category", &form.new_category, 200));
        paths.retain(|path| !path.is_empty() && path.chars().count() <= 200);
        paths.truncate(50);
        paths
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn sent(pairs: &[(&str, &str)]) -> BookForm {
        let base = [("title", "Emma"), ("format", "BC"), ("availability", "99")];
        BookForm::read(
            base.iter().chain(pairs).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        )
    }

    /// The errors as they are read, or nothing.
    #[track_caller]
    fn check(pairs: &[(&str, &str)], expected: &str) {
        let errors = sent(pairs).check(Currency::GBP).err().unwrap_or_default();
        let words: Vec<String> = errors.into_iter().map(|error| format!("{}: {}", error.field, error.words)).collect();
        assert_eq!(words.join(" | "), expected, "{pairs:?}");
    }

    #[test]
    fn every_field_is_bounded_and_says_how_to_put_it_right() {
        check(&[], "");
        check(&[("title", "  ")], "title: Enter a title");
        check(&[("title", &"x".repeat(501))], "title: Shorten the title to 500 characters; it has 501");
        check(&[("isbn", "978-0-306-40615-7"), ("price", "£9.99"), ("published", "2027-03"), ("pages", "320")], "");
        check(
            &[("isbn", "9780306406158")],
            "isbn: Check the number: the check digit does not match: a digit is wrong or two are swapped",
        );
        check(&[("isbn", "12345")], "isbn: Check the number: an ISBN has 10 or 13 digits, this has 5");
        check(
            &[("published", "04/03/2027")],
            "published: Check the date: “04/03/2027” is not a date like 2027, 2027-03 or 2027-03-04",
        );
        check(&[("pages", "0")], "pages: Enter pages as a whole number from 1 to 20000");
        check(&[("weight", "+5")], "weight: Enter a weight in grams as a whole number from 1 to 50000");
        check(&[("price", "1.299,00")], "price: Check the price: “1.299,00” is not an amount like 12.99");
        check(
            &[("price", "0.00")],
            "price: Enter a price above zero, or leave it empty: a book without a price is not sold",
        );
        check(&[("price", "10000000")], "price: Enter a price up to £1,000,000.00");
        check(&[("lead_from", "5"), ("lead_to", "2")], "lead_to: Enter 5 days or more, or change the first number");
        check(&[("lead_to", "-1")], "lead_to: Enter the days as a whole number from 0 to 365");
        check(&[("series_number", "2")], "series: Enter the series that the number belongs to");
        check(
            &[("format", "?"), ("language", "klingon")],
            "format: Choose a format | language: Choose a language from the list",
        );
        check(
            &[("description", &"x".repeat(20_001))],
            "description: Shorten the description to 20000 characters; it has 20001",
        );
    }

    #[test]
    fn a_form_without_errors_means_a_book() {
        let form = sent(&[
            ("isbn", "0-306-40615-2"),
            ("contributors", "Ann Author\r\nTranslator: Tom Other"),
            ("lead_to", "4"),
            ("listed", "yes"),
            ("category", "fiction"),
            ("category", "crime"),
            ("new_category", "Fiction > Welsh"),
            ("series", "Barsetshire"),
            ("series_number", "2"),
            ("price", "9.9"),
            ("nonsense", "x"),
            ("description", "One\r\n\r\nTwo"),
        ]);
        let draft = form.check(Currency::GBP).unwrap();
        let stored = EditionFacts { imprint: Some("Penguin".into()), pages: Some(9), ..EditionFacts::default() };
        let all = ["isbn", "contributors", "lead_to", "categories", "series", "pages", "description"];
        assert_eq!(draft.facts(stored.clone(), &["isbn"]).pages, Some(9));
        let facts = draft.facts(stored, &all);
        assert_eq!(facts.isbn.as_ref().map(ToString::to_string).as_deref(), Some("9780306406157"));
        assert_eq!((facts.credits.len(), facts.lead_days, facts.pages), (2, Some((4, 4)), None));
        assert_eq!((facts.imprint.as_deref(), facts.description.as_deref()), (Some("Penguin"), Some("One\n\nTwo")));
        let work = draft.work(WorkFacts { popularity: 7, ..WorkFacts::default() }, &all);
        assert_eq!(work.categories, ["fiction", "crime", "Fiction > Welsh"]);
        assert_eq!((work.popularity, work.series), (7, Some(("Barsetshire".into(), Some("2".into())))));
        assert_eq!((draft.price, draft.listed), (Some(Money::new(990, Currency::GBP)), true));
    }

    #[test]
    fn a_stored_book_goes_through_the_form_unchanged() {
        let facts = sent(&[("subtitle", "A novel"), ("pages", "474"), ("language", "eng"), ("signed", "yes")]);
        let facts = facts.check(Currency::GBP).unwrap().facts;
        let id = crate::kernel::ids::Id::from_bytes([1; 16]);
        let edition =
            Edition { id, work_id: id, facts, byline: String::new(), slug: "emma".into(), listed: true, version: 3 };
        let work =
            WorkFacts { series: Some(("S".into(), None)), categories: vec!["fiction".into()], ..WorkFacts::default() };
        let form = BookForm::of(&edition, &work, Some(Money::new(999, Currency::GBP)));
        let draft = form.check(Currency::GBP).unwrap();
        assert_eq!(EditionFacts { publishing_status: String::new(), ..draft.facts }, edition.facts);
        assert_eq!((draft.work, form.price.as_str(), form.version), (work, "9.99", 3));
    }
}
