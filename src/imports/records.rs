//! The table of records taken in: what a feed said last time about a book.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::db::Tx;
use crate::kernel::ids::Id;

/// What is kept of the records of one book in one feed.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The edition they became.
    pub edition: Option<Id>,
    /// Whether this very record is among them.
    pub same: bool,
    /// What they said of copies.
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

/// What is kept of `identity` in `source`, seen from a record with `hash`.
pub(super) fn find(conn: &Connection, source: &str, identity: &[u8; 16], hash: &[u8; 16]) -> rusqlite::Result<Known> {
    let mut statement = conn.prepare_cached(
        "SELECT edition_id, hash, stock, state FROM import_records WHERE source = ?1 AND identity = ?2",
    )?;
    let mut rows = statement.query((source, identity.as_slice()))?;
    let mut known = Known::default();
    while let Some(row) = rows.next()? {
        known.edition = Some(row.get(0)?);
        known.same |= row.get_ref(1)?.as_blob()? == hash;
        known.stock.extend(row.get::<_, Option<u32>>(2)?);
        known.confirmed |= row.get_ref(3)?.as_str()? == State::Confirmed.word();
        known.off |= row.get_ref(3)?.as_str()? == State::Off.word();
    }
    Ok(known)
}

/// The edition that any feed's record with this identity became.
pub(super) fn find_edition(conn: &Connection, identity: &[u8; 16]) -> rusqlite::Result<Option<Id>> {
    conn.prepare_cached("SELECT edition_id FROM import_records WHERE identity = ?1 LIMIT 1")?
        .query_row([identity.as_slice()], |row| row.get(0))
        .optional()
}

/// Forgets the records of a book in a feed, except those whose hashes this run has met.
pub(super) fn forget_others(tx: &Tx<'_>, source: &str, identity: &[u8; 16], met: &[[u8; 16]]) -> rusqlite::Result<()> {
    let mut statement = tx.prepare_cached("SELECT hash FROM import_records WHERE source = ?1 AND identity = ?2")?;
    let kept: Vec<[u8; 16]> =
        statement.query_map((source, identity.as_slice()), |row| row.get(0))?.collect::<Result<_, _>>()?;
    for hash in kept.iter().filter(|hash| !met.contains(hash)) {
        tx.prepare_cached("DELETE FROM import_records WHERE source = ?1 AND identity = ?2 AND hash = ?3")?
            .execute((source, identity.as_slice(), hash.as_slice()))?;
    }
    Ok(())
}

/// Keeps a record that was taken in.
pub(super) fn remember(
    tx: &Tx<'_>, source: &str, identity: &[u8; 16], hash: &[u8; 16], edition: Id, stock: Option<u32>, state: State,
) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO import_records (source, identity, hash, edition_id, stock, state)
         VALUES (:source, :identity, :hash, :edition, :stock, :state)
         ON CONFLICT DO UPDATE SET edition_id = excluded.edition_id, stock = excluded.stock, state = excluded.state",
    )?
    .execute(named_params! {
        ":source": source, ":identity": identity.as_slice(), ":hash": hash.as_slice(), ":edition": edition, ":stock": stock,
        ":state": state.word(),
    })
    .map(drop)
}
