//! Countries by their ISO 3166 codes.

use std::fmt;
use std::str::FromStr;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

/// A country, known by its two-letter code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Country(celes::Country);

/// The text names no country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Choose a country from the list")]
pub struct NotACountry;

impl Country {
    /// The two-letter code, like `GB`.
    #[allow(clippy::misnamed_getters, reason = "alpha2 is the code")]
    pub fn code(self) -> &'static str {
        self.0.alpha2
    }

    /// The English name.
    pub fn name(self) -> &'static str {
        match self.0.alpha2 {
            "GB" => "United Kingdom",
            "US" => "United States",
            // The library writes these without commas and accents, or as diplomats do.
            "AE" => "United Arab Emirates",
            "AG" => "Antigua and Barbuda",
            "AX" => "Åland Islands",
            "BA" => "Bosnia and Herzegovina",
            "BL" => "Saint Barthélemy",
            "BN" => "Brunei",
            "BO" => "Bolivia",
            "BQ" => "Bonaire, Sint Eustatius and Saba",
            "BS" => "Bahamas",
            "CC" => "Cocos (Keeling) Islands",
            "CD" => "Democratic Republic of the Congo",
            "CF" => "Central African Republic",
            "CG" => "Congo",
            "CI" => "Côte d’Ivoire",
            "CK" => "Cook Islands",
            "CW" => "Curaçao",
            "DO" => "Dominican Republic",
            "FK" => "Falkland Islands",
            "FM" => "Micronesia",
            "FO" => "Faroe Islands",
            "GM" => "Gambia",
            "GS" => "South Georgia and the South Sandwich Islands",
            "GW" => "Guinea-Bissau",
            "HM" => "Heard Island and McDonald Islands",
            "IM" => "Isle of Man",
            "IR" => "Iran",
            "KM" => "Comoros",
            "KN" => "Saint Kitts and Nevis",
            "KP" => "North Korea",
            "KR" => "South Korea",
            "KY" => "Cayman Islands",
            "LA" => "Laos",
            "MD" => "Moldova",
            "MF" => "Saint Martin",
            "MH" => "Marshall Islands",
            "MK" => "North Macedonia",
            "MP" => "Northern Mariana Islands",
            "NE" => "Niger",
            "NL" => "Netherlands",
            "PH" => "Philippines",
            "PM" => "Saint Pierre and Miquelon",
            "PS" => "Palestine",
            "RE" => "Réunion",
            "RU" => "Russia",
            "SD" => "Sudan",
            "SH" => "Saint Helena, Ascension and Tristan da Cunha",
            "SJ" => "Svalbard and Jan Mayen",
            "ST" => "São Tomé and Príncipe",
            "SX" => "Sint Maarten",
            "SY" => "Syria",
            "TC" => "Turks and Caicos Islands",
            "TF" => "French Southern Territories",
            "TL" => "Timor-Leste",
            "TT" => "Trinidad and Tobago",
            "TW" => "Taiwan",
            "TZ" => "Tanzania",
            "UM" => "United States Minor Outlying Islands",
            "VA" => "Vatican City",
            "VC" => "Saint Vincent and the Grenadines",
            "VE" => "Venezuela",
            "VG" => "British Virgin Islands",
            "VI" => "US Virgin Islands",
            "WF" => "Wallis and Futuna",
            _ => self.0.long_name,
        }
    }

    /// Every country, by name.
    pub fn all() -> Vec<Country> {
        let mut all: Vec<Country> = celes::Country::get_countries().into_iter().map(Country).collect();
        all.sort_by_cached_key(|country| super::text::fold(country.name()));
        all
    }
}

impl FromStr for Country {
    type Err = NotACountry;

    /// Reads alpha-2, alpha-3 or the English name, in any case.
    fn from_str(text: &str) -> Result<Country, NotACountry> {
        let text = text.trim();
        let known = match text.len() {
            2 => celes::Country::from_alpha2(text).ok(),
            3 => celes::Country::from_alpha3(text).ok(),
            _ => celes::Country::from_name(text).ok(),
        };
        let by_our_name = || Country::all().into_iter().find(|country| country.name().eq_ignore_ascii_case(text));
        known.map(Country).or_else(by_our_name).ok_or(NotACountry)
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl ToSql for Country {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.code()))
    }
}

impl FromSql for Country {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_have_several_names() {
        for text in ["GB", "gbr", "United Kingdom", "gb"] {
            assert_eq!(text.parse::<Country>().map(Country::code), Ok("GB"), "{text}");
        }
        assert_eq!("USA".parse::<Country>().map(Country::name), Ok("United States"));
        assert_eq!("Netherlands".parse::<Country>().map(Country::code), Ok("NL"));
        assert_eq!("CI".parse::<Country>().map(Country::name), Ok("Côte d’Ivoire"));
        assert_eq!("Narnia".parse::<Country>(), Err(NotACountry));
    }
}
