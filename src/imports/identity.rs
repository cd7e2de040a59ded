//! Which book a record is.
//!
//! Its feed's own id if it has one, else its ISBN, else what is printed on it. Kept as 16 bytes: a book without
//! an ISBN is met again in another feed by the same bytes.

use super::record::Record;
use crate::kernel::ids::fingerprint;
use crate::kernel::text::fold;

/// What a record was recognised by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// The feed's own id.
    Reference,
    /// The ISBN.
    Isbn,
    /// Title, contributors, format, publisher and year.
    Words,
}

/// A record's identity within `source`.
pub(super) fn of(record: &Record, source: &str) -> ([u8; 16], By) {
    let facts = &record.facts;
    if let Some(reference) = &record.reference {
        return (fingerprint(format!("ref\0{source}\0{reference}").as_bytes()), By::Reference);
    }
    if let Some(isbn) = &facts.isbn {
        return (fingerprint(format!("isbn\0{isbn}").as_bytes()), By::Isbn);
    }
    let mut words = format!("book\0{}\0", title_words(&facts.title));
    for credit in &facts.credits {
        words.push_str(&fold(&credit.name));
        words.push('\n');
    }
    let year = facts.published.map(|date| date.year()).or(record.work.first_published);
    words.push_str(&format!(
        "\0{}\0{}\0{}",
        facts.format,
        facts.publisher.as_deref().map(fold).unwrap_or_default(),
        year.map(|year| year.to_string()).unwrap_or_default(),
    ));
    (fingerprint(words.as_bytes()), By::Words)
}

/// A title of nothing but signs (`?!`) is still a title.
fn title_words(title: &str) -> String {
    match fold(title) {
        empty if empty.is_empty() => title.to_owned(),
        folded => folded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Credit, EditionFacts, Role};

    fn record(title: &str, author: &str) -> Record {
        let credits = vec![Credit::new(author, Role::AUTHOR)];
        Record { facts: EditionFacts { title: title.into(), credits, ..EditionFacts::default() }, ..Record::default() }
    }

    #[test]
    fn a_book_without_a_number_is_known_by_its_words() {
        let one = of(&record("L’Étranger", "Camus, Albert"), "a");
        assert_eq!(one, of(&record("l'etranger", "Albert Camus"), "b"));
        assert_ne!(one, of(&record("L’Étranger", "Someone Else"), "a"));
        assert_ne!(of(&record("?!", "A"), "a"), of(&record("!?", "A"), "a"));
    }

    #[test]
    fn the_feeds_own_id_comes_first_and_is_the_feeds_own() {
        let mut with_id = record("Ink", "A");
        with_id.reference = Some("7".into());
        with_id.facts.isbn = "9780306406157".parse().ok();
        assert_eq!(of(&with_id, "a").1, By::Reference);
        assert_ne!(of(&with_id, "a"), of(&with_id, "b"));
        with_id.reference = None;
        assert_eq!(of(&with_id, "a"), of(&with_id, "b"));
    }
}
