//! Columns of fixed width, as tills print them: gaps become tabs, and the rest is a table like any other.

use std::io::{self, Read};

/// Lines that are looked at.
const LOOKED_AT: usize = 20;
/// What a reader takes at once.
const CHUNK: usize = 16 << 10;

/// How many spaces part two columns; `None` where lines are not parted by spaces alike.
pub(super) fn of(start: &[u8]) -> Option<usize> {
    let lines = || {
        let lines = start.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.trim_ascii().is_empty());
        lines.take(LOOKED_AT)
    };
    [2, 1].into_iter().find(|spaces| {
        let mut widths = lines().map(|line| squeezed(line, *spaces).split(|byte| *byte == b'\t').count());
        let first = widths.next().unwrap_or(0);
        first > 1 && widths.all(|width| width == first)
    })
}

fn squeezed(line: &[u8], spaces: usize) -> Vec<u8> {
    let mut out = Vec::new();
    Gaps::new(line, spaces).read_to_end(&mut out).map_or_else(|_| Vec::new(), |_| out)
}

/// A reader in which runs of spaces are tabs, and lines begin and end without spaces.
pub(super) struct Gaps<R> {
    inner: R,
    spaces: usize,
    run: usize,
    at_start: bool,
    out: Vec<u8>,
    given: usize,
}

impl<R: Read> Gaps<R> {
    /// `spaces`: how many of them part columns; fewer belong to a text.
    pub(super) fn new(inner: R, spaces: usize) -> Gaps<R> {
        Gaps { inner, spaces, run: 0, at_start: true, out: Vec::new(), given: 0 }
    }

    fn take_in(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match byte {
                b' ' => self.run += 1,
                b'\n' | b'\r' => {
                    self.out.push(*byte);
                    (self.run, self.at_start) = (0, true);
                }
                _ => {
                    let run = std::mem::take(&mut self.run);
                    match run {
                        0 => {}
                        _ if self.at_start => {}
                        _ if run >= self.spaces => self.out.push(b'\t'),
                        _ => self.out.extend(std::iter::repeat_n(b' ', run)),
                    }
                    self.at_start = false;
                    self.out.push(*byte);
                }
            }
        }
    }
}

impl<R: Read> Read for Gaps<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.given >= self.out.len() {
            self.out.clear();
            self.given = 0;
            let mut chunk = [0; CHUNK];
            let count = self.inner.read(&mut chunk)?;
            if count == 0 {
                return Ok(0);
            }
            self.take_in(chunk.get(..count).unwrap_or_default());
        }
        let count = self.out.get(self.given..).unwrap_or_default().read(into)?;
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn gaps_become_tabs() {
        assert_eq!(squeezed(b"  9780306406157   The ink  12 \n 1  2", 2), b"9780306406157\tThe ink\t12\n1\t2");
        assert_eq!(of(b"9780306406157   The cold ink  12\n9780975229804   Ice           3\n"), Some(2));
        assert_eq!(of(b"9780306406157 12 9.99\n9780975229804 3 8.00\n"), Some(1));
        assert_eq!(of(b"9780306406157\n9780975229804\n"), None);
        assert_eq!(of(b"9780306406157 The cold ink\nIce\n"), None);
        assert_eq!(of(b""), None);
    }

    proptest! {
        #[test]
        fn what_is_no_gap_comes_through(text in "[a-z\n ]{0,60}", cut in 1_usize..7) {
            let mut whole = Vec::new();
            Gaps::new(io::BufReader::with_capacity(cut, text.as_bytes()), 2).read_to_end(&mut whole).unwrap();
            let letters = |text: &[u8]| text.iter().copied().filter(u8::is_ascii_lowercase).collect::<Vec<u8>>();
            prop_assert_eq!(letters(&whole), letters(text.as_bytes()));
        }
    }
}
