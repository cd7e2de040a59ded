//! The frame of pages about one name: somebody's books, a series, a publishing house.

use maud::{Markup, html};

use super::{jsonld, words};
use crate::web::ui::{self, NavItem, Shell, ShopView};

/// What a page about a name says of itself.
pub(super) struct Named<'a> {
    pub(super) origin: &'a str,
    pub(super) name: &'a str,
    /// Where its first page stands.
    pub(super) path: String,
    /// Where this page stands, with its parameters.
    pub(super) address: String,
    pub(super) title: &'a str,
    /// A sentence for those who list the page; what is too long is cut off.
    pub(super) description: &'a str,
}

/// The page: its place in the shop, and `main`.
pub(super) fn page(named: &Named<'_>, shop: &ShopView<'_>, main: &Markup) -> Markup {
    let canonical = format!("{}{}", named.origin, named.address);
    let trail = [
        NavItem::new("Home", "/"),
        NavItem::new("All books", "/books"),
        NavItem::new(named.name.to_owned(), named.path.clone()),
    ];
    let description = words::cut(named.description, 155);
    let shell = Shell {
        description: &description,
        canonical: Some(&canonical),
        extra_head: Some(jsonld::block(&jsonld::trail(named.origin, &trail))),
        ..Shell::new(shop, named.title)
    };
    ui::page(&shell, &html! { (ui::breadcrumbs(&trail)) (main) })
}

/// `, page 2` behind a title; nothing for the first page.
pub(super) fn page_words(page: u32) -> String {
    if page > 1 { format!(", page {page}") } else { String::new() }
}
