//! Drawn covers for books without an image.
//!
//! A cover is the same for the same book for ever: layout, motif and the place of
//! its parts come from a hash of the work's id, the colours from its category. It
//! is served as an `<img>`, so it has no script and no style, and it is set in the
//! reader's own serif.

mod fit;
mod motif;
mod palette;

use std::fmt::Write;

use fit::Block;
use motif::Paint;
use palette::Colours;
pub use palette::{Palette, UnknownPalette};

/// What a drawn cover says.
#[derive(Debug, Clone, Copy)]
pub struct Cover<'a> {
    /// The work's id: editions of one work share a cover.
    pub seed: u128,
    /// The edition's title.
    pub title: &'a str,
    /// May be empty.
    pub author: &'a str,
    /// `Earthsea 2`.
    pub series: Option<&'a str>,
    /// The colours of its shelf.
    pub palette: Palette,
}

/// Draws the cover as an SVG document of at most 3 KB, 400 × 600 units.
#[must_use]
pub fn svg(cover: &Cover<'_>) -> String {
    let mut words = Words::of(cover);
    let hash = mix(cover.seed);
    let Colours { ground, ink, detail } = cover.palette.colours();
    let paint = Paint { ground, ink, detail, seed: hash };
    let drawn = motif::shapes(hash >> 8, &paint);
    let body = match hash % 3 {
        0 => plain(&mut words, &drawn, &paint),
        1 => label(&mut words, &drawn, &paint),
        _ => spine(&mut words, &drawn, &paint),
    };
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 400 600' width='400' height='600' role='img'>\
         <title>{}</title><rect width='400' height='600' fill='{ground}'/>\
         <g font-family='Iowan Old Style,Palatino Linotype,Palatino,URW Palladio L,P052,Book Antiqua,Georgia,Noto Serif,serif' fill='{ink}'>{body}</g>\
         <path d='M.5.5h399v599H.5z' fill='none' stroke='{ink}' stroke-opacity='.22'/></svg>",
        escape(&words.name)
    )
}

/// Spreads an id over 64 bits, so that ids made in the same moment look unlike each other.
fn mix(seed: u128) -> u64 {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = seed.to_be_bytes();
    let high = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
    let low = u64::from_be_bytes([i, j, k, l, m, n, o, p]);
    let mut x = high.rotate_left(29) ^ low;
    for factor in [0xbf58_476d_1ce4_e5b9_u64, 0x94d0_49bb_1331_11eb] {
        x = (x ^ (x >> 30)).wrapping_mul(factor);
    }
    x ^ (x >> 31)
}

/// The texts of a cover, cleaned and cut to what can be shown.
struct Words {
    name: String,
    title: String,
    subtitle: Option<String>,
    author: String,
    series: Option<String>,
}

impl Words {
    fn of(cover: &Cover<'_>) -> Self {
        let full = clean(cover.title, 240);
        let author = clean(cover.author, 80);
        let name =
            if author.is_empty() { clean(&full, 60) } else { format!("{}, {}", clean(&full, 60), clean(&author, 40)) };
        let (title, subtitle) = split(&full);
        let series = cover.series.map(|text| clean(text, 60)).filter(|text| !text.is_empty());
        Self { name, title, subtitle, author, series }
    }
}

/// Spaces folded, characters that XML forbids left out, cut after `most` characters.
fn clean(text: &str, most: usize) -> String {
    let allowed = |c: &char| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}');
    let spaced: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(allowed).collect();
    let folded = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    match folded.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", folded.get(..end).unwrap_or_default().trim_end()),
        None => folded,
    }
}

/// Title and subtitle of a long title, parted at the first strong mark.
fn split(full: &str) -> (String, Option<String>) {
    if full.chars().count() <= 24 {
        return (full.to_owned(), None);
    }
    let mark = [": ", " — ", " (", "; "]
        .iter()
        .filter_map(|mark| full.split_once(mark))
        .filter(|(title, rest)| !title.is_empty() && !rest.is_empty())
        .min_by_key(|(title, _)| title.len());
    match mark {
        Some((title, rest)) => (title.to_owned(), Some(rest.trim_end_matches(')').to_owned())),
        None => (full.to_owned(), None),
    }
}

