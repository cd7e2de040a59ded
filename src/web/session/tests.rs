//! Sessions as a browser meets them: a real router, a real store, a clock that the test moves.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use async_trait::async_trait;
use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::http::header::LOCATION;
use axum::routing::{get, post};
use tower::ServiceExt;
use tower_sessions::session::{Id as SessionId, Record};

use super::*;
use crate::accounts::customers::NewCustomer;
use crate::accounts::password::nobody;
use crate::accounts::sessions::{RENEW_SECS, Sessions};
use crate::accounts::staff::NewStaff;

/// The shop's store, with every call counted.
#[derive(Clone, Debug)]
struct Counted {
    store: Sessions,
    reads: Arc<AtomicUsize>,
    writes: Arc<AtomicUsize>,
}

#[async_trait]
impl SessionStore for Counted {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        self.writes.fetch_add(1, Ordering::SeqCst);
        self.store.create(record).await
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        self.writes.fetch_add(1, Ordering::SeqCst);
        self.store.save(record).await
    }

    async fn load(&self, id: &SessionId) -> session_store::Result<Option<Record>> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        self.store.load(id).await
    }

    async fn delete(&self, id: &SessionId) -> session_store::Result<()> {
        self.writes.fetch_add(1, Ordering::SeqCst);
        self.store.delete(id).await
    }
}

#[derive(Clone)]
struct Wired {
    db: Db,
    clock: Clock,
    customer: Id,
    member: Id,
}

impl FromRef<Wired> for Db {
    fn from_ref(state: &Wired) -> Db {
        state.db.clone()
    }
}

impl FromRef<Wired> for Clock {
    fn from_ref(state: &Wired) -> Clock {
        state.clock.clone()
    }
}

struct Shop {
    _folder: tempfile::TempDir,
    state: Wired,
    seconds: Arc<AtomicI64>,
    store: Counted,
    router: Router,
}

/// One answer: its status, its body, what it sets.
struct Answer {
    status: u16,
    body: String,
    cookies: Vec<String>,
    location: Option<String>,
}

impl Answer {
    /// The cookie to send back: `session=…`.
    fn cookie(&self) -> String {
        self.cookies.first().unwrap().split(';').next().unwrap().to_owned()
    }
}

fn shop(https: bool) -> Shop {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&folder.path().join("bookstall.db")).unwrap();
    let seconds = Arc::new(AtomicI64::new(1_000_000));
    let reading = Arc::clone(&seconds);
    let clock = Clock::new(move || Timestamp::from_second(reading.load(Ordering::SeqCst)).unwrap());
    let (email, now): (Email, _) = ("ada@example.com".parse().unwrap(), clock.now());
    let reader = NewCustomer { email: email.clone(), name: "Ada".into(), phone: None, password_hash: nobody() };
    let seller = NewStaff { email, name: "Ada".into(), role: Role::Manager, password_hash: nobody() };
    let customer = db.write_blocking(move |tx| customers::register(tx, &reader, now)).unwrap();
    let member = db.write_blocking(move |tx| staff::add(tx, &seller, "test", now)).unwrap();
    let store =
        Counted { store: Sessions::new(db.clone(), clock.clone()), reads: Arc::default(), writes: Arc::default() };
    let state = Wired { db, clock, customer, member };
    let routes = Router::new()
        .route(
            "/",
            get(async |visitor: Visitor| {
                format!("{:?} {}", visitor.customer.map(|customer| customer.name), visitor.cart.is_some())
            }),
        )
        .route("/admin", get(async |user: StaffUser| format!("{} {}", user.name, user.role)))
        .route(
            "/in",
            post(async |State(app): State<Wired>, session: Session| {
                sign_in_customer(&session, app.customer, app.clock.now()).await.map_err(Refusal::from)
            }),
        )
        .route(
            "/admin/in",
            post(async |State(app): State<Wired>, session: Session| {
                sign_in_staff(&session, app.member, app.clock.now()).await.map_err(Refusal::from)
            }),
        )
        .route("/out", post(async |session: Session| sign_out(&session).await.map_err(Refusal::from)));
    let router = with_sessions(routes, store.clone(), https).with_state(state.clone());
    Shop { _folder: folder, state, seconds, store, router }
}

impl Shop {
    async fn ask(&self, method: &str, path: &str, cookie: &str) -> Answer {
        let request = Request::builder().method(method).uri(path);
        let request = if cookie.is_empty() { request } else { request.header(COOKIE, cookie) };
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let text = |value: &HeaderValue| value.to_str().unwrap().to_owned();
        let cookies = response.headers().get_all(SET_COOKIE).iter().map(text).collect();
        let location = response.headers().get(LOCATION).map(text);
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        Answer { status, body: String::from_utf8(body.to_vec()).unwrap(), cookies, location }
    }

    async fn get(&self, path: &str, cookie: &str) -> Answer {
        self.ask("GET", path, cookie).await
    }

    async fn post(&self, path: &str, cookie: &str) -> Answer {
        self.ask("POST", path, cookie).await
    }

