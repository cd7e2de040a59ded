//! One record of a feed in the shop's words, whatever it was written in.

use std::fmt;

use crate::catalog::prices::PriceKind;
use crate::catalog::{EditionFacts, WorkFacts};
use crate::kernel::ids::Id;
use crate::kernel::money::Money;
use crate::media::Taken;

/// What a record says. Fields that it does not state are empty, and leave what the shop knows as it is.
#[derive(Clone, Debug, Default)]
pub(super) struct Record {
    /// Where it begins.
    pub place: Place,
    /// The shop's own id, in a file that the shop wrote: the record is the edition as it was then.
    pub own_id: Option<Id>,
    /// The feed's own id for it.
    pub reference: Option<String>,
    /// The feed's own id for the work behind it.
    pub work_reference: Option<String>,
    /// Facts; an empty title and the plain format mean that nothing was said.
    pub facts: EditionFacts,
    /// Facts of the work.
    pub work: WorkFacts,
    /// Prices a reader could pay.
    pub prices: Vec<StatedPrice>,
    /// Whether the record speaks of price at all, if only to say that there is none.
    pub speaks_of_price: bool,
    /// Pictures in order, the front cover first: addresses in the network, or names of files beside the feed.
    pub images: Vec<String>,
    /// Those of them that lie beside the feed, taken in, each with its name.
    pub pictures: Vec<(Taken, String)>,
    /// Copies on the shelf.
    pub stock: Option<u32>,
    /// What is to be done with it.
    pub intent: Intent,
    /// It changes a book that is here and says nothing of one that is not.
    pub amends: bool,
    /// An announcement that comes before the facts are sure.
    pub early: bool,
    /// Fields of `catalog::fields` that it states even by its silence.
    pub wholly: Vec<&'static str>,
    /// What the reader was unsure of.
    pub warnings: Vec<String>,
    /// What many records have in common, told once with a count.
    pub tallies: Vec<Tally>,
    /// Fingerprint of the record as it was read.
    pub hash: [u8; 16],
}

/// Where in a file a record begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Line, from 1; 0 in a file without lines.
    pub line: u64,
    /// Ordinal among the records, from 1.
    pub number: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "record {}", self.number),
            line => write!(f, "line {line}"),
        }
    }
}

/// A price as a record states it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct StatedPrice {
    /// The amount.
    pub amount: Money,
    /// Whether tax is in it; `None`: as the shop's own prices.
    pub tax_included: Option<bool>,
    /// Its kind.
    pub kind: PriceKind,
    /// From when it holds.
    pub from: Option<jiff::Timestamp>,
    /// Until when.
    pub to: Option<jiff::Timestamp>,
}

/// What a record wants done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Intent {
    /// Take it in.
    #[default]
    Store,
    /// Take it in, but readers cannot buy it: a display box, a set for the trade.
    StoreUnlisted,
    /// The feed has deleted it: it leaves the shelves, not the books.
    Withdraw,
}

/// What is worth one line in the report, however often it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tally {
    /// A spreadsheet had eaten leading zeros.
    ZerosRestored,
    /// A price of nothing is no price.
    ZeroPrice,
    /// An amount without a currency that nobody named.
    NoCurrency,
    /// Three figures behind its only mark were read as thousands.
    AmountByColumn,
    /// Day and month were told apart by a rule.
    DateByRule,
    /// A picture that the feed names is not beside it.
    ImageMissing,
    /// A text that somebody had read in the wrong encoding was put right.
    TextRepaired,
    /// A text that somebody had read in the wrong encoding stays as it is.
    TextLost,
    /// A price that the shop cannot ask.
    OtherCurrency,
    /// With tax where the shop's prices have none, or the other way round.
    OtherTax,
    /// Delivery is promised though the supplier names no time.
    LeadDaysAssumed,
    /// A reference by name that no list knows.
    UnknownEntity,
    /// A field that stayed as a person decided it.
    Kept,
}

/// A record that was not taken in.
#[derive(Clone, Debug)]
pub(super) struct Rejected {
    /// Where it begins.
    pub place: Place,
    /// Why, in words for who made the file.
    pub reason: String,
}

/// What a reader comes upon.
#[derive(Debug)]
pub(super) enum Item {
    /// A record that can be stored.
    Record(Box<Record>),
    /// A record that cannot.
    Rejected(Rejected),
}

