//! Stores one record: all of it, or nothing and a reason.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::json;

use super::identity::By;
use super::met::Earlier;
use super::record::{Intent, Record};
use super::records::{Kept, Known, Records, State};
use super::run::Context;
use super::{overlay, validity};
use crate::audit;
use crate::catalog::fields::{self, Difference, Field};
use crate::catalog::prices::{self, NewPrice, PriceKind};
use crate::catalog::{self, CatalogError, Draft, Edition, Maker, WorkFacts, owned, refs};
use crate::db::{DbError, Tx};
use crate::kernel::ids::Id;
use crate::media;
use crate::stock::{self, StockError};

/// A record whose book has been named, on its way to the writer.
#[derive(Debug)]
pub(super) struct Prepared {
    pub record: Record,
    pub identity: [u8; 16],
    pub by: By,
    /// Whether nothing can be kept of it yet: neither from an earlier run nor from this one.
    pub is_new: bool,
    /// What this run met of the same book before.
    pub earlier: Option<Earlier>,
    /// What can be worked out before the writer is asked; the error is what is wrong with the title.
    pub draft: Result<Draft, String>,
}

/// What became of a record.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Created,
    Updated,
    Unchanged,
    Rejected(String),
}

/// What there is to tell of a record besides its outcome.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// What the feed should hear.
    pub warnings: Vec<String>,
    /// What is not as it was.
    pub differences: Vec<Difference>,
    /// Fields that stayed as a person decided them.
    pub kept: Vec<&'static str>,
    /// Whether the book left the shelves.
    pub withdrawn: bool,
}

/// Why a record could not be stored.
#[derive(Debug, thiserror::Error)]
pub(super) enum ApplyError {
    /// The record is at fault.
    #[error("{0}")]
    Record(String),
    /// The database is.
    #[error(transparent)]
    Db(DbError),
}

impl From<DbError> for ApplyError {
    fn from(error: DbError) -> ApplyError {
        ApplyError::Db(error)
    }
}

impl From<rusqlite::Error> for ApplyError {
    fn from(error: rusqlite::Error) -> ApplyError {
        ApplyError::Db(error.into())
    }
}

impl From<CatalogError> for ApplyError {
    fn from(error: CatalogError) -> ApplyError {
        match error {
            CatalogError::Db(error) => ApplyError::Db(error),
            CatalogError::Title(_) | CatalogError::Missing | CatalogError::Stale => {
                ApplyError::Record(error.to_string())
            }
        }
    }
}

impl From<StockError> for ApplyError {
    fn from(error: StockError) -> ApplyError {
        match error {
            StockError::Db(error) => ApplyError::Db(error),
            StockError::Short { .. } | StockError::Quantity | StockError::Twice => {
                ApplyError::Record(error.to_string())
            }
        }
    }
}

/// What the feed has said of the book as a whole, now that it has said this too.
fn state_after(record: &Record, known: &Known) -> State {
    match record.intent {
        Intent::Withdraw | Intent::StoreUnlisted => State::Off,
        Intent::Store if known.off && !speaks_of_sale(record) => State::Off,
        Intent::Store if record.early && !known.confirmed => State::Early,
        Intent::Store => State::Confirmed,
    }
}

/// An update of some blocks says whether the book is sold only where it names a status.
fn speaks_of_sale(record: &Record) -> bool {
    !record.amends || !record.facts.publishing_status.is_empty() || !record.facts.availability.is_empty()
}

/// Where records are stored: one transaction, its statements prepared.
pub(super) struct Desk<'a, 'm> {
    pub tx: &'a Tx<'a>,
    pub context: &'a Context,
    pub records: Records<'a>,
    pub maker: &'a mut Maker<'m>,
    pub now: Timestamp,
}

