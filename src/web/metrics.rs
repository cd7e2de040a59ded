//! Times and statuses per part of the shop, in atomics of fixed number.
//!
//! A route is the first part of the path: few, known beforehand, and never a secret.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::StatusCode;

/// The parts of the shop that are told apart; what is not listed counts as the last.
pub const ROUTES: [&str; 14] = [
    "", "books", "search", "cart", "checkout", "orders", "account", "admin", "webhooks", "api", "media", "assets",
    "healthz", "other",
];
/// Upper ends of the histogram's steps in microseconds; the last step has none.
pub const BOUNDS_MICROS: [u64; 11] = [100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 100_000, 500_000, 2_000_000];

/// One part's counts.
#[derive(Debug, Default)]
pub struct RouteMetrics {
    steps: [AtomicU64; BOUNDS_MICROS.len() + 1],
    statuses: [AtomicU64; 5],
    micros: AtomicU64,
}

/// The counts of every part.
#[derive(Debug, Default)]
pub struct Metrics([RouteMetrics; ROUTES.len()]);

/// A reading of one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The first part of its paths; empty for the home page.
    pub route: &'static str,
    /// Answers per step of `BOUNDS_MICROS`, and beyond.
    pub steps: Vec<u64>,
    /// Answers by status: 1xx, 2xx, 3xx, 4xx, 5xx.
    pub statuses: Vec<u64>,
    /// Microseconds of all answers together.
    pub micros: u64,
}

impl Metrics {
    /// Counts an answer.
    pub(super) fn record(&self, path: &str, status: StatusCode, took: Duration) {
        let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        let at = ROUTES.iter().position(|route| *route == first).unwrap_or(ROUTES.len() - 1);
        let Some(route) = self.0.get(at) else { return };
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let step = BOUNDS_MICROS.partition_point(|bound| *bound < micros);
        let class = usize::from(status.as_u16() / 100).saturating_sub(1);
        for counter in [route.steps.get(step), route.statuses.get(class)].into_iter().flatten() {
            counter.fetch_add(1, Ordering::Relaxed);
        }
        route.micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// What was counted so far.
    pub fn read(&self) -> Vec<Reading> {
        let values = |counters: &[AtomicU64]| counters.iter().map(|counter| counter.load(Ordering::Relaxed)).collect();
        let reading = |(route, counts): (&&'static str, &RouteMetrics)| Reading {
            route,
            steps: values(&counts.steps),
            statuses: values(&counts.statuses),
            micros: counts.micros.load(Ordering::Relaxed),
        };
        ROUTES.iter().zip(&self.0).map(reading).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn an_answer_counts_for_its_part_once() {
        let metrics = Metrics::default();
        metrics.record("/books/9780306406157/ink", StatusCode::OK, Duration::from_micros(300));
        metrics.record("/", StatusCode::OK, Duration::from_secs(60));
        metrics.record("/nowhere", StatusCode::NOT_FOUND, Duration::ZERO);
        let read = metrics.read();
        let of = |name: &str| read.iter().find(|reading| reading.route == name).unwrap();
        assert_eq!(of("books").steps, [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(of("").steps.last(), Some(&1));
        assert_eq!(of("other").statuses, [0, 0, 0, 1, 0]);
        assert_eq!(of("cart").micros, 0);
    }
}
