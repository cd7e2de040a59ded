//! Contributors: who, how they are called, in which order.

use super::element::Element;
use crate::catalog::{Credit, Role};

/// More than the credits of any book; `Record::check` refuses the rest with its reason.
const MAX_ROLES: usize = 20;

/// The credits of a product: by sequence number, then as they come; one for each role of a contributor.
pub(super) fn read(detail: &Element) -> Vec<Credit> {
    let mut found: Vec<(u32, Credit)> = Vec::new();
    for (index, person) in detail.all("Contributor").enumerate() {
        let place = person.value("SequenceNumber").and_then(|number| number.parse().ok());
        let place = place.unwrap_or_else(|| u32::try_from(index + 1).unwrap_or(u32::MAX));
        let Some(called) = called(person) else { continue };
        let mut roles: Vec<Role> =
            person.values("ContributorRole").filter_map(Role::from_code).take(MAX_ROLES).collect();
        if roles.is_empty() {
            // A name without a role is still who the book is by.
            roles.push(Role::AUTHOR);
        }
        found.extend(roles.into_iter().map(|role| (place, Credit { role, ..called.clone() })));
    }
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, credit)| credit).collect()
}

fn called(person: &Element) -> Option<Credit> {
    a_person(person).or_else(|| a_body(person)).or_else(|| nobody_named(person))
}

fn a_person(person: &Element) -> Option<Credit> {
    let parts = |names: &[&str]| {
        let joined = names.iter().filter_map(|name| person.words(name)).collect::<Vec<_>>().join(" ");
        (!joined.is_empty()).then_some(joined)
    };
    let assembled = || {
        let names = ["TitlesBeforeNames", "NamesBeforeKey", "PrefixToKey", "KeyNames", "NamesAfterKey", "SuffixToKey"];
        person.words("KeyNames").and_then(|_| parts(&names))
    };
    let inverted = person.words("PersonNameInverted");
    // Some write only the surname as the name, and the whole of it inverted.
    let is_half = |name: &String| {
        inverted
            .as_ref()
            .is_some_and(|whole| whole.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with(',')))
    };
    let name = person.words("PersonName").filter(|name| !is_half(name)).or_else(assembled);
    let name = name.filter(|name| !is_half(name)).or_else(|| inverted.clone())?;
    let mut credit = Credit::new(&name, Role::AUTHOR);
    let by_key = || {
        let first = parts(&["NamesBeforeKey", "PrefixToKey"])?;
        Some(format!("{}, {first}", parts(&["KeyNames", "NamesAfterKey", "SuffixToKey"])?))
    };
    if let Some(sort_name) = inverted.or_else(by_key) {
        credit.sort_name = sort_name;
    }
    Some(credit)
}

fn a_body(person: &Element) -> Option<Credit> {
    let inverted = person.words("CorporateNameInverted");
    let mut credit = Credit::of_body(&person.words("CorporateName").or_else(|| inverted.clone())?, Role::AUTHOR);
    if let Some(sort_name) = inverted {
        credit.sort_name = sort_name;
    }
    Some(credit)
}

/// List 19: people who are many, or nobody.
fn nobody_named(person: &Element) -> Option<Credit> {
    let words = match person.value("UnnamedPersons")? {
        "01" => "Unknown",
        "02" => "Anonymous",
        "03" => "Others",
        "04" => "Various",
        "05" | "06" | "07" | "08" => "Synthesised voice",
        "09" => "Artificial intelligence",
        _ => return None,
    };
    Some(Credit::of_body(words, Role::AUTHOR))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "tests")]
    use super::*;

    #[track_caller]
    fn check(parts: &[(&'static str, &str)], name: &str, sort_name: &str, body: bool) {
        let person = Element::of("Contributor", parts.iter().map(|(name, text)| Element::leaf(name, *text)));
        let credits = read(&Element::of("DescriptiveDetail", [person]));
        let credit = &credits[0];
        assert_eq!((credit.name.as_str(), credit.sort_name.as_str(), credit.body), (name, sort_name, body));
    }

    #[test]
    fn names_come_whole_in_parts_or_turned_round() {
        check(&[("PersonName", "Jane Doe"), ("PersonNameInverted", "Doe, Jane")], "Jane Doe", "Doe, Jane", false);
        check(
            &[("NamesBeforeKey", "Vincent"), ("PrefixToKey", "van"), ("KeyNames", "Dorp")],
            "Vincent van Dorp",
            "Dorp, Vincent van",
            false,
        );
        check(&[("PersonNameInverted", "Doe, Jane")], "Jane Doe", "Doe, Jane", false);
        check(
            &[("PersonName", "Doe"), ("PersonNameInverted", "Doe, J"), ("KeyNames", "Doe")],
            "J Doe",
            "Doe, J",
            false,
        );
        check(&[("KeyNames", "Homer")], "Homer", "Homer", false);
        check(&[("CorporateName", "Salt & Sons, Ltd")], "Salt & Sons, Ltd", "Salt & Sons, Ltd", true);
        check(
            &[("CorporateName", "The Guild"), ("CorporateNameInverted", "Guild, The")],
            "The Guild",
            "Guild, The",
            true,
        );
        check(&[("UnnamedPersons", "04")], "Various", "Various", true);
    }

    #[test]
    fn order_is_the_sequence_and_each_role_is_a_credit() {
        let person = |parts: &[(&'static str, &'static str)]| {
            Element::of("Contributor", parts.iter().map(|(name, text)| Element::leaf(name, *text)))
        };
        let detail = Element::of(
            "DescriptiveDetail",
            [
                person(&[("SequenceNumber", "2"), ("ContributorRole", "A12"), ("PersonName", "B B")]),
                person(&[
                    ("SequenceNumber", "1"),
                    ("ContributorRole", "A01"),
                    ("ContributorRole", "A12"),
                    ("PersonName", "A A"),
                ]),
                person(&[("SequenceNumber", "3"), ("ContributorRole", "A01")]),
            ],
        );
        let credits = read(&detail);
        let told: Vec<(&str, &str)> = credits.iter().map(|credit| (credit.name.as_str(), credit.role.code())).collect();
        assert_eq!(told, [("A A", "A01"), ("A A", "A12"), ("B B", "A12")]);
    }
}
