//! From the outbox to a server that behaves, is away, or says no.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

use super::outbox::{self, Listed, State};
use super::sender::{self, Next, Post};
use super::{Draft, MailConfig, MailTls, Rendered, Transport, enqueue};
use crate::db::{Db, DbError};
use crate::kernel::ids::Id;
use crate::kernel::time::{Clock, from_ms};
use crate::settings::{self, Overrides, Shop};

#[path = "../../tests/shop/support/smtp.rs"]
mod smtp;
use smtp::{HANG_UP, Received, Sink, Stage};

const START_MS: i64 = 1_795_350_000_000;

struct Bench {
    folder: tempfile::TempDir,
    db: Db,
    millis: Arc<AtomicI64>,
}

impl Bench {
    fn new() -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("bookstall.db")).unwrap();
        Bench { folder, db, millis: Arc::new(AtomicI64::new(START_MS)) }
    }

    fn clock(&self) -> Clock {
        let millis = Arc::clone(&self.millis);
        Clock::new(move || from_ms(millis.load(Ordering::SeqCst)))
    }

    fn pass_secs(&self, secs: i64) {
        self.millis.fetch_add(secs * 1000, Ordering::SeqCst);
    }

    fn name_shop(&self, name: &str, email: &str) {
        let shop = Shop { name: name.into(), email: email.into(), ..Shop::default() };
        self.db.write_blocking(move |tx| settings::store(tx, &shop, Timestamp::UNIX_EPOCH)).unwrap();
    }

    /// Queues a mail about a new order.
    fn queue(&self, subject: &str) -> Id {
        let now = self.clock().now();
        let order = Id::new(now);
        let rendered = Rendered {
            subject: subject.to_owned(),
            text: format!("Voilà, {subject}\n.\nsecond line\n"),
            html: format!("<p>Voilà, {subject}</p>"),
        };
        let write = move |tx: &crate::db::Tx<'_>| {
            let recipient = "ada@example.com".parse().unwrap();
            let draft =
                Draft { subject_id: order, kind: "order.confirmation", version: 1, recipient: &recipient, rendered };
            Ok::<_, DbError>(enqueue(tx, &draft, now)?)
        };
        assert!(self.db.write_blocking(write).unwrap());
        order
    }

    fn find(&self, order: Id) -> Listed {
        self.db.read(|conn| Ok::<_, DbError>(outbox::list_for(conn, order)?)).unwrap().remove(0)
    }

    fn post(&self, transport: Transport) -> Post {
        Post::new(self.db.clone(), transport, self.clock())
    }
}

fn to(sink: &Sink) -> Transport {
    transport(MailConfig {
        host: Some("127.0.0.1".into()),
        port: Some(sink.port()),
        tls: MailTls::None,
        ..MailConfig::default()
    })
}

fn transport(config: MailConfig) -> Transport {
    Transport::open(&config, Path::new("/nonexistent/bookstall")).unwrap()
}

#[test]
fn a_mail_arrives_once_with_all_it_needs() {
    let (bench, sink) = (Bench::new(), Sink::start());
    bench.name_shop("Bücher & Söhne", "shop@example.com");
    let order = bench.queue("Your order: 2 books, £23.93");
    let post = bench.post(to(&sink));
    assert_eq!(post.send_due().unwrap(), Next::Mail);
    assert_eq!(post.send_due().unwrap(), Next::Mail);
    let row = bench.find(order);
    assert_eq!((row.state, row.attempts), (State::Sent, 1));

    let mails = sink.mails();
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!(
        (mail.from.as_str(), mail.to.as_slice()),
        ("shop@example.com", ["ada@example.com".to_owned()].as_slice())
    );
    assert!(mail.raw.is_ascii(), "names and words outside ASCII are encoded");
    let header = |name: &str| mail.header(name).unwrap_or_default();
    assert_eq!(header("From"), "Bücher & Söhne <shop@example.com>");
    assert_eq!(header("Subject"), "Your order: 2 books, £23.93");
    assert_eq!(header("Message-ID"), format!("<{}@example.com>", row.id));
    assert_eq!(header("Auto-Submitted"), "auto-generated");
    assert_eq!(header("Date"), "Sun, 22 Nov 2026 12:20:00 +0000");
    assert!(header("Content-Type").starts_with("multipart/alternative"));
    assert_eq!(mail.header("Reply-To"), None);
    assert_eq!(mail.part("text/plain").unwrap().trim_end(), "Voilà, Your order: 2 books, £23.93\n.\nsecond line");
    assert_eq!(mail.part("text/html").unwrap().trim_end(), "<p>Voilà, Your order: 2 books, £23.93</p>");
}

