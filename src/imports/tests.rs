//! Imports into a shop in a temporary folder; small files of our own for every trap, real ones where they are at hand.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::expect_used, reason = "tests")]

mod again;
mod bulk;
mod cells;
mod damage;
mod files;
mod message;
mod message_facts;
mod message_forms;
mod owned;
mod pictures;
mod real;
mod real_onix;
mod release2;
mod stock;
mod table;
mod updates;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::Connection;

use super::*;
use crate::catalog::{self, BookRow, Edition};
use crate::db::{Db, DbError};
use crate::kernel::ids::Id;
use crate::kernel::time::Clock;
use crate::settings::{self, Overrides};

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

/// A shop nobody has sold anything in.
pub(super) struct Shop {
    folder: tempfile::TempDir,
    db: Db,
}

impl Shop {
    pub(super) fn new() -> Shop {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("bookstall.db")).unwrap();
        Shop { folder, db }
    }

    pub(super) fn try_import(&self, file: &Path, options: &ImportOptions) -> (Report, Result<(), ImportError>) {
        run(&self.db, file, options, &Overrides::new(), &Clock::fixed(now()), &mut |_| {})
    }

    #[track_caller]
    pub(super) fn import(&self, file: &Path, options: &ImportOptions) -> Report {
        let (report, result) = self.try_import(file, options);
        result.unwrap();
        let sum = report.created + report.updated + report.unchanged + report.rejected;
        assert_eq!(report.read, sum, "{report:?}");
        report
    }

    /// Imports a text under a feed's name.
    #[track_caller]
    pub(super) fn import_text(&self, name: &str, text: impl AsRef<[u8]>, options: &ImportOptions) -> Report {
        let file = self.file(name, text);
        self.import(&file, options)
    }

    pub(super) fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    pub(super) fn read<T>(&self, f: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> T {
        self.db.read(|conn| Ok::<_, DbError>(f(conn)?)).unwrap()
    }

    pub(super) fn ids(&self) -> Vec<Id> {
        self.read(|conn| catalog::list_ids(conn, None, 100_000))
    }

    pub(super) fn by_isbn(&self, isbn: &str) -> Edition {
        self.read(|conn| {
            let id = catalog::find_id_by_isbn(conn, &isbn.parse().unwrap())?.expect(isbn);
            Ok(catalog::find(conn, id)?.unwrap())
        })
    }

    pub(super) fn row(&self, id: Id) -> BookRow {
        let currency = self.db.read(|conn| settings::load(conn, &Overrides::new())).unwrap().currency();
        self.read(|conn| catalog::row(conn, id, currency, now())).unwrap()
    }

    pub(super) fn price(&self, isbn: &str) -> Option<String> {
        self.row(self.by_isbn(isbn).id).price.map(|price| price.display())
    }

    pub(super) fn on_hand(&self, isbn: &str) -> u32 {
        let id = self.by_isbn(isbn).id;
        self.read(|conn| crate::stock::on_hand(conn, id))
    }
}

/// (read, created, updated, unchanged, rejected)
pub(super) fn counts(report: &Report) -> (u64, u64, u64, u64, u64) {
    (report.read, report.created, report.updated, report.unchanged, report.rejected)
}
