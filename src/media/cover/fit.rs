//! Fits words into a box without knowing the font.
//!
//! Covers are drawn by the reader's own serif, so widths can only be estimated.
//! The estimate is generous on purpose: the fonts of the stack differ by a fifth,
//! and a short line looks better than a clipped one. All lengths are whole units
//! of the 400 × 600 picture; widths of letters are thousandths of the size.

/// Type sizes that a title may have, largest first.
const SIZES: [u32; 8] = [60, 52, 46, 40, 35, 30, 26, 22];
/// From this size down a word may be broken: smaller type helps no more.
const BREAK_AT: u32 = 26;

/// Lines of text and the size they are set in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) lines: Vec<String>,
    pub(super) size: u32,
}

impl Block {
    /// Height of the lines at the cover's line height of 1.12.
    pub(super) fn height(&self) -> u32 {
        height(self.lines.len(), self.size)
    }
}

fn height(lines: usize, size: u32) -> u32 {
    u32::try_from(lines).unwrap_or(u32::MAX).saturating_mul(size).saturating_mul(28) / 25
}

/// Estimated width of `text` at `size`.
pub(super) fn width(text: &str, size: u32) -> u32 {
    text.chars().map(advance).sum::<u32>().saturating_mul(size) / 1000
}

fn advance(c: char) -> u32 {
    match c {
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '—' => 1020,
        _ if "iljtfrI.,:;'!|()- ’".contains(c) => 400,
        '\u{300}'..='\u{36f}' => 0,
        '\u{1f000}'.. => 1300,
        _ if is_cjk(c) => 1000,
        _ if c.is_uppercase() || c.is_ascii_digit() => 800,
        _ => 645,
    }
}

