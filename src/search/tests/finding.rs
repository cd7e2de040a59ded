//! Which words find which books, and in which order.

use super::super::{Reading, Sort};
use super::*;

fn shop() -> Shop {
    Shop::with(&[
        Book {
            title: "One Hundred Years of Solitude",
            author: "García Márquez, Gabriel",
            isbn: "9780060883287",
            original: Some("Cien años de soledad"),
            popularity: 900,
            ..BOOK
        },
        Book { title: "The Left Hand of Darkness", author: "Ursula K. Le Guin", isbn: "0441478123", ..BOOK },
        Book {
            title: "The Hitchhiker’s Guide to the Galaxy",
            author: "Douglas Adams",
            series: Some(("Hitchhiker", "1")),
            ..BOOK
        },
        Book { title: "L’Étranger", author: "Albert Camus", language: "fre", ..BOOK },
        Book { title: "Catching Fire", author: "Suzanne Collins", series: Some(("The Hunger Games", "2")), ..BOOK },
        Book { title: "Mockingjay", author: "Suzanne Collins", series: Some(("The Hunger Games", "3")), ..BOOK },
        Book { title: "The Fellowship of the Ring", author: "J. R. R. Tolkien", ..BOOK },
        Book { title: "Pride & Prejudice", author: "Jane Austen", ..BOOK },
        Book { title: "Catch-22", author: "Joseph Heller", ..BOOK },
        Book {
            title: "Преступление и наказание", author: "Фёдор Достоевский", language: "rus", ..BOOK
        },
    ])
}

#[track_caller]
fn check(shop: &Shop, text: &str, reading: Reading, expected: &[&str]) {
    let hits = shop.find(&words(text));
    assert_eq!(
        (shop.titles_of(&hits), hits.reading),
        (expected.iter().map(|title| (*title).to_owned()).collect(), reading),
        "{text}"
    );
}

#[test]
fn an_isbn_in_any_spelling_finds_its_edition() {
    let shop = shop();
    for text in [
        "9780441478125",
        "978-0-441-47812-5",
        "0441478123",
        "0-441-47812-3",
        "ISBN 0 441 47812 3",
        "ISBN-13: 978-0441478125",
    ] {
        check(&shop, text, Reading::Isbn, &["The Left Hand of Darkness"]);
        assert_eq!(shop.find(&words(text)).isbn.unwrap().as_str(), "9780441478125");
    }
    check(&shop, "9780306406157", Reading::Isbn, &[]);
    // One digit wrong is no ISBN, but still nearly this book's.
    check(&shop, "0441478124", Reading::Close, &["The Left Hand of Darkness"]);
}

#[test]
fn words_are_found_however_they_are_written() {
    let shop = shop();
    // What only comes close may follow.
    let found = |text: &str, title: &str| {
        let hits = shop.find(&words(text));
        let first = shop.titles_of(&hits).into_iter().next();
        assert_eq!(
            (first.as_deref(), hits.reading, hits.total - hits.near),
            (Some(title), Reading::Words, 1),
            "{text}"
        );
    };
    for text in
        ["gabriel garcia marquez", "García Márquez, Gabriel", "MARQUEZ solitude", "cien anos de soledad", "márquez"]
    {
        found(text, "One Hundred Years of Solitude");
    }
    for text in ["the left hand of darkness", "left hand of darkness", "left hand of darkness, the", "le guin darkness"]
    {
        found(text, "The Left Hand of Darkness");
    }
    for text in ["hitchhikers guide", "hitchhiker's guide", "hitchhiker’s guide", "hitchhiker guide"] {
        found(text, "The Hitchhiker’s Guide to the Galaxy");
    }
    for text in ["l'etranger", "letranger", "L’Étranger", "etranger camus"] {
        found(text, "L’Étranger");
    }
    for text in ["jrr tolkien", "j r r tolkien", "J.R.R. Tolkien", "tolkien, j. r. r."] {
        found(text, "The Fellowship of the Ring");
    }
    for text in ["pride and prejudice", "pride & prejudice", "the prejudice pride"] {
        found(text, "Pride & Prejudice");
    }
    found("catch 22", "Catch-22");
    found("catch22", "Catch-22");
    found("hunger games 2", "Catching Fire");
    found("достоевский", "Преступление и наказание");
    found("quay press darkness", "The Left Hand of Darkness");
}

