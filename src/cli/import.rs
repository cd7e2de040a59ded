//! `bookstall import`: takes a catalogue file in.

mod fetch;
mod thema;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, ensure};
use indicatif::{ProgressBar, ProgressStyle};

use crate::db::Db;
use crate::imports::{self, ChangedBook, Field, ImportOptions, Mode, Named, Progress, Rehearsal, Report, Run, Spool};
use crate::kernel::money::Currency;
use crate::kernel::time::Clock;
use crate::settings::Overrides;

/// Warnings and rejected rows printed; `--report` has them all.
const SHOWN: usize = 20;

const EXAMPLES: &str = "\
Examples:
  bookstall import books.csv
  bookstall import supplier.csv.gz --source gardners --ref RecordId --default-stock 2
  bookstall import list.csv --map \"Produkt=title\" --map \"EAN-Nr=ean\" --default-currency EUR
  bookstall import no-header.csv --guess --dry-run
  bookstall import no-header.csv --map 3=isbn --map 4=title --map 8=price
  bookstall import onix.xml --dry-run --report report.json
  bookstall import --thema thema-v1.6-en.json
  bookstall import feeds/ delivery.zip
  zcat big.xml.gz | bookstall import - --source gardners
  bookstall import --stock till.csv --mode set
  bookstall import --stock delivery.txt --mode add --source gardners

How things are read:
  Files are told apart by their content, never by their names: CSV with comma, semicolon, tab or bar, ONIX,
  MARC, gzip, ZIP.
  A ZIP archive and a folder stand for the feeds in them, in name order; pictures, PDFs and hidden files are skipped.
  Dates: 2014-07-31, 31 July 2014, 31.07.2014; of 03/04/2014 a value over 12 in its column says which is the day, else
  the shop's country does (month first in the United States and the Philippines). Years need four figures.
  Amounts: 12.99, 12,99, 1.234,50, 1,234.50, 12,50 €, £7.99. 1,299 is thousands only where other prices of the column
  show it; else its row is rejected, because it could be two amounts.
  Several authors are parted by ; | / & or “and”, and by commas where the column does not write “Surname, Given”.
  The same copies of the same --stock --mode add file, known by feed and content, are added once.

Exit codes: 0 done, rejected rows included, if anything went in or nothing had to change;
1 refused, failed, or nothing went in; 2 wrong usage.";

