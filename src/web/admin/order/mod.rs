//! `/admin/orders/{id}`: one order, everything that happened to it, and the next step.

pub(super) mod acts;
mod history;
mod view;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use axum::routing::{get, post};
use axum::{Form, Router};
use rusqlite::Connection;
use serde::Deserialize;
use serde_json::json;

use super::frame::{self, Done, Page, Section};
use crate::accounts::staff::Permission;
use crate::audit;
use crate::catalog::{self, BookRow};
use crate::db::DbError;
use crate::error::Kind;
use crate::kernel::ids::Id;
use crate::kernel::text::tidy;
use crate::mail::outbox::{self, Listed};
use crate::orders::{self, Order, OrderError, Stage};
use crate::payments;
use crate::settings::Shop;
use crate::stock;
use crate::web::session::StaffUser;
use crate::web::shop::pictures::Covers;
use crate::web::{AppState, PageError, error};
use acts::Act;

/// Characters of a note or a reason.
pub(super) const NOTE_CHARS: usize = 200;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/admin/orders/{id}", get(show))
        .route("/admin/orders/{id}/refunded", post(refunded))
        .route("/admin/orders/{id}/{act}", post(act))
}

/// Everything the page shows.
struct Record {
    order: Order,
    /// Per line: the book as it is today, and its copies that nobody holds.
    shelf: Vec<(Option<BookRow>, u32)>,
    covers: Covers,
    mails: Vec<Listed>,
    shop: std::sync::Arc<Shop>,
}

impl Record {
    /// Whether copies from the supplier are not booked in yet, so that it cannot be packed.
    fn waits_for_supplier(&self) -> bool {
        let open = matches!(self.order.stage(), Stage::ToPack | Stage::ToSetAside);
        open && self.order.lines.iter().zip(&self.shelf).any(|(line, (_, available))| *available < line.to_order)
    }
}

/// What may come with an act.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ActForm {
    pub(super) note: String,
}

async fn show(
    State(app): State<AppState>, staff: StaffUser, Path(id): Path<String>, parts: Parts,
) -> Result<Response<Body>, PageError> {
    page(&app, &staff, &parts, frame::id(&id)?, StatusCode::OK, None)
}

/// The order's page; `refusal` says why nothing was done.
fn page(
    app: &AppState, staff: &StaffUser, parts: &Parts, id: Id, status: StatusCode, refusal: Option<&str>,
) -> Result<Response<Body>, PageError> {
    let record = app.db.read(|conn| load(app, conn, id))?;
    let main = view::render(&record, app.clock.now());
    let page = Page { status, refusal, ..Page::new(Section::Orders, &record.order.number, main) };
    frame::answer(app, parts, Some(staff), &page)
}

fn load(app: &AppState, conn: &Connection, id: Id) -> Result<Record, PageError> {
    let shop = app.shop(conn)?;
    let order = orders::find(conn, id).map_err(DbError::from)?.ok_or_else(PageError::not_found)?;
    let shelf = order.lines.iter().map(|line| {
        let book = catalog::row(conn, line.edition_id, shop.currency(), app.clock.now())?;
        Ok((book, stock::available(conn, line.edition_id, app.clock.now())?))
    });
    let shelf = shelf.collect::<rusqlite::Result<Vec<_>>>().map_err(DbError::from)?;
    let mails = outbox::list_for(conn, id).map_err(DbError::from)?;
    let covers = Covers::of(conn, order.lines.iter().map(|line| line.edition_id)).map_err(DbError::from)?;
    Ok(Record { order, shelf, covers, mails, shop })
}

async fn act(
    State(app): State<AppState>, staff: StaffUser, Path((id, word)): Path<(String, String)>, parts: Parts,
    Form(form): Form<ActForm>,
) -> Result<Response<Body>, PageError> {
    let act = Act::from_word(&word).ok_or_else(PageError::not_found)?;
    let note = tidy(&form.note);
    if note.chars().count() > NOTE_CHARS {
        let words = format!(
            "Shorten the note to {NOTE_CHARS} characters; it has {}. Nothing was changed.",
            note.chars().count()
        );
        return page(&app, &staff, &parts, frame::id(&id)?, StatusCode::UNPROCESSABLE_ENTITY, Some(&words));
    }
    perform(&app, &staff, &parts, frame::id(&id)?, act, note).await
}

/// Does an act and shows the order: as it is now, or with a sentence why not.
pub(super) async fn perform(
    app: &AppState, staff: &StaffUser, parts: &Parts, id: Id, act: Act, note: String,
) -> Result<Response<Body>, PageError> {
    staff.role.require(Permission::MoveOrders)?;
    let (house, actor, now) = (app.house()?, frame::actor(staff), app.clock.now());
    let result = app
        .db
        .write(move |tx| {
            let order = orders::find(tx, id)?.ok_or(OrderError::Missing)?;
            if act.is_done(&order) {
                return Ok(Done::Already);
            }
            let done = act.perform(tx, &house, id, &actor, &note, now)?;
            audit::record(
                tx,
                &actor,
                act.audit(),
                &order.number,
                &json!({ "money_back": done == Done::MoneyBack }),
                now,
            )?;
            Ok::<_, OrderError>(done)
        })
        .await;
    match result {
        Ok(done) => frame::done(&format!("/admin/orders/{id}"), done),
        Err(error) => refused(app, staff, parts, id, error),
    }
}

