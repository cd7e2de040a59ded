//! The shop's own texts, from its settings: `/about`, `/delivery`, `/returns`, `/privacy`, `/imprint`.

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{Response, Uri};
use axum::routing::get;
use maud::{Markup, html};

use super::frame::{self, Frame};
use super::words;
use crate::db::DbError;
use crate::delivery::{self, Kind, Method};
use crate::kernel::country::Country;
use crate::settings::Shop;
use crate::web::kept::Rendered;
use crate::web::session::Visitor;
use crate::web::ui::{self, NavItem, Shell, ShopView};
use crate::web::{AppState, PageError};

pub(super) fn routes() -> Router<AppState> {
    let texts = ["/about", "/delivery", "/returns", "/privacy", "/imprint"];
    texts.into_iter().fold(Router::new(), |router, path| router.route(path, get(text)))
}

/// Which text it is, by its address.
struct Topic<'a> {
    title: &'static str,
    text: &'a str,
    /// Said to search engines.
    about: &'static str,
}

fn topic<'a>(path: &str, shop: &'a Shop) -> Topic<'a> {
    let (title, text, about) = match path {
        "/delivery" => {
            ("Delivery", &shop.delivery, "How books reach you: ways of delivery, countries, prices and days")
        }
        "/returns" => ("Returns", &shop.returns, "How to send a book back, by when, and how you get your money"),
        "/privacy" => ("Privacy", &shop.privacy, "What we keep about you, why, and for how long"),
        "/imprint" => ("Imprint", &shop.imprint, "Who runs this shop and how to reach them"),
        _ => ("About us", &shop.about, "Who we are and where to find us"),
    };
    Topic { title, text, about }
}

async fn text(
    State(app): State<AppState>, uri: Uri, visitor: Visitor, parts: Parts,
) -> Result<Response<Body>, PageError> {
    frame::shared(&app, &parts, &visitor, &[], |conn, shop, now| {
        let frame = Frame::new(&app, shop, now);
        let methods = match uri.path() {
            "/delivery" => delivery::list(conn, shop.currency()).map_err(DbError::from)?,
            _ => Vec::new(),
        };
        let markup = page(&app.origin, uri.path(), shop, &methods, &frame.view());
        Ok(Rendered { markup, subjects: Vec::new(), whole_catalogue: false, valid_until: Some(frame.valid_until) })
    })
}

fn page(origin: &str, path: &str, shop: &Shop, methods: &[(Method, Vec<String>)], view: &ShopView<'_>) -> Markup {
    let topic = topic(path, shop);
    let description = format!("{} at {}.", topic.about, shop.name);
    let canonical = format!("{origin}{path}");
    let shell = Shell { description: &description, canonical: Some(&canonical), ..Shell::new(view, topic.title) };
    let main = html! {
        (ui::breadcrumbs(&[NavItem::new("Home", "/"), NavItem::new(topic.title, path)]))
        @let beside = if path == "/about" { Some(visit(view)) } else if methods.is_empty() { None } else { Some(prices(methods)) };
        div.split[beside.is_some()] {
            article.prose {
                h1 { (topic.title) }
                (words::paragraphs(topic.text))
            }
            @if let Some(beside) = beside { aside aria-label="At a glance" { (beside) } }
        }
        nav aria-label="More about the shop" {
            ul.cluster role="list" {
                @for item in view.footer.iter().filter(|item| item.href != path) { li { a href=(item.href) { (item.label) } } }
            }
        }
    };
    ui::page(&shell, &main)
}

fn prices(methods: &[(Method, Vec<String>)]) -> Markup {
    let named = methods.iter().any(|(method, countries)| method.kind == Kind::Post && !is_everywhere(countries));
    html! {
        section.panel {
            h2 { "Ways and prices" }
            table {
                thead { tr { th scope="col" { "How and where" } th scope="col" { "When" } th.number scope="col" { "Price" } } }
                tbody {
                    @for (method, countries) in methods {
                        tr {
                            th scope="row" { (method.name) (reach(method, countries, named)) }
                            td { (when(method)) }
                            td.number { (words::price(method)) }
                        }
                    }
                }
            }
            p.small { "The price is for the whole order. The days begin when your parcel leaves us; each book says when that is." }
        }
    }
}

