//! What an ebook offers to readers who cannot see print, and how it is locked: the field's codes in our words.

use maud::{Markup, html};

use super::facts::row;
use crate::catalog::EditionFacts;

/// ONIX List 196, as far as it says something to a reader. Addresses, names and dates (88 to 99) need their text,
/// which is no code; what is not listed here is not shown.
const ACCESSIBILITY: [(&str, &str); 40] = [
    ("52", "Everything that matters can be read without sight"),
    ("51", "Everything that matters can be heard in a recording"),
    ("36", "Letters, colours and spacing can be changed"),
    ("10", "No reading aid is switched off"),
    ("11", "A table of contents leads to every chapter"),
    ("12", "The index leads to its places"),
    ("13", "Read aloud, everything comes in the right order"),
    ("14", "Pictures have short descriptions"),
    ("15", "Pictures have full descriptions"),
    ("16", "Charts are also there as text or tables"),
    ("17", "Formulas can be read aloud (MathML)"),
    ("35", "Formulas can be read aloud (LaTeX)"),
    ("53", "Formulas are described in words"),
    ("18", "Chemical formulas can be read aloud (ChemML)"),
    ("34", "Chemical formulas can be read aloud (MathML)"),
    ("54", "Chemical formulas can be read aloud (LaTeX)"),
    ("19", "Page numbers as in print"),
    ("41", "Printed page numbers can be jumped to"),
    ("20", "A recording runs along with the text"),
    ("21", "Hints for how words are spoken"),
    ("22", "Languages are marked, so that each is spoken rightly"),
    ("24", "Set for readers with dyslexia"),
    ("25", "Nothing is said by colour alone"),
    ("26", "High contrast of text and ground"),
    ("37", "Very high contrast of text and ground"),
    ("27", "Speech stands out from background sound"),
    ("28", "Films and pictures are described aloud"),
    ("29", "Chapters and sections can be stepped through"),
    ("30", "Parts are named for screen readers (ARIA)"),
    ("31", "Buttons and controls are labelled"),
    ("32", "Landmarks lead to the main parts"),
    ("38", "Unusual words and abbreviations are explained"),
    ("39", "What comes with the recording is accessible too"),
    ("40", "Links say where they lead"),
    ("02", "Meets EPUB Accessibility 1.0, level A"),
    ("03", "Meets EPUB Accessibility 1.0, level AA"),
    ("04", "Meets EPUB Accessibility 1.1"),
    ("05", "Meets PDF/UA-1"),
    ("06", "Meets PDF/UA-2"),
    ("09", "Not accessible, or only in part"),
];

/// Exceptions that the European Accessibility Act knows (75 to 77).
const EXCEPTIONS: [(&str, &str); 3] = [
    ("75", "exempt from the European Accessibility Act: the publisher is a very small business"),
    ("76", "exempt from the European Accessibility Act: the cost would be out of proportion"),
    ("77", "exempt from the European Accessibility Act: it would become another work"),
];

/// Version and level of the web's guidelines, which stand as two codes.
const WCAG: [(&str, &str); 3] = [("80", "2.0"), ("81", "2.1"), ("82", "2.2")];
const LEVEL: [(&str, &str); 3] = [("86", "AAA"), ("85", "AA"), ("84", "A")];

/// ONIX List 144.
pub(in crate::web) const PROTECTION: [(&str, &str); 8] = [
    ("00", "None: reads on any device"),
    ("01", "Locked to the buyer’s devices"),
    ("02", "A watermark names the buyer; reads on any device"),
    ("03", "Adobe DRM: needs an Adobe ID"),
    ("04", "Apple DRM: Apple devices only"),
    ("05", "OMA DRM"),
    ("06", "Readium LCP: opens with a passphrase"),
    ("07", "Sony DRM"),
];

fn words(all: &[(&'static str, &'static str)], codes: &[String]) -> Vec<&'static str> {
    all.iter().filter(|(code, _)| codes.iter().any(|known| known == code)).map(|(_, words)| *words).collect()
}

/// Every code that has words, with them.
pub(in crate::web) fn known() -> Vec<(&'static str, &'static str)> {
    const WEB: [(&str, &str); 7] = [
        ("80", "Meets WCAG 2.0 (with a level)"),
        ("81", "Meets WCAG 2.1 (with a level)"),
        ("82", "Meets WCAG 2.2 (with a level)"),
        ("84", "WCAG level A"),
        ("85", "WCAG level AA"),
        ("86", "WCAG level AAA"),
        ("08", "The publisher does not know"),
    ];
    ACCESSIBILITY.into_iter().chain(WEB).chain(EXCEPTIONS).collect()
}

/// Sentences for the codes, what helps most first.
fn sentences(codes: &[String]) -> Vec<String> {
    let mut all: Vec<String> = words(&ACCESSIBILITY, codes).into_iter().map(str::to_owned).collect();
    if let Some(version) = words(&WCAG, codes).last() {
        let level = words(&LEVEL, codes).first().map(|level| format!(", level {level}")).unwrap_or_default();
        all.push(format!("Meets WCAG {version}{level}"));
    }
    let exceptions = words(&EXCEPTIONS, codes).into_iter().map(|words| format!("The publisher says it is {words}"));
    all.extend(exceptions);
    if all.is_empty() && codes.iter().any(|code| code == "08") {
        all.push("The publisher does not know".to_owned());
    }
    all
}

/// Rows for the table of details.
pub(super) fn rows(facts: &EditionFacts) -> Markup {
    let protection = facts.protection.as_deref().and_then(|code| PROTECTION.iter().find(|(known, _)| *known == code));
    let sentences = sentences(&facts.accessibility);
    html! {
        (row("Copy protection", protection.map(|(_, words)| (*words).to_owned())))
        @if !sentences.is_empty() {
            div { dt { "Accessibility" } dd { ul role="list" { @for words in &sentences { li { (words) } } } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(codes: &[&str], expected: &[&str]) {
        let codes: Vec<String> = codes.iter().map(|code| (*code).to_owned()).collect();
        assert_eq!(sentences(&codes), expected);
    }

    #[test]
    fn codes_become_sentences_what_helps_most_first() {
        check(&[], &[]);
        check(
            &["11", "52", "82", "85"],
            &[
                "Everything that matters can be read without sight",
                "A table of contents leads to every chapter",
                "Meets WCAG 2.2, level AA",
            ],
        );
        check(&["80"], &["Meets WCAG 2.0"]);
        check(
            &["75"],
            &[
                "The publisher says it is exempt from the European Accessibility Act: the publisher is a very small business",
            ],
        );
        check(&["08", "96", "??"], &["The publisher does not know"]);
        check(&["96"], &[]);
    }
}
