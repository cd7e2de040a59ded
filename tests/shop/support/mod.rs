//! What the tests share: a shop in this process, the real program in another, a browser, an SMTP server.

pub(crate) mod books;
pub(crate) mod browser;
pub(crate) mod buyer;
pub(crate) mod cli;
pub(crate) mod form;
pub(crate) mod shop;
pub(crate) mod smtp;
pub(crate) mod source;
pub(crate) mod visitor;

use std::time::{Duration, Instant};

/// How long a test waits for what another thread does; far more than it ever takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// Asks until there is an answer, and fails in words when none comes.
pub(crate) async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asked = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(asked.elapsed() < PATIENCE, "{what} did not happen in {} seconds", PATIENCE.as_secs());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Whether the long rounds are asked for: `tests/run --long`.
#[expect(clippy::disallowed_methods, reason = "a switch of the test runner's, not of the shop's")]
pub(crate) fn is_long() -> bool {
    std::env::var_os("BOOKSTALL_LONG").is_some()
}
