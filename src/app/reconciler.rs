//! The reconciler: asks providers what a lost answer or a crash left open, and sends money back that is due.

use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::db::DbError;
use crate::orders::{self, OrderError, pay};
use crate::payments::test_gateway::TestGateway;
use crate::payments::{self, Gateway};
use crate::web::AppState;

const ROUND: Duration = Duration::from_secs(1);
/// A payment younger than this is still being asked for by the page that began it.
const PATIENCE: SignedDuration = SignedDuration::from_secs(60);
const WEBHOOK_TIMEOUT: Duration = Duration::from_secs(5);

pub(super) struct Reconciler {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Reconciler {
    /// Must be called inside a tokio runtime.
    pub(super) fn start(app: &AppState) -> Reconciler {
        let (stop, stopping) = watch::channel(false);
        let task = tokio::spawn(run(app.clone(), stopping));
        Reconciler { stop, task }
    }

    pub(super) fn stop(self) {
        self.stop.send_replace(true);
        self.task.abort();
    }
}

async fn run(app: AppState, mut stopping: watch::Receiver<bool>) {
    let Some(gateway) = app.gateway.clone() else { return };
    let client = match reqwest::Client::builder().no_proxy().timeout(WEBHOOK_TIMEOUT).build() {
        Ok(client) => client,
        Err(error) => {
            tracing::error!(%error, "the test gateway cannot send its webhooks");
            return;
        }
    };
    while !*stopping.borrow() {
        if let Err(error) = round(&app, &gateway, &client).await {
            tracing::error!(%error, "payments could not be reconciled; tried again next round");
        }
        tokio::select! {
            changed = stopping.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(ROUND) => {}
        }
    }
}

async fn round(app: &AppState, gateway: &TestGateway, client: &reqwest::Client) -> Result<(), OrderError> {
    deliver_webhooks(app, gateway, client).await?;
    let before = app.clock.now().checked_sub(PATIENCE).unwrap_or(app.clock.now());
    let open = app.db.read(|conn| Ok::<_, DbError>(payments::list_pending(conn, gateway.provider(), before)?))?;
    for payment in open {
        let Ok(house) = app.house() else { return Ok(()) };
        let settled = pay::look_again(&app.db, gateway, &house, &app.clock, &payment).await?;
        tracing::debug!(payment = %payment.id, ?settled, "looked at an open payment");
    }
    let due = app.db.read(|conn| Ok::<_, DbError>(payments::list_refund_due(conn)?))?;
    for payment in due.into_iter().filter(|payment| payment.provider == gateway.provider()) {
        match payments::refund(&app.db, gateway, &payment, &app.clock).await? {
            Ok(()) => {
                let (id, now) = (payment.id, app.clock.now());
                app.db.write(move |tx| orders::refunded(tx, id, "sent back", "shop", now)).await?;
            }
            Err(error) => tracing::warn!(%error, payment = %payment.id, "a refund did not go through; tried again"),
        }
    }
    Ok(())
}

/// The test gateway's side: its webhooks go over the network like anybody's.
async fn deliver_webhooks(app: &AppState, gateway: &TestGateway, client: &reqwest::Client) -> Result<(), DbError> {
    for callback in gateway.due_callbacks()? {
        let address = format!("{}/webhooks/test", app.origin);
        let sent = client.post(&address).header("Test-Signature", callback.signature).body(callback.body).send().await;
        match sent {
            Ok(answer) if answer.status().is_success() => gateway.delivered(callback.reference).await?,
            Ok(answer) => tracing::warn!(status = %answer.status(), "the shop refused the test gateway's webhook"),
            Err(error) => tracing::warn!(%error, "the shop did not take the test gateway's webhook"),
        }
    }
    Ok(())
}
