//! Finding what was meant: questions as readers type them, each with the book that must come, asked of the real program.
//!
//! `relevance/demo.txt` is asked of the demo shop. `relevance/catalogue.txt` is asked of the real catalogues beside the
//! repository, where they are, in the long run. The share passed is printed for each kind of question.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::support::cli::Desk;
use super::support::is_long;
use bookstall::kernel::text::{fold, sort_title};

/// Of all questions, and of each kind, in per cent.
const OVERALL: usize = 97;
const EACH_KIND: usize = 90;
/// The catalogues, and how they are taken in.
const CATALOGUES: [(&str, &[&str]); 5] = [
    ("goodbooks-10k-books.csv", &["--source", "goodbooks", "--ref", "book_id"]),
    ("book-crossing-26k.csv", &["--source", "book-crossing"]),
    ("gutenberg-metadata.csv.gz", &["--source", "gutenberg", "--ref", "gutenberg_id"]),
    ("google-books-1299.csv", &["--source", "google"]),
    ("oscar-computers-in-fiction.csv", &["--source", "oscar", "--guess"]),
];

struct Question<'a> {
    kind: &'a str,
    text: &'a str,
    within: usize,
    titles: Vec<String>,
    author: String,
}

impl<'a> Question<'a> {
    fn read(line: &'a str) -> Question<'a> {
        let [kind, text, within, titles, author] = line.split('|').map(str::trim).collect::<Vec<_>>()[..] else {
            panic!("a question has five parts: {line}")
        };
        let titles = titles.split('/').map(sort_title).filter(|title| !title.is_empty()).collect();
        Question { kind, text, within: within.parse().unwrap(), titles, author: fold(author) }
    }

    /// Whether one of the first hits is the book.
    fn is_answered(&self, answer: &Value) -> bool {
        assert_eq!(answer["query"], self.text);
        let hits = answer["hits"].as_array().unwrap();
        hits.iter().take(self.within).any(|hit| {
            let title = sort_title(hit["title"].as_str().unwrap());
            let authors = hit["authors"].as_array().unwrap().iter().filter_map(Value::as_str).map(fold);
            (self.titles.is_empty() || self.titles.iter().any(|wanted| title.starts_with(wanted)))
                && (self.author.is_empty() || authors.into_iter().any(|author| author.contains(&self.author)))
        })
    }
}

/// Asks all questions of a file at once and says what share was answered.
fn ask(desk: &Desk, questions: &str) {
    let questions: Vec<Question<'_>> =
        questions.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(Question::read).collect();
    let texts: Vec<&str> = questions.iter().map(|question| question.text).collect();
    let file = desk.write("questions.txt", &texts.join("\n"));
    let said = desk.run(&["search", "--queries", file.to_str().unwrap()]);
    assert_eq!(said.code, 0, "{}", said.err);
    let answers: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), questions.len());

    let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (question, answer) in questions.iter().zip(&answers) {
        let passed = question.is_answered(answer);
        let (answered, asked) = kinds.entry(question.kind).or_default();
        *answered += usize::from(passed);
        *asked += 1;
        if !passed {
            let hits = answer["hits"].as_array().unwrap().iter().take(3);
            let first: Vec<String> = hits.map(|hit| format!("{} {}", hit["title"], hit["authors"])).collect();
            eprintln!("not found: “{}” ({}): {}", question.text, answer["reading"], first.join("; "));
        }
    }
    let (answered, asked) = kinds.values().fold((0, 0), |sum, kind| (sum.0 + kind.0, sum.1 + kind.1));
    for (kind, (answered, asked)) in &kinds {
        eprintln!("{kind:16} {answered:>3} of {asked:>3}");
    }
    eprintln!("{:16} {answered:>3} of {asked:>3}", "all");
    assert!(answered * 100 >= asked * OVERALL, "{answered} of {asked}");
    for (kind, (answered, asked)) in kinds {
        assert!(answered * 100 >= asked * EACH_KIND, "{kind}: {answered} of {asked}");
    }
}

#[test]
fn readers_of_the_demo_shop_find_what_they_mean() {
    let desk = Desk::new();
    let served = desk.demo();
    ask(&desk, include_str!("relevance/demo.txt"));
    served.stop();
}

#[test]
fn readers_of_a_hundred_thousand_books_find_what_they_mean() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/catalogue");
    if !is_long() || !data.is_dir() {
        eprintln!("skipped: it takes the long run and the catalogues in {}", data.display());
        return;
    }
    let desk = Desk::new();
    for (name, options) in CATALOGUES {
        let file: PathBuf = data.join(name);
        let said = desk.run(&[&["import", file.to_str().unwrap()], options].concat());
        assert!(said.err.is_empty() || said.code <= 1, "{name}: {}", said.err);
    }
    ask(&desk, include_str!("relevance/catalogue.txt"));
}
