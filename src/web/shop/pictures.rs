//! Covers and further pictures, under addresses of their content: what a browser has once it never asks for again.

use std::path::PathBuf;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use axum::routing::get;
use rusqlite::Connection;

use crate::catalog::BookRow;
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
    let photo = Photo { stem: format!("/media/{}", picture.hash), widths: media::widths(picture.width).collect() };
    CoverView { src: address(picture), photo: Some(photo), width: picture.width, height: picture.height }
}

/// The address of the picture in full: `/media/ab….jpg`.
pub fn address(picture: &Picture) -> String {
    format!("/media/{}.{}", picture.hash, picture.kind.extension())
}

/// What an address asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Full(Hash, Kind),
    Size(Hash, u32, Encoding),
}

impl Asked {
    /// Reads `ab….jpg` or `ab…-240.webp`; nothing else is an address, so no name leads anywhere but to pictures.
    fn parse(name: &str) -> Option<Asked> {
        let (stem, extension) = name.split_once('.')?;
        let Some((hash, width)) = stem.split_once('-') else {
            return Some(Asked::Full(stem.parse().ok()?, Kind::from_extension(extension)?));
        };
        let plain = width.len() <= 4 && width.bytes().all(|byte| byte.is_ascii_digit()) && !width.starts_with('0');
        let width = width.parse().ok().filter(|_| plain)?;
        Some(Asked::Size(hash.parse().ok()?, width, Encoding::from_extension(extension)?))
    }

    /// Where it may lie, the best first: file, media type, how long it may be kept.
    fn candidates(self, data: &std::path::Path) -> Vec<(PathBuf, &'static str, HeaderValue)> {
        let full = |hash, kind: Kind, keep| (media::original_path(data, hash, kind), kind.mime(), keep);
        match self {
            Asked::Full(hash, kind) => vec![full(hash, kind, FOREVER)],
            Asked::Size(hash, width, encoding) => vec![
                (media::sized_path(data, hash, width, encoding), encoding.mime(), FOREVER),
                full(hash, Kind::Jpeg, BRIEFLY),
                full(hash, Kind::Png, BRIEFLY),
            ],
        }
    }
}

async fn serve(
    State(app): State<AppState>, Path(name): Path<String>, headers: HeaderMap,
) -> Result<Response<Body>, PageError> {
    let asked = Asked::parse(&name).ok_or_else(PageError::not_found)?;
    let candidates = asked.candidates(&app.config.data);
    // Disks can be slow; other requests must not wait for them.
    let found = tokio::task::spawn_blocking(move || {
        candidates.into_iter().find_map(|(path, mime, keep)| Some((std::fs::read(path).ok()?, mime, keep)))
    });
    let Ok(Some((bytes, mime, keep))) = found.await else { return Err(PageError::not_found()) };
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
        let hash = Hash::of(b"x");
        assert_eq!(Asked::parse(&format!("{hash}.jpg")), Some(Asked::Full(hash, Kind::Jpeg)));
        assert_eq!(Asked::parse(&format!("{hash}-240.webp")), Some(Asked::Size(hash, 240, Encoding::Webp)));
        for wrong in [
            format!("{hash}"),
            format!("{hash}.webp"),
            format!("{hash}-240.png"),
            format!("{hash}-0240.webp"),
            format!("{hash}-99999.webp"),
            format!("{hash}-240.webp/../../../bookstall.db"),
            format!("{hash}-+24.webp"),
            format!("../{hash}.jpg"),
            "../../bookstall.db".to_owned(),
            "..".to_owned(),
        ] {
            assert_eq!(Asked::parse(&wrong), None, "{wrong}");
        }
    }
}
