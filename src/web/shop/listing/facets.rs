//! What a list can be narrowed to: the filter column, and the chips above the books.

use super::asked::{Asked, Place};
use super::page::View;
use crate::catalog::categories::Category;
use crate::kernel::money::{Currency, Money};
use crate::search::{Availability, Count};
use crate::web::shop::language;
use crate::web::ui::{CategoryView, Chip, FacetValue, FacetView, NavItem};

/// The filter that is offered first in most lists.
const PAPERBACK: &str = "Paperback";

/// The groups of the filter column.
pub(super) fn groups(view: &View<'_>) -> Vec<FacetView> {
    let (asked, facets) = (view.asked, &view.found.facets);
    let group = |heading: &str, values| FacetView { heading: heading.to_owned(), values };
    let shelf = FacetValue {
        label: "On our shelves".to_owned(),
        href: asked.but(|asked| asked.in_stock = !asked.in_stock),
        count: facets.count_of(Availability::OnShelf),
        chosen: asked.in_stock,
    };
    let formats = facets.formats.iter().map(|count| {
        value(count, asked.format.as_deref(), count.value.clone(), |chosen| asked.but(|asked| asked.format = chosen))
    });
    let languages = facets.languages.iter().map(|count| {
        value(count, asked.language.as_deref(), language::name(&count.value), |chosen| {
            asked.but(|asked| asked.language = chosen)
        })
    });
    [
        group("Availability", vec![shelf]),
        group("Format", formats.collect()),
        group("Category", categories(view)),
        group("Language", languages.collect()),
    ]
    .into_iter()
    .filter(|group| {
        group.values.iter().any(|value| value.chosen || (value.count > 0 && value.count < view.found.total))
    })
    .collect()
}

fn value(count: &Count, current: Option<&str>, label: String, href: impl Fn(Option<String>) -> String) -> FacetValue {
    let chosen = current == Some(count.value.as_str());
    FacetValue { label, href: href((!chosen).then(|| count.value.clone())), count: count.books, chosen }
}

/// The chosen category of a search, and what lies below the present one.
fn categories(view: &View<'_>) -> Vec<FacetValue> {
    let asked = view.asked;
    let here = asked.category_path();
    let books = |path: &str| {
        view.found.facets.categories.iter().find(|count| count.value == path).map_or(0, |count| count.books)
    };
    let chosen =
        view.tree.iter().filter(|category| asked.place == Place::Search && Some(category.path.as_str()) == here);
    let below = view.tree.iter().filter(|category| parent_path(&category.path) == here);
    let chosen = chosen.map(|category| FacetValue {
        label: category.name.clone(),
        href: asked.but(|asked| asked.category = None),
        count: books(&category.path),
        chosen: true,
    });
    let below = below.map(|category| FacetValue {
        label: category.name.clone(),
        href: into(asked, &category.path),
        count: books(&category.path),
        chosen: false,
    });
    chosen.chain(below).collect()
}

/// The same list inside a category.
fn into(asked: &Asked, path: &str) -> String {
    asked.but(|asked| match asked.place {
        Place::Search => asked.category = Some(path.to_owned()),
        Place::All | Place::Category(_) => asked.place = Place::Category(path.to_owned()),
    })
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
    let count = view.found.facets.categories.iter().find(|count| count.value == category.path)?;
    let link = NavItem::new(category.name.clone(), format!("/books/in/{}", category.path));
    Some(NavItem { count: (!view.found.reduced).then_some(count.books), ..link })
}

/// The chosen filters, each with its cross, and those that most readers want.
pub(super) fn chips(view: &View<'_>) -> Vec<Chip> {
    let (asked, facets) = (view.asked, &view.found.facets);
    let chip = |label: String, chosen, href| Chip { label, href, chosen };
    let mut chips = Vec::new();
    if asked.in_stock || facets.count_of(Availability::OnShelf) > 0 {
        chips.push(chip("On our shelves".into(), asked.in_stock, asked.but(|asked| asked.in_stock = !asked.in_stock)));
    }
    if let Some(format) = &asked.format {
        chips.push(chip(format.clone(), true, asked.but(|asked| asked.format = None)));
    } else if facets.formats.len() > 1 && facets.formats.iter().any(|count| count.value == PAPERBACK) {
        chips.push(chip(PAPERBACK.into(), false, asked.but(|asked| asked.format = Some(PAPERBACK.into()))));
    }
    if let Some(under) = asked.under.or_else(|| round_price(view.shop.currency()).filter(|_| view.found.total > 0)) {
        let chosen = asked.under.is_some();
        chips.push(chip(
            format!("Under {}", short(under)),
            chosen,
            asked.but(|asked| asked.under = (!chosen).then_some(under)),
        ));
    }
    if let Some(path) = asked.category.as_ref().filter(|_| asked.place == Place::Search) {
        let name = view.tree.iter().find(|category| &category.path == path).map_or(path, |category| &category.name);
        chips.push(chip(name.clone(), true, asked.but(|asked| asked.category = None)));
    }
    if let Some(code) = &asked.language {
        chips.push(chip(language::name(code), true, asked.but(|asked| asked.language = None)));
    }
    chips.sort_by_key(|chip| !chip.chosen);
    chips
}

/// Ten pounds, euros, dollars: what a paperback costs. Other currencies have no such round number that we know.
fn round_price(currency: Currency) -> Option<Money> {
    matches!(currency.code(), "GBP" | "EUR" | "USD").then(|| Money::new(1000, currency))
}

/// `£10` for `£10.00`.
fn short(amount: Money) -> String {
    let text = amount.display();
    text.strip_suffix(".00").map_or_else(|| text.clone(), str::to_owned)
}