fn is_everywhere(countries: &[String]) -> bool {
    countries.iter().any(|code| code == "*")
}

/// `named`: other methods have countries of their own, so everywhere is everywhere else.
fn reach(method: &Method, countries: &[String], named: bool) -> Markup {
    let mut names: Vec<&str> =
        countries.iter().filter_map(|code| code.parse::<Country>().ok()).map(Country::name).collect();
    names.sort_unstable();
    let place = |words: &str| html! { p.small { (words) } };
    match (method.kind, names.as_slice()) {
        (Kind::Collection, _) => html! {},
        (Kind::Post, _) if is_everywhere(countries) => place(if named { "Everywhere else" } else { "Everywhere" }),
        // A method that is called after its country needs no other words.
        (Kind::Post, [only]) if method.name.contains(only) => html! {},
        (Kind::Post, [a, b, c, _, _, _, ..]) => html! {
            details.small {
                summary { (a) ", " (b) ", " (c) " and " (names.len() - 3) " more" }
                p { (names.join(", ")) }
            }
        },
        (Kind::Post, few) => place(&few.join(", ")),
    }
}

fn when(method: &Method) -> String {
    match (method.kind, words::days(method.days)) {
        (Kind::Collection, days) if days.is_empty() => format!("The same day; kept for {} days", method.hold_days),
        (_, days) => days,
    }
}

fn visit(view: &ShopView<'_>) -> Markup {
    html! {
        section.panel {
            h2 { "Visit us" }
            @if !view.address.is_empty() { address { (words::lines(view.address)) } }
            (words::hours(view.hours))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::money::{Currency, Money};

    fn method(kind: Kind, name: &str, minor: i64, days: (u16, u16)) -> Method {
        Method { id: 1, kind, name: name.to_owned(), price: Money::new(minor, Currency::GBP), days, hold_days: 21 }
    }

    #[test]
    fn every_way_of_delivery_says_where_when_and_for_how_much() {
        let codes = |codes: &str| codes.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let methods = [
            (method(Kind::Collection, "Collect", 0, (0, 0)), codes("*")),
            (method(Kind::Post, "Home", 295, (2, 3)), codes("GB")),
            (method(Kind::Post, "Europe", 695, (5, 8)), codes("DE FR ES IT PT IE")),
            (method(Kind::Post, "World", 1195, (10, 15)), codes("*")),
        ];
        let html = prices(&methods).into_string();
        let body = html.split("<tbody>").nth(1).and_then(|rest| rest.split("</tbody>").next()).unwrap_or_default();
        insta::assert_snapshot!(body, @r#"<tr><th scope="row">Collect</th><td>The same day; kept for 21 days</td><td class="number">free</td></tr><tr><th scope="row">Home<p class="small">United Kingdom</p></th><td>2 to 3 working days</td><td class="number">£2.95</td></tr><tr><th scope="row">Europe<details class="small"><summary>France, Germany, Ireland and 3 more</summary><p>France, Germany, Ireland, Italy, Portugal, Spain</p></details></th><td>5 to 8 working days</td><td class="number">£6.95</td></tr><tr><th scope="row">World<p class="small">Everywhere else</p></th><td>10 to 15 working days</td><td class="number">£11.95</td></tr>"#);
    }

    #[test]
    fn a_text_without_markup_stays_text() {
        let shop = Shop { imprint: "Ink & Co\n\n<script>alert(1)</script>".into(), ..Shop::default() };
        let html = page("https://b.example", "/imprint", &shop, &[], &ShopView::default()).into_string();
        assert!(html.contains("<h1>Imprint</h1><p>Ink &amp; Co</p><p>&lt;script&gt;"));
    }
}
