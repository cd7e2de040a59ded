//! Prices with and without dates, put in an order in which each holds when it should.

use jiff::Timestamp;

use super::record::StatedPrice;

/// The prices that still matter, today's before later ones.
///
/// `catalog::prices` lets a price from now replace all of its kind, so the usual price waits until a special one that
/// holds today is over.
pub(super) fn arranged(prices: &[StatedPrice], now: Timestamp) -> Vec<StatedPrice> {
    let is_over = |price: &&StatedPrice| price.to.is_some_and(|to| to <= now);
    let begins_later = |price: &StatedPrice| price.from.is_some_and(|from| from > now);
    let current = |price: &&StatedPrice| !is_over(price) && !begins_later(price);
    let special_until = |usual: &StatedPrice| {
        let same_kind = |it: &&StatedPrice| it.kind == usual.kind && it.amount.currency == usual.amount.currency;
        prices.iter().filter(current).filter(same_kind).filter_map(|special| special.to).max()
    };
    let mut arranged: Vec<StatedPrice> = prices.iter().filter(|price| !is_over(price)).cloned().collect();
    for price in &mut arranged {
        if price.to.is_none() && !begins_later(price) {
            price.from = special_until(price).or(price.from);
        }
    }
    arranged.sort_by_key(|price| price.from.filter(|from| *from > now));
    arranged
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::catalog::prices::PriceKind;
    use crate::kernel::money::{Currency, Money};

    fn price(minor: i64, from: Option<&str>, to: Option<&str>) -> StatedPrice {
        let time = |day: &str| format!("{day}T00:00:00Z").parse().unwrap();
        StatedPrice {
            amount: Money::new(minor, Currency::GBP),
            tax_included: Some(true),
            kind: PriceKind::Rrp,
            from: from.map(time),
            to: to.map(time),
        }
    }

    #[track_caller]
    fn check(prices: &[StatedPrice], expected: &[StatedPrice]) {
        assert_eq!(arranged(prices, "2026-11-22T12:00:00Z".parse().unwrap()), expected);
    }

    #[test]
    fn the_usual_price_waits_until_the_special_one_is_over() {
        let (usual, special) = (price(799, None, None), price(300, Some("2026-11-01"), Some("2026-12-01")));
        check(&[usual.clone(), special.clone()], &[special, price(799, Some("2026-12-01"), None)]);
        let later = price(500, Some("2027-01-01"), Some("2027-02-01"));
        check(&[later.clone(), usual.clone()], &[usual.clone(), later]);
        check(&[price(500, None, Some("2026-01-01")), usual.clone()], &[usual]);
    }
}
