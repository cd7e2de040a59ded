//! What stands on each shelf. A book stands there once, by the edition that the shelf is about.

use std::cmp::Reverse;
use std::collections::HashMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::{Found, Group, Item, ON_A_PAGE};
use crate::catalog::dates::{self, Dated};
use crate::catalog::prices::{self, PriceKind};
use crate::catalog::{self, Offer, alike, picks, works};
use crate::db::DbError;
use crate::kernel::date::PartialDate;
use crate::kernel::ids::Id;
use crate::search::{self, Index, LAST_PAGE, Query, Sort};
use crate::stock;
use crate::web::PageError;
use crate::web::shop::once::Once;
use crate::web::shop::showing::Showing;
use crate::web::ui::{BookCard, SlipView};

/// Books that a shelf holds at most; who looks for more looks in a category.
const MOST: usize = 4 * ON_A_PAGE;
/// Editions that are looked through for them.
const CANDIDATES: u32 = 600;
/// Days for which a book that came out is new, and over which sales are counted.
const LATELY: i32 = 90;
/// Bestsellers below which the list is no list.
const A_LIST: usize = 12;

/// What came out lately, then what came in lately.
pub(super) fn new_books(showing: &mut Showing<'_>, _: &Index, page: u32) -> Result<Found, PageError> {
    let mut once = Once::default();
    let out = came_out(showing, &mut once, MOST)?;
    let newest = catalog::list_newest(showing.conn, CANDIDATES).map_err(DbError::from)?;
    let came_in = for_sale(showing, &mut once, &newest, MOST.saturating_sub(out.len()))?;
    Ok(paged(vec![group("Just published", out), group("New on our shelves", came_in)], page))
}

/// Books that came out lately and can be bought, the newest first, each by the edition that is new.
pub(super) fn came_out(showing: &mut Showing<'_>, once: &mut Once, most: usize) -> Result<Vec<Item>, DbError> {
    let today = showing.shop.today(showing.now);
    let since = today.checked_sub(LATELY.days()).unwrap_or(Date::MIN);
    let mut items = Vec::new();
    for Dated { id, work, .. } in dates::list_out(showing.conn, since, today, CANDIDATES)? {
        if items.len() == most {
            break;
        }
        let Some(seen) = showing.see(id)?.filter(|seen| seen.offer.is_for_sale()) else { continue };
        if once.take(showing.conn, work)? {
            items.push(Item::plain(seen.card()));
        }
    }
    Ok(items)
}

/// Books among editions that can be bought in some edition.
fn for_sale(showing: &mut Showing<'_>, once: &mut Once, editions: &[Id], most: usize) -> Result<Vec<Item>, DbError> {
    let mut items = Vec::new();
    for id in editions {
        if items.len() == most {
            break;
        }
        let Some(work) = works::of_edition(showing.conn, *id)? else { continue };
        if let Some(seen) = once.see(showing, work)? {
            items.push(Item::plain(seen.card()));
        }
    }
    Ok(items)
}

/// What is to come, month by month.
pub(super) fn forthcoming(showing: &mut Showing<'_>, _: &Index, page: u32) -> Result<Found, PageError> {
    let mut once = Once::default();
    let mut groups: Vec<Group> = Vec::new();
    let today = showing.shop.today(showing.now);
    let mut books = 0;
    for Dated { id, work, published } in dates::list_to_come(showing.conn, today, CANDIDATES).map_err(DbError::from)? {
        if books == MOST {
            break;
        }
        let Some(seen) = showing.see(id)?.filter(|seen| matches!(seen.offer, Offer::Forthcoming { .. })) else {
            continue;
        };
        if !once.take(showing.conn, work).map_err(DbError::from)? {
            continue;
        }
        books += 1;
        let (month, item) = (month(published), Item::plain(seen.card()));
        match groups.last_mut().filter(|group| group.heading.as_deref() == Some(&month)) {
            Some(group) => group.books.push(item),
            None => groups.push(Group { heading: Some(month), books: vec![item] }),
        }
    }
    Ok(paged(groups, page))
}

