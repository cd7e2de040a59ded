//! XML as text: elements in the order in which they are put.

use crate::kernel::xml::escaped;

/// A piece of a message.
pub(super) struct Xml(String);

impl Xml {
    pub(super) fn new() -> Xml {
        Xml(String::with_capacity(4096))
    }

    /// An element with a text; none without.
    pub(super) fn put(&mut self, name: &str, text: &str) {
        self.put_with(name, "", text);
    }

    /// As `put`, with attributes: ` dateformat="01"`.
    pub(super) fn put_with(&mut self, name: &str, attributes: &str, text: &str) {
        if !text.is_empty() {
            self.0.push_str(&format!("<{name}{attributes}>{}</{name}>", escaped(text)));
        }
    }

    /// An element whose text may not be known.
    pub(super) fn put_known(&mut self, name: &str, text: Option<&String>) {
        self.put(name, text.map_or("", String::as_str));
    }

    /// An element around others.
    pub(super) fn within(&mut self, name: &str, inner: impl FnOnce(&mut Xml)) {
        self.raw(&format!("<{name}>"));
        inner(self);
        self.raw(&format!("</{name}>"));
    }

    /// As `within`, unless nothing is in it.
    pub(super) fn within_if(&mut self, name: &str, inner: impl FnOnce(&mut Xml)) {
        let before = self.0.len();
        self.raw(&format!("<{name}>"));
        let empty = self.0.len();
        inner(self);
        if self.0.len() == empty {
            self.0.truncate(before);
        } else {
            self.raw(&format!("</{name}>"));
        }
    }

    /// What is XML already.
    pub(super) fn raw(&mut self, text: &str) {
        self.0.push_str(text);
    }

    pub(super) fn done(self) -> String {
        self.0
    }
}
