//! Which pictures a book has, in which order, and where each came from.

use jiff::Timestamp;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, named_params};

use super::sizes::picture_of;
use super::{Hash, Picture, Taken};
use crate::changes::{self, Change};
use crate::db::Tx;
use crate::kernel::ids::{self, Id};
use crate::kernel::time::to_ms;

/// Pictures of one book; what comes beyond is left out.
pub const MOST_PICTURES: usize = 20;

/// Where a picture came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Staff gave it by hand; no import takes it away.
    Upload,
    /// A file beside a feed, or in the same archive.
    Import,
    /// Fetched from a link that a feed named.
    Link,
}

impl Origin {
    fn word(self) -> &'static str {
        match self {
            Origin::Upload => "upload",
            Origin::Import => "import",
            Origin::Link => "link",
        }
    }
}

impl ToSql for Origin {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.word().into())
    }
}

impl FromSql for Origin {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Origin> {
        let word = value.as_str()?;
        let all = [Origin::Upload, Origin::Import, Origin::Link];
        all.into_iter().find(|origin| origin.word() == word).ok_or(FromSqlError::InvalidType)
    }
}

/// A picture of a book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// The picture.
    pub picture: Picture,
    /// Where it came from.
    pub origin: Origin,
    /// The file's name or the link; empty for an upload.
    pub source: String,
    added_at: i64,
}

/// The cover of a book; `None` where the shop draws one.
///
/// # Errors
///
/// Only SQLite's own.
pub fn front(conn: &Connection, edition: Id) -> rusqlite::Result<Option<Picture>> {
    Ok(fronts(conn, &[edition])?.pop().flatten())
}

/// The covers of many books, in the order asked.
///
/// # Errors
///
/// Only SQLite's own.
pub fn fronts(conn: &Connection, editions: &[Id]) -> rusqlite::Result<Vec<Option<Picture>>> {
    let mut statement = conn.prepare_cached(
        "SELECT i.hash, i.kind, i.width, i.height FROM json_each(?1) asked
           LEFT JOIN edition_images e ON e.edition_id = unhex(asked.value, '-') AND e.position = 0
           LEFT JOIN images i ON i.hash = e.hash ORDER BY asked.key",
    )?;
    let rows = statement.query_map([ids::as_json(editions)], |row| {
        let hash: Option<Hash> = row.get(0)?;
        hash.map(|_| picture_of(row)).transpose()
    })?;
    rows.collect()
}

/// The pictures of a book in order, the cover first.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list(conn: &Connection, edition: Id) -> rusqlite::Result<Vec<Attached>> {
    let mut statement = conn.prepare_cached(
        "SELECT i.hash, i.kind, i.width, i.height, e.origin, e.source, e.added_at
           FROM edition_images e JOIN images i ON i.hash = e.hash
          WHERE e.edition_id = ?1 ORDER BY e.position",
    )?;
    let rows = statement.query_map([edition], |row| {
        Ok(Attached { picture: picture_of(row)?, origin: row.get(4)?, source: row.get(5)?, added_at: row.get(6)? })
    })?;
    rows.collect()
}

/// Adds a picture behind those that the book has. `false`: it has it already, or has `MOST_PICTURES`.
///
/// # Errors
///
/// Only SQLite's own; a book that does not exist is one.
pub fn attach(tx: &Tx<'_>, edition: Id, taken: &Taken, origin: Origin, now: Timestamp) -> rusqlite::Result<bool> {
    let mut pictures = list(tx, edition)?;
    if pictures.len() >= MOST_PICTURES || pictures.iter().any(|one| one.picture.hash == taken.picture.hash) {
        return Ok(false);
    }
    keep(tx, taken, now)?;
    pictures.push(Attached::new(taken, origin, "", now));
    write(tx, edition, &pictures, now)?;
    Ok(true)
}

/// Takes a picture from a book; its file stays. `false`: the book had it no longer.
///
/// # Errors
///
/// Only SQLite's own.
pub fn detach(tx: &Tx<'_>, edition: Id, hash: Hash, now: Timestamp) -> rusqlite::Result<bool> {
    let before = list(tx, edition)?;
    let after: Vec<Attached> = before.iter().filter(|one| one.picture.hash != hash).cloned().collect();
    write_if_changed(tx, edition, &before, &after, now)
}