impl Desk<'_, '_> {
    /// Stores a record. `told` takes what there is to say of it.
    ///
    /// # Errors
    ///
    /// When something was written before the error, the caller must roll back.
    pub(super) fn apply(&mut self, item: &Prepared, told: &mut Told) -> Result<Outcome, ApplyError> {
        let record = &item.record;
        let known = if item.is_new { Known::default() } else { self.records.find(&item.identity, &record.hash)? };
        if known.same {
            return Ok(Outcome::Unchanged);
        }
        let stored = match self.find_edition(&known, item)? {
            Some(id) => catalog::find(self.tx, id)?,
            None => None,
        };
        let (edition, outcome) = match stored {
            None if record.intent == Intent::Withdraw => {
                return Ok(Outcome::Rejected("a deletion of a book that is not here".into()));
            }
            None if record.amends => {
                return Ok(Outcome::Rejected("a block update of a book that is not here".into()));
            }
            None if record.facts.title.is_empty() => return Ok(Outcome::Rejected("the record has no title".into())),
            None => (self.create(item)?, Outcome::Created),
            Some(stored) => {
                let stock_is_news = record.stock.filter(|copies| !known.stock.contains(copies));
                let step = Step { tx: self.tx, context: self.context, item, now: self.now };
                let changed = match record.early && known.confirmed && !known.off {
                    true => step.fill(&stored, told)?,
                    false => step.change(&stored, stock_is_news, told)? | step.relist(&stored, &known)?,
                };
                (stored.id, if changed { Outcome::Updated } else { Outcome::Unchanged })
            }
        };
        if let Some(reference) = &record.reference {
            refs::remember_edition(self.tx, &self.context.source, reference, edition)?;
        }
        if known.edition.is_some() {
            let met = item.earlier.as_ref().map_or(&[][..], |earlier| &earlier.hashes);
            self.records.forget_others(&item.identity, met)?;
        }
        let kept = Kept { edition, stock: record.stock, state: state_after(record, &known) };
        self.records.remember(&item.identity, &record.hash, &kept, item.is_new)?;
        Ok(outcome)
    }

    /// The edition that a record means: two feeds with one ISBN feed one edition.
    fn find_edition(&self, known: &Known, item: &Prepared) -> rusqlite::Result<Option<Id>> {
        if known.edition.is_some() {
            return Ok(known.edition);
        }
        if let Some(own) = item.record.own_id
            && catalog::find(self.tx, own)?.is_some()
        {
            return Ok(Some(own));
        }
        let by_reference = match &item.record.reference {
            Some(reference) if !item.is_new => refs::find_edition(self.tx, &self.context.source, reference)?,
            Some(_) | None => None,
        };
        match (by_reference, &item.record.facts.isbn, item.by) {
            (Some(id), ..) => Ok(Some(id)),
            (None, Some(isbn), _) => catalog::find_id_by_isbn(self.tx, isbn),
            (None, None, By::Words) => Ok(known.elsewhere),
            (None, None, By::Reference | By::Isbn) => Ok(None),
        }
    }

    fn create(&mut self, item: &Prepared) -> Result<Id, ApplyError> {
        let (record, source) = (&item.record, &self.context.source);
        let draft = item.draft.as_ref().map_err(|reason| ApplyError::Record(reason.clone()))?;
        let work = match &record.work_reference {
            Some(reference) => refs::find_work(self.tx, source, reference)?,
            None => None,
        };
        // The work of another format of the same book, if the shop has one.
        let known = match work {
            None => catalog::related::find_sibling_work(self.tx, &record.facts)?,
            known => known,
        };
        let (id, work_id) = self.maker.make(known, &shelved(self.context, record), &record.facts, draft)?;
        if let (Some(reference), None) = (&record.work_reference, work) {
            refs::remember_work(self.tx, source, reference, work_id)?;
        }
        let step = Step { tx: self.tx, context: self.context, item, now: self.now };
        step.set_first_prices(id)?;
        step.set_pictures(id)?;
        let copies = record.stock.or(self.context.default_stock).unwrap_or(0);
        if copies > 0 {
            stock::correct_to(self.tx, id, copies, &self.context.actor, "first import", self.now)?;
        }
        if record.intent == Intent::StoreUnlisted {
            catalog::set_listed(self.tx, id, false, self.now)?;
        }
        Ok(id)
    }
}

/// Brings one edition up to what a record says.
struct Step<'a> {
    tx: &'a Tx<'a>,
    context: &'a Context,
    item: &'a Prepared,
    now: Timestamp,
}

