//! Making editions, one or a hundred thousand: a row only where there is something to say, each row once.
//!
//! Nobody can have seen what is new, so new rows are only inserted, and one row of the feed tells of all that are
//! made together (2026-11: with an update after each insert, lookups and rows of the feed a book took 25 statements,
//! now it takes four and what its lists hold).

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use rusqlite::{CachedStatement, params};

use super::details::{self, LongText};
use super::{CatalogError, Credit, EditionFacts, WorkFacts, alike, categories, credits, publishers, series, write};
use crate::changes::{self, Change};
use crate::db::Tx;
use crate::kernel::ids::Id;
use crate::kernel::text;
use crate::kernel::time::to_ms;

/// More names than this are forgotten and looked up again: a long run stays small.
const MOST_NAMES: usize = 100_000;

/// Makes an edition; of `work` if given, else of a new work with `about`.
///
/// Returns the edition and its work.
///
/// # Errors
///
/// `Title`; nothing is stored then.
pub fn create(
    tx: &Tx<'_>, work: Option<Id>, about: &WorkFacts, facts: &EditionFacts, now: Timestamp,
) -> Result<(Id, Id), CatalogError> {
    let draft = Draft::of(facts)?;
    create_many(tx, &mut Names::default(), now, |maker| maker.make(work, about, facts, &draft))
}

/// Lets `f` make editions, then tells the feed of them.
///
/// # Errors
///
/// What `f` returns; the caller rolls back then, and `names` are to be forgotten.
pub fn create_many<T, E: From<CatalogError>>(
    tx: &Tx<'_>, names: &mut Names, now: Timestamp, f: impl FnOnce(&mut Maker<'_>) -> Result<T, E>,
) -> Result<T, E> {
    names.forget_if_stale(tx).map_err(CatalogError::from)?;
    let mut maker = Maker::new(tx, names, now).map_err(CatalogError::from)?;
    let result = f(&mut maker)?;
    maker.tell().map_err(CatalogError::from)?;
    names.seen = changes::latest(tx).map_err(CatalogError::from)?;
    Ok(result)
}

/// What is to be known of an edition before it is made, worked out without the database.
#[derive(Debug)]
pub struct Draft {
    byline: String,
    slug: String,
    /// The folded name of each credit.
    people: Vec<String>,
    texts: Vec<LongText>,
    face: alike::Face,
}

impl Draft {
    /// Reads the facts.
    ///
    /// # Errors
    ///
    /// `Title`.
    pub fn of(facts: &EditionFacts) -> Result<Draft, CatalogError> {
        write::check(facts)?;
        Ok(Draft {
            byline: credits::byline(&facts.credits),
            slug: text::slug(&facts.title),
            people: facts.credits.iter().map(|credit| credits::folded(&credit.name)).collect(),
            texts: details::long_texts(facts),
            face: alike::Face::of(&facts.title, facts.subtitle.as_deref()),
        })
    }
}

/// People, series, houses and shelves that were met before, so that each is looked up once and not for every book.
///
/// True as long as nothing is rolled back. When anybody else has changed anything they are forgotten: two people may
/// have been joined.
#[derive(Debug, Default)]
pub struct Names {
    /// The feed's last change when they were last true.
    seen: i64,
    people: HashMap<String, Known>,
    series: HashMap<String, Id>,
    publishers: HashMap<String, Id>,
    shelves: HashMap<String, Id>,
}

impl Names {
    fn forget_if_stale(&mut self, tx: &Tx<'_>) -> rusqlite::Result<()> {
        let latest = changes::latest(tx)?;
        if latest != self.seen {
            *self = Names { seen: latest, ..Names::default() };
        }
        Ok(())
    }
}

/// Somebody who was met before.
#[derive(Clone, Debug)]
struct Known {
    id: Id,
    /// As works that look the same have it in common.
    surname: Box<str>,
}

/// What is known under `name`; where nothing is yet, `find` finds or makes it.
fn known<T: Clone>(
    names: &mut HashMap<String, T>, name: &str, find: impl FnOnce() -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    if let Some(known) = names.get(name) {
        return Ok(known.clone());
    }
    let found = find()?;
    if names.len() >= MOST_NAMES {
        names.clear();
    }
    names.insert(name.to_owned(), found.clone());
    Ok(found)
}

/// Makes editions within one transaction; its statements stay prepared.
pub struct Maker<'t> {
    tx: &'t Tx<'t>,
    names: &'t mut Names,
    now: Timestamp,
    work: CachedStatement<'t>,
    edition: CachedStatement<'t>,
    credit: CachedStatement<'t>,
    /// The first and the last edition made.
    made: Option<(Id, Id)>,
    /// Whom and which series the new editions are news of.
    news: HashSet<Id>,
}

impl<'t> Maker<'t> {
    fn new(tx: &'t Tx<'t>, names: &'t mut Names, now: Timestamp) -> rusqlite::Result<Maker<'t>> {
        // By position: to find two dozen names again for every row takes a tenth of the time.
        let work = tx.prepare_cached(
            "INSERT INTO works (id, original_title, original_language, first_published, series_id, series_number,
                    popularity, created_at, alike)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        let edition = tx.prepare_cached(
            "INSERT INTO editions (id, work_id, isbn, title, subtitle, byline, slug, language, format, format_note,
                    publisher, imprint, published, pages, weight_g, publishing_status, availability, lead_days_from,
                    lead_days_to, signed, gtin, title_prefix, embargo, created_at, updated_at, publisher_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
                    ?22, ?23, ?24, ?24, ?25)",
        )?;
        let credit = tx.prepare_cached(credits::INSERT)?;
        Ok(Maker { tx, names, now, work, edition, credit, made: None, news: HashSet::new() })
    }

