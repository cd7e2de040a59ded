//! The database file: its schema, its pages, its log, the settings and counters in it.

use std::path::Path;

use rusqlite::Connection;

use crate::db::DbError;
use crate::findings::{Report, count};
use crate::settings;

/// A log that outgrew both this and the database is not being emptied.
const LOG_BYTES: u64 = 256 << 20;

/// Whether the file has the schema whose tables the other checks read.
pub(super) fn check_schema(conn: &Connection, report: &mut Report) -> rusqlite::Result<bool> {
    let found: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let known = crate::db::known_schema();
    if found == known {
        report.prove("schema", u64::try_from(found).unwrap_or(0), "migrations");
        return Ok(true);
    }
    report.find("schema", if found < known {
        format!("the database is of schema {found}, this program needs {known}: start `bookstall serve` once, it brings it up to date")
    } else {
        format!("the database is of schema {found}, this program knows {known}: use the newer program")
    });
    Ok(false)
}

pub(super) fn check(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    // The settings are read first: a damaged page must not keep the others from being looked at.
    check_settings(conn, report)?;
    check_log(conn, report)?;
    check_pages(conn, report)
}

fn check_pages(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let mut statement = conn.prepare("PRAGMA integrity_check(100)")?;
    let mut lines = statement.query([])?;
    let mut sound = true;
    // Each complaint is kept at once: on a bad page SQLite itself may give up before the end.
    while let Some(line) = lines.next()? {
        let line: String = line.get(0)?;
        if line != "ok" {
            sound = false;
            report.find("integrity", format!("{line}. Restore a backup, or ask for help before going on."));
        }
    }
    if sound {
        report.prove("integrity", count(conn, "PRAGMA page_count")?, "pages");
    }
    Ok(())
}

fn check_settings(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    match settings::load(conn, &settings::Overrides::new()) {
        Ok(_) => report.prove("settings", count(conn, "SELECT count(*) FROM settings")?, "stored settings"),
        Err(settings::SettingsError::Db(DbError::Sqlite(error))) => return Err(error),
        Err(error) => report
            .find("settings", format!("{error}. Mend it in the back office or under [shop] in the configuration.")),
    }
    let counters = settings::counters::list(conn)?;
    for (series, last) in counters.iter().filter(|(_, last)| *last < 0) {
        report.find("counters", format!("the counter “{series}” stands at {last}, below zero"));
    }
    report.prove(
        "counters",
        u64::try_from(counters.iter().filter(|(_, last)| *last >= 0).count()).unwrap_or(0),
        "series",
    );
    Ok(())
}

/// A write-ahead log that grows for ever means that a reader never ends or that checkpoints fail.
fn check_log(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let mode: String = conn.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
    let Some(path) = conn.path().filter(|path| !path.is_empty()) else { return Ok(()) };
    if mode != "wal" {
        report.find(
            "write-ahead log",
            format!(
                "the database is in journal mode “{mode}” instead of “wal”: start `bookstall serve` once, it sets it"
            ),
        );
        return Ok(());
    }
    // No log is the state after the last connection closed.
    let log = std::fs::metadata(Path::new(&format!("{path}-wal"))).map_or(0, |file| file.len());
    let database = count(conn, "PRAGMA page_count")? * count(conn, "PRAGMA page_size")?;
    if log > LOG_BYTES.max(database) {
        report.find(
            "write-ahead log",
            format!(
                "it has grown to {} MB: restart the shop; if it stays, something keeps reading for ever",
                log >> 20
            ),
        );
    } else {
        report.prove("write-ahead log", log >> 10, "KB waiting");
    }
    Ok(())
}
