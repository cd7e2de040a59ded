//! An order's state in words: a headline, a sentence, a tag and the steps of its life.

use jiff::Timestamp;

use crate::delivery::{self, Promise};
use crate::orders::{Event, Order, OrderRow, Status};
use crate::payments::{self, Method};
use crate::settings::Shop;
use crate::web::ui::{Step, StepState, Tone};

/// `Sun 22 Nov, 13:40` in the shop's zone.
pub(in crate::web::shop) fn moment(at: Timestamp, shop: &Shop) -> String {
    at.to_zoned(shop.zone()).strftime("%a %-d %b, %H:%M").to_string()
}

/// `14:05`, with its day unless that is today.
pub(super) fn until(at: Timestamp, shop: &Shop, now: Timestamp) -> String {
    if shop.today(at) == shop.today(now) {
        at.to_zoned(shop.zone()).strftime("%H:%M").to_string()
    } else {
        moment(at, shop)
    }
}

/// `412` of `ORD-2026-00412`: what is said at the counter.
pub(super) fn short_number(number: &str) -> &str {
    let last = number.rsplit('-').next().unwrap_or(number);
    let short = last.trim_start_matches('0');
    if short.is_empty() { last } else { short }
}

/// The state as a tag in a list.
pub(in crate::web::shop) fn tag(order: &OrderRow) -> (Tone, &'static str) {
    use delivery::Kind::{Collection, Post};
    match (order.status, order.delivery_kind) {
        _ if order.payment_status == payments::Status::Refunded => (Tone::Plain, "Refunded"),
        (Status::Pending, _) if order.payment_method == Method::Transfer => (Tone::Warn, "Transfer awaited"),
        (Status::Pending, _) => (Tone::Warn, "Not paid yet"),
        (Status::Confirmed | Status::Processing, _) => (Tone::Plain, "Being packed"),
        (Status::Shipped, Post) => (Tone::Good, "Posted"),
        (Status::Shipped, Collection) => (Tone::Good, "Ready to collect"),
        (Status::Delivered, Post) => (Tone::Good, "With you"),
        (Status::Delivered, Collection) => (Tone::Good, "Collected"),
        (Status::Cancelled, _) => (Tone::Plain, "Cancelled"),
    }
}

fn promised(order: &Order) -> String {
    order.promised.as_ref().map_or_else(String::new, Promise::display)
}

/// The headline; `undecided` is whether the bank has not answered yet.
pub(super) fn headline(order: &Order, shop: &Shop, undecided: bool, now: Timestamp) -> String {
    use delivery::Kind::{Collection, Post};
    let (days, kind) = (promised(order), order.delivery_kind);
    match order.status {
        Status::Pending if undecided => "We are waiting for your bank".to_owned(),
        Status::Pending if order.payment_method == Method::Transfer && order.can_be_retried(now) => {
            let day =
                order.transfer_deadline(shop).map_or_else(String::new, |day| day.strftime(" by %a %-d %b").to_string());
            format!("Transfer {}{day}", order.total.display())
        }
        Status::Pending if order.can_be_retried(now) => "Not paid yet".to_owned(),
        Status::Pending => "The time to pay is over".to_owned(),
        Status::Confirmed | Status::Processing => match kind {
            Post => format!("Being packed. With you {days}."),
            Collection => format!("We are getting it ready. Ready {days}."),
        },
        Status::Shipped if kind == Post => format!("Posted. With you {days}."),
        Status::Shipped => format!("Ready to collect: bring the number {}", short_number(&order.number)),
        Status::Delivered if kind == Post => "This order is with you".to_owned(),
        Status::Delivered => "You have collected this order".to_owned(),
        Status::Cancelled => "This order is cancelled".to_owned(),
    }
}

/// What the headline means for the reader's money and books.
pub(super) fn meaning(order: &Order, shop: &Shop, undecided: bool, now: Timestamp) -> String {
    let total = order.total.display();
    let held = order
        .hold_expires_at
        .map_or_else(String::new, |at| format!(" Your books are held until {}.", until(at, shop, now)));
    if let Some(words) = money_back(order) {
        return words;
    }
    match order.status {
        Status::Pending if undecided => {
            format!("The payment is not decided yet. Nothing more is charged by looking again.{held}")
        }
        Status::Pending if order.payment_method == Method::Transfer && order.can_be_retried(now) => {
            format!("We send your books when the money is here.{held}")
        }
        Status::Pending if order.can_be_retried(now) => {
            let reason = order.last_payment().and_then(|payment| payment.reason.clone()).unwrap_or_default();
            format!("{reason} Nothing was taken.{held} Choose how you want to pay.").trim_start().to_owned()
        }
        Status::Pending => "Nothing was taken. Your books go back to your basket in a moment.".to_owned(),
        Status::Cancelled if order.payment_status == payments::Status::Completed => {
            format!("You paid {total}. We send it back.")
        }
        Status::Cancelled if ended_unpaid(order) => "Nothing was taken. Your books are back in your basket.".to_owned(),
        Status::Cancelled => "Nothing is owed for it.".to_owned(),
        Status::Confirmed | Status::Processing | Status::Shipped | Status::Delivered
            if order.payment_status == payments::Status::Completed =>
        {
            format!("Paid {total}, {}.", paid_how(order.payment_method))
        }
        Status::Shipped => format!("You pay {total} when you collect.{held}"),
        Status::Confirmed | Status::Processing | Status::Delivered => {
            format!("You pay {total} when you collect. We write to you as soon as it is ready.")
        }
    }
}

