//! The doctor names what is wrong, and holds nothing against an index that only lags.

use tantivy::TantivyDocument;

use super::super::{card, schema};
use super::*;
use crate::settings;

fn shop() -> Shop {
    Shop::with(&[BOOK, Book { title: "Paper", ..BOOK }, Book { title: "Pen", copies: 0, ..BOOK }])
}

/// Changes documents behind the feed's back.
fn tamper(shop: &Shop, id: Id, change: impl FnOnce(&tantivy::IndexWriter, TantivyDocument)) {
    let stamp = shop.index.stamp().unwrap();
    let mut writer = shop.index.writer().unwrap();
    let card =
        shop.db.read(|conn| card::read(conn, id, &settings::Shop::default(), now()).map_err(DbError::from)).unwrap();
    change(&writer, schema::fields().document(&card.unwrap()));
    shop.index.commit(&mut writer, stamp).unwrap();
}

#[track_caller]
fn check(shop: &Shop, proved: u64, expected: &[&str]) {
    let proof = shop.prove();
    assert_eq!(proof.proved, proved, "{proof:?}");
    assert_eq!(proof.findings.len(), expected.len(), "{proof:?}");
    for (finding, expected) in proof.findings.iter().zip(expected) {
        assert!(finding.contains(expected), "{finding}");
    }
}

#[test]
fn a_healthy_index_is_proved() {
    assert_eq!(shop().prove(), Proof { proved: 3, behind: 0, findings: Vec::new() });
}

#[test]
fn what_is_missing_doubled_or_surplus_is_named() {
    let shop = shop();
    let id = shop.find(&words("paper")).ids[0];
    tamper(&shop, id, |writer, _| {
        writer.delete_term(schema::fields().id_term(id));
    });
    check(&shop, 2, &["“Paper”"]);
    assert!(shop.prove().findings[0].contains(&id.to_string()));
    tamper(&shop, id, |writer, document| {
        writer.add_document(document.clone()).unwrap();
        writer.add_document(document).unwrap();
    });
    check(&shop, 2, &["is 2 times in the search index"]);
    tamper(&shop, id, |writer, document| {
        writer.delete_term(schema::fields().id_term(id));
        writer.add_document(document).unwrap();
    });
    check(&shop, 3, &[]);
    shop.write(move |tx| tx.execute("UPDATE editions SET listed = 0 WHERE id = ?1", [id]).unwrap());
    check(&shop, 2, &["is found by search and not listed"]);
}

#[test]
fn what_differs_is_named() {
    let shop = shop();
    let (ink, pen) = (shop.find(&words("ink")).ids[0], shop.find(&words("pen")).ids[0]);
    shop.write(move |tx| {
        tx.execute("UPDATE editions SET title = 'Inc' WHERE id = ?1", [ink]).unwrap();
        tx.execute("UPDATE prices SET amount_minor = 1 WHERE edition_id = ?1", [pen]).unwrap();
    });
    check(&shop, 1, &["“Inc”", "has the price 999 in the search index and the price 1 in the catalogue"]);
}

/// Whatever of a book an index knows: a fact that changed behind the feed's back is found.
#[test]
fn every_fact_is_compared() {
    let shop = Shop::with(&[Book { series: Some(("Tales", "2")), ..BOOK }]);
    let other = "(SELECT alike FROM works) + 1";
    for (damage, repair) in [
        (format!("UPDATE works SET alike = {other}"), "UPDATE works SET alike = alike - 1"),
        ("UPDATE works SET popularity = 11".into(), "UPDATE works SET popularity = 10"),
        ("UPDATE works SET series_number = '3'".into(), "UPDATE works SET series_number = '2'"),
        ("UPDATE series SET name = 'Fables'".into(), "UPDATE series SET name = 'Tales'"),
        ("UPDATE works SET original_title = 'Tinte'".into(), "UPDATE works SET original_title = NULL"),
        ("UPDATE categories SET name = 'Stories'".into(), "UPDATE categories SET name = 'Fiction'"),
        ("UPDATE categories SET path = 'stories'".into(), "UPDATE categories SET path = 'fiction'"),
        ("UPDATE editions SET language = 'fre'".into(), "UPDATE editions SET language = 'eng'"),
        ("UPDATE editions SET publisher = 'Halyard'".into(), "UPDATE editions SET publisher = 'Quay Press'"),
        ("UPDATE editions SET format = 'BB'".into(), "UPDATE editions SET format = 'BC'"),
        ("UPDATE editions SET published = '2018'".into(), "UPDATE editions SET published = '2019'"),
        ("UPDATE editions SET publishing_status = '11'".into(), "UPDATE editions SET publishing_status = '04'"),
        ("UPDATE contributors SET name = 'Anna Author'".into(), "UPDATE contributors SET name = 'Ann Author'"),
        ("UPDATE contributors SET sort_name = 'Ann'".into(), "UPDATE contributors SET sort_name = 'Author, Ann'"),
        (
            "INSERT INTO prices (edition_id, currency, amount_minor, tax_included, kind, source, valid_from, created_at)
             SELECT id, 'GBP', 1500, 1, 'rrp', 'feed', 0, 0 FROM editions"
                .into(),
            "DELETE FROM prices WHERE kind = 'rrp'",
        ),
        ("UPDATE stock SET on_hand = 0".into(), "UPDATE stock SET on_hand = 2"),
    ] {
        let damage: String = damage;
        let done = damage.clone();
        let changed = shop.write(move |tx| tx.execute(&done, []).unwrap());
        assert!(changed > 0, "{damage}");
        assert_eq!(shop.prove().findings.len(), 1, "{damage}");
        shop.write(move |tx| tx.execute(repair, []).unwrap());
        assert_eq!(shop.prove().findings, [""; 0], "{damage}");
    }
    // The ledger forgets nothing, so this stays.
    shop.write(|tx| {
        let sale =
            "INSERT INTO stock_movements (id, edition_id, kind, quantity, order_line_id, unit, actor, reason, at)
                    SELECT zeroblob(16), id, 'sold', -1, zeroblob(16), 0, 'test', 'test', 0 FROM editions";
        tx.execute(sale, []).unwrap();
    });
    assert_eq!(shop.prove().findings.len(), 1);
}

