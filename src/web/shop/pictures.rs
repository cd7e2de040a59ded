//! Covers and further pictures, under addresses of their content: what a browser has once it never asks for again.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use axum::routing::get;
use rusqlite::Connection;

use crate::catalog::BookRow;
use crate::db::DbError;
use crate::kernel::ids::Id;
use crate::media::{self, Encoding, Hash, Kind, Picture};
use crate::web::ui::{CoverView, Photo};
use crate::web::{AppState, PageError};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/media/{name}", get(serve))
}

const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// For a picture that stands in for a size which is still to be made.
const BRIEFLY: HeaderValue = HeaderValue::from_static("public, max-age=10");

/// The covers of several books, looked up together for a page that shows them in different places.
#[derive(Debug, Default)]
pub struct Covers(Vec<(Id, Picture)>);

impl Covers {
    /// Looks up the covers of `books`.
    ///
    /// # Errors
    ///
    /// Only SQLite's own.
    pub fn of(conn: &Connection, books: impl IntoIterator<Item = Id>) -> rusqlite::Result<Covers> {
        let found = books.into_iter().map(|id| Ok(media::front(conn, id)?.map(|picture| (id, picture))));
        let found: rusqlite::Result<Vec<_>> = found.collect();
        Ok(Covers(found?.into_iter().flatten().collect()))
    }

    /// What stands for a book: its picture, or the drawn cover.
    pub fn view(&self, book: &BookRow) -> CoverView {
        let picture = self.0.iter().find(|(id, _)| *id == book.id).map(|(_, picture)| picture);
        super::frame::cover_of(book, picture)
    }
}

/// A picture as pages show it.
pub fn view(picture: &Picture) -> CoverView {
    let photo =
        Photo { stem: format!("/media/{}", picture.hash.short()), widths: media::widths(picture.width).collect() };
    CoverView { src: address(picture), photo: Some(photo), width: picture.width, height: picture.height }
}

/// The address of the picture in full: `/media/ab….jpg`.
pub fn address(picture: &Picture) -> String {
    format!("/media/{}.{}", picture.hash, picture.kind.extension())
}

/// A file, its media type, and how long it may be kept.
type Found = (Vec<u8>, &'static str, HeaderValue);

/// What an address asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Asked {
    Full(Hash, Kind),
    /// The short name of the picture.
    Size(String, u32, Encoding),
}

impl Asked {
    /// Reads `ab….jpg` or `ab…-240.webp`; nothing else is an address, so no name leads anywhere but to pictures.
    fn parse(name: &str) -> Option<Asked> {
        let (stem, extension) = name.split_once('.')?;
        let Some((short, width)) = stem.split_once('-') else {
            return Some(Asked::Full(stem.parse().ok()?, Kind::from_extension(extension)?));
        };
        let is_short = short.len() == 20 && short.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let plain = width.len() <= 4 && width.bytes().all(|byte| byte.is_ascii_digit()) && !width.starts_with('0');
        let width = width.parse().ok().filter(|_| plain && is_short)?;
        Some(Asked::Size(short.to_owned(), width, Encoding::from_extension(extension)?))
    }

    /// The file; the picture itself for a size that is still to be made.
    fn read(&self, app: &AppState) -> Result<Option<Found>, DbError> {
        let data = &app.config.data;
        match self {
            Asked::Full(hash, kind) => {
                let bytes = std::fs::read(media::original_path(data, *hash, *kind)).ok();
                Ok(bytes.map(|bytes| (bytes, kind.mime(), FOREVER)))
            }
            Asked::Size(short, width, encoding) => {
                if let Ok(bytes) = std::fs::read(media::sized_path(data, short, *width, *encoding)) {
                    return Ok(Some((bytes, encoding.mime(), FOREVER)));
                }
                let picture = app.db.read(|conn| Ok::<_, DbError>(media::find_short(conn, short)?))?;
                let is_offered = |picture: &Picture| media::widths(picture.width).any(|offered| offered == *width);
                let Some(picture) = picture.filter(is_offered) else { return Ok(None) };
                let bytes = std::fs::read(media::original(data, &picture)).ok();
                Ok(bytes.map(|bytes| (bytes, picture.kind.mime(), BRIEFLY)))
            }
        }
    }
}

async fn serve(
    State(app): State<AppState>, Path(name): Path<String>, headers: HeaderMap,
) -> Result<Response<Body>, PageError> {
    let asked = Asked::parse(&name).ok_or_else(PageError::not_found)?;
    // Disks can be slow; other requests must not wait for them.
    let found = tokio::task::spawn_blocking(move || asked.read(&app)).await.map_err(|_| DbError::Panicked)??;
    let (bytes, mime, keep) = found.ok_or_else(PageError::not_found)?;
    // A stand-in is another file than the one that will come.
    let tag = if keep == FOREVER { format!("\"{name}\"") } else { format!("\"{name}-{}\"", bytes.len()) };
    let is_known = headers
        .get(IF_NONE_MATCH)
        .and_then(|known| known.to_str().ok())
        .is_some_and(|known| known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag));
    let mut response = Response::new(if is_known { Body::empty() } else { Body::from(bytes) });
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let out = response.headers_mut();
    out.insert(CONTENT_TYPE, HeaderValue::from_static(mime));
    out.insert(CACHE_CONTROL, keep);
    if let Ok(tag) = HeaderValue::try_from(tag) {
        out.insert(ETAG, tag);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_pictures_are_addresses() {
        let (hash, short) = (Hash::of(b"x"), Hash::of(b"x").short());
        assert_eq!(Asked::parse(&format!("{hash}.jpg")), Some(Asked::Full(hash, Kind::Jpeg)));
        assert_eq!(Asked::parse(&format!("{short}-240.webp")), Some(Asked::Size(short.clone(), 240, Encoding::Webp)));
        for wrong in [
            format!("{hash}"),
            format!("{hash}.webp"),
            format!("{hash}-240.webp"),
            format!("{}-240.webp", short.to_uppercase()),
            format!("{short}-240.png"),
            format!("{short}-0240.webp"),
            format!("{short}-99999.webp"),
            format!("{short}-240.webp/../../../bookstall.db"),
            format!("{short}-+24.webp"),
            format!("../{hash}.jpg"),
            "../../bookstall.db".to_owned(),
            "..".to_owned(),
        ] {
            assert_eq!(Asked::parse(&wrong), None, "{wrong}");
        }
    }
}
