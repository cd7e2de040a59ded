//! What readers bought in one order with a book.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, named_params};

use crate::catalog::works;
use crate::kernel::ids::Id;

/// Orders of an edition that are looked at, the newest.
const LOOKED_AT: u32 = 200;
/// Two books in one order may be chance; in two they begin to be a habit.
const A_HABIT: usize = 2;

/// Works that stand in at least two paid orders beside a book, given by its editions; the most frequent first.
///
/// # Errors
///
/// Only SQLite's own.
pub fn bought_together(conn: &Connection, editions: &[Id], limit: usize) -> rusqlite::Result<Vec<Id>> {
    let mut statement = conn.prepare_cached(
        "WITH newest (order_id) AS (
             SELECT order_id FROM order_lines WHERE edition_id = :edition ORDER BY id DESC LIMIT :looked_at)
         SELECT o.id, beside.edition_id FROM newest
           JOIN orders o ON o.id = newest.order_id AND o.payment_status = 'completed' AND o.status <> 'cancelled'
           JOIN order_lines beside ON beside.order_id = o.id AND beside.edition_id <> :edition",
    )?;
    let mut orders: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
    for edition in editions {
        let mut rows = statement.query(named_params! { ":edition": edition, ":looked_at": LOOKED_AT })?;
        while let Some(row) = rows.next()? {
            let (order, beside): (Id, Id) = (row.get(0)?, row.get(1)?);
            if !editions.contains(&beside) {
                orders.entry(beside).or_default().insert(order);
            }
        }
    }
    // A reader buys a book, not its paperback: the editions of a work count together.
    let mut together: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
    for (edition, orders) in orders {
        if let Some(work) = works::of_edition(conn, edition)? {
            together.entry(work).or_default().extend(orders);
        }
    }
    let mut works: Vec<(Id, usize)> = together.into_iter().map(|(work, orders)| (work, orders.len())).collect();
    works.retain(|(_, orders)| *orders >= A_HABIT);
    works.sort_by_key(|(work, orders)| (Reverse(*orders), *work));
    works.truncate(limit);
    Ok(works.into_iter().map(|(work, _)| work).collect())
}
