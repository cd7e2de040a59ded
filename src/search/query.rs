//! A reader's question and its answer. Any text is a question; none is an error.

use tantivy::Term;
use tantivy::query::{AllQuery, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::SearchError;
use super::availability::Availability;
use super::collect::{Filters, Found, PRICE_BANDS, Shelve};
use super::index::Index;
use super::reading::{Freedom, Text};
use super::schema;
use super::typed::{self, Typed};
use crate::kernel::ids::Id;
use crate::kernel::isbn::Isbn;
use crate::kernel::text;

/// The last page that is answered; nobody reads further, and every page costs all those before it.
pub const LAST_PAGE: u32 = 1000;
const MOST_PER_PAGE: u32 = 100;
/// Letters of a text that are read.
const MOST_LETTERS: usize = 300;

/// In which order the hits come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// What fits best; without words, what is asked for most and can be had.
    #[default]
    Relevance,
    /// What came into the shop last.
    Newest,
    /// Cheapest first; books without a price last.
    PriceAsc,
    /// Dearest first; books without a price last.
    PriceDesc,
    /// By title, without its article.
    Title,
    /// By the first author, then by title; books of nobody last.
    Author,
    /// What the shop has sold most; among equals what is asked for most.
    Popular,
}

/// A question. `Query::default()` is everything in the shop.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// What the reader typed; empty to browse.
    pub text: String,
    /// A category's path; books of its subcategories are in it.
    pub category: Option<String>,
    /// A format's label, as `Facets` gives it.
    pub format: Option<String>,
    /// ISO 639-2/B, as `Facets` gives it.
    pub language: Option<String>,
    /// A publisher's name, as `Facets` gives it.
    pub publisher: Option<String>,
    /// A series' name, as `Facets` gives it.
    pub series: Option<String>,
    /// The first year of a decade, as `Facets` gives it; what is older than the first of them stands with it.
    pub decade: Option<i64>,
    /// Whether it can be had.
    pub availability: Option<Availability>,
    /// Only what is cheaper than the publisher's price.
    pub reduced: bool,
    /// From and to, minor units of the shop's currency, both included.
    pub price: Option<(Option<i64>, Option<i64>)>,
    /// The order.
    pub sort: Sort,
    /// From 1; 0 is 1.
    pub page: u32,
    /// Hits on a page, at most 100; 0 gives counts only.
    pub per_page: u32,
}

/// How the text was read: the strictest way in which a book was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// There were no words.
    Everything,
    /// It is an ISBN.
    Isbn,
    /// Every word as it was written.
    Words,
    /// As `Words`, the last one unfinished.
    Unfinished,
    /// With a letter or two wrong.
    Close,
    /// Some of the words.
    Some,
}

impl Reading {
    /// A word for scripts.
    pub fn word(self) -> &'static str {
        match self {
            Reading::Everything => "everything",
            Reading::Isbn => "isbn",
            Reading::Words => "words",
            Reading::Unfinished => "unfinished",
            Reading::Close => "close",
            Reading::Some => "some",
        }
    }
}

/// One value of a facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The value, as a filter takes it.
    pub value: String,
    /// Books that choosing it would leave.
    pub books: u64,
}

/// What the hits could be narrowed to. Each facet but the categories ignores its own filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// Paths in their own order, each with what stands below it.
    pub categories: Vec<Count>,
    /// Labels, the most frequent first.
    pub formats: Vec<Count>,
    /// Codes, the most frequent first.
    pub languages: Vec<Count>,
    /// Publishers' names, the most frequent first.
    pub publishers: Vec<Count>,
    /// Names of series, the most frequent first.
    pub series: Vec<Count>,
    /// Decades by their first year, in order.
    pub decades: Vec<Count>,
    /// Bands of prices by their number, see `price_band`.
    pub prices: Vec<Count>,
    /// Words of `Availability`, the most frequent first.
    pub availability: Vec<Count>,
}

impl Facets {
    /// Books that can be had so.
    pub fn count_of(&self, availability: Availability) -> u64 {
        self.availability.iter().find(|count| count.value == availability.word()).map_or(0, |count| count.books)
    }
}

