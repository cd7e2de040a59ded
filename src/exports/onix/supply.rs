//! Block 6: how it is to be had, and for what.

use super::Product;
use super::write::Xml;
use crate::catalog::prices::{self, PriceKind};
use crate::exports::ExportError;
use crate::kernel::money::Money;

/// One supplier, the shop; one price for readers of each kind.
pub(super) fn put(xml: &mut Xml, product: &Product<'_>) -> Result<(), ExportError> {
    let facts = &product.edition.facts;
    let found = prices(product)?;
    xml.within("ProductSupply", |xml| {
        xml.within("SupplyDetail", |xml| {
            xml.within("Supplier", |xml| {
                // List 93: 00 says nothing of the kind of supplier.
                xml.put("SupplierRole", "00");
                xml.put("SupplierName", &product.shop.name);
                xml.put("EmailAddress", &product.shop.email);
            });
            xml.put("ProductAvailability", &facts.availability);
            if let Some((_, days)) = facts.lead_days {
                xml.put("OrderTime", &days.to_string());
            }
            if found.is_empty() {
                // List 57: 02 is to be announced.
                xml.put("UnpricedItemType", "02");
            }
            for (kind, amount) in &found {
                xml.within("Price", |xml| {
                    xml.put("PriceType", kind);
                    xml.put("PriceAmount", &amount.decimal());
                    xml.put("CurrencyCode", amount.currency.code());
                });
            }
        });
    });
    Ok(())
}

/// List 58: 01 and 02 recommended, 03 and 04 fixed, without and with tax. The shop's own price stands in for a
/// recommended one that nobody named; beside one it is the shop's affair.
fn prices(product: &Product<'_>) -> rusqlite::Result<Vec<(&'static str, Money)>> {
    let current =
        |kind| prices::current_of_kind(product.conn, product.edition.id, product.shop.currency(), kind, product.now);
    let recommended = match current(PriceKind::Rrp)? {
        None => current(PriceKind::Selling)?,
        known => known,
    };
    let fixed = current(PriceKind::Fixed)?;
    let recommended = recommended.filter(|_| fixed.is_none());
    let typed =
        |(amount, tax_included): (Money, bool), without, with| (if tax_included { with } else { without }, amount);
    let recommended = recommended.map(|price| typed(price, "01", "02"));
    Ok(recommended.into_iter().chain(fixed.map(|price| typed(price, "03", "04"))).collect())
}
