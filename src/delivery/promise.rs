//! When a parcel will be there: dates, not speeds.

use jiff::civil::{Date, Time, Weekday};
use jiff::{Timestamp, ToSpan};

use super::{Kind, Method};
use crate::settings::Shop;

/// What is packed after this hour leaves on the next working day.
const CUT_OFF: Time = Time::constant(14, 0, 0, 0);

/// The first and the last day on which it should be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise {
    /// Earliest.
    pub from: Date,
    /// Latest.
    pub to: Date,
}

/// The days for an order placed at `now`, whose slowest book needs `lead` working days to arrive in the shop.
pub fn promise(shop: &Shop, method: &Method, lead: (u16, u16), now: Timestamp) -> Promise {
    let local = now.to_zoned(shop.zone());
    let late = local.time() >= CUT_OFF && method.kind == Kind::Post;
    let start = if late { working_day_after(local.date(), 1) } else { local.date() };
    let day = |lead: u16, carrier: u16| match lead.saturating_add(carrier) {
        // Collected from the shelf: today, whatever day it is.
        0 => start,
        days => working_day_after(start, days),
    };
    Promise { from: day(lead.0, method.days.0), to: day(lead.1, method.days.1) }
}

/// The moment after `now` at which promises change: the cut-off if it is still to come, else midnight.
pub fn promise_changes_at(shop: &Shop, now: Timestamp) -> Timestamp {
    let local = now.to_zoned(shop.zone());
    let cut_off = local.date().to_datetime(CUT_OFF).to_zoned(shop.zone()).map_or(now, |zoned| zoned.timestamp());
    let midnight = next_day(local.date()).to_zoned(shop.zone()).map_or(now, |zoned| zoned.timestamp());
    if now < cut_off { cut_off } else { midnight }
}

/// Monday to Saturday count, as carriers work; public holidays are not known here.
fn working_day_after(start: Date, days: u16) -> Date {
    let mut day = start;
    for _ in 0..days.min(400) {
        day = next_day(day);
        if day.weekday() == Weekday::Sunday {
            day = next_day(day);
        }
    }
    day
}

fn next_day(day: Date) -> Date {
    day.checked_add(1.day()).unwrap_or(Date::MAX)
}

impl Promise {
    /// `Tue 24 – Wed 25 Nov`, or one day.
    pub fn display(&self) -> String {
        let full = |day: Date| day.strftime("%a %-d %b").to_string();
        if self.from == self.to {
            full(self.from)
        } else if self.from.month() == self.to.month() {
            format!("{} – {}", self.from.strftime("%a %-d"), full(self.to))
        } else {
            format!("{} – {}", full(self.from), full(self.to))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::kernel::money::{Currency, Money};

    #[track_caller]
    fn check(now: &str, kind: Kind, days: (u16, u16), lead: (u16, u16), expected: &str) {
        let method =
            Method { id: 1, kind, name: String::new(), price: Money::zero(Currency::GBP), days, hold_days: 14 };
        assert_eq!(promise(&Shop::default(), &method, lead, now.parse().unwrap()).display(), expected);
    }

    #[test]
    fn days_are_working_days_and_afternoons_count_tomorrow() {
        // 2026-11-20 is a Friday.
        check("2026-11-20T10:00:00Z", Kind::Post, (2, 3), (0, 0), "Mon 23 – Tue 24 Nov");
        check("2026-11-20T15:00:00Z", Kind::Post, (2, 3), (0, 0), "Tue 24 – Wed 25 Nov");
        check("2026-11-20T15:00:00Z", Kind::Collection, (0, 0), (0, 0), "Fri 20 Nov");
        check("2026-11-27T10:00:00Z", Kind::Post, (1, 2), (1, 2), "Mon 30 Nov – Wed 2 Dec");
    }

    #[test]
    fn promises_change_at_the_cut_off_and_at_midnight() {
        let at = |now: &str| promise_changes_at(&Shop::default(), now.parse().unwrap()).to_string();
        assert_eq!(at("2026-11-20T13:59:59Z"), "2026-11-20T14:00:00Z");
        assert_eq!(at("2026-11-20T14:00:00Z"), "2026-11-21T00:00:00Z");
    }
}
