//! The thread that follows the change feed while the shop is served.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::SearchError;
use super::index::Index;
use super::worker::Worker;
use crate::db::Db;
use crate::kernel::time::Clock;
use crate::settings::Overrides;

/// How often it asks whether anybody wrote, when nobody wakes it.
const LOOK: Duration = Duration::from_millis(100);
/// How long it leaves a folder or a database alone that has just refused it.
const REST: Duration = Duration::from_secs(2);
/// At most so many looks pass without work, so that what changes by the clock alone is found too.
const LOOKS: u32 = 10;

/// The running indexer. Dropping it stops it.
pub struct Indexer {
    signal: Arc<Signal>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct Signal {
    state: Mutex<State>,
    bell: Condvar,
}

#[derive(Default)]
struct State {
    woken: bool,
    stopping: bool,
}

impl Signal {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_stopping(&self) -> bool {
        self.state().stopping
    }

    /// Waits to be woken, at most `time`; says whether it was.
    fn wait(&self, time: Duration) -> bool {
        let waiting = self.bell.wait_timeout_while(self.state(), time, |state| !state.woken && !state.stopping);
        let (mut state, _) = waiting.unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut state.woken)
    }
}

/// Starts the indexer. Only the process that holds `data/serve.lock` may.
///
/// # Errors
///
/// When another holds the index writer, or the shop's settings cannot be read.
pub fn start(db: Db, index: Index, overrides: Overrides, clock: Clock) -> Result<Indexer, SearchError> {
    let worker = Worker::open(&db, &index, &overrides)?;
    let signal = Arc::new(Signal::default());
    let follower = Follower { db, index, overrides, clock, signal: Arc::clone(&signal) };
    let thread = std::thread::Builder::new().name("indexer".into()).spawn(move || follower.run(worker))?;
    Ok(Indexer { signal, thread: Mutex::new(Some(thread)) })
}

impl Indexer {
    /// Tells it that the feed has grown, so that it does not wait for its next look.
    pub fn wake(&self) {
        self.signal.state().woken = true;
        self.signal.bell.notify_all();
    }

    /// Commits what it has read and ends. A build that is under way is left; the next start begins it again.
    pub fn stop(&self) {
        self.signal.state().stopping = true;
        self.signal.bell.notify_all();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the indexer ended by a bug; the next start catches up");
        }
    }
}

impl Drop for Indexer {
    fn drop(&mut self) {
        self.stop();
    }
}

struct Follower {
    db: Db,
    index: Index,
    overrides: Overrides,
    clock: Clock,
    signal: Arc<Signal>,
}

impl Follower {
    fn run(&self, worker: Worker) {
        let mut worker = Some(worker);
        let (mut seen, mut looks) = (None, LOOKS);
        while !self.signal.is_stopping() {
            // Asked before the feed is read: what is written meanwhile is seen at the next look.
            let version = self.db.data_version().ok();
            if looks >= LOOKS {
                self.index.watch();
            }
            if version.is_none() || version != seen || looks >= LOOKS || self.index.is_suspect() {
                (seen, looks) = (version, 0);
                if let Err(error) = self.work(&mut worker) {
                    tracing::error!(%error, "the search index could not follow the catalogue, trying again");
                    // Whatever it had read is in the feed still; a fresh writer starts from the last commit.
                    worker = None;
                    seen = None;
                    self.signal.wait(REST);
                    continue;
                }
            }
            looks = if self.signal.wait(LOOK) { LOOKS } else { looks + 1 };
        }
        if let Some(Err(error)) = worker.as_mut().map(Worker::commit) {
            tracing::warn!(%error, "the last changes were not committed to the search index; the next start catches up");
        }
    }

    fn work(&self, worker: &mut Option<Worker>) -> Result<(), SearchError> {
        if self.index.take_suspicion() {
            *worker = None;
        }
        let ready = match worker.take() {
            Some(ready) => ready,
            None => {
                self.index.reopen()?;
                Worker::open(&self.db, &self.index, &self.overrides)?
            }
        };
        let ready = worker.insert(ready);
        self.index.guarded(|| ready.work(self.clock.now(), &|| !self.signal.is_stopping()))
    }
}
