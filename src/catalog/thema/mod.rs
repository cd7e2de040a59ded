//! Thema's words: the official ones when the shop has loaded them, our own for the top two levels until then.
//!
//! The official list is free to use but not ours to ship, so it is loaded from the file that its makers
//! publish (2026-11; refused: building it in). A code that a later list drops keeps its word: books still have it.

mod labels;
mod list;

use rusqlite::{Connection, OptionalExtension};

use crate::changes::{self, Change};
use crate::db::Tx;

pub use list::{Entry, NotThema, parse};

/// ONIX List 27: Thema subject categories.
pub const SCHEME: &str = "93";

/// The word for a code: the loaded one, else our own for the code or for the nearest code above it.
///
/// `FBAN` is “Novels” until the list is loaded. `None`: no code of Thema.
///
/// # Errors
///
/// Only SQLite's own.
pub fn label(conn: &Connection, code: &str) -> rusqlite::Result<Option<String>> {
    let loaded: Option<String> = conn
        .prepare_cached("SELECT label FROM thema_labels WHERE code = ?1")?
        .query_row([code], |row| row.get(0))
        .optional()?;
    Ok(loaded.or_else(|| own_label(code).map(str::to_owned)))
}

fn own_label(code: &str) -> Option<&'static str> {
    [2, 1].iter().find_map(|length| {
        let above = code.get(..*length)?;
        let place = labels::OWN.binary_search_by_key(&above, |(code, _)| code).ok()?;
        labels::OWN.get(place).map(|(_, label)| *label)
    })
}

/// Keeps a list; what is known already stays as it is. Returns how many codes are new or have another word.
///
/// # Errors
///
/// Only SQLite's own.
pub fn load(tx: &Tx<'_>, entries: &[Entry], now: jiff::Timestamp) -> rusqlite::Result<usize> {
    let mut changed = 0;
    let mut statement = tx.prepare_cached(
        "INSERT INTO thema_labels (code, parent, label) VALUES (?1, ?2, ?3)
         ON CONFLICT (code) DO UPDATE SET parent = excluded.parent, label = excluded.label
          WHERE thema_labels.parent IS NOT excluded.parent OR thema_labels.label <> excluded.label",
    )?;
    for entry in entries {
        changed += statement.execute((&entry.code, &entry.parent, &entry.label))?;
    }
    if changed > 0 {
        changes::record(tx, Change::Settings, now)?;
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    fn list(label: &str) -> Vec<Entry> {
        parse(list::sample(label).as_bytes()).unwrap()
    }

    #[test]
    fn our_own_words_hold_until_the_list_is_loaded() {
        let conn = crate::db::memory();
        let tx = crate::db::test_tx(&conn);
        let now = jiff::Timestamp::UNIX_EPOCH;
        let word = |code: &str| label(&conn, code).unwrap();
        assert_eq!(word("FF").as_deref(), Some("Crime and mystery"));
        assert_eq!(word("FFP").as_deref(), Some("Crime and mystery"));
        assert_eq!(word("1DDU").as_deref(), Some("Place"));
        assert_eq!((word("F"), word("")), (Some("Fiction".into()), None));
        assert_eq!((word("ÉF"), word("x")), (None, None));
        let before = changes::latest(&conn).unwrap();
        assert_eq!(load(&tx, &list("Procedural murders"), now).unwrap(), 3);
        assert_eq!(word("FFP").as_deref(), Some("Procedural murders"));
        assert_eq!(word("FFC").as_deref(), Some("Crime and mystery"));
        assert!(changes::latest(&conn).unwrap() > before);
        let after = changes::latest(&conn).unwrap();
        assert_eq!(load(&tx, &list("Procedural murders"), now).unwrap(), 0);
        assert_eq!(changes::latest(&conn).unwrap(), after, "nothing is told when nothing changed");
        assert_eq!(load(&tx, &list("Police work"), now).unwrap(), 1);
        assert_eq!(word("FFP").as_deref(), Some("Police work"));
    }

    #[test]
    fn our_own_words_are_in_order_and_short() {
        assert!(labels::OWN.is_sorted_by(|a, b| a.0 < b.0));
        for (code, label) in labels::OWN {
            assert!((3..=32).contains(&label.len()) && code.len() <= 2, "{code} {label}");
        }
    }

    #[test]
    fn the_official_list_is_taken_whole() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/subjects/thema-v1.6-en.json");
        let Ok(json) = std::fs::read(&path) else {
            eprintln!("skipped: {} is not here", path.display());
            return;
        };
        let entries = parse(&json).unwrap();
        assert_eq!(entries.len(), 9187);
        let top = |entry: &&Entry| {
            entry.code.len() == 1 || (entry.code.len() == 2 && entry.code.starts_with(|c: char| c.is_alphabetic()))
        };
        let mut codes: Vec<&str> = entries.iter().filter(top).map(|entry| entry.code.as_str()).collect();
        codes.sort_unstable();
        assert_eq!(codes, labels::OWN.map(|(code, _)| code), "a word of our own for each");
        let conn = crate::db::memory();
        let tx = crate::db::test_tx(&conn);
        assert_eq!(load(&tx, &entries, jiff::Timestamp::UNIX_EPOCH).unwrap(), 9187);
        assert_eq!(load(&tx, &entries, jiff::Timestamp::UNIX_EPOCH).unwrap(), 0);
    }
}
