//! Opening hours, in the shop's zone.

use jiff::civil::{Date, Time, Weekday};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::Shop;

/// One open day of the week: `{ day = "tue", from = "09:00", to = "18:00" }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenDay {
    /// `mon` … `sun`.
    pub day: String,
    /// Opening time, local.
    pub from: Time,
    /// Closing time, local.
    pub to: Time,
}

/// Whether the door is open, and until when that answer holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Openness {
    /// No hours are known.
    Unknown,
    /// Open, closing at this local time.
    Until(Time),
    /// Closed, opening next on this day at this time; `today` when it is still to come today.
    Opens {
        /// The weekday of the next opening.
        day: Weekday,
        /// The opening time.
        at: Time,
        /// Whether that is today.
        today: bool,
    },
}

impl OpenDay {
    /// The day's whole name, `Tuesday`.
    pub fn label(&self) -> String {
        self.weekday().map_or_else(|| self.day.clone(), |day| format!("{day:?}"))
    }

    fn weekday(&self) -> Option<Weekday> {
        let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let index = names.iter().position(|name| self.day.to_lowercase().starts_with(name))?;
        Weekday::from_monday_zero_offset(i8::try_from(index).ok()?).ok()
    }
}

impl Shop {
    /// Whether the door opens on that day; true where no hours are known.
    pub fn opens_on(&self, date: Date) -> bool {
        self.hours.is_empty() || self.hours.iter().any(|day| day.weekday() == Some(date.weekday()))
    }

    /// Whether the shop is open at `now`, and the moment at which the answer changes.
    ///
    /// The moment is at most a day away: midnight changes words like “today” too.
    pub fn openness(&self, now: Timestamp) -> (Openness, Timestamp) {
        let local = now.to_zoned(self.zone());
        let midnight = local.start_of_day().and_then(|day| day.checked_add(1.day())).map_or(now, |day| day.timestamp());
        let moment = |time: Time| {
            local.date().to_datetime(time).to_zoned(self.zone()).map_or(midnight, |zoned| zoned.timestamp())
        };
        for offset in 0..7_i8 {
            let weekday = local.date().weekday().wrapping_add(offset);
            let Some(day) = self.hours.iter().find(|day| day.weekday() == Some(weekday)) else { continue };
            let today = offset == 0;
            if today && local.time() >= day.to {
                continue;
            }
            if today && local.time() >= day.from {
                return (Openness::Until(day.to), moment(day.to).min(midnight));
            }
            let until = if today { moment(day.from).min(midnight) } else { midnight };
            return (Openness::Opens { day: weekday, at: day.from, today }, until);
        }
        (Openness::Unknown, midnight)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_door_knows_its_hours() {
        let day =
            |day: &str| OpenDay { day: day.into(), from: Time::constant(9, 0, 0, 0), to: Time::constant(18, 0, 0, 0) };
        let shop = Shop { hours: vec![day("mon"), day("tue")], ..Shop::default() };
        let at = |text: &str| shop.openness(text.parse().unwrap());
        // 2026-11-23 is a Monday; London is on UTC in winter.
        assert_eq!(
            at("2026-11-23T10:00:00Z"),
            (Openness::Until(Time::constant(18, 0, 0, 0)), "2026-11-23T18:00:00Z".parse().unwrap())
        );
        let opens = |day, today| Openness::Opens { day, at: Time::constant(9, 0, 0, 0), today };
        assert_eq!(at("2026-11-23T08:59:00Z").0, opens(Weekday::Monday, true));
        assert_eq!(at("2026-11-24T18:00:00Z").0, opens(Weekday::Monday, false));
        assert_eq!(Shop::default().openness("2026-11-23T10:00:00Z".parse().unwrap()).0, Openness::Unknown);
    }
}
