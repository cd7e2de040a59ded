//! Records built in code, one for every trap, in both forms; the real files where they are at hand.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::expect_used, reason = "tests")]

mod meaning;
mod whole;

use super::field::{Field, Marc};
use crate::imports::record::Record;

/// A field as cataloguers write it: `245 14 $aThe ink :$bA crime`; without `$` a control field.
pub(super) fn field(text: &str) -> Field {
    let (tag, rest) = text.split_at(3);
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    if tag.starts_with("00") {
        return Field { tag: tag.into(), indicators: (' ', ' '), value: rest.into(), subfields: Vec::new() };
    }
    let (indicators, data) = rest.split_at(2);
    let mut signs = indicators.chars().map(|c| if c == '_' { ' ' } else { c });
    let subfields = data.split('$').skip(1).map(|part| (part.chars().next().unwrap(), part[1..].to_owned()));
    Field {
        tag: tag.into(),
        indicators: (signs.next().unwrap(), signs.next().unwrap()),
        value: String::new(),
        subfields: subfields.collect(),
    }
}

/// A printed book with these fields.
pub(super) fn marc(fields: &[&str]) -> Marc {
    Marc { leader: "00000nam a2200000 a 4500".into(), fields: fields.iter().map(|text| field(text)).collect() }
}

/// A book with a number, an ISBN and a title.
pub(super) fn small(title: &str) -> Marc {
    marc(&["001 7", "003 XYZ", "020 __$a0306406152", &format!("245 00$a{title}")])
}

/// The record in ISO 2709; `utf8` is what the leader says.
pub(super) fn binary(marc: &Marc, utf8: bool) -> Vec<u8> {
    binary_as(marc, utf8, |text| text.as_bytes().to_vec())
}

pub(super) fn binary_as(marc: &Marc, utf8: bool, encode: impl Fn(&str) -> Vec<u8>) -> Vec<u8> {
    let (mut directory, mut data) = (String::new(), Vec::new());
    for field in &marc.fields {
        let start = data.len();
        if field.subfields.is_empty() {
            data.extend(encode(&field.value));
        } else {
            data.extend(format!("{}{}", field.indicators.0, field.indicators.1).into_bytes());
            for (code, text) in &field.subfields {
                data.extend([0x1f, u8::try_from(*code).unwrap()]);
                data.extend(encode(text));
            }
        }
        data.push(0x1e);
        directory.push_str(&format!("{}{:04}{start:05}", field.tag, data.len() - start));
    }
    let base = 24 + directory.len() + 1;
    let length = base + data.len() + 1;
    let sign = if utf8 { 'a' } else { ' ' };
    let middle = &marc.leader[5..9];
    let rest = &marc.leader[17..];
    let mut record = format!("{length:05}{middle}{sign}22{base:05}{rest}{directory}\u{1e}").into_bytes();
    record.extend(data);
    record.push(0x1d);
    record
}

/// The records in MARCXML with a prefix, like `marc:`.
pub(super) fn marcxml(records: &[&Marc], prefix: &str) -> String {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let mut xml = format!("<?xml version=\"1.0\"?>\n<{prefix}collection>\n");
    for marc in records {
        xml.push_str(&format!("<{prefix}record><{prefix}leader>{}</{prefix}leader>\n", marc.leader));
        for field in &marc.fields {
            let (tag, (first, second)) = (&field.tag, field.indicators);
            if field.subfields.is_empty() {
                let value = escaped(&field.value);
                xml.push_str(&format!("<{prefix}controlfield tag=\"{tag}\">{value}</{prefix}controlfield>\n"));
                continue;
            }
            xml.push_str(&format!("<{prefix}datafield tag=\"{tag}\" ind1=\"{first}\" ind2=\"{second}\">"));
            for (code, text) in &field.subfields {
                xml.push_str(&format!("<{prefix}subfield code=\"{code}\">{}</{prefix}subfield>", escaped(text)));
            }
            xml.push_str(&format!("</{prefix}datafield>\n"));
        }
        xml.push_str(&format!("</{prefix}record>\n"));
    }
    xml + &format!("</{prefix}collection>\n")
}

/// What a record with these fields says.
#[track_caller]
fn read(fields: &[&str]) -> Record {
    super::book::read(&marc(fields)).unwrap()
}
