//! The one bridge to SQLite: a pool of readers, one writer, migrations. Knows no table.
//!
//! - Readers are `query_only`, small in cache, and read one snapshot per call.
//! - The writer (see `writer`) is one thread: jobs that wait together share one commit and one fsync.
//! - Another process may write too, in short transactions; `data_version` tells that somebody did.
//!
//! Pragmas are set per connection, when it is opened (2026-11: `mmap_size` stays 0, a small cache per
//! reader costs 8 % of the reads and saves 100 MB and more).

mod migrations;
mod writer;

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use r2d2::Pool;
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, OpenFlags};

use crate::error::{Fault, Kind};

pub use migrations::{MigrationError, known_schema};
use writer::Writer;

/// What can go wrong between a caller and the file.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// SQLite said no.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// No reader came free in time.
    #[error("no database reader came free in time")]
    NoReader(#[from] r2d2::Error),
    /// More jobs wait for the writer than it can do soon.
    #[error("the writer's queue is full")]
    QueueFull,
    /// The writer has stopped, because the shop is closing.
    #[error("the writer has stopped")]
    Closed,
    /// The job itself panicked; it was rolled back alone.
    #[error("a write job panicked")]
    Panicked,
    /// The commit failed for every job in it; nothing of them is stored.
    #[error("the commit failed: {0}")]
    Commit(Arc<rusqlite::Error>),
}

impl Fault for DbError {
    fn kind(&self) -> Kind {
        match self {
            DbError::Sqlite(error) => error.kind(),
            DbError::Commit(error) => error.kind(),
            DbError::NoReader(_) | DbError::QueueFull | DbError::Closed => Kind::Unavailable,
            DbError::Panicked => Kind::Internal,
        }
    }
}

/// Proof of standing inside the write transaction: functions that write ask for it.
pub struct Tx<'c>(&'c Connection);

impl Tx<'_> {
    /// Runs `f` so that its `Err`, or its panic, undoes its own work only and the transaction goes on.
    ///
    /// # Errors
    ///
    /// What `f` returned, `Panicked`, or what SQLite cannot undo.
    pub fn attempt<T, E: From<DbError>>(&self, f: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        writer::in_savepoint(self.0, f)
    }
}

impl Deref for Tx<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.0
    }
}

impl<'c> From<&'c rusqlite::Transaction<'_>> for Tx<'c> {
    fn from(transaction: &'c rusqlite::Transaction<'_>) -> Tx<'c> {
        Tx(transaction)
    }
}

/// A job on its way: its answer is there once the commit is on disk.
pub struct Pending<T, E>(Receiver<Result<T, E>>);

impl<T, E: From<DbError>> Pending<T, E> {
    /// Waits for the answer.
    ///
    /// # Errors
    ///
    /// As [`Db::write`].
    pub fn wait(self) -> Result<T, E> {
        self.0.recv().unwrap_or_else(|_| Err(DbError::Closed.into()))
    }
}

/// The shop's database. Clones share the same pools.
#[derive(Clone)]
pub struct Db {
    readers: Pool<SqliteConnectionManager>,
    watcher: Arc<Mutex<Connection>>,
    writer: Writer,
    path: Arc<PathBuf>,
}

