//! `/healthz`: whether the shop can answer, for load balancers and containers.

use axum::Router;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;

use super::{AppState, PageError};
use crate::changes;
use crate::db::DbError;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/healthz", get(show))
}

/// 200 and `ok` when a reader answers; 503 otherwise.
async fn show(State(app): State<AppState>) -> Result<impl IntoResponse, PageError> {
    app.db.read(|conn| changes::latest(conn).map_err(DbError::from))?;
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-store")], "ok\n"))
}
