//! The writer's promises, each tried.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::*;

fn open() -> (tempfile::TempDir, Db) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&folder.path().join("bookstall.db")).unwrap();
    (folder, db)
}

fn bump(series: &'static str) -> impl FnOnce(&Tx<'_>) -> Result<(), DbError> + Send + 'static {
    move |tx| {
        tx.execute("INSERT INTO counters VALUES (?1, 1) ON CONFLICT DO UPDATE SET last = last + 1", [series])?;
        Ok(())
    }
}

fn count(db: &Db, series: &str) -> i64 {
    db.read(|conn| {
        Ok::<_, DbError>(conn.query_row(
            "SELECT coalesce(sum(last), 0) FROM counters WHERE series = ?1",
            [series],
            |row| row.get(0),
        )?)
    })
    .unwrap()
}

/// Holds the writer until the guard is dropped, so that the jobs sent meanwhile share one commit.
fn hold(db: &Db) -> (std::sync::mpsc::SyncSender<()>, std::thread::JoinHandle<()>) {
    let (go, wait) = std::sync::mpsc::sync_channel::<()>(0);
    let (began, begun) = std::sync::mpsc::sync_channel::<()>(0);
    let db = db.clone();
    let thread = std::thread::spawn(move || {
        db.write_blocking(move |_| {
            began.send(()).unwrap();
            wait.recv().unwrap_err();
            Ok::<_, DbError>(())
        })
        .unwrap();
    });
    begun.recv().unwrap();
    (go, thread)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_job_and_a_panicking_job_fall_alone() {
    let (_folder, db) = open();
    let (go, thread) = hold(&db);
    let good = db.write(bump("good"));
    let bad = db.write(|tx| {
        bump("bad")(tx)?;
        Err::<(), _>(DbError::QueueFull)
    });
    let wild = db.write(|tx| -> Result<(), DbError> {
        bump("wild")(tx)?;
        panic!("a bug in a job")
    });
    let later = db.write(bump("good"));
    let release = async move { drop(go) };
    let (good, bad, wild, later, ()) = tokio::join!(good, bad, wild, later, release);
    thread.join().unwrap();
    assert!(good.is_ok() && later.is_ok());
    assert!(matches!(bad, Err(DbError::QueueFull)));
    assert!(matches!(wild, Err(DbError::Panicked)));
    assert_eq!((count(&db, "good"), count(&db, "bad"), count(&db, "wild")), (2, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_commit_fails_every_job_in_it() {
    let (_folder, db) = open();
    let (go, thread) = hold(&db);
    let good = db.write(bump("good"));
    let broken = db.write(|tx| {
        // The foreign key is checked at COMMIT, which then fails for all.
        tx.execute_batch("PRAGMA defer_foreign_keys = ON")?;
        tx.execute("INSERT INTO stock (edition_id, on_hand) VALUES (zeroblob(16), 1)", [])?;
        Ok::<_, DbError>(())
    });
    let release = async move { drop(go) };
    let (good, broken, ()) = tokio::join!(good, broken, release);
    drop(thread.join());
    assert!(matches!(good, Err(DbError::Commit(_))), "{good:?}");
    assert!(matches!(broken, Err(DbError::Commit(_))));
    assert_eq!(count(&db, "good"), 0);
    db.write(bump("good")).await.unwrap();
    assert_eq!(count(&db, "good"), 1);
}

#[test]
fn a_full_queue_says_so_at_once() {
    let (_folder, db) = open();
    let (go, thread) = hold(&db);
    let mut refused = 0;
    for _ in 0..1100 {
        let sent = db.writer.send(writer::job(bump("queued"), drop));
        refused += i64::from(matches!(sent, Err(DbError::QueueFull)));
    }
    drop(go);
    thread.join().unwrap();
    db.write_blocking(bump("last")).unwrap();
    assert_eq!(refused, 1100 - 1024);
    assert_eq!(count(&db, "queued"), 1024);
}

#[test]
fn closing_finishes_what_waits() {
    let (_folder, db) = open();
    for _ in 0..200 {
        db.writer.send(writer::job(bump("waiting"), drop)).unwrap();
    }
    db.close();
    assert_eq!(count(&db, "waiting"), 200);
    assert!(matches!(db.write_blocking(bump("late")), Err(DbError::Closed)));
}

#[test]
fn another_process_is_seen_and_readers_cannot_write() {
    let (folder, db) = open();
    let before = db.data_version().unwrap();
    assert_eq!(db.data_version().unwrap(), before);
    let other = Connection::open(folder.path().join("bookstall.db")).unwrap();
    other.execute("INSERT INTO counters VALUES ('cli', 1)", []).unwrap();
    assert_ne!(db.data_version().unwrap(), before);
    assert_eq!(count(&db, "cli"), 1);
    let refused = db.read(|conn| Ok::<_, DbError>(conn.execute("DELETE FROM counters", [])?));
    assert!(refused.is_err());
}

#[test]
fn bulk_writing_is_asked_for_and_ends() {
    let (_folder, db) = open();
    let level = |db: &Db| {
        db.write_blocking(|tx| Ok::<_, DbError>(tx.query_row("PRAGMA synchronous", [], |row| row.get::<_, i64>(0))?))
    };
    assert_eq!(level(&db).unwrap(), 2);
    db.begin_bulk().unwrap();
    db.write_blocking(bump("bulk")).unwrap();
    assert_eq!(level(&db).unwrap(), 1);
    db.end_bulk().unwrap();
    assert_eq!((level(&db).unwrap(), count(&db, "bulk")), (2, 1));
    db.close();
    assert!(matches!(db.begin_bulk(), Err(DbError::Closed)));
}

#[test]
fn part_of_a_job_is_undone_alone() {
    let (_folder, db) = open();
    let result = db.write_blocking(|tx| {
        bump("kept")(tx)?;
        let undone: Result<(), DbError> = tx.attempt(|tx| {
            bump("undone")(tx)?;
            Err(DbError::QueueFull)
        });
        assert!(matches!(undone, Err(DbError::QueueFull)));
        tx.attempt(bump("kept"))
    });
    assert!(result.is_ok());
    assert_eq!((count(&db, "kept"), count(&db, "undone")), (2, 0));
}
