//! Who made a book: 100 to 111 and 700 to 711, with what $e, $4 or the title page say that they did.

use super::field::{Field, Marc};
use super::isbd;
use crate::catalog::{Credit, Role};
use crate::kernel::text::{fold, tidy};

/// Relator codes and terms with their role in ONIX List 17. Source: MARC Code List for Relators.
const ROLES: &[(&str, &str, &str)] = &[
    ("aut", "author", "A01"),
    ("cre", "creator", "A09"),
    ("ctb", "contributor", "A32"),
    ("trl", "translator", "B06"),
    ("ill", "illustrator", "A12"),
    ("edt", "editor", "B01"),
    ("edc", "editor of compilation", "B01"),
    ("com", "compiler", "C01"),
    ("nrt", "narrator", "E07"),
    ("stl", "storyteller", "E03"),
    ("spk", "speaker", "E09"),
    ("aui", "author of introduction", "A24"),
    ("win", "writer of introduction", "A24"),
    ("wpr", "writer of preface", "A15"),
    ("wfw", "writer of foreword", "A23"),
    ("aft", "author of afterword", "A19"),
    ("waw", "writer of afterword", "A19"),
    ("wat", "writer of added text", "A14"),
    ("wac", "writer of added commentary", "A21"),
    ("cwt", "commentator for written text", "A21"),
    ("ann", "annotator", "A20"),
    ("ant", "bibliographic antecedent", "A38"),
    ("adp", "adapter", "B05"),
    ("abr", "abridger", "B04"),
    ("arr", "arranger", "B25"),
    ("cmp", "composer", "A06"),
    ("lyr", "lyricist", "A05"),
    ("lbt", "librettist", "A04"),
    ("aus", "screenwriter", "A03"),
    ("pht", "photographer", "A13"),
    ("art", "artist", "A07"),
    ("cov", "cover designer", "A36"),
    ("ctg", "cartographer", "A39"),
    ("clr", "colorist", "A47"),
    ("ink", "inker", "A46"),
    ("ltr", "letterer", "A48"),
    ("dsr", "designer", "A11"),
    ("prg", "programmer", "A30"),
    ("res", "researcher", "A51"),
    ("cur", "curator", "C04"),
    ("ivr", "interviewer", "A43"),
    ("ive", "interviewee", "A44"),
    ("ths", "thesis advisor", "B27"),
    ("drt", "director", "D02"),
    ("pro", "producer", "D01"),
    ("cnd", "conductor", "D03"),
    ("act", "actor", "E01"),
    ("sng", "singer", "E05"),
    ("voc", "vocalist", "E05"),
    ("itr", "instrumentalist", "E06"),
    ("mus", "musician", "E06"),
    ("prf", "performer", "E99"),
    ("org", "originator", "A10"),
    ("oth", "other", "Z99"),
];

/// Who had to do with the copy, the press or the money made no part of the book.
const OTHERS: &[(&str, &str)] = &[
    ("pbl", "publisher"),
    ("prt", "printer"),
    ("dst", "distributor"),
    ("mfr", "manufacturer"),
    ("bnd", "binder"),
    ("bsl", "bookseller"),
    ("own", "owner"),
    ("fmo", "former owner"),
    ("dnr", "donor"),
    ("col", "collector"),
    ("isb", "issuing body"),
    ("spn", "sponsor"),
    ("fnd", "funder"),
    ("his", "host institution"),
    ("dgg", "degree granting institution"),
    ("cph", "copyright holder"),
    ("dte", "dedicatee"),
    ("hnr", "honouree"),
    ("ato", "autographer"),
    ("prv", "provider"),
];

/// The contributors in order. `warnings` takes roles that no list knows.
pub(super) fn credits(marc: &Marc, warnings: &mut Vec<String>) -> Vec<Credit> {
    let statement = marc.first("245").and_then(|field| field.get('c')).map(Statement::read).unwrap_or_default();
    let mut found: Vec<Credit> = Vec::new();
    for tag in ["100", "110", "111", "700", "710", "711"] {
        // With a title of its own the name stands for another work that is in the book or akin to it.
        for field in marc.all(tag).filter(|field| field.get('t').is_none()) {
            let Some((name, sort_name)) = name(field) else { continue };
            let body = !tag.ends_with("00");
            for role in roles(field, &statement, &name, warnings) {
                let credit = Credit { name: name.clone(), sort_name: sort_name.clone(), role, body };
                if !found.contains(&credit) {
                    found.push(credit);
                }
            }
        }
    }
    if found.is_empty() { statement.people() } else { found }
}

/// A name as it is read and as it is sorted.
fn name(field: &Field) -> Option<(String, String)> {
    let main = isbd::plain(field.get('a')?);
    let named = |code: char| field.list(code).map(isbd::plain).filter(|text| !text.is_empty());
    let is_person = field.tag.ends_with("00");
    if !is_person {
        // A body's departments follow it: “United States. Congress”.
        let units = named(if field.tag.ends_with("11") { 'e' } else { 'b' });
        let name = std::iter::once(main.clone()).chain(units).collect::<Vec<_>>().join(". ");
        return (!main.is_empty()).then(|| (name.clone(), name));
    }
    let number = named('b').next();
    // Of titles only those that are part of the name in every shop: “Martin Luther King Jr.”
    let suffix = named('c').find(|title| matches!(fold(title).as_str(), "jr" | "sr" | "ii" | "iii" | "iv"));
    let tail = number.into_iter().chain(suffix).collect::<Vec<_>>().join(" ");
    let (name, sort_name) = match main.split_once(", ").filter(|_| field.indicators.0 != '0') {
        Some((surname, given)) => (format!("{given} {surname} {tail}"), format!("{main}, {tail}")),
        None => (format!("{main} {tail}"), format!("{main} {tail}")),
    };
    let name = tidy(&name);
    (!main.is_empty()).then(|| (name, tidy(&sort_name).trim_end_matches(',').to_owned()))
}

