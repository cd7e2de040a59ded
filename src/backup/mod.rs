//! A shop in one file: taken while it sells, checked before it counts, restored into an empty folder only.
//!
//! The file is a tar in zstd that any `tar --zstd` opens, closed by a seal over every byte of it. It holds
//! `bookstall.db`, `media/`, `ebooks/` and, last, `manifest.json` with the SHA-256 of each file. Left out are
//! `keys/` (a stolen backup must open nothing), `search/` and `sizes/` (rebuilt) and `mail/` (sent).
//!
//! Owns no table and knows none: it counts the rows of whatever tables there are.
//! - The database is copied by SQLite's online backup in one step on its own connection: in WAL mode that is one
//!   snapshot, which neither waits for the writer nor lets it wait (2026-11; refused: small steps, which start
//!   again with every write, and `VACUUM INTO`, which builds every page anew and gains nothing here).
//! - The manifest comes last, so that each file is read once; a file that is replaced meanwhile harms nothing.
//! - Nothing is ever overwritten: a backup appears under its name complete or not at all.

mod archive;
mod manifest;
mod restore;
mod seal;
mod staging;
mod take;

use std::path::PathBuf;

use crate::error::{Fault, Kind};

pub use archive::verify;
pub use manifest::{FileFacts, Manifest};
pub use restore::{RestoreReport, restore};
pub use take::{BackupReport, default_name, take};

/// Why a backup was not taken, not accepted or not restored. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is no database to copy.
    #[error("there is no shop in {0}: `bookstall.db` is missing")]
    NoShop(PathBuf),
    /// The name is taken.
    #[error("{0} exists already, a backup never overwrites a file")]
    Exists(PathBuf),
    /// The shop's own database is damaged: a copy of it would be no backup.
    #[error("the shop's database is damaged, so no backup was made of it: {0}")]
    Unhealthy(String),
    /// Not one of our files.
    #[error("{0} is not a Bookstall backup, or it was cut short")]
    Foreign(PathBuf),
    /// One of our files, but not as it was written.
    #[error("the backup is damaged and was not used: {0}")]
    Damaged(String),
    /// Written by a program that knows more.
    #[error("the backup was written by Bookstall {0}, which is newer: use that program")]
    Newer(String),
    /// The folder to restore into holds something.
    #[error("{folder} is not empty, it holds “{entry}”: a backup is restored into an empty folder only")]
    NotEmpty {
        /// The folder.
        folder: PathBuf,
        /// The first thing in it.
        entry: String,
    },
    /// A running shop, or another restore, has the folder.
    #[error("{0} is in use by a running `bookstall`: stop it first, or restore into another folder")]
    InUse(PathBuf),
    /// Reading or writing a file failed.
    #[error("{what}: {error}")]
    Io {
        /// What was tried, with the path.
        what: String,
        /// The system's answer.
        error: std::io::Error,
    },
    /// SQLite said no.
    #[error("the database cannot be read: {0}")]
    Db(#[from] rusqlite::Error),
    /// The restored database cannot be opened.
    #[error(transparent)]
    Migration(#[from] crate::db::MigrationError),
}

impl Fault for BackupError {
    fn kind(&self) -> Kind {
        match self {
            BackupError::NoShop(_) => Kind::NotFound,
            BackupError::Exists(_) | BackupError::NotEmpty { .. } | BackupError::InUse(_) => Kind::Conflict,
            BackupError::Foreign(_) | BackupError::Damaged(_) | BackupError::Newer(_) => Kind::Invalid,
            BackupError::Io { .. } => Kind::Unavailable,
            BackupError::Db(error) => error.kind(),
            BackupError::Unhealthy(_) | BackupError::Migration(_) => Kind::Internal,
        }
    }
}

/// `map_err` for a failed file operation.
fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> BackupError {
    let what = what.into();
    move |error| BackupError::Io { what, error }
}

#[cfg(test)]
mod tests;