/// From and to of a band of prices, in minor units, both included.
pub fn price_band(value: &str) -> Option<(Option<i64>, Option<i64>)> {
    let band: usize = value.parse().ok()?;
    let end = |at: usize| PRICE_BANDS.get(at).and_then(|end| i64::try_from(*end).ok());
    if band > PRICE_BANDS.len() {
        return None;
    }
    Some((band.checked_sub(1).and_then(end), end(band).map(|end| end - 1)))
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Hits {
    /// How many books there are in all; works that look the same are one.
    pub total: u64,
    /// How many of them are not what was typed but come close: the last of the order by relevance.
    pub near: u64,
    /// The books of this page, in order: of each, the edition that fits best.
    pub ids: Vec<Id>,
    /// What each of them scores; comparable within one answer only.
    pub scores: Vec<f32>,
    /// What they could be narrowed to.
    pub facets: Facets,
    /// How the text was read.
    pub reading: Reading,
    /// The number, if the text is one: the page can send the reader straight to the book.
    pub isbn: Option<Isbn>,
    /// What was probably meant, where the shop hardly knows a word of the text.
    pub guess: Option<String>,
    /// The last change of the feed that the answer is sure to have seen.
    pub generation: i64,
}

/// Answers a question from the index as it is now.
///
/// # Errors
///
/// Only what a damaged index gives; no text is an error.
pub fn find(index: &Index, query: &Query) -> Result<Hits, SearchError> {
    // Read before the snapshot is taken: the answer is at least as new as it says.
    let generation = index.generation();
    let cut: String = query.text.chars().take(MOST_LETTERS).collect();
    let typed = typed::read(&cut);
    let isbn = typed.isbn.as_deref().and_then(isbn_in).or_else(|| isbn_in(&cut));
    let Answered { reading, near, found, guess } =
        index.guarded(|| Ok(search(index, query, &typed, isbn.as_ref())?))?;
    let skipped = query.page.clamp(1, LAST_PAGE).saturating_sub(1).saturating_mul(per_page(query));
    let beyond = query.page > LAST_PAGE;
    let skipped = if beyond { usize::MAX } else { usize::try_from(skipped).unwrap_or(usize::MAX) };
    let (ids, scores) = found.hits.into_iter().skip(skipped).unzip();
    Ok(Hits { total: found.total, near, ids, scores, facets: found.facets, reading, isbn, guess, generation })
}

/// From the strictest on.
const READINGS: [(Freedom, Reading); 4] = [
    (Freedom::Exact, Reading::Words),
    (Freedom::Unfinished, Reading::Unfinished),
    (Freedom::Close, Reading::Close),
    (Freedom::Some, Reading::Some),
];

/// What a search came to.
struct Answered {
    reading: Reading,
    near: u64,
    found: Found,
    guess: Option<String>,
}

impl Answered {
    fn surely(reading: Reading, found: Found) -> Answered {
        Answered { reading, near: 0, found, guess: None }
    }
}

/// Fewer books than this are little: then the words are read more freely, too.
const LITTLE: u64 = 3;

fn search(index: &Index, query: &Query, typed: &Typed, isbn: Option<&Isbn>) -> Result<Answered, tantivy::TantivyError> {
    let searcher = index.searcher();
    let fields = schema::fields();
    let ask = |words: &dyn tantivy::query::Query, scored| searcher.search(words, &collector(query, typed, scored));
    let number = |isbn: &Isbn| {
        let term = Term::from_field_text(fields.isbn, isbn.as_str());
        ask(&TermQuery::new(term, IndexRecordOption::Basic), false)
    };
    if let Some(isbn) = isbn {
        return Ok(Answered::surely(Reading::Isbn, number(isbn)?));
    }
    // A number that is in the shop is meant, whatever else was typed; one that is not may be anything.
    for isbn in numbers_among(&typed.free) {
        let found = number(&isbn)?;
        if found.matched > 0 {
            return Ok(Answered::surely(Reading::Isbn, found));
        }
    }
    let Some(words) = Text::read(&typed.free, &typed.clauses, &searcher)? else {
        // Browsing a category walks through its own books only.
        let found = match &query.category {
            Some(path) => {
                ask(&TermQuery::new(Term::from_field_text(fields.category, path), IndexRecordOption::Basic), false)?
            }
            None => ask(&AllQuery, false)?,
        };
        return Ok(Answered::surely(Reading::Everything, found));
    };
    let mut strict: Option<(Reading, u64)> = None;
    let begun = words.is_begun();
    // Whether a book is met exactly shows in the first reading; freer ones would only ask the same again.
    let mut met = None;
    for (freedom, reading) in READINGS.into_iter().filter(|(freedom, _)| !begun || *freedom > Freedom::Exact) {
        let found = ask(words.query(freedom)?.as_ref(), true)?;
        if strict.is_none() && found.matched > 0 {
            strict = Some((reading, found.total));
        }
        let met = match met {
            Some(met) => met,
            None => *met.insert(found.matched > 0 && words.is_met()?),
        };
        let enough = met || freedom == Freedom::Some || found.matched >= LITTLE;
        // What is so sure a slip is read more freely, even if it is found.
        let is_slip = || Ok::<_, tantivy::TantivyError>(words.meant()?.is_some_and(|meant| meant.sure));
        if enough && (met || freedom >= Freedom::Close || !is_slip()?) {
            let (reading, total) = strict.unwrap_or((reading, found.total));
            let guess = if met { None } else { guess(&words, &searcher)? };
            return Ok(Answered { reading, near: found.total.saturating_sub(total), found, guess });
        }
    }
    Ok(Answered { reading: Reading::Some, near: 0, found: Found::default(), guess: None })
}

/// What was probably meant, if a book has all its words: any other guess leads from one empty page to the next.
fn guess(words: &Text<'_>, searcher: &tantivy::Searcher) -> tantivy::Result<Option<String>> {
    let Some(meant) = words.meant()? else { return Ok(None) };
    let Some(read) = Text::read(&meant.text, &[], searcher)? else { return Ok(None) };
    let found = searcher.search(read.query(Freedom::Exact)?.as_ref(), &tantivy::collector::Count)?;
    Ok((found > 0).then(|| meant.text.clone()))
}

/// ISBNs among other words, also those that lost their leading zeros.
fn numbers_among(text: &str) -> impl Iterator<Item = Isbn> + '_ {
    let long_enough = |word: &&str| word.chars().filter(char::is_ascii_digit).count() >= 8;
    text.split_whitespace()
        .filter(long_enough)
        .filter_map(|word| Isbn::parse_restoring(word).ok())
        .map(|(isbn, _)| isbn)
}

