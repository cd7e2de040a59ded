//! The frame around every page of the shop: header, footer, and what only this visitor sees.

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use jiff::Timestamp;
use jiff::civil::Weekday;
use maud::{Markup, html};
use rusqlite::Connection;

use super::{language, pictures, shelves};
use crate::cart::{self, Owner};
use crate::catalog::categories::{self, Category};
use crate::catalog::{self, BookRow, Offer};
use crate::kernel::date::PartialDate;
use crate::kernel::ids::Id;
use crate::media::cover::Palette;
use crate::media::{self, Picture};
use crate::settings::{Openness, Shop};
use crate::stock;
use crate::web::kept::{self, Personal, Rendered};
use crate::web::session::Visitor;
use crate::web::ui::{self, NavItem, ShopView};
use crate::web::{AppState, PageError, assets};

/// The name of the one-shot cookie that carries a notice to the next page.
const NOTICE: &str = "notice";

/// The words about the shop, made once per page and lent to the components.
pub struct Frame {
    name: String,
    cloth: String,
    phone: String,
    email: String,
    tagline: Option<String>,
    hours: Vec<(String, String)>,
    address: Vec<String>,
    footer: Vec<NavItem>,
    shelves: Vec<NavItem>,
    demo: bool,
    icon: String,
    /// The moment at which the words become untrue: closing time, or midnight.
    pub valid_until: Timestamp,
}

impl Frame {
    /// Gathers the words for a page rendered at `now`.
    pub fn new(app: &AppState, shop: &Shop, now: Timestamp) -> Frame {
        let (openness, valid_until) = shop.openness(now);
        Frame { tagline: tagline(&openness), demo: app.config.payments.test, valid_until, ..Frame::plain(shop) }
    }

    /// The words that need neither the clock nor the configuration, for pages of things that went wrong.
    pub fn plain(shop: &Shop) -> Frame {
        let filled = |text: &String| !text.trim().is_empty();
        Frame {
            name: shop.name.clone(),
            cloth: shop.cloth.clone(),
            phone: shop.phone.clone(),
            email: shop.email.clone(),
            tagline: None,
            hours: shop
                .hours
                .iter()
                .map(|day| (day.label(), format!("{} to {}", clock(day.from), clock(day.to))))
                .collect(),
            address: [&shop.street, &shop.town, &shop.postcode]
                .into_iter()
                .filter(|text| filled(text))
                .cloned()
                .collect(),
            footer: [
                ("About us", "/about"),
                ("Delivery", "/delivery"),
                ("Returns", "/returns"),
                ("Privacy", "/privacy"),
                ("Imprint", "/imprint"),
            ]
            .map(|(label, href)| NavItem::new(label, href))
            .to_vec(),
            shelves: shelves::links(),
            demo: false,
            icon: super::covers::icon_path(shop),
            valid_until: Timestamp::MIN,
        }
    }

    /// What the components want to know.
    pub fn view(&self) -> ShopView<'_> {
        let some = |text: &'_ str| !text.is_empty();
        ShopView {
            name: &self.name,
            tagline: self.tagline.as_deref(),
            cloth: &self.cloth,
            lang: "en-GB",
            phone: Some(self.phone.as_str()).filter(|text| some(text)),
            email: Some(self.email.as_str()).filter(|text| some(text)),
            hours: &self.hours,
            address: &self.address,
            footer: &self.footer,
            shelves: &self.shelves,
            demo: self.demo,
            assets: ui::Assets {
                shop_css: assets::href("shop.css"),
                shop_js: assets::href("shop.js"),
                admin_css: assets::href("admin.css"),
                icon: &self.icon,
            },
        }
    }
}

fn clock(time: jiff::civil::Time) -> String {
    time.strftime("%H:%M").to_string()
}

