//! What any provider of card payments can do.

use async_trait::async_trait;

use crate::kernel::ids::Id;
use crate::kernel::money::Money;

/// What a provider is asked to charge.
#[derive(Clone, Debug)]
pub struct ChargeRequest {
    /// The payment; sent as the idempotency key.
    pub payment: Id,
    /// How much.
    pub amount: Money,
    /// What stands for the card; never a card number.
    pub token: String,
    /// Where the reader's browser comes back to after a confirmation step.
    pub return_url: String,
}

/// How a charge stands at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChargeState {
    /// Not decided; an event or a question later will tell.
    Processing,
    /// The reader must confirm it at this address.
    RequiresAction {
        /// An address at the provider.
        url: String,
    },
    /// The money is ours.
    Succeeded,
    /// It is not; `reason` is a sentence for the reader.
    Failed {
        /// `Your bank declined the card.`
        reason: String,
    },
}

impl ChargeState {
    /// One word for the log of calls.
    pub fn word(&self) -> &'static str {
        match self {
            ChargeState::Processing => "processing",
            ChargeState::RequiresAction { .. } => "requires_action",
            ChargeState::Succeeded => "succeeded",
            ChargeState::Failed { .. } => "failed",
        }
    }
}

/// What a provider said about a charge, after its word was checked to be its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified {
    /// Who says it.
    pub provider: String,
    /// The payment it is about, when the caller knows.
    pub payment: Option<Id>,
    /// The provider's name for the charge.
    pub reference: Option<String>,
    /// How much was charged.
    pub amount: Money,
    /// How it stands.
    pub state: ChargeState,
}

/// An event from a provider whose signature was right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookEvent {
    /// The event's own id: a repeat has the same.
    pub id: String,
    /// The charge it is about; its state is asked for anew, never believed from the event.
    pub reference: String,
}

/// Why a provider gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// It did not answer in time; the charge may have happened.
    #[error("the payment provider did not answer in time")]
    TimedOut,
    /// It could not be reached, or its answer made no sense.
    #[error("the payment provider cannot be reached: {0}")]
    Unreachable(String),
    /// It knows no such charge.
    #[error("the payment provider knows no such charge")]
    Unknown,
    /// A webhook that is not from it, or too old.
    #[error("the signature is not the provider's")]
    Forged,
}

/// A provider of card payments.
#[async_trait]
pub trait Gateway: Send + Sync {
    /// Its name in tables and addresses.
    fn provider(&self) -> &'static str;

    /// Asks for the money. The same payment asked twice is charged once.
    async fn start(&self, request: &ChargeRequest) -> Result<Verified, GatewayError>;

    /// How the charge of a payment stands; found by the payment's key when no reference came back.
    async fn fetch(&self, payment: Id, reference: Option<&str>) -> Result<Verified, GatewayError>;

    /// Sends all of a charge's money back. A second call changes nothing.
    async fn refund(&self, payment: Id, reference: &str) -> Result<(), GatewayError>;

    /// Checks that a webhook is the provider's.
    fn verify_webhook(&self, signature: &str, body: &[u8], now: jiff::Timestamp) -> Result<WebhookEvent, GatewayError>;
}
