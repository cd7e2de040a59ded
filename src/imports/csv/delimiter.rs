//! What parts the fields of a row.

use super::rows::{Next, Rows};

const MARKS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Rows that are tried.
const TRIED: usize = 40;

/// The mark by which most rows have as many fields as the first; of equals the one that makes most fields.
///
/// A first line like `sep=;`, which spreadsheets write and read, decides.
pub(in crate::imports) fn of(start: &[u8]) -> u8 {
    if let Some(mark) = stated(start) {
        return mark;
    }
    let scored = MARKS.iter().rev().map(|mark| (score(start, *mark), *mark));
    scored.max().filter(|(score, _)| *score > (0, 0)).map_or(b',', |(_, mark)| mark)
}

/// Whether any mark parts the rows.
pub(in crate::imports) fn parts(start: &[u8]) -> bool {
    stated(start).is_some() || MARKS.iter().any(|mark| score(start, *mark) > (0, 0))
}

/// The mark that a line `sep=;` names.
pub(super) fn stated(start: &[u8]) -> Option<u8> {
    let line = start.split(|byte| matches!(byte, b'\n' | b'\r')).next()?.trim_ascii_end();
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    match line.strip_prefix(b"sep=") {
        Some([mark]) => Some(*mark),
        // The tab itself is white space at the line's end.
        Some([]) => Some(b'\t'),
        _ => None,
    }
}

/// How many of a thousand rows agree with the first, and how many fields that has.
fn score(start: &[u8], mark: u8) -> (usize, usize) {
    let Ok(mut rows) = Rows::new(start, mark) else { return (0, 0) };
    let mut widths = Vec::with_capacity(TRIED);
    while widths.len() < TRIED && rows.advance().is_ok_and(|next| next == Next::Row) {
        if !rows.row().is_blank() {
            widths.push(rows.row().len());
        }
    }
    // The last row of a sample may be cut.
    if widths.len() > 2 {
        widths.pop();
    }
    let first = widths.first().copied().unwrap_or(0);
    let agreeing = widths.iter().filter(|width| **width == first).count();
    if first < 2 || widths.is_empty() { (0, 0) } else { (agreeing * 4 / widths.len(), first) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: char) {
        assert_eq!(char::from(of(text.as_bytes())), expected, "{text}");
    }

    #[test]
    fn the_mark_that_parts_rows_alike_is_the_delimiter() {
        check("isbn,title\n1,Ink\n", ',');
        check("isbn;title\n1;Ink, ice, and snow\n", ';');
        check("1;Ink, ice, and snow, again;5\n2;Sea;6\n3;Boats, too;7\n", ';');
        check("isbn\ttitle\n1\tInk\n", '\t');
        check("isbn|title\n1|a,b\n", '|');
        check("title\nInk, or so\n", ',');
        check("sep=;\na,b;c\n", ';');
        check("sep=\t\na,b;c\n", '\t');
        check("\"a;b\",c\n1,2\n", ',');
        check("", ',');
    }
}