    fn pass(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Reads and writes of the store since the last question.
    fn calls(&self) -> (usize, usize) {
        (self.store.reads.swap(0, Ordering::SeqCst), self.store.writes.swap(0, Ordering::SeqCst))
    }
}

#[tokio::test]
async fn who_has_no_cookie_costs_nothing() {
    let shop = shop(false);
    for cookie in ["", "theme=dark", "cart=00112233445566778899aabbccddeeff"] {
        let page = shop.get("/", cookie).await;
        assert_eq!((page.status, page.cookies.len()), (200, 0));
        assert_eq!(page.body, format!("None {}", cookie.starts_with("cart")));
    }
    assert_eq!(shop.get("/", "cart=nonsense").await.body, "None false");
    assert_eq!(shop.get("/admin", "").await.location.as_deref(), Some("/admin/sign-in"));
    assert_eq!(shop.calls(), (0, 0));
}

#[tokio::test]
async fn a_customer_is_known_again_and_forgotten_on_request() {
    let shop = shop(false);
    let signed_in = shop.post("/in", "").await;
    let set = signed_in.cookies.first().unwrap();
    assert!(set.starts_with("session=") && set.contains("HttpOnly; SameSite=Lax;"), "{set}");
    assert!(set.contains("Path=/; Max-Age=1209600") && !set.contains("Secure"), "{set}");
    let cookie = signed_in.cookie();
    assert_eq!(shop.get("/", &cookie).await.body, "Some(\"Ada\") false");
    assert_eq!(shop.get("/admin", &cookie).await.status, 303, "a customer is no staff");
    let out = shop.post("/out", &cookie).await;
    assert!(out.cookies.first().unwrap().starts_with("session=;"), "{:?}", out.cookies);
    assert_eq!(shop.get("/", &cookie).await.body, "None false");
}

#[tokio::test]
async fn under_https_the_cookie_is_the_hosts_own_also_when_it_goes() {
    let shop = shop(true);
    let signed_in = shop.post("/in", "").await;
    let set = signed_in.cookies.first().unwrap();
    assert!(set.starts_with("__Host-session=") && set.contains("; Secure") && set.contains("; Path=/"), "{set}");
    let out = shop.post("/out", &signed_in.cookie()).await;
    let gone = out.cookies.first().unwrap();
    assert!(gone.starts_with("__Host-session=;") && gone.contains("; Secure") && gone.contains("Max-Age=0"), "{gone}");
}

#[tokio::test]
async fn signing_in_changes_the_key_and_the_old_one_opens_nothing() {
    let shop = shop(false);
    let first = shop.post("/in", "").await.cookie();
    let second = shop.post("/admin/in", &first).await.cookie();
    assert_ne!(first, second);
    assert_eq!(shop.get("/", &first).await.body, "None false");
    assert_eq!(shop.get("/", &second).await.body, "Some(\"Ada\") false", "still a customer");
    assert_eq!(shop.get("/admin", &second).await.body, "Ada manager");
    let planted = "session=AAAAAAAAAAAAAAAAAAAAAA";
    shop.calls();
    assert_ne!(shop.post("/in", planted).await.cookie(), planted);
    assert_eq!(shop.calls(), (1, 2), "one look, one row, and the layer's own empty save");
}

#[tokio::test]
async fn staff_are_sent_to_the_door_after_twelve_hours_away_customers_are_not() {
    let shop = shop(false);
    let shopper = shop.post("/in", "").await.cookie();
    let cookie = shop.post("/admin/in", &shopper).await.cookie();
    shop.pass(Side::Office.idle_secs() - 1);
    assert_eq!(shop.get("/admin", &cookie).await.status, 200, "and the visit counts from here");
    shop.pass(Side::Office.idle_secs() - 1);
    assert_eq!(shop.get("/admin", &cookie).await.status, 200);
    shop.pass(Side::Office.idle_secs());
    assert_eq!(shop.get("/admin", &cookie).await.status, 303);
    assert_eq!(shop.get("/", &cookie).await.body, "Some(\"Ada\") false");
}

#[tokio::test]
async fn a_visit_is_a_write_only_every_ten_minutes() {
    let shop = shop(false);
    let cookie = shop.post("/in", "").await.cookie();
    shop.calls();
    for _ in 0..5 {
        shop.pass(RENEW_SECS / 5 - 1);
        assert!(shop.get("/", &cookie).await.cookies.is_empty());
    }
    assert_eq!(shop.calls(), (5, 0));
    shop.pass(5);
    let renewed = shop.get("/", &cookie).await;
    assert_eq!(renewed.cookie(), cookie, "the same session, for another 14 days");
    assert_eq!(shop.calls(), (1, 1));
}

#[tokio::test]
async fn a_cookie_of_an_ended_session_is_taken_back() {
    let shop = shop(false);
    let cookie = shop.post("/in", "").await.cookie();
    shop.pass(Side::Shop.idle_secs());
    let page = shop.get("/", &cookie).await;
    assert_eq!(page.body, "None false");
    assert!(page.cookies.first().unwrap().contains("Max-Age=0"));
}

#[tokio::test]
async fn a_closing_shop_shows_pages_and_says_that_signing_in_failed() {
    let shop = shop(false);
    let cookie = shop.post("/in", "").await.cookie();
    shop.state.db.close();
    shop.pass(RENEW_SECS);
    assert_eq!(shop.get("/", &cookie).await.status, 200);
    assert_eq!(shop.post("/in", "").await.status, 503);
    assert_eq!(shop.post("/out", &cookie).await.status, 503);
    assert_eq!(shop.get("/", &cookie).await.body, "Some(\"Ada\") false", "signing out failed, and it was said");
}

#[test]
fn the_basket_has_a_cookie_of_its_own() {
    let token = Token::random();
    let AppendHeaders([(_, kept)]) = keep_cart(&token, true);
    assert_eq!(kept, format!("cart={token}; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=2592000"));
    let AppendHeaders([(_, gone)]) = forget_cart(false);
    assert_eq!(gone, "cart=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
    let with = |text: &str| HeaderMap::from_iter([(COOKIE, text.parse().unwrap())]);
    assert!(is_anonymous(&HeaderMap::new()) && is_anonymous(&with("theme=dark; scart=1")));
    for known in ["session=x", "theme=dark; cart=1", "__Host-session=x"] {
        assert!(!is_anonymous(&with(known)), "{known}");
    }
}
