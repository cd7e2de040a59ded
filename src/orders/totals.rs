//! What an order costs: one pure function, in a fixed order.
//!
//! Line price × copies → subtotal → delivery → tax per line and on delivery, each rounded once, half away from
//! zero → total. In a shop whose prices include tax, the tax is what the amounts contain; elsewhere it is added.

use rust_decimal::Decimal;

use crate::kernel::money::{Money, MoneyError};

/// A line to be added up.
#[derive(Clone, Debug)]
pub struct PricedLine {
    /// Price of one copy.
    pub unit: Money,
    /// Copies.
    pub quantity: u32,
    /// 0.07 is 7 %.
    pub rate: Decimal,
}

/// The sums of an order. `total` is what is paid.
#[derive(Clone, Debug, PartialEq)]
pub struct Totals {
    /// Per line: price of all copies, and the tax in or on it.
    pub lines: Vec<(Money, Money)>,
    /// The lines together.
    pub subtotal: Money,
    /// Delivery.
    pub delivery: Money,
    /// Tax in or on delivery.
    pub delivery_tax: Money,
    /// All tax.
    pub tax: Money,
    /// What is paid.
    pub total: Money,
}

/// Adds up.
///
/// # Errors
///
/// Mixed currencies, or amounts past 64 bits.
pub fn totals(
    lines: &[PricedLine], delivery: Money, delivery_rate: Decimal, tax_included: bool,
) -> Result<Totals, MoneyError> {
    let tax_of = |amount: Money, rate| if tax_included { amount.contained_at_rate(rate) } else { amount.at_rate(rate) };
    let delivery_tax = tax_of(delivery, delivery_rate)?;
    let zero = Money::zero(delivery.currency);
    let mut sums = Totals {
        lines: Vec::with_capacity(lines.len()),
        subtotal: zero,
        delivery,
        delivery_tax,
        tax: delivery_tax,
        total: zero,
    };
    for line in lines {
        let total = line.unit.times(line.quantity)?;
        let tax = tax_of(total, line.rate)?;
        sums.subtotal = sums.subtotal.plus(total)?;
        sums.tax = sums.tax.plus(tax)?;
        sums.lines.push((total, tax));
    }
    sums.total = sums.subtotal.plus(delivery)?;
    if !tax_included {
        sums.total = sums.total.plus(sums.tax)?;
    }
    Ok(sums)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::kernel::money::Currency;
    use proptest::prelude::*;

    fn line(minor: i64, quantity: u32, rate: &str) -> PricedLine {
        PricedLine { unit: Money::new(minor, Currency::GBP), quantity, rate: rate.parse().unwrap() }
    }

    #[test]
    fn three_books_at_twenty_percent_contain_five_pounds_one_by_line() {
        let sums = totals(
            &[line(999, 1, "0.2"), line(999, 1, "0.2"), line(999, 1, "0.2")],
            Money::zero(Currency::GBP),
            Decimal::ZERO,
            true,
        )
        .unwrap();
        assert_eq!((sums.total.minor, sums.tax.minor), (2997, 501));
    }

    #[test]
    fn tax_is_added_where_prices_exclude_it() {
        let sums =
            totals(&[line(1000, 2, "0.07")], Money::new(500, Currency::GBP), "0.07".parse().unwrap(), false).unwrap();
        assert_eq!((sums.subtotal.minor, sums.tax.minor, sums.total.minor), (2000, 175, 2675));
    }

    proptest! {
        #[test]
        fn lines_always_add_up_to_the_total(
            lines in proptest::collection::vec((0_i64..10_000_000, 1_u32..100, 0_i64..30), 1..20),
            delivery in 0_i64..10_000, included: bool,
        ) {
            let lines: Vec<PricedLine> = lines.into_iter()
                .map(|(minor, quantity, percent)| PricedLine { unit: Money::new(minor, Currency::EUR), quantity, rate: Decimal::new(percent, 2) })
                .collect();
            let sums = totals(&lines, Money::new(delivery, Currency::EUR), Decimal::new(7, 2), included).unwrap();
            let (gross, tax) = sums.lines.iter().fold((0, 0), |(gross, tax), line| (gross + line.0.minor, tax + line.1.minor));
            prop_assert_eq!(gross, sums.subtotal.minor);
            prop_assert_eq!(tax + sums.delivery_tax.minor, sums.tax.minor);
            let added = if included { 0 } else { sums.tax.minor };
            prop_assert_eq!(sums.total.minor, gross + delivery + added);
            prop_assert!(!included || sums.tax.minor <= sums.total.minor);
        }
    }
}
