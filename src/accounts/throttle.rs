//! Slows guessing down: after a few failures each further try must wait longer.
//!
//! A table of fixed size in memory: a flood of names can use it up but never grow it. A restart forgets it.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::kernel::time::to_ms;

const SETS: u64 = 1024;
/// Slots that share a set; a key lives in one set only, so a look-up touches this many.
const WAYS: usize = 4;
const SLOTS: usize = 4096;
/// Failures that cost nothing: people mistype.
const FREE: u32 = 3;
/// The longest wait, in milliseconds.
const LONGEST_MS: i64 = 15 * 60 * 1000;
/// After this long without a try a key is as good as new, in milliseconds.
const FORGET_MS: i64 = 60 * 60 * 1000;

/// Who is trying: an account as typed, from an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThrottleKey(u64);

#[derive(Clone, Copy, Default)]
struct Slot {
    key: u64,
    /// Tries that have not ended in success; 0 marks a free slot.
    tries: u32,
    last_ms: i64,
}

/// The table. One for each door.
pub struct Throttle {
    slots: Mutex<Box<[Slot]>>,
    // Seeded per process: nobody outside can choose names that push a certain other one out.
    hasher: RandomState,
}

impl Default for Throttle {
    fn default() -> Throttle {
        Throttle::new()
    }
}

impl Throttle {
    /// An empty table of 4,096 slots, about 100 KB.
    pub fn new() -> Throttle {
        Throttle { slots: Mutex::new(vec![Slot::default(); SLOTS].into_boxed_slice()), hasher: RandomState::new() }
    }

    /// The key of an account as typed (case and outer blanks do not matter), tried from an address.
    ///
    /// An IPv6 customer has a whole /64, so only that part of the address counts.
    pub fn key(&self, account: &str, from: IpAddr) -> ThrottleKey {
        let network = match from.to_canonical() {
            IpAddr::V4(address) => u64::from(address.to_bits()),
            IpAddr::V6(address) => u64::try_from(address.to_bits() >> 64).unwrap_or(u64::MAX),
        };
        ThrottleKey(self.hasher.hash_one((account.trim().to_lowercase(), network)))
    }

    /// Lets a try begin, or says how long to wait.
    ///
    /// A try counts as failed until `record_success`: a hundred sent at once are not a hundred free guesses.
    ///
    /// # Errors
    ///
    /// The time until the next try may begin; asking too early changes nothing.
    pub fn allow(&self, key: ThrottleKey, now: Timestamp) -> Result<(), Duration> {
        let now_ms = to_ms(now);
        let mut answer = Ok(());
        self.with_slot(key, now_ms, |slot| {
            let until = slot.last_ms.saturating_add(delay_ms(slot.tries));
            if slot.tries > 0 && until > now_ms {
                answer = Err(Duration::from_millis(until.abs_diff(now_ms)));
            } else {
                *slot = Slot { key: key.0, tries: slot.tries.saturating_add(1), last_ms: now_ms };
            }
        });
        answer
    }

    /// Starts the wait now, when the try that `allow` let in has failed.
    pub fn record_failure(&self, key: ThrottleKey, now: Timestamp) {
        let now_ms = to_ms(now);
        self.with_slot(key, now_ms, |slot| {
            *slot = Slot { key: key.0, tries: slot.tries.max(1), last_ms: now_ms };
        });
    }

    /// Forgets the failures of who has proved to know the password.
    pub fn record_success(&self, key: ThrottleKey, now: Timestamp) {
        self.with_slot(key, to_ms(now), |slot| *slot = Slot::default());
    }

    /// Hands out the slot of `key`: its own, or a free one, or the one with the fewest failures, emptied.
    fn with_slot(&self, key: ThrottleKey, now_ms: i64, f: impl FnOnce(&mut Slot)) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let at = usize::try_from(key.0 % SETS).unwrap_or(0);
        let set = slots.chunks_exact_mut(WAYS).nth(at).unwrap_or_default();
        for slot in set.iter_mut().filter(|slot| now_ms.saturating_sub(slot.last_ms) >= FORGET_MS) {
            *slot = Slot::default();
        }
        if let Some(slot) = set.iter_mut().min_by_key(|slot| (slot.key != key.0, slot.tries, slot.last_ms)) {
            if slot.key != key.0 {
                *slot = Slot::default();
            }
            f(slot);
        }
    }
}

