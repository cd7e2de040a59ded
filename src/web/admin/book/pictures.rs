//! `/admin/books/{id}/pictures`: the pictures of a book, uploaded, put in order, taken away.

use axum::Router;
use axum::body::Body;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, Form, Multipart, Path, State};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use axum::routing::post;
use jiff::Timestamp;
use maud::{Markup, html};
use rusqlite::Connection;
use serde::Deserialize;
use serde_json::json;

use super::{Sheet, answer, sheet};
use crate::accounts::staff::Permission;
use crate::audit;
use crate::catalog::{BookRow, CatalogError};
use crate::db::Tx;
use crate::kernel::ids::Id;
use crate::media::links::{self, Link};
use crate::media::{self, Attached, Hash, MOST_BYTES, MOST_PICTURES, MOST_PIXELS, MediaError, Origin, Taken};
use crate::web::admin::frame::{self, Done};
use crate::web::session::StaffUser;
use crate::web::shop::frame::cover_of;
use crate::web::shop::pictures::{address, view};
use crate::web::ui::{self, ButtonKind, FieldError, Loading, PostButton, Slot};
use crate::web::{AppState, PageError};

/// Bytes of all pictures of one form together.
const MOST_AT_ONCE: usize = 100 << 20;
/// The field, and where the page names its errors.
const FIELD: &str = "pictures";
const CARD: &str = "book-pictures";

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/admin/books/{id}/pictures", post(upload).layer(DefaultBodyLimit::max(MOST_AT_ONCE)))
        .route("/admin/books/{id}/pictures/{hash}", post(change))
}

/// What the page shows of a book's pictures.
#[derive(Debug, Default)]
pub(super) struct Pictures {
    all: Vec<Attached>,
    /// Links of feeds that are not fetched.
    waiting: Vec<Link>,
}

impl Pictures {
    pub(super) fn load(conn: &Connection, id: Id) -> rusqlite::Result<Pictures> {
        let mut waiting = links::list(conn, id)?;
        waiting.retain(|link| link.fetched_at.is_none());
        Ok(Pictures { all: media::list(conn, id)?, waiting })
    }

    pub(super) fn render(&self, book: &BookRow, errors: &[FieldError], may_edit: bool) -> Markup {
        let path = format!("/admin/books/{}/pictures", book.id);
        html! {
            section.card.cover-card id=(CARD) {
                h2 { "Pictures" }
                @if self.all.is_empty() {
                    (ui::cover(&cover_of(book, None), "", Slot::Office, Loading::Lazy))
                    p.small { "No picture yet, so the shop draws this cover." }
                }
                ol.pictures role="list" {
                    @for (place, one) in self.all.iter().enumerate() { (self.one(place, one, &path, may_edit)) }
                }
                @if !self.waiting.is_empty() { (waiting(&self.waiting)) }
                @if may_edit && self.all.len() < MOST_PICTURES { (upload_form(&path, errors)) }
            }
        }
    }

    fn one(&self, place: usize, one: &Attached, path: &str, may_edit: bool) -> Markup {
        let action = format!("{path}/{}", one.picture.hash);
        let button = |op: &str, place: usize, label: &str| {
            let place = place.to_string();
            ui::post_button(&PostButton {
                action: &action,
                fields: &[("op", op), ("place", &place)],
                label,
                hidden: "this picture",
                kind: ButtonKind::Quiet,
                busy: None,
            })
        };
        html! {
            li {
                a href=(address(&one.picture)) { (ui::cover(&view(&one.picture), &format!("Picture {}", place + 1), Slot::Line, Loading::Lazy)) }
                div {
                    p {
                        strong { @if place == 0 { "Cover" } @else { "Picture " (place + 1) } }
                        span.second { (one.picture.width) " × " (one.picture.height) ", " (origin(one.origin)) }
                    }
                    @if may_edit {
                        div.cluster {
                            @if place > 0 { (button("move", place - 1, "Up")) }
                            @if place + 1 < self.all.len() { (button("move", place + 1, "Down")) }
                            (button("remove", place, "Remove"))
                        }
                    }
                }
            }
        }
    }
}

fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Upload => "uploaded here",
        Origin::Import => "from an import",
        Origin::Link => "fetched for a feed",
    }
}

