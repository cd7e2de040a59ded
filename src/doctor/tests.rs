//! Damages a shop in good order, one way at a time: the doctor must name what was damaged.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use super::*;
use crate::findings::names;

/// A shop in good order at `NOW`.
pub(crate) const SAMPLE: &str = include_str!("sample.sql");
pub(crate) const NOW: &str = "2026-11-22T12:00:00Z";

/// Undoes what keeps the schema from being broken.
const UNGUARDED: &str = "
    PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;
    DROP TRIGGER stock_movements_keep_rows; DROP TRIGGER stock_movements_keep_words;
    DROP INDEX payments_one_completed; DROP INDEX payments_reference; DROP INDEX stock_movements_once;";

fn sample() -> Connection {
    let conn = crate::db::memory();
    conn.execute_batch(SAMPLE).unwrap();
    conn
}

fn examined(conn: &Connection) -> Report {
    examine(conn, NOW.parse().unwrap()).unwrap()
}

/// Damages the sample by `sql`; the check `name` must then say all of `words` in one finding.
#[track_caller]
fn check(sql: &str, name: &str, words: &[&str]) {
    let conn = sample();
    conn.execute_batch(UNGUARDED).unwrap();
    conn.execute_batch(sql).unwrap();
    conn.execute_batch("PRAGMA ignore_check_constraints = OFF").unwrap();
    let report = examined(&conn);
    let said = |finding: &&Finding| finding.check == name && words.iter().all(|word| finding.what.contains(word));
    assert!(report.findings.iter().any(|finding| said(&finding)), "{sql}\n{:#?}", report.findings);
}

#[test]
fn a_shop_in_good_order_proves_it_with_counts() {
    let report = examined(&sample());
    assert_eq!(report.findings, []);
    let count = |name: &str| report.proved.iter().find(|proved| proved.check == name).unwrap().count;
    assert_eq!(count("stock ledger"), 3);
    assert_eq!(count("order numbers"), 5);
    assert_eq!(count("order totals"), 5);
    assert_eq!(count("paid orders"), 2);
    assert_eq!(count("holds of orders"), 2);
    assert_eq!(count("ISBNs"), 2);
    assert_eq!(count("mail on time"), 1);
    assert!(count("references") > 20 && count("integrity") > 30);
    let mut names: Vec<_> = report.proved.iter().map(|proved| proved.check).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), report.proved.len(), "two checks share a name");
}

#[test]
fn an_empty_shop_is_in_good_order() {
    assert_eq!(examined(&crate::db::memory()).findings, []);
}

#[test]
fn stock_is_explained() {
    check(
        "UPDATE stock SET on_hand = 7 WHERE shelf = 'A1'",
        "stock ledger",
        &["“Dune” (9780441013593)", "7 on hand", "add up to 3"],
    );
    check(
        "DELETE FROM stock_movements WHERE id = CAST('move-2----------' AS BLOB)",
        "stock ledger",
        &["The Odyssey", "-1"],
    );
    check("DELETE FROM stock WHERE shelf = 'B2'", "stock ledger", &["The Odyssey", "0 on hand", "add up to 1"]);
    check("UPDATE stock SET on_hand = -1 WHERE shelf = ''", "stock not below zero", &["Dune, bound", "-1"]);
    check("UPDATE stock SET on_hand = -1 WHERE shelf = ''", "integrity", &["CHECK", "stock"]);
    let moved = |id: &str, kind: &str, quantity: i64| {
        format!(
            "INSERT INTO stock_movements VALUES (CAST('{id:-<16}' AS BLOB), CAST('edition-odyssey-' AS BLOB), '{kind}', {quantity}, CAST('line-2025-1-1---' AS BLOB), 1, 'x', 'x', 0);"
        )
    };
    let line = names::id(b"line-2025-1-1---");
    check(
        &(moved("a", "released", 1) + &moved("b", "returned", 1)),
        "copies sold before they came back",
        &["The Odyssey", &line, "more often"],
    );
    check(&moved("a", "sold", -1), "copies booked once", &["The Odyssey", &line, "twice"]);
    check(
        &moved("a", "sold", -1),
        "sold copies",
        &["The Odyssey", "ORD-2025-00001", "2 copies are booked", "1 were ordered"],
    );
}

