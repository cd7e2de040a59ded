//! Storing a book form: facts, work, price, listing and the line in the audit log, in one transaction.

use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::json;

use super::form::{BookForm, Draft};
use super::more;
use crate::audit;
use crate::catalog::owned::{self, Mark};
use crate::catalog::prices::{self, NewPrice, OWNER, PastPrice, PriceKind};
use crate::catalog::{self, CatalogError, Edition, EditionFacts, WorkFacts, fields, refs, works};
use crate::db::Tx;
use crate::kernel::ids::Id;
use crate::kernel::isbn::Isbn;
use crate::kernel::money::{Currency, Money};
use crate::settings::Shop;

/// Why a form without errors is not stored.
#[derive(Debug)]
pub(super) enum Refused {
    /// Another book has the number already.
    IsbnTaken { title: String },
    /// Whatever the catalogue says.
    Catalog(CatalogError),
}

impl<E: Into<CatalogError>> From<E> for Refused {
    fn from(error: E) -> Refused {
        Refused::Catalog(error.into())
    }
}

/// A stored book with everything the form shows of it.
pub(super) struct Stored {
    pub(super) edition: Edition,
    pub(super) work: WorkFacts,
    pub(super) owner_price: Option<Money>,
    pub(super) prices: Vec<PastPrice>,
    /// Fields of the edition that a person decided, and of the work.
    pub(super) marks: (Vec<Mark>, Vec<Mark>),
    /// The feed that knows the edition; without one nobody decides against us.
    pub(super) feed: Option<String>,
}

impl Stored {
    pub(super) fn form(&self) -> BookForm {
        BookForm::of(&self.edition, &self.work, self.owner_price)
    }
}

/// Reads a book; `None` when there is none.
pub(super) fn load(conn: &Connection, id: Id, currency: Currency, now: Timestamp) -> rusqlite::Result<Option<Stored>> {
    let Some(edition) = catalog::find(conn, id)? else { return Ok(None) };
    let work = catalog::find_work(conn, edition.work_id)?.unwrap_or_default();
    let prices = prices::history(conn, id)?;
    let owner_price = owner_price(&prices, currency, now);
    let marks = (owned::marks(conn, id)?, owned::marks(conn, edition.work_id)?);
    let feed = refs::first_of(conn, id)?.map(|(source, _)| source);
    Ok(Some(Stored { edition, work, owner_price, prices, marks, feed }))
}

fn owner_price(history: &[PastPrice], currency: Currency, now: Timestamp) -> Option<Money> {
    let holds = |price: &&PastPrice| {
        price.source == OWNER
            && price.kind == "selling"
            && price.amount.currency == currency
            && price.from <= now
            && price.until.is_none_or(|until| until > now)
    };
    history.iter().find(holds).map(|price| price.amount)
}

/// Who saves, where and when.
pub(super) struct Saving<'a> {
    pub(super) actor: &'a str,
    pub(super) shop: &'a Shop,
    pub(super) now: Timestamp,
}

/// Adds a book, or with `of` another format of that edition's work; returns the edition.
pub(super) fn create(
    tx: &Tx<'_>, form: &BookForm, draft: &Draft, of: Option<Id>, saving: &Saving<'_>,
) -> Result<Id, Refused> {
    let said: Vec<&str> = words(form).into_iter().map(|(name, ..)| name).collect();
    let facts = draft.facts(EditionFacts::default(), &said);
    refuse_twice(tx, facts.isbn.as_ref(), None)?;
    let known = match of {
        Some(edition) => Some(works::of_edition(tx, edition)?.ok_or(CatalogError::Missing)?),
        None => None,
    };
    let before = match known {
        Some(work) => catalog::find_work(tx, work)?.unwrap_or_default(),
        None => WorkFacts::default(),
    };
    let about = draft.work(before.clone(), &said);
    let (id, work) = catalog::create(tx, known, &about, &facts, saving.now)?;
    if known.is_some() && about != before {
        catalog::update_work(tx, work, &about, saving.now)?;
    }
    claim(tx, id, (&EditionFacts::default(), &facts), saving)?;
    owned::claim(tx, work, fields::WORK, &before, &about, saving.actor, saving.now)?;
    if !draft.listed {
        catalog::set_listed(tx, id, false, saving.now)?;
    }
    set_price(tx, id, draft.price, None, saving)?;
    let detail = json!({ "title": facts.title, "of": of.map(|of| of.to_string()) });
    audit::record(tx, saving.actor, "book.add", &id.to_string(), &detail, saving.now)?;
    Ok(id)
}

