//! Cells as values. What is wrong with money or copies rejects the row; what is wrong with a date only costs the date.

use crate::kernel::gtin::Gtin;
use crate::kernel::isbn::{Isbn, IsbnError};

/// No shelf holds more copies of a book.
const MAX_STOCK: u32 = 100_000;

/// Reads a number of copies: `12`, `12.0` as some programs write it, `1.234` or `1,234`.
pub(in crate::imports) fn copies(text: &str) -> Result<u32, String> {
    let short: String = text.trim().chars().take(40).collect();
    if short.ends_with('+') || short.starts_with(['>', '<', '≥', '~']) {
        return Err(format!("“{short}” copies: the file does not say how many"));
    }
    let whole = short
        .split_once(['.', ','])
        .filter(|(_, zeros)| !zeros.is_empty() && zeros.len() != 3 && zeros.bytes().all(|b| b == b'0'))
        .map_or(short.as_str(), |(w, _)| w);
    let ungrouped = ungroup(whole);
    match ungrouped.as_deref().unwrap_or(whole).parse::<i64>() {
        Ok(..0) => Err(format!("“{short}” copies: a stock cannot be negative")),
        Ok(count) => u32::try_from(count)
            .ok()
            .filter(|count| *count <= MAX_STOCK)
            .ok_or_else(|| format!("“{short}” copies are more than any shelf holds")),
        Err(_) => Err(format!("“{short}” is not a number of copies")),
    }
}

/// `1.234` and `1,234` copies are a thousand: nobody counts parts of books.
fn ungroup(text: &str) -> Option<String> {
    let (first, behind) = text.split_once(['.', ','])?;
    let figures = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let grouped = matches!(first.len(), 1..=3) && !first.starts_with('0') && behind.len() == 3;
    (grouped && figures(first) && figures(behind)).then(|| format!("{first}{behind}"))
}

/// Reads the figures a text begins with: `320`, `4780653`, `320.0`, `320 pages`; 0 is nothing.
pub(super) fn count(text: &str) -> Option<u32> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (figures, unit) = text.split_at_checked(end)?;
    // `9.78E+12` is damage, not nine pages.
    let plain = unit.is_empty()
        || unit.starts_with(' ')
        || unit == "p"
        || unit == "g"
        || unit.trim_start_matches('0') == "."
        || unit == ".0";
    figures.parse().ok().filter(|count| plain && *count > 0)
}

/// Reads how many people rated or bought something: as `count`, and `4,780,653` in any country's writing.
pub(super) fn demand(text: &str) -> Option<u32> {
    let mut groups = text.trim().split([',', '.', '’', ' ', '\u{a0}', '\u{202f}']);
    let first = groups.next().unwrap_or_default();
    let behind: Vec<&str> = groups.collect();
    let grouped = matches!(first.len(), 1..=3) && !behind.is_empty() && behind.iter().all(|group| group.len() == 3);
    if grouped { count(&format!("{first}{}", behind.concat())) } else { count(text) }
}

/// The ISBN of a row: the first of its cells that holds one.
pub(in crate::imports) enum FoundIsbn {
    /// Found; `true`: leading zeros were restored.
    Valid(Isbn, bool),
    /// A good barcode of something that is no book.
    Gtin(Gtin),
    /// Something is there, but no ISBN.
    Damaged(String),
    /// Nothing is there.
    None,
}

