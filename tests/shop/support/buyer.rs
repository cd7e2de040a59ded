//! Buying, as far as most tests need it: into the basket, to the checkout, the form filled in.

use reqwest::StatusCode;

use super::form::Form;
use super::shop::Book;
use super::visitor::{Page, Visitor};

/// Puts a book into the basket.
pub(crate) async fn take(visitor: &Visitor, book: &Book, quantity: &str) -> Page {
    visitor.post("/cart", &[("book", &book.id.to_string()), ("quantity", quantity)]).await
}

/// The rendered checkout, filled in by a reader in Britain who pays with a test card that works.
pub(crate) async fn checkout(visitor: &Visitor) -> Form {
    filled(&visitor.get("/checkout").await.ok())
}

/// As `checkout`, for a page that was rendered already.
pub(crate) fn filled(page: &Page) -> Form {
    let typed = [
        ("email", "ada@reader.example"),
        ("name", "Ada Byron"),
        ("country", "GB"),
        ("street", "12 St James's Square"),
        ("town", "London"),
        ("postcode", "SW1Y 4JH"),
        ("payment", "card"),
        ("card", "test_ok"),
    ];
    typed.into_iter().fold(page.form("/checkout"), |form, (name, value)| form.set(name, value))
}

/// From an empty basket to the filled form.
pub(crate) async fn choose(visitor: &Visitor, book: &Book) -> Form {
    take(visitor, book, "1").await.leads_to();
    checkout(visitor).await
}

/// Buys a copy; the path of the order's page.
pub(crate) async fn buy(visitor: &Visitor, book: &Book) -> String {
    let placed = visitor.send(&choose(visitor, book).await).await;
    order_path(&placed)
}

/// Where a form that was sent leads to, which must be an order.
#[track_caller]
pub(crate) fn order_path(placed: &Page) -> String {
    assert_eq!(placed.status, StatusCode::SEE_OTHER, "{}", placed.body);
    let to = placed.leads_to();
    assert!(to.starts_with("/orders/"), "{to}");
    to.split('?').next().unwrap().to_owned()
}
