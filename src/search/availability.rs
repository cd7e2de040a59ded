//! Whether a book can be had, as the index keeps it.

use serde::Serialize;

use crate::catalog::Offer;

/// Where a book stands for who wants it now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Availability {
    /// On the shelf.
    OnShelf,
    /// From the supplier.
    ToOrder,
    /// Not published yet.
    Forthcoming,
    /// Not to be had at the moment.
    NotNow,
    /// Out of print for good.
    OutOfPrint,
}

impl Availability {
    /// All of them, what is easiest to have first. Columns keep the place in this list.
    pub const ALL: [Availability; 5] = [
        Availability::OnShelf,
        Availability::ToOrder,
        Availability::Forthcoming,
        Availability::NotNow,
        Availability::OutOfPrint,
    ];

    /// A word for addresses.
    pub fn word(self) -> &'static str {
        match self {
            Availability::OnShelf => "on-shelf",
            Availability::ToOrder => "to-order",
            Availability::Forthcoming => "forthcoming",
            Availability::NotNow => "not-now",
            Availability::OutOfPrint => "out-of-print",
        }
    }

    /// Reads what `word` wrote.
    pub fn from_word(word: &str) -> Option<Availability> {
        Availability::ALL.into_iter().find(|availability| availability.word() == word)
    }

    pub(super) fn of(offer: &Offer) -> Availability {
        match offer {
            Offer::OnShelf { .. } => Availability::OnShelf,
            Offer::ToOrder { .. } => Availability::ToOrder,
            Offer::Forthcoming { .. } => Availability::Forthcoming,
            Offer::Reprinting | Offer::NoPrice | Offer::Unavailable => Availability::NotNow,
            Offer::OutOfPrint => Availability::OutOfPrint,
        }
    }

    /// Its place in `ALL`.
    pub(super) fn place(self) -> u64 {
        self as u64
    }

    /// The word of a place, as a column gives it.
    pub(super) fn word_at(place: u64) -> &'static str {
        let found = usize::try_from(place).ok().and_then(|place| Availability::ALL.get(place));
        found.map_or("", |availability| availability.word())
    }
}
