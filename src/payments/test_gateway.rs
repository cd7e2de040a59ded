//! A provider that takes no money: for demonstrations and tests, usable only with `payments.test = true`.
//!
//! It behaves like a real one: it keeps its own books, charges once per key, can decline, ask for a confirmation
//! step, stay silent, or change its mind later and say so by a signed webhook.

use std::fmt::Write as _;

use async_trait::async_trait;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{Timestamp, ToSpan};
use rusqlite::{Connection, OptionalExtension, named_params};
use sha2::Sha256;

use super::{ChargeRequest, ChargeState, Gateway, GatewayError, Verified, WebhookEvent};
use crate::db::{Db, DbError};
use crate::kernel::ids::{Id, Token};
use crate::kernel::money::{Currency, Money};
use crate::kernel::time::{Clock, to_ms};

/// Every card token it knows, and what a form says of it.
pub const TOKENS: [(&str, &str); 6] = [
    ("test_ok", "Approved at once"),
    ("test_declined", "Declined by the bank"),
    ("test_insufficient_funds", "Not enough money on the card"),
    ("test_requires_action", "Asks you to confirm"),
    ("test_timeout", "The bank does not answer"),
    ("test_late_success", "The bank answers a few seconds later"),
];

/// How long a late success lets the shop wait.
const LATE: i64 = 4;
/// Webhooks older than this are refused, so that a recorded one cannot be played again.
const TOLERANCE_SECONDS: i64 = 300;

/// The gateway; clones share its key.
#[derive(Clone)]
pub struct TestGateway {
    db: Db,
    clock: Clock,
    key: [u8; 16],
}

struct Row {
    reference: String,
    amount: Money,
    state: String,
    reason: Option<String>,
    callback_at: Option<i64>,
}

/// A webhook ready to be sent.
#[derive(Clone, Debug)]
pub struct Callback {
    /// The charge.
    pub reference: String,
    /// The body.
    pub body: String,
    /// The `Test-Signature` header.
    pub signature: String,
}

impl TestGateway {
    /// A gateway over the shop's file, with a signing key of its own for as long as the process lives.
    pub fn new(db: Db, clock: Clock) -> TestGateway {
        TestGateway { db, clock, key: *Token::random().as_bytes() }
    }

    /// The reader's choice on the confirmation page; returns where the browser goes next.
    ///
    /// # Errors
    ///
    /// Only the database's own; `None` for a charge that waits for no confirmation.
    pub async fn confirm(&self, reference: String, approve: bool) -> Result<Option<String>, DbError> {
        // A webhook as well: the browser may never come back, or only when the order is over.
        let told = approve.then(|| to_ms(self.clock.now()));
        self.db
            .write(move |tx| {
                let (state, reason) =
                    if approve { ("succeeded", None) } else { ("failed", Some("The payment was not confirmed.")) };
                let sql = "UPDATE test_gateway_charges SET state = ?2, reason = ?3, callback_at = ?4
                            WHERE reference = ?1 AND state = 'requires_action' RETURNING return_url";
                Ok(tx.query_row(sql, (reference, state, reason, told), |row| row.get(0)).optional()?)
            })
            .await
    }

    /// What a confirmation page shows.
    ///
    /// # Errors
    ///
    /// Only the database's own.
    pub fn awaiting(&self, reference: &str) -> Result<Option<Money>, DbError> {
        self.db.read(|conn| {
            let row = find(conn, "reference", reference)?;
            Ok(row.filter(|row| row.state == "requires_action").map(|row| row.amount))
        })
    }

    /// Webhooks whose time has come; each is taken once `delivered` is told of it.
    ///
    /// # Errors
    ///
    /// Only the database's own.
    pub fn due_callbacks(&self) -> Result<Vec<Callback>, DbError> {
        let now = self.clock.now();
        self.db.read(|conn| {
            let mut statement = conn.prepare_cached(
                "SELECT reference FROM test_gateway_charges WHERE callback_at IS NOT NULL AND callback_at <= ?1",
            )?;
            let references: Vec<String> =
                statement.query_map([to_ms(now)], |row| row.get(0))?.collect::<Result<_, _>>()?;
            Ok(references.into_iter().map(|reference| self.callback(reference, now)).collect())
        })
    }

    fn callback(&self, reference: String, now: Timestamp) -> Callback {
        let body =
            serde_json::json!({ "id": format!("evt_{reference}"), "type": "charge.succeeded", "reference": reference })
                .to_string();
        let signature = format!("t={},v1={}", now.as_second(), self.sign(now.as_second(), body.as_bytes()));
        Callback { reference, body, signature }
    }

