//! Whether a book can be had, and when: three truths kept apart (on the shelf, from the supplier, not yet).

use jiff::civil::Date;

use super::BookRow;
use crate::kernel::date::PartialDate;

/// What the shop can promise for one edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// So many copies are on the shelf; more may be ordered within these working days.
    OnShelf {
        /// Copies nobody else holds.
        copies: u32,
        /// Working days for what exceeds them, when the supplier has it.
        more_in: Option<(u16, u16)>,
    },
    /// None here, but the supplier sends it in these working days.
    ToOrder {
        /// From and to.
        days: (u16, u16),
    },
    /// Not published yet.
    Forthcoming {
        /// When, as precisely as known.
        date: Option<PartialDate>,
    },
    /// Out of print for good.
    OutOfPrint,
    /// Temporarily not to be had.
    Reprinting,
    /// Nobody has named a price.
    NoPrice,
    /// Not here, and no supplier known: the reader may ask.
    Unavailable,
}

impl Offer {
    /// Decides from the edition's facts, the copies nobody holds, and the shop's calendar day.
    pub fn of(row: &BookRow, copies: u32, today: Date) -> Offer {
        let status = row.publishing_status.as_str();
        let recalled = matches!(status, "11" | "12" | "15" | "16" | "17") || row.availability == "49";
        let lead = row.lead_days.filter(|_| matches!(row.availability.as_str(), "20" | "21" | "22" | "23"));
        if recalled || row.format.is_digital() || !row.listed {
            return Offer::Unavailable;
        }
        let later = row.published.is_some_and(|date| date.first_day() > today);
        if let Some(day) = row.embargo.filter(|day| *day > today) {
            return Offer::Forthcoming { date: Some(PartialDate::Day(day)) };
        }
        if later || matches!(row.availability.as_str(), "10" | "11" | "12") || matches!(status, "02" | "03") {
            return Offer::Forthcoming { date: row.published };
        }
        match (row.price, copies, lead) {
            (None, ..) => Offer::NoPrice,
            (Some(_), 1.., more_in) => Offer::OnShelf { copies, more_in },
            (Some(_), 0, Some(days)) => Offer::ToOrder { days },
            (Some(_), 0, None) if matches!(status, "07" | "08" | "10") || row.availability == "51" => Offer::OutOfPrint,
            (Some(_), 0, None) if matches!(row.availability.as_str(), "30" | "31" | "32" | "33" | "34") => {
                Offer::Reprinting
            }
            (Some(_), 0, None) => Offer::Unavailable,
        }
    }

    /// How many copies may be put in a basket: shelf copies, and any number that the supplier has.
    pub fn orderable(&self) -> u32 {
        match self {
            Offer::OnShelf { more_in: Some(_), .. } | Offer::ToOrder { .. } => u32::MAX,
            Offer::OnShelf { copies, more_in: None } => *copies,
            Offer::Forthcoming { .. } | Offer::OutOfPrint | Offer::Reprinting | Offer::NoPrice | Offer::Unavailable => {
                0
            }
        }
    }

    /// Whether the book can be bought at all.
    pub fn is_for_sale(&self) -> bool {
        self.orderable() > 0
    }
}