fn waiting(links: &[Link]) -> Markup {
    html! {
        p.small {
            "A feed names " @if links.len() == 1 { "a picture" } @else { (links.len()) " pictures" }
            " that the shop has not fetched: " code { "bookstall import --fetch-images" } " does."
        }
        ul.small role="list" {
            @for link in links { @if let Some(problem) = &link.problem { li.words { (link.link) ": " (problem) } } }
        }
    }
}

fn upload_form(path: &str, errors: &[FieldError]) -> Markup {
    let errors: Vec<&FieldError> = errors.iter().filter(|error| error.field == FIELD).collect();
    let described = if errors.is_empty() { "pictures-hint" } else { "pictures-hint pictures-error" };
    html! {
        form.flow method="post" action=(path) enctype="multipart/form-data" {
            div.field data-state=[(!errors.is_empty()).then_some("error")] {
                label for=(FIELD) { "Add pictures" }
                p.hint id="pictures-hint" {
                    "JPEG, PNG, WebP or GIF, up to " (MOST_BYTES >> 20) " MB and " (MOST_PIXELS / 1_000_000) " million pixels each."
                }
                @if !errors.is_empty() {
                    div id="pictures-error" { @for error in &errors { p.error { span.u-hidden { "Error: " } (error.words) } } }
                }
                input id=(FIELD) name=(FIELD) type="file" multiple accept="image/jpeg,image/png,image/webp,image/gif"
                    aria-describedby=(described) aria-invalid=[(!errors.is_empty()).then_some("true")];
            }
            (ui::button(ButtonKind::Second, "Upload", Some("Uploading…")))
        }
    }
}

/// What came with a form: pictures that are in the shop's folder now, and sentences about the others.
#[derive(Default)]
struct Received {
    taken: Vec<Taken>,
    refused: Vec<String>,
}

async fn upload(
    State(app): State<AppState>, staff: StaffUser, Path(id): Path<String>, parts: Parts, mut form: Multipart,
) -> Result<Response<Body>, PageError> {
    staff.role.require(Permission::EditCatalogue)?;
    let id = frame::id(&id)?;
    // A book that is not there answers so before anything is stored for it.
    let before = sheet(&app, &staff, Some(id))?;
    let room = MOST_PICTURES.saturating_sub(before.pictures.all.len());
    let received = receive(&app, &mut form, room).await?;
    let (actor, now, count) = (frame::actor(&staff), app.clock.now(), received.taken.len());
    let taken = received.taken;
    let added = if count == 0 { 0 } else { app.db.write(move |tx| add(tx, id, &taken, &actor, now)).await? };
    match (added, received.refused.as_slice()) {
        (0, []) if count == 0 => refuse(&app, &staff, &parts, id, None, vec!["Choose a picture first".to_owned()]),
        (0, []) => frame::done(&place_of(id), Done::PicturesAlready),
        (_, []) => frame::done(&place_of(id), Done::PicturesAdded),
        (0, _) => refuse(&app, &staff, &parts, id, None, received.refused),
        (added, _) => refuse(&app, &staff, &parts, id, Some(added), received.refused),
    }
}

/// Reads the form picture by picture, so that one is in memory at a time.
async fn receive(app: &AppState, form: &mut Multipart, room: usize) -> Result<Received, PageError> {
    let mut received = Received::default();
    loop {
        let mut field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => return Ok(received),
            Err(error) => return Ok(Received { refused: vec![broken_off(&error)], ..received }),
        };
        if field.name() != Some(FIELD) {
            continue;
        }
        let name = shown_name(field.file_name().unwrap_or_default());
        let bytes = match read(&mut field).await {
            Ok(bytes) => bytes,
            Err(error) => return Ok(Received { refused: vec![broken_off(&error)], ..received }),
        };
        // So browsers send a field in which no file was chosen.
        if bytes.is_empty() && name.is_empty() {
            continue;
        }
        if received.taken.len() >= room {
            received.refused.push(format!("“{name}” was not added: a book has up to {MOST_PICTURES} pictures"));
            continue;
        }
        let data = app.config.data.clone();
        let taken = tokio::task::spawn_blocking(move || media::take_in(&data, &bytes)).await;
        match taken {
            Ok(Ok(taken)) => received.taken.push(taken),
            Ok(Err(error @ MediaError::Io { .. })) => return Err(error.into()),
            Ok(Err(error)) => received.refused.push(format!("“{name}” was not added: {error}")),
            Err(_) => received.refused.push(format!("“{name}” was not added: it could not be read")),
        }
    }
}

