//! What kind of thing a record describes, and in what form: leader 06 and 07, fields 007, 008, 338 and the words of 020.

use super::field::Marc;
use crate::catalog::Format;
use crate::kernel::text::fold;

/// Refuses what no bookshop sells as one thing.
pub(super) fn check_kind(marc: &Marc) -> Result<(), String> {
    match (marc.leader_at(6), marc.leader_at(7)) {
        ('u' | 'v' | 'x' | 'y', _) => Err("it tells where a library keeps a book, not what it is (holdings)".into()),
        ('z', _) => Err("it is about a name or a heading, not a book (authority record)".into()),
        ('w' | 'q', _) => Err("it is no bibliographic record".into()),
        (_, 's' | 'b') => Err("it is a serial: newspapers and journals are not books".into()),
        (_, 'a') => Err("it is an article or a chapter: it is not sold by itself".into()),
        ('p', _) | (_, 'd') => Err("it is an archive's collection, not a book".into()),
        _ => Ok(()),
    }
}

/// Whether it is language material, so that 008 has the places of books.
pub(super) fn is_text(marc: &Marc) -> bool {
    matches!(marc.leader_at(6), 'a' | 't')
}

/// The form in ONIX List 150.
pub(super) fn format(marc: &Marc) -> Format {
    let code = match marc.leader_at(6) {
        'a' | 't' if is_online(marc) => "ED",
        'a' | 't' if form_of_item(marc) == Some('f') => "BZ",
        'a' | 't' => bound(marc),
        'c' | 'd' if is_online(marc) => "ED",
        'c' | 'd' => "PI",
        'e' | 'f' => "CA",
        'g' => "VA",
        'i' | 'j' => sound(marc),
        'k' => "PZ",
        'm' if is_online(marc) => "EA",
        'm' => "DA",
        'o' => "PH",
        'r' => "ZZ",
        _ => "BA",
    };
    Format::from_code(code).unwrap_or(Format::BOOK)
}

/// Words for what the format does not say.
pub(super) fn note(marc: &Marc) -> Option<String> {
    let words = match form_of_item(marc) {
        Some('d') => "large print",
        Some('f') => "braille",
        _ => return None,
    };
    Some(words.to_owned())
}

/// Maps and pictures have it at another place of 008.
fn form_of_item(marc: &Marc) -> Option<char> {
    let place = if matches!(marc.leader_at(6), 'e' | 'f' | 'g' | 'k' | 'o' | 'r') { 29 } else { 23 };
    marc.code("008", place)
}

/// A book with a disc has a 007 for the disc, and one with a copy in the network a 007 for that; neither is an ebook.
fn is_online(marc: &Marc) -> bool {
    let carriers: Vec<&str> = marc.all("338").flat_map(|field| field.list('b')).collect();
    if let Some(first) = carriers.first() {
        return *first == "cr";
    }
    let says = |tag: &'static str, code: char, word: &str| marc.all(tag).any(|field| field.says(code, word));
    let in_network = marc.all("007").any(|field| field.value.starts_with("cr"));
    let no_pages =
        || !marc.all("300").any(|field| field.get('a').is_some_and(|text| super::isbd::pages(text).is_some()));
    matches!(form_of_item(marc), Some('o' | 'q' | 's'))
        || says("300", 'a', "online resource")
        || says("245", 'h', "electronic resource")
        || (in_network && no_pages())
}

/// 007 of sound: s, then the carrier; 03 is the speed, f for a compact disc.
fn sound(marc: &Marc) -> &'static str {
    let first = marc.all("007").map(|field| field.value.as_str()).find(|value| value.starts_with('s'));
    let carrier = marc.all("338").find_map(|field| field.get('b')).unwrap_or_default();
    let place = |at: usize| first.and_then(|value| value.chars().nth(at)).unwrap_or(' ');
    match (place(1), place(3), carrier) {
        (_, _, "cr") | ('r', ..) => "AJ",
        (' ', ..) if is_online(marc) || marc.all("007").any(|field| field.value.starts_with("cr")) => "AJ",
        ('d', 'f', _) => "AC",
        ('d', ..) => "AE",
        ('s', ..) | (_, _, "ss") => "AB",
        (_, _, "sd") if marc.all("300").any(|field| field.says('a', "compact") || field.says('a', "cd")) => "AC",
        _ => "AA",
    }
}

/// The binding, which only the words behind an ISBN tell: `0306406152 (pbk. : alk. paper)`.
fn bound(marc: &Marc) -> &'static str {
    let field = marc.all("020").find(|field| field.get('a').is_some());
    let Some(field) = field else { return "BA" };
    let stated = field.get('a').unwrap_or_default();
    let inside = stated.find('(').and_then(|at| stated.get(at..)).unwrap_or_default();
    let words = fold(&field.list('q').chain([inside]).collect::<Vec<_>>().join(" "));
    let has = |any: &[&str]| words.split(' ').any(|word| any.contains(&word));
    match () {
        () if has(&["ebook", "epub", "pdf", "electronic", "mobi", "kindle"]) => "ED",
        () if words.contains("board book") || words.contains("board bk") => "BH",
        () if has(&[
            "pbk",
            "paperback",
            "softcover",
            "sc",
            "broche",
            "broch",
            "brosch",
            "taschenbuch",
            "kart",
            "br",
        ]) =>
        {
            "BC"
        }
        () if has(&[
            "hbk",
            "hardback",
            "hardcover",
            "hc",
            "hard",
            "cloth",
            "cased",
            "geb",
            "relie",
            "gebunden",
            "library",
        ]) =>
        {
            "BB"
        }
        () if words.contains("lib bdg") => "BB",
        () if has(&["spiral", "wire"]) => "BE",
        () if has(&["leather"]) => "BG",
        // “Acid-free paper” and “alk. paper” tell of the paper alone.
        () if words == "paper" => "BC",
        () => "BA",
    }
}
