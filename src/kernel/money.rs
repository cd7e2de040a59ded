//! Money in minor units; decimals only for rates.

use std::fmt;
use std::str::FromStr;

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

/// A currency that has a minor unit, known by its ISO 4217 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// Pound sterling.
    pub const GBP: Currency = Currency(iso_currency::Currency::GBP);
    /// Euro.
    pub const EUR: Currency = Currency(iso_currency::Currency::EUR);
    /// United States dollar.
    pub const USD: Currency = Currency(iso_currency::Currency::USD);

    /// The ISO 4217 code, like `GBP`.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Digits after the point: 2 for GBP, 0 for JPY, 3 for KWD.
    pub fn exponent(self) -> u32 {
        self.0.exponent().map_or(2, u32::from)
    }

    /// Minor units in one major unit: 100 for GBP.
    fn scale(self) -> i64 {
        10_i64.pow(self.exponent())
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(code: &str) -> Result<Currency, MoneyError> {
        iso_currency::Currency::from_code(&code.trim().to_ascii_uppercase())
            .filter(|currency| currency.exponent().is_some())
            .map(Currency)
            .ok_or_else(|| MoneyError::UnknownCurrency(code.trim().to_owned()))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// What can be wrong with an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// No such code, or one without a minor unit (gold, test codes).
    #[error("“{0}” is not a currency code")]
    UnknownCurrency(String),
    /// Two currencies met in one sum.
    #[error("{0} and {1} cannot be added")]
    Mixed(Currency, Currency),
    /// The text is not a plain decimal number.
    #[error("“{0}” is not an amount like 12.99")]
    NotAnAmount(String),
    /// More decimals than the currency has.
    #[error("“{0}” has more decimals than {1} knows")]
    TooPrecise(String, Currency),
    /// Outside what 64 bits of minor units hold.
    #[error("the amount is too large")]
    Overflow,
}

/// An amount in minor units: `Money { minor: 1999, currency: EUR }` is €19.99.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// Minor units (cents, pence, yen).
    pub minor: i64,
    /// The currency of `minor`.
    pub currency: Currency,
}

impl Money {
    /// An amount from minor units.
    pub fn new(minor: i64, currency: Currency) -> Money {
        Money { minor, currency }
    }

    /// Nothing, in `currency`.
    pub fn zero(currency: Currency) -> Money {
        Money { minor: 0, currency }
    }

    /// Reads a plain decimal such as `12.99`, `12` or `£12.99`.
    ///
    /// One point as decimal mark, no thousands mark, no sign: `1.299,00` is refused, never guessed.
    ///
    /// # Errors
    ///
    /// `NotAnAmount`, `TooPrecise` or `Overflow`.
    pub fn parse(text: &str, currency: Currency) -> Result<Money, MoneyError> {
        let wrong = || MoneyError::NotAnAmount(text.trim().chars().take(40).collect());
        let bare = text.trim().trim_start_matches(symbol(currency)).trim_start();
        let (whole, fraction) = bare.split_once('.').unwrap_or((bare, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) || bare.ends_with('.') {
            return Err(wrong());
        }
        let exponent = usize::try_from(currency.exponent()).map_err(|_| MoneyError::Overflow)?;
        let kept = fraction.trim_end_matches('0');
        if kept.len() > exponent {
            return Err(MoneyError::TooPrecise(bare.chars().take(40).collect(), currency));
        }
        let minor: i64 = format!("{whole}{kept:0<exponent$}").parse().map_err(|_| MoneyError::Overflow)?;
        Ok(Money { minor, currency })
    }

    /// The sum of two amounts.
    ///
    /// # Errors
    ///
    /// `Mixed` for two currencies, `Overflow`.
    pub fn plus(self, other: Money) -> Result<Money, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Mixed(self.currency, other.currency));
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Money { minor, ..self })
    }

    /// The amount `quantity` times.
    ///
    /// # Errors
    ///
    /// `Overflow`.
    pub fn times(self, quantity: u32) -> Result<Money, MoneyError> {
        let minor = self.minor.checked_mul(i64::from(quantity)).ok_or(MoneyError::Overflow)?;
        Ok(Money { minor, ..self })
    }

    /// The tax added to a net amount: `rate` 0.07 is 7 %, rounded half away from zero to one minor unit.
    ///
    /// # Errors
    ///
    /// `Overflow`.
    pub fn at_rate(self, rate: Decimal) -> Result<Money, MoneyError> {
        self.rounded(Decimal::from(self.minor).checked_mul(rate))
    }

    /// The tax contained in a gross amount: gross × rate ÷ (1 + rate), rounded half away from zero.
    ///
    /// # Errors
    ///
    /// `Overflow`.
    pub fn contained_at_rate(self, rate: Decimal) -> Result<Money, MoneyError> {
        let exact =
            Decimal::from(self.minor).checked_mul(rate).and_then(|product| product.checked_div(Decimal::ONE + rate));
        self.rounded(exact)
    }

    fn rounded(self, exact: Option<Decimal>) -> Result<Money, MoneyError> {
        let rounded =
            exact.ok_or(MoneyError::Overflow)?.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        Ok(Money { minor: rounded.to_i64().ok_or(MoneyError::Overflow)?, ..self })
    }

    /// The amount as a plain decimal without currency, like `1299.00`.
    pub fn decimal(self) -> String {
        let scale = self.currency.scale();
        let sign = if self.minor < 0 { "-" } else { "" };
        let (whole, rest) =
            (self.minor.unsigned_abs() / scale.unsigned_abs(), self.minor.unsigned_abs() % scale.unsigned_abs());
        match usize::try_from(self.currency.exponent()) {
            Ok(0) | Err(_) => format!("{sign}{whole}"),
            Ok(width) => format!("{sign}{whole}.{rest:0width$}"),
        }
    }

    /// The amount as people read it: `£1,299.00`, `AUD 29.99`.
    pub fn display(self) -> String {
        let plain = self.decimal();
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("−", rest));
        let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
        let mut grouped = String::with_capacity(whole.len() + 4);
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let tail = fraction.map_or_else(String::new, |fraction| format!(".{fraction}"));
        format!("{sign}{}{grouped}{tail}", symbol(self.currency))
    }
}