/// Layout A: title top left, motif across the lower half.
fn plain(words: &mut Words, drawn: &str, paint: &Paint) -> String {
    let mut out = format!("<g transform='translate(0 325)'>{drawn}</g>");
    match words.series.take() {
        Some(series) => series_line(&mut out, &series, 40, 320, ""),
        None => _ = write!(out, "<path d='M40 40h48v6H40z' fill='{}'/>", paint.detail),
    }
    title_lines(&mut out, words, &Place { x: 40, top: 62, measure: 320, limit: 210, anchor: "" });
    author_lines(&mut out, &words.author, 40, 572, 320, "");
    out
}

/// Layout B: a label between two motifs.
fn label(words: &mut Words, drawn: &str, paint: &Paint) -> String {
    let anchor = " text-anchor='middle'";
    let mut text = String::new();
    let place = Place { x: 200, top: 0, measure: 248, limit: 190, anchor };
    let high = title_lines(&mut text, words, &place) + 68;
    let top = 300_u32.saturating_sub(high / 2);
    let mut out = format!(
        "<g id='m' transform='translate(0 330)'>{drawn}</g><use href='#m' transform='rotate(180 200 300)'/>\
         <path d='M48 {top}h304v{high}H48z' fill='{}' stroke='{}' stroke-width='2'/>\
         <path d='M55 {}h290v{}H55z' fill='none' stroke='{}'/><g transform='translate(0 {})'>{text}</g>",
        paint.ground,
        paint.ink,
        top + 7,
        high.saturating_sub(14),
        paint.ink,
        top + 34
    );
    if let Some(series) = words.series.take() {
        series_line(&mut out, &series, 200, 320, anchor);
    }
    author_lines(&mut out, &words.author, 200, 568, 320, anchor);
    out
}

/// Layout C: a spine, and the title's first letter as its own ornament.
fn spine(words: &mut Words, drawn: &str, paint: &Paint) -> String {
    let Paint { ink, detail, .. } = paint;
    let mut out = format!(
        "<path d='M0 0h56v600H0z' fill='{ink}' fill-opacity='.14'/>\
         <svg width='56' height='600' viewBox='0 0 56 600'><g id='m' transform='translate(0 112)rotate(-90)scale(.28)'>{drawn}</g>\
         <use href='#m' y='488'/></svg>\
         <path d='M57.5 0v600' stroke='{detail}' stroke-width='3'/>"
    );
    if let Some(letter) = initial(&words.title) {
        _ = write!(
            out,
            "<svg x='59' width='341' height='600'><text x='330' y='560' font-size='440' text-anchor='end' opacity='.11'>{}</text></svg>",
            escape(&letter)
        );
    }
    if let Some(series) = words.series.take() {
        series_line(&mut out, &series, 92, 276, "");
    }
    title_lines(&mut out, words, &Place { x: 92, top: 70, measure: 276, limit: 300, anchor: "" });
    author_lines(&mut out, &words.author, 92, 560, 276, "");
    out
}

/// The first letter of a title, the article left out.
fn initial(title: &str) -> Option<String> {
    const ARTICLES: [&str; 16] =
        ["the", "a", "an", "le", "la", "les", "un", "une", "der", "die", "das", "el", "los", "il", "de", "het"];
    let word = title
        .split_whitespace()
        .find(|word| !ARTICLES.contains(&word.to_lowercase().as_str()))
        .or_else(|| title.split_whitespace().next())?;
    word.chars().find(|c| c.is_alphanumeric()).map(|c| c.to_uppercase().collect())
}

/// Where a title goes.
struct Place {
    x: u32,
    top: u32,
    measure: u32,
    limit: u32,
    anchor: &'static str,
}

/// Writes title and subtitle from `top` down; returns their height together.
fn title_lines(out: &mut String, words: &Words, place: &Place) -> u32 {
    let small = words.subtitle.as_ref().map(|text| fit::two_lines(text, &[20, 18, 16], place.measure));
    let under = small.as_ref().map_or(0, |block| block.height() + 14);
    let limit = place.limit.saturating_sub(under);
    let block = fit::title(&words.title, place.measure, limit);
    let first = place.top + block.size * 4 / 5;
    write_lines(out, &block, place.x, first, &format!(" font-weight='600' letter-spacing='-.012em'{}", place.anchor));
    if let Some(small) = small {
        let first = place.top + block.height() + 14 + small.size * 4 / 5;
        write_lines(out, &small, place.x, first, &format!(" font-style='italic'{}", place.anchor));
    }
    block.height() + under
}

