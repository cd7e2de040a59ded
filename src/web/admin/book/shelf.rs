//! `/admin/books/{id}/stock`: goods in and counts, each with a reason.

use axum::Router;
use axum::body::Body;
use axum::extract::{Form, Path, State};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use axum::routing::post;
use jiff::Timestamp;
use rusqlite::Connection;
use serde::Deserialize;
use serde_json::json;

use super::{Sheet, answer, sheet};
use crate::accounts::staff::Permission;
use crate::audit;
use crate::catalog;
use crate::db::Tx;
use crate::kernel::ids::Id;
use crate::kernel::text::tidy;
use crate::stock::{self, Movement, StockError};
use crate::web::admin::frame::{self, Done};
use crate::web::session::StaffUser;
use crate::web::ui::FieldError;
use crate::web::{AppState, PageError};

/// Lines of the ledger on the page.
pub(super) const LEDGER: u32 = 20;
/// Characters of a reason.
pub(super) const REASON_CHARS: usize = 200;
const MOST: u32 = 100_000;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/admin/books/{id}/stock", post(book_in))
}

/// The copies of a book.
pub(super) struct Shelf {
    pub(super) on_hand: u32,
    pub(super) available: u32,
    pub(super) ledger: Vec<Movement>,
}

impl Shelf {
    pub(super) fn load(conn: &Connection, id: Id, now: Timestamp) -> rusqlite::Result<Shelf> {
        Ok(Shelf {
            on_hand: stock::on_hand(conn, id)?,
            available: stock::available(conn, id, now)?,
            ledger: stock::list_movements(conn, id, LEDGER)?,
        })
    }
}

/// Goods in (`received`) or a count (`counted`), as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct StockForm {
    pub(super) received: String,
    pub(super) received_reason: String,
    pub(super) counted: String,
    pub(super) counted_reason: String,
    /// The count that the page showed.
    seen: String,
    op: String,
}

/// What such a form means.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Count {
    Received { copies: u32, reason: String },
    Counted { copies: u32, reason: String },
}

impl StockForm {
    /// Whether the form for counts was sent and refused.
    pub(super) fn counted_was_typed(&self) -> bool {
        self.op == "counted"
    }

    fn check(&self) -> Result<Count, Vec<FieldError>> {
        let mut errors = Vec::new();
        let is_count = self.op == "counted";
        let (field, typed, least, reason_field, reason) = if is_count {
            ("counted", &self.counted, 0, "counted_reason", &self.counted_reason)
        } else {
            ("received", &self.received, 1, "received_reason", &self.received_reason)
        };
        let copies = whole(typed).filter(|copies| (least..=MOST).contains(copies));
        if copies.is_none() {
            errors.push(error(field, format!("Enter the copies as a whole number from {least} to {MOST}")));
        }
        let reason = tidy(reason);
        match reason.chars().count() {
            0 => errors.push(error(reason_field, "Enter a reason, such as the delivery note’s number".to_owned())),
            length if length > REASON_CHARS => {
                errors.push(error(
                    reason_field,
                    format!("Shorten the reason to {REASON_CHARS} characters; it has {length}"),
                ));
            }
            _ => {}
        }
        match (copies, is_count) {
            (Some(copies), true) if errors.is_empty() => Ok(Count::Counted { copies, reason }),
            (Some(copies), false) if errors.is_empty() => Ok(Count::Received { copies, reason }),
            _ => Err(errors),
        }
    }
}

