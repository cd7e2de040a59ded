//! Fetches the pictures that feeds named by links: when somebody asks for it, from public addresses only (see `guard`).
//!
//! A few links at a time. No link can hold up the others for longer than its timeout, or fill memory or disk: what it
//! sends is counted while it comes. What fails is noted at its link and waits longer each time.

mod guard;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Response, Url, header, redirect};
use tokio::task::JoinSet;

use super::links::{self, Due};
use super::{MOST_BYTES, MediaError, take_in};
use crate::db::{Db, DbError};
use crate::error::{Fault, Kind};
use crate::kernel::time::Clock;
use guard::Guard;

/// Redirects that are followed.
const MOST_REDIRECTS: u32 = 3;
/// Links read from the database at once.
const BATCH: u32 = 200;
/// Problems that are told one by one; each also stands at its link.
const TOLD: usize = 100;

/// How to fetch; the default is right for a shop.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Links under way at a time.
    pub at_a_time: usize,
    /// Until a server answers at all.
    pub connect_timeout: Duration,
    /// Until the whole picture is there, redirects counted in.
    pub timeout: Duration,
    /// Bytes of a picture.
    pub most_bytes: usize,
    /// For tests, whose servers stand on this machine; never to be set from outside.
    pub allow_loopback: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            at_a_time: 4,
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(60),
            most_bytes: MOST_BYTES,
            allow_loopback: false,
        }
    }
}

/// What became of the links.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Links that were due when it began.
    pub due: u64,
    /// Pictures that are in the shop now.
    pub fetched: u64,
    /// Links that failed and are tried again another time.
    pub failed: u64,
    /// The first hundred of them, with why.
    pub problems: Vec<(String, String)>,
}

/// Why nothing more can be fetched; what was fetched before is kept.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The disk does not take pictures.
    #[error(transparent)]
    Disk(MediaError),
    /// The system gives no threads or sockets, or no certificates are to be had.
    #[error("pictures cannot be fetched: {0}")]
    Start(String),
}

impl Fault for FetchError {
    fn kind(&self) -> Kind {
        match self {
            FetchError::Db(error) => error.kind(),
            FetchError::Disk(error) => error.kind(),
            FetchError::Start(_) => Kind::Unavailable,
        }
    }
}

/// Why one link gave no picture.
#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error("it is no http or https address")]
    Address,
    #[error(transparent)]
    Private(#[from] guard::Private),
    #[error("it is redirected more than {MOST_REDIRECTS} times, or nowhere")]
    Redirects,
    #[error("the server answered {0}")]
    Status(u16),
    #[error("it is larger than {} KB", .0 >> 10)]
    TooLarge(usize),
    #[error("the whole picture was not there in time")]
    Timeout,
    #[error("{0}")]
    Network(String),
    #[error(transparent)]
    Picture(MediaError),
}

/// Fetches every link that is due, and gives its picture to its book. `data` is the shop's data folder.
///
/// For commands: it blocks, and must not be called inside a tokio runtime. `progress` is told after each link. Safe
/// beside a running shop, and to be killed at any time: what is fetched is stored link by link.
///
/// # Errors
///
/// A database or a disk that does not work. A link that fails is no error: it stands in the summary.
pub fn fetch_missing(
    db: &Db, data: &Path, clock: &Clock, options: &Options, progress: &mut dyn FnMut(&Summary),
) -> Result<Summary, FetchError> {
    let start = |error: &dyn std::error::Error| FetchError::Start(innermost(error));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| start(&error))?;
    let guard = Guard { allow_loopback: options.allow_loopback };
    let client = Client::builder()
        .no_proxy()
        .referer(false)
        .redirect(redirect::Policy::none())
        .dns_resolver(guard::resolver(guard))
        .connect_timeout(options.connect_timeout)
        .user_agent(concat!("Bookstall/", env!("CARGO_PKG_VERSION"), " (covers)"))
        .build()
        .map_err(|error| start(&error))?;
    let fetcher = Arc::new(Fetcher { client, guard, options: *options, data: data.to_owned() });
    runtime.block_on(run(db, &fetcher, clock, progress))
}

