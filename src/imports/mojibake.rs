//! Text that somebody once read in the wrong encoding: `Saint-ExupÃ©ry`.
//!
//! Repaired only where it is certain: the whole text, taken back to the bytes that somebody misread as Windows-1252 or
//! ISO 8859-1, is UTF-8, holds letters of Europe and no control characters, and had a sign where no word has one (a dash
//! behind a letter proves nothing: `MANHÃ–`). `ErzÃ?Â¤hlungen`, read wrongly twice with a byte lost on the
//! way, could be two words (a lost ƒ makes ä, a lost … makes Czech letters), so it stays and is counted (2026-11).

use encoding_rs::WINDOWS_1252;

/// What became of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Repair<'a> {
    /// Nothing looks wrong with it.
    Sound,
    /// This is what it was.
    Repaired(String),
    /// It was damaged, and nobody can be sure how.
    Lost(&'a str),
}

/// Looks at a text, and takes wrong readings back, two of them if need be.
pub(super) fn repair(text: &str) -> Repair<'_> {
    if text.is_ascii() || !text.contains(is_lead) {
        return Repair::Sound;
    }
    let Some(once) = undo(text) else {
        return if is_damaged(text) { Repair::Lost(text) } else { Repair::Sound };
    };
    let twice = if once.contains(is_lead) { undo(&once) } else { None };
    Repair::Repaired(twice.unwrap_or(once))
}

/// The first bytes of UTF-8 letters of Latin, Greek and Cyrillic, and of signs like ’, as Windows-1252 shows them.
fn is_lead(c: char) -> bool {
    matches!(c, 'Â'..='ß' | 'â' | 'ã' | 'ð' | 'ï')
}

fn undo(text: &str) -> Option<String> {
    let bytes: Option<Vec<u8>> = text.chars().map(byte_of).collect();
    let plain = String::from_utf8(bytes?).ok()?;
    let changed = plain.chars().all(is_european) && has_proof(text);
    // Letters twice misread pass through control characters; only the end must be free of them.
    let on_the_way = || undo(&plain).filter(|_| plain.contains(is_lead));
    if changed { Some(plain) } else { on_the_way() }
}

fn is_european(c: char) -> bool {
    matches!(c,
        '\0'..='\u{7f}' | '\u{a0}'..='\u{24f}' | '\u{370}'..='\u{4ff}' | '\u{1e00}'..='\u{1eff}'
        | '\u{2010}'..='\u{203a}' | '€' | '™')
}

/// A first byte of a letter before a sign that real text does not have there.
fn has_proof(text: &str) -> bool {
    let mut before = ' ';
    let mut following = text.chars().skip(1).chain([' ']);
    text.chars().any(|c| {
        let next = following.next().unwrap_or(' ');
        let dash = matches!(c, '–' | '—' | '‘' | '’' | '“' | '”' | '…');
        let sign = !c.is_ascii() && !c.is_alphabetic()
            || matches!(c, 'ƒ' | 'Š' | 'š' | 'Œ' | 'œ' | 'Ž' | 'ž' | 'Ÿ' | 'ª' | 'º' | 'µ');
        let proof = is_lead(before) && sign && (!dash || next.is_lowercase());
        before = c;
        proof
    })
}

fn byte_of(c: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(u32::from(c)) {
        return Some(byte);
    }
    let mut buffer = [0; 4];
    let (encoded, _, unmappable) = WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
    match (encoded.as_ref(), unmappable) {
        ([byte], false) => Some(*byte),
        _ => None,
    }
}

/// `Ã` or `Â` before a sign that no word has there.
fn is_damaged(text: &str) -> bool {
    let mut before = ' ';
    text.chars().any(|c| {
        let pair = matches!(before, 'Ã' | 'Â') && matches!(c, '?' | '\u{80}'..='\u{bf}' | 'ƒ' | '‚' | '€' | '™');
        before = c;
        pair
    })
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use proptest::prelude::*;

    fn repaired(text: &str) -> Cow<'_, str> {
        match repair(text) {
            Repair::Repaired(text) => Cow::Owned(text),
            Repair::Sound | Repair::Lost(_) => Cow::Borrowed(text),
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(repaired(text), expected);
    }

    #[test]
    fn what_was_read_wrongly_is_taken_back_where_that_is_certain() {
        check("Saint-ExupÃ©ry", "Saint-Exupéry");
        check("ColecciÃ³n El NiÃ±o", "Colección El Niño");
        check("The Childâ€™s World", "The Child’s World");
        check("Ã\u{84}rger", "Ärger");
        check("Ã„rger", "Ärger");
        check("ErzÃƒÂ¤hlungen", "Erzählungen");
        check("Ã–sterreich", "Österreich");
        check("MANHÃ–TARDE", "MANHÃ–TARDE");
        check("ß–", "ß–");
        check("Ð’Ð¾Ð¹Ð½Ð°", "Война");
        check("ErzÃ?Â¤hlungen", "ErzÃ?Â¤hlungen");
        check("Ångström", "Ångström");
        check("SÃO PAULO", "SÃO PAULO");
        check("Âme – ÂGE", "Âme – ÂGE");
        check("Война и мир", "Война и мир");
        assert_eq!(repair("ErzÃ?Â¤hlungen"), Repair::Lost("ErzÃ?Â¤hlungen"));
        assert_eq!(repair("São Paulo"), Repair::Sound);
    }

    proptest! {
        #[test]
        fn one_wrong_reading_is_always_found(text in "[a-z éèäöüßñçÉÖ’“”–]{1,30}") {
            prop_assume!(!text.is_ascii());
            let misread: String = text.bytes().map(char::from).collect();
            prop_assert_eq!(repaired(&misread), text.as_str());
            prop_assert_eq!(repaired(&text), text.as_str());
        }

        #[test]
        fn any_text_is_answered(text in "\\PC{0,40}") {
            drop(repaired(&text));
        }
    }
}
