//! The card of the fields that few books need.

use maud::{Markup, html};

use super::{GROUPS, Group, Look, More, Options};
use crate::web::admin::book::choices;
use crate::web::admin::book::view::Fields;
use crate::web::shop::book::access;
use crate::web::ui::{Control, Field, Width};

/// ONIX List 64, as far as shops set it.
const STATUSES: [(&str, &str); 11] = [
    ("04", "Active"),
    ("02", "Forthcoming"),
    ("03", "Postponed, no date"),
    ("01", "Cancelled"),
    ("06", "Out of stock, no date"),
    ("07", "Out of print"),
    ("10", "Remaindered"),
    ("11", "Withdrawn"),
    ("15", "Recalled"),
    ("16", "Withdrawn for a time"),
    ("17", "Withdrawn for good"),
];

/// Folded away, unless something in it must be put right.
pub(in crate::web::admin::book) fn card(fields: &Fields<'_>) -> Markup {
    let has_error = super::all().any(|more| fields.error(more.name).is_some());
    html! {
        section.card {
            details.flow open[has_error] {
                summary { h2 { "More facts" } }
                @for group in &GROUPS { (group_of(fields, group)) }
            }
        }
    }
}

fn group_of(fields: &Fields<'_>, group: &Group) -> Markup {
    html! {
        h3 { (group.heading) }
        @if group.fields.iter().any(|more| more.of_work) { p.small { "Original title, language and year count for every edition of the work." } }
        div.fields { @for more in group.fields { (field(fields, more)) } }
    }
}

fn field(fields: &Fields<'_>, more: &More) -> Markup {
    let value = fields.form.more(more.name);
    if let Look::Ticks = more.look {
        return ticks(fields, more, value);
    }
    let languages = choices::languages();
    let protections: Vec<(&str, &str)> = [("", "Not known")].into_iter().chain(access::PROTECTION).collect();
    let all: &[(&str, &str)] = match more.look {
        Look::Select(Options::Languages) => &languages,
        Look::Select(Options::Statuses) => &STATUSES,
        Look::Select(Options::Protections) => &protections,
        Look::Line | Look::Half | Look::Digits | Look::Area(_) | Look::Ticks => &[],
    };
    // A book that is not stored yet has no status, which means active.
    let value = if value.is_empty() && more.name == "publishing_status" { "04" } else { value };
    let options = choices::options(all, value);
    let (control, width) = match more.look {
        Look::Line | Look::Ticks => (Control::Text, Width::Full),
        Look::Half => (Control::Text, Width::Half),
        Look::Digits => (Control::Digits, Width::Half),
        Look::Area(rows) => (Control::TextArea { rows }, Width::Full),
        Look::Select(_) => (Control::Select(&options), Width::Half),
    };
    let hint = Some(more.hint).filter(|hint| !hint.is_empty());
    fields.put(&Field { control, width, hint, ..fields.line(more.name, more.label, value) })
}

/// One tick for each code; a stored one that we have no words for stands as it is.
fn ticks(fields: &Fields<'_>, more: &More, value: &str) -> Markup {
    let chosen: Vec<&str> = value.split_whitespace().collect();
    let known = access::known();
    let odd = chosen.iter().filter(|code| !known.iter().any(|(known, _)| known == *code)).map(|code| (*code, *code));
    html! {
        fieldset.ticks id=(more.name) {
            legend { (more.label) }
            // Sent even when nothing is ticked, so that taking the last tick away is heard.
            input type="hidden" name=(more.name) value="";
            div { ul role="list" {
                @for (code, words) in known.iter().copied().chain(odd) {
                    li { label {
                        input type="checkbox" name=(more.name) value=(code) checked[chosen.contains(&code)];
                        span { (words) }
                    } }
                }
            } }
            (fields.mark(more.name))
        }
    }
}