#[test]
fn a_server_that_was_away_gets_each_mail_once_in_order() {
    let (bench, sink) = (Bench::new(), Sink::start());
    let post = bench.post(to(&sink));
    sink.down();
    let first = bench.queue("first");
    bench.pass_secs(1);
    let second = bench.queue("second");
    assert_eq!(post.send_due().unwrap(), Next::Rest);
    assert_eq!((bench.find(first).attempts, bench.find(second).attempts), (1, 0));
    assert_eq!(post.send_due().unwrap(), Next::Rest);
    for _ in 0..59 {
        bench.pass_secs(60);
        while post.send_due().unwrap() == Next::Rest {}
    }
    let row = bench.find(first);
    assert_eq!((row.state, row.attempts), (State::Queued, 7), "an hour costs seven tries");
    assert!(row.last_error.unwrap().contains("Connection"));
    sink.up();
    bench.pass_secs(60 * 60);
    assert_eq!(post.send_due().unwrap(), Next::Mail);
    assert_eq!(post.send_due().unwrap(), Next::Mail);
    let subjects: Vec<_> = sink.mails().iter().filter_map(|mail| mail.header("Subject")).collect();
    assert_eq!(subjects, ["first", "second"]);
    assert_eq!(bench.find(second).state, State::Sent);
}

#[test]
fn a_pooled_connection_that_died_costs_nothing() {
    let (bench, sink) = (Bench::new(), Sink::start());
    let post = bench.post(to(&sink));
    bench.queue("first");
    post.send_due().unwrap();
    sink.down();
    sink.up();
    let second = bench.queue("second");
    post.send_due().unwrap();
    assert_eq!((bench.find(second).state, bench.find(second).attempts), (State::Sent, 1));
}

#[track_caller]
fn check(stage: Stage, reply: &str, expected: State) {
    let (bench, sink) = (Bench::new(), Sink::start());
    let post = bench.post(to(&sink));
    sink.answer(stage, reply);
    let order = bench.queue("hello");
    post.send_due().unwrap();
    assert_eq!((bench.find(order).state, bench.find(order).attempts), (expected, 1), "{stage:?} {reply}");
    sink.accept();
    bench.pass_secs(30);
    post.send_due().unwrap();
    let after = if expected == State::Parked { State::Parked } else { State::Sent };
    assert_eq!(bench.find(order).state, after, "{stage:?} {reply}");
}

#[test]
fn only_a_refused_reader_parks_a_mail_at_once() {
    check(Stage::Rcpt, "550 5.1.1 no such user", State::Parked);
    check(Stage::Rcpt, "550 no such user", State::Parked);
    check(Stage::Data, "552 5.2.3 too long", State::Parked);
    check(Stage::Rcpt, "450 4.2.0 come back later", State::Queued);
    check(Stage::Data, "451 4.3.0 out of space", State::Queued);
    check(Stage::Mail, "550 5.4.5 quota exceeded", State::Queued);
    check(Stage::Mail, "553 5.1.8 who are you", State::Queued);
    check(Stage::Greeting, "554 5.3.2 closed today", State::Queued);
    check(Stage::Rcpt, HANG_UP, State::Queued);
}

#[test]
fn a_lost_answer_repeats_the_mail_under_the_same_id() {
    let (bench, sink) = (Bench::new(), Sink::start());
    let post = bench.post(to(&sink));
    sink.answer(Stage::Data, HANG_UP);
    let order = bench.queue("hello");
    post.send_due().unwrap();
    assert_eq!(bench.find(order).state, State::Queued);
    sink.accept();
    bench.pass_secs(30);
    post.send_due().unwrap();
    let ids: Vec<_> = sink.mails().iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
}

