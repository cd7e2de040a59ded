//! Changing editions and works. Each function stores the whole of what it is given, and tells the feed.

use jiff::Timestamp;
use rusqlite::named_params;

use super::{
    CatalogError, EditionFacts, WorkFacts, alike, categories, credits, details, people, publishers, series, works,
};
use crate::changes::{self, Change};
use crate::db::Tx;
use crate::kernel::ids::Id;
use crate::kernel::text;
use crate::kernel::time::to_ms;

/// Replaces an edition's facts. With `expected`, only if nobody saved it since that version.
///
/// # Errors
///
/// `Title`, `Missing` or `Stale`; nothing is stored then.
pub fn update(
    tx: &Tx<'_>, id: Id, facts: &EditionFacts, expected: Option<i64>, now: Timestamp,
) -> Result<(), CatalogError> {
    check(facts)?;
    let version: Option<i64> = rusqlite::OptionalExtension::optional(
        tx.prepare_cached("SELECT version FROM editions WHERE id = ?1")?.query_row([id], |row| row.get(0)),
    )?;
    match (version, expected) {
        (None, _) => Err(CatalogError::Missing),
        (Some(found), Some(expected)) if found != expected => Err(CatalogError::Stale),
        (Some(_), _) => {
            write_facts(tx, id, facts, now)?;
            if let Some(work) = works::of_edition(tx, id)? {
                alike::set(tx, work, now)?;
            }
            Ok(())
        }
    }
}

pub(super) fn check(facts: &EditionFacts) -> Result<(), CatalogError> {
    match facts.title.chars().count() {
        1..=500 => Ok(()),
        length => Err(CatalogError::Title(length)),
    }
}

fn write_facts(tx: &Tx<'_>, id: Id, facts: &EditionFacts, now: Timestamp) -> rusqlite::Result<()> {
    let house = publishers::house(facts).map(|name| publishers::find_or_make(tx, name, now)).transpose()?;
    tx.prepare_cached(
        "UPDATE editions SET isbn = :isbn, title = :title, subtitle = :subtitle, byline = :byline, slug = :slug,
                language = :language, format = :format, format_note = :format_note, publisher = :publisher,
                imprint = :imprint, published = :published, pages = :pages, weight_g = :weight,
                publishing_status = :status, availability = :availability, lead_days_from = :lead_from,
                lead_days_to = :lead_to, signed = :signed, gtin = :gtin,
                title_prefix = :prefix, embargo = :embargo, publisher_id = :house, version = version + 1, updated_at = :now
          WHERE id = :id",
    )?
    .execute(named_params! {
        ":id": id, ":isbn": facts.isbn, ":title": facts.title, ":subtitle": facts.subtitle,
        ":byline": credits::byline(&facts.credits), ":slug": text::slug(&facts.title), ":language": facts.language,
        ":format": facts.format, ":format_note": facts.format_note, ":publisher": facts.publisher,
        ":imprint": facts.imprint, ":published": facts.published, ":pages": facts.pages, ":weight": facts.weight_g,
        ":status": status(facts), ":availability": availability(facts),
        ":lead_from": facts.lead_days.map(|days| days.0), ":lead_to": facts.lead_days.map(|days| days.1),
        ":signed": facts.signed, ":gtin": facts.gtin,
        ":prefix": facts.title_prefix, ":embargo": facts.embargo.map(|day| day.to_string()), ":house": house, ":now": to_ms(now),
    })?;
    let people = credits::store(tx, id, &facts.credits, now)?;
    details::write(tx, id, facts)?;
    tx.prepare_cached("DELETE FROM edition_subjects WHERE edition_id = ?1")?.execute([id])?;
    insert_subjects(tx, id, facts)?;
    changes::record_with(tx, Change::Edition(id), &people, now)
}

/// ONIX List 64; who says nothing means an active title.
pub(super) fn status(facts: &EditionFacts) -> &str {
    if facts.publishing_status.is_empty() { "04" } else { &facts.publishing_status }
}

