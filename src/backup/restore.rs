//! Brings a shop back, into an empty folder and only after it was looked over.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;

use super::manifest::{DATABASE, count_rows};
use super::staging::{Unfinished, create_private, sync_folder};
use super::{BackupError, Manifest, archive, io};
use crate::db::Db;
use crate::doctor;

/// Held by whoever works in a data folder, by `serve` all the time.
const LOCK: &str = "serve.lock";
/// Lies in the folder itself, because that may be a mounted volume whose parent is another disk.
const STAGING: &str = ".restoring";

/// A restored shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RestoreReport {
    /// What the backup held.
    pub manifest: Manifest,
    /// What the doctor says about the shop as it now lies there. Findings came with the backup.
    pub doctor: doctor::Report,
}

/// Verifies `file`, unpacks it aside, examines it there and only then puts it into `data_dir`.
///
/// The folder is created when it is missing. The index is rebuilt by the next `serve`, which also opens the shop
/// under today's schema; the database is brought up to it here already.
///
/// # Errors
///
/// A folder that holds anything or is in use, an archive that `verify` refuses, a database that is damaged or newer.
/// The folder is then as it was.
pub fn restore(file: &Path, data_dir: &Path, now: Timestamp) -> Result<RestoreReport, BackupError> {
    if data_dir.join(LOCK).exists() {
        drop(lock(data_dir)?);
    }
    refuse_full(data_dir)?;
    archive::verify(file)?;
    let created = !data_dir.exists();
    std::fs::create_dir_all(data_dir).map_err(io(format!("cannot create {}", data_dir.display())))?;
    let outcome = restore_locked(file, data_dir, now);
    if outcome.is_err() && created {
        // Best effort: the lock file and the folder are ours, and empty; the error that counts is told.
        drop(std::fs::remove_file(data_dir.join(LOCK)));
        drop(std::fs::remove_dir(data_dir));
    }
    outcome
}

fn restore_locked(file: &Path, data_dir: &Path, now: Timestamp) -> Result<RestoreReport, BackupError> {
    // Kept to the end: no shop starts in the folder, and no second restore, while this one works.
    let _lock = lock(data_dir)?;
    refuse_full(data_dir)?;
    let staging = Unfinished::new(data_dir.join(STAGING));
    if staging.path().exists() {
        // We hold the lock, so whoever made it is gone.
        std::fs::remove_dir_all(staging.path()).map_err(io(format!("cannot clear {}", staging.path().display())))?;
    }
    std::fs::create_dir(staging.path()).map_err(io(format!("cannot create {}", staging.path().display())))?;
    let manifest = archive::walk(file, |name, content| unpack(staging.path(), name, content))?;
    let doctor = examine(&staging.path().join(DATABASE), &manifest, now)?;
    put_in_place(staging.path(), data_dir)?;
    Ok(RestoreReport { manifest, doctor })
}

/// The lock file itself and what a killed restore left do not count.
fn refuse_full(data_dir: &Path) -> Result<(), BackupError> {
    let reading = || format!("cannot read {}", data_dir.display());
    let entries = match std::fs::read_dir(data_dir) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(io(reading()))?,
    };
    for entry in entries {
        let name = entry.map_err(io(reading()))?.file_name();
        if name != LOCK && name != STAGING {
            let entry = name.to_string_lossy().into_owned();
            return Err(BackupError::NotEmpty { folder: data_dir.to_owned(), entry });
        }
    }
    Ok(())
}

fn lock(data_dir: &Path) -> Result<File, BackupError> {
    let path = data_dir.join(LOCK);
    let file = File::options().write(true).create(true).truncate(false).open(&path);
    let file = file.map_err(io(format!("cannot open {}", path.display())))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(BackupError::InUse(data_dir.to_owned())),
        Err(std::fs::TryLockError::Error(error)) => Err(io(format!("cannot lock {}", path.display()))(error)),
    }
}

fn unpack(staging: &Path, name: &str, content: &mut dyn Read) -> Result<(), BackupError> {
    let path = staging.join(name);
    let writing = || format!("cannot write {}", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(io(writing()))?;
    }
    let mut file = create_private(&path)?;
    let mut buffer = vec![0; 1 << 17];
    loop {
        let read = content.read(&mut buffer).map_err(archive::unreadable)?;
        match buffer.get(..read) {
            None | Some([]) => break,
            Some(bytes) => file.write_all(bytes).map_err(io(writing()))?,
        }
    }
    file.sync_all().map_err(io(writing()))
}

/// Opens the database as `serve` would, which also brings an older one up to date, and has it examined.
fn examine(path: &Path, manifest: &Manifest, now: Timestamp) -> Result<doctor::Report, BackupError> {
    let plain = rusqlite::Connection::open(path)?;
    if let Some(damage) = super::manifest::damage(&plain)? {
        return Err(BackupError::Damaged(damage));
    }
    if count_rows(&plain)? != manifest.counts {
        return Err(BackupError::Damaged("its tables do not have the rows that the manifest counts".to_owned()));
    }
    drop(plain);
    // The file is moved next: a pool would let go of it, and SQLite tidy up beside it, a moment too late.
    let conn = Db::open_alone(path)?;
    let report = doctor::examine(&conn, now)?;
    conn.close().map_err(|(_, error)| error)?;
    Ok(report)
}

/// The database goes last: a folder without one holds no shop.
fn put_in_place(staging: &Path, data_dir: &Path) -> Result<(), BackupError> {
    let reading = || format!("cannot read {}", staging.display());
    let entries = std::fs::read_dir(staging).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(io(reading()))?;
    let mut names: Vec<_> = entries.iter().map(std::fs::DirEntry::file_name).collect();
    names.sort_by_key(|name| name == DATABASE);
    for name in names {
        let to = data_dir.join(&name);
        std::fs::rename(staging.join(&name), &to).map_err(io(format!("cannot write {}", to.display())))?;
    }
    sync_folder(data_dir)
}
