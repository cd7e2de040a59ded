//! What readers see: one file per page, each with its `routes`, handlers and `render`.

mod account;
pub(super) mod address;
pub(super) mod book;
mod cart;
mod checkout;
mod contributor;
mod covers;
pub mod frame;
mod home;
mod jsonld;
pub(super) mod language;
mod listing;
mod named;
mod once;
mod onward;
mod order;
mod pay;
pub mod pictures;
mod publisher;
mod series;
pub(super) mod shelves;
mod showing;
mod sign_in;
mod suggest;
mod sums;
mod texts;
mod webhooks;
mod words;

use axum::Router;

use super::AppState;

/// Every address of the shop.
pub fn routes() -> Router<AppState> {
    Router::new()
        .merge(home::routes())
        .merge(listing::routes())
        .merge(suggest::routes())
        .merge(book::routes())
        .merge(contributor::routes())
        .merge(series::routes())
        .merge(publisher::routes())
        .merge(shelves::routes())
        .merge(covers::routes())
        .merge(pictures::routes())
        .merge(texts::routes())
        .merge(cart::routes())
        .merge(checkout::routes())
        .merge(pay::routes())
        .merge(order::routes())
        .merge(sign_in::routes())
        .merge(account::routes())
        .merge(webhooks::routes())
}

#[cfg(test)]
mod tests;
