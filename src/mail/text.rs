//! The plain twin, 72 columns wide.

use super::letter::Letter;

const WIDTH: usize = 72;
/// What stays free between words and an amount.
const GAP: usize = 2;

pub(super) fn render(letter: &Letter) -> String {
    let mut parts = vec![wrapped(&letter.heading, WIDTH).join("\n")];
    parts.extend(letter.paragraphs.iter().map(|paragraph| wrapped(paragraph, WIDTH).join("\n")));
    if !letter.reference.is_empty() {
        parts.push(format!("{}\n{}", letter.reference, "-".repeat(WIDTH)));
    }
    parts.extend(letter.items.iter().map(|item| {
        let mut lines = beside(&item.title, &item.amount);
        lines.extend(wrapped(&item.detail, WIDTH));
        lines.join("\n")
    }));
    if !letter.sums.is_empty() {
        let rows = letter.sums.iter().flat_map(|sum| beside(&sum.label, &sum.amount));
        parts.push(std::iter::once("-".repeat(WIDTH)).chain(rows).collect::<Vec<_>>().join("\n"));
    }
    for block in &letter.blocks {
        let lines = block.lines.iter().flat_map(|line| wrapped(line, WIDTH));
        parts.push(std::iter::once(format!("{}:", block.title)).chain(lines).collect::<Vec<_>>().join("\n"));
    }
    // The address stands alone on its line, however long: a broken link is no link.
    parts.extend(letter.button.iter().map(|button| format!("{}:\n{}", button.label, button.link)));
    parts.push(wrapped(&letter.help, WIDTH).join("\n"));
    let foot = letter.foot.iter().flat_map(|line| wrapped(line, WIDTH));
    parts.push(std::iter::once("-".repeat(WIDTH)).chain(foot).collect::<Vec<_>>().join("\n"));
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n") + "\n"
}

/// Words on the left, wrapped; the amount at the right end of the first line.
fn beside(words: &str, amount: &str) -> Vec<String> {
    let taken = amount.chars().count();
    let mut lines = wrapped(words, WIDTH.saturating_sub(taken + GAP));
    if let Some(first) = lines.first_mut() {
        let room = WIDTH.saturating_sub(taken);
        *first = format!("{first:<room$}{amount}");
    }
    lines
}

/// Breaks at spaces; a longer word is cut, unless it is an address.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        for piece in pieces(word, width) {
            let room = width.saturating_sub(piece.chars().count() + 1);
            match lines.last_mut() {
                Some(line) if line.is_empty() => line.push_str(&piece),
                Some(line) if line.chars().count() <= room => {
                    line.push(' ');
                    line.push_str(&piece);
                }
                _ => lines.push(piece),
            }
        }
    }
    lines
}

fn pieces(word: &str, width: usize) -> Vec<String> {
    if word.contains("://") || word.contains('@') {
        return vec![word.to_owned()];
    }
    let letters: Vec<char> = word.chars().collect();
    letters.chunks(width.max(1)).map(|piece| piece.iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_wrap_and_amounts_stand_right() {
        assert_eq!(wrapped("aa bb cc", 5), ["aa bb", "cc"]);
        assert_eq!(wrapped("abcdefgh ij", 5), ["abcde", "fgh", "ij"]);
        assert_eq!(wrapped("", 5), [""]);
        assert_eq!(wrapped("see https://shop.example/orders/1", 5), ["see", "https://shop.example/orders/1"]);
        let lines = beside(&"word ".repeat(20), "£1,234.00");
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH));
        assert_eq!(lines.first().map(|line| line.chars().count()), Some(WIDTH));
        assert!(lines.first().is_some_and(|line| line.ends_with("  £1,234.00")));
    }
}
