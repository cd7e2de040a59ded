//! A shop in this process: opened as `serve` opens it, on a free port and in a folder of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use bookstall::accounts::password::{self, Password};
use bookstall::accounts::staff::{self, NewStaff, Role};
use bookstall::app::{App, Running};
use bookstall::catalog::prices::{self, NewPrice, OWNER, PriceKind};
use bookstall::catalog::{self, Credit, EditionFacts, WorkFacts};
use bookstall::config::{Config, Limits, MailTls, Payments};
use bookstall::db::{Db, DbError, Tx};
use bookstall::kernel::ids::Id;
use bookstall::kernel::isbn::Isbn;
use bookstall::kernel::money::{Currency, Money};
use bookstall::kernel::time::{Clock, from_ms, to_ms};
use bookstall::{doctor, mail, payments, search, stock};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use tempfile::TempDir;

use super::eventually;
use super::smtp::Sink;
use super::visitor::Visitor;

/// A Sunday noon in November: no shop here has a holiday, a clock change or a new year near it.
pub(crate) const OPENED: &str = "2026-11-22T12:00:00Z";

/// A clock that stands still until a test moves it.
#[derive(Clone)]
pub(crate) struct ShopClock(Arc<AtomicI64>);

impl ShopClock {
    fn new() -> ShopClock {
        ShopClock(Arc::new(AtomicI64::new(to_ms(OPENED.parse().unwrap()))))
    }

    pub(crate) fn now(&self) -> Timestamp {
        from_ms(self.0.load(Ordering::SeqCst))
    }

    pub(crate) fn advance(&self, by: SignedDuration) {
        self.0.fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }

    fn for_app(&self) -> Clock {
        let clock = self.clone();
        Clock::new(move || clock.now())
    }
}

/// A book on the shelf.
#[derive(Clone, Debug)]
pub(crate) struct Book {
    pub(crate) id: Id,
    pub(crate) title: String,
    /// `/books/{isbn}/{slug}`.
    pub(crate) path: String,
}

/// A member of staff who can sign in.
#[derive(Clone, Debug)]
pub(crate) struct StaffMember {
    pub(crate) email: &'static str,
    pub(crate) password: &'static str,
}

/// The shop. A test ends with `close`, which has the doctor look at what is left.
pub(crate) struct Shop {
    pub(crate) clock: ShopClock,
    /// Where its mail goes.
    pub(crate) post: Sink,
    config: Config,
    running: Option<Running>,
    _folder: TempDir,
}

impl Shop {
    /// A shop with the test gateway on and no limits.
    pub(crate) async fn open() -> Shop {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        Shop::open_at(folder, &data).await
    }

    /// As `open`, with the data directory somewhere else than in the folder that goes with the shop.
    pub(crate) async fn open_at(folder: TempDir, data: &Path) -> Shop {
        // Another test of this process may have been first.
        rustls::crypto::ring::default_provider().install_default().ok();
        let post = Sink::start();
        let config = config(data, &post);
        let clock = ShopClock::new();
        let app = App::open_with(config.clone(), clock.for_app()).unwrap();
        let listener = app.bind().unwrap();
        let running = app.start(listener).await.unwrap();
        Shop { clock, post, config, running: Some(running), _folder: folder }
    }

    fn running(&self) -> &Running {
        self.running.as_ref().expect("the shop is open")
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.running().addr()
    }

    pub(crate) fn data(&self) -> &Path {
        &self.config.data
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.config.database()
    }

    fn db(&self) -> &Db {
        &self.running().state().db
    }

    /// Somebody with a browser of their own.
    pub(crate) fn visitor(&self) -> Visitor {
        Visitor::of(self.addr())
    }

    pub(crate) fn read<T>(&self, f: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> T {
        self.db().read(|conn| f(conn).map_err(DbError::from)).unwrap()
    }

    /// A count, for what a room has no function for.
    pub(crate) fn count(&self, sql: &str) -> i64 {
        self.read(|conn| conn.query_row(sql, [], |row| row.get(0)))
    }

    pub(crate) async fn write<T, F>(&self, f: F) -> T
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>, Timestamp) -> T + Send + 'static,
    {
        let now = self.clock.now();
        self.db().write(move |tx| Ok::<_, DbError>(f(tx, now))).await.unwrap()
    }

