//! Wiring: the shop's parts are opened, started and stopped here, and the system's clock is read here.

mod housekeeper;
mod reconciler;

use std::fs::{DirBuilder, File, TryLockError};
use std::io::{ErrorKind, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use crate::catalog::{publishers, walk};
use crate::config::Config;
use crate::db::{Db, DbError, MigrationError};
use crate::kernel::time::Clock;
use crate::mail::transport::{self, Transport};
use crate::mail::{MailConfig, sender};
use crate::media::sizer;
use crate::search::{self, Index, SearchError};
use crate::settings::{self, SettingsError};
use crate::web::server::{Server, ServerError};
use crate::web::{self, AppState};
use crate::{delivery, tax};

use housekeeper::Housekeeper;
use reconciler::Reconciler;

/// Why the shop does not open.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The data directory cannot be made or written.
    #[error("the data directory {} cannot be used: {error}", path.display())]
    Data {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// Another process serves this directory.
    #[error("another bookstall already serves {}: stop it first, or choose another directory with --data", path.display())]
    Locked {
        /// The directory.
        path: PathBuf,
    },
    /// The database does not open.
    #[error(transparent)]
    Database(#[from] MigrationError),
    /// `[mail]` cannot work, or its folder cannot be made.
    #[error(transparent)]
    Mail(#[from] transport::OpenError),
    /// The system gives no more threads.
    #[error("a thread of the shop could not be started: {0}")]
    Thread(std::io::Error),
    /// The shop's facts do not fit.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The first tax rates and delivery methods could not be written.
    #[error("the shop could not be furnished: {0}")]
    Furnish(DbError),
    /// The search index cannot be opened or followed.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// The address is in use.
    #[error("{0} is already in use: stop the program that has it, or choose another address with --listen")]
    Taken(SocketAddr),
    /// The address cannot be served on.
    #[error("{address} cannot be served on: {error}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        error: std::io::Error,
    },
    /// The certificate or the listener cannot be used.
    #[error(transparent)]
    Start(#[from] ServerError),
    /// The server ended by itself.
    #[error("the server ended: {0}")]
    Server(std::io::Error),
}

/// The present moment by the system's clock, for commands.
#[allow(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub fn system_now() -> Timestamp {
    Timestamp::now()
}

/// The system's clock, for commands that take a while.
pub fn system_clock() -> Clock {
    Clock::new(system_now)
}

/// A part of the shop with its own thread, which ends when asked.
pub struct Service {
    /// What the log calls it.
    pub name: &'static str,
    /// Asks the thread to end and waits until it has.
    pub stop: Box<dyn FnOnce() + Send>,
}

/// The shop, opened and not yet serving. It holds the lock on its data directory.
pub struct App {
    config: Config,
    db: Db,
    index: Index,
    clock: Clock,
    post: Transport,
    lock: File,
}

impl App {
    /// Opens the shop by the system's clock.
    ///
    /// # Errors
    ///
    /// A data directory, a database or settings that cannot be used; nothing was changed then but a migration.
    pub fn open(config: Config) -> Result<App, AppError> {
        App::open_with(config, system_clock())
    }

    /// Opens the shop by a given clock.
    ///
    /// # Errors
    ///
    /// As `open`.
    pub fn open_with(config: Config, clock: Clock) -> Result<App, AppError> {
        make_private(&config.data).map_err(|error| AppError::Data { path: config.data.clone(), error })?;
        let lock = lock(&config.data)?;
        let db = Db::open(&config.database())?;
        db.read(|conn| settings::load(conn, &config.shop))?;
        let index = Index::open_or_rebuild(&config.data.join("search"))?;
        let post = Transport::open(&MailConfig::from(&config.mail), &config.data.join("mail"))?;
        Ok(App { config, db, index, clock, post, lock })
    }

    /// The database, for what a command does before it serves.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// The configuration in force.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The present moment, for what a command does before it serves.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Takes the configured address.
    ///
    /// # Errors
    ///
    /// An address in use, or one that this machine does not have.
    pub fn bind(&self) -> Result<TcpListener, AppError> {
        let address = self.config.listen;
        TcpListener::bind(address).map_err(|error| {
            if error.kind() == ErrorKind::AddrInUse {
                AppError::Taken(address)
            } else {
                AppError::Bind { address, error }
            }
        })
    }

    /// Starts to serve. Must be called inside a tokio runtime.
    ///
    /// # Errors
    ///
    /// A certificate or listener that cannot be used.
    pub async fn start(self, listener: TcpListener) -> Result<Running, AppError> {
        let deadline = Duration::from_secs(self.config.limits.shutdown_secs);
        let address = listener.local_addr().map_err(AppError::Server)?;
        let state = AppState::new(self.db.clone(), self.clock, self.config, self.index, address);
        furnish(&state)?;
        let services = start_services(&state, self.post)?;
        let server = Server::start(listener, web::router(&state), &state).await?;
        Ok(Running { address, state, server, services, db: self.db, deadline, lock: self.lock })
    }

    /// Serves until SIGTERM or ctrl-c; `ready` is told the shop's real address, `http://127.0.0.1:3000`.
    ///
    /// # Errors
    ///
    /// As `start`, and a server that ended by itself.
    pub async fn serve(self, listener: TcpListener, ready: impl FnOnce(&str)) -> Result<(), AppError> {
        let scheme = if self.config.has_tls() { "https" } else { "http" };
        let asked_to_stop = asked_to_stop().map_err(AppError::Server)?;
        let mut running = self.start(listener).await?;
        ready(&format!("{scheme}://{}", running.address));
        tokio::select! {
            () = asked_to_stop => {
                tracing::info!("closing: running requests are finished, new ones refused");
                running.stop().await;
                Ok(())
            }
            error = running.server.ended() => {
                running.stop().await;
                Err(AppError::Server(error))
            }
        }
    }
}

/// A shop that serves.
pub struct Running {
    address: SocketAddr,
    state: AppState,
    server: Server,
    services: Vec<Service>,
    db: Db,
    deadline: Duration,
    lock: File,
}

impl Running {
    /// The address that was really taken.
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// What the handlers work with.
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// Stops accepting, finishes requests, stops the threads, drains the writer.
    ///
    /// Requests and threads that have not ended by the deadline are left behind, which the log says.
    pub async fn stop(self) {
        self.server.stop(self.deadline).await;
        let (services, db) = (self.services, self.db);
        let closing = tokio::task::spawn_blocking(move || {
            for service in services.into_iter().rev() {
                tracing::debug!(service = service.name, "stopping");
                (service.stop)();
            }
            db.close();
        });
        if tokio::time::timeout(self.deadline, closing).await.is_err() {
            tracing::warn!(deadline_secs = self.deadline.as_secs(), "a thread did not end in time");
        }
        drop(self.lock);
    }
}

/// Gives a shop that has none its first tax rates and ways of delivery, so that it can sell at once.
fn furnish(state: &AppState) -> Result<(), AppError> {
    let shop = state.db.read(|conn| state.shop(conn))?;
    let now = state.clock.now();
    let furnished = state.db.write_blocking(move |tx| {
        tax::seed(tx)?;
        Ok::<_, DbError>(delivery::seed(tx, shop.currency(), now)?)
    });
    furnished.and_then(|()| house_books(&state.db, now)).map_err(AppError::Furnish)
}

/// Books of a catalogue from before there were publishing houses find theirs, once.
fn house_books(db: &Db, now: Timestamp) -> Result<(), DbError> {
    const CHUNK: u32 = 5000;
    let mut after = walk::START;
    while let Some(last) = db.write_blocking(move |tx| Ok::<_, DbError>(publishers::fill(tx, after, CHUNK, now)?))? {
        after = last;
    }
    Ok(())
}

/// Starts the shop's threads, in the order in which they depend on each other; they stop in reverse.
fn start_services(state: &AppState, post: Transport) -> Result<Vec<Service>, AppError> {
    let overrides = state.config.shop.clone();
    let mail =
        sender::start(state.db.clone(), post, state.clock.clone(), overrides.clone()).map_err(AppError::Thread)?;
    let indexer = search::start(state.db.clone(), state.index.clone(), overrides, state.clock.clone())?;
    let housekeeper = Housekeeper::start(state).map_err(AppError::Thread)?;
    let reconciler = Reconciler::start(state);
    let sizer =
        sizer::start(state.db.clone(), state.config.data.clone(), state.clock.clone()).map_err(AppError::Thread)?;
    Ok(vec![
        Service { name: "compressor", stop: Box::new(web::kept::compressor(state)) },
        Service { name: "indexer", stop: Box::new(move || indexer.stop()) },
        Service { name: "mail", stop: Box::new(move || mail.stop()) },
        Service { name: "housekeeper", stop: Box::new(move || housekeeper.stop()) },
        Service { name: "sizer", stop: Box::new(move || sizer.stop()) },
        Service { name: "reconciler", stop: Box::new(move || reconciler.stop()) },
    ])
}

/// Makes the directory, readable by its owner only; one that exists keeps the rights it was given.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Holds `serve.lock` as long as the file stays open; the system frees it after any crash.
fn lock(data: &Path) -> Result<File, AppError> {
    let failed = |error| AppError::Data { path: data.to_owned(), error };
    let mut options = File::options();
    let mut file = options.create(true).write(true).truncate(false).open(data.join("serve.lock")).map_err(failed)?;
    let mut looks = 3;
    loop {
        match file.try_lock() {
            Ok(()) => break,
            // An import looks whether the shop is open by holding the lock for a moment.
            Err(TryLockError::WouldBlock) if looks > 0 => std::thread::sleep(Duration::from_millis(10)),
            Err(TryLockError::WouldBlock) => return Err(AppError::Locked { path: data.to_owned() }),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        looks -= 1;
    }
    // For whoever looks; nothing reads it.
    file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())).map_err(failed)?;
    Ok(file)
}

/// Listens for SIGTERM and ctrl-c from now on; the future ends with the first of them.
#[cfg(unix)]
fn asked_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn asked_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}

#[cfg(test)]
mod tests;
