//! What columns hold, guessed from their content: offered to who imports, never taken without asking.

use super::amounts::{self, Mark};
use super::columns::Columns;
use super::fields::Field;
use super::{supply, unwrap};
use crate::imports::dates::{self, Order, Reading};
use crate::imports::language;
use crate::kernel::isbn::Isbn;
use crate::kernel::money::Currency;
use crate::kernel::text::fold;

/// What the cells of one column are, in counts of those with something in them.
#[derive(Clone, Debug, Default)]
struct Look {
    filled: u64,
    isbns: u64,
    addresses: u64,
    images: u64,
    paths: u64,
    currencies: u64,
    dates: u64,
    years: u64,
    whole: u64,
    amounts: u64,
    cents: u64,
    languages: u64,
    formats: u64,
    names: u64,
    letters: u64,
    chars: u64,
    words: u64,
    sum: u64,
    distinct: std::collections::BTreeSet<String>,
}

impl Look {
    fn add(&mut self, cell: &str) {
        self.filled += 1;
        if self.distinct.len() < 1000 {
            self.distinct.insert(cell.chars().take(80).collect());
        }
        let lower = cell.to_lowercase();
        let is_isbn =
            cell.bytes().filter(|byte| byte.is_ascii_alphanumeric()).count() >= 10 && cell.parse::<Isbn>().is_ok();
        let digits = cell.bytes().all(|byte| byte.is_ascii_digit());
        let whole = digits.then(|| cell.parse::<u64>().ok()).flatten().filter(|_| cell.len() <= 6);
        let is_year = whole.is_some_and(|number| (1450..=2100).contains(&number));
        let amount = amounts::read(cell, Currency::EUR, Mark::Point).is_ok();
        let count = |holds: bool| u64::from(holds);
        self.isbns += count(is_isbn);
        self.addresses += count(lower.starts_with("http://") || lower.starts_with("https://"));
        self.images += count([".jpg", ".jpeg", ".png", ".webp", ".gif"].iter().any(|end| lower.ends_with(end)));
        self.paths += count(cell.contains(" > ") || (cell.contains('>') && !cell.contains('<')));
        self.currencies += count(
            cell.len() == 3 && cell.bytes().all(|byte| byte.is_ascii_uppercase()) && cell.parse::<Currency>().is_ok(),
        );
        self.dates +=
            count(!digits && !amount && !matches!(dates::read(cell, Order::DayFirst), Reading::No | Reading::Unknown));
        self.years += count(is_year);
        self.whole += count(whole.is_some());
        self.sum += whole.unwrap_or(0);
        self.amounts += count(amount && !is_isbn);
        self.cents += count(amount && !digits);
        self.languages += count(
            cell.len() <= 12 && language::parse(cell).is_some() && !cell.bytes().all(|byte| byte.is_ascii_uppercase()),
        );
        self.formats += count(cell.len() >= 4 && cell.len() <= 30 && supply::format(cell).is_some());
        self.names += count(looks_like_people(cell));
        self.letters += count(cell.chars().filter(|c| c.is_alphabetic()).count() * 2 > cell.chars().count());
        self.chars += cell.chars().count() as u64;
        self.words += cell.split_whitespace().count() as u64;
    }

    /// Whether nearly all that is filled is so.
    fn mostly(&self, count: u64) -> bool {
        self.filled > 0 && count * 10 >= self.filled * 8
    }

    fn average(&self, sum: u64) -> u64 {
        sum.checked_div(self.filled).unwrap_or(0)
    }

    /// Whether it says something else in each row, as titles do and shop names do not.
    fn varies(&self) -> bool {
        self.filled <= 2 || self.distinct.len() as u64 * 2 > self.filled.min(1000)
    }
}

/// `Ann Bell`, `Bell, Ann`, `A. B. Dow; Cy Fox`: two to four words, each with a capital.
fn looks_like_people(cell: &str) -> bool {
    let people: Vec<&str> = cell.split([';', '|', '&']).map(str::trim).collect();
    let articles = ["the", "a", "an", "der", "die", "das", "le", "la", "les", "el", "los"];
    people.iter().all(|person| {
        let words: Vec<&str> = person.split([' ', ',']).filter(|word| !word.is_empty()).collect();
        let capital = |word: &&str| word.starts_with(|c: char| c.is_uppercase());
        (2..=5).contains(&words.len())
            && words.iter().filter(|word| capital(word)).count() * 3 >= words.len() * 2
            && !person.contains(|c: char| c.is_ascii_digit() || matches!(c, ':' | '!' | '?'))
            && words.first().is_some_and(|first| !articles.contains(&fold(first).as_str()))
    })
}

/// What each column seems to hold; `None` where nothing is likely enough.
pub(super) fn columns<'a>(rows: impl Iterator<Item = Vec<&'a str>>, width: usize) -> Vec<Option<Field>> {
    let mut looks = vec![Look::default(); width];
    for row in rows {
        for (look, cell) in looks.iter_mut().zip(row) {
            let cell = unwrap::figures(unwrap::cell(cell));
            if !unwrap::is_nothing(cell) {
                look.add(cell);
            }
        }
    }
    let mut guess = Guess { fields: vec![None; width], looks };
    guess.by_shape();
    guess.numbers();
    guess.texts();
    guess.fields
}

struct Guess {
    looks: Vec<Look>,
    fields: Vec<Option<Field>>,
}

impl Guess {
    /// Gives a field to the first free column that fits.
    fn give(&mut self, field: Field, fits: impl Fn(&Look) -> bool) {
        let best = self.free().find(|(_, look)| fits(look)).map(|(place, _)| place);
        self.set(best, field);
    }

