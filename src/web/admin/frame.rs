//! The frame around every page of the office, and the notice that one page leaves for the next.

use axum::body::Body;
use axum::http::header::{COOKIE, LOCATION, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use maud::{Markup, html};

use crate::kernel::ids::Id;
use crate::web::kept::{self, Personal};
use crate::web::session::StaffUser;
use crate::web::shop::frame::Frame;
use crate::web::ui::{self, NavItem, Tone};
use crate::web::{AppState, PageError};

/// The one-shot cookie of the office; the shop's pages never see it.
const NOTICE: &str = "office_notice";

/// Which part of the office a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    /// The day.
    Today,
    /// Orders.
    Orders,
    /// Books.
    Books,
    /// Mail.
    Mail,
    /// None: the results of the find box.
    Elsewhere,
}

/// What a handler hands over to become a page.
pub(super) struct Page<'a> {
    pub(super) section: Section,
    pub(super) title: &'a str,
    pub(super) status: StatusCode,
    /// What was typed into the find box.
    pub(super) query: &'a str,
    /// What went wrong, above the page; takes the place of what the last page left to say.
    pub(super) refusal: Option<&'a str>,
    /// Whether fields of a form must be put right.
    pub(super) has_errors: bool,
    pub(super) main: Markup,
}

impl<'a> Page<'a> {
    /// A page that is as it should be; the rest by struct update.
    pub(super) fn new(section: Section, title: &'a str, main: Markup) -> Page<'a> {
        Page { section, title, status: StatusCode::OK, query: "", refusal: None, has_errors: false, main }
    }
}

/// Answers with a page of the office, for one member of staff and never stored; `staff` is `None` at the door only.
pub(super) fn answer(
    app: &AppState, parts: &Parts, staff: Option<&StaffUser>, page: &Page<'_>,
) -> Result<Response<Body>, PageError> {
    let shop = app.db.read(|conn| app.shop(conn).map_err(PageError::from))?;
    let frame = Frame::new(app, &shop, app.clock.now());
    let view = frame.view();
    let nav = if staff.is_some() { sections(page.section) } else { Vec::new() };
    let shell = ui::Shell {
        kind: ui::Kind::Admin { nav: &nav, staff: staff.map(|member| member.name.as_str()) },
        noindex: true,
        has_errors: page.has_errors || page.refusal.is_some(),
        query: page.query,
        ..ui::Shell::new(&view, page.title)
    };
    let personal = personal(page, &parts.headers);
    Ok(kept::private(parts, page.status, &ui::page(&shell, &page.main), &personal))
}

fn sections(current: Section) -> Vec<NavItem> {
    [
        (Section::Today, "Today", "/admin"),
        (Section::Orders, "Orders", "/admin/orders"),
        (Section::Books, "Books", "/admin/books"),
        (Section::Mail, "Mail", "/admin/mail"),
    ]
    .into_iter()
    .map(|(section, label, href)| NavItem { current: section == current, ..NavItem::new(label, href) })
    .collect()
}

fn personal(page: &Page<'_>, headers: &HeaderMap) -> Personal {
    let left = cookie(headers);
    let notice = match (page.refusal, left.and_then(Done::from_code)) {
        (Some(words), _) => ui::notice(Tone::Bad, &html! { (words) }, &[], None),
        (None, Some(done)) => ui::notice(done.tone(), &html! { (done.words()) }, &[], None),
        (None, None) => html! {},
    };
    let cookies = left.map(|_| HeaderValue::from_static("office_notice=; Path=/admin; Max-Age=0; SameSite=Lax"));
    Personal { basket: html! {}, account: html! {}, notice, cookies: cookies.into_iter().collect() }
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == NOTICE).map(|(_, value)| value)
}

/// What was just done, told on the next page: a code, never text, so that nobody can make the office say things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    SignedOut,
    Paid,
    MoneyBack,
    Sent,
    Ready,
    HandedOver,
    Cancelled,
    Refunded,
    /// A second click: it was done before.
    Already,
    BookAdded,
    BookSaved,
    BookUnchanged,
    Received,
    Corrected,
    CountAgrees,
    MailReleased,
    PicturesAdded,
    PicturesAlready,
    PicturesMoved,
    PictureRemoved,
    /// A field is the feed's again.
    Released,
    /// An edition belongs to another work.
    Moved,
    /// Two records are one person.
    Merged,
    Renamed,
    RuleSaved,
    RuleRemoved,
}

impl Done {
    const ALL: [Done; 26] = [
        Done::SignedOut,
        Done::Paid,
        Done::MoneyBack,
        Done::Sent,
        Done::Ready,
        Done::HandedOver,
        Done::Cancelled,
        Done::Refunded,
        Done::Already,
        Done::BookAdded,
        Done::BookSaved,
        Done::BookUnchanged,
        Done::Received,
        Done::Corrected,
        Done::CountAgrees,
        Done::MailReleased,
        Done::PicturesAdded,
        Done::PicturesAlready,
        Done::PicturesMoved,
        Done::PictureRemoved,
        Done::Released,
        Done::Moved,
        Done::Merged,
        Done::Renamed,
        Done::RuleSaved,
        Done::RuleRemoved,
    ];

