//! ONIX messages of releases 2.1, 3.0 and 3.1, in reference names or short tags, in any namespace or none.
//!
//! Read as a stream: one product is in memory. The whole message is checked before the first product is given out, so
//! a broken file stores nothing. `xml` gives pieces with reference names (`names`), `element` makes a product of them,
//! `release2` gives one of 2.1 the shape of 3.0, `product` and its neighbours make a record of it, block by block.
//!
//! What may be wrong and is put right, with a warning: bytes in another encoding than declared, a bare `&`, entities
//! that nobody declared (DTDs are never fetched), control characters. What is refused: elements that do not end where
//! they should, also a file that was cut off, because nobody knows what is missing.
//!
//! Decisions of 2026-11:
//! - A full record (01, 02, 03, and 08, 09, which say that rights changed hands) leaves what it does not say, as every
//!   feed does; only an embargo that it no longer names is over. Refused: emptying what is unsaid, because a book has
//!   more than one feed.
//! - A block update (04) says all there is to say of the blocks it has: what is unsaid in them is emptied. Blocks it
//!   does not have stay. A block without what every whole one has (a title in block 1, a publisher or an imprint in
//!   block 4) is an excerpt by somebody who did not read the standard, and empties nothing. A
//!   partial update of 2.1 (04, 12 to 14) has no blocks and empties nothing. Prices end by another price or by their
//!   own date.
//! - What a sender has confirmed (03) is not changed by an early record (01, 02) of the same book that comes after it:
//!   files arrive out of order. Only what was empty is filled.
//! - Deleted, cancelled, withdrawn and recalled books leave the shelves and stay in the books; when their sender
//!   announces them again they are back. Books that staff took off the shelves are not.
//! - Without `--source` a feed's name is its sender's, not the file's, because references are unique to a sender
//!   and tomorrow's file has another name.

mod amounts;
mod collateral;
pub(super) mod dates;
mod element;
mod form;
mod identifiers;
mod lists;
mod names;
mod people;
mod prices;
mod product;
mod publishing;
mod release2;
mod subjects;
mod supply;
mod territory;
mod titles;
pub(super) mod xml;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{BufRead, Read};
use std::rc::Rc;

use self::element::Element;
use self::lists::Unknown;
use self::xml::{Piece, Xml};
use super::ImportError;
use super::encoding::Decoded;
use super::input::Input;
use super::record::{Item, Place, Tally};
use super::report::Report;
use super::run::Context;
use crate::kernel::ids::fingerprint;

/// Codes that are on no list, kept apart up to here; a file with more is not ONIX by any list.
const MAX_UNKNOWN: usize = 500;

/// What the header says for products that do not say it themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Defaults {
    currency: Option<String>,
    price_type: Option<String>,
    language: Option<String>,
}

/// A message being read, wherever its bytes come from.
struct Message<R> {
    xml: Xml<R>,
    defaults: Defaults,
    number: u64,
    scratch: Vec<u8>,
    unknown: BTreeMap<Unknown, u64>,
}

impl<R: BufRead> Message<R> {
    fn new(input: R) -> Message<R> {
        Message {
            xml: Xml::new(input),
            defaults: Defaults::default(),
            number: 0,
            scratch: Vec::with_capacity(64 << 10),
            unknown: BTreeMap::new(),
        }
    }

    /// The next product.
    fn next(&mut self, context: &Context) -> Result<Option<Item>, String> {
        loop {
            match self.xml.next()? {
                Piece::Over => return Ok(None),
                Piece::Start if self.xml.depth() == 2 && names::reference(&self.xml.name) == "Header" => {
                    let header = Element::read(&mut self.xml)?;
                    self.defaults = Defaults {
                        currency: header.words("DefaultCurrencyCode"),
                        price_type: header.words("DefaultPriceType").or_else(|| header.words("DefaultPriceTypeCode")),
                        language: header.words("DefaultLanguageOfText"),
                    };
                }
                Piece::Start if self.xml.depth() == 2 && names::reference(&self.xml.name) == "Product" => {
                    return self.product(context).map(Some);
                }
                Piece::Start | Piece::End | Piece::Text => {}
            }
        }
    }

    fn product(&mut self, context: &Context) -> Result<Item, String> {
        self.number += 1;
        let place = Place { line: self.xml.line(), number: self.number };
        let unknown = self.xml.unknown_entities;
        let element = Element::read(&mut self.xml)?;
        self.scratch.clear();
        self.scratch.extend_from_slice(&context.salt);
        self.scratch.extend_from_slice(format!("{:?}", self.defaults).as_bytes());
        element.write_to(&mut self.scratch);
        let hash = fingerprint(&self.scratch);
        let is_flat = release2::is_flat(&element);
        let element = if is_flat { release2::translate(&element) } else { element };
        lists::unknown_in(&element, &mut |code| {
            if self.unknown.len() < MAX_UNKNOWN || self.unknown.contains_key(&code) {
                *self.unknown.entry(code).or_default() += 1;
            }
        });
        let read = product::read(&element, &self.defaults, context).map(|mut record| {
            record.hash = hash;
            record.place = place;
            record.tallies.extend((self.xml.unknown_entities > unknown).then_some(Tally::UnknownEntity));
            if is_flat {
                record.wholly.retain(|field| !record.amends && *field == "embargo");
            }
            record
        });
        Ok(Item::of(place, read))
    }
}

