//! ONIX for Books 3.0 with reference names: the shop's titles for the trade, one product in memory at a time.
//!
//! Source: EDItEUR, ONIX for Books 3.0 specification; the order of elements is the schema's. Only listed editions go
//! out. Copies on the shelf do not: this is what a book is, not what a shop has of it.

mod collateral;
mod descriptive;
mod publishing;
mod supply;
mod write;

use std::io::{BufWriter, Write};

use jiff::Timestamp;
use rusqlite::Connection;

use self::write::Xml;
use super::ExportError;
use crate::catalog::{self, Edition, WorkFacts, refs};
use crate::media;
use crate::settings::Shop;

/// The namespace of reference names.
const NAMESPACE: &str = "http://ns.editeur.org/onix/3.0/reference";
/// Books read at a time.
const BATCH: u32 = 500;

/// Which books go out; nothing said is all.
#[derive(Clone, Debug, Default)]
pub struct OnixFilter {
    /// Only books of this publisher or imprint.
    pub publisher: Option<String>,
    /// Only books that the feed of this name brought.
    pub source: Option<String>,
    /// Where the shop is, `https://books.example`, for links to its own pictures.
    pub shop_url: Option<String>,
}

/// A book on its way into a message.
struct Product<'a> {
    conn: &'a Connection,
    shop: &'a Shop,
    now: Timestamp,
    edition: Edition,
    work: WorkFacts,
    /// Where its cover is.
    cover: Option<String>,
}

/// Writes a message with the shop's listed books as they are at `now`. Returns how many.
///
/// # Errors
///
/// What the catalogue cannot read or `out` does not take.
pub fn onix(
    conn: &Connection, filter: &OnixFilter, shop: &Shop, now: Timestamp, out: &mut dyn Write,
) -> Result<u64, ExportError> {
    let snapshot = conn.unchecked_transaction()?;
    let mut out = BufWriter::new(out);
    out.write_all(header(shop, now).as_bytes())?;
    let (mut after, mut written) = (None, 0);
    loop {
        let ids = catalog::list_ids(&snapshot, after, BATCH)?;
        let Some(last) = ids.last() else { break };
        after = Some(*last);
        for id in ids {
            let Some(edition) = catalog::find(&snapshot, id)? else { continue };
            if !is_wanted(&snapshot, filter, &edition)? {
                continue;
            }
            let work = catalog::find_work(&snapshot, edition.work_id)?.unwrap_or_default();
            let cover = cover(&snapshot, &edition, filter)?;
            let product = Product { conn: &snapshot, shop, now, edition, work, cover };
            out.write_all(product.xml()?.as_bytes())?;
            written += 1;
        }
    }
    out.write_all(b"</ONIXMessage>\n")?;
    out.flush()?;
    Ok(written)
}

fn is_wanted(conn: &Connection, filter: &OnixFilter, edition: &Edition) -> rusqlite::Result<bool> {
    let facts = &edition.facts;
    let is_theirs = |name: &String| [&facts.publisher, &facts.imprint].into_iter().flatten().any(|known| known == name);
    if !filter.publisher.as_ref().is_none_or(is_theirs) {
        return Ok(false);
    }
    match &filter.source {
        Some(source) => refs::is_from(conn, edition.id, source),
        None => Ok(true),
    }
}

/// The link that the book's own feed named; else the picture as the shop serves it.
fn cover(conn: &Connection, edition: &Edition, filter: &OnixFilter) -> rusqlite::Result<Option<String>> {
    if let Some(link) = media::links::list(conn, edition.id)?.into_iter().next() {
        return Ok(Some(link.link));
    }
    let Some(shop) = &filter.shop_url else { return Ok(None) };
    let front = media::front(conn, edition.id)?;
    Ok(front.map(|picture| format!("{shop}/media/{}.{}", picture.hash, picture.kind.extension())))
}

fn header(shop: &Shop, now: Timestamp) -> String {
    let mut xml = Xml::new();
    xml.raw(&format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ONIXMessage release=\"3.0\" xmlns=\"{NAMESPACE}\">\n"
    ));
    xml.within("Header", |xml| {
        xml.within("Sender", |xml| {
            xml.put("SenderName", &shop.name);
            xml.put("EmailAddress", &shop.email);
        });
        xml.put("SentDateTime", &now.strftime("%Y%m%dT%H%M%SZ").to_string());
    });
    xml.raw("\n");
    xml.done()
}

impl Product<'_> {
    fn xml(&self) -> Result<String, ExportError> {
        let mut xml = Xml::new();
        let mut outcome = Ok(());
        xml.within("Product", |xml| {
            xml.put("RecordReference", &self.edition.id.to_string());
            // List 1: 03 is a notification confirmed on publication.
            xml.put("NotificationType", "03");
            self.identifiers(xml);
            descriptive::put(xml, self);
            collateral::put(xml, self);
            publishing::put(xml, self);
            outcome = supply::put(xml, self);
        });
        outcome?;
        xml.raw("\n");
        Ok(xml.done())
    }

    /// List 5: 15 ISBN-13, 03 GTIN-13 and 14 GTIN-14, 01 the sender's own number.
    fn identifiers(&self, xml: &mut Xml) {
        let facts = &self.edition.facts;
        if let Some(isbn) = &facts.isbn {
            put_identifier(xml, "15", isbn.as_str());
            put_identifier(xml, "03", isbn.as_str());
        } else if let Some(gtin) = &facts.gtin {
            // A shorter number is the same one with zeros before it.
            let kind = if gtin.as_str().len() == 14 { "14" } else { "03" };
            put_identifier(xml, kind, &format!("{:0>13}", gtin.as_str()));
        } else {
            xml.within("ProductIdentifier", |xml| {
                xml.put("ProductIDType", "01");
                xml.put("IDTypeName", "Bookstall edition");
                xml.put("IDValue", &self.edition.id.to_string());
            });
        }
    }
}

fn put_identifier(xml: &mut Xml, kind: &str, value: &str) {
    xml.within("ProductIdentifier", |xml| {
        xml.put("ProductIDType", kind);
        xml.put("IDValue", value);
    });
}
