//! New books: `/feeds/new.atom` (RFC 4287) and `/feeds/new.rss` (RSS 2.0).
//!
//! What a feed reader keeps must not become untrue, so there is no price and no count of copies in it.

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Response};
use axum::routing::get;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use rusqlite::Connection;

use super::fresh::Fresh;
use crate::catalog::{self, texts, walk};
use crate::db::DbError;
use crate::kernel::ids::Id;
use crate::kernel::xml::escaped;
use crate::settings::Shop;
use crate::web::{AppState, PageError};

pub(super) const ATOM: &str = "/feeds/new.atom";
pub(super) const RSS: &str = "/feeds/new.rss";
/// Books in a feed.
const LENGTH: u32 = 50;
/// Characters of a summary.
const SUMMARY: usize = 600;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route(ATOM, get(atom)).route(RSS, get(rss))
}

/// A book that is new in the shop.
struct Arrival {
    id: Id,
    title: String,
    byline: String,
    path: String,
    summary: String,
    came_at: Timestamp,
    changed_at: Timestamp,
}

async fn atom(State(app): State<AppState>, headers: HeaderMap) -> Result<Response<Body>, PageError> {
    answer(&app, &headers, "application/atom+xml; charset=utf-8", write_atom)
}

async fn rss(State(app): State<AppState>, headers: HeaderMap) -> Result<Response<Body>, PageError> {
    answer(&app, &headers, "application/rss+xml; charset=utf-8", write_rss)
}

fn answer(
    app: &AppState, headers: &HeaderMap, kind: &'static str, write: fn(&str, &Shop, &[Arrival]) -> String,
) -> Result<Response<Body>, PageError> {
    app.db.read(|conn| {
        let fresh = Fresh::read(conn, app).map_err(DbError::from)?;
        if let Some(unchanged) = fresh.unchanged(headers) {
            return Ok(unchanged);
        }
        let shop = app.shop(conn)?;
        let arrivals = gather(conn, &shop, app.clock.now()).map_err(DbError::from)?;
        let text = write(&app.origin, &shop, &arrivals);
        Ok(fresh.answer(HeaderValue::from_static(kind), Body::from(text)))
    })
}

fn gather(conn: &Connection, shop: &Shop, now: Timestamp) -> rusqlite::Result<Vec<Arrival>> {
    let mut arrivals = Vec::new();
    for id in catalog::list_newest(conn, LENGTH)? {
        let (Some(edition), Some((came_at, changed_at))) = (catalog::find(conn, id)?, walk::times(conn, id)?) else {
            continue;
        };
        let row = catalog::row(conn, id, shop.currency(), now)?;
        let format = row.map_or_else(String::new, |row| format!("{}. ", row.format.label()));
        let about = edition.facts.description.as_deref().map(|html| texts::summary(html, SUMMARY)).unwrap_or_default();
        arrivals.push(Arrival {
            id,
            path: edition.path(),
            byline: edition.byline,
            title: edition.facts.title,
            summary: format!("{format}{about}").trim_end().to_owned(),
            came_at,
            changed_at,
        });
    }
    Ok(arrivals)
}

fn write_atom(origin: &str, shop: &Shop, arrivals: &[Arrival]) -> String {
    let moment = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let updated = arrivals.iter().map(|arrival| arrival.changed_at).max().unwrap_or(Timestamp::UNIX_EPOCH);
    let (origin, name) = (escaped(origin), escaped(&shop.name));
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en-GB\">\n\
         <id>{origin}{ATOM}</id>\n<title>New books at {name}</title>\n<updated>{}</updated>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{origin}{ATOM}\"/>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{origin}/books?sort=newest\"/>\n\
         <author><name>{name}</name></author>\n",
        moment(updated)
    );
    for arrival in arrivals {
        let author = match arrival.byline.as_str() {
            "" => String::new(),
            byline => format!("<author><name>{}</name></author>", escaped(byline)),
        };
        text.push_str(&format!(
            "<entry><id>urn:uuid:{}</id><title>{}</title>{author}\
             <link rel=\"alternate\" type=\"text/html\" href=\"{origin}{}\"/>\
             <published>{}</published><updated>{}</updated><summary>{}</summary></entry>\n",
            arrival.id,
            escaped(&arrival.title),
            escaped(&arrival.path),
            moment(arrival.came_at),
            moment(arrival.changed_at),
            escaped(&arrival.summary),
        ));
    }
    text.push_str("</feed>\n");
    text
}

fn write_rss(origin: &str, shop: &Shop, arrivals: &[Arrival]) -> String {
    let (origin, name) = (escaped(origin), escaped(&shop.name));
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel><title>New books at {name}</title>\
         <link>{origin}/books?sort=newest</link><description>What came into {name} last</description>\
         <language>en-gb</language><atom:link rel=\"self\" type=\"application/rss+xml\" href=\"{origin}{RSS}\"/>\n"
    );
    for arrival in arrivals {
        let creator = match arrival.byline.as_str() {
            "" => String::new(),
            byline => format!("<dc:creator>{}</dc:creator>", escaped(byline)),
        };
        // RSS takes a description for HTML, so plain words are escaped once more.
        let summary = escaped(&arrival.summary).into_owned();
        let came_at = rfc2822::to_string(&arrival.came_at.to_zoned(jiff::tz::TimeZone::UTC));
        text.push_str(&format!(
            "<item><title>{}</title><link>{origin}{}</link><guid isPermaLink=\"false\">urn:uuid:{}</guid>{creator}\
             {}<description>{}</description></item>\n",
            escaped(&arrival.title),
            escaped(&arrival.path),
            arrival.id,
            came_at.map_or_else(|_| String::new(), |date| format!("<pubDate>{date}</pubDate>")),
            escaped(&summary),
        ));
    }
    text.push_str("</channel>\n</rss>\n");
    text
}
