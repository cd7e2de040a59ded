//! `/robots.txt`

use axum::Router;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;

use crate::web::AppState;

/// Nobody's to crawl: baskets, what is personal, the office, searches. Lists that are narrowed or turned round keep
/// themselves out of the index, which a crawler can only learn by reading them.
const CLOSED: [&str; 7] = ["/cart", "/checkout", "/orders/", "/account", "/sign-in", "/admin", "/search"];

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/robots.txt", get(robots))
}

async fn robots(State(app): State<AppState>) -> impl IntoResponse {
    let closed: String = CLOSED.iter().map(|path| format!("Disallow: {path}\n")).collect();
    let text = format!("User-agent: *\n{closed}\nSitemap: {}/sitemap.xml\n", app.origin);
    ([(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "public, max-age=3600")], text)
}