fn whole(text: &str) -> Option<u32> {
    let text = text.trim();
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn error(field: &str, words: String) -> FieldError {
    FieldError { field: field.to_owned(), words }
}

/// Why copies were not booked.
enum Refused {
    /// The shelf is not as the page showed it: a second click, a sale, a colleague.
    Moved,
    Stock(StockError),
}

impl<E: Into<StockError>> From<E> for Refused {
    fn from(error: E) -> Refused {
        Refused::Stock(error.into())
    }
}

async fn book_in(
    State(app): State<AppState>, staff: StaffUser, Path(id): Path<String>, parts: Parts, Form(form): Form<StockForm>,
) -> Result<Response<Body>, PageError> {
    staff.role.require(Permission::MoveStock)?;
    let id = frame::id(&id)?;
    let before = sheet(&app, &staff, Some(id))?;
    let count = match form.check() {
        Ok(count) => count,
        Err(errors) => {
            let sheet = Sheet { stock: form, errors, ..before };
            return answer(&app, &staff, &parts, &sheet, StatusCode::UNPROCESSABLE_ENTITY, None);
        }
    };
    let (actor, now, seen) = (frame::actor(&staff), app.clock.now(), whole(&form.seen));
    match app.db.write(move |tx| book(tx, id, seen, &count, &actor, now)).await {
        Ok(done) => frame::done(&format!("/admin/books/{id}#stock"), done),
        Err(Refused::Moved) => {
            let sheet = Sheet { stock: form, ..sheet(&app, &staff, Some(id))? };
            let copies = sheet.stored.as_ref().map_or(0, |(_, _, shelf)| shelf.on_hand);
            let words = format!(
                "Nothing was booked: the count changed while the page was open and is {copies} now. Look at the ledger, then send it again if it is still right."
            );
            answer(&app, &staff, &parts, &sheet, StatusCode::CONFLICT, Some(&words))
        }
        Err(Refused::Stock(error)) => Err(error.into()),
    }
}

fn book(tx: &Tx<'_>, id: Id, seen: Option<u32>, count: &Count, actor: &str, now: Timestamp) -> Result<Done, Refused> {
    if catalog::find(tx, id)?.is_none() || seen != Some(stock::on_hand(tx, id)?) {
        return Err(Refused::Moved);
    }
    let (done, change, reason) = match count {
        Count::Received { copies, reason } => {
            stock::receive(tx, id, *copies, actor, reason, now)?;
            (Done::Received, i64::from(*copies), reason)
        }
        Count::Counted { copies, reason } => match stock::correct_to(tx, id, *copies, actor, reason, now)? {
            0 => return Ok(Done::CountAgrees),
            change => (Done::Corrected, change, reason),
        },
    };
    let action = if done == Done::Received { "stock.receive" } else { "stock.correct" };
    audit::record(tx, actor, action, &id.to_string(), &json!({ "change": change, "reason": reason }), now)?;
    Ok(done)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::catalog::{EditionFacts, WorkFacts};
    use crate::db::{memory, test_tx};

    fn form(op: &str, copies: &str, reason: &str) -> StockForm {
        let (copies, reason) = (copies.to_owned(), reason.to_owned());
        match op {
            "counted" => StockForm { op: op.into(), counted: copies, counted_reason: reason, ..StockForm::default() },
            _ => StockForm { op: op.into(), received: copies, received_reason: reason, ..StockForm::default() },
        }
    }

    #[track_caller]
    fn check(op: &str, copies: &str, reason: &str, expected: &str) {
        let errors = form(op, copies, reason).check().err().unwrap_or_default();
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields.join(" "), expected, "{op} {copies}");
    }

    #[test]
    fn copies_are_whole_and_every_booking_has_its_reason() {
        check("received", "5", "delivery 12", "");
        check("counted", "0", "stolen", "");
        for wrong in ["0", "-1", "1e9", "2x", "", "100001", "1.5"] {
            check("received", wrong, "x", "received");
        }
        check("counted", "-1", "x", "counted");
        check("received", "5", " ", "received_reason");
        check("counted", "2x", &"x".repeat(201), "counted counted_reason");
    }

    #[test]
    fn a_second_click_books_nothing() {
        let conn = memory();
        let tx = test_tx(&conn);
        let facts = EditionFacts { title: "Emma".into(), ..EditionFacts::default() };
        let (id, _) = catalog::create(&tx, None, &WorkFacts::default(), &facts, Timestamp::UNIX_EPOCH).unwrap();
        let five = form("received", "5", "delivery").check().unwrap();
        let book = |seen, count: &Count| book(&tx, id, Some(seen), count, "staff:a@b.c", Timestamp::UNIX_EPOCH);
        assert!(matches!(book(0, &five), Ok(Done::Received)));
        assert!(matches!(book(0, &five), Err(Refused::Moved)));
        let three = form("counted", "3", "stocktake").check().unwrap();
        assert!(matches!(book(5, &three), Ok(Done::Corrected)));
        assert!(matches!(book(3, &three), Ok(Done::CountAgrees)));
        assert_eq!((stock::on_hand(&conn, id).unwrap(), stock::list_movements(&conn, id, 9).unwrap().len()), (3, 2));
        let audited: i64 = conn.query_row("SELECT count(*) FROM audit_log", [], |row| row.get(0)).unwrap();
        assert_eq!(audited, 2);
    }
}
