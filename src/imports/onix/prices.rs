//! What readers pay, among the many prices of a record.

use jiff::Timestamp;
use jiff::civil::Date;

use super::Defaults;
use super::dates;
use super::element::Element;
use super::territory::{self, Fit};
use crate::catalog::prices::PriceKind;
use crate::imports::csv::MAX_PRICE;
use crate::imports::record::{Record, StatedPrice, Tally};
use crate::imports::run::Context;
use crate::kernel::date::PartialDate;
use crate::kernel::money::{Currency, Money};

/// When a price of some type holds.
#[derive(PartialEq)]
enum Holds {
    Always,
    /// Special sales hold only between the dates they name.
    Dated,
    /// Until the book is published.
    BeforePublication,
}

/// Kind, tax and time of a price type (List 58).
///
/// Supplier's net prices (05 to 09, 15, 17, 25, 27) and prices for customs and freight are no one's to pay here.
fn kind_of(price_type: &str) -> Option<(PriceKind, bool, Holds)> {
    Some(match price_type {
        "01" => (PriceKind::Rrp, false, Holds::Always),
        "02" => (PriceKind::Rrp, true, Holds::Always),
        "03" | "33" | "41" => (PriceKind::Fixed, false, Holds::Always),
        "04" | "34" | "42" => (PriceKind::Fixed, true, Holds::Always),
        "11" => (PriceKind::Rrp, false, Holds::Dated),
        "12" => (PriceKind::Rrp, true, Holds::Dated),
        "13" => (PriceKind::Fixed, false, Holds::Dated),
        "14" => (PriceKind::Fixed, true, Holds::Dated),
        "21" => (PriceKind::Rrp, false, Holds::BeforePublication),
        "22" => (PriceKind::Rrp, true, Holds::BeforePublication),
        "23" => (PriceKind::Fixed, false, Holds::BeforePublication),
        "24" => (PriceKind::Fixed, true, Holds::BeforePublication),
        _ => return None,
    })
}

/// Reads every price a reader could pay. One that cannot be read is left out with a warning, the book stays.
///
/// `supplies` come with how well their market fits the shop's country, the best first.
pub(super) fn read(record: &mut Record, supplies: &[(Fit, &Element)], defaults: &Defaults, context: &Context) {
    let country = context.country.map_or("", |country| country.code());
    let mut found: Vec<(Rank, StatedPrice)> = Vec::new();
    for (market, supply) in supplies {
        for detail in supply.all("SupplyDetail") {
            record.speaks_of_price |= detail.one("UnpricedItemType").is_some();
            let currency = detail.words("DefaultCurrencyCode").or_else(|| defaults.currency.clone());
            for price in detail.all("Price") {
                record.speaks_of_price = true;
                let reader =
                    Reader { currency: currency.as_deref(), defaults, context, published: record.facts.published };
                match reader.read(price) {
                    Ok(Some(stated)) => {
                        let fits_tax = stated.tax_included == Some(context.tax_included);
                        add(&mut found, (territory::fit(price.all("Territory"), country), *market, fits_tax), stated);
                    }
                    Ok(None) => {}
                    Err(Fault::NoCurrency) => record.tallies.push(Tally::NoCurrency),
                    Err(Fault::Zero) => record.tallies.push(Tally::ZeroPrice),
                    Err(Fault::Unreadable(reason)) => record.warnings.push(format!("a price was left out: {reason}")),
                }
            }
        }
    }
    record.prices = found.into_iter().map(|(_, price)| price).collect();
    let foreign = record.prices.iter().filter(|price| price.amount.currency != context.sells_in).count();
    record.tallies.extend(std::iter::repeat_n(Tally::OtherCurrency, foreign));
    let other_tax = |price: &&StatedPrice| {
        price.amount.currency == context.sells_in && price.tax_included != Some(context.tax_included)
    };
    let contradicting = record.prices.iter().filter(other_tax).count();
    record.tallies.extend(std::iter::repeat_n(Tally::OtherTax, contradicting));
}

/// How well a price suits the shop: its own territory, its market, its tax.
type Rank = (Fit, Fit, bool);

