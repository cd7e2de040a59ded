//! The title of a product, the series it belongs to, the title it first had, its edition.

use super::element::Element;
use crate::imports::record::Record;
use crate::kernel::text::tidy;

/// List 15: the distinctive title, else a title of unsaid kind, the distributor's, an abbreviation.
const TITLE_TYPES: [&str; 4] = ["01", "00", "10", "05"];
/// List 197: the order to read in, else another that is a number in the series.
const SEQUENCES: [&str; 6] = ["06", "02", "03", "05", "04", "07"];

/// Reads titles, series and edition statement.
pub(super) fn read(record: &mut Record, detail: &Element) {
    let of_type = |kind: &'static str| detail.all("TitleDetail").filter(move |title| title.says("TitleType", kind));
    let titled = |title: &&Element| title_in(title).is_some();
    let title = TITLE_TYPES.iter().find_map(|kind| of_type(kind).find(titled));
    if let Some((text, prefix, subtitle)) = title.and_then(title_in) {
        record.facts.title = text;
        record.facts.title_prefix = prefix.filter(|prefix| prefix.len() <= 50);
        record.facts.subtitle = subtitle;
    }
    record.work.series = series(detail, title);
    record.work.original_title = of_type("03").find_map(title_in).map(|(text, ..)| text);
    record.facts.edition_statement = edition(detail);
}

type Title = (String, Option<String>, Option<String>);

/// Title, prefix, subtitle. A part without a title of its own has that of the whole and its number.
fn title_in(title: &Element) -> Option<Title> {
    let own = at_level(title, "01");
    let subtitle = own.and_then(|element| element.words("Subtitle"));
    if let Some((text, prefix)) = own.and_then(text_of) {
        return Some((text, prefix, subtitle));
    }
    let (whole, prefix) = ["02", "03", "06"].iter().find_map(|level| text_of(at_level(title, level)?))?;
    let part = own.and_then(|element| element.words("PartNumber"));
    Some((part.map_or_else(|| whole.clone(), |part| format!("{whole} {part}")), prefix, subtitle))
}

/// List 149; an element that names no level is the product's.
fn at_level<'a>(title: &'a Element, level: &str) -> Option<&'a Element> {
    title.all("TitleElement").find(|element| element.value("TitleElementLevel").unwrap_or("01") == level)
}

/// The text of a title element, and the prefix it begins with.
fn text_of(element: &Element) -> Option<(String, Option<String>)> {
    let prefix = element.words("TitlePrefix");
    let with = |rest: String| match &prefix {
        // `L’` and `D'` are written together with what follows.
        Some(prefix) if prefix.ends_with(['\'', '’']) => format!("{prefix}{rest}"),
        Some(prefix) => format!("{prefix} {rest}"),
        None => rest,
    };
    let text = element.words("TitleText").or_else(|| element.words("TitleWithoutPrefix").map(with))?;
    let text = match element.words("YearOfAnnual") {
        Some(year) if !text.contains(&year) => format!("{text} {year}"),
        _ => text,
    };
    let prefix = prefix.filter(|prefix| text.starts_with(prefix.as_str()) && prefix.len() < text.len());
    Some((text, prefix))
}

/// The series and the number in it: of the publisher's collection, else of one that others see, else of a title.
fn series(detail: &Element, title: Option<&Element>) -> Option<(String, Option<String>)> {
    // List 148: 20 is what somebody else says.
    let mut collections: Vec<&Element> = detail.all("Collection").collect();
    collections.sort_by_key(|collection| collection.says("CollectionType", "20"));
    let product_part = || title.and_then(|title| at_level(title, "01")?.words("PartNumber"));
    let in_collection = |collection: &Element| {
        let titles = || {
            collection.all("TitleDetail").filter(|title| matches!(title.value("TitleType"), None | Some("00" | "01")))
        };
        let (name, element) = titles().find_map(|title| series_name(title))?;
        let part = titles().find_map(|title| at_level(title, "01")?.words("PartNumber"));
        Some((name, element.words("PartNumber").or(part).or_else(|| sequence(collection)).or_else(product_part)))
    };
    let in_title = || {
        let (name, element) = series_name(title?)?;
        Some((name, element.words("PartNumber").or_else(product_part)))
    };
    collections.into_iter().find_map(in_collection).or_else(in_title)
}

/// Levels 02 to 06 of List 149: the collection before its parts.
fn series_name(title: &Element) -> Option<(String, &Element)> {
    ["02", "03", "06"].iter().find_map(|level| {
        let element = at_level(title, level)?;
        Some((text_of(element)?.0, element))
    })
}

fn sequence(collection: &Element) -> Option<String> {
    SEQUENCES.iter().find_map(|kind| {
        let of_kind = |sequence: &&Element| sequence.says("CollectionSequenceType", kind);
        collection.all("CollectionSequence").find(of_kind)?.words("CollectionSequenceNumber")
    })
}

/// What the record says of its edition; else its number, else its kind in words (List 21).
fn edition(detail: &Element) -> Option<String> {
    let stated = detail.words("EditionStatement").map(|text| tidy(&text)).filter(|text| text.chars().count() <= 500);
    let number = || {
        let number: u32 = detail.value("EditionNumber")?.parse().ok()?;
        (2..=999).contains(&number).then(|| ordinal(number))
    };
    let kind = || detail.values("EditionType").find_map(edition_words).map(str::to_owned);
    stated.or_else(|| match (number(), kind()) {
        (Some(number), Some(kind)) => Some(format!("{number} edition, {}", kind.to_lowercase())),
        (Some(number), None) => Some(format!("{number} edition")),
        (None, kind) => kind,
    })
}

fn ordinal(number: u32) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// Editions that a reader should know of before buying.
fn edition_words(code: &str) -> Option<&'static str> {
    Some(match code {
        "ABR" => "Abridged",
        "ADP" => "Adapted",
        "ANN" => "Annotated",
        "AVS" => "Anniversary edition",
        "BLL" | "BLP" => "Bilingual edition",
        "BRL" => "Braille",
        "CRI" => "Critical edition",
        "ENL" => "Enlarged",
        "ETR" | "HRE" | "SMP" => "Easy to read",
        "FAC" => "Facsimile",
        "ILL" => "Illustrated",
        "INT" => "International edition",
        "LTE" | "ULP" => "Large print",
        "MDT" => "Film or television tie-in",
        "NED" => "New edition",
        "NUM" => "Numbered copies",
        "REV" => "Revised",
        "SCH" => "School edition",
        "SIG" => "Signed",
        "SPE" => "Special edition",
        "STU" => "Student edition",
        "TCH" => "Teacher’s edition",
        "UBR" => "Unabridged",
        _ => return None,
    })
}
