//! XML as a stream of pieces, checked while it is read: depth, lengths, characters, the end.

use std::io::{self, BufRead, Read};

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::imports::entities;

/// No ONIX message nests this deep; who does wants to fill a stack.
const MAX_DEPTH: usize = 64;
/// The longest text, tag or comment.
const MAX_PIECE: usize = 4 << 20;

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::imports) enum Piece {
    /// An element begins: `name` and `attributes` tell of it.
    Start,
    /// The innermost element ends.
    End,
    /// Text, in `text`.
    Text,
    /// The message is over.
    Over,
}

/// A checked stream.
pub(in crate::imports) struct Xml<R> {
    reader: Reader<Capped<R>>,
    buffer: Vec<u8>,
    depth: usize,
    seen_root: bool,
    /// The element that began, without a prefix.
    pub name: String,
    /// Its attributes, without prefixes.
    pub attributes: Vec<(String, String)>,
    /// The text that came.
    pub text: String,
    /// References that no list knows.
    pub unknown_entities: u64,
    /// Control characters that were left out.
    pub controls: u64,
}

impl<R: BufRead> Xml<R> {
    pub(in crate::imports) fn new(input: R) -> Xml<R> {
        let mut reader = Reader::from_reader(Capped { inner: input, left: MAX_PIECE, lines: 0 });
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        // `R&D` in a title is a slip that harms nobody.
        config.allow_dangling_amp = true;
        Xml {
            reader,
            buffer: Vec::with_capacity(8192),
            depth: 0,
            seen_root: false,
            name: String::new(),
            attributes: Vec::new(),
            text: String::new(),
            unknown_entities: 0,
            controls: 0,
        }
    }

    /// The line reached, from 1.
    pub(in crate::imports) fn line(&self) -> u64 {
        self.reader.get_ref().lines + 1
    }

    /// How many elements are open.
    pub(in crate::imports) fn depth(&self) -> usize {
        self.depth
    }

    /// Reads the next piece.
    ///
    /// # Errors
    ///
    /// What is wrong with the XML, and in which line.
    pub(in crate::imports) fn next(&mut self) -> Result<Piece, String> {
        self.step().map_err(|reason| format!("the XML is broken in line {}: {reason}", self.line()))
    }

    fn step(&mut self) -> Result<Piece, String> {
        loop {
            self.buffer.clear();
            self.reader.get_mut().left = MAX_PIECE;
            match self.reader.read_event_into(&mut self.buffer).map_err(|error| error.to_string())? {
                Event::Start(tag) | Event::Empty(tag) => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return Err(format!("elements are nested more than {MAX_DEPTH} deep"));
                    }
                    if self.depth == 1 && std::mem::replace(&mut self.seen_root, true) {
                        return Err("there is a second message after the first".into());
                    }
                    self.name.clear();
                    self.name.push_str(tag.local_name().as_ref());
                    self.attributes.clear();
                    for attribute in tag.attributes() {
                        let attribute = attribute.map_err(|error| error.to_string())?;
                        let value = entities::decode(&attribute.value).into_owned();
                        self.attributes.push((attribute.key.local_name().as_ref().to_owned(), value));
                    }
                    return Ok(Piece::Start);
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Piece::End);
                }
                Event::Text(text) => {
                    self.text.clear();
                    self.text.push_str(&text.xml10_content());
                    return self.checked_text();
                }
                Event::CData(text) => {
                    self.text.clear();
                    self.text.push_str(&text.xml10_content());
                    return self.checked_text();
                }
                Event::GeneralRef(reference) => {
                    self.text.clear();
                    match entities::resolve(&reference) {
                        Some(c) => self.text.push_str(&c),
                        None => {
                            self.unknown_entities += 1;
                            self.text.push('&');
                            self.text.push_str(&reference);
                            self.text.push(';');
                        }
                    }
                    return Ok(Piece::Text);
                }
                Event::Eof if self.depth > 0 => return Err("it ends in the middle".into()),
                Event::Eof if !self.seen_root => return Err("there is no element in it".into()),
                Event::Eof => return Ok(Piece::Over),
                // A DOCTYPE is not read, so nothing it names is fetched or expanded.
                Event::DocType(_) | Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            }
        }
    }

    /// Control characters mean nothing in a text and come from word processors: they are left out and counted.
    fn checked_text(&mut self) -> Result<Piece, String> {
        let is_control = |c: char| c < ' ' && !matches!(c, '\t' | '\n' | '\r');
        if self.text.contains(is_control) {
            let before = self.text.len();
            self.text.retain(|c| !is_control(c));
            self.controls += (before - self.text.len()) as u64;
        }
        if self.depth == 0 && !self.text.trim().is_empty() {
            return Err("there is text outside the message".into());
        }
        Ok(Piece::Text)
    }
}

/// Ends a read that would hold too much in memory at once, and counts lines.
struct Capped<R> {
    inner: R,
    left: usize,
    lines: u64,
}

impl<R: BufRead> Read for Capped<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(into)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Capped<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::Error::other(format!("one text or tag is longer than {} MB", MAX_PIECE >> 20)));
        }
        let buffer = self.inner.fill_buf()?;
        Ok(buffer.get(..self.left).unwrap_or(buffer))
    }

    fn consume(&mut self, count: usize) {
        if let Ok(buffer) = self.inner.fill_buf() {
            let used = buffer.get(..count).unwrap_or(buffer);
            self.lines += used.iter().filter(|byte| **byte == b'\n').count() as u64;
        }
        self.left = self.left.saturating_sub(count);
        self.inner.consume(count);
    }
}
