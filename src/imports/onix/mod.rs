//! ONIX 3 messages in reference tags, read as a stream: one product in memory.
//!
//! The whole message is checked before the first product is given out, so a broken file stores nothing.

mod element;
mod prices;
mod product;
pub(super) mod xml;

use std::cell::Cell;
use std::io::{BufRead, Read};
use std::rc::Rc;

use self::element::Element;
use self::xml::{Piece, Xml};
use super::ImportError;
use super::encoding::Decoded;
use super::input::Input;
use super::record::{Item, Place, Rejected, Tally};
use super::report::Report;
use super::run::Context;
use crate::kernel::ids::fingerprint;

/// What the header says for products that do not say it themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Defaults {
    currency: Option<String>,
    price_type: Option<String>,
    language: Option<String>,
}

/// An ONIX message being read.
pub(super) struct OnixFeed {
    xml: Xml<Decoded<Box<dyn Read>>>,
    damage: Rc<Cell<u64>>,
    defaults: Defaults,
    number: u64,
    scratch: Vec<u8>,
    names_id_column: bool,
}

impl OnixFeed {
    /// Reads the message once to its end, to refuse it whole if anything in its form is wrong.
    pub(super) fn open(input: &Input, context: &Context, position: &Rc<Cell<u64>>) -> Result<OnixFeed, ImportError> {
        let text = || -> Result<_, ImportError> {
            Decoded::new(input.reader(position)?).map_err(|error| ImportError::Refused(error.to_string()))
        };
        let mut check = Xml::new(text()?);
        check_message(&mut check).map_err(ImportError::Refused)?;
        let text = text()?;
        Ok(OnixFeed {
            damage: text.damage(),
            xml: Xml::new(text),
            defaults: Defaults::default(),
            number: 0,
            scratch: Vec::with_capacity(64 << 10),
            names_id_column: context.merges,
        })
    }

    /// The next product.
    pub(super) fn next(&mut self, context: &Context) -> Result<Option<Item>, String> {
        loop {
            match self.xml.next()? {
                Piece::Over => return Ok(None),
                Piece::Start if self.xml.depth() == 2 && self.xml.name == "Header" => {
                    let header = Element::read(&mut self.xml)?;
                    self.defaults = Defaults {
                        currency: header.words("DefaultCurrencyCode"),
                        price_type: header.words("DefaultPriceType"),
                        language: header.words("DefaultLanguageOfText"),
                    };
                }
                Piece::Start if self.xml.depth() == 2 && self.xml.name == "Product" => {
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
        Ok(match product::read(&element, &self.defaults, context) {
            Err(reason) => Item::Rejected(Rejected { place, reason }),
            Ok(mut record) => {
                self.scratch.clear();
                self.scratch.extend_from_slice(&context.salt);
                self.scratch.extend_from_slice(format!("{:?}", self.defaults).as_bytes());
                element.write_to(&mut self.scratch);
                record.hash = fingerprint(&self.scratch);
                record.place = place;
                record.tallies.extend((self.xml.unknown_entities > unknown).then_some(Tally::UnknownEntity));
                Item::Record(Box::new(record))
            }
        })
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
    }
}

/// Reads a message to its end; what is wrong with it is the error.
fn check_message<R: BufRead>(xml: &mut Xml<R>) -> Result<(), String> {
    loop {
        match xml.next()? {
            Piece::Over => return Ok(()),
            Piece::Start if xml.depth() == 1 => check_root(&xml.name, &xml.attributes)?,
            Piece::Start if xml.depth() == 2 && matches!(xml.name.as_str(), "Header" | "Product") => {
                drop(Element::read(xml)?)
            }
            Piece::Start | Piece::End | Piece::Text => {}
        }
    }
}

fn check_root(name: &str, attributes: &[(String, String)]) -> Result<(), String> {
    let attribute = |wanted: &str| attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let release = attribute("release").unwrap_or_default();
    let is_3 = release.starts_with("3.")
        || (release.is_empty() && attribute("xmlns").is_some_and(|space| space.contains("/onix/3.")));
    match name {
        "ONIXMessage" if is_3 => Ok(()),
        "ONIXMessage" if release.is_empty() => Err("this ONIX message names no release; ONIX 3.0 is read".into()),
        "ONIXMessage" => Err(format!("this is ONIX {release}; ONIX 3.0 is read")),
        "ONIXmessage" => Err("this is ONIX in short tags; reference tags are read".into()),
        other => Err(format!("<{}> is not an ONIX message", other.chars().take(40).collect::<String>())),
    }
}
