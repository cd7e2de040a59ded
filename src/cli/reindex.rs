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
pub struct ReindexArgs {}

/// Builds the index of the shop in `data`, or asks the process that serves it to.
///
/// # Errors
///
/// No shop there, or what its files refuse.
pub fn run(_: &ReindexArgs, data: &Path, overrides: &Overrides, now: Timestamp) -> anyhow::Result<()> {
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
    println!("The shop is being served: it builds its search index anew now, and answers from the old one until that is done.");
    Ok(())
}
