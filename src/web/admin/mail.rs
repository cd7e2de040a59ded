//! `/admin/mail`: mails that did not leave, and mails that are about to.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::Response;
use axum::http::request::Parts;
use axum::routing::{get, post};
use jiff::Timestamp;
use maud::{Markup, html};
use serde_json::json;

use super::frame::{self, Done, Page, Section};
use super::words;
use crate::accounts::staff::Permission;
use crate::audit;
use crate::db::DbError;
use crate::mail::outbox::{self, Listed, State as MailState};
use crate::settings::Shop;
use crate::web::session::StaffUser;
use crate::web::ui::{self, ButtonKind, PostButton, Tone};
use crate::web::{AppState, PageError};

const MOST_QUEUED: u32 = 100;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/admin/mail", get(show)).route("/admin/mail/{id}/release", post(release))
}

async fn show(State(app): State<AppState>, staff: StaffUser, parts: Parts) -> Result<Response<Body>, PageError> {
    let (parked, queued, shop) = app.db.read(|conn| {
        let parked = outbox::list_parked(conn).map_err(DbError::from)?;
        let queued = outbox::list_queued(conn, MOST_QUEUED).map_err(DbError::from)?;
        Ok::<_, PageError>((parked, queued, app.shop(conn)?))
    })?;
    let main = render(&parked, &queued, &shop, app.clock.now());
    frame::answer(&app, &parts, Some(&staff), &Page::new(Section::Mail, "Mail", main))
}

async fn release(
    State(app): State<AppState>, staff: StaffUser, Path(id): Path<String>,
) -> Result<Response<Body>, PageError> {
    staff.role.require(Permission::MoveOrders)?;
    let (id, actor, now) = (frame::id(&id)?, frame::actor(&staff), app.clock.now());
    let released = app
        .db
        .write(move |tx| {
            let released = outbox::release(tx, id, now)?;
            if released {
                audit::record(tx, &actor, "mail.release", &id.to_string(), &json!({}), now)?;
            }
            Ok::<_, DbError>(released)
        })
        .await?;
    frame::done("/admin/mail", if released { Done::MailReleased } else { Done::Already })
}

fn render(parked: &[Listed], queued: &[Listed], shop: &Shop, now: Timestamp) -> Markup {
    html! {
        h1 { "Mail" }
        section.flow {
            h2 { "Did not leave" }
            @if parked.is_empty() {
                p.none { "Every mail has left or is on its way." }
            } @else {
                p.lead { "These were given up. Put right what the server names, then send them again." }
                (table("Mails that did not leave", parked, shop, now))
            }
        }
        section.flow {
            h2 { "On its way" }
            @if queued.is_empty() { p.none { "No mail is waiting." } }
            @else { (table("Mails that wait", queued, shop, now)) }
        }
    }
}

fn table(caption: &str, mails: &[Listed], shop: &Shop, now: Timestamp) -> Markup {
    html! {
        div.table-scroll role="region" aria-label=(caption) tabindex="0" {
            table.list {
                caption.u-hidden { (caption) }
                thead { tr {
                    th scope="col" { "Subject" }
                    th scope="col" data-low { "To" }
                    th scope="col" { "State" }
                    th scope="col" data-low { "Written" }
                } }
                tbody {
                    @for mail in mails {
                        tr {
                            th.subject scope="row" { (mail.subject) }
                            td data-low { (mail.recipient) }
                            td { (state(mail, shop, now)) }
                            td data-low { (words::time(shop, mail.created_at, now)) }
                        }
                    }
                }
            }
        }
    }
}

/// Where a mail stands, with the server's last words and what can be done.
fn state(mail: &Listed, shop: &Shop, now: Timestamp) -> Markup {
    html! {
        (tag(mail.state))
        @if let Some(error) = mail.last_error.as_deref().filter(|_| mail.state != MailState::Sent) { p.small { (error) } }
        @match mail.state {
            MailState::Queued if mail.attempts > 0 => p.small { "Next try " (words::time(shop, mail.due_at, now)) },
            MailState::Parked => {
                (ui::post_button(&PostButton {
                    action: &format!("/admin/mail/{}/release", mail.id), fields: &[], label: "Send again",
                    hidden: &format!("“{}”", mail.subject), kind: ButtonKind::Second, busy: None,
                }))
            }
            MailState::Queued | MailState::Sent => {}
        }
    }
}

/// The state of a mail as a tag.
pub(super) fn tag(state: MailState) -> Markup {
    match state {
        MailState::Queued => ui::tag(Tone::Warn, "Waiting"),
        MailState::Sent => ui::tag(Tone::Good, "Sent"),
        MailState::Parked => ui::tag(Tone::Bad, "Given up"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::Id;

    #[test]
    fn a_parked_mail_says_why_and_can_be_sent_again() {
        let at = Timestamp::UNIX_EPOCH;
        let mail = Listed {
            id: Id::from_bytes([3; 16]),
            subject_id: Id::from_bytes([4; 16]),
            kind: "order.sent".into(),
            version: 1,
            recipient: "ada@example.com".into(),
            subject: "Posted: Emma".into(),
            state: MailState::Parked,
            attempts: 12,
            due_at: at,
            last_error: Some("550 no such user".into()),
            created_at: at,
            sent_at: None,
        };
        insta::assert_snapshot!(state(&mail, &Shop::default(), at).into_string(), @r#"<span class="tag" data-tone="bad">Given up</span><p class="small">550 no such user</p><form class="post" method="post" action="/admin/mail/03030303-0303-0303-0303-030303030303/release"><button class="button" type="submit" data-kind="second">Send again<span class="u-hidden"> “Posted: Emma”</span></button></form>"#);
        let sent = Listed { state: MailState::Sent, ..mail };
        assert!(!state(&sent, &Shop::default(), at).into_string().contains("550"));
    }
}
