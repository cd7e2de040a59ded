//! Paying for an order that is placed: another attempt, giving up, and the test bank's own pages.

use axum::Router;
use axum::body::Body;
use axum::extract::{Form, Path, State};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;

use super::frame::{self, Frame, Notice};
use super::{onward, order};
use crate::db::DbError;
use crate::kernel::ids::Id;
use crate::kernel::money::Money;
use crate::orders::{self, OrderError, Settled};
use crate::payments::test_gateway::TOKENS;
use crate::payments::{self, ChargeRequest, Method};
use crate::web::session::Visitor;
use crate::web::ui::{self, ButtonKind, Choice, Control, Field, Need, Shell};
use crate::web::{AppState, PageError};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/orders/{order}/pay", post(pay))
        .route("/orders/{order}/give-up", post(give_up))
        .route("/test-gateway/{reference}", get(test_bank).post(test_bank_decides))
}

/// What a way to pay means for its reader.
pub(super) fn about(method: Method) -> &'static str {
    match method {
        Method::Card => "Card details go to the payment provider, not to us. You may be asked to confirm at your bank.",
        Method::Transfer => {
            "You have 7 days. The bank details and the reference come next. We send when the money is here."
        }
        Method::OnCollection => "By card or cash when you collect.",
    }
}

/// Which of the test gateway's cards is used.
pub(super) fn card_field(chosen: &str, error: Option<&str>) -> Markup {
    let choices: Vec<Choice<'_>> = TOKENS.iter().map(|(value, words)| Choice { value, words }).collect();
    ui::field(&Field {
        value: chosen,
        control: Control::Select(&choices),
        need: Need::Unsaid,
        error,
        hint: Some("Test cards take no money: choose what the bank shall say"),
        ..Field::new("card", "Test card")
    })
}

/// Charges a payment by card that was not charged yet; says where the browser goes next.
///
/// `None` when there is nothing to charge: paid another way, or under way or decided already. Whatever goes wrong
/// after the order was placed leads to its page, which tells how it stands: never to one that says nothing happened.
pub(super) async fn begin(app: &AppState, payment: Id, card: &str, order: &str) -> Result<Option<String>, PageError> {
    let payment =
        app.db.read(|conn| Ok::<_, PageError>(payments::find(conn, payment)?))?.ok_or_else(PageError::not_found)?;
    let untouched =
        payment.method == Method::Card && payment.status == payments::Status::Pending && payment.reference.is_none();
    let Some(gateway) = app.gateway.as_ref().filter(|_| untouched) else { return Ok(None) };
    let request = ChargeRequest {
        payment: payment.id,
        amount: payment.amount,
        token: card.to_owned(),
        return_url: format!("{order}?back=1"),
    };
    let settled = match orders::pay::attempt(&app.db, gateway, &app.house()?, &app.clock, request).await {
        Ok(settled) => settled,
        Err(error) => {
            tracing::error!(%error, payment = %payment.id, "a charge could not be written down");
            Settled::Waiting
        }
    };
    Ok(Some(after(settled, order)))
}

