//! `bookstall export`: tables for spreadsheets and programs, ONIX for the trade.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use clap::ValueEnum;
use jiff::Timestamp;
use tempfile::NamedTempFile;

use crate::config::Config;
use crate::exports::{self, FileFormat, OnixFilter, Table, Written};
use crate::settings;

/// Get the shop's data out: books, orders, customers, stock, ONIX
///
/// Safe while the shop is open: the file shows the shop at one moment, and no sale waits for it. A books CSV that is
/// taken in again with `bookstall import` changes nothing. Amounts are plain decimals, their currency stands beside
/// them; what belongs to an order as a whole stands in its first line only, so that columns add up.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  bookstall export books > books.csv
  bookstall export onix --publisher 'Halyard Press' --output own-titles.xml
  bookstall export stock --format xlsx --output stock.xlsx
  bookstall export orders --format json | jq '.[0]'

CSV cells that a spreadsheet would run as a formula begin with an apostrophe; the importer takes it away again.")]
pub(super) struct ExportArgs {
    /// What to export
    #[arg(value_name = "WHAT", value_enum)]
    what: What,
    /// The kind of file [default: csv; onix is ONIX 3.0 and has no other]
    #[arg(long, value_enum)]
    format: Option<Kind>,
    /// onix: only books of this publisher or imprint
    #[arg(long, value_name = "NAME")]
    publisher: Option<String>,
    /// onix: only books that the feed of this name brought
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Where to write it; `-` is standard output
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    output: PathBuf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    /// Every edition: facts, price, copies
    Books,
    /// Listed editions as ONIX 3.0, for the trade
    Onix,
    /// Every line of every order
    Orders,
    /// Readers with an account, and what they bought
    Customers,
    /// Copies of every edition that ever had one
    Stock,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Comma-separated, UTF-8, RFC 4180
    Csv,
    /// An Excel workbook
    Xlsx,
    /// One array, one object a line
    Json,
}

impl Kind {
    fn file(self) -> FileFormat {
        match self {
            Kind::Csv => FileFormat::Csv,
            Kind::Xlsx => FileFormat::Xlsx,
            Kind::Json => FileFormat::Json,
        }
    }
}

/// Writes the export; what was written is told on standard error.
///
/// # Errors
///
/// A shop that is not there, a file that cannot be written. An existing file is replaced only by a whole one.
pub(super) fn run(args: &ExportArgs, config: &Config, now: Timestamp) -> anyhow::Result<()> {
    let data = &config.data;
    let path = data.join("bookstall.db");
    ensure!(path.is_file(), "there is no shop in {}: bookstall.db is missing", data.display());
    let to_terminal = args.output.as_os_str() == "-" && std::io::stdout().is_terminal();
    if args.format == Some(Kind::Xlsx) && to_terminal {
        bail!("a workbook is no text for a terminal: name a file with --output");
    }
    let conn = exports::open(&path)?;
    let shop = settings::load(&conn, &config.shop)?;
    let table = match args.what {
        What::Onix => {
            ensure!(args.format.is_none(), "onix has a format of its own: leave --format out");
            let filter = OnixFilter {
                publisher: args.publisher.clone(),
                source: args.source.clone(),
                shop_url: Some(config.public_url.clone()).filter(|url| !url.is_empty()),
            };
            let rows = to(&args.output, |out| Ok(exports::onix(&conn, &filter, &shop, now, out)?))?;
            tell(args, Written { rows, cut: 0 });
            return Ok(());
        }
        What::Books => Table::Books,
        What::Orders => Table::Orders,
        What::Customers => Table::Customers,
        What::Stock => Table::Stock,
    };
    ensure!(args.publisher.is_none() && args.source.is_none(), "--publisher and --source choose among onix products");
    let format = args.format.unwrap_or(Kind::Csv);
    let written = to(&args.output, |out| Ok(exports::table(&conn, table, format.file(), &shop, now, out)?))?;
    tell(args, written);
    Ok(())
}

/// Hands over standard output, or a file beside the one that is meant, which takes its place when it is whole.
fn to<T>(output: &Path, write: impl FnOnce(&mut dyn Write) -> anyhow::Result<T>) -> anyhow::Result<T> {
    if output.as_os_str() == "-" {
        let mut out = std::io::stdout().lock();
        return write(&mut out);
    }
    let folder = output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let cannot = || format!("{} cannot be written", output.display());
    let mut file = NamedTempFile::new_in(folder).with_context(cannot)?;
    let written = write(file.as_file_mut())?;
    file.as_file().sync_all().with_context(cannot)?;
    file.persist(output).with_context(cannot)?;
    Ok(written)
}

fn tell(args: &ExportArgs, written: Written) {
    if args.output.as_os_str() != "-" {
        eprintln!("{} records written to {}", written.rows, args.output.display());
    }
    if written.cut > 0 {
        eprintln!("note: {} texts were cut, because a cell of a workbook holds 32,767 characters", written.cut);
    }
}
