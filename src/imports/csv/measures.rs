//! Weights and sizes with their units. A bare number counts only where its unit cannot be in doubt.

/// Grams: `350`, `350 g`, `0.35 kg`, `12 oz`. `header` may name the unit; a bare fraction has none.
pub(super) fn grams(cell: &str, header: &str) -> Option<u32> {
    let (thousandths, unit) = number(cell)?;
    let unit = if unit.is_empty() { unit_in(header, &["kg", "kilo", "lb", "oz"]) } else { unit };
    let milligrams = match unit.as_str() {
        "" if thousandths % 1000 == 0 => thousandths,
        "g" | "gr" | "gram" | "grams" | "gramm" | "gm" => thousandths,
        "kg" | "kilo" => thousandths.checked_mul(1000)?,
        "lb" | "lbs" => thousandths.checked_mul(453_592)? / 1000,
        "oz" => thousandths.checked_mul(28_350)? / 1000,
        _ => return None,
    };
    rounded(milligrams, 100_000)
}

/// Millimetres: `198`, `19.8 cm`, `7.8 in`. A bare number below 50 could be centimetres or inches and is none.
pub(super) fn millimetres(cell: &str, header: &str) -> Option<u32> {
    let (thousandths, unit) = number(cell)?;
    length(thousandths, if unit.is_empty() { unit_in(header, &["cm", "mm", "inch"]) } else { unit })
}

fn length(thousandths: u64, unit: String) -> Option<u32> {
    let micrometres = match unit.as_str() {
        "" if thousandths >= 50_000 => thousandths,
        "mm" => thousandths,
        "cm" => thousandths.checked_mul(10)?,
        "in" | "inch" | "inches" | "\"" | "″" => thousandths.checked_mul(25_400)? / 1000,
        _ => return None,
    };
    rounded(micrometres, 3000)
}

/// Height, width and thickness in millimetres: `19.8 x 12.9 x 2 cm`.
pub(super) fn dimensions(cell: &str, header: &str) -> Option<(u32, u32, Option<u32>)> {
    let lower = cell.to_lowercase();
    let parts: Vec<(u64, String)> = lower.split(['x', '×', '*']).map(number).collect::<Option<_>>()?;
    let unit = parts.last()?.1.clone();
    let unit = if unit.is_empty() { unit_in(header, &["cm", "mm", "inch"]) } else { unit };
    // A first side of 50 or more settles the unit of the others.
    let bare = unit.is_empty() && parts.first().is_some_and(|(size, _)| *size >= 50_000);
    let unit = if bare { "mm".to_owned() } else { unit };
    let sizes: Vec<u32> = parts.iter().map(|(size, _)| length(*size, unit.clone())).collect::<Option<_>>()?;
    match sizes.as_slice() {
        [height, width] => Some((*height, *width, None)),
        [height, width, thickness] => Some((*height, *width, Some(*thickness))),
        _ => None,
    }
}

/// A number in thousandths, and what follows it.
fn number(cell: &str) -> Option<(u64, String)> {
    let cell = cell.trim();
    let end = cell.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).unwrap_or(cell.len());
    let (figures, unit) = cell.split_at_checked(end)?;
    let (whole, fraction) = figures.split_once(['.', ',']).unwrap_or((figures, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 7 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let thousandths: String = fraction.chars().chain("000".chars()).take(3).collect();
    Some((format!("{whole}{thousandths}").parse().ok()?, unit.trim().trim_end_matches('.').to_lowercase()))
}

fn unit_in(header: &str, units: &[&str]) -> String {
    let lower = header.to_lowercase();
    units.iter().find(|unit| lower.contains(*unit)).map_or_else(String::new, |unit| (*unit).to_owned())
}

fn rounded(thousandths: u64, most: u32) -> Option<u32> {
    u32::try_from((thousandths + 500) / 1000).ok().filter(|whole| (1..=most).contains(whole))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn weights_have_units() {
        let weights =
            [("350", ""), ("350 g", ""), ("0.35 kg", ""), ("0,35", "Gewicht (kg)"), ("350.0", ""), ("1 lb", "")];
        assert_eq!(weights.map(|(cell, header)| grams(cell, header)), [350, 350, 350, 350, 350, 454].map(Some));
        assert_eq!([grams("0.35", ""), grams("heavy", ""), grams("0", ""), grams("9.78E+12", "")], [None; 4]);
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!(
            [millimetres("198", ""), millimetres("19.8 cm", ""), millimetres("19,8", "Höhe (cm)")],
            [Some(198); 3]
        );
        assert_eq!([millimetres("20", ""), millimetres("20 yd", "")], [None; 2]);
        assert_eq!(dimensions("19.8 x 12.9 x 2 cm", ""), Some((198, 129, Some(20))));
        assert_eq!(dimensions("198×129", ""), Some((198, 129, None)));
        assert_eq!(dimensions("198x129x20", ""), Some((198, 129, Some(20))));
        assert_eq!(dimensions("large", ""), None);
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "\\PC{0,20}", header in "\\PC{0,10}") {
            let _ = (grams(&text, &header), millimetres(&text, &header), dimensions(&text, &header));
        }
    }
}
