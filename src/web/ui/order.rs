//! Parts of basket, checkout and order pages: lines, totals, timeline, tags.

use maud::{Markup, html};

use super::Tone;
use super::book::{CoverView, Loading, Slot, StockWords, cover, price, stock};
use crate::kernel::money::Money;

/// A book in the basket.
#[derive(Debug)]
pub struct BasketLineView<'a> {
    pub href: &'a str,
    pub title: &'a str,
    pub author: &'a str,
    pub format: &'a str,
    pub cover: &'a CoverView,
    pub stock: &'a StockWords,
    /// Price of the whole line; `None` while the book has none.
    pub total: Option<Money>,
    /// Price of one, said when there is more than one.
    pub each: Option<Money>,
    /// What changed since it was added, in a sentence.
    pub change: Option<&'a str>,
    pub stepper: Markup,
    pub remove: Markup,
}

/// A book in a summary: checkout, order page, office.
#[derive(Debug)]
pub struct SummaryLineView<'a> {
    pub href: Option<&'a str>,
    pub title: &'a str,
    /// "George Eliot · Paperback".
    pub about: &'a str,
    pub cover: Option<&'a CoverView>,
    pub quantity: u32,
    pub total: Money,
    /// When this one comes, where lines differ.
    pub promise: Option<&'a str>,
}

/// A row of the sums.
#[derive(Debug, Clone, Default)]
pub struct TotalRow {
    pub label: String,
    /// The amount as text, or a word: "£2.95", "free".
    pub amount: String,
    /// The sum that everything leads to.
    pub grand: bool,
    /// A row that explains rather than adds: "includes £0.00 VAT".
    pub note: bool,
    /// Slot numbers of the choices (`RadioView::slot`) this row belongs to: "d1" or "d1 d3".
    pub when: Option<String>,
}

/// How far along a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    Done,
    Now,
    Coming,
}

/// A step in the life of an order.
#[derive(Debug, Clone)]
pub struct Step {
    pub words: String,
    /// What happens next and when; or who did it, in the office.
    pub detail: Option<String>,
    /// Machine form and words of the moment: ("2026-11-22T13:40Z", "Sun 22 Nov, 13:40").
    pub at: Option<(String, String)>,
    pub state: StepState,
}

/// A line of the basket: cover, words, stepper, Remove, price.
#[must_use]
pub fn basket_line(line: &BasketLineView<'_>) -> Markup {
    html! {
        li.line {
            (cover(line.cover, "", Slot::Line, Loading::Lazy))
            div.line-words {
                p.line-title { a href=(line.href) { (line.title) } }
                p.line-about { (line.author) " · " (line.format) }
                (stock(line.stock))
                @if let Some(change) = line.change { p.line-change { (change) } }
            }
            p.line-price {
                @match line.total { Some(total) => (price(total)), None => "–" }
                @if let Some(each) = line.each { span.line-each { (price(each)) " each" } }
            }
            div.line-acts { (line.stepper) (line.remove) }
        }
    }
}

/// A line that can only be read.
#[must_use]
pub fn summary_line(line: &SummaryLineView<'_>) -> Markup {
    html! {
        li.line data-kind="summary" {
            @if let Some(view) = line.cover { (cover(view, "", Slot::Summary, Loading::Lazy)) }
            div.line-words {
                p.line-title {
                    @if line.quantity != 1 { span.line-count { (line.quantity) " × " } }
                    @match line.href {
                        Some(href) => a href=(href) { (line.title) },
                        None => (line.title),
                    }
                }
                p.line-about { (line.about) }
                @if let Some(promise) = line.promise { p.line-about { (promise) } }
            }
            p.line-price { (price(line.total)) }
        }
    }
}

/// The sums, label by label.
#[must_use]
pub fn totals(rows: &[TotalRow]) -> Markup {
    html! {
        dl.totals {
            @for row in rows {
                div data-kind=[row_kind(row)] data-when=[row.when.as_deref()] {
                    dt { (row.label) }
                    dd { (row.amount) }
                }
            }
        }
    }
}

fn row_kind(row: &TotalRow) -> Option<&'static str> {
    if row.grand {
        Some("grand")
    } else if row.note {
        Some("note")
    } else {
        None
    }
}

/// A state in a word, with a tint that repeats it.
#[must_use]
pub fn tag(tone: Tone, words: &str) -> Markup {
    html! { span.tag data-tone=(tone.key()) { (words) } }
}

/// What happened, what happens now, what comes.
#[must_use]
pub fn timeline(steps: &[Step]) -> Markup {
    html! {
        ol.timeline role="list" {
            @for step in steps {
                li data-state=(step_key(step.state)) aria-current=[(step.state == StepState::Now).then_some("step")] {
                    p.timeline-words { (step.words) }
                    @if let Some((machine, words)) = &step.at { p.timeline-at { time datetime=(machine) { (words) } } }
                    @if let Some(detail) = &step.detail { p.timeline-detail { (detail) } }
                }
            }
        }
    }
}

fn step_key(state: StepState) -> &'static str {
    match state {
        StepState::Done => "done",
        StepState::Now => "now",
        StepState::Coming => "coming",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_present_step_is_marked_for_those_who_listen() {
        let step = |words: &str, state| Step { words: words.to_owned(), detail: None, at: None, state };
        let html = timeline(&[step("Ordered", StepState::Done), step("Being packed", StepState::Now)]).into_string();
        insta::assert_snapshot!(html, @r#"<ol class="timeline" role="list"><li data-state="done"><p class="timeline-words">Ordered</p></li><li data-state="now" aria-current="step"><p class="timeline-words">Being packed</p></li></ol>"#);
    }

    #[test]
    fn a_sum_may_belong_to_one_way_of_delivery() {
        let row =
            TotalRow { label: "Post".into(), amount: "£2.95".into(), when: Some("d1".into()), ..TotalRow::default() };
        let html = totals(&[row]).into_string();
        assert_eq!(html, r#"<dl class="totals"><div data-when="d1"><dt>Post</dt><dd>£2.95</dd></div></dl>"#);
    }
}