/// Adds a price; of two that differ only in tax or market the shop keeps the one that fits it, or else the first.
fn add(found: &mut Vec<(Rank, StatedPrice)>, rank: Rank, stated: StatedPrice) {
    let same = |(_, known): &&mut (Rank, StatedPrice)| {
        known.kind == stated.kind
            && known.amount.currency == stated.amount.currency
            && (known.from, known.to) == (stated.from, stated.to)
    };
    match found.iter_mut().find(same) {
        None => found.push((rank, stated)),
        Some(known) if rank > known.0 => *known = (rank, stated),
        Some(_) => {}
    }
}

enum Fault {
    NoCurrency,
    Zero,
    Unreadable(String),
}

struct Reader<'a> {
    currency: Option<&'a str>,
    defaults: &'a Defaults,
    context: &'a Context,
    published: Option<PartialDate>,
}

impl Reader<'_> {
    fn read(&self, price: &Element) -> Result<Option<StatedPrice>, Fault> {
        let price_type = price.value("PriceType").or(self.defaults.price_type.as_deref()).unwrap_or("02");
        let (Some((kind, tax_included, holds)), true) = (kind_of(price_type), is_for_readers(price)) else {
            return Ok(None);
        };
        let Some(amount) = price.value("PriceAmount") else { return Ok(None) };
        let unreadable = |error: crate::kernel::money::MoneyError| Fault::Unreadable(error.to_string());
        let currency = match price.value("CurrencyCode").or(self.currency) {
            Some(code) => code.parse::<Currency>().map_err(unreadable)?,
            None => self.context.default_currency.ok_or(Fault::NoCurrency)?,
        };
        let amount = Money::parse(amount, currency).map_err(unreadable)?;
        match amount.minor {
            0 => return Err(Fault::Zero),
            minor if minor > MAX_PRICE => return Err(Fault::Unreadable("it is more than any book costs".into())),
            _ => {}
        }
        let (from, mut to) = self.dates(price);
        match holds {
            Holds::Dated if to.is_none() => return Ok(None),
            Holds::BeforePublication if to.is_none() => {
                let Some(PartialDate::Day(day)) = self.published else { return Ok(None) };
                to = self.start_of(day);
            }
            Holds::Always | Holds::Dated | Holds::BeforePublication => {}
        }
        Ok(Some(StatedPrice { amount, tax_included: Some(tax_included), kind, from, to }))
    }

    /// List 173: 14 from a day, 15 until the end of a day, 24 both. Days are the shop's.
    fn dates(&self, price: &Element) -> (Option<Timestamp>, Option<Timestamp>) {
        let day = |role: &str| dates::with_role(price, "PriceDate", "PriceDateRole", role).map(PartialDate::first_day);
        let span = price.all("PriceDate").find(|date| date.says("PriceDateRole", "24"));
        let until = day("15").or_else(|| span.and_then(dates::end_of_span));
        let from = day("14").or_else(|| day("24")).and_then(|day| self.start_of(day));
        let to = until.and_then(|day| day.tomorrow().ok()).and_then(|day| self.start_of(day));
        // Dates the wrong way round bind nobody.
        match (from, to) {
            (Some(from), Some(to)) if to <= from => (None, None),
            dates => dates,
        }
    }

    fn start_of(&self, day: Date) -> Option<Timestamp> {
        day.to_zoned(self.context.zone.clone()).ok().map(|start| start.timestamp())
    }
}

/// Whether anybody who walks in pays this price.
fn is_for_readers(price: &Element) -> bool {
    // List 59: other qualifiers are prices for members, libraries, schools.
    matches!(price.value("PriceQualifier"), None | Some("00" | "05"))
        // List 60: 00 is the price of one copy.
        && matches!(price.value("PricePer"), None | Some("00"))
        && price.value("MinimumOrderQuantity").is_none_or(|copies| copies == "1")
        // List 167: 00 no condition, 01 with updates; others are rental, or a purchase besides.
        && price.all("PriceCondition").all(|it| matches!(it.value("PriceConditionType"), None | Some("00" | "01")))
}
