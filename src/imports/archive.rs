//! The table of contents of a ZIP archive: where its members lie, and which are worth reading.
//!
//! Our own hundred lines (2026-11; refused: the `zip` crate, which brings five more and unpacks what we only read in
//! place). Source: PKWARE APPNOTE 6.3, sections 4.3 and 4.5.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::ImportError;
use super::input::Member;

/// A table of contents larger than this is made to fill memory.
const MAX_TABLE: u64 = 64 << 20;
/// The longest end of an archive: its record and a comment.
const MAX_END: u64 = 22 + 65_535;
const ZIP64: u32 = u32::MAX;

/// A file in an archive, as the table of contents has it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Its whole name.
    pub path: String,
    encrypted: bool,
    method: u16,
    crc: u32,
    packed: u64,
    header: u64,
}

/// Reads the table of contents, in name order, without folders and without what systems hide in archives.
///
/// # Errors
///
/// `File`; `Refused` for an archive that is damaged.
pub(super) fn entries(path: &Path) -> Result<Vec<Entry>, ImportError> {
    let mut file = File::open(path).map_err(|error| ImportError::File { path: path.to_owned(), error })?;
    let mut entries = table(&mut file)
        .map_err(|error| ImportError::Refused(format!("{} is a damaged ZIP archive ({error})", path.display())))?;
    entries.retain(|entry| !entry.path.ends_with('/'));
    entries.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(entries)
}

impl Entry {
    /// Whether a system put it there for itself: `__MACOSX/`, `.DS_Store`, `Thumbs.db`.
    pub(super) fn is_hidden(&self) -> bool {
        let hidden = |part: &str| part.starts_with('.') && !part.trim_start_matches('.').is_empty();
        self.path.split(['/', '\\']).any(|part| part == "__MACOSX" || hidden(part)) || self.path.ends_with("Thumbs.db")
    }

    /// Where its bytes lie.
    ///
    /// # Errors
    ///
    /// `Refused` where they are encrypted, packed in a way nobody uses for text, or not there.
    pub(super) fn member(&self, path: &Path) -> Result<Member, ImportError> {
        let refused = |why: &str| Err(ImportError::Refused(format!("{} in {} {why}", self.path, path.display())));
        if self.encrypted {
            return refused("is encrypted: unpack the archive with its password first");
        }
        let deflated = match self.method {
            0 => false,
            8 => true,
            _ => return refused("is packed in an unusual way: unpack the archive first"),
        };
        let start = File::open(path)
            .and_then(|mut file| start_of(&mut file, self.header))
            .map_err(|error| ImportError::Refused(format!("{} is a damaged ZIP archive ({error})", path.display())))?;
        Ok(Member { path: self.path.clone(), start, packed: self.packed, deflated, crc: self.crc })
    }
}

fn broken(what: &str) -> io::Error {
    io::Error::other(what.to_owned())
}

/// Little-endian numbers at a place in bytes.
struct At<'a>(&'a [u8]);

impl At<'_> {
    fn u16(&self, place: usize) -> io::Result<u16> {
        let bytes = place.checked_add(2).and_then(|end| self.0.get(place..end)).and_then(|bytes| bytes.try_into().ok());
        bytes.map(u16::from_le_bytes).ok_or_else(|| broken("it ends too early"))
    }

    fn u32(&self, place: usize) -> io::Result<u32> {
        let bytes = place.checked_add(4).and_then(|end| self.0.get(place..end)).and_then(|bytes| bytes.try_into().ok());
        bytes.map(u32::from_le_bytes).ok_or_else(|| broken("it ends too early"))
    }

    fn u64(&self, place: usize) -> io::Result<u64> {
        let bytes = place.checked_add(8).and_then(|end| self.0.get(place..end)).and_then(|bytes| bytes.try_into().ok());
        bytes.map(u64::from_le_bytes).ok_or_else(|| broken("it ends too early"))
    }
}

