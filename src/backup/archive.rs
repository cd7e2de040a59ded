//! Reads an archive from front to end, trusting nothing in it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Take};
use std::path::Path;

use super::manifest::{DATABASE, FOLDERS, FORMAT, MANIFEST};
use super::seal::{self, Digesting, Seal};
use super::{BackupError, FileFacts, Manifest, io};

/// A manifest names a million files in less.
const MANIFEST_BYTES: u64 = 256 << 20;

/// Checks every byte and every hash of a backup, writing nothing.
///
/// # Errors
///
/// `Foreign` for other files and for one cut short, `Damaged` with the reason, `Newer`.
pub fn verify(file: &Path) -> Result<Manifest, BackupError> {
    walk(file, |_, content| io::copy(content, &mut io::sink()).map(drop).map_err(unreadable))
}

/// Hands each file to `keep`, which reads it to its end; then compares all of them with the manifest.
pub(super) fn walk(
    file: &Path, mut keep: impl FnMut(&str, &mut dyn Read) -> Result<(), BackupError>,
) -> Result<Manifest, BackupError> {
    let body = unseal(file)?;
    let decoder = zstd::Decoder::with_buffer(body).map_err(unreadable)?;
    let mut tar = tar::Archive::new(decoder);
    let mut found: BTreeMap<String, FileFacts> = BTreeMap::new();
    let mut manifest: Option<Manifest> = None;
    for entry in tar.entries().map_err(unreadable)? {
        let mut entry = entry.map_err(unreadable)?;
        let name = entry_name(&entry)?;
        if manifest.is_some() {
            return Err(damaged(format!("“{name}” comes after the manifest")));
        }
        if name == MANIFEST {
            manifest = Some(read_manifest(&mut entry)?);
            continue;
        }
        if found.contains_key(&name) {
            return Err(damaged(format!("“{name}” is in it twice")));
        }
        let mut reader = Digesting::new(&mut entry);
        keep(&name, &mut reader)?;
        // `keep` may have stopped early; the rest counts too.
        io::copy(&mut reader, &mut io::sink()).map_err(unreadable)?;
        found.insert(name, reader.facts());
    }
    let manifest = manifest.ok_or_else(|| damaged("it has no manifest".to_owned()))?;
    io::copy(&mut tar.into_inner(), &mut io::sink()).map_err(unreadable)?;
    compare(&manifest, &found)?;
    Ok(manifest)
}

fn unseal(file: &Path) -> Result<Take<BufReader<File>>, BackupError> {
    let reading = || format!("cannot read {}", file.display());
    let opened = File::open(file).map_err(io(reading()))?;
    if !opened.metadata().map_err(io(reading()))?.is_file() {
        return Err(BackupError::Foreign(file.to_owned()));
    }
    match seal::open(opened).map_err(io(reading()))? {
        Seal::Whole(body) => Ok(body),
        Seal::Broken => Err(damaged("its bytes are not those that were written".to_owned())),
        Seal::Missing => Err(BackupError::Foreign(file.to_owned())),
    }
}

fn entry_name<R: Read>(entry: &tar::Entry<'_, R>) -> Result<String, BackupError> {
    let bytes = entry.path_bytes();
    let shown = String::from_utf8_lossy(&bytes).escape_debug().to_string();
    if entry.header().entry_type() != tar::EntryType::Regular {
        return Err(damaged(format!("“{shown}” is not a plain file")));
    }
    let name = std::str::from_utf8(&bytes).ok().filter(|name| *name == MANIFEST || *name == DATABASE || is_safe(name));
    name.map(str::to_owned).ok_or_else(|| damaged(format!("“{shown}” does not belong into a backup")))
}

/// Whether a path stays below `media/` or `ebooks/` on every system.
pub(super) fn is_safe(path: &str) -> bool {
    let mut parts = path.split('/');
    let known = parts.next().is_some_and(|folder| FOLDERS.contains(&folder));
    let mut below = false;
    let plain = parts.all(|part| {
        below = true;
        let forbidden = |c: char| c.is_control() || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
        !part.is_empty() && !matches!(part, "." | "..") && !part.contains(forbidden)
    });
    known && below && plain
}

fn read_manifest(entry: &mut impl Read) -> Result<Manifest, BackupError> {
    let mut json = Vec::new();
    entry.take(MANIFEST_BYTES).read_to_end(&mut json).map_err(unreadable)?;
    // The number is read by itself first: a newer layout need not fit today's fields.
    let value: serde_json::Value =
        serde_json::from_slice(&json).map_err(|error| damaged(format!("its manifest: {error}")))?;
    let format = value.get("format").and_then(serde_json::Value::as_u64).unwrap_or(0);
    if format > u64::from(FORMAT) {
        let program = value.get("program").and_then(serde_json::Value::as_str).unwrap_or("of another version");
        return Err(BackupError::Newer(program.to_owned()));
    }
    serde_json::from_value(value).map_err(|error| damaged(format!("its manifest: {error}")))
}

fn compare(manifest: &Manifest, found: &BTreeMap<String, FileFacts>) -> Result<(), BackupError> {
    if !found.contains_key(DATABASE) {
        return Err(damaged("it has no database".to_owned()));
    }
    for (name, facts) in &manifest.files {
        match found.get(name) {
            None => return Err(damaged(format!("“{name}” is missing"))),
            Some(read) if read != facts => return Err(damaged(format!("“{name}” is not what the manifest says"))),
            Some(_) => {}
        }
    }
    match found.keys().find(|name| !manifest.files.contains_key(*name)) {
        Some(name) => Err(damaged(format!("“{name}” is not in the manifest"))),
        None => Ok(()),
    }
}

fn damaged(why: String) -> BackupError {
    BackupError::Damaged(why)
}

/// The disk was read before, for the seal; so what cannot be read now is wrong inside.
pub(super) fn unreadable(error: io::Error) -> BackupError {
    damaged(error.to_string())
}