/// Looks through the cells that may hold an ISBN, the surest first. Nothing is ever guessed.
pub(in crate::imports) fn isbn<'a>(cells: impl Iterator<Item = &'a str>) -> FoundIsbn {
    let mut first_wrong: Option<(&str, IsbnError)> = None;
    let mut barcode = None;
    for cell in cells.map(str::trim).filter(|cell| !cell.is_empty()) {
        // Spreadsheets keep figures as text by an apostrophe or ="…".
        let bare = cell.trim_start_matches(['\'', '=']).trim_matches('"');
        let bare = bare.strip_suffix(".0").unwrap_or(bare);
        let bare =
            ["ISBN-13:", "ISBN-10:", "ISBN:", "ISBN"].iter().find_map(|word| bare.strip_prefix(word)).unwrap_or(bare);
        match Isbn::parse_restoring(bare) {
            Ok((isbn, restored)) => return FoundIsbn::Valid(isbn, restored),
            Err(error) => {
                let other = !bare.starts_with("978") && matches!(error, IsbnError::Prefix | IsbnError::Length(12 | 14));
                barcode = barcode.or_else(|| bare.parse::<Gtin>().ok().filter(|_| other));
                // The cell that comes nearest to a number is the one to speak of.
                let worse = matches!(first_wrong, None | Some((_, IsbnError::Character(_))));
                if worse {
                    first_wrong = Some((cell, error));
                }
            }
        }
    }
    match (barcode, first_wrong) {
        (Some(gtin), _) => FoundIsbn::Gtin(gtin),
        (None, Some((cell, error))) => {
            let short: String = cell.chars().take(40).collect();
            let why = if is_float(cell) { "a spreadsheet has rounded it".to_owned() } else { error.to_string() };
            FoundIsbn::Damaged(format!("“{short}” is not an ISBN ({why})"))
        }
        (None, None) => FoundIsbn::None,
    }
}

fn is_float(cell: &str) -> bool {
    let upper = cell.to_ascii_uppercase();
    upper.contains("E+") && upper.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b',' | b'E' | b'+'))
}

/// How long a recording lasts: `95`, `95 min`, `1:35`, `1:35:20`, `1 h 35 min`.
pub(super) fn minutes(text: &str) -> Option<u32> {
    let numbers: Vec<u32> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map_while(|part| part.parse().ok())
        .collect();
    let hours = text.contains(':') || text.to_lowercase().contains(['h', 's']);
    let minutes = match numbers.as_slice() {
        [only] if text.contains(['h', 'H']) => only.checked_mul(60)?,
        [only] => *only,
        [hours_part, minutes] | [hours_part, minutes, _] if hours => {
            hours_part.checked_mul(60)?.checked_add(*minutes)?
        }
        _ => return None,
    };
    (1..=20_000).contains(&minutes).then_some(minutes)
}

/// A number in a series without the words around it: `Band 3` and `#3` are `3`.
pub(super) fn series_number(text: &str) -> String {
    let bare = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let number = if bare.is_empty() { text } else { bare };
    number.strip_suffix(".0").unwrap_or(number).chars().take(20).collect()
}

/// Whether a cell of a measure says anything: `0` does not.
pub(super) fn is_some(cell: &str) -> bool {
    !cell.bytes().all(|byte| matches!(byte, b'0' | b'.' | b','))
}

