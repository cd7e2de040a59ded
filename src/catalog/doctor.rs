//! Proves that every book can be shown, linked and priced.

use jiff::Timestamp;
use rusqlite::{Connection, named_params};

use super::{alike, walk};
use crate::findings::{Check, Report, names};
use crate::kernel::ids::Id;
use crate::kernel::isbn::Isbn;
use crate::kernel::money::Currency;
use crate::kernel::time::to_ms;

/// Adds what the catalogue's tables prove, and what they contradict.
///
/// # Errors
///
/// Only SQLite's own.
pub fn check(conn: &Connection, now: Timestamp, report: &mut Report) -> rusqlite::Result<()> {
    editions(conn, report)?;
    isbns(conn, report)?;
    amounts(conn, report)?;
    currencies(conn, report)?;
    owner_prices(conn, now, report)?;
    references(conn, report)?;
    look_alikes(conn, report)?;
    categories(conn, report)
}

fn editions(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let check = Check {
        name: "editions",
        unit: "editions with a work, a title and an address",
        all: "SELECT count(*) FROM editions",
        broken:
            "SELECT e.id, w.id IS NULL, trim(e.title) = '' FROM editions AS e LEFT JOIN works AS w ON w.id = e.work_id
                  WHERE w.id IS NULL OR trim(e.title) = '' OR trim(e.slug) = ''",
    };
    report.expect_none(conn, &check, [], |row| {
        let edition = names::edition(conn, &row.get::<_, Vec<u8>>(0)?)?;
        Ok(match (row.get(1)?, row.get(2)?) {
            (true, _) => format!("{edition} belongs to a work that does not exist"),
            (false, true) => format!("{edition} has no title. Give it one in the back office."),
            (false, false) => format!("{edition} has no readable address. Save it again in the back office."),
        })
    })
}

fn isbns(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    const NAME: &str = "ISBNs";
    let mut statement = conn.prepare("SELECT id, title, isbn FROM editions WHERE isbn IS NOT NULL")?;
    let mut rows = statement.query([])?;
    let mut valid = 0;
    while let Some(row) = rows.next()? {
        let isbn: String = row.get(2)?;
        if isbn.parse::<Isbn>().is_ok_and(|parsed| parsed.as_str() == isbn) {
            valid += 1;
        } else {
            let (id, title): (Vec<u8>, String) = (row.get(0)?, row.get(1)?);
            report.find(
                NAME,
                format!(
                    "“{title}” (edition {}) has the ISBN {isbn}, which is none. Look at the book and correct it.",
                    names::id(&id)
                ),
            );
        }
    }
    report.prove(NAME, valid, "ISBNs with the right check digit");
    Ok(())
}

fn amounts(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let check = Check {
        name: "prices",
        unit: "prices not below zero",
        all: "SELECT count(*) FROM prices",
        broken: "SELECT edition_id, amount_minor, currency, id FROM prices WHERE amount_minor < 0",
    };
    report.expect_none(conn, &check, [], |row| {
        let edition = names::edition(conn, &row.get::<_, Vec<u8>>(0)?)?;
        let amount = names::amount(row.get(1)?, &row.get::<_, String>(2)?);
        Ok(format!("{edition} has a price of {amount} (row {}). Set its price again.", row.get::<_, i64>(3)?))
    })
}

fn currencies(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    const NAME: &str = "price currencies";
    let mut statement = conn.prepare("SELECT currency, count(*), min(id) FROM prices GROUP BY currency")?;
    let mut rows = statement.query([])?;
    let mut known = 0;
    while let Some(row) = rows.next()? {
        let currency: String = row.get(0)?;
        if currency.parse::<Currency>().is_ok_and(|parsed| parsed.code() == currency) {
            known += 1;
        } else {
            let (prices, first): (i64, i64) = (row.get(1)?, row.get(2)?);
            report.find(
                NAME,
                format!("{prices} prices (the first is row {first}) are in “{currency}”, which is not a currency"),
            );
        }
    }
    report.prove(NAME, known, "known currencies");
    Ok(())
}

fn owner_prices(conn: &Connection, now: Timestamp, report: &mut Report) -> rusqlite::Result<()> {
    let check = Check {
        name: "one own price",
        unit: "prices set by hand",
        all: "SELECT count(*) FROM prices WHERE source = 'owner' AND kind = 'selling' AND replaced_at IS NULL",
        broken: "SELECT edition_id, currency, count(*) FROM prices
                  WHERE source = 'owner' AND kind = 'selling' AND replaced_at IS NULL
                    AND valid_from <= :now AND (valid_to IS NULL OR valid_to > :now)
                  GROUP BY edition_id, currency HAVING count(*) > 1",
    };
    report.expect_none(conn, &check, named_params! { ":now": to_ms(now) }, |row| {
        let edition = names::edition(conn, &row.get::<_, Vec<u8>>(0)?)?;
        let (currency, prices): (String, i64) = (row.get(1)?, row.get(2)?);
        Ok(format!("{edition} has {prices} prices in {currency} set by hand at once. Set its price again."))
    })
}

fn references(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let check = Check {
        name: "feed references",
        unit: "references of feeds to books",
        all: "SELECT (SELECT count(*) FROM edition_refs) + (SELECT count(*) FROM work_refs)",
        broken: "SELECT source, ref, edition_id FROM edition_refs WHERE edition_id NOT IN (SELECT id FROM editions)
                  UNION ALL SELECT source, ref, work_id FROM work_refs WHERE work_id NOT IN (SELECT id FROM works)",
    };
    report.expect_none(conn, &check, [], |row| {
        let (source, reference, book): (String, String, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(format!(
            "the record “{reference}” of the feed “{source}” leads to the book {}, which does not exist",
            names::id(&book)
        ))
    })
}

/// Works read at a time.
const CHUNK: u32 = 1000;
/// After every id there is.
const END: Id = Id::from_bytes([0xff; 16]);

/// Search shows works with one number as one book. Those that have none yet get theirs when the index is built.
fn look_alikes(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    const NAME: &str = "look-alikes";
    let (mut right, mut from) = (0, walk::START);
    loop {
        let works = alike::between(conn, from, END, CHUNK)?;
        for found in works.iter().filter(|found| found.work != from && found.stored.is_some()) {
            if found.stored == Some(found.said) {
                right += 1;
                continue;
            }
            let edition = names::edition(conn, found.edition.as_bytes())?;
            report.find(
                NAME,
                format!("search shows {edition} as one book with others than its title and author say. Save it again in the back office."),
            );
        }
        match works.last() {
            Some(last) if last.work != from => from = last.work,
            _ => break,
        }
    }
    report.prove(NAME, right, "works that search puts beside those with the same title and author");
    Ok(())
}

/// A category whose parents run in a circle is reached from no page.
fn categories(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let check = Check {
        name: "categories",
        unit: "categories under a root",
        all: "SELECT count(*) FROM categories",
        broken: "WITH RECURSIVE reached (id) AS (
                    SELECT id FROM categories WHERE parent_id IS NULL
                    UNION SELECT c.id FROM reached CROSS JOIN categories AS c ON c.parent_id = reached.id)
                 SELECT name, path FROM categories WHERE id NOT IN (SELECT id FROM reached)",
    };
    report.expect_none(conn, &check, [], |row| {
        let (name, path): (String, String) = (row.get(0)?, row.get(1)?);
        Ok(format!("the category “{name}” ({path}) hangs under no top category. Choose its parent again."))
    })
}
