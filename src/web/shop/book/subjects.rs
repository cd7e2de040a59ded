//! What a book is about, in words that readers know.

use rusqlite::Connection;

use crate::catalog::Subject;
use crate::catalog::categories::Category;
use crate::catalog::rules::Rules;
use crate::catalog::thema;

/// More would be a catalogue card, not a hint.
const MOST: usize = 4;
/// ONIX List 27: headings of libraries, which are words already (Library of Congress, its children's, FAST).
const HEADINGS: [&str; 3] = ["04", "A8", "B6"];

/// Words, and the address of the shelf that a rule leads to. Libraries' headings only where no Thema code says it.
pub(super) fn list(
    conn: &Connection, tree: &[Category], subjects: &[Subject],
) -> rusqlite::Result<Vec<(String, Option<String>)>> {
    let mut found: Vec<(String, Option<String>)> = Vec::new();
    let rules = Rules::load(conn)?;
    for subject in subjects.iter().filter(|subject| subject.scheme == thema::SCHEME) {
        let Some(words) = thema::label(conn, &subject.code)? else { continue };
        let paths = rules.paths(std::slice::from_ref(subject));
        let shelf = paths.into_iter().find(|path| tree.iter().any(|category| category.path == *path));
        add(&mut found, words, shelf.map(|path| format!("/books/in/{path}")));
    }
    if found.is_empty() {
        for subject in subjects.iter().filter(|subject| HEADINGS.contains(&subject.scheme.as_str())) {
            add(&mut found, subject.code.replace("--", " – "), None);
        }
    }
    Ok(found)
}

/// Two codes without words of their own share those of the code above; a reader wants them once.
fn add(found: &mut Vec<(String, Option<String>)>, words: String, shelf: Option<String>) {
    if found.len() < MOST && !found.iter().any(|(known, _)| *known == words) {
        found.push((words, shelf));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::catalog::categories;

    #[test]
    fn thema_comes_before_headings_and_each_word_once() {
        let conn = crate::db::memory();
        let tx = crate::db::test_tx(&conn);
        categories::put(&tx, "crime", "Crime", "ink", 1, jiff::Timestamp::UNIX_EPOCH).unwrap();
        let tree = categories::list(&conn).unwrap();
        let shown = |codes: &[(&str, &str)]| -> Vec<String> {
            let subjects: Vec<Subject> =
                codes.iter().map(|(scheme, code)| Subject { scheme: (*scheme).into(), code: (*code).into() }).collect();
            let list = list(&conn, &tree, &subjects).unwrap();
            list.into_iter().map(|(words, shelf)| format!("{words} {}", shelf.unwrap_or_default())).collect()
        };
        let heading = ("04", "Ink--History");
        assert_eq!(
            shown(&[heading, ("93", "FFP"), ("93", "FFC"), ("93", "WM"), ("10", "FIC")]),
            ["Crime and mystery /books/in/crime", "Gardening "]
        );
        assert_eq!(shown(&[heading, ("01", "005")]), ["Ink – History "]);
        assert!(shown(&[]).is_empty());
    }
}