impl Step<'_> {
    /// Brings a known edition up to what the record says. Returns whether anything is different now.
    fn change(&self, stored: &Edition, copies: Option<u32>, told: &mut Told) -> Result<bool, ApplyError> {
        let Step { tx, context, item, now } = *self;
        let record = &item.record;
        if record.intent == Intent::Withdraw {
            if stored.listed {
                catalog::set_listed(tx, stored.id, false, now)?;
                let detail = json!({ "reason": record.warnings.first() });
                audit::record(tx, &context.actor, "import.withdraw", &stored.id.to_string(), &detail, now)?;
            }
            told.withdrawn = stored.listed;
            return Ok(stored.listed);
        }
        let mut facts = overlay::edition(&stored.facts, &record.facts);
        overlay::empty_unsaid(fields::EDITION, &record.wholly, &record.facts, &mut facts);
        let mut differs = Vec::new();
        if item.earlier.is_some() && context.merges {
            facts.credits = overlay::all_people(&stored.facts.credits, &record.facts.credits);
            differs = overlay::disagreements(&stored.facts, &record.facts);
        }
        self.keep_owned(stored.id, fields::EDITION, &stored.facts, &mut facts, told)?;
        let mut changed = facts != stored.facts;
        if changed {
            told.differences = fields::differences(fields::EDITION, &stored.facts, &facts);
            catalog::update(tx, stored.id, &facts, None, now)?;
        }
        changed |= self.change_work(stored.work_id, told)?;
        changed |= self.set_pictures(stored.id)?;
        let priced = self.set_prices(stored.id)?;
        let counted = match copies {
            Some(copies) => stock::correct_to(tx, stored.id, copies, &context.actor, "changed in the feed", now)? != 0,
            None => false,
        };
        if !differs.is_empty() || (item.earlier.is_some() && context.merges && (priced || counted)) {
            differs.extend(priced.then_some("price"));
            differs.extend(counted.then_some("stock"));
            told.warnings
                .push(format!("differs from an earlier row of the same book in {}; this row wins", differs.join(", ")));
        }
        let hidden = record.intent == Intent::StoreUnlisted && stored.listed;
        if hidden {
            catalog::set_listed(tx, stored.id, false, now)?;
            told.withdrawn = true;
        }
        Ok(changed || priced || counted || hidden)
    }

    /// Puts a book back that this feed had taken off sale. What staff took off the shelves stays off.
    fn relist(&self, stored: &Edition, known: &Known) -> Result<bool, ApplyError> {
        let record = &self.item.record;
        let is_back = known.off && !stored.listed && record.intent == Intent::Store && speaks_of_sale(record);
        if is_back {
            catalog::set_listed(self.tx, stored.id, true, self.now)?;
        }
        Ok(is_back)
    }

    /// Takes from an early record only what nobody has said yet: the same feed was sure already.
    fn fill(&self, stored: &Edition, told: &mut Told) -> Result<bool, ApplyError> {
        let mut facts = overlay::edition(&self.item.record.facts, &stored.facts);
        // An empty status says that it is sold as usual.
        facts.publishing_status.clone_from(&stored.facts.publishing_status);
        facts.availability.clone_from(&stored.facts.availability);
        facts.embargo = stored.facts.embargo;
        self.keep_owned(stored.id, fields::EDITION, &stored.facts, &mut facts, told)?;
        told.warnings
            .push("an early record of a book that is confirmed already; only what was missing is taken".into());
        if facts == stored.facts {
            return Ok(false);
        }
        told.differences = fields::differences(fields::EDITION, &stored.facts, &facts);
        catalog::update(self.tx, stored.id, &facts, None, self.now)?;
        Ok(true)
    }

    fn change_work(&self, work: Id, told: &mut Told) -> Result<bool, ApplyError> {
        let said = &self.item.record.work;
        let Some(stored) = catalog::find_work(self.tx, work)? else { return Ok(false) };
        let mut together = overlay::work(&stored, said);
        overlay::empty_unsaid(fields::WORK, &self.item.record.wholly, said, &mut together);
        if together.categories.is_empty() && self.item.record.own_id.is_none() {
            together.categories = self.context.rules.paths(&self.item.record.facts.subjects);
        }
        self.keep_owned(work, fields::WORK, &stored, &mut together, told)?;
        if together == stored {
            return Ok(false);
        }
        told.differences.extend(fields::differences(fields::WORK, &stored, &together));
        catalog::update_work(self.tx, work, &together, self.now)?;
        Ok(true)
    }

    /// Puts back what a person decided, unless the caller asked for the feed's word.
    fn keep_owned<T: PartialEq>(
        &self, subject: Id, all: &[Field<T>], stored: &T, facts: &mut T, told: &mut Told,
    ) -> Result<(), ApplyError> {
        if self.context.overwrites_edited || facts == stored {
            return Ok(());
        }
        let owned = owned::list(self.tx, subject)?;
        let differing = fields::differences(all, stored, facts);
        let kept = differing.iter().map(|it| it.field).filter(|field| owned.iter().any(|name| name == field));
        told.kept.extend(kept);
        fields::take(all, &owned, stored, facts);
        Ok(())
    }

    /// Notes which pictures the record names; those of staff stay where they are.
    fn set_pictures(&self, edition: Id) -> rusqlite::Result<bool> {
        let record = &self.item.record;
        let mut changed = false;
        if record.images.iter().any(|name| media::links::is_link(name)) {
            changed |= media::links::set(self.tx, edition, &record.images, self.now)?;
        }
        if !record.pictures.is_empty() {
            changed |= media::set_imported(self.tx, edition, &record.pictures, self.now)?;
        }
        Ok(changed)
    }

    /// Sets what the record says of prices; the default only where neither the record nor anybody else says one.
    fn set_prices(&self, edition: Id) -> Result<bool, ApplyError> {
        let Step { tx, context, now, .. } = *self;
        let mut changed = false;
        for price in self.stated_prices() {
            changed |= !self.is_asked_already(edition, &price)? && prices::set(tx, edition, &price, now)?;
        }
        let Some(default) = self.default_price() else { return Ok(changed) };
        let from_others = prices::history(tx, edition)?
            .iter()
            .any(|past| past.until.is_none_or(|until| until > now) && past.source != context.source);
        if !from_others {
            changed |= prices::set(tx, edition, &default, now)?;
        }
        Ok(changed)
    }

    /// Whether the shop's own file says what the shop asks anyway, whoever said it first.
    fn is_asked_already(&self, edition: Id, price: &NewPrice) -> rusqlite::Result<bool> {
        if self.item.record.own_id.is_none() {
            return Ok(false);
        }
        let asked = prices::current_of_kind(self.tx, edition, price.amount.currency, price.kind, self.now)?;
        Ok(asked.is_some_and(|(amount, tax)| amount == price.amount && price.tax_included == tax))
    }

    /// As `set_prices`, for an edition that has no prices yet.
    fn set_first_prices(&self, edition: Id) -> Result<(), ApplyError> {
        let mut prices = self.stated_prices().chain(self.default_price());
        if let Some(first) = prices.next() {
            prices::set_first(self.tx, edition, &first, self.now)?;
        }
        for price in prices {
            prices::set(self.tx, edition, &price, self.now)?;
        }
        Ok(())
    }

    fn stated_prices(&self) -> impl Iterator<Item = NewPrice> {
        validity::arranged(&self.item.record.prices, self.now).into_iter().map(|price| NewPrice {
            amount: price.amount,
            tax_included: price.tax_included.unwrap_or(self.context.tax_included),
            kind: price.kind,
            source: self.context.source.clone(),
            valid_from: price.from,
            valid_to: price.to,
        })
    }

    fn default_price(&self) -> Option<NewPrice> {
        let amount = self.context.default_price.filter(|_| !self.item.record.speaks_of_price)?;
        Some(NewPrice {
            amount,
            tax_included: self.context.tax_included,
            kind: PriceKind::Selling,
            source: self.context.source.clone(),
            valid_from: None,
            valid_to: None,
        })
    }
}

/// What a record says of the work; a book whose feed names no shelf stands where its subjects lead.
fn shelved<'a>(context: &Context, record: &'a Record) -> Cow<'a, WorkFacts> {
    // What the shop wrote of itself is whole: no shelf is no shelf.
    let named = !record.work.categories.is_empty() || record.facts.subjects.is_empty() || record.own_id.is_some();
    let paths = if named { Vec::new() } else { context.rules.paths(&record.facts.subjects) };
    if paths.is_empty() {
        return Cow::Borrowed(&record.work);
    }
    Cow::Owned(WorkFacts { categories: paths, ..record.work.clone() })
}
