//! The sizes of a picture that pages offer: which there are, where they lie, and how one is made.

use std::path::{Path, PathBuf};

use image::DynamicImage;
use image::codecs::jpeg::JpegEncoder;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::{Hash, MediaError, Picture, intake, store};
use crate::db::Tx;
use crate::kernel::time::to_ms;

/// The widths in which covers are offered, as far as the picture has them.
pub const WIDTHS: [u32; 6] = [120, 180, 240, 360, 480, 720];
const WEBP_QUALITY: f32 = 78.0;
const JPEG_QUALITY: u8 = 80;

/// How a size is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// What nearly every browser takes.
    Webp,
    /// For all others, mail programs and machines that read feeds.
    Jpeg,
}

impl Encoding {
    /// Both.
    pub const ALL: [Encoding; 2] = [Encoding::Webp, Encoding::Jpeg];

    /// The end of the file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Encoding::Webp => "webp",
            Encoding::Jpeg => "jpg",
        }
    }

    /// Its media type.
    pub fn mime(self) -> &'static str {
        match self {
            Encoding::Webp => "image/webp",
            Encoding::Jpeg => "image/jpeg",
        }
    }

    /// The encoding of an extension.
    pub fn from_extension(extension: &str) -> Option<Encoding> {
        Encoding::ALL.into_iter().find(|encoding| encoding.extension() == extension)
    }
}

/// The widths made of a picture so wide: no size is larger than the picture, and its own width is the last.
pub fn widths(width: u32) -> impl Iterator<Item = u32> + Clone {
    let own = width.min(WIDTHS.iter().copied().max().unwrap_or(width));
    WIDTHS.into_iter().filter(move |size| *size < own).chain([own])
}

/// `sizes/ab/abcd…-240.webp`, below the shop's data folder; `short` is a hash's short name.
pub fn sized_path(data: &Path, short: &str, width: u32, encoding: Encoding) -> PathBuf {
    let folder = data.join("sizes").join(short.get(..2).unwrap_or_default());
    folder.join(format!("{short}-{width}.{}", encoding.extension()))
}

/// Whether the size that is made last is there, so that all are.
pub(super) fn are_made(data: &Path, picture: &Picture) -> bool {
    let last = widths(picture.width).last().unwrap_or(picture.width);
    sized_path(data, &picture.hash.short(), last, Encoding::Jpeg).is_file()
}

/// Makes every size that is not there yet. `false`: the picture's own file is missing.
pub(super) fn make(data: &Path, picture: &Picture) -> Result<bool, MediaError> {
    let Some(bytes) = store::read(&store::original(data, picture))? else { return Ok(false) };
    let _turn = intake::one_at_a_time();
    let full = intake::decode(&bytes, picture.kind)?;
    drop(bytes);
    let short = picture.hash.short();
    for width in widths(picture.width) {
        let paths = Encoding::ALL.map(|encoding| (encoding, sized_path(data, &short, width, encoding)));
        if paths.iter().all(|(_, path)| path.is_file()) {
            continue;
        }
        let small =
            if width == full.width() { full.clone() } else { intake::resize(&full, width, height(&full, width))? };
        for (encoding, path) in paths {
            store::put(&path, &encode(&small, encoding)?)?;
        }
    }
    Ok(true)
}

fn height(full: &DynamicImage, width: u32) -> u32 {
    let exact = u64::from(full.height()) * u64::from(width);
    let rounded = (exact + u64::from(full.width()) / 2) / u64::from(full.width()).max(1);
    u32::try_from(rounded.max(1)).unwrap_or(u32::MAX)
}

fn encode(picture: &DynamicImage, encoding: Encoding) -> Result<Vec<u8>, MediaError> {
    match encoding {
        Encoding::Webp => {
            let (width, height) = (picture.width(), picture.height());
            let encoded = if let Some(rgba) = picture.as_rgba8() {
                webp::Encoder::from_rgba(rgba, width, height).encode_simple(false, WEBP_QUALITY)
            } else {
                webp::Encoder::from_rgb(&picture.to_rgb8(), width, height).encode_simple(false, WEBP_QUALITY)
            };
            let encoded = encoded.map_err(|error| MediaError::Damaged(format!("no WebP could be made: {error:?}")))?;
            Ok(encoded.to_vec())
        }
        Encoding::Jpeg => {
            let flat = picture.as_rgba8().map_or_else(|| picture.to_rgb8(), intake::flatten);
            let mut bytes = Vec::new();
            flat.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY))
                .map_err(intake::damaged)?;
            Ok(bytes)
        }
    }
}

/// The picture of a short name; `None`: there is none, or it is no such name.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find_short(conn: &Connection, short: &str) -> rusqlite::Result<Option<Picture>> {
    let Some((first, last)) = super::hash::range(short) else { return Ok(None) };
    conn.prepare_cached("SELECT hash, kind, width, height FROM images WHERE hash BETWEEN ?1 AND ?2 LIMIT 1")?
        .query_row([first, last], picture_of)
        .optional()
}

/// Pictures after `after` whose sizes are still to be made.
pub(super) fn list_unsized(conn: &Connection, after: Hash, limit: u32) -> rusqlite::Result<Vec<Picture>> {
    pictures(
        conn,
        "SELECT hash, kind, width, height FROM images
          WHERE sized_at IS NULL AND hash > :after ORDER BY hash LIMIT :limit",
        after,
        limit,
    )
}

/// Pictures after `after` that count as done.
pub(super) fn list_sized(conn: &Connection, after: Hash, limit: u32) -> rusqlite::Result<Vec<Picture>> {
    pictures(
        conn,
        "SELECT hash, kind, width, height FROM images
          WHERE sized_at IS NOT NULL AND hash > :after ORDER BY hash LIMIT :limit",
        after,
        limit,
    )
}

fn pictures(conn: &Connection, sql: &str, after: Hash, limit: u32) -> rusqlite::Result<Vec<Picture>> {
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map(named_params! { ":after": after, ":limit": limit }, picture_of)?;
    rows.collect()
}

/// The columns hash, kind, width and height.
pub(super) fn picture_of(row: &Row<'_>) -> rusqlite::Result<Picture> {
    Ok(Picture { hash: row.get(0)?, kind: row.get(1)?, width: row.get(2)?, height: row.get(3)? })
}

/// Notes that all sizes lie there; `None`: that they must be made again.
pub(super) fn mark(tx: &Tx<'_>, hashes: &[Hash], at: Option<Timestamp>) -> rusqlite::Result<()> {
    let mut statement = tx.prepare_cached("UPDATE images SET sized_at = :at WHERE hash = :hash")?;
    for hash in hashes {
        statement.execute(named_params! { ":at": at.map(to_ms), ":hash": hash })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(width: u32, expected: &[u32]) {
        assert_eq!(widths(width).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn no_size_is_larger_than_the_picture() {
        check(2400, &[120, 180, 240, 360, 480, 720]);
        check(720, &[120, 180, 240, 360, 480, 720]);
        check(300, &[120, 180, 240, 300]);
        check(120, &[120]);
        check(16, &[16]);
    }
}
