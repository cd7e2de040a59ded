//! People and bodies: who somebody is, what they did, and where their works stand.
//!
//! One record each, however feeds spell them. `edit` joins two records that are one person.

mod edit;

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::credits::{Role, find_by_folded, folded};
use crate::kernel::ids::Id;
use crate::kernel::text;

pub(super) use edit::refresh;
pub use edit::{PeopleError, merge, rename};

/// A person, or a body such as a university.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// Their id.
    pub id: Id,
    /// `Gabriel García Márquez`.
    pub name: String,
    /// `García Márquez, Gabriel`.
    pub sort_name: String,
    /// An institution instead of a person.
    pub body: bool,
}

impl Person {
    /// `/contributors/{id}/{slug}`: their one address.
    pub fn path(&self) -> String {
        format!("/contributors/{}/{}", self.id, text::slug(&self.name))
    }
}

fn person(row: &Row<'_>) -> rusqlite::Result<Person> {
    Ok(Person { id: row.get(0)?, name: row.get(1)?, sort_name: row.get(2)?, body: row.get(3)? })
}

/// Somebody by id; a record that was joined to another leads there.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find(conn: &Connection, id: Id) -> rusqlite::Result<Option<Person>> {
    let here = conn
        .prepare_cached("SELECT id, name, sort_name, body FROM contributors WHERE id = ?1")?
        .query_row([id], person)
        .optional()?;
    if here.is_some() {
        return Ok(here);
    }
    conn.prepare_cached(
        "SELECT c.id, c.name, c.sort_name, c.body FROM contributor_names n
           JOIN contributors c ON c.id = n.contributor_id WHERE n.former_id = ?1",
    )?
    .query_row([id], person)
    .optional()
}

/// Whoever has a name, however it is spelt; also a name of before two records were joined.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find_by_name(conn: &Connection, name: &str) -> rusqlite::Result<Option<Person>> {
    match find_by_folded(conn, &folded(name))? {
        Some((id, _)) => find(conn, id),
        None => Ok(None),
    }
}

/// Who made an edition and how, in order.
///
/// # Errors
///
/// Only SQLite's own.
pub fn of_edition(conn: &Connection, edition: Id) -> rusqlite::Result<Vec<(Person, Role)>> {
    let mut statement = conn.prepare_cached(
        "SELECT c.id, c.name, c.sort_name, c.body, ec.role FROM edition_contributors ec
           JOIN contributors c ON c.id = ec.contributor_id
          WHERE ec.edition_id = ?1 ORDER BY ec.position",
    )?;
    let rows = statement.query_map([edition], |row| {
        let role: String = row.get(4)?;
        Ok((person(row)?, Role::from_code(&role).unwrap_or(Role::AUTHOR)))
    })?;
    rows.collect()
}

/// Everybody whom the editions of a work name.
pub(super) fn named_by_work(conn: &Connection, work: Id) -> rusqlite::Result<Vec<Id>> {
    let mut statement = conn.prepare_cached(
        "SELECT DISTINCT ec.contributor_id FROM editions e
           JOIN edition_contributors ec ON ec.edition_id = e.id WHERE e.work_id = ?1",
    )?;
    let rows = statement.query_map([work], |row| row.get(0))?;
    rows.collect()
}

/// What somebody did in the same way: all that they translated, say.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The words before the name: `translated by`.
    pub words: &'static str,
    /// Codes of ONIX List 17 that are said so.
    pub roles: Vec<String>,
    /// Works with an edition that visitors see.
    pub works: u32,
}

/// The order of parts on a page: whoever wrote is looked for first.
const ORDER: [&str; 9] = [
    "by",
    "translated by",
    "illustrated by",
    "edited by",
    "photographs by",
    "introduced by",
    "foreword by",
    "afterword by",
    "read by",
];

/// What somebody did, authors' works first.
///
/// # Errors
///
/// Only SQLite's own.
pub fn parts(conn: &Connection, person: Id) -> rusqlite::Result<Vec<Part>> {
    let mut statement = conn.prepare_cached(
        "SELECT DISTINCT ec.role, e.work_id FROM edition_contributors ec
           JOIN editions e ON e.id = ec.edition_id AND e.listed = 1
          WHERE ec.contributor_id = ?1 ORDER BY ec.role",
    )?;
    let mut rows = statement.query([person])?;
    let mut found: Vec<(Part, std::collections::HashSet<Id>)> = Vec::new();
    while let Some(row) = rows.next()? {
        let code: String = row.get(0)?;
        let words = Role::from_code(&code).unwrap_or(Role::AUTHOR).words();
        let at = match found.iter().position(|(part, _)| part.words == words) {
            Some(at) => at,
            None => {
                found.push((Part { words, roles: Vec::new(), works: 0 }, std::collections::HashSet::new()));
                found.len() - 1
            }
        };
        let Some((part, works)) = found.get_mut(at) else { continue };
        works.insert(row.get(1)?);
        if !part.roles.contains(&code) {
            part.roles.push(code);
        }
    }
    let counted = |(part, works): (Part, std::collections::HashSet<Id>)| Part {
        works: u32::try_from(works.len()).unwrap_or(u32::MAX),
        ..part
    };
    let mut parts: Vec<Part> = found.into_iter().map(counted).collect();
    parts.sort_by_key(|part| ORDER.iter().position(|words| *words == part.words).unwrap_or(ORDER.len()));
    Ok(parts)
}

