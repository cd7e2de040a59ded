//! Amounts of money as people and tills write them. What could be two amounts is none.
//!
//! Where `.` and `,` both stand, the last one parts the cents and the others thousands. One mark alone before one or
//! two figures parts cents. One mark before three figures is thousands only where the rest of the column (or a
//! currency without cents) proves it; else nobody can tell, and the row is rejected.

use crate::kernel::money::{Currency, Money};

/// No book costs more than this many minor units; beyond it a barcode stands in the price.
pub(in crate::imports) const MAX_PRICE: i64 = 100_000_000;

/// The mark before the cents in a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::imports) enum Mark {
    /// Nothing in the column says.
    #[default]
    Unknown,
    /// `12.99`
    Point,
    /// `12,99`
    Comma,
}

impl Mark {
    /// What a column's cells prove; cells that contradict each other prove nothing.
    pub(in crate::imports) fn of_column<'a>(cells: impl Iterator<Item = &'a str>) -> Mark {
        let (mut points, mut commas) = (0, 0);
        for cell in cells {
            match proof(bare(cell).0) {
                Some('.') => points += 1,
                Some(_) => commas += 1,
                None => {}
            }
        }
        match (points, commas) {
            (1.., 0) => Mark::Point,
            (0, 1..) => Mark::Comma,
            _ => Mark::Unknown,
        }
    }

    fn char(self) -> Option<char> {
        match self {
            Mark::Unknown => None,
            Mark::Point => Some('.'),
            Mark::Comma => Some(','),
        }
    }
}

/// An amount as it was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::imports) struct Amount {
    /// How much.
    pub money: Money,
    /// Three figures behind its only mark were thousands, as the column proves.
    pub by_column: bool,
}

/// Reads an amount in `currency`, or in the one that stands beside the figures.
///
/// # Errors
///
/// Words for who made the file: not an amount, two possible amounts, more than any book costs.
pub(in crate::imports) fn read(text: &str, currency: Currency, mark: Mark) -> Result<Amount, String> {
    let short: String = text.trim().chars().take(40).collect();
    let (figures, stated) = bare(text);
    let currency = match stated {
        Some("$") if !is_dollar(currency) => {
            return Err(format!("“{short}” does not say whose dollars; name them with --default-currency"));
        }
        Some("$") | None => currency,
        Some(sign) => currency_of(sign).ok_or_else(|| format!("“{short}” is not an amount like 12.99"))?,
    };
    let (plain, by_column) = plain(figures, currency, mark).map_err(|wrong| wrong.about(&short))?;
    match Money::parse(&plain, currency) {
        Ok(money) if money.minor > MAX_PRICE => Err(format!("“{short}” is more than any book costs")),
        Ok(money) => Ok(Amount { money, by_column }),
        Err(crate::kernel::money::MoneyError::NotAnAmount(_)) => Err(Wrong::NoAmount.about(&short)),
        Err(error) => Err(error.to_string()),
    }
}

/// Words for a price of nothing, or for one that is not settled.
pub(in crate::imports) fn is_free(cell: &str) -> bool {
    matches!(
        crate::kernel::text::fold(cell).as_str(),
        "free" | "gratis" | "kostenlos" | "gratuit" | "tba" | "tbc" | "poa" | "auf anfrage" | "sur demande"
    )
}

/// The currencies written beside an amount other than by their code.
const SIGNS: [(&str, &str); 9] = [
    ("€", "EUR"),
    ("£", "GBP"),
    ("¥", "JPY"),
    ("Fr.", "CHF"),
    ("zł", "PLN"),
    ("Kč", "CZK"),
    ("A$", "AUD"),
    ("US$", "USD"),
    ("C$", "CAD"),
];

fn currency_of(sign: &str) -> Option<Currency> {
    let code = SIGNS.iter().find(|(known, _)| *known == sign).map_or(sign, |(_, code)| *code);
    code.parse::<Currency>().ok()
}

fn is_dollar(currency: Currency) -> bool {
    ["USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD"].contains(&currency.code())
}