#[test]
fn no_copy_is_promised_twice() {
    check(
        "UPDATE holds SET quantity = 4 WHERE order_id = CAST('order-2026-2----' AS BLOB)",
        "holds fit the shelf",
        &["4 copies", "Dune", "3 are on hand"],
    );
    check(
        "UPDATE holds SET quantity = 3 WHERE order_id = CAST('order-2026-2----' AS BLOB)",
        "holds of orders",
        &["3 copies", "ORD-2026-00002", "needs 2"],
    );
    check(
        "INSERT INTO holds VALUES (CAST('order-2026-4----' AS BLOB), CAST('edition-dune-pb-' AS BLOB), 1, 0)",
        "holds of orders",
        &["ORD-2026-00004", "cancelled"],
    );
    check(
        "INSERT INTO holds VALUES (CAST('order-2026-1----' AS BLOB), CAST('edition-dune-pb-' AS BLOB), 1, 0)",
        "holds of orders",
        &["ORD-2026-00001", "completed"],
    );
    check(
        "INSERT INTO holds VALUES (CAST('order-nowhere---' AS BLOB), CAST('edition-dune-pb-' AS BLOB), 1, 0)",
        "holds of orders",
        &[&names::id(b"order-nowhere---"), "does not exist"],
    );
    check(
        "INSERT INTO holds VALUES (CAST('order-2026-2----' AS BLOB), CAST('edition-odyssey-' AS BLOB), 1, 0)",
        "holds of orders",
        &["The Odyssey", "ORD-2026-00002", "no such book"],
    );
    check(
        "DELETE FROM holds WHERE quantity = 2",
        "promised copies held",
        &["ORD-2026-00002", "2 of “Dune”", "0 are held"],
    );
}

#[test]
fn what_was_paid_left_the_shelf() {
    check(
        "DELETE FROM stock_movements WHERE id = CAST('move-5----------' AS BLOB)",
        "sold copies",
        &["“Dune” in order ORD-2026-00001", "1 of 2"],
    );
    check(
        "UPDATE orders SET status = 'cancelled' WHERE number = 'ORD-2026-00001'",
        "sold copies",
        &["ORD-2026-00001", "cancelled", "2 copies"],
    );
    check(
        "UPDATE stock_movements SET order_line_id = CAST('line-nowhere----' AS BLOB) WHERE unit = 2",
        "movements of orders",
        &["Dune", "does not exist"],
    );
    check(
        "UPDATE stock_movements SET edition_id = CAST('edition-odyssey-' AS BLOB) WHERE unit = 2",
        "movements of orders",
        &["The Odyssey", "ORD-2026-00001", "another book"],
    );
}

#[test]
fn orders_add_up() {
    check(
        "UPDATE order_lines SET line_minor = 1900 WHERE id = CAST('line-2026-1-1---' AS BLOB)",
        "order lines",
        &["line 1", "“Dune”", "ORD-2026-00001", "1900", "2000"],
    );
    check(
        "UPDATE order_lines SET line_minor = 1900 WHERE id = CAST('line-2026-1-1---' AS BLOB)",
        "order subtotals",
        &["ORD-2026-00001", "£31.00", "£32.00"],
    );
    check(
        "DELETE FROM order_lines WHERE order_id = CAST('order-2026-3----' AS BLOB)",
        "order subtotals",
        &["ORD-2026-00003", "no lines"],
    );
    check(
        "UPDATE orders SET total_minor = 3400 WHERE number = 'ORD-2026-00001'",
        "order totals",
        &["ORD-2026-00001", "£34.00", "£35.00"],
    );
    check(
        "UPDATE orders SET tax_included = 0 WHERE number = 'ORD-2026-00001'",
        "order totals",
        &["ORD-2026-00001", "£35.00", "£35.50"],
    );
    check(
        "UPDATE orders SET tax_minor = 51 WHERE number = 'ORD-2026-00002'",
        "order tax",
        &["ORD-2026-00002", "£0.51", "£0.50"],
    );
}

#[test]
fn every_state_has_its_reason() {
    check(
        "UPDATE orders SET payment_status = 'pending' WHERE number = 'ORD-2025-00001'",
        "order and payment status",
        &["ORD-2025-00001", "delivered", "pending"],
    );
    check(
        "UPDATE orders SET status = 'lost' WHERE number = 'ORD-2025-00001'",
        "order and payment status",
        &["ORD-2025-00001", "lost"],
    );
    check(
        "UPDATE orders SET payment_method = 'card' WHERE number = 'ORD-2026-00003'",
        "order and payment status",
        &["ORD-2026-00003", "(card)"],
    );
    check(
        "UPDATE orders SET status = 'processing' WHERE number = 'ORD-2026-00001'",
        "order status explained",
        &["ORD-2026-00001", "processing", "confirmed"],
    );
    check(
        "DELETE FROM order_events WHERE order_id = CAST('order-2026-2----' AS BLOB)",
        "order status explained",
        &["ORD-2026-00002", "no event"],
    );
    check(
        "DELETE FROM order_events WHERE order_id = CAST('order-2025-1----' AS BLOB) AND position = 2",
        "order history",
        &["ORD-2025-00001", "confirmed", "pending", "missing"],
    );
    check(
        "DELETE FROM order_events WHERE order_id = CAST('order-2026-1----' AS BLOB) AND position = 1",
        "order history",
        &["ORD-2026-00001", "not placed yet"],
    );
}