#[test]
fn a_book_in_two_places_is_named() {
    let shop = Shop::with(&[BOOK, Book { format: "BB", ..BOOK }, Book { title: "Paper", ..BOOK }]);
    let id = shop.find(&Query { format: Some("Hardback".into()), ..words("ink") }).ids[0];
    // The same words, written again alone: they stand in a segment of their own.
    tamper(&shop, id, |writer, document| {
        writer.delete_term(schema::fields().id_term(id));
        writer.add_document(document).unwrap();
    });
    check(&shop, 2, &["stands apart"]);
    // The group alone is another: nothing else of the document says so.
    tamper(&shop, id, |writer, document| {
        let fields = schema::fields();
        writer.delete_term(fields.id_term(id));
        let values = document.field_values().filter(|(field, _)| *field != fields.group);
        let mut other = TantivyDocument::new();
        values.for_each(|(field, value)| other.add_field_value(field, value));
        other.add_i64(fields.group, 7);
        writer.add_document(other).unwrap();
    });
    check(&shop, 2, &["as one book with others"]);
}

#[test]
fn a_works_new_place_is_a_lag_of_all_its_editions() {
    let shop = Shop::with(&[BOOK]);
    let id = shop.find(&words("ink")).ids[0];
    shop.write(move |tx| {
        let work = catalog::works::of_edition(tx, id).unwrap();
        add_to(tx, work, &Book { format: "BB", ..BOOK });
    });
    shop.catch_up();
    // The first edition's title says where the second stands, too.
    shop.write(move |tx| {
        let mut facts = catalog::find(tx, id).unwrap().unwrap().facts;
        facts.title = "Reed".into();
        catalog::update(tx, id, &facts, None, now()).unwrap();
    });
    check(&shop, 0, &[]);
    shop.catch_up();
    check(&shop, 2, &[]);
}

#[test]
fn a_lag_is_told_and_is_no_finding() {
    let shop = shop();
    let id = shop.find(&words("ink")).ids[0];
    shop.add(&Book { title: "New", copies: 0, price: None, ..BOOK });
    shop.write(move |tx| catalog::set_listed(tx, id, false, now()).unwrap());
    let proof = shop.prove();
    assert_eq!((proof.proved, proof.findings.len()), (2, 0));
    assert!(proof.behind >= 3, "{proof:?}");
    shop.catch_up();
    assert_eq!(shop.prove(), Proof { proved: 3, behind: 0, findings: Vec::new() });
}

#[test]
fn an_index_that_cannot_be_read_is_a_finding() {
    let shop = shop();
    let meta = shop.dir().join("meta.json");
    let text = std::fs::read(&meta).unwrap();
    std::fs::write(&meta, "{").unwrap();
    check(&shop, 0, &["cannot be used"]);
    std::fs::write(&meta, text).unwrap();
    let files = std::fs::read_dir(shop.dir()).unwrap().map(|entry| entry.unwrap().path());
    let file = files.into_iter().find(|path| path.extension().is_some_and(|extension| extension == "term")).unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[5] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    check(&shop, 0, &["is damaged"]);
    std::fs::remove_dir_all(shop.dir()).unwrap();
    check(&shop, 0, &["is missing"]);
}