    /// Gives a field to the free column that fits and has most of something.
    fn give_most(&mut self, field: Field, fits: impl Fn(&Look) -> bool, most: impl Fn(&Look) -> u64) {
        let best =
            self.free().filter(|(_, look)| fits(look)).max_by_key(|(_, look)| most(look)).map(|(place, _)| place);
        self.set(best, field);
    }

    fn set(&mut self, place: Option<usize>, field: Field) {
        if let Some(entry) = place.and_then(|place| self.fields.get_mut(place)) {
            *entry = Some(field);
        }
    }

    fn free(&self) -> impl Iterator<Item = (usize, &Look)> {
        let pairs = self.looks.iter().zip(&self.fields).enumerate();
        pairs.filter(|(_, (look, field))| field.is_none() && look.filled > 0).map(|(place, (look, _))| (place, look))
    }

    fn by_shape(&mut self) {
        self.give(Field::Isbn, |look| look.mostly(look.isbns));
        // A second column of the same numbers is the shop's own use of them.
        self.give(Field::Ignore, |look| look.mostly(look.isbns));
        self.give(Field::Image, |look| look.mostly(look.images));
        self.give(Field::Ignore, |look| look.mostly(look.addresses));
        self.give(Field::Category, |look| look.mostly(look.paths));
        self.give(Field::Currency, |look| look.mostly(look.currencies));
        self.give(Field::Date, |look| look.mostly(look.dates));
        self.give(Field::Year, |look| look.mostly(look.years));
        self.give(Field::Format, |look| look.mostly(look.formats) && look.average(look.words) <= 3);
        self.give(Field::Language, |look| look.mostly(look.languages));
    }

    fn numbers(&mut self) {
        self.give(Field::Price, |look| look.mostly(look.amounts) && look.cents * 2 > look.filled);
        let price = self.fields.iter().position(|field| *field == Some(Field::Price));
        let counts = |look: &Look| look.mostly(look.whole) && look.average(look.sum) < 100;
        let after = price
            .and_then(|price| self.free().find(|(place, look)| *place > price && counts(look)).map(|(place, _)| place));
        match after {
            Some(place) => self.set(Some(place), Field::Stock),
            None => self.give(Field::Stock, |look| counts(look) && look.distinct.len() > 1),
        }
        self.give(Field::Pages, |look| {
            look.mostly(look.whole) && (100..1000).contains(&look.average(look.sum)) && look.varies()
        });
    }

    fn texts(&mut self) {
        let text = |look: &Look| look.mostly(look.letters);
        self.give_most(Field::Description, |look| text(look) && look.average(look.words) >= 15, |look| look.chars);
        let people = |look: &Look| text(look) && look.names * 10 >= look.filled * 7;
        let title = |look: &Look| text(look) && look.varies() && look.average(look.words) < 15;
        self.give_most(Field::Title, |look| title(look) && !people(look), |look| look.chars);
        if !self.fields.contains(&Some(Field::Title)) {
            self.give_most(Field::Title, title, |look| look.chars);
        }
        self.give(Field::Author, people);
    }
}

/// A guess as the options that would say it.
pub(super) fn as_options(fields: &[Option<Field>], columns: &Columns, headerless: bool) -> String {
    let names = columns.names();
    let mut words: Vec<String> = Vec::new();
    if headerless {
        words.push("--no-header".into());
    }
    for (index, field) in fields.iter().enumerate() {
        let Some(field) = field.filter(|field| *field != Field::Ignore) else { continue };
        let name = names
            .get(index)
            .filter(|name| !headerless && !name.is_empty() && name.len() <= 40 && !name.contains(['"', '\'']));
        words.push(match name {
            Some(name) if name.contains(' ') => format!("--map \"{name}={}\"", field.name()),
            Some(name) => format!("--map {name}={}", field.name()),
            None => format!("--map {}={}", index + 1, field.name()),
        });
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rows: &[&[&str]], expected: &[&str]) {
        let width = rows.iter().map(|row| row.len()).max().unwrap_or(0);
        let found = columns(rows.iter().map(|row| row.to_vec()), width);
        let names: Vec<&str> = found.iter().map(|field| field.map_or("", Field::name)).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn columns_are_guessed_by_what_is_in_them() {
        check(
            &[
                &[
                    "9780306406157",
                    "The Cold Ink",
                    "Mara Fenn",
                    "12.99",
                    "3",
                    "2014-07-31",
                    "https://example.com/a.jpg",
                    "GBP",
                ],
                &[
                    "9780975229804",
                    "Ice on the water",
                    "Bell, Ann",
                    "9.50",
                    "0",
                    "2015-01-02",
                    "https://example.com/b.jpg",
                    "GBP",
                ],
                &[
                    "9781250108562",
                    "Boats, and how they sink",
                    "Cy Dow & Eva Fox",
                    "8.00",
                    "12",
                    "2016-11-30",
                    "https://example.com/c.jpg",
                    "GBP",
                ],
            ],
            &["isbn", "title", "author", "price", "stock", "date", "image", "currency"],
        );
        check(
            &[
                &["Book", "Books > Sea", "9780306406157", "The Cold Ink", "A B C", "9780306406157", "12.99", "51"],
                &["Book", "Books > Sea", "9780975229804", "Ice on the water", "A B C", "9780975229804", "9.50", "52"],
                &[
                    "Book",
                    "Books > Ice",
                    "9781250108562",
                    "Boats, and how they sink",
                    "A B C",
                    "9781250108562",
                    "8.00",
                    "51",
                ],
            ],
            &["", "category", "isbn", "title", "", "ignore", "price", "stock"],
        );
        check(&[&["red", "1"], &["blue", "2"]], &["title", "stock"]);
        check(&[&["1", "2"]], &["", ""]);
        check(&[], &[]);
    }
}