fn per_page(query: &Query) -> u32 {
    query.per_page.min(MOST_PER_PAGE)
}

fn collector(query: &Query, typed: &Typed, scored: bool) -> Shelve {
    let minor = |amount: Option<i64>| amount.map(|amount| u64::try_from(amount).unwrap_or(0));
    let filters = Filters {
        category: query.category.clone(),
        format: query.format.clone(),
        language: query.language.clone().or_else(|| typed.language.as_deref().map(language)),
        publisher: query.publisher.clone(),
        series: query.series.clone(),
        decade: query.decade,
        availability: query.availability,
        reduced: query.reduced,
        price: query.price.map(|(from, to)| (minor(from), minor(to))),
    };
    let pages = if query.page > LAST_PAGE { 0 } else { query.page.max(1) };
    let keep = usize::try_from(pages.saturating_mul(per_page(query))).unwrap_or(usize::MAX);
    Shelve { filters, sort: query.sort, keep, scored }
}

/// `lang:` takes the codes of two letters that everybody knows, too.
fn language(typed: &str) -> String {
    let code = typed.to_lowercase();
    let long = match code.as_str() {
        "en" | "english" => "eng",
        "fr" | "fra" | "french" => "fre",
        "de" | "deu" | "german" => "ger",
        "es" | "spanish" => "spa",
        "it" | "italian" => "ita",
        "nl" | "nld" | "dutch" => "dut",
        "pt" | "portuguese" => "por",
        "ru" | "russian" => "rus",
        "sv" | "swedish" => "swe",
        "fi" | "finnish" => "fin",
        "pl" | "polish" => "pol",
        "zh" | "zho" | "chinese" => "chi",
        "ja" | "japanese" => "jpn",
        "el" | "ell" | "greek" => "gre",
        "la" | "latin" => "lat",
        other => return other.to_owned(),
    };
    long.to_owned()
}

/// The ISBN that a text is, with or without the word before it.
fn isbn_in(input: &str) -> Option<Isbn> {
    let tidy = text::tidy(input).to_ascii_uppercase();
    let bare = tidy.strip_prefix("ISBN").map_or(tidy.as_str(), |rest| {
        let rest = rest.trim_start_matches(['-', ' ']);
        let rest = ["13", "10"]
            .iter()
            .find_map(|kind| rest.strip_prefix(kind).filter(|rest| rest.starts_with([':', ' '])))
            .unwrap_or(rest);
        rest.trim_start_matches([':', ' '])
    });
    bare.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(isbn_in(text).as_ref().map(Isbn::as_str), expected, "{text}");
    }

    #[test]
    fn an_isbn_is_seen_in_every_spelling() {
        let book = Some("9780306406157");
        for text in ["9780306406157", "978-0-306-40615-7", "0306406152", "0-306-40615-2", " ISBN: 978 0 306 40615 7 "] {
            check(text, book);
        }
        check("isbn-13: 9780306406157", book);
        check("ISBN10 0306406152", book);
        check("isbn 0306406152", book);
        check("ISBN1306406157", None);
        check("097522980x", Some("9780975229804"));
        check("1984", None);
        check("9780306406158", None);
        check("", None);
    }
}
