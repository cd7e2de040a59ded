//! What the book page shows, read in one snapshot.

use jiff::civil::Date;

use crate::catalog::categories::{self, Category};
use crate::catalog::people::{self, Person};
use crate::catalog::publishers::{self, Publisher};
use crate::catalog::series::{self, Series, Volume};
use crate::catalog::{self, Edition, Offer, Role, WorkFacts, picks, related};
use crate::db::DbError;
use crate::delivery;
use crate::kernel::ids::Id;
use crate::media;
use crate::settings::Shop;
use crate::web::shop::once::Once;
use crate::web::shop::showing::{Seen, Showing};
use crate::web::shop::{frame, pictures};
use crate::web::ui::{BookCard, CoverView, NavItem, SlipView};
use crate::web::{AppState, PageError};

use super::promises::{self, Promises};
use super::relations;
use super::similar;
use super::subjects;

/// A series longer than this is shown around the present volume.
const OF_A_SERIES: usize = 24;
/// A shelf of fewer books is not shown.
const SHORTEST_SHELF: usize = 3;
/// Editions of a work that are described whole.
const EDITIONS: usize = 30;

pub(super) struct View<'a> {
    pub(super) origin: &'a str,
    pub(super) shop: &'a Shop,
    pub(super) edition: Edition,
    pub(super) work: WorkFacts,
    /// The shop's day, before which an embargo is news.
    pub(super) today: Date,
    pub(super) house: Option<Publisher>,
    /// Who made it, in order.
    pub(super) people: Vec<(Person, Role)>,
    /// The edition that takes this one's place.
    pub(super) newer: Option<Seen>,
    /// Books that it has to do with, and how: words and the book.
    pub(super) also: Vec<(&'static str, Seen)>,
    /// This edition among those of its work.
    pub(super) current: Seen,
    pub(super) formats: Vec<Seen>,
    /// The same with everything that is known of them.
    pub(super) editions: Vec<Edition>,
    /// Its pictures but the cover.
    pub(super) pictures: Vec<CoverView>,
    pub(super) promises: Option<Promises>,
    pub(super) slip: Option<SlipView>,
    /// Home, the categories, this book.
    pub(super) trail: Vec<NavItem>,
    /// The words and the address of the search that the reader came from.
    pub(super) from: Option<(String, String)>,
    pub(super) series: Option<SeriesView>,
    pub(super) by_author: Vec<BookCard>,
    /// What readers bought in one order with it.
    pub(super) together: Vec<BookCard>,
    pub(super) similar: Vec<BookCard>,
    pub(super) category: Option<Category>,
    /// What it is about, in words, with the shelf where more of it stands.
    pub(super) subjects: Vec<(String, Option<String>)>,
}

/// The series that the work belongs to.
pub(super) struct SeriesView {
    pub(super) series: Series,
    pub(super) works: Vec<Id>,
    /// In reading order, the present one among them.
    pub(super) volumes: Vec<BookCard>,
    /// The ones to read before and after this.
    pub(super) previous: Option<Neighbour>,
    pub(super) next: Option<Neighbour>,
}

/// A volume beside this one.
pub(super) struct Neighbour {
    pub(super) number: Option<String>,
    pub(super) title: String,
    pub(super) href: String,
}

