//! Who somebody is, over a database in memory.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use jiff::Timestamp;
use rusqlite::Connection;

use super::*;
use crate::catalog::{self, Credit, EditionFacts, WorkFacts};
use crate::changes;
use crate::db::{memory, test_tx};

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn book(conn: &Connection, title: &str, popularity: u32, credits: &[(&str, Role)]) -> Id {
    let facts = EditionFacts {
        title: title.into(),
        credits: credits.iter().map(|(name, role)| Credit::new(name, *role)).collect(),
        ..EditionFacts::default()
    };
    let about = WorkFacts { popularity, ..WorkFacts::default() };
    catalog::create(&test_tx(conn), None, &about, &facts, now()).unwrap().0
}

fn who(conn: &Connection, name: &str) -> Person {
    let (id, _) = crate::catalog::credits::find_by_folded(conn, &text::fold(name)).unwrap().unwrap();
    find(conn, id).unwrap().unwrap()
}

fn titles(conn: &Connection, person: Id, part: &Part) -> Vec<String> {
    let works = works(conn, person, part, 0, 100).unwrap();
    let first = |work: &Id| editions(conn, person, *work).unwrap()[0];
    works.iter().map(|work| catalog::find(conn, first(work)).unwrap().unwrap().facts.title).collect()
}

#[test]
fn what_somebody_wrote_comes_before_what_they_translated() {
    let conn = memory();
    book(&conn, "Cien poemas", 1, &[("Rosa Ferrer", Role::TRANSLATOR), ("Ana Gil", Role::AUTHOR)]);
    book(&conn, "Salt", 2, &[("Ferrer, Rosa", Role::AUTHOR)]);
    book(&conn, "Bread", 7, &[("Rosa Ferrer", Role::AUTHOR), ("Rosa Ferrer", Role::ILLUSTRATOR)]);
    let rosa = who(&conn, "Rosa Ferrer").id;
    let parts = parts(&conn, rosa).unwrap();
    let told: Vec<_> = parts.iter().map(|part| (part.words, part.works)).collect();
    assert_eq!(told, [("by", 2), ("translated by", 1), ("illustrated by", 1)]);
    assert_eq!(titles(&conn, rosa, &parts[0]), ["Bread", "Salt"]);
    assert_eq!(titles(&conn, rosa, &parts[1]), ["Cien poemas"]);
    assert_eq!(works(&conn, rosa, &parts[0], 1, 1).unwrap().len(), 1);
}

#[test]
fn two_spellings_become_one_person_and_stay_one() {
    let conn = memory();
    let tx = test_tx(&conn);
    let one = book(&conn, "Crime", 0, &[("Fyodor Dostoevsky", Role::AUTHOR)]);
    let two = book(&conn, "Idiot", 0, &[("Fedor Dostoevskii", Role::AUTHOR), ("Fyodor Dostoevsky", Role::AUTHOR)]);
    let (keep, gone) = (who(&conn, "Fyodor Dostoevsky"), who(&conn, "Fedor Dostoevskii"));
    let version = changes::version_of(&conn, &[keep.id]).unwrap();
    assert!(matches!(merge(&tx, keep.id, keep.id, now()), Err(PeopleError::Same)));
    assert_eq!(merge(&tx, keep.id, gone.id, now()).unwrap(), 1);
    assert!(matches!(merge(&tx, keep.id, gone.id, now()), Err(PeopleError::Missing)));
    assert!(changes::version_of(&conn, &[keep.id]).unwrap() > version);
    assert_eq!(catalog::find(&conn, two).unwrap().unwrap().byline, "Fyodor Dostoevsky");
    assert_eq!(find(&conn, gone.id).unwrap(), Some(keep.clone()));
    assert_eq!(other_names(&conn, keep.id).unwrap(), ["fedor dostoevskii"]);
    // The feed comes again with its own spelling.
    let third = book(&conn, "Demons", 0, &[("Dostoevskii, Fedor", Role::AUTHOR)]);
    assert_eq!(catalog::find(&conn, third).unwrap().unwrap().facts.credits[0].name, "Fyodor Dostoevsky");
    assert_eq!((count(&conn, keep.id).unwrap(), one != third), (3, true));
    assert_eq!(list(&conn, "", 0, 10).unwrap().len(), 1);
}

#[test]
fn a_renamed_person_is_found_under_both_names() {
    let conn = memory();
    let tx = test_tx(&conn);
    let id = book(&conn, "Rings", 0, &[("J. R. R. Tolkein", Role::AUTHOR)]);
    book(&conn, "Ink", 0, &[("Ann Other", Role::AUTHOR)]);
    let tolkien = who(&conn, "J. R. R. Tolkein").id;
    assert_eq!(rename(&tx, tolkien, "Tolkien, J. R. R.", "", false, now()).unwrap(), 1);
    let edition = catalog::find(&conn, id).unwrap().unwrap();
    assert_eq!(edition.byline, "J. R. R. Tolkien");
    assert_eq!(edition.facts.credits[0].sort_name, "Tolkien, J. R. R.");
    assert_eq!(who(&conn, "J. R. R. Tolkein").id, tolkien);
    assert!(
        matches!(rename(&tx, tolkien, "Ann Other", "", false, now()), Err(PeopleError::Taken(other)) if other.name == "Ann Other")
    );
    assert!(matches!(rename(&tx, tolkien, " ", "", false, now()), Err(PeopleError::Name(0))));
    rename(&tx, tolkien, "J. R. R. Tolkein", "", false, now()).unwrap();
    assert_eq!(other_names(&conn, tolkien).unwrap(), ["j r r tolkien"]);
}

#[test]
fn a_body_keeps_its_words_in_order() {
    let conn = memory();
    let tx = test_tx(&conn);
    book(&conn, "Statutes", 0, &[("University of Leiden", Role::AUTHOR)]);
    assert_eq!(who(&conn, "University of Leiden").sort_name, "Leiden, University of");
    let facts = EditionFacts {
        title: "More statutes".into(),
        credits: vec![Credit::of_body("University of Leiden", Role::AUTHOR)],
        ..EditionFacts::default()
    };
    catalog::create(&tx, None, &WorkFacts::default(), &facts, now()).unwrap();
    let body = who(&conn, "University of Leiden");
    assert_eq!((body.sort_name.as_str(), body.body), ("University of Leiden", true));
}

#[test]
fn people_are_listed_by_surname_and_found_by_any_words() {
    let conn = memory();
    book(&conn, "A", 0, &[("Zoë Adler", Role::AUTHOR), ("García Márquez, Gabriel", Role::AUTHOR)]);
    book(&conn, "B", 0, &[("G. García Márquez", Role::AUTHOR)]);
    let names = |words: &str| -> Vec<String> {
        list(&conn, words, 0, 10).unwrap().into_iter().map(|one| one.person.name).collect()
    };
    assert_eq!(names(""), ["Zoë Adler", "Gabriel García Márquez", "G. García Márquez"]);
    assert_eq!(names("marquez gabriel"), ["Gabriel García Márquez"]);
    assert_eq!(names("zoe"), ["Zoë Adler"]);
    assert_eq!(names("nobody"), Vec::<String>::new());
    assert_eq!(namesakes(&conn, &who(&conn, "Gabriel García Márquez"), 9).unwrap().len(), 0);
}