/// Take in catalogue files: CSV and its relatives, ONIX, MARC 21; gzipped, zipped or plain, alone or in folders
///
/// Safe while the shop is open, and safe to repeat: a second run of the same file changes nothing. What a file does
/// not say stays as it is in the shop, and so does every price that was set by hand. With --stock: files of stock and
/// prices, for books that the shop has.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct ImportArgs {
    /// Files, folders, or - for standard input; each may be gzipped or a ZIP archive
    #[arg(value_name = "FILE", required_unless_present_any = ["stock", "resume", "thema", "fetch_images"])]
    files: Vec<PathBuf>,
    /// A file of stock and prices: ISBN, barcode or the feed's own id, copies, price; may be repeated
    #[arg(long, value_name = "FILE", conflicts_with = "files", requires = "mode")]
    stock: Vec<PathBuf>,
    /// What the copies of a --stock file mean: so many there are, or so many have come
    #[arg(long, value_name = "MODE", requires = "stock", conflicts_with = "files", value_enum)]
    mode: Option<StockMode>,
    /// Add a --stock file once more that was added to its end before
    #[arg(long, requires = "stock", conflicts_with = "files")]
    again: bool,
    /// Run the last import of this shop again that did not come to its end
    #[arg(long, conflicts_with_all = ["files", "stock", "dry_run", "thema"])]
    resume: bool,
    /// Load the words of Thema's subject codes from the official JSON instead of books
    #[arg(long, value_name = "FILE", conflicts_with_all = ["files", "stock", "dry_run", "report", "json"])]
    thema: Option<PathBuf>,
    /// Get the pictures that feeds name by address, after the files if there are any: from public hosts only
    #[arg(long, conflicts_with_all = ["dry_run", "thema"])]
    fetch_images: bool,
    /// What a column holds, where its name does not say it; columns by name or by number from 1; may be repeated
    #[arg(long, value_name = "COLUMN=FIELD", value_parser = parse_mapping)]
    map: Vec<(String, Field)>,
    /// The first line is data, whatever it looks like
    #[arg(long)]
    no_header: bool,
    /// Guess from their content the columns that neither a header nor --map names
    #[arg(long)]
    guess: bool,
    /// The encoding of files that do not tell, like iso-8859-15 [default: UTF-8, else Windows-1252]
    #[arg(long, value_name = "NAME", value_parser = parse_encoding)]
    encoding: Option<&'static encoding_rs::Encoding>,
    /// The feed's name, under which its records are known [default: the sender an ONIX file names, else the file's name]
    #[arg(long, value_name = "NAME", value_parser = parse_source)]
    source: Option<String>,
    /// The CSV column that holds the feed's own record id; rows with the same id are one book
    #[arg(long = "ref", value_name = "COLUMN")]
    reference: Option<String>,
    /// The price of books whose row states none, like 9.99
    #[arg(long, value_name = "AMOUNT", value_parser = parse_price)]
    default_price: Option<String>,
    /// Copies of new books whose row states none
    #[arg(long, value_name = "COPIES", value_parser = clap::value_parser!(u32).range(0..=100_000))]
    default_stock: Option<u32>,
    /// The currency of amounts that name none; a new, empty shop sells in it from then on
    #[arg(long, value_name = "CODE", value_parser = parse_currency)]
    default_currency: Option<Currency>,
    /// Working days promised for books that a supplier has but names no time for [default: 5-10]
    #[arg(long, value_name = "FROM-TO", value_parser = parse_days)]
    lead_days: Option<(u16, u16)>,
    /// Take the feed's word also for what was changed by hand in the back office
    #[arg(long)]
    overwrite_edited: bool,
    /// Do everything but keep it: the same report, and the shop as it was
    #[arg(long)]
    dry_run: bool,
    /// Write the whole report as JSON
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

/// What copies in a stock file mean.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum StockMode {
    /// So many there are: the shelf is set to it
    Set,
    /// So many have come: they are added; the same file adds once
    Add,
}

impl From<StockMode> for Mode {
    fn from(mode: StockMode) -> Mode {
        match mode {
            StockMode::Set => Mode::Set,
            StockMode::Add => Mode::Add,
        }
    }
}

fn parse_mapping(text: &str) -> Result<(String, Field), String> {
    let (column, field) = text.rsplit_once('=').ok_or("write COLUMN=FIELD, like Produkt=title")?;
    Ok((column.trim().to_owned(), field.trim().parse::<Field>().map_err(|error| error.to_string())?))
}

fn parse_source(text: &str) -> Result<String, String> {
    let name = text.trim();
    let is_own_price = name == crate::catalog::prices::OWNER;
    match name.chars().count() {
        1..=200 if !is_own_price => Ok(name.to_owned()),
        _ if is_own_price => Err("that is the name of prices set by hand in the shop".into()),
        _ => Err("a feed's name has 1 to 200 characters".into()),
    }
}

/// Whether the currency has so many decimals is known when the shop is.
fn parse_price(text: &str) -> Result<String, String> {
    let text = text.trim();
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let figures = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if figures(whole) && figures(part) { Ok(text.to_owned()) } else { Err("write an amount like 9.99".into()) }
}

fn parse_currency(text: &str) -> Result<Currency, String> {
    text.parse::<Currency>().map_err(|error| error.to_string())
}

fn parse_encoding(text: &str) -> Result<&'static encoding_rs::Encoding, String> {
    encoding_rs::Encoding::for_label(text.trim().as_bytes()).ok_or_else(|| "no such encoding; like windows-1252".into())
}

