//! The markup of a shelf's page.

use maud::{Markup, html};

use super::{Found, Group, Item, Shelf};
use crate::web::shop::{address, jsonld, words};
use crate::web::ui::{self, BookCard, Loading, NavItem, Shell, ShopView, Slot};

pub(super) struct View<'a> {
    pub(super) origin: &'a str,
    pub(super) shelf: &'a Shelf,
    pub(super) strip: Vec<NavItem>,
    pub(super) found: Found,
}

pub(super) fn render(view: &View<'_>, shop: &ShopView<'_>) -> Markup {
    let (shelf, found) = (view.shelf, &view.found);
    let page = if found.page > 1 { format!(", page {}", found.page) } else { String::new() };
    let title = format!("{}{page}", shelf.heading);
    let cards = found.groups.iter().flat_map(|group| &group.books).map(|item| item.card.title.as_str());
    let with = match cards.take(3).collect::<Vec<_>>().join(", ") {
        first if first.is_empty() => String::new(),
        first => format!(" With {first}."),
    };
    let description = words::cut(&format!("{title} at {}. {}{with}", shop.name, shelf.words), 155);
    let canonical = format!("{}{}", view.origin, href(shelf, found.page));
    let trail = [NavItem::new("Home", "/"), NavItem::new(shelf.heading, shelf.path)];
    let shell = Shell {
        description: &description,
        canonical: Some(&canonical),
        noindex: found.total == 0,
        strip: Some(&view.strip),
        extra_head: Some(jsonld::block(&jsonld::trail(view.origin, &trail))),
        ..Shell::new(shop, &title)
    };
    ui::page(&shell, &html! { (ui::breadcrumbs(&trail)) (main(view)) })
}

fn href(shelf: &Shelf, page: u32) -> String {
    let page = if page > 1 { page.to_string() } else { String::new() };
    address::with_query(shelf.path, [("page", page.as_str())])
}

fn main(view: &View<'_>) -> Markup {
    let (shelf, found) = (view.shelf, &view.found);
    html! {
        div.page-head { div {
            h1 { (shelf.heading) @if found.total > 0 { " " span.count { (words::grouped(found.total)) } } }
            p.lead { (shelf.words) @if let Some(note) = found.note { " " (note) } }
        } }
        @if found.total == 0 {
            div.flow { @if found.note.is_none() { p { (shelf.empty) } } p { a href="/books" { "Browse all books" } } }
        }
        @for (place, group) in (1..).zip(&found.groups) { (section(group, place)) }
        (ui::pager(found.page, found.pages, |page| href(shelf, page)))
    }
}

fn section(group: &Group, place: u32) -> Markup {
    let id = format!("part-{place}");
    let eager = if place == 1 { 6 } else { 0 };
    match &group.heading {
        None => books(&group.books, eager),
        Some(heading) => html! {
            section.flow aria-labelledby=(id) { h2 id=(id) { (heading) } (books(&group.books, eager)) }
        },
    }
}

/// Cards; where each has a slip, the slips stand beside them.
fn books(items: &[Item], eager: usize) -> Markup {
    if items.iter().all(|item| item.slip.is_none()) {
        let cards: Vec<BookCard> = items.iter().map(|item| item.card.clone()).collect();
        return ui::book_grid(&cards, eager);
    }
    html! {
        ul.picks role="list" {
            @for (place, item) in items.iter().enumerate() {
                li.pick {
                    ul role="list" {
                        (ui::book(&item.card, Slot::Shelf, if place < eager { Loading::Eager } else { Loading::Lazy }))
                    }
                    @if let Some(slip) = &item.slip { (ui::slip(slip)) }
                }
            }
        }
    }
}
