//! Brings a file's schema up to date, or refuses it.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

#[derive(rust_embed::RustEmbed)]
#[folder = "migrations/"]
struct Files;

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The file was written by a newer Bookstall.
    #[error(
        "the database is of schema {found}, this Bookstall knows {known}: use the newer program, the file was not touched"
    )]
    Newer {
        /// The file's schema.
        found: i64,
        /// The newest schema of this program.
        known: i64,
    },
    /// Not a database, or a damaged one.
    #[error("the database cannot be read ({0}): restore a backup with `bookstall restore`, the file was not changed")]
    Damaged(rusqlite::Error),
    /// Something else of SQLite: permissions, disk.
    #[error("the database cannot be opened: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A migration failed; the file is as it was before.
    #[error("the database could not be brought up to date, it is as it was: {0}")]
    Failed(#[from] rusqlite_migration::Error),
    /// The copy before the migration could not be made.
    #[error("no copy of the database could be made before its migration: {0}")]
    Copy(std::io::Error),
    /// No reader could be opened.
    #[error("the database's readers cannot be opened: {0}")]
    Pool(r2d2::Error),
}

/// The files in order, `0001_shop.sql` first.
fn files() -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Files::iter()
        .filter_map(|name| {
            let file = Files::get(&name)?;
            Some((name.into_owned(), String::from_utf8_lossy(&file.data).into_owned()))
        })
        .collect();
    files.sort();
    files
}

/// The newest schema this program knows.
pub fn known_schema() -> i64 {
    i64::try_from(Files::iter().count()).unwrap_or(i64::MAX)
}

/// Applies what is missing, after a copy beside the file (in `backups/`) when it holds data.
pub(super) fn migrate(conn: &mut Connection, path: &Path) -> Result<(), MigrationError> {
    let files = files();
    let known = known_schema();
    let found: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(damaged)?;
    if found > known {
        return Err(MigrationError::Newer { found, known });
    }
    if found == known {
        return Ok(());
    }
    if found > 0 {
        copy_before(conn, path, found, known)?;
    }
    let migrations = Migrations::from_iter(files.iter().map(|(_, sql)| M::up(sql).foreign_key_check()));
    migrations.to_latest(conn)?;
    Ok(())
}

fn damaged(error: rusqlite::Error) -> MigrationError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => {
            MigrationError::Damaged(error)
        }
        _ => MigrationError::Sqlite(error),
    }
}

fn copy_before(conn: &Connection, path: &Path, found: i64, known: i64) -> Result<(), MigrationError> {
    let folder: PathBuf = path.parent().unwrap_or(Path::new(".")).join("backups");
    std::fs::create_dir_all(&folder).map_err(MigrationError::Copy)?;
    let copy = folder.join(format!("before-schema-{known}-from-{found}.db"));
    if copy.exists() {
        // Left by an attempt that failed; the file it copied is still the one that is open.
        std::fs::remove_file(&copy).map_err(MigrationError::Copy)?;
    }
    conn.execute("VACUUM INTO ?1", [copy.to_string_lossy()])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn migrations_are_numbered_without_gaps() {
        for (index, (name, _)) in files().iter().enumerate() {
            assert!(name.starts_with(&format!("{:04}_", index + 1)), "{name}");
        }
    }

    #[test]
    fn a_newer_file_is_refused_and_a_text_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bookstall.db");
        let mut conn = Connection::open(&path).unwrap();
        conn.execute_batch("PRAGMA user_version = 9999").unwrap();
        let before = std::fs::read(&path).unwrap();
        assert!(matches!(migrate(&mut conn, &path), Err(MigrationError::Newer { found: 9999, .. })));
        assert_eq!(std::fs::read(&path).unwrap(), before);

        let text = folder.path().join("text.db");
        std::fs::write(&text, "this is not a database, it is a letter to a friend".repeat(40)).unwrap();
        let refused = migrate(&mut Connection::open(&text).unwrap(), &text);
        assert!(matches!(refused, Err(MigrationError::Damaged(_))), "{refused:?}");
    }

    #[test]
    fn a_file_with_data_is_copied_before_it_changes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bookstall.db");
        let mut conn = Connection::open(&path).unwrap();
        let files = files();
        Migrations::new(vec![M::up(&files.first().unwrap().1)]).to_latest(&mut conn).unwrap();
        conn.execute("INSERT INTO counters VALUES ('orders-2026', 7)", []).unwrap();
        migrate(&mut conn, &path).unwrap();
        let copy = folder.path().join(format!("backups/before-schema-{}-from-1.db", files.len()));
        let kept: i64 =
            Connection::open(copy).unwrap().query_row("SELECT last FROM counters", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, 7);
    }
}
