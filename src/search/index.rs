//! The index on disk: opened, checked, thrown away when it cannot be trusted.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy};
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyError};

use super::SearchError;
use super::aspects::{self, Aspects};
use super::schema::{VERSION, schema};
use super::words::{TOKENIZER, Words};

/// Memory in which new documents wait for their segment.
const HEAP: usize = 32 << 20;
/// As much while nobody is served: fewer segments to merge, and fewer for every search to look into.
const HEAP_ALONE: usize = 256 << 20;

/// What every commit carries: enough to know what is missing after a crash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Stamp {
    /// The schema's version.
    pub(super) version: u32,
    /// The last change of the feed that the commit has seen.
    pub(super) seq: i64,
    /// Currency and zone in which prices and days were read.
    pub(super) terms: String,
}

#[derive(Clone)]
struct Open {
    index: tantivy::Index,
    reader: IndexReader,
    seen: Seen,
    stamp: Option<Stamp>,
}

/// What searches see: a snapshot, and what is kept in memory of it.
#[derive(Clone)]
struct Seen {
    searcher: Searcher,
    aspects: Vec<Arc<Aspects>>,
}

impl Seen {
    /// Reads what the last search did not need yet, before anybody searches in it.
    fn latest(reader: &IndexReader) -> Result<Seen, TantivyError> {
        let searcher = reader.searcher();
        Ok(Seen { aspects: aspects::of_all(&searcher)?, searcher })
    }
}

/// The shop's index. Clones share it.
#[derive(Clone)]
pub struct Index {
    shared: Arc<Shared>,
}

struct Shared {
    dir: PathBuf,
    open: RwLock<Open>,
    /// The last change that searches see; 0 while nothing has been built.
    applied: AtomicI64,
    suspect: AtomicBool,
    /// Length and time of the segments' files when they were first looked at: none is ever written again.
    seen: Mutex<HashMap<PathBuf, (u64, SystemTime)>>,
    /// Kept for searches in the snapshot before the last commit.
    before: Mutex<Vec<Arc<Aspects>>>,
}

impl Index {
    /// Opens the index in `dir`; one that is missing, damaged or of another version is replaced by an empty one.
    ///
    /// Only for the process that holds `data/serve.lock`: it reads every file's checksum and may delete them all.
    ///
    /// # Errors
    ///
    /// Only what the folder refuses.
    pub fn open_or_rebuild(dir: &Path) -> Result<Index, SearchError> {
        Ok(Index::of(dir, open_or_create(dir)?))
    }

    /// Opens the index for reading only, as it was last committed.
    ///
    /// # Errors
    ///
    /// `Unusable` when there is none, or one of another version.
    pub fn open_read_only(dir: &Path) -> Result<Index, SearchError> {
        if !dir.join("meta.json").exists() {
            return Err(SearchError::Unusable("missing"));
        }
        Ok(Index::of(dir, open_existing(dir)?))
    }

    fn of(dir: &Path, open: Open) -> Index {
        let applied = AtomicI64::new(open.stamp.as_ref().map_or(0, |stamp| stamp.seq));
        let shared = Shared {
            dir: dir.to_owned(),
            open: RwLock::new(open),
            applied,
            suspect: AtomicBool::new(false),
            seen: Mutex::default(),
            before: Mutex::default(),
        };
        Index { shared: Arc::new(shared) }
    }

