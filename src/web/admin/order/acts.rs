//! What staff can do with an order, and the words for it.

use jiff::Timestamp;

use crate::db::Tx;
use crate::delivery::Kind;
use crate::kernel::ids::Id;
use crate::orders::{self, House, Move, Order, OrderError, Settled, Status};
use crate::payments::{self, Method};
use crate::web::admin::frame::Done;

/// An act with a button of its own; the word stands in the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::web::admin) enum Act {
    /// The money is there.
    Paid,
    /// The parcel is posted.
    Sent,
    /// It lies behind the till.
    Ready,
    /// Its reader has it.
    HandedOver,
    /// It ends here.
    Cancel,
}

impl Act {
    /// All, the next step before the detours.
    pub(super) const ALL: [Act; 5] = [Act::Sent, Act::Ready, Act::Paid, Act::HandedOver, Act::Cancel];

    /// The last part of its address.
    pub(super) fn word(self) -> &'static str {
        match self {
            Act::Paid => "paid",
            Act::Sent => "sent",
            Act::Ready => "ready",
            Act::HandedOver => "handed-over",
            Act::Cancel => "cancel",
        }
    }

    /// The act of a word.
    pub(super) fn from_word(word: &str) -> Option<Act> {
        Act::ALL.into_iter().find(|act| act.word() == word)
    }

    /// The words of its button.
    pub(super) fn label(self, order: &Order) -> &'static str {
        let unpaid = order.payment_status != payments::Status::Completed;
        match self {
            Act::Paid => "Mark paid",
            Act::Sent => "Mark posted",
            Act::Ready => "Mark ready to collect",
            Act::HandedOver if unpaid => "Take the money and hand over",
            Act::HandedOver => "Hand over",
            Act::Cancel => "Cancel the order",
        }
    }

    /// The line for the audit log.
    pub(in crate::web::admin) fn audit(self) -> &'static str {
        match self {
            Act::Paid => "order.paid",
            Act::Sent => "order.sent",
            Act::Ready => "order.ready",
            Act::HandedOver => "order.handed_over",
            Act::Cancel => "order.cancelled",
        }
    }

    fn step(self) -> Move {
        match self {
            Act::Paid => Move::Settle,
            Act::Sent => Move::Send,
            Act::Ready => Move::Ready,
            Act::HandedOver => Move::HandOver,
            Act::Cancel => Move::Cancel,
        }
    }

    /// Whether the page offers it: the table of moves allows it, and it makes sense for this order.
    pub(super) fn is_offered(self, order: &Order) -> bool {
        let fits = match self {
            Act::Paid => payable_by_hand(order),
            Act::Sent => order.delivery_kind == Kind::Post,
            Act::Ready => order.delivery_kind == Kind::Collection,
            // What is posted is out of our hands. An unpaid order can be paid at the till when it is handed over.
            Act::HandedOver => {
                let here = order.delivery_kind == Kind::Collection || order.status != Status::Shipped;
                here && (order.payment_status == payments::Status::Completed || payable_by_hand(order))
            }
            Act::Cancel => true,
        };
        fits && order.status.on(self.step()).is_ok()
    }

    /// Whether the order is already where this would bring it: the second click of two.
    pub(in crate::web::admin) fn is_done(self, order: &Order) -> bool {
        match self {
            Act::Paid => order.payment_status == payments::Status::Completed,
            Act::Sent => order.delivery_kind == Kind::Post && order.status == Status::Shipped,
            Act::Ready => order.delivery_kind == Kind::Collection && order.status == Status::Shipped,
            Act::HandedOver => order.status == Status::Delivered,
            Act::Cancel => order.status == Status::Cancelled,
        }
    }

    /// Does it.
    pub(in crate::web::admin) fn perform(
        self, tx: &Tx<'_>, house: &House, id: Id, actor: &str, note: &str, now: Timestamp,
    ) -> Result<Done, OrderError> {
        match self {
            Act::Paid => orders::mark_paid(tx, house, id, actor, now).map(|settled| match settled {
                Settled::Paid => Done::Paid,
                // By hand there is nothing to decline, confirm or wait for: the money is there and finds no use.
                Settled::SentBack | Settled::Declined { .. } | Settled::ActionNeeded { .. } | Settled::Waiting => {
                    Done::MoneyBack
                }
            }),
            Act::Sent => orders::send(tx, house, id, actor, note, now).map(|()| Done::Sent),
            Act::Ready => orders::ready(tx, house, id, actor, now).map(|()| Done::Ready),
            Act::HandedOver => orders::hand_over(tx, house, id, actor, now).map(|()| Done::HandedOver),
            Act::Cancel => orders::cancel(tx, house, id, actor, note, now).map(|()| Done::Cancelled),
        }
    }
}

