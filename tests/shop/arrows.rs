//! The house's shape: which part may know which, who owns which table, how long a file may be.
//!
//! Every `crate::…` path counts, wherever it stands in a file.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::source::{self, Source};

/// What every room may know.
const GROUND: &[&str] = &["config", "db", "error", "kernel"];
/// What any room that sells may tell things to.
const CLERKS: &[&str] = &["audit", "changes", "mail", "settings"];

/// The arrows between rooms, beyond the ground. A part that is not listed here does not exist.
const ROOMS: &[(&str, &[&str])] = &[
    ("accounts", CLERKS),
    ("audit", &[]),
    ("backup", &["doctor"]),
    ("cart", &["audit", "catalog", "changes", "mail", "settings", "stock"]),
    ("catalog", CLERKS),
    ("changes", &[]),
    ("delivery", CLERKS),
    ("documents", CLERKS),
    ("exports", &["accounts", "catalog", "changes", "media", "orders", "settings", "stock"]),
    ("findings", &[]),
    ("imports", &["audit", "catalog", "changes", "mail", "media", "settings", "stock"]),
    ("mail", &["settings"]),
    ("media", CLERKS),
    (
        "orders",
        &[
            "accounts",
            "audit",
            "cart",
            "catalog",
            "changes",
            "delivery",
            "documents",
            "mail",
            "payments",
            "settings",
            "stock",
            "tax",
        ],
    ),
    ("payments", CLERKS),
    ("search", &["audit", "catalog", "changes", "mail", "settings", "stock"]),
    ("settings", &["audit", "changes"]),
    ("stock", CLERKS),
    ("tax", CLERKS),
    ("webhooks", CLERKS),
];

/// The shells around the rooms, outermost first, and the rooms that stand apart: they see every room.
const SHELLS: &[&str] = &["main", "lib", "cli", "app", "web"];
const OVER_ALL_ROOMS: &[&str] = &["demo", "doctor"];

fn may_know(part: &str, other: &str) -> bool {
    let rooms = || ROOMS.iter().map(|(room, _)| *room);
    let below_rooms = GROUND.contains(&other);
    match part {
        "kernel" | "error" | "config" => other == "kernel",
        "db" => ["error", "kernel"].contains(&other),
        "main" => other == "cli",
        "lib" => true,
        _ if OVER_ALL_ROOMS.contains(&part) => below_rooms || rooms().any(|room| room == other),
        _ => match (SHELLS.iter().position(|shell| *shell == part), SHELLS.iter().position(|shell| *shell == other)) {
            (Some(outer), Some(inner)) => outer < inner,
            (Some(_), None) => true,
            (None, _) => {
                let known = ROOMS.iter().find(|(room, _)| *room == part).map(|(_, known)| *known);
                known.is_some_and(|known| below_rooms || known.contains(&other))
            }
        },
    }
}

/// The parts that a file names, with the lines where it does.
fn named_parts(source: &Source) -> Vec<(usize, String)> {
    let mut parts = Vec::new();
    for root in ["crate::", "bookstall::"] {
        for (at, _) in source.code.match_indices(root) {
            let line = source.line_of(at);
            let path = &source.code[at + root.len()..];
            if path.starts_with('{') {
                let group = source::closing(path).map_or("", |end| &path[1..end]);
                parts.extend(top_level(group).into_iter().map(|name| (line, name)));
            } else {
                parts.push((line, word(path)));
            }
        }
    }
    parts
}

/// The first names of `a::b, c::{d, e}, f`.
fn top_level(group: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let pieces = group.split(|c| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    });
    pieces.map(|piece| word(piece.trim())).filter(|name| !name.is_empty()).collect()
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Fails with one line per breach.
#[track_caller]
fn hold(rule: &str, breaches: &[String]) {
    assert!(breaches.is_empty(), "{rule}:\n  {}", breaches.join("\n  "));
}

#[test]
fn no_arrow_points_the_wrong_way() {
    let mut breaches = Vec::new();
    for source in source::shop() {
        let part = source.part();
        for (line, other) in named_parts(&source) {
            if other != part && !may_know_here(&source, &other) {
                breaches.push(format!("{}: {part} must not know {other}", source.place(line)));
            }
        }
    }
    hold("forbidden arrows", &breaches);
}

/// A room's `doctor.rs`, and nothing else in it, knows what findings look like.
fn may_know_here(source: &Source, other: &str) -> bool {
    let examines = other == "findings" && source.path.ends_with("/doctor.rs");
    // What a file names but no part is called (a macro's `crate::Error`) is the root's own item: there are none.
    examines || may_know(source.part(), other)
}

#[test]
fn nobody_climbs_to_the_root_by_super() {
    let mut breaches = Vec::new();
    for source in source::shop() {
        for (at, _) in source.code.match_indices("super::") {
            let before = source.code[..at].ends_with("super::");
            let climbs = source.code[at..].split("::").take_while(|step| *step == "super").count();
            if !before && climbs >= source.depth() {
                breaches.push(source.place(source.line_of(at)));
            }
        }
    }
    hold("the crate's root is `crate::`, so that arrows can be seen", &breaches);
}

#[test]
fn the_table_of_arrows_has_no_cycle_and_no_stranger() {
    let mut left: BTreeMap<&str, BTreeSet<&str>> = ROOMS
        .iter()
        .map(|(room, known)| (*room, known.iter().copied().filter(|known| *known != "doctor").collect()))
        .collect();
    while let Some(free) = left.iter().find(|(_, known)| known.is_empty()).map(|(room, _)| *room) {
        left.remove(free);
        left.values_mut().for_each(|known| {
            known.remove(free);
        });
    }
    assert!(left.is_empty(), "these rooms know each other in a circle: {left:?}");
    let strangers: Vec<String> = source::shop()
        .iter()
        .map(|source| source.part().to_owned())
        .filter(|part| {
            let listed = ROOMS.iter().any(|(room, _)| room == part);
            ![SHELLS, OVER_ALL_ROOMS, GROUND].concat().contains(&part.as_str()) && !listed
        })
        .collect();
    hold("parts that the table of arrows does not list", &strangers);
}

