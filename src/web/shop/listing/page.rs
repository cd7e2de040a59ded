//! The markup of a list.

use maud::{Markup, html};
use serde_json::json;

use super::asked::{Asked, Place};
use super::found::Found;
use super::{facets, nothing};
use crate::catalog::categories::Category;
use crate::search::{Reading, Sort};
use crate::settings::Shop;
use crate::web::feeds;
use crate::web::shop::showing::Seen;
use crate::web::shop::{address, frame, jsonld, words};
use crate::web::ui::{self, BookCard, NavItem, Shell, ShopView, SortView};

/// Covers that are loaded at once, being in sight.
const EAGER: usize = 6;

pub(super) struct View<'a> {
    pub(super) origin: &'a str,
    pub(super) shop: &'a Shop,
    pub(super) asked: &'a Asked,
    /// Every category, parents first.
    pub(super) tree: &'a [Category],
    pub(super) found: &'a Found,
    /// A choice of shelves, for a category of several pages.
    pub(super) shelves: Option<&'a Markup>,
}

pub(super) fn render(view: &View<'_>, shop: &ShopView<'_>) -> Markup {
    let asked = view.asked;
    let title = title(view);
    let description = description(view);
    let canonical =
        format!("{}{}", view.origin, if asked.is_plain() { asked.address() } else { asked.unfiltered().address() });
    let strip = (asked.place != Place::Search).then(|| frame::strip_of(view.tree, asked.category_path()));
    let groups = if view.found.reduced { Vec::new() } else { facets::groups(view) };
    let trail = trail(view);
    let shell = Shell {
        description: &description,
        canonical: Some(&canonical),
        noindex: !asked.is_plain(),
        strip: strip.as_deref(),
        has_filters: !groups.is_empty() && view.found.total > 0,
        query: &asked.q,
        extra_head: Some(html! {
            @if asked.place == Place::All { (feeds::links(&view.shop.name)) }
            (jsonld::block(&jsonld::trail(view.origin, &trail)))
            @if asked.is_plain() && view.found.total > 0 { (jsonld::block(&item_list(view))) }
        }),
        ..Shell::new(shop, &title)
    };
    let main = html! {
        (ui::breadcrumbs(&trail))
        (head(view))
        @if view.found.reduced { (nothing::reduced(view)) }
        @if view.found.total == 0 { (nothing::main(view)) } @else { (results(view, &groups)) }
        @if let Some(shelves) = view.shelves { (shelves) }
        @if asked.place == Place::All { (tree(view)) }
    };
    ui::page(&shell, &main)
}

fn head(view: &View<'_>) -> Markup {
    let (asked, found) = (view.asked, view.found);
    let keep: Vec<(&str, &str)> = asked.pairs().filter(|(name, value)| *name != "sort" && !value.is_empty()).collect();
    let sort = SortView { action: &asked.path(), keep: &keep, options: &asked.sorts(), current: asked.sort_key() };
    html! {
        div.page-head {
            div {
                h1 { (heading(view)) @if asked.q.is_empty() && found.total > 0 && !found.reduced { " " span.count { (words::grouped(found.total)) } } }
                @if found.total > 0 { (correction(view)) }
            }
            @if found.total > 1 && !found.reduced { (ui::sort(&sort)) }
        }
        @let below = facets::below(view);
        @if !below.is_empty() {
            nav aria-label="Subcategories" {
                ul.chips role="list" {
                    @for item in below {
                        li { a.chip href=(item.href) { (item.label) @if let Some(count) = item.count { " " span.count { (count) } } } }
                    }
                }
            }
        }
    }
}

fn results(view: &View<'_>, groups: &[ui::FacetView]) -> Markup {
    let (asked, found) = (view.asked, view.found);
    let chips: Vec<ui::Chip> = if found.reduced {
        Vec::new()
    } else {
        facets::chosen(view).into_iter().chain(facets::promoted(view)).collect()
    };
    let clear = asked.unfiltered().address();
    html! {
        div.results {
            @if !groups.is_empty() { (ui::filters(groups, asked.chosen.len())) }
            div.results-list {
                (ui::chips(&chips, (!asked.chosen.is_empty()).then_some(clear.as_str())))
                (books(view))
                (ui::pager(asked.page, found.pages, |page| asked.on_page(page)))
                @if is_near(view) { (nothing::ask(view)) }
            }
        }
    }
}

