//! Languages of books: the catalogue's ISO 639-2/B codes in words, and as the tags that browsers know.

/// Code, tag of BCP 47, English name; the languages that shops have shelves of.
const KNOWN: [(&str, &str, &str); 40] = [
    ("ara", "ar", "Arabic"),
    ("ben", "bn", "Bengali"),
    ("bul", "bg", "Bulgarian"),
    ("cat", "ca", "Catalan"),
    ("chi", "zh", "Chinese"),
    ("cze", "cs", "Czech"),
    ("dan", "da", "Danish"),
    ("dut", "nl", "Dutch"),
    ("eng", "en", "English"),
    ("est", "et", "Estonian"),
    ("fin", "fi", "Finnish"),
    ("fre", "fr", "French"),
    ("ger", "de", "German"),
    ("gle", "ga", "Irish"),
    ("gre", "el", "Greek"),
    ("heb", "he", "Hebrew"),
    ("hin", "hi", "Hindi"),
    ("hrv", "hr", "Croatian"),
    ("hun", "hu", "Hungarian"),
    ("ice", "is", "Icelandic"),
    ("ita", "it", "Italian"),
    ("jpn", "ja", "Japanese"),
    ("kor", "ko", "Korean"),
    ("lat", "la", "Latin"),
    ("lav", "lv", "Latvian"),
    ("lit", "lt", "Lithuanian"),
    ("nor", "no", "Norwegian"),
    ("per", "fa", "Persian"),
    ("pol", "pl", "Polish"),
    ("por", "pt", "Portuguese"),
    ("rum", "ro", "Romanian"),
    ("rus", "ru", "Russian"),
    ("slo", "sk", "Slovak"),
    ("slv", "sl", "Slovenian"),
    ("spa", "es", "Spanish"),
    ("swe", "sv", "Swedish"),
    ("tur", "tr", "Turkish"),
    ("ukr", "uk", "Ukrainian"),
    ("vie", "vi", "Vietnamese"),
    ("wel", "cy", "Welsh"),
];

/// Codes and names of the languages that shops have shelves of, by code.
pub(in crate::web) fn list() -> impl Iterator<Item = (&'static str, &'static str)> {
    KNOWN.iter().map(|(code, _, name)| (*code, *name))
}

/// Codes without a shelf of their own that titles are translated from.
const RARE: [(&str, &str); 7] = [
    ("akk", "Akkadian"),
    ("ang", "Old English"),
    ("enm", "Middle English"),
    ("grc", "Ancient Greek"),
    ("mul", "Several languages"),
    ("ota", "Ottoman Turkish"),
    ("san", "Sanskrit"),
];

/// The English name; what has none here is shown as its code.
pub(in crate::web) fn name(code: &str) -> String {
    let named = list().chain(RARE).find(|(known, _)| *known == code);
    named.map_or_else(|| code.to_owned(), |(_, name)| name.to_owned())
}

/// The code of a language by its English name, or the code itself.
pub(in crate::web) fn code(words: &str) -> Option<String> {
    let named = list().chain(RARE).find(|(_, name)| name.eq_ignore_ascii_case(words));
    let is_code = words.len() == 3 && words.bytes().all(|byte| byte.is_ascii_lowercase());
    named.map(|(code, _)| code.to_owned()).or_else(|| is_code.then(|| words.to_owned()))
}

/// The tag for a `lang` attribute: two letters where there are two, else the code itself.
pub(super) fn tag(code: &str) -> &str {
    KNOWN.iter().find(|(known, ..)| *known == code).map_or(code, |(_, tag, _)| tag)
}

/// The tag of a title that is not in the shop's own language.
pub(super) fn foreign(code: Option<&str>) -> Option<String> {
    code.filter(|code| *code != "eng").map(|code| tag(code).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, words: &str, expected: &str) {
        assert_eq!((name(code).as_str(), tag(code)), (words, expected));
    }

    #[test]
    fn a_code_has_a_name_and_a_tag() {
        check("spa", "Spanish", "es");
        check("grc", "Ancient Greek", "grc");
        check("qaa", "qaa", "qaa");
        assert_eq!(
            [code("welsh"), code("ancient greek"), code("qaa"), code("Elvish")].map(Option::unwrap_or_default),
            ["wel", "grc", "qaa", ""]
        );
        assert_eq!(foreign(Some("eng")), None);
        assert_eq!(foreign(Some("fre")).as_deref(), Some("fr"));
        assert!(KNOWN.is_sorted());
    }
}