/// `December 2026`; `Some time in 2027` where no more is known.
fn month(date: PartialDate) -> String {
    match date {
        PartialDate::Year(year) => format!("Some time in {year}"),
        PartialDate::Month(..) | PartialDate::Day(_) => date.first_day().strftime("%B %Y").to_string(),
    }
}

/// What was bought most; where too little was, what readers everywhere ask for follows, and says so.
pub(super) fn bestsellers(showing: &mut Showing<'_>, _: &Index, page: u32) -> Result<Found, PageError> {
    let mut once = Once::default();
    let mut sold = Vec::new();
    for work in best(showing)? {
        if sold.len() == MOST {
            break;
        }
        if let Some(seen) = once.see(showing, work)? {
            sold.push(Item::plain(ranked(sold.len() + 1, seen.card())));
        }
    }
    if sold.len() >= A_LIST {
        return Ok(paged(vec![Group { heading: None, books: sold }], page));
    }
    let popular = catalog::list_popular(showing.conn, CANDIDATES).map_err(DbError::from)?;
    let asked_for = for_sale(showing, &mut once, &popular, ON_A_PAGE.saturating_sub(sold.len()))?;
    let note = if sold.is_empty() {
        "We have too few sales of our own to count yet, so these are the books that readers everywhere ask for."
    } else {
        "The list is still short, so what readers everywhere ask for follows it."
    };
    let note = Some(note).filter(|_| !asked_for.is_empty());
    let groups = vec![group("Bought here most", sold), group("Asked for everywhere", asked_for)];
    Ok(Found { note, ..paged(groups, page) })
}

/// Works sold lately, the most copies first; editions count together.
pub(super) fn best(showing: &Showing<'_>) -> Result<Vec<Id>, DbError> {
    let since = showing.now.checked_sub((LATELY * 24).hours()).unwrap_or(Timestamp::MIN);
    let mut books: HashMap<i64, (Id, u32)> = HashMap::new();
    for (edition, copies) in stock::list_best(showing.conn, since, CANDIDATES)? {
        let Some(work) = works::of_edition(showing.conn, edition)? else { continue };
        let look = alike::of(showing.conn, work)?.unwrap_or_else(|| alike::alone(work));
        books.entry(look).or_insert((work, 0)).1 += copies;
    }
    let mut best: Vec<(Id, u32)> = books.into_values().collect();
    best.sort_by_key(|(work, copies)| (Reverse(*copies), *work));
    Ok(best.into_iter().map(|(work, _)| work).collect())
}

fn ranked(place: usize, card: BookCard) -> BookCard {
    let author = if card.author.is_empty() { String::new() } else { format!(" · {}", card.author) };
    BookCard { author: format!("No. {place}{author}"), ..card }
}

/// Every slip, person by person; who wrote last comes first.
pub(super) fn staff_picks(showing: &mut Showing<'_>, _: &Index, page: u32) -> Result<Found, PageError> {
    let mut once = Once::default();
    let mut groups: Vec<Group> = Vec::new();
    for pick in picks::list(showing.conn, CANDIDATES).map_err(DbError::from)? {
        let Some(seen) = showing.see_work(pick.work_id)? else { continue };
        if !once.take(showing.conn, pick.work_id).map_err(DbError::from)? {
            continue;
        }
        let slip = SlipView { quote: pick.text, by: pick.by.clone(), book: None };
        let item = Item { card: seen.card(), slip: Some(slip) };
        match groups.iter_mut().find(|group| group.heading.as_deref() == Some(&pick.by)) {
            Some(group) => group.books.push(item),
            None => groups.push(Group { heading: Some(pick.by), books: vec![item] }),
        }
    }
    Ok(paged(groups, page))
}

