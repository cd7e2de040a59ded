//! `kill -9` while copies are added from a file: nothing is added twice, and the run can be resumed.

use std::process::Stdio;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::support::cli::Desk;

const ROWS: i64 = 6000;

/// How many rows of any stock file are booked.
fn booked(desk: &Desk) -> i64 {
    number(desk, "SELECT coalesce(max(rows_booked), 0) FROM stock_files")
}

fn number(desk: &Desk, sql: &str) -> i64 {
    let conn = Connection::open_with_flags(desk.data().join("bookstall.db"), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    conn.busy_timeout(Duration::from_secs(10)).unwrap();
    conn.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// Starts adding, and pulls the plug once something more was booked than before. Returns whether it came to its end.
fn add_until_killed(desk: &Desk, args: &[&str]) -> bool {
    let before = booked(desk);
    let mut adding = desk.command(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    for _ in 0..6000 {
        if booked(desk) > before || adding.try_wait().unwrap().is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let ended = adding.try_wait().unwrap().is_some();
    adding.kill().unwrap();
    adding.wait().unwrap();
    ended
}

#[test]
fn a_delivery_is_added_once_however_often_the_import_is_killed() {
    let desk = Desk::new();
    let books = desk.write("books.csv", "isbn,title,price\n9780441478125,Left Hand,10.99\n");
    assert_eq!(desk.run(&["import", books.to_str().unwrap(), "--default-currency", "GBP"]).code, 0);
    let rows = "9780441478125;1\n".repeat(usize::try_from(ROWS).unwrap());
    let till = desk.write("delivery.csv", &format!("EAN;Menge\n{rows}"));
    let add = ["import", "--stock", till.to_str().unwrap(), "--mode", "add"];
    let kills = (0..4).take_while(|_| !add_until_killed(&desk, &add)).count();
    assert!(kills > 0, "it was too fast to be killed");
    let on_hand = "SELECT on_hand FROM stock";
    assert_eq!(number(&desk, on_hand), booked(&desk), "what is booked is what is on the shelf");
    let resumed = desk.run(&["import", "--resume"]);
    assert_eq!(resumed.code, 0, "{resumed:?}");
    assert_eq!((number(&desk, on_hand), number(&desk, "SELECT count(*) FROM stock_movements")), (ROWS, ROWS));
    let nothing = desk.run(&["import", "--resume"]);
    assert!(nothing.code == 1 && nothing.err.contains("nothing to resume"), "{nothing:?}");
    let again = desk.run(&add);
    assert!(again.code == 0 && again.out.contains("was added before"), "{again:?}");
    assert_eq!(number(&desk, on_hand), ROWS);
    assert_eq!(desk.run(&["doctor"]).code, 0);
}

#[test]
fn a_catalogue_whose_import_was_killed_is_whole_after_resuming() {
    let desk = Desk::new();
    let rows: String = (0..45_000).map(|book| format!("Book {book},Author {book},{}.50\n", book % 40 + 1)).collect();
    let feed = desk.write("feed.csv", &format!("title,author,price\n{rows}"));
    let mut importing =
        desk.command(&["import", feed.to_str().unwrap(), "--default-currency", "GBP", "--default-stock", "2"]);
    let mut importing = importing.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let editions = || desk.data().join("bookstall.db").exists().then(|| number_or_none(&desk)).flatten();
    for _ in 0..6000 {
        if editions().is_some_and(|count| count > 0) || importing.try_wait().unwrap().is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    importing.kill().unwrap();
    importing.wait().unwrap();
    assert!(editions().is_some_and(|count| count < 45_000), "it was too fast to be killed");
    let resumed = desk.run(&["import", "--resume", "--json"]);
    assert_eq!(resumed.code, 0, "{resumed:?}");
    assert_eq!(editions(), Some(45_000));
    assert_eq!(number(&desk, "SELECT sum(on_hand) FROM stock"), 90_000);
    assert_eq!(desk.run(&["doctor"]).code, 0);
}

/// Editions so far; nothing while the shop is being made.
fn number_or_none(desk: &Desk) -> Option<i64> {
    let path = desk.data().join("bookstall.db");
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
    conn.query_row("SELECT count(*) FROM editions", [], |row| row.get(0)).ok()
}

#[test]
fn a_feed_may_come_through_a_pipe() {
    let desk = Desk::new();
    let feed = std::fs::File::open(desk.write("feed.csv", "isbn,title\n9780441478125,Left Hand\n")).unwrap();
    let said = crate::support::cli::Said::of(desk.command(&["import", "-", "--default-currency", "GBP"]).stdin(feed));
    assert!(said.code == 0 && said.out.starts_with("1 read: 1 created"), "{said:?}");
    assert_eq!(std::fs::read_dir(desk.data().join("spool")).unwrap().count(), 0);
}
