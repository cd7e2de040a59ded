//! What other programs read: the sitemap, feeds of new books, the merchant feed, `/robots.txt`.
//!
//! Long answers are made while they are sent, a few books at a time, each piece from a snapshot of its own: however
//! large the catalogue and however slow the reader, the shop holds some kilobytes of it and no connection to the
//! database (2026-11; refused: one snapshot for the whole, which a slow reader would keep open).

mod arrivals;
mod fresh;
mod merchant;
mod pull;
mod robots;
mod sitemap;

use axum::Router;
use axum::http::HeaderValue;
use maud::{Markup, html};

use super::AppState;

pub(super) use sitemap::Index as SitemapIndex;

const XML: HeaderValue = HeaderValue::from_static("application/xml; charset=utf-8");

pub(super) fn routes() -> Router<AppState> {
    Router::new().merge(sitemap::routes()).merge(arrivals::routes()).merge(merchant::routes()).merge(robots::routes())
}

/// Tells a page's readers where the feeds of new books are.
pub(super) fn links(shop: &str) -> Markup {
    html! {
        link rel="alternate" type="application/atom+xml" title={ "New books at " (shop) } href=(arrivals::ATOM);
        link rel="alternate" type="application/rss+xml" title={ "New books at " (shop) } href=(arrivals::RSS);
    }
}