pub(super) fn gather<'a>(
    showing: &mut Showing<'a>, app: &'a AppState, id: Id, from: Option<(String, String)>,
) -> Result<View<'a>, PageError> {
    let conn = showing.conn;
    let edition = catalog::find(conn, id).map_err(DbError::from)?.ok_or_else(PageError::not_found)?;
    let work_id = edition.work_id;
    showing.depend_on(work_id);
    let work = catalog::find_work(conn, work_id).map_err(DbError::from)?.unwrap_or_default();
    let current = showing.see(id)?.ok_or_else(PageError::not_found)?;
    let formats = showing.see_all(&catalog::list_ids_of_work(conn, work_id).map_err(DbError::from)?)?;
    let pictures = media::list(conn, id).map_err(DbError::from)?;
    let pictures = pictures.iter().skip(1).map(|one| pictures::view(&one.picture)).collect();
    let category = related::main_category(conn, work_id).map_err(DbError::from)?;
    let tree = categories::list(conn).map_err(DbError::from)?;
    let mut trail = vec![NavItem::new("Home", "/")];
    trail.extend(category.iter().flat_map(|category| frame::trail_of(&tree, &category.path)));
    trail.push(NavItem::new(edition.facts.title.clone(), edition.path()));
    let series = series::of_work(conn, work_id).map_err(DbError::from)?;
    let series = series.map(|series| in_order(showing, series, work_id)).transpose()?;
    let people = people::of_edition(conn, id).map_err(DbError::from)?;
    people.iter().for_each(|(person, _)| showing.depend_on(person.id));
    let mut once = Once::default();
    once.take(conn, work_id).map_err(DbError::from)?;
    for volume in series.iter().filter(|series| series.volumes.len() >= SHORTEST_SHELF).flat_map(|series| &series.works)
    {
        once.take(conn, *volume).map_err(DbError::from)?;
    }
    let mut by_author = similar::by_author(showing, id, &mut once)?;
    let mut together = similar::together(showing, &formats, &mut once)?;
    let mut similar = similar::like(showing, app, &edition, &mut once)?;
    for few in [&mut by_author, &mut together].into_iter().filter(|books| books.len() < SHORTEST_SHELF) {
        similar.splice(0..0, few.drain(..));
    }
    similar.truncate(similar::ON_A_SHELF);
    Ok(View {
        origin: &app.origin,
        shop: showing.shop,
        subjects: subjects::list(conn, &tree, &edition.facts.subjects).map_err(DbError::from)?,
        promises: promise(showing, &current.offer)?,
        slip: slip(showing, work_id)?,
        newer: newer(showing, &edition)?,
        also: relations::gather(showing, &edition)?,
        today: showing.shop.today(showing.now),
        house: publishers::of_edition(conn, id).map_err(DbError::from)?,
        people,
        series,
        edition,
        work,
        current,
        editions: whole(showing, &formats)?,
        formats,
        pictures,
        trail,
        from,
        by_author,
        together,
        similar,
        category,
    })
}

/// The first of many editions: what programs read need not be longer than the page.
fn whole(showing: &Showing<'_>, formats: &[Seen]) -> Result<Vec<Edition>, DbError> {
    let found = formats.iter().take(EDITIONS).map(|seen| catalog::find(showing.conn, seen.row.id));
    Ok(found.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

fn slip(showing: &Showing<'_>, work: Id) -> Result<Option<SlipView>, DbError> {
    let pick = picks::find(showing.conn, work)?;
    Ok(pick.map(|pick| SlipView { quote: pick.text, by: pick.by, book: None }))
}

fn promise(showing: &mut Showing<'_>, offer: &Offer) -> Result<Option<Promises>, DbError> {
    if !offer.is_for_sale() {
        return Ok(None);
    }
    let Some(country) = showing.shop.country() else { return Ok(None) };
    let methods = delivery::list_for(showing.conn, country, showing.shop.currency())?;
    showing.end_at(delivery::promise_changes_at(showing.shop, showing.now));
    Ok(Some(promises::make(showing.shop, &methods, offer, country, showing.now)))
}

/// The edition that takes this one's place, if visitors see it.
fn newer(showing: &mut Showing<'_>, edition: &Edition) -> Result<Option<Seen>, DbError> {
    let newer = related::find_replacement(showing.conn, edition.id, &edition.facts)?;
    Ok(newer.map(|id| showing.see(id)).transpose()?.flatten())
}

/// The volumes around the present one; gaps in the catalogue are gaps here.
fn in_order(showing: &mut Showing<'_>, series: Series, here: Id) -> Result<SeriesView, DbError> {
    showing.depend_on(series.id);
    let works = series::volumes(showing.conn, series.id)?;
    let place = works.iter().position(|(work, _)| *work == here).unwrap_or(0);
    let start = place.saturating_sub(OF_A_SERIES / 2);
    let (mut volumes, mut previous, mut next) = (Vec::new(), None, None);
    for (at, (work, number)) in works.iter().enumerate().skip(start).take(OF_A_SERIES) {
        showing.depend_on(*work);
        let Some(seen) = showing.see_work(*work)? else { continue };
        let neighbour = || Neighbour { number: number.clone(), title: seen.row.title.clone(), href: seen.row.path() };
        if at < place {
            previous = Some(neighbour());
        }
        if at > place && next.is_none() {
            next = Some(neighbour());
        }
        let number = volume_words(number.as_deref());
        // One author wrote them all; the line says which volume it is.
        let author = if at == place { format!("{number}, this book") } else { number };
        volumes.push(BookCard { author, ..seen.card() });
    }
    Ok(SeriesView { series, works: works.into_iter().map(|(work, _): Volume| work).collect(), volumes, previous, next })
}

/// `No. 3`; a number as printed may be words: `Prequel`.
pub(in crate::web::shop) fn volume_words(number: Option<&str>) -> String {
    match number {
        None => "Not numbered".to_owned(),
        Some(number) if number.starts_with(|c: char| c.is_ascii_digit()) => format!("No. {number}"),
        Some(words) => words.to_owned(),
    }
}
