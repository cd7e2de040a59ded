//! Whole checkouts through the rooms against raw SQLite that writes the same rows, 32 transactions a commit.

use std::time::{Duration, Instant};

use bookstall::cart::{self, Owner};
use bookstall::catalog;
use bookstall::db::{Db, DbError};
use bookstall::delivery;
use bookstall::demo;
use bookstall::kernel::ids::{Id, Token};
use bookstall::kernel::money::Currency;
use bookstall::orders::{self, Address, Checkout, House};
use bookstall::payments::Method;
use bookstall::settings::Shop;
use bookstall::stock;
use rusqlite::{Connection, params};

use crate::median;

const SLICE: Duration = Duration::from_millis(2500);
const PAIRS: usize = 5;
const RAW_BATCH: usize = 32;

pub(crate) fn run() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&folder.path().join("bookstall.db")).unwrap();
    let now = jiff::Timestamp::now();
    demo::fill(&db, demo::Size::default(), now).unwrap();
    let (books, post) = prepare(&db);
    let raw_folder = tempfile::tempdir().unwrap();
    let mut raw = Raw::open(&raw_folder.path().join("raw.db"), &db, &books);
    println!(
        "checkouts of two books (cart, order, lines, holds, payment, key, link, events, mail, feed), {PAIRS} pairs of {SLICE:?}"
    );
    println!("clients   shop/s  p50 ms   raw/s (32 a commit)  ratio");
    for clients in [1, 16, 64] {
        let mut figures = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..PAIRS {
            let (ours, p50) = runtime.block_on(shop(&db, &books, post, clients));
            let limit = raw.run();
            figures.0.push(ours);
            figures.1.push(p50);
            figures.2.push(limit);
            figures.3.push(ours / limit);
        }
        println!(
            "{clients:7} {:8.0} {:7.2} {:9.0} {:19.2}",
            median(figures.0),
            median(figures.1),
            median(figures.2),
            median(figures.3)
        );
    }
    db.close();
}

fn prepare(db: &Db) -> (Vec<Id>, i64) {
    let now = jiff::Timestamp::now();
    let books = db
        .read(|conn| {
            let rows = catalog::rows(conn, &catalog::list_ids(conn, None, 300)?, Currency::GBP, now)?;
            let sold = rows.iter().filter(|book| book.price.is_some() && book.publishing_status == "04");
            Ok::<_, DbError>(sold.map(|book| book.id).collect::<Vec<_>>())
        })
        .unwrap();
    let shelf = books.clone();
    db.write_blocking(move |tx| {
        shelf.iter().try_for_each(|book| stock::receive(tx, *book, 90_000, "bench", "enough", now))
    })
    .unwrap();
    let methods =
        db.read(|conn| Ok::<_, DbError>(delivery::list_for(conn, "GB".parse().unwrap(), Currency::GBP)?)).unwrap();
    (books, methods.iter().find(|method| method.kind == delivery::Kind::Post).unwrap().id)
}

