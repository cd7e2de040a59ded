//! Drawn pictures: covers of books without an image, and the shop's tile. Their addresses change with what they show.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;

use crate::catalog::{self, BookRow};
use crate::db::DbError;
use crate::kernel::ids::{Id, fingerprint};
use crate::media::cover::{self, Cover, Palette};
use crate::settings::Shop;
use crate::web::{AppState, PageError};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/media/covers/{name}", get(drawn_cover)).route("/media/icon/{name}", get(icon))
}

const FOREVER: &str = "public, max-age=31536000, immutable";

/// `/media/covers/{edition}-{hash}.svg`.
pub(super) fn cover_path(book: &BookRow, palette: Palette) -> String {
    let hash = fingerprint(format!("1|{}|{}|{}", book.title, book.byline, palette.key()).as_bytes());
    format!("/media/covers/{}-{}.svg", book.id, hex(&hash))
}

/// `/media/icon/{hash}.svg`.
pub(super) fn icon_path(shop: &Shop) -> String {
    format!("/media/icon/{}.svg", hex(&fingerprint(format!("1|{}|{}", shop.name, shop.cloth).as_bytes())))
}

fn hex(hash: &[u8]) -> String {
    hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

async fn drawn_cover(State(app): State<AppState>, Path(name): Path<String>) -> Result<impl IntoResponse, PageError> {
    let id: Id = name.get(..36).and_then(|id| id.parse().ok()).ok_or_else(PageError::not_found)?;
    let now = app.clock.now();
    let (book, work) = app.db.read(|conn| {
        let shop = app.shop(conn)?;
        let book =
            catalog::row(conn, id, shop.currency(), now).map_err(DbError::from)?.ok_or_else(PageError::not_found)?;
        let work = catalog::find_work(conn, book.work_id).map_err(DbError::from)?;
        Ok::<_, PageError>((book, work.unwrap_or_default()))
    })?;
    let series =
        work.series.map(|(name, number)| number.map_or_else(|| name.clone(), |number| format!("{name} {number}")));
    let svg = cover::svg(&Cover {
        seed: book.work_id.as_u128(),
        title: &book.title,
        author: &book.byline,
        series: series.as_deref(),
        palette: book.palette.parse().unwrap_or(Palette::Other),
    });
    Ok(([(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, FOREVER)], svg))
}

async fn icon(State(app): State<AppState>) -> Result<impl IntoResponse, PageError> {
    let shop = app.db.read(|conn| app.shop(conn).map_err(PageError::from))?;
    let svg = crate::media::icon::svg(&shop.name, cloth(&shop.cloth));
    Ok(([(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, FOREVER)], svg))
}

/// The light ground of each of the eight cloths.
fn cloth(name: &str) -> &'static str {
    match name {
        "bottle" => "#1E5A3A",
        "oxblood" => "#7B1E2B",
        "ink" => "#1F4480",
        "plum" => "#62295F",
        "walnut" => "#63411F",
        "slate" => "#3B4A57",
        "rust" => "#8A3A12",
        _ => "#0B5560",
    }
}
