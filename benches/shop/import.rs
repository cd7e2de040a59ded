//! Three real catalogues, 118,682 rows, imported by the shop and by a bare loop that inserts one row per book.
//!
//! Both read the same files and end with everything in the database file. Then the index catches up, and
//! `bookstall import` shows the most memory it ever held.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use bookstall::db::{Db, DbError};
use bookstall::imports::{self, ImportOptions};
use bookstall::kernel::time::Clock;
use bookstall::search;
use bookstall::settings::Overrides;
use flate2::read::MultiGzDecoder;
use rusqlite::Connection;

use crate::median;

const PAIRS: usize = 5;
const PRICE: &str = "9.99";

/// A file, the feed's own id where rows of one book are to be joined, and the bare table's columns.
pub(crate) struct Catalogue {
    pub(crate) file: &'static str,
    pub(crate) reference: Option<&'static str>,
    table: &'static str,
    columns: &'static str,
}

pub(crate) const CATALOGUES: [Catalogue; 3] = [
    Catalogue {
        file: "goodbooks-10k-books.csv",
        reference: None,
        table: "goodbooks",
        columns:
            "book_id INTEGER, goodreads_book_id INTEGER, best_book_id INTEGER, work_id INTEGER, books_count INTEGER,
            isbn TEXT, isbn13 TEXT, authors TEXT, original_publication_year REAL, original_title TEXT, title TEXT,
            language_code TEXT, average_rating REAL, ratings_count INTEGER, work_ratings_count INTEGER,
            work_text_reviews_count INTEGER, ratings_1 INTEGER, ratings_2 INTEGER, ratings_3 INTEGER,
            ratings_4 INTEGER, ratings_5 INTEGER, image_url TEXT, small_image_url TEXT",
    },
    Catalogue {
        file: "book-crossing-26k.csv",
        reference: None,
        table: "crossing",
        columns: "isbn TEXT, title TEXT, author TEXT, year INTEGER, publisher TEXT",
    },
    Catalogue {
        file: "gutenberg-metadata.csv.gz",
        reference: Some("gutenberg_id"),
        table: "gutenberg",
        columns: "gutenberg_id INTEGER, title TEXT, author TEXT, author_id INTEGER, language TEXT, bookshelf TEXT,
            rights TEXT, has_text TEXT",
    },
];

/// Where the files lie, if they are here.
pub(crate) fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/catalogue");
    if CATALOGUES.iter().all(|catalogue| folder.join(catalogue.file).exists()) {
        return Some(folder);
    }
    println!("import: skipped, the catalogues are not in {}", folder.display());
    None
}

pub(crate) fn run() {
    let Some(files) = folder() else { return };
    // Both are given the files from memory and the program's code once, before anybody counts.
    bare(&files);
    println!("import of three catalogues, {PAIRS} pairs; seconds");
    println!("   shop    bare  ratio");
    let mut figures = (Vec::new(), Vec::new(), Vec::new());
    let mut made = 0;
    for _ in 0..PAIRS {
        let (ours, created) = shop(&files);
        let limit = bare(&files);
        println!("{:7.2} {:7.2} {:6.2}", ours.as_secs_f64(), limit.as_secs_f64(), limit.div_duration_f64(ours));
        figures.0.push(ours.as_secs_f64());
        figures.1.push(limit.as_secs_f64());
        figures.2.push(limit.div_duration_f64(ours));
        made = created;
    }
    let took = median(figures.0);
    println!("{took:7.2} {:7.2} {:6.2}  the middle", median(figures.1), median(figures.2));
    println!("{made} editions, {:.1} µs each", took * 1e6 / made as f64);
    catch_up(&files);
    memory(&files);
}

fn options(catalogue: &Catalogue) -> ImportOptions {
    ImportOptions {
        reference_column: catalogue.reference.map(str::to_owned),
        default_price: Some(PRICE.into()),
        ..ImportOptions::default()
    }
}

fn import_all(db: &Db, files: &Path) -> u64 {
    let clock = Clock::new(jiff::Timestamp::now);
    let import = |catalogue: &Catalogue| {
        let file = files.join(catalogue.file);
        let (report, result) = imports::run(db, &file, &options(catalogue), &Overrides::new(), &clock, &mut |_| {});
        result.unwrap();
        report.created
    };
    CATALOGUES.iter().map(import).sum()
}

