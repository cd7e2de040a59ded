//! What an address looks like in each country: which fields, in which order, and a light check of the postcode.
//!
//! Source of the orders: the national posts' own examples. A postcode is checked for its shape only: refusing one
//! that exists is worse than posting to one that does not.

use crate::kernel::country::Country;

/// Most characters of a postcode as typed.
const LONGEST_POSTCODE: usize = 20;

/// A part of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Street,
    Town,
    /// State, province, county or prefecture.
    Region,
    Postcode,
}

/// How a country's region is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Region {
    /// One of a list.
    Choice(&'static [&'static str]),
    Text {
        required: bool,
    },
}

/// The parts of an address, in the order in which people of the country write them.
pub(super) fn parts(country: Country) -> &'static [Part] {
    use Part::{Postcode, Region, Street, Town};
    match country.code() {
        "US" | "CA" | "AU" | "IE" => &[Street, Town, Region, Postcode],
        "DE" | "FR" | "ES" | "IT" | "NL" | "AT" | "CH" | "PL" | "BE" | "DK" | "SE" | "NO" | "FI" | "IS" => {
            &[Street, Postcode, Town]
        }
        "JP" => &[Postcode, Region, Town, Street],
        _ => &[Street, Town, Postcode],
    }
}

/// What people of the country call the part.
pub(super) fn label(country: Country, part: Part) -> &'static str {
    match (part, country.code()) {
        (Part::Street, _) => "Street and house number",
        (Part::Town, "US" | "CA" | "JP") => "City",
        (Part::Town, _) => "Town or city",
        (Part::Region, "CA") => "Province",
        (Part::Region, "IE") => "County",
        (Part::Region, "JP") => "Prefecture",
        (Part::Region, _) => "State",
        (Part::Postcode, "US") => "ZIP code",
        (Part::Postcode, "IE") => "Eircode",
        (Part::Postcode, _) => "Postcode",
    }
}

/// How the country's region is entered; `None` where an address has none.
pub(super) fn region(country: Country) -> Option<Region> {
    match country.code() {
        "US" => Some(Region::Choice(&US)),
        "CA" => Some(Region::Choice(&CA)),
        "AU" => Some(Region::Choice(&AU)),
        "JP" => Some(Region::Text { required: true }),
        "IE" => Some(Region::Text { required: false }),
        _ => None,
    }
}

/// Whether mail needs the country's postcode.
pub(super) fn needs_postcode(country: Country) -> bool {
    country.code() == "GB" || !shapes(country).is_empty()
}

/// Whether its postcode is digits only, for a number keyboard.
pub(super) fn has_digits_only(country: Country) -> bool {
    shapes(country).iter().all(|shape| shape.bytes().all(|byte| byte == b'9')) && !shapes(country).is_empty()
}

/// The shapes of a postcode without spaces and dashes: 9 is a digit, A a letter. None: whatever people write.
fn shapes(country: Country) -> &'static [&'static str] {
    match country.code() {
        "US" => &["99999", "999999999"],
        "DE" | "FR" | "ES" | "IT" | "FI" | "PL" | "SE" => &["99999"],
        "AT" | "CH" | "BE" | "DK" | "NO" | "AU" => &["9999"],
        "NL" => &["9999AA"],
        "CA" => &["A9A9A9"],
        "JP" => &["9999999"],
        _ => &[],
    }
}

fn example(country: Country) -> &'static str {
    match country.code() {
        "US" => "10001",
        "DE" => "10115",
        "FR" => "75001",
        "ES" => "28001",
        "IT" => "00118",
        "FI" => "00100",
        "PL" => "00-001",
        "SE" => "111 20",
        "AT" => "1010",
        "CH" => "8001",
        "BE" => "1000",
        "DK" => "1050",
        "NO" => "0150",
        "AU" => "3000",
        "NL" => "1012 AB",
        "CA" => "K1A 0B1",
        "JP" => "100-0001",
        _ => "AV1 1AA",
    }
}

fn fits(code: &str, shape: &str) -> bool {
    code.len() == shape.len()
        && code
            .bytes()
            .zip(shape.bytes())
            .all(|(byte, kind)| if kind == b'9' { byte.is_ascii_digit() } else { byte.is_ascii_alphabetic() })
}

