//! The book page's markup.

use maud::{Markup, PreEscaped, html};

use super::gather::Neighbour;
use super::gather::View;
use super::{about, data, facts, promises};
use crate::catalog::{Offer, texts};
use crate::web::shop::showing::Seen;
use crate::web::shop::{frame, jsonld, language, words};
use crate::web::ui::{self, FormatView, Loading, Shell, ShopView, Slot};

pub(super) fn render(view: &View<'_>, shop: &ShopView<'_>) -> Markup {
    let title = title(view);
    let description = description(view);
    let canonical = format!("{}{}", view.origin, view.edition.path());
    let shell = Shell {
        description: &description,
        canonical: Some(&canonical),
        query: view.from.as_ref().map_or("", |(query, _)| query),
        extra_head: Some(html! {
            (data::open_graph(view))
            (jsonld::block(&data::book(view)))
            (jsonld::block(&jsonld::trail(view.origin, &view.trail)))
        }),
        ..Shell::new(shop, &title)
    };
    ui::page(&shell, &main(view))
}

fn main(view: &View<'_>) -> Markup {
    html! {
        div.ways {
            (ui::breadcrumbs(&view.trail))
            @if let Some((query, href)) = &view.from { (ui::back_to_results(query, href)) }
        }
        (article(view))
        @if let Some(series) = &view.series {
            (ui::shelf("series", &format!("{} in reading order", series.series.name), Some(("The whole series", &series.series.path())), &series.volumes, false))
        }
        (ui::shelf("author", &format!("More by {}", view.edition.byline), by_author(view).as_ref().map(|path| ("See all", path.as_str())), &view.by_author, false))
        (ui::shelf("together", "Bought together", None, &view.together, false))
        @let more = view.category.as_ref().map(|category| (format!("More from {}", category.name), format!("/books/in/{}", category.path)));
        (ui::shelf("similar", "Like this one", more.as_ref().map(|(words, href)| (words.as_str(), href.as_str())), &view.similar, false))
    }
}

fn article(view: &View<'_>) -> Markup {
    let facts = &view.edition.facts;
    let foreign = language::foreign(facts.language.as_deref());
    html! {
        article.book-page {
            div.book-page-cover { (ui::cover(&frame::cover_of(&view.current.row, view.current.front.as_ref()), &format!("Cover of {}", facts.title), Slot::Page, Loading::First)) }
            header.book-page-head {
                h1 lang=[foreign.as_deref()] { (facts.title) }
                @if let Some(subtitle) = &facts.subtitle { p.lead lang=[foreign.as_deref()] { (subtitle) } }
                p.byline { (facts::byline(&view.people)) }
            }
            (buy(view))
        }
        div.book-about {
            div.prose {
                section aria-labelledby="about" {
                    h2 id="about" { "About this book" }
                    // Sanitised when it was stored.
                    @match &facts.description {
                        Some(html) => (PreEscaped(html)),
                        None => p { "We have no description yet. Ask us: somebody here may have read it." },
                    }
                    (in_series(view))
                }
                (about::sections(facts))
            }
            section aria-labelledby="details" { h2 id="details" { "Details" } (facts::table(view)) }
        }
    }
}

/// Where all the books stand of the one who wrote this one alone.
fn by_author(view: &View<'_>) -> Option<String> {
    let mut authors = view.people.iter().filter(|(_, role)| role.words() == "by");
    let (first, _) = authors.next()?;
    authors.next().is_none().then(|| first.path())
}

fn buy(view: &View<'_>) -> Markup {
    let offer = &view.current.offer;
    html! {
        div.book-page-buy.flow {
            @if view.formats.len() > 1 { (ui::formats(&view.formats.iter().map(|seen| format(seen, view)).collect::<Vec<_>>())) }
            div.offer {
                (ui::price_line(frame::price_of(&view.current.row), &frame::format_words(&view.current.row)))
                @if *offer != Offer::NoPrice { (ui::stock(&frame::stock_words_of(&view.current.row, offer))) }
            }
            @if let Some(newer) = &view.newer { (newer_edition(newer)) }
            @if offer.is_for_sale() {
                form method="post" action="/cart" {
                    (ui::form::hidden(&[("book", &view.edition.id.to_string()), ("quantity", "1")]))
                    button.button type="submit" data-kind="primary" data-wide data-busy="Adding …" { "Add to basket" }
                }
            } @else { (help(view)) }
            @if let Some(promises) = &view.promises { (promises::render(promises)) }
            @if let Some(slip) = &view.slip { (ui::slip(slip)) }
            (ui::further_pictures(&view.pictures, &view.edition.facts.title))
        }
    }
}

