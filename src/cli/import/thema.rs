//! `bookstall import --thema`: the official list of Thema's words.

use std::path::Path;

use anyhow::{Context as _, ensure};

use crate::catalog::thema;
use crate::db::{Db, DbError};
use crate::kernel::time::Clock;

/// The list has about 4 MB; what is much larger is something else.
const MAX_BYTES: u64 = 64 << 20;

/// Loads the list into the shop at `data`. Returns how many codes it has, and how many of them are news.
///
/// # Errors
///
/// The file cannot be read or is not Thema; nothing is stored then.
pub(super) fn load(file: &Path, data: &Path, clock: &Clock) -> anyhow::Result<(usize, usize)> {
    let unreadable = || format!("{} cannot be read", file.display());
    let size = std::fs::metadata(file).with_context(unreadable)?.len();
    ensure!(size <= MAX_BYTES, "{} is too large for the Thema list", file.display());
    let entries = thema::parse(&std::fs::read(file).with_context(unreadable)?)?;
    std::fs::create_dir_all(data).with_context(|| format!("{} cannot be made", data.display()))?;
    let db = Db::open(&data.join("bookstall.db"))?;
    let (count, now) = (entries.len(), clock.now());
    let changed = db.write_blocking(move |tx| Ok::<_, DbError>(thema::load(tx, &entries, now)?));
    db.close();
    Ok((count, changed?))
}
