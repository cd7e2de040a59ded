//! `bookstall search`: what a script gets, from a shop that is open and from one that is not.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::Value;

use crate::support::cli::{Desk, Said};

const FEED: &str = "\
ref,isbn,title,author,format,price,stock,series,series number
T-1,9780306406157,The Salt Road,Ann Author,Paperback,9.99,3,Roads,2
T-2,9780975229804,The Salt Road,\"Author, Ann\",Hardback,19.99,0,,
T-3,,Reed and Ink,Bo Bell,Paperback,5.00,1,,
";

fn desk() -> Desk {
    let desk = Desk::new();
    let feed = desk.write("feed.csv", FEED);
    let args = ["import", feed.to_str().unwrap(), "--source", "tallow", "--ref", "ref", "--default-currency", "GBP"];
    let said = desk.run(&args);
    assert_eq!(said.code, 0, "{said:?}");
    desk
}

fn answers(said: &Said) -> Vec<Value> {
    assert_eq!(said.code, 0, "{said:?}");
    said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn an_answer_has_the_shape_that_scripts_rely_on() {
    let desk = desk();
    let found = answers(&desk.run(&["search", "salt", "road", "--json"])).remove(0);
    let mut shape = keys(&found);
    shape.sort_unstable();
    assert_eq!(shape, ["hits", "query", "reading", "total"]);
    assert_eq!((&found["query"], &found["total"]), (&Value::from("salt road"), &Value::from(1)));
    let hit = &found["hits"][0];
    let mut shape = keys(hit);
    shape.sort_unstable();
    assert_eq!(shape, ["authors", "bookId", "editions", "isbn", "ref", "score", "source", "title"]);
    assert_eq!(hit["isbn"], "9780306406157");
    assert_eq!((&hit["source"], &hit["ref"]), (&Value::from("tallow"), &Value::from("T-1")));
    assert_eq!(hit["authors"], serde_json::json!(["Ann Author"]));
    assert_eq!(hit["editions"], serde_json::json!(["9780306406157", "9780975229804"]));
    assert!(hit["score"].is_number() && hit["bookId"].as_str().is_some_and(|id| id.len() == 36), "{hit}");
    // What has no number says so.
    let reed = answers(&desk.run(&["search", "reed", "--json"])).remove(0);
    assert_eq!((&reed["hits"][0]["isbn"], &reed["hits"][0]["editions"]), (&Value::Null, &serde_json::json!([])));
    // A number in any spelling leads to its edition; no hit is no error.
    let number = answers(&desk.run(&["search", "0-9752298-0-X", "--json"])).remove(0);
    assert_eq!(number["hits"][0]["isbn"], "9780975229804");
    let nothing = answers(&desk.run(&["search", "zzyzx", "--json"])).remove(0);
    assert_eq!((&nothing["total"], &nothing["hits"]), (&Value::from(0), &serde_json::json!([])));
}

#[test]
fn the_first_feed_stays_the_first() {
    let desk = desk();
    // By name it would come before.
    let feed = desk.write("again.csv", "id,isbn,title,author,price\nA-9,9780306406157,The Salt Road,Ann Author,8.50\n");
    let args = ["import", feed.to_str().unwrap(), "--source", "anvil", "--ref", "id", "--default-currency", "GBP"];
    assert_eq!(desk.run(&args).code, 0);
    let hit = answers(&desk.run(&["search", "9780306406157", "--json"])).remove(0)["hits"][0].clone();
    assert_eq!((&hit["source"], &hit["ref"]), (&Value::from("tallow"), &Value::from("T-1")));
}

/// Blank lines, a carriage return, a line that is no text, the last one without an end.
const QUERIES: &[u8] = b"salt road\n\n   \r\nzzyzx\n\xff\xfe\nauthor:(\"\n9780306406157\nreed";

#[track_caller]
fn check_many(said: &Said) {
    let answers = answers(said);
    let asked: Vec<&str> = answers.iter().map(|answer| answer["query"].as_str().unwrap()).collect();
    assert_eq!(asked, ["salt road", "", "   ", "zzyzx", "\u{fffd}\u{fffd}", "author:(\"", "9780306406157", "reed"]);
    let found: Vec<usize> = answers.iter().map(|answer| answer["hits"].as_array().unwrap().len()).collect();
    assert_eq!((&found[..5], &found[6..]), (&[1, 0, 0, 0, 0][..], &[1, 1][..]));
}

fn ask_by_pipe(desk: &Desk, lines: &[u8]) -> Said {
    let mut command = desk.command(&["search", "--queries", "-"]);
    let mut asking = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    asking.stdin.take().unwrap().write_all(lines).unwrap();
    let output = asking.wait_with_output().unwrap();
    Said {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn every_line_of_a_file_is_answered_in_order() {
    let desk = desk();
    let file = desk.path().join("queries.txt");
    std::fs::write(&file, QUERIES).unwrap();
    check_many(&desk.run(&["search", "--queries", "queries.txt"]));
    check_many(&ask_by_pipe(&desk, QUERIES));
    assert_eq!(ask_by_pipe(&desk, b"").out, "");
    assert_eq!(answers(&ask_by_pipe(&desk, b"\n\n")).len(), 2);
    let served = desk.serve();
    check_many(&desk.run(&["search", "--queries", "queries.txt", "--json"]));
    assert_eq!(served.stop(), 0);
    desk.run(&["search", "--queries", "missing.txt"]).refuses(&["cannot open missing.txt"]);
}

#[test]
fn limits_and_reasons_are_given_when_asked_for() {
    let desk = desk();
    let hits = |args: &[&str]| answers(&desk.run(args)).remove(0)["hits"].as_array().unwrap().clone();
    assert_eq!(hits(&["search", "author:ann", "--json", "--limit", "0"]).len(), 0);
    let explained = hits(&["search", "salt", "--json", "--limit", "1", "--explain"]);
    assert!(explained[0]["explanation"].as_array().is_some_and(|lines| !lines.is_empty()), "{explained:?}");
    let said = desk.run(&["search", "salt road"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.starts_with("1 book"), "{said:?}");
    assert!(said.out.contains("The Salt Road – Ann Author (9780306406157)"), "{said:?}");
}

#[test]
fn exit_codes_tell_answers_from_misuse() {
    let desk = Desk::new();
    desk.run(&["search", "ink"]).refuses(&["there is no shop in"]);
    assert!(!desk.data().exists(), "a question makes no shop");
    for args in [&["search"][..], &["search", "ink", "--queries", "f"], &["search", "ink", "--limit", "101"]] {
        assert_eq!(desk.run(args).code, 2, "{args:?}");
    }
    let help = desk.run(&["search", "--help"]);
    for words in ["Examples:", "--queries <FILE>", "--limit <N>", "--explain", "--json", "author:tolkien"] {
        assert!(help.out.contains(words), "“{words}” is not in: {}", help.out);
    }
}

#[test]
fn a_shop_without_books_or_without_an_index_answers() {
    let desk = Desk::new();
    assert_eq!(desk.serve().stop(), 0);
    let nothing = answers(&desk.run(&["search", "ink", "--json"])).remove(0);
    assert_eq!(nothing["hits"], serde_json::json!([]));
    let desk = self::desk();
    let index = desk.data().join("search");
    assert_eq!(answers(&desk.run(&["search", "salt", "--json"]))[0]["total"], 1);
    std::fs::remove_dir_all(&index).unwrap();
    assert_eq!(answers(&desk.run(&["search", "salt", "--json"]))[0]["total"], 1);
    std::fs::write(index.join("meta.json"), "{").unwrap();
    assert_eq!(answers(&desk.run(&["search", "salt", "--json"]))[0]["total"], 1);
    assert_eq!(desk.run(&["doctor"]).code, 0);
}

#[test]
fn an_open_shop_answers_with_what_was_just_imported() {
    let desk = desk();
    let served = desk.serve();
    let feed = desk.write("more.csv", "isbn,title,author,price\n9781250108562,Tide Tables,Cy Crane,7.00\n");
    let said = desk.run(&["import", feed.to_str().unwrap(), "--default-currency", "GBP"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(answers(&desk.run(&["search", "tide tables", "--json"]))[0]["hits"][0]["isbn"], "9781250108562");
    assert_eq!(served.stop(), 0);
}
