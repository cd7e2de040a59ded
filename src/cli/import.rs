//! `bookstall import`: takes a catalogue file in.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, ensure};
use indicatif::{ProgressBar, ProgressStyle};

use crate::db::Db;
use crate::imports::{self, ChangedBook, Field, ImportOptions, Progress, Rehearsal, Report};
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
  bookstall import onix.xml --dry-run --report report.json

Exit codes: 0 done, rejected rows included, if anything went in or nothing had to change;
1 refused, failed, or nothing went in; 2 wrong usage.";

/// Take in a catalogue file: CSV with a header line, or ONIX 3.0; gzipped or not
///
/// Safe while the shop is open, and safe to repeat: a second run of the same file changes nothing. What a file does
/// not say stays as it is in the shop, and so does every price that was set by hand.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct ImportArgs {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What a column holds, where its name does not say it; may be repeated
    #[arg(long, value_name = "COLUMN=FIELD", value_parser = parse_mapping)]
    map: Vec<(String, Field)>,
    /// The feed's name, under which its records are known [default: the file's name]
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

fn parse_days(text: &str) -> Result<(u16, u16), String> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    match (from.trim().parse(), to.trim().parse()) {
        (Ok(from), Ok(to)) if from <= to && to <= 365 => Ok((from, to)),
        _ => Err("write working days like 5-10".into()),
    }
}

impl ImportArgs {
    fn options(&self) -> ImportOptions {
        ImportOptions {
            source: self.source.clone(),
            reference_column: self.reference.clone(),
            map: self.map.clone(),
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
    let mut report = Report::default();
    let result = import(args, data, overrides, clock, &mut report);
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
        Ok(()) if report.succeeded() => Ok(ExitCode::SUCCESS),
        Ok(()) => Ok(ExitCode::from(1)),
    }
}

fn import(
    args: &ImportArgs, data: &Path, overrides: &Overrides, clock: &Clock, report: &mut Report,
) -> anyhow::Result<()> {
    // Looked at first, so that a mistyped name makes no shop.
    ensure!(args.file.exists(), "there is no file {}", args.file.display());
    let path = data.join("bookstall.db");
    let options = args.options();
    let bar = bar();
    let mut show = |progress: Progress| {
        bar.set_length(progress.size);
        bar.set_position(progress.bytes);
        let seconds = bar.elapsed().as_millis().max(1);
        bar.set_message(format!("{} records, {}/s", progress.records, u128::from(progress.records) * 1000 / seconds));
    };
    let result = if args.dry_run {
        let rehearsal = Rehearsal::of(&path)?;
        imports::run(rehearsal.db(), &args.file, &options, overrides, clock, &mut show)
    } else {
        std::fs::create_dir_all(data).with_context(|| format!("{} cannot be made", data.display()))?;
        let db = Db::open(&path)?;
        db.begin_bulk()?;
        let result = imports::run(&db, &args.file, &options, overrides, clock, &mut show);
        db.end_bulk()?;
        db.close();
        result
    };
    bar.finish_and_clear();
    *report = result.0;
    Ok(result.1?)
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
        println!("rejected: line {}: {}", row.line, row.reason);
    }
    more(report.rows.len(), "rejected");
    report.changes.iter().filter(|_| args.dry_run).take(SHOWN).for_each(print_change);
    if args.dry_run {
        more(report.changes.len(), "changed books");
    }
    // What concerns the whole file comes last in the report and first to people.
    let (of_lines, of_file): (Vec<&String>, Vec<&String>) =
        report.warnings.iter().partition(|text| text.starts_with("line "));
    of_file.iter().for_each(|text| println!("note: {text}"));
    of_lines.iter().take(SHOWN).for_each(|text| println!("warning: {text}"));
    more(of_lines.len(), "warnings");
}

fn print_change(change: &ChangedBook) {
    let gone = if change.withdrawn { ": leaves the shelves" } else { "" };
    println!("would change: line {}: {}{gone}", change.line, change.book);
    for it in &change.fields {
        println!("    {}: {} → {}", it.field, it.from, it.to);
    }
}

fn more(count: usize, what: &str) {
    if count > SHOWN {
        println!("… and {} more {what}; --report FILE has them all", count - SHOWN);
    }
}

#[cfg(test)]
mod tests;