/// The figures of a cell, and what stands before or behind them.
fn bare(text: &str) -> (&str, Option<&str>) {
    let text = text.trim();
    let figure = |c: char| c.is_ascii_digit() || matches!(c, '-' | '−' | '+');
    let start = text.find(figure).unwrap_or(0);
    let end = text.rfind(|c: char| c.is_ascii_digit()).map_or(text.len(), |at| at + 1);
    let (Some(before), Some(figures), Some(after)) = (text.get(..start), text.get(start..end), text.get(end..)) else {
        return (text, None);
    };
    // `5,-` and `5.—` are whole amounts.
    let after = after.trim_start_matches([',', '.']).trim_start_matches(['-', '–', '—']).trim();
    match (before.trim(), after) {
        ("", "") => (figures, None),
        ("", sign) | (sign, "") => (figures, Some(sign)),
        _ => (text, None),
    }
}

/// Which mark parts the cents, if this cell alone shows it.
fn proof(figures: &str) -> Option<char> {
    let last = figures.rfind(['.', ','])?;
    let mark = figures.get(last..)?.chars().next()?;
    let behind = figures.len() - last - 1;
    let both = figures.contains('.') && figures.contains(',');
    (both || (matches!(behind, 1 | 2) && figures.matches(mark).count() == 1)).then_some(mark)
}

enum Wrong {
    NoAmount,
    TwoAmounts(String, String),
}

impl Wrong {
    fn about(self, short: &str) -> String {
        match self {
            Wrong::NoAmount => format!("“{short}” is not an amount like 12.99"),
            Wrong::TwoAmounts(one, other) => format!("“{short}” could be {one} or {other}"),
        }
    }
}

/// The amount with a point before the cents and no other mark, and whether the column decided.
fn plain(figures: &str, currency: Currency, mark: Mark) -> Result<(String, bool), Wrong> {
    let is_gap = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’');
    let marks: Vec<char> = figures.chars().filter(|c| matches!(c, '.' | ',')).collect();
    let cents_mark = match (marks.as_slice(), proof(figures)) {
        ([], _) => None,
        ([.., last], Some(_)) if marks.iter().filter(|c| *c == last).count() == 1 => Some(*last),
        ([_], None) => match single(figures, currency, mark)? {
            (cents, true) => return ungroup(figures, cents, is_gap).map(|text| (text, true)),
            (cents, false) => cents,
        },
        // `1.234.567`: only thousands repeat.
        ([first, rest @ ..], None) if rest.iter().all(|c| c == first) => None,
        _ => return Err(Wrong::NoAmount),
    };
    ungroup(figures, cents_mark, is_gap).map(|text| (text, false))
}

/// What a lone mark means that its own figures do not explain, and whether the column told.
fn single(figures: &str, currency: Currency, mark: Mark) -> Result<(Option<char>, bool), Wrong> {
    let Some((whole, behind)) = figures.split_once(['.', ',']) else { return Ok((None, false)) };
    let found = figures.chars().find(|c| matches!(c, '.' | ','));
    let could_group =
        behind.len() == 3 && matches!(whole.trim_start_matches(['+', '-']).len(), 1..=3) && !whole.starts_with('0');
    match (could_group, mark.char()) {
        (true, Some(cents)) if Some(cents) != found => Ok((None, true)),
        (true, _) if currency.exponent() == 0 => Ok((None, false)),
        (true, None) if currency.exponent() == 2 => {
            Err(Wrong::TwoAmounts(format!("{whole}{behind}"), format!("{whole}.{behind}")))
        }
        _ => Ok((found, false)),
    }
}

