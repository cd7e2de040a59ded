//! A list without books: what it says, and where to go from there.

use maud::{Markup, html};

use super::facets;
use super::page::View;
use crate::web::shop::showing::Seen;
use crate::web::ui;

/// The heading of a list that found nothing, or nothing exact.
pub(super) fn heading(view: &View<'_>) -> String {
    let because = if view.found.nearest.without_filters { " with these filters" } else { "" };
    match view.asked.q.as_str() {
        "" => format!("Nothing here{because}"),
        q => format!("Nothing under “{q}”{because}"),
    }
}

/// Filters to take off, the nearest books, somebody to ask.
pub(super) fn main(view: &View<'_>) -> Markup {
    let (asked, nearest) = (view.asked, &view.found.nearest);
    let clear = asked.unfiltered().address();
    let chosen: Vec<ui::Chip> = facets::chips(view).into_iter().filter(|chip| chip.chosen).collect();
    html! {
        @if nearest.without_filters {
            p.lead { "Take a filter off, and there is more." }
            div { (ui::chips(&chosen, (chosen.len() > 1).then_some(clear.as_str()))) }
        } @else if !asked.q.is_empty() {
            p.lead { "Try fewer words, only the author, or the ISBN." }
        }
        (ask(view))
        @if !nearest.books.is_empty() {
            h2 { @if nearest.without_filters { "Without the filters" } @else { "Readers often ask for these" } }
            (ui::book_grid(&nearest.books.iter().map(Seen::card).collect::<Vec<_>>(), 6))
        }
    }
}

/// A way on for every dead end.
pub(super) fn ask(view: &View<'_>) -> Markup {
    let shop = view.shop;
    html! {
        p {
            @if shop.email.is_empty() { "Ask us" } @else { a href={ "mailto:" (shop.email) } { "Ask us" } }
            ": we find books the internet forgot."
            @if !shop.phone.is_empty() { " Call " (shop.phone) "." }
        }
    }
}
