//! Books in lists and on their own page: card, shelf, price, stock line, formats, slip.

use maud::{Markup, html};

use crate::kernel::money::Money;

/// A cover image; its box is reserved from `width` and `height`, so nothing jumps.
#[derive(Debug, Clone, Default)]
pub struct CoverView {
    pub src: String,
    /// Candidates with their widths: "/media/x-240.webp 240w, …"; generated covers need none.
    pub srcset: Option<String>,
    pub width: u32,
    pub height: u32,
}

/// When the browser fetches an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loading {
    /// The one picture that the page is about.
    First,
    /// In the first row.
    Eager,
    /// When it comes near the window.
    Lazy,
}

/// What a book costs, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriceView {
    /// No price was announced: shown in words, never as 0.00.
    NotAnnounced,
    At(Money),
    Reduced {
        now: Money,
        was: Money,
        /// Lowest price of the 30 days before, where the law or the shop wants it said.
        lowest: Option<Money>,
    },
}

/// Whether and when a book can be had, in the shop's one set of words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StockWords {
    OnShelf(u32),
    Last,
    /// Days until it is here, from the supplier's lead time.
    ToOrder {
        days_from: u32,
        days_to: u32,
    },
    /// A sentence that is only as exact as the date known: "Out Thu 4 March".
    Forthcoming(String),
    OutOfPrint,
    Reprinting,
    /// None here and none at a supplier, for now.
    SoldOut,
    NoPrice,
    Gone,
}

/// A book in a list.
#[derive(Debug, Clone)]
pub struct BookCard {
    pub href: String,
    pub title: String,
    /// Language of the title when it is not the shop's.
    pub lang: Option<String>,
    pub author: String,
    /// The format in words: "Paperback".
    pub format: String,
    pub price: PriceView,
    pub stock: StockWords,
    /// A word for the price line: "Signed", "Second-hand".
    pub note: Option<String>,
    pub cover: CoverView,
}

/// One way to have a work: an edition with its own address.
#[derive(Debug, Clone)]
pub struct FormatView {
    pub label: String,
    pub href: String,
    pub price: PriceView,
    /// One or two words on stock: "on our shelves", "2–4 days".
    pub stock: String,
    pub current: bool,
}

/// What somebody of the shop says about a book.
#[derive(Debug, Clone, Default)]
pub struct SlipView {
    pub quote: String,
    /// Who says it; a slip without a name is not shown.
    pub by: String,
    /// Title and address, where the slip does not stand on the book's own page.
    pub book: Option<(String, String)>,
}

/// A cover in its 2:3 box, standing on the shelf line.
#[must_use]
pub fn cover(view: &CoverView, alt: &str, sizes: &str, loading: Loading) -> Markup {
    let lazy = (loading == Loading::Lazy).then_some("lazy");
    let first = (loading == Loading::First).then_some("high");
    let sizes = view.srcset.as_ref().map(|_| sizes);
    html! {
        div.cover {
            img src=(view.src) srcset=[view.srcset.as_deref()] sizes=[sizes] alt=(alt)
                width=(view.width) height=(view.height) loading=[lazy] fetchpriority=[first]
                decoding="async";
        }
    }
}

/// A card: one link, stretched over the whole of it.
#[must_use]
pub fn book(card: &BookCard, loading: Loading) -> Markup {
    html! {
        li.book {
            (cover(&card.cover, "", "(min-width:60rem) 11rem, 45vw", loading))
            div.book-words {
                p.book-title lang=[card.lang.as_deref()] { a href=(card.href) { (card.title) } }
                p.book-author { (card.author) }
            }
            @if card.price == PriceView::NotAnnounced {
                p.book-price { (card.format) }
            } @else {
                p.book-price {
                    (amounts(card.price)) " " span.book-format { (card.format) }
                    @if let Some(note) = &card.note { " " span.book-note { (note) } }
                }
            }
            (stock(&card.stock))
        }
    }
}

/// A grid of cards; the first `eager` of them load at once.
#[must_use]
pub fn book_grid(books: &[BookCard], eager: usize) -> Markup {
    html! {
        ul.grid role="list" { (cards(books, eager)) }
    }
}

/// A row of books under a heading, or nothing when there are fewer than three.
///
/// `all` is the link behind the heading: its words and address ("All 24").
#[must_use]
pub fn shelf(
    id: &str,
    heading: &str,
    all: Option<(&str, &str)>,
    books: &[BookCard],
    eager: bool,
) -> Markup {
    if books.len() < 3 {
        return html! {};
    }
    html! {
        section.shelf aria-labelledby=(id) data-late[!eager] {
            div.shelf-head {
                h2 id=(id) { (heading) }
                @if let Some((words, href)) = all {
                    a href=(href) { (words) span.u-hidden { " in " (heading) } }
                }
            }
            ul.shelf-books role="list" { (cards(books, if eager { 7 } else { 0 })) }
        }
    }
}

