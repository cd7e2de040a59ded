//! Finding works by title and name in the tables alone: what answers while the search index is being built, is
//! damaged or is missing.

use std::cmp::Reverse;
use std::collections::HashSet;

use rusqlite::{Connection, Row, named_params};

use super::{alike, find_id_by_isbn, works};
use crate::kernel::ids::Id;
use crate::kernel::isbn::Isbn;
use crate::kernel::text;

/// Works in most demand whose titles and bylines are read word by word.
const WALKED: u32 = 20_000;
/// Editions whose titles begin with the text, and editions of one person.
const EDITIONS: u32 = 200;
/// People whose names begin with the text.
const PEOPLE: u32 = 20;
/// Words of a text that count.
const MOST_WORDS: usize = 16;

/// How a work fits, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Title,
    Name,
    Beginning,
    Words,
}

/// A work that may be meant.
struct Candidate {
    work: Id,
    popularity: u32,
    title: String,
    byline: String,
}

/// Works that fit `text` by title and name, the best first; those that look alike are one.
///
/// Whole titles come first, then whole names, then titles that begin so, then those with every word in title and
/// byline; among equals what is asked for most. An ISBN fits its work alone. Reads a bounded number of rows, whatever
/// the size of the catalogue: titles and names are found by their beginning wherever they stand, words from their
/// middle only among the 20,000 works in most demand.
///
/// # Errors
///
/// Only SQLite's own.
pub fn plain_search(conn: &Connection, text: &str, limit: u32) -> rusqlite::Result<Vec<Id>> {
    if let Ok(isbn) = text.parse::<Isbn>() {
        let Some(edition) = find_id_by_isbn(conn, &isbn)? else { return Ok(Vec::new()) };
        return Ok(works::of_edition(conn, edition)?.into_iter().collect());
    }
    let asked = Asked::read(text);
    if asked.folded.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = titled(conn, &asked)?;
    found.extend(in_demand(conn, &asked)?);
    for person in people(conn, text, &asked)? {
        found.extend(works_of(conn, person, &asked)?);
    }
    found.sort_by_key(|(fit, candidate)| (*fit, Reverse(candidate.popularity), candidate.work));
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut seen, mut works) = (HashSet::new(), Vec::new());
    for (_, Candidate { work, .. }) in found {
        if works.len() == limit {
            break;
        }
        // Works without a number look like no other.
        if seen.insert(alike::of(conn, work)?.unwrap_or_else(|| alike::alone(work))) {
            works.push(work);
        }
    }
    Ok(works)
}

/// A text as titles and names are compared with it.
struct Asked {
    folded: String,
    /// Without its leading article.
    bare: String,
}

impl Asked {
    fn read(text: &str) -> Asked {
        let words = text::fold(text);
        let folded = words.split(' ').take(MOST_WORDS).collect::<Vec<_>>().join(" ");
        Asked { bare: text::sort_title(&folded), folded }
    }

    fn fit(&self, candidate: &Candidate) -> Option<Fit> {
        let title = text::sort_title(&candidate.title);
        // What follows is a subtitle, a series, or what sort of edition it is.
        let head = candidate.title.split(['(', '[', ':', ';']).next().map(text::sort_title);
        if title == self.bare || head.as_ref() == Some(&self.bare) {
            return Some(Fit::Title);
        }
        let byline = text::fold(&candidate.byline);
        if byline == self.folded {
            return Some(Fit::Name);
        }
        if title.strip_prefix(self.bare.as_str()).is_some_and(|rest| rest.starts_with(' ')) {
            return Some(Fit::Beginning);
        }
        let all = format!(" {} {byline}", text::fold(&candidate.title));
        // `hitchhikers` for `Hitchhiker’s`, and words that belong together.
        let together = all.replace(' ', "");
        let fits = |word: &str| all.contains(&format!(" {word}")) || (word.len() > 5 && together.contains(word));
        self.folded.split(' ').all(fits).then_some(Fit::Words)
    }

    fn those_that_fit(
        &self, rows: impl Iterator<Item = rusqlite::Result<Candidate>>,
    ) -> impl Iterator<Item = rusqlite::Result<(Fit, Candidate)>> {
        rows.filter_map(|row| row.map(|work| Some((self.fit(&work)?, work))).transpose())
    }
}

impl Candidate {
    fn read(row: &Row<'_>) -> rusqlite::Result<Candidate> {
        Ok(Candidate { work: row.get(0)?, popularity: row.get(1)?, title: row.get(2)?, byline: row.get(3)? })
    }
}

/// Works whose titles begin with the text, with or without an article.
fn titled(conn: &Connection, asked: &Asked) -> rusqlite::Result<Vec<(Fit, Candidate)>> {
    let mut statement = conn.prepare_cached(
        "SELECT w.id, w.popularity, e.title, e.byline FROM editions e JOIN works w ON w.id = e.work_id
          WHERE e.slug >= :from AND e.slug < :below AND e.listed = 1 LIMIT :limit",
    )?;
    let mut found = Vec::new();
    for article in ["", "the-", "a-", "an-"] {
        let from = format!("{article}{}", text::slug(&asked.bare));
        // A slug's words are parted by `-`; `.` comes after it.
        let below = format!("{from}.");
        let rows = statement
            .query_map(named_params! { ":from": from, ":below": below, ":limit": EDITIONS }, Candidate::read)?;
        for row in asked.those_that_fit(rows) {
            found.push(row?);
        }
    }
    Ok(found)
}

