//! Merges defaults, file, environment and flags, key by key, so that a wrong one can be named.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::Config;

const EXAMPLE: &str = include_str!("../../config.example.toml");
const PREFIX: &str = "BOOKSTALL_";

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file that cannot be read.
    #[error("{origin} names {}, which cannot be read: {error}", path.display())]
    File {
        /// Who named the file.
        origin: Origin,
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{} is not TOML: line {line}: {problem}", path.display())]
    Toml {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Why, without the line's text: it may hold a password.
        problem: String,
    },
    /// A key that does not exist.
    #[error("there is no option `{key}`, which {origin} sets{}", near.as_deref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    Unknown {
        /// The key, dotted.
        key: String,
        /// Who set it.
        origin: Origin,
        /// An option that is spelt nearly so.
        near: Option<String>,
    },
    /// A value of the wrong shape or out of range.
    #[error("`{key}` from {origin} cannot be used: {problem}. Expected: {}", expectation(key))]
    Value {
        /// The key, dotted.
        key: String,
        /// Who set it.
        origin: Origin,
        /// What is wrong with the value; never the value of a secret.
        problem: String,
    },
    /// Other machines would be served without https.
    #[error(
        "{0} is reachable from other machines, so `public_url` must be set and begin with https://: set it, or say --insecure-http"
    )]
    Exposed(SocketAddr),
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Built in.
    Default,
    /// The configuration file.
    File(PathBuf),
    /// An environment variable, by its name.
    Environment(String),
    /// A command-line flag, by its name.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => f.write_str("the defaults"),
            Origin::File(path) => write!(f, "the file {}", path.display()),
            Origin::Environment(name) => write!(f, "the environment variable {name}"),
            Origin::Flag(name) => write!(f, "the flag {name}"),
        }
    }
}

/// What the command line says about the configuration.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--listen`.
    pub listen: Option<String>,
    /// `--data`.
    pub data: Option<PathBuf>,
    /// `--insecure-http`.
    pub insecure_http: bool,
    /// The test gateway, which `demo` turns on.
    pub test_payments: bool,
}

impl Overrides {
    fn entries(&self) -> Vec<Entry> {
        let entry = |key: &str, value: Value, flag| Entry { key: key.to_owned(), value, origin: Origin::Flag(flag) };
        let mut entries = Vec::new();
        if let Some(listen) = &self.listen {
            entries.push(entry("listen", listen.as_str().into(), "--listen"));
        }
        if let Some(data) = &self.data {
            entries.push(entry("data", data.to_string_lossy().into(), "--data"));
        }
        if self.insecure_http {
            entries.push(entry("insecure_http", true.into(), "--insecure-http"));
        }
        if self.test_payments {
            entries.push(entry("payments.test", true.into(), "demo"));
        }
        entries
    }
}

struct Entry {
    key: String,
    value: Value,
    origin: Origin,
}

impl Config {
    /// Reads the configuration: flags, then environment, then `file`, then defaults.
    ///
    /// Without `file`, the file that `BOOKSTALL_CONFIG` names; without that, none.
    ///
    /// # Errors
    ///
    /// The first key that is unknown or wrong, with where it came from and what is expected.
    #[allow(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn load(file: Option<&Path>, flags: &Overrides) -> Result<Config, ConfigError> {
        let environment = std::env::vars_os()
            .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
            .filter(|(name, _)| name.starts_with(PREFIX));
        merge(file, environment.collect(), flags)
    }
}

fn merge(
    file: Option<&Path>, mut environment: Vec<(String, String)>, flags: &Overrides,
) -> Result<Config, ConfigError> {
    environment.sort();
    let named = environment.iter().position(|(name, _)| name == "BOOKSTALL_CONFIG").map(|at| environment.remove(at));
    let mut entries = Vec::new();
    match (file, named) {
        (Some(path), _) => entries.extend(file_entries(path, Origin::Flag("--config"))?),
        (None, Some((name, path))) => entries.extend(file_entries(Path::new(&path), Origin::Environment(name))?),
        (None, None) => {}
    }
    let mut values = defaults();
    for (name, text) in environment {
        entries.push(environment_entry(&values, name, text)?);
    }
    entries.extend(flags.entries());

    let mut origins: Vec<(String, Origin)> = Vec::new();
    let mut config = Config::default();
    for entry in entries {
        set(&mut values, &entry)?;
        // One key at a time, so that what serde says is said of this key.
        config = serde_json::from_value(Value::Object(values.clone())).map_err(|error| ConfigError::Value {
            key: entry.key.clone(),
            origin: entry.origin.clone(),
            problem: problem(&entry.key, &error),
        })?;
        origins.push((entry.key, entry.origin));
    }
    let origin = |key: &str| {
        origins.iter().rev().find(|(set, _)| set == key).map_or(Origin::Default, |(_, origin)| origin.clone())
    };
    config.check(origin)?;
    while config.public_url.ends_with('/') {
        config.public_url.pop();
    }
    Ok(config)
}