/// What is said of money that goes back, before anything else.
fn money_back(order: &Order) -> Option<String> {
    let useless = |payment: &payments::Payment| payment.refund_due && payment.status == payments::Status::Failed;
    let returned = |payment: &payments::Payment| payment.status == payments::Status::Refunded;
    if order.payment_status == payments::Status::Refunded {
        Some(format!("{} is on its way back to you.", order.total.display()))
    } else if order.payments.iter().any(useless) {
        Some("A payment came that this order cannot use. We send it back the way it came.".to_owned())
    } else if order.payments.iter().any(returned) && order.payment_status != payments::Status::Completed {
        Some("A payment that this order could not use is on its way back to you.".to_owned())
    } else {
        None
    }
}

fn ended_unpaid(order: &Order) -> bool {
    order
        .events
        .iter()
        .rev()
        .find(|event| event.kind == "cancelled")
        .is_some_and(|event| event.actor == "reader" || event.actor == "shop")
}

pub(super) fn paid_how(method: Method) -> &'static str {
    match method {
        Method::Card => "by card",
        Method::Transfer => "by bank transfer",
        Method::OnCollection => "in the shop",
    }
}

/// The steps: what was, what is, what comes.
pub(super) fn steps(order: &Order, shop: &Shop) -> Vec<Step> {
    let event = |kind: &str| order.events.iter().rev().find(|event| event.kind == kind);
    let done = |words: &str, event: &Event| Step {
        words: words.to_owned(),
        detail: None,
        at: Some((event.at.to_string(), moment(event.at, shop))),
        state: StepState::Done,
    };
    let to_come = |words: String| Step { words, detail: None, at: None, state: StepState::Coming };
    let mut steps = vec![event("placed").map_or_else(|| to_come("Ordered".to_owned()), |event| done("Ordered", event))];
    let paid = event("paid")
        .map(|event| done(&format!("Paid {} {}", order.total.display(), paid_how(order.payment_method)), event));
    let later = order.payment_method == Method::OnCollection && paid.is_none();
    if order.status == Status::Cancelled {
        steps.extend(paid);
        steps.extend(event("cancelled").map(|event| done("Cancelled", event)));
        steps.extend(event("refunded").map(|event| done("Money sent back", event)));
        return steps;
    }
    if !later {
        steps.push(paid.unwrap_or_else(|| to_come("Paid".to_owned())));
    }
    let days = promised(order);
    let (sent, there) = match order.delivery_kind {
        delivery::Kind::Post => (("Posted", event("sent")), ("With you", format!("With you {days}"))),
        delivery::Kind::Collection => (("Ready to collect", event("ready")), ("Collected", "Collected".to_owned())),
    };
    let packed = matches!(order.status, Status::Shipped | Status::Delivered);
    let packing = match order.delivery_kind {
        delivery::Kind::Post => "Packed".to_owned(),
        delivery::Kind::Collection => format!("Getting it ready, {days}"),
    };
    steps.push(Step { state: if packed { StepState::Done } else { StepState::Coming }, ..to_come(packing) });
    steps.push(sent.1.map_or_else(|| to_come(sent.0.to_owned()), |event| done(sent.0, event)));
    steps.push(event("handed_over").map_or_else(|| to_come(there.1.clone()), |event| done(there.0, event)));
    if let Some(now) = steps.iter_mut().find(|step| step.state == StepState::Coming) {
        now.state = StepState::Now;
        now.words = present(&now.words, order);
    }
    steps
}

/// What is going on while a step is not done.
fn present(step: &str, order: &Order) -> String {
    match step {
        "Paid" if order.payment_method == Method::Transfer => "Waiting for your transfer".to_owned(),
        "Paid" => "Waiting for your payment".to_owned(),
        "Packed" => "Being packed".to_owned(),
        "Collected" => "Waiting for you behind the till".to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_said_at_the_counter_has_no_zeros_in_front() {
        assert_eq!(short_number("ORD-2026-00412"), "412");
        assert_eq!(short_number("ORD-2026-00000"), "00000");
    }
}
