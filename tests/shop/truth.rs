//! The index says what the catalogue says: after a kill, while it is built anew, after its files are lost.

use std::path::PathBuf;
use std::process::Stdio;

use bookstall::changes::{self, Change};
use serde_json::Value;

use crate::support::cli::Desk;
use crate::support::eventually;
use crate::support::shop::Shop;
use crate::support::visitor::Visitor;

const CONFIG: &str = "[limits]\npages_per_minute = 0\nforms_per_minute = 0\n";

fn feed(rows: usize) -> String {
    let row = |n: usize| format!("R{n},Ink {n},Ann Author{},5.00,1\n", n % 97);
    std::iter::once("ref,title,author,price,stock\n".to_owned()).chain((0..rows).map(row)).collect()
}

/// What the doctor says of the index: what is wrong, and how many books are found.
fn doctor(desk: &Desk) -> (Vec<String>, u64) {
    let said = desk.run(&["doctor", "--json"]);
    let report: Value = serde_json::from_str(&said.out).unwrap();
    let of_search = |list: &str| {
        let all = report[list].as_array().unwrap().clone();
        all.into_iter().filter(|entry| entry["check"] == "search").collect::<Vec<Value>>()
    };
    let findings = of_search("findings").iter().map(|finding| finding["what"].as_str().unwrap().to_owned()).collect();
    (findings, of_search("proved").first().and_then(|proved| proved["count"].as_u64()).unwrap_or(0))
}

