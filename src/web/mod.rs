//! Pages: the only place that knows HTTP and HTML.
//!
//! A request goes through `layer` (limits, origin, kept pages, time, panics), then by the one list in `router`
//! to a handler, which parses, calls a room and renders. What goes wrong becomes a page in `error`.

pub mod admin;
pub mod assets;
pub mod caller;
mod copies;
mod encoding;
pub mod error;
mod feeds;
mod health;
pub mod kept;
mod layer;
mod limit;
pub mod metrics;
mod origin;
pub mod server;
pub mod session;
pub mod shop;
mod shop_facts;
pub mod ui;

use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use axum::http::{HeaderMap, StatusCode};
use rusqlite::Connection;

use crate::accounts::sessions::Sessions;
use crate::accounts::throttle::Throttle;
use crate::config::Config;
use crate::db::Db;
use crate::kernel::time::Clock;
use crate::orders::House;
use crate::payments::test_gateway::TestGateway;
use crate::search::Index;
use crate::settings::{SettingsError, Shop};

pub use caller::Caller;
pub use error::PageError;

/// What every handler works with; clones share it.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

/// The fields of `AppState`.
pub struct Shared {
    /// The database.
    pub db: Db,
    /// The present moment.
    pub clock: Clock,
    /// The configuration in force.
    pub config: Config,
    /// The shop's address for links, without a slash at its end: `https://books.example`.
    pub origin: String,
    /// Finished pages.
    pub kept: kept::Kept,
    /// Times and statuses per route.
    pub metrics: metrics::Metrics,
    /// Who takes card payments; `None` where no gateway is switched on.
    pub gateway: Option<TestGateway>,
    /// Slows down who guesses passwords, at the readers' door.
    pub customer_door: Throttle,
    /// The same at the staff's.
    pub staff_door: Throttle,
    /// The search index; pages of the whole catalogue depend on its generation.
    pub index: Index,
    sitemaps: feeds::SitemapIndex,
    shop: shop_facts::ShopFacts,
    guards: HeaderMap,
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl AppState {
    /// Gathers what handlers need; `served` is the address that was really taken.
    pub fn new(db: Db, clock: Clock, config: Config, index: Index, served: SocketAddr) -> AppState {
        AppState(Arc::new(Shared {
            origin: config.origin(served),
            kept: kept::Kept::new(config.limits.kept_bytes),
            metrics: metrics::Metrics::default(),
            index,
            sitemaps: feeds::SitemapIndex::default(),
            shop: shop_facts::ShopFacts::new(config.shop.clone()),
            guards: layer::guards(config.is_https()),
            gateway: config.payments.test.then(|| TestGateway::new(db.clone(), clock.clone())),
            customer_door: Throttle::new(),
            staff_door: Throttle::new(),
            db,
            clock,
            config,
        }))
    }
}

impl Shared {
    /// The shop's facts as of this snapshot; read again only when they changed.
    ///
    /// # Errors
    ///
    /// A stored fact that does not fit, or a database that cannot be read.
    pub fn shop(&self, conn: &Connection) -> Result<Arc<Shop>, SettingsError> {
        self.shop.load(conn)
    }

    /// What mails about orders need to know of the shop.
    ///
    /// # Errors
    ///
    /// As `shop`.
    pub fn house(&self) -> Result<House, PageError> {
        let shop = self.db.read(|conn| self.shop(conn).map_err(PageError::from))?;
        Ok(House { shop, base_url: self.origin.as_str().into() })
    }

    /// The shop's facts as last read, for pages that must not need the database.
    pub fn shop_as_known(&self) -> Arc<Shop> {
        self.shop.as_known()
    }

    /// Whether cookies may carry `Secure`: readers come by https.
    pub fn is_https(&self) -> bool {
        self.origin.starts_with("https://")
    }

    /// Headers that every answer carries.
    fn guards(&self) -> &HeaderMap {
        &self.guards
    }
}

impl FromRef<AppState> for Db {
    fn from_ref(app: &AppState) -> Db {
        app.db.clone()
    }
}

impl FromRef<AppState> for Clock {
    fn from_ref(app: &AppState) -> Clock {
        app.clock.clone()
    }
}

/// Every route of the shop; one line per part.
pub fn router(app: &AppState) -> Router {
    let personal = shop::routes().merge(admin::routes());
    let sessions = Sessions::new(app.db.clone(), app.clock.clone());
    session::with_sessions(personal, sessions, app.is_https())
        .merge(health::routes())
        .merge(assets::routes())
        .merge(feeds::routes())
        .fallback(|| async { PageError::not_found() })
        .method_not_allowed_fallback(|| async { StatusCode::METHOD_NOT_ALLOWED })
        .with_state(app.clone())
}
