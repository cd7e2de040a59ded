//! Books by the day on which they came out, or will.

use jiff::civil::Date;
use rusqlite::{Connection, Row, named_params};

use crate::kernel::date::PartialDate;
use crate::kernel::ids::Id;

/// An edition, its work, and when it came or comes out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dated {
    /// The edition.
    pub id: Id,
    /// Its work.
    pub work: Id,
    /// As precise as known.
    pub published: PartialDate,
}

fn dated(row: &Row<'_>) -> rusqlite::Result<Dated> {
    Ok(Dated { id: row.get(0)?, work: row.get(1)?, published: row.get(2)? })
}

/// Editions that came out after `since`, `today` included, the newest first. One of which only the year is known is
/// not among them: nobody can say that it is new.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_out(conn: &Connection, since: Date, today: Date, limit: u32) -> rusqlite::Result<Vec<Dated>> {
    let mut statement = conn.prepare_cached(
        "SELECT id, work_id, published FROM editions
          WHERE published > :since AND published <= :today AND length(published) > 4 AND listed = 1
          ORDER BY published DESC, id DESC LIMIT :limit",
    )?;
    let (since, today) = (since.to_string(), today.to_string());
    let rows = statement.query_map(named_params! { ":since": since, ":today": today, ":limit": limit }, dated)?;
    rows.collect()
}

/// Editions that come out after `today`, the soonest first; within a month or a year those without a day come last.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_to_come(conn: &Connection, today: Date, limit: u32) -> rusqlite::Result<Vec<Dated>> {
    let mut statement = conn.prepare_cached(
        "SELECT id, work_id, published FROM editions WHERE published > :today AND listed = 1
          ORDER BY published, id LIMIT :limit",
    )?;
    let rows = statement.query_map(named_params! { ":today": today.to_string(), ":limit": limit }, dated)?;
    let mut found: Vec<Dated> = rows.collect::<Result<_, _>>()?;
    // A tilde sorts after whatever makes a date more precise.
    found.sort_by_cached_key(|book| format!("{}~", book.published));
    Ok(found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::catalog::{EditionFacts, WorkFacts, create};
    use crate::db::{memory, test_tx};

    #[test]
    fn books_stand_by_their_day_as_far_as_it_is_known() {
        let (conn, now) = (memory(), jiff::Timestamp::UNIX_EPOCH);
        let tx = test_tx(&conn);
        let dates = [
            "2026",
            "2026-11",
            "2026-11-22",
            "2026-11-23",
            "2026-10-01",
            "2026-08-01",
            "2027",
            "2027-01",
            "2027-01-31",
            "2026-12-24",
        ];
        for published in dates {
            let facts =
                EditionFacts { title: "Ink".into(), published: published.parse().ok(), ..EditionFacts::default() };
            create(&tx, None, &WorkFacts::default(), &facts, now).unwrap();
        }
        let day = |text: &str| text.parse::<Date>().unwrap();
        let shown =
            |books: Vec<Dated>| books.iter().map(|book| book.published.to_string()).collect::<Vec<_>>().join(" ");
        let out = list_out(&conn, day("2026-08-22"), day("2026-11-22"), 10).unwrap();
        assert_eq!(shown(out), "2026-11-22 2026-11 2026-10-01");
        let to_come = list_to_come(&conn, day("2026-11-22"), 10).unwrap();
        assert_eq!(shown(to_come), "2026-11-23 2026-12-24 2027-01-31 2027-01 2027");
    }
}
