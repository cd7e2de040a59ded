//! The home page's markup.

use maud::{Markup, html};
use serde_json::json;

use super::shelves::Shelf;
use crate::settings::Shop;
use crate::web::feeds;
use crate::web::shop::{jsonld, words};
use crate::web::ui::{self, ButtonKind, NavItem, Shell, ShopView, SlipView};

pub(super) struct View<'a> {
    pub(super) shop: &'a Shop,
    pub(super) origin: &'a str,
    pub(super) strip: Vec<NavItem>,
    /// Editions that visitors can see.
    pub(super) books: i64,
    pub(super) slip: Option<SlipView>,
    pub(super) shelves: Vec<Shelf>,
    /// The ways a book gets to its reader, in a line each.
    pub(super) delivery: Vec<String>,
}

pub(super) fn render(view: &View<'_>, shop: &ShopView<'_>) -> Markup {
    let title = title(view.shop);
    let description = description(view);
    let canonical = format!("{}/", view.origin);
    let shell = Shell {
        description: &description,
        canonical: Some(&canonical),
        strip: Some(&view.strip),
        extra_head: Some(
            html! { (feeds::links(&view.shop.name)) (jsonld::block(&jsonld::book_store(view.origin, view.shop))) (jsonld::block(&site(view))) },
        ),
        ..Shell::new(shop, &title)
    };
    ui::page(&shell, &main(view, shop))
}

fn main(view: &View<'_>, shop: &ShopView<'_>) -> Markup {
    html! {
        (hero(view))
        @for (place, shelf) in view.shelves.iter().enumerate() {
            (ui::shelf(&shelf.id, &shelf.heading, shelf.all.as_ref().map(|(words, href)| (words.as_str(), href.as_str())), &shelf.books, place == 0))
        }
        @if view.books == 0 { p.lead { "The shelves are still empty. The first books are on their way." } }
        (panels(view, shop))
    }
}

fn hero(view: &View<'_>) -> Markup {
    html! {
        div.hero {
            div.hero-words {
                h1 { (view.shop.promise) }
                p.lead { (view.shop.intro) }
                div.cluster {
                    (ui::button_link(ButtonKind::Primary, "Browse the shelves", "/books"))
                    @if !view.shop.email.is_empty() { a href={ "mailto:" (view.shop.email) } { "Ask a bookseller" } }
                }
            }
            @if let Some(slip) = &view.slip { (ui::slip(slip)) }
        }
    }
}

fn panels(view: &View<'_>, shop: &ShopView<'_>) -> Markup {
    html! {
        div.panels {
            @if !shop.hours.is_empty() || !shop.address.is_empty() {
                section.panel aria-labelledby="visit" {
                    h2 id="visit" { "Visit us" }
                    @if !shop.address.is_empty() { address { (words::lines(shop.address)) } }
                    (words::hours(shop.hours))
                }
            }
            section.panel aria-labelledby="getting" {
                h2 id="getting" { "Getting it to you" }
                @if !view.delivery.is_empty() {
                    ul role="list" { @for line in &view.delivery { li { (line) } } }
                }
                p { "What is not on our shelves we order. Every book says when it is here." }
                p { a href="/delivery" { "Delivery" } " · " a href="/returns" { "Returns" } " · " a href="/about" { "About us" } }
            }
        }
    }
}

fn title(shop: &Shop) -> String {
    if shop.town.is_empty() {
        format!("{} · independent bookshop", shop.name)
    } else {
        format!("{} · independent bookshop in {}", shop.name, shop.town)
    }
}

fn description(view: &View<'_>) -> String {
    let place = if view.shop.town.is_empty() { String::new() } else { format!(" in {}", view.shop.town) };
    words::cut(
        &format!(
            "{}, an independent bookshop{place}: {} books chosen by people who read them. Collect in the shop or have them posted.",
            view.shop.name, view.books
        ),
        155,
    )
}

fn site(view: &View<'_>) -> serde_json::Value {
    json!({
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": view.shop.name,
        "url": format!("{}/", view.origin),
        "potentialAction": {
            "@type": "SearchAction",
            "target": format!("{}/search?q={{search_term_string}}", view.origin),
            "query-input": "required name=search_term_string",
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(shop: &Shop) -> View<'_> {
        View {
            shop,
            origin: "https://b.example",
            strip: Vec::new(),
            books: 0,
            slip: None,
            shelves: Vec::new(),
            delivery: Vec::new(),
        }
    }

    #[test]
    fn an_empty_shop_says_so_and_still_greets() {
        let shop = Shop { email: String::new(), ..Shop::default() };
        let html = main(&view(&shop), &ShopView::default()).into_string();
        insta::assert_snapshot!(html, @r#"<div class="hero"><div class="hero-words"><h1>Good books, well chosen</h1><p class="lead">Browse the shelves, ask us anything, collect in the shop or have it posted.</p><div class="cluster"><a class="button" data-kind="primary" href="/books">Browse the shelves</a></div></div></div><p class="lead">The shelves are still empty. The first books are on their way.</p><div class="panels"><section class="panel" aria-labelledby="getting"><h2 id="getting">Getting it to you</h2><p>What is not on our shelves we order. Every book says when it is here.</p><p><a href="/delivery">Delivery</a> · <a href="/returns">Returns</a> · <a href="/about">About us</a></p></section></div>"#);
    }

    #[test]
    fn the_title_names_the_town_once_it_is_known() {
        let shop = Shop { name: "Halyard Books".into(), ..Shop::default() };
        assert_eq!(title(&shop), "Halyard Books · independent bookshop");
        let shop = Shop { town: "Marlow".into(), ..shop };
        assert_eq!(title(&shop), "Halyard Books · independent bookshop in Marlow");
        assert!(description(&view(&shop)).chars().count() <= 155);
    }
}
