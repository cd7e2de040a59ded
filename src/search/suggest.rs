//! What a reader may be typing: books, authors and series that begin so, from few terms and few documents.
//!
//! Beginnings of up to three letters are terms of their own (`begun`), so that `th` is one list and not ten thousand
//! words; and of a large shop only the books most asked for are looked at, unless they give too little
//! (2026-11; refused: every book that has such a word, which at a million books costs more than the search itself).

mod asked;

use std::collections::HashMap;
use std::ops::{Bound, RangeBounds};

use tantivy::query::{BooleanQuery, EnableScoring, Query, TermQuery, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Searcher, SegmentReader, TERMINATED, Term};

use super::SearchError;
use super::index::Index;
use super::schema::{self, Fields, column, id_of};
use super::typed;
use super::whole::title_key;
use super::words::name_key;
use crate::kernel::ids::Id;
use crate::kernel::text::sort_title;
use asked::Asked;

/// Letters of a text that are read.
const MOST_LETTERS: usize = 200;
/// Documents that are looked at in one segment, whatever there is.
const MOST_DOCUMENTS: usize = 50_000;
/// Documents that are the most wanted of a shop; a smaller one is looked through whole.
const WANTED_DOCUMENTS: u64 = 20_000;
/// Names of a segment that are read; most of those beyond the first are of co-authors.
const MOST_NAMES: usize = 40;

/// What may be meant, each list the likeliest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suggestions {
    /// The best edition of each book.
    pub books: Vec<Id>,
    /// Who wrote some.
    pub authors: Vec<Named>,
    /// What some stand in.
    pub series: Vec<Named>,
}

/// Somebody or something with books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// As it is shown: `Gabriel García Márquez`.
    pub name: String,
    /// Books of that name in the shop, at least one.
    pub books: u64,
}

/// How many books, authors and series are wanted at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Books.
    pub books: usize,
    /// Authors, and as many series.
    pub names: usize,
}

/// Suggests what begins with `text`: every word but the last whole, the last one begun; with a letter or two wrong
/// only where nothing begins so.
///
/// # Errors
///
/// Only what a damaged index gives; no text is an error.
pub fn suggest(index: &Index, text: &str, limits: Limits) -> Result<Suggestions, SearchError> {
    let cut: String = text.chars().take(MOST_LETTERS).collect();
    look(&index.searcher(), &cut, limits, WANTED_DOCUMENTS).inspect_err(|_| index.suspect()).map_err(SearchError::from)
}

/// The books of a category that are asked for most, in that order; a few of a large one are looked at, not all.
///
/// # Errors
///
/// Only what a damaged index gives.
pub fn list_wanted(index: &Index, category: &str, limit: usize) -> Result<Vec<Id>, SearchError> {
    let searcher = index.searcher();
    let of_category =
        TermQuery::new(Term::from_field_text(schema::fields().category, category), IndexRecordOption::Basic);
    let look = || {
        let looking = Looking { searcher: &searcher, wanted: wanted(&searcher, WANTED_DOCUMENTS)? };
        looking.wanted_first(&of_category, limit, |query| looking.books(query, "", limit))
    };
    look().inspect_err(|_: &tantivy::TantivyError| index.suspect()).map_err(SearchError::from)
}

/// As `suggest`, with the documents of which the most wanted are looked at first.
pub(super) fn look(searcher: &Searcher, text: &str, limits: Limits, most: u64) -> tantivy::Result<Suggestions> {
    let typed = typed::read(text);
    let clauses = typed.clauses.iter().map(|clause| clause.text.as_str());
    let words: Vec<&str> = clauses.chain([typed.free.as_str()]).collect();
    let Some(asked) = Asked::read(&words.join(" ")) else { return Ok(Suggestions::default()) };
    let looking = Looking { searcher, wanted: wanted(searcher, most)? };
    let found = looking.find(&asked, limits)?;
    if found != Suggestions::default() {
        return Ok(found);
    }
    looking.find(&asked.nearly(searcher)?, limits)
}

/// Where words are looked for, and how that is kept.
pub(super) struct Place {
    /// What beginnings found there are kept under.
    letter: char,
    /// The words themselves.
    words: Field,
}

/// Names that books have, by the column that keeps them.
struct Names {
    place: Place,
    column: &'static str,
    /// The field that has a term for each whole name.
    whole: Field,
    key: fn(&str) -> String,
}

/// Letters under which `begun` keeps the beginnings of words: of all that a book is called by, of who wrote it, of
/// its series.
pub(super) const BEGUN: [char; 3] = ['b', 'a', 's'];

