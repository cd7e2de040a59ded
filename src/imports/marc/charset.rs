//! Which encoding a binary record is really in: what its leader says is often wrong.

use encoding_rs::WINDOWS_1252;

use super::marc8;

/// An encoding of a record's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Charset {
    /// UTF-8; single bytes that are not are read as Windows-1252.
    Utf8,
    Marc8,
    Western,
}

/// What a file's records turned out to be, for its report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Records that declare UTF-8 and are MARC-8.
    pub marc8: u64,
    /// Records that are in Windows-1252, or in a UTF-8 with damage.
    pub western: u64,
    /// Records that declare MARC-8 and are UTF-8.
    pub utf8: u64,
    /// East Asian characters that are not read.
    pub east_asian: u64,
}

/// Settles a record's encoding by its bytes; what is declared decides only where they fit both.
pub(super) fn settle(record: &[u8], declares_utf8: bool, tally: &mut Tally) -> Charset {
    let plain = !record.iter().any(|byte| *byte >= 0x80 || *byte == 0x1b);
    if plain {
        return Charset::Utf8;
    }
    let (sequences, bad) = utf8_score(record);
    let old = marc8::decode(record);
    let escapes = record.contains(&0x1b);
    let high = record.iter().filter(|byte| **byte >= 0x80).count();
    match () {
        // In MARC-8 letters follow marks, in UTF-8 they never do: what is valid UTF-8 is UTF-8.
        () if bad == 0 && sequences > 0 => {
            tally.utf8 += u64::from(!declares_utf8);
            Charset::Utf8
        }
        () if sequences > bad => {
            tally.western += 1;
            Charset::Utf8
        }
        () if old.faults == 0 || escapes || (!declares_utf8 && old.faults * 4 <= high) => {
            tally.marc8 += u64::from(declares_utf8);
            Charset::Marc8
        }
        () => {
            tally.western += 1;
            Charset::Western
        }
    }
}

/// Sequences of several bytes that are UTF-8, and bytes that are not.
fn utf8_score(bytes: &[u8]) -> (usize, usize) {
    bytes.utf8_chunks().fold((0, 0), |(good, bad), chunk| {
        (good + chunk.valid().chars().filter(|c| !c.is_ascii()).count(), bad + chunk.invalid().len())
    })
}

impl Charset {
    /// Reads a text.
    pub(super) fn decode(self, bytes: &[u8], tally: &mut Tally) -> String {
        let western = |bytes: &[u8]| WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned();
        match self {
            _ if bytes.is_ascii() && !bytes.contains(&0x1b) => String::from_utf8_lossy(bytes).into_owned(),
            Charset::Utf8 => {
                let read: String = bytes
                    .utf8_chunks()
                    .flat_map(|chunk| [chunk.valid().to_owned(), western(chunk.invalid())])
                    .collect();
                marc8::compose(&read)
            }
            Charset::Western => western(bytes),
            Charset::Marc8 => {
                let read = marc8::decode(bytes);
                tally.east_asian += read.east_asian as u64;
                // What MARC-8 has no code for is written as `&#x2014;`.
                if read.text.contains("&#x") {
                    crate::imports::entities::decode(&read.text).into_owned()
                } else {
                    read.text
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], declares_utf8: bool, text: &str, expected: Tally) {
        let mut tally = Tally::default();
        let charset = settle(bytes, declares_utf8, &mut tally);
        assert_eq!((charset.decode(bytes, &mut tally).as_str(), tally), (text, expected), "{bytes:x?}");
    }

    #[test]
    fn bytes_decide_where_the_leader_is_wrong() {
        let honest = Tally::default();
        check("García".as_bytes(), true, "García", honest);
        check(b"Garc\xe2ia", false, "García", honest);
        check("Garci\u{301}a".as_bytes(), true, "García", honest);
        check("García".as_bytes(), false, "García", Tally { utf8: 1, ..honest });
        check(b"Garc\xe2ia", true, "García", Tally { marc8: 1, ..honest });
        check(b"Garc\xeda M\xfcller", true, "García Müller", Tally { western: 1, ..honest });
        check(b"Garc\xeda M\xfcller", false, "García Müller", Tally { western: 1, ..honest });
        check(
            "Éé – cut Ã".as_bytes().split_last().map_or(b"", |(_, rest)| rest),
            true,
            "Éé – cut Ã",
            Tally { western: 1, ..honest },
        );
        check(b"a &#x2014; b\xe2a", false, "a — bá", honest);
        check(b"\x1b$1!0!\x1b(B", false, "\u{fffd}", Tally { east_asian: 1, ..honest });
    }
}
