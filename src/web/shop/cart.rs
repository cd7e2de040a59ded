//! The basket: what is in it, what it comes to, and every way to change it.

mod page;

use axum::Router;
use axum::body::Body;
use axum::extract::{Form, Path, State};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use serde::Deserialize;

use super::frame::{self, Notice};
use super::onward;
use crate::cart::{self, CartError, MOST_COPIES};
use crate::catalog;
use crate::db::DbError;
use crate::kernel::ids::{Id, Token};
use crate::web::session::{Visitor, keep_cart};
use crate::web::{AppState, PageError};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/cart", get(show).post(add))
        .route("/cart/lines/{book}", post(change))
        .route("/cart/lines/{book}/remove", post(remove))
}

/// What a form asked for that cannot be done.
struct Refused {
    /// The line it is about, and what was typed there.
    line: Option<(Id, String)>,
    words: String,
}

async fn show(State(app): State<AppState>, visitor: Visitor, parts: Parts) -> Result<Response<Body>, PageError> {
    page::answer(&app, &parts, &visitor, StatusCode::OK, None)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AddForm {
    /// The edition's id or its ISBN.
    book: String,
    quantity: String,
}

async fn add(
    State(app): State<AppState>, mut visitor: Visitor, parts: Parts, Form(form): Form<AddForm>,
) -> Result<Response<Body>, PageError> {
    let book = find_book(&app, &form.book)?.ok_or_else(PageError::not_found)?;
    let refused = |words: String| Refused { line: None, words };
    let typed = if form.quantity.is_empty() { "1" } else { &form.quantity };
    let quantity = match quantity(typed) {
        Ok(quantity) => quantity,
        Err(words) => {
            return page::answer(
                &app,
                &parts,
                &visitor,
                StatusCode::UNPROCESSABLE_ENTITY,
                Some(&refused(words.to_owned())),
            );
        }
    };
    if visitor.customer.is_none() && visitor.cart.is_none() {
        visitor.cart = Some(Token::random());
    }
    let (owner, now, shop) = (frame::owner(&visitor), app.clock.now(), app.house()?.shop);
    let added = app.db.write(move |tx| cart::add(tx, &owner, book, quantity, &shop, now)).await;
    match added {
        Ok(_) => {
            let response =
                onward::with_notice(onward::book_page(&parts.headers).unwrap_or("/cart"), Notice::Added(book));
            let cookie =
                visitor.cart.filter(|_| visitor.customer.is_none()).map(|token| keep_cart(&token, app.is_https()));
            Ok((cookie, response).into_response())
        }
        Err(error @ (CartError::Quantity | CartError::Full)) => {
            page::answer(&app, &parts, &visitor, StatusCode::UNPROCESSABLE_ENTITY, Some(&refused(error.to_string())))
        }
        Err(error @ CartError::NotForSale(_)) => {
            page::answer(&app, &parts, &visitor, StatusCode::CONFLICT, Some(&refused(error.to_string())))
        }
        Err(error @ (CartError::Missing | CartError::Db(_))) => Err(error.into()),
    }
}

fn find_book(app: &AppState, text: &str) -> Result<Option<Id>, PageError> {
    if let Ok(id) = text.parse() {
        return Ok(Some(id));
    }
    let Ok(isbn) = text.parse() else { return Ok(None) };
    app.db.read(|conn| Ok(catalog::find_id_by_isbn(conn, &isbn)?))
}

/// A number of copies as typed.
fn quantity(typed: &str) -> Result<u32, &'static str> {
    let number = typed.trim();
    let plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    match number.parse().ok().filter(|_| plain) {
        Some(copies @ 1..=MOST_COPIES) => Ok(copies),
        Some(0) => Err("Enter a number from 1 to 99. To take the book out, press Remove"),
        _ => Err("Enter a number from 1 to 99"),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LineForm {
    quantity: String,
    /// `set`, `less` or `more`: which button was pressed.
    op: String,
}

impl LineForm {
    /// The copies that are wanted; none when the last one goes by the minus.
    fn wanted(&self) -> Result<u32, &'static str> {
        let typed = quantity(&self.quantity)?;
        match self.op.as_str() {
            "less" => Ok(typed - 1),
            "more" if typed == MOST_COPIES => Err("A basket takes at most 99 copies of a book"),
            "more" => Ok(typed + 1),
            _ => Ok(typed),
        }
    }
}

async fn change(
    State(app): State<AppState>, visitor: Visitor, Path(book): Path<String>, parts: Parts, Form(form): Form<LineForm>,
) -> Result<Response<Body>, PageError> {
    let book: Id = book.parse().map_err(|_| PageError::not_found())?;
    match form.wanted() {
        Ok(0) => take_out(&app, &visitor, book).await,
        Ok(quantity) => set(&app, &visitor, book, quantity).await,
        Err(words) => {
            let refused = Refused { line: Some((book, form.quantity)), words: words.to_owned() };
            page::answer(&app, &parts, &visitor, StatusCode::UNPROCESSABLE_ENTITY, Some(&refused))
        }
    }
}

async fn set(app: &AppState, visitor: &Visitor, book: Id, quantity: u32) -> Result<Response<Body>, PageError> {
    let (owner, now, shop) = (frame::owner(visitor), app.clock.now(), app.house()?.shop);
    let changed = app.db.write(move |tx| {
        let cart = cart::find_open(tx, &owner)?.ok_or(CartError::Missing)?;
        cart::set_quantity(tx, cart, book, quantity, &shop, now)
    });
    match changed.await {
        Ok(()) => Ok(onward::with_notice("/cart", Notice::Updated)),
        // Taken out in another window: the basket as it is now says so by itself.
        Err(CartError::Missing) => Ok(onward::to("/cart")),
        Err(error) => Err(error.into()),
    }
}

async fn remove(
    State(app): State<AppState>, visitor: Visitor, Path(book): Path<String>,
) -> Result<Response<Body>, PageError> {
    take_out(&app, &visitor, book.parse().map_err(|_| PageError::not_found())?).await
}

async fn take_out(app: &AppState, visitor: &Visitor, book: Id) -> Result<Response<Body>, PageError> {
    let (owner, now) = (frame::owner(visitor), app.clock.now());
    let removed = app.db.write(move |tx| {
        let Some(cart) = cart::find_open(tx, &owner)? else { return Ok(None) };
        Ok::<_, DbError>(cart::remove(tx, cart, book, now)?)
    });
    Ok(match removed.await? {
        Some(copies) => onward::with_notice("/cart", Notice::Removed(book, copies)),
        None => onward::to("/cart"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, op: &str, expected: Option<u32>) {
        let form = LineForm { quantity: typed.to_owned(), op: op.to_owned() };
        assert_eq!(form.wanted().ok(), expected, "{op} {typed}");
    }

    #[test]
    fn quantities_are_whole_numbers_from_1_to_99() {
        check("1", "set", Some(1));
        check(" 99 ", "", Some(99));
        for foolish in ["", "0", "-1", "100", "1e9", "1000000000", "2x", "1.5", "+3", "٣", "99999999999999999999"] {
            check(foolish, "set", None);
        }
    }

    #[test]
    fn the_buttons_count_from_what_was_typed() {
        check("3", "less", Some(2));
        check("3", "more", Some(4));
        check("1", "less", Some(0));
        check("99", "more", None);
        check("x", "more", None);
    }
}
