//! What is suggested while somebody types.

use super::super::suggest::{Limits, Suggestions, look, suggest};
use super::*;

const LIMITS: Limits = Limits { books: 6, names: 3 };

fn shop() -> Shop {
    let tolkien = Book { author: "J. R. R. Tolkien", ..BOOK };
    let collins = Book { author: "Suzanne Collins", ..BOOK };
    Shop::with(&[
        Book { title: "The Hobbit", isbn: "9780261103344", popularity: 900, ..tolkien.clone() },
        Book {
            title: "The Fellowship of the Ring",
            series: Some(("The Lord of the Rings", "1")),
            popularity: 800,
            ..tolkien.clone()
        },
        Book { title: "The Hobbit", format: "BB", copies: 0, popularity: 900, ..tolkien },
        Book { title: "Catching Fire", series: Some(("The Hunger Games", "2")), popularity: 700, ..collins.clone() },
        Book { title: "Hollow", author: "Ann Hobday", popularity: 3, ..BOOK },
        Book { title: "How to Hobble a Horse", author: "Horace Hob", popularity: 5, ..BOOK },
        Book { title: "One Hundred Years of Solitude", author: "García Márquez, Gabriel", popularity: 600, ..BOOK },
        Book { title: "Catch-22", author: "Joseph Heller", popularity: 500, ..BOOK },
        Book { title: "L’Étranger", author: "Albert Camus", language: "fre", ..BOOK },
        Book {
            title: "Преступление и наказание", author: "Фёдор Достоевский", language: "rus", ..BOOK
        },
    ])
}

impl Shop {
    fn suggest(&self, text: &str) -> Suggestions {
        suggest(&self.index, text, LIMITS).unwrap()
    }

    fn suggested_titles(&self, text: &str) -> Vec<String> {
        let Suggestions { books, .. } = self.suggest(text);
        let title = |id: &Id| {
            let found = self.db.read(|conn| catalog::find(conn, *id).map_err(DbError::from)).unwrap();
            found.unwrap().facts.title
        };
        books.iter().map(title).collect()
    }
}

/// Titles, then `author: …`, then `series: …`, as they are suggested.
#[track_caller]
fn check(shop: &Shop, text: &str, expected: &[&str]) {
    let mut lines = shop.suggested_titles(text);
    let Suggestions { authors, series, .. } = shop.suggest(text);
    lines.extend(authors.iter().map(|author| format!("author: {} ({})", author.name, author.books)));
    lines.extend(series.iter().map(|series| format!("series: {} ({})", series.name, series.books)));
    assert_eq!(lines, expected, "{text}");
}

#[test]
fn titles_that_begin_so_come_first_then_what_is_asked_for_most() {
    let shop = shop();
    check(
        &shop,
        "ho",
        &["The Hobbit", "How to Hobble a Horse", "Hollow", "author: Horace Hob (1)", "author: Ann Hobday (1)"],
    );
    check(&shop, "the hobb", &["The Hobbit", "How to Hobble a Horse"]);
    check(&shop, "hundred y", &["One Hundred Years of Solitude"]);
    check(&shop, "catc", &["Catching Fire", "Catch-22"]);
    check(&shop, "catch 2", &["Catch-22"]);
    check(&shop, "l'etr", &["L’Étranger"]);
    check(&shop, "преступ", &["Преступление и наказание"]);
}

#[test]
fn editions_of_one_book_are_one_suggestion_and_the_one_that_can_be_had() {
    let shop = shop();
    let books = shop.suggest("hobbit").books;
    let paperback = shop.find(&words("9780261103344")).ids;
    assert_eq!(books.first(), paperback.first());
    assert_eq!(books.len(), 1, "{books:?}");
}

#[test]
fn authors_are_met_in_both_orders_by_surname_and_by_initials() {
    let shop = shop();
    let tolkien = ["The Hobbit", "The Fellowship of the Ring", "author: J. R. R. Tolkien (2)"];
    for text in ["tol", "Tolkien", "j r r tol", "jrr tolk", "J.R.R. T", "tolkien j", "tolkien, jr", "author:tolk"] {
        check(&shop, text, &tolkien);
    }
    let marquez = ["One Hundred Years of Solitude", "author: Gabriel García Márquez (1)"];
    for text in ["gabriel garc", "marquez ga", "García Márquez, G", "g garcia m"] {
        check(&shop, text, &marquez);
    }
}

#[test]
fn series_are_suggested_by_their_name() {
    let shop = shop();
    check(&shop, "hunger ga", &["Catching Fire", "series: The Hunger Games (1)"]);
    check(&shop, "lord of the r", &["The Fellowship of the Ring", "series: The Lord of the Rings (1)"]);
}

#[test]
fn a_typo_is_forgiven_only_where_nothing_begins_so() {
    let shop = shop();
    check(&shop, "hobit", &["The Hobbit"]);
    check(&shop, "tolkein", &["The Hobbit", "The Fellowship of the Ring", "author: J. R. R. Tolkien (2)"]);
    check(&shop, "hobb", &["The Hobbit", "How to Hobble a Horse"]);
    check(&shop, "xyzzyx", &[]);
}

#[test]
fn a_number_that_begins_an_isbn_suggests_its_book() {
    let shop = shop();
    check(&shop, "978-0-261-10", &["The Hobbit"]);
    check(&shop, "9780261103344", &["The Hobbit"]);
    check(&shop, "97802611099", &[]);
}

#[test]
fn in_a_large_shop_the_most_wanted_books_are_looked_at_first_and_the_others_where_these_are_too_few() {
    let shop = shop();
    let first = |text: &str, limits: Limits, most: u64| look(&shop.index.searcher(), text, limits, most).unwrap();
    let one = Limits { books: 1, names: 1 };
    for text in ["ho", "tol", "lord of the r", "hunger", "hollow", "horace", "catch", "l'etr", "xyzzyx"] {
        assert_eq!(first(text, one, 4), first(text, one, u64::MAX), "{text}");
    }
    // Three documents are at hand before the class in which there are more than four.
    assert_eq!(first("ho", Limits { books: 3, names: 1 }, 4).books, shop.suggest("ho").books);
    let hobbit = Limits { books: 1, names: 0 };
    assert_eq!(first("how", hobbit, 4), first("how", hobbit, u64::MAX));
}

#[test]
fn no_text_is_an_error() {
    let shop = shop();
    let long = "hobbit ".repeat(2000);
    for text in ["", " ", "a", "\"", "\0\u{7}", "author:", "isbn:", "::: \" ' :", "-", "%_*?", "\u{202e}x", "9", &long]
    {
        suggest(&shop.index, text, LIMITS).unwrap();
    }
    assert_eq!(shop.suggest("?!"), Suggestions::default());
    assert_eq!(suggest(&shop.index, "ho", Limits { books: 0, names: 0 }).unwrap(), Suggestions::default());
}