/// The sign people know, or the code and a no-break space where a sign would be ambiguous.
fn symbol(currency: Currency) -> &'static str {
    match currency.code() {
        "GBP" => "£",
        "EUR" => "€",
        "USD" => "$",
        "JPY" => "¥",
        "AUD" => "AUD\u{a0}",
        "NZD" => "NZD\u{a0}",
        "CAD" => "CAD\u{a0}",
        "CHF" => "CHF\u{a0}",
        "SEK" => "SEK\u{a0}",
        "NOK" => "NOK\u{a0}",
        "DKK" => "DKK\u{a0}",
        code => code,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    #[track_caller]
    fn check(text: &str, code: &str, expected: Option<i64>) {
        let parsed = Money::parse(text, code.parse().unwrap());
        assert_eq!(parsed.ok().map(|money| money.minor), expected, "{text}");
    }

    #[test]
    fn amounts_are_read_strictly() {
        check("12.99", "GBP", Some(1299));
        check("12", "GBP", Some(1200));
        check("12.9", "EUR", Some(1290));
        check(" £0.00 ", "GBP", Some(0));
        check("12.9900", "GBP", Some(1299));
        check("1299", "JPY", Some(1299));
        check("1.234", "KWD", Some(1234));
        for wrong in ["", ".", "12.", ".99", "1.299,00", "1,299.00", "-1", "12.999", "1e3", "٣", "12.99 EUR"] {
            check(wrong, "GBP", None);
        }
        check("99999999999999999999", "GBP", None);
    }

    #[test]
    fn amounts_read_as_people_write_them() {
        let show = |minor, code: &str| Money::new(minor, code.parse().unwrap()).display();
        assert_eq!(show(999, "GBP"), "£9.99");
        assert_eq!(show(129_900_000, "EUR"), "€1,299,000.00");
        assert_eq!(show(-5, "USD"), "−$0.05");
        assert_eq!(show(1200, "JPY"), "¥1,200");
        assert_eq!(show(2999, "AUD"), "AUD\u{a0}29.99");
        assert_eq!(show(1_234, "KWD"), "KWD1.234");
    }

    #[test]
    fn tax_is_rounded_half_away_from_zero() {
        let rate = |text: &str| text.parse::<Decimal>().unwrap();
        let gross = Money::new(999, Currency::GBP);
        assert_eq!(gross.contained_at_rate(rate("0.2")).unwrap().minor, 167); // 166.5
        assert_eq!(gross.contained_at_rate(Decimal::ZERO).unwrap().minor, 0);
        assert_eq!(Money::new(1231, Currency::EUR).at_rate(rate("0.21")).unwrap().minor, 259); // 258.51
    }

    #[test]
    fn sums_never_mix_currencies() {
        let mixed = Money::new(1, Currency::GBP).plus(Money::new(1, Currency::EUR));
        assert_eq!(mixed, Err(MoneyError::Mixed(Currency::GBP, Currency::EUR)));
        assert_eq!(Money::new(i64::MAX, Currency::GBP).times(2), Err(MoneyError::Overflow));
    }
}
