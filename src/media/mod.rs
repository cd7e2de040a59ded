//! Pictures of books: those that publishers and staff have, and the covers that the shop draws itself.
//!
//! Owns `images`, `edition_images` and `image_links`. The files lie below the data folder: `media/` holds the pictures
//! as they were taken in, named by their hash, and belongs to every backup; `sizes/` holds what was made of them for
//! pages and can be deleted at any time. Never fetches anything by itself, and never shows a picture from elsewhere.
//!
//! - A picture has one file, however many books show it; a file is complete under its name or not there.
//! - What is stored was written by our own encoder: upright, sRGB, without metadata (see `intake`).
//! - A book's pictures have the positions 0, 1, 2 …; the first is its cover. Uploads stay through every import.
//! - A row is written after its file, so a row without a file is damage; a file without a row is only room wasted
//!   (a removed picture keeps its file, because another book or another process may just be about to show it).
//!
//! Decision 2026-11-22: a book without an image gets a drawn cover rather than a grey box, because covers are how
//! readers find their way; refused: drawing bitmaps, which would need a font in the program and cost more bytes.

mod books;
pub mod cover;
pub mod doctor;
pub mod fetch;
mod hash;
pub mod icon;
mod intake;
pub mod links;
pub mod sizer;
mod sizes;
mod store;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use crate::error::{Fault, Kind as FaultKind};

pub use books::{Attached, MOST_PICTURES, Origin, attach, detach, front, fronts, list, reorder, set_imported};
pub use hash::{BadHash, Hash};
pub use intake::{MOST_BYTES, MOST_PIXELS};
pub use sizes::{Encoding, WIDTHS, find_short, sized_path, widths};
pub use store::{Taken, original, original_path, take_in};

/// How a stored picture is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nearly all.
    Jpeg,
    /// What can be seen through in places.
    Png,
}

impl Kind {
    /// The end of its file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Kind::Jpeg => "jpg",
            Kind::Png => "png",
        }
    }

    /// Its media type.
    pub fn mime(self) -> &'static str {
        match self {
            Kind::Jpeg => "image/jpeg",
            Kind::Png => "image/png",
        }
    }

    /// The kind of an extension.
    pub fn from_extension(extension: &str) -> Option<Kind> {
        [Kind::Jpeg, Kind::Png].into_iter().find(|kind| kind.extension() == extension)
    }
}

impl ToSql for Kind {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.extension().into())
    }
}

impl FromSql for Kind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Kind> {
        Kind::from_extension(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}

/// A stored picture: all that a page needs to show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its name.
    pub hash: Hash,
    /// How it is encoded.
    pub kind: Kind,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// Why a picture is not taken in; nothing was stored then.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// Another format, or no picture.
    #[error("it is no JPEG, PNG, WebP or GIF picture")]
    Format,
    /// More bytes than `MOST_BYTES`.
    #[error("it has {} MB; a picture may have {} MB", .0.div_ceil(1 << 20), MOST_BYTES >> 20)]
    TooManyBytes(usize),
    /// More pixels than `MOST_PIXELS`.
    #[error("it is {width} × {height} pixels; a picture may have {} million", MOST_PIXELS / 1_000_000)]
    TooManyPixels {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// A stand-in rather than a cover.
    #[error("it is only {width} × {height} pixels")]
    TooSmall {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// Decoding it would take more memory than a picture may.
    #[error("it has too many pixels, or too many bits to each, to be decoded")]
    TooMuchMemory,
    /// The file is broken or incomplete.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// The disk.
    #[error("{what}: {error}")]
    Io {
        /// What was tried, with the path.
        what: String,
        /// The system's answer.
        error: std::io::Error,
    },
}

impl Fault for MediaError {
    fn kind(&self) -> FaultKind {
        match self {
            MediaError::Io { .. } => FaultKind::Unavailable,
            MediaError::Format
            | MediaError::TooManyBytes(_)
            | MediaError::TooManyPixels { .. }
            | MediaError::TooSmall { .. }
            | MediaError::TooMuchMemory
            | MediaError::Damaged(_) => FaultKind::Invalid,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
