//! Languages as feeds write them: `en`, `eng`, `en-US`, `English`. Kept as ISO 639-2/B.

use crate::kernel::text::fold;

/// ISO 639-1, ISO 639-2/B, ISO 639-2/T where it differs, English name. Source: ISO 639, by the trade's use.
const KNOWN: &[(&str, &str, &str, &str)] = &[
    ("af", "afr", "", "afrikaans"),
    ("sq", "alb", "sqi", "albanian"),
    ("ar", "ara", "", "arabic"),
    ("hy", "arm", "hye", "armenian"),
    ("eu", "baq", "eus", "basque"),
    ("be", "bel", "", "belarusian"),
    ("bn", "ben", "", "bengali"),
    ("bs", "bos", "", "bosnian"),
    ("br", "bre", "", "breton"),
    ("bg", "bul", "", "bulgarian"),
    ("my", "bur", "mya", "burmese"),
    ("ca", "cat", "", "catalan"),
    ("zh", "chi", "zho", "chinese"),
    ("hr", "hrv", "", "croatian"),
    ("cs", "cze", "ces", "czech"),
    ("da", "dan", "", "danish"),
    ("nl", "dut", "nld", "dutch"),
    ("en", "eng", "", "english"),
    ("eo", "epo", "", "esperanto"),
    ("et", "est", "", "estonian"),
    ("fi", "fin", "", "finnish"),
    ("fr", "fre", "fra", "french"),
    ("fy", "fry", "", "frisian"),
    ("gl", "glg", "", "galician"),
    ("ka", "geo", "kat", "georgian"),
    ("de", "ger", "deu", "german"),
    ("el", "gre", "ell", "greek"),
    ("", "grc", "", "ancient greek"),
    ("he", "heb", "", "hebrew"),
    ("hi", "hin", "", "hindi"),
    ("hu", "hun", "", "hungarian"),
    ("is", "ice", "isl", "icelandic"),
    ("id", "ind", "", "indonesian"),
    ("ga", "gle", "", "irish"),
    ("it", "ita", "", "italian"),
    ("ja", "jpn", "", "japanese"),
    ("ko", "kor", "", "korean"),
    ("la", "lat", "", "latin"),
    ("lv", "lav", "", "latvian"),
    ("lt", "lit", "", "lithuanian"),
    ("lb", "ltz", "", "luxembourgish"),
    ("mk", "mac", "mkd", "macedonian"),
    ("ms", "may", "msa", "malay"),
    ("mt", "mlt", "", "maltese"),
    ("mi", "mao", "mri", "maori"),
    ("", "mul", "", "multiple languages"),
    ("no", "nor", "", "norwegian"),
    ("nb", "nob", "", "bokmal"),
    ("nn", "nno", "", "nynorsk"),
    ("oc", "oci", "", "occitan"),
    ("fa", "per", "fas", "persian"),
    ("pl", "pol", "", "polish"),
    ("pt", "por", "", "portuguese"),
    ("ro", "rum", "ron", "romanian"),
    ("ru", "rus", "", "russian"),
    ("gd", "gla", "", "scottish gaelic"),
    ("sr", "srp", "", "serbian"),
    ("sk", "slo", "slk", "slovak"),
    ("sl", "slv", "", "slovenian"),
    ("es", "spa", "", "spanish"),
    ("sw", "swa", "", "swahili"),
    ("sv", "swe", "", "swedish"),
    ("ta", "tam", "", "tamil"),
    ("th", "tha", "", "thai"),
    ("bo", "tib", "bod", "tibetan"),
    ("tr", "tur", "", "turkish"),
    ("uk", "ukr", "", "ukrainian"),
    ("ur", "urd", "", "urdu"),
    ("vi", "vie", "", "vietnamese"),
    ("cy", "wel", "cym", "welsh"),
    ("yi", "yid", "", "yiddish"),
    ("am", "amh", "", "amharic"),
    ("az", "aze", "", "azerbaijani"),
    ("gu", "guj", "", "gujarati"),
    ("ia", "ina", "", "interlingua"),
    ("iu", "iku", "", "inuktitut"),
    ("jv", "jav", "", "javanese"),
    ("kk", "kaz", "", "kazakh"),
    ("km", "khm", "", "khmer"),
    ("kn", "kan", "", "kannada"),
    ("ku", "kur", "", "kurdish"),
    ("lo", "lao", "", "lao"),
    ("ml", "mal", "", "malayalam"),
    ("mn", "mon", "", "mongolian"),
    ("mr", "mar", "", "marathi"),
    ("ne", "nep", "", "nepali"),
    ("pa", "pan", "", "punjabi"),
    ("ps", "pus", "", "pashto"),
    ("sa", "san", "", "sanskrit"),
    ("si", "sin", "", "sinhala"),
    ("so", "som", "", "somali"),
    ("te", "tel", "", "telugu"),
    ("tl", "tgl", "", "tagalog"),
    ("uz", "uzb", "", "uzbek"),
    ("xh", "xho", "", "xhosa"),
    ("zu", "zul", "", "zulu"),
];