fn format(seen: &Seen, view: &View<'_>) -> FormatView {
    let label = format_label(seen, view);
    let is_twin = |other: &&Seen| other.row.id != seen.row.id && format_label(other, view) == label;
    let year = seen.row.published.map(|date| date.year().to_string());
    let mark = view.formats.iter().find(is_twin).and_then(|_| year.or_else(|| seen.row.publisher.clone()));
    FormatView {
        label: mark.map_or_else(|| label.clone(), |mark| format!("{label}, {mark}")),
        href: seen.row.path(),
        price: frame::price_of(&seen.row),
        stock: short_stock(seen),
        current: seen.row.id == view.edition.id,
    }
}

/// `Paperback`; `Paperback, Spanish` beside an English one.
fn format_label(seen: &Seen, view: &View<'_>) -> String {
    let is_other = seen.row.language != view.edition.facts.language;
    let language = seen.row.language.as_deref().filter(|_| is_other).map(language::name);
    let label = frame::format_words(&seen.row);
    language.map_or_else(|| label.clone(), |language| format!("{label}, {language}"))
}

/// One or two words, because the whole line stands below for the chosen one.
fn short_stock(seen: &Seen) -> String {
    match &seen.offer {
        Offer::OnShelf { .. } => "on our shelves".to_owned(),
        Offer::ToOrder { days: (_, 1) } => "1 day".to_owned(),
        Offer::ToOrder { days: (from, to) } if from >= to => format!("{to} days"),
        Offer::ToOrder { days: (from, to) } => format!("{from}–{to} days"),
        Offer::Forthcoming { .. } => "not out yet".to_owned(),
        Offer::OutOfPrint => "out of print".to_owned(),
        Offer::Reprinting => "reprinting".to_owned(),
        Offer::NoPrice => "no price yet".to_owned(),
        Offer::Unavailable if seen.row.format.is_digital() => "no downloads here".to_owned(),
        Offer::Unavailable => "sold out for now".to_owned(),
    }
}

/// What we can do for a book that cannot be put into the basket.
fn help(view: &View<'_>) -> Markup {
    let words = match view.current.offer {
        Offer::Forthcoming { .. } => "It is not on sale yet. Tell us, and we keep a copy for you",
        Offer::OutOfPrint => "We can look for a second-hand copy",
        Offer::Reprinting => "Ask us to tell you when it is back",
        Offer::NoPrice => "The publisher has not named a price. Ask us, and we find out",
        Offer::Unavailable if view.edition.facts.format.is_digital() => {
            "This one is a download, and we sell what fits on a shelf. Ask us for another edition"
        }
        Offer::OnShelf { .. } | Offer::ToOrder { .. } | Offer::Unavailable => {
            "Ask us: we find books the internet forgot"
        }
    };
    let subject = view.edition.facts.title.replace(' ', "%20").replace(['&', '?', '#', '"'], "");
    html! {
        div.panel {
            p { (words) "." }
            @if !view.shop.email.is_empty() {
                (ui::button_link(ui::ButtonKind::Second, "Write to us", &format!("mailto:{}?subject={subject}", view.shop.email)))
            }
            @if !view.shop.phone.is_empty() { p.small { "Or call " (view.shop.phone) } }
        }
    }
}

/// A word about the edition that takes this one's place.
fn newer_edition(newer: &Seen) -> Markup {
    let year = newer.row.published.map(|date| format!(", {}", date.year())).unwrap_or_default();
    html! {
        p.small {
            "There is a newer edition: "
            a href=(newer.row.path()) { cite { (newer.row.title) } ", " (frame::format_words(&newer.row)) (year) }
        }
    }
}

fn in_series(view: &View<'_>) -> Markup {
    let Some(series) = &view.series else { return html! {} };
    let beside = |words: &str, volume: &Neighbour| {
        html! {
            p { (words) " in " a href=(series.series.path()) { (series.series.name) }
                @if let Some(number) = &volume.number { ", no. " (number) } ": "
                a href=(volume.href) { cite { (volume.title) } } }
        }
    };
    html! {
        @if let Some(previous) = &series.previous { (beside("Before it", previous)) }
        @if let Some(next) = &series.next { (beside("Next", next)) }
    }
}

fn title(view: &View<'_>) -> String {
    let facts = &view.edition.facts;
    let by = if view.edition.byline.is_empty() { String::new() } else { format!(" by {}", view.edition.byline) };
    format!("{}{by} · {}", facts.title, frame::format_words(&view.current.row))
}

/// Price and stock first, because they are what a search result is clicked for; then what the book is.
fn description(view: &View<'_>) -> String {
    let row = &view.current.row;
    let price = row.price.map_or_else(String::new, |price| format!(" {}.", price.display()));
    let stock = frame::stock_words_of(row, &view.current.offer).words();
    let about = view.edition.facts.description.as_deref().map(|html| texts::summary(html, 155)).unwrap_or_default();
    words::cut(&format!("{}.{price} {stock}. {about}", frame::format_words(row)), 155)
}
