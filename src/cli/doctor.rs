//! `bookstall doctor`

use std::path::Path;

use anyhow::{Context, bail, ensure};
use jiff::Timestamp;
use rusqlite::Connection;

use crate::db::Db;
use crate::doctor::{self, Report};
use crate::media;
use crate::search;
use crate::settings::Overrides;

/// Prove that the shop's books are right
///
/// Checks the database file, references, stock against its ledger, order sums, payments, numbers, mail and pictures, and prints
/// what was proved. Reads only; safe while the shop is open. Exit code 1 when something is wrong.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  bookstall doctor
  bookstall doctor --json | jq .findings")]
pub(super) struct DoctorArgs {
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

/// Examines the shop in `data` and prints the report.
///
/// # Errors
///
/// Any finding, and a database that cannot be read at all.
pub(super) fn run(args: &DoctorArgs, data: &Path, overrides: &Overrides, now: Timestamp) -> anyhow::Result<()> {
    let path = data.join("bookstall.db");
    ensure!(path.is_file(), "there is no shop in {}: bookstall.db is missing", data.display());
    let damaged = || {
        format!(
            "{} cannot be read: restore a backup with `bookstall restore`, the file was not changed",
            path.display()
        )
    };
    let conn = Db::open_reader(&path).with_context(damaged)?;
    let mut report = doctor::examine(&conn, now).with_context(damaged)?;
    media::doctor::check_files(&conn, data, &mut report).with_context(damaged)?;
    examine_search(&conn, &data.join("search"), overrides, now, &mut report)?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print(&report);
    }
    match report.findings.len() {
        0 => Ok(()),
        1 => bail!("the doctor found 1 thing that is not right"),
        more => bail!("the doctor found {more} things that are not right"),
    }
}

fn examine_search(
    conn: &Connection, folder: &Path, overrides: &Overrides, now: Timestamp, report: &mut Report,
) -> anyhow::Result<()> {
    if !folder.is_dir() {
        report.prove("search", 0, "books, for there is no index yet: `serve` builds it");
        return Ok(());
    }
    let proof = search::check(conn, folder, overrides, now)
        .context("the search index cannot be read: delete its folder, `serve` builds it anew")?;
    report.prove("search", proof.proved, "books are found as the catalogue says");
    if proof.behind > 0 {
        report.prove("search", proof.behind, "changes wait for the index, which follows while the shop serves");
    }
    for finding in proof.findings {
        report.find("search", finding);
    }
    Ok(())
}

fn print(report: &Report) {
    let width = report.proved.iter().map(|proved| proved.check.chars().count()).max().unwrap_or(0);
    for proved in &report.proved {
        println!("{:width$}  {} {}", proved.check, proved.count, proved.unit);
    }
    if report.is_clean() {
        println!("Nothing found: the shop's books are right.");
    } else {
        println!("\nNot right:");
        print_findings(report);
    }
}

/// One line per finding.
pub(super) fn print_findings(report: &Report) {
    for finding in &report.findings {
        println!("- {}: {}", finding.check, finding.what);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_finding_is_a_failure_and_a_missing_shop_is_named() {
        let data = tempfile::tempdir().unwrap();
        let now = crate::doctor::tests::NOW.parse().unwrap();
        let examined =
            || run(&DoctorArgs { json: true }, data.path(), &Overrides::new(), now).map_err(|error| error.to_string());
        assert!(examined().unwrap_err().contains("there is no shop in"));
        let db = Db::open(&data.path().join("bookstall.db")).unwrap();
        assert_eq!(examined(), Ok(()));
        db.write_blocking(|tx| {
            Ok::<_, crate::db::DbError>(tx.execute_batch("INSERT INTO counters VALUES ('orders-2026', 1)")?)
        })
        .unwrap();
        assert_eq!(examined(), Err("the doctor found 1 thing that is not right".to_owned()));
    }
}