    /// Puts a book with a price in pence and some copies on the shelf.
    pub(crate) async fn stock(&self, isbn: &str, title: &str, minor: i64, copies: u32) -> Book {
        let (isbn, title) = (isbn.parse::<Isbn>().unwrap(), title.to_owned());
        self.write(move |tx, now| put_on_shelf(tx, isbn, title, minor, copies, now)).await
    }

    /// Sets a price as the owner does.
    pub(crate) async fn reprice(&self, book: Id, minor: i64) {
        self.write(move |tx, now| prices::set(tx, book, &owners_price(minor), now).unwrap()).await;
    }

    /// Somebody who may do everything in the back office.
    pub(crate) async fn owner(&self) -> StaffMember {
        let owner = StaffMember { email: "marta@shop.example", password: "sells a lot of books" };
        let email = owner.email.parse().unwrap();
        let password_hash = password::hash(&Password::new(owner.password, &email).unwrap()).unwrap();
        let new = NewStaff { email, name: "Marta Ek".into(), role: Role::Owner, password_hash };
        self.write(move |tx, now| staff::add(tx, &new, "test", now).unwrap()).await;
        owner
    }

    /// Waits until the index has followed every change.
    pub(crate) async fn indexed(&self) {
        // An index that is being built is not behind: it is unfinished.
        let caught_up = async || self.proof().filter(|proof| proof.behind == 0 && proof.findings.is_empty()).map(drop);
        eventually("catching up of the search index", caught_up).await;
    }

    fn proof(&self) -> Option<search::Proof> {
        let conn = Db::open_reader(&self.database()).unwrap();
        search::check(&conn, &self.data().join("search"), &self.config.shop, self.clock.now()).ok()
    }

    /// How many mails wait for their first or next try.
    pub(crate) fn mail_waiting(&self) -> u32 {
        self.read(mail::outbox::counts).queued
    }

    /// Ends the test: no job may be left unrun, and the doctor must find nothing.
    pub(crate) async fn close(self) {
        eventually("sending of all mail", async || (self.mail_waiting() == 0).then_some(())).await;
        self.close_with_mail_waiting().await;
    }

    /// As `close`, for a test after which mail rightly waits.
    pub(crate) async fn close_with_mail_waiting(mut self) {
        let refunds = async || self.read(payments::list_refund_due).is_empty().then_some(());
        eventually("every refund that is due", refunds).await;
        self.indexed().await;
        self.running.take().expect("the shop is open").stop().await;
        let conn = Db::open_reader(&self.database()).unwrap();
        let report = doctor::examine(&conn, self.clock.now()).unwrap();
        assert!(report.is_clean(), "the doctor found: {:#?}", report.findings);
        let proof = self.proof().expect("a readable index");
        assert!(proof.findings.is_empty() && proof.behind == 0, "the search index: {proof:#?}");
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let left_open = self.running.is_some() && !std::thread::panicking();
        assert!(!left_open, "a test ends with `shop.close().await`, so that the doctor sees what it left");
    }
}

fn config(data: &Path, post: &Sink) -> Config {
    let mut config = Config {
        data: data.to_owned(),
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        payments: Payments { test: true },
        limits: Limits { pages_per_minute: 0, forms_per_minute: 0, ..Limits::default() },
        ..Config::default()
    };
    config.mail.host = "127.0.0.1".into();
    config.mail.port = post.port();
    config.mail.tls = MailTls::None;
    config
}

fn put_on_shelf(tx: &Tx<'_>, isbn: Isbn, title: String, minor: i64, copies: u32, now: Timestamp) -> Book {
    let facts = EditionFacts {
        isbn: Some(isbn),
        title,
        credits: vec![Credit::new("Ursula K. Le Guin", catalog::Role::AUTHOR)],
        format: catalog::Format::PAPERBACK,
        ..EditionFacts::default()
    };
    let about = WorkFacts { categories: vec!["fiction".into()], ..WorkFacts::default() };
    let (id, _) = catalog::create(tx, None, &about, &facts, now).unwrap();
    prices::set(tx, id, &owners_price(minor), now).unwrap();
    if copies > 0 {
        stock::receive(tx, id, copies, "test", "the first copies", now).unwrap();
    }
    let edition = catalog::find(tx, id).unwrap().unwrap();
    Book { id, path: edition.path(), title: edition.facts.title }
}

fn owners_price(minor: i64) -> NewPrice {
    NewPrice {
        amount: Money::new(minor, Currency::GBP),
        tax_included: true,
        kind: PriceKind::Selling,
        source: OWNER.into(),
        valid_from: None,
        valid_to: None,
    }
}
