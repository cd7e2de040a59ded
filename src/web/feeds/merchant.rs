//! `/feeds/google-merchant.xml`: what can be bought here, for product listings.
//!
//! Source: Google's product data specification, RSS 2.0 with its `g:` namespace.
//!
//! - Only listed books with a price. What cannot be ordered yet is left out: “preorder” there means that orders are
//!   taken, and this shop takes none before the day of publication.
//! - Prices and copies change by the minute, so the answer is never kept and never 304.

use std::collections::VecDeque;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;
use jiff::Timestamp;
use rusqlite::Connection;

use super::{XML, pull};
use crate::catalog::{self, BookRow, Edition, Offer, texts};
use crate::delivery;
use crate::kernel::ids::Id;
use crate::kernel::xml::escaped;
use crate::media;
use crate::settings::Shop;
use crate::stock;
use crate::web::shop::pictures;
use crate::web::{AppState, PageError};

/// Books read at a time.
const PIECE: u32 = 50;
/// Google's taxonomy: Media > Books.
const BOOKS: u32 = 784;
const LONGEST_TITLE: usize = 150;
const LONGEST_DESCRIPTION: usize = 5000;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/feeds/google-merchant.xml", get(feed))
}

async fn feed(State(app): State<AppState>) -> Result<Response<Body>, PageError> {
    let shop = app.db.read(|conn| app.shop(conn).map_err(PageError::from))?;
    let (origin, now, source) = (app.origin.clone(), app.clock.now(), app.db.clone());
    let mut waiting = VecDeque::from([open(&origin, &shop)]);
    let (mut after, mut done) = (None, false);
    let body = pull::body(move || {
        if let Some(text) = waiting.pop_front() {
            return Ok(Some(text));
        }
        if done {
            return Ok(None);
        }
        source.read(|conn| {
            let ids = catalog::list_ids(conn, after, PIECE)?;
            let Some(last) = ids.last() else {
                done = true;
                return Ok(Some("</channel>\n</rss>\n".to_owned()));
            };
            after = Some(*last);
            let mut text = String::new();
            for id in &ids {
                text.push_str(&item(conn, *id, &origin, &shop, now)?.unwrap_or_default());
            }
            Ok(Some(text))
        })
    });
    Ok(([(CONTENT_TYPE, XML), (CACHE_CONTROL, axum::http::HeaderValue::from_static("no-store"))], body).into_response())
}

fn open(origin: &str, shop: &Shop) -> String {
    let name = escaped(&shop.name);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:g=\"http://base.google.com/ns/1.0\">\n\
         <channel><title>{name}</title><link>{}/</link><description>Books at {name}</description>\n",
        escaped(origin)
    )
}

/// One book; `None` for one that is not to be advertised.
fn item(conn: &Connection, id: Id, origin: &str, shop: &Shop, now: Timestamp) -> rusqlite::Result<Option<String>> {
    let Some(row) = catalog::row(conn, id, shop.currency(), now)? else { return Ok(None) };
    let offer = Offer::of(&row, stock::available(conn, id, now)?, shop.today(now));
    let (Some(price), Some((availability, from))) = (row.price, availability(&row, &offer, shop, now)) else {
        return Ok(None);
    };
    let Some(edition) = catalog::find(conn, id)? else { return Ok(None) };
    let mut text = String::from("<item>");
    let mut put = |name: &str, value: &str| text.push_str(&format!("<g:{name}>{}</g:{name}>", escaped(value)));
    put("id", &id.to_string());
    put("title", &cut(&row.title, LONGEST_TITLE));
    put("description", &description(&row, &edition));
    put("link", &format!("{origin}{}", row.path()));
    // A drawn cover is no picture of the product.
    if let Some(picture) = media::front(conn, id)? {
        put("image_link", &format!("{origin}{}", pictures::address(&picture)));
    }
    put("availability", availability);
    if let Some(from) = from {
        put("availability_date", &from);
    }
    put("price", &format!("{} {}", price.decimal(), price.currency));
    match &row.isbn {
        Some(isbn) => put("gtin", isbn.as_str()),
        None => put("identifier_exists", "no"),
    }
    if let Some(publisher) = row.publisher.as_ref().or(edition.facts.imprint.as_ref()) {
        put("brand", &cut(publisher, 70));
    }
    put("condition", "new");
    put("google_product_category", &BOOKS.to_string());
    if let Some(grams) = edition.facts.weight_g {
        put("shipping_weight", &format!("{grams} g"));
    }
    text.push_str("</item>\n");
    Ok(Some(text))
}

/// Google's word, and the day from which it can be had where it must be said.
fn availability(row: &BookRow, offer: &Offer, shop: &Shop, now: Timestamp) -> Option<(&'static str, Option<String>)> {
    match offer {
        Offer::OnShelf { .. } => Some(("in_stock", None)),
        Offer::ToOrder { days: (_, to) } => {
            Some(("backorder", Some(delivery::in_the_shop_by(shop.today(now), *to).to_string())))
        }
        // What is out for now stays in the feed: a product that leaves it is looked over anew when it is back.
        Offer::OutOfPrint | Offer::Reprinting | Offer::Unavailable if !row.format.is_digital() => {
            Some(("out_of_stock", None))
        }
        Offer::OutOfPrint | Offer::Reprinting | Offer::Unavailable | Offer::Forthcoming { .. } | Offer::NoPrice => None,
    }
}

/// The words of the description; where there is none, what the book is.
fn description(row: &BookRow, edition: &Edition) -> String {
    let about = edition.facts.description.as_deref().map(|html| texts::summary(html, LONGEST_DESCRIPTION));
    about.filter(|text| !text.is_empty()).unwrap_or_else(|| {
        let by = if row.byline.is_empty() { String::new() } else { format!(" by {}", row.byline) };
        format!("{}{by}. {}.", row.title, row.format.label())
    })
}

fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    text.chars().take(limit.saturating_sub(1)).chain(['…']).collect()
}