/// A refusal of the room is a sentence on the order's page; anything else is an error page.
fn refused(
    app: &AppState, staff: &StaffUser, parts: &Parts, id: Id, failed: OrderError,
) -> Result<Response<Body>, PageError> {
    use crate::error::Fault;
    let kind = failed.kind();
    if !matches!(kind, Kind::Conflict | Kind::Invalid) {
        return Err(failed.into());
    }
    let order = app.db.read(|conn| orders::find(conn, id).map_err(DbError::from))?.ok_or_else(PageError::not_found)?;
    page(app, staff, parts, id, error::status(kind), Some(&acts::sentence(&failed, &order)))
}

/// Which payment's money was sent back by hand.
#[derive(Deserialize, Default)]
#[serde(default)]
struct RefundForm {
    payment: String,
}

/// Staff sent money back that came by transfer or over the counter; cards are refunded by their gateway.
async fn refunded(
    State(app): State<AppState>, staff: StaffUser, Path(id): Path<String>, Form(form): Form<RefundForm>,
) -> Result<Response<Body>, PageError> {
    staff.role.require(Permission::MoveOrders)?;
    let (id, payment, actor, now) = (frame::id(&id)?, frame::id(&form.payment)?, frame::actor(&staff), app.clock.now());
    let done = app
        .db
        .write(move |tx| {
            let order = orders::find(tx, id)?.ok_or(OrderError::Missing)?;
            let due = order.payments.iter().find(|found| found.id == payment && found.refund_due);
            let Some(due) = due else { return Ok(Done::Already) };
            if due.method == payments::Method::Card {
                return Err(OrderError::NotOffered);
            }
            orders::refunded(tx, payment, "sent back by hand", &actor, now)?;
            audit::record(
                tx,
                &actor,
                "order.refunded",
                &order.number,
                &json!({ "amount": due.amount.display() }),
                now,
            )?;
            Ok::<_, OrderError>(Done::Refunded)
        })
        .await?;
    frame::done(&format!("/admin/orders/{id}"), done)
}

/// Orders for the tests of this folder.
#[cfg(test)]
pub(super) mod sample {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use jiff::Timestamp;

    use crate::delivery::Kind;
    use crate::kernel::ids::Id;
    use crate::kernel::money::{Currency, Money};
    use crate::orders::{Address, Event, Order, OrderLine, Status};
    use crate::payments::{self, Method, Payment};

    pub(in crate::web::admin) fn now() -> Timestamp {
        "2026-11-22T13:40:00Z".parse().unwrap()
    }

    fn pounds(minor: i64) -> Money {
        Money::new(minor, Currency::GBP)
    }

    fn line() -> OrderLine {
        OrderLine {
            id: Id::from_bytes([5; 16]),
            edition_id: Id::from_bytes([6; 16]),
            isbn: Some("9780141439600".into()),
            title: "Middlemarch".into(),
            byline: "George Eliot".into(),
            format: "Paperback".into(),
            quantity: 2,
            to_order: 1,
            unit: pounds(999),
            total: pounds(1998),
            tax: pounds(0),
            tax_rate: "0".into(),
        }
    }

    pub(in crate::web::admin) fn order(status: Status, kind: Kind, method: Method, money: payments::Status) -> Order {
        let id = Id::from_bytes([1; 16]);
        let payment = Payment {
            id: Id::from_bytes([2; 16]),
            order_id: id,
            method,
            provider: "transfer".into(),
            reference: None,
            amount: pounds(2293),
            status: money,
            reason: None,
            refund_due: false,
            created_at: now(),
        };
        let street = Address {
            street: "1 Mill Lane\nFlat 2".into(),
            town: "Marlow".into(),
            region: String::new(),
            postcode: "SL7 1AA".into(),
        };
        Order {
            id,
            number: "ORD-2026-00412".into(),
            customer_id: None,
            cart_id: None,
            status,
            payment_status: money,
            payment_method: method,
            email: "ada@example.com".parse().unwrap(),
            name: "Ada Byron".into(),
            phone: None,
            delivery_kind: kind,
            delivery_name: "Post".into(),
            delivery_method_id: 1,
            address: (kind == Kind::Post).then_some(street),
            country: "GB".parse().unwrap(),
            subtotal: pounds(1998),
            delivery: pounds(295),
            discount: pounds(0),
            tax: pounds(0),
            total: pounds(2293),
            tax_included: true,
            hold_expires_at: None,
            promised: None,
            placed_at: now(),
            lines: vec![line()],
            events: vec![Event {
                kind: "placed".into(),
                status,
                actor: "reader".into(),
                note: String::new(),
                at: now(),
            }],
            payments: vec![payment],
        }
    }
}
