//! Ways around: breadcrumbs, pager, facets, chips, sort form, category list.

use maud::{Markup, html};

/// A link in a menu.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NavItem {
    pub label: String,
    pub href: String,
    pub current: bool,
    pub count: Option<u64>,
}

impl NavItem {
    /// A link that is neither current nor counted.
    #[must_use]
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into(), current: false, count: None }
    }
}

/// A category with what lies below it.
#[derive(Debug, Clone, Default)]
pub struct CategoryView {
    pub item: NavItem,
    pub children: Vec<NavItem>,
}

/// A filter that can be taken off, or one that is offered above the results.
#[derive(Debug, Clone, Default)]
pub struct Chip {
    pub label: String,
    /// The same list with the filter turned the other way.
    pub href: String,
    pub chosen: bool,
}

/// One value of a facet; `href` adds it, or takes it off when it is chosen.
#[derive(Debug, Clone, Default)]
pub struct FacetValue {
    pub label: String,
    pub href: String,
    pub count: u64,
    pub chosen: bool,
}

/// A group of values to filter by.
#[derive(Debug, Clone, Default)]
pub struct FacetView {
    pub heading: String,
    pub values: Vec<FacetValue>,
}

/// The orders a list can have.
#[derive(Debug, Clone, Copy, Default)]
pub struct SortView<'a> {
    pub action: &'a str,
    /// The other parameters of the page, kept as they are.
    pub keep: &'a [(&'a str, &'a str)],
    /// Value and words of each order.
    pub options: &'a [(&'a str, &'a str)],
    pub current: &'a str,
}

/// The way down to this page; the last item is the page itself and is no link.
#[must_use]
pub fn breadcrumbs(trail: &[NavItem]) -> Markup {
    let Some((here, above)) = trail.split_last() else {
        return html! {};
    };
    html! {
        nav.breadcrumbs aria-label="Breadcrumb" {
            ol role="list" {
                @for item in above { li { a href=(item.href) { (item.label) } } }
                li { span aria-current="page" { (here.label) } }
            }
        }
    }
}

/// The way back to the list that the reader came from.
#[must_use]
pub fn back_to_results(query: &str, href: &str) -> Markup {
    html! {
        p.back { a href=(href) { span aria-hidden="true" { "← " } "Results for “" (query) "”" } }
    }
}

/// Numbered pages with the neighbours of the present one: Previous 1 … 4 5 6 … 19 Next.
#[must_use]
pub fn pager(page: u32, pages: u32, href: impl Fn(u32) -> String) -> Markup {
    if pages < 2 {
        return html! {};
    }
    let page = page.clamp(1, pages);
    html! {
        nav.pager aria-label="Pages" {
            @if page > 1 {
                a.pager-step rel="prev" href=(href(page.saturating_sub(1))) { "Previous" }
            }
            ol role="list" {
                @for stop in stops(page, pages) {
                    li {
                        @match stop {
                            None => span.pager-gap { "…" },
                            Some(number) if number == page => {
                                a href=(href(number)) aria-current="page" { span.u-hidden { "Page " } (number) }
                            }
                            Some(number) => {
                                a href=(href(number)) { span.u-hidden { "Page " } (number) }
                            }
                        }
                    }
                }
            }
            @if page < pages {
                a.pager-step rel="next" href=(href(page.saturating_add(1))) { "Next" }
            }
        }
    }
}

/// First, last, the present page and its neighbours; `None` is a gap of two or more.
fn stops(page: u32, pages: u32) -> Vec<Option<u32>> {
    let near = page.saturating_sub(1)..=page.saturating_add(1);
    let mut stops: Vec<Option<u32>> = Vec::with_capacity(9);
    let mut last = 0;
    let mut wanted: Vec<u32> = near.filter(|n| (1..=pages).contains(n)).collect();
    wanted.insert(0, 1);
    wanted.push(pages);
    for number in wanted {
        match number.saturating_sub(last) {
            0 => continue,
            1 => {}
            // A gap of a single page is shown as that page: it takes no more room.
            2 => stops.push(Some(last.saturating_add(1))),
            _ => stops.push(None),
        }
        stops.push(Some(number));
        last = number;
    }
    stops
}

/// One group of filters; values beyond six fold away unless one of them is chosen.
#[must_use]
pub fn facet(view: &FacetView) -> Markup {
    let values: Vec<&FacetValue> = view.values.iter().filter(|value| value.count > 0 || value.chosen).collect();
    if values.is_empty() {
        return html! {};
    }
    let (shown, rest) = values.split_at(values.len().min(6));
    html! {
        section.facet {
            h3 { (view.heading) }
            ul role="list" { @for value in shown { (facet_link(value)) } }
            @if !rest.is_empty() {
                details open[rest.iter().any(|value| value.chosen)] {
                    summary { "More" span.u-hidden { " under " (view.heading) } }
                    ul role="list" { @for value in rest { (facet_link(value)) } }
                }
            }
        }
    }
}

