//! Words and moments that several pages of the office share.

use jiff::Timestamp;
use maud::{Markup, html};

use crate::orders::{OrderRow, Stage};
use crate::payments;
use crate::settings::Shop;
use crate::web::ui::{self, Tone};

/// How urgent a stage is.
pub(super) fn tone(stage: Stage) -> Tone {
    match stage {
        Stage::ToPack | Stage::ToSetAside | Stage::ToMatch | Stage::BeingPaid => Tone::Warn,
        Stage::ToCollect | Stage::Posted | Stage::Done => Tone::Good,
        Stage::Cancelled => Tone::Plain,
    }
}

/// The stage as a tag.
pub(super) fn stage_tag(stage: Stage) -> Markup {
    ui::tag(tone(stage), stage.label())
}

/// How the money of an order stands, as a tag.
pub(super) fn money_tag(status: payments::Status) -> Markup {
    let (tone, words) = match status {
        payments::Status::Pending => (Tone::Warn, "Not paid"),
        payments::Status::Completed => (Tone::Good, "Paid"),
        payments::Status::Failed => (Tone::Plain, "Not paid, over"),
        payments::Status::Refunded => (Tone::Plain, "Refunded"),
    };
    ui::tag(tone, words)
}

/// `Sun 22 Nov, 13:40` in the shop's zone; with the year when it is another than this.
pub(super) fn moment(shop: &Shop, at: Timestamp, now: Timestamp) -> String {
    let (local, today) = (at.to_zoned(shop.zone()), shop.today(now));
    let format = if local.year() == today.year() { "%a %-d %b, %H:%M" } else { "%a %-d %b %Y, %H:%M" };
    local.strftime(format).to_string()
}

/// A moment as an element.
pub(super) fn time(shop: &Shop, at: Timestamp, now: Timestamp) -> Markup {
    html! { time datetime=(at.to_string()) { (moment(shop, at, now)) } }
}

/// `staff:marta@example.com` as people say it.
pub(super) fn who(actor: &str) -> String {
    match actor {
        "reader" => "the customer".to_owned(),
        "shop" => "the shop itself".to_owned(),
        "till" => "the till".to_owned(),
        "transfer" => "bank transfer".to_owned(),
        "test" => "the test card gateway".to_owned(),
        other => other.strip_prefix("staff:").unwrap_or(other).to_owned(),
    }
}

/// `1 book`, `3 books`.
pub(super) fn books(count: u32) -> String {
    if count == 1 { "1 book".to_owned() } else { format!("{count} books") }
}

/// How many pages `total` rows fill, at least one.
pub(super) fn pages(total: i64, per_page: u32, most: u32) -> u32 {
    let total = u64::try_from(total).unwrap_or(0);
    u32::try_from(total.div_ceil(u64::from(per_page))).unwrap_or(most).clamp(1, most)
}

/// Orders as a table; `caption` names it for those who listen.
pub(super) fn order_table(rows: &[OrderRow], caption: &str, shop: &Shop, now: Timestamp) -> Markup {
    html! {
        div.table-scroll role="region" aria-label=(caption) tabindex="0" {
            table.list {
                caption.u-hidden { (caption) }
                thead { tr {
                    th scope="col" { "Order" }
                    th scope="col" data-low { "Customer" }
                    th scope="col" { "State" }
                    th scope="col" data-low { "Money" }
                    th.number scope="col" data-low { "Books" }
                    th scope="col" data-low { "Placed" }
                    th.number scope="col" { "Total" }
                } }
                tbody { @for row in rows { (order_row(row, shop, now)) } }
            }
        }
    }
}

fn order_row(row: &OrderRow, shop: &Shop, now: Timestamp) -> Markup {
    let stage = row.stage();
    html! {
        tr data-state=[(!stage.is_open()).then_some("done")] {
            th scope="row" {
                a href={ "/admin/orders/" (row.id) } { (row.number) }
                span.second data-phone { (row.name) }
            }
            td data-low { (row.name) }
            td { (stage_tag(stage)) }
            td data-low { (money_tag(row.payment_status)) " " (row.payment_method.label()) }
            td.number data-low { (row.copies) }
            td data-low { (time(shop, row.placed_at, now)) }
            td.number { (row.total.display()) }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::delivery;
    use crate::kernel::ids::Id;
    use crate::kernel::money::{Currency, Money};
    use crate::orders::Status;

    #[test]
    fn an_order_is_one_row_that_says_what_to_do() {
        let now: Timestamp = "2026-11-22T12:40:00Z".parse().unwrap();
        let row = OrderRow {
            id: Id::from_bytes([7; 16]),
            number: "ORD-2026-00412".into(),
            status: Status::Confirmed,
            payment_status: payments::Status::Completed,
            payment_method: payments::Method::Card,
            delivery_kind: delivery::Kind::Post,
            name: "Ada <Byron>".into(),
            total: Money::new(2393, Currency::GBP),
            copies: 2,
            placed_at: now,
        };
        insta::assert_snapshot!(order_row(&row, &Shop::default(), now).into_string(), @r#"<tr><th scope="row"><a href="/admin/orders/07070707-0707-0707-0707-070707070707">ORD-2026-00412</a><span class="second" data-phone>Ada &lt;Byron&gt;</span></th><td data-low>Ada &lt;Byron&gt;</td><td><span class="tag" data-tone="warn">To pack</span></td><td data-low><span class="tag" data-tone="good">Paid</span> Card</td><td class="number" data-low>2</td><td data-low><time datetime="2026-11-22T12:40:00Z">Sun 22 Nov, 12:40</time></td><td class="number">£23.93</td></tr>"#);
        let done = OrderRow { status: Status::Shipped, ..row };
        assert!(order_row(&done, &Shop::default(), now).into_string().starts_with("<tr data-state=\"done\">"));
        assert_eq!(moment(&Shop::default(), "2025-07-01T11:00:00Z".parse().unwrap(), now), "Tue 1 Jul 2025, 12:00");
        assert_eq!(
            (who("staff:ben@example.com").as_str(), who("reader").as_str()),
            ("ben@example.com", "the customer")
        );
    }
}
