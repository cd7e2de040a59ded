//! `kill -9` while readers check out: what was answered is there, and the books are right.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::task::JoinSet;

use crate::support::cli::{Desk, Served};
use crate::support::visitor::Visitor;
use crate::support::{buyer, eventually, is_long};

const BUYERS: usize = 12;
/// Orders that are answered before the plug is pulled.
const ORDERS: usize = 20;

const CONFIG: &str = "
[payments]
test = true
[limits]
pages_per_minute = 0
forms_per_minute = 0
";

/// A shop with more copies of one book than a test can buy.
fn desk() -> Desk {
    let desk = Desk::new();
    let feed = desk.write("feed.csv", "isbn,title,author,price,stock\n9780441478125,Left Hand,Le Guin,10.99,50000\n");
    let said = desk.run(&["import", feed.to_str().unwrap(), "--default-currency", "GBP"]);
    assert_eq!(said.code, 0, "{said:?}");
    desk.write("shop.toml", CONFIG);
    desk
}

/// Buys until the shop is gone; the orders that were answered.
async fn buy_on(visitor: Visitor, answered: Arc<AtomicUsize>) -> Vec<String> {
    let mut orders = Vec::new();
    while let Ok(Some(order)) = try_buy(&visitor).await {
        answered.fetch_add(1, Ordering::SeqCst);
        orders.push(order);
    }
    orders
}

async fn try_buy(visitor: &Visitor) -> reqwest::Result<Option<String>> {
    visitor.try_post("/cart", &[("book", "9780441478125"), ("quantity", "1")]).await?;
    let page = visitor.try_get("/checkout").await?;
    let answer = visitor.try_send(&buyer::filled(&page)).await?;
    // While the server dies it may still say that it cannot: only what it answered with an order counts.
    Ok(answer.status.is_redirection().then(|| buyer::order_path(&answer)))
}

async fn buy_until_killed(served: Served) -> Vec<String> {
    let (answered, mut buying) = (Arc::new(AtomicUsize::new(0)), JoinSet::new());
    for _ in 0..BUYERS {
        buying.spawn(buy_on(served.visitor(), Arc::clone(&answered)));
    }
    eventually("enough orders", async || (answered.load(Ordering::SeqCst) >= ORDERS).then_some(())).await;
    served.kill();
    buying.join_all().await.into_iter().flatten().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answered_order_survives_a_kill() {
    let desk = desk();
    let file = desk.path().join("shop.toml");
    let config = ["--config", file.to_str().unwrap()];
    let mut answered: Vec<String> = Vec::new();
    for round in 0..if is_long() { 50 } else { 3 } {
        let orders = buy_until_killed(desk.serve_with(&config)).await;
        assert!(orders.len() >= ORDERS, "round {round}");
        answered.extend(orders);
        let served = desk.serve_with(&config);
        let doctor = desk.run(&["doctor"]);
        assert_eq!(doctor.code, 0, "round {round}: {doctor:?}");
        let reader = served.visitor();
        for order in &answered {
            let page = reader.get(order).await.ok();
            assert!(page.body.contains("ORD-"), "round {round}: {order}\n{}", page.body);
        }
        assert_eq!(served.stop(), 0);
    }
    let doctor = desk.run(&["doctor", "--json"]);
    assert_eq!(doctor.code, 0, "{doctor:?}");
}
