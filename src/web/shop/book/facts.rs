//! The table of details, and the line that names who made the book.

use maud::{Markup, PreEscaped, html};

use super::gather::View;
use super::{access, relations};
use crate::catalog::people::Person;
use crate::catalog::{EditionFacts, Role};
use crate::kernel::date::PartialDate;
use crate::web::shop::{frame, language};

/// `by Gabriel García Márquez, translated by Gregory Rabassa`; names of one role in a row share its words.
pub(super) fn byline(people: &[(Person, Role)]) -> Markup {
    let groups: Vec<&[(Person, Role)]> = people.chunk_by(|a, b| a.1.words() == b.1.words()).collect();
    html! {
        @for (at, group) in groups.iter().enumerate() {
            @if at > 0 { ", " }
            @if let Some((_, role)) = group.first() { (role.words()) " " }
            @for (place, (person, _)) in group.iter().enumerate() {
                @if place > 0 { @if place + 1 == group.len() { " and " } @else { ", " } }
                a href=(person.path()) { (person.name) }
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
            (row("Edition", facts.edition_statement.clone()))
            (row("ISBN", facts.isbn.as_ref().map(|isbn| isbn.hyphenated())))
            (row("Barcode", facts.gtin.as_ref().filter(|_| facts.isbn.is_none()).map(ToString::to_string)))
            (row("Pages", facts.pages.map(|pages| pages.to_string())))
            (row("Length", facts.minutes.map(length)))
            (row("Size", size(facts)))
            (row("Weight", facts.weight_g.map(weight)))
            (house(view))
            (row("Published", facts.published.map(PartialDate::display)))
            (row("On sale from", facts.embargo.filter(|day| *day > view.today).map(|day| day.strftime("%a %-d %B %Y").to_string())))
            (languages(facts))
            (original(view))
            (row("First published", view.work.first_published.map(year)))
            (series(view))
            (row("For readers", ages(facts.age_from, facts.age_to)))
            (subjects(&view.subjects))
            @if facts.signed { (row("Copy", Some("Signed by the author".to_owned()))) }
            (relations::rows(&view.also))
            (access::rows(facts))
            (safety(facts.safety_contact.as_deref()))
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

pub(super) fn row(term: &str, value: Option<String>) -> Markup {
    html! { @if let Some(value) = value { div { dt { (term) } dd { (value) } } } }
}

fn weight(grams: u32) -> String {
    if grams < 1000 { format!("{grams} g") } else { format!("{}.{:02} kg", grams / 1000, grams % 1000 / 10) }
}

/// `7 hours 32 minutes`.
fn length(minutes: u32) -> String {
    let count = |number: u32, word: &str| match number {
        0 => String::new(),
        1 => format!("1 {word}"),
        number => format!("{number} {word}s"),
    };
    format!("{} {}", count(minutes / 60, "hour"), count(minutes % 60, "minute")).trim().to_owned()
}

/// `198 × 129 × 24 mm`: height, width, spine; one alone says which it is.
fn size(facts: &EditionFacts) -> Option<String> {
    match (facts.height_mm, facts.width_mm, facts.thickness_mm) {
        (Some(height), Some(width), Some(spine)) => Some(format!("{height} × {width} × {spine} mm")),
        (Some(height), Some(width), None) => Some(format!("{height} × {width} mm")),
        (height, width, spine) => {
            let known = [(height, "high"), (width, "wide"), (spine, "thick")];
            let words: Vec<String> =
                known.iter().filter_map(|(mm, word)| mm.map(|mm| format!("{mm} mm {word}"))).collect();
            (!words.is_empty()).then(|| words.join(", "))
        }
    }
}

/// The publisher, with a link to what else is here from that house.
fn house(view: &View<'_>) -> Markup {
    let facts = &view.edition.facts;
    let Some(words) = publisher(facts.publisher.as_deref(), facts.imprint.as_deref()) else { return html! {} };
    html! {
        div { dt { "Publisher" } dd {
            @match &view.house { Some(house) => a href=(house.path()) { (words) }, None => (words) }
        } }
    }
}

fn publisher(publisher: Option<&str>, imprint: Option<&str>) -> Option<String> {
    match (publisher, imprint) {
        (Some(publisher), Some(imprint)) if publisher != imprint => Some(format!("{imprint} ({publisher})")),
        (publisher, imprint) => publisher.or(imprint).map(str::to_owned),
    }
}

fn languages(facts: &EditionFacts) -> Markup {
    let names: Vec<String> =
        facts.language.iter().chain(&facts.more_languages).map(|code| language::name(code)).collect();
    match names.as_slice() {
        [] => html! {},
        [only] => row("Language", Some(only.clone())),
        [first @ .., last] => row("Languages", Some(format!("{} and {last}", first.join(", ")))),
    }
}

/// The title in its first language, and which one that was.
fn original(view: &View<'_>) -> Markup {
    let work = &view.work;
    let from = work
        .original_language
        .as_deref()
        .filter(|original| view.edition.facts.language.as_deref() != Some(original))
        .map(language::name);
    html! {
        @if let Some(title) = &work.original_title {
            div { dt { "Original title" } dd { cite lang=[work.original_language.as_deref().map(language::tag)] { (title) } } }
        }
        (row("Translated from", from))
    }
}

fn series(view: &View<'_>) -> Markup {
    let Some(series) = &view.series else { return html! {} };
    let number = view.work.series.as_ref().and_then(|(_, number)| number.as_deref());
    html! {
        div { dt { "Series" } dd { a href=(series.series.path()) { (series.series.name) } @if let Some(number) = number { ", no. " (number) } } }
    }
}

/// `8 to 12 years`.
fn ages(from: Option<u8>, to: Option<u8>) -> Option<String> {
    match (from, to) {
        (Some(from), Some(to)) if from == to => Some(format!("Age {from}")),
        (Some(from), Some(to)) => Some(format!("Ages {from} to {to}")),
        (Some(from), None) => Some(format!("Age {from} and up")),
        (None, Some(to)) => Some(format!("Up to age {to}")),
        (None, None) => None,
    }
}

/// Who answers for the product's safety, line by line as an address stands.
fn safety(contact: Option<&str>) -> Markup {
    let Some(contact) = contact else { return html! {} };
    html! {
        div { dt { "Product safety" } dd {
            @for (at, line) in contact.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate() {
                @if at > 0 { (PreEscaped("<br>")) }
                (line)
            }
        } }
    }
}

/// `1967`, `800 BC`.
fn year(year: i16) -> String {
    if year < 0 { format!("{} BC", year.unsigned_abs()) } else { year.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::Id;

    #[test]
    fn the_byline_names_every_role_once() {
        let person = |name: &str| Person {
            id: Id::from_bytes([7; 16]),
            name: name.into(),
            sort_name: String::new(),
            body: false,
        };
        let people = [
            (person("Ann Author"), Role::AUTHOR),
            (person("Bo <Both>"), Role::AUTHOR),
            (person("Tom Turner"), Role::TRANSLATOR),
        ];
        let html = byline(&people).into_string();
        insta::assert_snapshot!(html, @r#"by <a href="/contributors/07070707-0707-0707-0707-070707070707/ann-author">Ann Author</a> and <a href="/contributors/07070707-0707-0707-0707-070707070707/bo-both">Bo &lt;Both&gt;</a>, translated by <a href="/contributors/07070707-0707-0707-0707-070707070707/tom-turner">Tom Turner</a>"#);
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
        assert_eq!(
            [length(452), length(60), length(61), length(5)],
            ["7 hours 32 minutes", "1 hour", "1 hour 1 minute", "5 minutes"]
        );
        let said = [
            ages(Some(8), Some(12)),
            ages(Some(8), None),
            ages(None, Some(3)),
            ages(Some(5), Some(5)),
            ages(None, None),
        ];
        assert_eq!(said.map(Option::unwrap_or_default), ["Ages 8 to 12", "Age 8 and up", "Up to age 3", "Age 5", ""]);
    }

    #[test]
    fn measures_are_said_as_far_as_they_are_known() {
        let measured = |height_mm, width_mm, thickness_mm| {
            size(&EditionFacts { height_mm, width_mm, thickness_mm, ..EditionFacts::default() }).unwrap_or_default()
        };
        assert_eq!(measured(Some(198), Some(129), Some(24)), "198 × 129 × 24 mm");
        assert_eq!(measured(Some(198), Some(129), None), "198 × 129 mm");
        assert_eq!(measured(Some(198), None, Some(24)), "198 mm high, 24 mm thick");
        assert_eq!(measured(None, None, None), "");
    }
}