/// The books that fit; from where they only come close, under a heading.
fn books(view: &View<'_>) -> Markup {
    let cards = cards(view);
    let Some((fit, close)) = view.found.close_from.and_then(|at| cards.split_at_checked(at)) else {
        return ui::book_grid(&cards, EAGER);
    };
    html! {
        @if !fit.is_empty() { (ui::book_grid(fit, EAGER)) }
        h2 { "Close to what you typed" }
        (ui::book_grid(close, EAGER.saturating_sub(fit.len())))
    }
}

/// Cards that know the way back to a search.
fn cards(view: &View<'_>) -> Vec<BookCard> {
    let here = view.asked.address();
    let back = |card: BookCard| match view.asked.place {
        Place::Search => BookCard { href: address::with_query(&card.href, [("from", here.as_str())]), ..card },
        Place::All | Place::Category(_) => card,
    };
    view.found.books.iter().zip(&view.found.formats).map(|(seen, formats)| back(in_formats(seen, *formats))).collect()
}

/// A card of a book; one of several formats says so.
fn in_formats(seen: &Seen, formats: u32) -> BookCard {
    let card = seen.card();
    let several = (formats > 1).then(|| format!("{formats} formats"));
    BookCard { note: card.note.or(several), ..card }
}

fn tree(view: &View<'_>) -> Markup {
    html! {
        section.panel.tree aria-labelledby="categories" {
            h2 id="categories" { "Every category" }
            (ui::category_list(&facets::tree(view)))
        }
    }
}

/// Whether the books are only near to what was typed.
fn is_near(view: &View<'_>) -> bool {
    view.found.total > 0 && view.found.exact == 0 && !view.found.reduced
}

/// What was probably meant, or what the books have to do with the words.
fn correction(view: &View<'_>) -> Markup {
    let (asked, found) = (view.asked, view.found);
    let close = found.total - found.exact.min(found.total);
    html! {
        @if found.guess.is_some() {
            (nothing::guess(view))
        } @else if is_near(view) {
            p.correction { (near(found)) }
        } @else if !found.reduced && close > 0 && asked.sort != Sort::Relevance {
            p.small { (words::books(close)) " of this list only " (verb(close, "comes", "come")) " close to what you typed." }
        }
    }
}

fn near(found: &Found) -> String {
    let books = words::books(found.total);
    if found.reading == Reading::Some {
        return format!("{books} {} some of the words.", verb(found.total, "has", "have"));
    }
    format!("{books} {} close.", verb(found.total, "comes", "come"))
}

fn verb<'a>(count: u64, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}

fn heading(view: &View<'_>) -> String {
    let (asked, found) = (view.asked, view.found);
    match &asked.place {
        Place::Search if found.reduced && found.exact > 0 => format!("Books for “{}”", asked.q),
        Place::Search if found.exact == 0 => nothing::heading(view),
        Place::Search => format!("{} for “{}”", words::books(found.exact), asked.q),
        Place::All => "All books".to_owned(),
        Place::Category(path) => view
            .tree
            .iter()
            .find(|category| &category.path == path)
            .map_or_else(String::new, |category| category.name.clone()),
    }
}

fn title(view: &View<'_>) -> String {
    let page = if view.asked.page > 1 { format!(", page {}", view.asked.page) } else { String::new() };
    format!("{}{page}", heading(view))
}

fn description(view: &View<'_>) -> String {
    let first: Vec<&str> = view.found.books.iter().take(3).map(|seen| seen.row.title.as_str()).collect();
    let with = if first.is_empty() { String::new() } else { format!(" With {}.", first.join(", ")) };
    words::cut(
        &format!(
            "{}: {} at {}, on our shelves or to order.{with}",
            heading(view),
            words::books(view.found.total),
            view.shop.name
        ),
        155,
    )
}

/// Home, the categories above, and this page.
fn trail(view: &View<'_>) -> Vec<NavItem> {
    let mut trail = vec![NavItem::new("Home", "/")];
    match &view.asked.place {
        Place::Search => trail.push(NavItem::new("Search", view.asked.address())),
        Place::All => trail.push(NavItem::new("All books", "/books")),
        Place::Category(path) => trail.extend(frame::trail_of(view.tree, path)),
    }
    trail
}

fn item_list(view: &View<'_>) -> serde_json::Value {
    let items: Vec<serde_json::Value> = view
        .found
        .books
        .iter()
        .zip(1_u32..)
        .map(|(seen, place)| json!({ "@type": "ListItem", "position": place, "url": format!("{}{}", view.origin, seen.row.path()) }))
        .collect();
    json!({ "@context": "https://schema.org", "@type": "ItemList", "itemListElement": items })
}
