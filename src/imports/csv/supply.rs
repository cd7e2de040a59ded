//! Words for whether a book can be had, how long that takes, and in what form it comes.

use crate::catalog::Format;
use crate::kernel::text::fold;

/// Publishing status (ONIX List 64) and availability (List 65) that a cell means; empty: not said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Supply {
    /// List 64.
    pub status: &'static str,
    /// List 65.
    pub availability: &'static str,
}

/// Reads words like `in stock`, `vergriffen`, `épuisé`. Codes are the caller's to take as they are.
pub(super) fn words(cell: &str) -> Option<Supply> {
    let folded = fold(cell);
    let has = |any: &[&str]| any.iter().any(|word| folded.contains(word));
    let (status, availability) = match () {
        () if has(&["out of print", "vergriffen", "epuise", "agotado", "descatalogado"]) => ("07", "51"),
        () if has(&[
            "out of stock",
            "unavailable",
            "nicht lieferbar",
            "nicht auf lager",
            "indisponible",
            "no disponible",
            "sold out",
        ]) =>
        {
            ("", "31")
        }
        () if has(&[
            "preorder",
            "pre order",
            "not yet published",
            "forthcoming",
            "vorbestell",
            "a paraitre",
            "proximamente",
        ]) =>
        {
            ("02", "10")
        }
        () if has(&["print on demand", "pod"]) => ("", "23"),
        () if has(&["to order", "on order", "backorder", "auf bestellung", "sur commande", "bajo pedido"]) => {
            ("", "22")
        }
        () if has(&["in stock", "auf lager", "en stock"]) => ("", "21"),
        () if has(&["available", "lieferbar", "disponible", "active"]) => ("", "20"),
        () => return None,
    };
    Some(Supply { status, availability })
}

/// A two-figure code of an ONIX list.
pub(super) fn code(cell: &str) -> Option<&str> {
    (cell.len() == 2 && cell.bytes().all(|byte| byte.is_ascii_digit())).then_some(cell)
}

/// Working days: `3`, `3-5`, `3 to 5 days`.
pub(super) fn days(cell: &str) -> Option<(u16, u16)> {
    let numbers: Vec<u16> = numbers(cell).collect();
    let weeks = ["week", "woche", "semaine", "semana"].iter().any(|word| fold(cell).contains(word));
    let of = |count: u16| if weeks { count.checked_mul(5) } else { Some(count) };
    let (from, to) = match numbers.as_slice() {
        [only] => (of(*only)?, of(*only)?),
        [from, to] => (of(*from)?, of(*to)?),
        _ => return None,
    };
    (from <= to && to <= 365).then_some((from, to))
}

/// Years a reader has: `8-12`, `8+`, `ab 8 Jahren`, `8`.
pub(super) fn ages(cell: &str) -> Option<(u8, Option<u8>)> {
    let numbers: Vec<u8> = numbers(cell).filter_map(|number| u8::try_from(number).ok()).collect();
    match numbers.as_slice() {
        [from] if *from <= 99 => Some((*from, None)),
        [from, to] if from <= to && *to <= 99 => Some((*from, Some(*to))),
        _ => None,
    }
}

fn numbers(cell: &str) -> impl Iterator<Item = u16> {
    cell.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok())
}

/// `yes` and `no` in the common languages and figures.
pub(super) fn yes(cell: &str) -> Option<bool> {
    match fold(cell).as_str() {
        "yes" | "y" | "true" | "1" | "x" | "ja" | "j" | "oui" | "si" | "incl" | "inclusive" | "brutto" | "ttc"
        | "signed" | "signiert" => Some(true),
        "no" | "n" | "false" | "0" | "nein" | "non" | "excl" | "exclusive" | "netto" | "ht" => Some(false),
        _ => None,
    }
}

/// The format that words of four languages mean.
pub(super) fn format(cell: &str) -> Option<Format> {
    let folded = fold(cell);
    let has = |any: &[&str]| any.iter().any(|word| folded.contains(word));
    let code = match () {
        () if has(&["horbuch", "livre audio", "audiolibro", "audio download"]) => {
            if has(&["cd"]) {
                "AC"
            } else {
                "AJ"
            }
        }
        () if has(&["livre numerique", "libro electronico", "digital"]) => "ED",
        () if has(&["pappbilderbuch", "tout carton"]) => "BH",
        () if has(&["gebunden", "pappband", "leinen", "tapa dura", "cartone", "relie", "hardcover", "hardback"]) => {
            "BB"
        }
        () if has(&[
            "kartoniert",
            "broschiert",
            "broschur",
            "taschenbuch",
            "poche",
            "tapa blanda",
            "rustica",
            "bolsillo",
            "broche",
        ]) =>
        {
            "BC"
        }
        () if has(&["spiralbindung"]) => "BE",
        () => return Format::from_words(cell),
    };
    Format::from_code(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_four_languages_are_understood() {
        let availability = |text: &str| words(text).map(|supply| supply.availability);
        assert_eq!(availability("In stock"), Some("21"));
        assert_eq!(availability("nicht lieferbar"), Some("31"));
        assert_eq!(availability("Épuisé"), Some("51"));
        assert_eq!(availability("bajo pedido"), Some("22"));
        assert_eq!(availability("soon?"), None);
        let form = |text: &str| format(text).map(|format| format.code().to_owned());
        assert_eq!(form("Gebundene Ausgabe").as_deref(), Some("BB"));
        assert_eq!(form("Tapa blanda").as_deref(), Some("BC"));
        assert_eq!(form("Hörbuch-CD").as_deref(), Some("AC"));
        assert_eq!(form("Poche").as_deref(), Some("BC"));
        assert_eq!(form("Mass Market Paperback").as_deref(), Some("BC"));
        assert_eq!(form("hand-sewn"), None);
        assert_eq!([yes("Ja"), yes("non"), yes("perhaps")], [Some(true), Some(false), None]);
    }

    #[test]
    fn days_and_ages_are_one_number_or_two() {
        assert_eq!(
            [days("3"), days("3-5 days"), days("1–2 Wochen"), days("soon"), days("9-3")],
            [Some((3, 3)), Some((3, 5)), Some((5, 10)), None, None]
        );
        assert_eq!(
            [ages("8-12"), ages("ab 8 Jahren"), ages("8+"), ages("adult")],
            [Some((8, Some(12))), Some((8, None)), Some((8, None)), None]
        );
    }
}
