//! The list of Thema codes as its makers publish it in JSON.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::Value;

/// One code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `FFP`, `1DDU-GB-E`.
    pub code: String,
    /// The code above it; the twenty-six at the top have none.
    pub parent: Option<String>,
    /// Its words, in the language of the list.
    pub label: String,
}

/// Why a file is not taken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not the Thema list in JSON: {0}; nothing was stored")]
pub struct NotThema(pub String);

#[derive(Deserialize)]
struct File {
    #[serde(rename = "CodeList")]
    list: List,
}

#[derive(Deserialize)]
struct List {
    /// ONIX code list 214 in an edition of its own.
    #[serde(rename = "CodeListNumber")]
    number: Value,
    #[serde(rename = "ThemaCodes")]
    codes: Codes,
}

#[derive(Deserialize)]
struct Codes {
    #[serde(rename = "Code")]
    all: Vec<Code>,
}

#[derive(Deserialize)]
struct Code {
    /// The qualifiers' tops, 1 to 6, are written as numbers.
    #[serde(rename = "CodeValue")]
    value: Value,
    #[serde(rename = "CodeParent", default)]
    parent: Value,
    #[serde(rename = "CodeDescription")]
    label: String,
}

/// Reads the list; all of it or nothing.
///
/// # Errors
///
/// Anything that is not Thema: another JSON, another list, a code without a word, a code twice.
pub fn parse(json: &[u8]) -> Result<Vec<Entry>, NotThema> {
    let file: File = serde_json::from_slice(json).map_err(|error| NotThema(error.to_string()))?;
    if text(&file.list.number) != "214" {
        return Err(NotThema(format!("it is code list {}, Thema is 214", text(&file.list.number))));
    }
    let mut met = HashSet::new();
    let mut entries = Vec::with_capacity(file.list.codes.all.len());
    for code in file.list.codes.all {
        let (value, parent) = (text(&code.value), text(&code.parent));
        let label = crate::kernel::text::tidy(&code.label);
        if !is_code(&value) || !(parent.is_empty() || is_code(&parent)) {
            return Err(NotThema(format!("“{}” is no code", value.chars().take(40).collect::<String>())));
        }
        if label.is_empty() || label.chars().count() > 300 {
            return Err(NotThema(format!("{value} has no words")));
        }
        if !met.insert(value.clone()) {
            return Err(NotThema(format!("{value} stands in it twice")));
        }
        entries.push(Entry { code: value, parent: Some(parent).filter(|parent| !parent.is_empty()), label });
    }
    if entries.is_empty() {
        return Err(NotThema("there are no codes in it".into()));
    }
    Ok(entries)
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

fn is_code(text: &str) -> bool {
    (1..=20).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-')
}

/// A list of three codes, the middle one with these words.
#[cfg(test)]
pub(super) fn sample(label: &str) -> String {
    format!(
        r#"{{"CodeList": {{"CodeListNumber": 214, "ThemaCodes": {{"Code": [
            {{"CodeValue": "G", "CodeDescription": "Things to look up", "CodeParent": ""}},
            {{"CodeValue": "FFP", "CodeDescription": "{label}", "CodeParent": "FF", "CodeNotes": "-"}},
            {{"CodeValue": 1, "CodeDescription": "Where it plays", "CodeParent": ""}}]}}}}}}"#
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn codes_are_read_with_their_parents() {
        let entries = parse(sample("Police").as_bytes()).unwrap();
        let shown: Vec<(&str, Option<&str>)> =
            entries.iter().map(|entry| (entry.code.as_str(), entry.parent.as_deref())).collect();
        assert_eq!(shown, [("G", None), ("FFP", Some("FF")), ("1", None)]);
    }

    #[test]
    fn what_is_not_thema_is_refused() {
        let good = sample("Police");
        let check = |json: &str, words: &str| {
            let error = parse(json.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(words) && error.ends_with("nothing was stored"), "{error}");
        };
        check("", "EOF");
        check("[]", "invalid");
        check("{\"ONIXCodeTable\": {}}", "missing field");
        check(&good.replace("214", "150"), "code list 150");
        check(&good.replace("FFP", "ff p"), "no code");
        check(&good.replace("Police", " "), "no words");
        check(&good.replace("FFP", "G"), "twice");
        check("{\"CodeList\": {\"CodeListNumber\": \"214\", \"ThemaCodes\": {\"Code\": []}}}", "no codes");
    }
}
