//! Carries records to the writer in jobs: while one is stored, the next are read and made ready.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::ImportError;
use super::apply::{ApplyError, Desk, Outcome, Prepared, Told};
use super::identity::{self, By};
use super::met::Met;
use super::pace::Pace;
use super::record::{Record, Rejected, Tally};
use super::records::{self, Books, Records, short};
use super::report::Report;
use super::run::Context;
use crate::catalog::{self, Draft, Names};
use crate::db::{Db, DbError, Pending, Tx};
use crate::kernel::time::Clock;

/// A job is full with so much text, however few its records: several jobs are in memory at once.
const MOST_TEXT: usize = 1 << 20;

/// The way from a reader to the writer and back to the report.
pub(super) struct Carrier<'a> {
    pub context: Arc<Context>,
    pub report: &'a mut Report,
    db: &'a Db,
    clock: &'a Clock,
    pace: Pace,
    met: Met,
    books: Books,
    names: Arc<Mutex<Names>>,
    waiting: Vec<Prepared>,
    /// Bytes of text in what waits.
    weight: usize,
    under_way: VecDeque<Job>,
}

struct Job {
    batch: Arc<Vec<Prepared>>,
    answer: Pending<Done, ApplyError>,
}

struct Done {
    outcomes: Vec<(Outcome, Told)>,
    took: Duration,
}

impl<'a> Carrier<'a> {
    pub(super) fn new(
        db: &'a Db, clock: &'a Clock, context: Context, pace: Pace, report: &'a mut Report,
    ) -> Result<Carrier<'a>, DbError> {
        Ok(Carrier {
            books: db.read(|conn| Books::list(conn).map_err(DbError::from))?,
            context: Arc::new(context),
            report,
            db,
            clock,
            pace,
            met: Met::default(),
            names: Arc::default(),
            waiting: Vec::new(),
            weight: 0,
            under_way: VecDeque::new(),
        })
    }

    /// Whether this very record was taken in before, by this run or an earlier one that is over.
    pub(super) fn is_known(&self, record: &Record) -> Result<bool, DbError> {
        let (identity, _) = identity::of(record, &self.context.source);
        if !self.books.may_have(&identity) {
            return Ok(false);
        }
        self.db.read(|conn| Ok(records::is_known(conn, &self.context.source, &identity, &record.hash)?))
    }

    /// Takes a record on its way. Returns whether a job was sent with it.
    pub(super) fn take(&mut self, record: Record) -> Result<bool, ImportError> {
        self.weight += record.weight();
        let prepared = self.prepare(record);
        self.waiting.push(prepared);
        let full = self.waiting.len() >= self.pace.job() || self.weight >= MOST_TEXT;
        if full {
            self.send()?;
        }
        Ok(full)
    }

    /// Sends what waits, and waits for all that is under way.
    pub(super) fn finish(&mut self) -> Result<(), ImportError> {
        if !self.waiting.is_empty() {
            self.send()?;
        }
        while !self.under_way.is_empty() {
            self.take_answer()?;
        }
        Ok(())
    }

    /// The reader cannot go on: what is under way is waited for and counted, what waits is left to the next run.
    pub(super) fn break_off(&mut self, reason: String) -> ImportError {
        self.waiting.clear();
        match self.finish() {
            Ok(()) => self.broke_off(reason),
            Err(error) => error,
        }
    }

    fn prepare(&mut self, mut record: Record) -> Prepared {
        let (identity, by) = identity::of(&record, &self.context.source);
        let place = record.place;
        let earlier = self.met.meet(&identity, &record.hash, place);
        if let (By::Reference, Some(isbn)) = (by, &record.facts.isbn)
            && let Some(other) = self.met.meet_number(isbn, &identity, place)
        {
            record
                .warnings
                .push(format!("the ISBN {isbn} stands in {other} under another id; both are one book in the shop now"));
        }
        let draft = Draft::of(&record.facts).map_err(|error| error.to_string());
        let is_new = earlier.is_none() && !self.met.is_full() && !self.books.may_have(&identity);
        Prepared { record, identity, by, is_new, earlier, draft }
    }

    fn send(&mut self) -> Result<(), ImportError> {
        while self.under_way.len() >= self.pace.ahead() {
            self.take_answer()?;
        }
        let batch = Arc::new(std::mem::take(&mut self.waiting));
        self.weight = 0;
        let (context, names, now) = (Arc::clone(&self.context), Arc::clone(&self.names), self.clock.now());
        let items = Arc::clone(&batch);
        let answer = self.db.write_later(move |tx: &Tx<'_>| {
            let mut names = names.lock().unwrap_or_else(PoisonError::into_inner);
            let began = Instant::now();
            let outcomes = store(tx, &context, &mut names, &items, now)?;
            Ok(Done { outcomes, took: began.elapsed() })
        })?;
        self.under_way.push_back(Job { batch, answer });
        Ok(())
    }

    /// Waits for the oldest job and counts what became of its records.
    fn take_answer(&mut self) -> Result<(), ImportError> {
        let Some(job) = self.under_way.pop_front() else { return Ok(()) };
        match job.answer.wait() {
            Ok(done) => {
                done.outcomes.into_iter().zip(job.batch.iter()).for_each(|(outcome, item)| self.count(item, outcome));
                self.pace.done(job.batch.len(), done.took);
                Ok(())
            }
            Err(error) => {
                // Those behind it may have got through.
                for job in std::mem::take(&mut self.under_way) {
                    if let Ok(done) = job.answer.wait() {
                        let outcomes = done.outcomes.into_iter().zip(job.batch.iter());
                        outcomes.for_each(|(outcome, item)| self.count(item, outcome));
                    }
                }
                Err(self.broke_off(error.to_string()))
            }
        }
    }

    fn count(&mut self, item: &Prepared, (outcome, told): (Outcome, Told)) {
        let record = &item.record;
        let count = match outcome {
            Outcome::Rejected(reason) => return self.report.reject(Rejected { place: record.place, reason }),
            Outcome::Created => &mut self.report.created,
            Outcome::Updated => &mut self.report.updated,
            Outcome::Unchanged => &mut self.report.unchanged,
        };
        *count += 1;
        self.report.read += 1;
        record.tallies.iter().for_each(|what| self.report.tally(*what));
        for text in record.warnings.iter().chain(&told.warnings) {
            self.report.warn_at(record.place, text);
        }
        told.kept.iter().for_each(|_| self.report.tally(Tally::Kept));
        self.report.tell_change(record, told);
        let repeated = |hashes: &[u64]| hashes.contains(&short(&record.hash));
        if let Some(earlier) =
            item.earlier.as_ref().filter(|earlier| !self.context.merges && !repeated(&earlier.hashes))
        {
            let text = format!("the same book as in {}; this record wins", earlier.place);
            self.report.warn_at(record.place, &text);
        }
    }

    fn broke_off(&self, reason: String) -> ImportError {
        match self.report.created + self.report.updated + self.report.unchanged {
            0 => ImportError::Refused(reason),
            stored => ImportError::BrokeOff { reason, stored },
        }
    }
}