fn facet_link(value: &FacetValue) -> Markup {
    html! {
        li {
            a href=(value.href) rel="nofollow" aria-current=[value.chosen.then_some("true")] {
                (value.label) " " span.count { (value.count) }
            }
        }
    }
}

/// The filter column; on a phone the same markup is a sheet that a button opens.
#[must_use]
pub fn filters(facets: &[FacetView], chosen: usize) -> Markup {
    html! {
        button.button.filters-open data-kind="second" type="button" popovertarget="filters" {
            "Filters" @if chosen > 0 { " (" (chosen) ")" }
        }
        aside.filters id="filters" popover="auto" aria-label="Filters" tabindex="-1" {
            div.filters-head {
                h2 { "Filters" }
                button.button data-kind="quiet" type="button" popovertarget="filters"
                    popovertargetaction="hide" { "Close" }
            }
            @for view in facets { (facet(view)) }
        }
    }
}

/// Chips above the results; chosen ones carry a cross and take the filter off.
#[must_use]
pub fn chips(all: &[Chip], clear: Option<&str>) -> Markup {
    if all.is_empty() {
        return html! {};
    }
    html! {
        ul.chips role="list" aria-label="Quick filters" {
            @for chip in all {
                li {
                    a.chip href=(chip.href) rel="nofollow" aria-current=[chip.chosen.then_some("true")] {
                        @if chip.chosen { span.u-hidden { "Remove filter: " } }
                        (chip.label)
                        @if chip.chosen { span aria-hidden="true" { " ✕" } }
                    }
                }
            }
            @if let Some(href) = clear { li { a.chip-clear href=(href) { "Clear all" } } }
        }
    }
}

/// A select with a Go button; the script submits it on change and hides the button.
#[must_use]
pub fn sort(view: &SortView<'_>) -> Markup {
    html! {
        form.sort method="get" action=(view.action) data-auto {
            @for (name, value) in view.keep { input type="hidden" name=(name) value=(value); }
            label for="sort" { "Sort" }
            select id="sort" name="sort" {
                @for (value, words) in view.options {
                    option value=(value) selected[*value == view.current] { (words) }
                }
            }
            button.button data-kind="second" type="submit" { "Go" }
        }
    }
}

/// Categories and what lies below them, two levels deep.
#[must_use]
pub fn category_list(all: &[CategoryView]) -> Markup {
    html! {
        nav.categories aria-label="Categories" {
            ul role="list" {
                @for category in all {
                    li {
                        (category_link(&category.item))
                        @if !category.children.is_empty() {
                            ul role="list" {
                                @for child in &category.children { li { (category_link(child)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn category_link(item: &NavItem) -> Markup {
    html! {
        a href=(item.href) aria-current=[item.current.then_some("page")] {
            (item.label)
            @if let Some(count) = item.count { " " span.count { (count) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The stops as they are read: "1 … 4 5 6 … 19".
    #[track_caller]
    fn check(page: u32, pages: u32, read: &str) {
        let words: Vec<String> = stops(page, pages)
            .into_iter()
            .map(|stop| stop.map_or("…".to_owned(), |number| number.to_string()))
            .collect();
        assert_eq!(words.join(" "), read);
    }

    #[test]
    fn the_pager_shows_both_ends_and_the_neighbours() {
        check(5, 19, "1 … 4 5 6 … 19");
        check(1, 19, "1 2 … 19");
        check(19, 19, "1 … 18 19");
        check(3, 19, "1 2 3 4 … 19");
        check(4, 19, "1 2 3 4 5 … 19");
        check(17, 19, "1 … 16 17 18 19");
        check(2, 3, "1 2 3");
        check(1, 2, "1 2");
    }

    #[test]
    fn a_page_beyond_the_end_is_the_last_one() {
        let html = pager(40, 3, |page| format!("/books?page={page}")).into_string();
        insta::assert_snapshot!(html, @r#"<nav class="pager" aria-label="Pages"><a class="pager-step" rel="prev" href="/books?page=2">Previous</a><ol role="list"><li><a href="/books?page=1"><span class="u-hidden">Page </span>1</a></li><li><a href="/books?page=2"><span class="u-hidden">Page </span>2</a></li><li><a href="/books?page=3" aria-current="page"><span class="u-hidden">Page </span>3</a></li></ol></nav>"#);
        assert_eq!(pager(1, 1, |_| String::new()).into_string(), "");
    }

    #[test]
    fn a_facet_hides_what_leads_nowhere() {
        let value =
            |label: &str, count, chosen| FacetValue { label: label.to_owned(), href: "?f=1".to_owned(), count, chosen };
        let view = FacetView {
            heading: "Format".to_owned(),
            values: vec![value("Paperback", 3, false), value("Audio", 0, false), value("Braille", 0, true)],
        };
        let html = facet(&view).into_string();
        assert!(html.contains("Paperback") && !html.contains("Audio") && html.contains("Braille"));
    }
}
