//! What stands under the search box while somebody types: options of its list, in groups.

use maud::{Markup, html};

use super::book::{CoverView, Loading, PriceView, Slot, cover, price};
use crate::kernel::text::fold;

/// Rows that a phone shows; a wide window shows all.
const ON_A_PHONE: usize = 8;

/// A book that may be meant.
#[derive(Debug, Clone)]
pub struct SuggestedBook {
    pub href: String,
    pub title: String,
    /// Language of the title when it is not the shop's.
    pub lang: Option<String>,
    pub author: String,
    /// The format in words: "Paperback".
    pub format: String,
    pub price: PriceView,
    pub cover: CoverView,
}

/// An author or a series that may be meant.
#[derive(Debug, Clone)]
pub struct SuggestedName {
    pub href: String,
    pub name: String,
    /// "12 books".
    pub about: String,
}

/// Books, authors and series, each group under its label; nothing where there are none.
///
/// What was typed stands in normal weight, what would be added to it is bold.
#[must_use]
pub fn suggestions(
    typed: &str, books: &[SuggestedBook], authors: &[SuggestedName], series: &[SuggestedName],
) -> Markup {
    let names = authors.len() + series.len();
    html! {
        (group("Books", "suggested-books", books, |place, book| {
            let wide = place + names >= ON_A_PHONE;
            html! {
                a.suggest-row role="option" id={ "suggested-book-" (place) } href=(book.href) tabindex="-1" data-wide[wide] {
                    (cover(&book.cover, "", Slot::Row, Loading::Eager))
                    div.suggest-words {
                        div.suggest-name lang=[book.lang.as_deref()] { (added(typed, &book.title)) } " "
                        div.suggest-about { (book.author) }
                    } " "
                    div.suggest-end { (amount(book.price)) " " div.suggest-about { (book.format) } }
                }
            }
        }))
        (group("Authors", "suggested-authors", authors, |place, name| named(typed, "author", place, name)))
        (group("Series", "suggested-series", series, |place, name| named(typed, "series", place, name)))
    }
}

fn group<T>(label: &str, id: &str, all: &[T], row: impl Fn(usize, &T) -> Markup) -> Markup {
    if all.is_empty() {
        return html! {};
    }
    html! {
        div role="group" aria-labelledby=(id) {
            p.suggest-label id=(id) role="presentation" { (label) }
            @for (place, one) in all.iter().enumerate() { (row(place, one)) }
        }
    }
}

fn named(typed: &str, kind: &str, place: usize, name: &SuggestedName) -> Markup {
    html! {
        a.suggest-row role="option" id={ "suggested-" (kind) "-" (place) } href=(name.href) tabindex="-1" {
            div.suggest-name { (added(typed, &name.name)) } " "
            div.suggest-about { (name.about) }
        }
    }
}

fn amount(view: PriceView) -> Markup {
    html! {
        @match view {
            PriceView::NotAnnounced => {},
            PriceView::At(amount) | PriceView::Reduced { now: amount, .. } => (price(amount)),
        }
    }
}

/// The text with `b` around what is not typed yet.
fn added(typed: &str, shown: &str) -> Markup {
    let typed = fold(typed);
    let mut typed: Vec<&str> = typed.split(' ').filter(|word| !word.is_empty()).collect();
    typed.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));
    html! {
        @for (is_typed, piece) in pieces(&typed, shown) {
            @if is_typed { (piece) } @else { b { (piece) } }
        }
    }
}

/// The text in pieces, typed and not typed in turn; spaces and signs go with what stands before them.
fn pieces<'a>(typed: &[&str], shown: &'a str) -> Vec<(bool, &'a str)> {
    let mut pieces: Vec<(bool, usize)> = Vec::new();
    let mut end_with = |is_typed: bool, end: usize| match pieces.last_mut() {
        Some(last) if last.0 == is_typed => last.1 = end,
        _ => pieces.push((is_typed, end)),
    };
    let mut rest = shown;
    while !rest.is_empty() {
        let at = shown.len() - rest.len();
        let word = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let gap = rest.get(word..).unwrap_or_default();
        let gap = gap.find(char::is_alphanumeric).unwrap_or(gap.len());
        let known = begun(typed, rest.get(..word).unwrap_or_default());
        if known > 0 {
            end_with(true, at + known);
        }
        if known < word {
            end_with(false, at + word);
        }
        // The gap goes with the word, whichever it is; at the beginning of the text it is what is added.
        end_with(word > 0 && known == word, at + word + gap);
        rest = rest.get(word + gap..).unwrap_or_default();
    }
    let mut from = 0;
    let cut = |(is_typed, end): (bool, usize)| {
        let piece = (is_typed, shown.get(from..end).unwrap_or_default());
        from = end;
        piece
    };
    pieces.into_iter().map(cut).collect()
}

/// How many bytes of a word were typed already: of the longest of the typed words that it begins with.
fn begun(typed: &[&str], word: &str) -> usize {
    let folded = fold(word);
    let Some(begun) = typed.iter().find(|typed| folded.starts_with(**typed)) else { return 0 };
    let ends = word.char_indices().map(|(at, c)| at + c.len_utf8());
    let mut enough = ends.filter(|end| word.get(..*end).is_some_and(|piece| fold(piece).len() >= begun.len()));
    enough.next().unwrap_or(word.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, shown: &str, expected: &str) {
        assert_eq!(added(typed, shown).into_string(), expected, "{typed}");
    }

    #[test]
    fn what_is_added_to_the_typed_text_is_bold() {
        check("the left ha", "The Left Hand of Darkness", "The Left Ha<b>nd of Darkness</b>");
        check("hand", "The Left Hand of Darkness", "<b>The Left </b>Hand <b>of Darkness</b>");
        check("garcia mar", "Gabriel García Márquez", "<b>Gabriel </b>García Már<b>quez</b>");
        check("l'etr", "L’Étranger", "L’Étr<b>anger</b>");
        check("stras", "Straße", "Straß<b>e</b>");
        check("dune", "Dune", "Dune");
        check("tolk", "“It”", "<b>“It”</b>");
        check("", "<b>&", "<b>&lt;b&gt;&amp;</b>");
        check("pre", "Преступление", "<b>Преступление</b>");
    }
}
