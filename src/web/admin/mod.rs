//! The back office, behind the staff's sign-in: one file per page.

use axum::Router;

use super::AppState;

/// Every address under `/admin`.
pub fn routes() -> Router<AppState> {
    Router::new()
}
