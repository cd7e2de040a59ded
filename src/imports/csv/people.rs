//! Names in one cell: several people, and each in one of two orders.

use crate::catalog::{Credit, Role, cells};
use crate::kernel::text::{fold, tidy};

/// What a comma means in a column of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comma {
    /// `Ann Bell, Cy Dow`: it parts people.
    PartsPeople,
    /// `Bell, Ann`: it parts surname and given name.
    PartsNames,
}

impl Comma {
    /// Decides for a whole column by what most of its cells look like; one cell alone can deceive.
    pub(super) fn of_column<'a>(cells: impl Iterator<Item = &'a str>) -> Comma {
        let votes: i64 = cells.map(inverted_vote).sum();
        if votes > 0 { Comma::PartsNames } else { Comma::PartsPeople }
    }
}

/// Positive: looks like `Surname, Given`; negative: does not; 0: tells nothing.
fn inverted_vote(cell: &str) -> i64 {
    if cell.contains([';', '|']) {
        return 0;
    }
    let parts: Vec<Vec<&str>> = cell.split(',').map(|part| part.split_whitespace().collect()).collect();
    match parts.as_slice() {
        [only] if only.len() > 1 => -1,
        [_] => 0,
        [first, second] if first.len() == 1 || second.len() == 1 => i64::from(!second.is_empty()),
        [first, second] => {
            let particle = first.first().is_some_and(|word| {
                matches!(fold(word).as_str(), "de" | "da" | "du" | "la" | "le" | "van" | "von" | "di" | "del")
            });
            let initial = |words: &[&str]| words.last().is_some_and(|word| word.ends_with('.') && word.len() <= 3);
            if particle || (initial(second) && !initial(first)) { 1 } else { -1 }
        }
        _ => -1,
    }
}

/// The people in a cell. `;` and `|` part people whatever the column does; so do `&`, `/` and “and”.
pub(super) fn credits(cell: &str, comma: Comma, role: Role) -> Vec<Credit> {
    // As the shop itself writes them: `Ann Bell [A01]`.
    if let Some(written) = cells::read_credits(cell).filter(|written| !written.is_empty()) {
        return written;
    }
    let mut found: Vec<Credit> = Vec::new();
    let mut add = |name: &str| {
        let Some(credit) = credit(name, role) else { return };
        if !found.iter().any(|known| known.role == credit.role && known.name == credit.name) {
            found.push(credit);
        }
    };
    let strong = cell.contains([';', '|']);
    for group in cell.split([';', '|', '/']) {
        for part in group.split(" & ").flat_map(split_and) {
            if strong || comma == Comma::PartsNames {
                add(part);
            } else {
                split_list(part).iter().for_each(|name| add(name));
            }
        }
    }
    found
}

/// `Ann Bell and Cy Dow` are two; `Better Homes and Gardens` is one.
fn split_and(part: &str) -> Vec<&str> {
    let whole = |name: &str| name.split_whitespace().count() > 1;
    match part.split_once(" and ") {
        Some((first, second)) if whole(first) && whole(second) => vec![first, second],
        _ => vec![part],
    }
}

/// A comma list, but `Jr.` and the like belong to the name before them.
fn split_list(part: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in part.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let suffix = matches!(fold(name).as_str(), "jr" | "sr" | "ii" | "iii" | "iv" | "phd" | "ph d" | "md" | "m d");
        match names.last_mut().filter(|_| suffix) {
            Some(before) => {
                before.push(' ');
                before.push_str(name);
            }
            None => names.push(name.strip_prefix("and ").unwrap_or(name).to_owned()),
        }
    }
    names
}

/// One person; `Gregory Rabassa (Translator)` says what they did.
fn credit(name: &str, role: Role) -> Option<Credit> {
    let name = tidy(name);
    let (bare, said) = match name.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) {
        Some((bare, word)) => (bare.trim_end(), role_of(word)),
        None => (name.as_str(), None),
    };
    let bare = if said.is_some() { bare } else { name.as_str() };
    let bare = bare.trim_matches(|c: char| c == ',' || c.is_whitespace());
    (!bare.is_empty()).then(|| Credit::new(bare, said.unwrap_or(role)))
}

