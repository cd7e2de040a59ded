//! Styles, scripts and icons: embedded, addressed by their content, kept by browsers for a year.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Method, Response};
use axum::routing::get;

use super::copies::Copies;
use super::{AppState, PageError};

#[derive(rust_embed::RustEmbed)]
#[folder = "assets/"]
#[include = "*.css"]
#[include = "*.js"]
#[include = "*.svg"]
#[include = "*.png"]
#[include = "*.webmanifest"]
#[exclude = "demo/*"]
#[exclude = "readme/*"]
struct Files;

struct Asset {
    href: String,
    copies: Copies,
}

static ASSETS: LazyLock<BTreeMap<String, Asset>> = LazyLock::new(|| {
    Files::iter().filter_map(|name| Some((name.to_string(), Asset::new(&name, Files::get(&name)?)))).collect()
});

impl Asset {
    fn new(name: &str, file: rust_embed::EmbeddedFile) -> Asset {
        let hash: String = file.metadata.sha256_hash().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
        Asset {
            href: format!("/assets/{hash}/{name}"),
            copies: Copies::new(Bytes::from(file.data.into_owned()), &headers),
        }
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

/// The address of an embedded file; `None` when there is none of that name.
pub fn find(name: &str) -> Option<&'static str> {
    ASSETS.get(name).map(|asset| asset.href.as_str())
}

/// The address of an embedded file: `/assets/3fa9c1d2e4b5/shop.css`.
///
/// A name that does not exist is a mistake of ours: the address then answers 404, and the log says so.
pub fn href(name: &str) -> &'static str {
    find(name).unwrap_or_else(|| {
        tracing::error!(name, "there is no such asset");
        "/assets/none"
    })
}

/// Packs every file as tightly as can be; for the compressor's thread, at start.
pub(super) fn pack() {
    for (name, asset) in ASSETS.iter().filter(|(name, _)| !name.ends_with(".png")) {
        if let Err(error) = asset.copies.pack(9, 11) {
            tracing::warn!(name, %error, "an asset stays uncompressed");
        }
    }
}

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/assets/{hash}/{*name}", get(serve))
}

async fn serve(
    Path((hash, name)): Path<(String, String)>, method: Method, headers: HeaderMap,
) -> Result<Response<Body>, PageError> {
    let asset = ASSETS.get(&name).ok_or_else(PageError::not_found)?;
    let mut response = asset.copies.answer(&method, &headers);
    if !asset.href.starts_with(&format!("/assets/{hash}/")) {
        // A page from before an upgrade: it gets today's file, but nobody may keep it under yesterday's address.
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn every_asset_has_an_address_of_its_content() {
        assert!(find("icon.svg").unwrap().starts_with("/assets/"));
        assert_eq!(find("nothing.css"), None);
        for (name, asset) in ASSETS.iter() {
            assert!(!name.starts_with("demo/") && content_type(name) != "application/octet-stream", "{name}");
            assert!(asset.href.ends_with(name));
        }
    }
}
