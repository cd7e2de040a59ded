//! Carries a file's records to the writer, in jobs small enough that a shop that sells meanwhile does not notice.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use super::apply::{self, ApplyError, Earlier, Outcome, Prepared, Told};
use super::feed::Feed;
use super::input::Input;
use super::record::{Item, Record, Rejected, Tally};
use super::report::Report;
use super::{ImportError, ImportOptions, identity};
use crate::audit;
use crate::catalog;
use crate::catalog::rules::Rules;
use crate::db::{Db, DbError, Tx};
use crate::kernel::country::Country;
use crate::kernel::ids::fingerprint;
use crate::kernel::money::{Currency, Money};
use crate::kernel::time::Clock;
use crate::settings::{self, Overrides, Shop};

/// Bumped when a record would be read differently than before: then every record is looked at again.
const READER_VERSION: u8 = 2;
/// How long one job may keep the writer: a checkout that waits for it stays far below what a person notices.
const JOB: Duration = Duration::from_millis(20);
/// A first job is small, until it is known how fast this machine is.
const FIRST_JOB: usize = 50;
const MAX_JOB: usize = 500;
/// Delivery promised for what a supplier has but names no time for, in working days.
const LEAD_DAYS: (u16, u16) = (5, 10);

/// How far a run has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Bytes of the file read.
    pub bytes: u64,
    /// Bytes of the file.
    pub size: u64,
    /// Records done.
    pub records: u64,
}

/// What every record of a run needs to know.
#[derive(Debug)]
pub(super) struct Context {
    /// The feed's name.
    pub source: String,
    /// Who moves stock in the ledger.
    pub actor: String,
    /// The shop's currency.
    pub sells_in: Currency,
    /// The currency the caller named for amounts that name none.
    pub default_currency: Option<Currency>,
    /// Whether the shop's prices contain tax.
    pub tax_included: bool,
    /// The shop's zone, where days begin.
    pub zone: TimeZone,
    /// The shop's country.
    pub country: Option<Country>,
    /// The price of records that state none.
    pub default_price: Option<Money>,
    /// Copies of new books whose record states none.
    pub default_stock: Option<u32>,
    /// Working days from a supplier that names no time.
    pub lead_days: (u16, u16),
    /// Whether rows of one book add to each other instead of replacing each other; asked for by naming an id column.
    pub merges: bool,
    /// Whether the feed may change what a person decided.
    pub overwrites_edited: bool,
    /// Which subjects stand on which shelf.
    pub rules: Rules,
    /// What a record's meaning depends on besides itself.
    pub salt: [u8; 16],
}

impl Context {
    fn new(source: String, shop: &Shop, rules: Rules, options: &ImportOptions) -> Result<Context, ImportError> {
        let sells_in = shop.currency();
        let default_price = options.default_price.as_deref().map(|text| {
            Money::parse(text, options.default_currency.unwrap_or(sells_in))
                .map_err(|error| error.to_string())
                .and_then(
                    |price| if price.minor > 0 { Ok(price) } else { Err("a default price of nothing is none".into()) },
                )
                .map_err(|reason| ImportError::Refused(format!("--default-price: {reason}")))
        });
        let meaning = format!(
            "{READER_VERSION} {sells_in} {} {} {:?} {:?} {:?} {:?} {}",
            shop.country,
            shop.tax_included,
            options.default_price,
            options.default_currency,
            options.map,
            options.lead_days,
            options.overwrite_edited
        );
        Ok(Context {
            actor: format!("import:{source}"),
            source,
            sells_in,
            default_currency: options.default_currency,
            tax_included: shop.tax_included,
            zone: shop.zone(),
            country: shop.country(),
            default_price: default_price.transpose()?,
            default_stock: options.default_stock,
            lead_days: options.lead_days.unwrap_or(LEAD_DAYS),
            merges: options.reference_column.is_some(),
            overwrites_edited: options.overwrite_edited,
            rules,
            salt: fingerprint(meaning.as_bytes()),
        })
    }

