//! MARCXML, with any prefix or none, alone or wrapped in an answer of OAI-PMH or SRU.

use std::io::BufRead;

use super::field::{Field, Marc};
use super::marc8;
use crate::imports::onix::xml::{Piece, Xml};

/// More text or fields than this is damage or malice.
const MAX_TEXT: usize = 4 << 20;
const MAX_PARTS: usize = 50_000;

/// A stream of records.
pub(super) struct Records<R> {
    xml: Xml<R>,
    open: Vec<Part>,
}

/// What an open element is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Record,
    Leader,
    Control,
    Data,
    Subfield,
    Other,
}

/// Whether a text begins as MARCXML does.
pub(super) fn detects(start: &[u8]) -> bool {
    let text = String::from_utf8_lossy(start);
    if !text.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
        return false;
    }
    let mut rest = text.as_ref();
    let root = loop {
        let Some((_, tag)) = rest.split_once('<') else { return false };
        let skipped = [("!--", "-->"), ("?", "?>"), ("!", ">")].into_iter().find(|(begin, _)| tag.starts_with(begin));
        match skipped {
            Some((_, end)) => match tag.split_once(end) {
                Some((_, after)) => rest = after,
                None => return false,
            },
            None => break tag,
        }
    };
    let name = root.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next().unwrap_or_default();
    let local = name.rsplit(':').next().unwrap_or_default();
    matches!(local, "collection" | "record") || text.contains("http://www.loc.gov/MARC21/slim")
}

impl<R: BufRead> Records<R> {
    pub(super) fn new(input: R) -> Records<R> {
        Records { xml: Xml::new(input), open: Vec::new() }
    }

    /// The line reached, from 1.
    pub(super) fn line(&self) -> u64 {
        self.xml.line()
    }

    /// The next record and the line it begins in.
    ///
    /// # Errors
    ///
    /// What is wrong with the XML: nothing after it can be read.
    pub(super) fn next(&mut self) -> Result<Option<(u64, Marc)>, String> {
        let mut marc = Marc::default();
        let (mut line, mut length, mut parts) = (self.line(), 0_usize, 0_usize);
        loop {
            match self.xml.next()? {
                Piece::Over => return Ok(None),
                Piece::Start => {
                    let part = self.begin(&mut marc);
                    if part == Part::Record {
                        (marc, line, length, parts) = (Marc::default(), self.line(), 0, 0);
                    }
                    self.open.push(part);
                    parts += 1;
                }
                Piece::End => {
                    if self.open.pop() == Some(Part::Record) {
                        self.close_wrappers();
                        return Ok(Some((line, tidied(marc))));
                    }
                }
                Piece::Text => {
                    length += self.xml.text.len();
                    self.text(&mut marc);
                }
            }
            if length > MAX_TEXT || parts > MAX_PARTS {
                return Err(format!("the record before line {} is larger than any book's", self.line()));
            }
        }
    }

    /// The record around one that has been read, as OAI-PMH has it, says nothing of its own.
    fn close_wrappers(&mut self) {
        self.open.iter_mut().filter(|part| **part == Part::Record).for_each(|part| *part = Part::Other);
    }

    fn begin(&self, marc: &mut Marc) -> Part {
        let attribute = |name: &str| {
            let found = self.xml.attributes.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.as_str()).unwrap_or_default()
        };
        let inside = self.open.contains(&Part::Record);
        let field = || {
            let sign = |name: &str| attribute(name).chars().next().unwrap_or(' ');
            Field { tag: attribute("tag").to_owned(), indicators: (sign("ind1"), sign("ind2")), ..Field::default() }
        };
        match self.xml.name.as_str() {
            "record" => Part::Record,
            "leader" if inside => Part::Leader,
            "controlfield" if inside => {
                marc.fields.push(Field { indicators: (' ', ' '), ..field() });
                Part::Control
            }
            "datafield" if inside => {
                marc.fields.push(field());
                Part::Data
            }
            "subfield" if self.open.last() == Some(&Part::Data) => {
                let code = attribute("code").chars().next().unwrap_or(' ');
                if let Some(field) = marc.fields.last_mut() {
                    field.subfields.push((code, String::new()));
                }
                Part::Subfield
            }
            _ => Part::Other,
        }
    }

    fn text(&self, marc: &mut Marc) {
        let into = match self.open.last() {
            Some(Part::Leader) => Some(&mut marc.leader),
            Some(Part::Control) => marc.fields.last_mut().map(|field| &mut field.value),
            Some(Part::Subfield) => {
                let subfield = marc.fields.last_mut().and_then(|field| field.subfields.last_mut());
                subfield.map(|(_, text)| text)
            }
            Some(Part::Record | Part::Data | Part::Other) | None => None,
        };
        if let Some(into) = into {
            into.push_str(&self.xml.text);
        }
    }
}

/// Composes letters and marks, as the binary form has them too.
fn tidied(mut marc: Marc) -> Marc {
    marc.leader = marc.leader.trim_matches(['\n', '\r', '\t']).to_owned();
    for field in &mut marc.fields {
        let texts = field.subfields.iter_mut().map(|(_, text)| text).chain([&mut field.value]);
        texts.filter(|text| !text.is_ascii()).for_each(|text| *text = marc8::compose(text));
    }
    marc
}