/// Where a settled attempt leads.
pub(super) fn after(settled: Settled, order: &str) -> String {
    match settled {
        Settled::Paid => format!("{order}?thanks=1"),
        Settled::ActionNeeded { url } => url,
        Settled::Declined { .. } | Settled::Waiting | Settled::SentBack => order.to_owned(),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PayForm {
    /// `card`, `transfer` or `on_collection`.
    payment: String,
    card: String,
}

async fn pay(
    State(app): State<AppState>, visitor: Visitor, Path(reference): Path<String>, Form(form): Form<PayForm>,
) -> Result<Response<Body>, PageError> {
    let order = app.db.read(|conn| order::open(conn, &visitor, &reference))?;
    let path = format!("/orders/{reference}");
    let method = Method::from_word(&form.payment).filter(|method| *method != Method::Card || app.gateway.is_some());
    let Some(method) = method else { return Ok(onward::to(&path)) };
    let (house, now) = (app.house()?, app.clock.now());
    let begun = app.db.write(move |tx| orders::retry(tx, &house, order.id, method, now)).await;
    match begun {
        Ok(payment) => {
            let next = begin(&app, payment, &form.card, &path).await?;
            Ok(onward::to(&next.unwrap_or_else(|| format!("{path}?thanks=1"))))
        }
        Err(error) => refused(error, &path),
    }
}

async fn give_up(
    State(app): State<AppState>, visitor: Visitor, Path(reference): Path<String>,
) -> Result<Response<Body>, PageError> {
    let order = app.db.read(|conn| order::open(conn, &visitor, &reference))?;
    let (house, now) = (app.house()?, app.clock.now());
    let ended = app
        .db
        .write(move |tx| orders::give_up(tx, &house, order.id, "You gave the order up before it was paid.", now))
        .await;
    match ended {
        Ok(()) => Ok(onward::with_notice("/cart", Notice::GivenUp)),
        Err(error) => refused(error, &format!("/orders/{reference}")),
    }
}

/// An order that moved on meanwhile says so on its own page.
fn refused(error: OrderError, path: &str) -> Result<Response<Body>, PageError> {
    match error {
        OrderError::TooLate | OrderError::InFlight | OrderError::NotOffered | OrderError::Illegal(_) => {
            Ok(onward::to(path))
        }
        OrderError::Missing | OrderError::Short { .. } | OrderError::Stock(_) | OrderError::Db(_) => Err(error.into()),
    }
}

async fn test_bank(
    State(app): State<AppState>, visitor: Visitor, Path(reference): Path<String>, parts: Parts,
) -> Result<Response<Body>, PageError> {
    let gateway = app.gateway.as_ref().ok_or_else(PageError::not_found)?;
    bank_page(&app, &parts, &visitor, &reference, gateway.awaiting(&reference)?)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BankForm {
    /// `approve` or `decline`.
    choice: String,
}

async fn test_bank_decides(
    State(app): State<AppState>, visitor: Visitor, Path(reference): Path<String>, parts: Parts,
    Form(form): Form<BankForm>,
) -> Result<Response<Body>, PageError> {
    let gateway = app.gateway.as_ref().ok_or_else(PageError::not_found)?;
    let approve = match form.choice.as_str() {
        "approve" => true,
        "decline" => false,
        _ => return bank_page(&app, &parts, &visitor, &reference, gateway.awaiting(&reference)?),
    };
    let back: Result<Option<String>, DbError> = gateway.confirm(reference.clone(), approve).await;
    match back?.as_deref().and_then(onward::own_path) {
        Some(back) => Ok(onward::to(back)),
        None => bank_page(&app, &parts, &visitor, &reference, None),
    }
}

fn bank_page(
    app: &AppState, parts: &Parts, visitor: &Visitor, reference: &str, amount: Option<Money>,
) -> Result<Response<Body>, PageError> {
    let shop = app.db.read(|conn| app.shop(conn).map_err(PageError::from))?;
    let frame = Frame::new(app, &shop, app.clock.now());
    let about = frame.view();
    let shell = Shell { kind: ui::Kind::Checkout, noindex: true, ..Shell::new(&about, "Test bank") };
    let status = if amount.is_some() { StatusCode::OK } else { StatusCode::GONE };
    frame::private(app, parts, visitor, status, &ui::page(&shell, &render_bank(reference, amount)))
}

fn render_bank(reference: &str, amount: Option<Money>) -> Markup {
    html! {
        div.form-page {
            @if let Some(amount) = amount {
                h1 { "Test bank" }
                p { "This page stands for the reader’s bank. No bank is asked and no money moves." }
                p { "A payment of " strong { (amount.display()) } " waits for your word." }
                form.flow method="post" action={ "/test-gateway/" (reference) } {
                    div.cluster {
                        (ui::button_value(ButtonKind::Primary, "Approve the payment", "choice", "approve"))
                        (ui::button_value(ButtonKind::Second, "Decline", "choice", "decline"))
                    }
                }
            } @else {
                h1 { "This payment is decided already" }
                p { "Nothing waits here for a confirmation. Open your order by the link in its mail, or look into your basket." }
                p { (ui::button_link(ButtonKind::Second, "See your basket", "/cart")) }
            }
        }
    }
}