#[test]
fn numbers_have_no_gaps_and_no_twins() {
    check("DELETE FROM orders WHERE number = 'ORD-2026-00002'", "order numbers", &["ORD-2026-00002 is missing"]);
    check(
        "UPDATE counters SET last = 7 WHERE series = 'orders-2026'",
        "order numbers",
        &["ORD-2026-00005 to ORD-2026-00007 are missing"],
    );
    check(
        "UPDATE counters SET last = 3 WHERE series = 'orders-2026'",
        "order numbers",
        &["ORD-2026-00004", "stands at 3"],
    );
    check("DELETE FROM counters WHERE series = 'orders-2025'", "order numbers", &["ORD-2025-00001", "stands at 0"]);
    check(
        "UPDATE orders SET number = 'ORD-26-1' WHERE number = 'ORD-2026-00004'",
        "order numbers",
        &["ORD-26-1", "does not give out"],
    );
    let unguarded = "PRAGMA legacy_alter_table = ON; CREATE TABLE copy AS SELECT * FROM orders; DROP TABLE orders;
        ALTER TABLE copy RENAME TO orders; CREATE UNIQUE INDEX orders_id ON orders (id);";
    check(
        &format!("{unguarded} UPDATE orders SET number = 'ORD-2026-00001' WHERE number = 'ORD-2026-00002'"),
        "order numbers",
        &["ORD-2026-00001", "more than one"],
    );
    check("UPDATE counters SET last = -1 WHERE series = 'orders-2025'", "counters", &["orders-2025", "-1"]);
}

#[test]
fn keys_and_baskets_lead_to_their_order() {
    check(
        "UPDATE idempotency_keys SET order_id = CAST('order-nowhere---' AS BLOB)",
        "idempotency keys",
        &[&names::id(b"key-of-2026-1---"), &names::id(b"order-nowhere---")],
    );
    check(
        "UPDATE carts SET order_id = CAST('order-nowhere---' AS BLOB) WHERE state = 'ordered'",
        "ordered baskets",
        &[&names::id(b"cart-of-2026-1--"), "does not exist"],
    );
    check("UPDATE carts SET order_id = NULL", "ordered baskets", &[&names::id(b"cart-of-2026-1--"), "no order"]);
}

#[test]
fn payments_match() {
    check(
        "UPDATE payments SET amount_minor = 1 WHERE reference = 'ch_2'",
        "paid orders",
        &["ORD-2026-00001", "£35.00", "£0.01"],
    );
    check(
        "UPDATE payments SET currency = 'EUR' WHERE reference = 'ch_2'",
        "paid orders",
        &["ORD-2026-00001", "€35.00"],
    );
    check(
        "UPDATE payments SET status = 'failed' WHERE reference = 'ch_2'",
        "paid orders",
        &["ORD-2026-00001", "no completed payment of £35.00"],
    );
    check(
        "UPDATE payments SET status = 'completed' WHERE reference = 'ch_1'",
        "paid once",
        &["ORD-2026-00001", "2 times"],
    );
    check(
        "UPDATE payments SET status = 'completed' WHERE reference = 'ch_4'",
        "completed payments",
        &["£13.00", "ORD-2026-00004", "cancelled", "failed"],
    );
    check(
        "UPDATE payments SET status = 'completed' WHERE method = 'transfer'",
        "completed payments",
        &["ORD-2026-00002", "pending"],
    );
    check(
        "UPDATE payments SET order_id = CAST('order-nowhere---' AS BLOB) WHERE reference = 'ch_2'",
        "completed payments",
        &[&names::id(b"order-nowhere---"), "missing"],
    );
    check(
        "UPDATE orders SET payment_status = 'refunded' WHERE number = 'ORD-2025-00001'",
        "refunded orders",
        &["ORD-2025-00001"],
    );
    check(
        "UPDATE payments SET reference = 'ch_2' WHERE reference = 'ch_4'",
        "payment references",
        &["ch_2", "test", "2 payments"],
    );
    check(
        "UPDATE payments SET reference = NULL WHERE reference = 'ch_2'",
        "card payments traceable",
        &["ORD-2026-00001"],
    );
}

