//! When a parcel will be there: dates, not speeds.

use jiff::civil::{Date, Time, Weekday};
use jiff::{Timestamp, ToSpan};

use super::{Kind, Method};
use crate::settings::{Openness, Shop};

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
///
/// What is fetched can be fetched on days on which the door is open.
pub fn promise(shop: &Shop, method: &Method, lead: (u16, u16), now: Timestamp) -> Promise {
    let today = now.to_zoned(shop.zone()).date();
    match method.kind {
        Kind::Post => {
            let is_late = now.to_zoned(shop.zone()).time() >= CUT_OFF;
            let start = if is_late { working_day_after(today, 1) } else { today };
            let day = |lead: u16, carrier: u16| working_day_after(start, lead.saturating_add(carrier));
            Promise { from: day(lead.0, method.days.0), to: day(lead.1, method.days.1) }
        }
        Kind::Collection => {
            let is_over = matches!(shop.openness(now).0, Openness::Opens { today: false, .. });
            let start = if is_over { next_day(today) } else { today };
            let day = |lead: u16| open_day_from(shop, if lead == 0 { start } else { working_day_after(today, lead) });
            Promise { from: day(lead.0), to: day(lead.1) }
        }
    }
}

/// The first day from `day` on which the shop opens; `day` itself where no hours are known.
fn open_day_from(shop: &Shop, day: Date) -> Date {
    let week = std::iter::successors(Some(day), |day| Some(next_day(*day))).take(7);
    week.into_iter().find(|day| shop.opens_on(*day)).unwrap_or(day)
}

/// The moment after `now` at which promises change: the cut-off, closing time, or midnight.
pub fn promise_changes_at(shop: &Shop, now: Timestamp) -> Timestamp {
    let local = now.to_zoned(shop.zone());
    let cut_off = local.date().to_datetime(CUT_OFF).to_zoned(shop.zone()).map_or(now, |zoned| zoned.timestamp());
    // At midnight at the latest.
    let door = shop.openness(now).1;
    if now < cut_off { cut_off.min(door) } else { door }
}

/// The day by which a copy that the supplier sends in `lead` working days is in the shop.
pub fn in_the_shop_by(today: Date, lead: u16) -> Date {
    working_day_after(today, lead)
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
    use crate::settings::OpenDay;

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
    fn what_is_fetched_is_fetched_while_the_door_is_open() {
        let day =
            |day: &str| OpenDay { day: day.into(), from: Time::constant(9, 0, 0, 0), to: Time::constant(17, 0, 0, 0) };
        let shop = Shop { hours: vec![day("tue"), day("fri")], ..Shop::default() };
        let fetched = Method {
            id: 1,
            kind: Kind::Collection,
            name: String::new(),
            price: Money::zero(Currency::GBP),
            days: (0, 0),
            hold_days: 14,
        };
        let on = |now: &str, lead| promise(&shop, &fetched, lead, now.parse().unwrap()).display();
        assert_eq!(on("2026-11-20T16:00:00Z", (0, 0)), "Fri 20 Nov");
        assert_eq!(on("2026-11-20T17:00:00Z", (0, 0)), "Tue 24 Nov");
        assert_eq!(on("2026-11-20T16:00:00Z", (2, 4)), "Tue 24 – Fri 27 Nov");
    }

    #[test]
    fn promises_change_at_the_cut_off_and_at_midnight() {
        let at = |now: &str| promise_changes_at(&Shop::default(), now.parse().unwrap()).to_string();
        assert_eq!(at("2026-11-20T13:59:59Z"), "2026-11-20T14:00:00Z");
        assert_eq!(at("2026-11-20T14:00:00Z"), "2026-11-21T00:00:00Z");
    }
}
