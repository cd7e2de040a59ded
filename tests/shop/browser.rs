//! The whole story in a real browser: a reader buys a book, and staff send it.

use std::path::Path;

use crate::support::browser::Browser;
use crate::support::cli::Desk;
use crate::support::eventually;
use crate::support::shop::Shop;
use crate::support::smtp::Received;

/// The mail that the shop wrote to files, once there are some with such a subject.
async fn mail(folder: &Path, subject: &str) -> Received {
    eventually(&format!("a mail “{subject}”"), async || {
        let files = std::fs::read_dir(folder).ok()?;
        let written = files.filter_map(|file| std::fs::read_to_string(file.ok()?.path()).ok());
        // A mail ends with its last boundary; one that does not is still being written.
        let whole = written.filter(|raw| raw.trim_end().ends_with("--"));
        whole
            .map(|raw| Received::from_eml(&raw))
            .find(|mail| mail.header("Subject").is_some_and(|line| line.contains(subject)))
    })
    .await
}

/// From the front page to a filled checkout.
async fn to_the_checkout(browser: &Browser, words: &str, title: &str) {
    browser.fill("q", words).await;
    browser.press("form[action='/search'] button").await;
    browser.follow(title).await;
    browser.press_button("Add to basket").await;
    // The answer is awaited: an address typed before it would lose to it.
    browser.see("Added").await;
    browser.visit("/cart").await;
    browser.see(title).await;
    browser.press("main a[href='/checkout'], main form[action='/checkout'] button").await;
    browser.see("Paying").await;
}

async fn fill_the_checkout(browser: &Browser) {
    browser.pick("Post").await;
    browser.fill("email", "ada@example.com").await;
    browser.fill("name", "Ada Byron").await;
    browser.fill("street", "12 St James's Square").await;
    browser.fill("town", "London").await;
    browser.fill("postcode", "SW1Y 4JH").await;
    browser.press("label:has(input[name='payment'][value='card'])").await;
    browser.choose("card", "test_ok").await;
}

/// Presses the order's button; the order's number.
async fn order(browser: &Browser) -> String {
    browser.press("main form[action='/checkout'] button[data-kind='primary']").await;
    let page = browser.see("Thank you").await;
    assert!(browser.path().await.starts_with("/orders/"));
    let (_, number) = page.split_once("ORD-").expect("an order number");
    format!("ORD-{}", number.chars().take_while(|c| c.is_ascii_digit() || *c == '-').collect::<String>())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_of_the_demo_buys_a_book_and_staff_send_it() {
    let desk = Desk::new();
    let served = desk.demo();
    let browser = Browser::open(&served.url()).await;
    browser.visit("/account/sign-in").await;
    browser.fill("email", &served.account("a customer").0).await;
    browser.fill("password", &served.account("a customer").1).await;
    browser.press("main form[action='/account/sign-in'] button[data-kind='primary']").await;
    browser.see("Your orders").await;
    browser.visit("/").await;
    to_the_checkout(&browser, "left hand darkness", "The Left Hand of Darkness").await;
    fill_the_checkout(&browser).await;
    let number = order(&browser).await;
    let letters = desk.data().join("mail");
    let receipt = mail(&letters, &number).await;
    assert!(receipt.part("text/plain").unwrap().contains("The Left Hand of Darkness"));
    browser.visit("/account").await;
    browser.see(&number).await;
    browser.close().await;

    let office = Browser::open(&served.url()).await;
    office.visit("/admin").await;
    office.fill("email", &served.account("its owner").0).await;
    office.fill("password", &served.account("its owner").1).await;
    office.press("main form[action='/admin/sign-in'] button[data-kind='primary']").await;
    office.see("Orders").await;
    office.visit("/admin/orders").await;
    office.follow(&number).await;
    office.press_button("Mark posted").await;
    office.see("Posted").await;
    office.close().await;
    mail(&letters, "Posted: The Left Hand").await;
    assert_eq!(served.stop(), 0);
    let doctor = desk.run(&["doctor"]);
    assert_eq!(doctor.code, 0, "{doctor:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_book_can_be_bought_without_scripts() {
    let shop = Shop::open().await;
    shop.stock("9780441478125", "The Left Hand of Darkness", 1099, 2).await;
    shop.indexed().await;
    let browser = Browser::open_without_scripts(&format!("http://{}", shop.addr())).await;
    to_the_checkout(&browser, "darkness", "The Left Hand of Darkness").await;
    fill_the_checkout(&browser).await;
    let number = order(&browser).await;
    browser.close().await;
    assert_eq!(number, "ORD-2026-00001");
    let letters = shop.post.wait_for(1);
    assert_eq!(letters[0].to, ["ada@example.com"]);
    assert_eq!(shop.count("SELECT count(*) FROM orders WHERE status = 'confirmed'"), 1);
    shop.close().await;
}
