//! The character sets of MARC-8 by their seven-bit codes.
//!
//! Source: MARC 21 Specifications, Character Sets and Encoding Options, part 2 and code tables, Library of Congress.
//! Checked against a second implementation of the tables, code by code.

/// A character set that an escape sequence can call up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Set {
    Ascii,
    /// Extended Latin.
    Ansel,
    Hebrew,
    Cyrillic,
    ExtendedCyrillic,
    Arabic,
    ExtendedArabic,
    Greek,
    /// Three bytes a character: Chinese, Japanese, Korean.
    EastAsian,
    GreekSymbols,
    Subscript,
    Superscript,
}

/// What a code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Glyph {
    /// A character of its own.
    Base(char),
    /// A mark on the character that follows.
    Mark(char),
    /// The right half of a mark over two letters, whose left half stands for the whole.
    Half,
    /// Nothing is defined for it.
    None,
}

type Runs = &'static [(u8, &'static str)];

/// A space is a code that stands for nothing.
const ANSEL: Runs = &[
    (0x21, "ŁØĐÞÆŒʹ·♭®±ƠƯʼ ʻłøđþæœʺı£ð ơư  °ℓ℗©♯¿¡ß€"),
    // Marks over two letters become the one mark of Unicode that spans them.
    (0x60, "\u{309}\u{300}\u{301}\u{302}\u{303}\u{304}\u{306}\u{307}\u{308}\u{30c}\u{30a}\u{361}"),
    (0x6d, "\u{315}\u{30b}\u{310}\u{327}\u{328}\u{323}\u{324}\u{325}\u{333}\u{332}\u{326}\u{31c}\u{32e}\u{360}"),
    (0x7e, "\u{313}"),
];
const GREEK: Runs = &[
    (0x21, "\u{300}\u{301}\u{308}\u{342}\u{313}\u{314}\u{345}"),
    (0x30, "«»“”\u{374}\u{375}"),
    (0x3b, "\u{387}"),
    (0x3f, "\u{37e}"),
    (0x41, "ΑΒ"),
    (0x44, "ΓΔΕϚϜΖΗΘΙΚΛΜΝΞΟΠϞΡΣ"),
    (0x58, "ΤΥΦΧΨΩϠ"),
    (0x61, "αβϐγδεϛϝζηθικλμνξοπϟρσςτυφχψωϡ"),
];
const CYRILLIC: Runs = &[(0x40, "юабцдефгхийклмнопярстужвьызшэщчъ"), (0x60, "ЮАБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗШЭЩЧ")];
const EXTENDED_CYRILLIC: Runs =
    &[(0x40, "ґђѓєёѕіїјљњћќўџ"), (0x50, "ѣѳѵѫ"), (0x5f, "_"), (0x60, "ҐЂЃЄЁЅІЇЈЉЊЋЌЎЏЪѢѲѴѪ")];
