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

/// The English name; `grc` and other rare codes have words of their own, the rest is shown as its code.
pub(in crate::web) fn name(code: &str) -> String {
    let known = KNOWN.iter().find(|(known, ..)| *known == code).map(|(_, _, name)| *name);
    let rare = || match code {
        "grc" => Some("Ancient Greek"),
        "ang" => Some("Old English"),
        "enm" => Some("Middle English"),
        "akk" => Some("Akkadian"),
        "san" => Some("Sanskrit"),
        "ota" => Some("Ottoman Turkish"),
        "mul" => Some("Several languages"),
        _ => None,
    };
    known.or_else(rare).map_or_else(|| code.to_owned(), str::to_owned)
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
        assert_eq!(foreign(Some("eng")), None);
        assert_eq!(foreign(Some("fre")).as_deref(), Some("fr"));
        assert!(KNOWN.is_sorted());
    }
}
