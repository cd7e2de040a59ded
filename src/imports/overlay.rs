//! What changes when a record speaks of a book that the shop knows already.

use crate::catalog::fields::{self, Field};
use crate::catalog::{Credit, EditionFacts, Format, WorkFacts, texts};
use crate::kernel::text::{fold, slug};

/// What the record says wins; what it does not say stays.
pub(super) fn edition(stored: &EditionFacts, said: &EditionFacts) -> EditionFacts {
    fn or<T: Clone>(said: &Option<T>, stored: &Option<T>) -> Option<T> {
        said.clone().or_else(|| stored.clone())
    }
    fn or_text(said: &str, stored: &str) -> String {
        if said.is_empty() { stored.to_owned() } else { said.to_owned() }
    }
    fn or_list<T: Clone>(said: &[T], stored: &[T]) -> Vec<T> {
        if said.is_empty() { stored.to_vec() } else { said.to_vec() }
    }
    // Compared as it will be stored, so that the same words are no change.
    fn or_html(said: &Option<String>, stored: &Option<String>) -> Option<String> {
        let said = said.as_deref().map(texts::clean).filter(|html| !html.is_empty());
        match (said, stored) {
            (Some(said), Some(stored)) if texts::is_same(&said, stored) => Some(stored.clone()),
            (said, stored) => said.or_else(|| stored.clone()),
        }
    }
    EditionFacts {
        isbn: or(&said.isbn, &stored.isbn),
        gtin: or(&said.gtin, &stored.gtin),
        // A prefix is part of its title: a new title without one has none.
        title_prefix: if said.title.is_empty() || said.title == stored.title {
            or(&said.title_prefix, &stored.title_prefix)
        } else {
            said.title_prefix.clone()
        },
        title: or_text(&said.title, &stored.title),
        subtitle: or(&said.subtitle, &stored.subtitle),
        credits: if said.credits.is_empty() || same_people(&stored.credits, &said.credits) {
            stored.credits.clone()
        } else {
            said.credits.clone()
        },
        edition_statement: or(&said.edition_statement, &stored.edition_statement),
        language: or(&said.language, &stored.language),
        more_languages: or_list(&said.more_languages, &stored.more_languages),
        format: if said.format == Format::BOOK { stored.format } else { said.format },
        format_note: or(&said.format_note, &stored.format_note),
        publisher: or(&said.publisher, &stored.publisher),
        imprint: or(&said.imprint, &stored.imprint),
        published: or(&said.published, &stored.published),
        embargo: or(&said.embargo, &stored.embargo),
        pages: or(&said.pages, &stored.pages),
        minutes: or(&said.minutes, &stored.minutes),
        weight_g: or(&said.weight_g, &stored.weight_g),
        height_mm: or(&said.height_mm, &stored.height_mm),
        width_mm: or(&said.width_mm, &stored.width_mm),
        thickness_mm: or(&said.thickness_mm, &stored.thickness_mm),
        age_from: or(&said.age_from, &stored.age_from),
        // An upper age belongs to its lower one.
        age_to: if said.age_from.is_some() { said.age_to } else { or(&said.age_to, &stored.age_to) },
        publishing_status: or_text(&said.publishing_status, &stored.publishing_status),
        availability: or_text(&said.availability, &stored.availability),
        lead_days: or(&said.lead_days, &stored.lead_days),
        signed: said.signed || stored.signed,
        description: or_html(&said.description, &stored.description),
        author_note: or_html(&said.author_note, &stored.author_note),
        contents: or_html(&said.contents, &stored.contents),
        quotes: or_list(&said.quotes, &stored.quotes),
        safety_contact: or(&said.safety_contact, &stored.safety_contact),
        accessibility: or_list(&said.accessibility, &stored.accessibility),
        protection: or(&said.protection, &stored.protection),
        related: or_list(&said.related, &stored.related),
        subjects: if said.subjects.is_empty() || same_subjects(stored, said) {
            stored.subjects.clone()
        } else {
            said.subjects.clone()
        },
    }
}

