//! Suppliers, availability and prices of a 2.1 product: block 6.

use super::{carried, copies, renamed};
use crate::imports::onix::element::Element;

/// One `<ProductSupply>` for each market; suppliers of one market stay together.
pub(super) fn supplies(product: &Element) -> Vec<Element> {
    let mut markets: Vec<(String, Vec<Element>)> = Vec::new();
    for detail in product.all("SupplyDetail") {
        let parts = market(detail);
        let key: String = parts.iter().map(|part| format!("{}={};", part.name, part.text)).collect();
        let place = markets.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
            let market = (!parts.is_empty()).then(|| Element::of("Market", [Element::of("Territory", parts)]));
            markets.push((key, market.into_iter().collect()));
            markets.len() - 1
        });
        if let Some((_, supply)) = markets.get_mut(place) {
            supply.push(self::detail(detail));
        }
    }
    markets.into_iter().map(|(_, parts)| Element::of("ProductSupply", parts)).collect()
}

fn market(detail: &Element) -> Vec<Element> {
    territory(
        detail,
        &[
            ("SupplyToCountry", "CountriesIncluded"),
            ("SupplyToTerritory", "RegionsIncluded"),
            ("SupplyToCountryExcluded", "CountriesExcluded"),
        ],
    )
}

/// The parts of a territory under their names in release 3; lists that come in pieces are put together.
fn territory(element: &Element, names: &[(&str, &'static str)]) -> Vec<Element> {
    let list = |name: &str| element.values(name).collect::<Vec<_>>().join(" ");
    let lists = names.iter().map(|(from, to)| (list(from), *to)).filter(|(list, _)| !list.is_empty());
    lists.map(|(list, to)| Element::leaf(to, list)).collect()
}

fn detail(detail: &Element) -> Element {
    let mut parts: Vec<Element> = Vec::new();
    let coded = || {
        detail.value("AvailabilityCode").and_then(availability).map(|code| Element::leaf("ProductAvailability", code))
    };
    parts.extend(carried(detail, "ProductAvailability", "ProductAvailability").or_else(coded));
    // List 166.
    parts.extend(
        carried(detail, "OnSaleDate", "Date")
            .map(|date| Element::of("SupplyDate", [Element::leaf("SupplyDateRole", "02"), date])),
    );
    parts.extend(["OrderTime", "UnpricedItemType"].iter().flat_map(|name| copies(detail, name)));
    parts.extend(detail.all("Price").map(price));
    // An amount can stand alone, without its composite.
    parts.extend(carried(detail, "PriceAmount", "PriceAmount").map(|amount| Element::of("Price", [amount])));
    Element::of("SupplyDetail", parts)
}

/// List 54 in terms of List 65.
fn availability(code: &str) -> Option<&'static str> {
    Some(match code {
        "AB" => "01",
        "PP" => "09",
        "NP" => "10",
        "NY" => "11",
        "IP" => "20",
        "TO" => "22",
        "MD" => "23",
        "TU" | "TP" => "30",
        "OI" => "31",
        "RP" | "RU" => "32",
        "UR" => "33",
        "OR" => "41",
        "OF" => "42",
        "EX" | "RF" => "43",
        "AD" => "44",
        "WS" => "46",
        "RM" | "WR" => "47",
        "OP" => "51",
        "CS" => "99",
        _ => return None,
    })
}

fn price(price: &Element) -> Element {
    let mut three = renamed(price, &[("PriceTypeCode", "PriceType")]);
    three.children.retain(|child| !matches!(child.name.as_ref(), "Territory"));
    // List 173: 14 from, 15 until.
    for (name, role) in [("PriceEffectiveFrom", "14"), ("PriceEffectiveUntil", "15")] {
        three.children.extend(
            carried(price, name, "Date")
                .map(|date| Element::of("PriceDate", [Element::leaf("PriceDateRole", role), date])),
        );
    }
    let lists = territory(
        price,
        &[
            ("CountryCode", "CountriesIncluded"),
            ("Territory", "RegionsIncluded"),
            ("CountryExcluded", "CountriesExcluded"),
            ("TerritoryExcluded", "RegionsExcluded"),
        ],
    );
    three.children.extend((!lists.is_empty()).then(|| Element::of("Territory", lists)));
    three
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, expected: Option<&str>) {
        assert_eq!(availability(code), expected, "{code}");
    }

    #[test]
    fn letters_of_availability_have_a_number() {
        check("IP", Some("20"));
        check("NP", Some("10"));
        check("WS", Some("46"));
        check("OP", Some("51"));
        check("??", None);
    }
}