fn parse_days(text: &str) -> Result<(u16, u16), String> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    match (from.trim().parse(), to.trim().parse()) {
        (Ok(from), Ok(to)) if from <= to && to <= 365 => Ok((from, to)),
        _ => Err("write working days like 5-10".into()),
    }
}

/// What stands for standard input among files.
fn is_stdin(file: &Path) -> bool {
    file.as_os_str() == "-"
}

impl ImportArgs {
    /// Standard input, if it is among the files. A dry run leaves nothing in the shop's folder, not even for a moment.
    fn spool(&self, data: &Path, clock: &Clock) -> anyhow::Result<Option<Spool>> {
        match self.all_files().filter(|file| is_stdin(file)).count() {
            0 => return Ok(None),
            1 => {}
            _ => anyhow::bail!("standard input can be read once"),
        }
        let folder = if self.dry_run { std::env::temp_dir() } else { data.join("spool") };
        Spool::fill(&folder, &mut std::io::stdin().lock(), clock.now())
            .map(Some)
            .context("standard input cannot be kept")
    }

    fn named(&self, spool: Option<&Spool>) -> Vec<Named> {
        let of = |file: &PathBuf| match spool {
            Some(spool) if is_stdin(file) => Named { path: spool.path().to_owned(), name: Some("stdin".into()) },
            _ => Named::path(file),
        };
        self.all_files().map(of).collect()
    }

    fn all_files(&self) -> impl Iterator<Item = &PathBuf> {
        self.files.iter().chain(&self.stock)
    }

    fn options(&self) -> ImportOptions {
        ImportOptions {
            source: self.source.clone(),
            reference_column: self.reference.clone(),
            map: self.map.clone(),
            no_header: self.no_header,
            guess: self.guess,
            encoding: self.encoding,
            default_price: self.default_price.clone(),
            default_stock: self.default_stock,
            default_currency: self.default_currency,
            lead_days: self.lead_days,
            overwrite_edited: self.overwrite_edited,
        }
    }
}