#[test]
fn rooms_know_no_http_and_no_html() {
    let mut breaches = Vec::new();
    for source in source::shop().iter().filter(|source| !SHELLS.contains(&source.part())) {
        for stranger in ["axum", "axum_server", "hyper_util", "maud", "tower", "tower_http"] {
            let allowed = stranger == "maud" && ["mail", "documents"].contains(&source.part());
            for (at, _) in source.code.match_indices(&format!("{stranger}::")) {
                let whole = !source.code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
                if whole && !allowed {
                    breaches.push(format!("{}: {stranger}", source.place(source.line_of(at))));
                }
            }
        }
    }
    hold("rooms know no HTTP and no HTML", &breaches);
}

#[test]
fn sql_stands_in_rooms_only() {
    let mut breaches = Vec::new();
    for source in source::shop().iter().filter(|source| SHELLS.contains(&source.part())) {
        let spoken = source.literals.iter().filter(|literal| is_sql(&literal.text));
        breaches.extend(spoken.map(|literal| format!("{}: {}", source.place(literal.line), literal.text)));
        for call in [".prepare(", ".prepare_cached(", ".query_row(", ".query_map(", ".execute(", ".execute_batch("] {
            let calls = source.code.match_indices(call);
            breaches.extend(calls.map(|(at, _)| format!("{}: {call}", source.place(source.line_of(at)))));
        }
    }
    hold("pages and commands hold no SQL", &breaches);
}

fn is_sql(text: &str) -> bool {
    ["SELECT ", "INSERT ", "UPDATE ", "DELETE FROM", "PRAGMA ", "CREATE TABLE", "BEGIN IMMEDIATE"]
        .iter()
        .any(|words| text.contains(words))
}

#[test]
fn every_table_has_one_owner_and_nobody_else_touches_it() {
    let owners = owners();
    let mut breaches: Vec<String> = tables()
        .difference(&owners.keys().cloned().collect())
        .map(|table| format!("migrations: no room's first lines say that it owns `{table}`"))
        .collect();
    for source in source::shop()
        .iter()
        .filter(|source| !SHELLS.contains(&source.part()) && !["doctor", "findings"].contains(&source.part()))
    {
        for literal in &source.literals {
            for table in touched(&literal.text) {
                let owner = owners.get(&table).map_or(source.part(), String::as_str);
                if owner != source.part() {
                    breaches.push(format!("{}: `{table}` is {owner}'s", source.place(literal.line)));
                }
            }
        }
    }
    hold("a room's tables are its own", &breaches);
}

/// Whose each table is, by the `Owns …` sentence that every room opens with.
fn owners() -> BTreeMap<String, String> {
    let mut owners = BTreeMap::new();
    for source in source::shop() {
        let head: Vec<&str> = source.text.lines().map_while(|line| line.strip_prefix("//!")).collect();
        let head = head.join(" ");
        let Some((_, owns)) = head.split_once("Owns ") else { continue };
        let sentence = owns.split_once(". ").map_or(owns, |(sentence, _)| sentence);
        for table in sentence.split('`').skip(1).step_by(2) {
            let before = owners.insert(table.to_owned(), source.part().to_owned());
            assert_eq!(before, None, "`{table}` has two owners");
        }
    }
    owners
}

fn tables() -> BTreeSet<String> {
    let mut tables = BTreeSet::new();
    for entry in std::fs::read_dir(source::top().join("migrations")).unwrap() {
        let sql = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        // A table that takes another's place at once has its name.
        let is_renamed = |table: &String| sql.contains(&format!("ALTER TABLE {table} RENAME TO"));
        tables.extend(sql.split("CREATE TABLE ").skip(1).map(word).filter(|table| !is_renamed(table)));
    }
    tables
}

/// The names that a statement reads from or writes to.
fn touched(sql: &str) -> BTreeSet<String> {
    let words: Vec<&str> = sql.split([' ', '\n', '(', ')', ',']).filter(|word| !word.is_empty()).collect();
    let named = words.windows(2).filter(|pair| ["FROM", "JOIN", "INTO", "UPDATE"].contains(&pair[0]));
    named.map(|pair| word(pair[1])).collect()
}

#[test]
fn no_file_is_longer_than_600_lines() {
    let long: Vec<String> = [source::files("src"), source::files("tests")]
        .concat()
        .iter()
        .map(|path| (path, std::fs::read_to_string(path).unwrap().lines().count()))
        .filter(|(_, lines)| *lines > 600)
        .map(|(path, lines)| format!("{}: {lines} lines", path.display()))
        .collect();
    hold("a file is at most 600 lines long", &long);
}

#[test]
fn a_wrong_arrow_would_be_seen() {
    let source = |text: &str| Source::of("src/orders/place.rs".into(), text.into());
    let parts = |text: &str| named_parts(&source(text)).into_iter().map(|(_, part)| part).collect::<Vec<_>>();
    assert_eq!(parts("use crate::{web::ui, cart::{Line, add}, db};"), ["web", "cart", "db"]);
    assert_eq!(parts("fn f() { crate::cli::run() } // crate::app"), ["cli"]);
    assert!(!may_know("orders", "web") && !may_know("web", "app") && !may_know("payments", "orders"));
    assert!(may_know("web", "orders") && may_know("orders", "payments") && may_know("cli", "demo"));
    assert_eq!(touched("SELECT x FROM orders o JOIN\n holds USING (id)").len(), 2);
}