/// A field's bytes; of a file that is too large only so many that this can be told.
async fn read(field: &mut Field<'_>) -> Result<Vec<u8>, MultipartError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await? {
        if bytes.len() <= MOST_BYTES {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok(bytes)
}

fn broken_off(error: &MultipartError) -> String {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        format!("Send up to {} MB at once: these files have more", MOST_AT_ONCE >> 20)
    } else {
        "The upload broke off: send the rest again".to_owned()
    }
}

/// A file's name as it may stand in a sentence.
fn shown_name(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(60).collect()
}

fn add(tx: &Tx<'_>, id: Id, taken: &[Taken], actor: &str, now: Timestamp) -> Result<usize, CatalogError> {
    let mut added = Vec::new();
    for one in taken {
        if media::attach(tx, id, one, Origin::Upload, now)? {
            added.push(one.picture.hash.to_string());
        }
    }
    if !added.is_empty() {
        audit::record(tx, actor, "book.pictures.add", &id.to_string(), &json!({ "pictures": added }), now)?;
    }
    Ok(added.len())
}

/// The page again, with what was not taken said at the field.
fn refuse(
    app: &AppState, staff: &StaffUser, parts: &Parts, id: Id, added: Option<usize>, refused: Vec<String>,
) -> Result<Response<Body>, PageError> {
    let error = |words| FieldError { field: FIELD.to_owned(), words };
    let sheet = Sheet { errors: refused.into_iter().map(error).collect(), ..sheet(app, staff, Some(id))? };
    let words = added.map(|added| match added {
        1 => "One picture was added; what is named below was not.".to_owned(),
        added => format!("{added} pictures were added; what is named below was not."),
    });
    answer(app, staff, parts, &sheet, StatusCode::UNPROCESSABLE_ENTITY, words.as_deref())
}

fn place_of(id: Id) -> String {
    format!("/admin/books/{id}#{CARD}")
}

/// `move` to a place, or `remove`; a place rather than a direction, so that a second click moves nothing further.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ChangeForm {
    op: String,
    place: usize,
}

async fn change(
    State(app): State<AppState>, staff: StaffUser, Path((id, hash)): Path<(String, String)>,
    Form(form): Form<ChangeForm>,
) -> Result<Response<Body>, PageError> {
    staff.role.require(Permission::EditCatalogue)?;
    let id = frame::id(&id)?;
    let hash: Hash = hash.parse().map_err(|_| PageError::not_found())?;
    let (actor, now) = (frame::actor(&staff), app.clock.now());
    let done = app.db.write(move |tx| perform(tx, id, hash, &form, &actor, now)).await?;
    frame::done(&place_of(id), done)
}

fn perform(
    tx: &Tx<'_>, id: Id, hash: Hash, form: &ChangeForm, actor: &str, now: Timestamp,
) -> Result<Done, CatalogError> {
    let (changed, action, done) = if form.op == "remove" {
        (media::detach(tx, id, hash, now)?, "book.pictures.remove", Done::PictureRemoved)
    } else {
        (move_to(tx, id, hash, form.place, now)?, "book.pictures.order", Done::PicturesMoved)
    };
    if !changed {
        return Ok(Done::Already);
    }
    audit::record(tx, actor, action, &id.to_string(), &json!({ "picture": hash.to_string() }), now)?;
    Ok(done)
}

fn move_to(tx: &Tx<'_>, id: Id, hash: Hash, place: usize, now: Timestamp) -> rusqlite::Result<bool> {
    let mut order: Vec<Hash> = media::list(tx, id)?.iter().map(|one| one.picture.hash).collect();
    let Some(from) = order.iter().position(|one| *one == hash) else { return Ok(false) };
    order.remove(from);
    order.insert(place.min(order.len()), hash);
    media::reorder(tx, id, &order, now)
}