fn tagline(openness: &Openness) -> Option<String> {
    match openness {
        Openness::Unknown => None,
        Openness::Until(time) => Some(format!("Open until {}", clock(*time))),
        Openness::Opens { at, today: true, .. } => Some(format!("Opens at {}", clock(*at))),
        Openness::Opens { at, day, .. } => Some(format!("Opens {} {}", weekday(*day), clock(*at))),
    }
}

fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Mon",
        Weekday::Tuesday => "Tue",
        Weekday::Wednesday => "Wed",
        Weekday::Thursday => "Thu",
        Weekday::Friday => "Fri",
        Weekday::Saturday => "Sat",
        Weekday::Sunday => "Sun",
    }
}

/// The strip under the header: some shelves, then the top categories. `current` is the category's path, or the
/// shelf's. "All categories" stands before it.
///
/// # Errors
///
/// Only SQLite's own.
pub fn strip(conn: &Connection, current: Option<&str>) -> rusqlite::Result<Vec<NavItem>> {
    Ok(strip_of(&categories::list(conn)?, current))
}

/// The same from categories that are at hand.
pub fn strip_of(tree: &[Category], current: Option<&str>) -> Vec<NavItem> {
    let top = tree.iter().filter(|category| category.parent_id.is_none()).map(|category| {
        let inside =
            current.is_some_and(|path| path == category.path || path.starts_with(&format!("{}/", category.path)));
        let item = NavItem::new(category.name.clone(), format!("/books/in/{}", category.path));
        NavItem { current: inside, ..item }
    });
    shelves::strip(current).chain(top).collect()
}

/// The categories from the top down to `path`, for breadcrumbs.
pub fn trail_of(tree: &[Category], path: &str) -> Vec<NavItem> {
    let is_above = |above: &str| path == above || path.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'));
    let mut trail: Vec<&Category> = tree.iter().filter(|category| is_above(&category.path)).collect();
    trail.sort_by_key(|category| category.path.len());
    trail
        .into_iter()
        .map(|category| NavItem::new(category.name.clone(), format!("/books/in/{}", category.path)))
        .collect()
}

/// A card for lists: the row, what the shop can promise, and its cover.
///
/// # Errors
///
/// Only SQLite's own.
pub fn card(conn: &Connection, book: &BookRow, shop: &Shop, now: Timestamp) -> rusqlite::Result<ui::BookCard> {
    let offer = Offer::of(book, stock::available(conn, book.id, now)?, shop.today(now));
    Ok(card_of(book, &offer, media::front(conn, book.id)?.as_ref()))
}

/// A card for a book whose offer and picture are known.
pub fn card_of(book: &BookRow, offer: &Offer, front: Option<&Picture>) -> ui::BookCard {
    ui::BookCard {
        href: book.path(),
        title: book.title.clone(),
        lang: language::foreign(book.language.as_deref()),
        author: book.byline.clone(),
        format: format_words(book),
        price: price_of(book),
        stock: stock_words_of(book, offer),
        note: book.signed.then(|| "Signed".to_owned()),
        cover: cover_of(book, front),
    }
}

/// The price as far as it is known.
pub fn price_of(book: &BookRow) -> ui::PriceView {
    book.price.map_or(ui::PriceView::NotAnnounced, ui::PriceView::At)
}

/// `Paperback`, or `Paperback, large print`.
pub fn format_words(book: &BookRow) -> String {
    let label = book.format.label();
    book.format_note.as_ref().map_or_else(|| label.to_owned(), |note| format!("{label}, {note}"))
}

/// Cards for many editions, in order; those that left the catalogue are left out.
///
/// # Errors
///
/// Only SQLite's own.
pub fn cards(conn: &Connection, ids: &[Id], shop: &Shop, now: Timestamp) -> rusqlite::Result<Vec<ui::BookCard>> {
    let rows = catalog::rows(conn, ids, shop.currency(), now)?;
    rows.iter().filter(|book| book.listed).map(|book| card(conn, book, shop, now)).collect()
}

