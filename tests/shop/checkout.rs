//! The checkout: what sells once, what is charged once, and what an order becomes when it is not paid.

use jiff::SignedDuration;
use reqwest::StatusCode;
use tokio::task::JoinSet;

use crate::support::buyer::{self, order_path};
use crate::support::eventually;
use crate::support::form::Form;
use crate::support::shop::{Book, Shop};
use crate::support::visitor::{Page, Visitor};

const CLIENTS: usize = 64;

/// Sends all forms at once.
async fn send_at_once(forms: Vec<(Visitor, Form)>) -> Vec<Page> {
    let (count, mut sending) = (forms.len(), JoinSet::new());
    let start = std::sync::Arc::new(tokio::sync::Barrier::new(count));
    for (visitor, form) in forms {
        let start = std::sync::Arc::clone(&start);
        sending.spawn(async move {
            start.wait().await;
            visitor.send(&form).await
        });
    }
    sending.join_all().await
}

async fn one_book(shop: &Shop, copies: u32) -> Book {
    shop.stock("9780441478125", "The Left Hand of Darkness", 1099, copies).await
}

fn orders(shop: &Shop, status: &str) -> i64 {
    shop.count(&format!("SELECT count(*) FROM orders WHERE status = '{status}'"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_copy_sells_once_to_64_buyers() {
    let shop = Shop::open().await;
    let book = one_book(&shop, 1).await;
    let mut forms = Vec::new();
    for _ in 0..CLIENTS {
        let visitor = shop.visitor();
        let form = buyer::choose(&visitor, &book).await;
        forms.push((visitor, form));
    }
    let answers = send_at_once(forms).await;
    let (sold, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|page| page.status.is_redirection());
    assert_eq!(sold.len(), 1);
    order_path(sold[0]);
    for page in refused {
        assert_eq!(page.status, StatusCode::CONFLICT, "{}", page.body);
        assert!(page.body.contains(&book.title), "{}", page.body);
    }
    assert_eq!((orders(&shop, "confirmed"), shop.count("SELECT count(*) FROM orders")), (1, 1));
    assert_eq!(shop.count("SELECT count(*) FROM test_gateway_charges"), 1);
    assert_eq!(shop.count("SELECT on_hand FROM stock"), 0);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_64_times_makes_one_order_and_one_charge() {
    let shop = Shop::open().await;
    let book = one_book(&shop, 100).await;
    let visitor = shop.visitor();
    let form = buyer::choose(&visitor, &book).await;
    let answers = send_at_once(vec![(visitor.clone(), form.clone()); CLIENTS]).await;
    let first = order_path(&answers[0]);
    for page in &answers {
        visitor.get(&order_path(page)).await.ok();
    }
    assert_eq!(shop.count("SELECT count(*) FROM orders"), 1);
    assert_eq!(shop.count("SELECT count(*) FROM payments"), 1);
    assert_eq!(shop.count("SELECT count(*) FROM test_gateway_charges"), 1);
    // Also much later, and from a window that lost its cookie.
    shop.clock.advance(SignedDuration::from_hours(1));
    let again = shop.visitor().send(&form).await;
    let page = shop.visitor().get(&order_path(&again)).await.ok();
    assert!(page.body.contains("ORD-2026-00001"), "{}", page.body);
    shop.visitor().get(&first).await.ok();
    assert_eq!(shop.count("SELECT count(*) FROM orders"), 1);
    assert_eq!(shop.count("SELECT sum(quantity) FROM stock_movements WHERE kind = 'sold'"), -1);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_buyers_at_once_get_an_order_and_a_number_each() {
    let shop = Shop::open().await;
    let book = one_book(&shop, 100).await;
    let mut forms = Vec::new();
    for _ in 0..CLIENTS {
        let visitor = shop.visitor();
        let form = buyer::choose(&visitor, &book).await;
        forms.push((visitor, form));
    }
    let answers = send_at_once(forms).await;
    answers.iter().for_each(|page| drop(order_path(page)));
    let clients = i64::try_from(CLIENTS).unwrap();
    assert_eq!(orders(&shop, "confirmed"), clients);
    assert_eq!(shop.count("SELECT count(DISTINCT number) FROM orders"), clients);
    assert_eq!(shop.count("SELECT on_hand FROM stock"), 100 - clients);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_page_places_nothing_and_shows_todays_total() {
    let shop = Shop::open().await;
    let book = one_book(&shop, 3).await;
    let visitor = shop.visitor();
    let stale = buyer::choose(&visitor, &book).await;
    shop.reprice(book.id, 1299).await;
    let refused = visitor.send(&stale).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    assert_eq!(shop.count("SELECT count(*) FROM orders"), 0);
    assert!(refused.body.contains("12.99") && refused.body.contains("Ada Byron"), "{}", refused.body);
    order_path(&visitor.send(&refused.form("/checkout").set("card", "test_ok")).await);
    assert_eq!(shop.count("SELECT unit_minor FROM order_lines"), 1299);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_decline_the_same_order_can_be_paid_another_way() {
    let shop = Shop::open().await;
    let book = one_book(&shop, 1).await;
    let visitor = shop.visitor();
    let form = buyer::choose(&visitor, &book).await.set("card", "test_declined");
    let order = order_path(&visitor.send(&form).await);
    let page = visitor.get(&order).await.ok();
    assert!(page.body.to_lowercase().contains("declined"), "{}", page.body);
    assert_eq!(orders(&shop, "pending"), 1);
    let again = page.form(&format!("{order}/pay")).set("card", "test_insufficient_funds");
    let page = visitor.get(&order_path(&visitor.send(&again).await)).await.ok();
    order_path(&visitor.send(&page.form(&format!("{order}/pay")).set("card", "test_ok")).await);
    assert_eq!(orders(&shop, "confirmed"), 1);
    assert_eq!(shop.count("SELECT count(*) FROM payments"), 3, "each attempt is a row");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_given_up_frees_its_copy_and_restores_the_basket() {
    let shop = Shop::open().await;
    let book = one_book(&shop, 1).await;
    let visitor = shop.visitor();
    let form = buyer::choose(&visitor, &book).await.set("card", "test_declined");
    let order = order_path(&visitor.send(&form).await);
    assert_eq!(visitor.post(&format!("{order}/give-up"), &[]).await.leads_to(), "/cart");
    assert!(visitor.get("/cart").await.ok().body.contains(&book.title));
    assert_eq!(orders(&shop, "cancelled"), 1);
    buyer::buy(&shop.visitor(), &book).await;
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_nobody_pays_ends_with_its_hold() {
    let shop = Shop::open().await;
    let book = one_book(&shop, 1).await;
    let visitor = shop.visitor();
    let form = buyer::choose(&visitor, &book).await.set("card", "test_declined");
    let order = order_path(&visitor.send(&form).await);
    shop.clock.advance(SignedDuration::from_mins(16));
    eventually("the end of the order", async || (orders(&shop, "cancelled") == 1).then_some(())).await;
    assert_eq!(shop.count("SELECT count(*) FROM payments WHERE status = 'failed'"), 1);
    let told = shop.post.wait_for(1);
    assert_eq!(told[0].header("Subject").unwrap(), "Not paid, so cancelled: ORD-2026-00001");
    assert!(visitor.get("/cart").await.ok().body.contains(&book.title));
    let late = visitor.post(&format!("{order}/pay"), &[("payment", "card"), ("card", "test_ok")]).await;
    order_path(&late);
    assert_eq!(shop.count("SELECT count(*) FROM payments"), 1, "no attempt after the end");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_that_answers_late_still_pays_the_order_once() {
    let shop = Shop::open().await;
    let book = one_book(&shop, 1).await;
    let visitor = shop.visitor();
    let form = buyer::choose(&visitor, &book).await.set("card", "test_late_success");
    let order = order_path(&visitor.send(&form).await);
    assert_eq!(orders(&shop, "pending"), 1);
    shop.clock.advance(SignedDuration::from_secs(10));
    eventually("the bank's late word", async || (orders(&shop, "confirmed") == 1).then_some(())).await;
    visitor.get(&format!("{order}?back=1")).await.leads_to();
    assert_eq!(shop.count("SELECT count(*) FROM payments WHERE status = 'completed'"), 1);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_that_wants_a_confirmation_gets_it() {
    let shop = Shop::open().await;
    let book = one_book(&shop, 1).await;
    let visitor = shop.visitor();
    let form = buyer::choose(&visitor, &book).await.set("card", "test_requires_action");
    let bank = visitor.send(&form).await.leads_to();
    let page = visitor.get(&bank).await.ok();
    let back = visitor.send(&page.form(&bank).set("choice", "approve")).await.leads_to();
    let order = order_path(&visitor.get(&back).await);
    visitor.get(&order).await.ok();
    assert_eq!(orders(&shop, "confirmed"), 1);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn transfers_and_payment_on_collection_wait_without_a_charge() {
    let shop = Shop::open().await;
    let book = one_book(&shop, 2).await;
    let visitor = shop.visitor();
    order_path(&visitor.send(&buyer::choose(&visitor, &book).await.set("payment", "transfer")).await);
    assert_eq!(orders(&shop, "pending"), 1);
    let page = {
        buyer::take(&visitor, &book, "1").await.leads_to();
        visitor.get("/checkout").await.ok()
    };
    let collection = shop.count("SELECT id FROM delivery_methods WHERE kind = 'collection'").to_string();
    let form = buyer::filled(&page).set("delivery", &collection).set("payment", "on_collection");
    order_path(&visitor.send(&form).await);
    assert_eq!(orders(&shop, "confirmed"), 1);
    assert_eq!(shop.count("SELECT count(*) FROM test_gateway_charges"), 0);
    // Seven days and the grace of the bank later, the one that was not paid is over.
    shop.clock.advance(SignedDuration::from_hours(24 * 15));
    eventually("the end of the unpaid order", async || (orders(&shop, "cancelled") >= 1).then_some(())).await;
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_meant_is_refused_beside_its_field() {
    let shop = Shop::open().await;
    let book = one_book(&shop, 5).await;
    let visitor = shop.visitor();
    for quantity in ["0", "-1", "1000000000", "2x", "1.5", "99999999999999999999"] {
        let page = buyer::take(&visitor, &book, quantity).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{quantity}: {}", page.body);
    }
    let form = buyer::choose(&visitor, &book).await;
    for (field, value) in
        [("email", "nobody"), ("name", ""), ("street", ""), ("town", ""), ("postcode", "?"), ("delivery", "77")]
    {
        let page = visitor.send(&form.clone().set(field, value)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {}", page.body);
        assert!(page.body.contains("aria-invalid") || field == "delivery", "{field}: {}", page.body);
        assert!(page.body.contains("SW1Y") || field == "postcode", "what was typed is kept: {}", page.body);
    }
    for (field, value) in [("name", "x".repeat(10_000)), ("email", format!("{}@x.example", "y".repeat(5_000)))] {
        assert_eq!(visitor.send(&form.clone().set(field, &value)).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(shop.count("SELECT count(*) FROM orders"), 0);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_seen_by_its_link_only() {
    let shop = Shop::open().await;
    let book = one_book(&shop, 1).await;
    let order = buyer::buy(&shop.visitor(), &book).await;
    let stranger = shop.visitor();
    stranger.get(&order).await.ok();
    let id = shop.read(|conn| conn.query_row("SELECT lower(hex(id)) FROM orders", [], |row| row.get::<_, String>(0)));
    for guess in ["/orders/1", "/orders/ORD-2026-00001", "/orders/AAAAAAAAAAAAAAAAAAAAAA", &format!("/orders/{id}")] {
        assert_eq!(stranger.get(guess).await.status, StatusCode::NOT_FOUND, "{guess}");
    }
    let referrer = stranger.get(&order).await;
    assert_eq!(referrer.header("referrer-policy"), "no-referrer", "the link must not travel");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_from_another_site_is_refused() {
    let shop = Shop::open().await;
    let book = one_book(&shop, 1).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let address = format!("http://{}/cart", shop.addr());
    let request =
        client.post(address).header("origin", "https://elsewhere.example").form(&[("book", book.id.to_string())]);
    assert_eq!(request.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(shop.count("SELECT count(*) FROM carts"), 0);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_basket_is_kept_thirty_days_and_joins_its_readers_own() {
    let shop = Shop::open().await;
    let (book, other) = (one_book(&shop, 5).await, shop.stock("9780261102217", "The Hobbit", 899, 5).await);
    let visitor = shop.visitor();
    buyer::take(&visitor, &book, "2").await.leads_to();
    shop.clock.advance(SignedDuration::from_hours(24 * 29));
    assert!(visitor.get("/cart").await.ok().body.contains(&book.title));
    let account = [("name", "Ada Byron"), ("email", "ada@reader.example"), ("password", "reads a lot of books")];
    visitor.post("/account/register", &account).await.leads_to();
    let elsewhere = shop.visitor();
    buyer::take(&elsewhere, &other, "1").await.leads_to();
    elsewhere.post("/account/sign-in", &account[1..]).await.leads_to();
    let basket = elsewhere.get("/cart").await.ok();
    assert!(basket.body.contains(&book.title) && basket.body.contains(&other.title), "{}", basket.body);
    shop.close().await;
}
