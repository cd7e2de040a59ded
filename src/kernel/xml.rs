//! Text as XML 1.0 can carry it.

use std::borrow::Cow;

/// Escapes what is markup and drops what XML 1.0 knows no way to write: control characters and noncharacters.
///
/// Good between tags and within double quotes.
pub fn escaped(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| is_allowed(c) && !matches!(c, '<' | '>' | '&' | '"' | '\r');
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars().filter(|c| is_allowed(*c)) {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            // A reader turns a bare one into a line feed.
            '\r' => out.push_str("&#13;"),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Whether XML 1.0 can carry a character.
///
/// Source: XML 1.0, fifth edition, production 2.
pub fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_text_and_what_xml_cannot_say_is_left_out() {
        assert_eq!(escaped("Ink & <Paper> \"2\""), "Ink &amp; &lt;Paper&gt; &quot;2&quot;");
        assert_eq!(escaped("bell\u{7}, \u{ffff}, null\0, line\r\n"), "bell, , null, line&#13;\n");
        assert!(matches!(escaped("L’Étranger 😀"), Cow::Borrowed(_)));
    }
}
