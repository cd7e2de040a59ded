//! `/admin/people`: everybody whom books name; correcting a name, joining two records of one person.

mod view;

use axum::Router;
use axum::body::Body;
use axum::extract::{Form, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use axum::routing::get;
use maud::Markup;
use serde::Deserialize;
use serde_json::json;

use super::find::Unfinished;
use super::frame::{self, Done, Page, Section};
use crate::accounts::staff::Permission;
use crate::audit;
use crate::catalog::people::{self, Counted, PeopleError, Person};
use crate::db::DbError;
use crate::kernel::ids::Id;
use crate::kernel::text;
use crate::search::LAST_PAGE;
use crate::web::session::StaffUser;
use crate::web::shop::address::with_query;
use crate::web::ui::FieldError;
use crate::web::{AppState, PageError};

const PER_PAGE: u32 = 50;
/// Records offered as perhaps the same person.
const CANDIDATES: u32 = 20;
const QUERY_CHARS: usize = 100;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/admin/people", get(list))
        .route("/admin/people/{id}", get(show).post(rename))
        .route("/admin/people/{id}/merge/{other}", get(confirm).post(merge))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    q: String,
    page: String,
}

struct List {
    text: String,
    page: u32,
    /// One more than this page has room for tells that there is another.
    rows: Vec<Counted>,
}

/// The address of a list.
fn href(text: &str, page: u32) -> String {
    let number = if page > 1 { page.to_string() } else { String::new() };
    with_query("/admin/people", [("q", text), ("page", number.as_str())])
}

async fn list(
    State(app): State<AppState>, staff: StaffUser, Query(asked): Query<Asked>, parts: Parts,
) -> Result<Response<Body>, PageError> {
    let page = asked.page.parse().unwrap_or(1).clamp(1, LAST_PAGE);
    let text: String = asked.q.trim().chars().take(QUERY_CHARS).collect();
    let rows = search(&app, &text, (page - 1) * PER_PAGE, PER_PAGE + 1).await?;
    let list = List { text, page, rows };
    answer(&app, &parts, &staff, "People", view::list(&list))
}

/// Names are looked for in all records: not on a thread that serves others.
async fn search(app: &AppState, text: &str, offset: u32, limit: u32) -> Result<Vec<Counted>, PageError> {
    let (app, text) = (app.clone(), text.to_owned());
    let looking = move || app.db.read(|conn| people::list(conn, &text, offset, limit).map_err(DbError::from));
    Ok(tokio::task::spawn_blocking(looking).await.map_err(Unfinished::from)??)
}

fn answer(
    app: &AppState, parts: &Parts, staff: &StaffUser, title: &str, main: Markup,
) -> Result<Response<Body>, PageError> {
    frame::answer(app, parts, Some(staff), &Page::new(Section::Books, title, main))
}

/// One record with what belongs to it.
struct Record {
    person: Person,
    editions: u32,
    /// Other spellings that mean the person.
    names: Vec<String>,
    /// What was looked for among the others.
    with: String,
    candidates: Vec<Counted>,
    typed: Typed,
    errors: Vec<FieldError>,
    may_edit: bool,
}

/// The form as typed.
#[derive(Clone, Deserialize, Default)]
#[serde(default)]
struct Typed {
    name: String,
    sort_name: String,
    body: String,
}