#[test]
fn books_can_be_shown_and_priced() {
    check(
        "DELETE FROM works WHERE id = CAST('work-odyssey----' AS BLOB)",
        "editions",
        &["The Odyssey", "work that does not exist"],
    );
    check("UPDATE editions SET slug = ' ' WHERE isbn IS NULL", "editions", &["Dune, bound", "address"]);
    check("UPDATE editions SET title = '' WHERE isbn = '9780441013593'", "editions", &["9780441013593", "no title"]);
    check("UPDATE editions SET isbn = '9780441013594' WHERE slug = 'dune'", "ISBNs", &["“Dune”", "9780441013594"]);
    check("UPDATE prices SET amount_minor = -5 WHERE id = 4", "prices", &["The Odyssey", "−£0.05", "row 4"]);
    check("UPDATE prices SET currency = 'XYZ' WHERE id = 4", "price currencies", &["XYZ", "row 4"]);
    check("UPDATE prices SET replaced_at = NULL WHERE id = 2", "one own price", &["“Dune”", "2 prices in GBP"]);
    check(
        "UPDATE edition_refs SET edition_id = CAST('edition-nowhere-' AS BLOB)",
        "feed references",
        &["A-1", "feed", &names::id(b"edition-nowhere-")],
    );
    check("UPDATE work_refs SET work_id = CAST('work-nowhere----' AS BLOB)", "feed references", &["W-1"]);
    check(
        "UPDATE import_records SET edition_id = CAST('edition-nowhere-' AS BLOB)",
        "feed records",
        &[&names::id(b"identity-of-dune"), &names::id(b"edition-nowhere-")],
    );
    check(
        "UPDATE works SET alike = 7 WHERE id = CAST('work-dune-------' AS BLOB)",
        "look-alikes",
        &["Dune", "one book"],
    );
    check("UPDATE categories SET parent_id = CAST('category-science' AS BLOB)", "categories", &["Fiction", "fiction"]);
}

#[test]
fn mail_that_did_not_leave_is_listed() {
    check(
        "UPDATE mail_outbox SET state = 'parked', attempts = 9, last_error = '550 no such box' WHERE state = 'queued'",
        "mail sent",
        &["ORD-2026-00003", "9 tries", "550 no such box"],
    );
    check(
        "UPDATE mail_outbox SET due_at = 1793527200000 WHERE state = 'queued'",
        "mail on time",
        &["ORD-2026-00003", "2026-11-01 10:00 UTC"],
    );
}

#[test]
fn the_file_itself_is_looked_at() {
    check(
        "UPDATE prices SET edition_id = CAST('edition-nowhere-' AS BLOB) WHERE id = 4",
        "references",
        &["“prices”", "row 4", &names::id(b"edition-nowhere-"), "“editions”"],
    );
    check(
        "DELETE FROM orders WHERE number = 'ORD-2026-00002'",
        "references",
        &["“order_lines”", &names::id(b"line-2026-2-1---")],
    );
    check("UPDATE settings SET value = '7'", "settings", &["7", "back office"]);
    check("INSERT INTO settings VALUES ('currency', '\"XYZ\"', 0)", "settings", &["currency", "XYZ"]);
    check("PRAGMA user_version = 1", "schema", &["schema 1", "bookstall serve"]);
    check("PRAGMA user_version = 9999", "schema", &["9999", "newer"]);
    let swapped = "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, '(status, id)', '(id, status)') WHERE name = 'orders_status'; PRAGMA writable_schema = RESET;";
    check(swapped, "integrity", &["orders_status"]);
}

#[test]
fn a_damaged_page_is_a_finding_and_the_rest_is_still_checked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bookstall.db");
    crate::db::Db::open(&path).unwrap().close();
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch(SAMPLE).unwrap();
    conn.execute_batch("UPDATE stock SET on_hand = 7 WHERE shelf = 'A1'; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let root: u16 =
        conn.query_row("SELECT rootpage - 1 FROM sqlite_schema WHERE name = 'payments'", [], |row| row.get(0)).unwrap();
    drop(conn);
    let at = usize::from(root) * 4096;
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[at..at + 64].fill(0xAA);
    std::fs::write(&path, bytes).unwrap();
    let report = examined(&crate::db::Db::open_reader(&path).unwrap());
    let says = |check: &str| report.findings.iter().any(|finding| finding.check == check);
    assert!(
        says("payments") && says("rooms agree") && says("stock ledger") && says("integrity"),
        "{:#?}",
        report.findings
    );
}

#[test]
fn many_findings_of_a_kind_are_counted() {
    let conn = sample();
    conn.execute_batch(
        "PRAGMA foreign_keys = OFF;
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250)
        INSERT INTO edition_refs (source, ref, edition_id) SELECT 'feed', 'R' || i, zeroblob(16) FROM n",
    )
    .unwrap();
    let report = examined(&conn);
    let findings: Vec<_> = report.findings.iter().filter(|finding| finding.check == "feed references").collect();
    assert_eq!(findings.len(), 101);
    assert!(findings[100].what.contains("150 more"));
    assert!(report.proved.contains(&Proved {
        check: "feed references",
        count: 2,
        unit: "references of feeds to books"
    }));
}
