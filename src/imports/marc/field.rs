//! A MARC record as it is written: a leader and fields, whichever way they came.

use crate::kernel::ids::fingerprint;

/// A record with all its fields, in Unicode.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Marc {
    /// 24 characters of codes.
    pub leader: String,
    pub fields: Vec<Field>,
}

/// A field: a control field has a value, a data field has indicators and subfields.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Field {
    /// Three characters, like `245`.
    pub tag: String,
    pub indicators: (char, char),
    pub value: String,
    pub subfields: Vec<(char, String)>,
}

impl Marc {
    /// A code of the leader; a space where it is short.
    pub(super) fn leader_at(&self, place: usize) -> char {
        self.leader.chars().nth(place).unwrap_or(' ')
    }

    /// The value of the first control field with a tag.
    pub(super) fn control<'a>(&'a self, tag: &'a str) -> Option<&'a str> {
        self.all(tag).map(|field| field.value.as_str()).find(|value| !value.trim().is_empty())
    }

    /// A code of field 008 or another of fixed places.
    pub(super) fn code(&self, tag: &str, place: usize) -> Option<char> {
        self.control(tag)?.chars().nth(place)
    }

    /// The fields of a tag.
    pub(super) fn all<'a>(&'a self, tag: &'a str) -> impl Iterator<Item = &'a Field> {
        self.fields.iter().filter(move |field| field.tag == tag)
    }

    /// The first field of a tag.
    pub(super) fn first<'a>(&'a self, tag: &'a str) -> Option<&'a Field> {
        self.all(tag).next()
    }

    /// The fields that repeat those of a tag in their own script.
    pub(super) fn in_own_script<'a>(&'a self, tag: &'a str) -> impl Iterator<Item = &'a Field> {
        self.all("880").filter(move |field| field.get('6').is_some_and(|link| link.starts_with(tag)))
    }

    /// What the record says, without how it was written down and when.
    pub(super) fn print(&self, salt: &[u8]) -> [u8; 16] {
        let mut bytes = salt.to_vec();
        // Lengths, addresses and the encoding differ between the binary and the XML form of one record.
        bytes.extend([5, 6, 7, 8, 17, 18, 19].map(|place| self.leader_at(place)).iter().collect::<String>().bytes());
        for field in self.fields.iter().filter(|field| field.tag != "005") {
            bytes.push(1);
            let (first, second) = field.indicators;
            bytes.extend(format!("{}{first}{second}{}", field.tag, field.value).bytes());
            for (code, text) in &field.subfields {
                bytes.push(2);
                bytes.extend(format!("{code}{text}").bytes());
            }
        }
        fingerprint(&bytes)
    }
}

impl Field {
    /// The first subfield of a code that says anything, trimmed.
    pub(super) fn get(&self, code: char) -> Option<&str> {
        self.list(code).next()
    }

    /// The subfields of a code that say anything, trimmed.
    pub(super) fn list(&self, code: char) -> impl Iterator<Item = &str> {
        self.subfields
            .iter()
            .filter(move |(known, _)| *known == code)
            .map(|(_, text)| text.trim())
            .filter(|text| !text.is_empty())
    }

    /// Whether a subfield of the code says this word, in any case.
    pub(super) fn says(&self, code: char, word: &str) -> bool {
        self.list(code).any(|text| text.to_lowercase().contains(word))
    }
}
