//! Checkouts over HTTP while `bookstall import` fills the same shop from another process.
//!
//! The shop runs as `serve` does. The driver is a process of its own and niced, so that it measures and does not
//! push; it is this benchmark, started again with other arguments.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::redirect::Policy;

use crate::form::Form;
use crate::import::{CATALOGUES, folder, import_command};
use crate::median;

pub(crate) const DRIVER: &str = "checkout-driver";
const RUNS: usize = 3;
const CLIENTS: usize = 4;
/// Long enough for a few hundred checkouts at rest.
const IDLE: Duration = Duration::from_secs(8);
/// What a reader does between two clicks of the driver.
const PAUSE: Duration = Duration::from_millis(20);

const CONFIG: &str = "
[payments]
test = true
[limits]
pages_per_minute = 0
forms_per_minute = 0
";
const FEED: &str = "isbn,title,author,price,stock\n9780441478125,Left Hand,Le Guin,10.99,90000\n";

pub(crate) fn run() {
    let Some(files) = folder() else { return };
    println!("checkouts over HTTP, {CLIENTS} niced clients, {RUNS} runs; milliseconds");
    println!("   idle p50    p99  importing p50    p99  checkouts idle, importing  import s");
    let (mut idle, mut busy) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let (at_rest, meanwhile) = one(&files);
        idle.push(at_rest);
        busy.push(meanwhile);
    }
    let (idle, busy) = (median(idle), median(busy));
    let bar = (5.0 * idle).max(100.0);
    println!("p99 in the middle: {idle:.1} ms idle, {busy:.1} ms while importing; at most {bar:.0} is the goal");
}

/// The p99 at rest and during an import, in a new shop.
fn one(files: &Path) -> (f64, f64) {
    let desk = tempfile::tempdir().unwrap();
    let (data, config, feed) = (desk.path().join("data"), desk.path().join("shop.toml"), desk.path().join("feed.csv"));
    std::fs::write(&config, CONFIG).unwrap();
    std::fs::write(&feed, FEED).unwrap();
    let shop = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bookstall"));
        command.arg("--data").arg(&data).arg("--config").arg(&config).stderr(Stdio::null());
        command
    };
    let stocked = shop().arg("import").arg(&feed).args(["--default-currency", "GBP"]).stdout(Stdio::null()).status();
    assert!(stocked.unwrap().success());
    let mut server = Ended(shop().args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().unwrap());
    let address = BufReader::new(server.0.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.trim().strip_prefix("listening on ").map(str::to_owned))
        .expect("an address");
    // The first checkouts fill caches.
    drive(&address, Duration::from_secs(2)).finish();
    let idle = drive(&address, IDLE).finish();
    let start = Instant::now();
    // As many times as it takes to keep importing for as long as was measured at rest.
    let driver = drive(&address, Duration::from_secs(600));
    for catalogue in &CATALOGUES {
        assert!(import_command(&data, files, catalogue).status().unwrap().success());
    }
    let took = start.elapsed();
    let busy = driver.stop();
    let ((idle_p50, idle_p99), (busy_p50, busy_p99)) = (spread(&idle), spread(&busy));
    println!(
        "{idle_p50:11.1} {idle_p99:6.1} {busy_p50:14.1} {busy_p99:6.1} {:15}, {:9} {:9.1}",
        idle.len(),
        busy.len(),
        took.as_secs_f64()
    );
    (idle_p99, busy_p99)
}

fn spread(times: &[f64]) -> (f64, f64) {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |part: f64| sorted[((sorted.len() - 1) as f64 * part) as usize];
    (at(0.5), at(0.99))
}

/// A process that does not outlive the benchmark.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

struct Driver(Ended);

fn drive(address: &str, time: Duration) -> Driver {
    let mut command = Command::new("nice");
    command.args(["-n", "10"]).arg(std::env::current_exe().unwrap());
    command.args([DRIVER, address, &time.as_secs().to_string()]);
    Driver(Ended(command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()))
}

impl Driver {
    /// Milliseconds of each checkout, once the time is over.
    fn finish(mut self) -> Vec<f64> {
        let lines = BufReader::new(self.0.0.stdout.take().unwrap()).lines();
        lines.map(|line| line.unwrap().parse().unwrap()).collect()
    }

    /// As `finish`, now.
    fn stop(mut self) -> Vec<f64> {
        drop(self.0.0.stdin.take());
        self.finish()
    }
}

/// The driver's own process: buys until the time is over or its input ends, then prints what each purchase took.
pub(crate) fn driver(address: &str, seconds: &str) {
    let end = Instant::now() + Duration::from_secs(seconds.parse().unwrap());
    let (sender, stopped) = tokio::sync::watch::channel(false);
    std::thread::spawn(move || {
        std::io::stdin().read_line(&mut String::new()).ok();
        sender.send(true).ok();
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let times = runtime.block_on(async {
        let buyers: Vec<_> = (0..CLIENTS)
            .map(|_| {
                let (address, stopped) = (address.to_owned(), stopped.clone());
                tokio::spawn(async move {
                    let mut times = Vec::new();
                    while Instant::now() < end && !*stopped.borrow() {
                        times.push(buy(&address).await);
                        tokio::time::sleep(PAUSE).await;
                    }
                    times
                })
            })
            .collect();
        let mut all = Vec::new();
        for buyer in buyers {
            all.extend(buyer.await.unwrap());
        }
        all
    });
    for time in times {
        println!("{:.3}", time.as_secs_f64() * 1000.0);
    }
}

/// One reader buys one book; the time is that of the order itself, from the filled form to its answer.
async fn buy(address: &str) -> Duration {
    let client = reqwest::Client::builder().cookie_store(true).redirect(Policy::none()).no_proxy().build().unwrap();
    let book = [("book", "9780441478125"), ("quantity", "1")];
    client.post(format!("{address}/cart")).form(&book).send().await.unwrap();
    let page = client.get(format!("{address}/checkout")).send().await.unwrap().text().await.unwrap();
    let typed = [
        ("email", "ada@reader.example"),
        ("name", "Ada Byron"),
        ("country", "GB"),
        ("street", "12 St James's Square"),
        ("town", "London"),
        ("postcode", "SW1Y 4JH"),
        ("payment", "card"),
        ("card", "test_ok"),
    ];
    let form = Form::find(&page, "/checkout").expect("a checkout");
    let form = typed.into_iter().fold(form, |form, (name, value)| form.set(name, value));
    let start = Instant::now();
    let answer = client.post(format!("{address}/checkout")).form(&form.fields).send().await.unwrap();
    let took = start.elapsed();
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
    took
}
