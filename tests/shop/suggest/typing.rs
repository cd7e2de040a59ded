//! The search box in a real browser, by keyboard, with late answers, and without scripts.

use bookstall::catalog::{self, EditionFacts, Format, WorkFacts};
use fantoccini::key::Key;

use super::{BOOKS, fill};
use crate::support::browser::Browser;
use crate::support::shop::Shop;

const BOX: &str = ".header [name=q]";

/// What assistive software is told: whether the list is open, the words of the row in hand, what is announced.
const STATE: &str = "(() => {
    const box = document.querySelector('.header [name=q]');
    const list = document.getElementById(box.getAttribute('aria-controls'));
    const row = document.getElementById(box.getAttribute('aria-activedescendant'));
    const held = [...list.querySelectorAll('[aria-selected=true]')];
    const name = row?.querySelector('.suggest-name').textContent ?? '';
    if (held.length > 1 || (held[0] ?? null) !== row) return 'two rows in hand';
    if ((box.ariaExpanded === 'true') === list.hidden) return 'not what it says';
    return [box.ariaExpanded, name, document.querySelector('.search [role=status]').textContent].join('|');
})()";

async fn open(shop: &Shop) -> Browser {
    Browser::open(&format!("http://{}", shop.addr())).await
}

impl Browser {
    async fn keys(&self, keys: &str) {
        self.type_into(BOX, keys).await;
    }

    async fn key(&self, key: Key) {
        self.keys(&char::from(key).to_string()).await;
    }

