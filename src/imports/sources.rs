//! What a command names: files, archives, folders, standard input. Each becomes the feeds that are in it.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use encoding_rs::Encoding;
use jiff::Timestamp;

use super::ImportError;
use super::archive;
use super::input::{Input, Kind, first_bytes};
use crate::kernel::ids::Token;

/// Standard input may hold this much; it lies on the disk meanwhile.
const MAX_SPOOL: u64 = 16 << 30;
/// A spooled file that a killed run left behind is nobody's after this.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);
/// Folders nested deeper than this are a loop.
const MAX_DEPTH: usize = 16;
/// Files in one folder beyond which it is not a folder of feeds.
const MAX_FILES: usize = 100_000;

/// What a name on the command line turned out to be.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Feeds, in name order.
    pub inputs: Vec<Input>,
    /// What looked like a feed and cannot be read, and why.
    pub refused: Vec<(String, ImportError)>,
    /// What is no feed, one sentence each.
    pub skipped: Vec<String>,
}

/// Looks into a file, an archive or a folder.
///
/// # Errors
///
/// `File` and `Refused` for a name that stands for itself; what lies in folders and archives is told in `Found`.
pub(super) fn look(path: &Path, encoding: Option<&'static Encoding>) -> Result<Found, ImportError> {
    let mut found = Found::default();
    let about = path.metadata().map_err(|error| ImportError::File { path: path.to_owned(), error })?;
    if about.is_dir() {
        let mut files = Vec::new();
        walk(path, 0, &mut files)?;
        files.sort();
        for file in &files {
            found.add_of_folder(file, encoding);
        }
        if found.inputs.is_empty() && found.refused.is_empty() {
            return Err(ImportError::Refused(format!("{} holds no feed", path.display())));
        }
    } else if Kind::of(&first_bytes(path)?) == Kind::Zip {
        found.add_archive(path, encoding)?;
    } else {
        found.inputs.push(Input::open(path, encoding)?);
    }
    Ok(found)
}

impl Found {
    fn add_of_folder(&mut self, path: &Path, encoding: Option<&'static Encoding>) {
        let name = path.display().to_string();
        let added = match first_bytes(path).map(|start| Kind::of(&start)) {
            Ok(Kind::Other(what)) => {
                self.skipped.push(format!("{name} is not read: it is {what}"));
                return;
            }
            Ok(Kind::Empty) => {
                self.skipped.push(format!("{name} is empty"));
                return;
            }
            Ok(Kind::Zip) => self.add_archive(path, encoding),
            Ok(Kind::Feed) => Input::open(path, encoding).map(|mut input| {
                input.found = true;
                self.inputs.push(input);
            }),
            Err(error) => Err(error),
        };
        if let Err(error) = added {
            self.refused.push((name, error));
        }
    }

    fn add_archive(&mut self, path: &Path, encoding: Option<&'static Encoding>) -> Result<(), ImportError> {
        let entries = archive::entries(path)?;
        let refused = |why: &str| Err(ImportError::Refused(format!("{} {why}", path.display())));
        if let Some(what) = archive::program_of(&entries) {
            return refused(what);
        }
        let before = self.inputs.len() + self.refused.len();
        for entry in entries.iter().filter(|entry| !entry.is_hidden()) {
            let name = format!("{} in {}", entry.path, path.display());
            match entry.member(path).and_then(|member| Input::of_member(path, member, encoding)) {
                Ok((input, Kind::Feed)) => self.inputs.push(input),
                Ok((_, Kind::Other(what))) => self.skipped.push(format!("{name} is not read: it is {what}")),
                Ok((_, Kind::Zip)) => self.skipped.push(format!("{name} is not read: it is an archive in an archive")),
                Ok((_, Kind::Empty)) => self.skipped.push(format!("{name} is empty")),
                Err(error) => self.refused.push((name, error)),
            }
        }
        match (self.inputs.len() + self.refused.len() - before, self.refused.as_slice()) {
            (0, _) => refused("is a ZIP archive without a feed in it"),
            _ => Ok(()),
        }
    }
}

/// The files under a folder; hidden ones and linked folders are not followed.
fn walk(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), ImportError> {
    let failed = |error| ImportError::File { path: folder.to_owned(), error };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.') || entry.file_name() == "__MACOSX";
        let kind = entry.file_type().map_err(failed)?;
        if hidden || files.len() >= MAX_FILES {
            continue;
        }
        match () {
            () if kind.is_dir() && depth < MAX_DEPTH => walk(&entry.path(), depth + 1, files)?,
            () if kind.is_file() || (kind.is_symlink() && entry.path().is_file()) => files.push(entry.path()),
            () => {}
        }
    }
    Ok(())
}

/// Standard input on the disk; its file goes when this is dropped.
#[derive(Debug)]
pub struct Spool {
    path: PathBuf,
}

impl Spool {
    /// Copies everything that comes into `folder`, which is made if it is not there.
    ///
    /// Feeds are looked at before they are read, and ONIX is read twice, so that a broken message stores nothing: what
    /// cannot be rewound must lie somewhere. The shop's own folder has room where a `/tmp` in memory may not.
    ///
    /// # Errors
    ///
    /// No room; more than 16 GB.
    pub fn fill(folder: &Path, from: &mut dyn Read, now: Timestamp) -> io::Result<Spool> {
        fs::create_dir_all(folder)?;
        sweep(folder, now.into())?;
        let spool = Spool { path: folder.join(format!("{}.feed", Token::random())) };
        let mut file = File::create_new(&spool.path)?;
        let copied = io::copy(&mut from.take(MAX_SPOOL + 1), &mut file)?;
        if copied > MAX_SPOOL {
            return Err(io::Error::other("standard input holds more than 16 GB"));
        }
        Ok(spool)
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(%error, file = %self.path.display(), "what came from standard input could not be removed");
        }
    }
}

/// Removes what killed runs left behind.
fn sweep(folder: &Path, now: SystemTime) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let ours = entry.path().extension().is_some_and(|end| end == "feed");
        let age = entry.metadata()?.modified().ok().and_then(|then| now.duration_since(then).ok());
        if ours && age.is_some_and(|age| age > STALE) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
