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
