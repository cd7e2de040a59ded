//! The housekeeper: one thread that ends what time has ended and sweeps up after it.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::SignedDuration;

use crate::accounts::sessions;
use crate::db::DbError;
use crate::orders::{self, OrderError};
use crate::web::AppState;
use crate::{cart, stock};

/// How often orders are looked at whose time to pay may be over.
const ROUND: Duration = Duration::from_secs(1);
/// Rounds between two sweeps of what nobody waits for.
const ROUNDS_PER_SWEEP: u32 = 60;
/// Orders ended in one round: each is a job of its own, so that shoppers get between them.
const ORDERS_PER_ROUND: u32 = 100;
/// Expired holds count for nothing at once; their rows are kept a while for whoever looks into a complaint.
const HOLD_ROWS: SignedDuration = SignedDuration::from_hours(24);
/// How long a basket is kept.
const CARTS: SignedDuration = SignedDuration::from_hours(30 * 24);

pub(super) struct Housekeeper {
    bell: Arc<(Mutex<bool>, Condvar)>,
    thread: JoinHandle<()>,
}

impl Housekeeper {
    pub(super) fn start(app: &AppState) -> std::io::Result<Housekeeper> {
        let bell = Arc::new((Mutex::new(false), Condvar::new()));
        let (app, rung) = (app.clone(), Arc::clone(&bell));
        let thread = std::thread::Builder::new().name("housekeeper".into()).spawn(move || run(&app, &rung))?;
        Ok(Housekeeper { bell, thread })
    }

    pub(super) fn stop(self) {
        let (stopping, bell) = &*self.bell;
        *stopping.lock().unwrap_or_else(PoisonError::into_inner) = true;
        bell.notify_all();
        if self.thread.join().is_err() {
            tracing::error!("the housekeeper had panicked");
        }
    }
}

fn run(app: &AppState, rung: &(Mutex<bool>, Condvar)) {
    let mut round = 0_u32;
    loop {
        if let Err(error) = expire_orders(app) {
            tracing::error!(%error, "orders whose time is over could not be ended; tried again next round");
        }
        if round.is_multiple_of(ROUNDS_PER_SWEEP)
            && let Err(error) = sweep(app)
        {
            tracing::error!(%error, "the sweep failed; tried again in a minute");
        }
        round = round.wrapping_add(1);
        let (stopping, bell) = rung;
        let stopping = stopping.lock().unwrap_or_else(PoisonError::into_inner);
        let (stopping, _) =
            bell.wait_timeout_while(stopping, ROUND, |stopping| !*stopping).unwrap_or_else(PoisonError::into_inner);
        if *stopping {
            return;
        }
    }
}

fn expire_orders(app: &AppState) -> Result<(), OrderError> {
    let now = app.clock.now();
    let over = app.db.read(|conn| Ok::<_, OrderError>(orders::list_expired(conn, now, ORDERS_PER_ROUND)?))?;
    if over.is_empty() {
        return Ok(());
    }
    let Ok(house) = app.house() else { return Ok(()) };
    for order in over {
        let house = house.clone();
        app.db.write_blocking(move |tx| orders::expire(tx, &house, order, now))?;
    }
    Ok(())
}

fn sweep(app: &AppState) -> Result<(), DbError> {
    let now = app.clock.now();
    let ago = move |span: SignedDuration| now.checked_sub(span).unwrap_or(now);
    app.db.write_blocking(move |tx| Ok::<_, DbError>(stock::delete_expired(tx, ago(HOLD_ROWS))?))?;
    app.db.write_blocking(move |tx| Ok::<_, DbError>(cart::delete_idle(tx, ago(CARTS))?))?;
    while app.db.write_blocking(move |tx| Ok::<_, DbError>(sessions::delete_expired(tx, now)?))? > 0 {}
    Ok(())
}
