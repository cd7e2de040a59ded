//! Takes a backup of a shop that may be selling meanwhile.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use serde::Serialize;

use super::manifest::{DATABASE, FOLDERS, FORMAT, LEFT_OUT, MANIFEST, count_rows, damage};
use super::seal::{self, Digesting};
use super::staging::{Unfinished, create_private, publish};
use super::{BackupError, FileFacts, Manifest, archive, io};
use crate::db::Db;
use crate::kernel::ids::Id;

/// A backup that was taken and read back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BackupReport {
    /// Where it lies.
    pub file: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// What it holds.
    pub manifest: Manifest,
}

type Tar = tar::Builder<zstd::Encoder<'static, Digesting<BufWriter<File>>>>;

/// `bookstall-20261122-140500.tar.zst`, in UTC.
pub fn default_name(now: Timestamp) -> String {
    format!("bookstall-{}.tar.zst", now.to_zoned(TimeZone::UTC).strftime("%Y%m%d-%H%M%S"))
}

/// Copies the shop in `data_dir` into one file and reads it back.
///
/// `dest` is a new file's name or an existing folder, which gets a file of the default name. While it runs it needs
/// room beside `dest` for the database once more.
///
/// # Errors
///
/// An existing `dest`, a damaged database, a full disk; no file is left behind then.
pub fn take(db_path: &Path, data_dir: &Path, dest: &Path, now: Timestamp) -> Result<BackupReport, BackupError> {
    if !db_path.is_file() {
        return Err(BackupError::NoShop(data_dir.to_owned()));
    }
    let file = if dest.is_dir() { dest.join(default_name(now)) } else { dest.to_owned() };
    if file.exists() {
        return Err(BackupError::Exists(file));
    }
    let beside = |suffix: &str| Unfinished::new(file.with_file_name(format!(".{}.{suffix}", Id::new(now))));
    let (copy, partial) = (beside("db.partial"), beside("tar.zst.partial"));
    drop(create_private(copy.path())?);
    let (schema, counts) = copy_database(db_path, copy.path())?;
    let manifest = Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        schema,
        taken_at: now,
        counts,
        files: BTreeMap::new(),
        left_out: LEFT_OUT.map(str::to_owned).to_vec(),
    };
    pack(copy.path(), data_dir, partial.path(), manifest)?;
    let manifest = archive::verify(partial.path())?;
    publish(&partial, &file)?;
    let size = std::fs::metadata(&file).map_err(io(format!("cannot read {}", file.display())))?.len();
    Ok(BackupReport { file, size, manifest })
}

/// Copies one snapshot of the database and looks it over. Gives its schema and the rows of its tables.
fn copy_database(from: &Path, to: &Path) -> Result<(i64, BTreeMap<String, u64>), BackupError> {
    let source = Db::open_reader(from)?;
    let mut copy = Connection::open(to)?;
    // The copy is no promise to anybody yet: the archive made of it is what is synced.
    copy.execute_batch("PRAGMA synchronous = OFF")?;
    let backup = Backup::new(&source, &mut copy)?;
    // Busy lasts only while another process recovers or resets the log.
    let mut step = backup.step(-1)?;
    for _ in 0..50 {
        if step == StepResult::Done {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
        step = backup.step(-1)?;
    }
    if step != StepResult::Done {
        return Err(BackupError::Unhealthy("it stayed locked for five seconds".to_owned()));
    }
    drop(backup);
    // One file, without a log beside it.
    copy.execute_batch("PRAGMA journal_mode = DELETE")?;
    if let Some(damage) = damage(&copy)? {
        return Err(BackupError::Unhealthy(damage));
    }
    let schema = copy.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok((schema, count_rows(&copy)?))
}

pub(super) fn pack(database: &Path, data_dir: &Path, to: &Path, mut manifest: Manifest) -> Result<(), BackupError> {
    let writing = || format!("cannot write {}", to.display());
    let out = Digesting::new(BufWriter::with_capacity(1 << 17, create_private(to)?));
    let mut encoder = zstd::Encoder::new(out, 3).map_err(io(writing()))?;
    encoder.include_checksum(true).map_err(io(writing()))?;
    let mut tar: Tar = tar::Builder::new(encoder);
    let mut facts = append_file(&mut tar, DATABASE, database, manifest.taken_at)?;
    manifest.files.extend(facts.take().map(|facts| (DATABASE.to_owned(), facts)));
    for folder in FOLDERS {
        append_folder(&mut tar, folder, &data_dir.join(folder), &mut manifest)?;
    }
    let json = serde_json::to_vec_pretty(&manifest).map_err(|error| io(writing())(error.into()))?;
    let size = u64::try_from(json.len()).unwrap_or(u64::MAX);
    let mut header = header(size, manifest.taken_at);
    tar.append_data(&mut header, MANIFEST, json.as_slice()).map_err(io(writing()))?;
    let sealed = tar.into_inner().and_then(zstd::Encoder::finish).and_then(seal::close);
    let file = sealed.and_then(|out| out.into_inner().map_err(std::io::IntoInnerError::into_error));
    file.and_then(|file| file.sync_all()).map_err(io(writing()))
}

/// Adds a folder and what is below it, in the order of the names. A folder that is not there adds nothing.
fn append_folder(tar: &mut Tar, name: &str, folder: &Path, manifest: &mut Manifest) -> Result<(), BackupError> {
    let reading = || format!("cannot read {}", folder.display());
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(io(reading()))?,
    };
    let mut entries = entries.collect::<Result<Vec<_>, _>>().map_err(io(reading()))?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = format!("{name}/{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type().map_err(io(reading()))?;
        if kind.is_dir() {
            append_folder(tar, &path, &entry.path(), manifest)?;
        } else if kind.is_file()
            && entry.file_name().to_str().is_some_and(|own| archive::is_safe(&format!("{name}/{own}")))
        {
            let facts = append_file(tar, &path, &entry.path(), manifest.taken_at)?;
            manifest.files.extend(facts.map(|facts| (path, facts)));
        } else {
            // Links and names that other systems cannot write: Bookstall makes neither.
            manifest.left_out.push(path);
        }
    }
    Ok(())
}

/// Adds one file; `None` when it was removed meanwhile.
fn append_file(tar: &mut Tar, name: &str, path: &Path, taken_at: Timestamp) -> Result<Option<FileFacts>, BackupError> {
    let reading = || format!("cannot back up {}", path.display());
    let file = match File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        file => file.map_err(io(reading()))?,
    };
    let size = file.metadata().map_err(io(reading()))?.len();
    let mut reader = Digesting::new(BufReader::with_capacity(1 << 17, file).take(size));
    tar.append_data(&mut header(size, taken_at), name, &mut reader).map_err(io(reading()))?;
    let facts = reader.facts();
    if facts.size != size {
        let shrunk = std::io::Error::new(std::io::ErrorKind::UnexpectedEof, "it became shorter meanwhile, try again");
        return Err(io(reading())(shrunk));
    }
    Ok(Some(facts))
}

fn header(size: u64, taken_at: Timestamp) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_size(size);
    header.set_mode(0o600);
    header.set_mtime(u64::try_from(taken_at.as_second()).unwrap_or(0));
    header.set_entry_type(tar::EntryType::Regular);
    header
}
