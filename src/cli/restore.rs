//! `bookstall restore`

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::backup;

/// Bring a shop back from a backup
///
/// Restores into an empty or missing data folder only; a running shop is never touched. The file is verified before
/// anything is written and the shop examined before it is put in place. The search index is rebuilt when it is served.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example:
  bookstall restore bookstall-20261122-140500.tar.zst --data ./restored")]
pub(super) struct RestoreArgs {
    /// The backup
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print what was restored as JSON
    #[arg(long)]
    json: bool,
}

/// Restores the backup into `data`. What the doctor finds came with the backup: it is told, not refused.
///
/// # Errors
///
/// Whatever keeps the backup from being restored; the folder is then as it was.
pub(super) fn run(args: &RestoreArgs, data: &Path, now: Timestamp) -> anyhow::Result<()> {
    let restored = backup::restore(&args.file, data, now)?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&restored)?);
        return Ok(());
    }
    let manifest = &restored.manifest;
    println!("Restored the shop of {} into {}", manifest.taken_at.strftime("%Y-%m-%d %H:%M UTC"), data.display());
    println!("  files: {}, each verified", manifest.files.len());
    println!("  rows: {}", super::backup::main_counts(manifest));
    println!("  not in the backup: {}", manifest.left_out.join(", "));
    if restored.doctor.is_clean() {
        println!("  doctor: {} checks, nothing found", restored.doctor.proved.len());
    } else {
        println!("  doctor: these came with the backup:");
        super::doctor::print_findings(&restored.doctor);
    }
    println!("Next: bookstall serve --data {}", data.display());
    Ok(())
}
