//! `bookstall reindex`

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use anyhow::{Context, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;

use crate::changes::{self, Change};
use crate::db::{Db, DbError};
use crate::search::{self, Index};
use crate::settings::Overrides;

/// Build the search index anew from the catalogue
///
/// While the shop is being served, it asks the shop to do it; search goes on with the old index until the new one is ready.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example:
  bookstall reindex --data /srv/bookstall")]
pub(super) struct ReindexArgs {}

/// Builds the index of the shop in `data`, or asks the process that serves it to.
///
/// # Errors
///
/// No shop there, or what its files refuse.
pub(super) fn run(_: &ReindexArgs, data: &Path, overrides: &Overrides, now: Timestamp) -> anyhow::Result<()> {
    let file = data.join("bookstall.db");
    ensure!(file.exists(), "there is no shop in {}", data.display());
    let lock = take_lock(data)?;
    let db = Db::open(&file).with_context(|| format!("cannot open {}", file.display()))?;
    let result = match lock {
        Some(_held) => build(&db, data, overrides, now),
        None => ask(&db, now),
    };
    db.close();
    result
}

/// The lock that `serve` holds; `None` when it does. It is freed when the file is dropped.
fn take_lock(data: &Path) -> anyhow::Result<Option<File>> {
    let path = data.join("serve.lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = file.with_context(|| format!("cannot open {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("cannot lock {}", path.display())),
    }
}

fn build(db: &Db, data: &Path, overrides: &Overrides, now: Timestamp) -> anyhow::Result<()> {
    let index = Index::open_or_rebuild(&data.join("search"))?;
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template("{bar:30} {pos}/{len} books, {per_sec}, {eta} left")?);
    let done = search::rebuild(db, &index, overrides, now, |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    println!("The search index is built: {done} {}.", if done == 1 { "book" } else { "books" });
    Ok(())
}

fn ask(db: &Db, now: Timestamp) -> anyhow::Result<()> {
    db.write_blocking(move |tx| changes::record(tx, Change::Everything, now).map_err(DbError::from))?;
    println!(
        "The shop is being served: it builds its search index anew now, and answers from the old one until that is done."
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn shop() -> (tempfile::TempDir, Db) {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("bookstall.db")).unwrap();
        (folder, db)
    }

    fn reindex(data: &Path) -> anyhow::Result<()> {
        run(&ReindexArgs {}, data, &Overrides::new(), Timestamp::UNIX_EPOCH)
    }

    fn latest(db: &Db) -> i64 {
        db.read(|conn| changes::latest(conn).map_err(DbError::from)).unwrap()
    }

    #[test]
    fn a_shop_at_rest_is_indexed_here() {
        let (folder, db) = shop();
        reindex(folder.path()).unwrap();
        assert!(Index::open_or_rebuild(&folder.path().join("search")).unwrap().is_built());
        assert_eq!(latest(&db), 0);
    }

    #[test]
    fn a_shop_that_is_served_is_asked() {
        let (folder, db) = shop();
        let _served = take_lock(folder.path()).unwrap().unwrap();
        reindex(folder.path()).unwrap();
        let feed = db.read(|conn| changes::list_after(conn, 0, 9).map_err(DbError::from)).unwrap();
        assert_eq!(feed, [(1, Change::Everything)]);
        assert!(!folder.path().join("search").exists());
    }

    #[test]
    fn where_there_is_no_shop_none_is_made() {
        let folder = tempfile::tempdir().unwrap();
        assert!(reindex(folder.path()).unwrap_err().to_string().starts_with("there is no shop in"));
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }
}
