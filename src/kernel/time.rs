//! Time as an argument. The system's clock is read in one place, `app`.

use std::sync::Arc;

use jiff::Timestamp;

/// Gives the present moment; tests hand in their own.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// A clock that asks `now` each time.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Clock {
        Clock(Arc::new(now))
    }

    /// A clock that stands still.
    pub fn fixed(at: Timestamp) -> Clock {
        Clock::new(move || at)
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

/// Unix milliseconds: how the database writes a moment.
pub fn to_ms(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// A moment from Unix milliseconds; values no calendar holds become the epoch's ends.
pub fn from_ms(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(if ms < 0 { Timestamp::MIN } else { Timestamp::MAX })
}
