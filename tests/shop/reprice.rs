//! Another process changes the shop while it is served.

use crate::support::cli::Desk;

const FEED: &str = "isbn,title,author,price,stock\n9780441478125,The Left Hand of Darkness,Ursula K. Le Guin";

#[tokio::test(flavor = "multi_thread")]
async fn a_price_from_the_command_line_is_on_the_next_page() {
    let desk = Desk::new();
    let import = |price: &str| {
        let file = desk.write("feed.csv", &format!("{FEED},{price},4\n"));
        let said = desk.run(&["import", file.to_str().unwrap(), "--source", "wholesaler", "--default-currency", "GBP"]);
        assert_eq!(said.code, 0, "{said:?}");
    };
    import("10.99");
    let served = desk.serve();
    let (reader, other) = (served.visitor(), served.visitor());
    let book = reader.get("/books/9780441478125").await.leads_to();
    for price in ["10.99", "11.49", "7.77", "12.00"] {
        import(price);
        // Asked twice, so that the second answer may come from the kept pages.
        for visitor in [&reader, &reader, &other] {
            let page = visitor.get(&book).await.ok();
            assert!(page.body.contains(&format!("£{price}")), "{price} is not on:\n{}", page.body);
        }
    }
    assert_eq!(served.stop(), 0);
    assert_eq!(desk.run(&["doctor"]).code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_book_imported_while_the_shop_is_open_is_found() {
    let desk = Desk::new();
    let served = desk.serve();
    let reader = served.visitor();
    assert!(!reader.get("/search?q=darkness").await.ok().body.contains("The Left Hand of Darkness"));
    let file = desk.write("feed.csv", &format!("{FEED},10.99,4\n"));
    let said = desk.run(&["import", file.to_str().unwrap(), "--default-currency", "GBP"]);
    assert_eq!(said.code, 0, "{said:?}");
    crate::support::eventually("finding of the book", async || {
        reader.get("/search?q=darkness").await.ok().body.contains("The Left Hand of Darkness").then_some(())
    })
    .await;
    assert_eq!(served.stop(), 0);
}
