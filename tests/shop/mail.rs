//! Mail: the shop sells on without it, and every letter leaves once.

use std::collections::BTreeMap;

use bookstall::mail;
use jiff::SignedDuration;

use crate::support::shop::Shop;
use crate::support::smtp::{Received, Stage};
use crate::support::{buyer, eventually};

/// Waits until the mail thread has tried everything whose time has come.
async fn tried(shop: &Shop) {
    let none_due =
        async || shop.read(|conn| mail::outbox::take_due(conn, shop.clock.now(), 1)).is_empty().then_some(());
    eventually("a try of every mail that is due", none_due).await;
}

/// How often each letter came.
fn letters(mails: &[Received]) -> BTreeMap<(String, String), usize> {
    let mut letters = BTreeMap::new();
    for mail in mails {
        *letters.entry((mail.to.join(","), mail.header("Subject").unwrap())).or_default() += 1;
    }
    letters
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_without_a_mail_server_costs_no_order_and_no_letter() {
    let shop = Shop::open().await;
    let book = shop.stock("9780441478125", "The Left Hand of Darkness", 1099, 10).await;
    shop.post.down();
    for _ in 0..3 {
        buyer::buy(&shop.visitor(), &book).await;
        tried(&shop).await;
        shop.clock.advance(SignedDuration::from_mins(20));
    }
    tried(&shop).await;
    assert!(shop.mail_waiting() >= 3);
    assert_eq!(shop.post.mails().len(), 0);
    shop.post.up();
    shop.clock.advance(SignedDuration::from_hours(1));
    let waited = shop.count("SELECT count(*) FROM mail_outbox");
    eventually("sending of all mail", async || (shop.mail_waiting() == 0).then_some(())).await;
    let letters = letters(&shop.post.mails());
    assert_eq!(i64::try_from(letters.len()).unwrap(), waited, "{letters:?}");
    assert!(letters.values().all(|times| *times == 1), "{letters:?}");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_refused_is_parked_and_does_not_hold_up_the_others() {
    let shop = Shop::open().await;
    let book = shop.stock("9780441478125", "The Left Hand of Darkness", 1099, 10).await;
    shop.post.answer(Stage::Rcpt, "550 5.1.1 no such mailbox");
    buyer::buy(&shop.visitor(), &book).await;
    let parked = async || (shop.read(mail::outbox::counts).parked > 0 && shop.mail_waiting() == 0).then_some(());
    eventually("parking of the mail", parked).await;
    shop.post.accept();
    let before = shop.post.mails().len();
    buyer::buy(&shop.visitor(), &book).await;
    shop.post.wait_for(before + 1);
    let parked = shop.read(mail::outbox::list_parked);
    assert!(
        parked.iter().all(|mail| mail.last_error.as_deref().is_some_and(|words| words.contains("no such mailbox")))
    );
    // The doctor names what is parked; here it shall be the only thing it names.
    for mail in parked {
        shop.write(move |tx, now| mail::outbox::release(tx, mail.id, now).unwrap()).await;
    }
    shop.close().await;
}
