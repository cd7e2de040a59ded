//! The back office: who may come in, and that an order moves once.

use reqwest::StatusCode;

use crate::support::buyer;
use crate::support::shop::{Book, Shop};
use crate::support::visitor::Visitor;

async fn one_book(shop: &Shop) -> Book {
    shop.stock("9780441478125", "The Left Hand of Darkness", 1099, 5).await
}

/// Somebody of the staff, signed in.
pub(crate) async fn staff(shop: &Shop) -> Visitor {
    let (visitor, owner) = (shop.visitor(), shop.owner().await);
    let entered = visitor.post("/admin/sign-in", &[("email", owner.email), ("password", owner.password)]).await;
    assert_eq!(entered.leads_to(), "/admin");
    visitor
}

/// The id of the only order.
fn the_order(shop: &Shop) -> String {
    let id: Vec<u8> = shop.read(|conn| conn.query_row("SELECT id FROM orders", [], |row| row.get(0)));
    uuid::Uuid::from_slice(&id).unwrap().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_office_is_closed_to_everybody_else() {
    let shop = Shop::open().await;
    let book = one_book(&shop).await;
    let customer = shop.visitor();
    let account = [("name", "Ada Byron"), ("email", "ada@reader.example"), ("password", "reads a lot of books")];
    customer.post("/account/register", &account).await.leads_to();
    buyer::buy(&customer, &book).await;
    let order = format!("/admin/orders/{}", the_order(&shop));
    for stranger in [&shop.visitor(), &customer] {
        for path in ["/admin", "/admin/orders", "/admin/books", &order] {
            assert!(stranger.get(path).await.leads_to().starts_with("/admin/sign-in"), "{path}");
        }
        let sent = stranger.post(&format!("{order}/sent"), &[]).await;
        assert!(!sent.status.is_success(), "{}", sent.status);
    }
    assert_eq!(shop.count("SELECT count(*) FROM orders WHERE status = 'confirmed'"), 1);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_sent_once_and_its_reader_told_once() {
    let shop = Shop::open().await;
    let book = one_book(&shop).await;
    let reader = shop.visitor();
    let order = buyer::buy(&reader, &book).await;
    let (office, path) = (staff(&shop).await, format!("/admin/orders/{}", the_order(&shop)));
    office.get(&path).await.ok();
    office.post(&format!("{path}/sent"), &[("note", "RM 123")]).await.leads_to();
    office.post(&format!("{path}/sent"), &[]).await.leads_to();
    let cancelled = office.post(&format!("{path}/cancel"), &[("note", "too late")]).await;
    assert_eq!(cancelled.status, StatusCode::CONFLICT, "{}", cancelled.body);
    assert_eq!(shop.count("SELECT count(*) FROM orders WHERE status = 'shipped'"), 1);
    assert_eq!(shop.count("SELECT count(*) FROM mail_outbox WHERE subject LIKE 'Posted:%'"), 1);
    assert!(shop.count("SELECT count(*) FROM audit_log WHERE actor = 'staff:marta@shop.example'") >= 2);
    reader.get(&order).await.ok();
    shop.close().await;
}
