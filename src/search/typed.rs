//! What was typed, taken apart: fields by name, quotes, and the words that are left. No text is an error.

/// Where a reader wants words to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Anywhere,
    Title,
    Author,
    Publisher,
    Subject,
    Series,
}

/// Words that belong together: in one place, or in one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clause {
    pub(super) scope: Scope,
    pub(super) text: String,
    /// Whether they were in quotes.
    pub(super) in_a_row: bool,
}

/// A text taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Typed {
    /// The words outside quotes and fields.
    pub(super) free: String,
    pub(super) clauses: Vec<Clause>,
    /// `lang:` as it was typed.
    pub(super) language: Option<String>,
    /// `isbn:` as it was typed.
    pub(super) isbn: Option<String>,
}

enum Named {
    Place(Scope),
    Language,
    Isbn,
}

fn named(word: &str) -> Option<Named> {
    Some(match word.to_lowercase().as_str() {
        "author" | "by" | "contributor" => Named::Place(Scope::Author),
        "title" => Named::Place(Scope::Title),
        "publisher" | "imprint" => Named::Place(Scope::Publisher),
        "subject" | "category" => Named::Place(Scope::Subject),
        "series" => Named::Place(Scope::Series),
        "lang" | "language" => Named::Language,
        "isbn" | "ean" => Named::Isbn,
        _ => return None,
    })
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»' | '＂')
}

/// Takes a text apart.
pub(super) fn read(text: &str) -> Typed {
    let mut typed = Typed::default();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        if let Some((name, after)) = field(rest) {
            let (value, quoted, left) = value(after.trim_start());
            take(&mut typed, &name, value, quoted);
            rest = left.trim_start();
            continue;
        }
        let (value, quoted, left) = value(rest);
        if quoted {
            typed.clauses.push(Clause { scope: Scope::Anywhere, text: value.to_owned(), in_a_row: true });
        } else {
            typed.free.push_str(value);
            typed.free.push(' ');
        }
        rest = left.trim_start();
    }
    typed.clauses.retain(|clause| clause.text.chars().any(char::is_alphanumeric));
    typed.free = typed.free.trim_end().to_owned();
    typed
}

fn take(typed: &mut Typed, name: &Named, value: &str, in_a_row: bool) {
    match name {
        Named::Place(scope) => typed.clauses.push(Clause { scope: *scope, text: value.to_owned(), in_a_row }),
        Named::Language => typed.language = Some(value.to_owned()).filter(|value| !value.is_empty()),
        Named::Isbn => typed.isbn = Some(value.to_owned()).filter(|value| !value.is_empty()),
    }
}

/// A field's name at the beginning, and what follows its colon.
fn field(text: &str) -> Option<(Named, &str)> {
    let (name, after) = text.split_once(':')?;
    Some((named(name)?, after))
}

/// The next word, or what stands in quotes; a quote that is never closed ends with the text.
fn value(text: &str) -> (&str, bool, &str) {
    if let Some(inner) = text.strip_prefix(is_quote) {
        return match inner.find(is_quote) {
            Some(end) => {
                let left = inner.get(end..).unwrap_or_default();
                (inner.get(..end).unwrap_or_default(), true, left.strip_prefix(is_quote).unwrap_or(left))
            }
            None => (inner, true, ""),
        };
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    (text.get(..end).unwrap_or_default(), false, text.get(end..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clause(scope: Scope, text: &str, in_a_row: bool) -> Clause {
        Clause { scope, text: text.to_owned(), in_a_row }
    }

    #[test]
    fn fields_and_quotes_are_taken_out_and_the_rest_is_left() {
        let typed = read("hobbit author:tolkien \"back again\" lang:eng  publisher: \"allen unwin\" 1937");
        assert_eq!(typed.free, "hobbit 1937");
        assert_eq!(typed.language.as_deref(), Some("eng"));
        assert_eq!(
            typed.clauses,
            [
                clause(Scope::Author, "tolkien", false),
                clause(Scope::Anywhere, "back again", true),
                clause(Scope::Publisher, "allen unwin", true)
            ]
        );
    }

    #[test]
    fn what_only_looks_like_a_field_is_words() {
        assert_eq!(read("2001: a space odyssey").free, "2001: a space odyssey");
        assert_eq!(read("Dune:messiah").free, "Dune:messiah");
        assert_eq!(read("\"a game of thrones").clauses, [clause(Scope::Anywhere, "a game of thrones", true)]);
        assert_eq!(read("\"\" author: ").clauses, []);
        assert_eq!(read("::: \" ' :").free, ":::");
        assert_eq!(read("isbn:9780306406157").isbn.as_deref(), Some("9780306406157"));
    }
}