/// The cover of a book: its picture, or the one that the shop draws.
pub fn cover_of(book: &BookRow, front: Option<&Picture>) -> ui::CoverView {
    let drawn = || {
        let palette = book.palette.parse().unwrap_or(Palette::Other);
        ui::CoverView { src: super::covers::cover_path(book, palette), photo: None, width: 400, height: 600 }
    };
    front.map_or_else(drawn, pictures::view)
}

/// What an offer of this book is in words.
pub fn stock_words_of(book: &BookRow, offer: &Offer) -> ui::StockWords {
    if book.format.is_digital() && *offer == Offer::Unavailable {
        return ui::StockWords::NoDownloads;
    }
    stock_words(offer)
}

/// What an offer is in words.
pub fn stock_words(offer: &Offer) -> ui::StockWords {
    match offer {
        Offer::OnShelf { copies: 1, .. } => ui::StockWords::Last,
        Offer::OnShelf { copies, .. } => ui::StockWords::OnShelf(*copies),
        Offer::ToOrder { days } => ui::StockWords::ToOrder { days_from: days.0.into(), days_to: days.1.into() },
        Offer::Forthcoming { date } => ui::StockWords::Forthcoming(forthcoming(*date)),
        Offer::OutOfPrint => ui::StockWords::OutOfPrint,
        Offer::Reprinting => ui::StockWords::Reprinting,
        Offer::NoPrice => ui::StockWords::NoPrice,
        Offer::Unavailable => ui::StockWords::SoldOut,
    }
}

/// As exact as the date that is known: `Out Thu 4 March 2027`, `Expected March 2027`, `Expected in 2027`.
fn forthcoming(date: Option<PartialDate>) -> String {
    match date {
        Some(PartialDate::Day(day)) => format!("Out {}", day.strftime("%a %-d %B %Y")),
        Some(date @ PartialDate::Month(..)) => format!("Expected {}", date.display()),
        Some(PartialDate::Year(year)) => format!("Expected in {year}"),
        None => "Not out yet, no date known".to_owned(),
    }
}

/// Whose cart a visitor's is.
pub fn owner(visitor: &Visitor) -> Owner {
    Owner { customer: visitor.customer.as_ref().map(|customer| customer.id), token: visitor.cart.clone() }
}

/// What fills the personal holes of a page for this visitor.
///
/// # Errors
///
/// Only the database's own.
pub fn personal(conn: &Connection, visitor: &Visitor, headers: &HeaderMap) -> Result<Personal, PageError> {
    let copies = cart::count(conn, &owner(visitor)).map_err(crate::db::DbError::from)?;
    let notice = notice_of(headers);
    let cookies = if notice.is_some() {
        vec![HeaderValue::from_static("notice=; Path=/; Max-Age=0; SameSite=Lax")]
    } else {
        Vec::new()
    };
    Ok(Personal {
        basket: ui::basket_link(copies),
        account: ui::account_link(visitor.customer.as_ref().map(|customer| customer.name.as_str())),
        notice: notice.map_or_else(|| html! {}, |notice| notice.render(conn)),
        cookies,
    })
}

/// A page that is the same for everyone but for its personal holes: kept, and made by `render` when it is not true.
///
/// `known` are the parameters that the page reads.
///
/// # Errors
///
/// What `render` returned, or the database's own.
pub fn shared(
    app: &AppState, parts: &Parts, visitor: &Visitor, known: &[&str],
    render: impl FnOnce(&Connection, &Shop, Timestamp) -> Result<Rendered, PageError>,
) -> Result<Response<Body>, PageError> {
    kept::page(app, parts, known, |_, conn, parts| personal(conn, visitor, &parts.headers), render)
}

/// A page made for one visitor: never kept, never stored by anybody.
///
/// # Errors
///
/// Only the database's own.
pub fn private(
    app: &AppState, parts: &Parts, visitor: &Visitor, status: StatusCode, markup: &Markup,
) -> Result<Response<Body>, PageError> {
    let personal = app.db.read(|conn| personal(conn, visitor, &parts.headers))?;
    Ok(kept::private(parts, status, markup, &personal))
}

