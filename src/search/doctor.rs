//! Proves that the index says what the catalogue says.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use jiff::Timestamp;
use rusqlite::Connection;
use tantivy::Searcher;

use super::SearchError;
use super::card::{self, Card};
use super::index::{Index, Stamp};
use super::schema::{column, id_of};
use super::worker::{editions_of, terms};
use crate::catalog;
use crate::changes::{self, Change};
use crate::kernel::ids::Id;
use crate::kernel::time::to_ms;
use crate::settings::{self, Overrides, Shop};

/// Findings that are named one by one; the rest is only counted.
const NAMED: usize = 50;
const CHUNK: u32 = 500;

/// What was proved, and what was not so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// Editions that stand in the index exactly as the catalogue has them.
    pub proved: u64,
    /// Changes that the index has not seen yet; what they touch was left out. No breach: the indexer follows.
    pub behind: u64,
    /// What is wrong, each naming its edition or file.
    pub findings: Vec<String>,
}

/// Compares every listed edition with the index in `dir`, both ways, while the shop may be running.
///
/// # Errors
///
/// Only what the database refuses: an index that cannot be read is a finding.
pub fn check(conn: &Connection, dir: &Path, overrides: &Overrides, now: Timestamp) -> Result<Proof, SearchError> {
    // The index first, the catalogue after it: so the catalogue is never the older one.
    let opened = Index::open_read_only(dir).and_then(|index| Ok((undamaged(&index)?, index.stamp(), index.searcher())));
    let (damaged, stamp, searcher) = match opened {
        Ok((damaged, Some(stamp), searcher)) => (damaged, stamp, searcher),
        Ok((_, None, _)) => return Ok(unusable("the search index is unfinished")),
        Err(error) => return Ok(unusable(&error.to_string())),
    };
    if !damaged.is_empty() {
        let findings = damaged.iter().map(|file| format!("the search index is damaged: {file}")).collect();
        return Ok(Proof { findings, ..Proof::default() });
    }
    let snapshot = if conn.is_autocommit() { Some(conn.unchecked_transaction()?) } else { None };
    let proof = compare(snapshot.as_deref().unwrap_or(conn), &stamp, &searcher, overrides, now);
    match proof {
        Err(SearchError::Index(error)) => Ok(unusable(&error.to_string())),
        other => other,
    }
}

fn unusable(finding: &str) -> Proof {
    Proof { findings: vec![finding.to_owned()], ..Proof::default() }
}

/// The damaged files. A running shop may merge files away while they are read, so a failure is tried again.
fn undamaged(index: &Index) -> Result<Vec<String>, SearchError> {
    index.damaged_files().or_else(|_| index.damaged_files())
}

fn compare(
    conn: &Connection, stamp: &Stamp, searcher: &Searcher, overrides: &Overrides, now: Timestamp,
) -> Result<Proof, SearchError> {
    let shop = settings::load(conn, overrides)?;
    let latest = changes::latest(conn)?;
    if stamp.seq > latest {
        return Ok(unusable(&format!(
            "the search index has seen change {}, the catalogue's last is {latest}",
            stamp.seq
        )));
    }
    let feed = changes::list_after(conn, stamp.seq, u32::MAX)?;
    let behind = u64::try_from(feed.len()).unwrap_or(u64::MAX);
    if stamp.terms != terms(&shop) || feed.iter().any(|(_, change)| *change == Change::Everything) {
        // It is to be built anew: nothing in it can be held against it.
        return Ok(Proof { behind: behind.max(1), ..Proof::default() });
    }
    let mut comparison = Comparison {
        left_out: editions_of(conn, &feed, usize::MAX)?.0,
        indexed: indexed(searcher)?,
        proof: Proof { behind, ..Proof::default() },
        unnamed: 0,
    };
    comparison.walk(conn, &shop, now)?;
    comparison.surplus(conn)?;
    Ok(comparison.finish())
}

/// What the index says of one edition.
struct Indexed {
    print: u64,
    group: i64,
    /// Whether it stands apart from others of its group: then the book would be two hits.
    is_apart: bool,
    price: Option<u64>,
    due: Option<i64>,
    times: u32,
}

