//! An order's life, as one table.

use std::fmt;

/// How far an order is, in the words of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Awaiting money or a confirmation.
    Pending,
    /// Money in, or to be paid on collection.
    Confirmed,
    /// Being picked and packed.
    Processing,
    /// Posted, or ready to be fetched.
    Shipped,
    /// With its reader.
    Delivered,
    /// Ended without a delivery.
    Cancelled,
}

impl Status {
    /// All, in the order of a life.
    pub const ALL: [Status; 6] =
        [Status::Pending, Status::Confirmed, Status::Processing, Status::Shipped, Status::Delivered, Status::Cancelled];

    /// The word in tables and answers.
    pub fn word(self) -> &'static str {
        match self {
            Status::Pending => "pending",
            Status::Confirmed => "confirmed",
            Status::Processing => "processing",
            Status::Shipped => "shipped",
            Status::Delivered => "delivered",
            Status::Cancelled => "cancelled",
        }
    }

    /// The status of a word; the schema knows no other words.
    pub fn from_word(word: &str) -> Status {
        Status::ALL.into_iter().find(|status| status.word() == word).unwrap_or(Status::Pending)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What can happen to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// It will be paid on collection: nothing to wait for.
    Accept,
    /// The money is there.
    Settle,
    /// Posted.
    Send,
    /// Ready to be fetched.
    Ready,
    /// Handed to its reader.
    HandOver,
    /// Somebody cancels it.
    Cancel,
    /// Its time to pay, or to be fetched, is over.
    Expire,
}

/// A move that the table does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This cannot be done with an order that is {from}.")]
pub struct IllegalMove {
    /// Where the order stands.
    pub from: Status,
    /// What was asked.
    pub what: Move,
}

impl Status {
    /// Where `what` leads.
    ///
    /// # Errors
    ///
    /// A pair that is not listed is illegal.
    pub fn on(self, what: Move) -> Result<Status, IllegalMove> {
        match (self, what) {
            // The last one: money that comes after the time was over, when the books can still be had.
            (Status::Pending, Move::Accept)
            | (Status::Pending | Status::Confirmed | Status::Cancelled, Move::Settle) => Ok(Status::Confirmed),
            (Status::Confirmed | Status::Processing, Move::Send | Move::Ready) => Ok(Status::Shipped),
            (Status::Confirmed | Status::Processing | Status::Shipped, Move::HandOver) => Ok(Status::Delivered),
            (Status::Shipped, Move::Settle) => Ok(Status::Shipped),
            (Status::Pending | Status::Confirmed | Status::Processing, Move::Cancel | Move::Expire)
            | (Status::Shipped, Move::Expire) => Ok(Status::Cancelled),
            (from, what) => Err(IllegalMove { from, what }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_the_end_of_a_life_but_late_money() {
        let moves = [Move::Accept, Move::Settle, Move::Send, Move::Ready, Move::HandOver, Move::Cancel, Move::Expire];
        assert!(moves.iter().all(|what| Status::Delivered.on(*what).is_err()));
        let open: Vec<Move> = moves.into_iter().filter(|what| Status::Cancelled.on(*what).is_ok()).collect();
        assert_eq!(open, [Move::Settle]);
        assert_eq!(Status::Pending.on(Move::Send), Err(IllegalMove { from: Status::Pending, what: Move::Send }));
        assert!(Status::Shipped.on(Move::Cancel).is_err());
        for status in Status::ALL {
            assert_eq!(Status::from_word(status.word()), status);
        }
    }
}
