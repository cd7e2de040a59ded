//! What there is to read about a book below its description: praise, the author, the contents.

use maud::{Markup, PreEscaped, html};

use crate::catalog::{EditionFacts, Quote};

/// A table of contents with more characters than this folds away.
const SHORT_CONTENTS: usize = 1200;

/// Sections for what is there, and nothing for what is not. The texts were sanitised when they were stored.
pub(super) fn sections(facts: &EditionFacts) -> Markup {
    html! {
        @if !facts.quotes.is_empty() {
            section aria-labelledby="praise" { h2 id="praise" { "What others say" } @for quote in &facts.quotes { (praise(quote)) } }
        }
        @if let Some(note) = &facts.author_note {
            section aria-labelledby="author-note" { h2 id="author-note" { (author_heading(facts)) } (PreEscaped(note)) }
        }
        @if let Some(contents) = &facts.contents {
            section.contents aria-labelledby="contents" {
                h2 id="contents" { "Contents" }
                @if contents.len() > SHORT_CONTENTS { details { summary { "Show the contents" } (PreEscaped(contents)) } }
                @else { (PreEscaped(contents)) }
            }
        }
    }
}

fn praise(quote: &Quote) -> Markup {
    html! {
        figure.praise {
            blockquote { p { (quote.text) } }
            @if let Some(source) = &quote.source { figcaption { (source) } }
        }
    }
}

fn author_heading(facts: &EditionFacts) -> &'static str {
    match facts.credits.iter().filter(|credit| credit.role.words() == "by").count() {
        0 | 1 => "About the author",
        _ => "About the authors",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_said_and_nothing_else() {
        assert_eq!(sections(&EditionFacts::default()).into_string(), "");
        let facts = EditionFacts {
            quotes: vec![
                Quote { text: "Salt & light".into(), source: Some("The Averley Gazette".into()) },
                Quote { text: "Short.".into(), source: None },
            ],
            author_note: Some("<p>Lives by the sea.</p>".into()),
            contents: Some(format!("<ul>{}</ul>", "<li>One more chapter</li>".repeat(60))),
            ..EditionFacts::default()
        };
        let html = sections(&facts).into_string();
        assert!(html.contains(r#"<figure class="praise"><blockquote><p>Salt &amp; light</p></blockquote><figcaption>The Averley Gazette</figcaption></figure><figure class="praise"><blockquote><p>Short.</p></blockquote></figure>"#));
        assert!(
            html.contains("<p>Lives by the sea.</p>")
                && html.contains("<details><summary>Show the contents</summary><ul>")
        );
    }
}