#[test]
fn signing_in_works_and_a_wrong_password_parks_nothing() {
    let (bench, sink) = (Bench::new(), Sink::start());
    sink.require_login("ada", "hush");
    let config = |password: &str| MailConfig {
        host: Some("127.0.0.1".into()),
        port: Some(sink.port()),
        tls: MailTls::None,
        user: Some("ada".into()),
        password: Some(password.into()),
        from: Some("Post Room <post@example.net>".into()),
        ..MailConfig::default()
    };
    let order = bench.queue("hello");
    assert_eq!(bench.post(transport(config("wrong"))).send_due().unwrap(), Next::Rest);
    assert_eq!(bench.find(order).state, State::Queued);
    bench.pass_secs(30);
    bench.post(transport(config("hush"))).send_due().unwrap();
    let mail = &sink.mails()[0];
    assert_eq!(mail.header("From").unwrap(), "\"Post Room\" <post@example.net>");
    assert_eq!(mail.header("Reply-To").unwrap(), "Bookstall <shop@example.com>");
}

#[test]
fn nobody_writes_headers_but_the_shop() {
    let (bench, sink) = (Bench::new(), Sink::start());
    bench.name_shop("Ink\r\nBcc: all@example.org\r\n\r\nBody", "shop@example.com");
    bench.queue("Hello\r\nBcc: all@example.org\r\n\r\nBody");
    bench.post(to(&sink)).send_due().unwrap();
    let mail = &sink.mails()[0];
    assert_eq!(mail.to, ["ada@example.com"]);
    assert_eq!(mail.header("Bcc"), None);
    assert_eq!(mail.header("Subject").unwrap(), "Hello Bcc: all@example.org Body");
    assert!(mail.header("From").unwrap().contains("Ink Bcc: all@example.org Body"));
}

#[test]
fn without_a_server_mail_becomes_files() {
    let bench = Bench::new();
    let folder = bench.folder.path().join("mail");
    let post = bench.post(Transport::open(&MailConfig::default(), &folder).unwrap());
    let order = bench.queue("Déjà vu");
    post.send_due().unwrap();
    let row = bench.find(order);
    assert_eq!(row.state, State::Sent);
    let names: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names, [format!("2026-11-22-{}.eml", row.id)]);
    let mail = Received::from_eml(&std::fs::read_to_string(folder.join(&names[0])).unwrap());
    assert_eq!(mail.header("Subject").unwrap(), "Déjà vu");
    assert!(mail.part("text/plain").unwrap().contains("Voilà"));
}

#[test]
fn a_damaged_row_parks_and_holds_nobody_up() {
    let (bench, sink) = (Bench::new(), Sink::start());
    let (bad, good) = (bench.queue("bad"), bench.queue("good"));
    let damage = move |tx: &crate::db::Tx<'_>| {
        tx.execute("UPDATE mail_outbox SET recipient = 'nobody' WHERE subject_id = ?1", [bad])?;
        Ok::<_, DbError>(())
    };
    bench.db.write_blocking(damage).unwrap();
    bench.post(to(&sink)).send_due().unwrap();
    assert_eq!((bench.find(bad).state, bench.find(good).state), (State::Parked, State::Sent));
}

#[test]
fn the_thread_sends_when_woken_and_stops_when_told() {
    let (bench, sink) = (Bench::new(), Sink::start());
    let sender = sender::start(bench.db.clone(), to(&sink), bench.clock(), Overrides::new()).unwrap();
    let order = bench.queue("hello");
    sender.wake();
    sink.wait_for(1);
    sender.stop();
    assert_eq!(bench.find(order).state, State::Sent);
    bench.queue("too late");
    sender.wake();
    sender.stop();
    assert_eq!(sink.mails().len(), 1);
}

#[test]
fn a_mark_that_cannot_be_stored_is_tried_until_it_is() {
    let (bench, sink) = (Bench::new(), Sink::start());
    let run = |sql: &'static str| {
        bench.db.write_blocking(move |tx| Ok::<_, DbError>(tx.execute_batch(sql)?)).unwrap();
    };
    run("CREATE TRIGGER full BEFORE UPDATE ON mail_outbox BEGIN SELECT RAISE(ABORT, 'disk full'); END");
    let order = bench.queue("hello");
    let sender = sender::start(bench.db.clone(), to(&sink), bench.clock(), Overrides::new()).unwrap();
    sink.wait_for(1);
    assert_eq!(bench.find(order).state, State::Queued);
    run("DROP TRIGGER full");
    sender.stop();
    assert_eq!((bench.find(order).state, sink.mails().len()), (State::Sent, 1));
}
