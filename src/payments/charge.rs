//! Asking a provider, with a row for every question and answer.

use jiff::Timestamp;

use super::{Call, ChargeRequest, Gateway, GatewayError, Payment, Verified, rows};
use crate::db::{Db, DbError};
use crate::kernel::time::Clock;

/// Asks for a payment's money and writes down what was said.
///
/// # Errors
///
/// `GatewayError`: the charge may or may not have happened; `check` tells later. A database error outranks it.
pub async fn charge(
    db: &Db, gateway: &dyn Gateway, request: ChargeRequest, clock: &Clock,
) -> Result<Result<Verified, GatewayError>, DbError> {
    let answer = gateway.start(&request).await;
    write_down(db, "start", gateway.provider(), request.payment, &answer, clock.now()).await?;
    Ok(answer)
}

/// Asks how a payment stands and writes down what was said.
///
/// # Errors
///
/// As `charge`.
pub async fn check(
    db: &Db, gateway: &dyn Gateway, payment: &Payment, clock: &Clock,
) -> Result<Result<Verified, GatewayError>, DbError> {
    let answer = gateway.fetch(payment.id, payment.reference.as_deref()).await;
    write_down(db, "fetch", gateway.provider(), payment.id, &answer, clock.now()).await?;
    Ok(answer)
}

/// Sends a payment's money back and writes down whether it went.
///
/// # Errors
///
/// As `charge`; the payment stays due for a refund then.
pub async fn refund(
    db: &Db, gateway: &dyn Gateway, payment: &Payment, clock: &Clock,
) -> Result<Result<(), GatewayError>, DbError> {
    let Some(reference) = payment.reference.clone() else { return Ok(Err(GatewayError::Unknown)) };
    let answer = gateway.refund(payment.id, &reference).await;
    let outcome = answer.as_ref().map_or_else(ToString::to_string, |()| "refunded".to_owned());
    let (id, provider, amount, now) = (payment.id, gateway.provider(), payment.amount, clock.now());
    db.write(move |tx| {
        let call = Call {
            payment: Some(id),
            provider,
            kind: "refund",
            event: None,
            reference: Some(&reference),
            amount: Some(amount),
            outcome: &outcome,
        };
        Ok::<_, DbError>(rows::record_call(tx, &call, now)?)
    })
    .await?;
    Ok(answer)
}

async fn write_down(
    db: &Db, kind: &'static str, provider: &'static str, payment: crate::kernel::ids::Id,
    answer: &Result<Verified, GatewayError>, now: Timestamp,
) -> Result<(), DbError> {
    let said = answer.as_ref().ok().cloned();
    let outcome = answer.as_ref().map_or_else(ToString::to_string, |verified| verified.state.word().to_owned());
    db.write(move |tx| {
        let reference = said.as_ref().and_then(|said| said.reference.as_deref());
        let amount = said.as_ref().map(|said| said.amount);
        let call = Call { payment: Some(payment), provider, kind, event: None, reference, amount, outcome: &outcome };
        rows::record_call(tx, &call, now)?;
        if let Some(reference) = reference {
            rows::set_reference(tx, payment, reference, now)?;
        }
        Ok::<_, DbError>(())
    })
    .await
}
