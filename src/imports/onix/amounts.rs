//! Extents and measures: pages, minutes, millimetres, grams.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::element::Element;
use crate::catalog::EditionFacts;

/// Three metres: nothing on a shelf is larger.
const MAX_MM: u32 = 3_000;
const MAX_GRAMS: u32 = 100_000;
/// Twenty days of listening.
const MAX_MINUTES: u32 = 30_000;

/// Reads what can be counted or measured.
pub(super) fn read(facts: &mut EditionFacts, detail: &Element) {
    facts.pages = pages(detail);
    facts.minutes = minutes(detail);
    let measure = |kind: &'static str| detail.all("Measure").filter(move |measure| measure.says("MeasureType", kind));
    let length = |kind: &'static str| measure(kind).find_map(millimetres);
    // List 48.
    (facts.height_mm, facts.width_mm, facts.thickness_mm) = (length("01"), length("02"), length("03"));
    facts.weight_g = measure("08").find_map(grams);
}

/// List 23: main content first, then what comes nearest; List 24: 03 is pages.
fn pages(detail: &Element) -> Option<u32> {
    ["00", "11", "05", "06", "07", "08", "10"].iter().find_map(|kind| {
        let of_kind = |extent: &&Element| extent.says("ExtentType", kind) && extent.says("ExtentUnit", "03");
        let value = detail.all("Extent").find(of_kind)?.value("ExtentValue")?;
        value.parse().ok().filter(|pages| (1..=100_000).contains(pages))
    })
}

/// List 23: 09 is the whole duration, 14 that of the main content, 16 as produced.
fn minutes(detail: &Element) -> Option<u32> {
    ["09", "14", "16"].iter().find_map(|kind| {
        let of_kind = detail.all("Extent").filter(|extent| extent.says("ExtentType", kind));
        of_kind.filter_map(|extent| duration(extent.value("ExtentValue")?, extent.value("ExtentUnit")?)).next()
    })
}

/// A duration in one of the units of List 24, in whole minutes; a recording of seconds lasts one.
fn duration(value: &str, unit: &str) -> Option<u32> {
    let figures = || value.bytes().all(|byte| byte.is_ascii_digit()).then_some(value);
    // Figures from the right: `HHHMM`, `HHHMMSS`.
    let pair = |from_end: usize| -> Option<Decimal> {
        let digits = figures()?;
        let end = digits.len().saturating_sub(from_end);
        digits.get(end.saturating_sub(2)..end).map(|pair| pair.parse().unwrap_or_default())
    };
    let hours = |from_end: usize| -> Option<Decimal> {
        let digits = figures()?;
        digits.get(..digits.len().checked_sub(from_end)?).map(|hours| hours.parse().unwrap_or_default())
    };
    let sixty = Decimal::from(60);
    let number = || value.replace(',', ".").parse::<Decimal>().ok();
    let minutes = match unit {
        "04" | "14" => number()?.checked_mul(sixty)?,
        "05" => number()?,
        "06" => number()?.checked_div(sixty)?,
        "15" => hours(2)?.checked_mul(sixty)?.checked_add(pair(0)?)?,
        "16" => {
            let seconds = pair(0)?.checked_div(sixty)?;
            hours(4)?.checked_mul(sixty)?.checked_add(pair(2)?)?.checked_add(seconds)?
        }
        _ => return None,
    };
    let whole = if minutes > Decimal::ZERO { minutes.round().max(Decimal::ONE).to_u32()? } else { return None };
    (1..=MAX_MINUTES).contains(&whole).then_some(whole)
}

/// List 50; an inch is 25.4 mm. Half a millimetre rounds to the even one.
fn millimetres(measure: &Element) -> Option<u32> {
    let tenths = match measure.value("MeasureUnitCode")? {
        "mm" => 10,
        "cm" => 100,
        "in" => 254,
        _ => return None,
    };
    scaled(measure, Decimal::new(tenths, 1), MAX_MM)
}

/// List 50; a pound is 453.59237 g, an ounce its sixteenth.
fn grams(measure: &Element) -> Option<u32> {
    let unit = match measure.value("MeasureUnitCode")? {
        "gr" => Decimal::ONE,
        "kg" => Decimal::from(1000),
        "lb" => Decimal::new(45_359_237, 5),
        "oz" => Decimal::new(28_349_523_125, 9),
        _ => return None,
    };
    scaled(measure, unit, MAX_GRAMS)
}

fn scaled(measure: &Element, unit: Decimal, most: u32) -> Option<u32> {
    let amount: Decimal = measure.value("Measurement")?.replace(',', ".").parse().ok()?;
    let whole = amount.checked_mul(unit)?.round().to_u32()?;
    (1..=most).contains(&whole).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_minutes(value: &str, unit: &str, expected: Option<u32>) {
        assert_eq!(duration(value, unit), expected, "{value} in {unit}");
    }

    #[test]
    fn durations_are_minutes_in_whatever_unit() {
        check_minutes("7.5", "04", Some(450));
        check_minutes("421", "05", Some(421));
        check_minutes("25200", "06", Some(420));
        check_minutes("20", "06", Some(1));
        check_minutes("007", "14", Some(420));
        check_minutes("00730", "15", Some(450));
        check_minutes("0073029", "16", Some(450));
        check_minutes("0", "05", None);
        check_minutes("-5", "05", None);
        check_minutes("7", "15", None);
        check_minutes("x0730", "15", None);
        check_minutes("12", "03", None);
        check_minutes("99999999999999999999999999", "04", None);
    }

    #[track_caller]
    fn check_measure(kind: &str, value: &str, unit: &str, expected: Option<u32>) {
        let children = [("MeasureType", kind), ("Measurement", value), ("MeasureUnitCode", unit)];
        let measure = Element::of("Measure", children.map(|(name, text)| Element::leaf(name, text)));
        let mut facts = EditionFacts::default();
        read(&mut facts, &Element::of("DescriptiveDetail", [measure]));
        let got = if kind == "08" { facts.weight_g } else { facts.height_mm };
        assert_eq!(got, expected, "{value} {unit}");
    }

    #[test]
    fn measures_are_millimetres_and_grams() {
        check_measure("01", "197", "mm", Some(197));
        check_measure("01", "19.7", "cm", Some(197));
        check_measure("01", "8.5", "in", Some(216));
        check_measure("01", "0", "mm", None);
        check_measure("01", "9e9", "mm", None);
        check_measure("01", "12", "px", None);
        check_measure("08", "0,3", "kg", Some(300));
        check_measure("08", "1", "lb", Some(454));
        check_measure("08", "10.2", "oz", Some(289));
        check_measure("08", "195", "gr", Some(195));
    }
}