/// Saves a form over the version it was made from; `false` when nothing was different.
pub(super) fn update(
    tx: &Tx<'_>, id: Id, form: &BookForm, draft: &Draft, saving: &Saving<'_>,
) -> Result<bool, Refused> {
    let now = saving.now;
    let stored = load(tx, id, saving.shop.currency(), now)?.ok_or(CatalogError::Missing)?;
    if stored.edition.version != form.version {
        return Err(Refused::Catalog(CatalogError::Stale));
    }
    let before = stored.form();
    let changed = differing(&before, form);
    if changed.is_empty() {
        return Ok(false);
    }
    let names: Vec<&str> = changed.iter().map(|change| change.field).collect();
    let facts = draft.facts(stored.edition.facts.clone(), &names);
    if facts.isbn != stored.edition.facts.isbn {
        refuse_twice(tx, facts.isbn.as_ref(), Some(id))?;
    }
    catalog::update(tx, id, &facts, Some(form.version), now)?;
    claim(tx, id, (&stored.edition.facts, &facts), saving)?;
    let work = draft.work(stored.work.clone(), &names);
    if work != stored.work {
        catalog::update_work(tx, stored.edition.work_id, &work, now)?;
        owned::claim(tx, stored.edition.work_id, fields::WORK, &stored.work, &work, saving.actor, now)?;
    }
    if draft.listed != stored.edition.listed {
        catalog::set_listed(tx, id, draft.listed, now)?;
    }
    set_price(tx, id, draft.price, stored.owner_price, saving)?;
    let price = |price: Option<Money>| price.map(Money::decimal);
    let detail = if draft.price == stored.owner_price {
        json!({ "fields": names })
    } else {
        json!({ "fields": names, "price": { "from": price(stored.owner_price), "to": price(draft.price) } })
    };
    audit::record(tx, saving.actor, "book.edit", &id.to_string(), &detail, now)?;
    Ok(true)
}

/// What staff changed by hand is not undone by the next feed.
fn claim(
    tx: &Tx<'_>, id: Id, (before, after): (&EditionFacts, &EditionFacts), saving: &Saving<'_>,
) -> rusqlite::Result<()> {
    // Compared as it is stored: the same text in other white space is no decision.
    let clean = |text: &Option<String>| text.as_deref().map(catalog::texts::clean);
    let as_stored = EditionFacts {
        description: clean(&after.description),
        author_note: clean(&after.author_note),
        contents: clean(&after.contents),
        ..after.clone()
    };
    owned::claim(tx, id, fields::EDITION, before, &as_stored, saving.actor, saving.now)
}

fn refuse_twice(tx: &Tx<'_>, isbn: Option<&Isbn>, own: Option<Id>) -> Result<(), Refused> {
    let Some(isbn) = isbn else { return Ok(()) };
    let other = catalog::find_id_by_isbn(tx, isbn)?.filter(|found| Some(*found) != own);
    let Some(edition) = other.map(|id| catalog::find(tx, id)).transpose()?.flatten() else { return Ok(()) };
    Err(Refused::IsbnTaken { title: edition.facts.title })
}

/// Sets the owner's price, or ends it so that a feed's holds again.
fn set_price(
    tx: &Tx<'_>, id: Id, price: Option<Money>, stored: Option<Money>, saving: &Saving<'_>,
) -> rusqlite::Result<()> {
    match price {
        Some(amount) if stored != Some(amount) => {
            let new = NewPrice {
                amount,
                tax_included: saving.shop.tax_included,
                kind: PriceKind::Selling,
                source: OWNER.to_owned(),
                valid_from: None,
                valid_to: None,
            };
            prices::set(tx, id, &new, saving.now).map(drop)
        }
        None if stored.is_some() => prices::end(tx, id, OWNER, saving.shop.currency(), saving.now).map(drop),
        Some(_) | None => Ok(()),
    }
}

/// A field that two forms fill differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) field: &'static str,
    pub(super) label: &'static str,
    pub(super) left: String,
    pub(super) right: String,
}

/// Where two forms differ, in the form's order; a field that one of them does not have does not differ.
pub(super) fn differing(left: &BookForm, right: &BookForm) -> Vec<Difference> {
    let right = words(right);
    let other = |name: &str| right.iter().find(|(known, ..)| *known == name);
    let pairs = words(left).into_iter().filter_map(|left| other(left.0).map(|right| (left, right)));
    pairs
        .filter(|(left, right)| left.2 != right.2)
        .map(|(left, right)| Difference { field: left.0, label: left.1, left: left.2, right: right.2.clone() })
        .collect()
}