/// Works of one part, in most demand first, then the newest.
///
/// # Errors
///
/// Only SQLite's own.
pub fn works(conn: &Connection, person: Id, part: &Part, offset: u32, limit: u32) -> rusqlite::Result<Vec<Id>> {
    let mut statement = conn.prepare_cached(
        "SELECT e.work_id FROM edition_contributors ec
           JOIN editions e ON e.id = ec.edition_id AND e.listed = 1
           JOIN works w ON w.id = e.work_id
          WHERE ec.contributor_id = :person AND ec.role IN (SELECT value FROM json_each(:roles))
          GROUP BY e.work_id ORDER BY w.popularity DESC, max(e.published) DESC, e.work_id
          LIMIT :limit OFFSET :offset",
    )?;
    // Codes of three letters and digits need no escaping.
    let roles = format!("[{}]", part.roles.iter().map(|role| format!("\"{role}\"")).collect::<Vec<_>>().join(","));
    let rows = statement
        .query_map(named_params! { ":person": person, ":roles": roles, ":limit": limit, ":offset": offset }, |row| {
            row.get(0)
        })?;
    rows.collect()
}

/// The editions of a work that visitors see and that name somebody: paperback, hardback, and so on.
///
/// # Errors
///
/// Only SQLite's own.
pub fn editions(conn: &Connection, person: Id, work: Id) -> rusqlite::Result<Vec<Id>> {
    let mut statement = conn.prepare_cached(
        "SELECT e.id, e.format FROM editions e WHERE e.work_id = :work AND e.listed = 1
            AND EXISTS (SELECT 1 FROM edition_contributors ec WHERE ec.edition_id = e.id AND ec.contributor_id = :person)",
    )?;
    let mut found: Vec<(Id, super::Format)> = statement
        .query_map(named_params! { ":work": work, ":person": person }, |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    found.sort_by_key(|(id, format)| (format.order(), *id));
    Ok(found.into_iter().map(|(id, _)| id).collect())
}

/// Somebody as staff list them.
#[derive(Clone, Debug, PartialEq)]
pub struct Counted {
    /// Who.
    pub person: Person,
    /// Editions that name them, shown or not.
    pub editions: u32,
}

fn counted(row: &Row<'_>) -> rusqlite::Result<Counted> {
    Ok(Counted { person: person(row)?, editions: row.get(4)? })
}

/// People whose name has all the words, by surname; without words, everybody. The first three words count.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list(conn: &Connection, words: &str, offset: u32, limit: u32) -> rusqlite::Result<Vec<Counted>> {
    let folded = text::fold(words);
    let mut words = folded.split(' ');
    let mut word = || words.next().unwrap_or_default().to_owned();
    let mut statement = conn.prepare_cached(
        "SELECT c.id, c.name, c.sort_name, c.body,
                (SELECT count(DISTINCT ec.edition_id) FROM edition_contributors ec WHERE ec.contributor_id = c.id)
           FROM contributors c
          WHERE instr(c.folded, :a) > 0 AND instr(c.folded, :b) > 0 AND instr(c.folded, :c) > 0
          ORDER BY c.sort_name COLLATE NOCASE, c.id LIMIT :limit OFFSET :offset",
    )?;
    let asked = named_params! { ":a": word(), ":b": word(), ":c": word(), ":limit": limit, ":offset": offset };
    let rows = statement.query_map(asked, counted)?;
    rows.collect()
}

/// One person as staff list them.
///
/// # Errors
///
/// Only SQLite's own.
pub fn count(conn: &Connection, person: Id) -> rusqlite::Result<u32> {
    conn.prepare_cached("SELECT count(DISTINCT edition_id) FROM edition_contributors WHERE contributor_id = ?1")?
        .query_row([person], |row| row.get(0))
}

/// Others who sort beside somebody and whose first name begins with the same letter: perhaps the same person.
///
/// # Errors
///
/// Only SQLite's own.
pub fn namesakes(conn: &Connection, of: &Person, limit: u32) -> rusqlite::Result<Vec<Counted>> {
    let (surname, given) = of.sort_name.split_once(',').unwrap_or((&of.sort_name, ""));
    let initial: String = given.trim().chars().take(1).collect();
    let from = if initial.is_empty() { surname.to_owned() } else { format!("{surname}, {initial}") };
    let mut statement = conn.prepare_cached(
        "SELECT c.id, c.name, c.sort_name, c.body,
                (SELECT count(DISTINCT ec.edition_id) FROM edition_contributors ec WHERE ec.contributor_id = c.id)
           FROM contributors c
          WHERE c.sort_name COLLATE NOCASE >= :from AND c.sort_name COLLATE NOCASE < :to AND c.id <> :id
          ORDER BY c.sort_name COLLATE NOCASE LIMIT :limit",
    )?;
    let to = format!("{from}\u{10ffff}");
    let rows =
        statement.query_map(named_params! { ":from": from, ":to": to, ":id": of.id, ":limit": limit }, counted)?;
    rows.collect()
}

/// The other spellings that mean somebody, folded as they are compared.
///
/// # Errors
///
/// Only SQLite's own.
pub fn other_names(conn: &Connection, person: Id) -> rusqlite::Result<Vec<String>> {
    let mut statement =
        conn.prepare_cached("SELECT folded FROM contributor_names WHERE contributor_id = ?1 ORDER BY folded")?;
    let rows = statement.query_map([person], |row| row.get(0))?;
    rows.collect()
}

#[cfg(test)]
mod tests;
