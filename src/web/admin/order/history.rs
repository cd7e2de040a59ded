//! The lower half of an order's page: payments, timeline, mails.

use jiff::Timestamp;
use maud::{Markup, html};

use crate::mail::outbox::Listed;
use crate::orders::{Event, Order, Stage};
use crate::payments::{self, Method, Payment};
use crate::settings::Shop;
use crate::web::admin::{mail, words};
use crate::web::ui::{self, ButtonKind, PostButton, Step, StepState, Tone};

/// Every attempt to pay, with its end.
pub(super) fn payments(order: &Order, shop: &Shop, now: Timestamp) -> Markup {
    html! {
        section.card {
            h2 { "Payments" }
            div.table-scroll role="region" aria-label="Attempts to pay" tabindex="0" {
                table.list {
                    caption.u-hidden { "Attempts to pay, the first one first" }
                    thead { tr {
                        th scope="col" { "How" }
                        th scope="col" { "State" }
                        th scope="col" data-low { "Begun" }
                        th.number scope="col" { "Amount" }
                    } }
                    tbody { @for payment in &order.payments { (payment_row(order, payment, shop, now)) } }
                }
            }
        }
    }
}

fn payment_row(order: &Order, payment: &Payment, shop: &Shop, now: Timestamp) -> Markup {
    let (tone, state) = match payment.status {
        payments::Status::Pending => (Tone::Warn, "Waiting"),
        payments::Status::Completed => (Tone::Good, "Settled"),
        payments::Status::Failed => (Tone::Plain, "Failed"),
        payments::Status::Refunded => (Tone::Plain, "Refunded"),
    };
    html! {
        tr data-state=[(payment.status == payments::Status::Failed && !payment.refund_due).then_some("done")] {
            th scope="row" { (payment.method.label()) @if let Some(reference) = &payment.reference { span.second { (reference) } } }
            td {
                (ui::tag(tone, state))
                @if payment.refund_due { " " (ui::tag(Tone::Bad, "Refund due")) }
                @if let Some(reason) = &payment.reason { p.small { (reason) } }
                @if payment.refund_due { (refund(order, payment)) }
            }
            td data-low { (words::time(shop, payment.created_at, now)) }
            td.number { (payment.amount.display()) }
        }
    }
}

/// How due money goes back: a card by its gateway, everything else by somebody's hand.
fn refund(order: &Order, payment: &Payment) -> Markup {
    if payment.method == Method::Card {
        return html! { p.small { "The card gateway sends it back by itself." } };
    }
    ui::post_button(&PostButton {
        action: &format!("/admin/orders/{}/refunded", order.id),
        fields: &[("payment", &payment.id.to_string())],
        label: &format!("Mark {} sent back", payment.amount.display()),
        hidden: "",
        kind: ButtonKind::Second,
        busy: None,
    })
}

/// What happened, who did it, and what comes next.
pub(super) fn timeline(order: &Order, shop: &Shop, now: Timestamp) -> Markup {
    let mut steps: Vec<Step> = order.events.iter().map(|event| step(event, shop, now)).collect();
    if let Some((words, detail)) = waiting(order, shop) {
        steps.push(Step { words: words.to_owned(), detail, at: None, state: StepState::Now });
    }
    html! { section.card { h2 { "What happened" } (ui::timeline(&steps)) } }
}

fn step(event: &Event, shop: &Shop, now: Timestamp) -> Step {
    let who = words::who(&event.actor);
    let detail = if event.note.is_empty() { format!("by {who}") } else { format!("{} · by {who}", event.note) };
    Step {
        words: event_words(event),
        detail: Some(detail),
        at: Some((event.at.to_string(), words::moment(shop, event.at, now))),
        state: StepState::Done,
    }
}

fn event_words(event: &Event) -> String {
    let words = match event.kind.as_str() {
        "placed" => "Ordered",
        "accepted" => "To be paid on collection",
        "matched" => "Payment matched",
        "paid" => "Paid",
        "declined" => "Payment declined",
        "retried" => "Another way to pay chosen",
        "sent" => "Posted",
        "ready" => "Ready to collect",
        "handed_over" => "Handed over",
        "cancelled" => "Cancelled",
        "expired" => "Its time was over",
        "refunded" => "Money sent back",
        "anomaly" => "Another amount came",
        "paid_twice" => "Paid a second time",
        "too_late" => "Paid too late",
        other => return other.replace('_', " "),
    };
    words.to_owned()
}

/// What the order waits for, and until when.
fn waiting(order: &Order, shop: &Shop) -> Option<(&'static str, Option<String>)> {
    let held = order.hold_expires_at.map(|until| format!("Held until {}", shop.today(until).strftime("%a %-d %b")));
    let promised = order.promised.map(|promised| format!("Promised {}", promised.display()));
    match order.stage() {
        Stage::ToMatch => Some(("Waiting for the bank transfer", held)),
        Stage::BeingPaid => Some(("Waiting for the card", held)),
        Stage::ToPack => Some(("To be packed and posted", promised)),
        Stage::ToSetAside => Some(("To be set aside", promised)),
        Stage::ToCollect => Some(("Waiting for its reader", held)),
        Stage::Posted | Stage::Done | Stage::Cancelled => None,
    }
}

/// The mails about the order.
pub(super) fn mails(mails: &[Listed], shop: &Shop, now: Timestamp) -> Markup {
    html! {
        section.card {
            h2 { "Mails" }
            @if mails.is_empty() { p { "None yet." } }
            ul.mails role="list" {
                @for mail in mails {
                    li {
                        p { (mail::tag(mail.state)) " " (mail.subject) }
                        p.small { (words::time(shop, mail.sent_at.unwrap_or(mail.created_at), now)) " to " (mail.recipient) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::Kind;
    use crate::orders::Status;
    use crate::web::admin::order::sample;

    #[test]
    fn the_timeline_ends_with_what_it_waits_for() {
        let order = sample::order(Status::Pending, Kind::Post, Method::Transfer, payments::Status::Pending);
        insta::assert_snapshot!(timeline(&order, &Shop::default(), sample::now()).into_string(), @r#"<section class="card"><h2>What happened</h2><ol class="timeline" role="list"><li data-state="done"><p class="timeline-words">Ordered</p><p class="timeline-at"><time datetime="2026-11-22T13:40:00Z">Sun 22 Nov, 13:40</time></p><p class="timeline-detail">by the customer</p></li><li data-state="now" aria-current="step"><p class="timeline-words">Waiting for the bank transfer</p></li></ol></section>"#);
        let over = sample::order(Status::Delivered, Kind::Collection, Method::Card, payments::Status::Completed);
        assert!(!timeline(&over, &Shop::default(), sample::now()).into_string().contains("aria-current"));
    }

    #[test]
    fn money_that_came_by_hand_goes_back_by_hand() {
        let mut order = sample::order(Status::Cancelled, Kind::Post, Method::Transfer, payments::Status::Failed);
        order.payments[0].refund_due = true;
        assert!(payments(&order, &Shop::default(), sample::now()).into_string().contains("Mark £22.93 sent back"));
        order.payments[0].method = Method::Card;
        assert!(payments(&order, &Shop::default(), sample::now()).into_string().contains("by itself"));
    }
}
