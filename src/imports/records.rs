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
}

/// What is kept of `identity` in `source`, seen from a record with `hash`.
pub(super) fn find(conn: &Connection, source: &str, identity: &[u8; 16], hash: &[u8; 16]) -> rusqlite::Result<Known> {
    let mut statement =
        conn.prepare_cached("SELECT edition_id, hash, stock FROM import_records WHERE source = ?1 AND identity = ?2")?;
    let mut rows = statement.query((source, identity.as_slice()))?;
    let mut known = Known::default();
    while let Some(row) = rows.next()? {
        known.edition = Some(row.get(0)?);
        known.same |= row.get_ref(1)?.as_blob()? == hash;
        known.stock.extend(row.get::<_, Option<u32>>(2)?);
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
    tx: &Tx<'_>, source: &str, identity: &[u8; 16], hash: &[u8; 16], edition: Id, stock: Option<u32>,
) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO import_records (source, identity, hash, edition_id, stock)
         VALUES (:source, :identity, :hash, :edition, :stock)
         ON CONFLICT DO UPDATE SET edition_id = excluded.edition_id, stock = excluded.stock",
    )?
    .execute(named_params! {
        ":source": source, ":identity": identity.as_slice(), ":hash": hash.as_slice(), ":edition": edition, ":stock": stock,
    })
    .map(drop)
}
