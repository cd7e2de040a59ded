//! How SQLite answers what the shop asks: no statement reads a whole table that grows.
//!
//! The statements are taken from the rooms' source as they stand there, so none can be forgotten. The doctor
//! and backups read everything on purpose and are left out.

use std::collections::BTreeSet;

use bookstall::db::Db;
use rusqlite::Connection;

use crate::support::source::{self, Literal};

/// Tables that stay small however long a shop sells: reading all of one is cheaper than an index.
const SMALL: &[&str] = &[
    "categories",
    "category_rules",
    "counters",
    "delivery_countries",
    "delivery_methods",
    "settings",
    "staff",
    "staff_picks",
    "tax_rates",
];

/// Statements that read a growing table whole, by a piece of their text, each with the reason why it may.
const MAY_SCAN: &[(&str, &str)] = &[
    ("count(*) FILTER (WHERE state = 'queued')", "counts all mail, for the doctor and the office"),
    ("SELECT count(*) FROM editions", "counts what staff look after, and what a rebuild of the index has before it"),
    ("SELECT identity FROM import_records LIMIT", "an import reads once which books it knows, not once for each row"),
    ("FROM test_gateway_charges", "the test gateway keeps a handful of rows and takes no money"),
];

struct Statement {
    place: String,
    sql: String,
}

fn statements() -> Vec<Statement> {
    let left_out = ["backup", "doctor", "db", "web", "cli", "app"];
    let mut found = Vec::new();
    for source in source::shop() {
        if left_out.contains(&source.part()) || source.path.ends_with("/doctor.rs") {
            continue;
        }
        let asked = source.literals.iter().filter(|literal| is_statement(literal));
        found.extend(asked.map(|literal| Statement { place: source.place(literal.line), sql: literal.text.clone() }));
    }
    found
}

fn is_statement(literal: &Literal) -> bool {
    let text = literal.text.trim_start();
    ["SELECT ", "SELECT\n", "INSERT ", "UPDATE ", "DELETE ", "WITH "].iter().any(|verb| text.starts_with(verb))
}

/// The tables and aliases that the plan reads from end to end.
fn scanned(conn: &Connection, partial: &BTreeSet<String>, sql: &str) -> rusqlite::Result<Vec<String>> {
    let mut plan = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
    let mut rows = plan.raw_query();
    let mut scanned = Vec::new();
    while let Some(row) = rows.next()? {
        let step: String = row.get("detail")?;
        let Some(scan) = step.strip_prefix("SCAN ") else { continue };
        // An index read in order, for the first rows only, is what an index is for; so is one of a few rows only.
        let index = scan.rsplit_once(" INDEX ").map(|(_, index)| index);
        let in_order = index.is_some() && sql.contains("LIMIT");
        let few = index.is_some_and(|index| partial.contains(index));
        let name = scan.split(' ').next().unwrap_or_default();
        // Rows that refer to a new row are looked for only where a reference was broken before.
        let broken_only = sql.trim_start().starts_with("INSERT") && !sql.contains(name);
        if !in_order && !few && !broken_only {
            scanned.push(name.to_owned());
        }
    }
    Ok(scanned)
}

/// The table behind a name in a plan, which may be an alias; `None` for a common table expression.
fn table(tables: &BTreeSet<String>, sql: &str, name: &str) -> Option<String> {
    if tables.contains(name) {
        return Some(name.to_owned());
    }
    let words: Vec<&str> =
        sql.split([' ', '\n', ',', '(', ')']).filter(|word| !word.is_empty() && *word != "AS").collect();
    words.windows(2).find(|pair| tables.contains(pair[0]) && pair[1] == name).map(|pair| pair[0].to_owned())
}

fn names(conn: &Connection, which: &str) -> BTreeSet<String> {
    let mut names = conn.prepare(&format!("SELECT name FROM sqlite_schema WHERE {which}")).unwrap();
    names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn no_statement_reads_a_growing_table_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bookstall.db");
    Db::open(&path).unwrap().close();
    let conn = Db::open_reader(&path).unwrap();
    let tables = names(&conn, "type = 'table'");
    let partial = names(&conn, "type = 'index' AND sql LIKE '% WHERE %'");
    let (mut planned, mut breaches) = (0, Vec::new());
    for Statement { place, sql } in statements() {
        // A statement put together by `format!` is not one as it stands; its room tests it.
        if sql.contains('{') {
            continue;
        }
        planned += 1;
        let scanned = scanned(&conn, &partial, &sql).unwrap_or_else(|error| panic!("{place}: {error}\n{sql}"));
        for name in scanned {
            let Some(table) = table(&tables, &sql, &name) else { continue };
            if !SMALL.contains(&table.as_str()) && !MAY_SCAN.iter().any(|(piece, _)| sql.contains(piece)) {
                breaches.push(format!("{place}: reads all of `{table}`:\n    {sql}"));
            }
        }
    }
    assert!(planned > 100, "only {planned} statements were found: the search for them is broken");
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}
