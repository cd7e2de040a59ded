//! One row as a record.

use std::borrow::Cow;

use super::amounts::{self, Mark};
use super::columns::Columns;
use super::fields::Field;
use super::people::{self, Comma};
use super::rows::Row;
use super::subjects::{self, Scheme};
use super::values::{self, FoundIsbn};
use super::{measures, supply};
use crate::catalog::prices::PriceKind;
use crate::catalog::{Credit, Role};
use crate::imports::dates::{self, Order, Reading};
use crate::imports::mojibake::{self, Repair};
use crate::imports::record::{Record, StatedPrice, Tally};
use crate::imports::run::Context;
use crate::imports::{entities, language};
use crate::kernel::date::PartialDate;
use crate::kernel::money::Currency;
use crate::kernel::text::tidy;

/// What the columns of a file showed before its rows are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    /// What a comma means among authors.
    pub comma: Comma,
    /// What stands first in dates.
    pub order: Order,
    /// What parts the cents.
    pub mark: Mark,
}

impl Manner {
    /// For fingerprints: another manner reads another record from the same row.
    pub(super) fn bytes(self) -> [u8; 3] {
        [self.comma as u8, self.order as u8, self.mark as u8]
    }
}

/// Reads one row.
///
/// # Errors
///
/// Why the row is no record, in words for who made the file.
pub(super) fn record(row: Row<'_>, columns: &Columns, manner: Manner, context: &Context) -> Result<Record, String> {
    let mut reader = Reader { row, columns, manner, context, record: Record::default(), lost: false, repaired: false };
    reader.record.reference = columns.reference(row).map(str::to_owned);
    reader.record.work_reference = reader.cell(Field::WorkId).map(str::to_owned);
    reader.isbn();
    reader.titles();
    reader.people();
    reader.words();
    reader.groups();
    reader.form();
    reader.particulars();
    reader.measures();
    reader.dates();
    reader.supply();
    reader.money()?;
    reader.record.stock = reader.cell(Field::Stock).map(values::copies).transpose()?;
    let (repaired, lost) = (reader.repaired, reader.lost);
    let mut record = reader.record;
    record.tallies.extend(repaired.then_some(Tally::TextRepaired));
    record.tallies.extend(lost.then_some(Tally::TextLost));
    record.check()?;
    Ok(record)
}

/// No book has more pages.
const MOST_PAGES: u32 = 100_000;
/// More pictures than this show no book.
const MOST_IMAGES: usize = 20;

struct Reader<'a> {
    row: Row<'a>,
    columns: &'a Columns,
    manner: Manner,
    context: &'a Context,
    record: Record,
    repaired: bool,
    lost: bool,
}

