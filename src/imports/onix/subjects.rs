//! What a book is about, and for which age.

use super::element::Element;
use crate::catalog::{EditionFacts, Subject};

const MAX_SUBJECTS: usize = 100;
/// Longer codes are headings, not codes.
const MAX_CODE: usize = 40;
const MAX_KEYWORD: usize = 60;

/// Reads subjects, the main one first; of several main ones that of the scheme the shop is shelved by.
pub(super) fn read(facts: &mut EditionFacts, detail: &Element) {
    let mut found: Vec<((bool, usize), Subject)> = Vec::new();
    for subject in detail.all("Subject") {
        let Some(scheme) = subject.words("SubjectSchemeIdentifier").filter(|scheme| scheme.len() <= 3) else {
            continue;
        };
        let order = (subject.one("MainSubject").is_none() || is_qualifier(&scheme), rank(&scheme));
        if scheme == "20" {
            let keywords = keywords(subject).map(|code| ((true, usize::MAX), Subject { scheme: scheme.clone(), code }));
            found.extend(keywords);
        } else if let Some(code) = subject.words("SubjectCode").filter(|code| code.len() <= MAX_CODE) {
            found.push((order, Subject { scheme, code }));
        }
    }
    found.sort_by_key(|(order, _)| *order);
    for (_, subject) in found {
        if facts.subjects.len() < MAX_SUBJECTS && !facts.subjects.contains(&subject) {
            facts.subjects.push(subject);
        }
    }
}

/// List 27: Thema, then BISAC, BIC, the rest.
fn rank(scheme: &str) -> usize {
    ["93", "10", "12"].iter().position(|known| *known == scheme).unwrap_or(3)
}

/// Place, language, time, school and age (List 27: of BIC 13 to 17, of Thema 94 to 99) say nothing by themselves, even
/// where a sender calls one of them the main subject.
fn is_qualifier(scheme: &str) -> bool {
    matches!(scheme, "13" | "14" | "15" | "16" | "17" | "94" | "95" | "96" | "97" | "98" | "99")
}

/// Scheme 20: words with semicolons between, or commas where there is no semicolon.
fn keywords(subject: &Element) -> impl Iterator<Item = String> {
    let text = subject.words("SubjectHeadingText").or_else(|| subject.words("SubjectCode")).unwrap_or_default();
    let separator = if text.contains(';') { ';' } else { ',' };
    let words: Vec<String> = text
        .split(separator)
        .map(|word| word.trim().to_owned())
        .filter(|word| !word.is_empty() && word.len() <= MAX_KEYWORD)
        .collect();
    words.into_iter()
}

/// List 30: 17 interest age and 18 reading age in years, 16 interest age in months.
pub(super) fn read_ages(facts: &mut EditionFacts, detail: &Element) {
    let range = |kind: &str| detail.all("AudienceRange").find(|range| range.says("AudienceRangeQualifier", kind));
    let found = ["17", "18"].iter().find_map(|kind| Some((range(kind)?, 1))).or_else(|| Some((range("16")?, 12)));
    let Some((range, months)) = found else { return };
    // Precision and value come in turns. List 31: 01 exactly, 03 from, 04 to.
    let mut precision = "";
    for child in &range.children {
        match child.name.as_ref() {
            "AudienceRangePrecision" => precision = child.text.trim(),
            "AudienceRangeValue" => {
                let years = child.text.trim().parse::<u16>().ok().and_then(|value| u8::try_from(value / months).ok());
                let Some(years) = years.filter(|years| *years <= 120) else { continue };
                match precision {
                    "01" => (facts.age_from, facts.age_to) = (Some(years), Some(years)),
                    "03" => facts.age_from = Some(years),
                    "04" => facts.age_to = Some(years),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    if let (Some(from), Some(to)) = (facts.age_from, facts.age_to)
        && from > to
    {
        (facts.age_from, facts.age_to) = (Some(to), Some(from));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_ages(
        qualifier: &'static str, values: &[(&'static str, &'static str)], expected: (Option<u8>, Option<u8>),
    ) {
        let mut children = vec![Element::leaf("AudienceRangeQualifier", qualifier)];
        for (precision, value) in values {
            children.push(Element::leaf("AudienceRangePrecision", *precision));
            children.push(Element::leaf("AudienceRangeValue", *value));
        }
        let mut facts = EditionFacts::default();
        read_ages(&mut facts, &Element::of("DescriptiveDetail", [Element::of("AudienceRange", children)]));
        assert_eq!((facts.age_from, facts.age_to), expected, "{values:?}");
    }

    #[test]
    fn ages_are_years() {
        check_ages("17", &[("03", "8"), ("04", "12")], (Some(8), Some(12)));
        check_ages("17", &[("04", "8"), ("03", "12")], (Some(8), Some(12)));
        check_ages("18", &[("01", "7")], (Some(7), Some(7)));
        check_ages("16", &[("03", "36")], (Some(3), None));
        check_ages("17", &[("03", "3000")], (None, None));
        check_ages("11", &[("03", "2")], (None, None));
    }

    #[test]
    fn subjects_put_the_main_one_first_and_split_keywords() {
        let subject = |parts: &[(&'static str, &'static str)]| {
            Element::of("Subject", parts.iter().map(|(name, text)| Element::leaf(name, *text)))
        };
        let detail = Element::of(
            "DescriptiveDetail",
            [
                subject(&[("SubjectSchemeIdentifier", "20"), ("SubjectHeadingText", "ice; cold water ;ice; ")]),
                subject(&[("SubjectSchemeIdentifier", "10"), ("SubjectCode", "FIC000000"), ("MainSubject", "")]),
                subject(&[("SubjectSchemeIdentifier", "94"), ("SubjectCode", "1DNS"), ("MainSubject", "")]),
                subject(&[("SubjectSchemeIdentifier", "93"), ("SubjectCode", "FFP"), ("MainSubject", "")]),
            ],
        );
        let mut facts = EditionFacts::default();
        read(&mut facts, &detail);
        let told: Vec<String> = facts.subjects.iter().map(|it| format!("{}:{}", it.scheme, it.code)).collect();
        assert_eq!(told, ["93:FFP", "10:FIC000000", "94:1DNS", "20:ice", "20:cold water"]);
    }
}
