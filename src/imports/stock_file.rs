//! Stock and prices of books that the shop has, as tills and wholesalers export them.
//!
//! A row names a book by ISBN, barcode or the feed's own id, and says how many there are and what one costs. Nothing
//! here makes a book. *Set*: the shelf holds what the file says; of two rows of one book the last counts. *Add*: goods
//! in; every row counts, and every row of a file counts once, however often the command is killed or repeated: the
//! file is known by its feed and its content, and how far it came is written with the movements themselves.

mod booking;
mod gaps;
mod rows;

use std::collections::HashMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use self::booking::{Outcome, Terms};
use self::rows::{Line, Lines};
use super::batch::Taker;
use super::input::Input;
use super::record::{Place, Rejected, Tally};
use super::report::Report;
use super::{ImportError, ImportOptions, Progress};
use crate::db::{Db, DbError};
use crate::kernel::time::Clock;
use crate::settings::{self, Overrides};

/// How long one job may keep the writer.
const JOB: Duration = Duration::from_millis(20);
const FIRST_JOB: usize = 50;
const MAX_JOB: usize = 500;

/// What a number of copies in a stock file means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// So many there are.
    Set,
    /// So many have come.
    Add,
}

/// Books the rows of stock files.
#[derive(Clone, Copy, Debug)]
pub(super) struct StockTaker {
    pub mode: Mode,
    /// Add a file once more that was added to its end before.
    pub again: bool,
}

impl Taker for StockTaker {
    fn take_in(
        &self, db: &Db, input: &Input, options: &ImportOptions, overrides: &Overrides, clock: &Clock,
        progress: &mut dyn FnMut(Progress), report: &mut Report,
    ) -> Result<(), ImportError> {
        let shop = db.read(|conn| settings::load(conn, overrides))?;
        let source = options.source.clone().unwrap_or_else(|| input.name());
        report.source.clone_from(&source);
        let currency = options.default_currency.unwrap_or_else(|| shop.currency());
        let position = Rc::default();
        let mut lines = Lines::open(input, options, currency, &position)?;
        let last = match self.mode {
            Mode::Set => {
                rows::last_rows(Lines::open(input, options, currency, &Rc::default())?).map_err(ImportError::Refused)?
            }
            Mode::Add => HashMap::new(),
        };
        let terms = Terms {
            mode: self.mode,
            actor: format!("import:{source}"),
            reason: match self.mode {
                Mode::Set => "stock file: counted".into(),
                Mode::Add => "stock file: received".into(),
            },
            source,
            tax_included: shop.tax_included,
            hash: (self.mode == Mode::Add).then(|| rows::hash(input)).transpose()?,
        };
        self.look_back(db, &terms, report)?;
        let mut booker = Booker { db, clock, terms, report, job: FIRST_JOB, booked_before: 0 };
        let mut waiting: Vec<Line> = Vec::with_capacity(FIRST_JOB);
        loop {
            let next = lines.next().map_err(|reason| booker.broke_off(reason))?;
            let ended = next.is_none();
            if let Some(line) = next {
                let sold_in = shop.currency();
                booker.note(&line, sold_in);
                match rows::later(&last, &line) {
                    Some(later) => booker.pass_over(line.place, later),
                    None => waiting.push(line),
                }
            }
            if waiting.len() >= booker.job || (ended && !waiting.is_empty()) {
                booker.send(std::mem::take(&mut waiting))?;
                progress(Progress { bytes: position.get(), size: input.size(), records: booker.report.read });
            }
            if ended {
                break;
            }
        }
        booker.finish()?;
        tell_of_file(&lines, report);
        report.close(shop.currency().code(), (0, 0));
        Ok(())
    }
}

impl StockTaker {
    /// Says what earlier runs did of this file; forgets it when it is to be added once more.
    fn look_back(&self, db: &Db, terms: &Terms, report: &mut Report) -> Result<(), ImportError> {
        let before = db.read(|conn| Ok::<_, DbError>(booking::progress(conn, terms)?))?;
        match (before.finished, self.again) {
            (true, false) => report.warn(
                "this file was added before, to its end: nothing of it is added again; --again adds it once more"
                    .into(),
            ),
            (true, true) => {
                let terms = terms.clone();
                db.write_blocking(move |tx| booking::forget(tx, &terms))?;
            }
            (false, _) if before.rows > 0 => {
                report.warn(format!(
                    "an earlier run added {} rows of this file; this one goes on from there",
                    before.rows
                ));
            }
            (false, _) => {}
        }
        Ok(())
    }
}