/// The works in most demand that fit.
fn in_demand(conn: &Connection, asked: &Asked) -> rusqlite::Result<Vec<(Fit, Candidate)>> {
    let mut statement = conn.prepare_cached(
        "SELECT w.id, w.popularity, e.title, e.byline
           FROM (SELECT id, popularity FROM works ORDER BY popularity DESC, id LIMIT ?1) w
          CROSS JOIN editions e ON e.work_id = w.id WHERE e.listed = 1",
    )?;
    let rows = statement.query_map([WALKED], Candidate::read)?;
    asked.those_that_fit(rows).collect()
}

/// Whoever is called so: by the whole name or its first words, or by the surname.
fn people(conn: &Connection, text: &str, asked: &Asked) -> rusqlite::Result<Vec<Id>> {
    let mut statement = conn.prepare_cached(
        "SELECT id FROM contributors WHERE folded >= :from AND folded < :below
          UNION SELECT id FROM contributors
                 WHERE sort_name COLLATE NOCASE >= :surname AND sort_name COLLATE NOCASE < :after LIMIT :limit",
    )?;
    let (surname, after) = (format!("{},", text.trim()), format!("{}-", text.trim()));
    let rows = statement.query_map(
        named_params! {
            ":from": asked.folded,
            // `!` comes after the space that parts words.
            ":below": format!("{}!", asked.folded),
            ":surname": surname,
            ":after": after,
            ":limit": PEOPLE,
        },
        |row| row.get(0),
    )?;
    rows.collect()
}

/// What somebody had a part in, whose name is what was typed.
fn works_of(conn: &Connection, person: Id, asked: &Asked) -> rusqlite::Result<Vec<(Fit, Candidate)>> {
    let mut statement = conn.prepare_cached(
        "SELECT w.id, w.popularity, e.title, e.byline FROM edition_contributors ec
           JOIN editions e ON e.id = ec.edition_id AND e.listed = 1
           JOIN works w ON w.id = e.work_id
          WHERE ec.contributor_id = ?1 LIMIT ?2",
    )?;
    let rows = statement.query_map((person, EDITIONS), Candidate::read)?;
    let fitted = rows.map(|row| row.map(|work| (asked.fit(&work).map_or(Fit::Name, |fit| fit.min(Fit::Name)), work)));
    fitted.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::catalog::{self, Credit, EditionFacts, Role, WorkFacts};

    const BOOKS: [(&str, &str, &str, u32); 9] = [
        ("9780306406157", "The Left Hand of Darkness", "Ursula K. Le Guin", 40),
        ("", "Darkness (A Tale)", "Ann Author", 1),
        ("", "Darkness Visible", "Bo Writer", 2),
        ("", "Ways of Darkness", "Cy Poet", 90),
        ("", "Étrange Été", "José Darkness", 5),
        ("", "The Hitchhiker’s Guide", "Dee Adams", 7),
        ("", "Guide, or the Darkness of Guin", "Le Eve", 3),
        ("", "The Left Hand of Darkness: Anniversary Edition", "Ursula K. Le Guin", 1),
        ("", "Hidden", "Fay Hidden", 99),
    ];

    #[test]
    fn titles_come_before_names_and_both_before_words() {
        let conn = crate::db::memory();
        let tx = crate::db::test_tx(&conn);
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        for (isbn, title, name, popularity) in BOOKS {
            let facts = EditionFacts {
                isbn: isbn.parse().ok(),
                title: title.into(),
                credits: vec![Credit::new(name, Role::AUTHOR)],
                ..EditionFacts::default()
            };
            let about = WorkFacts { popularity, ..WorkFacts::default() };
            let (id, _) = catalog::create(&tx, None, &about, &facts, now).unwrap();
            catalog::set_listed(&tx, id, title != "Hidden", now).unwrap();
        }
        let check = |text: &str, expected: &[&str]| {
            let found = plain_search(&conn, text, 50).unwrap().into_iter().map(|work| {
                let edition = works::editions(&conn, work).unwrap().into_iter().next().unwrap();
                catalog::find(&conn, edition).unwrap().unwrap().facts.title
            });
            assert_eq!(found.collect::<Vec<_>>(), expected, "{text}");
        };
        let [left, tale, visible, ways, ete, hitchhiker, guide, ..] = BOOKS.map(|(_, title, ..)| title);
        check("darkness", &[tale, ete, visible, ways, left, guide]);
        check("left hand of darkness", &[left]);
        check("DARKNESS, hand left", &[left]);
        check("etrange ete", &[ete]);
        check("ursula k le guin", &[left]);
        check("le guin darkness", &[left, guide]);
        check("hitchhikers guide", &[hitchhiker]);
        check("0-306-40615-2", &[left]);
        check("9780141439549", &[]);
        check("hidden", &[]);
        check("darkness ink", &[]);
        check("?!", &[]);
        assert_eq!(plain_search(&conn, "darkness", 2).unwrap().len(), 2);
    }
}
