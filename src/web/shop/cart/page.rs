//! The basket's page.

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use maud::{Markup, html};

use super::Refused;
use crate::cart::{self, CartView, LineView, Notice};
use crate::catalog;
use crate::delivery::Kind;
use crate::settings::Shop;
use crate::web::session::Visitor;
use crate::web::shop::frame::{self, Frame};
use crate::web::shop::pictures::Covers;
use crate::web::shop::sums::{self, Way};
use crate::web::shop::words;
use crate::web::ui::{self, BookCard, ButtonKind, FieldError, Shell, TotalRow};
use crate::web::{AppState, PageError};

/// How many covers an empty basket suggests.
const SUGGESTED: u32 = 4;

struct View {
    basket: CartView,
    covers: Covers,
    ways: Vec<Way>,
    /// Shown when the basket is empty.
    suggestions: Vec<BookCard>,
}

/// The basket of this visitor, with what was refused said where it was typed.
pub(super) fn answer(
    app: &AppState, parts: &Parts, visitor: &Visitor, status: StatusCode, refused: Option<&Refused>,
) -> Result<Response<Body>, PageError> {
    let now = app.clock.now();
    let (shop, view) = app.db.read(|conn| {
        let shop = app.shop(conn)?;
        let basket = cart::view(conn, &frame::owner(visitor), &shop, now)?;
        let covers = Covers::of(conn, basket.lines.iter().map(|line| line.book.id))?;
        let suggestions = if basket.lines.is_empty() {
            frame::cards(conn, &catalog::list_popular(conn, SUGGESTED)?, &shop, now)?
        } else {
            Vec::new()
        };
        // What is not for sale is listed, but nothing is added up for it.
        let mut priced = basket.clone();
        priced.lines.retain(|line| line.total.is_some());
        let ways = match shop.country() {
            Some(country) => sums::ways(conn, &shop, &priced, country, now)?,
            None => Vec::new(),
        };
        Ok::<_, PageError>((shop, View { basket, covers, ways, suggestions }))
    })?;
    let frame = Frame::new(app, &shop, now);
    let title = match view.basket.copies() {
        0 => "Basket".to_owned(),
        copies => format!("Basket ({copies})"),
    };
    let about = frame.view();
    let shell = Shell { noindex: true, has_errors: refused.is_some(), ..Shell::new(&about, &title) };
    frame::private(app, parts, visitor, status, &ui::page(&shell, &render(&view, &shop, refused)))
}

fn render(view: &View, shop: &Shop, refused: Option<&Refused>) -> Markup {
    let basket = &view.basket;
    let errors: Vec<FieldError> = refused
        .map(|refused| FieldError {
            field: refused.line.as_ref().map_or("main".to_owned(), |(book, _)| field_id(book)),
            words: refused.words.clone(),
        })
        .into_iter()
        .collect();
    let changed = basket.lines.iter().filter(|line| line.notices.iter().any(is_a_change)).count();
    html! {
        (ui::error_summary(&errors))
        @if basket.lines.is_empty() { (empty(&view.suggestions)) } @else {
            h1 { "Basket " span.count { (words::books(u64::from(basket.copies()))) } }
            @if changed > 0 { (ui::notice(ui::Tone::Warn, &html! { (changed_words(changed)) }, &[], None)) }
            div.split {
                ul.lines role="list" { @for line in &basket.lines { (line_of(line, &view.covers, refused)) } }
                (sum(view, shop))
            }
        }
    }
}

fn empty(suggestions: &[BookCard]) -> Markup {
    html! {
        div.flow {
            h1 { "Your basket is empty" }
            p.lead { "The " a href="/" { "front table" } " is a good place to start." }
            @if !suggestions.is_empty() { (ui::book_grid(suggestions, suggestions.len())) }
        }
    }
}

fn changed_words(lines: usize) -> String {
    match lines {
        1 => "One book needs a look before you order: it is marked below.".to_owned(),
        lines => format!("{lines} books need a look before you order: they are marked below."),
    }
}

fn is_a_change(notice: &Notice) -> bool {
    match notice {
        Notice::PriceMoved { .. } | Notice::Short { .. } | Notice::NotForSale => true,
        Notice::SomeToOrder { .. } => false,
    }
}

