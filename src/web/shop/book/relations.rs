//! Other books that a book names: the boxed set it is in, the workbook to it, the same in another language.

use maud::{Markup, html};

use crate::catalog::{self, Edition};
use crate::db::DbError;
use crate::web::shop::frame;
use crate::web::shop::showing::{Seen, Showing};

/// Relations of ONIX List 51 that a reader wants to know of; editions of the same work stand among the formats,
/// and what takes the book's place has a line of its own.
const TOLD: [(&str, &str); 14] = [
    ("01", "Contains"),
    ("02", "Part of"),
    ("03", "Replaces"),
    ("04", "Goes with"),
    ("07", "Goes with"),
    ("08", "Goes with"),
    ("11", "In another language"),
    ("18", "Also as"),
    ("19", "Special edition"),
    ("37", "Also unsigned"),
    ("38", "Also signed"),
    ("39", "For students"),
    ("40", "For teachers"),
    ("43", "Adapted from"),
];
/// A boxed set names its books; a list names too many.
const MOST: usize = 8;

/// The related books that visitors see here, in the order named.
pub(super) fn gather(showing: &mut Showing<'_>, edition: &Edition) -> Result<Vec<(&'static str, Seen)>, DbError> {
    let mut found: Vec<(&'static str, Seen)> = Vec::new();
    for related in &edition.facts.related {
        let Some((_, words)) = TOLD.iter().find(|(code, _)| *code == related.code) else { continue };
        let Some(id) = catalog::find_id_by_isbn(showing.conn, &related.isbn)? else { continue };
        let is_known = id == edition.id || found.iter().any(|(_, seen)| seen.row.id == id);
        if let Some(seen) = showing.see(id)?.filter(|seen| !is_known && seen.row.work_id != edition.work_id) {
            found.push((words, seen));
        }
        if found.len() == MOST {
            break;
        }
    }
    Ok(found)
}

/// A row for each kind of relation.
pub(super) fn rows(also: &[(&'static str, Seen)]) -> Markup {
    html! {
        @for group in also.chunk_by(|a, b| a.0 == b.0) {
            div {
                dt { (group.first().map_or("", |(words, _)| words)) }
                dd { ul role="list" { @for (_, seen) in group {
                    li { a href=(seen.row.path()) { cite { (seen.row.title) } } ", " (frame::format_words(&seen.row)) }
                } } }
            }
        }
    }
}
