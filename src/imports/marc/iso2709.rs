//! Binary records (ISO 2709): a leader, a directory of fields, the fields. One record in memory at a time.
//!
//! Source: MARC 21 Specifications for Record Structure, Library of Congress.

use std::io::{self, BufRead, BufReader, Read};

use super::charset::{self, Charset, Tally};
use super::field::{Field, Marc};

const SUBFIELD: u8 = 0x1f;
const FIELD_END: u8 = 0x1e;
const RECORD_END: u8 = 0x1d;
const LEADER: usize = 24;
/// A tag, a length and a start.
const ENTRY: usize = 12;
/// Lengths have five figures, so no record is longer than 99,999 bytes; what is has lost its end.
const MAX_RECORD: usize = 1 << 20;

/// A file of binary records.
pub(super) struct Records<R: Read> {
    input: BufReader<R>,
    record: Vec<u8>,
    pub tally: Tally,
}

/// Whether a file's first bytes are the leader of a binary record.
pub(super) fn detects(start: &[u8]) -> bool {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    let digits = |range| start.get(range).is_some_and(|part: &[u8]| part.iter().all(u8::is_ascii_digit));
    let signs =
        start.get(5..10).is_some_and(|part| !part.iter().any(|byte| matches!(byte, b',' | b';' | b'\t' | b'|' | b'"')));
    let leader = digits(0..5) && digits(10..17) && signs && start.get(20..22) == Some(b"45");
    // A file whose first record is damaged still shows what it is: no text holds both of these.
    leader || (start.contains(&FIELD_END) && start.contains(&SUBFIELD))
}

impl<R: Read> Records<R> {
    pub(super) fn new(input: R) -> Records<R> {
        Records {
            input: BufReader::with_capacity(64 << 10, input),
            record: Vec::with_capacity(4096),
            tally: Tally::default(),
        }
    }

    /// The next record, or what is wrong with it; reading goes on after its terminator either way.
    pub(super) fn next(&mut self) -> io::Result<Option<Result<Marc, String>>> {
        let Some(ended) = self.frame()? else { return Ok(None) };
        Ok(Some(match ended {
            true if self.record.len() > MAX_RECORD => Err("the record is longer than any can be".into()),
            true => parse(&self.record, &mut self.tally),
            false => Err("the file ends in the middle of the record".into()),
        }))
    }

    /// Reads up to the next record terminator. `Some(false)`: the file ended before it.
    fn frame(&mut self) -> io::Result<Option<bool>> {
        self.record.clear();
        loop {
            let buffer = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            if buffer.is_empty() {
                return Ok((!self.record.is_empty()).then_some(false));
            }
            // Some programs write line ends between records, and a mark before the first.
            let between = match self.record.is_empty() {
                true => buffer.iter().take_while(|byte| is_between(**byte)).count(),
                false => 0,
            };
            let rest = buffer.get(between..).unwrap_or_default();
            let end = rest.iter().position(|byte| *byte == RECORD_END);
            let taken = rest.get(..end.map_or(rest.len(), |end| end + 1)).unwrap_or_default();
            // One byte over the limit is kept, so that it is known to be over.
            let room = (MAX_RECORD + 1).saturating_sub(self.record.len()).min(taken.len());
            self.record.extend_from_slice(taken.get(..room).unwrap_or_default());
            let consumed = between + taken.len();
            self.input.consume(consumed);
            if end.is_some() {
                return Ok(Some(true));
            }
        }
    }
}

fn is_between(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0 | 0x1a | 0xef | 0xbb | 0xbf)
}

fn number(bytes: &[u8]) -> Option<usize> {
    let digits = !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit);
    digits.then(|| std::str::from_utf8(bytes).ok()?.parse().ok()).flatten()
}

