//! The back office, behind the staff's sign-in: one file per page.
//!
//! Every handler but the sign-in takes a `StaffUser`, which closes it to everybody else, and asks the role before it
//! changes anything. A staff act is one write: the room's function and its line in the audit log together.

mod book;
mod books;
mod cancel;
mod find;
mod frame;
mod mail;
mod order;
mod orders;
mod people;
mod shelves;
mod sign_in;
mod today;
mod words;

use axum::Router;

use super::AppState;

/// Every address under `/admin`.
pub fn routes() -> Router<AppState> {
    Router::new()
        .merge(sign_in::routes())
        .merge(today::routes())
        .merge(find::routes())
        .merge(orders::routes())
        .merge(order::routes())
        .merge(cancel::routes())
        .merge(books::routes())
        .merge(book::routes())
        .merge(people::routes())
        .merge(shelves::routes())
        .merge(mail::routes())
}