/// Stores records; if one of them upsets it, each half for itself, until only that one is lost.
fn store(
    tx: &Tx<'_>, context: &Context, names: &mut Names, items: &[Prepared], now: Timestamp,
) -> Result<Vec<(Outcome, Told)>, ApplyError> {
    let reason = match tx.attempt(|tx| store_all(tx, context, names, items, now)) {
        Ok(outcomes) => return Ok(outcomes),
        Err(error) => refuse_records_only(error)?,
    };
    // What was made and is undone must not be remembered.
    *names = Names::default();
    if items.len() <= 1 {
        return Ok(vec![(Outcome::Rejected(reason), Told::default())]);
    }
    let (first, second) = items.split_at(items.len() / 2);
    let mut outcomes = store(tx, context, names, first, now)?;
    outcomes.extend(store(tx, context, names, second, now)?);
    Ok(outcomes)
}

fn store_all(
    tx: &Tx<'_>, context: &Context, names: &mut Names, items: &[Prepared], now: Timestamp,
) -> Result<Vec<(Outcome, Told)>, ApplyError> {
    catalog::create_many(tx, names, now, |maker| {
        let mut desk = Desk { tx, context, records: Records::open(tx, &context.source)?, maker, now };
        let apply = |item: &Prepared| {
            let mut told = Told::default();
            desk.apply(item, &mut told).map(|outcome| (outcome, told))
        };
        items.iter().map(apply).collect()
    })
}

/// Why a record is refused; an error that is no record's fault stays one.
fn refuse_records_only(error: ApplyError) -> Result<String, ApplyError> {
    match error {
        ApplyError::Record(reason) => Ok(reason),
        ApplyError::Db(error) if is_the_records_fault(&error) => Ok(format!("the database refused it: {error}")),
        ApplyError::Db(_) => Err(error),
    }
}

/// A broken rule of the schema is a record's fault; a full disk or a busy file is not.
fn is_the_records_fault(error: &DbError) -> bool {
    match error {
        DbError::Sqlite(error) => !matches!(crate::error::Fault::kind(error), crate::error::Kind::Unavailable),
        DbError::Panicked => true,
        DbError::NoReader(_) | DbError::QueueFull | DbError::Closed | DbError::Commit(_) => false,
    }
}
