//! The pieces that pages are made of.
//!
//! Every function here is pure: a plain view in, markup out. None of them reads
//! the clock, the database or the request, so a page can be shown to a test, to
//! the cache and to a reader from the same call. A function carries the name of
//! the CSS class it renders (`ui::book` is `.book`); the classes that lay out
//! whole pages are listed above their section in `assets/shop.css`.
//!
//! No component writes a `style` attribute or an inline script: the content
//! policy refuses both.

pub mod book;
pub mod form;
pub mod layout;
pub mod nav;
pub mod order;
pub mod style;
pub mod suggest;

pub use book::{
    BookCard, CoverView, FormatView, Loading, Photo, PriceView, SlipView, Slot, StockWords, book, book_grid, cover,
    formats, further_pictures, price, price_line, shelf, slip, stock,
};
pub use form::{
    ButtonKind, Choice, Control, Field, FieldError, Need, PostButton, RadioView, StepperView, Width, button,
    button_link, button_value, checkbox, error_summary, field, first_submit, hidden, post_button, radios, stepper,
};
pub use layout::{
    Assets, HOLE_ACCOUNT, HOLE_BASKET, HOLE_NOTICE, Kind, Shell, ShopView, account_link, basket_link, notice, page,
};
pub use nav::{
    CategoryView, Chip, FacetValue, FacetView, NavItem, SortView, back_to_results, breadcrumbs, category_list, chips,
    facet, filters, pager, sort,
};
pub use order::{
    BasketLineView, Step, StepState, SummaryLineView, TotalRow, basket_line, summary_line, tag, timeline, totals,
};

pub use style::compact_css;
pub use suggest::{SuggestedBook, SuggestedName, suggestions};

/// How a message or a tag is meant; always said in words too, never by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Done, here, paid.
    Good,
    /// Waiting for something.
    Warn,
    /// Failed, or lost for good.
    Bad,
    /// Neither good nor bad.
    #[default]
    Plain,
}

impl Tone {
    /// The word that the stylesheet matches in `data-tone`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Plain => "plain",
        }
    }
}