/// 0 for the free tries, then 1 s, 2 s, 4 s … up to the longest.
fn delay_ms(tries: u32) -> i64 {
    match tries.checked_sub(FREE) {
        Some(over) => 1000_i64.checked_shl(over.min(20)).map_or(LONGEST_MS, |ms| ms.min(LONGEST_MS)),
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    fn key(throttle: &Throttle, account: &str) -> ThrottleKey {
        throttle.key(account, "192.0.2.7".parse().unwrap())
    }

    /// Tries as soon as it may, fails each time, and notes the waits in seconds.
    fn waits(throttle: &Throttle, key: ThrottleKey, tries: usize) -> Vec<u64> {
        let mut now = 0;
        (0..tries)
            .map(|_| {
                let wait = throttle.allow(key, at(now)).err().map_or(0, |wait| wait.as_secs());
                if wait > 0 {
                    now += i64::try_from(wait).unwrap();
                    assert_eq!(throttle.allow(key, at(now)), Ok(()), "the wait that was named is enough");
                }
                throttle.record_failure(key, at(now));
                wait
            })
            .collect()
    }

    #[test]
    fn waits_grow_and_stop_growing() {
        let throttle = Throttle::new();
        let ada = key(&throttle, "ada@example.com");
        assert_eq!(waits(&throttle, ada, 9), [0, 0, 0, 1, 2, 4, 8, 16, 32]);
        assert_eq!(waits(&Throttle::new(), ada, 40).last(), Some(&900));
    }

    #[test]
    fn success_and_time_forgive() {
        let throttle = Throttle::new();
        let ada = key(&throttle, "ada@example.com");
        waits(&throttle, ada, 3);
        assert_eq!(throttle.allow(ada, at(0)), Err(Duration::from_secs(1)));
        throttle.record_success(ada, at(0));
        assert_eq!(waits(&throttle, ada, 4), [0, 0, 0, 1]);
        assert_eq!(throttle.allow(ada, at(3 * 3600)), Ok(()));
        assert_eq!(throttle.allow(ada, at(3 * 3600)), Ok(()), "after an hour it begins anew");
    }

    #[test]
    fn tries_sent_at_once_are_counted_before_they_end() {
        let throttle = Throttle::new();
        let ada = key(&throttle, "ada@example.com");
        let let_in = (0..100).filter(|_| throttle.allow(ada, at(0)).is_ok()).count();
        assert_eq!(let_in, 3);
    }

    #[test]
    fn one_who_guesses_slows_down_nobody_else() {
        let throttle = Throttle::new();
        let from = |address: &str| throttle.key("ada@example.com", address.parse().unwrap());
        waits(&throttle, from("192.0.2.7"), 8);
        assert_eq!(throttle.allow(from("192.0.2.8"), at(0)), Ok(()));
        assert_eq!(throttle.allow(key(&throttle, "bob@example.com"), at(0)), Ok(()));
        assert_eq!(from("::ffff:192.0.2.7"), from("192.0.2.7"));
        assert_eq!(from("2001:db8::1"), from("2001:db8::ffff:1"));
        assert_ne!(from("2001:db8::1"), from("2001:db8:0:1::1"));
        assert_eq!(key(&throttle, " ADA@example.com"), from("192.0.2.7"));
    }

    #[test]
    fn a_flood_of_names_neither_grows_the_table_nor_frees_a_guesser() {
        let throttle = Throttle::new();
        let ada = key(&throttle, "ada@example.com");
        waits(&throttle, ada, 8);
        for n in 0..50_000 {
            assert_eq!(throttle.allow(key(&throttle, &format!("{n}@example.com")), at(62)), Ok(()));
        }
        assert!(throttle.allow(ada, at(62)).is_err());
        assert_eq!(throttle.slots.lock().unwrap().len(), 4096);
    }
}
