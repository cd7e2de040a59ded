//! Text in the cells of a CSV file: a spreadsheet takes some of it for formulas and runs it.
//!
//! Source: OWASP, “CSV Injection”: what begins with `=`, `+`, `-`, `@`, a tab or a line's end, and the wide forms
//! that East Asian keyboards write for the same signs.

use std::borrow::Cow;

/// Puts an apostrophe before a text that a spreadsheet would run; `unguarded` takes it away again.
///
/// `=1+1` becomes `'=1+1`. A text that looks guarded already gets one more, so that every text comes back as it was.
pub fn guarded(text: &str) -> Cow<'_, str> {
    if is_run(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// What `guarded` made of it, undone; every other text as it is.
pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_run(rest)).unwrap_or(cell)
}

/// Whether it would be run, now or without the apostrophes and spaces before it.
fn is_run(text: &str) -> bool {
    let bare = text.trim_start_matches(['\'', ' ', '\u{a0}', '\u{3000}']);
    bare.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        let check = |text: &str, cell: &str| {
            assert_eq!(guarded(text), cell);
            assert_eq!(unguarded(cell), text);
        };
        check("=HYPERLINK(\"http://evil\")", "'=HYPERLINK(\"http://evil\")");
        check("+44 20 7946 0000", "'+44 20 7946 0000");
        check("-1", "'-1");
        check("@home", "'@home");
        check("＝1", "'＝1");
        check("\tx", "'\tx");
        check(" =1", "' =1");
        check("'=1", "''=1");
        check("’Salem", "’Salem");
        check("'Salem's Lot", "'Salem's Lot");
        check("1-2", "1-2");
        check("", "");
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "['=+@ \t\r\na－＝-]{0,6}") {
            let cell = guarded(&text);
            prop_assert_eq!(unguarded(&cell), text.as_str());
            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']));
        }
    }
}
