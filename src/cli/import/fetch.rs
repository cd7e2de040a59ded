//! `--fetch-images`: gets the pictures that feeds have named by address.

use std::path::Path;

use anyhow::{Context as _, ensure};

use crate::db::Db;
use crate::kernel::time::Clock;
use crate::media::fetch::{self, Options, Summary};

/// Links that failed and are printed one by one.
const SHOWN: usize = 20;

/// Fetches every picture that is due, and says what became of them.
///
/// # Errors
///
/// No shop, or a database or disk that does not work. A link that fails is told, and tried again another time.
pub(super) fn run(data: &Path, clock: &Clock) -> anyhow::Result<()> {
    let path = data.join("bookstall.db");
    ensure!(path.exists(), "there is no shop in {}", data.display());
    let db = Db::open(&path)?;
    let bar = super::bar();
    let result = fetch::fetch_missing(&db, data, clock, &Options::default(), &mut |summary| {
        bar.set_length(summary.due);
        bar.set_position(summary.fetched + summary.failed);
    });
    bar.finish_and_clear();
    db.close();
    print(&result.context("pictures cannot be fetched")?);
    Ok(())
}

fn print(summary: &Summary) {
    println!("{} pictures were due: {} fetched, {} failed", summary.due, summary.fetched, summary.failed);
    for (link, problem) in summary.problems.iter().take(SHOWN) {
        println!("failed, tried again another time: {link}: {problem}");
    }
}