    /// Of a shop that is nowhere, for reading noise.
    pub(super) fn for_nobody() -> Context {
        Context {
            source: String::new(),
            actor: String::new(),
            sells_in: Currency::EUR,
            default_currency: Some(Currency::EUR),
            tax_included: true,
            zone: TimeZone::UTC,
            country: "DE".parse().ok(),
            default_price: None,
            default_stock: None,
            lead_days: LEAD_DAYS,
            merges: false,
            overwrites_edited: false,
            rules: Rules::default(),
            salt: [0; 16],
        }
    }

    /// The currency of a CSV amount that names none: what the caller said, else the shop's own.
    pub(super) fn amounts_in(&self) -> Currency {
        self.default_currency.unwrap_or(self.sells_in)
    }
}

/// Takes a feed in.
///
/// # Errors
///
/// `Refused` and `File` store nothing; `BrokeOff` says how much is stored.
pub(super) fn take_in(
    db: &Db, input: &Input, options: &ImportOptions, overrides: &Overrides, clock: &Clock,
    progress: &mut dyn FnMut(Progress), report: &mut Report,
) -> Result<(), ImportError> {
    let mut source = options.source.clone().unwrap_or_else(|| input.name());
    let position = Rc::default();
    let shop = db.read(|conn| settings::load(conn, overrides))?;
    let rules = || db.read(|conn| Ok::<_, DbError>(Rules::load(conn)?));
    // Opened once before anything is stored, to refuse what cannot be read.
    let mut context = Context::new(source.clone(), &shop, rules()?, options)?;
    let mut feed = Feed::open(input, options, &context, &position)?;
    if let Some(sender) = feed.sender().filter(|_| options.source.is_none()) {
        source = sender.to_owned();
        context = Context::new(source.clone(), &shop, rules()?, options)?;
    }
    if let Some(shop) = adopt_currency(db, &shop, options, overrides, clock.now())? {
        report.warn(format!("the shop is new and sells in {} from now on", shop.currency));
        context = Context::new(source, &shop, rules()?, options)?;
    }
    context.merges &= feed.can_merge();
    report.source.clone_from(&context.source);
    let mut carrier = Carrier { db, context: Arc::new(context), clock, report, job: FIRST_JOB, met: HashMap::new() };
    let mut waiting = Vec::with_capacity(FIRST_JOB);
    loop {
        let next = feed.next(&carrier.context).map_err(|reason| carrier.broke_off(reason))?;
        let ended = next.is_none();
        match next {
            Some(Item::Record(record)) => waiting.push(carrier.prepare(*record)),
            Some(Item::Rejected(rejected)) => carrier.report.reject(rejected),
            None => {}
        }
        if waiting.len() >= carrier.job || (ended && !waiting.is_empty()) {
            carrier.send(std::mem::take(&mut waiting))?;
            progress(Progress { bytes: position.get(), size: input.size(), records: carrier.report.read });
        }
        if ended {
            break;
        }
    }
    carrier.record_run()?;
    let context = Arc::clone(&carrier.context);
    feed.close(report);
    report.close(context.sells_in.code(), context.lead_days);
    if report.read == 0 {
        report.warn("the file holds no records".into());
    }
    Ok(())
}

/// A new, empty shop takes the currency that the caller names for the file.
fn adopt_currency(
    db: &Db, shop: &Shop, options: &ImportOptions, overrides: &Overrides, now: Timestamp,
) -> Result<Option<Shop>, ImportError> {
    let Some(currency) = options.default_currency.filter(|currency| *currency != shop.currency()) else {
        return Ok(None);
    };
    // A currency that the configuration file sets is not to be changed from here.
    let empty = db.read(|conn| Ok::<_, DbError>(catalog::list_ids(conn, None, 1)?.is_empty()))?;
    if !empty || overrides.contains_key("currency") {
        return Ok(None);
    }
    let stored = db.read(|conn| settings::load(conn, &Overrides::new()))?;
    let adopted = Shop { currency: currency.code().to_owned(), ..stored };
    db.write_blocking(move |tx| settings::store(tx, &adopted, now))?;
    Ok(Some(db.read(|conn| settings::load(conn, overrides))?))
}

struct Carrier<'a> {
    db: &'a Db,
    context: Arc<Context>,
    clock: &'a Clock,
    report: &'a mut Report,
    job: usize,
    /// Every book of this run and the hashes of its records.
    met: HashMap<[u8; 16], Earlier>,
}

