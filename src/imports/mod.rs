//! Feeds of books: reads a file, finds out which books it means, stores what it says.
//!
//! Owns `import_records`, `import_sources`, `import_runs`, `stock_files`. Stores through `catalog`, `stock`, `media`;
//! never decides what a book page says, never touches the network (2026-11: a DOCTYPE or an image address in a feed is text, nothing is fetched).
//!
//! - Finding: `sources` opens what a command names (files, folders, archives by `archive`) and makes an `input` of each
//!   feed in it; `batch` takes them in one after the other. `images` finds pictures that lie beside a feed.
//! - Reading: `input` (file, gzip, ZIP member) → `encoding` (always UTF-8 after it) → `csv`, `onix`, `marc` or `own`
//!   (what the shop exported) → a neutral `record`. What could mean two things is told or rejected, never guessed.
//! - `stock_file` books copies and prices of books that are here. A row of an added file is booked once, ever.
//! - `runs` remembers what was asked, so that a run that was killed can be resumed.
//! - Storing: `identity` says which book a record is, `overlay` what changes, `apply` writes one record.
//! - `run` reads, the `carrier` takes records to the writer in jobs; its `pace` is small steps while the shop sells.
//!   One import at a time.
//! - read = created + updated + unchanged + rejected; blank rows stand apart.
//! - A record is stored whole or rejected with its line and reason. A broken XML file is found out before
//!   anything of it is stored.
//! - A second run of a file changes nothing: every record's hash is kept. The kept hashes of a book are those of
//!   the last run that changed it, so a price that goes 10 → 12 → 10 arrives (2026-11; refused: keeping all).
//! - What a person decided stays (`catalog::owned`), unless the caller asks for the feed's word.
//! - What a feed does not say stays as it is: an empty cell deletes nothing.
//! - A feed's number of copies moves the shelf only when that number changed since the feed's last run, so copies
//!   sold or counted here are not brought back by an old file.

mod apply;
mod archive;
mod batch;
mod carrier;
mod csv;
mod dates;
mod encoding;
mod entities;
mod feed;
pub mod fuzz;
mod identity;
mod images;
mod input;
mod language;
mod marc;
mod met;
mod mojibake;
mod onix;
mod overlay;
mod own;
mod pace;
mod record;
mod records;
mod rehearsal;
mod report;
mod run;
mod runs;
mod sources;
mod stock_file;
mod validity;

use std::path::PathBuf;

use crate::error::{Fault, Kind};
use crate::kernel::money::Currency;

pub use batch::{Named, run, run_all, run_stock};
pub use csv::fields::{Field, UnknownField};
pub use images::ImageFinder;
pub use rehearsal::Rehearsal;
pub use report::{ChangedBook, FileReport, RejectedRow, Report};
pub use run::Progress;
pub use runs::{Run, Unfinished};
pub use sources::Spool;
pub use stock_file::Mode;

/// How a file is to be read, as the caller asked.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// The feed's name; `None`: the sender that an ONIX message names, else the file's name. Records of one feed are compared with its earlier ones.
    pub source: Option<String>,
    /// The CSV column that holds the feed's own record id.
    pub reference_column: Option<String>,
    /// CSV columns by name or number, and what they hold, where the header's own word does not say it.
    pub map: Vec<(String, Field)>,
    /// The CSV file has no header, whatever its first line looks like.
    pub no_header: bool,
    /// Columns that nobody names are guessed from what stands in them.
    pub guess: bool,
    /// The encoding of files without a byte order mark; `None`: found out.
    pub encoding: Option<&'static encoding_rs::Encoding>,
    /// The price of records that state none, as a plain decimal.
    pub default_price: Option<String>,
    /// Copies of a new book whose record states none.
    pub default_stock: Option<u32>,
    /// The currency of amounts that name none; on a new, empty shop it becomes the shop's.
    pub default_currency: Option<Currency>,
    /// Working days promised for what a supplier has but names no time for; `None`: 5 to 10.
    pub lead_days: Option<(u16, u16)>,
    /// Whether the feed may change what a person decided in the back office.
    pub overwrite_edited: bool,
}

/// Why a file was not taken in, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file is not what it should be; nothing of it was stored.
    #[error("{0}; nothing was stored")]
    Refused(String),
    /// Nothing in the file looks like books; nothing of it was stored.
    #[error("{0}; nothing was stored")]
    NoFeed(String),
    /// The file cannot be opened.
    #[error("{} cannot be read: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// Reading broke off after records were stored already.
    #[error("{reason}; {stored} records before that are stored, the same command goes on from there")]
    BrokeOff {
        /// What happened.
        reason: String,
        /// Records that are stored.
        stored: u64,
    },
    /// Of several files some were not taken in.
    #[error("{failed} of {of} files were not taken in whole, the first of them {first}: {error}")]
    Several {
        /// How many.
        failed: usize,
        /// Of how many.
        of: usize,
        /// The first of them.
        first: String,
        /// What was wrong with it.
        error: Box<ImportError>,
    },
    /// One import at a time.
    #[error("another import is running in this shop; nothing was stored, try again when it is done")]
    Busy,
    /// The shop's settings cannot be read.
    #[error(transparent)]
    Settings(#[from] crate::settings::SettingsError),
    /// SQLite said no.
    #[error(transparent)]
    Db(#[from] crate::db::DbError),
}

impl From<rusqlite::Error> for ImportError {
    fn from(error: rusqlite::Error) -> ImportError {
        ImportError::Db(error.into())
    }
}

impl Fault for ImportError {
    fn kind(&self) -> Kind {
        match self {
            ImportError::Refused(_) | ImportError::NoFeed(_) | ImportError::File { .. } => Kind::Invalid,
            ImportError::Busy => Kind::Conflict,
            ImportError::BrokeOff { .. } => Kind::Unavailable,
            ImportError::Several { error, .. } => error.kind(),
            ImportError::Settings(error) => error.kind(),
            ImportError::Db(error) => error.kind(),
        }
    }
}

#[cfg(test)]
mod tests;
