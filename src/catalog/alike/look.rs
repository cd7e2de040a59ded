//! What a title says of its work: the words that other editions have too, and which volume it is.
//!
//! Two works whose heads and volumes differ are two books, however alike the rest is. What follows a colon or stands
//! in brackets mostly describes (`A Novel`, `Penguin Classics`), so only its numbers count, and these only beside a
//! word for a volume or alone (2026-11; refused: any number, which parts `25th Anniversary Edition` from its book).

use crate::kernel::text;

/// Words that a volume's number stands beside.
const VOLUME: [&str; 28] = [
    "vol", "volume", "v", "part", "pt", "book", "bk", "no", "nr", "number", "issue", "tome", "tom", "t", "livre",
    "partie", "band", "bd", "teil", "buch", "deel", "tomo", "parte", "libro", "osa", "kotet", "resz", "del",
];
/// Those of them that stand behind a number in words, in whatever language: `Zweiter Teil`.
const AFTER_ANY: [&str; 7] = ["partie", "band", "teil", "deel", "osa", "kotet", "resz"];
/// Between a number and the number of all volumes: `1 of 3`.
const OF: [&str; 6] = ["of", "de", "von", "van", "di", "af"];
/// May stand among bare numbers.
const BETWEEN: [&str; 5] = ["and", "the", "in", "und", "et"];
/// A subtitle that begins so describes the book and is no part's own title.
const DESCRIBES: [&str; 3] = ["a", "an", "or"];
const CARDINALS: [&str; 12] =
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
const ORDINALS: [&str; 12] = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth",
];

/// What a title says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Look {
    /// The title up to its first bracket, colon or semicolon, folded, without a leading article.
    pub(super) head: String,
    /// Numbers of the volume, as `1` or `1874 1965`.
    pub(super) volume: String,
    /// Whether what follows the head may be the title of one part of it: `Master` in `Magician: Master`.
    pub(super) names_a_part: bool,
}

/// Reads a title; `None` when nothing in it is a word.
pub(super) fn look(title: &str, subtitle: Option<&str>) -> Option<Look> {
    let mut segments = segments(title).into_iter();
    let head = segments.by_ref().map(|segment| text::sort_title(segment.text)).find(|head| !head.is_empty())?;
    let mut numbers = Vec::new();
    let mut words: Vec<&str> = head.split(' ').collect();
    if let Some((left, number)) = at_the_end(&words) {
        numbers.push(number);
        words.truncate(left);
    }
    // `Pride & Prejudice` is written both ways.
    let head = words.into_iter().filter(|word| *word != "and").collect::<Vec<_>>().join(" ");
    let mut names_a_part = false;
    for segment in segments.chain(subtitle.map(|text| Segment { text, bracketed: false })) {
        let folded = text::fold(segment.text);
        let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
        names_a_part |= !segment.bracketed && words.first().is_some_and(|word| !DESCRIBES.contains(word));
        numbers.extend(numbers_of(&words, segment.bracketed));
    }
    let head = if head.is_empty() { "and".to_owned() } else { head };
    Some(Look { head, volume: numbers.join(" "), names_a_part })
}

impl Look {
    /// The volume that a work's place in its series makes it.
    ///
    /// Only where the title leaves it open: it is the series' own title (`Bone`, number 2 of `Bone`), or has a part's
    /// title behind it. Other titles say enough, and not every feed knows of the series. The first volume is as
    /// often called by the bare title.
    pub(super) fn volume_in(&self, series: &str, number: &str) -> String {
        let is_open = self.names_a_part || text::sort_title(series) == self.head;
        if !self.volume.is_empty() || !is_open {
            return self.volume.clone();
        }
        let folded = text::fold(number);
        let words: Vec<String> = folded.split(' ').map(|word| number_of(word).unwrap_or_else(|| word.into())).collect();
        Some(words.join(" ")).filter(|number| number != "1").unwrap_or_default()
    }
}

struct Segment<'a> {
    text: &'a str,
    bracketed: bool,
}

/// The parts of a title: between colons, semicolons and slashes, and inside brackets.
fn segments(title: &str) -> Vec<Segment<'_>> {
    let (mut segments, mut start, mut depth) = (Vec::new(), 0, 0_u32);
    for (at, c) in title.char_indices() {
        let ends = match c {
            '(' | '[' => {
                depth += 1;
                depth == 1
            }
            ')' | ']' => {
                depth = depth.saturating_sub(1);
                depth == 0
            }
            ':' | ';' | '/' => depth == 0,
            _ => false,
        };
        if ends {
            let bracketed = matches!(c, ')' | ']');
            segments.extend(title.get(start..at).map(|text| Segment { text, bracketed }));
            start = at + c.len_utf8();
        }
    }
    segments.extend(title.get(start..).map(|text| Segment { text, bracketed: depth > 0 }));
    segments
}

/// The volume with which a head ends, and how many words stand before it: `Saga, Vol. 1`.
fn at_the_end(words: &[&str]) -> Option<(usize, String)> {
    let words = match words {
        [rest @ .., of, all] if OF.contains(of) && number_of(all).is_some() => rest,
        all => all,
    };
    let number = match words {
        [_, .., word, number] if VOLUME.contains(word) => number_of(number)?,
        [_, .., number, word] if VOLUME.contains(word) => number_of(number)?,
        _ => return None,
    };
    Some((words.len() - 2, number))
}