fn places(fields: Fields) -> (Place, [Names; 2]) {
    let [book, author, series] = BEGUN;
    let authors = Names {
        place: Place { letter: author, words: fields.author },
        column: column::WRITERS,
        whole: fields.name,
        key: name_key,
    };
    let series = Names {
        place: Place { letter: series, words: fields.series },
        column: column::SERIES,
        whole: fields.series_key,
        key: title_key,
    };
    (Place { letter: book, words: fields.spelling }, [authors, series])
}

/// One question to one snapshot.
struct Looking<'a> {
    searcher: &'a Searcher,
    /// What only the most wanted books have; `None`: all books are looked at.
    wanted: Option<Box<dyn Query>>,
}

impl Looking<'_> {
    fn find(&self, asked: &Asked, limits: Limits) -> tantivy::Result<Suggestions> {
        let (books, [authors, series]) = places(schema::fields());
        Ok(Suggestions {
            books: self.wanted_first(&asked.query(self.searcher, &books)?, limits.books, |query| {
                self.books(query, &asked.text, limits.books)
            })?,
            authors: self.names(asked, &authors, limits.names)?,
            series: self.names(asked, &series, limits.names)?,
        })
    }

    /// What the most wanted books give; what all of them give, where that is too little.
    fn wanted_first<T>(
        &self, query: &dyn Query, enough: usize, look: impl Fn(&dyn Query) -> tantivy::Result<Vec<T>>,
    ) -> tantivy::Result<Vec<T>> {
        if let Some(wanted) = &self.wanted {
            let found = look(&BooleanQuery::intersection(vec![query.box_clone(), wanted.box_clone()]))?;
            if found.len() >= enough {
                return Ok(found);
            }
        }
        look(query)
    }

    /// Titles that begin with the text first, then by demand; of each book the edition that can be had best.
    fn books(&self, query: &dyn Query, text: &str, limit: usize) -> tantivy::Result<Vec<Id>> {
        let weight = self.weight(query)?;
        let begins = sort_title(text);
        let mut best: Vec<((bool, u64), i64, Id)> = Vec::with_capacity(limit + 1);
        for segment in self.searcher.segment_readers() {
            let columns = segment.fast_fields();
            let number = |name| columns.column_first_or_default::<u64>(name);
            let group = columns.column_first_or_default::<i64>(column::GROUP)?;
            let (demand, shelf) = (number(column::DEMAND)?, number(column::AVAILABILITY)?);
            let (high, low) = (number(column::ID_HIGH)?, number(column::ID_LOW)?);
            let titles = columns.str(column::SORT_TITLE)?;
            let beginning = match &titles {
                Some(titles) => titles.dictionary().term_bounds_to_ord(
                    Bound::Included(begins.as_bytes()),
                    Bound::Excluded(format!("{begins}\u{10ffff}").as_bytes()),
                )?,
                None => (Bound::Excluded(0), Bound::Excluded(0)),
            };
            for doc in documents(weight.as_ref(), segment)? {
                let title = titles.as_ref().and_then(|titles| titles.ords().first(doc));
                let begins = title.is_some_and(|title| beginning.contains(&title));
                let place = (begins, worth(demand.get_val(doc), shelf.get_val(doc)));
                if best.len() >= limit && best.last().is_some_and(|(last, ..)| place <= *last) {
                    continue;
                }
                let book = group.get_val(doc);
                match best.iter().position(|(_, known, _)| *known == book) {
                    Some(at) if best.get(at).is_some_and(|(known, ..)| place <= *known) => continue,
                    Some(at) => drop(best.remove(at)),
                    None => {}
                }
                let at = best.partition_point(|(other, ..)| *other >= place);
                best.insert(at, (place, book, id_of(high.get_val(doc), low.get_val(doc))));
                best.truncate(limit);
            }
        }
        Ok(best.into_iter().map(|(.., id)| id).collect())
    }

    /// Names that fit, those with the most wanted book first.
    fn names(&self, asked: &Asked, names: &Names, limit: usize) -> tantivy::Result<Vec<Named>> {
        let query = asked.query(self.searcher, &names.place)?;
        let found = self.wanted_first(&query, limit, |query| self.named(query, asked, names, limit))?;
        let counted = found.into_iter().map(|name| {
            let books = self.count(names.whole, &(names.key)(&name))?.max(1);
            Ok(Named { name, books })
        });
        counted.collect()
    }

    fn named(&self, query: &dyn Query, asked: &Asked, names: &Names, limit: usize) -> tantivy::Result<Vec<String>> {
        let weight = self.weight(query)?;
        let mut found: HashMap<String, u64> = HashMap::new();
        for segment in self.searcher.segment_readers() {
            let columns = segment.fast_fields();
            let demand = columns.column_first_or_default::<u64>(column::DEMAND)?;
            let Some(column) = columns.str(names.column)? else { continue };
            let mut asked_for: HashMap<u64, u64> = HashMap::new();
            for doc in documents(weight.as_ref(), segment)? {
                let demand = demand.get_val(doc);
                for name in column.term_ords(doc) {
                    let most = asked_for.entry(name).or_insert(0);
                    *most = demand.max(*most);
                }
            }
            let mut likeliest: Vec<(u64, u64)> = asked_for.into_iter().collect();
            likeliest.sort_unstable_by_key(|(name, demand)| (std::cmp::Reverse(*demand), *name));
            likeliest.truncate(MOST_NAMES);
            likeliest.sort_unstable();
            let mut demands = likeliest.iter().map(|(_, demand)| *demand);
            let numbers: Vec<u64> = likeliest.iter().map(|(name, _)| *name).collect();
            column.dictionary().sorted_ords_to_term_cb(&numbers, |name| {
                let demand = demands.next().unwrap_or(0);
                // Beside whoever is meant stand those who wrote with them.
                if let Some(name) = std::str::from_utf8(name).ok().filter(|name| asked.fits(name)) {
                    let most = found.entry(name.to_owned()).or_insert(0);
                    *most = demand.max(*most);
                }
            })?;
        }
        let mut found: Vec<(String, u64)> = found.into_iter().collect();
        found.sort_unstable_by(|(name, demand), (other, less)| less.cmp(demand).then_with(|| name.cmp(other)));
        Ok(found.into_iter().take(limit).map(|(name, _)| name).collect())
    }

    /// Books with a term.
    fn count(&self, field: Field, text: &str) -> tantivy::Result<u64> {
        let weight = self.weight(&TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic))?;
        let mut books = 0;
        for segment in self.searcher.segment_readers() {
            let group = segment.fast_fields().column_first_or_default::<i64>(column::GROUP)?;
            // The editions of a book stand side by side.
            let mut last = None;
            for doc in documents(weight.as_ref(), segment)? {
                let book = Some(group.get_val(doc));
                books += u64::from(book != last);
                last = book;
            }
        }
        Ok(books)
    }

    fn weight(&self, query: &dyn Query) -> tantivy::Result<Box<dyn Weight>> {
        query.weight(EnableScoring::disabled_from_searcher(self.searcher))
    }
}

