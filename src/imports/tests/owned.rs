//! What staff decided, and where a book stands: things a feed does not undo.

use super::*;
use crate::catalog::{WorkFacts, fields, owned};

const ISBN: &str = "9780306406157";

/// Changes the title by hand, as the back office does.
fn retitle(shop: &Shop, title: &'static str) {
    let edition = shop.by_isbn(ISBN);
    let facts = catalog::EditionFacts { title: title.into(), ..edition.facts.clone() };
    let done = shop.db.write_blocking(move |tx| {
        catalog::update(tx, edition.id, &facts, None, now())?;
        owned::claim(tx, edition.id, fields::EDITION, &edition.facts, &facts, "marta", now())?;
        Ok::<_, catalog::CatalogError>(())
    });
    done.unwrap();
}

#[test]
fn what_staff_wrote_by_hand_is_not_undone_by_a_feed() {
    let shop = Shop::new();
    shop.import_text("a.csv", format!("isbn,title,pages\n{ISBN},Ink,90\n"), &ImportOptions::default());
    retitle(&shop, "Ink & Paper");
    let next = format!("isbn,title,pages\n{ISBN},Ink (new),91\n");
    let report = shop.import_text("a.csv", &next, &ImportOptions::default());
    assert_eq!(counts(&report), (1, 0, 1, 0, 0));
    let facts = shop.by_isbn(ISBN).facts;
    assert_eq!((facts.title.as_str(), facts.pages), ("Ink & Paper", Some(91)));
    assert_eq!(report.changes[0].fields.iter().map(|it| it.field).collect::<Vec<_>>(), ["pages"]);
    assert!(report.warnings.iter().any(|text| text.contains("1 field changed by hand")), "{:?}", report.warnings);

    let asked = ImportOptions { overwrite_edited: true, ..ImportOptions::default() };
    assert_eq!(counts(&shop.import_text("a.csv", &next, &asked)), (1, 0, 1, 0, 0));
    assert_eq!(shop.by_isbn(ISBN).facts.title, "Ink (new)");
}

#[test]
fn a_field_that_is_given_back_follows_the_feed_again() {
    let shop = Shop::new();
    shop.import_text("a.csv", format!("isbn,title\n{ISBN},Ink\n"), &ImportOptions::default());
    retitle(&shop, "Ours");
    let id = shop.by_isbn(ISBN).id;
    assert_eq!(shop.read(|conn| owned::list(conn, id)), ["title"]);
    shop.db.write_blocking(move |tx| Ok::<_, DbError>(owned::release(tx, id, "title")?)).unwrap();
    shop.import_text("a.csv", format!("isbn,title\n{ISBN},Theirs\n"), &ImportOptions::default());
    assert_eq!(shop.by_isbn(ISBN).facts.title, "Theirs");
}

#[test]
fn a_category_that_staff_took_away_stays_away() {
    let shop = Shop::new();
    shop.import_text("a.csv", format!("isbn,title,category\n{ISBN},Ink,Crime\n"), &ImportOptions::default());
    let work = shop.by_isbn(ISBN).work_id;
    shop.db
        .write_blocking(move |tx| {
            let before = catalog::find_work(tx, work)?.unwrap();
            let after = WorkFacts { categories: Vec::new(), ..before.clone() };
            catalog::update_work(tx, work, &after, now())?;
            Ok::<_, DbError>(owned::claim(tx, work, fields::WORK, &before, &after, "marta", now())?)
        })
        .unwrap();
    shop.import_text("a.csv", format!("isbn,title,category\n{ISBN},Ink 2,Crime\n"), &ImportOptions::default());
    let work = shop.read(|conn| catalog::find_work(conn, work)).unwrap();
    assert_eq!(work.categories, Vec::<String>::new());
}
