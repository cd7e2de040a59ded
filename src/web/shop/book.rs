use axum::Router;

use crate::web::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
}
