//! Which codes are on the lists of `EDItEUR`, to tell of those that are not.
//!
//! Lists grow every quarter, so a code that is not here is news, not an error: it is kept as it came where a field can
//! hold it, and told once. Source: ONIX code lists, issue 73; 12 to 14 of List 1 are of release 2.1.

use super::element::Element;

/// Element, list, codes; sorted by element. `A01-A05` stands for all between: the last figure or letter runs.
static KNOWN: &[(&str, u16, &str)] = &[
    ("AudienceRangePrecision", 31, "01 03 04"),
    ("AudienceRangeQualifier", 30, "11 12 15-34"),
    ("CollectionType", 148, "00 10 11 20"),
    ("ContentAudience", 154, "00-12"),
    (
        "ContributorRole",
        17,
        "A01-A52 A56 A99 B01-B36 B99 C01-C04 C99 D01-D04 D99 E01-E11 E99 F01 F02 F99 Z01-Z06 Z98 Z99",
    ),
    ("EpubTechnicalProtection", 144, "00-07"),
    ("ExtentType", 23, "00 02-18 22 23"),
    ("ExtentUnit", 24, "00-06 11 12 14-19 31"),
    ("LanguageRole", 22, "01-03 06-15"),
    ("MarketDateRole", 163, "01 02 09-13 16 19-23 25-33 35-39"),
    ("MarketPublishingStatus", 68, "00-18"),
    ("MeasureType", 48, "01-30"),
    ("MeasureUnitCode", 50, "cm gr in kg lb mm oz px"),
    ("NotificationType", 1, "01-05 08 09 12-14 88 89"),
    ("PriceDateRole", 173, "14 15 24"),
    ("PriceQualifier", 59, "00-19"),
    ("PriceType", 58, "01-09 11-15 17 21-25 27 31-37 41 42"),
    ("ProductAvailability", 65, "01 09-12 20-23 30-34 40-52 97-99"),
    ("ProductComposition", 2, "00 01 10 11 20 30 31"),
    ("ProductContactRole", 198, "00-11 99"),
    (
        "ProductForm",
        150,
        "00 AA-AO AZ BA-BP BZ CA-CE CZ DA-DC DE DF DI-DO DZ EA-ED FA FC-FF FZ LA-LC MA-MC MZ PA-PV PZ SA-SG \
         VA VF VI-VQ VZ XA-XO XY XZ ZA-ZP ZX-ZZ",
    ),
    (
        "ProductFormDetail",
        175,
        "A101-A113 A201-A212 A301-A305 A310-A312 A400-A404 A410 A420 A421 A441 A451 A471 B101-B135 B139-B141 \
         B201 B202 B204-B210 B212-B216 B221-B225 B301-B321 B400-B426 B501-B525 B601-B611 B701-B709 B750-B752 \
         C750 D101-D105 D201-D207 D301-D324 E100-E136 E139-E151 E200-E206 E210-E213 E221-E227 L101 P091 P092 \
         P096-P099 P101-P116 P120-P127 P131-P134 P201-P204 P301 P305 P306 V201-V203 V205-V207 V210-V215 V220 \
         V221 Z101-Z103 Z111-Z113 Z121",
    ),
    ("ProductFormFeatureType", 79, "01-10 12-27 30-62"),
    ("ProductIDType", 5, "01-06 13-15 17 22-31 34-36"),
    ("ProductRelationCode", 51, "00-48"),
    ("PublishingDateRole", 163, "01 02 09-13 16 19-23 25-33 35-39"),
    ("PublishingStatus", 64, "00-13 15-18"),
    ("ResourceContentType", 158, "01-57 99"),
    ("SubjectSchemeIdentifier", 27, "01-99 A2-A9 B0-B9 C0-C9 D0-D5"),
    ("SupplyDateRole", 166, "02 08 18 25 29 34 50 51"),
    ("TextType", 153, "01-39"),
    ("TitleElementLevel", 149, "01-07"),
    ("TitleType", 15, "00-08 10-16"),
    ("UnnamedPersons", 19, "01-09"),
    ("UnpricedItemType", 57, "01-08"),
    ("WorkRelationCode", 164, "01-06 21-31 41-51 98 99"),
];

/// A code that is on no list: the list and what stood there.
pub(super) type Unknown = (u16, String);

/// Longer texts are no codes; their beginning tells enough.
const SHOWN: usize = 20;

/// Calls `found` with every code in an element that its list does not know.
pub(super) fn unknown_in(element: &Element, found: &mut impl FnMut(Unknown)) {
    for child in &element.children {
        unknown_in(child, found);
    }
    let Ok(place) = KNOWN.binary_search_by(|(name, ..)| (*name).cmp(&element.name)) else { return };
    let Some((_, list, codes)) = KNOWN.get(place) else { return };
    let code = element.text.trim();
    if !code.is_empty() && !codes.split(' ').any(|known| holds(known, code)) {
        found((*list, code.chars().take(SHOWN).collect()));
    }
}

/// Whether `A01-A05`, or a single code, is `code`.
fn holds(known: &str, code: &str) -> bool {
    match known.split_once('-') {
        None => known == code,
        // Codes of one shape sort as their figures and letters do; `AZ` is not between `A1` and `A9`.
        Some((first, last)) => (first..=last).contains(&code) && shape(first).eq(shape(code)),
    }
}

fn shape(code: &str) -> impl Iterator<Item = bool> {
    code.bytes().map(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &'static str, code: &str, expected: Option<u16>) {
        let mut list = None;
        unknown_in(&Element::leaf(name, code), &mut |(number, _)| list = Some(number));
        assert_eq!(list, expected, "{name} {code}");
    }

    #[test]
    fn codes_are_known_or_named_with_their_list() {
        check("ContributorRole", "A01", None);
        check("ContributorRole", " B06 ", None);
        check("ContributorRole", "A53", Some(17));
        check("ContributorRole", "A0", Some(17));
        check("ProductForm", "BC", None);
        check("ProductForm", "BQ", Some(150));
        check("ProductForm", "B1", Some(150));
        check("ProductFormDetail", "B135", None);
        check("ProductFormDetail", "B136", Some(175));
        check("PublishingStatus", "", None);
        check("PublishingStatus", "14", Some(64));
        check("TitleText", "14", None);
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(KNOWN.is_sorted_by(|a, b| a.0 < b.0));
    }
}