fn cards(books: &[BookCard], eager: usize) -> Markup {
    html! {
        @for (place, card) in books.iter().enumerate() {
            (book(card, if place < eager { Loading::Eager } else { Loading::Lazy }))
        }
    }
}

/// An amount that machines can read too, in minor units.
#[must_use]
pub fn price(amount: Money) -> Markup {
    html! { data.price value=(amount.minor) { (amount.display()) } }
}

/// The price of the book page, with the format it is for.
#[must_use]
pub fn price_line(view: PriceView, format: &str) -> Markup {
    html! {
        p.price-line {
            (amounts(view))
            @if view != PriceView::NotAnnounced && !format.is_empty() {
                " " span.price-format { (format) }
            }
        }
        @if let PriceView::Reduced { lowest: Some(lowest), .. } = view {
            p.price-lowest { "Lowest price in the 30 days before: " (price(lowest)) }
        }
    }
}

fn amounts(view: PriceView) -> Markup {
    html! {
        @match view {
            PriceView::NotAnnounced => "Price not announced yet",
            PriceView::At(amount) => (price(amount)),
            PriceView::Reduced { now, was, .. } => {
                span.u-hidden { "now " } ins { (price(now)) } " "
                span.u-hidden { "was " } del { (price(was)) }
            }
        }
    }
}

impl StockWords {
    /// The shop's words for this state; the same in lists, mails and the office.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::OnShelf(count) => format!("{count} on our shelves"),
            Self::Last => "Last copy on our shelves".to_owned(),
            Self::ToOrder { days_from, days_to } => {
                format!("To order: usually here in {}", days(*days_from, *days_to))
            }
            Self::Forthcoming(words) => words.clone(),
            Self::OutOfPrint => "Out of print".to_owned(),
            Self::Reprinting => "Reprinting, no date yet".to_owned(),
            Self::SoldOut => "Sold out for now".to_owned(),
            Self::NoPrice => "Price not announced yet".to_owned(),
            Self::Gone => "No longer sold".to_owned(),
        }
    }

    /// Full dot, half dot or ring: here, coming, not now.
    fn state(&self) -> &'static str {
        match self {
            Self::OnShelf(_) | Self::Last => "here",
            Self::ToOrder { .. } | Self::Forthcoming(_) => "order",
            Self::OutOfPrint | Self::Reprinting | Self::SoldOut | Self::NoPrice | Self::Gone => {
                "none"
            }
        }
    }
}

fn days(from: u32, to: u32) -> String {
    match (from, to) {
        (_, 1) => "1 day".to_owned(),
        (from, to) if from >= to => format!("{to} days"),
        (from, to) => format!("{from}–{to} days"),
    }
}

/// The stock line: a dot whose shape says as much as its colour, then the words.
#[must_use]
pub fn stock(words: &StockWords) -> Markup {
    html! { p.stock data-state=(words.state()) { (words.words()) } }
}

/// The formats of a work, the present one marked; more than six fold away.
#[must_use]
pub fn formats(all: &[FormatView]) -> Markup {
    if all.is_empty() {
        return html! {};
    }
    let (shown, rest) = all.split_at(all.len().min(6));
    html! {
        nav.formats aria-label="Formats" {
            ul role="list" { @for view in shown { (format_link(view)) } }
            @if !rest.is_empty() {
                details open[rest.iter().any(|view| view.current)] {
                    summary { (rest.len()) " more" }
                    ul role="list" { @for view in rest { (format_link(view)) } }
                }
            }
        }
    }
}

fn format_link(view: &FormatView) -> Markup {
    html! {
        li {
            a.format href=(view.href) aria-current=[view.current.then_some("true")] {
                span.format-name { (view.label) } " "
                span.format-price { (amounts(view.price)) } " "
                span.format-stock { (view.stock) }
            }
        }
    }
}

/// A yellow slip with somebody's words and name.
#[must_use]
pub fn slip(view: &SlipView) -> Markup {
    if view.by.is_empty() {
        return html! {};
    }
    html! {
        figure.slip {
            blockquote { p { (view.quote) } }
            figcaption {
                (view.by) "’s pick"
                @if let Some((title, href)) = &view.book { ": " a href=(href) { cite { (title) } } }
            }
        }
    }
}
