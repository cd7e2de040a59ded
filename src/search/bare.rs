//! The index by itself, without catalogue and page: what a benchmark holds pages and rebuilds against.

use jiff::Timestamp;
use tantivy::query::Query as TantivyQuery;
use tantivy::schema::Schema;
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{Searcher, TantivyDocument};

use super::collect::{Filters, Shelve};
use super::index::Index;
use super::query::{Query, Sort, find};
use super::reading::{Freedom, Text};
use super::words::{TOKENIZER, Words};
use super::{SearchError, card, schema, typed};
use crate::catalog::alike;
use crate::db::Db;
use crate::settings::{self, Overrides};

/// A text as the index was asked for it in the end: read already, with the page's own collector.
pub struct Bare {
    query: Box<dyn TantivyQuery>,
    collector: Shelve,
}

impl Bare {
    /// Finds the reading whose answer the text gets; `None` for a text without words.
    ///
    /// # Errors
    ///
    /// What a damaged index gives.
    pub fn of(index: &Index, text: &str, keep: u32) -> Result<Option<Bare>, SearchError> {
        let searcher = index.searcher();
        let answer = find(index, &Query { text: text.into(), per_page: keep, ..Query::default() })?;
        let typed = typed::read(text);
        let Some(words) = Text::read(&typed.free, &typed.clauses, &searcher)? else { return Ok(None) };
        let keep = usize::try_from(keep).unwrap_or(usize::MAX);
        for freedom in [Freedom::Exact, Freedom::Unfinished, Freedom::Close, Freedom::Some] {
            let collector = Shelve { filters: Filters::default(), sort: Sort::Relevance, keep, scored: true };
            let bare = Bare { query: words.query(freedom)?, collector };
            let (ids, scores): (Vec<_>, Vec<_>) =
                searcher.search(&bare.query, &bare.collector)?.hits.into_iter().unzip();
            if (ids, scores) == (answer.ids.clone(), answer.scores.clone()) {
                return Ok(Some(bare));
            }
        }
        Ok(None)
    }

    /// Count, facets and best books, as the page has them counted. Returns the count.
    ///
    /// # Errors
    ///
    /// What a damaged index gives.
    pub fn search(&self, searcher: &Searcher) -> Result<u64, SearchError> {
        Ok(searcher.search(&self.query, &self.collector)?.total)
    }

    /// The query, for other collectors.
    pub fn query(&self) -> &dyn TantivyQuery {
        self.query.as_ref()
    }
}

/// The documents of a catalogue, one vector a book, in the order of a rebuild.
///
/// # Errors
///
/// What the database refuses.
pub fn documents(db: &Db, overrides: &Overrides, now: Timestamp) -> Result<Vec<Vec<TantivyDocument>>, SearchError> {
    db.read(|conn| {
        let shop = settings::load(conn, overrides)?;
        let groups = alike::list(conn, i64::MIN, u32::MAX)?;
        let fields = schema::fields();
        let book = |group| {
            let cards = card::read_group(conn, group, &shop, now)?;
            Ok(cards.iter().map(|card| fields.document(card)).collect())
        };
        groups.into_iter().map(book).collect()
    })
}

/// The index's schema.
pub fn schema() -> Schema {
    schema::schema()
}

/// Teaches an index how this one parts text into words.
pub fn teach(index: &tantivy::Index) {
    index.tokenizers().register(TOKENIZER, TextAnalyzer::from(Words::default()));
}
