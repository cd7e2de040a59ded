//! What a basket comes to, for every way it can reach its reader; the rows that basket and checkout share.

use jiff::Timestamp;
use maud::{Markup, html};
use rusqlite::Connection;

use super::pictures::Covers;
use super::{frame, words};
use crate::cart::{CartView, LineView, Notice};
use crate::delivery::{self, Kind, Method};
use crate::kernel::country::Country;
use crate::kernel::money::Money;
use crate::orders::{self, Quote};
use crate::settings::Shop;
use crate::web::PageError;
use crate::web::ui::{self, SummaryLineView, TotalRow};

/// A way of delivery and what the basket costs by it.
pub(super) struct Way {
    pub(super) method: Method,
    pub(super) quote: Quote,
    /// What the stylesheet calls its radio: `d1`.
    pub(super) slot: String,
}

/// Every way that reaches `country`, in the shop's order.
pub(super) fn ways(
    conn: &Connection, shop: &Shop, basket: &CartView, country: Country, now: Timestamp,
) -> Result<Vec<Way>, PageError> {
    let methods = delivery::list_for(conn, country, shop.currency())?;
    let with_quote = |(index, method): (usize, Method)| {
        let quote = orders::quote(conn, shop, basket, &method, country, now)?;
        Ok(Way { method, quote, slot: format!("d{}", index + 1) })
    };
    methods.into_iter().enumerate().map(with_quote).collect()
}

/// The slots of the ways of one kind, as `data-when` wants them: `d1 d3`.
pub(super) fn slots(ways: &[Way], kind: Kind) -> Option<String> {
    let slots: Vec<&str> = ways.iter().filter(|way| way.method.kind == kind).map(|way| way.slot.as_str()).collect();
    (!slots.is_empty()).then(|| slots.join(" "))
}

/// `£2.95`, or `free`.
pub(super) fn price_or_free(amount: Money) -> String {
    if amount.minor == 0 { "free".to_owned() } else { amount.display() }
}

/// When a way would be there, as a second line of its choice.
pub(super) fn promise_words(way: &Way) -> String {
    let days = way.quote.promise.display();
    match way.method.kind {
        Kind::Post => format!("With you {days}"),
        Kind::Collection => format!("Ready {days}"),
    }
}

/// The rows of the sums, each way's own rows shown while its radio is chosen.
pub(super) fn rows(basket: &CartView, ways: &[Way], shop: &Shop) -> Vec<TotalRow> {
    let row = |label: &str, amount: String| TotalRow { label: label.to_owned(), amount, ..TotalRow::default() };
    let mut rows = vec![row("Books", basket.subtotal.display())];
    for way in ways {
        let sums = &way.quote.totals;
        let when = Some(way.slot.clone());
        let tax = row(if shop.tax_included { "Tax included" } else { "Tax" }, sums.tax.display());
        rows.push(TotalRow { when: when.clone(), ..row(&way.method.name, price_or_free(sums.delivery)) });
        if !shop.tax_included {
            rows.push(TotalRow { when: when.clone(), ..tax.clone() });
        }
        rows.push(TotalRow { when: when.clone(), grand: true, ..row("Total", sums.total.display()) });
        if shop.tax_included {
            rows.push(TotalRow { when, note: true, ..tax });
        }
    }
    rows
}

/// Where a line's copies come from, and when.
fn when_words(line: &LineView) -> String {
    let split = line.notices.iter().find_map(|notice| match notice {
        Notice::SomeToOrder { here, to_order, days: lead } if *here > 0 => {
            Some(format!("{here} on our shelves, {to_order} to order: {}", words::days(*lead)))
        }
        Notice::SomeToOrder { .. } | Notice::PriceMoved { .. } | Notice::Short { .. } | Notice::NotForSale => None,
    });
    split.unwrap_or_else(|| frame::stock_words(&line.offer).words())
}

/// The basket's books, to be read only.
pub(super) fn lines(basket: &CartView, covers: &Covers) -> Markup {
    html! {
        ul.lines role="list" {
            @for line in &basket.lines {
                @let cover = covers.view(&line.book);
                @let stock = when_words(line);
                (ui::summary_line(&SummaryLineView {
                    href: None,
                    title: &line.book.title,
                    about: &format!("{} · {}", line.book.byline, line.book.format.label()),
                    cover: Some(&cover),
                    quantity: line.quantity,
                    total: line.total.unwrap_or(Money::zero(basket.subtotal.currency)),
                    promise: Some(&stock),
                }))
            }
        }
    }
}
