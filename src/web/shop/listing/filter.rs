//! The filters of a list: what stands in the address, what readers see, what the index is asked.

use crate::catalog::categories::Category;
use crate::kernel::money::{Currency, Money};
use crate::search::{self, Availability, Count, Facets, Query};
use crate::web::shop::language;

/// What a list can be narrowed by, one value each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    Availability,
    Format,
    Category,
    Price,
    Language,
    Series,
    Publisher,
    Decade,
}

/// Longer values are no filter of ours; names of series and publishers are the longest there are.
const LONGEST_VALUE: usize = 200;

impl Filter {
    /// All of them, in the order of the filter column.
    pub(super) const ALL: [Filter; 8] = [
        Filter::Availability,
        Filter::Format,
        Filter::Category,
        Filter::Price,
        Filter::Language,
        Filter::Series,
        Filter::Publisher,
        Filter::Decade,
    ];

    /// Its parameter.
    pub(super) fn name(self) -> &'static str {
        match self {
            Filter::Availability => "availability",
            Filter::Format => "format",
            Filter::Category => "category",
            Filter::Price => "price",
            Filter::Language => "language",
            Filter::Series => "series",
            Filter::Publisher => "publisher",
            Filter::Decade => "decade",
        }
    }

    pub(super) fn heading(self) -> &'static str {
        match self {
            Filter::Availability => "Availability",
            Filter::Format => "Format",
            Filter::Category => "Category",
            Filter::Price => "Price",
            Filter::Language => "Language",
            Filter::Series => "Series",
            Filter::Publisher => "Publisher",
            Filter::Decade => "Year",
        }
    }

    /// A value in the one spelling that our links have; `None` for what makes no sense.
    pub(super) fn read(self, value: &str, currency: Currency) -> Option<String> {
        if value.len() > LONGEST_VALUE {
            return None;
        }
        match self {
            Filter::Availability => Availability::from_word(value).map(|availability| availability.word().to_owned()),
            Filter::Format | Filter::Category | Filter::Series | Filter::Publisher => Some(value.to_owned()),
            Filter::Price => Prices::read(value, currency).map(|prices| prices.word(currency)),
            Filter::Language => {
                let is_code = value.len() == 3 && value.bytes().all(|byte| byte.is_ascii_lowercase());
                is_code.then(|| value.to_owned())
            }
            Filter::Decade => decade(value).map(|year| format!("{year}s")),
        }
    }

    /// A value in the reader's words.
    pub(super) fn label(self, value: &str, tree: &[Category], currency: Currency) -> String {
        let label = match self {
            Filter::Availability => {
                Availability::from_word(value).map(|availability| in_words(availability).to_owned())
            }
            Filter::Category => {
                tree.iter().find(|category| category.path == value).map(|category| category.name.clone())
            }
            Filter::Price => Prices::read(value, currency).map(|prices| prices.label(currency)),
            Filter::Language => Some(language::name(value)),
            Filter::Decade => {
                decade(value).filter(|year| *year == FIRST_DECADE).map(|year| format!("{year}s and before"))
            }
            Filter::Format | Filter::Series | Filter::Publisher => None,
        };
        label.unwrap_or_else(|| value.to_owned())
    }

    /// What was counted, in the reader's order, with values as `read` gives them.
    pub(super) fn counts(self, facets: &Facets, currency: Currency) -> Vec<Count> {
        match self {
            Filter::Availability => Availability::ALL
                .map(|availability| Count {
                    value: availability.word().to_owned(),
                    books: facets.count_of(availability),
                })
                .to_vec(),
            Filter::Format => facets.formats.clone(),
            Filter::Category => facets.categories.clone(),
            Filter::Price => facets.prices.iter().filter_map(|count| band(count, currency)).collect(),
            Filter::Language => facets.languages.clone(),
            Filter::Series => facets.series.clone(),
            Filter::Publisher => facets.publishers.clone(),
            // The newest first: that is what most readers mean.
            Filter::Decade => facets
                .decades
                .iter()
                .rev()
                .map(|count| Count { value: format!("{}s", count.value), ..*count })
                .collect(),
        }
    }

    /// Narrows a question by a value that `read` gave.
    pub(super) fn narrow(self, query: &mut Query, value: &str, currency: Currency) {
        let text = || Some(value.to_owned());
        match self {
            Filter::Availability => query.availability = Availability::from_word(value),
            Filter::Format => query.format = text(),
            Filter::Category => query.category = text(),
            Filter::Price => query.price = Prices::read(value, currency).map(Prices::ends),
            Filter::Language => query.language = text(),
            Filter::Series => query.series = text(),
            Filter::Publisher => query.publisher = text(),
            Filter::Decade => query.decade = decade(value),
        }
    }
}

