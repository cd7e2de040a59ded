//! Where a feed's bytes come from: a file, gzipped or not, or a member of a ZIP archive, read as often as needed and in
//! bounded memory.
//!
//! Members are read where they lie in the archive; nothing is ever unpacked under a name that a file chose, so that
//! paths like `../../etc` are only words. What comes from standard input lies in a file of its own meanwhile, because
//! every feed is looked at before it is read.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use encoding_rs::Encoding;
use flate2::CrcReader;
use flate2::bufread::DeflateDecoder;
use flate2::read::MultiGzDecoder;

use super::ImportError;
use super::encoding::Decoded;

/// Book data packs 5 to 40 times. A file that unpacks to more than this is made to fill disks and time.
const MAX_RATIO: u64 = 250;
/// Below this a high ratio hurts nobody.
const RATIO_FROM: u64 = 16 << 20;

/// Something to be read that has been looked at.
#[derive(Clone, Debug)]
pub(super) struct Input {
    pub(super) path: PathBuf,
    /// What it is called in reports, and what its feed is called unless the caller says.
    pub(super) name: String,
    pub(super) member: Option<Member>,
    pub(super) encoding: Option<&'static Encoding>,
    /// It came from standard input and lies beside nothing.
    pub(super) spooled: bool,
    /// Nobody named it: it was found in a folder or an archive.
    pub(super) found: bool,
    size: u64,
    gzip: bool,
}

/// A file inside an archive.
#[derive(Clone, Debug)]
pub(super) struct Member {
    /// Its whole name in the archive.
    pub path: String,
    /// Where its bytes begin.
    pub start: u64,
    /// How many there are.
    pub packed: u64,
    /// Whether they are deflated; else they lie as they are.
    pub deflated: bool,
    /// The sum of what comes out.
    pub crc: u32,
}

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text, or something packed that may hold text.
    Feed,
    /// A ZIP archive, which many programs use for their own files.
    Zip,
    /// A picture, a PDF, a program: no feed, and it is this.
    Other(&'static str),
    /// Nothing at all.
    Empty,
}

/// How many bytes tell what a file is.
const MAGIC: u64 = 1024;

impl Kind {
    /// Tells by the first bytes; how a file is named decides nothing.
    pub(super) fn of(start: &[u8]) -> Kind {
        let known: [(&[u8], &str); 9] = [
            (b"\xff\xd8\xff", "a picture"),
            (b"\x89PNG", "a picture"),
            (b"GIF8", "a picture"),
            (b"II*\0", "a picture"),
            (b"MM\0*", "a picture"),
            (b"%PDF", "a PDF"),
            (b"\xd0\xcf\x11\xe0", "an old spreadsheet or document; save it as CSV"),
            (b"SQLite format 3\0", "a database"),
            (b"Rar!", "an archive; unpack it"),
        ];
        let webp = start.starts_with(b"RIFF") && start.get(8..12) == Some(b"WEBP");
        // UTF-16 has zero bytes in every other place, text of single bytes has none.
        let zeros = start.iter().filter(|byte| **byte == 0).count();
        let utf_16 = start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") || zeros * 3 > start.len();
        match start {
            [] => Kind::Empty,
            [b'P', b'K', 3 | 5, _, ..] => Kind::Zip,
            [0x1f, 0x8b, ..] => Kind::Feed,
            _ if webp => Kind::Other("a picture"),
            _ => match known.iter().find(|(magic, _)| start.starts_with(magic)) {
                Some((_, what)) => Kind::Other(what),
                None if zeros > 4 && !utf_16 => Kind::Other("not a text file"),
                None => Kind::Feed,
            },
        }
    }
}

impl Input {
    /// Looks at a file's first bytes.
    ///
    /// # Errors
    ///
    /// `File`; `Refused` for what is no feed.
    pub(super) fn open(path: &Path, encoding: Option<&'static Encoding>) -> Result<Input, ImportError> {
        let failed = |error| ImportError::File { path: path.to_owned(), error };
        let start = first_bytes(path)?;
        let size = path.metadata().map_err(failed)?.len();
        let name = path.file_name().map_or_else(|| "file".to_owned(), |name| name.to_string_lossy().into_owned());
        let refused = |what: &str| Err(ImportError::Refused(format!("{} is {what}", path.display())));
        match Kind::of(&start) {
            Kind::Empty => refused("empty"),
            Kind::Other(what) => refused(what),
            Kind::Zip | Kind::Feed => Ok(Input {
                path: path.to_owned(),
                name,
                member: None,
                encoding,
                spooled: false,
                found: false,
                size,
                gzip: start.starts_with(&[0x1f, 0x8b]),
            }),
        }
    }

