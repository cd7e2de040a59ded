//! A real browser: headless Chromium, driven through ChromeDriver as a person would use it.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use super::PATIENCE;

/// What keeps Chromium small, quiet and inside this machine.
const SWITCHES: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-crash-reporter",
    "--no-first-run",
    "--window-size=1280,900",
];

/// A browser with a profile of its own; driver and browser end with it.
pub(crate) struct Browser {
    page: Client,
    driver: Child,
    shop: String,
    _profile: TempDir,
}

impl Browser {
    /// Opens a browser on a shop's front page.
    pub(crate) async fn open(shop: &str) -> Browser {
        Browser::start(shop, json!({})).await
    }

    /// As `open`, with scripts switched off.
    pub(crate) async fn open_without_scripts(shop: &str) -> Browser {
        Browser::start(shop, json!({ "profile.managed_default_content_settings.javascript": 2 })).await
    }

    async fn start(shop: &str, preferences: Value) -> Browser {
        let profile = tempfile::tempdir().unwrap();
        let mut driver = Command::new("chromedriver")
            .args(["--port=0", "--log-level=SEVERE"])
            .env("HOME", profile.path())
            // A group of its own, so that the driver and its browsers can be ended together.
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed: tests/run does that");
        let port = port(&mut driver).expect("chromedriver tells its port");
        let folder = format!("--user-data-dir={}", profile.path().display());
        let switches: Vec<&str> = SWITCHES.iter().copied().chain([folder.as_str()]).collect();
        let options = json!({ "binary": "/usr/bin/chromium", "args": switches, "prefs": preferences });
        let wanted: Map<String, Value> = Map::from_iter([("goog:chromeOptions".to_owned(), options)]);
        let connected = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await;
        let page = connected.unwrap_or_else(|error| {
            driver.kill().ok();
            panic!("Chromium does not start: {error}")
        });
        let browser = Browser { page, driver, shop: shop.to_owned(), _profile: profile };
        browser.visit("/").await;
        browser
    }

    /// Types an address.
    pub(crate) async fn visit(&self, path: &str) {
        self.page.goto(&format!("{}{path}", self.shop)).await.unwrap();
    }

    /// Where the browser is, without the shop's address.
    pub(crate) async fn path(&self) -> String {
        let url = self.page.current_url().await.unwrap();
        url.as_str().strip_prefix(&self.shop).unwrap_or(url.as_str()).to_owned()
    }

    /// Waits until the page shows these words, and gives all that it shows.
    pub(crate) async fn see(&self, words: &str) -> String {
        let asked = Instant::now();
        loop {
            let text = self.text().await.unwrap_or_default();
            if text.contains(words) {
                return text;
            }
            assert!(asked.elapsed() < PATIENCE, "“{words}” is not on {}:\n{text}", self.path().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What a person reads; `None` while the page changes.
    pub(crate) async fn text(&self) -> Option<String> {
        self.page.find(Locator::Css("body")).await.ok()?.text().await.ok()
    }

    /// Presses what the selector finds first.
    pub(crate) async fn press(&self, css: &str) {
        self.click(Locator::Css(css)).await;
    }

    /// Presses the button with these words.
    pub(crate) async fn press_button(&self, words: &str) {
        self.click(Locator::XPath(&format!("//button[contains(normalize-space(.), '{words}')]"))).await;
    }

    /// Picks one of several, by its words.
    pub(crate) async fn pick(&self, words: &str) {
        self.click(Locator::XPath(&format!("//label[contains(normalize-space(.), '{words}')]"))).await;
    }

    /// Follows the link with these words.
    pub(crate) async fn follow(&self, words: &str) {
        self.click(Locator::XPath(&format!("//main//a[contains(normalize-space(.), '{words}')]"))).await;
    }

    /// Empties a field and types into it.
    pub(crate) async fn fill(&self, name: &str, text: &str) {
        let css = format!("[name='{name}']");
        self.act(Locator::Css(&css), async |field| {
            field.clear().await?;
            field.send_keys(text).await
        })
        .await;
    }

    /// Presses keys in a field, after what stands there.
    pub(crate) async fn type_into(&self, css: &str, keys: &str) {
        self.act(Locator::Css(css), async |field| field.send_keys(keys).await).await;
    }

    /// What a script in the page returns; `null` while the page changes.
    pub(crate) async fn script(&self, js: &str) -> Value {
        self.page.execute(js, Vec::new()).await.unwrap_or_default()
    }

    /// Waits until an expression of the page has a value.
    pub(crate) async fn wait_for(&self, expression: &str, value: impl Into<Value>) {
        let (asked, value) = (Instant::now(), value.into());
        loop {
            let found = self.script(&format!("return {expression}")).await;
            if found == value {
                return;
            }
            assert!(asked.elapsed() < PATIENCE, "{expression} is {found} and not {value} on {}", self.path().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Presses the Back button.
    pub(crate) async fn back(&self) {
        self.page.back().await.unwrap();
    }

    /// Makes a choice in a list.
    pub(crate) async fn choose(&self, name: &str, value: &str) {
        let css = format!("select[name='{name}']");
        self.act(Locator::Css(&css), async |list| list.select_by_value(value).await).await;
    }

    async fn click(&self, what: Locator<'_>) {
        self.act(what, async |element| element.click().await).await;
    }

    /// Does something with an element; tried again while the page is about to change.
    async fn act(&self, what: Locator<'_>, act: impl AsyncFn(Element) -> Result<(), CmdError>) {
        let asked = Instant::now();
        loop {
            let done = match self.page.find(what).await {
                Ok(element) => act(element).await,
                Err(error) => Err(error),
            };
            let Err(error) = done else { return };
            if asked.elapsed() > PATIENCE {
                let text = self.text().await.unwrap_or_default();
                panic!("{what:?} on {}: {error}\n{text}", self.path().await);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Closes the browser as a person does; a test that fails ends it by dropping it.
    pub(crate) async fn close(self) {
        self.page.clone().close().await.unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A driver that is ended leaves its browsers running, so the whole group goes.
        Command::new("/bin/kill").args(["-KILL", "--", &format!("-{}", self.driver.id())]).status().ok();
        self.driver.wait().ok();
    }
}

/// The free port that the driver took.
fn port(driver: &mut Child) -> Option<u16> {
    let (sender, receiver) = mpsc::channel();
    let out = driver.stdout.take()?;
    std::thread::spawn(move || {
        let mut lines = BufReader::new(out);
        let mut line = String::new();
        while lines.read_line(&mut line).is_ok_and(|read| read > 0) {
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                sender.send(port.trim().trim_end_matches('.').parse().ok()).ok();
            }
            line.clear();
        }
    });
    receiver.recv_timeout(Duration::from_secs(30)).ok().flatten()
}