fn author_lines(out: &mut String, author: &str, x: u32, last: u32, measure: u32, anchor: &str) {
    if author.is_empty() {
        return;
    }
    let capitals = author.chars().count() < 24;
    let text = if capitals { author.to_uppercase() } else { author.to_owned() };
    let one = [22, 20, 19, 18, 17].into_iter().find(|&size| fit::width(&text, size) <= measure);
    let block = match one {
        Some(size) => Block { lines: vec![text], size },
        None => fit::two_lines(author, &[20, 18, 17], measure),
    };
    let above = block.height().saturating_sub(block.size * 28 / 25);
    let spacing = if capitals { " letter-spacing='.04em'" } else { "" };
    write_lines(out, &block, x, last.saturating_sub(above), &format!("{spacing}{anchor}"));
}

fn series_line(out: &mut String, series: &str, x: u32, measure: u32, anchor: &str) {
    let text = fit::line(&series.to_uppercase(), 15, measure);
    let block = Block { lines: vec![text], size: 15 };
    write_lines(out, &block, x, 40, &format!(" letter-spacing='.06em'{anchor}"));
}

/// One `text` per block, one `tspan` per line, the first baseline at `first`.
fn write_lines(out: &mut String, block: &Block, x: u32, first: u32, attributes: &str) {
    let step = block.size * 28 / 25;
    _ = write!(out, "<text font-size='{}'{attributes}>", block.size);
    for (line, y) in block.lines.iter().zip((first..).step_by(usize::try_from(step.max(1)).unwrap_or(1))) {
        _ = write!(out, "<tspan x='{x}' y='{y}'>{}</tspan>", escape(line));
    }
    out.push_str("</text>");
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::wildcard_enum_match_arm, reason = "tests")]

    use super::*;
    use quick_xml::events::Event;

    fn cover<'a>(seed: u128, title: &'a str, author: &'a str) -> Cover<'a> {
        Cover { seed, title, author, series: None, palette: Palette::Fiction }
    }

    /// Reads the whole document and returns its texts.
    fn texts(svg: &str) -> String {
        let mut reader = quick_xml::Reader::from_str(svg);
        reader.config_mut().check_end_names = true;
        let mut all = String::new();
        let mut depth = 0_i32;
        loop {
            match reader.read_event().unwrap() {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                Event::Text(text) => all.push_str(&text),
                Event::GeneralRef(name) => {
                    all.push_str(&quick_xml::escape::unescape(&format!("&{};", &*name)).unwrap());
                }
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0);
        all
    }

    #[test]
    fn every_cover_is_small_and_well_formed() {
        let long = "The Extraordinarily Long & <Winding> \"Road\" of Llanfairpwllgwyngyll: ".repeat(4);
        let cjk = "百年の孤独と長い長い旅の物語".repeat(20);
        let titles =
            ["", "Emma", &long, &cjk, "<&\"'>", "\u{0}\u{b}\u{ffff}", "W W W", "Гаррі Поттер і філософський камінь"];
        for title in titles {
            for author in ["", "Jane Austen", &long, &cjk] {
                for seed in 0..24 {
                    let mut view = cover(seed, title, author);
                    view.series = (seed % 2 == 0).then_some(&long);
                    let svg = svg(&view);
                    assert!(svg.len() <= 3072, "{} bytes, seed {seed}: {title} {author}", svg.len());
                    drop(texts(&svg));
                }
            }
        }
    }

    #[test]
    fn what_a_title_says_is_text_and_never_markup() {
        let all = texts(&svg(&cover(7, "<script>&\"'", "A & B")));
        assert!(all.starts_with("<script>&\"', A & B"), "{all}");
    }

    #[test]
    fn the_same_book_always_looks_the_same_and_another_does_not() {
        assert_eq!(svg(&cover(1, "Emma", "Jane Austen")), svg(&cover(1, "Emma", "Jane Austen")));
        let looks: std::collections::BTreeSet<String> =
            (0..60).map(|seed| svg(&cover(seed, "Emma", "Jane Austen"))).collect();
        assert!(looks.len() > 50, "{}", looks.len());
    }

    #[test]
    fn a_long_title_is_parted_into_title_and_subtitle() {
        let parted = split("Frankenstein: or, The Modern Prometheus");
        assert_eq!(parted, ("Frankenstein".into(), Some("or, The Modern Prometheus".into())));
        assert_eq!(split("Emma: A Novel").1, None);
        assert_eq!(split("The Hunger Games (The Hunger Games, #1)").1.as_deref(), Some("The Hunger Games, #1"));
    }
}
