//! How an order looks in the office.

use jiff::Timestamp;
use maud::{Markup, html};

use super::acts::{self, Act};
use super::{NOTE_CHARS, Record, history};
use crate::delivery::Kind;
use crate::orders::{Order, OrderLine};
use crate::web::admin::words;
use crate::web::ui::{self, ButtonKind, CoverView, Field, Need, PostButton, SummaryLineView, Tone, TotalRow};

/// The form that the button in the head sends when the next step takes a note.
const SEND_FORM: &str = "posting";

pub(super) fn render(record: &Record, now: Timestamp) -> Markup {
    let order = &record.order;
    let (next, rest) = acts::offered(order);
    html! {
        div.record-head {
            div {
                h1 { (order.number) }
                (words::stage_tag(order.stage()))
                (words::money_tag(order.payment_status))
                @if record.waits_for_supplier() { (ui::tag(Tone::Warn, "Waiting for supplier")) }
            }
            div.cluster { (next_button(order, next)) (more(order, &rest)) }
        }
        p.small {
            (order.name) " · " (words::books(order.lines.iter().map(|line| line.quantity).sum())) ", " (order.total.display()) " · placed "
            (words::time(&record.shop, order.placed_at, now))
        }
        div.split {
            div.flow {
                (lines(record))
                @if next == Some(Act::Sent) { (posting(order)) }
                (history::payments(order, &record.shop, now))
                (history::timeline(order, &record.shop, now))
            }
            aside.flow {
                (customer(order))
                (history::mails(&record.mails, &record.shop, now))
            }
        }
    }
}

fn path(order: &Order, act: Act) -> String {
    format!("/admin/orders/{}/{}", order.id, act.word())
}

fn next_button(order: &Order, next: Option<Act>) -> Markup {
    match next {
        None => html! {},
        Some(Act::Sent) => html! {
            button.button type="submit" form=(SEND_FORM) data-kind="primary" data-busy="Posting…" { (Act::Sent.label(order)) }
        },
        Some(act) => act_button(order, act, ButtonKind::Primary),
    }
}

fn act_button(order: &Order, act: Act, kind: ButtonKind) -> Markup {
    ui::post_button(&PostButton {
        action: &path(order, act),
        fields: &[],
        label: act.label(order),
        hidden: "",
        kind,
        busy: Some("One moment…"),
    })
}

/// What is seldom done, folded away; the end of an order has a page of its own to confirm it.
fn more(order: &Order, rest: &[Act]) -> Markup {
    if rest.is_empty() {
        return html! {};
    }
    html! {
        details.more {
            summary { "More" }
            ul.flow role="list" {
                @for act in rest {
                    li {
                        @match act {
                            Act::Cancel => (ui::button_link(ButtonKind::Danger, "Cancel the order…", &path(order, Act::Cancel))),
                            Act::Paid | Act::Sent | Act::Ready | Act::HandedOver => (act_button(order, *act, ButtonKind::Second)),
                        }
                    }
                }
            }
        }
    }
}

fn posting(order: &Order) -> Markup {
    let note = Field {
        need: Need::Optional,
        maxlength: u32::try_from(NOTE_CHARS).ok(),
        hint: Some("Stands in the history below."),
        ..Field::new("note", "Tracking number or note")
    };
    html! {
        section.card {
            h2 { "Parcel" }
            form.fields id=(SEND_FORM) method="post" action=(path(order, Act::Sent)) { (ui::field(&note)) }
        }
    }
}

fn lines(record: &Record) -> Markup {
    html! {
        section.card {
            h2 { "Books" }
            ul.lines role="list" {
                @for (line, (book, available)) in record.order.lines.iter().zip(&record.shelf) {
                    (line_view(line, book.as_ref().map(|book| record.covers.view(book)), *available))
                }
            }
            (ui::totals(&sums(&record.order)))
        }
    }
}

fn line_view(line: &OrderLine, cover: Option<CoverView>, available: u32) -> Markup {
    let parts = [line.byline.as_str(), line.format.as_str(), line.isbn.as_deref().unwrap_or_default()];
    let about: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    // What was on the shelf when it was ordered is held or taken for this order; only the rest is still to come.
    let promise = match (line.to_order, available) {
        (0, _) => "From our shelf".to_owned(),
        (copies, 0) => format!("{copies} of {} from the supplier: not booked in yet", line.quantity),
        (copies, free) => format!("{copies} of {} from the supplier: {free} free on the shelf now", line.quantity),
    };
    ui::summary_line(&SummaryLineView {
        href: Some(&format!("/admin/books/{}", line.edition_id)),
        title: &line.title,
        about: &about.join(" · "),
        cover: cover.as_ref(),
        quantity: line.quantity,
        total: line.total,
        promise: Some(&promise),
    })
}