/// Scripts that break between any two characters.
fn is_cjk(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{9fff}' | '\u{a960}'..='\u{a97f}'
        | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

/// Sets a title as large as it goes into `measure` × `limit`, with balanced lines.
pub(super) fn title(text: &str, measure: u32, limit: u32) -> Block {
    let words = pieces(text);
    for size in SIZES {
        if let Some(lines) = try_size(&words, size, measure, limit) {
            return Block { lines: balance(&words, size, measure, lines), size };
        }
    }
    shorten(&words, measure, limit)
}

fn try_size(words: &[Piece], size: u32, measure: u32, limit: u32) -> Option<Vec<String>> {
    let most = if size > 40 { 4 } else { 6 };
    let lines = wrap(words, size, measure)?;
    (lines.len() <= most && height(lines.len(), size) <= limit).then_some(lines)
}

/// Narrows the measure while the number of lines stays, so that none is left almost empty.
fn balance(words: &[Piece], size: u32, measure: u32, lines: Vec<String>) -> Vec<String> {
    let count = lines.len();
    let mut best = lines;
    let mut narrow = measure;
    while count > 1 && narrow > measure / 3 {
        narrow = narrow.saturating_sub(6);
        match wrap(words, size, narrow) {
            Some(lines) if lines.len() == count => best = lines,
            Some(_) | None => break,
        }
    }
    best
}

/// Drops words from the end until the smallest size fits.
fn shorten(words: &[Piece], measure: u32, limit: u32) -> Block {
    let [.., size] = SIZES;
    let mut kept = words.to_vec();
    while kept.pop().is_some() {
        let mut ended = kept.clone();
        if let Some(last) = ended.last_mut() {
            last.text = format!("{}…", last.text.trim_end_matches([',', ':', ';', '.', ' ']));
        }
        if let Some(lines) = try_size(&ended, size, measure, limit) {
            return Block { lines, size };
        }
    }
    Block { lines: Vec::new(), size }
}

/// Sets a line that is shortened with an ellipsis rather than wrapped.
pub(super) fn line(text: &str, size: u32, measure: u32) -> String {
    if width(text, size) <= measure {
        return text.to_owned();
    }
    let mut kept: Vec<char> = text.chars().collect();
    while kept.pop().is_some() {
        let short: String = kept.iter().collect();
        let short = format!("{}…", short.trim_end());
        if width(&short, size) <= measure {
            return short;
        }
    }
    String::new()
}

/// Sets a small text into at most two lines at the first of `sizes` that holds it.
pub(super) fn two_lines(text: &str, sizes: &[u32], measure: u32) -> Block {
    let words = pieces(text);
    for &size in sizes {
        if let Some(lines) = wrap(&words, size, measure).filter(|lines| lines.len() <= 2) {
            return Block { lines: balance(&words, size, measure, lines), size };
        }
    }
    let size = sizes.last().copied().unwrap_or(16);
    let mut lines = wrap(&words, size.min(BREAK_AT), measure).unwrap_or_default();
    let rest = lines.split_off(lines.len().min(1)).join(" ");
    lines.push(line(&rest, size, measure));
    lines.retain(|line| !line.is_empty());
    Block { lines, size }
}

/// What may not be parted: a word, or one character of a script without spaces.
#[derive(Debug, Clone)]
struct Piece {
    text: String,
    spaced: bool,
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut all = Vec::new();
    for word in text.split_whitespace() {
        let mut spaced = true;
        let mut run = String::new();
        for c in word.chars() {
            // Closing marks stay with what they close.
            let sticks = "、。，．：；！？）」』】》".contains(c);
            if is_cjk(c) && !sticks && !run.is_empty() {
                all.push(Piece { text: std::mem::take(&mut run), spaced });
                spaced = false;
            }
            run.push(c);
        }
        if !run.is_empty() {
            all.push(Piece { text: run, spaced });
        }
    }
    all
}

/// Greedy lines, or nothing when a word is too long for a size that does not break words.
fn wrap(words: &[Piece], size: u32, measure: u32) -> Option<Vec<String>> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for piece in words {
        let gap = if piece.spaced && !line.is_empty() { " " } else { "" };
        let longer = format!("{line}{gap}{}", piece.text);
        if width(&longer, size) <= measure {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        line = piece.text.clone();
        while width(&line, size) > measure {
            if size > BREAK_AT {
                return None;
            }
            let rest = hyphenate(&mut line, size, measure)?;
            lines.push(std::mem::replace(&mut line, rest));
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    Some(lines)
}

/// Cuts `word` down to the measure with a hyphen and returns what is left over.
fn hyphenate(word: &mut String, size: u32, measure: u32) -> Option<String> {
    let room = measure.checked_sub(width("-", size))?;
    let mut used = 0_u32;
    let cut = word
        .char_indices()
        .find(|&(_, c)| {
            used = used.saturating_add(advance(c));
            used.saturating_mul(size) / 1000 > room
        })
        .map(|(place, _)| place)
        .filter(|&place| place > 0)?;
    let rest = word.split_off(cut);
    word.push('-');
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, measure: u32, limit: u32, size: u32, lines: &[&str]) {
        let block = title(text, measure, limit);
        assert_eq!((block.size, block.lines), (size, lines.iter().map(ToString::to_string).collect()));
    }

    #[test]
    fn a_title_is_set_as_large_as_it_goes_with_even_lines() {
        check("Emma", 320, 210, 60, &["Emma"]);
        check("The Left Hand of Darkness", 320, 210, 60, &["The Left", "Hand of", "Darkness"]);
        check("百年の孤独", 320, 210, 60, &["百年の孤独"]);
        check("長い長い旅の物語", 320, 210, 60, &["長い長い", "旅の物語"]);
    }

    #[test]
    fn a_word_is_broken_only_where_smaller_type_helps_no_more() {
        let block = title("Donaudampfschifffahrtselektrizitätenhauptbetriebswerk", 248, 190);
        assert_eq!(block.size, BREAK_AT);
        assert!(block.lines.iter().rev().skip(1).all(|line| line.ends_with('-')));
    }

    #[test]
    fn no_line_is_wider_than_the_measure_and_no_block_higher_than_the_limit() {
        let long = "a wonderful history of everything, ".repeat(20);
        for text in ["", "W".repeat(300).as_str(), &long, "語".repeat(200).as_str(), "a b"] {
            let block = title(text, 248, 190);
            assert!(block.height() <= 190, "{text}");
            assert!(block.lines.iter().all(|line| width(line, block.size) <= 248), "{text}");
        }
        assert!(title(&long, 248, 190).lines.last().is_some_and(|line| line.ends_with('…')));
    }

    #[test]
    fn an_author_takes_two_lines_at_most() {
        let block =
            two_lines("Gabriel José de la Concordia García Márquez y Otros Muchos Amigos", &[22, 20, 18, 17], 276);
        assert_eq!(block.lines.len(), 2);
    }
}