    fn code(self) -> &'static str {
        match self {
            Done::SignedOut => "signed-out",
            Done::Paid => "paid",
            Done::MoneyBack => "money-back",
            Done::Sent => "sent",
            Done::Ready => "ready",
            Done::HandedOver => "handed-over",
            Done::Cancelled => "cancelled",
            Done::Refunded => "refunded",
            Done::Already => "already",
            Done::BookAdded => "book-added",
            Done::BookSaved => "book-saved",
            Done::BookUnchanged => "book-unchanged",
            Done::Received => "received",
            Done::Corrected => "corrected",
            Done::CountAgrees => "count-agrees",
            Done::MailReleased => "mail-released",
            Done::PicturesAdded => "pictures-added",
            Done::PicturesAlready => "pictures-already",
            Done::PicturesMoved => "pictures-moved",
            Done::PictureRemoved => "picture-removed",
            Done::Released => "released",
            Done::Moved => "moved",
            Done::Merged => "merged",
            Done::Renamed => "renamed",
            Done::RuleSaved => "rule-saved",
            Done::RuleRemoved => "rule-removed",
        }
    }

    fn from_code(code: &str) -> Option<Done> {
        Done::ALL.into_iter().find(|done| done.code() == code)
    }

    fn tone(self) -> Tone {
        match self {
            Done::MoneyBack => Tone::Warn,
            Done::SignedOut
            | Done::Cancelled
            | Done::Already
            | Done::BookUnchanged
            | Done::CountAgrees
            | Done::PicturesAlready => Tone::Plain,
            Done::Paid
            | Done::Sent
            | Done::Ready
            | Done::HandedOver
            | Done::Refunded
            | Done::BookAdded
            | Done::BookSaved
            | Done::Received
            | Done::Corrected
            | Done::MailReleased
            | Done::PicturesAdded
            | Done::PicturesMoved
            | Done::PictureRemoved
            | Done::Released
            | Done::Moved
            | Done::Merged
            | Done::Renamed
            | Done::RuleSaved
            | Done::RuleRemoved => Tone::Good,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Done::SignedOut => "You are signed out.",
            Done::Paid => "Marked as paid. The customer gets a receipt by mail.",
            Done::MoneyBack => {
                "The money cannot be used for this order: its books are gone. It must go back and is noted as due below."
            }
            Done::Sent => "Marked as posted. The customer gets a mail.",
            Done::Ready => "Marked as ready to collect. The customer gets a mail.",
            Done::HandedOver => "Handed over. The customer gets a mail with what they bought.",
            Done::Cancelled => "The order is cancelled. Its books are free again, and the customer gets a mail.",
            Done::Refunded => "Noted: the money went back.",
            Done::Already => "That was done already. This is how it stands.",
            Done::BookAdded => "The book is in the catalogue. Book its copies in below.",
            Done::BookSaved => "Saved. The shop shows it now.",
            Done::BookUnchanged => "Nothing was different, so nothing was saved.",
            Done::Received => "Booked in.",
            Done::Corrected => "The count is corrected.",
            Done::CountAgrees => "The count agrees with ours; nothing was booked.",
            Done::PicturesAdded => "Added. The shop shows it now.",
            Done::PicturesAlready => "The book had it already, so nothing was added.",
            Done::PicturesMoved => "The pictures are in the new order.",
            Done::PictureRemoved => "The picture is removed from this book.",
            Done::MailReleased => "The mail is queued again and leaves shortly.",
            Done::Released => "The next feed that speaks of this field decides it.",
            Done::Moved => "Done. The shop shows the formats that way now.",
            Done::Merged => "The two are one record now. Their books say so in the shop.",
            Done::Renamed => "Saved. Every book of theirs shows the name now.",
            Done::RuleSaved => "The rule holds for every book that comes from now on.",
            Done::RuleRemoved => "The rule is gone. The built-in one holds again, where there is one.",
        }
    }
}

/// Goes on to another page of the office by GET, which says what was done.
pub(super) fn done(path: &str, done: Done) -> Result<Response<Body>, PageError> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let location = HeaderValue::try_from(path).map_err(|_| PageError::not_found())?;
    response.headers_mut().insert(LOCATION, location);
    let cookie = format!("{NOTICE}={}; Path=/admin; Max-Age=120; HttpOnly; SameSite=Lax", done.code());
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Who did it, for events, the ledger and the audit log: `staff:marta@example.com`.
pub(super) fn actor(staff: &StaffUser) -> String {
    format!("staff:{}", staff.email)
}

/// The id in an address.
pub(super) fn id(text: &str) -> Result<Id, PageError> {
    text.parse().map_err(|_| PageError::not_found())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_was_done_is_said_once_and_only_in_our_words() {
        for done in Done::ALL {
            assert_eq!(Done::from_code(done.code()), Some(done));
        }
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_static("cart=1; office_notice=sent"));
        let page = Page::new(Section::Today, "Today", html! {});
        let left = personal(&page, &headers);
        insta::assert_snapshot!(left.notice.into_string(), @r#"<div class="notice" data-tone="good"><div class="wrap cluster"><p>Marked as posted. The customer gets a mail.</p></div></div>"#);
        assert_eq!(left.cookies.len(), 1);
        headers.insert(COOKIE, HeaderValue::from_static("office_notice=<script>"));
        assert_eq!(personal(&page, &headers).notice.into_string(), "");
        let refused = Page { refusal: Some("The shelf has too few."), ..Page::new(Section::Today, "Today", html! {}) };
        assert!(personal(&refused, &headers).notice.into_string().contains("data-tone=\"bad\""));
    }
}
