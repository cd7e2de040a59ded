//! Pictures that a feed names by file: beside it in its folder, or in the same archive.

use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use super::archive::{self, Entry};
use super::input::Input;
use super::record::Record;
use crate::kernel::ids::fingerprint;
use crate::media::{self, links};

/// A picture file larger than this is no cover.
const MAX_BYTES: u64 = 20 << 20;

/// Finds the bytes of a picture that a record names.
pub trait ImageFinder {
    /// The picture's bytes, at most 20 MB; `None` where there is none under this name or it must not be read.
    fn find(&self, name: &str) -> Option<Vec<u8>>;

    /// Whether there is one, without reading it.
    fn has(&self, name: &str) -> bool;
}

/// Pictures beside a feed.
pub(super) enum Beside {
    /// In its folder or below.
    Folder(PathBuf),
    /// In its archive.
    Archive {
        /// The archive.
        path: PathBuf,
        /// The folder of the feed inside it, with a slash, or empty.
        folder: String,
        /// What is in it.
        entries: Vec<Entry>,
    },
    /// Nowhere: what came from standard input lies beside nothing.
    Nothing,
}

impl Beside {
    /// Where the pictures of a feed lie.
    pub(super) fn of(input: &Input) -> Beside {
        if input.spooled {
            return Beside::Nothing;
        }
        let Some(member) = &input.member else {
            let folder = input.path.parent().and_then(|folder| {
                let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
                folder.canonicalize().ok()
            });
            return folder.map_or(Beside::Nothing, Beside::Folder);
        };
        let folder = member.path.rfind('/').and_then(|end| member.path.get(..=end)).unwrap_or_default().to_owned();
        match archive::entries(&input.path) {
            Ok(entries) => Beside::Archive { path: input.path.clone(), folder, entries },
            Err(_) => Beside::Nothing,
        }
    }
}

impl ImageFinder for Beside {
    fn find(&self, name: &str) -> Option<Vec<u8>> {
        let name = plain(name)?;
        match self {
            Beside::Folder(root) => bounded(File::open(within(root, &name)?).ok()?),
            Beside::Archive { path, folder, entries } => {
                let member = entry(entries, folder, &name)?.member(path).ok()?;
                bounded(Input::of_member(path, member, None).ok()?.0.reader(&Rc::default()).ok()?)
            }
            Beside::Nothing => None,
        }
    }

    fn has(&self, name: &str) -> bool {
        plain(name).is_some_and(|name| match self {
            Beside::Folder(root) => within(root, &name).is_some(),
            Beside::Archive { folder, entries, .. } => entry(entries, folder, &name).is_some(),
            Beside::Nothing => false,
        })
    }
}

/// Takes the pictures that records name into the shop's media folder.
pub(super) struct Album {
    beside: Beside,
    data: PathBuf,
}

impl Album {
    /// For the pictures beside `input`, into the data folder of the shop.
    pub(super) fn of(input: &Input, data: &Path) -> Album {
        Album { beside: Beside::of(input), data: data.to_owned() }
    }

    /// Makes the pictures part of what the record says: another picture under the same name is another record.
    ///
    /// Returns the pictures found, for `take_in`.
    pub(super) fn find(&self, record: &mut Record) -> Vec<(Vec<u8>, String)> {
        let names = record.images.iter().filter(|name| !links::is_link(name));
        let found: Vec<(Vec<u8>, String)> =
            names.filter_map(|name| Some((self.beside.find(name)?, name.clone()))).collect();
        for (bytes, _) in &found {
            record.hash = fingerprint(&[record.hash, fingerprint(bytes)].concat());
        }
        found
    }

    /// Takes found pictures in. One that is none is left out with a warning.
    pub(super) fn take_in(&self, found: Vec<(Vec<u8>, String)>, record: &mut Record) {
        for (bytes, name) in found {
            match media::take_in(&self.data, &bytes) {
                Ok(taken) => record.pictures.push((taken, name)),
                Err(error) => record.warnings.push(format!("the picture {name} was left out: {error}")),
            }
        }
    }
}

/// A name that leads down, with slashes, or nothing.
fn plain(name: &str) -> Option<String> {
    let name = name.replace('\\', "/");
    let down = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    let good = !name.is_empty() && !name.contains(['\0', ':']) && Path::new(&name).components().all(down);
    good.then_some(name)
}

/// A file in a folder. A link may lead out of it: where it ends decides.
fn within(root: &Path, name: &str) -> Option<PathBuf> {
    let path = root.join(name).canonicalize().ok()?;
    (path.starts_with(root) && path.is_file()).then_some(path)
}

/// A member by its name, seen from the feed or from the archive's root.
fn entry<'a>(entries: &'a [Entry], folder: &str, name: &str) -> Option<&'a Entry> {
    let named = |wanted: &str| {
        let place = entries.binary_search_by(|entry| entry.path.as_str().cmp(wanted)).ok()?;
        entries.get(place)
    };
    named(&format!("{folder}{name}")).or_else(|| named(name))
}

fn bounded(from: impl Read) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MAX_BYTES + 1).read_to_end(&mut bytes).ok()?;
    (!bytes.is_empty() && bytes.len() as u64 <= MAX_BYTES).then_some(bytes)
}
