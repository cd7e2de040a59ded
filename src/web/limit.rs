//! How often one address may ask: one atomic per address slot, in memory of fixed size.
//!
//! The arithmetic is GCRA (ITU-T I.371): a slot holds the moment at which the address has paid for all it
//! asked; a request costs one interval, and an address may be a minute ahead. Nothing grows and nothing needs
//! purging. Two addresses may share a slot (one in 32,768) and then share the limit; the hash is seeded at
//! start, so nobody can choose whom to share with.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const SLOTS: usize = 32_768;
const MINUTE: u64 = 60_000_000_000;

/// A limit per address.
pub(super) struct Limit {
    slots: Box<[AtomicU64]>,
    hasher: RandomState,
    /// Nanoseconds that one request costs; 0: no limit.
    interval: u64,
    started: Instant,
}

impl Limit {
    pub(super) fn new(per_minute: u32) -> Limit {
        let interval = MINUTE.checked_div(u64::from(per_minute)).unwrap_or(0);
        let slots = if interval == 0 { 0 } else { SLOTS };
        Limit {
            slots: (0..slots).map(|_| AtomicU64::new(0)).collect(),
            hasher: RandomState::new(),
            interval,
            started: Instant::now(),
        }
    }

    /// Lets a request in, or says how long to wait.
    pub(super) fn admit(&self, address: IpAddr) -> Result<(), Duration> {
        self.admit_at(address, u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX))
    }

    fn admit_at(&self, address: IpAddr, now: u64) -> Result<(), Duration> {
        let at = usize::try_from(self.hasher.hash_one(network(address)) % SLOTS as u64).unwrap_or(0);
        let Some(slot) = self.slots.get(at) else { return Ok(()) };
        let ahead = MINUTE - self.interval;
        let admitted = slot.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |paid| {
            (paid <= now.saturating_add(ahead)).then(|| paid.max(now).saturating_add(self.interval))
        });
        admitted.map(drop).map_err(|paid| Duration::from_nanos(paid.saturating_sub(now.saturating_add(ahead))))
    }
}

/// Whom a limit means: an IPv4 address, or the /64 of an IPv6 one, which is what one household gets.
fn network(address: IpAddr) -> u64 {
    match address.to_canonical() {
        IpAddr::V4(address) => u64::from(u32::from(address)),
        IpAddr::V6(address) => u64::try_from(u128::from(address) >> 64).unwrap_or(u64::MAX),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_minutes_worth_is_let_in_at_once_and_then_one_per_interval() {
        let limit = Limit::new(60);
        let reader = address("203.0.113.1");
        for _ in 0..60 {
            assert_eq!(limit.admit_at(reader, SECOND), Ok(()));
        }
        assert_eq!(limit.admit_at(reader, SECOND), Err(Duration::from_secs(1)));
        assert_eq!(limit.admit_at(reader, 3 * SECOND / 2), Err(Duration::from_millis(500)));
        assert_eq!(limit.admit_at(reader, 2 * SECOND), Ok(()));
        assert!(limit.admit_at(reader, 2 * SECOND).is_err());
        for _ in 0..60 {
            assert_eq!(limit.admit_at(reader, 200 * SECOND), Ok(()));
        }
    }

    #[test]
    fn readers_do_not_pay_for_each_other() {
        let limit = Limit::new(1);
        let admitted = (0..100_u8).filter(|n| limit.admit_at(IpAddr::from([203, 0, 113, *n]), 0).is_ok()).count();
        assert!(admitted > 95, "{admitted}: slots are shared by chance only");
    }

    #[test]
    fn an_ipv6_household_is_one_reader_and_zero_is_no_limit() {
        let limit = Limit::new(1);
        assert!(limit.admit_at(address("2001:db8::1"), 0).is_ok());
        assert!(limit.admit_at(address("2001:db8::2"), 0).is_err());
        let open = Limit::new(0);
        assert!((0..1000).all(|_| open.admit_at(address("::1"), 0).is_ok()));
    }
}
