//! `/`: who we are and what is good this week.

mod page;
mod shelves;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use axum::http::request::Parts;
use axum::routing::get;
use jiff::Timestamp;
use rusqlite::Connection;

use super::frame::{self, Frame};
use super::showing::Showing;
use super::words;
use crate::catalog::{self, picks};
use crate::db::DbError;
use crate::delivery;
use crate::settings::Shop;
use crate::web::kept::Rendered;
use crate::web::session::Visitor;
use crate::web::ui::SlipView;
use crate::web::{AppState, PageError};

/// Slips that take turns, one a day: with more, the first ones would never come round.
const SLIPS: u32 = 14;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/", get(home))
}

async fn home(State(app): State<AppState>, visitor: Visitor, parts: Parts) -> Result<Response<Body>, PageError> {
    frame::shared(&app, &parts, &visitor, &[], |conn, shop, now| show(&app, conn, shop, now))
}

fn show(app: &AppState, conn: &Connection, shop: &Shop, now: Timestamp) -> Result<Rendered, PageError> {
    let frame = Frame::new(app, shop, now);
    let mut showing = Showing::new(conn, shop, now, frame.valid_until);
    let slip = slip_of_the_day(&mut showing)?;
    let shelves = shelves::gather(&mut showing, &app.index)?;
    let methods = delivery::list(conn, shop.currency()).map_err(DbError::from)?;
    let view = page::View {
        shop,
        origin: &app.origin,
        strip: frame::strip(conn, None).map_err(DbError::from)?,
        books: catalog::count_listed(conn).map_err(DbError::from)?,
        slip,
        shelves,
        delivery: methods.iter().map(|(method, _)| words::delivery_method(method)).collect(),
    };
    let markup = page::render(&view, &frame.view());
    Ok(showing.page_of_catalogue(markup))
}

/// One of the newest slips, another each day.
fn slip_of_the_day(showing: &mut Showing<'_>) -> Result<Option<SlipView>, DbError> {
    let picks = picks::list(showing.conn, SLIPS)?;
    let day = showing.shop.today(showing.now).day_of_year();
    let turn = usize::try_from(day).unwrap_or(0).checked_rem(picks.len());
    let Some(pick) = turn.and_then(|turn| picks.into_iter().nth(turn)) else { return Ok(None) };
    let Some(book) = showing.see_work(pick.work_id)? else { return Ok(None) };
    let path = book.row.path();
    Ok(Some(SlipView { quote: pick.text, by: pick.by, book: Some((book.row.title, path)) }))
}