/// The time from an empty shop until every book is in its file.
fn shop(files: &Path) -> (Duration, u64) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&folder.path().join("bookstall.db")).unwrap();
    let start = Instant::now();
    let created = import_all(&db, files);
    db.close();
    drop(db);
    (start.elapsed(), created)
}

/// The same files into one plain table each, one prepared statement, one transaction.
fn bare(files: &Path) -> Duration {
    let folder = tempfile::tempdir().unwrap();
    let mut conn = Connection::open(folder.path().join("bare.db")).unwrap();
    conn.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -64000;").unwrap();
    for Catalogue { table, columns, .. } in &CATALOGUES {
        conn.execute_batch(&format!("CREATE TABLE {table} (id INTEGER PRIMARY KEY, {columns}) STRICT")).unwrap();
    }
    let start = Instant::now();
    let tx = conn.transaction().unwrap();
    for catalogue in &CATALOGUES {
        insert_rows(&tx, &files.join(catalogue.file), catalogue);
    }
    tx.commit().unwrap();
    conn.close().unwrap();
    start.elapsed()
}

fn insert_rows(conn: &Connection, file: &Path, Catalogue { table, columns, file: name, .. }: &Catalogue) {
    let kinds: Vec<&str> = columns.split(',').filter_map(|column| column.split_whitespace().nth(1)).collect();
    let places = vec!["?"; kinds.len()].join(", ");
    let mut insert = conn.prepare(&format!("INSERT INTO {table} VALUES (NULL, {places})")).unwrap();
    let file = File::open(file).unwrap();
    let bytes: Box<dyn Read> = if name.ends_with(".gz") { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    let mut rows = csv::Reader::from_reader(bytes);
    let mut row = csv::StringRecord::new();
    while rows.read_record(&mut row).unwrap() {
        for (index, (field, kind)) in row.iter().zip(&kinds).enumerate() {
            let place = index + 1;
            match *kind {
                "INTEGER" => insert.raw_bind_parameter(place, field.parse::<i64>().ok()).unwrap(),
                "REAL" => insert.raw_bind_parameter(place, field.parse::<f64>().ok()).unwrap(),
                _ => insert.raw_bind_parameter(place, field).unwrap(),
            }
        }
        insert.raw_execute().unwrap();
    }
}

/// How long the index needs, after an import that it followed and after one that it did not see.
fn catch_up(files: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&folder.path().join("bookstall.db")).unwrap();
    let index = search::Index::open_or_rebuild(&folder.path().join("search")).unwrap();
    let clock = Clock::new(jiff::Timestamp::now);
    let indexer = search::start(db.clone(), index.clone(), Overrides::new(), clock).unwrap();
    let start = Instant::now();
    import_all(&db, files);
    let imported = start.elapsed();
    let latest = db.read(|conn| Ok::<_, DbError>(bookstall::changes::latest(conn)?)).unwrap();
    while index.generation() < latest {
        std::thread::sleep(Duration::from_millis(10));
    }
    let behind = start.elapsed() - imported;
    println!(
        "with the index following: imported in {:.2} s, all of it found {:.2} s later",
        imported.as_secs_f64(),
        behind.as_secs_f64()
    );
    indexer.stop();
    db.close();
}

/// The most memory that the command holds at any time, file by file.
fn memory(files: &Path) {
    let folder = tempfile::tempdir().unwrap();
    for catalogue in &CATALOGUES {
        let mut command = import_command(folder.path(), files, catalogue);
        let peak = peak_memory(&mut command);
        println!("bookstall import {}: {:.0} MB at most", catalogue.file, peak as f64 / 1024.0);
    }
}

/// The command as a shopkeeper types it.
pub(crate) fn import_command(data: &Path, files: &Path, catalogue: &Catalogue) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bookstall"));
    command.arg("--data").arg(data).arg("import").arg(files.join(catalogue.file));
    command.args(["--default-price", PRICE]).stdout(std::process::Stdio::null());
    if let Some(column) = catalogue.reference {
        command.args(["--ref", column]);
    }
    command
}

/// Kilobytes, as the kernel remembers them as long as the process lives.
fn peak_memory(command: &mut Command) -> u64 {
    let mut child = command.spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let found = line.and_then(|line| line.trim().strip_suffix(" kB")).and_then(|number| number.parse().ok());
        peak = peak.max(found.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(5));
    }
    peak
}