fn defaults() -> Map<String, Value> {
    match Config::default().to_json() {
        Ok(Value::Object(map)) => map,
        // The defaults are text, numbers and lists; the test below would see it.
        _ => Map::new(),
    }
}

fn read(path: &Path, origin: Origin) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|error| ConfigError::File { origin, path: path.to_owned(), error })
}

fn file_entries(path: &Path, origin: Origin) -> Result<Vec<Entry>, ConfigError> {
    let text = read(path, origin)?;
    let table: Map<String, Value> = toml::from_str(&text).map_err(|error| ConfigError::Toml {
        path: path.to_owned(),
        line: error.span().and_then(|span| text.get(..span.start)).map_or(1, |before| before.matches('\n').count() + 1),
        problem: error.message().to_owned(),
    })?;
    let origin = Origin::File(path.to_owned());
    let mut entries = Vec::new();
    for (key, value) in table {
        if let Value::Object(inner) = value {
            let entry = |(name, value)| Entry { key: format!("{key}.{name}"), value, origin: origin.clone() };
            entries.extend(inner.into_iter().map(entry));
        } else {
            entries.push(Entry { key, value, origin: origin.clone() });
        }
    }
    Ok(entries)
}

fn environment_entry(known: &Map<String, Value>, name: String, text: String) -> Result<Entry, ConfigError> {
    let key = name.trim_start_matches(PREFIX).to_lowercase().replace("__", ".");
    let origin = Origin::Environment(name);
    if let Some(default) = find(known, &key) {
        return Ok(Entry { value: typed(&text, default), key, origin });
    }
    if let Some(stem) = key.strip_suffix("_file")
        && let Some(default) = find(known, stem)
    {
        let text = read(Path::new(&text), origin.clone())?;
        return Ok(Entry { key: stem.to_owned(), value: typed(text.trim_end_matches(['\r', '\n']), default), origin });
    }
    Err(unknown(known, key, origin))
}

/// The present value of a key; for a key under `[shop]`, which takes any, a null.
fn find<'a>(known: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    match key.split_once('.') {
        Some(("shop", name)) => (!name.ends_with("_file")).then_some(&Value::Null),
        Some((table, name)) => known.get(table)?.get(name),
        None => known.get(key).filter(|value| !value.is_object()),
    }
}

/// The environment knows only text; the default says what the text is meant to be.
fn typed(text: &str, default: &Value) -> Value {
    let parsed = match default {
        Value::Bool(_) | Value::Number(_) => serde_json::from_str(text).ok(),
        Value::Array(_) => Some(text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect()),
        Value::Null => serde_json::from_str(text).ok().filter(|value: &Value| !value.is_number()),
        Value::String(_) | Value::Object(_) => None,
    };
    parsed.unwrap_or_else(|| text.into())
}

fn set(values: &mut Map<String, Value>, entry: &Entry) -> Result<(), ConfigError> {
    if find(values, &entry.key).is_none() && !entry.key.starts_with("shop.") {
        return Err(unknown(values, entry.key.clone(), entry.origin.clone()));
    }
    let (place, name) = match entry.key.split_once('.') {
        Some((table, name)) => (values.get_mut(table).and_then(Value::as_object_mut), name),
        None => (Some(values), entry.key.as_str()),
    };
    if let Some(place) = place {
        place.insert(name.to_owned(), entry.value.clone());
    }
    Ok(())
}

