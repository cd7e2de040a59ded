//! One ONIX composite in memory: a product or the header.

use std::borrow::Cow;
use std::io::BufRead;

use super::names;
use super::xml::{Piece, Xml};
use crate::kernel::text::tidy;

/// A product with more text or elements than this is damage or malice.
const MAX_TEXT: usize = 16 << 20;
const MAX_ELEMENTS: usize = 100_000;

/// Elements whose text may hold markup of its own.
const MARKUP: [&str; 9] = [
    "Text",
    "BiographicalNote",
    "ContributorDescription",
    "ProductFormDescription",
    "ContributorStatement",
    "EditionStatement",
    "AudienceDescription",
    "IllustrationsNote",
    "PublisherStatement",
];

/// Tags that end where they begin.
const VOID: [&str; 3] = ["br", "hr", "img"];

/// An element with all that is in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Element {
    pub name: Cow<'static, str>,
    pub attributes: Vec<(String, String)>,
    pub text: String,
    pub children: Vec<Element>,
    /// Markup of its own was met in it, so its characters are text even when they look like tags.
    markup: bool,
}

impl Element {
    /// Reads on to the end of the element that `xml` has just begun.
    pub(super) fn read<R: BufRead>(xml: &mut Xml<R>) -> Result<Element, String> {
        let mut open = vec![Element::begin(xml)];
        let (mut markup, mut elements, mut length) = (Vec::new(), 1_usize, 0_usize);
        loop {
            let piece = xml.next()?;
            let Some(current) = open.last_mut() else { return Err("the element has no end".into()) };
            match piece {
                // Only the tag's name matters: the text is sanitised by an allow-list without attributes.
                Piece::Start if current.holds_markup() => {
                    current.begin_markup();
                    current.text.push_str(&format!("<{}>", xml.name));
                    length += xml.name.len();
                    markup.push(xml.name.clone());
                }
                Piece::Start => open.push(Element::begin(xml)),
                Piece::End => {
                    if let Some(tag) = markup.pop() {
                        if !VOID.contains(&tag.as_ref()) {
                            current.text.push_str(&format!("</{tag}>"));
                        }
                        continue;
                    }
                    let Some(done) = open.pop() else { return Err("the element has no end".into()) };
                    match open.last_mut() {
                        Some(parent) => parent.children.push(done),
                        None => return Ok(done),
                    }
                }
                Piece::Text => {
                    current.push_text(&xml.text);
                    length += xml.text.len();
                }
                Piece::Over => return Err("the element has no end".into()),
            }
            elements += 1;
            if length > MAX_TEXT || elements > MAX_ELEMENTS {
                return Err(format!("the product before line {} is larger than any book's record", xml.line()));
            }
        }
    }

    fn begin<R: BufRead>(xml: &mut Xml<R>) -> Element {
        Element {
            name: names::reference(&xml.name),
            attributes: std::mem::take(&mut xml.attributes),
            ..Element::default()
        }
    }

    fn holds_markup(&self) -> bool {
        MARKUP.contains(&self.name.as_ref())
    }

    /// From the first tag on it is XHTML, also what came before it.
    fn begin_markup(&mut self) {
        if !std::mem::replace(&mut self.markup, true) {
            let before = std::mem::take(&mut self.text);
            self.push_text(&before);
        }
    }

    fn push_text(&mut self, text: &str) {
        if !self.markup {
            return self.text.push_str(text);
        }
        for c in text.chars() {
            match c {
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '&' => self.text.push_str("&amp;"),
                c => self.text.push(c),
            }
        }
    }

    /// An element of nothing but text.
    pub(super) fn leaf(name: &'static str, text: impl Into<String>) -> Element {
        Element { name: Cow::Borrowed(name), text: text.into(), ..Element::default() }
    }

    /// An element of other elements.
    pub(super) fn of(name: &'static str, children: impl IntoIterator<Item = Element>) -> Element {
        Element { name: Cow::Borrowed(name), children: children.into_iter().collect(), ..Element::default() }
    }

    /// The same element under another name.
    pub(super) fn renamed(mut self, name: &'static str) -> Element {
        self.name = Cow::Borrowed(name);
        self
    }

    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The children of one name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first child of a name.
    pub(super) fn one(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The trimmed text of the first child of a name that has any.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.children
            .iter()
            .filter(|child| child.name == name)
            .map(|child| child.text.trim())
            .find(|text| !text.is_empty())
    }

    /// As `value`, with runs of white space joined.
    pub(super) fn words(&self, name: &str) -> Option<String> {
        self.value(name).map(tidy).filter(|text| !text.is_empty())
    }

    /// The trimmed texts of all children of a name.
    pub(super) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.all(name).map(|child| child.text.trim()).filter(|text| !text.is_empty())
    }

    /// Whether the first child of a name says `code`.
    pub(super) fn says(&self, name: &str, code: &str) -> bool {
        self.value(name) == Some(code)
    }

    /// Writes everything said in it, for its fingerprint.
    pub(super) fn write_to(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(self.name.as_bytes());
        for (name, value) in &self.attributes {
            // When a record was sent says nothing of the book.
            if name != "datestamp" {
                bytes.extend_from_slice(name.as_bytes());
                bytes.push(1);
                bytes.extend_from_slice(value.as_bytes());
            }
        }
        bytes.push(2);
        bytes.extend_from_slice(self.text.trim().as_bytes());
        self.children.iter().for_each(|child| child.write_to(bytes));
        bytes.push(3);
    }
}
