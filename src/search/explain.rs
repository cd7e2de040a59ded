//! What a hit owes its place to, in words.

use tantivy::query::{BooleanQuery, Occur, Query as TantivyQuery, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{Score, Searcher, Term};

use super::SearchError;
use super::index::Index;
use super::reading::Text;
use super::schema;
use super::typed;
use crate::kernel::ids::Id;

/// The reasons for which the edition `id` is a hit of `text`.
pub(super) fn explain(index: &Index, text: &str, id: Id) -> Result<Vec<String>, SearchError> {
    let searcher = index.searcher();
    let typed = typed::read(text);
    let mut lines = Vec::new();
    let Some(read) = Text::read(&typed.free, &typed.clauses, &searcher)? else { return Ok(lines) };
    for (name, query) in read.reasons() {
        if let Some(worth) = worth(&searcher, query, id)? {
            lines.push(format!("{name}: +{worth:.1}"));
        }
    }
    if let Some(meant) = read.meant()? {
        lines.push(format!("perhaps “{}” was meant", meant.text));
    }
    let fields = schema::fields();
    let places = [
        ("title", fields.title),
        ("author", fields.author),
        ("series", fields.series),
        ("subtitle or original title", fields.also),
        ("another contributor", fields.people),
        ("subject", fields.subject),
        ("publisher", fields.publisher),
        ("description", fields.description),
        ("title, parted otherwise", fields.joined),
    ];
    for asked in read.typed() {
        for part in &asked.word.parts {
            let mut found = Vec::new();
            for (name, field) in places {
                let term = TermQuery::new(Term::from_field_text(field, part), IndexRecordOption::Basic);
                found.extend(worth(&searcher, &term, id)?.map(|_| name));
            }
            let found =
                if found.is_empty() { "not as it is typed".to_owned() } else { format!("in {}", found.join(", ")) };
            lines.push(format!("“{part}” ({:.0} % of the words' weight): {found}", asked.weight * 100.0));
        }
    }
    Ok(lines)
}

/// What a query gives one edition; `None` when it does not match it.
fn worth(searcher: &Searcher, query: &dyn TantivyQuery, id: Id) -> Result<Option<Score>, SearchError> {
    let this = TermQuery::new(schema::fields().id_term(id), IndexRecordOption::Basic);
    let this: Box<dyn TantivyQuery> = super::reading::worth_of(Box::new(this), 0.0);
    let both = BooleanQuery::new(vec![(Occur::Must, this), (Occur::Must, query.box_clone())]);
    let best = searcher.search(&both, &tantivy::collector::TopDocs::with_limit(1).order_by_score())?;
    Ok(best.first().map(|(score, _)| *score))
}
