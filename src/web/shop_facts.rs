//! The shop's facts in memory, exchanged when their version moves.

use std::sync::{Arc, PoisonError, RwLock};

use rusqlite::Connection;

use crate::changes;
use crate::settings::{self, Overrides, SettingsError, Shop};

pub(super) struct ShopFacts {
    overrides: Overrides,
    /// The version they were read at; -1 before the first reading.
    known: RwLock<(i64, Arc<Shop>)>,
}

impl ShopFacts {
    pub(super) fn new(overrides: Overrides) -> ShopFacts {
        ShopFacts { overrides, known: RwLock::new((-1, Arc::new(Shop::default()))) }
    }

    pub(super) fn load(&self, conn: &Connection) -> Result<Arc<Shop>, SettingsError> {
        let version = changes::settings_version(conn)?;
        {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            if known.0 == version {
                return Ok(Arc::clone(&known.1));
            }
        }
        let shop = Arc::new(settings::load(conn, &self.overrides)?);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        // A slow reader of an older snapshot must not put old facts back.
        if known.0 < version {
            *known = (version, Arc::clone(&shop));
        }
        Ok(shop)
    }

    pub(super) fn as_known(&self) -> Arc<Shop> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner).1)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use jiff::Timestamp;

    #[test]
    fn facts_change_with_their_version() {
        let conn = crate::db::memory();
        let facts = ShopFacts::new(Overrides::new());
        assert_eq!(facts.load(&conn).unwrap().name, "Bookstall");
        let shop = Shop { name: "Ink & Co".into(), ..Shop::default() };
        settings::store(&crate::db::test_tx(&conn), &shop, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(facts.as_known().name, "Bookstall");
        assert_eq!(facts.load(&conn).unwrap().name, "Ink & Co");
        assert_eq!(facts.as_known().name, "Ink & Co");
    }
}
