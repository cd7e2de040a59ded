//! Keeps the index equal to the catalogue: the feed's changes, what falls due by the clock, or everything anew.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rusqlite::Connection;
use tantivy::collector::DocSetCollector;
use tantivy::query::{AllQuery, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, IndexWriter, Searcher};

use super::SearchError;
use super::card::{self, Card};
use super::index::{Index, Stamp};
use super::schema::{self, VERSION, column, id_of};
use crate::catalog;
use crate::changes::{self, Change};
use crate::db::Db;
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
    /// Editions with documents that wait for a commit.
    waiting: HashSet<Id>,
    committed: (i64, Instant),
    /// The first moment at which a document changes by the clock; `None`: look again.
    next_due: Option<i64>,
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
    let mut worker = Worker::open(db, index, overrides)?;
    let done = worker.rebuild(now, &|| true, &progress)?;
    worker.writer.wait_merging_threads()?;
    Ok(done.unwrap_or(0))
}

impl Worker {
    pub(super) fn open(db: &Db, index: &Index, overrides: &Overrides) -> Result<Worker, SearchError> {
        let shop = db.read(|conn| settings::load(conn, overrides))?;
        let seq = index.stamp().map_or(0, |stamp| stamp.seq);
        Ok(Worker {
            db: db.clone(),
            index: index.clone(),
            overrides: overrides.clone(),
            writer: index.writer()?,
            shop,
            seq,
            waiting: HashSet::new(),
            committed: (seq, Instant::now()),
            next_due: None,
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
            let (feed, cards) = self.db.read(|conn| {
                let mut feed = changes::list_after(conn, seq, CHUNK)?;
                let (ids, taken) = editions_of(conn, &feed, ENOUGH)?;
                feed.truncate(taken);
                let cards = ids.into_iter().map(|id| Ok((id, card::read(conn, id, &self.shop, now)?)));
                let cards = cards.collect::<rusqlite::Result<Vec<_>>>()?;
                Ok::<_, SearchError>((feed, cards))
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
            self.apply(cards)?;
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
        self.waiting.clear();
        self.committed = (self.seq, Instant::now());
        self.next_due = None;
        Ok(())
    }

    /// Replaces the documents of editions; a document that says the same already is left alone.
    fn apply(&mut self, cards: Vec<(Id, Option<Card>)>) -> Result<(), SearchError> {
        let searcher = self.index.searcher();
        let fields = schema::fields();
        for (id, card) in cards {
            let known = if self.waiting.contains(&id) { None } else { Some(find(&searcher, id)?) };
            let wanted = card.as_ref().map(|card| (card.print(), card.due));
            if known == Some(wanted) {
                continue;
            }
            self.writer.delete_term(fields.id_term(id));
            if let Some(card) = card {
                self.writer.add_document(fields.document(&card))?;
            }
            self.waiting.insert(id);
        }
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
        let cards = self.db.read(|conn| {
            let cards = ids.into_iter().map(|(id, _)| Ok((id, card::read(conn, id, &self.shop, now)?)));
            cards.collect::<rusqlite::Result<Vec<_>>>().map_err(SearchError::from)
        })?;
        self.apply(cards)?;
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
        self.writer.delete_query(Box::new(AllQuery))?;
        let (mut after, mut done) = (None, 0);
        loop {
            let ids = self.db.read(|conn| catalog::list_ids(conn, after, CHUNK).map_err(SearchError::from))?;
            let Some(last) = ids.last() else { break };
            if !go_on() {
                self.writer.rollback()?;
                self.seq = self.committed.0;
                self.waiting.clear();
                return Ok(None);
            }
            after = Some(*last);
            done += self.add_all(&ids, now)?;
            progress(done, u64::try_from(total).unwrap_or(done));
        }
        let stamp = Stamp { version: VERSION, seq, terms: terms(&self.shop) };
        self.index.commit(&mut self.writer, stamp)?;
        self.seq = seq;
        self.waiting.clear();
        self.committed = (seq, Instant::now());
        self.next_due = None;
        tracing::info!(editions = done, seq, "the search index was built anew");
        Ok(Some(done))
    }

    fn add_all(&self, ids: &[Id], now: Timestamp) -> Result<u64, SearchError> {
        let fields = schema::fields();
        self.db.read(|conn| {
            let mut added = 0;
            for id in ids {
                let Some(card) = card::read(conn, *id, &self.shop, now)? else { continue };
                self.writer.add_document(fields.document(&card))?;
                added += 1;
            }
            Ok(added)
        })
    }
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

/// What the index says of one edition: the number over its facts and the moment at which they change.
fn find(searcher: &Searcher, id: Id) -> Result<Option<(u64, Option<i64>)>, SearchError> {
    let query = TermQuery::new(schema::fields().id_term(id), IndexRecordOption::Basic);
    let Some(DocAddress { segment_ord, doc_id }) = searcher.search(&query, &DocSetCollector)?.into_iter().next() else {
        return Ok(None);
    };
    let columns = searcher.segment_reader(segment_ord).fast_fields();
    let print = columns.u64(column::PRINT)?.first(doc_id).unwrap_or(0);
    let due = columns.column_opt::<i64>(column::DUE)?.and_then(|due| due.first(doc_id));
    Ok(Some((print, due)))
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
