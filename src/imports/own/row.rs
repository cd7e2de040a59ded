//! A row of the shop's own file as a record.

use std::str::FromStr;

use crate::catalog::cells::COLUMNS;
use crate::catalog::prices::PriceKind;
use crate::catalog::{EditionFacts, Format, WorkFacts, cells};
use crate::imports::record::{Intent, Record, StatedPrice};
use crate::imports::run::Context;
use crate::kernel::guard::unguarded;
use crate::kernel::money::{Currency, Money};

/// The cells of a row, in the order of `COLUMNS`; what the file lacks is empty.
pub(super) struct Line<'a>([&'a str; COLUMNS.len()]);

impl Default for Line<'_> {
    fn default() -> Self {
        Line([""; COLUMNS.len()])
    }
}

impl<'a> Line<'a> {
    /// Puts a cell in its place, without what guarded it.
    pub(super) fn put(&mut self, place: usize, cell: &'a str) {
        self.0.get_mut(place).into_iter().for_each(|slot| *slot = unguarded(cell));
    }

    /// All cells.
    pub(super) fn cells(&self) -> impl Iterator<Item = &'a str> {
        self.0.into_iter()
    }

    fn cell(&self, name: &str) -> Option<&'a str> {
        let found = COLUMNS.iter().position(|column| *column == name).and_then(|place| self.0.get(place));
        found.copied().filter(|cell| !cell.trim().is_empty())
    }

    fn text(&self, name: &str) -> Option<String> {
        self.cell(name).map(str::to_owned)
    }

    fn read<T>(&self, name: &str, read: impl FnOnce(&'a str) -> Option<T>) -> Result<Option<T>, String> {
        let Some(cell) = self.cell(name) else { return Ok(None) };
        read(cell).map(Some).ok_or_else(|| {
            format!("“{}” in the column {name} cannot be read", cell.chars().take(40).collect::<String>())
        })
    }

    fn value<T: FromStr>(&self, name: &str) -> Result<Option<T>, String> {
        self.read(name, |cell| cell.trim().parse().ok())
    }

    fn list<T>(&self, name: &str, read: impl FnOnce(&'a str) -> Option<Vec<T>>) -> Result<Vec<T>, String> {
        Ok(self.read(name, read)?.unwrap_or_default())
    }

    /// The row as a record.
    ///
    /// # Errors
    ///
    /// The first cell that cannot be read.
    pub(super) fn record(&self, context: &Context) -> Result<Record, String> {
        let (prices, speaks_of_price) = self.prices(context)?;
        Ok(Record {
            own_id: self.value("edition-id")?,
            reference: self.text("edition-id"),
            work_reference: self.text("work-id"),
            facts: self.facts()?,
            work: self.work()?,
            prices,
            speaks_of_price,
            images: self.list("image", |cell| Some(cell.split_whitespace().map(str::to_owned).collect()))?,
            stock: self.value("stock")?,
            intent: match self.read("listed", yes)? {
                Some(false) => Intent::StoreUnlisted,
                _ => Intent::Store,
            },
            ..Record::default()
        })
    }

    fn facts(&self) -> Result<EditionFacts, String> {
        let mut languages =
            self.list("language", |cell| Some(cell.split(';').map(|code| code.trim().to_owned()).collect()))?;
        let language =
            if languages.is_empty() { None } else { Some(languages.remove(0)).filter(|code| !code.is_empty()) };
        let (age_from, age_to) = self.read("age", ages)?.unwrap_or_default();
        Ok(EditionFacts {
            isbn: self.value("isbn")?,
            gtin: self.value("ean")?,
            title: self.text("title").unwrap_or_default(),
            title_prefix: self.text("title-prefix"),
            subtitle: self.text("subtitle"),
            credits: self.list("contributors", cells::read_credits)?,
            edition_statement: self.text("edition-statement"),
            language,
            more_languages: languages,
            format: self.read("format", Format::from_code)?.unwrap_or_default(),
            format_note: self.text("format-note"),
            publisher: self.text("publisher"),
            imprint: self.text("imprint"),
            published: self.value("date")?,
            embargo: self.value("embargo")?,
            pages: self.value("pages")?,
            minutes: self.value("minutes")?,
            weight_g: self.value("weight-g")?,
            height_mm: self.value("height-mm")?,
            width_mm: self.value("width-mm")?,
            thickness_mm: self.value("thickness-mm")?,
            age_from,
            age_to,
            publishing_status: self.text("status").unwrap_or_default(),
            availability: self.text("availability").unwrap_or_default(),
            lead_days: self.read("lead-days", days)?,
            signed: self.read("signed", yes)?.unwrap_or_default(),
            description: self.text("description"),
            author_note: self.text("author-note"),
            contents: self.text("contents"),
            quotes: self.list("quotes", cells::read_quotes)?,
            safety_contact: self.text("safety-contact"),
            accessibility: self
                .list("accessibility", |cell| Some(cell.split_whitespace().map(str::to_owned).collect()))?,
            protection: self.text("protection"),
            related: self.list("related", cells::read_related)?,
            subjects: self.list("subject", cells::read_subjects)?,
        })
    }

    fn work(&self) -> Result<WorkFacts, String> {
        let paths =
            |cell: &str| cell.split(';').map(|path| path.trim().to_owned()).filter(|path| !path.is_empty()).collect();
        Ok(WorkFacts {
            original_title: self.text("original-title"),
            original_language: self.text("original-language"),
            first_published: self.value("original-year")?,
            series: self.text("series").map(|name| (name, self.text("series-number"))),
            popularity: self.value("popularity")?.unwrap_or_default(),
            categories: self.list("category", |cell| Some(paths(cell)))?,
        })
    }

    /// The prices, and whether the file has a column for them at all.
    fn prices(&self, context: &Context) -> Result<(Vec<StatedPrice>, bool), String> {
        let currency = self.value::<Currency>("currency")?.unwrap_or(context.amounts_in());
        let tax_included = self.read("tax-included", yes)?;
        let mut prices = Vec::new();
        for (name, kind) in [("price", PriceKind::Selling), ("rrp", PriceKind::Rrp), ("fixed-price", PriceKind::Fixed)]
        {
            let amount = self.read(name, |cell| money(cell, currency))?;
            prices.extend(amount.map(|amount| StatedPrice { amount, tax_included, kind, from: None, to: None }));
        }
        Ok((prices, true))
    }
}

/// `12.99`, or `12,99` after a spreadsheet that writes a comma before the cents.
fn money(cell: &str, currency: Currency) -> Option<Money> {
    let cents = usize::try_from(currency.exponent()).ok()?;
    match cell.split_once(',') {
        Some((whole, part)) if cents > 0 && part.len() == cents && !whole.contains('.') => {
            Money::parse(&format!("{whole}.{part}"), currency).ok()
        }
        _ => Money::parse(cell, currency).ok(),
    }
}

fn yes(cell: &str) -> Option<bool> {
    match cell.trim().to_ascii_lowercase().as_str() {
        "yes" | "true" | "1" => Some(true),
        "no" | "false" | "0" => Some(false),
        _ => None,
    }
}

/// `2 to 4`, or one number.
fn days(cell: &str) -> Option<(u16, u16)> {
    let (from, to) = cell.split_once("to").unwrap_or((cell, cell));
    let (from, to) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
    (from <= to && to <= 365).then_some((from, to))
}

/// `8 to 12`, `8+`, `to 12`.
fn ages(cell: &str) -> Option<(Option<u8>, Option<u8>)> {
    let year = |text: &str| text.trim().parse::<u8>().ok().filter(|year| *year <= 120);
    match (cell.trim().strip_suffix('+'), cell.split_once("to")) {
        (Some(from), _) => Some((Some(year(from)?), None)),
        (None, Some((from, to))) if from.trim().is_empty() => Some((None, Some(year(to)?))),
        (None, Some((from, to))) => Some((Some(year(from)?), Some(year(to)?))),
        (None, None) => Some((Some(year(cell)?), None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_ages_are_what_the_export_writes() {
        assert_eq!([days("2 to 4"), days("3"), days("4 to 2"), days("soon")], [Some((2, 4)), Some((3, 3)), None, None]);
        assert_eq!(
            [ages("8 to 12"), ages("8+"), ages("to 12"), ages("x")],
            [Some((Some(8), Some(12))), Some((Some(8), None)), Some((None, Some(12))), None]
        );
    }
}
