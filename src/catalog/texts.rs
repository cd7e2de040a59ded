//! Long texts: sanitised before they are stored, so that a page can print them as they are.

use std::collections::HashSet;
use std::sync::LazyLock;

static RULES: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut rules = ammonia::Builder::empty();
    rules.tags(HashSet::from(["p", "br", "em", "strong", "i", "b", "ul", "ol", "li", "blockquote"]));
    rules.clean_content_tags(HashSet::from(["script", "style", "head", "title", "iframe", "object"]));
    rules
});

/// Turns what a feed or a person wrote into safe HTML: an allow-list without attributes; plain text becomes paragraphs.
pub fn clean(text: &str) -> String {
    let looks_like_html = text.contains("</") || text.contains("<p") || text.contains("<br") || text.contains("&#");
    if looks_like_html {
        return RULES.clean(text).to_string().trim().to_owned();
    }
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    paragraphs
        .map(|paragraph| {
            format!("<p>{}</p>", ammonia::clean_text(paragraph).replace("&#10;", "\n").replace("&#32;", " "))
        })
        .collect()
}

/// Whether two cleaned texts say the same, however their characters are escaped.
pub fn is_same(one: &str, other: &str) -> bool {
    one == other || RULES.clean(one).to_string() == RULES.clean(other).to_string()
}

/// A stored text as XML can carry it: every element closed, no names that only HTML knows.
pub fn xhtml(html: &str) -> String {
    let canonical = RULES.clean(html).to_string();
    let closed = canonical.replace("<br>", "<br/>").replace("&nbsp;", "\u{a0}");
    closed.chars().filter(|c| crate::kernel::xml::is_allowed(*c)).collect()
}

/// A stored text as people edit it: plain paragraphs where that says all, else the HTML itself.
///
/// `clean` makes HTML of the same meaning of it again.
pub fn editable(html: &str) -> String {
    let inner = html.strip_prefix("<p>").and_then(|rest| rest.strip_suffix("</p>"));
    let Some(inner) = inner else { return html.to_owned() };
    let paragraphs: Vec<String> = inner.split("</p><p>").map(unescape).collect();
    let plain = paragraphs.join("\n\n");
    // Compared after a second cleaning, which writes every character in one way.
    let again = RULES.clean(&clean(&plain)).to_string();
    if again == RULES.clean(html).to_string() { plain } else { html.to_owned() }
}

/// The characters behind the names that `clean` gives them.
fn unescape(html: &str) -> String {
    const NAMES: [(&str, &str); 12] = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&apos;", "'"),
        ("&grave;", "`"),
        ("&#96;", "`"),
        ("&#47;", "/"),
        ("&#61;", "="),
        ("&#9;", "\t"),
        ("&nbsp;", "\u{a0}"),
        ("&amp;", "&"),
    ];
    NAMES.iter().fold(html.to_owned(), |text, (name, c)| text.replace(name, c))
}

/// The words without the tags, at most `limit` characters, cut at a word: for summaries.
pub fn summary(html: &str, limit: usize) -> String {
    let mut words = String::with_capacity(html.len());
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => {
                inside = true;
                words.push(' ');
            }
            '>' => inside = false,
            c if !inside => words.push(c),
            _ => {}
        }
    }
    let plain = crate::kernel::text::tidy(&unescape(&words));
    if plain.chars().count() <= limit {
        return plain;
    }
    let mut cut: String = plain.chars().take(limit.saturating_sub(1)).collect();
    cut.truncate(cut.rfind(' ').unwrap_or(cut.len()));
    format!("{}…", cut.trim_end_matches([',', '.', ';', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, expected: &str) {
        assert_eq!(clean(input), expected);
    }

    #[test]
    fn only_harmless_html_is_kept() {
        check("<p onclick=x>A <script>alert(1)</script><b>bold</b></p>", "<p>A <b>bold</b></p>");
        check("<a href='javascript:x'>link</a></p>", "link<p></p>");
        check("One\n\nTwo & <three>", "<p>One</p><p>Two &amp; &lt;three&gt;</p>");
        check("", "");
    }

    #[test]
    fn plain_texts_are_edited_as_plain_texts() {
        let plain = "It's \"good\" = fine / great & so on\n\nSecond & last.";
        assert_eq!(editable(&clean(plain)), plain);
        let rich = "<p>A <em>new</em> one</p><p>Two</p>";
        assert_eq!(editable(rich), rich);
        assert_eq!(clean(&editable(rich)), rich);
        assert_eq!(editable(""), "");
        for odd in ["<p>a &#65; b</p>", "a <b and c", "x &amp;lt; y", "one\nline\n\n\n\ntwo"] {
            let stored = clean(odd);
            let canonical = |html: &str| RULES.clean(html).to_string();
            assert_eq!(canonical(&clean(&editable(&stored))), canonical(&stored), "{odd}");
        }
    }

    #[test]
    fn summaries_end_at_a_word() {
        assert_eq!(summary("<p>A long tale &amp; more</p><p>of it.</p>", 200), "A long tale & more of it.");
        assert_eq!(summary("<p>A long tale of everything</p>", 14), "A long tale…");
        assert_eq!(
            summary(&clean("It's \"good\" = fine / great & so on"), 200),
            "It's \"good\" = fine / great & so on"
        );
        assert_eq!(summary("<p>x &amp;lt; y</p>", 200), "x &lt; y");
    }
}
