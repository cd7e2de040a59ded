//! What payment providers tell the shop by themselves.
//!
//! The caller's word is believed only as far as its signature goes: the state of the charge is asked for anew. The
//! event and what it settles are one transaction, so a repeat, or a call that came while another settled, does nothing.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::post;

use crate::orders::{self, OrderError};
use crate::payments::{self, Call, Gateway, GatewayError, Payment, Verified, WebhookEvent};
use crate::web::{AppState, PageError};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/webhooks/{provider}", post(receive))
}

async fn receive(
    State(app): State<AppState>, Path(provider): Path<String>, headers: HeaderMap, body: Bytes,
) -> Result<Response<Body>, PageError> {
    let gateway =
        app.gateway.as_ref().filter(|gateway| gateway.provider() == provider).ok_or_else(PageError::not_found)?;
    let signature = headers.get("test-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Ok(event) = gateway.verify_webhook(signature, &body, app.clock.now()) else {
        tracing::warn!(provider, "a webhook without the provider's signature was refused");
        return Ok(StatusCode::BAD_REQUEST.into_response());
    };
    let payment = app
        .db
        .read(|conn| Ok::<_, PageError>(payments::find_by_reference(conn, gateway.provider(), &event.reference)?))?;
    // An event may overtake the answer that names the charge: 404 has the provider send it again.
    let payment = payment.ok_or_else(PageError::not_found)?;
    let status = match payments::check(&app.db, gateway, &payment, &app.clock).await? {
        Ok(verified) => {
            settle(&app, event, payment, verified).await?;
            StatusCode::OK
        }
        Err(GatewayError::Unknown) => StatusCode::NOT_FOUND,
        Err(GatewayError::TimedOut | GatewayError::Unreachable(_) | GatewayError::Forged) => {
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    Ok(status.into_response())
}

async fn settle(app: &AppState, event: WebhookEvent, payment: Payment, verified: Verified) -> Result<(), PageError> {
    let (house, now) = (app.house()?, app.clock.now());
    let settled = app.db.write(move |tx| {
        let call = Call {
            payment: Some(payment.id),
            provider: &payment.provider,
            kind: "webhook",
            event: Some(&event.id),
            reference: Some(&event.reference),
            amount: Some(verified.amount),
            outcome: verified.state.word(),
        };
        if payments::record_call(tx, &call, now)? {
            drop(orders::settle(tx, &house, &verified, now)?);
        }
        Ok::<_, OrderError>(())
    });
    Ok(settled.await?)
}

#[cfg(test)]
mod tests;