/// Takes the marks of thousands out, which stand before groups of three figures and nowhere else.
fn ungroup(figures: &str, cents: Option<char>, is_gap: impl Fn(char) -> bool) -> Result<String, Wrong> {
    let (whole, fraction) = match cents {
        Some(mark) => figures.rsplit_once(mark).ok_or(Wrong::NoAmount)?,
        None => (figures, ""),
    };
    let groups: Vec<&str> = whole.split(|c| matches!(c, '.' | ',') || is_gap(c)).collect();
    let right = match groups.as_slice() {
        [_] => true,
        [first, rest @ ..] => matches!(first.len(), 1..=3) && rest.iter().all(|group| group.len() == 3),
        [] => false,
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !right
        || !groups.iter().all(|group| digits(group))
        || !digits(fraction)
        || (cents.is_some() && fraction.is_empty())
    {
        return Err(Wrong::NoAmount);
    }
    let whole = groups.concat();
    Ok(if fraction.is_empty() { whole } else { format!("{whole}.{fraction}") })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, mark: Mark, expected: &str) {
        let read = match read(text, Currency::EUR, mark) {
            Ok(Amount { money, by_column }) => {
                format!("{} {}{}", money.currency, money.decimal(), if by_column { " by column" } else { "" })
            }
            Err(reason) => reason,
        };
        assert!(read.contains(expected), "{text}: {read}");
    }

    #[test]
    fn amounts_are_read_or_refused_never_guessed() {
        use Mark::{Comma, Point, Unknown};
        check("12.99", Unknown, "EUR 12.99");
        check("12,99", Unknown, "EUR 12.99");
        check("12,9", Unknown, "EUR 12.90");
        check("€12,99", Unknown, "EUR 12.99");
        check("12,50 €", Unknown, "EUR 12.50");
        check("£7.99", Unknown, "GBP 7.99");
        check("EUR 12.50", Unknown, "EUR 12.50");
        check("12.99 USD", Unknown, "USD 12.99");
        check("1.234,50", Unknown, "EUR 1234.50");
        check("1,234.50", Unknown, "EUR 1234.50");
        check("1 234,50", Unknown, "EUR 1234.50");
        check("1'234.50", Unknown, "EUR 1234.50");
        check("1.234.567", Unknown, "more than any book costs");
        check("5,-", Unknown, "EUR 5.00");
        check("0", Unknown, "EUR 0.00");
        check("12.9900", Unknown, "EUR 12.99");
        check("1,299", Unknown, "“1,299” could be 1299 or 1.299");
        check("1,299", Point, "EUR 1299.00 by column");
        check("1.299", Comma, "EUR 1299.00 by column");
        check("1.299", Point, "more decimals");
        check("1299", Comma, "EUR 1299.00");
        check("$12.99", Unknown, "whose dollars");
        check("9780306406157", Unknown, "more than any book costs");
        for wrong in ["-1", "abc", "", "12.99 shells", "12.99.1", "1,2,3", "12 99", "1.23.456,00", "€", "12-13", "A12B"]
        {
            check(wrong, Unknown, "is not an amount");
        }
        assert_eq!(read("¥1,299", Currency::EUR, Unknown).unwrap().money.decimal(), "1299");
        assert_eq!(read("$5", "AUD".parse().unwrap(), Unknown).unwrap().money.decimal(), "5.00");
        assert_eq!(read("1.299", "KWD".parse().unwrap(), Unknown).unwrap().money.decimal(), "1.299");
    }

    #[test]
    fn a_column_shows_which_mark_parts_its_cents() {
        let mark = |cells: &[&str]| Mark::of_column(cells.iter().copied());
        assert_eq!(mark(&["1,299", "12.50 €"]), Mark::Point);
        assert_eq!(mark(&["1.299", "1.299,00"]), Mark::Comma);
        assert_eq!(mark(&["12.5", "12,5"]), Mark::Unknown);
        assert_eq!(mark(&["1,299", "12"]), Mark::Unknown);
    }

    proptest! {
        #[test]
        fn any_text_is_answered_and_plain_amounts_are_themselves(text in "\\PC{0,20}", minor in 0_i64..MAX_PRICE) {
            drop(read(&text, Currency::EUR, Mark::Unknown));
            let money = Money::new(minor, Currency::EUR);
            prop_assert_eq!(read(&money.decimal(), Currency::EUR, Mark::Unknown).unwrap().money, money);
            prop_assert_eq!(read(&money.display(), Currency::EUR, Mark::Unknown).unwrap().money, money);
        }
    }
}
