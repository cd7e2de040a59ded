//! Makes UTF-8 of whatever a feed is written in.
//!
//! A byte order mark decides; else zero bytes give UTF-16 away; else an XML declaration names the encoding; else it
//! is UTF-8. Bytes that are not UTF-8 after all are read as Windows-1252, which is what the usual lie turns out
//! to be, and are counted so that somebody is told. A caller who knows better says so; a byte order mark still
//! knows best.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

const CHUNK: usize = 64 << 10;
/// An XML declaration stands within these bytes or not at all.
const PROLOGUE: usize = 256;

/// A reader whose bytes are valid UTF-8 without a byte order mark.
pub(super) struct Decoded<R> {
    inner: R,
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    ended: bool,
    finished: bool,
    out: Vec<u8>,
    at: usize,
    damage: Rc<Cell<u64>>,
}

impl<R: Read> Decoded<R> {
    /// Looks at the first bytes and settles the encoding.
    ///
    /// # Errors
    ///
    /// What the reader says; an encoding nobody knows.
    pub(super) fn new(inner: R) -> io::Result<Decoded<R>> {
        Decoded::told(inner, None)
    }

    /// As `new`, where the caller may know the encoding of what has no byte order mark.
    ///
    /// # Errors
    ///
    /// As `new`.
    pub(super) fn told(inner: R, encoding: Option<&'static Encoding>) -> io::Result<Decoded<R>> {
        let mut decoded = Decoded {
            inner,
            decoder: None,
            raw: Vec::with_capacity(CHUNK),
            ended: false,
            finished: false,
            out: Vec::with_capacity(CHUNK * 2),
            at: 0,
            damage: Rc::default(),
        };
        while decoded.raw.len() < PROLOGUE && !decoded.ended {
            decoded.read_more()?;
        }
        let (encoding, mark) = match (Encoding::for_bom(&decoded.raw), encoding) {
            (None, Some(told)) => (told, 0),
            _ => settle(&decoded.raw)?,
        };
        decoded.raw.drain(..mark);
        if encoding != UTF_8 {
            decoded.decoder = Some(encoding.new_decoder_without_bom_handling());
        }
        Ok(decoded)
    }

    /// Counts the places that were not written in the encoding the file claims.
    pub(super) fn damage(&self) -> Rc<Cell<u64>> {
        Rc::clone(&self.damage)
    }