impl Carrier<'_> {
    fn prepare(&mut self, record: Record) -> Prepared {
        let (identity, by) = identity::of(&record, &self.context.source);
        let (place, hash) = (record.place, record.hash);
        let mut earlier = None;
        match self.met.get_mut(&identity) {
            Some(met) => {
                earlier = Some(met.clone());
                met.hashes.push(hash);
            }
            None => drop(self.met.insert(identity, Earlier { place, hashes: vec![hash] })),
        }
        Prepared { record, identity, by, earlier }
    }

    /// Stores records in one job; if one of them upsets it, each in a job of its own, so that only that one is lost.
    fn send(&mut self, batch: Vec<Prepared>) -> Result<(), ImportError> {
        let size = batch.len();
        let batch = Arc::new(batch);
        let began = Instant::now();
        match self.store(&batch, 0..size) {
            Ok(outcomes) => {
                let took = began.elapsed().max(Duration::from_micros(1));
                let fitting = u128::try_from(size).unwrap_or(1) * JOB.as_nanos() / took.as_nanos();
                self.job = usize::try_from(fitting).unwrap_or(MAX_JOB).clamp(10, MAX_JOB);
                outcomes.into_iter().zip(batch.iter()).for_each(|(outcome, item)| self.count(item, outcome));
                Ok(())
            }
            Err(ApplyError::Db(error)) if !is_the_records_fault(&error) => Err(self.broke_off(error.to_string())),
            Err(_) => self.send_one_by_one(&batch),
        }
    }

    fn send_one_by_one(&mut self, batch: &Arc<Vec<Prepared>>) -> Result<(), ImportError> {
        for (index, item) in batch.iter().enumerate() {
            match self.store(batch, index..index + 1) {
                Ok(outcomes) => outcomes.into_iter().for_each(|outcome| self.count(item, outcome)),
                Err(ApplyError::Db(error)) if !is_the_records_fault(&error) => {
                    return Err(self.broke_off(error.to_string()));
                }
                Err(ApplyError::Db(error)) => {
                    self.count(item, (Outcome::Rejected(format!("the database refused it: {error}")), Told::default()))
                }
                Err(ApplyError::Record(reason)) => self.count(item, (Outcome::Rejected(reason), Told::default())),
            }
        }
        Ok(())
    }

    fn store(
        &self, batch: &Arc<Vec<Prepared>>, range: std::ops::Range<usize>,
    ) -> Result<Vec<(Outcome, Told)>, ApplyError> {
        let (batch, context, now) = (Arc::clone(batch), Arc::clone(&self.context), self.clock.now());
        self.db.write_blocking(move |tx: &Tx<'_>| {
            let items = batch.get(range).unwrap_or_default();
            items
                .iter()
                .map(|item| {
                    let mut told = Told::default();
                    apply::apply(tx, &context, item, &mut told, now).map(|outcome| (outcome, told))
                })
                .collect()
        })
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
        if let Some(earlier) =
            item.earlier.as_ref().filter(|earlier| !self.context.merges && !earlier.hashes.contains(&record.hash))
        {
            let text = format!("the same book as in {}; this record wins", earlier.place);
            self.report.warn_at(record.place, &text);
        }
    }

    /// One line in the audit log, if anything happened.
    fn record_run(&self) -> Result<(), ImportError> {
        let (report, now) = (&*self.report, self.clock.now());
        if report.created + report.updated == 0 {
            return Ok(());
        }
        let detail = json!({ "read": report.read, "created": report.created, "updated": report.updated, "rejected": report.rejected });
        let context = Arc::clone(&self.context);
        self.db
            .write_blocking(move |tx| {
                Ok::<_, DbError>(audit::record(tx, &context.actor, "import.run", &context.source, &detail, now)?)
            })
            .map_err(ImportError::from)
    }

    fn broke_off(&self, reason: String) -> ImportError {
        match self.report.created + self.report.updated + self.report.unchanged {
            0 => ImportError::Refused(reason),
            stored => ImportError::BrokeOff { reason, stored },
        }
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
