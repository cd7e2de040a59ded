//! What a book is about, as codes with the ONIX List 27 scheme they are from.

use super::field::{Field, Marc};
use super::isbd;
use crate::catalog::Subject;

/// More than this is nobody's description.
const MOST: usize = 100;
const MAX_CODE: usize = 200;

/// Trade schemes first, because shelves follow them; then classes, then headings.
pub(super) fn read(marc: &Marc) -> Vec<Subject> {
    let mut found: Vec<Subject> = Vec::new();
    let mut add = |scheme: &str, code: &str| {
        let subject = Subject { scheme: scheme.to_owned(), code: code.to_owned() };
        if !code.is_empty() && code.chars().count() <= MAX_CODE && found.len() < MOST && !found.contains(&subject) {
            found.push(subject);
        }
    };
    for field in marc.all("072").chain(marc.all("084")) {
        let scheme = field.get('2').and_then(scheme);
        for code in field.list('a').filter(|_| scheme.is_some()) {
            let whole: String = [code, field.get('x').unwrap_or_default()].concat();
            let code = if scheme == Some("10") { whole.as_str() } else { code };
            add(scheme.unwrap_or_default(), code.split_whitespace().next().unwrap_or_default());
        }
    }
    for field in marc.all("082") {
        // Slashes show where a small library may cut the number.
        let numbers = field.list('a').map(|number| number.replace(['/', '\''], ""));
        let scheme = if field.indicators.0 == '1' { "02" } else { "01" };
        numbers
            .filter(|number| number.starts_with(|c: char| c.is_ascii_digit()))
            .for_each(|number| add(scheme, number.trim()));
    }
    for field in marc.all("050") {
        field
            .list('a')
            .filter(|class| class.starts_with(|c: char| c.is_ascii_uppercase()))
            .for_each(|class| add("03", &isbd::plain(class)));
    }
    marc.all("080").flat_map(|field| field.list('a')).for_each(|class| add("09", class));
    for tag in ["600", "610", "611", "630", "647", "648", "650", "651", "655"] {
        for field in marc.all(tag) {
            if let Some(scheme) = heading_scheme(field) {
                add(scheme, &heading(field));
            }
        }
    }
    found
}

/// The second indicator names the list a heading is from; 7 leaves it to $2.
fn heading_scheme(field: &Field) -> Option<&'static str> {
    match field.indicators.1 {
        '0' => Some("04"),
        '1' => Some("A8"),
        '2' => Some("06"),
        '3' => Some("07"),
        '5' => Some("62"),
        '6' => Some("63"),
        '7' => field.get('2').and_then(scheme).filter(|scheme| !matches!(*scheme, "93" | "10" | "12")),
        _ => None,
    }
}

/// The codes that libraries give to lists of subjects.
fn scheme(source: &str) -> Option<&'static str> {
    Some(match source.trim().trim_end_matches('.') {
        "thema" => "93",
        "bisacsh" => "10",
        "bicssc" => "12",
        "lcsh" => "04",
        "mesh" => "06",
        "aat" => "08",
        "fast" => "B6",
        "gnd" => "91",
        "sears" => "74",
        "ram" => "A5",
        "rvm" => "63",
        "nur" => "32",
        "clc" => "88",
        "ysa" => "64",
        "yso" => "71",
        _ => return None,
    })
}

/// `Web sites--Design`: the heading with its subdivisions, as libraries write it.
fn heading(field: &Field) -> String {
    let mut text = String::new();
    for (code, part) in &field.subfields {
        let part = part.trim();
        let joint = match code {
            'v' | 'x' | 'y' | 'z' => "--",
            'a'..='u' => " ",
            _ => continue,
        };
        // A full stop within the heading stays, one before a subdivision goes.
        if !text.is_empty() {
            text = if joint == "--" { isbd::plain(&text) } else { text };
            text.push_str(joint);
        }
        text.push_str(part);
    }
    isbd::plain(&text)
}
