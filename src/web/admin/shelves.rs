//! `/admin/shelves`: which shelf a subject code leads to, and putting books there that stand nowhere.

use axum::Router;
use axum::body::Body;
use axum::extract::{Form, Query, State};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::frame::{self, Done, Page, Section};
use crate::accounts::staff::Permission;
use crate::audit;
use crate::catalog::rules::{self, Rule};
use crate::catalog::shelving;
use crate::db::DbError;
use crate::kernel::ids::Id;
use crate::kernel::text;
use crate::web::session::StaffUser;
use crate::web::shop::address::with_query;
use crate::web::ui::{self, ButtonKind, Choice, Control, Field, FieldError, Need, PostButton, Width};
use crate::web::{AppState, PageError};

/// Schemes of ONIX List 27 that rules are made for.
const SCHEMES: [(&str, &str); 3] = [("93", "Thema"), ("10", "BISAC"), ("12", "BIC")];
/// Works in one write, so that others are not kept waiting, and writes of one press.
const AT_ONCE: u32 = 200;
const ROUNDS: u32 = 25;
/// Counting stops here: “over 10,000” is enough to know.
const COUNTED: u32 = 10_000;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/admin/shelves", get(show).post(save))
        .route("/admin/shelves/remove", post(remove))
        .route("/admin/shelves/apply", post(apply))
}

/// What the last press of “apply” did, carried in the address as numbers only.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    placed: Option<u32>,
    looked: Option<u32>,
    after: String,
}

#[derive(Clone, Deserialize, Default)]
#[serde(default)]
struct Typed {
    scheme: String,
    prefix: String,
    path: String,
}

struct View {
    own: Vec<Rule>,
    unshelved: u32,
    asked: Asked,
    typed: Typed,
    errors: Vec<FieldError>,
}

fn load(app: &AppState, asked: Asked) -> Result<View, PageError> {
    let (own, unshelved) =
        app.db.read(|conn| Ok::<_, DbError>((rules::list(conn)?, shelving::count_unshelved(conn, COUNTED + 1)?)))?;
    Ok(View { own, unshelved, asked, typed: Typed::default(), errors: Vec::new() })
}

async fn show(
    State(app): State<AppState>, staff: StaffUser, Query(asked): Query<Asked>, parts: Parts,
) -> Result<Response<Body>, PageError> {
    staff.role.require(Permission::ChangeSettings)?;
    let view = load(&app, asked)?;
    frame::answer(&app, &parts, Some(&staff), &Page::new(Section::Books, "Shelf rules", render(&view)))
}

impl Typed {
    fn check(&self) -> Result<Rule, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, words: &str| {
            errors.push(FieldError { field: field.to_owned(), words: words.to_owned() });
        };
        let prefix = self.prefix.trim().to_ascii_uppercase();
        if !SCHEMES.iter().any(|(code, _)| *code == self.scheme) {
            wrong("scheme", "Choose a scheme");
        }
        if !(1..=20).contains(&prefix.len()) || !prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        {
            wrong("prefix", "Enter the beginning of a code: letters and digits, like FF or FIC022");
        }
        let typed = text::tidy(&self.path);
        let parts: Vec<String> =
            typed.split(['/', '>']).map(str::trim).filter(|part| !part.is_empty()).map(text::slug).collect();
        if parts.len() > 4 || typed.chars().count() > 200 {
            wrong("path", "Shorten the shelf to four steps, like Fiction > Welsh");
        }
        let rule = Rule { scheme: self.scheme.clone(), prefix, path: parts.join("/") };
        if errors.is_empty() { Ok(rule) } else { Err(errors) }
    }
}

async fn save(
    State(app): State<AppState>, staff: StaffUser, parts: Parts, Form(typed): Form<Typed>,
) -> Result<Response<Body>, PageError> {
    staff.role.require(Permission::ChangeSettings)?;
    let rule = match typed.check() {
        Ok(rule) => rule,
        Err(errors) => {
            let view = View { typed, errors, ..load(&app, Asked::default())? };
            let page = Page {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                has_errors: true,
                ..Page::new(Section::Books, "Shelf rules", render(&view))
            };
            return frame::answer(&app, &parts, Some(&staff), &page);
        }
    };
    let (actor, now) = (frame::actor(&staff), app.clock.now());
    app.db
        .write(move |tx| {
            rules::put(tx, &rule, now)?;
            let subject = format!("{} {}", rule.scheme, rule.prefix);
            Ok::<_, DbError>(audit::record(tx, &actor, "shelf-rule.put", &subject, &json!({ "path": rule.path }), now)?)
        })
        .await?;
    frame::done("/admin/shelves", Done::RuleSaved)
}

