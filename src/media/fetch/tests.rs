//! Fetching, against a server on this machine that behaves as badly as it is asked to.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use jiff::Timestamp;

use super::*;
use crate::catalog::{self, EditionFacts, WorkFacts};
use crate::kernel::ids::Id;
use crate::media::tests::some_jpeg;
use crate::media::{front, list};

/// A server; it ends with the test's process.
struct Server {
    port: u16,
    asked: Arc<AtomicUsize>,
}

impl Server {
    fn start() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, asked) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
        let counter = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                counter.fetch_add(1, Ordering::SeqCst);
                // A client that hangs up is what some of the tests are about.
                std::thread::spawn(move || answer(stream, port).ok());
            }
        });
        Server { port, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

fn answer(mut stream: TcpStream, port: u16) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut head = |status: &str, headers: &str| {
        stream.write_all(format!("HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n").as_bytes())
    };
    let mut moved = |to: &str| head("302 Found", &format!("Location: {to}\r\nContent-Length: 0\r\n"));
    match path.as_str() {
        "/moved" => moved("/cover.jpg"),
        "/inside" => moved("http://10.0.0.1/router.jpg"),
        "/metadata" => moved("http://169.254.169.254/latest/meta-data/"),
        "/file" => moved("file:///etc/passwd"),
        "/round" => moved(&format!("http://127.0.0.1:{port}/round")),
        "/gone" => head("404 Not Found", "Content-Length: 0\r\n"),
        "/large" => head("200 OK", "Content-Length: 99999999\r\n"),
        "/endless" => {
            head("200 OK", "")?;
            loop {
                stream.write_all(&[0xFF; 1 << 16])?;
            }
        }
        "/slow" => {
            head("200 OK", "Content-Length: 1000\r\n")?;
            std::thread::sleep(Duration::from_secs(20));
            Ok(())
        }
        "/text" => {
            head("200 OK", "Content-Type: image/jpeg\r\nContent-Length: 5\r\n")?;
            stream.write_all(b"hello")
        }
        cover => {
            let seed = cover.bytes().fold(0_u8, u8::wrapping_add);
            let bytes = some_jpeg(60, 90, seed);
            head("200 OK", &format!("Content-Length: {}\r\n", bytes.len()))?;
            stream.write_all(&bytes)
        }
    }
}

struct Bench {
    folder: tempfile::TempDir,
    db: Db,
    options: Options,
}

impl Bench {
    fn new(allow_loopback: bool) -> Bench {
        // Another test of this process may have been first.
        drop(rustls::crypto::ring::default_provider().install_default());
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("bookstall.db")).unwrap();
        let options =
            Options { allow_loopback, most_bytes: 1 << 20, timeout: Duration::from_secs(2), ..Options::default() };
        Bench { folder, db, options }
    }

    /// A book of which a feed names these links.
    fn book(&self, links: Vec<String>) -> Id {
        self.db
            .write_blocking(move |tx| {
                let facts = EditionFacts { title: "Emma".into(), ..EditionFacts::default() };
                let (id, _) = catalog::create(tx, None, &WorkFacts::default(), &facts, at(0))
                    .map_err(|error| panic!("{error}"))
                    .unwrap();
                links::set(tx, id, &links, at(0))?;
                Ok::<_, DbError>(id)
            })
            .unwrap()
    }

    fn fetch(&self, secs: i64) -> Summary {
        let mut told = 0;
        let clock = Clock::fixed(at(secs));
        let summary = fetch_missing(&self.db, self.folder.path(), &clock, &self.options, &mut |_| told += 1).unwrap();
        assert_eq!(summary.fetched + summary.failed, told);
        summary
    }
}

fn at(secs: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + secs).unwrap()
}

/// Why each link failed, by the end of the link.
#[track_caller]
fn check(summary: &Summary, link: &str, words: &str) {
    let problem = summary.problems.iter().find(|(failed, _)| failed.ends_with(link));
    assert!(problem.is_some_and(|(_, why)| why.contains(words)), "{link}: {:?}", summary.problems);
}

#[test]
fn pictures_of_a_feed_are_fetched_once_and_follow_redirects() {
    let (bench, server) = (Bench::new(true), Server::start());
    let emma = bench.book(vec![server.url("/moved"), server.url("/back.jpg")]);
    let other = bench.book((0..20).map(|number| server.url(&format!("/{number}.jpg"))).collect());
    assert_eq!(bench.fetch(1), Summary { due: 22, fetched: 22, ..Summary::default() });
    let asked = server.asked.load(Ordering::SeqCst);
    assert_eq!(asked, 23);
    assert_eq!(bench.fetch(2), Summary::default());
    assert_eq!(server.asked.load(Ordering::SeqCst), asked);
    let seen = bench.db.read(|conn| {
        let links: Vec<String> = list(conn, emma)?.into_iter().map(|one| one.source).collect();
        Ok::<_, DbError>((front(conn, other)?.is_some(), links))
    });
    assert_eq!(seen.unwrap(), (true, vec![server.url("/moved"), server.url("/back.jpg")]));
}

#[test]
fn a_bad_link_is_noted_and_holds_up_no_other() {
    let (bench, server) = (Bench::new(true), Server::start());
    let bad = ["/inside", "/metadata", "/file", "/round", "/gone", "/large", "/endless", "/slow", "/text"];
    let book = bench.book(bad.iter().map(|path| server.url(path)).chain([server.url("/good.jpg")]).collect());
    let started = Instant::now();
    let summary = bench.fetch(1);
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    assert_eq!((summary.fetched, summary.failed), (1, 9));
    check(&summary, "/inside", "not public");
    check(&summary, "/metadata", "not public");
    check(&summary, "/file", "no http or https");
    check(&summary, "/round", "redirected more than 3 times");
    check(&summary, "/gone", "answered 404");
    check(&summary, "/large", "larger than 1024 KB");
    check(&summary, "/endless", "larger than 1024 KB");
    check(&summary, "/slow", "not there in time");
    check(&summary, "/text", "no JPEG, PNG, WebP or GIF");
    // Each waits an hour.
    assert_eq!(bench.fetch(3599).failed, 0);
    assert_eq!(bench.fetch(3601).failed, 9);
    let known = bench.db.read(|conn| Ok::<_, DbError>(links::list(conn, book)?)).unwrap();
    assert_eq!((known[4].attempts, known[4].problem.as_deref()), (2, Some("the server answered 404")));
}

#[test]
fn no_link_leads_into_a_private_network() {
    let (bench, server) = (Bench::new(false), Server::start());
    let port = server.port;
    let private = [
        format!("http://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("http://0x7f.1:{port}/"),
        format!("http://[::1]:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        "http://10.0.0.7/".to_owned(),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        "http://[::ffff:10.0.0.1]/".to_owned(),
        "https://192.168.1.1/".to_owned(),
        "http://user:word@127.0.0.1/".to_owned(),
    ];
    bench.book(private.to_vec());
    let summary = bench.fetch(1);
    assert_eq!((summary.fetched, summary.failed), (0, 11));
    for link in &private {
        check(&summary, link, "not public");
    }
    assert_eq!(server.asked.load(Ordering::SeqCst), 0);
}
