//! Keeps the index equal to the catalogue: the feed's changes, what falls due by the clock, or everything anew.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::panic::resume_unwind;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rusqlite::Connection;
use tantivy::collector::DocSetCollector;
use tantivy::indexer::UserOperation;
use tantivy::query::{AllQuery, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, IndexWriter, Searcher};

use super::SearchError;
use super::card::{self, Card};
use super::index::{Index, Stamp};
use super::schema::{self, VERSION, column, id_of};
use crate::catalog::{self, alike};
use crate::changes::{self, Change};
use crate::db::{Db, DbError};
use crate::kernel::ids::Id;
use crate::kernel::time::to_ms;
use crate::settings::{self, Overrides, Shop};

/// Changes, or editions, read in one snapshot: short enough that the database's log is never held back.
const CHUNK: u32 = 500;
/// As many editions, where one change tells of many.
const ENOUGH: usize = 500;
/// In a long run, what has been done becomes visible after so many documents,
const COMMIT_DOCUMENTS: usize = 5_000;
/// or after so long; also how long a stamp alone may wait for its commit.
const COMMIT_EVERY: Duration = Duration::from_secs(1);
/// Threads that read the catalogue while nobody is served: what they read takes twice as long as indexing it.
const READERS: usize = 2;

/// Whether a long run may go on; `false` when the process is to stop.
pub(super) type GoOn<'a> = &'a dyn Fn() -> bool;

/// The holder of the index writer.
pub(super) struct Worker {
    db: Db,
    index: Index,
    overrides: Overrides,
    writer: IndexWriter,
    shop: Shop,
    /// The last change read from the feed; its documents may still wait for a commit.
    seq: i64,
    /// Groups with documents that wait for a commit, which no searcher sees yet.
    waiting: HashSet<i64>,
    /// Where the waiting documents of editions stand.
    written: HashMap<Id, i64>,
    committed: (i64, Instant),
    /// The first moment at which a document changes by the clock; `None`: look again.
    next_due: Option<i64>,
    /// Threads that read the catalogue for a build.
    readers: usize,
}

/// Builds the index anew, telling `progress` how many of how many editions are in.
///
/// For a command, when no shop is being served. Returns how many editions were indexed.
///
/// # Errors
///
/// Whatever the catalogue or the folder refuses; the old index is still there then.
pub fn rebuild(
    db: &Db, index: &Index, overrides: &Overrides, now: Timestamp, progress: impl Fn(u64, u64),
) -> Result<u64, SearchError> {
    let mut worker = Worker::new(db, index, overrides, index.writer_alone()?, READERS)?;
    let done = worker.rebuild(now, &|| true, &progress)?;
    worker.writer.wait_merging_threads()?;
    Ok(done.unwrap_or(0))
}

/// Makes the index equal to the catalogue, for a command, when no shop is being served.
///
/// # Errors
///
/// Whatever the catalogue or the folder refuses.
pub fn catch_up(db: &Db, index: &Index, overrides: &Overrides, now: Timestamp) -> Result<(), SearchError> {
    let mut worker = Worker::open(db, index, overrides)?;
    worker.work(now, &|| true)?;
    worker.commit()?;
    worker.writer.wait_merging_threads()?;
    Ok(())
}

impl Worker {
    pub(super) fn open(db: &Db, index: &Index, overrides: &Overrides) -> Result<Worker, SearchError> {
        // A shop that is being served has readers who wait for its processors.
        Worker::new(db, index, overrides, index.writer()?, 1)
    }

    fn new(
        db: &Db, index: &Index, overrides: &Overrides, writer: IndexWriter, readers: usize,
    ) -> Result<Worker, SearchError> {
        let shop = db.read(|conn| settings::load(conn, overrides))?;
        let seq = index.stamp().map_or(0, |stamp| stamp.seq);
        Ok(Worker {
            db: db.clone(),
            index: index.clone(),
            overrides: overrides.clone(),
            writer,
            shop,
            seq,
            waiting: HashSet::new(),
            written: HashMap::new(),
            committed: (seq, Instant::now()),
            next_due: None,
            readers,
        })
    }

