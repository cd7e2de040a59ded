//! No book twice where several rows stand on one page.

use std::collections::HashSet;

use rusqlite::Connection;

use super::showing::{Seen, Showing};
use crate::catalog::alike;
use crate::db::DbError;
use crate::kernel::ids::Id;

/// The books that are on a page already; works that look the same are one.
#[derive(Clone, Debug, Default)]
pub(super) struct Once(HashSet<i64>);

impl Once {
    /// Whether the work may take a place: it has it from then on.
    pub(super) fn take(&mut self, conn: &Connection, work: Id) -> rusqlite::Result<bool> {
        Ok(self.0.insert(group(conn, work)?))
    }

    /// The best edition of a work that can be bought and has no place yet; it has one from then on.
    pub(super) fn see(&mut self, showing: &mut Showing<'_>, work: Id) -> Result<Option<Seen>, DbError> {
        let group = group(showing.conn, work)?;
        if self.0.contains(&group) {
            return Ok(None);
        }
        let seen = showing.see_work(work)?.filter(|seen| seen.offer.is_for_sale());
        if seen.is_some() {
            self.0.insert(group);
        }
        Ok(seen)
    }
}

fn group(conn: &Connection, work: Id) -> rusqlite::Result<i64> {
    Ok(alike::of(conn, work)?.unwrap_or_else(|| alike::alone(work)))
}
