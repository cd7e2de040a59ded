//! The sizer: one thread that makes the sizes of pictures, one picture at a time.
//!
//! It asks the database what is missing, so it needs no queue and goes on by itself after any crash. At its start it
//! also looks whether what counts as made is really there: a restored shop has no sizes. Until a size is made, whoever
//! asks for it gets the picture itself.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::{Hash, Picture, sizes};
use crate::db::{Db, DbError};
use crate::kernel::time::Clock;

/// How often it looks for new pictures.
const ROUND: Duration = Duration::from_secs(1);
/// Pictures asked for at once.
const BATCH: u32 = 50;
/// The longest rest after a picture; it rests as long as it worked, so that half of a core stays for readers.
const LONGEST_REST: Duration = Duration::from_secs(1);

/// The running thread.
pub struct Sizer {
    bell: Arc<(Mutex<bool>, Condvar)>,
    thread: JoinHandle<()>,
}

/// Starts the thread; `data` is the shop's data folder.
///
/// # Errors
///
/// The system gives no more threads.
pub fn start(db: Db, data: PathBuf, clock: Clock) -> std::io::Result<Sizer> {
    let bell = Arc::new((Mutex::new(false), Condvar::new()));
    let mut work = Work { db, data, clock, given_up: HashSet::new(), bell: Arc::clone(&bell) };
    let thread = std::thread::Builder::new().name("sizer".into()).spawn(move || work.run())?;
    Ok(Sizer { bell, thread })
}

impl Sizer {
    /// Asks the thread to end after the picture that it is at, and waits for it.
    pub fn stop(self) {
        let (stopping, bell) = &*self.bell;
        *stopping.lock().unwrap_or_else(PoisonError::into_inner) = true;
        bell.notify_all();
        if self.thread.join().is_err() {
            tracing::error!("the sizer had panicked");
        }
    }
}

struct Work {
    db: Db,
    data: PathBuf,
    clock: Clock,
    /// Pictures that cannot be sized: told once, tried again after the next start.
    given_up: HashSet<Hash>,
    bell: Arc<(Mutex<bool>, Condvar)>,
}

impl Work {
    fn run(&mut self) {
        if let Err(error) = forget_missing(&self.db, &self.data) {
            tracing::error!(%error, "the sizes of pictures could not be looked over");
        }
        loop {
            if let Err(error) = self.round() {
                tracing::error!(%error, "sizes could not be made; tried again next round");
            }
            if self.wait(ROUND) {
                return;
            }
        }
    }

    /// Makes all that is missing; ends early when it is to stop.
    fn round(&mut self) -> Result<(), DbError> {
        let mut after = Hash::FIRST;
        loop {
            let pictures = self.db.read(|conn| Ok::<_, DbError>(sizes::list_unsized(conn, after, BATCH)?))?;
            let Some(last) = pictures.last() else { return Ok(()) };
            after = last.hash;
            for picture in pictures {
                if self.given_up.contains(&picture.hash) {
                    continue;
                }
                let started = Instant::now();
                self.make(&picture)?;
                if self.wait(started.elapsed().min(LONGEST_REST)) {
                    return Ok(());
                }
            }
        }
    }

    fn make(&mut self, picture: &Picture) -> Result<(), DbError> {
        // A decoder that panics on one picture must not end the sizes of all others.
        let made = catch_unwind(AssertUnwindSafe(|| sizes::make(&self.data, picture)));
        let problem = match made {
            Ok(Ok(true)) => {
                let (hash, now) = (picture.hash, self.clock.now());
                return self.db.write_blocking(move |tx| Ok(sizes::mark(tx, &[hash], Some(now))?));
            }
            Ok(Ok(false)) => "its file is missing".to_owned(),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the decoder panicked".to_owned(),
        };
        tracing::warn!(picture = %picture.hash, problem, "no sizes can be made of a picture; pages show it as it is");
        self.given_up.insert(picture.hash);
        Ok(())
    }

    /// Waits; `true` when the thread is to end.
    fn wait(&self, span: Duration) -> bool {
        let (stopping, bell) = &*self.bell;
        let stopping = stopping.lock().unwrap_or_else(PoisonError::into_inner);
        let (stopping, _) =
            bell.wait_timeout_while(stopping, span, |stopping| !*stopping).unwrap_or_else(PoisonError::into_inner);
        *stopping
    }
}

/// Has sizes made again that were made once and are not there.
fn forget_missing(db: &Db, data: &Path) -> Result<(), DbError> {
    let mut after = Hash::FIRST;
    loop {
        let pictures = db.read(|conn| Ok::<_, DbError>(sizes::list_sized(conn, after, 1000)?))?;
        let Some(last) = pictures.last() else { return Ok(()) };
        after = last.hash;
        let missing: Vec<Hash> =
            pictures.iter().filter(|picture| !sizes::are_made(data, picture)).map(|picture| picture.hash).collect();
        if !missing.is_empty() {
            db.write_blocking(move |tx| Ok::<_, DbError>(sizes::mark(tx, &missing, None)?))?;
        }
    }
}