/// Whether an attempt is open that staff decide: a transfer on the account, money at the till.
fn payable_by_hand(order: &Order) -> bool {
    let open = order.payments.iter().rev().find(|payment| payment.status == payments::Status::Pending);
    open.is_some_and(|payment| payment.method != Method::Card)
}

/// What the page offers: the next step as its one primary button, and the rest.
pub(super) fn offered(order: &Order) -> (Option<Act>, Vec<Act>) {
    let mut acts: Vec<Act> = Act::ALL.into_iter().filter(|act| act.is_offered(order)).collect();
    let is_step = |act: &Act| match act {
        Act::Cancel => false,
        // Before it lies behind the till, that comes first; and an unpaid reader may pay when coming.
        Act::HandedOver => order.status == Status::Shipped,
        Act::Paid => order.status == Status::Pending,
        Act::Sent | Act::Ready => true,
    };
    let next = acts.iter().position(is_step).map(|place| acts.remove(place));
    (next, acts)
}

/// Why an act was refused, for staff; the room's own words speak to readers.
pub(in crate::web::admin) fn sentence(error: &OrderError, order: &Order) -> String {
    match error {
        OrderError::Illegal(_) => {
            format!("This cannot be done with an order in the state “{}”.", order.stage().label())
        }
        OrderError::InFlight => {
            "A card payment for this order is on its way. Its end decides; load the page again in a minute.".to_owned()
        }
        OrderError::TooLate => "No payment is open on this order, so there is nothing to mark as paid.".to_owned(),
        OrderError::NotOffered => "This order does not reach its reader that way.".to_owned(),
        OrderError::Missing | OrderError::Short { .. } | OrderError::Stock(_) | OrderError::Db(_) => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::admin::order::sample;

    /// The buttons as they are read: `primary | others`.
    #[track_caller]
    fn check(status: Status, kind: Kind, method: Method, money: payments::Status, expected: &str) {
        let order = sample::order(status, kind, method, money);
        let (next, rest) = offered(&order);
        let rest: Vec<&str> = rest.iter().map(|act| act.word()).collect();
        assert_eq!(
            format!("{} | {}", next.map_or("-", Act::word), rest.join(" ")),
            expected,
            "{status} {kind:?} {method:?}"
        );
    }

    #[test]
    fn each_state_offers_its_legal_moves_and_one_of_them_first() {
        use Kind::{Collection, Post};
        use Method::{Card, OnCollection, Transfer};
        use payments::Status::{Completed, Failed, Pending};
        check(Status::Pending, Post, Card, Pending, "- | cancel");
        check(Status::Pending, Post, Transfer, Pending, "paid | cancel");
        check(Status::Pending, Collection, Transfer, Pending, "paid | cancel");
        check(Status::Confirmed, Post, Card, Completed, "sent | handed-over cancel");
        check(Status::Processing, Post, Transfer, Completed, "sent | handed-over cancel");
        check(Status::Confirmed, Collection, Card, Completed, "ready | handed-over cancel");
        check(Status::Confirmed, Collection, OnCollection, Pending, "ready | paid handed-over cancel");
        check(Status::Shipped, Collection, OnCollection, Pending, "handed-over | paid");
        check(Status::Shipped, Collection, Card, Completed, "handed-over | ");
        check(Status::Shipped, Post, Card, Completed, "- | ");
        check(Status::Delivered, Collection, Card, Completed, "- | ");
        check(Status::Cancelled, Post, Transfer, Failed, "- | ");
    }

    #[test]
    fn a_second_click_is_known_as_one() {
        let done = |act: Act, status, kind| {
            act.is_done(&sample::order(status, kind, Method::Card, payments::Status::Completed))
        };
        assert!(done(Act::Sent, Status::Shipped, Kind::Post) && !done(Act::Sent, Status::Shipped, Kind::Collection));
        assert!(done(Act::Cancel, Status::Cancelled, Kind::Post) && done(Act::Paid, Status::Confirmed, Kind::Post));
        for act in Act::ALL {
            assert_eq!(Act::from_word(act.word()), Some(act));
        }
    }
}