    /// Forgets a webhook that arrived.
    ///
    /// # Errors
    ///
    /// Only the database's own.
    pub async fn delivered(&self, reference: String) -> Result<(), DbError> {
        self.db
            .write(move |tx| {
                let sql = "UPDATE test_gateway_charges SET callback_at = NULL, state = 'succeeded'
                            WHERE reference = ?1 AND state IN ('processing', 'succeeded')";
                Ok(tx.execute(sql, [reference]).map(drop)?)
            })
            .await
    }

    fn mac(&self, seconds: i64, body: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        mac.update(format!("{seconds}.").as_bytes());
        mac.update(body);
        Some(mac)
    }

    fn sign(&self, seconds: i64, body: &[u8]) -> String {
        let mut hex = String::new();
        for byte in self.mac(seconds, body).map(|mac| mac.finalize().into_bytes()).into_iter().flatten() {
            write!(hex, "{byte:02x}").unwrap_or_default();
        }
        hex
    }

    fn verified(&self, payment: Id, row: &Row) -> Verified {
        let late = row.callback_at.is_some_and(|at| at <= to_ms(self.clock.now()));
        let state = match row.state.as_str() {
            "requires_action" => ChargeState::RequiresAction { url: format!("/test-gateway/{}", row.reference) },
            "processing" if !late => ChargeState::Processing,
            "failed" => ChargeState::Failed { reason: row.reason.clone().unwrap_or_default() },
            _ => ChargeState::Succeeded,
        };
        Verified {
            provider: "test".into(),
            payment: Some(payment),
            reference: Some(row.reference.clone()),
            amount: row.amount,
            state,
        }
    }
}

fn find(conn: &Connection, column: &'static str, value: &str) -> rusqlite::Result<Option<Row>> {
    conn.prepare_cached(&format!(
        "SELECT reference, amount_minor, currency, state, reason, callback_at FROM test_gateway_charges WHERE {column} = ?1"
    ))?
    .query_row([value], |row| {
        let currency: String = row.get(2)?;
        Ok(Row {
            reference: row.get(0)?,
            amount: Money { minor: row.get(1)?, currency: currency.parse().unwrap_or(Currency::GBP) },
            state: row.get(3)?,
            reason: row.get(4)?,
            callback_at: row.get(5)?,
        })
    })
    .optional()
}

#[async_trait]
impl Gateway for TestGateway {
    fn provider(&self) -> &'static str {
        "test"
    }

    async fn start(&self, request: &ChargeRequest) -> Result<Verified, GatewayError> {
        let now = self.clock.now();
        let asked = request.clone();
        let row = self
            .db
            .write(move |tx| {
                let key = asked.payment.to_string();
                if let Some(known) = find(tx, "request_key", &key)? {
                    return Ok::<_, DbError>(known);
                }
                let (state, reason) = decide(&asked.token);
                let late = (asked.token == "test_late_success").then(|| to_ms(now + LATE.seconds()));
                tx.execute(
                    "INSERT INTO test_gateway_charges
                         (reference, request_key, token, amount_minor, currency, state, reason, callback_at, return_url)
                     VALUES (:reference, :key, :token, :amount, :currency, :state, :reason, :late, :return)",
                    named_params! {
                        ":reference": format!("ch_{}", Token::random()), ":key": key, ":token": asked.token,
                        ":amount": asked.amount.minor, ":currency": asked.amount.currency.code(), ":state": state,
                        ":reason": reason, ":late": late, ":return": asked.return_url,
                    },
                )?;
                find(tx, "request_key", &key)?.ok_or(DbError::Closed)
            })
            .await
            .map_err(|error| GatewayError::Unreachable(error.to_string()))?;
        if request.token == "test_timeout" {
            return Err(GatewayError::TimedOut);
        }
        Ok(self.verified(request.payment, &row))
    }

    async fn fetch(&self, payment: Id, _reference: Option<&str>) -> Result<Verified, GatewayError> {
        let row = self
            .db
            .read(|conn| Ok::<_, DbError>(find(conn, "request_key", &payment.to_string())?))
            .map_err(|error| GatewayError::Unreachable(error.to_string()))?;
        row.map(|row| self.verified(payment, &row)).ok_or(GatewayError::Unknown)
    }

    async fn refund(&self, _payment: Id, reference: &str) -> Result<(), GatewayError> {
        let reference = reference.to_owned();
        let known = self
            .db
            .write(move |tx| {
                let sql = "UPDATE test_gateway_charges SET state = 'refunded', callback_at = NULL WHERE reference = ?1";
                Ok::<_, DbError>(tx.execute(sql, [reference])?)
            })
            .await
            .map_err(|error| GatewayError::Unreachable(error.to_string()))?;
        if known == 1 { Ok(()) } else { Err(GatewayError::Unknown) }
    }

    fn verify_webhook(&self, signature: &str, body: &[u8], now: Timestamp) -> Result<WebhookEvent, GatewayError> {
        let part = |name: &str| signature.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
        let seconds: i64 = part("t").and_then(|text| text.parse().ok()).ok_or(GatewayError::Forged)?;
        let given = part("v1").and_then(from_hex).ok_or(GatewayError::Forged)?;
        let mac = self.mac(seconds, body).ok_or(GatewayError::Forged)?;
        mac.verify_slice(&given).map_err(|_| GatewayError::Forged)?;
        if now.as_second().abs_diff(seconds) > TOLERANCE_SECONDS.unsigned_abs() {
            return Err(GatewayError::Forged);
        }
        let event: serde_json::Value = serde_json::from_slice(body).map_err(|_| GatewayError::Forged)?;
        let text =
            |key: &str| event.get(key).and_then(|value| value.as_str()).map(str::to_owned).ok_or(GatewayError::Forged);
        Ok(WebhookEvent { id: text("id")?, reference: text("reference")? })
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect()
}