async fn record(app: &AppState, staff: &StaffUser, id: Id, with: &str) -> Result<Record, PageError> {
    let (person, editions, names, beside) = app
        .db
        .read(|conn| {
            let person = people::find(conn, id)?.filter(|person| person.id == id);
            let Some(person) = person else { return Ok::<_, DbError>(None) };
            let (editions, names) = (people::count(conn, id)?, people::other_names(conn, id)?);
            let beside = people::namesakes(conn, &person, CANDIDATES)?;
            Ok(Some((person, editions, names, beside)))
        })?
        .ok_or_else(PageError::not_found)?;
    let candidates = if with.is_empty() { beside } else { search(app, with, 0, CANDIDATES + 1).await? };
    let typed = Typed {
        name: person.name.clone(),
        sort_name: person.sort_name.clone(),
        body: if person.body { "yes".to_owned() } else { String::new() },
    };
    Ok(Record {
        candidates: candidates.into_iter().filter(|other| other.person.id != id).collect(),
        person,
        editions,
        names,
        with: with.to_owned(),
        typed,
        errors: Vec::new(),
        may_edit: staff.role.may(Permission::EditCatalogue),
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct With {
    with: String,
}

async fn show(
    State(app): State<AppState>, staff: StaffUser, Path(id): Path<String>, Query(asked): Query<With>, parts: Parts,
) -> Result<Response<Body>, PageError> {
    let with: String = asked.with.trim().chars().take(QUERY_CHARS).collect();
    let record = record(&app, &staff, frame::id(&id)?, &with).await?;
    answer(&app, &parts, &staff, &record.person.name, view::record(&record))
}

async fn rename(
    State(app): State<AppState>, staff: StaffUser, Path(id): Path<String>, parts: Parts, Form(typed): Form<Typed>,
) -> Result<Response<Body>, PageError> {
    staff.role.require(Permission::EditCatalogue)?;
    let id = frame::id(&id)?;
    let before = record(&app, &staff, id, "").await?;
    // A sort name that was left as it stood follows the new name.
    let follows = typed.sort_name == before.person.sort_name && typed.name != before.person.name;
    let sort_name = if follows { String::new() } else { typed.sort_name.clone() };
    let (actor, now, sent, was) = (frame::actor(&staff), app.clock.now(), typed.clone(), before.person.clone());
    let result = app
        .db
        .write(move |tx| {
            let editions = people::rename(tx, id, &sent.name, &sort_name, !sent.body.is_empty(), now)?;
            let detail = json!({ "from": was.name, "to": text::tidy(&sent.name), "editions": editions });
            audit::record(tx, &actor, "person.rename", &id.to_string(), &detail, now)?;
            Ok(())
        })
        .await;
    let (words, with) = match result {
        Ok(()) => return frame::done(&format!("/admin/people/{id}"), Done::Renamed),
        Err(PeopleError::Taken(other)) => {
            (format!("“{}” is another record already: join the two below instead", other.name), other.name)
        }
        Err(PeopleError::Name(0)) => ("Enter a name".to_owned(), String::new()),
        Err(error @ PeopleError::Name(_)) => (format!("Shorten the name: {error}"), String::new()),
        Err(error @ (PeopleError::Missing | PeopleError::Same | PeopleError::Db(_))) => return Err(error.into()),
    };
    let errors = vec![FieldError { field: "name".to_owned(), words }];
    let refused = Record { typed, errors, ..record(&app, &staff, id, &with).await? };
    let page = Page {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        has_errors: true,
        ..Page::new(Section::Books, &before.person.name, view::record(&refused))
    };
    frame::answer(&app, &parts, Some(&staff), &page)
}

/// Which two: the one that stays, and the one that goes.
fn pair(app: &AppState, keep: &str, gone: &str) -> Result<[Counted; 2], PageError> {
    let (keep, gone) = (frame::id(keep)?, frame::id(gone)?);
    let counted = |id: Id| {
        app.db.read(|conn| {
            let person = people::find(conn, id)?.filter(|person| person.id == id);
            let editions = people::count(conn, id)?;
            Ok::<_, DbError>(person.map(|person| Counted { person, editions }))
        })
    };
    match (counted(keep)?, counted(gone)?) {
        (Some(keep), Some(gone)) if keep.person.id != gone.person.id => Ok([keep, gone]),
        _ => Err(PageError::not_found()),
    }
}

async fn confirm(
    State(app): State<AppState>, staff: StaffUser, Path((id, other)): Path<(String, String)>, parts: Parts,
) -> Result<Response<Body>, PageError> {
    staff.role.require(Permission::EditCatalogue)?;
    let [keep, gone] = pair(&app, &id, &other)?;
    answer(&app, &parts, &staff, "Join two records", view::confirm(&keep, &gone))
}

async fn merge(
    State(app): State<AppState>, staff: StaffUser, Path((id, other)): Path<(String, String)>,
) -> Result<Response<Body>, PageError> {
    staff.role.require(Permission::EditCatalogue)?;
    let (keep, gone) = (frame::id(&id)?, frame::id(&other)?);
    let (actor, now) = (frame::actor(&staff), app.clock.now());
    let merged = app
        .db
        .write(move |tx| {
            let names = (people::find(tx, keep)?, people::find(tx, gone)?);
            // A second click finds the one inside the other.
            if names.0.is_some() && names.0 == names.1 && keep != gone {
                return Ok(false);
            }
            let editions = people::merge(tx, keep, gone, now)?;
            let name = |person: Option<Person>| person.map(|person| person.name);
            let detail = json!({ "kept": name(names.0), "joined": name(names.1), "editions": editions });
            audit::record(tx, &actor, "person.merge", &keep.to_string(), &detail, now)?;
            Ok::<_, PeopleError>(true)
        })
        .await?;
    frame::done(&format!("/admin/people/{keep}"), if merged { Done::Merged } else { Done::Already })
}
