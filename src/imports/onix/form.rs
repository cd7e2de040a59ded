//! What kind of thing a product is: format, languages, locks, access for readers who cannot see print.

use super::Defaults;
use super::element::Element;
use crate::catalog::{EditionFacts, Format};
use crate::imports::language;
use crate::imports::record::{Intent, Record};

/// Reads the form. Trade packs, display material and parts are taken in but not sold.
pub(super) fn read(record: &mut Record, detail: &Element) {
    let form = detail.value("ProductForm").unwrap_or_default();
    // List 2: 20 and 30 are packs for the trade, 01 a part. List 150: X… is display material.
    if matches!(detail.value("ProductComposition"), Some("01" | "20" | "30")) || form.starts_with('X') {
        record.intent = Intent::StoreUnlisted;
    }
    let facts = &mut record.facts;
    facts.format = Format::from_code(form).unwrap_or(Format::BOOK);
    facts.format_note = note(detail, facts.format);
    facts.protection = detail.values("EpubTechnicalProtection").find(|code| code.len() == 2).map(str::to_owned);
    facts.accessibility = accessibility(detail);
}

/// Words for what the format's code does not say: `B-format paperback` adds nothing to “Paperback”.
fn note(detail: &Element, format: Format) -> Option<String> {
    let says_it = |note: &String| note.to_lowercase().contains(&format.label().to_lowercase());
    let described = detail.words("ProductFormDescription").filter(|note| !says_it(note) && note.len() <= 60);
    described.or_else(|| detail.values("ProductFormDetail").find_map(detail_words).map(str::to_owned))
}

/// List 175: the details that decide whether a reader can use the thing.
fn detail_words(code: &str) -> Option<&'static str> {
    Some(match code {
        "A103" => "MP3",
        "B206" => "Pop-up",
        "B207" => "Lift-the-flap",
        "B701" | "B702" | "B703" | "B704" | "B705" | "B706" | "B708" | "B709" => "Braille",
        "E101" | "E150" => "EPUB",
        "E107" | "E108" => "PDF",
        "E116" | "E148" => "Kindle",
        _ => return None,
    })
}

/// List 79: 09 holds a code of List 196.
fn accessibility(detail: &Element) -> Vec<String> {
    let features = detail.all("ProductFormFeature").filter(|it| it.says("ProductFormFeatureType", "09"));
    let mut codes: Vec<String> = Vec::new();
    for code in features.filter_map(|it| it.value("ProductFormFeatureValue")) {
        let is_code = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_code && !codes.iter().any(|known| known == code) {
            codes.push(code.to_owned());
        }
    }
    codes
}

/// List 22: 01 the text's language, 02 what it was translated from, 06 to 08 the others of a book in several.
pub(super) fn read_languages(record: &mut Record, detail: &Element, defaults: &Defaults) {
    let of_role = |role: &'static str| {
        let entries = detail.all("Language").filter(move |entry| entry.says("LanguageRole", role));
        entries.filter_map(|entry| language::parse(entry.value("LanguageCode")?))
    };
    let mut spoken: Vec<String> = Vec::new();
    for code in ["01", "08", "06", "07"].into_iter().flat_map(of_role) {
        if !spoken.contains(&code) && spoken.len() < 20 {
            spoken.push(code);
        }
    }
    let mut spoken = spoken.into_iter();
    record.facts.language = spoken.next().or_else(|| defaults.language.as_deref().and_then(language::parse));
    record.facts.more_languages = spoken.collect();
    record.work.original_language = of_role("02").next();
}

/// The number on the barcode of what is no book.
pub(super) fn gtin(product: &Element, facts: &mut EditionFacts) {
    let numbers = |kind: &'static str| {
        product
            .all("ProductIdentifier")
            .filter(move |id| id.says("ProductIDType", kind))
            .filter_map(|id| id.value("IDValue"))
    };
    // List 5: GTIN-13, UPC, ISMN-13, GTIN-14.
    facts.gtin = ["03", "04", "25", "14"].into_iter().flat_map(numbers).find_map(|number| number.parse().ok());
}