    fn open(&self) -> Open {
        self.shared.open.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A snapshot to search in; later commits do not change it.
    pub fn searcher(&self) -> Searcher {
        self.shared.open.read().unwrap_or_else(PoisonError::into_inner).seen.searcher.clone()
    }

    /// The last change of the feed that a search now is sure to see: the version of what it answers.
    pub fn generation(&self) -> i64 {
        self.shared.applied.load(Ordering::Acquire)
    }

    /// Whether the index has ever been filled; until then every search finds nothing.
    pub fn is_built(&self) -> bool {
        self.shared.open.read().unwrap_or_else(PoisonError::into_inner).stamp.is_some()
    }

    /// The stamp of the last commit; `None` for an index that has to be built.
    pub(super) fn stamp(&self) -> Option<Stamp> {
        self.open().stamp
    }

    /// Notes that a search failed in a way that a healthy index does not; the indexer looks into it.
    pub(super) fn suspect(&self) {
        self.shared.suspect.store(true, Ordering::Release);
    }

    /// Runs a search, or work on the index. Damaged bytes may make Tantivy panic: that is an answer too.
    pub(super) fn guarded<T>(&self, f: impl FnOnce() -> Result<T, SearchError>) -> Result<T, SearchError> {
        let result = catch_unwind(AssertUnwindSafe(f)).unwrap_or(Err(SearchError::Unusable("damaged")));
        result.inspect_err(|error| {
            if matches!(error, SearchError::Index(_) | SearchError::Unusable(_)) {
                self.suspect();
            }
        })
    }

    /// Looks whether the folder still holds what was committed: a shop notices that somebody touched its files before
    /// a search stumbles over them. Bytes that rot without a trace are found by their checksums, at the next start or
    /// by the doctor.
    pub(super) fn watch(&self) {
        // A merge may delete files between the list of them and the look at them: then the second list is another.
        if let Err(error) = self.look().or_else(|_| self.look()) {
            tracing::warn!(%error, "the search index is not what was written");
            self.suspect();
        }
    }

    fn look(&self) -> Result<(), SearchError> {
        let mut seen = self.shared.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kept = HashMap::with_capacity(seen.len());
        // Of the files that a segment may have, some are never written.
        for path in self.open().index.load_metas()?.list_segment_files() {
            let before = seen.get(&path).copied();
            let (length, written) = match std::fs::metadata(self.shared.dir.join(&path)) {
                Ok(found) => (found.len(), found.modified()?),
                Err(error) if error.kind() == ErrorKind::NotFound && before.is_none() => continue,
                Err(error) => return Err(error.into()),
            };
            if before.is_some_and(|before| before != (length, written)) {
                return Err(SearchError::Unusable("damaged"));
            }
            kept.insert(path, (length, written));
        }
        *seen = kept;
        Ok(())
    }

    pub(super) fn is_suspect(&self) -> bool {
        self.shared.suspect.load(Ordering::Acquire)
    }

    pub(super) fn take_suspicion(&self) -> bool {
        self.shared.suspect.swap(false, Ordering::AcqRel)
    }

    /// Opens the folder again, as `open_or_rebuild`. Searches go on in the old index until this one has replaced it.
    pub(super) fn reopen(&self) -> Result<(), SearchError> {
        let open = open_or_create(&self.shared.dir)?;
        self.shared.seen.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.shared.applied.store(open.stamp.as_ref().map_or(0, |stamp| stamp.seq), Ordering::Release);
        *self.shared.open.write().unwrap_or_else(PoisonError::into_inner) = open;
        Ok(())
    }

    /// The one writer.
    pub(super) fn writer(&self) -> Result<IndexWriter, SearchError> {
        self.writer_with(HEAP)
    }

    /// As `writer`, for a process in which nobody is served.
    pub(super) fn writer_alone(&self) -> Result<IndexWriter, SearchError> {
        self.writer_with(HEAP_ALONE)
    }

    /// One thread, one merge at a time, and few segments.
    fn writer_with(&self, memory: usize) -> Result<IndexWriter, SearchError> {
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(memory)
            .build();
        let writer = self.open().index.writer_with_options(options)?;
        let mut policy = LogMergePolicy::default();
        policy.set_min_num_segments(4);
        policy.set_del_docs_ratio_before_merge(0.3);
        writer.set_merge_policy(Box::new(policy));
        Ok(writer)
    }

    /// Commits with `stamp`; afterwards every new searcher sees it.
    pub(super) fn commit(&self, writer: &mut IndexWriter, stamp: Stamp) -> Result<(), SearchError> {
        let payload = serde_json::to_string(&stamp).map_err(|error| TantivyError::InternalError(error.to_string()))?;
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(&payload);
        commit.commit()?;
        // Reading the new segments takes milliseconds: no search waits for it.
        let reader = self.open().reader;
        reader.reload()?;
        let seen = Seen::latest(&reader)?;
        let seq = stamp.seq;
        let before = {
            let mut open = self.shared.open.write().unwrap_or_else(PoisonError::into_inner);
            open.stamp = Some(stamp);
            std::mem::replace(&mut open.seen, seen)
        };
        self.shared.applied.store(seq, Ordering::Release);
        // A search that is still under way in the snapshot before it finds what it needs for a while.
        *self.shared.before.lock().unwrap_or_else(PoisonError::into_inner) = before.aspects;
        Ok(())
    }

    /// Notes that the changes up to `seq` made no difference to what is committed.
    pub(super) fn advance(&self, seq: i64) {
        self.shared.applied.fetch_max(seq, Ordering::AcqRel);
    }

    /// The files whose content is not what was written.
    pub(super) fn damaged_files(&self) -> Result<Vec<String>, SearchError> {
        damaged_files(&self.open().index)
    }
}

fn damaged_files(index: &tantivy::Index) -> Result<Vec<String>, SearchError> {
    let mut names: Vec<String> =
        index.validate_checksum()?.into_iter().map(|path| path.display().to_string()).collect();
    names.sort_unstable();
    Ok(names)
}

fn open_or_create(dir: &Path) -> Result<Open, SearchError> {
    if dir.join("meta.json").exists() {
        let found = open_existing(dir).and_then(|open| match damaged_files(&open.index)?.as_slice() {
            [] => Ok(open),
            _ => Err(SearchError::Unusable("damaged")),
        });
        match found {
            Ok(open) => return Ok(open),
            Err(error) => tracing::warn!(%error, "the search index is thrown away and will be built anew"),
        }
    }
    if dir.exists() {
        std::fs::remove_dir_all(dir)?;
    }
    std::fs::create_dir_all(dir)?;
    prepare(tantivy::Index::create_in_dir(dir, schema())?, None)
}

fn open_existing(dir: &Path) -> Result<Open, SearchError> {
    let index = tantivy::Index::open_in_dir(dir)?;
    let payload = index.load_metas()?.payload;
    let stamp: Option<Stamp> = payload.and_then(|payload| serde_json::from_str(&payload).ok());
    match stamp {
        Some(stamp) if stamp.version == VERSION && index.schema() == schema() => prepare(index, Some(stamp)),
        Some(_) => Err(SearchError::Unusable("of another version")),
        None => Err(SearchError::Unusable("unfinished")),
    }
}

fn prepare(index: tantivy::Index, stamp: Option<Stamp>) -> Result<Open, SearchError> {
    index.tokenizers().register(TOKENIZER, TextAnalyzer::from(Words::default()));
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).doc_store_cache_num_blocks(1).try_into()?;
    let seen = Seen::latest(&reader)?;
    Ok(Open { index, reader, seen, stamp })
}
