//! Text as it is compared and linked, beside text as it is shown.

/// Folds a text for comparison: lower case, no diacritics, no punctuation, single spaces.
///
/// `fold("L’Étranger") == "l etranger"`. Scripts without Latin letters keep their letters.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        let latin = deunicode_latin(c);
        let source = latin.as_deref();
        match source {
            Some(ascii) => ascii.chars().for_each(|c| push_folded(&mut folded, c)),
            None => push_folded(&mut folded, c),
        }
    }
    folded.trim_end().to_owned()
}

fn push_folded(folded: &mut String, c: char) {
    if is_combining_mark(c) {
        // An accent written apart from its letter, as text copied from a Mac has it.
    } else if c.is_alphanumeric() {
        folded.extend(c.to_lowercase());
    } else if matches!(c, '\'' | '’' | 'ʼ') && !folded.ends_with(' ') {
        // An apostrophe inside a word parts it; the next letter starts a new word.
        folded.push(' ');
    } else if !folded.is_empty() && !folded.ends_with(' ') {
        folded.push(' ');
    }
}

fn is_combining_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// The ASCII letters of a Latin letter with marks; `None` for ASCII itself and for other scripts.
fn deunicode_latin(c: char) -> Option<String> {
    let latin = matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{fb00}'..='\u{fb06}');
    if !latin {
        return None;
    }
    let slug = slug::slugify(c.to_string());
    (!slug.is_empty()).then_some(slug)
}

/// The readable part of an address: `the-left-hand-of-darkness`; `book` when nothing is left.
pub fn slug(title: &str) -> String {
    let full = slug::slugify(title);
    let mut cut: String = full.chars().take(80).collect();
    if full.len() > cut.len() {
        cut.truncate(cut.rfind('-').unwrap_or(cut.len()));
    }
    if cut.is_empty() { "book".to_owned() } else { cut }
}

/// A title without its leading article, for sorting: `Left Hand of Darkness, The` sorts under L.
pub fn sort_title(title: &str) -> String {
    let folded = fold(title);
    let bare = ["the ", "a ", "an "].iter().find_map(|article| folded.strip_prefix(article));
    bare.map_or_else(|| folded.clone(), str::to_owned)
}

/// Leading articles by language, ISO 639-2/B; those that mean something else as often (`den`, `o`) are left out
/// where the other meaning begins titles too.
const ARTICLES: [(&str, &[&str]); 11] = [
    ("eng", &["the", "a", "an"]),
    ("fre", &["le", "la", "les", "l", "un", "une"]),
    ("ger", &["der", "die", "das", "ein", "eine"]),
    ("spa", &["el", "la", "los", "las", "un", "una"]),
    ("ita", &["il", "lo", "la", "i", "gli", "le", "l", "un", "uno", "una"]),
    ("por", &["o", "a", "os", "as", "um", "uma"]),
    ("dut", &["de", "het", "een"]),
    ("cat", &["el", "la", "els", "les", "l", "un", "una"]),
    ("swe", &["en", "ett"]),
    ("dan", &["en", "et"]),
    ("nor", &["en", "et", "ei"]),
];

/// A title as lists sort it: without `prefix` where a feed or a person named one, else without the leading article
/// of its language; English where that is not known.
///
/// `sort_title_in("Der Prozess", None, Some("ger")) == "prozess"`. A title of nothing but its article keeps it.
pub fn sort_title_in(title: &str, prefix: Option<&str>, language: Option<&str>) -> String {
    let folded = fold(title);
    let without = |word: &str| folded.strip_prefix(word)?.strip_prefix(' ').map(str::to_owned);
    if let Some(bare) = prefix.map(fold).filter(|prefix| !prefix.is_empty()).and_then(|prefix| without(&prefix)) {
        return bare;
    }
    let code = language.unwrap_or("eng");
    let articles = ARTICLES.iter().find(|(known, _)| *known == code).map_or(&[] as &[&str], |(_, articles)| articles);
    articles.iter().find_map(|article| without(article)).unwrap_or(folded)
}

