//! Finding books by words, filters and sorts, in an index that can be thrown away at any time.
//!
//! Owns the folder `data/search/` and no table. Never the only copy of a fact: the index says which editions and in
//! what order, and every price and every count of copies that a page shows is read from SQLite again.
//!
//! - One document per listed edition; `card` says what of an edition the index knows, `schema` how it is kept.
//! - Every commit carries a `Stamp`: the last change of the feed it has seen, so a crash loses nothing but time.
//! - Only the process that holds `data/serve.lock` writes. Others leave `Change::Everything` in the feed.
//! - What changes by the clock alone (a dated price, a hold that ends, a publication day) is kept as the document's
//!   `due` moment; the indexer reads such editions again when it has come (2026-11; refused: a sweep of everything).
//! - Words score by the field they are found in, not by their frequency in it: a shop has titles, not essays
//!   (2026-11; refused: BM25 over all fields, which puts a rare publisher's name before a title).

mod answer;
mod any_of;
mod aspects;
mod availability;
#[doc(hidden)]
pub mod bare; // Public for the benchmarks alone, which are a crate of their own.
mod card;
mod collect;
mod doctor;
mod explain;
mod facets;
mod index;
mod indexer;
mod keys;
mod meant;
mod names;
mod near;
mod numbers;
mod query;
mod reading;
mod schema;
mod sound;
mod suggest;
mod typed;
mod variants;
mod whole;
mod words;
mod worker;

use crate::error::{Fault, Kind};

pub use answer::{Answer, Asked, Hit, answer};
pub use availability::Availability;
pub use doctor::{Proof, check};
pub use index::Index;
pub use indexer::{Indexer, start};
pub use query::{Count, Facets, Hits, LAST_PAGE, Query, Reading, Sort, find, price_band};
pub use suggest::{Limits, Named, Suggestions, list_wanted, suggest};
pub use worker::{catch_up, rebuild};

/// Why the index could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The index itself.
    #[error("the search index cannot be used: {0}")]
    Index(#[from] tantivy::TantivyError),
    /// Its folder.
    #[error("the search folder cannot be used: {0}")]
    Folder(#[from] std::io::Error),
    /// There is no index, or one of another version, or a damaged one.
    #[error("the search index is {0}; `bookstall reindex` builds it anew")]
    Unusable(&'static str),
    /// The shop's settings cannot be read.
    #[error(transparent)]
    Settings(#[from] crate::settings::SettingsError),
    /// The catalogue cannot be read.
    #[error(transparent)]
    Db(#[from] crate::db::DbError),
}

impl From<rusqlite::Error> for SearchError {
    fn from(error: rusqlite::Error) -> SearchError {
        SearchError::Db(error.into())
    }
}

impl Fault for SearchError {
    fn kind(&self) -> Kind {
        match self {
            SearchError::Index(_) | SearchError::Folder(_) | SearchError::Unusable(_) => Kind::Unavailable,
            SearchError::Settings(error) => error.kind(),
            SearchError::Db(error) => error.kind(),
        }
    }
}

#[cfg(test)]
mod tests;