/// What just happened, told on the next page: a code and a book, never text, so that nobody can make the shop say things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A book was put into the basket.
    Added(Id),
    /// A book was taken out; so many copies.
    Removed(Id, u32),
    /// The quantity was changed.
    Updated,
    /// Signed out.
    SignedOut,
    /// Signed in.
    SignedIn,
    /// The order was given up, the basket is back.
    GivenUp,
    /// The order was placed before.
    AlreadyPlaced,
}

impl Notice {
    /// The `Set-Cookie` header that carries it.
    pub fn cookie(self) -> HeaderValue {
        let value = match self {
            Notice::Added(id) => format!("added.{id}"),
            Notice::Removed(id, copies) => format!("removed.{id}.{copies}"),
            Notice::Updated => "updated".to_owned(),
            Notice::SignedOut => "signed-out".to_owned(),
            Notice::SignedIn => "signed-in".to_owned(),
            Notice::GivenUp => "given-up".to_owned(),
            Notice::AlreadyPlaced => "already".to_owned(),
        };
        // Codes and ids are always a header.
        HeaderValue::try_from(format!("{NOTICE}={value}; Path=/; Max-Age=120; HttpOnly; SameSite=Lax"))
            .unwrap_or_else(|_| HeaderValue::from_static("notice=; Path=/; Max-Age=0"))
    }

    fn parse(value: &str) -> Option<Notice> {
        let mut parts = value.split('.');
        let notice = match (
            parts.next()?,
            parts.next().and_then(|id| id.parse().ok()),
            parts.next().and_then(|n| n.parse().ok()),
        ) {
            ("added", Some(id), _) => Notice::Added(id),
            ("removed", Some(id), Some(copies)) => Notice::Removed(id, copies),
            ("updated", ..) => Notice::Updated,
            ("signed-out", ..) => Notice::SignedOut,
            ("signed-in", ..) => Notice::SignedIn,
            ("given-up", ..) => Notice::GivenUp,
            ("already", ..) => Notice::AlreadyPlaced,
            _ => return None,
        };
        Some(notice)
    }

    fn render(self, conn: &Connection) -> Markup {
        let title = |id| {
            catalog::find(conn, id).ok().flatten().map_or_else(|| "the book".to_owned(), |edition| edition.facts.title)
        };
        let onward = [NavItem::new("Basket", "/cart"), NavItem::new("Checkout", "/checkout")];
        match self {
            Notice::Added(id) => ui::notice(ui::Tone::Good, &html! { "Added: " em { (title(id)) } "." }, &onward, None),
            Notice::Removed(id, copies) => {
                let (book, copies) = (id.to_string(), copies.to_string());
                let undo = ui::post_button(&ui::PostButton {
                    action: "/cart",
                    fields: &[("book", &book), ("quantity", &copies)],
                    label: "Undo",
                    hidden: "",
                    kind: ui::ButtonKind::Quiet,
                    busy: None,
                });
                ui::notice(ui::Tone::Plain, &html! { "Removed: " em { (title(id)) } "." }, &[], Some(&undo))
            }
            Notice::Updated => ui::notice(ui::Tone::Good, &html! { "Your basket is up to date." }, &[], None),
            Notice::SignedOut => ui::notice(ui::Tone::Plain, &html! { "You are signed out." }, &[], None),
            Notice::SignedIn => ui::notice(ui::Tone::Good, &html! { "You are signed in." }, &[], None),
            Notice::GivenUp => ui::notice(
                ui::Tone::Plain,
                &html! { "The order is cancelled. Your books are back in your basket." },
                &onward,
                None,
            ),
            Notice::AlreadyPlaced => {
                ui::notice(ui::Tone::Plain, &html! { "This order is already placed. Here it is." }, &[], None)
            }
        }
    }
}

fn notice_of(headers: &HeaderMap) -> Option<Notice> {
    let cookies = headers.get_all(axum::http::header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == NOTICE).and_then(|(_, value)| Notice::parse(value))
}
