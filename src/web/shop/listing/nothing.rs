//! A list without the books that were asked for: what it says, and where to go from there.

use maud::{Markup, html};

use super::asked::Place;
use super::facets;
use super::page::View;
use crate::web::shop::showing::Seen;
use crate::web::shop::{frame, words};
use crate::web::ui;

/// The heading of a search that found nothing, or nothing exact.
pub(super) fn heading(view: &View<'_>) -> String {
    let because = if view.found.nearest.without_filters { " with these filters" } else { "" };
    format!("Nothing under “{}”{because}", view.asked.q)
}

/// A correction is offered, never imposed.
pub(super) fn guess(view: &View<'_>) -> Markup {
    html! {
        @if let Some(guess) = &view.found.guess {
            p.correction { "Did you mean " a href=(view.asked.with("q", guess)) { "“" (guess) "”" } "?" }
        }
    }
}

/// What to know of a list that was made without the index.
pub(super) fn reduced(view: &View<'_>) -> Markup {
    let what = match (view.found.exact, view.asked.q.as_str()) {
        (_, "") => "These are the books most asked for.",
        (0, _) => "No title and no name that we can look through now fits; these are the books most asked for.",
        _ => "These are the titles and names that fit.",
    };
    html! {
        p.correction {
            "Search is reduced at the moment. " (what)
            " Filters, orders and everything else will be back in a few minutes."
        }
    }
}

/// Filters to take off, words to try, the nearest books, shelves, somebody to ask.
pub(super) fn main(view: &View<'_>) -> Markup {
    let nearest = &view.found.nearest;
    html! {
        (guess(view))
        @if nearest.without_filters { (filters(view)) } @else { (words(view)) }
        (ask(view))
        @if view.asked.place == Place::Search { (shelves(view)) }
        @if !nearest.books.is_empty() {
            h2 { @if nearest.without_filters { "Without the filters" } @else { "Readers often ask for these" } }
            (ui::book_grid(&nearest.books.iter().map(Seen::card).collect::<Vec<_>>(), 6))
        }
    }
}

fn filters(view: &View<'_>) -> Markup {
    let clear = view.asked.unfiltered().address();
    let chosen = facets::chosen(view);
    html! {
        p.lead {
            // The heading of a search has said so.
            @if view.asked.place != Place::Search { "Nothing here with these filters. " }
            "Take a filter off, and there is more."
        }
        div { (ui::chips(&chosen, (chosen.len() > 1).then_some(clear.as_str()))) }
    }
}

fn words(view: &View<'_>) -> Markup {
    let (asked, found) = (view.asked, view.found);
    html! {
        @if found.isbn.is_some() {
            p.lead { "No book here has this ISBN. One that is in print we can order for you." }
        } @else if !found.nearest.words.is_empty() {
            p.lead { "No book has these words together. Try one of them:" }
            nav aria-label="Fewer words" {
                ul.chips role="list" {
                    @for (word, href, books) in &found.nearest.words {
                        li { a.chip href=(href) { (word) " " span.count { (words::grouped(*books)) } } }
                    }
                }
            }
        } @else if !asked.q.is_empty() {
            p.lead { "Try fewer words, only the author, or the ISBN." }
        }
    }
}

fn shelves(view: &View<'_>) -> Markup {
    html! {
        h2 { "Look along the shelves" }
        nav aria-label="Shelves" {
            ul.chips role="list" {
                li { a.chip href="/books" { "All books" } }
                @for shelf in frame::strip_of(view.tree, None) { li { a.chip href=(shelf.href) { (shelf.label) } } }
            }
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
