//! One finished page: its bytes, and what must not have changed for them to be true.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, SET_COOKIE, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use jiff::Timestamp;
use maud::Markup;
use quick_cache::Weighter;
use rusqlite::Connection;

use super::holes::{self, Personal, Slot};
use crate::changes;
use crate::db::DbError;
use crate::kernel::ids::Id;
use crate::web::Shared;
use crate::web::copies::Copies;
use crate::web::encoding::{self, Encoding};

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
/// Shorter bodies fit into one packet anyway.
const WORTH_PACKING: usize = 1024;

/// What a page was rendered from.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    subjects: Vec<Id>,
    whole_catalogue: bool,
    version: i64,
    settings: i64,
    index: i64,
}

impl Stamp {
    /// The versions in this snapshot. `index` counts only for pages of the whole catalogue.
    pub(super) fn read(
        conn: &Connection, subjects: Vec<Id>, whole_catalogue: bool, index: i64,
    ) -> rusqlite::Result<Stamp> {
        let version = version(conn, &subjects, whole_catalogue)?;
        let settings = changes::settings_version(conn)?;
        Ok(Stamp { subjects, whole_catalogue, version, settings, index })
    }

    fn is_current(&self, conn: &Connection) -> rusqlite::Result<bool> {
        Ok(self.version == version(conn, &self.subjects, self.whole_catalogue)?
            && self.settings == changes::settings_version(conn)?)
    }
}

fn version(conn: &Connection, subjects: &[Id], whole_catalogue: bool) -> rusqlite::Result<i64> {
    if whole_catalogue { changes::latest(conn) } else { changes::version_of(conn, subjects) }
}

/// What browsers may do with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// Public, but to be asked for each time: a 304 is cheap, an old price is not.
    AskEachTime,
    /// What is asked for at every letter typed.
    ForAMinute,
}

impl Keep {
    fn words(self) -> &'static str {
        match self {
            Keep::AskEachTime => "no-cache",
            Keep::ForAMinute => "public, max-age=60",
        }
    }
}

/// A finished page.
pub(super) struct Page {
    pub(super) copies: Copies,
    slots: Vec<Slot>,
    stamp: Stamp,
    valid_until: Option<Timestamp>,
    /// The `data_version` at which the stamp was last found current.
    epoch: AtomicI64,
    reused: AtomicBool,
}

impl Page {
    /// `guards` are the headers of every answer, so that a kept page needs none added.
    pub(super) fn new(
        markup: Markup, keep: Keep, stamp: Stamp, valid_until: Option<Timestamp>, epoch: i64, guards: &HeaderMap,
    ) -> Page {
        let (body, slots) = holes::splice(markup.0.as_bytes(), &holes::find(&markup.0), &Personal::anonymous());
        let mut headers = guards.clone();
        headers.insert(CONTENT_TYPE, HTML);
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(keep.words()));
        headers.insert(VARY, HeaderValue::from_static("accept-encoding, cookie"));
        Page {
            copies: Copies::new(Bytes::from(body), &headers),
            slots,
            stamp,
            valid_until,
            epoch: AtomicI64::new(epoch),
            reused: AtomicBool::new(false),
        }
    }

    /// Whether this is the second time that the page is asked for; says so once.
    pub(super) fn is_asked_for_again(&self) -> bool {
        !self.reused.load(Ordering::Relaxed) && !self.reused.swap(true, Ordering::Relaxed)
    }

    /// Whether the page may be sent now.
    pub(super) fn is_true(&self, app: &Shared) -> Result<bool, DbError> {
        if self.valid_until.is_some_and(|end| app.clock.now() >= end) {
            return Ok(false);
        }
        if self.stamp.whole_catalogue && self.stamp.index != app.index.generation() {
            return Ok(false);
        }
        let epoch = app.db.data_version()?;
        if self.epoch.load(Ordering::Acquire) == epoch {
            return Ok(true);
        }
        let is_current = app.db.read(|conn| self.stamp.is_current(conn).map_err(DbError::from))?;
        if is_current {
            self.epoch.store(epoch, Ordering::Release);
        }
        Ok(is_current)
    }

    /// The page for one visitor.
    pub(super) fn personal(&self, request: &Parts, personal: &Personal) -> Response<Body> {
        let (body, _) = holes::splice(self.copies.plain(), &self.slots, personal);
        send(request, StatusCode::OK, body, personal)
    }

    fn weight(&self) -> u64 {
        // The packed copies come later; together they are less than half of the plain one.
        (self.copies.plain().len() + self.copies.plain().len() / 2 + 2048) as u64
    }
}

/// Answers with a page that is made for one visitor and not kept: its holes filled, packed fast, never stored.
pub fn private(request: &Parts, status: StatusCode, markup: &Markup, personal: &Personal) -> Response<Body> {
    let (body, _) = holes::splice(markup.0.as_bytes(), &holes::find(&markup.0), personal);
    send(request, status, body, personal)
}

fn send(request: &Parts, status: StatusCode, body: Vec<u8>, personal: &Personal) -> Response<Body> {
    let wants_packed = encoding::negotiate(&request.headers) != Encoding::Identity && body.len() >= WORTH_PACKING;
    // Whoever takes Brotli takes gzip; at this speed gzip packs better.
    let packed = wants_packed.then(|| encoding::gzip(&body, 1).ok()).flatten();
    let is_packed = packed.is_some();
    let mut response = Response::new(Body::from(packed.unwrap_or(body)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HTML);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if is_packed {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    for cookie in &personal.cookies {
        headers.append(SET_COOKIE, cookie.clone());
    }
    response
}

/// A page counts by its bytes.
#[derive(Clone)]
pub(super) struct Weight;

impl Weighter<Box<str>, Arc<Page>> for Weight {
    fn weight(&self, key: &Box<str>, page: &Arc<Page>) -> u64 {
        page.weight() + key.len() as u64
    }
}