    /// Makes an edition as [`create`] does; `draft` was read from the same facts.
    ///
    /// # Errors
    ///
    /// Only SQLite's own.
    pub fn make(
        &mut self, work: Option<Id>, about: &WorkFacts, facts: &EditionFacts, draft: &Draft,
    ) -> Result<(Id, Id), CatalogError> {
        let people = facts.credits.iter().zip(&draft.people).map(|(credit, folded)| self.person(credit, folded));
        let people: Vec<Known> = people.collect::<Result<_, _>>()?;
        let work_id = match work {
            Some(id) => id,
            None => self.make_work(about, draft, people.first())?,
        };
        let id = self.make_edition(work_id, facts, draft)?;
        for ((position, credit), person) in (0_i64..).zip(&facts.credits).zip(&people) {
            self.credit.execute((id, position, person.id, credit.role.code()))?;
        }
        details::insert(self.tx, id, facts, &draft.texts)?;
        write::insert_subjects(self.tx, id, facts)?;
        if work.is_some() {
            // The other editions' pages show the new format.
            changes::record(self.tx, Change::Work(work_id), self.now)?;
            // Another process's clock may have made the older ones later.
            alike::set(self.tx, work_id, self.now)?;
        }
        Ok((id, work_id))
    }

    /// Whom a credit names; who was in the shop before has news.
    fn person(&mut self, credit: &Credit, folded: &str) -> rusqlite::Result<Known> {
        let (tx, now) = (self.tx, self.now);
        let mut is_new = false;
        let person = known(&mut self.names.people, folded, || {
            let (id, made) = credits::find_or_make(tx, credit, folded, now)?;
            is_new = made;
            // Spelt otherwise in another feed, the name may be sorted otherwise: the first spelling counts.
            let sort_name = if made { credit.sort_name.clone() } else { credits::sort_name(tx, id)? };
            Ok(Known { id, surname: alike::surname(&sort_name).into() })
        })?;
        if !is_new {
            self.news.insert(person.id);
        }
        Ok(person)
    }

    fn make_work(&mut self, about: &WorkFacts, draft: &Draft, first: Option<&Known>) -> rusqlite::Result<Id> {
        let (tx, now) = (self.tx, self.now);
        let (series, number) = match &about.series {
            Some((name, number)) if !text::tidy(name).is_empty() => {
                let find = || series::find_or_make(tx, name, now);
                let series = known(&mut self.names.series, name, find)?;
                self.news.insert(series);
                (Some(series), number.as_deref())
            }
            Some((_, number)) => (None, number.as_deref()),
            None => (None, None),
        };
        let id = Id::new(now);
        let series_number = about.series.as_ref().filter(|_| series.is_some());
        let series_number = series_number.and_then(|(name, number)| Some((name.as_str(), number.as_deref()?)));
        let alike = draft.face.number(first.map(|person| &*person.surname), series_number);
        self.work.execute(params![
            id,
            about.original_title,
            about.original_language,
            about.first_published,
            series,
            number,
            about.popularity,
            to_ms(now),
            alike.unwrap_or_else(|| alike::alone(id))
        ])?;
        for path in &about.categories {
            let shelf = known(&mut self.names.shelves, path, || categories::find_or_make(tx, path, now))?;
            write::put_on_shelf(tx, id, shelf)?;
        }
        Ok(id)
    }

    fn make_edition(&mut self, work: Id, facts: &EditionFacts, draft: &Draft) -> rusqlite::Result<Id> {
        let (tx, now) = (self.tx, self.now);
        let house = publishers::house(facts)
            .map(|name| known(&mut self.names.publishers, name, || publishers::find_or_make(tx, name, now)))
            .transpose()?;
        let id = Id::new(now);
        self.edition.execute(params![
            id,
            work,
            facts.isbn,
            facts.title,
            facts.subtitle,
            draft.byline,
            draft.slug,
            facts.language,
            facts.format,
            facts.format_note,
            facts.publisher,
            facts.imprint,
            facts.published,
            facts.pages,
            facts.weight_g,
            write::status(facts),
            write::availability(facts),
            facts.lead_days.map(|days| days.0),
            facts.lead_days.map(|days| days.1),
            facts.signed,
            facts.gtin,
            facts.title_prefix,
            facts.embargo.map(|day| day.to_string()),
            to_ms(now),
            house
        ])?;
        self.made = Some(self.made.map_or((id, id), |(first, last)| (first.min(id), last.max(id))));
        Ok(id)
    }

    fn tell(self) -> rusqlite::Result<()> {
        let change = match self.made {
            Some((first, last)) if first == last => Change::Edition(first),
            Some((first, last)) => Change::NewEditions(first, last),
            None => return Ok(()),
        };
        let mut news: Vec<Id> = self.news.into_iter().collect();
        // In the order of the tree they go into.
        news.sort_unstable();
        changes::record_with(self.tx, change, &news, self.now)
    }
}
