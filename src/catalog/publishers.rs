//! Publishing houses: a name, an address, and the books that carry it. An imprint stands for its house where only
//! the imprint is known.

use rusqlite::{Connection, OptionalExtension, named_params};

use super::{EditionFacts, Format};
use crate::db::Tx;
use crate::kernel::date::PartialDate;
use crate::kernel::ids::Id;
use crate::kernel::text;

/// A publishing house.
#[derive(Clone, Debug, PartialEq)]
pub struct Publisher {
    /// Its id.
    pub id: Id,
    /// The readable part of its address.
    pub slug: String,
    /// Its name, as it was first spelt here.
    pub name: String,
}

impl Publisher {
    /// `/publishers/{slug}`: its one address.
    pub fn path(&self) -> String {
        format!("/publishers/{}", self.slug)
    }
}

/// What the shop knows of a house's books.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Backlist {
    /// Works with an edition that visitors see.
    pub works: u32,
    /// The year of the oldest edition.
    pub first: Option<i16>,
    /// The year of the newest edition.
    pub last: Option<i16>,
    /// Names of its imprints, the most frequent first.
    pub imprints: Vec<String>,
}

/// A work of a house, by its newest edition there.
#[derive(Clone, Debug, PartialEq)]
pub struct Title {
    /// The work.
    pub work: Id,
    /// When that edition came out.
    pub published: Option<PartialDate>,
}

/// Imprints that are named.
const IMPRINTS: u32 = 6;
/// Editions, the newest first, that are asked for their imprint.
const ASKED: u32 = 500;

/// The name of an edition's house; `None` where none is named, or by signs only.
pub(super) fn house(facts: &EditionFacts) -> Option<&str> {
    named(facts.publisher.as_deref(), facts.imprint.as_deref())
}

fn named<'a>(publisher: Option<&'a str>, imprint: Option<&'a str>) -> Option<&'a str> {
    let is_name = |name: &&str| !text::fold(name).is_empty();
    publisher.filter(is_name).or(imprint.filter(is_name))
}

/// The house of that name, made when it is new.
pub(super) fn find_or_make(tx: &Tx<'_>, name: &str, now: jiff::Timestamp) -> rusqlite::Result<Id> {
    let slug = text::slug(name);
    if let Some(known) = find(tx, &slug)? {
        return Ok(known.id);
    }
    let id = Id::new(now);
    tx.prepare_cached("INSERT INTO publishers (id, slug, name) VALUES (?1, ?2, ?3)")?.execute((
        id,
        slug,
        text::tidy(name),
    ))?;
    Ok(id)
}

/// Looks up the house of up to `limit` editions after `after` that were stored before there were any.
///
/// Returns the last of them; `None` when there are no more.
///
/// # Errors
///
/// Only SQLite's own.
pub fn fill(tx: &Tx<'_>, after: Id, limit: u32, now: jiff::Timestamp) -> rusqlite::Result<Option<Id>> {
    type Found = (Id, Option<String>, Option<String>);
    let found: Vec<Found> = tx
        .prepare_cached(
            "SELECT id, publisher, imprint FROM editions
              WHERE publisher_id IS NULL AND coalesce(publisher, imprint) IS NOT NULL AND id > ?1
              ORDER BY id LIMIT ?2",
        )?
        .query_map((after, limit), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    for (edition, publisher, imprint) in &found {
        let Some(name) = named(publisher.as_deref(), imprint.as_deref()) else { continue };
        let house = find_or_make(tx, name, now)?;
        tx.prepare_cached("UPDATE editions SET publisher_id = ?2 WHERE id = ?1")?.execute((edition, house))?;
    }
    Ok(found.last().map(|(edition, ..)| *edition))
}

/// The house at an address.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find(conn: &Connection, slug: &str) -> rusqlite::Result<Option<Publisher>> {
    conn.prepare_cached("SELECT id, slug, name FROM publishers WHERE slug = ?1")?
        .query_row([slug], |row| Ok(Publisher { id: row.get(0)?, slug: row.get(1)?, name: row.get(2)? }))
        .optional()
}

/// The house of an edition.
///
/// # Errors
///
/// Only SQLite's own.
pub fn of_edition(conn: &Connection, edition: Id) -> rusqlite::Result<Option<Publisher>> {
    conn.prepare_cached(
        "SELECT p.id, p.slug, p.name FROM editions e JOIN publishers p ON p.id = e.publisher_id WHERE e.id = ?1",
    )?
    .query_row([edition], |row| Ok(Publisher { id: row.get(0)?, slug: row.get(1)?, name: row.get(2)? }))
    .optional()
}

/// What the shop knows of a house's books.
///
/// # Errors
///
/// Only SQLite's own.
pub fn backlist(conn: &Connection, house: &Publisher) -> rusqlite::Result<Backlist> {
    let year = |date: Option<PartialDate>| date.map(PartialDate::year);
    let known = conn
        .prepare_cached(
            "SELECT count(DISTINCT work_id), min(published), max(published) FROM editions
              WHERE publisher_id = ?1 AND listed = 1",
        )?
        .query_row([house.id], |row| {
            Ok(Backlist { works: row.get(0)?, first: year(row.get(1)?), last: year(row.get(2)?), imprints: Vec::new() })
        })?;
    let mut statement = conn.prepare_cached(
        "SELECT imprint FROM (SELECT imprint FROM editions WHERE publisher_id = :house AND listed = 1
                               ORDER BY published DESC, id DESC LIMIT :asked)
          WHERE imprint IS NOT NULL AND imprint <> :name
          GROUP BY imprint ORDER BY count(*) DESC, imprint LIMIT :most",
    )?;
    let asked = named_params! { ":house": house.id, ":asked": ASKED, ":name": house.name, ":most": IMPRINTS };
    let imprints = statement.query_map(asked, |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(Backlist { imprints, ..known })
}