fn indexed(searcher: &Searcher) -> Result<HashMap<Id, Indexed>, SearchError> {
    let mut all: HashMap<Id, Indexed> = HashMap::new();
    let mut groups = HashSet::new();
    for segment in searcher.segment_readers() {
        let columns = segment.fast_fields();
        let number = |name| columns.column_first_or_default::<u64>(name);
        let (high, low, print) = (number(column::ID_HIGH)?, number(column::ID_LOW)?, number(column::PRINT)?);
        let price = columns.column_opt::<u64>(column::PRICE)?;
        let due = columns.column_opt::<i64>(column::DUE)?;
        let group_of = columns.column_first_or_default::<i64>(column::GROUP)?;
        let (mut last, mut is_apart) = (None, false);
        for doc in segment.doc_ids_alive() {
            let group = group_of.get_val(doc);
            if last != Some(group) {
                (last, is_apart) = (Some(group), !groups.insert(group));
            }
            let found = all.entry(id_of(high.get_val(doc), low.get_val(doc)));
            let print = print.get_val(doc);
            let found = found.or_insert(Indexed { print, group, is_apart, price: None, due: None, times: 0 });
            found.price = price.as_ref().and_then(|price| price.first(doc));
            found.due = due.as_ref().and_then(|due| due.first(doc));
            found.times += 1;
        }
    }
    Ok(all)
}

struct Comparison {
    left_out: HashSet<Id>,
    /// What has not been compared yet.
    indexed: HashMap<Id, Indexed>,
    proof: Proof,
    unnamed: u64,
}

impl Comparison {
    fn walk(&mut self, conn: &Connection, shop: &Shop, now: Timestamp) -> Result<(), SearchError> {
        let mut after = None;
        loop {
            let ids = catalog::list_ids(conn, after, CHUNK)?;
            let Some(last) = ids.last() else { return Ok(()) };
            after = Some(*last);
            for id in &ids {
                let indexed = self.indexed.remove(id);
                let fell_due = indexed.as_ref().and_then(|indexed| indexed.due).is_some_and(|due| due <= to_ms(now));
                if self.left_out.contains(id) || fell_due {
                    continue;
                }
                if let Some(card) = card::read(conn, *id, shop, now)? {
                    self.compare(&card, indexed.as_ref());
                }
            }
        }
    }

    fn compare(&mut self, card: &Card, indexed: Option<&Indexed>) {
        let wrong = match indexed {
            None => "is in the catalogue and cannot be found by search".to_owned(),
            Some(indexed) if indexed.times > 1 => format!("is {} times in the search index", indexed.times),
            Some(indexed) if indexed.price != card.price => {
                let words = |price: Option<u64>| {
                    price.map_or_else(|| "no price".to_owned(), |price| format!("the price {price}"))
                };
                format!("has {} in the search index and {} in the catalogue", words(indexed.price), words(card.price))
            }
            Some(indexed) if indexed.group != card.alike => {
                "is shown by search as one book with others than its title and author say".to_owned()
            }
            Some(indexed) if indexed.is_apart => {
                "stands apart from the other editions of its book in the search index".to_owned()
            }
            Some(indexed) if indexed.print != card.print() => {
                "says other words in the search index than in the catalogue".to_owned()
            }
            Some(_) => {
                self.proof.proved += 1;
                return;
            }
        };
        self.finding(format!("“{}” ({}) {wrong}", card.title, card.id));
    }

    /// What is left over is in the index and not for visitors to see.
    fn surplus(&mut self, conn: &Connection) -> Result<(), SearchError> {
        let mut left: Vec<Id> = self.indexed.keys().copied().filter(|id| !self.left_out.contains(id)).collect();
        left.sort_unstable();
        for id in left {
            let title = catalog::find(conn, id)?.map(|edition| format!("“{}” ({id})", edition.facts.title));
            let title = title.unwrap_or_else(|| format!("an edition that is gone ({id})"));
            self.finding(format!("{title} is found by search and not listed"));
        }
        Ok(())
    }

    fn finding(&mut self, finding: String) {
        if self.proof.findings.len() < NAMED {
            self.proof.findings.push(finding);
        } else {
            self.unnamed += 1;
        }
    }

    fn finish(mut self) -> Proof {
        if self.unnamed > 0 {
            self.proof.findings.push(format!("and {} more editions differ in the search index", self.unnamed));
        }
        self.proof
    }
}