/// What is cheaper here than the publisher's price: the index says which, the catalogue whether it still is.
pub(super) fn on_sale(showing: &mut Showing<'_>, index: &Index, page: u32) -> Result<Found, PageError> {
    let per_page = u32::try_from(ON_A_PAGE).unwrap_or(u32::MAX);
    let ask = |page| {
        let query = Query { reduced: true, sort: Sort::Popular, page, per_page, ..Query::default() };
        search::find(index, &query).inspect_err(|error| tracing::warn!(%error, "no shelf of reduced books"))
    };
    let Some(mut hits) = ask(page).ok().filter(|_| index.is_built()) else {
        showing.end_soon();
        let note = Some("This list is being put together anew. Look again in a moment.");
        return Ok(Found { page: 1, pages: 1, note, ..Found::default() });
    };
    let pages = u32::try_from(hits.total.div_ceil(per_page.into())).unwrap_or(LAST_PAGE).clamp(1, LAST_PAGE);
    let page = page.min(pages);
    if hits.ids.is_empty() && hits.total > 0 {
        hits = ask(page)?;
    }
    let mut books = Vec::new();
    for id in hits.ids {
        let Some(seen) = showing.see(id)? else { continue };
        let rrp = prices::current_of_kind(showing.conn, id, showing.shop.currency(), PriceKind::Rrp, showing.now)
            .map_err(DbError::from)?;
        let was = rrp.map(|(rrp, _)| rrp).zip(seen.row.price).filter(|(rrp, price)| price.minor < rrp.minor);
        let Some((rrp, _)) = was else { continue };
        let note = Some(format!("RRP {}", rrp.display()));
        books.push(Item::plain(BookCard { note, ..seen.card() }));
    }
    Ok(Found { groups: vec![Group { heading: None, books }], total: hits.total, page, pages, note: None })
}

fn group(heading: &str, books: Vec<Item>) -> Group {
    Group { heading: Some(heading.to_owned()), books }
}

/// One page of whole groups; a group that a page cuts through has its heading on both.
fn paged(groups: Vec<Group>, page: u32) -> Found {
    let total: usize = groups.iter().map(|group| group.books.len()).sum();
    let pages = total.div_ceil(ON_A_PAGE).max(1);
    let page = usize::try_from(page).unwrap_or(usize::MAX).clamp(1, pages);
    let (mut skip, mut room) = ((page - 1) * ON_A_PAGE, ON_A_PAGE);
    let mut shown = Vec::new();
    for Group { heading, books } in groups {
        let length = books.len();
        let books: Vec<Item> = books.into_iter().skip(skip).take(room).collect();
        skip = skip.saturating_sub(length);
        room -= books.len();
        if !books.is_empty() {
            shown.push(Group { heading, books });
        }
    }
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let total = u64::try_from(total).unwrap_or(u64::MAX);
    Found { groups: shown, total, page: number(page), pages: number(pages), note: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::ui::{CoverView, PriceView, StockWords};

    fn item(title: usize) -> Item {
        Item::plain(BookCard {
            href: String::new(),
            title: title.to_string(),
            lang: None,
            author: String::new(),
            format: String::new(),
            price: PriceView::NotAnnounced,
            stock: StockWords::Last,
            note: None,
            cover: CoverView::default(),
        })
    }

    /// `heading: first-last` of each group on a page.
    #[track_caller]
    fn check(sizes: &[usize], page: u32, expected: &str, pages: u32) {
        let groups =
            sizes.iter().zip('a'..).map(|(size, name)| group(&name.to_string(), (0..*size).map(item).collect()));
        let found = paged(groups.collect(), page);
        let said = found.groups.iter().map(|group| {
            let title = |item: Option<&Item>| item.map(|item| item.card.title.clone()).unwrap_or_default();
            let heading = group.heading.clone().unwrap_or_default();
            format!("{heading}: {}-{}", title(group.books.first()), title(group.books.last()))
        });
        assert_eq!((said.collect::<Vec<_>>().join(", "), found.pages), (expected.to_owned(), pages));
    }

    #[test]
    fn a_page_cuts_through_groups_and_loses_no_book() {
        check(&[10, 20], 1, "a: 0-9, b: 0-19", 1);
        check(&[40, 20], 1, "a: 0-39, b: 0-7", 2);
        check(&[40, 20], 2, "b: 8-19", 2);
        check(&[100, 3], 3, "a: 96-99, b: 0-2", 3);
        check(&[40, 20], 9, "b: 8-19", 2);
        check(&[0, 3], 1, "b: 0-2", 1);
        check(&[], 1, "", 1);
    }
}
