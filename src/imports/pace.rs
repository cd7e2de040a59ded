//! How an import shares the shop: at its own speed while it is closed, in small steps while it sells.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::ImportError;

/// How long one job may keep the writer of an open shop: a checkout that waits stays far below what a person notices.
const JOB: Duration = Duration::from_millis(10);
/// After a job whoever waits in another process gets its turn: SQLite has no queue, it is looked for every millisecond.
/// Half of the time at least is theirs.
const REST: Duration = Duration::from_millis(5);
/// A first job is small, until it is known how fast this machine is.
const FIRST_JOB: usize = 50;
const MAX_JOB: usize = 500;
/// In a closed shop several jobs share a commit. SQLite keeps a copy of each page that a job changes, once in every
/// job, so that the job can be undone alone: few large jobs copy less than many small ones.
const CLOSED_JOB: usize = 2000;
const CLOSED_AHEAD: usize = 10;
/// How often it is looked whether the shop has opened.
const LOOK: Duration = Duration::from_millis(500);

/// The measure of an import's steps.
pub(super) struct Pace {
    serve: PathBuf,
    looked: Instant,
    open: bool,
    job: usize,
}

impl Pace {
    /// For the shop in `folder`.
    pub(super) fn of(folder: &Path) -> Pace {
        let serve = folder.join("serve.lock");
        Pace { open: is_held(&serve), serve, looked: Instant::now(), job: FIRST_JOB }
    }

    /// How many records the next job takes.
    pub(super) fn job(&self) -> usize {
        if self.open { self.job } else { CLOSED_JOB }
    }

    /// How many jobs may be under way before the first of them is waited for.
    pub(super) fn ahead(&self) -> usize {
        if self.open { 1 } else { CLOSED_AHEAD }
    }

    /// Takes note of a job that is done; leaves the writer to others for a while if the shop is open.
    pub(super) fn done(&mut self, records: usize, took: Duration) {
        if self.looked.elapsed() >= LOOK {
            self.open = is_held(&self.serve);
            self.looked = Instant::now();
        }
        if self.open {
            let fitting = u128::try_from(records).unwrap_or(1) * JOB.as_nanos() / took.as_nanos().max(1);
            self.job = usize::try_from(fitting).unwrap_or(MAX_JOB).clamp(10, MAX_JOB);
            std::thread::sleep(REST.max(took));
        }
    }
}

/// Whether a process holds the lock that `serve` takes. Looking takes microseconds and leaves it free.
fn is_held(lock: &Path) -> bool {
    let Ok(file) = File::open(lock) else { return false };
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}

/// Held for a whole run; the system frees it after any crash.
#[derive(Debug)]
pub(super) struct Turn(#[expect(dead_code, reason = "the lock lives as long as the file")] File);

impl Turn {
    /// One import at a time: two would meet the same books and make each twice.
    ///
    /// # Errors
    ///
    /// `Busy` while another import runs.
    pub(super) fn take(folder: &Path) -> Result<Turn, ImportError> {
        let path = folder.join("import.lock");
        let failed = |error| ImportError::File { path: path.clone(), error };
        let file = File::options().create(true).write(true).truncate(false).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Turn(file)),
            Err(TryLockError::WouldBlock) => Err(ImportError::Busy),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}
