//! The one writer: a thread that lets waiting jobs share a commit.
//!
//! It takes the first job, opens `BEGIN IMMEDIATE`, runs it and whatever else already waits, each in its own
//! savepoint, commits once (one fsync) and only then answers. It never lingers for more jobs: under load
//! they queue up by themselves while the disk works (measured 2026-11; lingering gained nothing).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::{DbError, Tx};

/// Jobs that may wait; beyond that the shop says 503 at once instead of letting everyone wait.
const QUEUE: usize = 1024;
/// Jobs in one commit: enough to share the fsync, few enough that the first is not kept waiting.
const BATCH: usize = 64;

/// Tells a caller how its job ended, once the commit is known.
type Answer = Box<dyn FnOnce(Result<(), Arc<rusqlite::Error>>) + Send>;
pub(super) type Job = Box<dyn FnOnce(&Connection) -> Answer + Send>;

/// Something to be set on the connection between two transactions.
type Setting = Box<dyn FnOnce(&Connection) + Send>;

enum Message {
    Run(Job),
    Set(Setting),
    Stop,
}

#[derive(Clone)]
pub(super) struct Writer {
    queue: SyncSender<Message>,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Writer {
    pub(super) fn start(conn: Connection) -> Writer {
        let (queue, jobs) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new().name("writer".into()).spawn(move || run(&conn, &jobs));
        // Without threads there is no shop: later sends answer `Closed`, and `serve` says so.
        Writer { queue, thread: Arc::new(Mutex::new(thread.ok())) }
    }

    pub(super) fn send(&self, job: Job) -> Result<(), DbError> {
        self.queue.try_send(Message::Run(job)).map_err(|error| match error {
            TrySendError::Full(_) => DbError::QueueFull,
            TrySendError::Disconnected(_) => DbError::Closed,
        })
    }

    /// Waits for its turn like a job; jobs sent later run after it.
    pub(super) fn set(&self, setting: Setting) -> Result<(), DbError> {
        self.queue.send(Message::Set(setting)).map_err(|_| DbError::Closed)
    }

    pub(super) fn stop(&self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // Both fail only when the thread has ended already, which is what is wanted.
            drop(self.queue.send(Message::Stop));
            drop(thread.join());
        }
    }
}

/// Wraps `f` and the way to answer it into a job.
pub(super) fn job<T, E>(
    f: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static, answer: impl FnOnce(Result<T, E>) + Send + 'static,
) -> Job
where
    T: Send + 'static,
    E: From<DbError> + Send + 'static,
{
    Box::new(move |conn| {
        let result = in_savepoint(conn, f);
        Box::new(move |commit| {
            answer(match (result, commit) {
                (Ok(value), Ok(())) => Ok(value),
                (Ok(_), Err(error)) => Err(DbError::Commit(error).into()),
                (Err(error), _) => Err(error),
            });
        })
    })
}

/// Runs one job, or a part of one, so that its failure, or its panic, leaves no trace.
pub(super) fn in_savepoint<T, E: From<DbError>>(
    conn: &Connection, f: impl FnOnce(&Tx<'_>) -> Result<T, E>,
) -> Result<T, E> {
    execute(conn, "SAVEPOINT job").map_err(DbError::from)?;
    let result = catch_unwind(AssertUnwindSafe(|| f(&Tx(conn))));
    let failed = match result {
        Ok(Ok(value)) => match execute(conn, "RELEASE job") {
            Ok(()) => return Ok(value),
            Err(error) => DbError::from(error).into(),
        },
        Ok(Err(error)) => error,
        Err(_) => DbError::Panicked.into(),
    };
    // A full disk rolls the whole transaction back by itself; then there is no savepoint left to undo.
    if !conn.is_autocommit() {
        let undone = execute(conn, "ROLLBACK TO job").and_then(|()| execute(conn, "RELEASE job"));
        if let Err(error) = undone {
            tracing::error!(%error, "a job could not be undone alone, its batch is rolled back");
            drop(execute(conn, "ROLLBACK"));
        }
    }
    Err(failed)
}

fn execute(conn: &Connection, sql: &'static str) -> rusqlite::Result<()> {
    conn.prepare_cached(sql)?.execute([]).map(drop)
}

fn run(conn: &Connection, jobs: &Receiver<Message>) {
    let mut stopping = false;
    while !stopping {
        let first = match jobs.recv() {
            Ok(Message::Run(job)) => job,
            Ok(Message::Set(setting)) => {
                setting(conn);
                continue;
            }
            Ok(Message::Stop) | Err(_) => return,
        };
        let mut setting = None;
        let mut answers: Vec<Answer> = Vec::with_capacity(BATCH);
        let mut outcome = execute(conn, "BEGIN IMMEDIATE").map_err(Arc::new);
        let mut next = Some(first);
        while let Some(job) = next.take() {
            if outcome.is_ok() {
                answers.push(job(conn));
                outcome = still_open(conn);
            } else {
                // The transaction is gone; the job runs against nothing and is answered like the others.
                answers.push(refused(job, conn));
            }
            if answers.len() < BATCH && outcome.is_ok() {
                match jobs.try_recv() {
                    Ok(Message::Run(job)) => next = Some(job),
                    Ok(Message::Set(wanted)) => setting = Some(wanted),
                    Ok(Message::Stop) => stopping = true,
                    Err(_) => {}
                }
            }
        }
        let outcome = outcome.and_then(|()| commit(conn));
        for answer in answers {
            answer(outcome.clone());
        }
        if let Some(setting) = setting {
            setting(conn);
        }
    }
}

/// A job whose transaction could not be opened: run read-only, so that it cannot write outside one.
fn refused(job: Job, conn: &Connection) -> Answer {
    drop(conn.execute_batch("PRAGMA query_only = ON"));
    let answer = job(conn);
    drop(conn.execute_batch("PRAGMA query_only = OFF"));
    answer
}

fn still_open(conn: &Connection) -> Result<(), Arc<rusqlite::Error>> {
    if conn.is_autocommit() {
        let full = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL);
        return Err(Arc::new(rusqlite::Error::SqliteFailure(full, Some("the transaction was rolled back".into()))));
    }
    Ok(())
}

fn commit(conn: &Connection) -> Result<(), Arc<rusqlite::Error>> {
    execute(conn, "COMMIT").map_err(|error| {
        tracing::error!(%error, "a commit failed, its jobs are refused");
        if !conn.is_autocommit() {
            drop(execute(conn, "ROLLBACK"));
        }
        Arc::new(error)
    })
}
