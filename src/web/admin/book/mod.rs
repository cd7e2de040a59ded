//! `/admin/books/new` and `/admin/books/{id}`: one book as one form, its prices and its copies.

mod choices;
mod form;
mod formats;
mod marks;
mod more;
mod pictures;
mod save;
mod shelf;
mod view;

use axum::Router;
use axum::body::Body;
use axum::extract::{Form, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use axum::routing::get;
use serde::Deserialize;

use super::frame::{self, Done, Page, Section};
use crate::accounts::staff::Permission;
use crate::catalog::categories::{self, Category};
use crate::catalog::{BookRow, CatalogError};
use crate::db::DbError;
use crate::kernel::ids::Id;
use crate::settings::Shop;
use crate::web::session::StaffUser;
use crate::web::ui::FieldError;
use crate::web::{AppState, PageError};
use form::BookForm;
use pictures::Pictures;
use save::{Difference, Refused, Saving, Stored};
use shelf::{Shelf, StockForm};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/admin/books/new", get(blank).post(create))
        .route("/admin/books/{id}", get(show).post(update))
        .merge(formats::routes())
        .merge(marks::routes())
        .merge(shelf::routes())
        .merge(pictures::routes())
}

/// Everything the page shows; `stored` is `None` for a book that is not there yet.
struct Sheet {
    stored: Option<(Stored, BookRow, Shelf)>,
    form: BookForm,
    errors: Vec<FieldError>,
    /// Where the form and what somebody else saved meanwhile differ.
    conflict: Vec<Difference>,
    pictures: Pictures,
    /// What was typed into the stock forms, if it was refused.
    stock: StockForm,
    categories: Vec<Category>,
    /// Every edition of the work.
    editions: Vec<BookRow>,
    /// What was typed where the edition belongs to, if it was refused.
    moving: String,
    shop: std::sync::Arc<Shop>,
    may_edit: bool,
    may_move: bool,
}

impl Sheet {
    fn title(&self) -> &str {
        match &self.stored {
            Some((stored, ..)) => &stored.edition.facts.title,
            None if self.form.of.is_empty() => "Add a book",
            None => "Add another format",
        }
    }
}

/// Reads a book for its page; `None` for the page of a new one.
fn sheet(app: &AppState, staff: &StaffUser, id: Option<Id>) -> Result<Sheet, PageError> {
    let now = app.clock.now();
    app.db.read(|conn| {
        let shop = app.shop(conn)?;
        let read = |id| {
            let Some(stored) = save::load(conn, id, shop.currency(), now)? else { return Ok(None) };
            let row = crate::catalog::row(conn, id, shop.currency(), now)?;
            let shelf = Shelf::load(conn, id, now)?;
            Ok::<_, rusqlite::Error>(row.map(|row| (stored, row, shelf)))
        };
        let stored = id.map(read).transpose().map_err(DbError::from)?.flatten();
        if id.is_some() && stored.is_none() {
            return Err(PageError::not_found());
        }
        let pictures = id.map(|id| Pictures::load(conn, id)).transpose().map_err(DbError::from)?.unwrap_or_default();
        let work = stored.as_ref().map(|(stored, ..)| stored.edition.work_id);
        let editions = work.map(|work| formats::load(conn, work, shop.currency(), now)).transpose();
        let form = stored.as_ref().map_or_else(|| BookForm::empty(""), |(stored, ..)| stored.form());
        Ok(Sheet {
            stored,
            form,
            errors: Vec::new(),
            conflict: Vec::new(),
            pictures,
            stock: StockForm::default(),
            categories: categories::list(conn).map_err(DbError::from)?,
            editions: editions.map_err(DbError::from)?.unwrap_or_default(),
            moving: String::new(),
            shop,
            may_edit: staff.role.may(Permission::EditCatalogue),
            may_move: staff.role.may(Permission::MoveStock),
        })
    })
}

fn answer(
    app: &AppState, staff: &StaffUser, parts: &Parts, sheet: &Sheet, status: StatusCode, refusal: Option<&str>,
) -> Result<Response<Body>, PageError> {
    let main = view::render(sheet, app.clock.now());
    let page = Page {
        status,
        refusal,
        has_errors: !sheet.errors.is_empty(),
        ..Page::new(Section::Books, sheet.title(), main)
    };
    frame::answer(app, parts, Some(staff), &page)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    isbn: String,
    of: String,
}

