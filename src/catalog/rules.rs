//! From a subject code to the shop's own shelves.
//!
//! The longest prefix decides: `FF` before `F`. The shop's own rules come before the built-in ones, so an owner
//! changes one shelf without writing all of them. (2026-11; refused: copying the built-in rules into the table,
//! where a better built-in rule would never arrive.)

use rusqlite::Connection;

use super::{Subject, categories};
use crate::changes::{self, Change};
use crate::db::Tx;

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// ONIX List 27: `93` Thema, `10` BISAC.
    pub scheme: String,
    /// The beginning of the codes it is about.
    pub prefix: String,
    /// The category's path; empty: no shelf, on purpose.
    pub path: String,
}

/// Thema's own prefixes, then BISAC's; shelves that are new get these names and palettes.
const BUILT_IN: [(&str, &str, &str); 57] = [
    ("93", "A", "arts"),
    ("93", "AV", "arts/music"),
    ("93", "AM", "arts/architecture"),
    ("93", "AJ", "arts/photography"),
    ("93", "AK", "arts/design"),
    ("93", "C", "arts/writing"),
    ("93", "D", "fiction"),
    ("93", "DC", "poetry"),
    ("93", "DD", "poetry/plays"),
    ("93", "DN", "biography"),
    ("93", "F", "fiction"),
    ("93", "FB", "fiction/contemporary"),
    ("93", "FBC", "classics"),
    ("93", "FF", "crime"),
    ("93", "FH", "crime"),
    ("93", "FHD", "crime/spies"),
    ("93", "FK", "fiction/horror"),
    ("93", "FL", "sf-fantasy/science-fiction"),
    ("93", "FM", "sf-fantasy/fantasy"),
    ("93", "FR", "fiction/romance"),
    ("93", "FV", "fiction/historical"),
    ("93", "FYB", "fiction/short-stories"),
    ("93", "FX", "comics"),
    ("93", "G", "ideas"),
    ("93", "J", "ideas/politics-and-society"),
    ("93", "JM", "ideas/psychology"),
    ("93", "K", "ideas/economics"),
    ("93", "L", "ideas"),
    ("93", "M", "science/mind-and-medicine"),
    ("93", "N", "history"),
    ("93", "P", "science"),
    ("93", "PB", "science/mathematics"),
    ("93", "PS", "science/life-sciences"),
    ("93", "Q", "ideas"),
    ("93", "QD", "ideas/philosophy"),
    ("93", "R", "nature"),
    ("93", "S", "nature"),
    ("93", "T", "science"),
    ("93", "U", "science"),
    ("93", "V", "ideas"),
    ("93", "W", "nature"),
    ("93", "WB", "food"),
    ("93", "WT", "nature/travel"),
    ("93", "X", "comics"),
    ("93", "XAM", "comics/manga"),
    ("93", "Y", "children"),
    ("93", "YB", "children/picture-books"),
    ("93", "YFB", "children"),
    ("10", "FIC", "fiction"),
    ("10", "FIC022", "crime"),
    ("10", "FIC028", "sf-fantasy/science-fiction"),
    ("10", "FIC009", "sf-fantasy/fantasy"),
    ("10", "BIO", "biography"),
    ("10", "HIS", "history"),
    ("10", "JUV", "children"),
    ("10", "CKB", "food"),
    ("10", "POE", "poetry"),
];

/// The shop's own rules, in order.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list(conn: &Connection) -> rusqlite::Result<Vec<Rule>> {
    let mut statement =
        conn.prepare_cached("SELECT scheme, prefix, path FROM category_rules ORDER BY scheme DESC, prefix")?;
    let rows =
        statement.query_map([], |row| Ok(Rule { scheme: row.get(0)?, prefix: row.get(1)?, path: row.get(2)? }))?;
    rows.collect()
}