#[test]
fn a_slip_or_a_half_word_finds_what_was_meant() {
    let shop = shop();
    check(&shop, "solitde", Reading::Close, &["One Hundred Years of Solitude"]);
    check(&shop, "left hnad of darkness", Reading::Close, &["The Left Hand of Darkness"]);
    check(&shop, "hitchhiker gal", Reading::Unfinished, &["The Hitchhiker’s Guide to the Galaxy"]);
    check(&shop, "solitude by marques", Reading::Some, &["One Hundred Years of Solitude"]);
    check(&shop, "mockingjay xyzzy", Reading::Some, &["Mockingjay"]);
    check(&shop, "hunger games 7", Reading::Some, &["Mockingjay", "Catching Fire"]);
    check(&shop, "xyzzy", Reading::Some, &[]);
}

#[test]
fn no_text_is_an_error() {
    let shop = shop();
    for text in
        ["", " ", "?!", "\"", "title:(", "a AND", "+-", "the", "\u{0}", "[1 TO", "é", "*", "~5", "'''", "🦀 crab"]
    {
        shop.find(&words(text));
    }
    shop.find(&words(&"long ".repeat(10_000)));
    shop.find(&words(&"x".repeat(100_000)));
    assert_eq!(shop.find(&words(" ?! ")).reading, Reading::Everything);
}

#[test]
fn a_title_beats_an_author_a_series_and_a_publisher() {
    let shop = Shop::with(&[
        Book { title: "Winter", author: "Zoe Zed", ..BOOK },
        Book { title: "Winter Gardens of the North", author: "Yan Yew", ..BOOK },
        Book { title: "Summer", author: "Ali Winter Smith", ..BOOK },
        Book { title: "Autumn", series: Some(("Winter Tales", "4")), ..BOOK },
        Book { title: "Spring", publisher: "Winter & Sons", popularity: 50, ..BOOK },
        Book { title: "Other", ..BOOK },
    ]);
    let expected = ["Winter", "Winter Gardens of the North", "Summer", "Autumn", "Spring"];
    check(&shop, "winter", Reading::Words, &expected);
}

#[test]
fn what_is_asked_for_and_can_be_had_comes_first_among_equals() {
    let shop = Shop::with(&[
        Book { title: "Sea of Salt", copies: 0, ..BOOK },
        Book { title: "Sea of Stars", copies: 1, ..BOOK },
        Book { title: "Sea of Sand", popularity: 4_000_000, ..BOOK },
        Book { title: "The Sea: A Companion to Dune", popularity: 4_000, ..BOOK },
        Book { title: "Dune", popularity: 50, ..BOOK },
    ]);
    // So short a last word may be the beginning of one.
    check(&shop, "sea of", Reading::Unfinished, &["Sea of Sand", "Sea of Stars", "Sea of Salt"]);
    check(&shop, "dune", Reading::Words, &["Dune", "The Sea: A Companion to Dune"]);
    let newest = Query { sort: Sort::Newest, ..words("sea") };
    assert_eq!(shop.titles_of(&shop.find(&newest))[0], "The Sea: A Companion to Dune");
}

#[test]
fn a_book_comes_before_the_books_about_it() {
    let shop = Shop::with(&[
        Book { title: "Potter: The Film Companion", popularity: 20_000, ..BOOK },
        Book { title: "Potter and the Stone (Potter, #1)", popularity: 4_000_000, ..BOOK },
        Book { title: "The World of The Hungry Games", popularity: 9_000, ..BOOK },
        Book { title: "The Hungry Games (The Hungry Games, #1)", popularity: 10, ..BOOK },
    ]);
    check(&shop, "potter", Reading::Words, &["Potter and the Stone (Potter, #1)", "Potter: The Film Companion"]);
    check(
        &shop,
        "hungry games",
        Reading::Words,
        &["The Hungry Games (The Hungry Games, #1)", "The World of The Hungry Games"],
    );
}

#[test]
fn somebodys_books_come_before_what_was_written_about_them() {
    let shop = Shop::with(&[
        Book { title: "Reading Stephen King", author: "Bev Vincent", ..BOOK },
        Book { title: "The Shining", author: "Stephen King", ..BOOK },
        Book { title: "Introduced Tales", author: "Stephen King", role: Role::from_code("A24").unwrap(), ..BOOK },
    ]);
    let titles = shop.titles("King, Stephen");
    assert_eq!(titles.last().unwrap(), "Reading Stephen King");
    assert_eq!(titles.len(), 3);
}
