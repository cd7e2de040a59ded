//! What only whole editions carry: long texts, praise, measures, relations. No list reads these tables.

use rusqlite::{Connection, OptionalExtension, named_params};

use super::{EditionFacts, Quote, Related, texts};
use crate::db::Tx;
use crate::kernel::ids::Id;

/// Adds to `facts` what the other tables say.
pub(super) fn read(conn: &Connection, id: Id, facts: &mut EditionFacts) -> rusqlite::Result<()> {
    read_texts(conn, id, facts)?;
    read_row(conn, id, facts)?;
    facts.quotes = conn
        .prepare_cached("SELECT text, source FROM edition_quotes WHERE edition_id = ?1 ORDER BY position")?
        .query_map([id], |row| Ok(Quote { text: row.get(0)?, source: row.get(1)? }))?
        .collect::<Result<_, _>>()?;
    facts.related = conn
        .prepare_cached("SELECT code, isbn FROM edition_relations WHERE edition_id = ?1 ORDER BY position")?
        .query_map([id], |row| Ok(Related { code: row.get(0)?, isbn: row.get(1)? }))?
        .collect::<Result<_, _>>()?;
    Ok(())
}

fn read_texts(conn: &Connection, id: Id, facts: &mut EditionFacts) -> rusqlite::Result<()> {
    let mut statement = conn.prepare_cached("SELECT kind, html FROM edition_texts WHERE edition_id = ?1")?;
    let mut rows = statement.query([id])?;
    while let Some(row) = rows.next()? {
        let html = row.get(1)?;
        match row.get_ref(0)?.as_str()? {
            "description" => facts.description = html,
            "author_note" => facts.author_note = html,
            "contents" => facts.contents = html,
            _ => {}
        }
    }
    Ok(())
}

fn read_row(conn: &Connection, id: Id, facts: &mut EditionFacts) -> rusqlite::Result<()> {
    let codes = |text: String| text.split_whitespace().map(str::to_owned).collect();
    conn.prepare_cached(
        "SELECT edition_statement, more_languages, height_mm, width_mm, thickness_mm, minutes, age_from, age_to,
                safety_contact, accessibility, protection
           FROM edition_details WHERE edition_id = ?1",
    )?
    .query_row([id], |row| {
        facts.edition_statement = row.get(0)?;
        facts.more_languages = codes(row.get(1)?);
        facts.height_mm = row.get(2)?;
        facts.width_mm = row.get(3)?;
        facts.thickness_mm = row.get(4)?;
        facts.minutes = row.get(5)?;
        facts.age_from = row.get(6)?;
        facts.age_to = row.get(7)?;
        facts.safety_contact = row.get(8)?;
        facts.accessibility = codes(row.get(9)?);
        facts.protection = row.get(10)?;
        Ok(())
    })
    .optional()
    .map(|_| ())
}

/// Replaces what the other tables say by what `facts` say.
pub(super) fn write(tx: &Tx<'_>, id: Id, facts: &EditionFacts) -> rusqlite::Result<()> {
    for table in ["edition_details", "edition_texts", "edition_quotes", "edition_relations"] {
        tx.prepare_cached(&format!("DELETE FROM {table} WHERE edition_id = ?1"))?.execute([id])?;
    }
    insert(tx, id, facts, &long_texts(facts))
}

/// A long text's kind, and its HTML once it is clean.
pub(super) type LongText = (&'static str, String);

/// The long texts that `facts` have.
pub(super) fn long_texts(facts: &EditionFacts) -> Vec<LongText> {
    let all = [("description", &facts.description), ("author_note", &facts.author_note), ("contents", &facts.contents)];
    let clean = all.into_iter().filter_map(|(kind, text)| Some((kind, texts::clean(text.as_deref()?))));
    clean.filter(|(_, html)| !html.is_empty()).collect()
}

/// Writes what there is of an edition that has no such rows yet.
pub(super) fn insert(tx: &Tx<'_>, id: Id, facts: &EditionFacts, long: &[LongText]) -> rusqlite::Result<()> {
    for (kind, html) in long {
        tx.prepare_cached("INSERT INTO edition_texts (edition_id, kind, html) VALUES (?1, ?2, ?3)")?
            .execute((id, kind, html))?;
    }
    if has_row(facts) {
        insert_row(tx, id, facts)?;
    }
    for (position, quote) in facts.quotes.iter().enumerate() {
        tx.prepare_cached("INSERT INTO edition_quotes (edition_id, position, text, source) VALUES (?1, ?2, ?3, ?4)")?
            .execute((id, i64::try_from(position).unwrap_or(i64::MAX), &quote.text, &quote.source))?;
    }
    for (position, related) in facts.related.iter().enumerate() {
        tx.prepare_cached("INSERT INTO edition_relations (edition_id, position, code, isbn) VALUES (?1, ?2, ?3, ?4)")?
            .execute((id, i64::try_from(position).unwrap_or(i64::MAX), &related.code, &related.isbn))?;
    }
    Ok(())
}

fn has_row(facts: &EditionFacts) -> bool {
    let measures = [facts.height_mm, facts.width_mm, facts.thickness_mm, facts.minutes];
    let words = [&facts.edition_statement, &facts.safety_contact, &facts.protection];
    measures.iter().any(Option::is_some)
        || words.iter().any(|text| text.is_some())
        || facts.age_from.is_some()
        || facts.age_to.is_some()
        || !facts.more_languages.is_empty()
        || !facts.accessibility.is_empty()
}

fn insert_row(tx: &Tx<'_>, id: Id, facts: &EditionFacts) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO edition_details (edition_id, edition_statement, more_languages, height_mm, width_mm, thickness_mm,
                minutes, age_from, age_to, safety_contact, accessibility, protection)
         VALUES (:id, :statement, :languages, :height, :width, :thickness, :minutes, :age_from, :age_to, :safety,
                :accessibility, :protection)",
    )?
    .execute(named_params! {
        ":id": id, ":statement": facts.edition_statement, ":languages": facts.more_languages.join(" "),
        ":height": facts.height_mm, ":width": facts.width_mm, ":thickness": facts.thickness_mm,
        ":minutes": facts.minutes, ":age_from": facts.age_from, ":age_to": facts.age_to,
        ":safety": facts.safety_contact, ":accessibility": facts.accessibility.join(" "),
        ":protection": facts.protection,
    })
    .map(drop)
}
