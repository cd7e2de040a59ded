//! Search pages of the real program against the bare query, in this process and on the same index.
//!
//! `search` takes 100,000 real books (made-up ones where the catalogues are not there), `search-million` 100,000 and
//! 1,000,000 made-up ones. The server is a process of its own, so its memory is its own; driving it costs the page
//! some of the two cores, which the bare query has to itself.

mod queries;
mod server;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bookstall::catalog::{self, categories};
use bookstall::db::{Db, DbError};
use bookstall::search::bare::{self, Bare};
use bookstall::search::{self, Index};
use bookstall::settings::Overrides;
use tantivy::aggregation::AggregationCollector;
use tantivy::collector::{Count, TopDocs};
use tantivy::indexer::UserOperation;
use tantivy::{Searcher, TantivyDocument};

use crate::books;
use crate::import;
use crate::load::times;
use crate::median;
use crate::pages;
use server::Server;

const PAIRS: usize = 7;
const SLICE: Duration = Duration::from_millis(1500);
/// As many as a search page shows.
const HITS: u32 = 24;

/// What one catalogue gave at 16 connections: seconds of a search page, and of a book page.
struct Figures {
    search: f64,
    book: f64,
}

pub(crate) fn run() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&folder.path().join("bookstall.db")).unwrap();
    match import::folder() {
        Some(files) => books::import_real(&db, &files),
        None => books::make(&db, 100_000),
    }
    let documents = bare::documents(&db, &Overrides::new(), jiff::Timestamp::now()).unwrap();
    rebuild(&db, folder.path(), Some(&documents));
    drop(documents);
    measure(&db, folder.path());
}

pub(crate) fn run_million() {
    let figures = [100_000, 1_000_000].map(|count| {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("bookstall.db")).unwrap();
        let start = Instant::now();
        books::make(&db, count);
        println!("\n{count} made-up books, made in {:.0} s", start.elapsed().as_secs_f64());
        rebuild(&db, folder.path(), None);
        measure(&db, folder.path())
    });
    let [few, many] = figures;
    println!("\n1,000,000 against 100,000, 16 connections: times as slow");
    println!("search page {:.2} (at most 3), book page {:.2} (1)", many.search / few.search, many.book / few.book);
}

/// Builds the index, and the same documents into a bare one.
fn rebuild(db: &Db, data: &Path, documents: Option<&[Vec<TantivyDocument>]>) {
    let dir = data.join("search");
    let (mut ours, mut limits, mut same) = (Vec::new(), Vec::new(), Vec::new());
    let mut count = 0;
    for _ in 0..if documents.is_some() { 3 } else { 1 } {
        let index = Index::open_or_rebuild(&dir).unwrap();
        let start = Instant::now();
        count = search::rebuild(db, &index, &Overrides::new(), jiff::Timestamp::now(), |_, _| ()).unwrap();
        ours.push(start.elapsed().as_secs_f64());
        let Some(documents) = documents else { break };
        same.push(build_bare(documents, 1, 256 << 20));
        limits.push(build_bare(documents, 2, 256 << 20));
    }
    let bytes: u64 = std::fs::read_dir(&dir).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum();
    let segments = Index::open_read_only(&dir).unwrap().searcher().segment_readers().len();
    let ours = median(ours);
    println!("rebuild of {count} editions: {ours:.1} s, {} MB, {segments} segments", bytes >> 20);
    if documents.is_some() {
        let (same, limit) = (median(same), median(limits));
        println!(
            "bare, one thread: {same:.1} s, ratio {:.2} (at most 2); two threads: {limit:.1} s, {:.2}",
            ours / same,
            ours / limit
        );
    }
}

/// Seconds that the documents alone take; books stay whole in their segment, as in the shop.
fn build_bare(documents: &[Vec<TantivyDocument>], threads: usize, memory: usize) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let index = tantivy::Index::create_in_dir(folder.path(), bare::schema()).unwrap();
    bare::teach(&index);
    let copies = documents.to_vec();
    let start = Instant::now();
    let mut writer = index.writer_with_num_threads(threads, memory).unwrap();
    for book in copies {
        writer.run(book.into_iter().map(UserOperation::Add)).unwrap();
    }
    writer.commit().unwrap();
    writer.wait_merging_threads().unwrap();
    start.elapsed().as_secs_f64()
}

