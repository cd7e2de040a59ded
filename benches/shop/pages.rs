//! Kept anonymous pages against a bare axum route that returns the same bytes.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::routing::get;
use bookstall::app::App;
use bookstall::config::Config;
use bookstall::demo;
use bookstall::kernel::time::Clock;

use crate::load::requests_per_second;
use crate::median;

const CONNECTIONS: usize = 16;
const SLICE: Duration = Duration::from_millis(1500);
const PAIRS: usize = 7;

pub(crate) fn run() {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(pages());
}

async fn pages() {
    let folder = tempfile::tempdir().unwrap();
    let mut config =
        Config { data: folder.path().to_owned(), listen: "127.0.0.1:0".parse().unwrap(), ..Config::default() };
    config.payments.test = true;
    config.limits.pages_per_minute = 0;
    config.limits.forms_per_minute = 0;
    let app = App::open_with(config, Clock::new(jiff::Timestamp::now)).unwrap();
    demo::fill(app.db(), demo::Size::default(), app.now()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let running = app.start(listener).await.unwrap();
    let shop = running.addr();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let home = client.get(format!("http://{shop}/")).send().await.unwrap().text().await.unwrap();
    let start = home.find("/books/97").expect("a book on the home page");
    let book = home[start..].split('"').next().unwrap().to_owned();
    // The compressor's thread needs a moment for the first copies.
    tokio::time::sleep(Duration::from_secs(2)).await;
    println!(
        "pages, {CONNECTIONS} connections, {PAIRS} pairs of {SLICE:?}; req/s of the shop, of bare axum with the same bytes, ratio"
    );
    for path in ["/", &book, "/books"] {
        compare(&client, shop, path).await;
    }
    running.stop().await;
}

pub(crate) async fn compare(client: &reqwest::Client, shop: SocketAddr, path: &str) {
    for encoding in ["identity", "br"] {
        let url = format!("http://{shop}{path}");
        // The first answer is made, the second has it packed.
        drop(client.get(&url).send().await.unwrap());
        drop(client.get(&url).send().await.unwrap());
        tokio::time::sleep(Duration::from_millis(500)).await;
        let answer = client.get(&url).header("accept-encoding", encoding).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        let body = answer.bytes().await.unwrap();
        let bare = bare(body.clone(), encoding).await;
        let request = format!("GET {path} HTTP/1.1\r\nHost: shop\r\nAccept-Encoding: {encoding}\r\n\r\n");
        let mut rates = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..PAIRS {
            let ours = requests_per_second(shop, request.clone(), CONNECTIONS, SLICE).await;
            let limit = requests_per_second(bare, request.clone(), CONNECTIONS, SLICE).await;
            rates.0.push(ours);
            rates.1.push(limit);
            rates.2.push(ours / limit);
        }
        let bytes = body.len();
        println!(
            "{path:60.60} {encoding:8} {bytes:6} B  {:8.0} {:8.0}  {:.2}",
            median(rates.0),
            median(rates.1),
            median(rates.2)
        );
    }
}

/// A route that returns `body` and nothing else happens.
async fn bare(body: Bytes, encoding: &'static str) -> SocketAddr {
    let handler = move || {
        let body = body.clone();
        async move { ([(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_ENCODING, encoding)], body) }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        axum::serve(listener, Router::new().route("/{*path}", get(handler.clone())).route("/", get(handler))).await
    });
    address
}
