//! Cells as spreadsheets dress them up: `="9780306406157"`, `'0306406152`, `#N/A`.

/// A cell without the white space around it, the formula that keeps figures as text, and the apostrophe that keeps
/// a spreadsheet from computing it.
pub(super) fn cell(text: &str) -> &str {
    let text = text.trim();
    if let Some(inner) = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        return inner.trim();
    }
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => text,
    }
}

/// A cell that holds no words: the apostrophe before it is the spreadsheet's.
pub(super) fn figures(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(text)
}

/// What a spreadsheet writes when it could not compute a cell.
pub(super) fn is_error(text: &str) -> bool {
    matches!(
        text,
        "#N/A" | "#REF!" | "#VALUE!" | "#NAME?" | "#DIV/0!" | "#NUM!" | "#NULL!" | "#NV" | "#BEZUG!" | "#WERT!"
    )
}

/// The words that programs write for nothing.
pub(super) fn is_nothing(text: &str) -> bool {
    // Nearly every cell is longer than all of these or shows by its first byte that it is none.
    let candidate = text.len() <= 8 && text.bytes().next().is_none_or(|byte| b"NnuU#\\-.<".contains(&byte));
    candidate
        && (is_error(text)
            || matches!(
                text,
                "" | "NULL"
                    | "Null"
                    | "null"
                    | "NaN"
                    | "nan"
                    | "None"
                    | "none"
                    | "NONE"
                    | "N/A"
                    | "n/a"
                    | "NA"
                    | "\\N"
                    | "-"
                    | "."
                    | "<NA>"
                    | "unknown"
                    | "nil"
            ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_adds_is_taken_off_and_nothing_else() {
        assert_eq!(cell(" =\"9780306406157\" "), "9780306406157");
        assert_eq!(cell("'=SUM(A1)"), "=SUM(A1)");
        assert_eq!(cell("'Tis Pity"), "'Tis Pity");
        assert_eq!(cell("=\"\""), "");
        assert_eq!([figures("'0306406152"), figures("'s Gravenhage")], ["0306406152", "'s Gravenhage"]);
        assert!(["", "NaN", "#REF!", "None", "\\N", "-"].into_iter().all(is_nothing));
        assert!(!["Nemo", "#1 Dad", "--", "Noneuclid"].into_iter().any(is_nothing));
    }
}
