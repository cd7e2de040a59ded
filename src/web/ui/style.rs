//! Makes a stylesheet small before it is compressed.

/// Leaves out comments and the blanks that mean nothing to a browser.
///
/// Text in quotes stays as it is. Blanks between words stay one blank, because in
/// a selector they stand for "inside of". Run once per embedded file, at start.
#[must_use]
pub fn compact_css(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    let mut blank = false;
    while let Some(c) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
            continue;
        }
        let piece = if c == '"' { quoted(rest) } else { rest.get(..c.len_utf8()).unwrap_or_default() };
        rest = rest.get(piece.len()..).unwrap_or_default();
        if c.is_whitespace() {
            blank = true;
            continue;
        }
        if blank && !tight_after(&out) && !matches!(c, '{' | '}' | ';' | ',') {
            out.push(' ');
        }
        blank = false;
        if c == '}' && out.ends_with(';') {
            out.pop();
        }
        out.push_str(piece);
    }
    out
}

/// The quoted text at the start of `css`, both quotes included.
fn quoted(css: &str) -> &str {
    let end = css.get(1..).and_then(|inner| inner.find('"')).map_or(css.len(), |place| place + 2);
    css.get(..end).unwrap_or(css)
}

/// Whether a blank after what is written so far means nothing.
fn tight_after(out: &str) -> bool {
    // A colon is left out of the list before which blanks go: "a :focus" is not "a:focus".
    out.is_empty() || out.ends_with(['{', '}', ';', ',', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = include_str!("../../../assets/shop.css");
    const ADMIN: &str = include_str!("../../../assets/admin.css");

    #[track_caller]
    fn check(css: &str, small: &str) {
        assert_eq!(compact_css(css), small);
    }

    #[test]
    fn blanks_that_mean_nothing_go_and_the_others_stay() {
        check("a  { color : red; }\n\n/* why */ b { }", "a{color :red}b{}");
        check(".a .b, .c :focus { margin: 0 auto; }", ".a .b,.c :focus{margin:0 auto}");
        check("p::after { content: \" (\" attr(href); }", "p::after{content:\" (\" attr(href)}");
        check(
            "@media (min-width: 60rem) { a { width: calc(1px + 2px); } }",
            "@media (min-width:60rem){a{width:calc(1px + 2px)}}",
        );
        check("a { } /* never closed", "a{}");
    }

    #[test]
    fn the_stylesheets_keep_to_their_budget() {
        let size = |css: &str| {
            let mut packed = Vec::new();
            let params = brotli::enc::BrotliEncoderParams::default();
            let small = compact_css(css);
            brotli::BrotliCompress(&mut small.as_bytes(), &mut packed, &params).map(|_| packed.len())
        };
        assert!(size(SHOP).is_ok_and(|bytes| bytes <= 6 * 1024), "{:?}", size(SHOP));
        assert!(size(ADMIN).is_ok_and(|bytes| bytes <= 2 * 1024), "{:?}", size(ADMIN));
        assert!(compact_css(SHOP).len() <= 26_000 && compact_css(ADMIN).len() <= 12_000);
    }

    #[test]
    fn no_rule_shouts_over_another() {
        for css in [SHOP, ADMIN] {
            assert!(!css.contains("!important") && !css.contains(" #main"), "no !important, no ids");
            assert_eq!(css.matches('{').count(), css.matches('}').count());
        }
    }
}
