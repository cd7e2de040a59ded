//! Whether a reader has the present state already: answers of the whole catalogue are told apart by its last change.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use jiff::fmt::rfc2822;
use jiff::{Timestamp, ToSpan};
use rusqlite::Connection;

use crate::changes;
use crate::kernel::ids::fingerprint;
use crate::web::AppState;
use crate::web::copies::is_known;

static DATES: rfc2822::DateTimePrinter = rfc2822::DateTimePrinter::new();

/// The state of the catalogue and the shop that an answer is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fresh {
    /// The last change.
    pub(super) version: i64,
    tag: [u8; 16],
    /// When that was; `None` before the first, and while another could come in the same second.
    at: Option<Timestamp>,
}

impl Fresh {
    /// The state in this snapshot.
    pub(super) fn read(conn: &Connection, app: &AppState) -> rusqlite::Result<Fresh> {
        let latest = changes::latest_at(conn)?;
        let version = latest.map_or(0, |(seq, _)| seq);
        let made_by = format!("{version} {} {}", app.origin, env!("CARGO_PKG_VERSION"));
        let now = app.clock.now();
        let settled = |at: &Timestamp| at.checked_add(1.second()).is_ok_and(|later| later <= now);
        Ok(Fresh { version, tag: fingerprint(made_by.as_bytes()), at: latest.map(|(_, at)| at).filter(settled) })
    }

    /// 304 when the reader has this state.
    pub(super) fn unchanged(&self, request: &HeaderMap) -> Option<Response<Body>> {
        let known = match request.get(IF_NONE_MATCH) {
            Some(_) => is_known(request, &self.etag()),
            None => self.is_not_modified(request),
        };
        known.then(|| {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            self.mark(response.headers_mut());
            response
        })
    }

    /// 200 with `body`.
    pub(super) fn answer(&self, kind: HeaderValue, body: Body) -> Response<Body> {
        let mut response = Response::new(body);
        response.headers_mut().insert(CONTENT_TYPE, kind);
        self.mark(response.headers_mut());
        response
    }

    fn mark(&self, headers: &mut HeaderMap) {
        headers.insert(ETAG, self.etag());
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        let date = self.at.and_then(|at| DATES.timestamp_to_rfc9110_string(&at).ok());
        if let Some(date) = date.and_then(|date| HeaderValue::try_from(date).ok()) {
            headers.insert(LAST_MODIFIED, date);
        }
    }

    fn etag(&self) -> HeaderValue {
        let digits: String = self.tag.iter().map(|byte| format!("{byte:02x}")).collect();
        HeaderValue::try_from(format!("\"{digits}\"")).unwrap_or(HeaderValue::from_static("\"\""))
    }

    fn is_not_modified(&self, request: &HeaderMap) -> bool {
        let since = request.get(IF_MODIFIED_SINCE).and_then(|value| value.to_str().ok());
        let since = since.and_then(|text| rfc2822::DateTimeParser::new().parse_timestamp(text).ok());
        matches!((self.at, since), (Some(at), Some(since)) if at.as_second() <= since.as_second())
    }
}
