//! `bookstall search`

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use jiff::Timestamp;

use crate::db::Db;
use crate::search::{self, Answer, Asked, Index};
use crate::settings::Overrides;

const EXAMPLES: &str = "\
Examples:
  bookstall search hunger games 2
  bookstall search 'author:tolkien' --limit 3 --explain
  bookstall search --queries queries.txt --json > answers.ndjson

A hit is a book with all its editions: `isbn` and `bookId` are those of the edition shown,
`source` and `ref` what the first feed of that edition called it.";

/// How long to wait for a shop that is open to have indexed what was changed last.
const PATIENCE: Duration = Duration::from_secs(10);

/// Ask the shop's search, as a reader would
///
/// Never an error for a question: a text that nothing fits has no hits.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct SearchArgs {
    /// What a reader would type
    #[arg(value_name = "QUERY", required_unless_present = "queries", conflicts_with = "queries")]
    words: Vec<String>,
    /// Hits to show
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(0..=100))]
    limit: u32,
    /// Say what each hit owes its place to
    #[arg(long)]
    explain: bool,
    /// Answer in JSON, one object a line
    #[arg(long)]
    json: bool,
    /// Answer every line of a file, blank ones too, in JSON; `-` is standard input
    #[arg(long, value_name = "FILE")]
    queries: Option<PathBuf>,
}

/// Answers from the index of the shop in `data`, brought up to date first when no shop is open there.
///
/// # Errors
///
/// No shop there, what its files refuse, or a reader of the answers that went away.
pub(super) fn run(args: &SearchArgs, data: &Path, overrides: &Overrides, now: Timestamp) -> anyhow::Result<()> {
    let file = data.join("bookstall.db");
    ensure!(file.exists(), "there is no shop in {}", data.display());
    let db = Db::open(&file).with_context(|| format!("cannot open {}", file.display()))?;
    let result = answer(args, &db, data, overrides, now);
    db.close();
    result
}

fn answer(args: &SearchArgs, db: &Db, data: &Path, overrides: &Overrides, now: Timestamp) -> anyhow::Result<()> {
    let index = index(db, data, overrides, now)?;
    let desk = Desk { db, index: &index, args };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match &args.queries {
        None if args.json => desk.write_json(&args.words.join(" "), &mut out)?,
        None => desk.print(&args.words.join(" "), &mut out)?,
        Some(path) if path.as_os_str() == "-" => desk.answer_all(std::io::stdin().lock(), &mut out)?,
        Some(path) => {
            let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
            desk.answer_all(BufReader::new(file), &mut out)?;
        }
    }
    out.flush().context("the answers cannot be written")
}

/// The index as it is, of a shop that is open; else brought up to date here.
fn index(db: &Db, data: &Path, overrides: &Overrides, now: Timestamp) -> anyhow::Result<Index> {
    let folder = data.join("search");
    let lock = OpenOptions::new().create(true).truncate(false).write(true).open(data.join("serve.lock"));
    let lock = lock.with_context(|| format!("cannot open {}", data.join("serve.lock").display()))?;
    match lock.try_lock() {
        Ok(()) => {
            let index = Index::open_or_rebuild(&folder)?;
            search::catch_up(db, &index, overrides, now)?;
            Ok(index)
        }
        Err(TryLockError::WouldBlock) => {
            let began = Instant::now();
            loop {
                let index = Index::open_read_only(&folder);
                let latest = db.read(|conn| Ok::<_, crate::db::DbError>(crate::changes::latest(conn)?))?;
                match index {
                    Ok(index) if index.generation() >= latest || began.elapsed() > PATIENCE => return Ok(index),
                    Err(error) if began.elapsed() > PATIENCE => return Err(error.into()),
                    Ok(_) | Err(_) => std::thread::sleep(Duration::from_millis(200)),
                }
            }
        }
        Err(TryLockError::Error(error)) => Err(error).context("cannot lock the shop"),
    }
}

struct Desk<'a> {
    db: &'a Db,
    index: &'a Index,
    args: &'a SearchArgs,
}

impl Desk<'_> {
    fn ask(&self, text: &str) -> anyhow::Result<Answer> {
        let asked = Asked { text, limit: self.args.limit, explain: self.args.explain };
        Ok(self.db.read(|conn| search::answer(conn, self.index, &asked))?)
    }

    fn answer_all(&self, lines: impl BufRead, out: &mut impl Write) -> anyhow::Result<()> {
        for line in lines.split(b'\n') {
            let line = line.context("the questions cannot be read")?;
            let text = String::from_utf8_lossy(&line);
            self.write_json(text.trim_end_matches('\r'), out)?;
        }
        Ok(())
    }

    fn write_json(&self, text: &str, out: &mut impl Write) -> anyhow::Result<()> {
        serde_json::to_writer(&mut *out, &self.ask(text)?)?;
        writeln!(out)?;
        Ok(())
    }

    fn print(&self, text: &str, out: &mut impl Write) -> anyhow::Result<()> {
        let answer = self.ask(text)?;
        writeln!(
            out,
            "{} {}, read as {}",
            answer.total,
            if answer.total == 1 { "book" } else { "books" },
            answer.reading
        )?;
        for (place, hit) in answer.hits.iter().enumerate() {
            let isbn = hit.isbn.as_deref().unwrap_or("no ISBN");
            writeln!(out, "{:>3}. {} – {} ({isbn})", place + 1, hit.title, hit.authors.join(", "))?;
            for line in hit.explanation.iter().flatten() {
                writeln!(out, "       {line}")?;
            }
        }
        Ok(())
    }
}