impl Db {
    /// Opens the file, brings its schema up to date (after a copy, if it holds data) and starts the writer.
    ///
    /// # Errors
    ///
    /// A file that is not a database, is damaged, or comes from a newer version: it stays untouched.
    pub fn open(path: &Path) -> Result<Db, MigrationError> {
        let conn = Db::open_alone(path)?;
        conn.execute_batch(WRITER)?;
        let manager = SqliteConnectionManager::file(path)
            .with_flags(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .with_init(|conn| {
                prepare_connection(conn)?;
                conn.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -2000;")
            });
        let readers = Pool::builder()
            .max_size(8)
            .min_idle(Some(1))
            .test_on_check_out(false)
            .connection_timeout(Duration::from_secs(5))
            .build(manager)
            .map_err(MigrationError::Pool)?;
        let watcher = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        prepare_connection(&watcher)?;
        watcher.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -200;")?;
        Ok(Db {
            readers,
            watcher: Arc::new(Mutex::new(watcher)),
            writer: Writer::start(conn),
            path: Arc::new(path.to_owned()),
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs `f` on one snapshot, on the calling thread: for reads of microseconds.
    ///
    /// # Errors
    ///
    /// `DbError::NoReader` when all readers stay busy for five seconds; whatever `f` returns.
    pub fn read<T, E: From<DbError>>(&self, f: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        let conn = self.readers.get().map_err(DbError::from)?;
        let snapshot = conn.unchecked_transaction().map_err(DbError::from)?;
        f(&snapshot)
    }

    /// Runs `f` in the write transaction and answers when it is on disk.
    ///
    /// `f` runs in a savepoint: its `Err` or panic undoes its own work only. It must not wait for anything
    /// (no network, no locks): every other writer waits for it.
    ///
    /// # Errors
    ///
    /// What `f` returned, or a `DbError` that means nothing of it was stored.
    pub async fn write<T, E>(&self, f: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (answer, answered) = tokio::sync::oneshot::channel();
        self.writer.send(writer::job(f, move |result| {
            // A caller that went away no longer needs the answer; the work is done all the same.
            drop(answer.send(result));
        }))?;
        answered.await.unwrap_or_else(|_| Err(DbError::Closed.into()))
    }

    /// As `write`, for threads and commands.
    ///
    /// # Errors
    ///
    /// As `write`.
    pub fn write_blocking<T, E>(&self, f: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        self.write_later(f)?.wait()
    }

    /// As `write_blocking`, but the caller prepares its next job while this one is done. Jobs keep their order.
    ///
    /// # Errors
    ///
    /// `QueueFull` or `Closed`; what concerns the job itself comes with its answer.
    pub fn write_later<T, E>(
        &self, f: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<Pending<T, E>, DbError>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (answer, answered) = std::sync::mpsc::sync_channel(1);
        self.writer.send(writer::job(f, move |result| drop(answer.send(result))))?;
        Ok(Pending(answered))
    }

    /// Begins to write in bulk: commits wait for no fsync, more of the file stays in memory. Only for a process in
    /// which nobody else writes, and only what can be written again if the power fails.
    ///
    /// # Errors
    ///
    /// What SQLite refuses; `Closed`.
    pub fn begin_bulk(&self) -> Result<(), DbError> {
        // Whoever checkpoints does so outside of any transaction; often, so that the shop's own writer, which does it
        // while a reader waits, hardly ever has to.
        self.set("PRAGMA synchronous = NORMAL; PRAGMA cache_size = -64000; PRAGMA wal_autocheckpoint = 1000;")
    }

    /// Ends what `begin_bulk` began: everything written is on disk when this returns.
    ///
    /// # Errors
    ///
    /// As `begin_bulk`.
    pub fn end_bulk(&self) -> Result<(), DbError> {
        self.set(WRITER)?;
        // A commit that says nothing new: its fsync is that of all before it.
        self.write_blocking(|tx| {
            let schema: i64 = tx.query_row("PRAGMA user_version", [], |row| row.get(0))?;
            Ok(tx.pragma_update(None, "user_version", schema)?)
        })
    }

    fn set(&self, pragmas: &'static str) -> Result<(), DbError> {
        let (answer, answered) = std::sync::mpsc::sync_channel(1);
        self.writer.set(Box::new(move |conn| drop(answer.send(conn.execute_batch(pragmas)))))?;
        Ok(answered.recv().map_err(|_| DbError::Closed)??)
    }

    /// A number that differs from the last answer when anybody, in any process, has committed since.
    ///
    /// # Errors
    ///
    /// Only what SQLite cannot read.
    pub fn data_version(&self) -> Result<i64, DbError> {
        let conn = self.watcher.lock().unwrap_or_else(PoisonError::into_inner);
        let version = conn.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        Ok(version)
    }

    /// Opens the file and brings its schema up to date on one connection: when that is closed, nothing is open any more.
    ///
    /// # Errors
    ///
    /// As [`Db::open`].
    pub fn open_alone(path: &Path) -> Result<Connection, MigrationError> {
        let mut conn = Connection::open(path)?;
        migrations::migrate(&mut conn, path)?;
        prepare_connection(&conn)?;
        Ok(conn)
    }

    /// Opens a connection of the caller's own, for long reads (backup, doctor, export).
    ///
    /// # Errors
    ///
    /// What SQLite cannot open.
    pub fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
        let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        prepare_connection(&conn)?;
        conn.execute_batch("PRAGMA query_only = ON;")?;
        Ok(conn)
    }

    /// Finishes the jobs that wait, then stops the writer. Later writes answer `Closed`.
    pub fn close(&self) {
        self.writer.stop();
    }
}

/// What the writer's connection is set to besides.
const WRITER: &str = "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16000;
     PRAGMA journal_size_limit = 67108864;";
/// How often a connection looks whether another process has let go of the file.
const LOOK: Duration = Duration::from_millis(1);
/// After 5 seconds and more somebody holds it who never lets go.
const LOOKS: i32 = 5000;

/// SQLite's own handler sleeps up to 100 ms, and a checkout with it, though an import lets go after 20 (2026-11).
fn wait_for_other_process(looks: i32) -> bool {
    std::thread::sleep(LOOK);
    looks < LOOKS
}

/// What every connection needs, reader or writer.
fn prepare_connection(conn: &Connection) -> rusqlite::Result<()> {
    conn.busy_handler(Some(wait_for_other_process))?;
    conn.set_prepared_statement_cache_capacity(256);
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;",
    )
}

/// A migrated database in memory, for the tests of a room's rules.
#[cfg(test)]
pub(crate) fn memory() -> Connection {
    #![allow(clippy::unwrap_used, reason = "tests")]
    let mut conn = Connection::open_in_memory().unwrap();
    migrations::migrate(&mut conn, Path::new(":memory:")).unwrap();
    conn.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    conn
}

/// The write transaction over a test's own connection.
#[cfg(test)]
pub(crate) fn test_tx(conn: &Connection) -> Tx<'_> {
    Tx(conn)
}

#[cfg(test)]
mod tests;