    /// A member of the archive at `path`, once its first bytes were looked at.
    ///
    /// # Errors
    ///
    /// What reading its first bytes says.
    pub(super) fn of_member(
        path: &Path, member: Member, encoding: Option<&'static Encoding>,
    ) -> Result<(Input, Kind), ImportError> {
        let name = member.path.rsplit('/').next().unwrap_or(&member.path).to_owned();
        let size = member.packed;
        let mut input = Input {
            path: path.to_owned(),
            name,
            member: Some(member),
            encoding,
            spooled: false,
            found: true,
            size,
            gzip: false,
        };
        let mut start = Vec::new();
        input.reader(&Rc::default())?.take(MAGIC).read_to_end(&mut start).map_err(|error| input.damaged(&error))?;
        input.gzip = start.starts_with(&[0x1f, 0x8b]);
        Ok((input, Kind::of(&start)))
    }

    /// The file's size in bytes, as it lies on the disk.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Its name, for use as a feed's name.
    pub(super) fn name(&self) -> String {
        self.name.clone()
    }

    fn damaged(&self, error: &io::Error) -> ImportError {
        ImportError::Refused(format!("{} is damaged: {error}", self.name))
    }

    /// Starts reading from the beginning; `position` follows along in the file on the disk.
    ///
    /// # Errors
    ///
    /// `File`.
    pub(super) fn reader(&self, position: &Rc<Cell<u64>>) -> Result<Box<dyn Read>, ImportError> {
        let failed = |error| ImportError::File { path: self.path.clone(), error };
        let mut file = File::open(&self.path).map_err(failed)?;
        position.set(0);
        let consumed = Rc::clone(position);
        let unpacked: Box<dyn Read> = match &self.member {
            None => Box::new(Counted { inner: file, position: Rc::clone(position) }),
            Some(member) => {
                file.seek(SeekFrom::Start(member.start)).map_err(failed)?;
                let packed = Counted { inner: file, position: Rc::clone(position) }.take(member.packed);
                let raw: Box<dyn Read> = if member.deflated {
                    let inner = DeflateDecoder::new(BufReader::with_capacity(64 << 10, packed));
                    Box::new(Bounded { inner, produced: 0, consumed: Rc::clone(&consumed) })
                } else {
                    Box::new(packed)
                };
                Box::new(Summed { inner: CrcReader::new(raw), expected: member.crc })
            }
        };
        if !self.gzip {
            return Ok(unpacked);
        }
        let inner = MultiGzDecoder::new(BufReader::with_capacity(64 << 10, unpacked));
        Ok(Box::new(Bounded { inner, produced: 0, consumed }))
    }

    /// As `reader`, as UTF-8.
    ///
    /// # Errors
    ///
    /// `File`; `Refused` for an encoding nobody knows.
    pub(super) fn text(&self, position: &Rc<Cell<u64>>) -> Result<Decoded<Box<dyn Read>>, ImportError> {
        Decoded::told(self.reader(position)?, self.encoding).map_err(|error| ImportError::Refused(error.to_string()))
    }
}

/// The first bytes of a file, enough to tell what it is.
///
/// # Errors
///
/// `File`.
pub(super) fn first_bytes(path: &Path) -> Result<Vec<u8>, ImportError> {
    let mut start = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAGIC).read_to_end(&mut start))
        .map_err(|error| ImportError::File { path: path.to_owned(), error })?;
    Ok(start)
}

struct Counted {
    inner: File,
    position: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(into)?;
        self.position.set(self.position.get() + count as u64);
        Ok(count)
    }
}

/// Stops unpacking what is not a catalogue but a bomb.
struct Bounded<R> {
    inner: R,
    produced: u64,
    consumed: Rc<Cell<u64>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(into)?;
        self.produced += count as u64;
        if self.produced > RATIO_FROM && self.produced / MAX_RATIO > self.consumed.get() {
            return Err(io::Error::other(format!("the file unpacks to more than {MAX_RATIO} times its size")));
        }
        Ok(count)
    }
}

/// Compares what came out with what the archive says went in.
struct Summed {
    inner: CrcReader<Box<dyn Read>>,
    expected: u32,
}

impl Read for Summed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(into)?;
        if count == 0 && !into.is_empty() && self.inner.crc().sum() != self.expected {
            return Err(io::Error::other("it is not what was packed: the archive is damaged"));
        }
        Ok(count)
    }
}
