//! Facts for search engines, as JSON-LD in a data block: browsers read it as text, so the content policy lets it be.

use maud::{Markup, PreEscaped, html};
use serde_json::{Map, Value, json};

use crate::settings::Shop;
use crate::web::ui::NavItem;

/// A data block; `<` is escaped, so that no title can end it.
pub(super) fn block(value: &Value) -> Markup {
    let text = value.to_string().replace('<', "\\u003c");
    html! { script type="application/ld+json" { (PreEscaped(text)) } }
}

/// The trail of a page as a `BreadcrumbList`; the last item is the page itself.
pub(super) fn trail(origin: &str, items: &[NavItem]) -> Value {
    let places: Vec<Value> = items
        .iter()
        .zip(1_u32..)
        .map(|(item, place)| {
            json!({ "@type": "ListItem", "position": place, "name": item.label, "item": format!("{origin}{}", item.href) })
        })
        .collect();
    json!({ "@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": places })
}

/// The shop as a place: name, address, hours.
pub(super) fn book_store(origin: &str, shop: &Shop) -> Value {
    let hours: Vec<Value> = shop
        .hours
        .iter()
        .map(|day| {
            json!({
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": format!("https://schema.org/{}", day.label()),
                "opens": day.from.strftime("%H:%M").to_string(),
                "closes": day.to.strftime("%H:%M").to_string(),
            })
        })
        .collect();
    // What the shop has not said of itself yet is left out.
    let filled = |pairs: &[(&str, &String)]| -> Map<String, Value> {
        let said = pairs.iter().filter(|(_, value)| !value.is_empty());
        said.map(|(key, value)| ((*key).to_owned(), json!(value))).collect()
    };
    let mut address = filled(&[
        ("streetAddress", &shop.street),
        ("addressLocality", &shop.town),
        ("postalCode", &shop.postcode),
        ("addressCountry", &shop.country),
    ]);
    address.insert("@type".to_owned(), json!("PostalAddress"));
    let mut store = filled(&[("telephone", &shop.phone), ("email", &shop.email)]);
    store.extend([
        ("@context".to_owned(), json!("https://schema.org")),
        ("@type".to_owned(), json!("BookStore")),
        ("name".to_owned(), json!(shop.name)),
        ("url".to_owned(), json!(format!("{origin}/"))),
        ("currenciesAccepted".to_owned(), json!(shop.currency)),
        ("address".to_owned(), Value::Object(address)),
    ]);
    if !hours.is_empty() {
        store.insert("openingHoursSpecification".to_owned(), json!(hours));
    }
    Value::Object(store)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_title_ends_the_data_block() {
        let html = block(&json!({ "name": "</script><script>alert(1)</script>" })).into_string();
        assert_eq!(
            html,
            r#"<script type="application/ld+json">{"name":"\u003c/script>\u003cscript>alert(1)\u003c/script>"}</script>"#
        );
    }

    #[test]
    fn a_trail_names_whole_addresses() {
        let items = [NavItem::new("Home", "/"), NavItem::new("Fiction", "/books/in/fiction")];
        insta::assert_snapshot!(trail("https://b.example", &items).to_string(), @r#"{"@context":"https://schema.org","@type":"BreadcrumbList","itemListElement":[{"@type":"ListItem","item":"https://b.example/","name":"Home","position":1},{"@type":"ListItem","item":"https://b.example/books/in/fiction","name":"Fiction","position":2}]}"#);
    }
}