/// State and reason for a token; what it does not know, it declines.
fn decide(token: &str) -> (&'static str, Option<&'static str>) {
    match token {
        "test_ok" => ("succeeded", None),
        "test_requires_action" => ("requires_action", None),
        "test_late_success" => ("processing", None),
        "test_declined" => ("failed", Some("Your bank declined the card.")),
        "test_insufficient_funds" => ("failed", Some("There was not enough money on the card.")),
        "test_timeout" => ("failed", Some("Your bank did not answer in time.")),
        _ => ("failed", Some("This is not one of the test cards.")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn gateway() -> (tempfile::TempDir, TestGateway) {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("bookstall.db")).unwrap();
        (folder, TestGateway::new(db, Clock::fixed("2026-11-22T12:00:00Z".parse().unwrap())))
    }

    #[tokio::test]
    async fn one_key_is_charged_once_whatever_the_second_request_says() {
        let (_folder, gateway) = gateway();
        let request = |token: &str, minor| ChargeRequest {
            payment: Id::from_bytes([7; 16]),
            amount: Money::new(minor, Currency::GBP),
            token: token.into(),
            return_url: "/back".into(),
        };
        let first = gateway.start(&request("test_ok", 999)).await.unwrap();
        let second = gateway.start(&request("test_declined", 1)).await.unwrap();
        assert_eq!(first, second);
        assert_eq!(gateway.fetch(Id::from_bytes([7; 16]), None).await.unwrap(), first);
    }

    #[tokio::test]
    async fn an_approved_charge_is_told_by_webhook_too() {
        let (_folder, gateway) = gateway();
        let request = ChargeRequest {
            payment: Id::from_bytes([7; 16]),
            amount: Money::new(999, Currency::GBP),
            token: "test_requires_action".into(),
            return_url: "/back".into(),
        };
        let reference = gateway.start(&request).await.unwrap().reference.unwrap();
        assert!(gateway.due_callbacks().unwrap().is_empty());
        assert_eq!(gateway.confirm(reference.clone(), true).await.unwrap().as_deref(), Some("/back"));
        let told: Vec<String> =
            gateway.due_callbacks().unwrap().into_iter().map(|callback| callback.reference).collect();
        assert_eq!(told, std::slice::from_ref(&reference));
        gateway.delivered(reference).await.unwrap();
        assert!(gateway.due_callbacks().unwrap().is_empty());
    }

    #[test]
    fn only_its_own_fresh_webhooks_are_believed() {
        let (_folder, gateway) = gateway();
        let now = gateway.clock.now();
        let callback = gateway.callback("ch_1".into(), now);
        let check = |signature: &str, body: &str, now| gateway.verify_webhook(signature, body.as_bytes(), now);
        assert_eq!(check(&callback.signature, &callback.body, now).unwrap().reference, "ch_1");
        assert!(check(&callback.signature, &callback.body, now + 301.seconds()).is_err());
        assert!(check(&callback.signature, &callback.body.replace("ch_1", "ch_2"), now).is_err());
        assert!(check("t=1,v1=00", &callback.body, now).is_err());
        assert!(check("", &callback.body, now).is_err());
    }
}