/// The rules every shop begins with.
pub fn built_in() -> impl Iterator<Item = Rule> {
    BUILT_IN.iter().map(|(scheme, prefix, path)| Rule {
        scheme: (*scheme).to_owned(),
        prefix: (*prefix).to_owned(),
        path: (*path).to_owned(),
    })
}

/// Makes or changes a rule of the shop's own. Books that are here already keep their shelves until a feed or a
/// person speaks of them again.
///
/// # Errors
///
/// Only SQLite's own.
pub fn put(tx: &Tx<'_>, rule: &Rule, now: jiff::Timestamp) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO category_rules (scheme, prefix, path) VALUES (?1, ?2, ?3)
         ON CONFLICT (scheme, prefix) DO UPDATE SET path = excluded.path",
    )?
    .execute((&rule.scheme, &rule.prefix, &rule.path))?;
    if !rule.path.is_empty() {
        categories::find_or_make(tx, &rule.path, now)?;
    }
    changes::record(tx, Change::Settings, now)
}

/// Takes a rule of the shop's own away; the built-in one holds again. Returns whether it was there.
///
/// # Errors
///
/// Only SQLite's own.
pub fn remove(tx: &Tx<'_>, scheme: &str, prefix: &str, now: jiff::Timestamp) -> rusqlite::Result<bool> {
    let removed =
        tx.prepare_cached("DELETE FROM category_rules WHERE scheme = ?1 AND prefix = ?2")?.execute((scheme, prefix))?;
    if removed > 0 {
        changes::record(tx, Change::Settings, now)?;
    }
    Ok(removed > 0)
}

/// All rules together, for many questions.
#[derive(Debug, Default)]
pub struct Rules(Vec<Rule>);

impl Rules {
    /// The shop's rules over the built-in ones.
    ///
    /// # Errors
    ///
    /// Only SQLite's own.
    pub fn load(conn: &Connection) -> rusqlite::Result<Rules> {
        let mut rules = list(conn)?;
        for rule in built_in() {
            if !rules.iter().any(|own| own.scheme == rule.scheme && own.prefix == rule.prefix) {
                rules.push(rule);
            }
        }
        Ok(Rules(rules))
    }

    /// The shelves that a book's subjects lead to, each once, in the subjects' order.
    pub fn paths(&self, subjects: &[Subject]) -> Vec<String> {
        let mut paths: Vec<String> = Vec::new();
        for subject in subjects {
            let fits = |rule: &&Rule| rule.scheme == subject.scheme && subject.code.starts_with(&rule.prefix);
            let best = self.0.iter().filter(fits).max_by_key(|rule| rule.prefix.len());
            let path = best.map(|rule| &rule.path).filter(|path| !path.is_empty());
            paths.extend(path.filter(|path| !paths.contains(path)).cloned());
        }
        paths
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn subject(scheme: &str, code: &str) -> Subject {
        Subject { scheme: scheme.into(), code: code.into() }
    }

    #[test]
    fn the_longest_prefix_decides_and_the_shops_rule_comes_first() {
        let conn = crate::db::memory();
        let tx = crate::db::test_tx(&conn);
        let now = jiff::Timestamp::UNIX_EPOCH;
        let codes = [subject("93", "FFC"), subject("93", "FBA"), subject("12", "FFC"), subject("10", "FIC022000")];
        let rules = Rules::load(&conn).unwrap();
        assert_eq!(rules.paths(&codes), ["crime", "fiction/contemporary"]);
        let own = |prefix: &str, path: &str| Rule { scheme: "93".into(), prefix: prefix.into(), path: path.into() };
        put(&tx, &own("FFC", "crime/golden-age"), now).unwrap();
        put(&tx, &own("FB", ""), now).unwrap();
        assert_eq!(Rules::load(&conn).unwrap().paths(&codes), ["crime/golden-age", "crime"]);
        assert!(remove(&tx, "93", "FFC", now).unwrap());
        assert!(!remove(&tx, "93", "FFC", now).unwrap());
        assert_eq!(Rules::load(&conn).unwrap().paths(&codes), ["crime"]);
    }
}
