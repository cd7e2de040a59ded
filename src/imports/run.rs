//! One run: opens a file, takes its records to the carrier, closes the report.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use super::carrier::Carrier;
use super::feed::Feed;
use super::images::Album;
use super::input::Input;
use super::pace::{Pace, Turn};
use super::record::Item;
use super::report::Report;
use super::{ImportError, ImportOptions};
use crate::audit;
use crate::catalog;
use crate::catalog::rules::Rules;
use crate::db::{Db, DbError};
use crate::kernel::country::Country;
use crate::kernel::ids::fingerprint;
use crate::kernel::money::{Currency, Money};
use crate::kernel::time::Clock;
use crate::settings::{self, Overrides, Shop};

/// Bumped when a record would be read differently than before: then every record is looked at again.
const READER_VERSION: u8 = 2;
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
    let folder = db.path().parent().map_or_else(PathBuf::new, Path::to_owned);
    let _turn = Turn::take(&folder)?;
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
    let album = Album::of(input, &folder);
    let mut carrier = Carrier::new(db, clock, context, Pace::of(&folder), report)?;
    while let Some(item) = feed.next(&carrier.context).map_err(|reason| carrier.break_off(reason))? {
        let sent = match item {
            Item::Record(mut record) => {
                let pictures = album.find(&mut record);
                if !pictures.is_empty() && !carrier.is_known(&record)? {
                    album.take_in(pictures, &mut record);
                }
                carrier.take(*record)?
            }
            Item::Rejected(rejected) => {
                carrier.report.reject(rejected);
                false
            }
        };
        if sent {
            progress(Progress { bytes: position.get(), size: input.size(), records: carrier.report.read });
        }
    }
    carrier.finish()?;
    progress(Progress { bytes: position.get(), size: input.size(), records: carrier.report.read });
    record_run(db, &carrier.context, carrier.report, clock.now())?;
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

/// One line in the audit log, if anything happened.
fn record_run(db: &Db, context: &Arc<Context>, report: &Report, now: Timestamp) -> Result<(), ImportError> {
    if report.created + report.updated == 0 {
        return Ok(());
    }
    let detail = json!({ "read": report.read, "created": report.created, "updated": report.updated, "rejected": report.rejected });
    let context = Arc::clone(context);
    db.write_blocking(move |tx| {
        Ok::<_, DbError>(audit::record(tx, &context.actor, "import.run", &context.source, &detail, now)?)
    })
    .map_err(ImportError::from)
}
