//! Titles: 245 as the book has it, 240 and 880 as it was called first, and the series it stands in.

use super::field::{Field, Marc};
use super::isbd;
use crate::imports::record::Record;
use crate::kernel::text::{fold, tidy};

/// Uniform titles that name no book but a kind of collection.
const COLLECTIVE: [&str; 12] = [
    "works",
    "selections",
    "poems",
    "plays",
    "novels",
    "short stories",
    "essays",
    "prose works",
    "correspondence",
    "speeches",
    "laws etc",
    "poetry",
];

/// Reads title, subtitle, prefix, original title and series.
pub(super) fn read(record: &mut Record, marc: &Marc) {
    let Some(main) = marc.first("245") else { return };
    let (title, subtitle) = parts(main);
    record.facts.title_prefix = prefix(main, &title);
    record.facts.title = title;
    record.facts.subtitle = subtitle;
    record.work.original_title = original(marc, &record.facts.title);
    record.work.series = series(marc);
}

/// $a with the numbers and names of parts is the title; $b is the subtitle, unless it says the same in another language.
fn parts(field: &Field) -> (String, Option<String>) {
    let (mut title, mut subtitle) = (String::new(), String::new());
    let mut parallel = false;
    for (code, text) in &field.subfields {
        match code {
            'a' | 'n' | 'p' | 'k' => {
                let part = isbd::plain(text);
                let joint = match (title.is_empty(), code) {
                    (true, _) => "",
                    // “Star Wars. Part 1, A new hope”
                    (_, 'p') if title_ends_in_number(field) => ", ",
                    _ => ". ",
                };
                if !part.is_empty() {
                    title.push_str(joint);
                    title.push_str(&part);
                }
            }
            'b' if !parallel => {
                subtitle.push_str(if subtitle.is_empty() { "" } else { " : " });
                subtitle.push_str(&isbd::plain(text));
            }
            _ => {}
        }
        parallel |= text.trim_end().ends_with('=');
    }
    (isbd::unbracketed(&tidy(&title)).to_owned(), Some(tidy(&subtitle)).filter(|text| !text.is_empty()))
}

fn title_ends_in_number(field: &Field) -> bool {
    field.get('n').is_some()
}

/// The second indicator counts the characters that sorting skips, the space after the article among them.
fn prefix(field: &Field, title: &str) -> Option<String> {
    let count =
        field.indicators.1.to_digit(10).and_then(|count| usize::try_from(count).ok()).filter(|count| *count > 0)?;
    let start: String = title.chars().take(count).collect();
    // A wrong count would cut a word.
    let ends_well = start.ends_with([' ', '\'', '’', '-']);
    Some(start.trim().to_owned()).filter(|prefix| ends_well && !prefix.is_empty() && prefix.len() < title.len())
}

/// Of a translation the uniform title, in its own script if the record has that; else the title in its own script.
fn original(marc: &Marc, title: &str) -> Option<String> {
    let own = |tag| marc.in_own_script(tag).find_map(|field| Some(parts(field).0).filter(|text| !text.is_empty()));
    let uniform = || {
        // Without $l it is a heading of the book's own language.
        let field = marc.first("240").filter(|field| field.get('l').is_some())?;
        let text = isbd::plain(field.get('a')?);
        (!COLLECTIVE.contains(&fold(&text).as_str())).then_some(text)
    };
    let found = match uniform() {
        Some(uniform) => own("240").or(Some(uniform)),
        None => own("245"),
    };
    found.filter(|original| fold(original) != fold(title) && original.chars().count() <= 500)
}

/// 490 is the series as printed, 440 its forerunner, 830 and 800 the headings for it.
fn series(marc: &Marc) -> Option<(String, Option<String>)> {
    let named = |tag: &'static str, code: char| {
        marc.all(tag).find_map(move |field| {
            let name = isbd::plain(isbd::unbracketed(&isbd::plain(field.get(code)?)));
            let part = field.get('p').map(isbd::plain).filter(|_| code == 'a');
            let name = part.map_or(name.clone(), |part| format!("{name}. {part}"));
            let number = field.get('v').map(isbd::volume).filter(|number| !number.is_empty());
            (!name.is_empty()).then_some((name, number))
        })
    };
    named("490", 'a').or_else(|| named("440", 'a')).or_else(|| named("830", 'a')).or_else(|| named("800", 't'))
}
