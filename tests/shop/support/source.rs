//! Reads the shop's own source, so that tests can hold it to the house's rules.
//!
//! A file is taken apart into code (comments and strings blanked, every other character where it was) and
//! string literals. What is compiled for tests only is left out of both.

use std::path::{Path, PathBuf};

/// A string literal's value and the line it begins on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Literal {
    pub(crate) line: usize,
    pub(crate) text: String,
}

/// One file of the shop.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// From the repository's top: `src/orders/place.rs`.
    pub(crate) path: String,
    /// The text as it is.
    pub(crate) text: String,
    /// The text with comments, strings and test modules blanked.
    pub(crate) code: String,
    pub(crate) literals: Vec<Literal>,
}

/// The repository's top.
pub(crate) fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file under `folder`, in order.
pub(crate) fn files(folder: &str) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![top().join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Every file of `src` that is part of the shop and not of its tests.
pub(crate) fn shop() -> Vec<Source> {
    files("src").iter().map(|path| Source::read(path)).filter(|source| !source.is_test()).collect()
}

impl Source {
    fn read(path: &Path) -> Source {
        let text = std::fs::read_to_string(path).unwrap();
        let path = path.strip_prefix(top()).unwrap().to_str().unwrap().replace('\\', "/");
        Source::of(path, text)
    }

    pub(crate) fn of(path: String, text: String) -> Source {
        let (code, literals) = take_apart(&text);
        let tests = test_modules(&code);
        let in_tests = |at: usize| tests.iter().any(|module| module.contains(&at));
        let line_of = |at: usize| text[..at].matches('\n').count() + 1;
        let literals = literals
            .into_iter()
            .filter(|(at, _)| !in_tests(*at))
            .map(|(at, text)| Literal { line: line_of(at), text })
            .collect();
        let kept =
            |(at, c): (usize, char)| if c == '\n' || !in_tests(at) { c.to_string() } else { " ".repeat(c.len_utf8()) };
        let code = code.char_indices().map(kept).collect();
        Source { path, text, code, literals }
    }

    fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.contains("/tests/")
    }

    /// The part of the shop that the file belongs to: `orders`, `web`, `kernel`, `main`.
    pub(crate) fn part(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap();
        inside.split(['/', '.']).next().unwrap()
    }

    /// How many modules the file lies under the crate's root.
    pub(crate) fn depth(&self) -> usize {
        let inside = self.path.strip_prefix("src/").unwrap().trim_end_matches(".rs").trim_end_matches("/mod");
        if inside == "lib" || inside == "main" { 0 } else { inside.split('/').count() }
    }

    pub(crate) fn line_of(&self, at: usize) -> usize {
        self.code[..at].matches('\n').count() + 1
    }

    /// `src/orders/place.rs:17`.
    pub(crate) fn place(&self, line: usize) -> String {
        format!("{}:{line}", self.path)
    }
}

/// The inside of every `#[cfg(test)] mod … { … }`.
fn test_modules(code: &str) -> Vec<std::ops::Range<usize>> {
    code.match_indices("#[cfg(test)]")
        .filter_map(|(start, mark)| {
            let after = code.get(start + mark.len()..)?;
            let end = after.find([';', '{'])?;
            // A function or a `use` for tests only is as little part of the shop as a module.
            if after[end..].starts_with(';') {
                return Some(start..start + mark.len() + end);
            }
            Some(start..start + mark.len() + end + closing(&after[end..])?)
        })
        .collect()
}

/// Where the brace closes that `code` begins with.
pub(crate) fn closing(code: &str) -> Option<usize> {
    let mut depth = 0_usize;
    code.char_indices().find_map(|(at, c)| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(at)
    })
}

fn take_apart(text: &str) -> (String, Vec<(usize, String)>) {
    let (mut code, mut literals, mut at) = (String::with_capacity(text.len()), Vec::new(), 0);
    while at < text.len() {
        let rest = &text[at..];
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some((length, value)) = string(rest, code.chars().next_back()) {
            literals.push((at, value));
            length
        } else if let Some(length) = character(rest) {
            length
        } else {
            let c = rest.chars().next().unwrap();
            code.push(c);
            at += c.len_utf8();
            continue;
        };
        code.extend(rest[..length].chars().map(|c| if c == '\n' { "\n".into() } else { " ".repeat(c.len_utf8()) }));
        at += length;
    }
    (code, literals)
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    loop {
        let Some(next) = rest.get(at..at + 2) else { return rest.len() };
        match next {
            "/*" => (depth, at) = (depth + 1, at + 2),
            "*/" => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
        while !rest.is_char_boundary(at) || !rest.is_char_boundary(at + 2) && at + 2 < rest.len() {
            at += 1;
        }
    }
}

/// The length and value of the string that `rest` begins with.
fn string(rest: &str, before: Option<char>) -> Option<(usize, String)> {
    if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let prefix = rest.find(|c: char| !matches!(c, 'b' | 'c' | 'r')).filter(|length| *length <= 2)?;
    let from = &rest[prefix..];
    if rest[..prefix].contains('r') {
        let hashes = from.find(|c| c != '#')?;
        let inside = from[hashes..].strip_prefix('"')?;
        let end = inside.find(&format!("\"{}", "#".repeat(hashes)))?;
        return Some((prefix + hashes + 1 + end + 1 + hashes, inside[..end].to_owned()));
    }
    let inside = from.strip_prefix('"')?;
    let mut escaped = false;
    let end = inside.find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })?;
    Some((prefix + 1 + end + 1, unescape(&inside[..end])))
}

fn unescape(inside: &str) -> String {
    let mut value = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some((plain, escape)) = rest.split_once('\\') {
        value.push_str(plain);
        let c = escape.chars().next().unwrap_or('\\');
        rest = escape.get(c.len_utf8()..).unwrap_or_default();
        match c {
            'n' => value.push('\n'),
            't' => value.push('\t'),
            '\n' => rest = rest.trim_start(),
            other => value.push(other),
        }
    }
    value + rest
}

/// The length of the character literal that `rest` begins with; a lifetime is none.
fn character(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('\'')?;
    let mut chars = inside.char_indices();
    let (_, first) = chars.next()?;
    if first == '\\' {
        return Some(1 + 2 + inside.get(2..)?.find('\'')? + 1);
    }
    let (next, c) = chars.next()?;
    (c == '\'').then_some(1 + next + 1)
}

#[test]
fn code_strings_and_tests_are_told_apart() {
    let text = r##"//! crate::comment
fn f<'a>(c: char) -> &'a str { /* crate::block /* nested */ */ if c == '"' || c == '\'' { "a \"b\" \
        c" } else { r#"crate::raw "x""# } }
#[cfg(test)]
mod tests { fn g() { crate::test("only") } }
use crate::{kernel::ids, db};
"##;
    let source = Source::of("src/orders/place.rs".into(), text.into());
    let values: Vec<&str> = source.literals.iter().map(|literal| literal.text.as_str()).collect();
    assert_eq!(values, ["a \"b\" c", "crate::raw \"x\""]);
    assert_eq!(source.code.matches("crate::").count(), 1);
    assert_eq!(source.code.len(), text.len());
    assert_eq!((source.part(), source.depth()), ("orders", 2));
}