fn role_of(word: &str) -> Option<Role> {
    let folded = fold(word);
    let starts = |any: &[&str]| any.iter().any(|start| folded.starts_with(start));
    match () {
        () if starts(&["author", "writer"]) => Some(Role::AUTHOR),
        () if starts(&["transl", "trans"]) => Some(Role::TRANSLATOR),
        () if starts(&["illus", "artist"]) => Some(Role::ILLUSTRATOR),
        () if starts(&["edit", "ed"]) => Some(Role::EDITOR),
        () if starts(&["narrat", "read"]) => Role::from_code("E07"),
        () if starts(&["foreword"]) => Role::from_code("A23"),
        () if starts(&["introd"]) => Role::from_code("A24"),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cell: &str, comma: Comma, expected: &[&str]) {
        let found: Vec<String> = credits(cell, comma, Role::AUTHOR)
            .iter()
            .map(|credit| {
                if credit.role == Role::AUTHOR {
                    credit.name.clone()
                } else {
                    format!("{} {}", credit.role.code(), credit.name)
                }
            })
            .collect();
        assert_eq!(found, expected, "{cell}");
    }

    #[test]
    fn people_are_parted() {
        use Comma::{PartsNames, PartsPeople};
        check("J.K. Rowling, Mary GrandPré", PartsPeople, &["J.K. Rowling", "Mary GrandPré"]);
        check(
            "Martin Luther King, Jr., Clayborne Carson",
            PartsPeople,
            &["Martin Luther King Jr.", "Clayborne Carson"],
        );
        check("Le Guin, Ursula K.", PartsNames, &["Ursula K. Le Guin"]);
        check("Le Guin, Ursula K.; Vess, Charles", PartsPeople, &["Ursula K. Le Guin", "Charles Vess"]);
        check("Ann Bell|Dow, Cy", PartsPeople, &["Ann Bell", "Cy Dow"]);
        check("Ann Bell & Cy Dow", PartsPeople, &["Ann Bell", "Cy Dow"]);
        check("Ann Bell, Eva Fox and Cy Dow", PartsPeople, &["Ann Bell", "Eva Fox", "Cy Dow"]);
        check("Ann Bell/Cy Dow", PartsPeople, &["Ann Bell", "Cy Dow"]);
        check("Better Homes and Gardens", PartsPeople, &["Better Homes and Gardens"]);
        check(
            "Gabriel García Márquez, Gregory Rabassa (Translator)",
            PartsPeople,
            &["Gabriel García Márquez", "B06 Gregory Rabassa"],
        );
        check("Ann Bell (1900)", PartsPeople, &["Ann Bell (1900)"]);
        check("Ann Bell, Ann Bell", PartsPeople, &["Ann Bell"]);
        check("Ann Bell & Co [A01]; Cy Dow [B06]", PartsPeople, &["Ann Bell & Co", "B06 Cy Dow"]);
        check(" , ;", PartsPeople, &[]);
    }

    #[track_caller]
    fn check_column(cells: &[&str], expected: Comma) {
        assert_eq!(Comma::of_column(cells.iter().copied()), expected, "{cells:?}");
    }

    #[test]
    fn a_column_decides_what_its_commas_mean() {
        check_column(&["Jefferson, Thomas"], Comma::PartsNames);
        check_column(&["Le Guin, Ursula K.", "García Márquez, Gabriel"], Comma::PartsNames);
        check_column(&["Terry Pratchett, Neil Gaiman"], Comma::PartsPeople);
        check_column(&["Homer, Robert Fagles", "Suzanne Collins", "Jane Austen"], Comma::PartsPeople);
        check_column(&["Homer", "Jane Austen"], Comma::PartsPeople);
    }
}
