//! How people look in the office.

use maud::{Markup, html};

use super::{List, PER_PAGE, Record, href};
use crate::catalog::people::Counted;
use crate::web::admin::words;
use crate::web::ui::{self, ButtonKind, Field, Need, Tone};

pub(super) fn list(list: &List) -> Markup {
    let room = usize::try_from(PER_PAGE).unwrap_or(usize::MAX);
    let pages = if list.rows.len() > room { list.page.saturating_add(1) } else { list.page };
    html! {
        div.page-head { h1 { "People" } a href="/admin/books" { "Books" } }
        form.find role="search" action="/admin/people" method="get" {
            label.u-hidden for="people-q" { "Search the people" }
            input id="people-q" name="q" type="search" value=(list.text) maxlength="100" placeholder="Parts of a name" autocomplete="off";
            button.button data-kind="second" type="submit" { "Search" }
        }
        @if list.rows.is_empty() {
            p.none {
                @if list.text.is_empty() { "Nobody yet. People come with the books that name them." }
                @else { "Nobody with “" (list.text) "” in the name. Try a part of it. " a href=(href("", 1)) { "See everybody" } }
            }
        } @else {
            div.table-scroll role="region" aria-label="People by surname" tabindex="0" {
                table.list {
                    caption.u-hidden { "People by surname" }
                    thead { tr { th scope="col" { "Name" } th scope="col" data-low { "Sorted as" } th.number scope="col" { "Books" } } }
                    tbody { @for one in list.rows.iter().take(room) { (row(one)) } }
                }
            }
        }
        (ui::pager(list.page, pages, |page| href(&list.text, page)))
    }
}

fn row(one: &Counted) -> Markup {
    let person = &one.person;
    html! {
        tr data-state=[(one.editions == 0).then_some("done")] {
            th.subject scope="row" {
                a href={ "/admin/people/" (person.id) } { (person.name) }
                @if person.body { " " (ui::tag(Tone::Plain, "Organisation")) }
            }
            td data-low { (person.sort_name) }
            td.number { (one.editions) }
        }
    }
}

pub(super) fn record(record: &Record) -> Markup {
    let person = &record.person;
    html! {
        (ui::error_summary(&record.errors))
        div.record-head {
            div { h1 { (person.name) } @if person.body { (ui::tag(Tone::Plain, "Organisation")) } }
            div.cluster {
                a href="/admin/people" { "All people" }
                @if record.editions > 0 { a href=(person.path()) { "See " (words::books(record.editions)) " in the shop" } }
            }
        }
        div.split {
            div.flow {
                @if record.may_edit { (form(record)) }
                (others(record))
            }
            aside.flow {
                section.card {
                    h2 { "Other spellings" }
                    @if record.names.is_empty() { p { "None. Names that are joined or corrected stay here, so that feeds still find the right person." } }
                    @else {
                        p.small { "A feed that writes one of these means this record." }
                        ul role="list" { @for name in &record.names { li { (name) } } }
                    }
                }
            }
        }
    }
}

fn form(record: &Record) -> Markup {
    let error = |name: &str| record.errors.iter().find(|error| error.field == name).map(|error| error.words.as_str());
    let name = Field {
        value: &record.typed.name,
        error: error("name"),
        maxlength: Some(200),
        ..Field::new("name", "Name as readers see it")
    };
    let sort_name = Field {
        value: &record.typed.sort_name,
        hint: Some("Surname first. Empty it to have it made from the name."),
        need: Need::Unsaid,
        maxlength: Some(200),
        ..Field::new("sort_name", "Sorted as")
    };
    html! {
        section.card {
            h2 { "The name" }
            form.flow method="post" action={ "/admin/people/" (record.person.id) } novalidate {
                (ui::field(&name))
                (ui::field(&sort_name))
                (ui::checkbox("body", "An organisation: its name is not turned round", !record.typed.body.is_empty(), None))
                (ui::button(ButtonKind::Primary, "Save the name", Some("Saving…")))
            }
        }
    }
}

/// Records that may be the same person, and the way to look for others.
fn others(record: &Record) -> Markup {
    let id = record.person.id;
    html! {
        section.card id="others" {
            h2 { "The same person twice?" }
            form.find role="search" action={ "/admin/people/" (id) } method="get" {
                label.u-hidden for="with" { "Search for the other record" }
                input id="with" name="with" type="search" value=(record.with) maxlength="100" placeholder="Parts of the other name" autocomplete="off";
                button.button data-kind="second" type="submit" { "Search" }
            }
            @if record.candidates.is_empty() {
                p { @if record.with.is_empty() { "No other record has the same surname and first letter." } @else { "Nobody else with “" (record.with) "” in the name." } }
            } @else {
                ul.mails role="list" {
                    @for other in &record.candidates {
                        li {
                            a href={ "/admin/people/" (other.person.id) } { (other.person.name) } " · " (words::books(other.editions))
                            @if record.may_edit {
                                " · " a href={ "/admin/people/" (id) "/merge/" (other.person.id) } { "Join to this one" span.u-hidden { ": " (other.person.name) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

pub(super) fn confirm(keep: &Counted, gone: &Counted) -> Markup {
    let action = format!("/admin/people/{}/merge/{}", keep.person.id, gone.person.id);
    html! {
        div.flow.confirm {
            h1 { "Join “" (gone.person.name) "” to “" (keep.person.name) "”?" }
            p { "Every book of “" (gone.person.name) "” (" (words::books(gone.editions)) ") will name “" (keep.person.name) "” instead (" (words::books(keep.editions)) " so far). Feeds that write the old name will mean the same person, and the old page leads to the new one. It cannot be undone." }
            div.cluster {
                form.post method="post" action=(action) { (ui::button(ButtonKind::Danger, "Join the two records", Some("Joining…"))) }
                a href={ "/admin/people/" (keep.person.id) } { "Leave them as they are" }
                a href={ "/admin/people/" (gone.person.id) "/merge/" (keep.person.id) } { "The other way round" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::people::Person;
    use crate::kernel::ids::Id;

    fn counted(byte: u8, name: &str, editions: u32) -> Counted {
        let id = Id::from_bytes([byte; 16]);
        Counted { person: Person { id, name: name.into(), sort_name: name.into(), body: false }, editions }
    }

    #[test]
    fn joining_says_what_stays_before_it_is_done() {
        let html = confirm(&counted(1, "Fyodor Dostoevsky", 12), &counted(2, "F. <Dostoevskii>", 1)).into_string();
        assert!(html.contains("Join “F. &lt;Dostoevskii&gt;” to “Fyodor Dostoevsky”?") && html.contains("(1 book)"));
        assert!(html.contains(
            r#"action="/admin/people/01010101-0101-0101-0101-010101010101/merge/02020202-0202-0202-0202-020202020202""#
        ));
    }

    #[test]
    fn an_empty_list_says_what_to_do() {
        let empty = |text: &str| list(&List { text: text.into(), page: 1, rows: Vec::new() }).into_string();
        assert!(empty("").contains("People come with the books"));
        assert!(empty("zzz").contains("Nobody with “zzz”"));
    }
}
