//! Who made a book, and how.

use rusqlite::{Connection, OptionalExtension};

use crate::db::Tx;
use crate::kernel::ids::Id;
use crate::kernel::text;

/// One contributor's part in an edition.
#[derive(Clone, Debug, PartialEq)]
pub struct Credit {
    /// `Gabriel García Márquez`.
    pub name: String,
    /// `García Márquez, Gabriel`; derived from `name` when a feed has none.
    pub sort_name: String,
    /// What they did.
    pub role: Role,
    /// An institution instead of a person.
    pub body: bool,
}

impl Credit {
    /// A credit from a name in either order.
    pub fn new(name: &str, role: Role) -> Credit {
        let name = text::tidy(name);
        Credit { sort_name: text::sort_name(&name), name: text::display_name(&name), role, body: false }
    }

    /// A credit of an institution: its name has no order.
    pub fn of_body(name: &str, role: Role) -> Credit {
        let name = text::tidy(name);
        Credit { sort_name: name.clone(), name, role, body: true }
    }
}

/// A code of ONIX List 17, such as `A01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Role([u8; 3]);

impl Role {
    /// By (author).
    pub const AUTHOR: Role = Role(*b"A01");
    /// Illustrated by.
    pub const ILLUSTRATOR: Role = Role(*b"A12");
    /// Edited by.
    pub const EDITOR: Role = Role(*b"B01");
    /// Translated by.
    pub const TRANSLATOR: Role = Role(*b"B06");

    /// The role of a three-character code.
    pub fn from_code(code: &str) -> Option<Role> {
        match code.trim().as_bytes() {
            [a, b, c] if a.is_ascii_uppercase() && b.is_ascii_digit() && c.is_ascii_digit() => Some(Role([*a, *b, *c])),
            _ => None,
        }
    }

    /// The code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("A01")
    }

    /// Words before the name: `translated by`; `by` for authors and codes we have no word for.
    pub fn words(&self) -> &'static str {
        match &self.0 {
            b"A12" | b"A36" => "illustrated by",
            b"B01" | b"B09" | b"B11" => "edited by",
            b"B06" | b"B08" => "translated by",
            b"A15" | b"A24" => "introduced by",
            b"A19" => "afterword by",
            b"A23" => "foreword by",
            b"A38" => "based on work by",
            b"E03" | b"E07" => "read by",
            b"A13" => "photographs by",
            _ => "by",
        }
    }

    /// Whether the name stands in the line under the title.
    fn is_first_kind(self) -> bool {
        self.words() == "by"
    }
}

/// The line under a title: the authors, else the editors, else whoever is named first.
pub fn byline(credits: &[Credit]) -> String {
    let first: Vec<&str> =
        credits.iter().filter(|credit| credit.role.is_first_kind()).map(|credit| credit.name.as_str()).collect();
    match (first.as_slice(), credits) {
        ([], [only, ..]) => format!("{} {}", only.role.words(), only.name),
        ([], []) => String::new(),
        ([a, b, c, _, ..], _) => format!("{a}, {b}, {c} and others"),
        (names, _) => names.join(", "),
    }
}

/// Replaces an edition's credits; people are found by their folded name or made.
///
/// Returns everybody who was or is named: it is news of each.
pub(super) fn store(tx: &Tx<'_>, edition: Id, credits: &[Credit], now: jiff::Timestamp) -> rusqlite::Result<Vec<Id>> {
    let mut people = named(tx, edition)?;
    tx.prepare_cached("DELETE FROM edition_contributors WHERE edition_id = ?1")?.execute([edition])?;
    let mut statement = tx.prepare_cached(INSERT)?;
    for (position, credit) in (0_i64..).zip(credits) {
        let (person, _) = find_or_make(tx, credit, &folded(&credit.name), now)?;
        statement.execute((edition, position, person, credit.role.code()))?;
        if !people.contains(&person) {
            people.push(person);
        }
    }
    Ok(people)
}

