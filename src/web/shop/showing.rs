//! What a page shows of the catalogue, gathered while it is made: which books, and until when it is true.

use jiff::{Timestamp, ToSpan};
use maud::Markup;
use rusqlite::Connection;

use super::frame;
use crate::catalog::{self, BookRow, Offer};
use crate::db::DbError;
use crate::kernel::ids::Id;
use crate::media::{self, Picture};
use crate::settings::Shop;
use crate::stock;
use crate::web::kept::Rendered;
use crate::web::ui::BookCard;

/// One page's view of the catalogue, in one snapshot.
///
/// Every book that is read through it becomes a subject of the page, and its next dated price and the end of
/// its next hold become moments at which the page must be made anew.
pub(super) struct Showing<'a> {
    pub(super) conn: &'a Connection,
    pub(super) shop: &'a Shop,
    pub(super) now: Timestamp,
    subjects: Vec<Id>,
    until: Timestamp,
}

/// A listed edition and what the shop can promise for it.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) row: BookRow,
    pub(super) offer: Offer,
    pub(super) front: Option<Picture>,
}

impl Seen {
    pub(super) fn card(&self) -> BookCard {
        frame::card_of(&self.row, &self.offer, self.front.as_ref())
    }
}

impl<'a> Showing<'a> {
    /// `until` is the moment at which the frame around the page changes.
    pub(super) fn new(conn: &'a Connection, shop: &'a Shop, now: Timestamp, until: Timestamp) -> Showing<'a> {
        Showing { conn, shop, now, subjects: Vec::new(), until }
    }

    /// Adds something whose changes change the page.
    pub(super) fn depend_on(&mut self, subject: Id) {
        if !self.subjects.contains(&subject) {
            self.subjects.push(subject);
        }
    }

    /// Has the page end at `moment`, if that is sooner than what is known.
    pub(super) fn end_at(&mut self, moment: Timestamp) {
        self.until = self.until.min(moment);
    }

    /// Has the page end in a moment: it was made without something that may be back, and nothing tells when.
    pub(super) fn end_soon(&mut self) {
        self.end_at(self.now.checked_add(20.seconds()).unwrap_or(self.now));
    }

    /// A listed edition; `None` when it is gone.
    pub(super) fn see(&mut self, id: Id) -> Result<Option<Seen>, DbError> {
        Ok(self.see_all(&[id])?.pop())
    }

    /// The listed ones of many editions, in order: four statements, however many they are.
    pub(super) fn see_all(&mut self, ids: &[Id]) -> Result<Vec<Seen>, DbError> {
        ids.iter().for_each(|id| self.depend_on(*id));
        let rows = catalog::rows(self.conn, ids, self.shop.currency(), self.now)?;
        let rows: Vec<BookRow> = rows.into_iter().filter(|row| row.listed).collect();
        let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
        let free = stock::list_free(self.conn, &ids, self.now)?;
        let fronts = media::fronts(self.conn, &ids)?;
        let today = self.shop.today(self.now);
        let mut all = Vec::with_capacity(rows.len());
        for ((row, free), front) in rows.into_iter().zip(free).zip(fronts) {
            row.price_until.into_iter().chain(free.until).for_each(|moment| self.end_at(moment));
            all.push(Seen { offer: Offer::of(&row, free.copies, today), row, front });
        }
        Ok(all)
    }

    /// The edition of a work to show where there is room for one: the first that can be bought, else the first.
    pub(super) fn see_work(&mut self, work: Id) -> Result<Option<Seen>, DbError> {
        self.see_best(&catalog::list_ids_of_work(self.conn, work)?)
    }

    /// The same among editions of one work: the first that can be bought, else the first.
    pub(super) fn see_best(&mut self, editions: &[Id]) -> Result<Option<Seen>, DbError> {
        let editions = self.see_all(editions)?;
        let best = editions.iter().position(|seen| seen.offer.is_for_sale()).unwrap_or(0);
        Ok(editions.into_iter().nth(best))
    }

    /// The page, depending on the books that were seen.
    pub(super) fn page_of_books(self, markup: Markup) -> Rendered {
        Rendered { markup, subjects: self.subjects, whole_catalogue: false, valid_until: Some(self.until) }
    }

    /// The page, depending on the whole catalogue: which books are in it may change with any of them.
    pub(super) fn page_of_catalogue(self, markup: Markup) -> Rendered {
        Rendered { markup, subjects: Vec::new(), whole_catalogue: true, valid_until: Some(self.until) }
    }
}
