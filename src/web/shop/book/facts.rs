//! The table of details, and the line that names who made the book.

use maud::{Markup, html};

use super::gather::View;
use crate::catalog::Credit;
use crate::kernel::date::PartialDate;
use crate::web::shop::{frame, language};

/// `by Gabriel García Márquez, translated by Gregory Rabassa`; names of one role in a row share its words.
pub(super) fn byline(credits: &[Credit]) -> Markup {
    let groups: Vec<&[Credit]> = credits.chunk_by(|a, b| a.role.words() == b.role.words()).collect();
    html! {
        @for (at, group) in groups.iter().enumerate() {
            @if at > 0 { ", " }
            @if let Some(first) = group.first() { (first.role.words()) " " }
            @for (place, credit) in group.iter().enumerate() {
                @if place > 0 { @if place + 1 == group.len() { " and " } @else { ", " } }
                a href=(crate::web::shop::address::with_query("/search", [("q", credit.name.as_str())])) { (credit.name) }
            }
        }
    }
}

/// What is known of the edition, row by row; what is not known is left out.
pub(super) fn table(view: &View<'_>) -> Markup {
    let facts = &view.edition.facts;
    html! {
        dl.facts {
            (row("Format", Some(frame::format_words(&view.current.row))))
            (row("ISBN", facts.isbn.as_ref().map(|isbn| isbn.hyphenated())))
            (row("Pages", facts.pages.map(|pages| pages.to_string())))
            (row("Weight", facts.weight_g.map(weight)))
            (row("Publisher", publisher(facts.publisher.as_deref(), facts.imprint.as_deref())))
            (row("Published", facts.published.map(PartialDate::display)))
            (row("Language", facts.language.as_deref().map(language::name)))
            @if let Some(title) = &view.work.original_title {
                div {
                    dt { "Original title" }
                    dd { cite lang=[view.work.original_language.as_deref().map(language::tag)] { (title) } }
                }
            }
            (row("Translated from", translated_from(view)))
            (row("First published", view.work.first_published.map(year)))
            (row("Series", view.work.series.as_ref().map(|(name, number)| number.as_ref().map_or_else(|| name.clone(), |number| format!("{name}, no. {number}")))))
            (subjects(&view.subjects))
            @if facts.signed { (row("Copy", Some("Signed by the author".to_owned()))) }
        }
    }
}

fn subjects(subjects: &[(String, Option<String>)]) -> Markup {
    html! {
        @if !subjects.is_empty() {
            div {
                dt { "Subjects" }
                dd {
                    @for (at, (words, address)) in subjects.iter().enumerate() {
                        @if at > 0 { " · " }
                        @match address {
                            Some(address) => a href=(address) { (words) },
                            None => (words),
                        }
                    }
                }
            }
        }
    }
}

fn row(term: &str, value: Option<String>) -> Markup {
    html! { @if let Some(value) = value { div { dt { (term) } dd { (value) } } } }
}

fn weight(grams: u32) -> String {
    if grams < 1000 { format!("{grams} g") } else { format!("{}.{:02} kg", grams / 1000, grams % 1000 / 10) }
}

fn publisher(publisher: Option<&str>, imprint: Option<&str>) -> Option<String> {
    match (publisher, imprint) {
        (Some(publisher), Some(imprint)) if publisher != imprint => Some(format!("{imprint} ({publisher})")),
        (publisher, imprint) => publisher.or(imprint).map(str::to_owned),
    }
}

fn translated_from(view: &View<'_>) -> Option<String> {
    let original = view.work.original_language.as_deref()?;
    (view.edition.facts.language.as_deref() != Some(original)).then(|| language::name(original))
}

/// `1967`, `800 BC`.
fn year(year: i16) -> String {
    if year < 0 { format!("{} BC", year.unsigned_abs()) } else { year.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Role;

    #[test]
    fn the_byline_names_every_role_once() {
        let credits = [
            Credit::new("Ann Author", Role::AUTHOR),
            Credit::new("Bo <Both>", Role::AUTHOR),
            Credit::new("Tom Turner", Role::TRANSLATOR),
        ];
        let html = byline(&credits).into_string();
        insta::assert_snapshot!(html, @r#"by <a href="/search?q=Ann+Author">Ann Author</a> and <a href="/search?q=Bo+%3CBoth%3E">Bo &lt;Both&gt;</a>, translated by <a href="/search?q=Tom+Turner">Tom Turner</a>"#);
    }

    #[test]
    fn subjects_lead_to_their_shelf_if_they_have_one() {
        let found = [("Crime".to_owned(), Some("/books/in/crime".to_owned())), ("Ink & <oil>".to_owned(), None)];
        insta::assert_snapshot!(
            subjects(&found).into_string(),
            @r#"<div><dt>Subjects</dt><dd><a href="/books/in/crime">Crime</a> · Ink &amp; &lt;oil&gt;</dd></div>"#
        );
        assert_eq!(subjects(&[]).into_string(), "");
    }

    #[test]
    fn facts_are_said_as_people_say_them() {
        assert_eq!([weight(355), weight(1000), weight(1255)], ["355 g", "1.00 kg", "1.25 kg"]);
        assert_eq!([year(1967), year(-700)], ["1967", "700 BC"]);
        assert_eq!(publisher(Some("Penguin"), Some("Vintage")).as_deref(), Some("Vintage (Penguin)"));
        assert_eq!(publisher(Some("Penguin"), Some("Penguin")).as_deref(), Some("Penguin"));
        assert_eq!(publisher(None, None), None);
    }
}
