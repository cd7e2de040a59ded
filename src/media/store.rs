//! Where the files of pictures lie, and how they get there: complete under their name, or not at all.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::{Hash, Kind, MediaError, Picture, intake};
use crate::kernel::ids::Token;

/// A picture whose file is in place; `attach` gives it to a book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The picture.
    pub picture: Picture,
    /// The length of its file.
    pub bytes: u64,
}

/// Checks a picture, makes it ours and stores its file below `data`, the shop's data folder.
///
/// The format is told by the content: JPEG, PNG, WebP or GIF, of which the first frame counts. The same bytes always
/// give the same file. It takes up to a second of a core and waits while another picture is taken in.
///
/// # Errors
///
/// A file that is too large, damaged or no picture, each with a sentence for who sent it; a disk that does not write.
pub fn take_in(data: &Path, bytes: &[u8]) -> Result<Taken, MediaError> {
    let clean = intake::clean(bytes)?;
    let hash = Hash::of(&clean.bytes);
    let picture = Picture { hash, kind: clean.kind, width: clean.width, height: clean.height };
    let path = original(data, &picture);
    if !std::fs::read(&path).is_ok_and(|there| there == clean.bytes) {
        put(&path, &clean.bytes)?;
    }
    Ok(Taken { picture, bytes: u64::try_from(clean.bytes.len()).unwrap_or(u64::MAX) })
}

/// `media/ab/abcd….jpg`.
pub fn original(data: &Path, picture: &Picture) -> PathBuf {
    original_path(data, picture.hash, picture.kind)
}

/// The same for a picture of which only the name is known.
pub fn original_path(data: &Path, hash: Hash, kind: Kind) -> PathBuf {
    let name = hash.to_string();
    data.join("media").join(name.get(..2).unwrap_or_default()).join(format!("{name}.{}", kind.extension()))
}

/// Writes beside, syncs, renames, syncs the folder: after a crash the file is whole or not there.
pub(super) fn put(path: &Path, bytes: &[u8]) -> Result<(), MediaError> {
    let writing = |error| MediaError::Io { what: format!("cannot write {}", path.display()), error };
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(writing)?;
    let beside = folder.join(format!(".{}.partial", Token::random()));
    let written = write_synced(&beside, bytes).and_then(|()| std::fs::rename(&beside, path));
    if written.is_err() {
        // Best effort: the error that counts is told.
        drop(std::fs::remove_file(&beside));
    }
    written.and_then(|()| sync_folder(folder)).map_err(writing)
}

fn write_synced(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// A file's bytes; `None` when it is not there.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, MediaError> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(MediaError::Io { what: format!("cannot read {}", path.display()), error }),
    }
}
