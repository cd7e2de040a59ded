#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use axum::Form;
use axum::extract::Extension;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use serde::Deserialize;
use tower::ServiceExt;

use super::*;
use crate::config::{Config, Limits, Network};
use crate::db::Db;
use crate::kernel::time::Clock;
use crate::search::Index;
use crate::web::PageError;

#[derive(Deserialize)]
struct Quantity {
    quantity: u32,
}

async fn fall() -> &'static str {
    panic!("the shelf fell")
}

/// A door in front of handlers that each do one thing.
fn door(limits: Limits) -> (tempfile::TempDir, Doors) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&folder.path().join("bookstall.db")).unwrap();
    let trusted_proxies = vec![Network::try_from("10.0.0.0/8".to_owned()).unwrap()];
    let config = Config { limits, trusted_proxies, public_url: "https://books.example".into(), ..Config::default() };
    let served = config.listen;
    let index = Index::open_or_rebuild(&folder.path().join("search")).unwrap();
    let app = AppState::new(db, Clock::fixed(jiff::Timestamp::UNIX_EPOCH), config, index, served);
    let router = Router::new()
        .route("/", get(|| async { "home" }))
        .route("/who", get(|Extension(caller): Extension<Caller>| async move { caller.address.to_string() }))
        .route("/fall", get(fall))
        .route("/never", get(std::future::pending::<String>))
        .route("/missing", get(|| async { PageError::not_found() }))
        .route("/cart", post(|Form(form): Form<Quantity>| async move { form.quantity.to_string() }))
        .route("/webhooks/bank", post(|| async { "thanks" }))
        .route(
            "/own",
            get(|| async {
                ([("content-type", "text/html"), ("content-security-policy", "x")], "own").into_response()
            }),
        );
    let mut doors = Door::for_connections(app, router);
    if let Some(rules) = Arc::get_mut(&mut doors.0.rules) {
        rules.timeout = Duration::from_millis(20);
    }
    (folder, doors)
}

async fn ask(doors: &Doors, request: axum::http::request::Builder, body: &'static str) -> (Response<()>, String) {
    let peer = SocketAddr::from(([10, 0, 0, 1], 4000));
    let door = doors.clone().oneshot(peer).await.unwrap();
    let response = door.oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    (Response::from_parts(parts, ()), String::from_utf8(bytes.to_vec()).unwrap())
}

fn form(uri: &str) -> axum::http::request::Builder {
    Request::post(uri).header("content-type", "application/x-www-form-urlencoded")
}

#[tokio::test]
async fn what_goes_wrong_becomes_a_page_that_helps() {
    let (_folder, doors) = door(Limits { body_bytes: 1024, ..Limits::default() });
    let too_long: &'static str = "quantity=1&note=".to_owned().leak();
    let too_long: &'static str = format!("{too_long}{}", "x".repeat(2000)).leak();
    let table = [
        (Request::get("/nowhere"), "", 404),
        (Request::get("/missing"), "", 404),
        (Request::get("/cart"), "", 405),
        (form("/cart"), "quantity=2x", 422),
        (form("/cart"), too_long, 413),
        (Request::get("/fall"), "", 500),
        (Request::get("/never"), "", 503),
        (form("/cart").header("origin", "https://evil.example"), "quantity=1", 403),
    ];
    for (request, body, expected) in table {
        let (response, page) = ask(&doors, request, body).await;
        assert_eq!(response.status().as_u16(), expected);
        assert!(page.contains("role=\"search\""), "{expected}: {page}");
        assert!(!page.contains("shelf fell") && !page.contains("deserialize"), "{expected} shows what is inside");
        let number = response.headers().get(REQUEST_ID).unwrap().to_str().unwrap();
        assert_eq!(page.contains(number), expected >= 500, "{expected}");
        assert_eq!(response.headers().contains_key("retry-after"), expected == 503, "{expected}");
    }
}

#[tokio::test]
async fn every_answer_is_guarded_and_counted() {
    let (_folder, doors) = door(Limits::default());
    for uri in ["/", "/nowhere", "/fall"] {
        let (response, _) = ask(&doors, Request::get(uri), "").await;
        for (name, value) in &guards(true) {
            assert_eq!(response.headers().get(name), Some(value), "{uri}: {name}");
        }
    }
    let (own, page) = ask(&doors, Request::get("/own"), "").await;
    assert_eq!((own.headers().get("content-security-policy").unwrap().as_bytes(), page.as_str()), (&b"x"[..], "own"));
    let read = doors.0.rules.app.metrics.read();
    assert_eq!(read.iter().flat_map(|route| &route.steps).sum::<u64>(), 4);
}

#[tokio::test]
async fn forms_of_our_pages_and_webhooks_pass() {
    let (_folder, doors) = door(Limits::default());
    let own = form("/cart").header("sec-fetch-site", "same-origin");
    assert_eq!(ask(&doors, own, "quantity=2").await.1, "2");
    let hook = Request::post("/webhooks/bank").header("sec-fetch-site", "cross-site");
    assert_eq!(ask(&doors, hook, "").await.1, "thanks");
}

#[tokio::test]
async fn who_asks_too_often_is_told_to_wait() {
    let (_folder, doors) = door(Limits { pages_per_minute: 2, forms_per_minute: 1, ..Limits::default() });
    let from = |address: &str| Request::get("/who").header("x-forwarded-for", address);
    for _ in 0..2 {
        assert_eq!(ask(&doors, from("203.0.113.1"), "").await.1, "203.0.113.1");
    }
    let (response, page) = ask(&doors, from("203.0.113.1"), "").await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = response.headers().get("retry-after").unwrap().to_str().unwrap().parse().unwrap();
    assert!((1..=30).contains(&wait) && page.contains("That was quick"));
    assert_eq!(ask(&doors, from("203.0.113.2"), "").await.0.status(), StatusCode::OK);
    let forms = || form("/cart").header("x-forwarded-for", "203.0.113.1");
    assert_eq!(ask(&doors, forms(), "quantity=1").await.0.status(), StatusCode::OK, "forms are counted apart");
    assert_eq!(ask(&doors, forms(), "quantity=1").await.0.status(), StatusCode::TOO_MANY_REQUESTS);
}