/// An ONIX message being read.
pub(super) struct OnixFeed {
    message: Message<Decoded<Box<dyn Read>>>,
    damage: Rc<Cell<u64>>,
    sender: Option<String>,
    names_id_column: bool,
}

impl OnixFeed {
    /// Reads the message once to its end, to refuse it whole if anything in its form is wrong.
    pub(super) fn open(input: &Input, context: &Context, position: &Rc<Cell<u64>>) -> Result<OnixFeed, ImportError> {
        let text = || -> Result<_, ImportError> {
            Decoded::new(input.reader(position)?).map_err(|error| ImportError::Refused(error.to_string()))
        };
        let sender = check_message(&mut Xml::new(text()?)).map_err(ImportError::Refused)?;
        let text = text()?;
        Ok(OnixFeed { damage: text.damage(), message: Message::new(text), sender, names_id_column: context.merges })
    }

    /// Who says to have sent it.
    pub(super) fn sender(&self) -> Option<&str> {
        self.sender.as_deref()
    }

    /// The next product.
    pub(super) fn next(&mut self, context: &Context) -> Result<Option<Item>, String> {
        self.message.next(context)
    }

    /// Tells what concerns the message as a whole.
    pub(super) fn close(&self, report: &mut Report) {
        if self.names_id_column {
            report.warn("--ref is for CSV; ONIX records have their RecordReference".into());
        }
        if self.damage.get() > 0 {
            report.warn(format!(
                "{} bytes are not in the encoding the file declares and were read as Windows-1252",
                self.damage.get()
            ));
        }
        if self.message.xml.controls > 0 {
            report.warn(format!("{} control characters were left out", self.message.xml.controls));
        }
        for ((list, code), count) in &self.message.unknown {
            let times = if *count == 1 { "once".to_owned() } else { format!("{count} times") };
            report.warn(format!("“{code}” is on no code list {list} known here; met {times}, kept where it can be"));
        }
    }
}

/// Reads a message to its end; what is wrong with it is the error. Answers its sender's name.
fn check_message<R: BufRead>(xml: &mut Xml<R>) -> Result<Option<String>, String> {
    let mut sender = None;
    loop {
        match xml.next()? {
            Piece::Over => return Ok(sender),
            Piece::Start if xml.depth() == 1 => check_root(&xml.name, &xml.attributes)?,
            Piece::Start if xml.depth() == 2 => match names::reference(&xml.name).as_ref() {
                "Header" => sender = sender_of(&Element::read(xml)?),
                "Product" => drop(Element::read(xml)?),
                _ => {}
            },
            Piece::Start | Piece::End | Piece::Text => {}
        }
    }
}

fn sender_of(header: &Element) -> Option<String> {
    let sender = header.one("Sender");
    let number = |parent: &Element| parent.one("SenderIdentifier").and_then(|id| id.words("IDValue"));
    let name = sender.and_then(|sender| sender.words("SenderName")).or_else(|| header.words("FromCompany"));
    let name = name.or_else(|| sender.and_then(number)).or_else(|| number(header));
    name.map(|name| name.chars().take(100).collect())
}

/// A message says its release in an attribute, in its namespace, or not at all; its products show it anyway.
fn check_root(name: &str, attributes: &[(String, String)]) -> Result<(), String> {
    let release = attributes.iter().find(|(name, _)| name == "release").map_or("", |(_, value)| value.trim());
    match name {
        "ONIXMessage" | "ONIXmessage" if release.is_empty() => Ok(()),
        "ONIXMessage" | "ONIXmessage" if release.starts_with("2.") || release.starts_with("3.") => Ok(()),
        "ONIXMessage" | "ONIXmessage" => {
            let release: String = release.chars().take(20).collect();
            Err(format!("this is ONIX {release}; ONIX 2.1, 3.0 and 3.1 are read"))
        }
        other if other.to_ascii_lowercase().starts_with("onixmessageack") => {
            Err("this is the acknowledgement of an ONIX message, not a catalogue".into())
        }
        other => Err(format!("<{}> is not an ONIX message", other.chars().take(40).collect::<String>())),
    }
}

/// Reads any bytes as a message, for fuzzing: it must end, without a panic, whatever they are. Returns the products in
/// it, none if it is refused.
pub(super) fn read_all(bytes: &[u8], context: &Context) -> u64 {
    let text = Decoded::new(bytes).map_err(|error| error.to_string());
    if text.and_then(|text| check_message(&mut Xml::new(text))).is_err() {
        return 0;
    }
    let read = read_stream(bytes, context);
    assert!(read.is_ok(), "a message that was checked is read to its end: {read:?}");
    read.unwrap_or(0)
}

/// Reads a message that has been checked, and keeps nothing of it. Counts the products.
pub(super) fn read_stream(input: impl Read, context: &Context) -> Result<u64, String> {
    let mut message = Message::new(Decoded::new(input).map_err(|error| error.to_string())?);
    while message.next(context)?.is_some() {}
    Ok(message.number)
}
