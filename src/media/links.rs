//! Pictures that feeds name by a link: noted here, fetched when somebody asks for it, never shown from elsewhere.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, named_params};

use super::books::{self, MOST_PICTURES};
use super::{Origin, Picture, Taken};
use crate::db::Tx;
use crate::kernel::ids::Id;
use crate::kernel::time::{from_ms, to_ms};

/// Characters of a link; longer ones are no addresses of pictures.
const LONGEST: usize = 2000;
/// Tries before a link is given up.
const MOST_ATTEMPTS: u32 = 8;

/// A link and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// `https://…`.
    pub link: String,
    /// When its picture was taken in.
    pub fetched_at: Option<Timestamp>,
    /// Tries that failed.
    pub attempts: u32,
    /// Why the last try failed.
    pub problem: Option<String>,
    due_at: Option<i64>,
}

/// Whether a text is a link that could be fetched: http or https.
pub fn is_link(text: &str) -> bool {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https")) && text.len() <= LONGEST && !text.contains(char::is_whitespace)
}

/// The links of a book, in the feed's order.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list(conn: &Connection, edition: Id) -> rusqlite::Result<Vec<Link>> {
    let mut statement = conn.prepare_cached(
        "SELECT link, fetched_at, attempts, problem, due_at FROM image_links WHERE edition_id = ?1 ORDER BY position",
    )?;
    let rows = statement.query_map([edition], |row| {
        Ok(Link {
            link: row.get(0)?,
            fetched_at: row.get::<_, Option<i64>>(1)?.map(from_ms),
            attempts: row.get(2)?,
            problem: row.get(3)?,
            due_at: row.get(4)?,
        })
    })?;
    rows.collect()
}

/// Makes `wanted` the links of a book. `true`: they were others before.
///
/// What is no http link is left out. A link that stays keeps what is known of it. A picture stays until its successor
/// is fetched; a feed that names no picture any more takes those away that came by its links.
///
/// # Errors
///
/// Only SQLite's own; a book that does not exist is one.
pub fn set(tx: &Tx<'_>, edition: Id, wanted: &[String], now: Timestamp) -> rusqlite::Result<bool> {
    let mut links: Vec<&str> = Vec::new();
    for link in wanted.iter().map(|link| link.trim()).filter(|link| is_link(link)) {
        if !links.contains(&link) && links.len() < MOST_PICTURES {
            links.push(link);
        }
    }
    let before = list(tx, edition)?;
    if before.iter().map(|known| known.link.as_str()).eq(links.iter().copied()) {
        return Ok(false);
    }
    tx.prepare_cached("DELETE FROM image_links WHERE edition_id = ?1")?.execute([edition])?;
    let mut insert = tx.prepare_cached(
        "INSERT INTO image_links (edition_id, position, link, fetched_at, attempts, due_at, problem)
         VALUES (:edition, :position, :link, :fetched, :attempts, :due, :problem)",
    )?;
    for (position, link) in (0_i64..).zip(&links) {
        let known = before.iter().find(|known| known.link == **link);
        insert.execute(named_params! {
            ":edition": edition, ":position": position, ":link": link,
            ":fetched": known.and_then(|known| known.fetched_at).map(to_ms),
            ":attempts": known.map_or(0, |known| known.attempts),
            ":due": known.map_or(Some(to_ms(now)), |known| known.due_at),
            ":problem": known.and_then(|known| known.problem.as_deref()),
        })?;
    }
    if links.is_empty() {
        books::replace(tx, edition, Origin::Link, &[], now)?;
    }
    Ok(true)
}

/// A link whose turn it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) edition: Id,
    pub(super) link: String,
}

/// Links to fetch now, those that wait longest first.
pub(super) fn list_due(conn: &Connection, now: Timestamp, limit: u32) -> rusqlite::Result<Vec<Due>> {
    let mut statement = conn
        .prepare_cached("SELECT edition_id, link FROM image_links WHERE due_at <= :now ORDER BY due_at LIMIT :limit")?;
    let rows = statement.query_map(named_params! { ":now": to_ms(now), ":limit": limit }, |row| {
        Ok(Due { edition: row.get(0)?, link: row.get(1)? })
    })?;
    rows.collect()
}

/// How many links are not fetched: those to fetch now, and those that wait or are given up.
///
/// # Errors
///
/// Only SQLite's own.
pub fn count_due(conn: &Connection, now: Timestamp) -> rusqlite::Result<u64> {
    let count: i64 = conn
        .prepare_cached("SELECT count(*) FROM image_links WHERE due_at <= :now")?
        .query_row(named_params! { ":now": to_ms(now) }, |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Gives the book the picture of a link. `false`: the feed names the link no longer, so the book does not get it.
pub(super) fn fetched(tx: &Tx<'_>, due: &Due, taken: &Taken, now: Timestamp) -> rusqlite::Result<bool> {
    let noted = tx
        .prepare_cached(
            "UPDATE image_links SET fetched_at = :now, due_at = NULL, problem = NULL
              WHERE edition_id = :edition AND link = :link",
        )?
        .execute(named_params! { ":now": to_ms(now), ":edition": due.edition, ":link": due.link })?;
    if noted == 0 {
        return Ok(false);
    }
    let there = books::list(tx, due.edition)?;
    let kept: Vec<(Taken, String)> = list(tx, due.edition)?
        .into_iter()
        .filter_map(|link| {
            if link.link == due.link {
                return Some((taken.clone(), link.link));
            }
            let known = there.iter().find(|one| one.origin == Origin::Link && one.source == link.link)?;
            Some((Taken { picture: Picture { ..known.picture }, bytes: 1 }, link.link))
        })
        .collect();
    let wanted: Vec<(&Taken, &str)> = kept.iter().map(|(taken, link)| (taken, link.as_str())).collect();
    books::replace(tx, due.edition, Origin::Link, &wanted, now)?;
    Ok(true)
}

/// Notes a try that failed, and when the next may be: after an hour, four, sixteen …, at most a month.
pub(super) fn failed(tx: &Tx<'_>, due: &Due, problem: &str, now: Timestamp) -> rusqlite::Result<()> {
    let attempts: Option<u32> = tx
        .prepare_cached(
            "UPDATE image_links SET attempts = attempts + 1, problem = :problem
              WHERE edition_id = :edition AND link = :link AND fetched_at IS NULL RETURNING attempts",
        )?
        .query_map(named_params! { ":problem": problem, ":edition": due.edition, ":link": due.link }, |row| row.get(0))?
        .last()
        .transpose()?;
    let Some(attempts) = attempts else { return Ok(()) };
    let hours = 4_i64.saturating_pow(attempts.saturating_sub(1)).min(30 * 24);
    let next = now.checked_add(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MAX);
    let next = (attempts < MOST_ATTEMPTS).then(|| to_ms(next));
    tx.prepare_cached("UPDATE image_links SET due_at = :next WHERE edition_id = :edition AND link = :link")?
        .execute(named_params! { ":next": next, ":edition": due.edition, ":link": due.link })?;
    Ok(())
}
