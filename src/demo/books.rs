//! Plausible books by the thousand, the same ones each time.

use jiff::Timestamp;

use super::{DemoError, Dice, fill};
use crate::catalog::prices::PriceKind;
use crate::catalog::{self, Credit, EditionFacts, Format, Role, WorkFacts};
use crate::db::{Db, Tx};
use crate::kernel::isbn::Isbn;
use crate::stock;

/// Books in one job of the writer.
const CHUNK: u32 = 250;
const GIVEN: [&str; 20] = [
    "Agnes", "Bertil", "Clara", "Dmitri", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jakob", "Kaori", "Lucía", "Milan",
    "Nadia", "Oskar", "Pilar", "Quentin", "Rosa", "Søren", "Tariq",
];
const SURNAME: [&str; 24] = [
    "Abernathy",
    "Bellweather",
    "Castellano",
    "Dufresne",
    "Ekström",
    "Fairbairn",
    "Grünwald",
    "Hargreave",
    "Ishikawa",
    "Jankowski",
    "Kestrel",
    "Lindqvist",
    "Marchetti",
    "Nakamura",
    "Okonkwo",
    "Penhallow",
    "Quillfeather",
    "Rasmussen",
    "Szabó",
    "Thistlewood",
    "Umarov",
    "Valente",
    "Winterbourne",
    "Žižková",
];
const ADJECTIVE: [&str; 20] = [
    "Silent",
    "Crooked",
    "Amber",
    "Forgotten",
    "Hollow",
    "Winter",
    "Salt",
    "Paper",
    "Blue",
    "Patient",
    "Distant",
    "Borrowed",
    "Iron",
    "Gentle",
    "Burning",
    "Hidden",
    "Last",
    "Second",
    "Northern",
    "Unwritten",
];
const NOUN: [&str; 24] = [
    "Harbour",
    "Orchard",
    "Lighthouse",
    "Cartographer",
    "Sparrow",
    "Archive",
    "River",
    "Clockmaker",
    "Garden",
    "Winter",
    "Letter",
    "Mountain",
    "Bridge",
    "Translator",
    "Island",
    "Mirror",
    "Station",
    "Beekeeper",
    "Library",
    "Tide",
    "Compass",
    "Theatre",
    "Meadow",
    "Voyage",
];
const PLACE: [&str; 12] = [
    "Averley",
    "Trieste",
    "the Marsh",
    "Lisbon",
    "Kyoto",
    "the Fens",
    "Odessa",
    "the Border",
    "Tangier",
    "Uppsala",
    "the Estuary",
    "Oaxaca",
];
const PUBLISHER: [&str; 8] = [
    "Halfpenny Press",
    "Fenwick & Daughters",
    "Tall Ship",
    "Paper Lantern",
    "Northgate",
    "Quarry House",
    "Blue Door",
    "Meridian",
];
const CATEGORY: [&str; 14] = [
    "fiction/contemporary",
    "fiction/historical",
    "fiction/in-translation",
    "crime",
    "sf-fantasy",
    "classics",
    "poetry",
    "biography",
    "history",
    "ideas",
    "science",
    "nature",
    "food",
    "children",
];

pub(super) fn generate(db: &Db, count: u32, now: Timestamp) -> Result<(), DemoError> {
    let mut first = 0;
    while first < count {
        let end = count.min(first + CHUNK);
        db.write_blocking(move |tx| (first..end).try_for_each(|number| book(tx, number, now)))?;
        first = end;
    }
    Ok(())
}

fn book(tx: &Tx<'_>, number: u32, now: Timestamp) -> Result<(), DemoError> {
    let mut dice = Dice(u64::from(number) ^ 0xB00C);
    let title = title(&mut dice, number);
    let author = format!("{} {}", dice.word(&GIVEN), dice.word(&SURNAME));
    let has_series = dice.below(8) == 0;
    let about = WorkFacts {
        first_published: i16::try_from(1900 + dice.below(126)).ok(),
        series: has_series.then(|| {
            (format!("The {} {}", dice.word(&ADJECTIVE), dice.word(&NOUN)), Some((1 + dice.below(7)).to_string()))
        }),
        popularity: u32::try_from(dice.below(40)).unwrap_or(0),
        categories: vec![dice.word(&CATEGORY).to_owned()],
        ..WorkFacts::default()
    };
    let to_order = dice.below(5) == 0;
    let facts = EditionFacts {
        isbn: isbn(number),
        credits: vec![Credit::new(&author, Role::AUTHOR)],
        language: Some("eng".to_owned()),
        format: if dice.below(4) == 0 { Format::HARDBACK } else { Format::PAPERBACK },
        publisher: Some(dice.word(&PUBLISHER).to_owned()),
        published: (1950 + dice.below(76)).to_string().parse().ok(),
        pages: u32::try_from(96 + dice.below(700)).ok(),
        weight_g: u32::try_from(150 + dice.below(700)).ok(),
        availability: "21".to_owned(),
        lead_days: to_order.then_some((2, 4)),
        description: Some(format!(
            "A {} story of {} and what was left there.",
            dice.word(&ADJECTIVE).to_lowercase(),
            dice.word(&PLACE)
        )),
        title,
        ..EditionFacts::default()
    };
    let (id, _) = catalog::create(tx, None, &about, &facts, now)?;
    fill::set_price(tx, id, i64::try_from(499 + 50 * dice.below(50)).unwrap_or(999), PriceKind::Selling, now)?;
    let copies = u32::try_from(dice.below(9)).unwrap_or(0);
    if copies > 0 && !to_order {
        stock::receive(tx, id, copies, "demo", "opening stock", now)?;
    }
    Ok(())
}

fn title(dice: &mut Dice, number: u32) -> String {
    let (adjective, noun, place) = (dice.word(&ADJECTIVE), dice.word(&NOUN), dice.word(&PLACE));
    match dice.below(5) {
        0 => format!("The {adjective} {noun}"),
        1 => format!("The {noun} of {place}"),
        2 => format!("{adjective} {noun}s"),
        3 => format!("A {noun} for {place}, volume {}", 1 + number % 97),
        _ => format!("{noun} and {}", dice.word(&NOUN)),
    }
}

/// A number in a range that no publisher has: 978 999 and six digits, with its check digit.
fn isbn(number: u32) -> Option<Isbn> {
    let body = format!("978999{:06}", number % 1_000_000);
    (0..10).find_map(|check| format!("{body}{check}").parse().ok())
}
