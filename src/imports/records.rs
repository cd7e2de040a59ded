//! The table of records taken in: what a feed said last time about a book.

use std::collections::HashSet;

use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use crate::db::Tx;
use crate::kernel::ids::Id;

/// The first bytes of a record's hash or identity: enough to tell the records of one run apart.
pub(super) fn short(long: &[u8; 16]) -> u64 {
    u64::from_be_bytes(*long.first_chunk().unwrap_or(&[0; 8]))
}

/// More records than this are not kept in mind: each is looked up then.
const MOST: u32 = 2_000_000;

/// The books of which something is kept, by the beginnings of their identities: what is not among them needs no
/// looking up. True as long as this is the only import.
pub(super) struct Books(Option<HashSet<u64>>);

impl Books {
    pub(super) fn list(conn: &Connection) -> rusqlite::Result<Books> {
        let mut statement = conn.prepare_cached("SELECT identity FROM import_records LIMIT ?1")?;
        let mut rows = statement.query([MOST])?;
        let (mut all, mut read) = (HashSet::new(), 0);
        while let Some(row) = rows.next()? {
            all.insert(short(&row.get(0)?));
            read += 1;
        }
        Ok(Books((read < MOST).then_some(all)))
    }

    pub(super) fn may_have(&self, identity: &[u8; 16]) -> bool {
        self.0.as_ref().is_none_or(|all| all.contains(&short(identity)))
    }
}

/// What is kept of a record.
pub(super) struct Kept {
    /// The edition it became.
    pub edition: Id,
    /// What it said of copies.
    pub stock: Option<u32>,
    /// What it said of the book as a whole.
    pub state: State,
}

/// What is kept of the records of one book.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The edition they became in this feed.
    pub edition: Option<Id>,
    /// The edition that a record of another feed with this identity became.
    pub elsewhere: Option<Id>,
    /// Whether this very record is among them.
    pub same: bool,
    /// What they said of copies in this feed.
    pub stock: Vec<u32>,
    /// Whether one of them was sure of its facts.
    pub confirmed: bool,
    /// Whether one of them took the book off sale.
    pub off: bool,
}

/// What a record says of a book as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Announced.
    Early,
    /// Sure.
    Confirmed,
    /// Not to be sold.
    Off,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            State::Early => "early",
            State::Confirmed => "confirmed",
            State::Off => "off",
        }
    }
}

/// Whether this very record of `source` is kept.
pub(super) fn is_known(
    conn: &Connection, source: &str, identity: &[u8; 16], hash: &[u8; 16],
) -> rusqlite::Result<bool> {
    conn.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM import_records
                         WHERE identity = ?1 AND source = (SELECT id FROM import_sources WHERE name = ?2) AND hash = ?3)",
    )?
    .query_row((identity.as_slice(), source, hash.as_slice()), |row| row.get(0))
}

/// The table, opened for one feed within one transaction.
pub(super) struct Records<'t> {
    tx: &'t Tx<'t>,
    source: i64,
    find: CachedStatement<'t>,
    insert: CachedStatement<'t>,
}

impl<'t> Records<'t> {
    /// Opens the table; a feed that is new gets its number.
    pub(super) fn open(tx: &'t Tx<'t>, source: &str) -> rusqlite::Result<Records<'t>> {
        let number =
            tx.prepare_cached("SELECT id FROM import_sources WHERE name = ?1")?.query_row([source], |row| row.get(0));
        let source = match number.optional()? {
            Some(number) => number,
            None => tx.prepare_cached("INSERT INTO import_sources (name) VALUES (?1)")?.insert([source])?,
        };
        let find =
            tx.prepare_cached("SELECT source, hash, edition_id, stock, state FROM import_records WHERE identity = ?1")?;
        let insert = tx.prepare_cached(
            "INSERT INTO import_records (identity, source, hash, edition_id, stock, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        Ok(Records { tx, source, find, insert })
    }

    /// What is kept of `identity`, seen from a record with `hash`.
    pub(super) fn find(&mut self, identity: &[u8; 16], hash: &[u8; 16]) -> rusqlite::Result<Known> {
        let mut known = Known::default();
        let mut rows = self.find.query([identity.as_slice()])?;
        while let Some(row) = rows.next()? {
            let edition = row.get(2)?;
            if row.get::<_, i64>(0)? != self.source {
                known.elsewhere = Some(edition);
                continue;
            }
            known.edition = Some(edition);
            known.same |= row.get_ref(1)?.as_blob()? == hash;
            known.stock.extend(row.get::<_, Option<u32>>(3)?);
            known.confirmed |= row.get_ref(4)?.as_str()? == State::Confirmed.word();
            known.off |= row.get_ref(4)?.as_str()? == State::Off.word();
        }
        Ok(known)
    }

    /// Forgets the records of a book in this feed, except those whose hashes this run has met.
    pub(super) fn forget_others(&mut self, identity: &[u8; 16], met: &[u64]) -> rusqlite::Result<()> {
        let mut statement =
            self.tx.prepare_cached("SELECT hash FROM import_records WHERE identity = ?1 AND source = ?2")?;
        let kept: Vec<[u8; 16]> =
            statement.query_map((identity.as_slice(), self.source), |row| row.get(0))?.collect::<Result<_, _>>()?;
        for hash in kept.iter().filter(|hash| !met.contains(&short(hash))) {
            self.tx
                .prepare_cached("DELETE FROM import_records WHERE identity = ?1 AND source = ?2 AND hash = ?3")?
                .execute((identity.as_slice(), self.source, hash.as_slice()))?;
        }
        Ok(())
    }

    /// Keeps a record that was taken in. `is_new`: nothing can be kept of it yet.
    pub(super) fn remember(
        &mut self, identity: &[u8; 16], hash: &[u8; 16], kept: &Kept, is_new: bool,
    ) -> rusqlite::Result<()> {
        let (id, hash, state) = (identity.as_slice(), hash.as_slice(), kept.state.word());
        // No upsert: within a savepoint SQLite cleans up after each, and the longer the job, the longer that takes.
        let known = !is_new
            && self
                .tx
                .prepare_cached(
                    "UPDATE import_records SET edition_id = ?4, stock = ?5, state = ?6
                      WHERE identity = ?1 AND source = ?2 AND hash = ?3",
                )?
                .execute(params![id, self.source, hash, kept.edition, kept.stock, state])?
                > 0;
        if !known {
            self.insert.execute(params![id, self.source, hash, kept.edition, kept.stock, state])?;
        }
        Ok(())
    }
}