impl Item {
    /// What came of reading the record in this place.
    pub(super) fn of(place: Place, read: Result<Record, String>) -> Item {
        match read {
            Ok(record) => Item::Record(Box::new(record)),
            Err(reason) => Item::Rejected(Rejected { place, reason }),
        }
    }
}

/// Texts longer than this are damage: a quote that was never closed, a file in a cell.
const LIMITS: [(&str, usize); 13] = [
    ("subtitle", 1000),
    ("publisher", 300),
    ("imprint", 300),
    ("series", 300),
    ("original title", 500),
    ("reference", 500),
    ("edition statement", 500),
    ("safety contact", 2000),
    ("description", 200_000),
    ("author note", 200_000),
    ("table of contents", 200_000),
    ("format note", 300),
    ("title prefix", 50),
];
const MAX_CREDITS: usize = 200;
const MAX_NAME: usize = 300;
const MAX_QUOTES: usize = 50;
const MAX_QUOTE: usize = 10_000;

impl Record {
    /// About how many bytes its texts have.
    pub(super) fn weight(&self) -> usize {
        let facts = &self.facts;
        let texts = [&facts.description, &facts.author_note, &facts.contents, &facts.subtitle, &facts.safety_contact];
        let long: usize = texts.iter().filter_map(|text| text.as_ref()).map(String::len).sum();
        let quotes: usize = facts.quotes.iter().map(|quote| quote.text.len()).sum();
        facts.title.len() + long + quotes + self.images.iter().map(String::len).sum::<usize>()
    }

    /// Refuses what no book has, so that nothing is stored by half.
    pub(super) fn check(&self) -> Result<(), String> {
        let facts = &self.facts;
        let texts = [
            &facts.subtitle,
            &facts.publisher,
            &facts.imprint,
            &self.work.series.as_ref().map(|(name, _)| name.clone()),
            &self.work.original_title,
            &self.reference,
            &facts.edition_statement,
            &facts.safety_contact,
            &facts.description,
            &facts.author_note,
            &facts.contents,
            &facts.format_note,
            &facts.title_prefix,
        ];
        for ((what, limit), text) in LIMITS.iter().zip(texts) {
            // Bytes bound characters from above, so most texts are settled without counting.
            if let Some(text) = text.as_ref().filter(|text| text.len() > *limit && text.chars().count() > *limit) {
                return Err(format!("the {what} has {} characters, at most {limit} are taken", text.chars().count()));
            }
        }
        if facts.credits.len() > MAX_CREDITS || facts.credits.iter().any(|credit| credit.name.len() > MAX_NAME) {
            return Err(format!(
                "the contributors are not names: at most {MAX_CREDITS} of {MAX_NAME} bytes each are taken"
            ));
        }
        if facts.quotes.iter().any(|quote| quote.text.len() > MAX_QUOTE) || facts.quotes.len() > MAX_QUOTES {
            return Err(format!("at most {MAX_QUOTES} reviews of {MAX_QUOTE} bytes each are taken"));
        }
        self.check_figures()?;
        match facts.title.chars().count() {
            0 if self.facts.isbn.is_none() && self.reference.is_none() => Err("the record has no title".into()),
            501.. => Err(format!("the title has {} characters, at most 500 are taken", facts.title.chars().count())),
            _ => Ok(()),
        }
    }

    /// The bounds of the schema, in words.
    fn check_figures(&self) -> Result<(), String> {
        let facts = &self.facts;
        let counts = [
            ("number of pages", facts.pages),
            ("playing time", facts.minutes),
            ("weight", facts.weight_g),
            ("height", facts.height_mm),
            ("width", facts.width_mm),
            ("thickness", facts.thickness_mm),
        ];
        if let Some((what, _)) = counts.iter().find(|(_, count)| *count == Some(0)) {
            return Err(format!("the {what} is 0; where it is not known its cell stays empty"));
        }
        if let Some(age) = [facts.age_from, facts.age_to].into_iter().flatten().find(|age| *age > 120) {
            return Err(format!("no reader is {age} years old"));
        }
        if let (Some(from), Some(to)) = (facts.age_from, facts.age_to)
            && from > to
        {
            return Err(format!("the ages {from} to {to} are the wrong way round"));
        }
        if let Some(year) = self.work.first_published.filter(|year| !(-5000..=9999).contains(year)) {
            return Err(format!("a book of the year {year} is none: from 5000 before our era to 9999"));
        }
        if facts.embargo.is_some_and(|day| day.year() < 0) {
            return Err("an embargo before our era is none".into());
        }
        Ok(())
    }
}