fn parse(record: &[u8], tally: &mut Tally) -> Result<Marc, String> {
    let leader = record.get(..LEADER).filter(|leader| leader.is_ascii());
    let leader = leader.ok_or("the record has no leader of 24 characters")?;
    let stated = leader.get(..5).and_then(number).ok_or("the leader does not begin with the record's length")?;
    if stated != record.len() {
        return Err(format!("the leader says {stated} bytes, the record has {}", record.len()));
    }
    let base = leader.get(12..17).and_then(number).ok_or("the leader does not say where the fields begin")?;
    let directory = base.checked_sub(1).and_then(|end| record.get(LEADER..end));
    let directory = directory.filter(|part| part.len() % ENTRY == 0 && record.get(base - 1) == Some(&FIELD_END));
    let directory =
        directory.ok_or_else(|| format!("the directory does not end before byte {base}, where the fields begin"))?;
    let charset = charset::settle(record, leader.get(9) == Some(&b'a'), tally);
    let mut marc = Marc { leader: String::from_utf8_lossy(leader).into_owned(), fields: Vec::new() };
    for entry in directory.chunks_exact(ENTRY) {
        let (tag, places) = entry.split_at_checked(3).unwrap_or_default();
        let tag = std::str::from_utf8(tag).ok().filter(|tag| tag.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        let tag = tag.ok_or("the directory names a field that is none")?;
        let length = places.get(..4).and_then(number);
        let start = places.get(4..).and_then(number);
        let range = length.zip(start).map(|(length, start)| base + start..base + start + length);
        let data = range.and_then(|range| record.get(range)).and_then(|data| data.strip_suffix(&[FIELD_END]));
        let data = data.ok_or_else(|| format!("the directory is wrong about field {tag}"))?;
        if data.contains(&FIELD_END) || data.contains(&RECORD_END) {
            return Err(format!("the directory is wrong about field {tag}"));
        }
        marc.fields.push(field(tag, data, charset, tally));
    }
    Ok(marc)
}

fn field(tag: &str, data: &[u8], charset: Charset, tally: &mut Tally) -> Field {
    let mut field = Field { tag: tag.to_owned(), indicators: (' ', ' '), ..Field::default() };
    if tag.starts_with("00") {
        field.value = charset.decode(data, tally);
        return field;
    }
    let mut parts = data.split(|byte| *byte == SUBFIELD);
    let mut indicators = parts.next().unwrap_or_default().iter().map(|byte| char::from(*byte));
    field.indicators = (indicators.next().unwrap_or(' '), indicators.next().unwrap_or(' '));
    for part in parts {
        let Some((code, text)) = part.split_first() else { continue };
        field.subfields.push((char::from(*code), charset.decode(text, tally)));
    }
    field
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::super::tests::{binary, small};
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> Vec<Result<Marc, String>> {
        let mut records = Records::new(bytes);
        std::iter::from_fn(|| records.next().unwrap()).collect()
    }

    #[track_caller]
    fn check(damage: impl Fn(&mut Vec<u8>), reason: &str) {
        let good = binary(&small("Ink"), true);
        let mut bad = good.clone();
        damage(&mut bad);
        let found = read(&[bad, good].concat());
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0].as_ref().unwrap_err(), reason);
        assert!(found[1].is_ok(), "{found:?}");
    }

    #[test]
    fn a_damaged_record_is_told_and_the_next_is_read() {
        let good = binary(&small("Ink"), true);
        let (length, base) = (good.len(), std::str::from_utf8(&good[12..17]).unwrap().to_owned());
        check(|record| record[4] ^= 1, &format!("the leader says {} bytes, the record has {length}", length ^ 1));
        check(|record| record[0] = b'x', "the leader does not begin with the record's length");
        check(|record| record[12] = b' ', "the leader does not say where the fields begin");
        check(
            |record| record[16] ^= 1,
            &format!(
                "the directory does not end before byte {}, where the fields begin",
                base.parse::<usize>().unwrap() ^ 1
            ),
        );
        check(|record| record[LEADER] = b'*', "the directory names a field that is none");
        check(|record| record[LEADER + 3] = b'9', "the directory is wrong about field 001");
        check(|record| record[LEADER + 6] = b'x', "the directory is wrong about field 001");
        check(|record| *record = b"\x1d".to_vec(), "the record has no leader of 24 characters");
        check(
            |record| drop(record.splice(.., vec![b'1'; MAX_RECORD + 10].into_iter().chain([RECORD_END]))),
            "the record is longer than any can be",
        );
        let without_end = read(&good[..length - 1]);
        assert_eq!(without_end, [Err("the file ends in the middle of the record".to_owned())]);
    }

    #[test]
    fn what_stands_between_records_is_passed_over() {
        let good = binary(&small("Ink"), true);
        let file = [b"\xef\xbb\xbf\r\n", good.as_slice(), b"\r\n", good.as_slice(), b"\n\x1a"].concat();
        assert_eq!(read(&file).iter().filter(|record| record.is_ok()).count(), 2);
        assert!(detects(&file));
        assert!(!detects(b"12345,9780306406157,Ink\n"));
        assert!(!detects(b"title,author\n") && !detects(b"") && !detects(b"<collection/>"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let ends = bytes.iter().filter(|byte| **byte == RECORD_END).count();
            prop_assert!(read(&bytes).len() <= ends + 1);
        }

        #[test]
        fn a_record_with_any_byte_changed_is_answered(place in 0_usize..300, byte in any::<u8>()) {
            let mut record = binary(&small("Ink"), true);
            let place = place % record.len();
            record[place] = byte;
            prop_assert!(read(&record).len() <= 2);
        }
    }
}