fn unknown(known: &Map<String, Value>, key: String, origin: Origin) -> ConfigError {
    let keys = known.iter().flat_map(keys_under);
    let near =
        keys.map(|other| (distance(&key, &other), other)).min().filter(|(far, _)| *far <= 3).map(|(_, other)| other);
    ConfigError::Unknown { key, origin, near }
}

/// The dotted keys of one entry of the configuration: itself, or those of the table that it is.
fn keys_under((name, value): (&String, &Value)) -> Vec<String> {
    let inner = value.as_object().map(|inner| inner.keys().map(|key| format!("{name}.{key}")).collect());
    inner.unwrap_or_else(|| vec![name.clone()])
}

/// How many letters to change, add or drop between two words (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut left = i + 1;
        let mut diagonal = i;
        for (cell, y) in row.iter_mut().skip(1).zip(b.chars()) {
            let above = *cell;
            let best = (diagonal + usize::from(x != y)).min(above + 1).min(left + 1);
            (diagonal, left, *cell) = (above, best, best);
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

/// The words of the example file about a key, which every error quotes.
fn expectation(key: &str) -> String {
    let (table, name) = key.split_once('.').unwrap_or(("", key));
    let mut here = "";
    let mut words: Vec<&str> = Vec::new();
    for line in EXAMPLE.lines() {
        if let Some(comment) = line.strip_prefix("# ") {
            words.push(comment);
        } else if let Some(header) = line.strip_prefix('[') {
            here = header.trim_end_matches(']');
            words.clear();
        } else if here == table && line.split_once(" =").is_some_and(|(left, _)| left == name) {
            return words.join(" ").trim_end_matches('.').to_owned();
        } else {
            words.clear();
        }
    }
    "what config.example.toml shows".to_owned()
}

/// What serde says of a value; it quotes the value, so of a secret only this much.
fn problem(key: &str, error: &serde_json::Error) -> String {
    if key.ends_with("password") { "it is not text".to_owned() } else { error.to_string() }
}

impl Config {
    /// Refuses to serve other machines without https, unless told to.
    ///
    /// # Errors
    ///
    /// `ConfigError::Exposed`.
    pub fn check_exposure(&self) -> Result<(), ConfigError> {
        let safe = self.listen.ip().is_loopback() || self.public_url.starts_with("https://") || self.insecure_http;
        safe.then_some(()).ok_or(ConfigError::Exposed(self.listen))
    }

    fn check(&self, origin: impl Fn(&str) -> Origin) -> Result<(), ConfigError> {
        let wrong = |key: &str, problem: &str| {
            Err(ConfigError::Value { key: key.to_owned(), origin: origin(key), problem: problem.to_owned() })
        };
        if !self.public_url.is_empty() && !is_origin(&self.public_url) {
            return wrong("public_url", "it must be http:// or https:// and a name, nothing behind it");
        }
        if self.tls.cert_file.as_os_str().is_empty() != self.tls.key_file.as_os_str().is_empty() {
            let missing = if self.tls.key_file.as_os_str().is_empty() { "tls.key_file" } else { "tls.cert_file" };
            return wrong(missing, "certificate and key go together, and one of them is missing");
        }
        if self.data.as_os_str().is_empty() {
            return wrong("data", "it is empty");
        }
        if self.log.level.parse::<tracing_subscriber::EnvFilter>().is_err() || self.log.level.is_empty() {
            return wrong("log.level", "it is no log filter");
        }
        let limits = &self.limits;
        let ranges = [
            ("limits.body_bytes", limits.body_bytes as u64, 1024, 104_857_600),
            ("limits.request_timeout_secs", limits.request_timeout_secs, 1, 600),
            ("limits.header_timeout_secs", limits.header_timeout_secs, 1, 600),
            ("limits.shutdown_secs", limits.shutdown_secs, 1, 600),
            ("limits.kept_bytes", limits.kept_bytes, 1_048_576, u64::MAX),
        ];
        for (key, value, least, most) in ranges {
            if value < least || value > most {
                return wrong(key, &format!("{value} is out of range"));
            }
        }
        Ok(())
    }
}

/// Whether `url` is a scheme and an authority, as browsers write an origin.
fn is_origin(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.map(|rest| rest.trim_end_matches('/'))
        .is_some_and(|host| !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-.:[]".contains(c)))
}

#[cfg(test)]
mod tests;
