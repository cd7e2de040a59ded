//! What a backup says about itself.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

/// The layout of the archive; a program refuses a larger number than its own.
pub(super) const FORMAT: u32 = 1;
pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const DATABASE: &str = "bookstall.db";
/// The folders of files that belong to the shop.
pub(super) const FOLDERS: [&str; 2] = ["media", "ebooks"];
/// The folders that a backup leaves out on purpose.
pub(super) const LEFT_OUT: [&str; 4] = ["keys/", "search/", "mail/", "sizes/"];

/// The contents of `manifest.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The layout of the archive, 1 today.
    pub format: u32,
    /// The program that wrote it, like `0.1.0`.
    pub program: String,
    /// The schema of the database in it.
    pub schema: i64,
    /// When it was begun, UTC.
    pub taken_at: Timestamp,
    /// Rows of each table.
    pub counts: BTreeMap<String, u64>,
    /// Every file but this one, by its path in the archive.
    pub files: BTreeMap<String, FileFacts>,
    /// What the data folder had and the backup has not.
    pub left_out: Vec<String>,
}

/// One file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Its length in bytes.
    pub size: u64,
    /// Its SHA-256, 64 hexadecimal digits.
    pub sha256: String,
}

impl Manifest {
    /// The bytes of all files before compression.
    pub fn bytes(&self) -> u64 {
        self.files.values().map(|file| file.size).sum()
    }
}

/// The rows of every table of `conn`, whichever there are.
pub(super) fn count_rows(conn: &Connection) -> rusqlite::Result<BTreeMap<String, u64>> {
    let mut tables =
        conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")?;
    let tables = tables.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    let mut counts = BTreeMap::new();
    for table in tables {
        let sql = format!("SELECT count(*) FROM \"{}\"", table.replace('"', "\"\""));
        let rows: i64 = conn.query_row(&sql, [], |row| row.get(0))?;
        counts.insert(table, u64::try_from(rows).unwrap_or(0));
    }
    Ok(counts)
}

/// What `PRAGMA integrity_check` complains of; `None` when it is content.
pub(super) fn damage(conn: &Connection) -> rusqlite::Result<Option<String>> {
    let answer: String = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    Ok((answer != "ok").then_some(answer))
}