fn sums(order: &Order) -> Vec<TotalRow> {
    let row = |label: &str, amount: String| TotalRow { label: label.to_owned(), amount, ..TotalRow::default() };
    let mut rows = vec![row("Books", order.subtotal.display())];
    let delivery = if order.delivery.minor == 0 { "free".to_owned() } else { order.delivery.display() };
    rows.push(row(&order.delivery_name, delivery));
    if order.discount.minor > 0 {
        rows.push(row("Discount", format!("−{}", order.discount.display())));
    }
    if !order.tax_included {
        rows.push(row("Tax", order.tax.display()));
    }
    rows.push(TotalRow { grand: true, ..row("Total", order.total.display()) });
    if order.tax_included {
        rows.push(TotalRow { note: true, ..row("Tax in it", order.tax.display()) });
    }
    rows
}

fn customer(order: &Order) -> Markup {
    html! {
        section.card {
            h2 { "Customer" }
            p { (order.name) br; a href={ "mailto:" (order.email) } { (order.email) }
                @if let Some(phone) = &order.phone { br; a href={ "tel:" (phone) } { (phone) } } }
            p.small { @if order.customer_id.is_some() { "Has an account" } @else { "Ordered as a guest" } }
            h3 { (order.delivery_name) }
            @match (&order.address, order.delivery_kind) {
                (Some(address), Kind::Post) => address {
                    (order.name) br;
                    @for line in address.street.lines() { (line) br; }
                    (address.town) br;
                    @if !address.region.is_empty() { (address.region) br; }
                    @if !address.postcode.is_empty() { (address.postcode) br; }
                    (order.country.name())
                },
                (_, Kind::Post | Kind::Collection) => p { "Comes to the shop" },
            }
            @if let Some(promised) = &order.promised { p.small { "Promised " (promised.display()) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::orders::Status;
    use crate::payments::{self, Method};
    use crate::settings::Shop;
    use crate::web::admin::order::sample;

    fn page(status: Status, kind: Kind) -> String {
        let order = sample::order(status, kind, Method::Card, payments::Status::Completed);
        let record = Record {
            order,
            shelf: vec![(None, 1)],
            covers: crate::web::shop::pictures::Covers::default(),
            mails: Vec::new(),
            shop: Arc::new(Shop::default()),
        };
        render(&record, sample::now()).into_string()
    }

    #[test]
    fn a_page_has_one_primary_button_and_it_is_the_next_step() {
        for (status, kind, words) in [
            (Status::Confirmed, Kind::Post, "Mark posted"),
            (Status::Confirmed, Kind::Collection, "Mark ready to collect"),
            (Status::Shipped, Kind::Collection, "Hand over"),
        ] {
            let html = page(status, kind);
            assert_eq!(html.matches(r#"data-kind="primary""#).count(), 1, "{words}");
            let primary = html.split(r#"data-kind="primary""#).nth(1).unwrap_or_default();
            assert!(primary.split("</button>").next().is_some_and(|button| button.ends_with(words)), "{words}");
        }
        assert!(!page(Status::Shipped, Kind::Post).contains("data-kind=\"primary\""));
    }

    #[test]
    fn a_line_keeps_the_shelf_and_the_supplier_apart() {
        let order = sample::order(Status::Confirmed, Kind::Post, Method::Card, payments::Status::Completed);
        let html: String = order.lines.iter().map(|line| line_view(line, None, 0).into_string()).collect();
        insta::assert_snapshot!(html, @r#"<li class="line" data-kind="summary"><div class="line-words"><p class="line-title"><span class="line-count">2 × </span><a href="/admin/books/06060606-0606-0606-0606-060606060606">Middlemarch</a></p><p class="line-about">George Eliot · Paperback · 9780141439600</p><p class="line-about">1 of 2 from the supplier: not booked in yet</p></div><p class="line-price"><data class="price" value="1998">£19.98</data></p></li>"#);
    }
}