/// ONIX List 65; who says nothing does not know.
pub(super) fn availability(facts: &EditionFacts) -> &str {
    if facts.availability.is_empty() { "99" } else { &facts.availability }
}

/// Adds the subjects of an edition that has none.
pub(super) fn insert_subjects(tx: &Tx<'_>, id: Id, facts: &EditionFacts) -> rusqlite::Result<()> {
    if facts.subjects.is_empty() {
        return Ok(());
    }
    let mut statement = tx.prepare_cached(
        "INSERT INTO edition_subjects (edition_id, scheme, code, main) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
    )?;
    for (index, subject) in facts.subjects.iter().enumerate() {
        statement.execute((id, &subject.scheme, &subject.code, index == 0))?;
    }
    Ok(())
}

pub(super) fn create_work(tx: &Tx<'_>, about: &WorkFacts, now: Timestamp) -> rusqlite::Result<Id> {
    let id = Id::new(now);
    tx.prepare_cached("INSERT INTO works (id, created_at) VALUES (?1, ?2)")?.execute((id, to_ms(now)))?;
    update_work(tx, id, about, now)?;
    Ok(id)
}

/// Replaces what is known of a work.
///
/// # Errors
///
/// Only SQLite's own.
pub fn update_work(tx: &Tx<'_>, id: Id, about: &WorkFacts, now: Timestamp) -> rusqlite::Result<()> {
    let mut news: Vec<Id> = series::id_of_work(tx, id)?.into_iter().collect();
    let series_id = match &about.series {
        Some((name, _)) if !text::tidy(name).is_empty() => Some(series::find_or_make(tx, name, now)?),
        _ => None,
    };
    tx.prepare_cached(
        "UPDATE works SET original_title = :title, original_language = :language, first_published = :year,
                series_id = :series, series_number = :number, popularity = :popularity WHERE id = :id",
    )?
    .execute(named_params! {
        ":id": id, ":title": about.original_title, ":language": about.original_language, ":year": about.first_published,
        ":series": series_id, ":number": about.series.as_ref().and_then(|(_, number)| number.clone()),
        ":popularity": about.popularity,
    })?;
    tx.prepare_cached("DELETE FROM work_categories WHERE work_id = ?1")?.execute([id])?;
    for path in &about.categories {
        let category = categories::find_or_make(tx, path, now)?;
        put_on_shelf(tx, id, category)?;
    }
    news.extend(series_id);
    news.extend(people::named_by_work(tx, id)?);
    changes::record_with(tx, Change::Work(id), &news, now)?;
    alike::set(tx, id, now)
}

/// Puts a work on a shelf; it may stand there already.
pub(super) fn put_on_shelf(tx: &Tx<'_>, work: Id, category: Id) -> rusqlite::Result<()> {
    tx.prepare_cached("INSERT INTO work_categories (work_id, category_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
        .execute((work, category))
        .map(drop)
}

/// Shows an edition to visitors, or takes it off the shelves; it is never deleted once it may have been sold.
///
/// # Errors
///
/// `Missing`.
pub fn set_listed(tx: &Tx<'_>, id: Id, listed: bool, now: Timestamp) -> Result<(), CatalogError> {
    let work: Option<Id> = rusqlite::OptionalExtension::optional(
        tx.prepare_cached(
            "UPDATE editions SET listed = ?2, version = version + 1, updated_at = ?3 WHERE id = ?1 RETURNING work_id",
        )?
        .query_row((id, listed, to_ms(now)), |row| row.get(0)),
    )?;
    let work = work.ok_or(CatalogError::Missing)?;
    changes::record_with(tx, Change::Edition(id), &credits::named(tx, id)?, now)?;
    let series: Vec<Id> = series::id_of_work(tx, work)?.into_iter().collect();
    changes::record_with(tx, Change::Work(work), &series, now)?;
    Ok(())
}
