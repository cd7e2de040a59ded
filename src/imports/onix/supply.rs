//! Whether and from whom a product can be had: of several markets and suppliers, those of the shop's country.

use super::Defaults;
use super::dates;
use super::element::Element;
use super::prices;
use super::publishing::{self, code};
use super::territory::{self, Fit};
use crate::imports::record::{Record, Tally};
use crate::imports::run::Context;
use crate::kernel::date::PartialDate;

/// List 65: these can be ordered.
const ORDERABLE: [&str; 4] = ["20", "21", "22", "23"];

/// Availability and prices.
///
/// # Errors
///
/// The product is not sold separately.
pub(super) fn read(
    record: &mut Record, product: &Element, defaults: &Defaults, context: &Context,
) -> Result<(), String> {
    let country = context.country.map_or("", |country| country.code());
    let mut supplies: Vec<(Fit, &Element)> =
        product.all("ProductSupply").map(|supply| (market_fit(supply, country), supply)).collect();
    // The best first; of equals the first. Where none is for this country the first is better than nothing.
    supplies.sort_by_key(|(fit, _)| std::cmp::Reverse(*fit));
    if let Some((fit, here)) = supplies.first() {
        if let Some(market) = here.one("MarketPublishingDetail").filter(|_| *fit >= Fit::Everywhere) {
            publishing::read_market(record, market);
        }
        if let Some(detail) = best_supplier(here) {
            record.facts.availability = code(detail.value("ProductAvailability"));
            // List 166: 02 is the day before which this supplier's copies are not to be sold.
            let embargo = dates::with_role(detail, "SupplyDate", "SupplyDateRole", "02");
            record.facts.embargo = embargo.map(PartialDate::first_day).or(record.facts.embargo);
            check_sold(detail)?;
            read_lead_days(record, detail, context);
        }
    }
    if record.facts.publishing_status == "13" {
        return Err("it is not sold separately (publishing status 13)".into());
    }
    prices::read(record, &supplies, defaults, context);
    Ok(())
}

fn market_fit(supply: &Element, country: &str) -> Fit {
    territory::fit(supply.all("Market").flat_map(|market| market.all("Territory")), country)
}

/// The first supplier that has it, else the first that says anything, else the first.
fn best_supplier(supply: &Element) -> Option<&Element> {
    let details = || supply.all("SupplyDetail");
    let says = |detail: &&Element| detail.value("ProductAvailability").is_some();
    let has_it = |detail: &&Element| detail.value("ProductAvailability").is_some_and(|code| ORDERABLE.contains(&code));
    details().find(has_it).or_else(|| details().find(says)).or_else(|| details().next())
}

/// Lists 65 and 57.
fn check_sold(detail: &Element) -> Result<(), String> {
    if detail.says("ProductAvailability", "45") {
        return Err("it is not sold separately (availability 45)".into());
    }
    let unpriced = |part: &Element| part.says("UnpricedItemType", "03") && part.one("PriceAmount").is_none();
    let has_price = detail.all("Price").any(|price| price.one("PriceAmount").is_some());
    if unpriced(detail) || (!has_price && detail.all("Price").any(unpriced)) {
        return Err("it is not sold separately (unpriced item 03)".into());
    }
    Ok(())
}

/// Working days until a supplier's copy is here: what the record says, else what the shop promises by default.
fn read_lead_days(record: &mut Record, detail: &Element, context: &Context) {
    if !ORDERABLE.contains(&record.facts.availability.as_str()) {
        return;
    }
    let stated =
        detail.value("OrderTime").and_then(|days| days.parse::<u16>().ok()).filter(|days| (1..=365).contains(days));
    record.facts.lead_days = stated.map(|days| (days, days)).or(Some(context.lead_days));
    record.tallies.extend(stated.is_none().then_some(Tally::LeadDaysAssumed));
}
