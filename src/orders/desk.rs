//! Orders as staff sort them: what there is to do with each, and how many wait for it.

use rusqlite::{Connection, OptionalExtension, named_params};

use super::read::{ROW, order_row};
use super::{Order, OrderRow, Status};
use crate::delivery::Kind;
use crate::kernel::ids::Id;
use crate::payments::Method;

/// What an order waits for, in the shop's own words; each order is in exactly one stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A bank transfer that nobody has found on the account yet.
    ToMatch,
    /// A card that is not decided yet.
    BeingPaid,
    /// To be packed and posted.
    ToPack,
    /// To be laid behind the till.
    ToSetAside,
    /// Behind the till, until its reader comes.
    ToCollect,
    /// On its way.
    Posted,
    /// With its reader.
    Done,
    /// Ended without a delivery.
    Cancelled,
}

impl Stage {
    /// All, in the order of a day's work.
    pub const ALL: [Stage; 8] = [
        Stage::ToPack,
        Stage::ToSetAside,
        Stage::ToCollect,
        Stage::ToMatch,
        Stage::BeingPaid,
        Stage::Posted,
        Stage::Done,
        Stage::Cancelled,
    ];

    /// The stage of an order from how far it is, how it is paid and how it reaches its reader.
    pub fn of(status: Status, method: Method, kind: Kind) -> Stage {
        match (status, method, kind) {
            (Status::Pending, Method::Transfer, _) => Stage::ToMatch,
            (Status::Pending, Method::Card | Method::OnCollection, _) => Stage::BeingPaid,
            (Status::Confirmed | Status::Processing, _, Kind::Post) => Stage::ToPack,
            (Status::Confirmed | Status::Processing, _, Kind::Collection) => Stage::ToSetAside,
            (Status::Shipped, _, Kind::Collection) => Stage::ToCollect,
            (Status::Shipped, _, Kind::Post) => Stage::Posted,
            (Status::Delivered, ..) => Stage::Done,
            (Status::Cancelled, ..) => Stage::Cancelled,
        }
    }

    /// The words of tabs and tags: `To pack`.
    pub fn label(self) -> &'static str {
        match self {
            Stage::ToMatch => "Payment to match",
            Stage::BeingPaid => "Being paid",
            Stage::ToPack => "To pack",
            Stage::ToSetAside => "To set aside",
            Stage::ToCollect => "Ready to collect",
            Stage::Posted => "Posted",
            Stage::Done => "Handed over",
            Stage::Cancelled => "Cancelled",
        }
    }

    /// The word for it in addresses: `to-pack`.
    pub fn word(self) -> &'static str {
        match self {
            Stage::ToMatch => "to-match",
            Stage::BeingPaid => "being-paid",
            Stage::ToPack => "to-pack",
            Stage::ToSetAside => "to-set-aside",
            Stage::ToCollect => "to-collect",
            Stage::Posted => "posted",
            Stage::Done => "handed-over",
            Stage::Cancelled => "cancelled",
        }
    }

    /// The stage of a word.
    pub fn from_word(word: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.word() == word)
    }

    /// Whether somebody in the shop still has to do something.
    pub fn is_open(self) -> bool {
        match self {
            Stage::ToMatch | Stage::ToPack | Stage::ToSetAside | Stage::ToCollect => true,
            Stage::BeingPaid | Stage::Posted | Stage::Done | Stage::Cancelled => false,
        }
    }

    /// The same as `of`, for the table's rows.
    fn condition(self) -> &'static str {
        match self {
            Stage::ToMatch => "o.status = 'pending' AND o.payment_method = 'transfer'",
            Stage::BeingPaid => "o.status = 'pending' AND o.payment_method <> 'transfer'",
            Stage::ToPack => "o.status IN ('confirmed', 'processing') AND o.delivery_kind = 'post'",
            Stage::ToSetAside => "o.status IN ('confirmed', 'processing') AND o.delivery_kind = 'collection'",
            Stage::ToCollect => "o.status = 'shipped' AND o.delivery_kind = 'collection'",
            Stage::Posted => "o.status = 'shipped' AND o.delivery_kind = 'post'",
            Stage::Done => "o.status = 'delivered'",
            Stage::Cancelled => "o.status = 'cancelled'",
        }
    }
}

impl Order {
    /// What it waits for.
    pub fn stage(&self) -> Stage {
        Stage::of(self.status, self.payment_method, self.delivery_kind)
    }
}

impl OrderRow {
    /// What it waits for.
    pub fn stage(&self) -> Stage {
        Stage::of(self.status, self.payment_method, self.delivery_kind)
    }
}

/// How many orders are in a stage. Reads an index only.
///
/// # Errors
///
/// Only SQLite's own.
pub fn count_in(conn: &Connection, stage: Stage) -> rusqlite::Result<i64> {
    conn.prepare_cached(&format!("SELECT count(*) FROM orders o WHERE {}", stage.condition()))?
        .query_row([], |row| row.get(0))
}