    /// Makes the index equal to the catalogue at `now`, as far as the feed and the clock tell.
    pub(super) fn work(&mut self, now: Timestamp, go_on: GoOn<'_>) -> Result<(), SearchError> {
        if !self.is_continued()? && self.rebuild(now, go_on, &|_, _| ())?.is_none() {
            return Ok(());
        }
        self.follow(now, go_on)?;
        self.refresh_due(now)
    }

    /// Whether what is committed can be continued: it was built, in the shop's terms, and from this catalogue.
    fn is_continued(&self) -> Result<bool, SearchError> {
        let Some(stamp) = self.index.stamp() else { return Ok(false) };
        let latest = self.db.read(|conn| changes::latest(conn).map_err(SearchError::from))?;
        Ok(stamp.terms == terms(&self.shop) && stamp.seq <= latest)
    }

    fn follow(&mut self, now: Timestamp, go_on: GoOn<'_>) -> Result<(), SearchError> {
        while go_on() {
            let seq = self.seq;
            let searcher = self.index.searcher();
            let (feed, groups) = self.db.read(|conn| {
                let mut feed = changes::list_after(conn, seq, CHUNK)?;
                let (ids, taken) = editions_of(conn, &feed, ENOUGH)?;
                feed.truncate(taken);
                let groups = self.groups_of(conn, &searcher, &ids)?;
                Ok::<_, SearchError>((feed, read_groups(conn, groups, &self.shop, now)?))
            })?;
            let Some(&(last, _)) = feed.last() else { break };
            if feed.iter().any(|(_, change)| *change == Change::Settings) {
                self.shop = self.db.read(|conn| settings::load(conn, &self.overrides))?;
            }
            let everything = feed.iter().any(|(_, change)| *change == Change::Everything);
            if everything || !self.is_continued()? {
                if self.rebuild(now, go_on, &|_, _| ())?.is_none() {
                    return Ok(());
                }
                continue;
            }
            self.apply(groups)?;
            self.seq = last;
            if self.waiting.len() >= COMMIT_DOCUMENTS || self.committed.1.elapsed() >= COMMIT_EVERY {
                self.commit()?;
            }
        }
        self.settle()
    }

    /// Makes visible what waits. A stamp alone is committed at most once a second: it costs an fsync and only saves
    /// work after a crash.
    fn settle(&mut self) -> Result<(), SearchError> {
        let moved = self.committed.0 < self.seq;
        if !self.waiting.is_empty() || (moved && self.committed.1.elapsed() >= COMMIT_EVERY) {
            return self.commit();
        }
        self.index.advance(self.seq);
        Ok(())
    }

    /// Commits what waits, and the stamp.
    pub(super) fn commit(&mut self) -> Result<(), SearchError> {
        if self.waiting.is_empty() && self.committed.0 == self.seq {
            return Ok(());
        }
        let stamp = Stamp { version: VERSION, seq: self.seq, terms: terms(&self.shop) };
        self.index.commit(&mut self.writer, stamp)?;
        self.now_committed();
        Ok(())
    }

    fn now_committed(&mut self) {
        self.waiting.clear();
        self.written.clear();
        self.committed = (self.seq, Instant::now());
        self.next_due = None;
    }

    /// Replaces the documents of groups; one whose documents say the same already is left alone.
    fn apply(&mut self, groups: Vec<(i64, Vec<Card>)>) -> Result<(), SearchError> {
        let searcher = self.index.searcher();
        let fields = schema::fields();
        for (group, cards) in groups {
            let wanted: HashMap<Id, Said> = cards.iter().map(|card| (card.id, (card.print(), card.due))).collect();
            if !self.waiting.contains(&group) && find_group(&searcher, group)? == wanted {
                continue;
            }
            // Together, so that the editions of a book stand side by side in one segment.
            let mut together = vec![UserOperation::Delete(fields.group_term(group))];
            together.extend(cards.iter().map(|card| UserOperation::Add(fields.document(card))));
            self.writer.run(together)?;
            self.waiting.insert(group);
            self.written.extend(cards.iter().map(|card| (card.id, group)));
        }
        Ok(())
    }