/// Every field of a form: its name, its label, what it says.
fn words(form: &BookForm) -> Vec<(&'static str, &'static str, String)> {
    let yes = |value: bool| if value { "yes" } else { "no" }.to_owned();
    let line = |text: &String| crate::kernel::text::tidy(text);
    let mut categories = form.categories.clone();
    categories.extend(Some(line(&form.new_category)).filter(|path| !path.is_empty()));
    categories.sort();
    let more = more::all().filter(|more| form.has(more.name));
    let more = more.map(|more| (more.name, more.label, form.more(more.name).trim().to_owned()));
    let first = [
        ("title", "Title", line(&form.title)),
        ("subtitle", "Subtitle", line(&form.subtitle)),
        ("contributors", "People", form.contributors.trim().to_owned()),
        ("description", "Description", form.description.trim().to_owned()),
        ("isbn", "ISBN", form.isbn.parse().map_or_else(|_| line(&form.isbn), |isbn: Isbn| isbn.to_string())),
        ("format", "Format", form.format.clone()),
        ("language", "Language", form.language.clone()),
        ("publisher", "Publisher", line(&form.publisher)),
        ("published", "Published", line(&form.published)),
        ("pages", "Pages", line(&form.pages)),
        ("weight", "Weight", line(&form.weight)),
        ("price", "Our price", line(&form.price)),
        ("availability", "Supply", form.availability.clone()),
        ("lead_from", "Days from", line(&form.lead_from)),
        ("lead_to", "Days to", line(&form.lead_to)),
        ("series", "Series", line(&form.series)),
        ("series_number", "Number in the series", line(&form.series_number)),
        ("categories", "Categories", categories.join(", ")),
        ("signed", "Signed", yes(form.signed)),
        ("listed", "Shown in the shop", yes(form.listed)),
    ];
    first.into_iter().chain(more).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::*;
    use crate::db::{memory, test_tx};

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + secs).unwrap()
    }

    struct Bench {
        conn: Connection,
        shop: Shop,
    }

    impl Bench {
        fn create(&self, form: &BookForm) -> Result<Id, Refused> {
            let saving = Saving { actor: "staff:ben@example.com", shop: &self.shop, now: at(0) };
            create(&test_tx(&self.conn), form, &form.check(Currency::GBP).unwrap(), None, &saving)
        }

        fn update(&self, id: Id, form: &BookForm, secs: i64) -> Result<bool, Refused> {
            let saving = Saving { actor: "staff:ben@example.com", shop: &self.shop, now: at(secs) };
            update(&test_tx(&self.conn), id, form, &form.check(Currency::GBP).unwrap(), &saving)
        }

        fn load(&self, id: Id, secs: i64) -> Stored {
            load(&self.conn, id, Currency::GBP, at(secs)).unwrap().unwrap()
        }

        fn audited(&self) -> Vec<String> {
            let mut statement = self.conn.prepare("SELECT action || ' ' || detail FROM audit_log ORDER BY id").unwrap();
            statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
        }
    }

    fn bench() -> Bench {
        Bench { conn: memory(), shop: Shop::default() }
    }

    fn emma() -> BookForm {
        BookForm { title: "Emma".into(), price: "9.99".into(), ..BookForm::empty("9780306406157") }
    }

    #[test]
    fn a_book_is_added_edited_and_audited() {
        let bench = bench();
        let id = bench.create(&emma()).unwrap_or_else(|refused| panic!("{refused:?}"));
        let form = bench.load(id, 1).form();
        assert_eq!((form.title.as_str(), form.price.as_str(), form.listed), ("Emma", "9.99", true));
        assert!(!bench.update(id, &form, 1).unwrap());
        let edited = BookForm { price: "8".into(), listed: false, series: "Austen".into(), ..form };
        assert!(bench.update(id, &edited, 2).unwrap());
        let stored = bench.load(id, 3);
        assert_eq!(
            (stored.owner_price.map(|price| price.minor), stored.edition.listed, stored.prices.len()),
            (Some(800), false, 2)
        );
        assert_eq!(
            bench.audited(),
            [
                r#"book.add {"of":null,"title":"Emma"}"#,
                r#"book.edit {"fields":["price","series","listed"],"price":{"from":"9.99","to":"8.00"}}"#,
            ]
        );
    }

    #[test]
    fn who_saves_over_somebody_else_is_told_and_nothing_is_stored() {
        let bench = bench();
        let id = bench.create(&emma()).unwrap();
        let mine = BookForm { title: "Emma, by me".into(), ..bench.load(id, 1).form() };
        let theirs = BookForm { title: "Emma, by them".into(), ..bench.load(id, 1).form() };
        assert!(bench.update(id, &theirs, 2).unwrap());
        assert!(matches!(bench.update(id, &mine, 3), Err(Refused::Catalog(CatalogError::Stale))));
        let stored = bench.load(id, 4);
        assert_eq!(stored.edition.facts.title, "Emma, by them");
        let difference = differing(&mine, &stored.form());
        assert_eq!(
            (difference.len(), difference.first().map(|one| (one.left.as_str(), one.right.as_str()))),
            (1, Some(("Emma, by me", "Emma, by them")))
        );
        // Looked at again, it may be saved over theirs.
        assert!(bench.update(id, &BookForm { version: stored.edition.version, ..mine }, 5).unwrap());
    }

    #[test]
    fn a_number_belongs_to_one_book_and_an_empty_price_ends_the_owners() {
        let bench = bench();
        let id = bench.create(&emma()).unwrap();
        assert!(matches!(bench.create(&emma()), Err(Refused::IsbnTaken { title }) if title == "Emma"));
        let form = BookForm { price: String::new(), ..bench.load(id, 1).form() };
        assert!(bench.update(id, &form, 2).unwrap());
        assert_eq!(bench.load(id, 3).owner_price, None);
        assert_eq!(catalog::row(&bench.conn, id, Currency::GBP, at(3)).unwrap().unwrap().price, None);
    }
}
