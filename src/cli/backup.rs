//! `bookstall backup`

use std::path::{Path, PathBuf};

use anyhow::Context;
use jiff::Timestamp;

use crate::backup;

/// Copy the whole shop into one file
///
/// Safe while the shop is open: no sale waits for it. The file holds the database, media and ebooks, and is read back
/// before it counts. Left out are keys/ (keep a copy of those elsewhere), search/ (rebuilt by itself) and mail/.
/// An existing file is never overwritten.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  bookstall backup
  bookstall backup /mnt/usb/
  bookstall backup before-inventory.tar.zst")]
pub(super) struct BackupArgs {
    /// A new file, or a folder that gets bookstall-YYYYMMDD-HHMMSS.tar.zst [default: backups/ in the data folder]
    #[arg(value_name = "FILE|FOLDER")]
    to: Option<PathBuf>,
    /// Print what the backup holds as JSON
    #[arg(long)]
    json: bool,
}

/// Takes the backup and says where it lies.
///
/// # Errors
///
/// Whatever keeps the backup from being taken.
pub(super) fn run(args: &BackupArgs, data: &Path, now: Timestamp) -> anyhow::Result<()> {
    let db = data.join("bookstall.db");
    let to = match &args.to {
        Some(to) => to.clone(),
        None => default_folder(data, &db)?,
    };
    let taken = backup::take(&db, data, &to, now)?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&taken)?);
        return Ok(());
    }
    println!("Backed up to {} ({} KB)", taken.file.display(), taken.size.div_ceil(1024));
    println!(
        "  files: {} ({} KB), each read back and found right",
        taken.manifest.files.len(),
        taken.manifest.bytes().div_ceil(1024)
    );
    println!("  rows: {}", main_counts(&taken.manifest));
    println!("  left out: {}", taken.manifest.left_out.join(", "));
    Ok(())
}

fn default_folder(data: &Path, db: &Path) -> anyhow::Result<PathBuf> {
    let folder = data.join("backups");
    // A mistyped --data must not leave a folder behind.
    if db.is_file() {
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    Ok(folder)
}

/// The tables a shopkeeper knows, as `12 editions, 3 orders`.
pub(super) fn main_counts(manifest: &backup::Manifest) -> String {
    let known = ["editions", "customers", "orders", "payments"];
    let count = |table: &&str| format!("{} {table}", manifest.counts.get(*table).copied().unwrap_or(0));
    known.iter().map(count).collect::<Vec<_>>().join(", ")
}
