//! The last 40 bytes of a backup: a zstd frame that decoders skip, with the SHA-256 of all bytes before it.
//!
//! zstd's own checksum covers the contents but not its headers, and a tar has bytes nobody reads; with the seal
//! no byte can change unseen. Source: RFC 8878, section 3.1.2 (skippable frames).

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Take, Write};

use sha2::{Digest, Sha256};

/// The magic number of a skippable frame and its length, 32, both little-endian.
const HEADER: [u8; 8] = [0x5B, 0x2A, 0x4D, 0x18, 32, 0, 0, 0];
const LENGTH: u64 = 40;

/// Passes bytes on and digests them, reading or writing.
pub(super) struct Digesting<T> {
    inner: T,
    digest: Sha256,
    size: u64,
}

impl<T> Digesting<T> {
    pub(super) fn new(inner: T) -> Digesting<T> {
        Digesting { inner, digest: Sha256::new(), size: 0 }
    }

    fn add(&mut self, bytes: Option<&[u8]>) {
        let bytes = bytes.unwrap_or_default();
        self.digest.update(bytes);
        self.size += u64::try_from(bytes.len()).unwrap_or(0);
    }

    /// Bytes passed on, and their SHA-256 in hexadecimal digits.
    pub(super) fn facts(self) -> super::FileFacts {
        let sha256 = self.digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        super::FileFacts { size: self.size, sha256 }
    }
}

impl<R: Read> Read for Digesting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.add(buffer.get(..read));
        Ok(read)
    }
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(buffer)?;
        self.add(buffer.get(..written));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Writes the seal over everything that went through `out`.
pub(super) fn close<W: Write>(mut out: Digesting<W>) -> io::Result<W> {
    out.inner.write_all(&HEADER)?;
    out.inner.write_all(&out.digest.finalize())?;
    Ok(out.inner)
}

/// What the end of a file says about the rest.
pub(super) enum Seal {
    /// Every byte is as it was written; here are those before the seal.
    Whole(Take<BufReader<File>>),
    /// There is a seal, over other bytes.
    Broken,
    /// There is none.
    Missing,
}

/// Reads `file` once to the end and compares it with its seal.
pub(super) fn open(mut file: File) -> io::Result<Seal> {
    let length = file.metadata()?.len();
    let Some(body) = length.checked_sub(LENGTH) else { return Ok(Seal::Missing) };
    file.seek(SeekFrom::Start(body))?;
    let (mut header, mut expected) = ([0; 8], [0; 32]);
    file.read_exact(&mut header)?;
    file.read_exact(&mut expected)?;
    if header != HEADER {
        return Ok(Seal::Missing);
    }
    file.rewind()?;
    let mut reader = Digesting::new(BufReader::with_capacity(1 << 17, file).take(body));
    io::copy(&mut reader, &mut io::sink())?;
    if <[u8; 32]>::from(reader.digest.finalize()) != expected {
        return Ok(Seal::Broken);
    }
    let mut file = reader.inner.into_inner();
    file.rewind()?;
    Ok(Seal::Whole(file.take(body)))
}