async fn shop(db: &Db, books: &[Id], post: i64, clients: usize) -> (f64, f64) {
    let house = House {
        shop: Shop { bank_details: "x".into(), ..Shop::default() }.into(),
        base_url: "http://127.0.0.1".into(),
    };
    let start = Instant::now();
    let tasks: Vec<_> = (0..clients)
        .map(|client| {
            let (db, books, house) = (db.clone(), books.to_vec(), house.clone());
            tokio::spawn(async move {
                let mut times = Vec::new();
                while start.elapsed() < SLICE {
                    let begin = Instant::now();
                    one(&db, &house, &books, post, client + times.len() * 7).await;
                    times.push(begin.elapsed().as_secs_f64() * 1000.0);
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.unwrap());
    }
    (times.len() as f64 / start.elapsed().as_secs_f64(), median(times))
}

async fn one(db: &Db, house: &House, books: &[Id], post: i64, seed: usize) {
    let owner = Owner { customer: None, token: Some(Token::random()) };
    let now = jiff::Timestamp::now();
    let pair = [books[seed % books.len()], books[(seed + 1) % books.len()]];
    let (shop, who) = (house.shop.clone(), owner.clone());
    let cart = db
        .write(move |tx| {
            cart::add(tx, &who, pair[0], 1, &shop, now)?;
            Ok::<_, cart::CartError>(cart::add(tx, &who, pair[1], 1, &shop, now)?.0)
        })
        .await
        .unwrap();
    let checkout = Checkout {
        key: Token::random(),
        cart,
        customer: None,
        email: "ada@example.com".parse().unwrap(),
        name: "Ada Byron".into(),
        phone: None,
        country: "GB".parse().unwrap(),
        address: Some(Address {
            street: "1 High Street".into(),
            town: "Averley".into(),
            region: String::new(),
            postcode: "AV1 1AA".into(),
        }),
        delivery_method: post,
        payment: Method::Transfer,
        expected_total: None,
    };
    let house = house.clone();
    db.write(move |tx| orders::place(tx, &house, &checkout, now)).await.unwrap();
}

/// The same rows by prepared statements on one connection with the shop's pragmas, no rule checked.
struct Raw {
    conn: Connection,
    books: Vec<Id>,
    count: usize,
    mail: (String, String),
}

impl Raw {
    /// A copy of the shop's file, so that tables and indexes are the same.
    fn open(path: &std::path::Path, db: &Db, books: &[Id]) -> Raw {
        let copy = Db::open_reader(db.path()).unwrap();
        copy.execute_batch("PRAGMA query_only = OFF").unwrap();
        copy.execute("VACUUM INTO ?1", [path.to_str().unwrap()]).unwrap();
        let conn = Connection::open(path).unwrap();
        conn.set_prepared_statement_cache_capacity(256);
        conn.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;
             PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16000;",
        )
        .unwrap();
        Raw { conn, books: books.to_vec(), count: 0, mail: ("text ".repeat(300), "<td>html</td>".repeat(500)) }
    }

    fn run(&mut self) -> f64 {
        let start = Instant::now();
        let mut done = 0;
        while start.elapsed() < SLICE {
            self.conn.execute_batch("BEGIN IMMEDIATE").unwrap();
            for _ in 0..RAW_BATCH {
                self.order();
            }
            self.conn.execute_batch("COMMIT").unwrap();
            done += RAW_BATCH;
        }
        done as f64 / start.elapsed().as_secs_f64()
    }

    fn order(&mut self) {
        self.count += 1;
        let now = jiff::Timestamp::now();
        let (order, cart, payment) = (Id::new(now), Id::new(now), Id::new(now));
        let pair = [self.books[self.count % self.books.len()], self.books[(self.count + 1) % self.books.len()]];
        let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
            self.conn.prepare_cached(sql).unwrap().execute(values).unwrap()
        };
        let token = Token::random();
        run(
            "INSERT INTO carts (id, token_hash, state, order_id, created_at, updated_at) VALUES (?1, ?2, 'ordered', ?3, 1, 1)",
            params![cart, token.hash(), order],
        );
        run(
            "INSERT INTO orders (id, number, cart_id, status, payment_status, payment_method, email, name, delivery_method_id, delivery_kind,
                 delivery_name, street, town, region, postcode, country, currency, subtotal_minor, delivery_minor, delivery_tax_minor,
                 delivery_tax_rate, tax_minor, total_minor, tax_included, hold_expires_at, promised_from, promised_to, placed_at, updated_at)
             VALUES (?1, ?2, ?3, 'pending', 'pending', 'transfer', 'ada@example.com', 'Ada Byron', 1, 'post', 'Post', '1 High Street',
                 'Averley', '', 'AV1 1AA', 'GB', 'GBP', 2000, 295, 0, '0', 0, 2295, 1, 99, '2026-11-24', '2026-11-25', 1, 1)",
            params![order, format!("RAW-{:08}", self.count), cart],
        );
        for (position, book) in (0_i64..).zip(pair) {
            run(
                "INSERT INTO cart_lines (cart_id, edition_id, quantity, price_minor, currency, added_at) VALUES (?1, ?2, 1, 999, 'GBP', 1)",
                params![cart, book],
            );
            run(
                "INSERT INTO order_lines (id, order_id, position, edition_id, isbn, title, byline, format, quantity, to_order, unit_minor, line_minor, tax_minor, tax_rate, product_class)
                 VALUES (?1, ?2, ?3, ?4, '9780306406157', 'A title of usual length', 'An author', 'Paperback', 1, 0, 1000, 1000, 0, '0', 'print')",
                params![Id::new(now), order, position, book],
            );
            run(
                "INSERT INTO holds (order_id, edition_id, quantity, expires_at) VALUES (?1, ?2, 1, 99)",
                params![order, book],
            );
            run("INSERT INTO changes (kind, subject, at) VALUES ('edition', ?1, 1)", params![book]);
            run(
                "INSERT INTO versions (subject, seq) VALUES (?1, ?2) ON CONFLICT (subject) DO UPDATE SET seq = excluded.seq",
                params![book, self.conn.last_insert_rowid()],
            );
        }
        run(
            "INSERT INTO payments (id, order_id, method, provider, amount_minor, currency, status, created_at, updated_at) VALUES (?1, ?2, 'transfer', 'transfer', 2295, 'GBP', 'pending', 1, 1)",
            params![payment, order],
        );
        run(
            "INSERT INTO idempotency_keys (key, request_hash, order_id, created_at) VALUES (?1, ?2, ?3, 1)",
            params![Token::random().as_bytes(), token.as_bytes(), order],
        );
        for _ in 0..2 {
            run(
                "INSERT INTO order_links (token_hash, order_id, created_at) VALUES (?1, ?2, 1)",
                params![Token::random().hash(), order],
            );
        }
        run(
            "INSERT INTO order_events (order_id, position, kind, to_status, actor, at) VALUES (?1, 1, 'placed', 'pending', 'reader', 1)",
            params![order],
        );
        run("UPDATE counters SET last = last + 1 WHERE series = 'orders-2026'", params![]);
        run(
            "INSERT INTO mail_outbox (id, subject_id, kind, recipient, subject, text_body, html_body, due_at, created_at)
             VALUES (?1, ?2, 'order.confirmation', 'ada@example.com', 'Your order', ?3, ?4, 1, 1)",
            params![Id::new(now), order, self.mail.0, self.mail.1],
        );
    }
}