fn tell_of_file(lines: &Lines, report: &mut Report) {
    report.blank += lines.blank();
    if let Some(guess) = &lines.guessed {
        report.warn(format!("the columns were guessed: {guess}"));
    }
    if lines.damage() > 0 {
        report.warn(format!("{} bytes are not UTF-8 and were read as Windows-1252", lines.damage()));
    }
    if report.read == 0 {
        report.warn("the file holds no rows".into());
    }
}

struct Booker<'a> {
    db: &'a Db,
    clock: &'a Clock,
    terms: Terms,
    report: &'a mut Report,
    job: usize,
    booked_before: u64,
}

impl Booker<'_> {
    fn note(&mut self, line: &Line, sold_in: crate::kernel::money::Currency) {
        if line.by_column {
            self.report.tally(Tally::AmountByColumn);
        }
        match line.said.as_ref().map(|said| said.price) {
            Ok(Some(None)) => self.report.tally(Tally::ZeroPrice),
            Ok(Some(Some(price))) if price.currency != sold_in => self.report.tally(Tally::OtherCurrency),
            _ => {}
        }
    }

    /// A row of a book that comes again.
    fn pass_over(&mut self, place: Place, later: Place) {
        self.report.read += 1;
        self.report.unchanged += 1;
        self.report.warn_at(place, &format!("the same book comes again in line {}; the last row counts", later.line));
    }

    fn send(&mut self, lines: Vec<Line>) -> Result<(), ImportError> {
        let (terms, now) = (self.terms.clone(), self.clock.now());
        let places: Vec<Place> = lines.iter().map(|line| line.place).collect();
        let (size, began) = (lines.len(), Instant::now());
        let outcomes = self
            .db
            .write_blocking(move |tx| booking::book_all(tx, &terms, &lines, now))
            .map_err(|error: DbError| self.broke_off(error.to_string()))?;
        let took = began.elapsed().max(Duration::from_micros(1));
        let fitting = u128::try_from(size).unwrap_or(1) * JOB.as_nanos() / took.as_nanos();
        self.job = usize::try_from(fitting).unwrap_or(MAX_JOB).clamp(10, MAX_JOB);
        outcomes.into_iter().zip(places).for_each(|(outcome, place)| self.count(place, outcome));
        Ok(())
    }

    fn count(&mut self, place: Place, outcome: Option<Outcome>) {
        match outcome {
            Some(Outcome::Rejected(reason)) => return self.report.reject(Rejected { place, reason }),
            Some(Outcome::Updated) => self.report.updated += 1,
            Some(Outcome::Unchanged) => self.report.unchanged += 1,
            None => {
                self.report.unchanged += 1;
                self.booked_before += 1;
            }
        }
        self.report.read += 1;
    }

    /// Notes that the whole file is booked, with one line in the audit log if anything happened.
    fn finish(&mut self) -> Result<(), ImportError> {
        let (terms, now, rows) = (self.terms.clone(), self.clock.now(), self.report.read);
        let (updated, rejected) = (self.report.updated, self.report.rejected);
        let detail = serde_json::json!({ "read": rows, "updated": updated, "rejected": rejected, "mode": format!("{:?}", terms.mode) });
        self.db.write_blocking(move |tx| {
            booking::advance(tx, &terms, rows, Some(now))?;
            if updated > 0 {
                crate::audit::record(tx, &terms.actor, "import.stock", &terms.source, &detail, now)?;
            }
            Ok::<_, DbError>(())
        })?;
        Ok(())
    }

    fn broke_off(&self, reason: String) -> ImportError {
        match self.report.updated + self.report.unchanged {
            0 => ImportError::Refused(reason),
            stored => ImportError::BrokeOff { reason, stored },
        }
    }
}