async fn blank(
    State(app): State<AppState>, staff: StaffUser, Query(asked): Query<Asked>, parts: Parts,
) -> Result<Response<Body>, PageError> {
    staff.role.require(Permission::EditCatalogue)?;
    let form = match asked.of.as_str() {
        "" => BookForm::empty(&asked.isbn),
        of => {
            let other = sheet(&app, &staff, Some(frame::id(of)?))?;
            let (stored, ..) = other.stored.ok_or_else(PageError::not_found)?;
            BookForm::another_format(&stored.edition, &stored.work)
        }
    };
    let sheet = Sheet { form, ..sheet(&app, &staff, None)? };
    answer(&app, &staff, &parts, &sheet, StatusCode::OK, None)
}

async fn show(
    State(app): State<AppState>, staff: StaffUser, Path(id): Path<String>, parts: Parts,
) -> Result<Response<Body>, PageError> {
    let sheet = sheet(&app, &staff, Some(frame::id(&id)?))?;
    answer(&app, &staff, &parts, &sheet, StatusCode::OK, None)
}

async fn create(
    State(app): State<AppState>, staff: StaffUser, parts: Parts, Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response<Body>, PageError> {
    staff.role.require(Permission::EditCatalogue)?;
    let (form, before) = (BookForm::read(pairs), sheet(&app, &staff, None)?);
    let draft = match form.check(before.shop.currency()) {
        Ok(draft) => draft,
        Err(errors) => return wrong(&app, &staff, &parts, Sheet { form, errors, ..before }),
    };
    let of = Some(form.of.as_str()).filter(|of| !of.is_empty()).map(frame::id).transpose()?;
    let (actor, shop, now, typed) = (frame::actor(&staff), before.shop.clone(), app.clock.now(), form.clone());
    let result =
        app.db.write(move |tx| save::create(tx, &typed, &draft, of, &Saving { actor: &actor, shop: &shop, now })).await;
    match result {
        Ok(id) => frame::done(&format!("/admin/books/{id}"), Done::BookAdded),
        Err(refused) => refuse(&app, &staff, &parts, None, form, refused),
    }
}

async fn update(
    State(app): State<AppState>, staff: StaffUser, Path(id): Path<String>, parts: Parts,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response<Body>, PageError> {
    staff.role.require(Permission::EditCatalogue)?;
    let id = frame::id(&id)?;
    let (form, before) = (BookForm::read(pairs), sheet(&app, &staff, Some(id))?);
    let draft = match form.check(before.shop.currency()) {
        Ok(draft) => draft,
        Err(errors) => return wrong(&app, &staff, &parts, Sheet { form, errors, ..before }),
    };
    let (actor, shop, now, typed) = (frame::actor(&staff), before.shop.clone(), app.clock.now(), form.clone());
    let result =
        app.db.write(move |tx| save::update(tx, id, &typed, &draft, &Saving { actor: &actor, shop: &shop, now })).await;
    match result {
        Ok(changed) => {
            frame::done(&format!("/admin/books/{id}"), if changed { Done::BookSaved } else { Done::BookUnchanged })
        }
        Err(refused) => refuse(&app, &staff, &parts, Some(id), form, refused),
    }
}

/// The form again, everything kept, each error at its field.
fn wrong(app: &AppState, staff: &StaffUser, parts: &Parts, sheet: Sheet) -> Result<Response<Body>, PageError> {
    answer(app, staff, parts, &sheet, StatusCode::UNPROCESSABLE_ENTITY, None)
}

/// A refusal of the catalogue: at its field, beside what somebody else saved, or as an error page.
fn refuse(
    app: &AppState, staff: &StaffUser, parts: &Parts, id: Option<Id>, form: BookForm, refused: Refused,
) -> Result<Response<Body>, PageError> {
    match refused {
        Refused::IsbnTaken { title } => {
            let words = format!("“{title}” has this number already: find it with the box above and edit it there");
            let errors = vec![FieldError { field: "isbn".to_owned(), words }];
            wrong(app, staff, parts, Sheet { form, errors, ..sheet(app, staff, id)? })
        }
        Refused::Catalog(CatalogError::Stale) => {
            // Read anew: their version becomes the one that saving again goes over.
            let now = sheet(app, staff, id)?;
            let (conflict, version) = (save::differing(&form, &now.form), now.form.version);
            let sheet = Sheet { conflict, form: BookForm { version, ..form }, ..now };
            let words = "Somebody else saved this book while you edited it. Nothing of yours is stored yet: compare below, then save again.";
            answer(app, staff, parts, &sheet, StatusCode::CONFLICT, Some(words))
        }
        Refused::Catalog(error @ (CatalogError::Title(_) | CatalogError::Missing | CatalogError::Db(_))) => {
            Err(error.into())
        }
    }
}
