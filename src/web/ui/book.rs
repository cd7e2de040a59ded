//! Books in lists and on their own page: card, shelf, price, stock line, formats, slip.

use maud::{Markup, html};

use crate::kernel::money::Money;

/// A cover image; its box is reserved from `width` and `height`, so nothing jumps.
#[derive(Debug, Clone, Default)]
pub struct CoverView {
    /// The whole picture, or the drawn cover.
    pub src: String,
    /// The sizes of a real picture; drawn covers need none.
    pub photo: Option<Photo>,
    pub width: u32,
    pub height: u32,
}

/// A picture that comes in sizes, each as WebP and JPEG.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// What the addresses begin with: `/media/3fa9…`.
    pub stem: String,
    /// The widths there are, smallest first.
    pub widths: Vec<u32>,
}

/// Where a cover stands, which decides how large it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// The book's own page.
    Page,
    /// A card of a grid.
    Card,
    /// A card of a shelf.
    Shelf,
    /// A line of the basket.
    Line,
    /// A line of a summary.
    Summary,
    /// A row of a table in the office.
    Row,
    /// The office's page of a book.
    Office,
}

impl Slot {
    /// How wide it is shown at most: told too little, the browser would show a picture smaller than its place.
    fn sizes(self) -> &'static str {
        match self {
            Slot::Page => "(min-width:60rem) 20rem, 8.25rem",
            Slot::Card => "(min-width:60rem) 14rem, 45vw",
            Slot::Shelf => "10rem",
            Slot::Line => "5rem",
            Slot::Summary => "3.5rem",
            Slot::Row => "2rem",
            Slot::Office => "8.25rem",
        }
    }

    /// The widths that screens of one, two and three pixels to the point use there; more only make the page longer.
    fn widths(self) -> &'static [u32] {
        match self {
            Slot::Page => &[180, 360, 480, 720],
            Slot::Card => &[180, 360, 480],
            Slot::Shelf | Slot::Office => &[180, 360],
            Slot::Line => &[120, 240],
            Slot::Summary => &[120, 180],
            Slot::Row => &[120],
        }
    }
}

impl Photo {
    /// Every candidate for a slot: "/media/3fa9…-240.webp 240w, …".
    fn srcset(&self, slot: Slot) -> String {
        let fitting = self.fitting(slot);
        let candidates: Vec<String> =
            fitting.iter().map(|width| format!("{}-{width}.webp {width}w", self.stem)).collect();
        candidates.join(", ")
    }

    /// The JPEG for a browser that takes nothing newer.
    fn fallback(&self, slot: Slot) -> Option<String> {
        let fitting = self.fitting(slot);
        let middle = fitting.get(fitting.len() / 2)?;
        Some(format!("{}-{middle}.jpg", self.stem))
    }

    /// The widths for a slot; of a picture that is smaller than the largest of them, its own is the last.
    fn fitting(&self, slot: Slot) -> Vec<u32> {
        let asked = slot.widths();
        let (own, most) = (self.widths.last().copied(), asked.iter().copied().max());
        let is_last = |width: u32| Some(width) == own && Some(width) < most;
        self.widths.iter().copied().filter(|width| asked.contains(width) || is_last(*width)).collect()
    }
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
    /// A file, where the shop sells things only.
    NoDownloads,
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
pub fn cover(view: &CoverView, alt: &str, slot: Slot, loading: Loading) -> Markup {
    html! { div.cover { (picture(view, alt, slot, loading)) } }
}

/// The picture itself; its place is reserved from `width` and `height`.
fn picture(view: &CoverView, alt: &str, slot: Slot, loading: Loading) -> Markup {
    html! {
        @match &view.photo {
            None => (image(view, &view.src, alt, loading)),
            Some(photo) => picture {
                source type="image/webp" srcset=(photo.srcset(slot)) sizes=(slot.sizes());
                (image(view, photo.fallback(slot).as_deref().unwrap_or(&view.src), alt, loading))
            },
        }
    }
}

fn image(view: &CoverView, src: &str, alt: &str, loading: Loading) -> Markup {
    let lazy = (loading == Loading::Lazy).then_some("lazy");
    let first = (loading == Loading::First).then_some("high");
    html! {
        img src=(src) alt=(alt) width=(view.width) height=(view.height) loading=[lazy] fetchpriority=[first]
            decoding="async";
    }
}

/// How wide a further picture is shown.
const THUMB: u32 = 56;

/// A book's further pictures, small; each is a link to itself in full. `name` is the book's.
#[must_use]
pub fn further_pictures(pictures: &[CoverView], name: &str) -> Markup {
    if pictures.is_empty() {
        return html! {};
    }
    html! {
        ul.cluster role="list" aria-label="More pictures" {
            @for (place, view) in (2..).zip(pictures) {
                @let height = (u64::from(view.height) * u64::from(THUMB) / u64::from(view.width.max(1))).max(1);
                @let small = CoverView { width: THUMB, height: u32::try_from(height).unwrap_or(THUMB), ..view.clone() };
                li { a href=(view.src) { (picture(&small, &format!("Picture {place} of {name}"), Slot::Summary, Loading::Lazy)) } }
            }
        }
    }
}

/// A card: one link, stretched over the whole of it.
#[must_use]
pub fn book(card: &BookCard, slot: Slot, loading: Loading) -> Markup {
    html! {
        li.book {
            (cover(&card.cover, "", slot, loading))
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
        ul.grid role="list" { (cards(books, Slot::Card, eager)) }
    }
}

/// A row of books under a heading, or nothing when there are fewer than three.
///
/// `all` is the link behind the heading: its words and address ("All 24").
#[must_use]
pub fn shelf(id: &str, heading: &str, all: Option<(&str, &str)>, books: &[BookCard], eager: bool) -> Markup {
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
            ul.shelf-books role="list" { (cards(books, Slot::Shelf, if eager { 7 } else { 0 })) }
        }
    }
}

