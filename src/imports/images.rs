//! Pictures that a feed names by file: beside it in its folder, or in the same archive.

use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use super::archive::{self, Entry};
use super::input::Input;

/// A picture file larger than this is no cover.
const MAX_BYTES: u64 = 20 << 20;

/// Finds the bytes of a picture that a record names.
pub trait ImageFinder {
    /// The picture's bytes, at most 20 MB; `None` where there is none under this name or it must not be read.
    fn find(&self, name: &str) -> Option<Vec<u8>>;
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
        let name = name.replace('\\', "/");
        let plain = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
        if name.is_empty() || name.contains('\0') || !Path::new(&name).components().all(plain) {
            return None;
        }
        match self {
            Beside::Folder(root) => {
                // A link may lead out of the folder: where it ends decides.
                let path = root.join(&name).canonicalize().ok().filter(|path| path.starts_with(root))?;
                let file = File::open(&path).ok().filter(|file| file.metadata().is_ok_and(|about| about.is_file()))?;
                bounded(file)
            }
            Beside::Archive { path, folder, entries } => {
                let named = |wanted: &str| entries.iter().find(|entry| entry.path == wanted);
                let entry = named(&format!("{folder}{name}")).or_else(|| named(&name))?;
                let (input, _) = Input::of_member(path, entry.member(path).ok()?, None).ok()?;
                bounded(input.reader(&Rc::default()).ok()?)
            }
            Beside::Nothing => None,
        }
    }
}

fn bounded(from: impl Read) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MAX_BYTES + 1).read_to_end(&mut bytes).ok()?;
    (!bytes.is_empty() && bytes.len() as u64 <= MAX_BYTES).then_some(bytes)
}