/// The orders of a stage, newest first.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_in(conn: &Connection, stage: Stage, offset: u32, limit: u32) -> rusqlite::Result<Vec<OrderRow>> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {ROW} FROM orders o WHERE {} ORDER BY o.id DESC LIMIT :limit OFFSET :offset",
        stage.condition()
    ))?;
    let rows = statement.query_map(named_params! { ":limit": limit, ":offset": offset }, order_row)?;
    rows.collect()
}

/// What is to be packed or set aside next: the longest waiting first.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_next(conn: &Connection, limit: u32) -> rusqlite::Result<Vec<OrderRow>> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {ROW} FROM orders o WHERE o.status IN ('confirmed', 'processing') ORDER BY o.id LIMIT :limit"
    ))?;
    let rows = statement.query_map(named_params! { ":limit": limit }, order_row)?;
    rows.collect()
}

/// The rows of some orders, in the order asked; ids that are gone are left out.
///
/// # Errors
///
/// Only SQLite's own.
pub fn rows(conn: &Connection, ids: &[Id]) -> rusqlite::Result<Vec<OrderRow>> {
    let mut statement = conn.prepare_cached(&format!("SELECT {ROW} FROM orders o WHERE o.id = ?1"))?;
    ids.iter().filter_map(|id| statement.query_row([id], order_row).optional().transpose()).collect()
}

/// Orders of a person: part of a name, or a whole email address, in any case; newest first.
///
/// Walks through the orders from the newest: for the find box, not for pages of readers.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list_of_person(conn: &Connection, text: &str, limit: u32) -> rusqlite::Result<Vec<OrderRow>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let pattern = format!("%{}%", text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_"));
    let mut statement = conn.prepare_cached(&format!(
        r"SELECT {ROW} FROM orders o WHERE o.email = :text COLLATE NOCASE OR o.name LIKE :pattern ESCAPE '\'
           ORDER BY o.id DESC LIMIT :limit"
    ))?;
    let rows = statement.query_map(named_params! { ":text": text, ":pattern": pattern, ":limit": limit }, order_row)?;
    rows.collect()
}

/// The order that people at the till mean by `412`, `2026-412` or `ORD-2026-00412`; `year` is what is meant without one.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find_by_spoken_number(conn: &Connection, text: &str, year: i16) -> rusqlite::Result<Option<Id>> {
    let Some(number) = whole_number(text, year) else { return Ok(None) };
    conn.prepare_cached("SELECT id FROM orders WHERE number = ?1")?.query_row([number], |row| row.get(0)).optional()
}

fn whole_number(text: &str, year: i16) -> Option<String> {
    let text = text.trim().trim_start_matches('#').to_ascii_uppercase();
    let bare = text.strip_prefix("ORD").map_or(text.as_str(), |rest| rest.trim_start_matches(['-', ' ']));
    let (year, number) = match bare.split_once('-') {
        Some((year, number)) => (year.parse().ok().filter(|year| (2000..=9999).contains(year))?, number),
        None => (year, bare),
    };
    let digits = (1..=7).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    let number: u32 = if digits { number.parse().ok()? } else { return None };
    Some(format!("ORD-{year}-{number:05}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn every_order_is_in_one_stage_and_the_table_agrees() {
        let conn = crate::db::memory();
        let ways = [Method::Card, Method::Transfer, Method::OnCollection];
        for status in Status::ALL {
            for (method, kind) in ways.into_iter().flat_map(|method| [(method, Kind::Post), (method, Kind::Collection)])
            {
                let found: Vec<Stage> = Stage::ALL
                    .into_iter()
                    .filter(|stage| {
                        let sql = format!(
                            "SELECT {} FROM (SELECT '{}' AS status, '{}' AS payment_method, '{}' AS delivery_kind) o",
                            stage.condition(),
                            status.word(),
                            method.word(),
                            kind.word()
                        );
                        conn.query_row(&sql, [], |row| row.get::<_, bool>(0)).unwrap()
                    })
                    .collect();
                assert_eq!(found, [Stage::of(status, method, kind)], "{status} {method:?} {kind:?}");
            }
        }
        for stage in Stage::ALL {
            assert_eq!(Stage::from_word(stage.word()), Some(stage));
            assert_eq!(count_in(&conn, stage).unwrap(), 0);
        }
    }

    #[test]
    fn numbers_are_understood_as_they_are_spoken() {
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(whole_number(text, 2026).as_deref(), expected, "{text}");
        check("412", Some("ORD-2026-00412"));
        check(" #412 ", Some("ORD-2026-00412"));
        check("2025-7", Some("ORD-2025-00007"));
        check("ord-2026-00412", Some("ORD-2026-00412"));
        check("ORD 412", Some("ORD-2026-00412"));
        check("ORD-2026-123456", Some("ORD-2026-123456"));
        for no in ["", "9780306406157", "978-0306406157", "Dune", "Orwell", "-1", "4.5"] {
            check(no, None);
        }
    }
}