impl<'a> Reader<'a> {
    fn cell(&self, field: Field) -> Option<&'a str> {
        self.columns.cell(self.row, field)
    }

    /// What a cell says, once wrong readings and references are undone.
    fn text(&mut self, cell: &'a str) -> Cow<'a, str> {
        match mojibake::repair(cell) {
            Repair::Sound => entities::decode(cell),
            Repair::Lost(text) => {
                self.lost = true;
                entities::decode(text)
            }
            Repair::Repaired(text) => {
                self.repaired = true;
                Cow::Owned(entities::decode(&text).into_owned())
            }
        }
    }

    fn line(&mut self, field: Field) -> Option<String> {
        let cell = self.cell(field)?;
        Some(tidy(&self.text(cell))).filter(|text| !text.is_empty())
    }

    fn unsure(&mut self, what: &str, cell: &str) {
        let short: String = cell.chars().take(40).collect();
        self.record.warnings.push(format!("“{short}” is not {what}; left out"));
    }

    fn isbn(&mut self) {
        match values::isbn(self.columns.isbn_places().map(|place| self.row.field(place))) {
            FoundIsbn::Valid(isbn, restored) => {
                self.record.facts.isbn = Some(isbn);
                self.record.tallies.extend(restored.then_some(Tally::ZerosRestored));
            }
            FoundIsbn::Gtin(gtin) => self.record.facts.gtin = Some(gtin),
            FoundIsbn::Damaged(why) => {
                self.record.warnings.push(format!("{why}; the book is taken in without one"));
            }
            FoundIsbn::None if self.columns.isbn_places().next().is_some() => {
                self.record.warnings.push("the row has no ISBN; the book is taken in without one".into());
            }
            FoundIsbn::None => {}
        }
    }

    fn titles(&mut self) {
        if let Some(cell) = self.cell(Field::Title) {
            let decoded = self.text(cell);
            // Some catalogues put the subtitle on a line of its own.
            let (title, rest) = decoded.trim().split_once(['\n', '\r']).unwrap_or((&decoded, ""));
            let (bare, series) = values::title_and_series(title);
            self.record.facts.title = tidy(bare);
            self.record.facts.subtitle = Some(tidy(rest)).filter(|text| !text.is_empty());
            self.record.work.series = series;
        }
        if let Some(subtitle) = self.line(Field::Subtitle) {
            self.record.facts.subtitle = Some(subtitle);
        }
        if let Some(series) = self.line(Field::Series) {
            let number = self.line(Field::SeriesNumber).map(|number| values::series_number(&number));
            self.record.work.series = Some((series, number));
        }
        self.record.work.original_title = self.line(Field::OriginalTitle);
    }

    fn people(&mut self) {
        for (field, role) in [
            (Field::Author, Some(Role::AUTHOR)),
            (Field::Editor, Some(Role::EDITOR)),
            (Field::Translator, Some(Role::TRANSLATOR)),
            (Field::Illustrator, Some(Role::ILLUSTRATOR)),
            (Field::Narrator, Role::from_code("E07")),
        ] {
            let Some(role) = role else { continue };
            for cell in self.columns.cells(self.row, field) {
                let people = people::credits(&self.text(cell), self.manner.comma, role);
                let credits = &mut self.record.facts.credits;
                let known = |credits: &[Credit], person: &Credit| {
                    credits.iter().any(|credit| credit.name == person.name && credit.role == person.role)
                };
                for person in people {
                    if !known(credits, &person) {
                        credits.push(person);
                    }
                }
            }
        }
    }

    fn words(&mut self) {
        self.record.facts.publisher = self.line(Field::Publisher);
        self.record.facts.imprint = self.line(Field::Imprint);
        self.record.facts.description = self.prose(Field::Description);
        self.record.facts.contents = self.prose(Field::Contents);
        self.record.facts.author_note = self.prose(Field::AuthorNote);
    }

    /// A long text. Plain text may hold references; in HTML they are the markup's own.
    fn prose(&mut self, field: Field) -> Option<String> {
        let cell = self.cell(field)?;
        if !cell.contains('<') {
            return Some(self.text(cell).into_owned());
        }
        Some(match mojibake::repair(cell) {
            Repair::Repaired(text) => {
                self.repaired = true;
                text
            }
            Repair::Sound | Repair::Lost(_) => cell.to_owned(),
        })
    }

    fn groups(&mut self) {
        let mut paths: Vec<String> = Vec::new();
        for cell in self.columns.cells(self.row, Field::Category) {
            let text = self.text(cell).replace("&amp,", "&");
            // Where `;` or `|` part categories, a comma belongs to one.
            let marks: &[char] = if text.contains([';', '|']) { &[';', '|'] } else { &[',', '\n'] };
            paths.extend(text.split(marks).map(tidy));
        }
        for (field, scheme) in [
            (Field::Subject, Scheme::Mixed),
            (Field::Thema, Scheme::Thema),
            (Field::Bisac, Scheme::Bisac),
            (Field::Bic, Scheme::Bic),
        ] {
            for cell in self.columns.cells(self.row, field) {
                let (codes, words) = subjects::read(cell, scheme);
                for code in codes {
                    if !self.record.facts.subjects.contains(&code) {
                        self.record.facts.subjects.push(code);
                    }
                }
                paths.extend(words.into_iter().map(|words| tidy(&self.text(words))));
            }
        }
        for cell in self.columns.cells(self.row, Field::Tags) {
            let text = self.text(cell);
            self.record.facts.subjects.extend(subjects::keywords(&text));
        }
        let paths = paths.into_iter().filter(|path| !path.is_empty() && !path.eq_ignore_ascii_case("none"));
        self.record.work.categories = paths.take(5).map(|path| path.chars().take(200).collect()).collect();
    }

    fn form(&mut self) {
        if let Some(cell) = self.cell(Field::Format) {
            match supply::format(cell) {
                Some(format) => self.record.facts.format = format,
                None => self.record.facts.format_note = Some(tidy(cell).chars().take(60).collect()),
            }
        }
        if let Some(note) = self.line(Field::FormatNote) {
            self.record.facts.format_note = Some(note.chars().take(60).collect());
        }
        if let Some(cell) = self.cell(Field::Language) {
            self.record.facts.language = self.language(cell);
            self.record.facts.more_languages = language::others(cell, self.record.facts.language.as_deref());
        }
        if let Some(cell) = self.cell(Field::OriginalLanguage) {
            self.record.work.original_language = self.language(cell);
        }
        if let Some(cell) = self.cell(Field::Signed) {
            match supply::yes(cell) {
                Some(yes) => self.record.facts.signed = yes,
                None => self.unsure("yes or no", cell),
            }
        }
        for cell in self.columns.cells(self.row, Field::Image) {
            // An address may hold any sign but white space; names of files are parted by what parts lists.
            let is_address = super::is_address(cell);
            let marks: &[char] = if is_address { &['|', '\n', ' '] } else { &['|', ';', '\n'] };
            let names =
                cell.split(marks).map(|name| name.trim_matches([' ', ',', ';'])).filter(|name| !name.is_empty());
            self.record.images.extend(names.take(MOST_IMAGES).map(str::to_owned));
        }
    }

    /// Ages, safety and the edition's own words.
    fn particulars(&mut self) {
        if let Some(cell) = self.cell(Field::EditionStatement) {
            // Many files call the binding the edition.
            let words = cell.chars().any(char::is_alphabetic).then(|| supply::format(cell)).flatten();
            match words.filter(|_| cell.len() > 2 && !self.columns.has(Field::Format)) {
                Some(format) => self.record.facts.format = format,
                None => self.record.facts.edition_statement = self.line(Field::EditionStatement),
            }
        }
        if let Some(cell) = self.cell(Field::Age) {
            match supply::ages(cell) {
                Some((from, to)) => (self.record.facts.age_from, self.record.facts.age_to) = (Some(from), to),
                None => self.unsure("an age like 8-12", cell),
            }
        }
        self.record.facts.safety_contact = self.line(Field::SafetyContact);
        self.record.facts.minutes = self.cell(Field::Minutes).and_then(values::minutes);
    }

    /// The first of the languages a cell names.
    fn language(&mut self, cell: &'a str) -> Option<String> {
        let first = cell.split([';', '|', '/', ',']).next().unwrap_or(cell);
        let found = language::parse(first);
        if found.is_none() {
            self.unsure("a language we know", cell);
        }
        found
    }

    fn measures(&mut self) {
        self.record.facts.pages = self.cell(Field::Pages).and_then(values::count).filter(|pages| *pages <= MOST_PAGES);
        if let Some(cell) = self.cell(Field::Weight) {
            self.record.facts.weight_g = measures::grams(cell, self.columns.header(Field::Weight));
            if self.record.facts.weight_g.is_none() && values::is_some(cell) {
                self.unsure("a weight whose unit is clear, like 350 g", cell);
            }
        }
        if let Some(cell) = self.cell(Field::Dimensions) {
            match measures::dimensions(cell, self.columns.header(Field::Dimensions)) {
                Some((height, width, thickness)) => {
                    let facts = &mut self.record.facts;
                    (facts.height_mm, facts.width_mm, facts.thickness_mm) = (Some(height), Some(width), thickness);
                }
                None => self.unsure("a size whose unit is clear, like 198 x 129 mm", cell),
            }
        }
        self.record.facts.height_mm = self.length(Field::Height).or(self.record.facts.height_mm);
        self.record.facts.width_mm = self.length(Field::Width).or(self.record.facts.width_mm);
        self.record.facts.thickness_mm = self.length(Field::Thickness).or(self.record.facts.thickness_mm);
    }

    fn length(&mut self, field: Field) -> Option<u32> {
        let cell = self.cell(field).filter(|cell| values::is_some(cell))?;
        let length = measures::millimetres(cell, self.columns.header(field));
        if length.is_none() {
            self.unsure("a length whose unit is clear, like 198 mm", cell);
        }
        length
    }

    fn dates(&mut self) {
        self.record.facts.published = self.date(Field::Date);
        if let Some(cell) = self.cell(Field::Year).filter(|_| self.record.facts.published.is_none()) {
            self.record.facts.published = dates::year(cell).filter(|year| *year > 0).map(PartialDate::Year);
        }
        match self.date(Field::Embargo) {
            Some(PartialDate::Day(day)) => self.record.facts.embargo = Some(day),
            // A month would not say from when it may be sold.
            Some(_) => self.record.warnings.push("an embargo needs a day; left out".into()),
            None => {}
        }
        self.record.work.first_published = self.cell(Field::OriginalYear).and_then(dates::year);
        // How many readers rated it tells how many ask for it.
        self.record.work.popularity = self.cell(Field::Popularity).and_then(values::demand).unwrap_or(0);
    }

    fn date(&mut self, field: Field) -> Option<PartialDate> {
        let cell = self.cell(field)?;
        match dates::read(cell, self.manner.order) {
            Reading::Date(date) => return Some(date),
            Reading::ByRule(date) => {
                self.record.tallies.push(Tally::DateByRule);
                return Some(date);
            }
            Reading::Ambiguous(date) => {
                self.unsure("a date that reads one way only: only the year is kept, day and month are", cell);
                return Some(date);
            }
            Reading::Unknown => {}
            Reading::Spreadsheet => self.unsure("a date any more, a spreadsheet has changed it", cell),
            Reading::No => self.unsure("a date", cell),
        }
        None
    }

    fn supply(&mut self) {
        if let Some(cell) = self.cell(Field::Availability) {
            match (supply::code(cell), supply::words(cell)) {
                (Some(code), _) => self.record.facts.availability = code.to_owned(),
                (None, Some(said)) => {
                    self.record.facts.availability = said.availability.to_owned();
                    self.record.facts.publishing_status = said.status.to_owned();
                }
                (None, None) => self.unsure("an availability we know", cell),
            }
        }
        if let Some(cell) = self.cell(Field::Status) {
            match (supply::code(cell), supply::words(cell)) {
                (Some(code), _) => self.record.facts.publishing_status = code.to_owned(),
                (None, Some(said)) if !said.status.is_empty() => {
                    self.record.facts.publishing_status = said.status.to_owned();
                }
                // Shops write their own words here, like “published”; they change nothing.
                (None, _) => {}
            }
        }
        if let Some(cell) = self.cell(Field::LeadDays) {
            self.record.facts.lead_days = supply::days(cell);
            if self.record.facts.lead_days.is_none() {
                self.unsure("a number of days", cell);
            }
        }
    }

    fn money(&mut self) -> Result<(), String> {
        for (field, kind) in
            [(Field::Price, PriceKind::Selling), (Field::Rrp, PriceKind::Rrp), (Field::FixedPrice, PriceKind::Fixed)]
        {
            if let Some(cell) = self.cell(field) {
                self.record.speaks_of_price = true;
                self.price(cell, kind)?;
            }
        }
        Ok(())
    }

    fn price(&mut self, cell: &str, kind: PriceKind) -> Result<(), String> {
        let nothing = cell.bytes().all(|byte| matches!(byte, b'0' | b'.' | b',')) && cell.contains('0');
        if nothing || amounts::is_free(cell) {
            self.record.tallies.push(Tally::ZeroPrice);
            return Ok(());
        }
        let currency = match self.cell(Field::Currency) {
            Some(code) => code.parse::<Currency>().map_err(|error| error.to_string())?,
            None => self.context.amounts_in(),
        };
        let amount = amounts::read(cell, currency, self.manner.mark)?;
        self.record.tallies.extend(amount.by_column.then_some(Tally::AmountByColumn));
        let amount = amount.money;
        if self.cell(Field::Currency).is_some() && amount.currency != currency {
            return Err(format!("“{cell}” is not in {currency}, as its row says"));
        }
        if amount.minor == 0 {
            self.record.tallies.push(Tally::ZeroPrice);
            return Ok(());
        }
        if amount.currency != self.context.sells_in {
            self.record.tallies.push(Tally::OtherCurrency);
        }
        let tax_included = self.cell(Field::TaxIncluded).and_then(supply::yes);
        if tax_included.is_some_and(|included| included != self.context.tax_included) {
            self.record.tallies.push(Tally::OtherTax);
        }
        self.record.prices.push(StatedPrice { amount, tax_included, kind, from: None, to: None });
        Ok(())
    }
}
