//! Where a feed's bytes come from: a file, gzipped or not, read as often as needed and in bounded memory.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use flate2::read::MultiGzDecoder;

use super::ImportError;

/// Book data packs 5 to 40 times. A file that unpacks to more than this is made to fill disks and time.
const MAX_RATIO: u64 = 250;
/// Below this a high ratio hurts nobody.
const RATIO_FROM: u64 = 16 << 20;

/// A file that has been looked at.
pub(super) struct Input {
    path: PathBuf,
    size: u64,
    gzip: bool,
}

impl Input {
    /// Looks at the file's first bytes; how it is named decides nothing.
    pub(super) fn open(path: &Path) -> Result<Input, ImportError> {
        let failed = |error| ImportError::File { path: path.to_owned(), error };
        let file = File::open(path).map_err(failed)?;
        let about = file.metadata().map_err(failed)?;
        if about.is_dir() {
            return Err(ImportError::Refused(format!("{} is a folder, not a file", path.display())));
        }
        let mut magic = Vec::with_capacity(4);
        file.take(4).read_to_end(&mut magic).map_err(failed)?;
        match magic.as_slice() {
            [] => Err(ImportError::Refused(format!("{} is empty", path.display()))),
            [b'P', b'K', 3 | 5, _] => {
                let reason = "is a ZIP archive or a spreadsheet: unpack it, or save it as CSV";
                Err(ImportError::Refused(format!("{} {reason}", path.display())))
            }
            bytes => Ok(Input { path: path.to_owned(), size: about.len(), gzip: bytes.starts_with(&[0x1f, 0x8b]) }),
        }
    }

    /// The file's size in bytes, as it lies on the disk.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// The file's name, for use as a feed's name.
    pub(super) fn name(&self) -> String {
        self.path.file_name().map_or_else(|| "file".to_owned(), |name| name.to_string_lossy().into_owned())
    }

    /// Starts reading from the beginning; `position` follows along in the file on the disk.
    pub(super) fn reader(&self, position: &Rc<Cell<u64>>) -> Result<Box<dyn Read>, ImportError> {
        let file = File::open(&self.path).map_err(|error| ImportError::File { path: self.path.clone(), error })?;
        position.set(0);
        let counted = Counted { inner: file, position: Rc::clone(position) };
        if !self.gzip {
            return Ok(Box::new(counted));
        }
        let unpacked = MultiGzDecoder::new(BufReader::with_capacity(64 << 10, counted));
        Ok(Box::new(Bounded { inner: unpacked, produced: 0, consumed: Rc::clone(position) }))
    }
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