    fn read_more(&mut self) -> io::Result<()> {
        let before = self.raw.len();
        self.raw.resize(before + CHUNK, 0);
        let count = loop {
            match self.inner.read(self.raw.get_mut(before..).unwrap_or_default()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.raw.truncate(before + *count.as_ref().unwrap_or(&0));
        self.ended = count? == 0;
        Ok(())
    }

    fn refill(&mut self) -> io::Result<()> {
        self.out.clear();
        self.at = 0;
        while self.out.is_empty() && !self.finished {
            if !self.ended {
                self.read_more()?;
            }
            match &mut self.decoder {
                Some(decoder) => {
                    let wanted = decoder.max_utf8_buffer_length(self.raw.len()).unwrap_or(CHUNK * 4);
                    self.out.resize(wanted, 0);
                    let (_, read, written, damaged) = decoder.decode_to_utf8(&self.raw, &mut self.out, self.ended);
                    self.out.truncate(written);
                    self.raw.drain(..read);
                    self.damage.set(self.damage.get() + u64::from(damaged));
                }
                None => self.check_utf8(),
            }
            self.finished = self.ended && self.raw.is_empty();
        }
        Ok(())
    }

    /// Moves what is UTF-8 over, byte for byte; a sequence that the chunk's end cuts waits for the next.
    fn check_utf8(&mut self) {
        let mut rest = self.raw.as_slice();
        loop {
            let error = match std::str::from_utf8(rest) {
                Ok(text) => {
                    self.out.extend_from_slice(text.as_bytes());
                    rest = &[];
                    break;
                }
                Err(error) => error,
            };
            let (good, bad) = rest.split_at_checked(error.valid_up_to()).unwrap_or((rest, &[]));
            self.out.extend_from_slice(good);
            rest = bad;
            if error.error_len().is_none() && !self.ended {
                break;
            }
            let Some((byte, after)) = bad.split_first() else { break };
            match byte {
                // Nobody writes ¤; in ISO 8859-15 this byte is the euro.
                0xa4 => self.out.extend_from_slice("€".as_bytes()),
                _ => {
                    let (western, _) = WINDOWS_1252.decode_without_bom_handling(std::slice::from_ref(byte));
                    self.out.extend_from_slice(western.as_bytes());
                }
            }
            self.damage.set(self.damage.get() + 1);
            rest = after;
        }
        let moved = self.raw.len() - rest.len();
        self.raw.drain(..moved);
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(into)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Decoded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at >= self.out.len() && !self.finished {
            self.refill()?;
        }
        Ok(self.out.get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.at += count;
    }
}

/// The encoding, and how long the byte order mark is.
fn settle(start: &[u8]) -> io::Result<(&'static Encoding, usize)> {
    if let Some((encoding, mark)) = Encoding::for_bom(start) {
        return Ok((encoding, mark));
    }
    match start {
        [0, first, ..] if *first != 0 => return Ok((UTF_16BE, 0)),
        [first, 0, ..] if *first != 0 => return Ok((UTF_16LE, 0)),
        _ => {}
    }
    let Some(label) = declared(start) else { return Ok((UTF_8, 0)) };
    match Encoding::for_label(label.as_bytes()) {
        // Written in single bytes, so the declaration is wrong about itself.
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => Ok((UTF_8, 0)),
        Some(encoding) => Ok((encoding, 0)),
        None => Err(io::Error::other(format!("the encoding “{label}” is not known"))),
    }
}

/// The `encoding` of an XML declaration.
fn declared(start: &[u8]) -> Option<String> {
    let start = start.get(..PROLOGUE.min(start.len()))?;
    let text: String = start.iter().map(|byte| char::from(*byte)).collect();
    let declaration = text.trim_start().strip_prefix("<?xml")?.split("?>").next()?;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value.get(1..)?.split(quote).next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: &str, damage: u64) {
        let mut decoded = Decoded::new(bytes).unwrap();
        let mut text = String::new();
        decoded.read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), decoded.damage().get()), (expected, damage));
    }

    #[test]
    fn every_encoding_becomes_utf_8() {
        check("título".as_bytes(), "título", 0);
        check("\u{feff}título".as_bytes(), "título", 0);
        check(b"t\xedtulo, \x93Ink\x94", "título, “Ink”", 3);
        check(b"cut off \xc3", "cut off Ã", 1);
        check(b"12,50 \xa4", "12,50 €", 1);
        check(b"\xff\xfet\0\xed\0", "tí", 0);
        check(b"\xfe\xff\0t\0\xed", "tí", 0);
        check(b"i\0s\0b\0n\0", "isbn", 0);
        check(b"\0i\0s\0b\0n", "isbn", 0);
        check(b"<?xml version='1.0' encoding='iso-8859-1'?>\xe9", "<?xml version='1.0' encoding='iso-8859-1'?>é", 0);
        check(b"<?xml version=\"1.0\" encoding=\"UTF-16\"?>\xe9", "<?xml version=\"1.0\" encoding=\"UTF-16\"?>é", 1);
        check(b"", "", 0);
        let mut told = Decoded::told(&b"\xbdil"[..], Encoding::for_label(b"iso-8859-15")).unwrap();
        let mut text = String::new();
        told.read_to_string(&mut text).unwrap();
        assert_eq!(text, "œil");
        let odd = Decoded::new(&b"<?xml version='1.0' encoding='klingon'?>"[..]).err().unwrap();
        assert_eq!(odd.to_string(), "the encoding “klingon” is not known");
    }

    proptest! {
        #[test]
        fn any_bytes_become_text(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            // An encoding that is not known may refuse; nothing else may go wrong, least of all a panic.
            if let Ok(mut decoded) = Decoded::new(bytes.as_slice()) {
                let mut text = Vec::new();
                decoded.read_to_end(&mut text).unwrap();
                prop_assert!(String::from_utf8(text).is_ok());
            }
        }

        #[test]
        fn text_survives_however_it_is_cut(text in "\\PC{0,200}", at in 0_usize..200) {
            prop_assume!(!text.trim_start().starts_with("<?xml") && !text.starts_with('\u{feff}'));
            let bytes = text.as_bytes();
            let (first, second) = bytes.split_at(at.min(bytes.len()));
            let mut decoded = Decoded::new(first.chain(second)).unwrap();
            let mut again = String::new();
            decoded.read_to_string(&mut again).unwrap();
            prop_assert_eq!(again, text);
        }
    }
}
