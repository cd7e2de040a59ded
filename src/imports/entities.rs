//! Named and numbered characters, `&eacute;` and `&#233;`, wherever a feed has them.

use std::borrow::Cow;

/// The text of a reference without its `&` and `;`: the names of HTML, which include ISO's, and numbers.
///
/// The names are those of the HTML parser that sanitises texts (2026-11; refused: quick-xml's own list, in which
/// 444 of 2026 names stand for the wrong character).
pub(super) fn resolve(name: &str) -> Option<String> {
    let Some(number) = name.strip_prefix('#') else { return named(name) };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    // Numbers 128 to 159 are control characters; who writes them means Windows-1252.
    if let Ok(byte @ 0x80..=0x9f) = u8::try_from(code) {
        return Some(encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.into_owned());
    }
    let c = char::from_u32(code).filter(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r'))?;
    Some(c.to_string())
}

fn named(name: &str) -> Option<String> {
    let (first, second) = *web_atoms::NAMED_ENTITIES.get(format!("{name};").as_str())?;
    // Beginnings of names stand in the list too, for zero.
    let text: String = [first, second].into_iter().filter(|code| *code != 0).filter_map(char::from_u32).collect();
    (!text.is_empty()).then_some(text)
}

/// Replaces every reference it knows; what only looks like one stays.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let name = after.split_once(';').map(|(name, _)| name).filter(|name| name.len() <= 32);
        match name.and_then(|name| Some((resolve(name)?, after.get(name.len() + 1..)?))) {
            Some((c, tail)) => {
                plain.push_str(&c);
                rest = tail;
            }
            None => {
                plain.push('&');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(decode(text), expected);
    }

    #[test]
    fn references_become_characters() {
        check("Simon &amp; Schuster", "Simon & Schuster");
        check("caf&eacute; &#233; &#xE9;", "café é é");
        check("&Ccaron;apek &mdash; &#150; &hellip; &amp", "Čapek — – … &amp");
        check("AT&T; R&D & co", "AT&T; R&D & co");
        check("&nosuchname; &#0; &#x110000;", "&nosuchname; &#0; &#x110000;");
        check("&", "&");
    }
}
