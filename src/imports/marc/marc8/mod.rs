//! MARC-8: the libraries' encoding from before Unicode, with marks before the letter they stand on.

mod tables;

use icu_normalizer::ComposingNormalizerBorrowed;

use self::tables::{Glyph, Set};

/// A text read from MARC-8.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    /// In Unicode, composed (NFC).
    pub text: String,
    /// Bytes that mean nothing in MARC-8, marks on nothing among them.
    pub faults: usize,
    /// Chinese, Japanese and Korean characters, each of which became U+FFFD.
    pub east_asian: usize,
}

/// Composes letters and marks where Unicode has one character for them.
pub(super) fn compose(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
}

/// Reads a subfield, which begins in the default sets.
pub(super) fn decode(bytes: &[u8]) -> Decoded {
    let mut reader = Reader { g0: Set::Ascii, g1: Set::Ansel, marks: Vec::new(), out: Decoded::default() };
    let mut rest = bytes;
    while let Some((byte, after)) = rest.split_first() {
        rest = match byte {
            0x1b => reader.escape(after),
            0x21..=0x7e if reader.g0 == Set::EastAsian => reader.east_asian(rest),
            0x21..=0x7e => reader.glyph(reader.g0.glyph(*byte), after),
            0xa1..=0xfe if reader.g1 == Set::EastAsian => reader.east_asian(rest),
            0xa1..=0xfe => reader.glyph(reader.g1.glyph(byte & 0x7f), after),
            0x8d => reader.glyph(Glyph::Base('\u{200d}'), after),
            0x8e => reader.glyph(Glyph::Base('\u{200c}'), after),
            // The bounds of what sorting skips; the indicator says it too.
            0x88 | 0x89 => after,
            0x00..=0x1f => {
                reader.end_marks();
                reader.out.text.push(' ');
                after
            }
            0x20 => reader.glyph(Glyph::Base(' '), after),
            0x7f..=0xff => reader.glyph(Glyph::None, after),
        };
    }
    reader.end_marks();
    reader.out.text = compose(&reader.out.text);
    reader.out
}

struct Reader {
    g0: Set,
    g1: Set,
    /// Marks that wait for their letter.
    marks: Vec<char>,
    out: Decoded,
}

impl Reader {
    /// An escape sequence names a set for the lower or the upper half of the bytes. One that is unknown is skipped.
    fn escape<'a>(&mut self, rest: &'a [u8]) -> &'a [u8] {
        let single = |byte: &u8| match byte {
            b'g' => Some(Set::GreekSymbols),
            b'b' => Some(Set::Subscript),
            b'p' => Some(Set::Superscript),
            b's' => Some(Set::Ascii),
            _ => None,
        };
        let (upper, name) = match rest {
            [b'$', b')' | b'-', name @ ..] => (true, name),
            [b'$', b'(' | b',', name @ ..] | [b'$', name @ ..] => (false, name),
            [b'(' | b',', name @ ..] => (false, name),
            [b')' | b'-', name @ ..] => (true, name),
            [letter, after @ ..] => {
                match single(letter) {
                    Some(set) => self.g0 = set,
                    None => self.out.faults += 1,
                }
                return after;
            }
            [] => return rest,
        };
        // ANSEL has a sign between.
        let name = name.strip_prefix(b"!").unwrap_or(name);
        let Some((letter, after)) = name.split_first() else { return name };
        match Set::named(*letter) {
            Some(set) if upper => self.g1 = set,
            Some(set) => self.g0 = set,
            None => self.out.faults += 1,
        }
        after
    }

    fn glyph<'a>(&mut self, glyph: Glyph, after: &'a [u8]) -> &'a [u8] {
        match glyph {
            Glyph::Mark(mark) => self.marks.push(mark),
            Glyph::Half => {}
            Glyph::Base(c) => {
                self.out.faults += if c.is_alphanumeric() { 0 } else { self.marks.len() };
                self.out.text.push(c);
                self.out.text.extend(self.marks.drain(..));
            }
            Glyph::None => {
                self.out.faults += 1;
                self.end_marks();
                self.out.text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        after
    }

    fn east_asian<'a>(&mut self, rest: &'a [u8]) -> &'a [u8] {
        self.out.east_asian += 1;
        self.end_marks();
        self.out.text.push(char::REPLACEMENT_CHARACTER);
        // Cut short, the character ends where the text or another kind of byte begins.
        let length = rest.iter().take(3).take_while(|byte| **byte & 0x7f > 0x20).count();
        rest.get(length.max(1)..).unwrap_or_default()
    }

    /// Marks that no letter follows stay as they are.
    fn end_marks(&mut self) {
        self.out.faults += self.marks.len();
        self.out.text.extend(self.marks.drain(..));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(bytes: &[u8], text: &str) {
        let read = decode(bytes);
        assert_eq!((read.text.as_str(), read.faults), (text, 0), "{bytes:x?}");
    }

    #[test]
    fn marks_move_behind_their_letter() {
        check(b"Garc\xe2ia M\xe2arquez", "García Márquez");
        check(b"\xe1\xf2a", "ạ\u{300}");
        check(b"Vi\xf2\xe3et", "Việt");
        check(b"Dvo\xe9r\xe2ak", "Dvořák");
        check(b"\xa1\xe2od\xe2z, \xb1\xc7 \xb5 \xa5", "Łódź, łß æ Æ");
        check(b"\xeb\x69\xec\x61", "i\u{361}a");
        check(b"\x88The \x89Book", "The Book");
    }

    #[test]
    fn escapes_call_up_other_scripts() {
        check(b"\x1b(Nmoskwa\x1b(B.", "МОСКВА.");
        check(b"\x1b(N\x1b)Qki\xc7w\x1b(B", "КИїВ");
        check(b"\x1b)!E\xe2a \x1b-Q\xc0", "á ґ");
        check(b"\x1b(SYx\x1b(B", "Υτ");
        check(b"\x1b(S\x22a\x1b(B", "ά");
        check(b"\x1b(2`a\x1b(B", "אב");
        check(b"\x1b(3GH\x1b(B", "اب");
        check(b"H\x1bb2\x1bsO, x\x1bp2\x1bs, \x1bga\x1bs", "H₂O, x², α");
        check(b"\x1b(4)\x1b(B", "\u{67e}");
        check(b"\x1b$1\x1b(B", "");
    }

    #[test]
    fn east_asian_characters_are_counted_not_guessed() {
        let read = decode(b"a \x1b$1!0!!0\"\x1b(B b");
        assert_eq!((read.text.as_str(), read.east_asian, read.faults), ("a \u{fffd}\u{fffd} b", 2, 0));
    }

    #[test]
    fn what_means_nothing_is_a_fault() {
        assert_eq!(decode(b"caf\xe9").faults, 1, "a mark on nothing");
        assert_eq!(decode(b"caf\xe9 au lait").faults, 1, "a mark on a space");
        assert_eq!(decode(b"M\xfcller").faults, 1, "no such code");
    }

    proptest! {
        #[test]
        fn any_bytes_become_text(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let read = decode(&bytes);
            prop_assert_eq!(compose(&read.text), read.text);
        }

        #[test]
        fn plain_text_is_itself(text in "[ -~]{0,80}") {
            prop_assert_eq!(decode(text.as_bytes()).text, text);
        }
    }
}