fn cards(books: &[BookCard], slot: Slot, eager: usize) -> Markup {
    html! {
        @for (place, card) in books.iter().enumerate() {
            (book(card, slot, if place < eager { Loading::Eager } else { Loading::Lazy }))
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
            Self::OnShelf(count) if *count > 1 => format!("{count} on our shelves"),
            Self::OnShelf(_) | Self::Last => "Last copy on our shelves".to_owned(),
            Self::ToOrder { days_from, days_to } => {
                format!("To order: usually here in {}", days(*days_from, *days_to))
            }
            Self::Forthcoming(words) => words.clone(),
            Self::OutOfPrint => "Out of print".to_owned(),
            Self::Reprinting => "Reprinting, no date yet".to_owned(),
            Self::SoldOut => "Sold out for now".to_owned(),
            Self::NoPrice => "Price not announced yet".to_owned(),
            Self::NoDownloads => "We sell no downloads".to_owned(),
            Self::Gone => "No longer sold".to_owned(),
        }
    }

    /// Full dot, half dot or ring: here, coming, not now.
    fn state(&self) -> &'static str {
        match self {
            Self::OnShelf(_) | Self::Last => "here",
            Self::ToOrder { .. } | Self::Forthcoming(_) => "order",
            Self::OutOfPrint | Self::Reprinting | Self::SoldOut | Self::NoPrice | Self::NoDownloads | Self::Gone => {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use super::*;
    use crate::kernel::money::Currency;

    fn gbp(minor: i64) -> Money {
        Money { minor, currency: Currency::GBP }
    }

    fn card() -> BookCard {
        BookCard {
            href: "/books/9780141439549/middlemarch".into(),
            title: "Middlemarch & <more>".into(),
            lang: None,
            author: "George Eliot".into(),
            format: "Paperback".into(),
            price: PriceView::At(gbp(999)),
            stock: StockWords::OnShelf(3),
            note: None,
            cover: CoverView { src: "/media/c.svg".into(), photo: None, width: 400, height: 600 },
        }
    }

    #[test]
    fn a_card_is_one_link() {
        insta::assert_snapshot!(book(&card(), Slot::Card, Loading::Lazy).into_string(), @r#"<li class="book"><div class="cover"><img src="/media/c.svg" alt="" width="400" height="600" loading="lazy" decoding="async"></div><div class="book-words"><p class="book-title"><a href="/books/9780141439549/middlemarch">Middlemarch &amp; &lt;more&gt;</a></p><p class="book-author">George Eliot</p></div><p class="book-price"><data class="price" value="999">£9.99</data> <span class="book-format">Paperback</span></p><p class="stock" data-state="here">3 on our shelves</p></li>"#);
    }

    #[test]
    fn a_picture_comes_in_the_sizes_that_its_place_can_use() {
        let photo = |widths: &[u32]| CoverView {
            src: "/media/ab.jpg".into(),
            photo: Some(Photo { stem: "/media/ab".into(), widths: widths.to_vec() }),
            width: 800,
            height: 1200,
        };
        insta::assert_snapshot!(cover(&photo(&[120, 180, 240, 360, 480, 720]), "", Slot::Line, Loading::Lazy).into_string(), @r#"<div class="cover"><picture><source type="image/webp" srcset="/media/ab-120.webp 120w, /media/ab-240.webp 240w" sizes="5rem"><img src="/media/ab-240.jpg" alt="" width="800" height="1200" loading="lazy" decoding="async"></picture></div>"#);
        insta::assert_snapshot!(cover(&photo(&[120, 180, 200]), "Cover of Emma", Slot::Card, Loading::First).into_string(), @r#"<div class="cover"><picture><source type="image/webp" srcset="/media/ab-180.webp 180w, /media/ab-200.webp 200w" sizes="(min-width:60rem) 14rem, 45vw"><img src="/media/ab-200.jpg" alt="Cover of Emma" width="800" height="1200" fetchpriority="high" decoding="async"></picture></div>"#);
        let more = further_pictures(&[photo(&[120])], "Emma").into_string();
        assert!(more.contains(r#"<a href="/media/ab.jpg">"#) && more.contains(r#"alt="Picture 2 of Emma""#), "{more}");
        assert_eq!(further_pictures(&[], "Emma").into_string(), "");
    }

    #[test]
    fn a_price_can_be_read_by_machines() {
        insta::assert_snapshot!(price(gbp(1999)).into_string(), @r#"<data class="price" value="1999">£19.99</data>"#);
    }

    #[test]
    fn a_reduced_price_says_so_in_words() {
        let view = PriceView::Reduced { now: gbp(799), was: gbp(999), lowest: Some(gbp(849)) };
        insta::assert_snapshot!(price_line(view, "Paperback").into_string(), @r#"<p class="price-line"><span class="u-hidden">now </span><ins><data class="price" value="799">£7.99</data></ins> <span class="u-hidden">was </span><del><data class="price" value="999">£9.99</data></del> <span class="price-format">Paperback</span></p><p class="price-lowest">Lowest price in the 30 days before: <data class="price" value="849">£8.49</data></p>"#);
    }

    #[test]
    fn a_book_without_a_price_never_costs_nothing() {
        let html = price_line(PriceView::NotAnnounced, "Hardback").into_string();
        assert_eq!(html, r#"<p class="price-line">Price not announced yet</p>"#);
    }

    #[track_caller]
    fn check(words: &StockWords, text: &str, state: &str) {
        assert_eq!((words.words().as_str(), words.state()), (text, state));
    }

    #[test]
    fn every_stock_line_says_when_in_the_same_words() {
        check(&StockWords::OnShelf(3), "3 on our shelves", "here");
        check(&StockWords::OnShelf(1), "Last copy on our shelves", "here");
        check(&StockWords::Last, "Last copy on our shelves", "here");
        check(&StockWords::ToOrder { days_from: 2, days_to: 4 }, "To order: usually here in 2–4 days", "order");
        check(&StockWords::ToOrder { days_from: 1, days_to: 1 }, "To order: usually here in 1 day", "order");
        check(&StockWords::ToOrder { days_from: 5, days_to: 5 }, "To order: usually here in 5 days", "order");
        check(&StockWords::Forthcoming("Out Thu 4 March".into()), "Out Thu 4 March", "order");
        check(&StockWords::OutOfPrint, "Out of print", "none");
    }

    #[test]
    fn a_shelf_of_two_is_no_shelf() {
        assert_eq!(shelf("new", "New", None, &[card(), card()], true).into_string(), "");
        let html = shelf("new", "New", None, &[card(), card(), card()], true).into_string();
        assert_eq!(html.matches("<li").count(), 3);
    }

    #[test]
    fn more_than_six_formats_fold_away_unless_the_reader_is_at_one_of_them() {
        let view = |current| FormatView {
            label: "Hardback".into(),
            href: "/books/1".into(),
            price: PriceView::At(gbp(2000)),
            stock: "2–4 days".into(),
            current,
        };
        let mut all: Vec<FormatView> = std::iter::repeat_with(|| view(false)).take(7).collect();
        assert!(formats(&all).into_string().contains("<details><summary>1 more"));
        all.push(view(true));
        assert!(formats(&all).into_string().contains("<details open><summary>2 more"));
    }
}