/// Empties the fields that a record states by its silence.
pub(super) fn empty_unsaid<T: Default>(all: &[Field<T>], wholly: &[&str], said: &T, facts: &mut T) {
    if wholly.is_empty() {
        return;
    }
    let nothing = T::default();
    let is_said = fields::differences(all, &nothing, said);
    let is_unsaid = |name: &&&str| !is_said.iter().any(|difference| difference.field == **name);
    let unsaid: Vec<String> = wholly.iter().filter(is_unsaid).map(|name| (*name).to_owned()).collect();
    fields::take(all, &unsaid, &nothing, facts);
}

/// As `edition`, for what is known of the work.
pub(super) fn work(stored: &WorkFacts, said: &WorkFacts) -> WorkFacts {
    let mut categories = stored.categories.clone();
    categories
        .extend(said.categories.iter().filter(|words| !stored.categories.contains(&category_path(words))).cloned());
    WorkFacts {
        original_title: said.original_title.clone().or_else(|| stored.original_title.clone()),
        original_language: said.original_language.clone().or_else(|| stored.original_language.clone()),
        first_published: said.first_published.or(stored.first_published),
        series: series(stored, said),
        popularity: said.popularity.max(stored.popularity),
        categories,
    }
}

fn series(stored: &WorkFacts, said: &WorkFacts) -> Option<(String, Option<String>)> {
    match (&stored.series, &said.series) {
        (Some((name, number)), Some((again, None))) if fold(name) == fold(again) => {
            Some((name.clone(), number.clone()))
        }
        (Some((name, _)), Some((again, number))) if fold(name) == fold(again) => Some((name.clone(), number.clone())),
        (stored, None) => stored.clone(),
        (_, said) => said.clone(),
    }
}

/// The path that `catalog` gives a category's words: `Books > Fiction` is `books/fiction`.
fn category_path(words: &str) -> String {
    let parts = words.split(['/', '>']).map(str::trim).filter(|part| !part.is_empty()).take(4);
    parts.map(slug).collect::<Vec<_>>().join("/")
}

/// People are the same by folded name and role, however they are spelt.
fn same_people(stored: &[Credit], said: &[Credit]) -> bool {
    stored.len() == said.len() && stored.iter().zip(said).all(|(one, other)| same_person(one, other))
}

fn same_person(one: &Credit, other: &Credit) -> bool {
    one.role == other.role && (one.name == other.name || fold(&one.name) == fold(&other.name))
}

fn same_subjects(stored: &EditionFacts, said: &EditionFacts) -> bool {
    // The first is the main one; the order of the others is nobody's statement.
    stored.subjects.first() == said.subjects.first()
        && stored.subjects.len() == said.subjects.len()
        && said.subjects.iter().all(|subject| stored.subjects.contains(subject))
}

/// The people of both, the stored ones first.
pub(super) fn all_people(stored: &[Credit], said: &[Credit]) -> Vec<Credit> {
    let mut all = stored.to_vec();
    for credit in said {
        if !all.iter().any(|known| same_person(known, credit)) {
            all.push(credit.clone());
        }
    }
    all
}

/// Names the single values in which two records of one book differ.
pub(super) fn disagreements(stored: &EditionFacts, said: &EditionFacts) -> Vec<&'static str> {
    fn differ<T: PartialEq>(stored: &Option<T>, said: &Option<T>) -> bool {
        matches!((stored, said), (Some(stored), Some(said)) if stored != said)
    }
    let found = [
        ("ISBN", differ(&stored.isbn, &said.isbn)),
        ("title", !said.title.is_empty() && stored.title != said.title),
        ("subtitle", differ(&stored.subtitle, &said.subtitle)),
        ("language", differ(&stored.language, &said.language)),
        ("format", said.format != Format::BOOK && stored.format != Format::BOOK && stored.format != said.format),
        ("publisher", differ(&stored.publisher, &said.publisher)),
        ("date", differ(&stored.published, &said.published)),
        ("pages", differ(&stored.pages, &said.pages)),
        ("description", differ(&stored.description, &said.description.as_deref().map(texts::clean))),
    ];
    found.into_iter().filter_map(|(name, differs)| differs.then_some(name)).collect()
}