/// A change in words; `None` where the stock line has said it already.
fn change_words(line: &LineView, notice: &Notice) -> Option<String> {
    let title = &line.book.title;
    Some(match notice {
        Notice::PriceMoved { was, now } => {
            format!("{title} was {} when you added it and is {} now.", was.display(), now.display())
        }
        Notice::Short { left } => {
            format!("We have {left} left, and you chose {}. Choose {left} to go on.", line.quantity)
        }
        Notice::SomeToOrder { here: 0, .. } => return None,
        Notice::SomeToOrder { here, to_order, days } => {
            format!(
                "{here} on our shelves. The other {to_order} we order for you: usually here in {}.",
                words::days(*days)
            )
        }
        Notice::NotForSale => format!("{title} cannot be ordered at the moment. Take it out to go on."),
    })
}

fn field_id(book: &crate::kernel::ids::Id) -> String {
    format!("quantity-{book}")
}

fn line_of(line: &LineView, covers: &Covers, refused: Option<&Refused>) -> Markup {
    let book = &line.book;
    let words: Vec<String> = line.notices.iter().filter_map(|notice| change_words(line, notice)).collect();
    let change = (!words.is_empty()).then(|| words.join(" "));
    let (action, id) = (format!("/cart/lines/{}", book.id), field_id(&book.id));
    let wrong = refused.and_then(|refused| {
        refused.line.as_ref().filter(|(at, _)| *at == book.id).map(|(_, typed)| (typed, refused.words.as_str()))
    });
    let stepper = ui::stepper(&ui::StepperView {
        action: &action,
        fields: &[],
        quantity: &wrong.map_or_else(|| line.quantity.to_string(), |(typed, _)| typed.clone()),
        title: &book.title,
        error: wrong.map(|(_, words)| (id.as_str(), words)),
    });
    let remove = ui::post_button(&ui::PostButton {
        action: &format!("{action}/remove"),
        fields: &[],
        label: "Remove",
        hidden: &book.title,
        kind: ButtonKind::Quiet,
        busy: None,
    });
    ui::basket_line(&ui::BasketLineView {
        href: &book.path(),
        title: &book.title,
        author: &book.byline,
        format: book.format.label(),
        cover: &covers.view(book),
        stock: &frame::stock_words(&line.offer),
        total: line.total,
        each: book.price.filter(|_| line.quantity > 1 && line.total.is_some()),
        change: change.as_deref(),
        stepper,
        remove,
    })
}

/// What it comes to: the first way to post it, and the first to fetch it.
fn sum(view: &View, shop: &Shop) -> Markup {
    let first = |kind: Kind| view.ways.iter().find(|way| way.method.kind == kind);
    let (post, collect) = (first(Kind::Post), first(Kind::Collection));
    let row = |label: &str, amount: String| TotalRow { label: label.to_owned(), amount, ..TotalRow::default() };
    let mut rows = vec![row("Books", view.basket.subtotal.display())];
    for way in [post, collect].into_iter().flatten() {
        rows.push(row(
            &format!("{}, {}", way.method.name, way.quote.promise.display()),
            sums::price_or_free(way.quote.totals.delivery),
        ));
    }
    if let Some(way) = post {
        rows.push(TotalRow { grand: true, ..row("Total with post", way.quote.totals.total.display()) });
    }
    if let Some(way) = collect {
        rows.push(TotalRow { grand: post.is_none(), ..row("Total if you collect", way.quote.totals.total.display()) });
    }
    if let Some(way) = post.or(collect) {
        let label = if shop.tax_included { "Tax included" } else { "with tax of" };
        rows.push(TotalRow { note: true, ..row(label, way.quote.totals.tax.display()) });
    }
    html! {
        aside.sum.panel aria-label="What it comes to" {
            (ui::totals(&rows))
            @if view.basket.can_be_ordered() {
                (ui::button_link(ButtonKind::Primary, "Go to checkout", "/checkout"))
                p.small { "No account needed." }
            } @else {
                p { "A book cannot be ordered as it stands: the list says which. Change it or take it out, then go on." }
            }
        }
    }
}