/// The volume's numbers in what follows a head.
fn numbers_of(words: &[&str], bracketed: bool) -> Vec<String> {
    if let [number, word] = words
        && AFTER_ANY.contains(word)
    {
        return vec![number_of(number).unwrap_or_else(|| (*number).to_owned())];
    }
    let mut words = words.to_vec();
    if let Some(at) =
        words.windows(2).position(|pair| matches!(pair, [of, all] if OF.contains(of) && number_of(all).is_some()))
    {
        words.drain(at..at + 2);
    }
    let numbers: Vec<String> = words.iter().filter_map(|word| number_of(word)).collect();
    let is_bare = words.iter().all(|word| number_of(word).is_some() || VOLUME.contains(word) || BETWEEN.contains(word));
    if is_bare {
        // `v. 2` is the second volume, not the fifth and the second.
        let counts = |word: &&&str| numbers.len() == 1 || !VOLUME.contains(*word);
        return words.iter().filter(counts).filter_map(|word| number_of(word)).collect();
    }
    // In brackets the number among other words is the book's in another series: `Emma (Penguin Classics, Book 7)`.
    if bracketed {
        return Vec::new();
    }
    let beside = |at: usize| {
        let next = words.get(at + 1).and_then(|word| number_of(word));
        next.or_else(|| at.checked_sub(1).and_then(|before| words.get(before)).and_then(|word| number_of(word)))
    };
    (0..).zip(&words).filter(|(_, word)| VOLUME.contains(*word)).filter_map(|(at, _)| beside(at)).collect()
}

/// The number that a folded word is, in digits; Roman ones up to 39.
fn number_of(word: &str) -> Option<String> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
    if let Ok(number) = digits.parse::<u32>() {
        return Some(number.to_string());
    }
    let place = |list: &[&str]| list.iter().position(|known| *known == word).map(|at| at + 1);
    place(&CARDINALS).or_else(|| place(&ORDINALS)).or_else(|| roman(word)).map(|number| number.to_string())
}

fn roman(word: &str) -> Option<usize> {
    const UNITS: [&str; 10] = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"];
    let tens = word.bytes().take_while(|byte| *byte == b'x').count();
    let unit = UNITS.iter().position(|unit| Some(*unit) == word.get(tens..))?;
    (tens <= 3 && !word.is_empty()).then_some(tens * 10 + unit)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[track_caller]
    fn check(title: &str, head: &str, volume: &str) {
        let found = look(title, None).unwrap();
        assert_eq!((found.head.as_str(), found.volume.as_str()), (head, volume), "{title}");
    }

    #[test]
    fn what_describes_a_book_does_not_part_it() {
        for title in [
            "Ink",
            "The Ink",
            "Ink: A Novel",
            "Ink (Quay Classics)",
            "Ink : 25th Anniversary Edition",
            "Ink (The Salt Saga, Book 2)",
            "Ink (Salt: Tales, #7)",
            "Ink / With a Study Guide for 12 Weeks",
            "Ink; or, The Salt",
            "Ink (Large Print (Paperback))",
            "Ink (",
        ] {
            check(title, "ink", "");
        }
        check("Salt & Ink", "salt ink", "");
        check("Salt and Ink", "salt ink", "");
        check("And", "and", "");
    }

    #[test]
    fn volumes_are_books_of_their_own() {
        for title in [
            "Poems (2)",
            "Poems [2]",
            "Poems, Vol. 2",
            "Poems: Volume Two",
            "Poems (Volume II)",
            "Poems, Part 2: Later Verse",
            "Poems: Later Verse, Vol. 2",
            "Poems (2 of 3)",
            "Poems: with notes, volume 02 (of 12)",
            "Poems: Second Part",
            "Poems (2. kötet)",
            "Poems: Tome 2",
            "Poems; vol. 2 of 3",
            "Poems, v. 2",
        ] {
            check(title, "poems", "2");
        }
        check("Poems; Zweiter Teil: Lieder", "poems", "zweiter");
        check("Poems: 1942-1954", "poems", "1942 1954");
        check("Poems (1942–1954)", "poems", "1942 1954");
        check("Poems 1942-1954", "poems 1942 1954", "");
        check("Catch-22", "catch 22", "");
        check("Area 51: The Mission", "area 51", "");
        check("Book 3", "book 3", "");
        check("Poems (V)", "poems", "5");
    }

    #[test]
    fn a_subtitle_in_its_own_field_says_the_same() {
        assert_eq!(look("Poems", Some("Volume 2")), look("Poems: Volume 2", None));
        assert_eq!(look("Poems", Some("A Selection")), look("Poems: A Selection", None));
    }

    #[test]
    fn a_place_in_the_series_counts_where_the_title_leaves_it_open() {
        #[track_caller]
        fn check(title: &str, series: &str, number: &str, expected: &str) {
            assert_eq!(look(title, None).unwrap().volume_in(series, number), expected, "{title}, {series} {number}");
        }
        check("Bone", "Bone", "2", "2");
        check("Bone", "Bone", "1", "");
        check("Bone", "The Bone", "02", "2");
        check("Bone, Vol. 3", "Bone", "7", "3");
        check("Catching Fire", "The Hunger Games", "2", "");
        check("Magician: Master", "Riftwar", "2", "2");
        check("Magician: A Novel", "Riftwar", "2", "");
        check("Bone", "Bone", "1-3", "1 3");
    }

    #[test]
    fn numbers_are_read_in_every_spelling() {
        for (word, number) in
            [("7", 7), ("007", 7), ("vii", 7), ("seven", 7), ("seventh", 7), ("7th", 7), ("xxxix", 39)]
        {
            assert_eq!(number_of(word), Some(number.to_string()), "{word}");
        }
        for word in ["", "mix", "iiii", "xxxxi", "novel", "99999999999"] {
            assert_eq!(number_of(word), None, "{word}");
        }
    }
}