/// A house's works, each by its newest edition there, the newest first.
///
/// # Errors
///
/// Only SQLite's own.
pub fn titles(conn: &Connection, house: Id, offset: u32, limit: u32) -> rusqlite::Result<Vec<Title>> {
    // With the plus the other editions are found by their work: of a large house there are thousands.
    let mut statement = conn.prepare_cached(
        "SELECT e.work_id, e.published FROM editions e
          WHERE e.publisher_id = :house AND e.listed = 1
            AND NOT EXISTS (SELECT 1 FROM editions newer
                             WHERE newer.work_id = e.work_id AND +newer.publisher_id = :house AND newer.listed = 1
                               AND (coalesce(newer.published, ''), newer.id) > (coalesce(e.published, ''), e.id))
          ORDER BY e.published DESC, e.id DESC LIMIT :limit OFFSET :offset",
    )?;
    let rows = statement.query_map(named_params! { ":house": house, ":limit": limit, ":offset": offset }, |row| {
        Ok(Title { work: row.get(0)?, published: row.get(1)? })
    })?;
    rows.collect()
}

/// The editions of a work that visitors see and that are a house's: paperback, hardback, and so on.
///
/// # Errors
///
/// Only SQLite's own.
pub fn editions(conn: &Connection, house: Id, work: Id) -> rusqlite::Result<Vec<Id>> {
    let mut statement = conn.prepare_cached(
        "SELECT id, format FROM editions WHERE work_id = :work AND +publisher_id = :house AND listed = 1",
    )?;
    let mut found: Vec<(Id, Format)> = statement
        .query_map(named_params! { ":work": work, ":house": house }, |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    found.sort_by_key(|(id, format)| (format.order(), *id));
    Ok(found.into_iter().map(|(id, _)| id).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::catalog::{WorkFacts, create, set_listed, update};
    use crate::db::{memory, test_tx};
    use jiff::Timestamp;

    fn of(title: &str, publisher: &str, imprint: &str, published: &str) -> EditionFacts {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        EditionFacts {
            title: title.into(),
            publisher: some(publisher),
            imprint: some(imprint),
            published: published.parse().ok(),
            ..EditionFacts::default()
        }
    }

    #[test]
    fn spellings_of_one_house_are_one_and_its_works_stand_newest_first() {
        let (conn, now) = (memory(), Timestamp::UNIX_EPOCH);
        let tx = test_tx(&conn);
        let add = |work, facts: &EditionFacts| create(&tx, work, &WorkFacts::default(), facts, now).unwrap();
        let (old, ink) = add(None, &of("Ink", "Gull & Sons", "Tern", "1990"));
        add(Some(ink), &of("Ink", "GULL & SONS", "", "2024-05"));
        let (_, salt) = add(None, &of("Salt", "Gull and Sons", "", "2025"));
        let (_, bread) = add(None, &of("Bread", "Gúll & Sons", "Tern", ""));
        add(None, &of("Signs", "***", "", ""));
        assert_eq!(find(&conn, "gull-and-sons").unwrap().unwrap().name, "Gull and Sons");
        let house = find(&conn, "gull-sons").unwrap().unwrap();
        assert_eq!((house.name.as_str(), house.path().as_str()), ("Gull & Sons", "/publishers/gull-sons"));
        let known = backlist(&conn, &house).unwrap();
        assert_eq!(known, Backlist { works: 2, first: Some(1990), last: Some(2024), imprints: vec!["Tern".into()] });
        let works = |house: &Publisher| -> Vec<Id> {
            titles(&conn, house.id, 0, 10).unwrap().into_iter().map(|title| title.work).collect()
        };
        assert_eq!(works(&house), [ink, bread]);
        assert_eq!(editions(&conn, house.id, ink).unwrap().len(), 2);
        // A corrected name moves the book, a hidden edition leaves.
        let (id, _) =
            create(&tx, Some(salt), &WorkFacts::default(), &of("Salt", "", "Gull & Sons", "2026"), now).unwrap();
        assert_eq!(works(&house), [salt, ink, bread]);
        update(&tx, id, &of("Salt", "Elsewhere", "", "2026"), None, now).unwrap();
        set_listed(&tx, old, false, now).unwrap();
        assert_eq!(works(&house), [ink, bread]);
        assert_eq!(of_edition(&conn, id).unwrap().unwrap().slug, "elsewhere");
    }

    #[test]
    fn books_of_an_older_shop_find_their_house() {
        let (conn, now) = (memory(), Timestamp::UNIX_EPOCH);
        let tx = test_tx(&conn);
        for facts in [of("Ink", "Gull", "", ""), of("Signs", "***", "", ""), of("Salt", "", "Tern", "")] {
            create(&tx, None, &WorkFacts::default(), &facts, now).unwrap();
        }
        tx.execute_batch("UPDATE editions SET publisher_id = NULL; DELETE FROM publishers").unwrap();
        let mut after = crate::catalog::walk::START;
        while let Some(last) = fill(&tx, after, 1, now).unwrap() {
            after = last;
        }
        let houses: Vec<String> = ["gull", "tern"].map(|slug| find(&conn, slug).unwrap().unwrap().name).into();
        assert_eq!(houses, ["Gull", "Tern"]);
        assert!(find(&conn, "book").unwrap().is_none());
    }
}