/// What a contributor did. Nothing left: nothing of the book.
fn roles(field: &Field, statement: &Statement, name: &str, warnings: &mut Vec<String>) -> Vec<Role> {
    // In names of meetings $e is a department and $j the relator.
    let term = if field.tag.ends_with("11") { 'j' } else { 'e' };
    let codes = field.list('4').map(|code| code.rsplit('/').next().unwrap_or(code).trim().to_lowercase());
    let terms = field.list(term).map(|text| isbd::plain(text).trim_end_matches('.').to_lowercase());
    let mut stated = false;
    let mut found = Vec::new();
    for said in codes.chain(terms) {
        stated = true;
        let known = ROLES.iter().find(|(code, term, _)| *code == said || *term == said);
        let role = match known {
            Some((_, _, role)) => Role::from_code(role),
            None if OTHERS.iter().any(|(code, term)| *code == said || *term == said) => None,
            None => {
                let said: String = said.chars().take(40).collect();
                warnings.push(format!("“{said}” is no part in a book that we know; the name is kept as another's"));
                Role::from_code("Z99")
            }
        };
        found.extend(role.filter(|role| !found.contains(role)));
    }
    if stated { found } else { vec![statement.role_of(name).unwrap_or(Role::AUTHOR)] }
}

/// The words of the title page about who did what: `edited by Ann Bell ; translated by Cy Dow`.
#[derive(Default)]
struct Statement {
    parts: Vec<(Option<Role>, String)>,
}

impl Statement {
    fn read(text: &str) -> Statement {
        let bare = text.replace(['[', ']'], "");
        let parts = bare.split(" ; ").map(|part| {
            let part = isbd::plain(part);
            let (role, names) = split_role(&part);
            (role, names.to_owned())
        });
        Statement { parts: parts.collect() }
    }

    /// The role under which a name stands there, known by its last word.
    fn role_of(&self, name: &str) -> Option<Role> {
        let folded = fold(name);
        let last = folded.rsplit(' ').next().filter(|word| word.len() > 1)?;
        let named = self.parts.iter().find(|(_, names)| fold(names).split(' ').any(|word| word == last));
        named.and_then(|(role, _)| *role)
    }

    /// The names of a record that has no field for any; only what cannot be anything else.
    fn people(&self) -> Vec<Credit> {
        let named = self.parts.iter().flat_map(|(role, names)| {
            let cut = names.split([';', '.']).next().filter(|_| names.contains("...")).unwrap_or(names);
            let whole = cut.replace(" and ", ", ").replace(" & ", ", ");
            let list: Vec<String> = whole.split(", ").map(tidy).filter(|name| !name.is_empty()).collect();
            let all_names = list.iter().all(|name| is_name(name));
            let list = if all_names { list } else { Vec::new() };
            list.into_iter().map(|name| Credit::new(&name, role.unwrap_or(Role::AUTHOR))).collect::<Vec<_>>()
        });
        named.take(10).collect()
    }
}

/// Two to four words, each with a capital or a particle.
fn is_name(text: &str) -> bool {
    let words: Vec<&str> = text.split(' ').collect();
    let fits = |word: &&str| {
        word.starts_with(char::is_uppercase)
            || matches!(*word, "de" | "van" | "von" | "der" | "di" | "da" | "la" | "le" | "del")
    };
    (2..=4).contains(&words.len()) && words.iter().all(fits) && !text.contains(|c: char| c.is_ascii_digit())
}

/// Takes the words before the names away: `translated from the French by Ann Bell`.
fn split_role(part: &str) -> (Option<Role>, &str) {
    const BEGINNINGS: &[(&str, &str)] = &[
        ("edited", "B01"),
        ("editor", "B01"),
        ("translat", "B06"),
        ("illustrat", "A12"),
        ("pictures", "A12"),
        ("photograph", "A13"),
        ("compiled", "C01"),
        ("selected", "C02"),
        ("adapted", "B05"),
        ("retold", "B03"),
        ("abridged", "B04"),
        ("introduc", "A24"),
        ("with an introduction", "A24"),
        ("foreword", "A23"),
        ("with a foreword", "A23"),
        ("preface", "A15"),
        ("with a preface", "A15"),
        ("afterword", "A19"),
        ("with an afterword", "A19"),
        ("read", "E07"),
        ("narrated", "E07"),
        ("herausgegeben", "B01"),
        ("hrsg", "B01"),
        ("übersetzt", "B06"),
        ("aus dem", "B06"),
        ("traduit", "B06"),
        ("traducción", "B06"),
        ("illustriert", "A12"),
    ];
    let lower = part.to_lowercase();
    let role =
        BEGINNINGS.iter().find(|(begin, _)| lower.starts_with(begin)).and_then(|(_, code)| Role::from_code(code));
    let names = match part.split_once(" by ").or_else(|| part.split_once(" von ").filter(|_| role.is_some())) {
        Some((before, names)) if role.is_some() || before.is_empty() => names,
        _ => part.strip_prefix("by ").or_else(|| part.strip_prefix("written by ")).unwrap_or(part),
    };
    (role, names)
}