    /// The groups that editions stand in: in the catalogue now, in the index before, in what waits for a commit.
    fn groups_of(
        &self, conn: &Connection, searcher: &Searcher, ids: &HashSet<Id>,
    ) -> Result<BTreeSet<i64>, SearchError> {
        let mut groups = BTreeSet::new();
        let fields = schema::fields();
        for id in ids {
            if let Some(work) = catalog::works::of_edition(conn, *id)? {
                groups.extend(alike::of(conn, work)?);
            }
            groups.extend(self.written.get(id));
            let query = TermQuery::new(fields.id_term(*id), IndexRecordOption::Basic);
            for DocAddress { segment_ord, doc_id } in searcher.search(&query, &DocSetCollector)? {
                groups.extend(searcher.segment_reader(segment_ord).fast_fields().i64(column::GROUP)?.first(doc_id));
            }
        }
        Ok(groups)
    }

    /// Works that have no group yet, of a catalogue from before there were any, get theirs.
    fn fill_groups(&self) -> Result<(), SearchError> {
        while self.db.write_blocking(|tx| Ok::<_, DbError>(alike::fill(tx, CHUNK)?))? > 0 {}
        Ok(())
    }

    /// Reads again the editions whose moment has come.
    fn refresh_due(&mut self, now: Timestamp) -> Result<(), SearchError> {
        let searcher = self.index.searcher();
        let next = match self.next_due {
            Some(next) => next,
            None => due_ids(&searcher, i64::MAX)?.into_iter().map(|(_, due)| due).min().unwrap_or(i64::MAX),
        };
        self.next_due = Some(next);
        if next > to_ms(now) {
            return Ok(());
        }
        let ids = due_ids(&searcher, to_ms(now))?;
        let ids: HashSet<Id> = ids.into_iter().map(|(id, _)| id).collect();
        let groups = self.db.read(|conn| {
            let groups = self.groups_of(conn, &searcher, &ids)?;
            Ok::<_, SearchError>(read_groups(conn, groups, &self.shop, now)?)
        })?;
        self.apply(groups)?;
        self.settle()
    }

    /// Builds everything anew in one commit: until it is there, searches see the old index.
    ///
    /// `None`: stopped on the way; the old index stays.
    pub(super) fn rebuild(
        &mut self, now: Timestamp, go_on: GoOn<'_>, progress: &dyn Fn(u64, u64),
    ) -> Result<Option<u64>, SearchError> {
        let (shop, seq, total) = self.db.read(|conn| {
            let shop = settings::load(conn, &self.overrides)?;
            Ok::<_, SearchError>((shop, changes::latest(conn)?, catalog::count_listed(conn)?))
        })?;
        self.shop = shop;
        self.fill_groups()?;
        self.writer.delete_query(Box::new(AllQuery))?;
        let (mut after, mut done) = (i64::MIN, 0);
        loop {
            let groups = self.db.read(|conn| alike::list(conn, after, CHUNK).map_err(SearchError::from))?;
            let Some(last) = groups.last() else { break };
            if !go_on() {
                self.writer.rollback()?;
                self.seq = self.committed.0;
                self.waiting.clear();
                self.written.clear();
                return Ok(None);
            }
            after = *last;
            done += self.add_in_parts(&groups, now)?;
            progress(done, u64::try_from(total).unwrap_or(done));
        }
        let stamp = Stamp { version: VERSION, seq, terms: terms(&self.shop) };
        self.index.commit(&mut self.writer, stamp)?;
        self.seq = seq;
        self.now_committed();
        tracing::info!(editions = done, seq, "the search index was built anew");
        Ok(Some(done))
    }

