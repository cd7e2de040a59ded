//! What cataloguers write between the words: the punctuation of ISBD, extents, years, numbers of volumes.

use jiff::civil::Date;

use crate::imports::dates::{self, Reading};
use crate::kernel::date::PartialDate;
use crate::kernel::text::tidy;

/// Words whose full stop is their own.
const ABBREVIATIONS: [&str; 22] = [
    "jr", "sr", "dr", "st", "mr", "mrs", "co", "corp", "inc", "ltd", "bros", "etc", "ed", "vol", "no", "al", "ph.d",
    "mass", "ill", "calif", "conn", "pty",
];

/// A text without the signs that lead over to the next element, and without a closing full stop.
pub(super) fn plain(text: &str) -> String {
    let mut rest = text.trim();
    loop {
        let shorter = rest.trim_end_matches(['/', ':', ';', ',', '=']).trim_end();
        if shorter.len() == rest.len() {
            break;
        }
        rest = shorter;
    }
    tidy(without_stop(rest))
}

fn without_stop(text: &str) -> &str {
    let Some(bare) = text.strip_suffix('.') else { return text };
    let last = bare.rsplit([' ', '-', '[', '(', '.']).next().unwrap_or_default();
    let initial = last.chars().count() == 1 && last.chars().all(char::is_uppercase);
    let kept = bare.ends_with('.') || initial || ABBREVIATIONS.contains(&last.to_lowercase().as_str());
    if kept { text } else { bare.trim_end() }
}

/// A text that a cataloguer put in brackets, because it is not on the title page, without them.
pub(super) fn unbracketed(text: &str) -> &str {
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inner.filter(|inner| !inner.contains(['[', ']'])).unwrap_or(text).trim()
}

/// A date as it is printed, and whether it is only that of the copyright.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Printed {
    pub date: PartialDate,
    pub copyright: bool,
}

/// Reads `2000.`, `c1999`, `[1998?]`, `MCMXCIX [1999]`, `March 1999`, `1420 [1999]`; what leaves a choice is no date.
pub(super) fn date(text: &str) -> Option<Printed> {
    let bare = text.trim().trim_end_matches(['.', ',']).trim_start_matches('[').trim_end_matches([']', '?']).trim();
    if bare.chars().filter(|c| c.is_alphabetic()).count() >= 3
        && let Reading::Date(date) = dates::read(bare, dates::Order::Unknown)
    {
        return Some(Printed { date, copyright: false });
    }
    let folded = text.to_lowercase();
    let open = [" or ", "between", "before", "after", "ca.", "ca ", "circa", "approximately", "not "];
    if open.iter().any(|word| folded.contains(word)) {
        return None;
    }
    let from = folded.find("i.e.").map_or(0, |at| at + 4);
    let years = years(folded.get(from..).unwrap_or_default());
    // A year of another calendar stands before ours in brackets.
    let ours = || years.iter().find(|(year, _)| *year >= 1500);
    let (year, copyright) = years.first().filter(|(year, _)| *year >= 1500).or_else(ours).or(years.first())?;
    Some(Printed { date: PartialDate::Year(*year), copyright: *copyright })
}

/// Every year from 1000 to 2100 in a text, and whether a sign of copyright stands before it.
fn years(text: &str) -> Vec<(i16, bool)> {
    let words = text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '©' | '℗'));
    let year = |word: &str| {
        let bare = word.trim_start_matches(['c', '©', 'p', '℗']);
        let figures = (bare.len() == 4).then(|| bare.parse::<i16>().ok()).flatten();
        let year = figures.or_else(|| roman(word)).filter(|year| (1000..=2100).contains(year))?;
        Some((year, figures.is_some() && bare.len() < word.len()))
    };
    words.filter_map(year).collect()
}

/// A year in Roman figures, if it is written as one would write it.
fn roman(word: &str) -> Option<i16> {
    const SIGNS: [(&str, i16); 13] = [
        ("m", 1000),
        ("cm", 900),
        ("d", 500),
        ("cd", 400),
        ("c", 100),
        ("xc", 90),
        ("l", 50),
        ("xl", 40),
        ("x", 10),
        ("ix", 9),
        ("v", 5),
        ("iv", 4),
        ("i", 1),
    ];
    let mut rest = word;
    let mut sum = 0_i16;
    for (sign, value) in SIGNS {
        let most = if matches!(sign, "m" | "c" | "x" | "i") { 3 } else { 1 };
        for _ in 0..most {
            let Some(shorter) = rest.strip_prefix(sign) else { break };
            (rest, sum) = (shorter, sum + value);
        }
    }
    (rest.is_empty() && sum >= 1000).then_some(sum)
}