/// Takes the file into the shop at `data`, which is made if it is not there.
///
/// `overrides` are the keys of `[shop]` in the configuration file.
///
/// # Errors
///
/// When the report cannot be written; everything else is told on stderr and by the exit code.
pub(super) fn run(args: &ImportArgs, data: &Path, overrides: &Overrides, clock: &Clock) -> anyhow::Result<ExitCode> {
    if let Some(file) = &args.thema {
        return Ok(load_thema(file, data, clock));
    }
    if args.fetch_images && args.all_files().next().is_none() && !args.resume {
        return fetch::run(data, clock).map(|()| ExitCode::SUCCESS);
    }
    let mut report = Report::default();
    let (resumed, result) = match command::resumed(args, data) {
        Ok((resumed, began)) => {
            let args = resumed.as_ref().unwrap_or(args);
            let result = import(args, began, data, overrides, clock, &mut report);
            (resumed, result)
        }
        Err(error) => (None, Err(error)),
    };
    let args = resumed.as_ref().unwrap_or(args);
    if let (Err(error), true) = (&result, report.warnings.is_empty()) {
        report.warnings.push(format!("{error:#}"));
    }
    if let Some(path) = &args.report {
        let json = serde_json::to_vec_pretty(&report)?;
        std::fs::write(path, json).with_context(|| format!("the report cannot be written to {}", path.display()))?;
    }
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else if result.is_ok() {
        print(args, &report);
    }
    match result {
        Err(error) => {
            eprintln!("bookstall import: {error:#}.");
            Ok(ExitCode::from(1))
        }
        Ok(()) if report.succeeded() => {
            if args.fetch_images {
                fetch::run(data, clock)?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Ok(()) => Ok(ExitCode::from(1)),
    }
}

fn load_thema(file: &Path, data: &Path, clock: &Clock) -> ExitCode {
    match thema::load(file, data, clock) {
        Ok((count, changed)) => {
            println!("{count} Thema codes read, {changed} of them new or changed");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("bookstall import: {error:#}.");
            ExitCode::from(1)
        }
    }
}

fn import(
    args: &ImportArgs, began: Option<Run>, data: &Path, overrides: &Overrides, clock: &Clock, report: &mut Report,
) -> anyhow::Result<()> {
    // Looked at first, so that a mistyped name makes no shop.
    for file in args.all_files().filter(|file| !is_stdin(file)) {
        ensure!(file.exists(), "there is no file {}", file.display());
    }
    let path = data.join("bookstall.db");
    let spool = args.spool(data, clock)?;
    let named = args.named(spool.as_ref());
    let options = args.options();
    let bar = bar();
    let mut show = |progress: Progress| {
        bar.set_length(progress.size);
        bar.set_position(progress.bytes);
        let seconds = bar.elapsed().as_millis().max(1);
        bar.set_message(format!("{} records, {}/s", progress.records, u128::from(progress.records) * 1000 / seconds));
    };
    let mut take = |db: &Db| match args.mode {
        Some(mode) => imports::run_stock(db, &named, mode.into(), args.again, &options, overrides, clock, &mut show),
        None => imports::run_all(db, &named, &options, overrides, clock, &mut show),
    };
    let result = if args.dry_run {
        take(Rehearsal::of(&path)?.db())
    } else {
        std::fs::create_dir_all(data).with_context(|| format!("{} cannot be made", data.display()))?;
        let db = Db::open(&path)?;
        let run = match began {
            Some(run) => run,
            None => Run::begin(&db, options.source.as_deref().unwrap_or_default(), command::of(args)?, clock)?,
        };
        db.begin_bulk()?;
        let result = take(&db);
        db.end_bulk()?;
        // The database's own failure is the one to tell; its run stays unfinished and can be resumed.
        let ended = run.finish(&db, &result.0, clock);
        db.close();
        if result.1.is_ok() {
            ended?;
        }
        result
    };
    bar.finish_and_clear();
    *report = result.0;
    Ok(result.1?)
}

/// Where a record begins; a binary file has no lines.
fn place(line: u64, record: u64) -> String {
    if line == 0 { format!("record {record}") } else { format!("line {line}") }
}

fn bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {percent:>3}% {msg}, {eta} left");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn print(args: &ImportArgs, report: &Report) {
    let blank = if report.blank > 0 { format!(", {} blank rows apart", report.blank) } else { String::new() };
    let kept = if args.dry_run { " (dry run: nothing was kept)" } else { "" };
    println!(
        "{} read: {} created, {} updated, {} unchanged, {} rejected{blank}{kept}",
        report.read, report.created, report.updated, report.unchanged, report.rejected
    );
    for row in report.rows.iter().take(SHOWN) {
        let file = row.file.as_ref().map(|file| format!("{file}, ")).unwrap_or_default();
        println!("rejected: {file}line {}: {}", row.line, row.reason);
    }
    more(report.rows.len(), "rejected");
    report.changes.iter().filter(|_| args.dry_run).take(SHOWN).for_each(print_change);
    if args.dry_run {
        more(report.changes.len(), "changed books");
    }
    // What concerns the whole file comes last in the report and first to people.
    let (of_lines, of_file): (Vec<&String>, Vec<&String>) =
        report.warnings.iter().partition(|text| text.starts_with("line ") || text.starts_with("record "));
    of_file.iter().for_each(|text| println!("note: {text}"));
    of_lines.iter().take(SHOWN).for_each(|text| println!("warning: {text}"));
    more(of_lines.len(), "warnings");
}

fn print_change(change: &ChangedBook) {
    let gone = if change.withdrawn { ": leaves the shelves" } else { "" };
    println!("would change: {}: {}{gone}", place(change.line, change.record), change.book);
    for it in &change.fields {
        println!("    {}: {} → {}", it.field, it.from, it.to);
    }
}

fn more(count: usize, what: &str) {
    if count > SHOWN {
        println!("… and {} more {what}; --report FILE has them all", count - SHOWN);
    }
}

mod command;
#[cfg(test)]
mod tests;