/// Puts the pictures of a book into the order of `hashes`; those it does not name follow as they were.
///
/// # Errors
///
/// Only SQLite's own.
pub fn reorder(tx: &Tx<'_>, edition: Id, hashes: &[Hash], now: Timestamp) -> rusqlite::Result<bool> {
    let before = list(tx, edition)?;
    let mut after = before.clone();
    // Stable, so that what is not named keeps its order.
    after.sort_by_key(|one| hashes.iter().position(|hash| *hash == one.picture.hash).unwrap_or(usize::MAX));
    write_if_changed(tx, edition, &before, &after, now)
}

/// Makes `wanted`, each with its file's name, the pictures that imports gave this book. `true`: something changed.
///
/// They stand where imported ones stood, so that staff who put their own cover first keep it there.
///
/// # Errors
///
/// Only SQLite's own; a book that does not exist is one.
pub fn set_imported(tx: &Tx<'_>, edition: Id, wanted: &[(Taken, String)], now: Timestamp) -> rusqlite::Result<bool> {
    let wanted: Vec<(&Taken, &str)> = wanted.iter().map(|(taken, name)| (taken, name.as_str())).collect();
    replace(tx, edition, Origin::Import, &wanted, now)
}

/// Makes `wanted` the book's pictures of one origin, in their order, in the places that this origin had.
pub(super) fn replace(
    tx: &Tx<'_>, edition: Id, origin: Origin, wanted: &[(&Taken, &str)], now: Timestamp,
) -> rusqlite::Result<bool> {
    let before = list(tx, edition)?;
    let is_elsewhere = |hash: Hash| before.iter().any(|one| one.origin != origin && one.picture.hash == hash);
    let mut news: Vec<Attached> = Vec::new();
    for (taken, source) in wanted {
        let hash = taken.picture.hash;
        if is_elsewhere(hash) || news.iter().any(|one| one.picture.hash == hash) {
            continue;
        }
        keep(tx, taken, now)?;
        let known = before.iter().find(|one| one.picture.hash == hash && one.source == *source);
        news.push(known.cloned().unwrap_or_else(|| Attached::new(taken, origin, source, now)));
    }
    let is_same = |one: &Attached| news.iter().any(|new| new == one);
    if before.iter().filter(|one| one.origin == origin).count() == news.len()
        && before.iter().filter(|one| one.origin == origin).all(is_same)
    {
        // In an order of staff's own, perhaps: that one stays.
        return Ok(false);
    }
    let mut news = news.into_iter();
    let mut after: Vec<Attached> =
        before.iter().filter_map(|one| if one.origin == origin { news.next() } else { Some(one.clone()) }).collect();
    after.extend(news);
    after.truncate(MOST_PICTURES);
    write_if_changed(tx, edition, &before, &after, now)
}

impl Attached {
    fn new(taken: &Taken, origin: Origin, source: &str, now: Timestamp) -> Attached {
        Attached { picture: taken.picture, origin, source: source.to_owned(), added_at: to_ms(now) }
    }
}

/// The picture's own row; one that is there already is the same.
fn keep(tx: &Tx<'_>, taken: &Taken, now: Timestamp) -> rusqlite::Result<()> {
    let Picture { hash, kind, width, height } = taken.picture;
    tx.prepare_cached(
        "INSERT INTO images (hash, kind, width, height, bytes, created_at)
         VALUES (:hash, :kind, :width, :height, :bytes, :now) ON CONFLICT (hash) DO NOTHING",
    )?
    .execute(named_params! {
        ":hash": hash, ":kind": kind, ":width": width, ":height": height,
        ":bytes": i64::try_from(taken.bytes).unwrap_or(i64::MAX), ":now": to_ms(now),
    })?;
    Ok(())
}

fn write_if_changed(
    tx: &Tx<'_>, edition: Id, before: &[Attached], after: &[Attached], now: Timestamp,
) -> rusqlite::Result<bool> {
    if before == after {
        return Ok(false);
    }
    write(tx, edition, after, now)?;
    Ok(true)
}

/// Writes the whole list anew: there are few, and positions stay without gaps.
fn write(tx: &Tx<'_>, edition: Id, pictures: &[Attached], now: Timestamp) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM edition_images WHERE edition_id = ?1")?.execute([edition])?;
    let mut insert = tx.prepare_cached(
        "INSERT INTO edition_images (edition_id, position, hash, origin, source, added_at)
         VALUES (:edition, :position, :hash, :origin, :source, :added_at)",
    )?;
    for (position, one) in (0_i64..).zip(pictures) {
        insert.execute(named_params! {
            ":edition": edition, ":position": position, ":hash": one.picture.hash, ":origin": one.origin,
            ":source": one.source, ":added_at": one.added_at,
        })?;
    }
    changes::record(tx, Change::Edition(edition), now)
}
