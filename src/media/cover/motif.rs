//! Six ornaments for covers, each drawn on 400 × 200 with its foot at the bottom.

use std::fmt::Write;

/// Colours a motif may use; `seed` moves things about and never changes a colour.
pub(super) struct Paint {
    pub(super) ground: &'static str,
    pub(super) ink: &'static str,
    pub(super) detail: &'static str,
    pub(super) seed: u64,
}

/// How many motifs there are.
pub(super) const COUNT: u64 = 6;

/// The shapes of motif `which` (taken modulo [`COUNT`]).
pub(super) fn shapes(which: u64, paint: &Paint) -> String {
    match which % COUNT {
        0 => arches(paint),
        1 => sun(paint),
        2 => dots(paint),
        3 => waves(paint),
        4 => lozenges(paint),
        _ => books(paint),
    }
}

/// A number below `range` from the seed; `turn` picks which of its digits.
fn pick(seed: u64, turn: u32, range: u64) -> u64 {
    (seed.rotate_right(turn.wrapping_mul(7)) >> 3) % range
}

fn arches(paint: &Paint) -> String {
    let centre = 110 + pick(paint.seed, 1, 180);
    let mut d = String::new();
    for radius in [34_u64, 66, 98, 130, 162, 194] {
        // Leftmost points may lie outside the picture, hence relative moves.
        _ = write!(d, "M{centre} 200m-{radius} 0a{radius} {radius} 0 0 1 {} 0", 2 * radius);
    }
    format!(
        "<path d='{d}' fill='none' stroke='{0}' stroke-width='13'/><circle cx='{centre}' cy='198' r='12' fill='{0}'/>",
        paint.detail
    )
}

fn sun(paint: &Paint) -> String {
    let (x, y) = (100 + pick(paint.seed, 1, 200), 96 + pick(paint.seed, 2, 24));
    let mut gaps = String::new();
    for (row, gap) in [(0_u64, 4_u64), (1, 6), (2, 8), (3, 10)] {
        _ = write!(gaps, "<path d='M0 {}h400' stroke-width='{gap}'/>", y + 8 + row * 22);
    }
    format!(
        "<circle cx='{x}' cy='{y}' r='88' fill='{}'/><g stroke='{}'>{gaps}</g>\
         <path d='M0 197h400M0 176h400M0 158h400' stroke='{}' stroke-width='3' stroke-opacity='.55'/>",
        paint.detail, paint.ground, paint.ink
    )
}

fn dots(paint: &Paint) -> String {
    let mut rows = String::new();
    let shift = pick(paint.seed, 1, 40);
    for (row, size) in [(0_u64, 4_u64), (1, 9), (2, 15), (3, 22), (4, 30)] {
        let start = (shift + row * 20) % 40;
        _ = write!(rows, "<path d='M{start} {}", 18 + row * 40);
        for _ in 0..=9 {
            rows.push_str("h0m40 0");
        }
        _ = write!(rows, "' stroke-width='{size}'/>");
    }
    format!("<g stroke='{}' stroke-linecap='round'>{rows}</g>", paint.detail)
}

fn waves(paint: &Paint) -> String {
    let mut rows = String::new();
    let shift = pick(paint.seed, 1, 80);
    for (row, thick) in [(0_u64, 2_u64), (1, 5), (2, 9), (3, 14), (4, 20)] {
        _ = write!(
            rows,
            "<path d='M-{} {}q40-34 80 0t80 0 80 0 80 0 80 0 80 0 80 0' stroke-width='{thick}'/>",
            (shift + row * 24) % 80 + 80,
            14 + row * 41
        );
    }
    format!("<g fill='none' stroke='{}'>{rows}</g>", paint.detail)
}

fn lozenges(paint: &Paint) -> String {
    let mut full = String::new();
    let mut open = String::new();
    let shift = pick(paint.seed, 1, 50);
    for column in 0..5_u64 {
        let x = shift + column * 88;
        _ = write!(full, "M{x} 62l34 66-34 66-34-66z");
        _ = write!(open, "M{} 4l26 52-26 52-26-52z", x.saturating_sub(44));
    }
    format!(
        "<g transform='skewX(-8)'><path d='{full}' fill='{0}'/><path d='{open}' fill='none' stroke='{0}' stroke-width='5'/></g>",
        paint.detail
    )
}

fn books(paint: &Paint) -> String {
    let mut bars = String::new();
    let mut x = 30_u64;
    for turn in 0..9_u32 {
        let (wide, high) = (22 + pick(paint.seed, turn, 20), 96 + pick(paint.seed, turn + 9, 92));
        let fill = match pick(paint.seed, turn + 3, 4) {
            0 => paint.ink,
            _ => paint.detail,
        };
        let lean = if turn == 5 { format!(" transform='rotate(8 {x} 196)'") } else { String::new() };
        let skip = if turn == 5 { 34 } else { 6 };
        _ = write!(bars, "<path d='M{x} 196v-{high}h{wide}v{high}z' fill='{fill}'{lean}/>");
        x += wide + skip;
    }
    format!("{bars}<path d='M0 198h400' stroke='{}' stroke-width='4'/>", paint.detail)
}