    async fn is(&self, state: &str) {
        self.wait_for(STATE, state).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_box_is_a_combobox_that_keys_lead_through() {
    let shop = Shop::open().await;
    fill(&shop, &BOOKS).await;
    let browser = open(&shop).await;
    let roles = "(b => [b.role, b.ariaAutoComplete, document.getElementById(b.getAttribute('aria-controls')).role].join())\
                 (document.querySelector('.header [name=q]'))";
    browser.wait_for(roles, "combobox,list,listbox").await;
    browser.is("false||").await;
    browser.keys("hol").await;
    browser.is("true||6 suggestions").await;
    let groups = "[...document.querySelectorAll('#suggestions [role=group]')]\
                  .map(g => document.getElementById(g.getAttribute('aria-labelledby')).textContent + g.querySelectorAll('[role=option]').length).join()";
    browser.wait_for(groups, "Books3,Authors2,Series1").await;
    browser.key(Key::Down).await;
    browser.is("true|Hollow Hills|6 suggestions").await;
    browser.key(Key::Up).await;
    browser.is("true|Tales of the Holly|6 suggestions").await;
    browser.key(Key::Down).await;
    browser.key(Key::Down).await;
    browser.is("true|The Holly Tree|6 suggestions").await;
    // To the text again, by a key that moves in it and by one that writes.
    browser.key(Key::Left).await;
    browser.is("true||6 suggestions").await;
    browser.key(Key::Down).await;
    browser.key(Key::End).await;
    browser.keys("l").await;
    browser.is("true||3 suggestions").await;
    browser.key(Key::Down).await;
    browser.key(Key::Down).await;
    browser.is("true|The Holly Tree|3 suggestions").await;
    browser.key(Key::Enter).await;
    browser.wait_for("document.querySelector('h1').textContent", "The Holly Tree").await;
    browser.close().await;
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn enter_without_a_row_searches_and_escape_and_tab_leave() {
    let shop = Shop::open().await;
    fill(&shop, &BOOKS).await;
    let browser = open(&shop).await;
    browser.keys("holl").await;
    browser.is("true||3 suggestions").await;
    browser.key(Key::Escape).await;
    browser.is("false||").await;
    browser.wait_for("document.querySelector('.header [name=q]').value", "holl").await;
    browser.key(Key::Down).await;
    browser.is("true|Hollow Hills|").await;
    browser.key(Key::Escape).await;
    browser.key(Key::Escape).await;
    browser.wait_for("document.querySelector('.header [name=q]').value", "").await;
    browser.keys("home").await;
    browser.is("true||2 suggestions").await;
    browser.key(Key::Tab).await;
    browser.is("false||").await;
    browser.wait_for("document.activeElement.textContent", "Search").await;
    browser.wait_for("document.querySelector('.header [name=q]').value", "home").await;
    browser.key(Key::Enter).await;
    browser.see("Home Again").await;
    assert_eq!(browser.path().await, "/search?q=home");
    browser.close().await;
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_answer_is_dropped_and_a_failure_is_silent() {
    let shop = Shop::open().await;
    fill(&shop, &BOOKS).await;
    let browser = open(&shop).await;
    // Answers wait until the test lets them go, whether or not they are still wanted.
    browser
        .script(
            "window.held = []; const ask = window.fetch;
             window.fetch = (address) => new Promise((done) => held.push(() => ask(address).then(done)));",
        )
        .await;
    browser.keys("ho").await;
    browser.wait_for("held.length", 1).await;
    browser.keys("me").await;
    browser.wait_for("held.length", 2).await;
    browser.script("held[1]()").await;
    browser.is("true||2 suggestions").await;
    browser.script("held[0]().then(() => setTimeout(() => { window.late = true; }))").await;
    browser.wait_for("window.late", true).await;
    browser.is("true||2 suggestions").await;
    browser.script("window.fetch = () => { window.failed = true; return Promise.reject(new TypeError()); }").await;
    browser.keys(" ag").await;
    browser.wait_for("window.failed", true).await;
    browser.is("false||").await;
    browser.key(Key::Enter).await;
    browser.see("Home Again").await;
    browser.close().await;
    shop.close().await;
}

/// Thirty books with ink in their titles, a few of them hardbacks.
async fn fill_with_ink(shop: &Shop) {
    shop.write(|tx, now| {
        for number in 1..=30 {
            let format = if number % 10 == 0 { Format::from_code("BB").unwrap() } else { Format::PAPERBACK };
            let facts = EditionFacts { title: format!("Ink and iron {number:02}"), format, ..EditionFacts::default() };
            catalog::create(tx, None, &WorkFacts::default(), &facts, now).unwrap();
        }
    })
    .await;
    shop.indexed().await;
}

const HARDBACKS: &str = "[...document.querySelectorAll('#filters a')].find(a => a.textContent.startsWith('Hardback'))";

#[tokio::test(flavor = "multi_thread")]
async fn the_back_button_brings_the_former_list_where_it_was() {
    let shop = Shop::open().await;
    fill_with_ink(&shop).await;
    let browser = open(&shop).await;
    browser.keys("ink").await;
    browser.key(Key::Enter).await;
    browser.see("30 books for").await;
    browser.script("scrollTo(0, 700)").await;
    browser.wait_for("scrollY", 700).await;
    browser.script(&format!("{HARDBACKS}.click()")).await;
    browser.see("3 books for").await;
    browser.wait_for("document.querySelectorAll('main .book').length", 3).await;
    browser.wait_for("document.querySelector('.header [name=q]').value", "ink").await;
    browser.back().await;
    browser.see("30 books for").await;
    browser.wait_for("scrollY", 700).await;
    assert_eq!(browser.path().await, "/search?q=ink");
    browser.wait_for("document.querySelector('.header [name=q]').value", "ink").await;
    browser.is("false||").await;
    browser.close().await;
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_links_and_buttons_search_filter_sort_and_page() {
    let shop = Shop::open().await;
    fill_with_ink(&shop).await;
    let browser = Browser::open_without_scripts(&format!("http://{}", shop.addr())).await;
    browser.keys("ink").await;
    browser.press("form[action='/search'] button").await;
    browser.see("30 books for").await;
    browser.choose("sort", "title").await;
    browser.press("form.sort button").await;
    let first = browser.see("Ink and iron 01").await;
    assert!(!first.contains("Ink and iron 25"), "{first}");
    browser.press("nav a[rel=next]").await;
    let second = browser.see("Ink and iron 25").await;
    assert!(!second.contains("Ink and iron 01"), "{second}");
    browser.press("#filters a[href*='format=Hardback']").await;
    let few = browser.see("3 books for").await;
    assert!(few.contains("Ink and iron 10") && !few.contains("Ink and iron 11"), "{few}");
    browser.back().await;
    browser.see("Ink and iron 25").await;
    assert!(browser.path().await.starts_with("/search?q=ink&sort=title"));
    browser.close().await;
    shop.close().await;
}