/// The date of field 008: 06 says what the two dates after it mean.
pub(super) fn coded_date(fixed: &str) -> Option<PartialDate> {
    let (first, second) = (fixed.get(7..11)?, fixed.get(11..15)?);
    let year = || first.parse::<i16>().ok().filter(|year| (1000..=2100).contains(year)).map(PartialDate::Year);
    match fixed.chars().nth(6)? {
        'e' => dates::compact(format!("{first}{second}").trim())
            .filter(|date| date.first_day() > Date::constant(1000, 1, 1)),
        's' | 't' | 'r' | 'p' | 'm' => year(),
        'q' if first == second => year(),
        _ => None,
    }
}

/// The year in which a reprint first came out.
pub(super) fn coded_first_year(fixed: &str) -> Option<i16> {
    let second = fixed.get(11..15).filter(|_| fixed.chars().nth(6) == Some('r'))?;
    second.parse().ok().filter(|year| (1000..=2100).contains(year))
}

/// The pages of an extent: the longest run of `xxxvii, 1255 p.`; of several volumes none.
pub(super) fn pages(extent: &str) -> Option<u32> {
    const WORDS: [&str; 11] = ["p", "pp", "pg", "pgs", "pages", "page", "s", "seiten", "sidor", "str", "págs"];
    let lower = extent.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | '[' | ']' | '.' | ';' | ':' | '+'))
        .filter(|word| !word.is_empty())
        .collect();
    let volumes = words.windows(2).any(|pair| {
        matches!(pair, [count, "v" | "vol" | "vols" | "volumes" | "bd" | "bde"] if count.parse::<u32>().is_ok_and(|count| count > 1))
    });
    let at = words.iter().position(|word| WORDS.contains(word))?;
    let before = words.get(..at)?.iter().rev();
    let run = before.map_while(|word| match word.parse::<u32>() {
        Ok(number) => Some(number),
        // Front matter is counted in Roman figures.
        Err(_) => word.chars().all(|c| matches!(c, 'i' | 'v' | 'x' | 'l' | 'c' | 'd' | 'm')).then_some(0),
    });
    run.max().filter(|pages| !volumes && (1..=20_000).contains(pages))
}

/// Height and width in millimetres of `23 cm`, `23 x 30 cm`, `12 in.`
pub(super) fn size(text: &str) -> Option<(u32, Option<u32>)> {
    let lower = text.to_lowercase().replace('×', "x");
    let spaced: String = lower.chars().map(|c| if matches!(c, ',' | ';' | '(' | ')') { ' ' } else { c }).collect();
    let words: Vec<&str> = spaced.split_whitespace().map(|word| word.trim_end_matches('.')).collect();
    let unit = words.iter().position(|word| matches!(*word, "cm" | "mm" | "in"))?;
    let tenths = |word: &&str| -> Option<u32> {
        let (whole, part) = word.split_once('.').unwrap_or((word, "0"));
        let part = part.get(..1)?.parse::<u32>().ok()?;
        whole.parse::<u32>().ok().filter(|whole| *whole < 10_000).map(|whole| whole * 10 + part)
    };
    let millimetres = |tenths: u32| match words.get(unit) {
        Some(&"cm") => tenths,
        Some(&"in") => tenths * 254 / 100,
        _ => tenths / 10,
    };
    let before = words.get(..unit)?;
    let sane = |mm: &u32| (10..=3000).contains(mm);
    let measures = match before {
        [.., height, "x", width] => (tenths(height)?, Some(tenths(width)?)),
        [.., only] => (tenths(only)?, None),
        [] => return None,
    };
    let height = Some(millimetres(measures.0)).filter(sane)?;
    Some((height, measures.1.map(millimetres).filter(sane)))
}