fn measure(db: &Db, data: &Path) -> Figures {
    let texts = queries::sample(db);
    let books = db
        .read(|conn| {
            let ids = catalog::list_ids(conn, None, u32::MAX)?;
            let ids = ids.iter().step_by((ids.len() / 3000).max(1));
            let paths = ids.map(|id| catalog::find(conn, *id).map(|book| book.map(|book| book.path())));
            paths.filter_map(Result::transpose).collect::<Result<Vec<String>, _>>().map_err(DbError::from)
        })
        .unwrap();
    let tree = db.read(|conn| categories::list(conn).map_err(DbError::from)).unwrap();
    let category = tree.first().map_or_else(|| "/books".to_owned(), |category| format!("/books/in/{}", category.path));
    db.close();
    let server = Server::start(data);
    let index = Index::open_read_only(&data.join("search")).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let figures = runtime.block_on(async {
        let searching = compare_search(&server, &index, &texts).await;
        let ask = |number: usize| {
            let (books, mut at) = (books.clone(), number * 47);
            move || {
                at += 1;
                get(&books[at % books.len()])
            }
        };
        let mut book = times(server.address, ask, 16, SLICE * 3).await;
        let (p50, p99) = spread(&mut book);
        println!("book pages, 16 connections, mostly not kept: p50 {:.2} ms, p99 {:.2} ms", p50 * 1e3, p99 * 1e3);
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        println!("kept category page; req/s of the shop, of bare axum with the same bytes, ratio (at least 0.75)");
        pages::compare(&client, server.address, &category).await;
        Figures { search: searching, book: p50 }
    });
    server.print_memory();
    figures
}

async fn compare_search(server: &Server, index: &Index, texts: &[String]) -> f64 {
    let searcher = index.searcher();
    let (mut read, mut left_out) = (Vec::new(), 0);
    for text in texts {
        match Bare::of(index, text, HITS).unwrap() {
            Some(bare) => read.push((text.clone(), bare)),
            None => left_out += 1,
        }
    }
    let texts: Vec<String> = read.iter().map(|(text, _)| text.clone()).collect();
    let bares: Vec<Bare> = read.into_iter().map(|(_, bare)| bare).collect();
    println!("search pages, {} queries ({left_out} left out: no bare query), {PAIRS} pairs of {SLICE:?}", texts.len());
    println!(
        "connections    page/s    bare/s  ratio (at most 2)   stock/s  ratio   p50 ms   p99 ms  p99/p50 (at most 4)"
    );
    queries::each(&texts, &bares, &searcher, server.address).await;
    let mut middle = 0.0;
    for connections in [1, 16, 64] {
        let mut figures: [Vec<f64>; 5] = Default::default();
        let mut latencies = Vec::new();
        for pair in 0..PAIRS {
            let ask =
                |number: usize| queries::shuffled(texts.clone(), (connections * 10_000 + pair * 64 + number) as u64);
            let start = Instant::now();
            let answered = times(server.address, ask, connections, SLICE).await;
            let ours = answered.len() as f64 / start.elapsed().as_secs_f64();
            latencies.extend(answered);
            let limit = rate(connections, &bares, |bare| assert!(bare.search(&searcher).unwrap() > 0));
            let stock = rate(connections, &bares, |bare| stock(bare, &searcher));
            let line = [ours, limit, limit / ours, stock, stock / ours];
            figures.iter_mut().zip(line).for_each(|(all, figure)| all.push(figure));
        }
        let [ours, limit, ratio, stock, to_stock] = figures.map(median);
        let (p50, p99) = spread(&mut latencies);
        println!(
            "{connections:11} {ours:9.0} {limit:9.0} {ratio:6.2} {stock:21.0} {to_stock:6.2} {:8.2} {:8.2} {:8.2}",
            p50 * 1e3,
            p99 * 1e3,
            p99 / p50
        );
        if connections == 16 {
            middle = 1.0 / ours;
        }
    }
    middle
}

/// Bare searches per second on so many threads.
fn rate(threads: usize, bares: &[Bare], search: impl Fn(&Bare) + Sync) -> f64 {
    let done = AtomicUsize::new(0);
    let (start, end) = (Instant::now(), Instant::now() + SLICE);
    std::thread::scope(|scope| {
        for number in 0..threads {
            let (done, search) = (&done, &search);
            scope.spawn(move || {
                let mut at = number;
                while Instant::now() < end {
                    search(&bares[at % bares.len()]);
                    at += 1;
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    done.into_inner() as f64 / start.elapsed().as_secs_f64()
}

/// The same query with the collectors that come with Tantivy.
fn stock(bare: &Bare, searcher: &Searcher) {
    let terms = |field: &str| serde_json::json!({ "terms": { "field": field, "size": 50 } });
    let fields = ["category", "format", "language", "publisher_name", "series_name", "availability", "year"];
    let wanted: serde_json::Map<String, serde_json::Value> =
        fields.iter().map(|field| ((*field).to_owned(), terms(field))).collect();
    let facets = AggregationCollector::from_aggs(
        serde_json::from_value(wanted.into()).unwrap(),
        tantivy::aggregation::AggContextParams::default(),
    );
    let best = TopDocs::with_limit(HITS as usize).order_by_score();
    drop(searcher.search(bare.query(), &(best, Count, facets)).unwrap());
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: shop\r\n\r\n")
}

fn spread(times: &mut [f64]) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    (at(0.5), at(0.99))
}
