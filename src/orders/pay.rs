//! Asking the provider for an order's money: the only asynchronous part, and outside every transaction.

use super::{House, OrderError, Settled, settle};
use crate::db::{Db, DbError};
use crate::kernel::time::Clock;
use crate::payments::{self, ChargeRequest, Gateway, GatewayError, Payment, Verified};

/// Charges a payment and acts on the answer.
///
/// A provider that does not answer in time is asked once more how the charge stands; if it stays silent the payment
/// waits for its webhook or for the reconciler.
///
/// # Errors
///
/// As `settle`.
pub async fn attempt(
    db: &Db, gateway: &dyn Gateway, house: &House, clock: &Clock, request: ChargeRequest,
) -> Result<Settled, OrderError> {
    let id = request.payment;
    let answer = match payments::charge(db, gateway, request, clock).await? {
        Err(GatewayError::TimedOut) => {
            let payment = db.read(|conn| Ok::<_, DbError>(payments::find(conn, id)?))?.ok_or(OrderError::Missing)?;
            payments::check(db, gateway, &payment, clock).await?
        }
        answer => answer,
    };
    act(db, house, clock, answer).await
}

/// Asks how a payment stands and acts on the answer.
///
/// # Errors
///
/// As `settle`.
pub async fn look_again(
    db: &Db, gateway: &dyn Gateway, house: &House, clock: &Clock, payment: &Payment,
) -> Result<Settled, OrderError> {
    let answer = payments::check(db, gateway, payment, clock).await?;
    act(db, house, clock, answer).await
}

async fn act(
    db: &Db, house: &House, clock: &Clock, answer: Result<Verified, GatewayError>,
) -> Result<Settled, OrderError> {
    let verified = match answer {
        Ok(verified) => verified,
        Err(error) => {
            tracing::warn!(%error, "a payment is undecided");
            return Ok(Settled::Waiting);
        }
    };
    let (house, now) = (house.clone(), clock.now());
    db.write(move |tx| settle(tx, &house, &verified, now)).await
}