/// A volume's number without the word before it: `v. 3` and `Bd. 3` are `3`.
pub(super) fn volume(text: &str) -> String {
    let text = plain(text);
    let word = text.split([' ', '.']).next().unwrap_or_default().to_lowercase();
    let rest = text.get(word.len()..).unwrap_or_default().trim_start_matches(['.', ' ', '#']);
    let is_word = matches!(
        word.as_str(),
        "v" | "vol" | "volume" | "no" | "number" | "nr" | "bk" | "book" | "bd" | "band" | "t" | "tome" | "pt" | "part"
    );
    if is_word && rest.starts_with(|c: char| c.is_ascii_digit()) {
        rest.to_owned()
    } else {
        text.trim_start_matches('#').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(f: impl Fn(&str) -> String, input: &str, expected: &str) {
        assert_eq!(f(input), expected, "{input}");
    }

    #[test]
    fn punctuation_between_elements_goes() {
        check(plain, "The pragmatic programmer :", "The pragmatic programmer");
        check(plain, "from journeyman to master /", "from journeyman to master");
        check(plain, "Either/Or /", "Either/Or");
        check(plain, "Learning Python.", "Learning Python");
        check(plain, "Addison-Wesley,", "Addison-Wesley");
        check(plain, "Wait and see...", "Wait and see...");
        check(plain, "Stroman, J. R.", "Stroman, J. R.");
        check(plain, "Random House, Inc.,", "Random House, Inc.");
        check(plain, "Lutz, Mark.", "Lutz, Mark");
        check(plain, "Le petit prince =", "Le petit prince");
        check(plain, " / ", "");
    }

    #[test]
    fn years_are_read_as_they_are_printed() {
        let shown = |text: &str| {
            date(text).map_or("none".to_owned(), |printed| {
                format!("{}{}", if printed.copyright { "c" } else { "" }, printed.date)
            })
        };
        check(shown, "2000.", "2000");
        check(shown, "c1999.", "c1999");
        check(shown, "©2011", "c2011");
        check(shown, "[1998?]", "1998");
        check(shown, "[2001]", "2001");
        check(shown, "2000, c1999.", "2000");
        check(shown, "1999 [i.e. 1989]", "1989");
        check(shown, "MCMXCIX [1999]", "1999");
        check(shown, "MCMXCIX", "1999");
        check(shown, "MCMXCIX.", "1999");
        check(shown, "MCMXCMX", "none");
        check(shown, "1420 [1999]", "1999");
        check(shown, "5758 [1998]", "1998");
        check(shown, "1494", "1494");
        check(shown, "March 1999", "1999-03");
        check(shown, "1987-1994.", "1987");
        check(shown, "1994-", "1994");
        check(shown, "[199-?]", "none");
        check(shown, "19--", "none");
        check(shown, "[ca. 1990]", "none");
        check(shown, "[between 1990 and 1995]", "none");
        check(shown, "1998 or 1999", "none");
        check(shown, "[n.d.]", "none");
        check(shown, "", "none");
    }

    #[test]
    fn fixed_fields_say_what_their_dates_mean() {
        let shown = |text: &str| coded_date(text).map_or("none".to_owned(), |date| date.to_string());
        check(shown, "990802s2000    mau", "2000");
        check(shown, "990802t20001999mau", "2000");
        check(shown, "990802e19990305mau", "1999-03-05");
        check(shown, "990802e199903  mau", "1999-03");
        check(shown, "990802q19901995mau", "none");
        check(shown, "990802s199u    mau", "none");
        check(shown, "990802n        mau", "none");
        check(shown, "short", "none");
        assert_eq!(coded_first_year("990802r20001922mau"), Some(1922));
        assert_eq!(coded_first_year("990802t20001999mau"), None);
    }

    #[test]
    fn extents_tell_the_pages() {
        let shown = |text: &str| pages(text).map_or("none".to_owned(), |pages| pages.to_string());
        check(shown, "xxiv, 321 p. ;", "321");
        check(shown, "xxxvii, 1255 p. :", "1255");
        check(shown, "xix 538 p. :", "538");
        check(shown, "[12], 345, [3] p.", "345");
        check(shown, "345 pages", "345");
        check(shown, "345 Seiten", "345");
        check(shown, "1 online resource (xii, 345 pages)", "345");
        check(shown, "1 score (32 p.)", "32");
        check(shown, "2 v. (xii, 900 p.)", "none");
        check(shown, "p. cm.", "none");
        check(shown, "p. 12-30", "none");
        check(shown, "1 v. (various pagings)", "none");
        check(shown, "1 sound disc", "none");
    }

    #[test]
    fn sizes_are_in_millimetres() {
        assert_eq!(size("24 cm."), Some((240, None)));
        assert_eq!(size("23 x 30 cm"), Some((230, Some(300))));
        assert_eq!(size("22.5 cm"), Some((225, None)));
        assert_eq!(size("12 in."), Some((304, None)));
        assert_eq!((size("24-26 cm"), size("cm."), size("")), (None, None, None));
    }

    #[test]
    fn volumes_are_bare_numbers() {
        check(volume, "v. 3.", "3");
        check(volume, "Bd. 12 ;", "12");
        check(volume, "3", "3");
        check(volume, "#4", "4");
        check(volume, "no. 1-2", "1-2");
        check(volume, "Summer", "Summer");
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "\\PC{0,40}") {
            prop_assert!(plain(&text).len() <= text.len());
            prop_assert!(date(&text).is_none_or(|printed| (1000..=9999).contains(&printed.date.year())));
            prop_assert!(pages(&text).is_none_or(|pages| pages <= 20_000));
            prop_assert!(size(&text).is_none_or(|(height, _)| height <= 3000));
            drop((coded_date(&text), volume(&text)));
        }
    }
}
