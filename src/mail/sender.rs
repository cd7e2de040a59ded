//! The mail thread: sends what is due, notes how it went.
//!
//! One thread, so mails leave in the order in which they are due. It looks into the outbox every second and
//! whenever somebody calls `wake`; another process may have written mail too. After the server has accepted a
//! mail, the note of it is tried until it is stored: while that fails (a full disk), no further mail leaves.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::outbox::{self, Queued, State};
use super::transport::{SendError, Transport};
use crate::db::{Db, DbError, Tx};
use crate::kernel::ids::Id;
use crate::kernel::time::Clock;
use crate::settings::{self, Overrides, SettingsError, Shop};

/// How often the outbox is looked at without being asked to.
const POLL: Duration = Duration::from_secs(1);
/// The wait after the outbox could not be read.
const AFTER_FAULT: Duration = Duration::from_secs(10);
/// The waits between tries to note a result.
const FIRST_RETRY: Duration = Duration::from_millis(100);
const LONGEST_RETRY: Duration = Duration::from_secs(5);
/// Mails read at once.
const BATCH: u32 = 20;

/// The running mail thread. Clones speak to the same thread.
#[derive(Clone)]
pub struct Sender {
    signal: Arc<Signal>,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
}

/// What the thread and its callers tell each other.
#[derive(Default)]
struct Signal {
    flags: Mutex<Flags>,
    changed: Condvar,
}

#[derive(Default)]
struct Flags {
    woken: bool,
    stopping: bool,
}

/// Starts the mail thread.
///
/// # Errors
///
/// The system gives no more threads.
pub fn start(db: Db, transport: Transport, clock: Clock, overrides: Overrides) -> std::io::Result<Sender> {
    let signal = Arc::new(Signal::default());
    let post = Post { db, transport, clock, overrides, signal: Arc::clone(&signal) };
    let thread = std::thread::Builder::new().name("mail".into()).spawn(move || post.run())?;
    Ok(Sender { signal, thread: Arc::new(Mutex::new(Some(thread))) })
}

impl Sender {
    /// Tells the thread that there is mail.
    pub fn wake(&self) {
        self.signal.flags().woken = true;
        self.signal.changed.notify_all();
    }

    /// Lets the thread finish the mail it is sending, and waits for that: at most a server's time-out.
    ///
    /// Call it before `Db::close`, or the last mail cannot be marked.
    pub fn stop(&self) {
        self.signal.flags().stopping = true;
        self.signal.changed.notify_all();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the mail thread ended by a panic");
        }
    }
}

impl Signal {
    fn flags(&self) -> MutexGuard<'_, Flags> {
        self.flags.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stopping(&self) -> bool {
        self.flags().stopping
    }

    /// Waits for `time`, a wake or the end; `false` at the end.
    fn idle(&self, time: Duration) -> bool {
        let waiting = |flags: &mut Flags| !flags.woken && !flags.stopping;
        let woken = self.changed.wait_timeout_while(self.flags(), time, waiting);
        let mut flags = woken.unwrap_or_else(PoisonError::into_inner).0;
        flags.woken = false;
        !flags.stopping
    }

    /// Waits for `time` or the end, whoever wakes it.
    fn pause(&self, time: Duration) {
        drop(self.changed.wait_timeout_while(self.flags(), time, |flags| !flags.stopping));
    }
}

/// How the thread goes on after a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// With the next mail.
    Mail,
    /// With a rest: no mail can leave now.
    Rest,
    /// Not at all: a result could not be stored, so what is due is no longer known.
    End,
}

/// The thread's own side.
pub(super) struct Post {
    db: Db,
    transport: Transport,
    clock: Clock,
    overrides: Overrides,
    signal: Arc<Signal>,
}

impl Post {
    #[cfg(test)]
    pub(super) fn new(db: Db, transport: Transport, clock: Clock) -> Post {
        Post { db, transport, clock, overrides: Overrides::new(), signal: Arc::default() }
    }

    fn run(&self) {
        let mut rest = Duration::ZERO;
        while self.signal.idle(rest) {
            rest = match self.send_due() {
                Ok(Next::End) => return,
                Ok(Next::Mail | Next::Rest) => POLL,
                Err(error) => {
                    tracing::error!(%error, "the outbox could not be read");
                    AFTER_FAULT
                }
            };
        }
    }

    /// Sends everything that is due, until nothing is, nothing can leave, or the shop closes.
    pub(super) fn send_due(&self) -> Result<Next, SettingsError> {
        loop {
            let now = self.clock.now();
            let due = self.db.read(|conn| outbox::take_due(conn, now, BATCH).map_err(DbError::from))?;
            if due.is_empty() {
                return Ok(Next::Mail);
            }
            let shop = self.db.read(|conn| settings::load(conn, &self.overrides))?;
            for mail in &due {
                if self.signal.stopping() {
                    return Ok(Next::End);
                }
                match self.deliver(mail, &shop) {
                    Next::Mail => {}
                    next @ (Next::Rest | Next::End) => return Ok(next),
                }
            }
        }
    }

    fn deliver(&self, mail: &Queued, shop: &Shop) -> Next {
        let result = self.attempt(mail, shop);
        let (id, now) = (mail.id, self.clock.now());
        let stored = match result.clone() {
            Ok(()) => self.note(id, move |tx| outbox::mark_sent(tx, id, now).map(|_| State::Sent)),
            Err(SendError::Refused(words)) => {
                self.note(id, move |tx| outbox::park(tx, id, &words).map(|_| State::Parked))
            }
            Err(SendError::Later(words) | SendError::NoWayOut(words)) => {
                self.note(id, move |tx| Ok(outbox::mark_failed(tx, id, &words, now)?.unwrap_or(State::Parked)))
            }
        };
        match (stored, result) {
            (None, _) => Next::End,
            (Some(_), Ok(())) => {
                tracing::info!(mail = %id, "sent");
                Next::Mail
            }
            (Some(state), Err(error)) => {
                tracing::warn!(mail = %id, attempt = mail.attempts + 1, %state, %error, "a mail did not leave");
                if matches!(error, SendError::NoWayOut(_)) { Next::Rest } else { Next::Mail }
            }
        }
    }

    /// One try. A panic in there must not end all mail until the next start.
    fn attempt(&self, mail: &Queued, shop: &Shop) -> Result<(), SendError> {
        let send = || self.transport.send(mail, shop, self.clock.now());
        catch_unwind(AssertUnwindSafe(send))
            .unwrap_or_else(|_| Err(SendError::Later("sending it failed by a bug in the shop".to_owned())))
    }

    /// Stores a result, again and again until it is stored; `None` when the shop closes before that.
    fn note(
        &self, id: Id, write: impl Fn(&Tx<'_>) -> rusqlite::Result<State> + Clone + Send + 'static,
    ) -> Option<State> {
        let mut wait = FIRST_RETRY;
        loop {
            // Asked before the try: the last one begins after the shop was told to close.
            let last = self.signal.stopping();
            let write = write.clone();
            match self.db.write_blocking(move |tx| write(tx).map_err(DbError::from)) {
                Ok(state) => return Some(state),
                Err(error) if last || matches!(error, DbError::Closed) => {
                    tracing::error!(mail = %id, %error, "a mail's result was not stored; if it was sent, it is sent once more");
                    return None;
                }
                Err(error) => tracing::error!(mail = %id, %error, "a mail's result is not stored yet, trying again"),
            }
            self.signal.pause(wait);
            wait = (wait * 2).min(LONGEST_RETRY);
        }
    }
}