/// Everybody whom an edition names, each once.
pub(super) fn named(conn: &Connection, edition: Id) -> rusqlite::Result<Vec<Id>> {
    let mut statement =
        conn.prepare_cached("SELECT DISTINCT contributor_id FROM edition_contributors WHERE edition_id = ?1")?;
    let rows = statement.query_map([edition], |row| row.get(0))?;
    rows.collect()
}

/// The name as it tells people apart; a name of nothing but signs is still somebody.
pub(super) fn folded(name: &str) -> String {
    Some(text::fold(name)).filter(|folded| !folded.is_empty()).unwrap_or_else(|| name.to_owned())
}

/// Who has the folded name, or had it before somebody joined two records.
pub(super) fn find_by_folded(conn: &Connection, folded: &str) -> rusqlite::Result<Option<(Id, bool)>> {
    let known = conn
        .prepare_cached("SELECT id, body FROM contributors WHERE folded = ?1")?
        .query_row([folded], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if known.is_some() {
        return Ok(known);
    }
    conn.prepare_cached(
        "SELECT c.id, c.body FROM contributor_names n JOIN contributors c ON c.id = n.contributor_id
          WHERE n.folded = ?1",
    )?
    .query_row([folded], |row| Ok((row.get(0)?, row.get(1)?)))
    .optional()
}

/// The name by which somebody is sorted.
pub(super) fn sort_name(conn: &Connection, person: Id) -> rusqlite::Result<String> {
    conn.prepare_cached("SELECT sort_name FROM contributors WHERE id = ?1")?.query_row([person], |row| row.get(0))
}

/// A line of an edition's credits: edition, position, person, role.
pub(super) const INSERT: &str =
    "INSERT INTO edition_contributors (edition_id, position, contributor_id, role) VALUES (?1, ?2, ?3, ?4)";

/// The person of that folded name, made when nobody has it; whether it was.
pub(super) fn find_or_make(
    tx: &Tx<'_>, credit: &Credit, folded: &str, now: jiff::Timestamp,
) -> rusqlite::Result<(Id, bool)> {
    if let Some((id, is_body)) = find_by_folded(tx, folded)? {
        if credit.body && !is_body {
            // Who took it for a person did not know; who calls it a body does.
            tx.prepare_cached("UPDATE contributors SET body = 1, sort_name = name WHERE id = ?1")?.execute([id])?;
            super::people::refresh(tx, id, now)?;
        }
        return Ok((id, false));
    }
    let id = Id::new(now);
    tx.prepare_cached("INSERT INTO contributors (id, name, sort_name, folded, body) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute((id, &credit.name, &credit.sort_name, folded, credit.body))?;
    Ok((id, true))
}

/// An edition's credits in order.
pub(super) fn list(conn: &Connection, edition: Id) -> rusqlite::Result<Vec<Credit>> {
    let mut statement = conn.prepare_cached(
        "SELECT c.name, c.sort_name, ec.role, c.body FROM edition_contributors ec
           JOIN contributors c ON c.id = ec.contributor_id
          WHERE ec.edition_id = ?1 ORDER BY ec.position",
    )?;
    let rows = statement.query_map([edition], |row| {
        let role: String = row.get(2)?;
        Ok(Credit {
            name: row.get(0)?,
            sort_name: row.get(1)?,
            role: Role::from_code(&role).unwrap_or(Role::AUTHOR),
            body: row.get(3)?,
        })
    })?;
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_byline_names_who_wrote_it() {
        let credit = |name: &str, role| Credit::new(name, role);
        let marquez = credit("García Márquez, Gabriel", Role::AUTHOR);
        let rabassa = credit("Gregory Rabassa", Role::TRANSLATOR);
        assert_eq!(byline(&[marquez, rabassa]), "Gabriel García Márquez");
        assert_eq!(byline(&[credit("Ann Editor", Role::EDITOR)]), "edited by Ann Editor");
        let many = ["A", "B", "C", "D"].map(|name| credit(name, Role::AUTHOR));
        assert_eq!(byline(&many), "A, B, C and others");
        assert_eq!(byline(&[]), "");
    }
}