fn in_words(availability: Availability) -> &'static str {
    match availability {
        Availability::OnShelf => "On our shelves",
        Availability::ToOrder => "To order",
        Availability::Forthcoming => "Out soon",
        Availability::NotNow => "Not at the moment",
        Availability::OutOfPrint => "Out of print",
    }
}

/// What is older stands with it in the index.
const FIRST_DECADE: i64 = 1450;

/// `1990` for `1990s` or any year of them.
fn decade(value: &str) -> Option<i64> {
    let year: i64 = value.strip_suffix('s').unwrap_or(value).parse().ok()?;
    (0..3000).contains(&year).then(|| (year - year % 10).max(FIRST_DECADE))
}

fn band(count: &Count, currency: Currency) -> Option<Count> {
    let (from, to) = search::price_band(&count.value)?;
    let prices = Prices { from: from.unwrap_or(0), below: to.map(|to| to.saturating_add(1)) };
    Some(Count { value: prices.word(currency), books: count.books })
}

/// Amounts in minor units: from the first, below the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Prices {
    from: i64,
    below: Option<i64>,
}

impl Prices {
    /// Reads `5-10`, `0-10`, `30-`.
    fn read(value: &str, currency: Currency) -> Option<Prices> {
        let (from, below) = value.split_once('-')?;
        let amount = |text: &str| Money::parse(text, currency).ok().map(|amount| amount.minor);
        let from = if from.is_empty() { 0 } else { amount(from)? };
        let below = if below.is_empty() { None } else { Some(amount(below)?) };
        let is_everything = from == 0 && below.is_none();
        (from >= 0 && below.is_none_or(|below| below > from) && !is_everything).then_some(Prices { from, below })
    }

    fn word(self, currency: Currency) -> String {
        let amount = |minor| round(Money::new(minor, currency).decimal());
        format!("{}-{}", amount(self.from), self.below.map(amount).unwrap_or_default())
    }

    fn label(self, currency: Currency) -> String {
        let amount = |minor| round(Money::new(minor, currency).display());
        match (self.from, self.below) {
            (0, Some(below)) => format!("Under {}", amount(below)),
            (from, Some(below)) => format!("{} to {}", amount(from), amount(below)),
            (from, None) => format!("{} and over", amount(from)),
        }
    }

    /// Both included, as the index is asked.
    fn ends(self) -> (Option<i64>, Option<i64>) {
        (Some(self.from).filter(|from| *from > 0), self.below.map(|below| below - 1))
    }
}

/// `£10` for `£10.00`.
fn round(amount: String) -> String {
    match amount.rsplit_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole.to_owned(),
        _ => amount,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    /// How a value is understood, and what readers see of it.
    #[track_caller]
    fn check(filter: Filter, value: &str, read: Option<(&str, &str)>) {
        let understood = filter.read(value, Currency::GBP);
        let label = understood.as_deref().map(|value| filter.label(value, &[], Currency::GBP));
        assert_eq!(understood.as_deref().zip(label.as_deref()), read, "{filter:?} {value}");
    }

    #[test]
    fn values_have_one_spelling_and_a_readers_words() {
        check(Filter::Price, "5-10", Some(("5-10", "£5 to £10")));
        check(Filter::Price, "5.00-10.0", Some(("5-10", "£5 to £10")));
        check(Filter::Price, "-10", Some(("0-10", "Under £10")));
        check(Filter::Price, "30-", Some(("30-", "£30 and over")));
        check(Filter::Price, "7.50-1000", Some(("7.50-1000", "£7.50 to £1,000")));
        for nonsense in ["", "-", "0-", "10", "10-5", "5-5", "five-ten", "--3", "5-10-15"] {
            check(Filter::Price, nonsense, None);
        }
        check(Filter::Decade, "1990s", Some(("1990s", "1990s")));
        check(Filter::Decade, "1994", Some(("1990s", "1990s")));
        check(Filter::Decade, "1200s", Some(("1450s", "1450s and before")));
        check(Filter::Decade, "nineties", None);
        check(Filter::Availability, "on-shelf", Some(("on-shelf", "On our shelves")));
        check(Filter::Availability, "maybe", None);
        check(Filter::Language, "eng", Some(("eng", "English")));
        check(Filter::Language, "English", None);
        check(Filter::Publisher, &"x".repeat(500), None);
    }

    #[test]
    fn every_band_of_prices_is_a_filter_that_asks_for_it() {
        for currency in [Currency::GBP, "JPY".parse().unwrap(), "KWD".parse().unwrap()] {
            for number in 0..6 {
                let count = Count { value: number.to_string(), books: 1 };
                let value = band(&count, currency).unwrap().value;
                let mut query = Query::default();
                Filter::Price.narrow(&mut query, &Filter::Price.read(&value, currency).unwrap(), currency);
                assert_eq!(query.price, search::price_band(&count.value), "{value}");
            }
        }
    }
}
