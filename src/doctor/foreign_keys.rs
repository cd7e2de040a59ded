//! References that lead nowhere, for every table alike.

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::findings::{Report, count, names};

const NAME: &str = "references";

pub(super) fn check(conn: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let mut statement = conn.prepare("SELECT \"table\", fkid, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2")?;
    let broken = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<Vec<(String, i64, i64)>>>()?;
    for (table, key, _) in &broken {
        name_rows(conn, table, *key, report)?;
    }
    let keys = "SELECT count(*) FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) WHERE s.type = 'table'";
    report.prove(
        NAME,
        count(conn, keys)?.saturating_sub(u64::try_from(broken.len()).unwrap_or(0)),
        "kinds of reference",
    );
    Ok(())
}

/// SQLite tells the rowid only, which most tables here have not; so the rows are looked for by their key.
fn name_rows(conn: &Connection, table: &str, key: i64, report: &mut Report) -> rusqlite::Result<()> {
    let (from, parent, to): (String, String, Option<String>) = conn.query_row(
        "SELECT \"from\", \"table\", \"to\" FROM pragma_foreign_key_list(?1) WHERE id = ?2 AND seq = 0",
        (table, key),
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let to = to.unwrap_or_else(|| "rowid".to_owned());
    let mut keys = conn.prepare("SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk")?;
    let keys = keys.query_map([table], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    let columns: Vec<String> = keys.iter().chain([&from]).map(|column| format!("c.{}", quoted(column))).collect();
    let sql = format!(
        "SELECT {columns} FROM {table} AS c WHERE c.{from} IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM {parent} AS p WHERE p.{to} = c.{from}) LIMIT 100",
        columns = columns.join(", "),
        table = quoted(table),
        parent = quoted(&parent),
        to = quoted(&to),
        from = quoted(&from),
    );
    let mut statement = conn.prepare(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let words =
            (0..columns.len()).map(|index| row.get_ref(index).map(value)).collect::<rusqlite::Result<Vec<_>>>()?;
        let (target, own) =
            words.split_last().map_or(("", String::new()), |(target, own)| (target.as_str(), own.join(" / ")));
        report.find(
            NAME,
            format!("in “{table}” the row {own} refers by “{from}” to {target} in “{parent}”, which does not exist"),
        );
    }
    Ok(())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn value(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "nothing".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => format!("“{}”", String::from_utf8_lossy(text)),
        ValueRef::Blob(bytes) => names::id(bytes),
    }
}
