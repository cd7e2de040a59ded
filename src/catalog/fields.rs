//! The fields of an edition and of a work by name: what differs, what is whose, what a report shows.
//!
//! One table for each, so that a field that is added is compared, kept and shown everywhere.

use super::{Credit, EditionFacts, Quote, Related, Subject, WorkFacts};

/// A field: how it is called, how it is shown, how it is taken over.
pub struct Field<T> {
    /// Its name in reports and in `owned_fields`.
    pub name: &'static str,
    show: fn(&T) -> String,
    differs: fn(&T, &T) -> bool,
    take: fn(&T, &mut T),
}

/// One field that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Difference {
    /// The field.
    pub field: &'static str,
    /// What it was; long texts are cut.
    pub from: String,
    /// What it is.
    pub to: String,
}

/// Longer values are cut in a difference.
const SHOWN: usize = 200;

macro_rules! fields {
    ($facts:ty: $($field:ident),* $(,)?) => {
        &[$(Field {
            name: stringify!($field),
            show: |facts: &$facts| facts.$field.show(),
            differs: |one: &$facts, other: &$facts| one.$field != other.$field,
            take: |from: &$facts, into: &mut $facts| into.$field = from.$field.clone(),
        }),*]
    };
}

/// The fields of an edition.
pub const EDITION: &[Field<EditionFacts>] = fields![EditionFacts:
    isbn, gtin, title, title_prefix, subtitle, credits, edition_statement, language, more_languages, format,
    format_note, publisher, imprint, published, embargo, pages, minutes, weight_g, height_mm, width_mm, thickness_mm,
    age_from, age_to, publishing_status, availability, lead_days, signed, description, author_note,
    contents, quotes, safety_contact, accessibility, protection, related, subjects,
];

/// The fields of a work.
pub const WORK: &[Field<WorkFacts>] = fields![WorkFacts:
    original_title, original_language, first_published, series, popularity, categories,
];

/// What differs between two states, in the order of `fields`.
pub fn differences<T>(fields: &[Field<T>], before: &T, after: &T) -> Vec<Difference> {
    let differing = fields.iter().filter(|field| (field.differs)(before, after));
    differing
        .map(|field| Difference { field: field.name, from: (field.show)(before), to: (field.show)(after) })
        .collect()
}

/// Takes the fields named in `names` over from `from`.
pub fn take<T>(fields: &[Field<T>], names: &[String], from: &T, into: &mut T) {
    for field in fields.iter().filter(|field| names.iter().any(|name| name == field.name)) {
        (field.take)(from, into);
    }
}

/// A value in a report.
trait Show {
    fn show(&self) -> String;
}

fn cut(text: &str) -> String {
    if text.chars().count() <= SHOWN {
        return text.to_owned();
    }
    text.chars().take(SHOWN).chain(['…']).collect()
}

macro_rules! shown_as_text {
    ($($kind:ty),*) => { $(impl Show for $kind {
        fn show(&self) -> String {
            cut(&self.to_string())
        }
    })* };
}

shown_as_text!(
    String,
    bool,
    u8,
    u32,
    i16,
    super::Format,
    crate::kernel::isbn::Isbn,
    crate::kernel::gtin::Gtin,
    crate::kernel::date::PartialDate,
    jiff::civil::Date
);

impl<T: Show> Show for Option<T> {
    fn show(&self) -> String {
        self.as_ref().map(T::show).unwrap_or_default()
    }
}

impl<T: Show> Show for Vec<T> {
    fn show(&self) -> String {
        cut(&self.iter().map(T::show).collect::<Vec<_>>().join("; "))
    }
}

impl Show for (u16, u16) {
    fn show(&self) -> String {
        format!("{}–{}", self.0, self.1)
    }
}

impl Show for (String, Option<String>) {
    fn show(&self) -> String {
        self.1.as_ref().map_or_else(|| self.0.clone(), |number| format!("{} {number}", self.0))
    }
}

impl Show for Credit {
    fn show(&self) -> String {
        format!("{} ({})", self.name, self.role.code())
    }
}

impl Show for Quote {
    fn show(&self) -> String {
        self.text.clone()
    }
}

impl Show for Related {
    fn show(&self) -> String {
        format!("{} {}", self.code, self.isbn)
    }
}

impl Show for Subject {
    fn show(&self) -> String {
        format!("{} {}", self.scheme, self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_field_by_field_and_fields_can_be_kept() {
        let before = EditionFacts { title: "Ink".into(), pages: Some(9), ..EditionFacts::default() };
        let mut after = EditionFacts { title: "Inks".into(), pages: None, signed: true, ..before.clone() };
        let told: Vec<String> = differences(EDITION, &before, &after)
            .into_iter()
            .map(|it| format!("{}: {} → {}", it.field, it.from, it.to))
            .collect();
        assert_eq!(told, ["title: Ink → Inks", "pages: 9 → ", "signed: false → true"]);
        take(EDITION, &["title".into(), "pages".into()], &before, &mut after);
        assert_eq!(after, EditionFacts { signed: true, ..before });
    }
}
