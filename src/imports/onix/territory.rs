//! Whether a market or a price is meant for the shop's country.

use super::element::Element;

/// How well a territory fits, the better the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// It is for others.
    Elsewhere,
    /// Nothing is said.
    Unsaid,
    /// For the whole world, this country too.
    Everywhere,
    /// This country is named.
    Here,
}

/// Countries whose money is the euro, for the region `ECZ` of List 49.
const EURO: &str = "AD AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MC ME MT NL PT SI SK SM VA XK";

/// The best fit of the territories of a composite; a shop without a country takes what is said to all.
pub(super) fn fit<'a>(territories: impl Iterator<Item = &'a Element>, country: &str) -> Fit {
    territories.map(|territory| fit_of(territory, country)).max().unwrap_or(Fit::Unsaid)
}

fn fit_of(territory: &Element, country: &str) -> Fit {
    let lists =
        |name: &str, code: &str| territory.values(name).any(|list| list.split_whitespace().any(|it| it == code));
    let says_anything = !territory.children.is_empty();
    if country.is_empty() || !says_anything {
        return Fit::Unsaid;
    }
    let in_euro = || EURO.split(' ').any(|code| code == country);
    if lists("CountriesExcluded", country) || (lists("RegionsExcluded", "ECZ") && in_euro()) {
        return Fit::Elsewhere;
    }
    if lists("CountriesIncluded", country) {
        return Fit::Here;
    }
    if lists("RegionsIncluded", "ECZ") && in_euro() {
        return Fit::Here;
    }
    if lists("RegionsIncluded", "WORLD") || lists("RegionsIncluded", "ROW") {
        return Fit::Everywhere;
    }
    Fit::Elsewhere
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(parts: &[(&'static str, &'static str)], country: &str, expected: Fit) {
        let territory = Element::of("Territory", parts.iter().map(|(name, text)| Element::leaf(name, *text)));
        assert_eq!(fit([territory].iter(), country), expected, "{parts:?} {country}");
    }

    #[test]
    fn a_territory_names_this_country_the_world_or_others() {
        check(&[("CountriesIncluded", "AU NZ")], "NZ", Fit::Here);
        check(&[("CountriesIncluded", "AU NZ")], "GB", Fit::Elsewhere);
        check(&[("RegionsIncluded", "WORLD")], "GB", Fit::Everywhere);
        check(&[("RegionsIncluded", "WORLD"), ("CountriesExcluded", "US GB")], "GB", Fit::Elsewhere);
        check(&[("RegionsIncluded", "ECZ")], "IE", Fit::Here);
        check(&[("RegionsIncluded", "ECZ")], "GB", Fit::Elsewhere);
        check(&[("CountriesIncluded", "GB")], "", Fit::Unsaid);
        check(&[], "GB", Fit::Unsaid);
        assert_eq!(fit([].iter(), "GB"), Fit::Unsaid);
    }
}