async fn remove(
    State(app): State<AppState>, staff: StaffUser, Form(typed): Form<Typed>,
) -> Result<Response<Body>, PageError> {
    staff.role.require(Permission::ChangeSettings)?;
    let (actor, now) = (frame::actor(&staff), app.clock.now());
    let removed = app
        .db
        .write(move |tx| {
            let removed = rules::remove(tx, &typed.scheme, &typed.prefix, now)?;
            if removed {
                let subject = format!("{} {}", typed.scheme, typed.prefix);
                audit::record(tx, &actor, "shelf-rule.remove", &subject, &json!({}), now)?;
            }
            Ok::<_, DbError>(removed)
        })
        .await?;
    frame::done("/admin/shelves", if removed { Done::RuleRemoved } else { Done::Already })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Going {
    after: String,
}

/// Shelves up to `AT_ONCE × ROUNDS` works, in small writes between which the shop goes on selling.
async fn apply(
    State(app): State<AppState>, staff: StaffUser, Form(going): Form<Going>,
) -> Result<Response<Body>, PageError> {
    staff.role.require(Permission::ChangeSettings)?;
    let (actor, now) = (frame::actor(&staff), app.clock.now());
    let mut after: Option<Id> = going.after.parse().ok();
    let (mut looked, mut placed) = (0, 0);
    for _ in 0..ROUNDS {
        let from = after;
        let round = app.db.write(move |tx| shelving::shelve(tx, from, AT_ONCE, now).map_err(DbError::from)).await?;
        looked += round.looked;
        placed += round.placed;
        after = round.next;
        if after.is_none() {
            break;
        }
    }
    let detail = json!({ "looked": looked, "placed": placed });
    app.db
        .write(move |tx| Ok::<_, DbError>(audit::record(tx, &actor, "shelf-rule.apply", "works", &detail, now)?))
        .await?;
    let after = after.map_or_else(String::new, |id| id.to_string());
    let (placed, looked) = (placed.to_string(), looked.to_string());
    let path =
        with_query("/admin/shelves", [("placed", placed.as_str()), ("looked", looked.as_str()), ("after", &after)]);
    Ok(Redirect::to(&path).into_response())
}

fn scheme_words(code: &str) -> &str {
    SCHEMES.iter().find(|(known, _)| *known == code).map_or(code, |(_, words)| words)
}

fn render(view: &View) -> Markup {
    html! {
        (ui::error_summary(&view.errors))
        div.page-head { h1 { "Shelf rules" } a href="/admin/books" { "Books" } }
        p.lead { "A book that comes with subject codes and no shelf of its own goes where the longest rule that fits sends it." }
        div.split {
            div.flow { (own(view)) (built_in(view)) }
            aside.flow { (form(view)) (applying(view)) }
        }
    }
}

fn own(view: &View) -> Markup {
    html! {
        section.flow {
            h2 { "Your rules" }
            @if view.own.is_empty() { p.none { "None yet. The built-in rules below hold until you say otherwise here." } }
            @else { (table("Your rules", &view.own, true, &[])) }
        }
    }
}

fn built_in(view: &View) -> Markup {
    let all: Vec<Rule> = rules::built_in().collect();
    html! {
        section.flow {
            h2 { "Built in" }
            details { summary { (all.len()) " rules" } (table("Built-in rules", &all, false, &view.own)) }
        }
    }
}

/// Rules as a table; a built-in one that one of the shop's own stands over is told so.
fn table(caption: &str, all: &[Rule], may_remove: bool, own: &[Rule]) -> Markup {
    let is_over = |rule: &Rule| own.iter().any(|own| own.scheme == rule.scheme && own.prefix == rule.prefix);
    html! {
        div.table-scroll role="region" aria-label=(caption) tabindex="0" {
            table.list {
                caption.u-hidden { (caption) }
                thead { tr { th scope="col" { "Codes" } th scope="col" { "Shelf" } @if may_remove { th scope="col" { span.u-hidden { "Remove" } } } } }
                tbody {
                    @for rule in all {
                        tr data-state=[is_over(rule).then_some("done")] {
                            th scope="row" { (scheme_words(&rule.scheme)) " " (rule.prefix) "…" }
                            td {
                                @if rule.path.is_empty() { "no shelf" } @else { (rule.path) }
                                @if is_over(rule) { span.second { "your rule holds instead" } }
                            }
                            @if may_remove { td { (remove_button(rule)) } }
                        }
                    }
                }
            }
        }
    }
}

fn remove_button(rule: &Rule) -> Markup {
    ui::post_button(&PostButton {
        action: "/admin/shelves/remove",
        fields: &[("scheme", &rule.scheme), ("prefix", &rule.prefix)],
        label: "Remove",
        hidden: &format!("the rule for {} {}", scheme_words(&rule.scheme), rule.prefix),
        kind: ButtonKind::Quiet,
        busy: None,
    })
}

fn form(view: &View) -> Markup {
    let error = |name: &str| view.errors.iter().find(|error| error.field == name).map(|error| error.words.as_str());
    let choices = SCHEMES.map(|(value, words)| Choice { value, words });
    let scheme = Field {
        control: Control::Select(&choices),
        value: &view.typed.scheme,
        error: error("scheme"),
        need: Need::Unsaid,
        width: Width::Half,
        ..Field::new("scheme", "Scheme")
    };
    let prefix = Field {
        value: &view.typed.prefix,
        error: error("prefix"),
        maxlength: Some(20),
        width: Width::Half,
        ..Field::new("prefix", "Begins with")
    };
    let path = Field {
        value: &view.typed.path,
        error: error("path"),
        hint: Some("Like “Crime > Nordic”, made if it is new. Empty: no shelf."),
        maxlength: Some(200),
        need: Need::Unsaid,
        ..Field::new("path", "Goes to the shelf")
    };
    html! {
        section.card {
            h2 { "Add or change a rule" }
            form.flow method="post" action="/admin/shelves" novalidate {
                div.fields { (ui::field(&scheme)) (ui::field(&prefix)) (ui::field(&path)) }
                (ui::button(ButtonKind::Primary, "Save the rule", Some("Saving…")))
            }
        }
    }
}

fn applying(view: &View) -> Markup {
    let waiting = match view.unshelved {
        0 => "Every book stands on a shelf.".to_owned(),
        1 => "1 book stands on no shelf.".to_owned(),
        count if count > COUNTED => format!("More than {COUNTED} books stand on no shelf."),
        count => format!("{count} books stand on no shelf."),
    };
    let go_on = !view.asked.after.is_empty();
    html! {
        section.card id="apply" {
            h2 { "Books on no shelf" }
            @if let (Some(placed), Some(looked)) = (view.asked.placed, view.asked.looked) {
                p { "Looked at " (looked) " with subjects and no shelf: " strong { (placed) } " found one." @if go_on { " There are more." } }
            }
            p { (waiting) @if view.unshelved > 0 { " Those whose shelves somebody chose by hand, and those without subjects, stay as they are." } }
            @if view.unshelved > 0 {
                form method="post" action="/admin/shelves/apply" {
                    (ui::hidden(&[("after", &view.asked.after)]))
                    (ui::button(ButtonKind::Second, if go_on { "Go on" } else { "Shelve them by the rules" }, Some("Shelving…")))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[track_caller]
    fn check(scheme: &str, prefix: &str, path: &str, expected: &str) {
        let typed = Typed { scheme: scheme.into(), prefix: prefix.into(), path: path.into() };
        let said = match typed.check() {
            Ok(rule) => format!("{} {} {}", rule.scheme, rule.prefix, rule.path),
            Err(errors) => errors.into_iter().map(|error| error.field).collect::<Vec<_>>().join(" "),
        };
        assert_eq!(said, expected);
    }

    #[test]
    fn a_rule_is_a_scheme_a_beginning_and_a_shelf() {
        check("93", " ffc ", "Crime > Nordic noir", "93 FFC crime/nordic-noir");
        check("10", "FIC022", "", "10 FIC022 ");
        check("99", "", "a/b/c/d/e", "scheme prefix path");
        check("93", "F;", "crime", "prefix");
    }

    #[test]
    fn what_waits_is_said_with_the_way_on() {
        let view = |unshelved, after: &str| View {
            own: Vec::new(),
            unshelved,
            asked: Asked { placed: Some(3), looked: Some(5), after: after.into() },
            typed: Typed::default(),
            errors: Vec::new(),
        };
        let html = applying(&view(12_000, "x")).into_string();
        assert!(html.contains("More than 10000 books") && html.contains("Go on") && html.contains("Looked at 5"));
        assert!(!applying(&view(0, "")).into_string().contains("<form"));
    }
}
