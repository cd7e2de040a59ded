//! What readers pay, among the many prices of a record.

use jiff::Timestamp;
use jiff::civil::Date;

use super::Defaults;
use super::element::Element;
use super::product::date_of;
use crate::catalog::prices::PriceKind;
use crate::imports::csv::MAX_PRICE;
use crate::imports::record::{Record, StatedPrice, Tally};
use crate::imports::run::Context;
use crate::kernel::money::{Currency, Money};

/// Kind and tax of a price type (List 58). Supplier's net prices (05 to 09) and prices for others are no one's to pay here.
fn kind_of(price_type: &str) -> Option<(PriceKind, bool)> {
    match price_type {
        "01" => Some((PriceKind::Rrp, false)),
        "02" => Some((PriceKind::Rrp, true)),
        "03" | "41" => Some((PriceKind::Fixed, false)),
        "04" | "42" => Some((PriceKind::Fixed, true)),
        _ => None,
    }
}

/// Reads every price a reader could pay. One that cannot be read is left out with a warning, the book stays.
pub(super) fn read(record: &mut Record, supplies: &[&Element], defaults: &Defaults, context: &Context) {
    for supply in supplies {
        for detail in supply.all("SupplyDetail") {
            let currency = detail.words("DefaultCurrencyCode").or_else(|| defaults.currency.clone());
            for price in detail.all("Price") {
                record.speaks_of_price = true;
                match read_one(price, currency.as_deref(), defaults, context) {
                    Ok(Some(stated)) => add(record, stated, context),
                    Ok(None) => {}
                    Err(Fault::NoCurrency) => record.tallies.push(Tally::NoCurrency),
                    Err(Fault::Zero) => record.tallies.push(Tally::ZeroPrice),
                    Err(Fault::Unreadable(reason)) => record.warnings.push(format!("a price was left out: {reason}")),
                }
            }
        }
    }
    let foreign = record.prices.iter().filter(|price| price.amount.currency != context.sells_in).count();
    record.tallies.extend(std::iter::repeat_n(Tally::OtherCurrency, foreign));
    let other_tax = |price: &&StatedPrice| {
        price.amount.currency == context.sells_in && price.tax_included != Some(context.tax_included)
    };
    let contradicting = record.prices.iter().filter(other_tax).count();
    record.tallies.extend(std::iter::repeat_n(Tally::OtherTax, contradicting));
}

enum Fault {
    NoCurrency,
    Zero,
    Unreadable(String),
}

fn read_one(
    price: &Element, currency: Option<&str>, defaults: &Defaults, context: &Context,
) -> Result<Option<StatedPrice>, Fault> {
    let price_type = price.value("PriceType").or(defaults.price_type.as_deref()).unwrap_or("02");
    // List 59: other qualifiers are prices for members, libraries, schools. A minimum order is no reader's price either.
    let for_readers = matches!(price.value("PriceQualifier"), None | Some("00" | "05"))
        && price.one("MinimumOrderQuantity").is_none();
    let (Some((kind, tax_included)), true) = (kind_of(price_type), for_readers) else { return Ok(None) };
    let Some(amount) = price.value("PriceAmount") else { return Ok(None) };
    let unreadable = |error: crate::kernel::money::MoneyError| Fault::Unreadable(error.to_string());
    let currency = match price.value("CurrencyCode").or(currency) {
        Some(code) => code.parse::<Currency>().map_err(unreadable)?,
        None => context.default_currency.ok_or(Fault::NoCurrency)?,
    };
    let amount = Money::parse(amount, currency).map_err(unreadable)?;
    match amount.minor {
        0 => return Err(Fault::Zero),
        minor if minor > MAX_PRICE => return Err(Fault::Unreadable("it is more than any book costs".into())),
        _ => {}
    }
    let (from, to) = dates(price, context);
    Ok(Some(StatedPrice { amount, tax_included: Some(tax_included), kind, from, to }))
}

/// Adds a price; of two that differ only in tax or market the shop keeps the one that fits its own prices.
fn add(record: &mut Record, stated: StatedPrice, context: &Context) {
    let same = |known: &&mut StatedPrice| {
        known.kind == stated.kind
            && known.amount.currency == stated.amount.currency
            && (known.from, known.to) == (stated.from, stated.to)
    };
    match record.prices.iter_mut().find(same) {
        None => record.prices.push(stated),
        Some(known) => {
            let fits = |price: &StatedPrice| price.tax_included == Some(context.tax_included);
            if fits(&stated) && !fits(known) {
                *known = stated;
            }
        }
    }
}

/// List 173: 14 from a day, 15 until the end of a day. Days are the shop's.
fn dates(price: &Element, context: &Context) -> (Option<Timestamp>, Option<Timestamp>) {
    let day = |role: &str| {
        price
            .all("PriceDate")
            .find(|date| date.says("PriceDateRole", role))
            .and_then(date_of)
            .map(|date| date.first_day())
    };
    let start_of = |day: Date| day.to_zoned(context.zone.clone()).ok().map(|start| start.timestamp());
    let from = day("14").and_then(start_of);
    let to = day("15").and_then(|day| day.tomorrow().ok()).and_then(start_of);
    // Dates the wrong way round bind nobody.
    match (from, to) {
        (Some(from), Some(to)) if to <= from => (None, None),
        dates => dates,
    }
}

/// Working days until a supplier's copy is here: what the record says, else what the shop promises by default.
pub(super) fn read_lead_days(record: &mut Record, detail: &Element, context: &Context) {
    // List 65: these can be ordered.
    if !matches!(record.facts.availability.as_str(), "20" | "21" | "22" | "23") {
        return;
    }
    let stated =
        detail.value("OrderTime").and_then(|days| days.parse::<u16>().ok()).filter(|days| (1..=365).contains(days));
    record.facts.lead_days = stated.map(|days| (days, days)).or(Some(context.lead_days));
    record.tallies.extend(stated.is_none().then_some(Tally::LeadDaysAssumed));
}