/// What the most wanted books of a large shop have: their classes of demand, from the top down. `None` for a small
/// shop, and for one where nothing is wanted more than the rest.
fn wanted(searcher: &Searcher, most: u64) -> tantivy::Result<Option<Box<dyn Query>>> {
    if searcher.num_docs() <= most {
        return Ok(None);
    }
    let (mut classes, mut documents): (Vec<Box<dyn Query>>, u64) = (Vec::new(), 0);
    for class in (0..=schema::LAST_CLASS).rev() {
        let term = schema::fields().class_term(class);
        let of_class = searcher.doc_freq(&term)?;
        documents += of_class;
        if documents > most {
            break;
        }
        if of_class > 0 {
            classes.push(Box::new(TermQuery::new(term, IndexRecordOption::Basic)));
        }
    }
    Ok((!classes.is_empty()).then(|| Box::new(BooleanQuery::union(classes)) as Box<dyn Query>))
}

/// What matches in a segment and is still there.
fn documents<'a>(
    weight: &dyn Weight, segment: &'a SegmentReader,
) -> tantivy::Result<impl Iterator<Item = DocId> + use<'a>> {
    let mut found = weight.scorer(segment, 1.0)?;
    let alive = segment.alive_bitset();
    let each = std::iter::from_fn(move || {
        let doc = found.doc();
        if doc == TERMINATED {
            return None;
        }
        found.advance();
        Some(doc)
    });
    Ok(each.take(MOST_DOCUMENTS).filter(move |doc| alive.is_none_or(|alive| alive.is_alive(*doc))))
}

/// Demand, less for what cannot be had now: in the proportions of a search.
fn worth(demand: u64, availability: u64) -> u64 {
    let shelf = match availability {
        0 => 100,
        1 | 2 => 98,
        3 => 94,
        _ => 90,
    };
    (4 * schema::FOLD + demand) * shelf
}
