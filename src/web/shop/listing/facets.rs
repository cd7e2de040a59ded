//! What a list can be narrowed to: the filter column, and the chips above the books.

use super::asked::Place;
use super::filter::Filter;
use super::page::View;
use crate::catalog::categories::Category;
use crate::search::{Availability, Count};
use crate::web::ui::{CategoryView, Chip, FacetValue, FacetView, NavItem};

/// Values of a group that are offered; a shop has thousands of publishers.
const MOST_VALUES: usize = 20;

/// The groups of the filter column: those that have something to choose.
pub(super) fn groups(view: &View<'_>) -> Vec<FacetView> {
    let narrows = |value: &FacetValue| value.chosen || (value.count > 0 && value.count < view.found.total);
    let groups = Filter::ALL.into_iter().map(|filter| FacetView {
        heading: filter.heading().to_owned(),
        values: if filter == Filter::Category { categories(view) } else { values(view, filter) },
    });
    groups.filter(|group| group.values.iter().any(narrows)).collect()
}

/// The values of a filter, each with what choosing it instead would leave.
fn values(view: &View<'_>, filter: Filter) -> Vec<FacetValue> {
    let (asked, currency) = (view.asked, view.shop.currency());
    let chosen = asked.value(filter);
    let is_chosen = |value: &str| chosen == Some(value);
    let counts = filter.counts(&view.found.facets, currency);
    // A range of prices that is no band of ours, or a name too rare to have been counted.
    let uncounted = chosen.filter(|value| !counts.iter().any(|count| count.value == *value));
    let uncounted = uncounted.map(|value| Count { value: value.to_owned(), books: view.found.total });
    let offered = counts.into_iter().enumerate().filter(|(at, count)| *at < MOST_VALUES || is_chosen(&count.value));
    let all = uncounted.into_iter().chain(offered.map(|(_, count)| count));
    all.map(|Count { value, books }| FacetValue {
        label: filter.label(&value, view.tree, currency),
        href: asked.with(filter.name(), if is_chosen(&value) { "" } else { &value }),
        count: books,
        chosen: is_chosen(&value),
    })
    .collect()
}

/// The chosen category of a search, and what lies below the present one.
fn categories(view: &View<'_>) -> Vec<FacetValue> {
    let asked = view.asked;
    let here = asked.category_path();
    let value = |category: &Category, chosen: bool| FacetValue {
        label: category.name.clone(),
        href: if chosen { asked.with(Filter::Category.name(), "") } else { asked.inside(&category.path) },
        count: books_in(view, category).unwrap_or(0),
        chosen,
    };
    let chosen = view.tree.iter().filter(|category| asked.value(Filter::Category) == Some(category.path.as_str()));
    let below = view.tree.iter().filter(|category| parent_path(&category.path) == here);
    chosen.map(|category| value(category, true)).chain(below.map(|category| value(category, false))).collect()
}

fn books_in(view: &View<'_>, category: &Category) -> Option<u64> {
    view.found.facets.categories.iter().find(|count| count.value == category.path).map(|count| count.books)
}

fn parent_path(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(parent, _)| parent)
}

/// The subcategories of this page with their books, for the row above the list.
pub(super) fn below(view: &View<'_>) -> Vec<NavItem> {
    let Place::Category(here) = &view.asked.place else { return Vec::new() };
    let below = view.tree.iter().filter(|category| parent_path(&category.path) == Some(here));
    below.filter_map(|category| counted(view, category)).collect()
}

/// The whole tree, two levels deep.
pub(super) fn tree(view: &View<'_>) -> Vec<CategoryView> {
    let top = view.tree.iter().filter(|category| category.parent_id.is_none());
    top.filter_map(|category| {
        let children = view.tree.iter().filter(|child| child.parent_id == Some(category.id));
        let children = children.filter_map(|child| counted(view, child)).collect();
        Some(CategoryView { item: counted(view, category)?, children })
    })
    .collect()
}

/// A link with its count; `None` for a category without books. Without an index nobody has counted.
fn counted(view: &View<'_>, category: &Category) -> Option<NavItem> {
    let count = books_in(view, category)?;
    let link = NavItem::new(category.name.clone(), format!("/books/in/{}", category.path));
    Some(NavItem { count: (!view.found.reduced).then_some(count), ..link })
}

/// The chosen filters, each with its cross.
pub(super) fn chosen(view: &View<'_>) -> Vec<Chip> {
    let chip = |(filter, value): &(Filter, String)| Chip {
        label: filter.label(value, view.tree, view.shop.currency()),
        href: view.asked.with(filter.name(), ""),
        chosen: true,
    };
    view.asked.chosen.iter().map(chip).collect()
}

/// Filters that most readers want, where they are not chosen and would leave some books and drop others.
pub(super) fn promoted(view: &View<'_>) -> Vec<Chip> {
    let (asked, found, currency) = (view.asked, view.found, view.shop.currency());
    let on_shelf = Availability::OnShelf.word();
    // What a paperback costs. Other currencies have no such round number that we know.
    let has_round_price = matches!(currency.code(), "GBP" | "EUR" | "USD");
    let wanted = [
        (Filter::Availability, on_shelf, vec![on_shelf]),
        (Filter::Format, "Paperback", vec!["Paperback"]),
        (Filter::Price, "0-10", if has_round_price { vec!["0-5", "5-10"] } else { Vec::new() }),
    ];
    let leaves = |filter: Filter, counted: &[&str]| -> u64 {
        let counts = filter.counts(&found.facets, currency);
        counts.iter().filter(|count| counted.contains(&count.value.as_str())).map(|count| count.books).sum()
    };
    let offered = wanted.into_iter().filter(|(filter, _, counted)| {
        asked.value(*filter).is_none() && (1..found.total).contains(&leaves(*filter, counted))
    });
    offered
        .map(|(filter, value, _)| Chip {
            label: filter.label(value, view.tree, currency),
            href: asked.with(filter.name(), value),
            chosen: false,
        })
        .collect()
}
