//! Three real catalogues, 118,682 rows, imported by the shop and by a bare loop that inserts one row per book.
//!
//! Both read the same files and end with everything in the database file. A third figure tells what the shop's own
//! rows cost by themselves: prepared statements that copy them, table by table, in one transaction, nothing read,
//! nothing checked. Then the index catches up, and `bookstall import` shows the most memory it ever held.

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
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

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
    println!("   shop    bare  ratio  same rows  ratio");
    let mut figures: [Vec<f64>; 5] = Default::default();
    let mut made = 0;
    for _ in 0..PAIRS {
        let folder = tempfile::tempdir().unwrap();
        let (ours, created) = shop(folder.path(), &files);
        let limit = bare(&files);
        let rows = same_rows(folder.path());
        let ratio = |limit: Duration| limit.div_duration_f64(ours);
        let line = [ours.as_secs_f64(), limit.as_secs_f64(), ratio(limit), rows.as_secs_f64(), ratio(rows)];
        print(line, "");
        figures.iter_mut().zip(line).for_each(|(all, figure)| all.push(figure));
        made = created;
    }
    let middle = figures.map(median);
    print(middle, "  the middle");
    println!("{made} editions, {:.1} µs each", middle[0] * 1e6 / made as f64);
    catch_up(&files);
    memory(&files);
}

fn print([ours, bare, ratio, rows, to_rows]: [f64; 5], what: &str) {
    println!("{ours:7.2} {bare:7.2} {ratio:6.2} {rows:10.2} {to_rows:6.2}{what}");
}

fn options(catalogue: &Catalogue) -> ImportOptions {
    ImportOptions {
        reference_column: catalogue.reference.map(str::to_owned),
        default_price: Some(PRICE.into()),
        ..ImportOptions::default()
    }
}

pub(crate) fn import_all(db: &Db, files: &Path) -> u64 {
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
fn shop(folder: &Path, files: &Path) -> (Duration, u64) {
    let db = Db::open(&folder.join("bookstall.db")).unwrap();
    let start = Instant::now();
    // As the command does.
    db.begin_bulk().unwrap();
    let created = import_all(&db, files);
    db.end_bulk().unwrap();
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

/// Tables that an import fills, parents first.
const FILLED: [&str; 11] = [
    "series",
    "categories",
    "works",
    "work_categories",
    "contributors",
    "editions",
    "edition_contributors",
    "prices",
    "edition_refs",
    "import_sources",
    "import_records",
];

/// The rows of the shop in `folder` once more, into an empty one beside it.
fn same_rows(folder: &Path) -> Duration {
    let full = Connection::open(folder.join("bookstall.db")).unwrap();
    let path = folder.join("again.db");
    Db::open(&path).unwrap().close();
    let mut conn = Connection::open(&path).unwrap();
    conn.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -64000;").unwrap();
    let mut took = Duration::ZERO;
    let tx = conn.transaction().unwrap();
    for table in FILLED {
        // In the order in which an import makes them, not in that of a random key.
        let order = if table == "import_records" { "edition_id" } else { "1" };
        let mut select = full.prepare(&format!("SELECT * FROM {table} ORDER BY {order}")).unwrap();
        let width = select.column_count();
        let rows: Vec<Vec<Value>> = select
            .query_map([], |row| (0..width).map(|place| row.get(place)).collect())
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let places = vec!["?"; width].join(", ");
        let mut insert = tx.prepare(&format!("INSERT OR IGNORE INTO {table} VALUES ({places})")).unwrap();
        let start = Instant::now();
        for row in &rows {
            insert.execute(params_from_iter(row)).unwrap();
        }
        took += start.elapsed();
    }
    let start = Instant::now();
    tx.commit().unwrap();
    conn.close().unwrap();
    took + start.elapsed()
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