const HEBREW: Runs = &[
    (0x22, "״"),
    (0x27, "׳"),
    (0x2d, "־"),
    (
        0x40,
        "\u{5b7}\u{5b8}\u{5b6}\u{5b5}\u{5b4}\u{5b9}\u{5bb}\u{5b0}\u{5b2}\u{5b3}\u{5b1}\u{5bc}\u{5bf}\u{5c1}\u{fb1e}",
    ),
    (0x60, "אבגדהוזחטיךכלםמןנסעףפץצקרשת\u{5f0}\u{5f1}\u{5f2}"),
];
const ARABIC: Runs = &[
    (0x25, "٪"),
    (0x2a, "٭"),
    (0x2c, "،"),
    (0x30, "٠١٢٣٤٥٦٧٨٩"),
    (0x3b, "؛"),
    (0x3f, "؟"),
    (0x41, "ءآأؤإئابةتثجحخدذرزسشصضطظعغ"),
    (0x60, "ـفقكلمنهوىي"),
    (0x6b, "\u{64b}\u{64c}\u{64d}\u{64e}\u{64f}\u{650}\u{651}\u{652}\u{671}\u{670}"),
    (0x78, "٬”“"),
];
const EXTENDED_ARABIC: Runs = &[
    (0x21, "\u{6fd}\u{672}\u{673}\u{679}\u{67a}\u{67b}\u{67c}\u{67d}\u{67e}\u{67f}\u{680}\u{681}\u{682}\u{683}\u{684}"),
    (0x30, "\u{685}\u{686}\u{6bf}\u{687}\u{688}\u{689}\u{68a}\u{68b}\u{68c}\u{68d}\u{68e}\u{68f}\u{690}\u{691}\u{692}"),
    (0x3f, "\u{693}\u{694}\u{695}\u{696}\u{697}\u{698}\u{699}\u{69a}\u{69b}\u{69c}\u{6fa}\u{69d}\u{69e}\u{6fb}\u{69f}"),
    (0x4e, "\u{6a0}\u{6fc}\u{6a1}\u{6a2}\u{6a3}\u{6a4}\u{6a5}\u{6a6}\u{6a7}\u{6a8}\u{6a9}\u{6aa}\u{6ab}\u{6ac}\u{6ad}"),
    (0x5d, "\u{6ae}\u{6af}\u{6b0}\u{6b1}\u{6b2}\u{6b3}\u{6b4}\u{6b5}\u{6b6}\u{6b7}\u{6b8}\u{6ba}\u{6bb}\u{6bc}\u{6bd}"),
    (0x6c, "\u{6b9}\u{6be}\u{6c0}\u{6c4}\u{6c5}\u{6c6}\u{6ca}\u{6cb}\u{6cd}\u{6ce}\u{6d0}\u{6d2}\u{6d3}"),
    (0x7d, "\u{306}\u{30c}"),
];
const GREEK_SYMBOLS: Runs = &[(0x61, "αβγ")];
const SUBSCRIPT: Runs = &[(0x28, "₍₎ ₊ ₋  ₀₁₂₃₄₅₆₇₈₉")];
const SUPERSCRIPT: Runs = &[(0x28, "⁽⁾ ⁺ ⁻  ⁰¹²³⁴⁵⁶⁷⁸⁹")];

impl Set {
    /// The set that the last byte of an escape sequence names.
    pub(super) fn named(byte: u8) -> Option<Set> {
        Some(match byte {
            b'B' => Set::Ascii,
            b'E' => Set::Ansel,
            b'1' => Set::EastAsian,
            b'2' => Set::Hebrew,
            b'3' => Set::Arabic,
            b'4' => Set::ExtendedArabic,
            b'N' => Set::Cyrillic,
            b'Q' => Set::ExtendedCyrillic,
            b'S' => Set::Greek,
            _ => return None,
        })
    }

    /// What a code from 0x21 to 0x7E stands for.
    pub(super) fn glyph(self, code: u8) -> Glyph {
        let (runs, shares_signs): (Runs, bool) = match self {
            Set::Ascii => return Glyph::Base(char::from(code)),
            Set::EastAsian => return Glyph::None,
            Set::Ansel if matches!(code, 0x6c | 0x7b) => return Glyph::Half,
            Set::Ansel => (ANSEL, false),
            Set::Hebrew => (HEBREW, true),
            Set::Cyrillic => (CYRILLIC, true),
            Set::ExtendedCyrillic => (EXTENDED_CYRILLIC, true),
            Set::Arabic => (ARABIC, true),
            Set::ExtendedArabic => (EXTENDED_ARABIC, false),
            Set::Greek => (GREEK, false),
            Set::GreekSymbols => (GREEK_SYMBOLS, false),
            Set::Subscript => (SUBSCRIPT, false),
            Set::Superscript => (SUPERSCRIPT, false),
        };
        let run = runs.iter().rev().find(|(first, _)| *first <= code);
        let found = run.and_then(|(first, text)| text.chars().nth(usize::from(code - first)));
        match found {
            Some(c) if c != ' ' && is_mark(c) => Glyph::Mark(c),
            Some(c) if c != ' ' => Glyph::Base(c),
            // The signs between letters are those of ASCII, unless the set says otherwise.
            _ if shares_signs && matches!(code, 0x21..=0x3f | b'[' | b']') => Glyph::Base(char::from(code)),
            _ => Glyph::None,
        }
    }
}

/// U+0670 is written after its letter even here.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{5b0}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{fb1e}' | '\u{64b}'..='\u{652}')
}