    /// Adds groups, each reader a part of them.
    fn add_in_parts(&self, groups: &[i64], now: Timestamp) -> Result<u64, SearchError> {
        let Worker { db, writer, shop, readers, .. } = self;
        std::thread::scope(|scope| {
            let parts = groups.chunks(groups.len().div_ceil(*readers).max(1));
            let reading: Vec<_> = parts.map(|part| scope.spawn(|| add_all(db, writer, shop, part, now))).collect();
            let added = reading.into_iter().map(|part| part.join().unwrap_or_else(|panic| resume_unwind(panic)));
            added.sum()
        })
    }
}

fn add_all(db: &Db, writer: &IndexWriter, shop: &Shop, groups: &[i64], now: Timestamp) -> Result<u64, SearchError> {
    let fields = schema::fields();
    db.read(|conn| {
        let mut added = 0;
        for group in groups {
            let cards = card::read_group(conn, *group, shop, now)?;
            added += cards.len() as u64;
            writer.run(cards.iter().map(|card| UserOperation::Add(fields.document(card))))?;
        }
        Ok(added)
    })
}

/// Currency and zone: what makes every price and every day of the index.
pub(super) fn terms(shop: &Shop) -> String {
    format!("{} {}", shop.currency(), shop.zone)
}

/// The editions that the first changes of a feed touch, each once, and how many changes these are: as many as it
/// takes to have `enough`.
pub(super) fn editions_of(
    conn: &Connection, feed: &[(i64, Change)], enough: usize,
) -> rusqlite::Result<(HashSet<Id>, usize)> {
    let mut ids = HashSet::new();
    for (taken, (_, change)) in feed.iter().enumerate() {
        if ids.len() >= enough {
            return Ok((ids, taken));
        }
        match change {
            Change::Edition(id) => drop(ids.insert(*id)),
            Change::NewEditions(first, last) => ids.extend(catalog::list_ids_between(conn, *first, *last)?),
            Change::Work(work) => ids.extend(catalog::list_ids_of_work(conn, *work)?),
            Change::Settings | Change::Everything => {}
        }
    }
    Ok((ids, feed.len()))
}

/// What the index says of an edition: the number over its facts and the moment at which they change.
type Said = (u64, Option<i64>);

/// What the index says of a group's editions.
fn find_group(searcher: &Searcher, group: i64) -> Result<HashMap<Id, Said>, SearchError> {
    let query = TermQuery::new(schema::fields().group_term(group), IndexRecordOption::Basic);
    let mut found = HashMap::new();
    for DocAddress { segment_ord, doc_id } in searcher.search(&query, &DocSetCollector)? {
        let columns = searcher.segment_reader(segment_ord).fast_fields();
        let half = |name| Ok::<_, SearchError>(columns.u64(name)?.first(doc_id).unwrap_or(0));
        let print = half(column::PRINT)?;
        let due = columns.column_opt::<i64>(column::DUE)?.and_then(|due| due.first(doc_id));
        found.insert(id_of(half(column::ID_HIGH)?, half(column::ID_LOW)?), (print, due));
    }
    Ok(found)
}

fn read_groups(
    conn: &Connection, groups: BTreeSet<i64>, shop: &Shop, now: Timestamp,
) -> rusqlite::Result<Vec<(i64, Vec<Card>)>> {
    groups.into_iter().map(|group| Ok((group, card::read_group(conn, group, shop, now)?))).collect()
}

/// The editions that change by the clock up to `until`, with their moments.
fn due_ids(searcher: &Searcher, until: i64) -> Result<Vec<(Id, i64)>, SearchError> {
    let mut found = Vec::new();
    for segment in searcher.segment_readers() {
        let columns = segment.fast_fields();
        let Some(due) = columns.column_opt::<i64>(column::DUE)? else { continue };
        let (high, low) = (columns.u64(column::ID_HIGH)?, columns.u64(column::ID_LOW)?);
        let moments = segment.doc_ids_alive().filter_map(|doc| due.first(doc).map(|moment| (doc, moment)));
        for (doc, moment) in moments.filter(|(_, moment)| *moment <= until) {
            if let (Some(high), Some(low)) = (high.first(doc), low.first(doc)) {
                found.push((id_of(high, low), moment));
            }
        }
    }
    Ok(found)
}
