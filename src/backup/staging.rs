//! Files and folders under way: they disappear unless they are finished.

use std::path::{Path, PathBuf};

use super::{BackupError, io};

/// Removes what it names, a file or a folder, unless it was finished.
pub(super) struct Unfinished(PathBuf);

impl Unfinished {
    pub(super) fn new(path: PathBuf) -> Unfinished {
        Unfinished(path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let removed = if self.0.is_dir() { std::fs::remove_dir_all(&self.0) } else { std::fs::remove_file(&self.0) };
        if let Err(error) = removed
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(path = %self.0.display(), %error, "an unfinished file could not be removed");
        }
    }
}

/// Creates a file that only its owner may read: it holds readers' addresses.
pub(super) fn create_private(path: &Path) -> Result<std::fs::File, BackupError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| {
        if error.kind() == std::io::ErrorKind::AlreadyExists {
            return BackupError::Exists(path.to_owned());
        }
        io(format!("cannot create {}", path.display()))(error)
    })
}

/// Gives a finished file its name, unless somebody else took it meanwhile.
pub(super) fn publish(file: &Unfinished, name: &Path) -> Result<(), BackupError> {
    // A link refuses an existing name in one step; a rename would replace it.
    match std::fs::hard_link(file.path(), name) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(BackupError::Exists(name.to_owned()));
        }
        // Some file systems know no links.
        Err(_) if !name.exists() => {
            std::fs::rename(file.path(), name).map_err(io(format!("cannot write {}", name.display())))?
        }
        Err(_) => return Err(BackupError::Exists(name.to_owned())),
    }
    sync_folder(name.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")))
}

/// Makes the names in a folder durable, where the system can.
pub(super) fn sync_folder(folder: &Path) -> Result<(), BackupError> {
    if cfg!(unix) {
        let synced = std::fs::File::open(folder).and_then(|folder| folder.sync_all());
        synced.map_err(io(format!("cannot write {}", folder.display())))?;
    }
    Ok(())
}