/// Names that German, French and Spanish files use, folded, and their codes.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("deutsch", "ger"),
    ("englisch", "eng"),
    ("franzosisch", "fre"),
    ("spanisch", "spa"),
    ("italienisch", "ita"),
    ("niederlandisch", "dut"),
    ("russisch", "rus"),
    ("turkisch", "tur"),
    ("norwegisch", "nor"),
    ("schwedisch", "swe"),
    ("danisch", "dan"),
    ("finnisch", "fin"),
    ("polnisch", "pol"),
    ("portugiesisch", "por"),
    ("tschechisch", "cze"),
    ("ungarisch", "hun"),
    ("japanisch", "jpn"),
    ("latein", "lat"),
    ("russe", "rus"),
    ("portugais", "por"),
    ("japonais", "jpn"),
    ("ruso", "rus"),
    ("portugues", "por"),
    ("anglais", "eng"),
    ("francais", "fre"),
    ("allemand", "ger"),
    ("espagnol", "spa"),
    ("italien", "ita"),
    ("ingles", "eng"),
    ("frances", "fre"),
    ("aleman", "ger"),
    ("espanol", "spa"),
    ("castellano", "spa"),
    ("italiano", "ita"),
    ("catalan", "cat"),
];

/// The code of a language; an unlisted three-letter code is kept as it is, anything else is nobody's language.
pub(super) fn parse(text: &str) -> Option<String> {
    let lower = text.trim().to_lowercase();
    // `en-US` and `pt_BR` name a region too; it is not the language.
    let tag = lower.split(['-', '_']).next().unwrap_or_default();
    let known = KNOWN.iter().find(|(two, three, other, name)| match tag.len() {
        2 => *two == tag,
        3 => *three == tag || *other == tag,
        _ => *name == lower,
    });
    let kept = || (tag.len() == 3 && tag.bytes().all(|byte| byte.is_ascii_lowercase())).then(|| tag.to_owned());
    let folded = || fold(&lower);
    let elsewhere = || OTHER_NAMES.iter().find(|(name, _)| *name == folded()).map(|(_, code)| (*code).to_owned());
    known.map(|(_, three, _, _)| (*three).to_owned()).or_else(kept).or_else(elsewhere)
}

/// The further languages of a cell that names several: `en; fr`.
pub(super) fn others(cell: &str, first: Option<&str>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for code in cell.split([';', '|', '/', ',']).filter_map(parse) {
        if first != Some(code.as_str()) && !found.contains(&code) {
            found.push(code);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(parse(text).as_deref(), expected, "{text}");
    }

    #[test]
    fn languages_have_one_code() {
        check("eng", Some("eng"));
        check("en-US", Some("eng"));
        check(" English ", Some("eng"));
        check("fra", Some("fre"));
        check("de", Some("ger"));
        check("fil", Some("fil"));
        check("Ancient Greek", Some("grc"));
        check("xx", None);
        check("Französisch", Some("fre"));
        check("español", Some("spa"));
        check("Klingonese", None);
        check("", None);
        assert_eq!(others("en; fr / fr", Some("eng")), ["fre"]);
    }
}
