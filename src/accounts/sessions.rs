//! Sessions: a store for tower-sessions over our own table.
//!
//! A session holds who is signed in and until when, nothing else: baskets and orders have tables of their own.
//! Times come from the shop's clock: the date that tower-sessions puts on a record is not used.

use std::fmt;

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, named_params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tower_sessions::SessionStore;
use tower_sessions::session::{Id as SessionId, Record};
use tower_sessions::session_store::{Error, Result};

use crate::db::{Db, DbError, Tx};
use crate::kernel::ids::Id;
use crate::kernel::time::{Clock, from_ms, to_ms};

/// Where somebody is signed in; one browser may be both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// A customer in the shop: 14 days after the last visit.
    Shop,
    /// Staff in the back office: 12 hours after the last visit.
    Office,
}

impl Side {
    /// Both.
    pub const ALL: [Side; 2] = [Side::Shop, Side::Office];

    /// The key under which the session holds it.
    pub fn key(self) -> &'static str {
        match self {
            Side::Shop => "customer",
            Side::Office => "staff",
        }
    }

    /// How long a sign-in lasts without a visit, in seconds.
    pub fn idle_secs(self) -> i64 {
        match self {
            Side::Shop => 14 * 24 * 3600,
            Side::Office => 12 * 3600,
        }
    }
}

/// A visit this long after the last written one is written down, in seconds: not every page is a write.
pub const RENEW_SECS: i64 = 10 * 60;

/// One sign-in, as the session holds it: `{"id": "0199…", "until": 1800000000000}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    id: String,
    until: i64,
}

impl SignedIn {
    /// A sign-in of `person` that lasts from `now`.
    pub fn new(person: Id, side: Side, now: Timestamp) -> SignedIn {
        SignedIn { id: person.to_string(), until: to_ms(now).saturating_add(side.idle_secs() * 1000) }
    }

    /// The account, while the sign-in lasts.
    pub fn person(&self, now: Timestamp) -> Option<Id> {
        (self.until > to_ms(now)).then(|| self.id.parse().ok()).flatten()
    }

    /// Tells whether the last written visit is long enough ago to write this one.
    pub fn wants_renewal(&self, side: Side, now: Timestamp) -> bool {
        let written_ms = self.until.saturating_sub(side.idle_secs() * 1000);
        to_ms(now).saturating_sub(written_ms) >= RENEW_SECS * 1000
    }
}

/// The store. Clones share the database.
#[derive(Clone)]
pub struct Sessions {
    db: Db,
    clock: Clock,
}

impl Sessions {
    /// A store over the shop's database and clock.
    pub fn new(db: Db, clock: Clock) -> Sessions {
        Sessions { db, clock }
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sessions")
    }
}

/// A session as the table keeps it.
#[derive(Clone)]
struct Stored {
    id_hash: [u8; 32],
    data: String,
    expires_at: i64,
}

impl Stored {
    fn of(record: &Record) -> Result<Stored> {
        // Through a `Value`, whose keys are in order: the same data is the same text.
        let data = serde_json::to_value(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        let until = |side: Side| record.data.get(side.key())?.get("until")?.as_i64();
        // A session that holds nobody has ended.
        let expires_at = Side::ALL.into_iter().filter_map(until).max().unwrap_or(0);
        Ok(Stored { id_hash: hash(record.id), data: data.to_string(), expires_at })
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // With 128 random bits one collision is a marvel; a row of them means that the randomness is broken.
        for _ in 0..4 {
            let stored = Stored::of(record)?;
            if self.db.write(move |tx| Ok::<_, DbError>(insert(tx, &stored)?)).await.map_err(backend)? {
                return Ok(());
            }
            record.id = SessionId::default();
        }
        Err(Error::Backend("no session id is free".to_owned()))
    }

    /// Prolongs a session that is still there.
    ///
    /// Signing in goes through `create`, so what is lost when this fails is some minutes of a sign-in's life:
    /// that is logged, and the visitor gets the page.
    async fn save(&self, record: &Record) -> Result<()> {
        let stored = Stored::of(record)?;
        if let Err(error) = self.db.write(move |tx| Ok::<_, DbError>(update(tx, &stored)?)).await {
            tracing::warn!(%error, "a session could not be prolonged");
        }
        Ok(())
    }

    async fn load(&self, id: &SessionId) -> Result<Option<Record>> {
        let now = self.clock.now();
        let found = self.db.read(|conn| Ok::<_, DbError>(find(conn, hash(*id), now)?)).map_err(backend)?;
        let Some((data, expires_at)) = found else { return Ok(None) };
        Ok(Some(Record {
            id: *id,
            data: serde_json::from_str(&data).map_err(|error| Error::Decode(error.to_string()))?,
            expiry_date: time::OffsetDateTime::from_unix_timestamp(from_ms(expires_at).as_second())
                .map_err(|error| Error::Decode(error.to_string()))?,
        }))
    }

    async fn delete(&self, id: &SessionId) -> Result<()> {
        let id_hash = hash(*id);
        self.db.write(move |tx| Ok::<_, DbError>(delete(tx, id_hash)?)).await.map_err(backend)
    }
}

fn backend(error: DbError) -> Error {
    Error::Backend(error.to_string())
}

fn hash(id: SessionId) -> [u8; 32] {
    Sha256::digest(id.0.to_le_bytes()).into()
}

/// `false`: the id is taken, and nothing was written.
fn insert(tx: &Tx<'_>, new: &Stored) -> rusqlite::Result<bool> {
    let made = tx
        .prepare_cached(
            "INSERT INTO sessions (id_hash, data, expires_at) VALUES (:id, :data, :expires)
             ON CONFLICT (id_hash) DO NOTHING",
        )?
        .execute(named_params! { ":id": new.id_hash, ":data": new.data, ":expires": new.expires_at })?;
    Ok(made == 1)
}

/// Never inserts: a page that ends after the sign-out of the same browser must not sign it in again.
fn update(tx: &Tx<'_>, stored: &Stored) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE sessions SET data = :data, expires_at = :expires
          WHERE id_hash = :id AND (data <> :data OR expires_at <> :expires)",
    )?
    .execute(named_params! { ":id": stored.id_hash, ":data": stored.data, ":expires": stored.expires_at })
    .map(drop)
}

fn find(conn: &Connection, id_hash: [u8; 32], now: Timestamp) -> rusqlite::Result<Option<(String, i64)>> {
    conn.prepare_cached("SELECT data, expires_at FROM sessions WHERE id_hash = :id AND expires_at > :now")?
        .query_row(named_params! { ":id": id_hash, ":now": to_ms(now) }, |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

fn delete(tx: &Tx<'_>, id_hash: [u8; 32]) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM sessions WHERE id_hash = :id")?.execute(named_params! { ":id": id_hash }).map(drop)
}

/// Deletes sessions that have ended, at most 1,000 in one call so that no writer waits long; returns how many.
///
/// # Errors
///
/// Only SQLite's own.
pub fn delete_expired(tx: &Tx<'_>, now: Timestamp) -> rusqlite::Result<usize> {
    tx.prepare_cached(
        "DELETE FROM sessions WHERE id_hash IN
         (SELECT id_hash FROM sessions WHERE expires_at <= :now ORDER BY expires_at LIMIT 1000)",
    )?
    .execute(named_params! { ":now": to_ms(now) })
}

#[cfg(test)]
mod tests;
