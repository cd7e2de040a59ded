//! Money coming in: attempts to pay, the providers that take them, and what they said.
//!
//! Owns `payments`, `provider_calls`, and the test gateway's own `test_gateway_charges`. Never imports `orders`:
//! what a provider said, checked, is a `Verified`, and `orders::settle` is the one place that acts on it.
//!
//! - Each attempt is a row of its own; its id is the key the provider sees, so a retry charges once.
//! - No transaction is open while a provider is asked.
//! - Each call to and event from a provider leaves a row, without card data.

mod charge;
pub mod doctor;
mod gateway;
mod rows;
pub mod test_gateway;

use jiff::Timestamp;

use crate::kernel::ids::Id;
use crate::kernel::money::Money;

pub use charge::{charge, check, refund};
pub use gateway::{ChargeRequest, ChargeState, Gateway, GatewayError, Verified, WebhookEvent};
pub use rows::{
    Call, NewPayment, find, find_by_reference, find_completed, list_of_order, list_pending, list_refund_due, mark,
    mark_refund_due, open, record_call, set_reference,
};

/// How a reader pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// By card, through the gateway.
    Card,
    /// By bank transfer; staff match it.
    Transfer,
    /// In the shop.
    OnCollection,
}

impl Method {
    /// The word in tables and forms.
    pub fn word(self) -> &'static str {
        match self {
            Method::Card => "card",
            Method::Transfer => "transfer",
            Method::OnCollection => "on_collection",
        }
    }

    /// The method of a word.
    pub fn from_word(word: &str) -> Option<Method> {
        [Method::Card, Method::Transfer, Method::OnCollection].into_iter().find(|method| method.word() == word)
    }

    /// What people read.
    pub fn label(self) -> &'static str {
        match self {
            Method::Card => "Card",
            Method::Transfer => "Bank transfer",
            Method::OnCollection => "Pay in the shop",
        }
    }
}

/// How an attempt ended, or has not yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not decided.
    Pending,
    /// It pays for its order.
    Completed,
    /// It does not, and will not.
    Failed,
    /// The money went back.
    Refunded,
}

impl Status {
    /// The word in tables and answers.
    pub fn word(self) -> &'static str {
        match self {
            Status::Pending => "pending",
            Status::Completed => "completed",
            Status::Failed => "failed",
            Status::Refunded => "refunded",
        }
    }

    /// The status of a word; the schema knows no other words.
    pub fn from_word(word: &str) -> Status {
        let all = [Status::Completed, Status::Failed, Status::Refunded];
        all.into_iter().find(|status| status.word() == word).unwrap_or(Status::Pending)
    }
}

/// One attempt to pay for an order.
#[derive(Clone, Debug, PartialEq)]
pub struct Payment {
    /// Its id, and the key the provider sees.
    pub id: Id,
    /// The order.
    pub order_id: Id,
    /// How.
    pub method: Method,
    /// By whom: `test`, `transfer`, `till`.
    pub provider: String,
    /// The provider's own name for it.
    pub reference: Option<String>,
    /// What is to be paid; fixed by the shop, never by the provider.
    pub amount: Money,
    /// How it stands.
    pub status: Status,
    /// Why it failed, for people.
    pub reason: Option<String>,
    /// Whether its money must go back.
    pub refund_due: bool,
    /// When it was begun.
    pub created_at: Timestamp,
}