async fn run(
    db: &Db, fetcher: &Arc<Fetcher>, clock: &Clock, progress: &mut dyn FnMut(&Summary),
) -> Result<Summary, FetchError> {
    // What fails now is due later, and what is due later is not for this run: so it ends.
    let begun = clock.now();
    let due = db.read(|conn| Ok::<_, DbError>(links::count_due(conn, begun)?))?;
    let mut summary = Summary { due, ..Summary::default() };
    loop {
        let mut batch = db.read(|conn| Ok::<_, DbError>(links::list_due(conn, begun, BATCH)?))?.into_iter();
        if batch.len() == 0 {
            return Ok(summary);
        }
        let mut running = JoinSet::new();
        loop {
            while running.len() < fetcher.options.at_a_time.max(1)
                && let Some(due) = batch.next()
            {
                let fetcher = Arc::clone(fetcher);
                running.spawn(async move {
                    let taken = fetcher.take(&due.link).await;
                    (due, taken)
                });
            }
            let Some(done) = running.join_next().await else { break };
            let (due, taken) = done.map_err(|error| FetchError::Start(error.to_string()))?;
            note(db, due, taken, clock, &mut summary).await?;
            progress(&summary);
        }
    }
}

async fn note(
    db: &Db, due: Due, taken: Result<super::Taken, Problem>, clock: &Clock, summary: &mut Summary,
) -> Result<(), FetchError> {
    let now = clock.now();
    match taken {
        Ok(taken) => {
            db.write(move |tx| Ok::<_, DbError>(links::fetched(tx, &due, &taken, now)?)).await?;
            summary.fetched += 1;
        }
        Err(Problem::Picture(error @ MediaError::Io { .. })) => return Err(FetchError::Disk(error)),
        Err(problem) => {
            let words = problem.to_string();
            summary.failed += 1;
            if summary.problems.len() < TOLD {
                summary.problems.push((due.link.clone(), words.clone()));
            }
            db.write(move |tx| Ok::<_, DbError>(links::failed(tx, &due, &words, now)?)).await?;
        }
    }
    Ok(())
}

struct Fetcher {
    client: Client,
    guard: Guard,
    options: Options,
    data: PathBuf,
}

impl Fetcher {
    async fn take(&self, link: &str) -> Result<super::Taken, Problem> {
        let bytes =
            tokio::time::timeout(self.options.timeout, self.download(link)).await.map_err(|_| Problem::Timeout)??;
        let data = self.data.clone();
        let taken = tokio::task::spawn_blocking(move || take_in(&data, &bytes)).await;
        taken.map_err(|error| Problem::Network(error.to_string()))?.map_err(Problem::Picture)
    }

    async fn download(&self, link: &str) -> Result<Vec<u8>, Problem> {
        let mut url = Url::parse(link).map_err(|_| Problem::Address)?;
        for _ in 0..=MOST_REDIRECTS {
            let response = self.ask(&url).await?;
            if response.status().is_redirection() {
                let target = response.headers().get(header::LOCATION).and_then(|target| target.to_str().ok());
                url = target.and_then(|target| url.join(target).ok()).ok_or(Problem::Redirects)?;
                continue;
            }
            if !response.status().is_success() {
                return Err(Problem::Status(response.status().as_u16()));
            }
            return self.body(response).await;
        }
        Err(Problem::Redirects)
    }

    async fn ask(&self, url: &Url) -> Result<Response, Problem> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Problem::Address);
        }
        self.guard.check_literal(url.host_str().ok_or(Problem::Address)?)?;
        self.client.get(url.clone()).send().await.map_err(network)
    }

    async fn body(&self, mut response: Response) -> Result<Vec<u8>, Problem> {
        let most = self.options.most_bytes;
        let said = response.content_length().unwrap_or(0);
        if usize::try_from(said).map_or(true, |said| said > most) {
            return Err(Problem::TooLarge(most));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(network)? {
            // What was said of the length need not be true.
            if bytes.len() + chunk.len() > most {
                return Err(Problem::TooLarge(most));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }
}

fn network(error: reqwest::Error) -> Problem {
    if error.is_timeout() {
        return Problem::Timeout;
    }
    Problem::Network(innermost(&error.without_url()))
}

/// The last cause, which says most.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(cause) = error.source() {
        error = cause;
    }
    error.to_string()
}

#[cfg(test)]
mod tests;
