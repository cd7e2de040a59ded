//! Proves that every picture has its file, and that the file is the picture.

use std::collections::HashSet;
use std::path::Path;

use jiff::Timestamp;
use rusqlite::Connection;

use super::sizes::picture_of;
use super::{Hash, Kind, store};
use crate::findings::{Check, Report, names};

/// Adds what the tables of pictures prove, and what they contradict.
///
/// # Errors
///
/// Only SQLite's own.
pub fn check(conn: &Connection, _now: Timestamp, report: &mut Report) -> rusqlite::Result<()> {
    let check = Check {
        name: "order of pictures",
        unit: "books whose pictures stand in order",
        all: "SELECT count(DISTINCT edition_id) FROM edition_images",
        broken: "SELECT edition_id, count(*) FROM edition_images
                  GROUP BY edition_id HAVING min(position) <> 0 OR max(position) <> count(*) - 1",
    };
    report.expect_none(conn, &check, [], |row| {
        let edition = names::edition(conn, &row.get::<_, Vec<u8>>(0)?)?;
        Ok(format!("the {} pictures of {edition} are not numbered from 0 on", row.get::<_, i64>(1)?))
    })
}

/// Reads every picture's file below `data`, the shop's data folder, and compares it with its name.
///
/// Files that belong to no picture are counted, not complained of: they waste room and harm nothing.
///
/// # Errors
///
/// Only SQLite's own.
pub fn check_files(conn: &Connection, data: &Path, report: &mut Report) -> rusqlite::Result<()> {
    const CHECK: &str = "files of pictures";
    let mut statement = conn.prepare("SELECT hash, kind, width, height FROM images")?;
    let pictures = statement.query_map([], picture_of)?;
    let (mut known, mut right) = (HashSet::new(), 0);
    for picture in pictures {
        let picture = picture?;
        known.insert(picture.hash);
        let path = store::original(data, &picture);
        let shown = path.display();
        match store::read(&path) {
            Ok(Some(bytes)) if Hash::of(&bytes) == picture.hash => right += 1,
            Ok(Some(_)) => {
                report.find(CHECK, format!("{shown} is damaged. Take it from a backup, or upload the picture again."))
            }
            Ok(None) => {
                report.find(CHECK, format!("{shown} is missing. Take it from a backup, or upload the picture again."))
            }
            Err(error) => report.find(CHECK, error.to_string()),
        }
    }
    report.prove(CHECK, right, "pictures whose file is there and whole");
    let strangers = count_strangers(&data.join("media"), &known);
    if strangers > 0 {
        report.prove(CHECK, strangers, "files belong to no picture: removed ones, which only take room");
    }
    Ok(())
}

/// Files below `media/` that are named like pictures and are none; what cannot be listed is not counted.
fn count_strangers(media: &Path, known: &HashSet<Hash>) -> u64 {
    let folders = std::fs::read_dir(media).into_iter().flatten().flatten();
    let files = folders.filter_map(|folder| std::fs::read_dir(folder.path()).ok()).flatten().flatten();
    let strangers = files.filter(|file| {
        let name = file.file_name();
        let parts = name.to_str().and_then(|name| name.split_once('.'));
        let hash = parts.filter(|(_, end)| Kind::from_extension(end).is_some()).and_then(|(hash, _)| hash.parse().ok());
        !hash.is_some_and(|hash| known.contains(&hash))
    });
    u64::try_from(strangers.count()).unwrap_or(u64::MAX)
}