/// A postcode as the post wants it, from any spacing and case.
///
/// # Errors
///
/// A sentence that says how to put it right.
pub(super) fn postcode(country: Country, typed: &str) -> Result<String, String> {
    let tidy = crate::kernel::text::tidy(typed).to_uppercase();
    let bare: String = tidy.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let label = label(country, Part::Postcode);
    let name = if label == "Postcode" { "postcode" } else { label };
    if bare.is_empty() {
        return if needs_postcode(country) { Err(format!("Enter your {name}")) } else { Ok(String::new()) };
    }
    if tidy.chars().count() > LONGEST_POSTCODE {
        return Err(format!("{label} has {} characters; up to {LONGEST_POSTCODE} are possible", tidy.chars().count()));
    }
    if country.code() == "GB" {
        return british(&bare);
    }
    let shapes = shapes(country);
    if shapes.is_empty() || shapes.iter().any(|shape| fits(&bare, shape)) {
        Ok(tidy)
    } else {
        Err(format!("Enter a {name} like {}", example(country)))
    }
}

/// Outward code (2 to 4 characters), a space, and the inward code: `AV1 1AA`.
fn british(bare: &str) -> Result<String, String> {
    let length = bare.chars().count();
    if !(5..=7).contains(&length) {
        let unit = if length == 1 { "character" } else { "characters" };
        return Err(format!("Postcode has {length} {unit}; UK postcodes have 5 to 7"));
    }
    let outward = ["A9", "A99", "AA9", "AA99", "A9A", "AA9A"];
    let split = bare
        .split_at_checked(length - 3)
        .filter(|(out, inward)| fits(inward, "9AA") && outward.iter().any(|shape| fits(out, shape)));
    split.map(|(out, inward)| format!("{out} {inward}")).ok_or_else(|| "Enter a UK postcode, like AV1 1AA".to_owned())
}

const US: [&str; 56] = [
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA",
    "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR",
    "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY", "AS", "GU", "MP", "PR", "VI",
];
const CA: [&str; 13] = ["AB", "BC", "MB", "NB", "NL", "NT", "NS", "NU", "ON", "PE", "QC", "SK", "YT"];
const AU: [&str; 8] = ["ACT", "NSW", "NT", "QLD", "SA", "TAS", "VIC", "WA"];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[track_caller]
    fn check(country: &str, typed: &str, expected: Result<&str, &str>) {
        let found = postcode(country.parse().unwrap(), typed);
        assert_eq!(found.as_deref().map_err(String::as_str), expected, "{country} {typed}");
    }

    #[test]
    fn a_postcode_may_be_typed_in_any_way_and_is_kept_in_one() {
        check("GB", "av11aa", Ok("AV1 1AA"));
        check("GB", " sw1a  2aa ", Ok("SW1A 2AA"));
        check("GB", "M1-1AE", Ok("M1 1AE"));
        check("US", "10001-1234", Ok("10001-1234"));
        check("DE", " 10115 ", Ok("10115"));
        check("CA", "k1a 0b1", Ok("K1A 0B1"));
        check("IE", "", Ok(""));
        check("HK", "", Ok(""));
        check("BR", "01310-100", Ok("01310-100"));
    }

    #[test]
    fn a_refused_postcode_says_what_is_wanted() {
        check("GB", "", Err("Enter your postcode"));
        check("US", " ", Err("Enter your ZIP code"));
        check("GB", "AV1 1AA 99", Err("Postcode has 8 characters; UK postcodes have 5 to 7"));
        check("GB", "11111", Err("Enter a UK postcode, like AV1 1AA"));
        check("GB", "ÄÖÜ1AA", Err("Enter a UK postcode, like AV1 1AA"));
        check("US", "1000", Err("Enter a ZIP code like 10001"));
        check("DE", "1011A", Err("Enter a postcode like 10115"));
        check("HK", "1234567890123456789012", Err("Postcode has 22 characters; up to 20 are possible"));
    }

    #[test]
    fn each_country_has_its_own_order() {
        let order = |code: &str| parts(code.parse().unwrap());
        assert_eq!(order("GB"), [Part::Street, Part::Town, Part::Postcode]);
        assert_eq!(order("DE"), [Part::Street, Part::Postcode, Part::Town]);
        assert_eq!(order("US"), [Part::Street, Part::Town, Part::Region, Part::Postcode]);
        assert_eq!(order("JP"), [Part::Postcode, Part::Region, Part::Town, Part::Street]);
        for country in Country::all() {
            assert_eq!(parts(country).contains(&Part::Region), region(country).is_some(), "{country}");
        }
    }
}
