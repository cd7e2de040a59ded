//! The store's promises, each tried.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::*;

struct Shop {
    _folder: tempfile::TempDir,
    seconds: Arc<AtomicI64>,
    store: Sessions,
}

fn shop() -> Shop {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&folder.path().join("bookstall.db")).unwrap();
    let seconds = Arc::new(AtomicI64::new(1_000_000));
    let reading = Arc::clone(&seconds);
    let clock = Clock::new(move || Timestamp::from_second(reading.load(Ordering::SeqCst)).unwrap());
    Shop { _folder: folder, seconds, store: Sessions::new(db, clock) }
}

impl Shop {
    fn pass(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    /// A session in which somebody has just signed in. Its own date is long past: it must not count.
    fn record(&self, side: Side) -> Record {
        let now = self.store.clock.now();
        let entry = SignedIn::new(Id::new(now), side, now);
        let data = HashMap::from([(side.key().to_owned(), serde_json::to_value(entry).unwrap())]);
        Record { id: SessionId::default(), data, expiry_date: time::OffsetDateTime::UNIX_EPOCH }
    }

    async fn holds(&self, record: &Record) -> bool {
        self.store.load(&record.id).await.unwrap().is_some_and(|found| found.data == record.data)
    }

    fn count(&self) -> i64 {
        let sql = "SELECT count(*) FROM sessions";
        self.store.db.read(|conn| Ok::<_, DbError>(conn.query_row(sql, [], |row| row.get(0))?)).unwrap()
    }
}

#[tokio::test]
async fn a_taken_id_is_replaced_and_its_owner_keeps_the_session() {
    let shop = shop();
    let mut first = shop.record(Side::Shop);
    shop.store.create(&mut first).await.unwrap();
    let mut second = Record { id: first.id, ..shop.record(Side::Office) };
    shop.store.create(&mut second).await.unwrap();
    assert_ne!(first.id, second.id);
    assert!(shop.holds(&first).await && shop.holds(&second).await);
}

#[tokio::test]
async fn a_session_ends_by_the_shops_clock() {
    for side in Side::ALL {
        let shop = shop();
        let mut record = shop.record(side);
        shop.store.create(&mut record).await.unwrap();
        shop.pass(side.idle_secs() - 1);
        assert!(shop.holds(&record).await, "{side:?}");
        shop.pass(1);
        assert!(!shop.holds(&record).await, "{side:?}");
    }
}

#[tokio::test]
async fn a_session_lives_as_long_as_its_longer_sign_in() {
    let shop = shop();
    let mut record = shop.record(Side::Shop);
    record.data.extend(shop.record(Side::Office).data);
    shop.store.create(&mut record).await.unwrap();
    shop.pass(Side::Office.idle_secs() + 1);
    assert!(shop.holds(&record).await);
}

#[tokio::test]
async fn a_visit_prolongs_and_a_late_one_brings_nothing_back() {
    let shop = shop();
    let mut record = shop.record(Side::Office);
    shop.store.create(&mut record).await.unwrap();
    shop.pass(3600);
    record.data = shop.record(Side::Office).data;
    shop.store.save(&record).await.unwrap();
    shop.pass(Side::Office.idle_secs() - 1);
    assert!(shop.holds(&record).await);
    shop.store.delete(&record.id).await.unwrap();
    shop.store.save(&record).await.unwrap();
    assert_eq!(shop.count(), 0, "signed out stays signed out");
}

#[tokio::test]
async fn a_shop_that_cannot_write_still_shows_pages_but_signs_nobody_in() {
    let shop = shop();
    let mut record = shop.record(Side::Shop);
    shop.store.create(&mut record).await.unwrap();
    shop.store.db.close();
    assert!(shop.store.save(&shop.record(Side::Shop)).await.is_ok());
    assert!(shop.store.create(&mut shop.record(Side::Shop)).await.is_err());
    assert!(shop.store.delete(&record.id).await.is_err(), "who signs out must know that it failed");
}

#[tokio::test]
async fn the_file_holds_no_key_to_a_session() {
    let shop = shop();
    let mut record = shop.record(Side::Shop);
    shop.store.create(&mut record).await.unwrap();
    let sql = "SELECT count(*) FROM sessions WHERE instr(id_hash, ?1) OR instr(data, ?2)";
    let keys = (record.id.0.to_le_bytes(), record.id.to_string());
    let shown: i64 = shop.store.db.read(|conn| Ok::<_, DbError>(conn.query_row(sql, keys, |row| row.get(0))?)).unwrap();
    assert_eq!(shown, 0);
}

#[tokio::test]
async fn only_ended_sessions_are_swept() {
    let shop = shop();
    for side in [Side::Shop, Side::Office, Side::Office] {
        shop.store.create(&mut shop.record(side)).await.unwrap();
    }
    shop.pass(Side::Office.idle_secs());
    let now = shop.store.clock.now();
    let swept = shop.store.db.write(move |tx| Ok::<_, DbError>(delete_expired(tx, now)?)).await.unwrap();
    assert_eq!((swept, shop.count()), (2, 1));
}

#[test]
fn a_visit_is_written_every_ten_minutes_at_most() {
    let at = |seconds| Timestamp::from_second(seconds).unwrap();
    let entry = SignedIn::new(Id::new(at(0)), Side::Office, at(1000));
    assert!(!entry.wants_renewal(Side::Office, at(1000 + RENEW_SECS - 1)));
    assert!(entry.wants_renewal(Side::Office, at(1000 + RENEW_SECS)));
    assert!(entry.person(at(1000)).is_some());
    assert_eq!(entry.person(at(1000 + Side::Office.idle_secs())), None);
}
