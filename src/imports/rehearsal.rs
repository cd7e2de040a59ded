//! A dry run: the import runs for real, on a copy that is thrown away.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::Backup;

use crate::db::{Db, DbError, MigrationError};
use crate::kernel::ids::Token;

/// A shop to try things on; its files go when it is dropped.
pub struct Rehearsal {
    db: Db,
    folder: PathBuf,
}

/// Why no copy could be made.
#[derive(Debug, thiserror::Error)]
pub enum RehearsalError {
    /// The folder for it.
    #[error("no copy of the shop could be made for the dry run: {0}")]
    Folder(#[from] std::io::Error),
    /// The copy.
    #[error("no copy of the shop could be made for the dry run: {0}")]
    Copy(#[from] rusqlite::Error),
    /// The copy cannot be opened.
    #[error(transparent)]
    Open(#[from] MigrationError),
    /// The copy cannot be used.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Rehearsal {
    /// Copies the database at `path`, if there is one, without keeping anybody from selling.
    ///
    /// # Errors
    ///
    /// No room for the copy; a file that is no database.
    pub fn of(path: &Path) -> Result<Rehearsal, RehearsalError> {
        let folder = std::env::temp_dir().join(format!("bookstall-dry-run-{}", Token::random()));
        create_private(&folder)?;
        match copy(path, &folder.join("bookstall.db")).and_then(|()| Ok(Db::open(&folder.join("bookstall.db"))?)) {
            Ok(db) => Ok(Rehearsal { db, folder }),
            Err(error) => {
                remove(&folder);
                Err(error)
            }
        }
    }

    /// The copy.
    pub fn db(&self) -> &Db {
        &self.db
    }
}

/// The copy holds customers' names as the shop does; nobody else on the machine may read it.
fn create_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn copy(from: &Path, to: &Path) -> Result<(), RehearsalError> {
    if !from.exists() {
        return Ok(());
    }
    let shop = Db::open_reader(from)?;
    let mut copy = rusqlite::Connection::open(to)?;
    Backup::new(&shop, &mut copy)?.run_to_completion(10_000, Duration::ZERO, None)?;
    Ok(())
}

fn remove(folder: &Path) {
    if let Err(error) = std::fs::remove_dir_all(folder) {
        tracing::warn!(%error, folder = %folder.display(), "the copy of a dry run could not be removed");
    }
}

impl Drop for Rehearsal {
    fn drop(&mut self) {
        self.db.close();
        remove(&self.folder);
    }
}