/// How many books a search page says there are.
async fn total(visitor: &Visitor) -> Option<String> {
    let page = visitor.try_get("/search?q=ink").await.ok()?;
    let count =
        page.body.split_once("books found").or_else(|| page.body.split_once(" books")).map(|(before, _)| before)?;
    Some(count.rsplit(['>', ' ']).next()?.replace(',', ""))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_killed_while_books_come_in_catches_up() {
    let desk = Desk::new();
    desk.write("shop.toml", CONFIG);
    let config = desk.path().join("shop.toml");
    let config = ["--config", config.to_str().unwrap()];
    assert_eq!(desk.serve_with(&config).stop(), 0);
    let file = desk.write("feed.csv", &feed(12_000));
    let args = ["import", file.to_str().unwrap(), "--source", "tallow", "--ref", "ref", "--default-currency", "GBP"];
    let mut killed_early = 0;
    for round in 0..3 {
        let served = desk.serve_with(&config);
        let mut importing = desk.command(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Some of the books are found, so the index is in the middle of it.
        eventually("finding a first book", async || total(&served.visitor()).await.filter(|count| count != "0")).await;
        served.kill();
        killed_early += u32::from(importing.try_wait().unwrap().is_none());
        importing.kill().unwrap();
        importing.wait().unwrap();
        let served = desk.serve_with(&config);
        eventually("an index that is equal", async || doctor(&desk).0.is_empty().then_some(())).await;
        assert_eq!(served.stop(), 0, "round {round}");
        assert_eq!(doctor(&desk).0, [""; 0], "round {round}");
    }
    assert!(killed_early > 0, "the import was too fast to be killed");
    let said = desk.run(&args);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(desk.run(&["search", "ink"]).code, 0);
    assert_eq!(doctor(&desk), (Vec::new(), 12_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_on_the_next_search_page() {
    let shop = Shop::open().await;
    let visitor = shop.visitor();
    shop.indexed().await;
    let book = shop.stock("9780306406157", "The Salt Road", 999, 2).await;
    let is_found = async || visitor.get("/search?q=salt+road").await.body.contains(&book.path).then_some(());
    eventually("finding a new book", is_found).await;
    shop.reprice(book.id, 1250).await;
    // Prices are read from the catalogue: no page waits for the index to say the new one.
    assert!(visitor.get("/search?q=salt+road").await.ok().body.contains("12.50"));
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reindex_of_an_open_shop_never_empties_a_page() {
    let shop = Shop::open().await;
    let books = [("9780306406157", "Ink One"), ("9780975229804", "Ink Two"), ("9781250108562", "Ink Three")];
    for (isbn, title) in books {
        shop.stock(isbn, title, 999, 50).await;
    }
    shop.indexed().await;
    let visitor = shop.visitor();
    for round in 0..6 {
        shop.write(|tx, now| changes::record(tx, Change::Everything, now).unwrap()).await;
        for _ in 0..10 {
            let page = visitor.get("/search?q=ink").await.ok();
            for (isbn, title) in books {
                assert!(page.body.contains(isbn), "round {round}: {title} is gone:\n{}", page.body);
            }
        }
    }
    shop.close().await;
}

fn segment_file(shop: &Shop, kind: &str) -> Option<PathBuf> {
    let files = std::fs::read_dir(shop.data().join("search")).ok()?;
    let mut files: Vec<PathBuf> = files
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == kind))
        .collect();
    files.sort();
    files.pop()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_or_damaged_index_comes_back_while_the_shop_is_open() {
    let shop = Shop::open().await;
    let book = shop.stock("9780306406157", "The Salt Road", 999, 2).await;
    shop.indexed().await;
    let visitor = shop.visitor();
    // Whatever the index is good for, a search page comes, and the book is on it: from the catalogue if need be.
    let still_answers = async || {
        let page = visitor.get("/search?q=salt+road").await.ok();
        assert!(page.body.contains(&book.path), "{}", page.body);
        let is_whole = !page.body.contains("Search is reduced");
        is_whole.then_some(())
    };
    let folder = shop.data().join("search");
    std::fs::remove_dir_all(&folder).unwrap();
    eventually("a new folder", async || folder.join("meta.json").exists().then_some(())).await;
    eventually("a whole answer", still_answers).await;
    shop.indexed().await;
    for kind in ["fast", "term", "idx"] {
        // The shop looks at its files every second; until it has seen these, it cannot tell that they change.
        let file = segment_file(&shop, kind).unwrap();
        let bytes = vec![0xA5; std::fs::read(&file).unwrap().len()];
        let gone = async || {
            if let Ok(mut open) = std::fs::OpenOptions::new().write(true).open(&file) {
                std::io::Write::write_all(&mut open, &bytes).unwrap();
            }
            still_answers().await;
            (!file.exists()).then_some(())
        };
        eventually("noticing the damage", gone).await;
        eventually("a whole answer", still_answers).await;
        shop.indexed().await;
    }
    shop.close().await;
}

#[test]
fn a_damaged_index_is_built_anew_at_the_start() {
    let desk = Desk::new();
    let file = desk.write("feed.csv", &feed(50));
    let args = ["import", file.to_str().unwrap(), "--source", "tallow", "--ref", "ref", "--default-currency", "GBP"];
    assert_eq!(desk.run(&args).code, 0);
    assert_eq!(desk.run(&["reindex"]).code, 0);
    let folder = desk.data().join("search");
    let damage = |kind: &str| {
        let mut files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let file = files.find(|path| path.extension().is_some_and(|extension| extension == kind)).unwrap();
        let length = std::fs::metadata(&file).unwrap().len();
        std::fs::write(file, vec![0xA5; usize::try_from(length).unwrap()]).unwrap();
    };
    for kind in ["fast", "term", "idx", "json"] {
        damage(kind);
        assert_ne!(doctor(&desk).0, [""; 0], "{kind}");
        assert_eq!(desk.run(&["search", "ink 7"]).code, 0, "{kind}");
        assert_eq!(doctor(&desk), (Vec::new(), 50), "{kind}");
        damage(kind);
        let served = desk.serve();
        for _ in 0..3000 {
            if doctor(&desk).0.is_empty() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        assert_eq!(served.stop(), 0);
        assert_eq!(doctor(&desk), (Vec::new(), 50), "{kind}");
    }
}