/// A title and what stands in its last brackets: `Ink (Dark Tales, #1; Sea #4)` is volume 1 of Dark Tales.
///
/// Brackets without a `#` are part of the title.
pub(super) fn title_and_series(title: &str) -> (&str, Option<(String, Option<String>)>) {
    let split = || {
        let (bare, inside) = title.trim_end().strip_suffix(')')?.rsplit_once('(')?;
        let first = inside.split(';').next().unwrap_or(inside);
        let (name, number) = first.split_once('#')?;
        let name = name.trim_end().trim_end_matches(',').trim();
        let bare = bare.trim_end();
        let numbered = number.trim().starts_with(|c: char| c.is_ascii_digit());
        (numbered && !name.is_empty() && !bare.is_empty())
            .then(|| (bare, (name.to_owned(), Some(number.trim().chars().take(20).collect()))))
    };
    match split() {
        Some((bare, series)) => (bare, Some(series)),
        None => (title, None),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn copies_are_whole_and_not_negative() {
        assert_eq!(
            [copies("0"), copies(" 51 "), copies("12.0"), copies("1,234"), copies("12,00")],
            [Ok(0), Ok(51), Ok(12), Ok(1234), Ok(12)]
        );
        for wrong in [
            "-1",
            "2x",
            "1e9",
            "1000000000",
            "12.5",
            "",
            "in stock",
            "9780306406157",
            "12+",
            ">10",
            "0.500",
            "1.234.567",
        ] {
            assert!(copies(wrong).is_err(), "{wrong}");
        }
        assert!(copies("-1").unwrap_err().contains("negative"));
    }

    #[test]
    fn counts_are_figures_before_words() {
        assert_eq!([count("320"), count("320.0"), count("320 pages"), count("320p")], [Some(320); 4]);
        assert_eq!(count("4780653"), Some(4_780_653));
        assert_eq!([count("0"), count("xii"), count(""), count("9.78E+12"), count("1,200")], [None; 5]);
    }

    #[test]
    fn demand_may_be_written_in_groups() {
        assert_eq!(["4780653", "4,780,653", "4.780.653", "4 780 653", " 4,780,653 "].map(demand), [Some(4_780_653); 5]);
        assert_eq!(["38,526", "7", "38,52", "4.7"].map(demand), [Some(38_526), Some(7), None, None]);
    }

    #[test]
    fn recordings_last_minutes() {
        let read = ["95", "95 min", "1:35", "1:35:20", "1 h 35 min", "2 h"].map(minutes);
        assert_eq!(read, [Some(95), Some(95), Some(95), Some(95), Some(95), Some(120)]);
        assert_eq!([minutes("long"), minutes("0"), minutes("9.5")], [None; 3]);
    }

    #[track_caller]
    fn check_isbn(cells: &[&str], expected: &str) {
        let found = match isbn(cells.iter().copied()) {
            FoundIsbn::Valid(isbn, restored) => format!("{isbn}{}", if restored { " restored" } else { "" }),
            FoundIsbn::Gtin(gtin) => format!("barcode {}", gtin.as_str()),
            FoundIsbn::Damaged(why) => why,
            FoundIsbn::None => "none".into(),
        };
        assert!(found.starts_with(expected), "{cells:?}: {found}");
    }

    #[test]
    fn the_cell_that_holds_an_isbn_gives_it() {
        check_isbn(&["9.78043902348e+12", "439023483"], "9780439023481 restored");
        check_isbn(&["9.78043902348e+12", "439023484"], "“439023484” is not an ISBN");
        check_isbn(&["9.78043902348e+12", ""], "“9.78043902348e+12” is not an ISBN (a spreadsheet has rounded it)");
        check_isbn(&["=\"9780306406157\""], "9780306406157");
        check_isbn(&["'0306406152"], "9780306406157");
        check_isbn(&["9780306406157.0"], "9780306406157");
        check_isbn(&["ISBN: 978-0-306-40615-7"], "9780306406157");
        check_isbn(&["", " "], "none");
        check_isbn(&["", "4006381333931"], "barcode 4006381333931");
        check_isbn(&["4006381333932"], "“4006381333932” is not an ISBN");
    }

    #[track_caller]
    fn check_title(text: &str, title: &str, series: Option<(&str, &str)>) {
        let (found, in_series) = title_and_series(text);
        let in_series = in_series.map(|(name, number)| (name, number.unwrap()));
        assert_eq!((found, in_series), (title, series.map(|(name, number)| (name.into(), number.into()))), "{text}");
    }

    #[test]
    fn the_series_leaves_the_title() {
        check_title("The Hunger Games (The Hunger Games, #1)", "The Hunger Games", Some(("The Hunger Games", "1")));
        check_title("Lords and Ladies (Discworld, #14; Witches #4)", "Lords and Ladies", Some(("Discworld", "14")));
        check_title(
            "My Brilliant Friend (The Neapolitan Novels #1)",
            "My Brilliant Friend",
            Some(("The Neapolitan Novels", "1")),
        );
        check_title("Box (Chronicles, #1-3)", "Box", Some(("Chronicles", "1-3")));
        check_title("Half (In Death, #6.5)", "Half", Some(("In Death", "6.5")));
        check_title("Saga #1", "Saga #1", None);
        check_title("Rome (Penguin Classics)", "Rome (Penguin Classics)", None);
        check_title("(Tales, #1)", "(Tales, #1)", None);
        check_title("Ink (#1)", "Ink (#1)", None);
    }
}