/// `Given Surname` as `Surname, Given`; a name that has a comma stays as it is.
pub fn sort_name(name: &str) -> String {
    let name = name.trim();
    if name.contains(',') {
        return name.to_owned();
    }
    let words: Vec<&str> = name.split_whitespace().collect();
    let particle = |word: &str| {
        matches!(word, "de" | "da" | "del" | "di" | "du" | "la" | "le" | "van" | "von" | "der" | "den" | "ter")
    };
    let start = words
        .iter()
        .position(|word| particle(word))
        .filter(|&at| at > 0)
        .unwrap_or_else(|| words.len().saturating_sub(1));
    match (words.get(..start), words.get(start..)) {
        (Some(given), Some(surname)) if !given.is_empty() => {
            format!("{}, {}", surname.join(" "), given.join(" "))
        }
        _ => name.to_owned(),
    }
}

/// `Surname, Given` as `Given Surname`; anything else stays as it is.
pub fn display_name(name: &str) -> String {
    match name.split_once(',') {
        Some((surname, given)) if !given.contains(',') && !given.trim().is_empty() => {
            format!("{} {}", given.trim(), surname.trim())
        }
        _ => name.trim().to_owned(),
    }
}

/// Trims, joins runs of white space, drops control characters.
///
/// So are spaces without width and the marks that turn the direction of all that follows: a name of nothing else
/// is empty, and none writes the rest of its line backwards.
pub fn tidy(text: &str) -> String {
    let is_unseen = |c: char| matches!(c, '\u{200b}' | '\u{feff}' | '\u{202a}'..='\u{202e}');
    text.split(|c: char| c.is_whitespace() || c.is_control() || is_unseen(c))
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(f: fn(&str) -> String, input: &str, expected: &str) {
        assert_eq!(f(input), expected, "{input}");
    }

    #[test]
    fn folding_forgets_marks_and_case() {
        check(fold, "L’Étranger", "l etranger");
        check(fold, "  Cien años de soledad! ", "cien anos de soledad");
        check(fold, "Straße", "strasse");
        check(fold, "Преступление и наказание", "преступление и наказание");
        check(fold, "Catch-22", "catch 22");
        check(fold, "ﬁn", "fin");
        check(fold, "Cie\u{301}n an\u{303}os", "cien anos");
        check(fold, "?!", "");
    }

    #[test]
    fn what_nobody_sees_is_tidied_away() {
        check(tidy, "\u{200b}\u{200b}", "");
        check(tidy, "Ada\u{202e} ecalevoL\0", "Ada ecalevoL");
        check(tidy, "\u{feff}Ink", "Ink");
    }

    #[test]
    fn names_turn_both_ways() {
        check(sort_name, "Ursula K. Le Guin", "Guin, Ursula K. Le");
        check(sort_name, "Simone de Beauvoir", "de Beauvoir, Simone");
        check(sort_name, "Homer", "Homer");
        check(sort_name, "García Márquez, Gabriel", "García Márquez, Gabriel");
        check(display_name, "García Márquez, Gabriel", "Gabriel García Márquez");
        check(display_name, "Homer", "Homer");
    }

    #[test]
    fn a_title_sorts_without_the_article_of_its_language() {
        let sorted = |title, prefix, language| sort_title_in(title, prefix, language);
        assert_eq!(sorted("The Trial", None, Some("eng")), "trial");
        assert_eq!(sorted("Der Prozess", None, Some("ger")), "prozess");
        assert_eq!(sorted("Die Another Day", None, Some("eng")), "die another day");
        assert_eq!(sorted("L’Étranger", None, Some("fre")), "etranger");
        assert_eq!(sorted("A Clockwork Orange", None, None), "clockwork orange");
        assert_eq!(sorted("A", None, Some("eng")), "a");
        assert_eq!(sorted("Y Gododdin", Some("Y"), Some("wel")), "gododdin");
        assert_eq!(sorted("The The", Some("Nonsense"), Some("eng")), "the");
    }

    #[test]
    fn slugs_are_short_and_never_empty() {
        check(slug, "The Left Hand of Darkness", "the-left-hand-of-darkness");
        check(slug, "?!", "book");
        assert!(slug(&"wonderful ".repeat(40)).len() <= 80);
        check(sort_title, "The Left Hand of Darkness", "left hand of darkness");
    }
}
