//! Joining two records of one person, and correcting a name.

use jiff::Timestamp;
use rusqlite::named_params;

use super::{Person, find};
use crate::catalog::{alike, credits, works};
use crate::changes::{self, Change};
use crate::db::{DbError, Tx};
use crate::error::{Fault, Kind};
use crate::kernel::ids::Id;
use crate::kernel::text;
use crate::kernel::time::to_ms;

/// Why a person's record stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// There is no such record, or no longer.
    #[error("there is no such person")]
    Missing,
    /// A record cannot be joined to itself.
    #[error("these are one record already")]
    Same,
    /// The name means somebody else.
    #[error("“{}” is another record: join the two instead", .0.name)]
    Taken(Box<Person>),
    /// No name, or one over 200 characters.
    #[error("a name has 1 to 200 characters, this has {0}")]
    Name(usize),
    /// SQLite said no.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<rusqlite::Error> for PeopleError {
    fn from(error: rusqlite::Error) -> PeopleError {
        PeopleError::Db(error.into())
    }
}

impl Fault for PeopleError {
    fn kind(&self) -> Kind {
        match self {
            PeopleError::Missing => Kind::NotFound,
            PeopleError::Same | PeopleError::Taken(_) => Kind::Conflict,
            PeopleError::Name(_) => Kind::Invalid,
            PeopleError::Db(error) => error.kind(),
        }
    }
}

/// Joins `gone` to `keep`: its books, its spellings and its address are `keep`'s from now on.
///
/// Returns how many editions were rewritten. A feed that spells `gone` again means `keep`.
///
/// # Errors
///
/// `Missing` or `Same`; nothing is changed then.
pub fn merge(tx: &Tx<'_>, keep: Id, gone: Id, now: Timestamp) -> Result<u32, PeopleError> {
    if keep == gone {
        return Err(PeopleError::Same);
    }
    for id in [keep, gone] {
        find(tx, id)?.filter(|person| person.id == id).ok_or(PeopleError::Missing)?;
    }
    let editions = editions(tx, gone)?;
    // Named twice in one role, they would stand there twice.
    tx.prepare_cached(
        "DELETE FROM edition_contributors WHERE contributor_id = :gone
            AND EXISTS (SELECT 1 FROM edition_contributors other
                         WHERE other.edition_id = edition_contributors.edition_id
                           AND other.contributor_id = :keep AND other.role = edition_contributors.role)",
    )?
    .execute(named_params! { ":gone": gone, ":keep": keep })?;
    for sql in [
        "UPDATE edition_contributors SET contributor_id = :keep WHERE contributor_id = :gone",
        "UPDATE contributor_names SET contributor_id = :keep WHERE contributor_id = :gone",
        "INSERT INTO contributor_names (folded, contributor_id, former_id)
         SELECT folded, :keep, id FROM contributors WHERE id = :gone",
    ] {
        tx.prepare_cached(sql)?.execute(named_params! { ":gone": gone, ":keep": keep })?;
    }
    tx.prepare_cached("DELETE FROM contributors WHERE id = ?1")?.execute([gone])?;
    rewrite(tx, &editions, &[keep, gone], now)?;
    Ok(u32::try_from(editions.len()).unwrap_or(u32::MAX))
}

/// Corrects a name, the name it is sorted by, and whether it is a body. The old spelling still means the same person.
///
/// An empty `sort_name` is derived. Returns how many editions were rewritten.
///
/// # Errors
///
/// `Missing`, `Name`, or `Taken` with who has that name; nothing is changed then.
pub fn rename(
    tx: &Tx<'_>, id: Id, name: &str, sort_name: &str, body: bool, now: Timestamp,
) -> Result<u32, PeopleError> {
    let before = find(tx, id)?.filter(|person| person.id == id).ok_or(PeopleError::Missing)?;
    let name = if body { text::tidy(name) } else { text::display_name(&text::tidy(name)) };
    let sort_name = match text::tidy(sort_name) {
        given if !given.is_empty() => given,
        _ if body => name.clone(),
        _ => text::sort_name(&name),
    };
    if let Some(length) =
        [&name, &sort_name].map(|name| name.chars().count()).into_iter().find(|n| !(1..=200).contains(n))
    {
        return Err(PeopleError::Name(length));
    }
    let folded = credits::folded(&name);
    if let Some((other, _)) = credits::find_by_folded(tx, &folded)?.filter(|(other, _)| *other != id) {
        return Err(find(tx, other)?.map_or(PeopleError::Missing, |person| PeopleError::Taken(Box::new(person))));
    }
    tx.prepare_cached("DELETE FROM contributor_names WHERE folded = ?1 AND former_id IS NULL")?.execute([&folded])?;
    let old = credits::folded(&before.name);
    if old != folded {
        tx.prepare_cached(
            "INSERT INTO contributor_names (folded, contributor_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        )?
        .execute((&old, id))?;
    }
    tx.prepare_cached(
        "UPDATE contributors SET name = :name, sort_name = :sort, folded = :folded, body = :body WHERE id = :id",
    )?
    .execute(named_params! { ":name": name, ":sort": sort_name, ":folded": folded, ":body": body, ":id": id })?;
    let editions = editions(tx, id)?;
    rewrite(tx, &editions, &[id], now)?;
    Ok(u32::try_from(editions.len()).unwrap_or(u32::MAX))
}

fn editions(tx: &Tx<'_>, person: Id) -> rusqlite::Result<Vec<Id>> {
    let mut statement =
        tx.prepare_cached("SELECT DISTINCT edition_id FROM edition_contributors WHERE contributor_id = ?1")?;
    let rows = statement.query_map([person], |row| row.get(0))?;
    rows.collect()
}

/// Somebody's name changed without anybody's asking: their books hear of it.
pub(in crate::catalog) fn refresh(tx: &Tx<'_>, person: Id, now: Timestamp) -> rusqlite::Result<()> {
    rewrite(tx, &editions(tx, person)?, &[person], now)
}

/// The line under the title is kept beside it, so it is written anew; the index and kept pages hear of it.
fn rewrite(tx: &Tx<'_>, editions: &[Id], people: &[Id], now: Timestamp) -> rusqlite::Result<()> {
    let mut statement = tx.prepare_cached(
        "UPDATE editions SET byline = :byline, version = version + 1, updated_at = :now WHERE id = :id",
    )?;
    for id in editions {
        let byline = credits::byline(&credits::list(tx, *id)?);
        statement.execute(named_params! { ":byline": byline, ":now": to_ms(now), ":id": id })?;
        if let Some(work) = works::of_edition(tx, *id)? {
            alike::set(tx, work, now)?;
        }
        changes::record_with(tx, Change::Edition(*id), people, now)?;
    }
    Ok(())
}