fn read_at(file: &mut File, at: u64, length: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn table(file: &mut File) -> io::Result<Vec<Entry>> {
    let size = file.seek(SeekFrom::End(0))?;
    let end_from = size.saturating_sub(MAX_END);
    let end = read_at(file, end_from, MAX_END)?;
    let place = end.windows(4).rposition(|word| word == b"PK\x05\x06").ok_or_else(|| broken("it has no end"))?;
    let record = At(end.get(place..).unwrap_or_default());
    let (mut length, mut start) = (u64::from(record.u32(12)?), u64::from(record.u32(16)?));
    if length == u64::from(ZIP64) || start == u64::from(ZIP64) || record.u16(10)? == u16::MAX {
        let locator = place.checked_sub(20).and_then(|place| end.get(place..)).unwrap_or_default();
        if locator.starts_with(b"PK\x06\x07") {
            let long = read_at(file, At(locator).u64(8)?, 56)?;
            (length, start) = (At(&long).u64(40)?, At(&long).u64(48)?);
        }
    }
    if length > MAX_TABLE {
        return Err(broken("its table of contents is too long"));
    }
    parse(&read_at(file, start, length)?)
}

fn parse(table: &[u8]) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut rest = table;
    while rest.starts_with(b"PK\x01\x02") {
        let at = At(rest);
        let (name, extra, comment) = (at.u16(28)?.into(), usize::from(at.u16(30)?), usize::from(at.u16(32)?));
        let name: usize = name;
        let bytes = rest.get(46..46 + name).ok_or_else(|| broken("it ends too early"))?;
        let more = rest.get(46 + name..46 + name + extra).ok_or_else(|| broken("it ends too early"))?;
        let (packed, header) = long_sizes(at.u32(20)?, at.u32(24)?, at.u32(42)?, more)?;
        entries.push(Entry {
            path: String::from_utf8_lossy(bytes).into_owned(),
            encrypted: at.u16(8)? & 1 == 1,
            method: at.u16(10)?,
            crc: at.u32(16)?,
            packed,
            header,
        });
        rest = rest.get(46 + name + extra + comment..).unwrap_or_default();
    }
    Ok(entries)
}

/// Packed size and place of the header, which large archives keep elsewhere.
fn long_sizes(packed: u32, plain: u32, header: u32, mut extra: &[u8]) -> io::Result<(u64, u64)> {
    let (mut packed_long, mut header_long) = (u64::from(packed), u64::from(header));
    while extra.len() >= 4 {
        let (id, length) = (At(extra).u16(0)?, usize::from(At(extra).u16(2)?));
        if id == 1 {
            let values = At(extra);
            let mut place = 4;
            let mut next = |wanted: bool| {
                let value = wanted.then(|| values.u64(place)).transpose();
                place += if wanted { 8 } else { 0 };
                value
            };
            next(plain == ZIP64)?;
            packed_long = next(packed == ZIP64)?.unwrap_or(packed_long);
            header_long = next(header == ZIP64)?.unwrap_or(header_long);
        }
        extra = extra.get(4 + length..).unwrap_or_default();
    }
    Ok((packed_long, header_long))
}

/// Where a member's bytes begin: behind its own header, whose extra fields may be longer than the table's.
fn start_of(file: &mut File, header: u64) -> io::Result<u64> {
    let bytes = read_at(file, header, 30)?;
    if !bytes.starts_with(b"PK\x03\x04") {
        return Err(broken("a member is not where it should be"));
    }
    let behind = 30 + u64::from(At(&bytes).u16(26)?) + u64::from(At(&bytes).u16(28)?);
    header.checked_add(behind).ok_or_else(|| broken("a member is not where it should be"))
}

/// Whether the archive is some program's own file, and what to do about it.
pub(super) fn program_of(entries: &[Entry]) -> Option<&'static str> {
    let has = |start: &str| entries.iter().any(|entry| entry.path.starts_with(start));
    match () {
        () if has("xl/") && has("[Content_Types].xml") => Some("is a spreadsheet; save it as CSV"),
        () if has("[Content_Types].xml") => Some("is a document; a feed is a table or XML"),
        () if has("META-INF/container.xml") => Some("is an ebook, not a list of books"),
        () if has("mimetype") && has("content.xml") => Some("is a spreadsheet or document; save it as CSV"),
        () => None,
    }
}
