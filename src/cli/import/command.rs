//! An import as it was asked for, so that a run that was killed can be run again.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use clap::{Args, FromArgMatches};
use serde_json::{Value, json};

use super::{ImportArgs, StockMode, is_stdin};
use crate::db::Db;
use crate::imports::Run;

/// The arguments that mean the same from any folder.
pub(super) fn of(args: &ImportArgs) -> anyhow::Result<Value> {
    let mut words: Vec<String> = Vec::new();
    let mut say = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            words.push(format!("--{name}={value}"));
        }
    };
    for file in &args.stock {
        say("stock", Some(whole(file)?));
    }
    say("mode", args.mode.map(|mode| if mode == StockMode::Set { "set".into() } else { "add".into() }));
    for (column, field) in &args.map {
        say("map", Some(format!("{column}={}", field.name())));
    }
    say("encoding", args.encoding.map(|encoding| encoding.name().to_owned()));
    say("source", args.source.clone());
    say("ref", args.reference.clone());
    say("default-price", args.default_price.clone());
    say("default-stock", args.default_stock.map(|copies| copies.to_string()));
    say("default-currency", args.default_currency.map(|currency| currency.code().to_owned()));
    say("lead-days", args.lead_days.map(|(from, to)| format!("{from}-{to}")));
    for (name, set) in [
        ("again", args.again),
        ("no-header", args.no_header),
        ("guess", args.guess),
        ("overwrite-edited", args.overwrite_edited),
        ("fetch-images", args.fetch_images),
    ] {
        words.extend(set.then(|| format!("--{name}")));
    }
    for file in &args.files {
        words.push(whole(file)?);
    }
    Ok(json!({ "args": words }))
}

fn whole(file: &PathBuf) -> anyhow::Result<String> {
    if is_stdin(file) {
        return Ok("-".into());
    }
    let path = std::path::absolute(file).with_context(|| format!("{} has no place", file.display()))?;
    Ok(path.to_string_lossy().into_owned())
}

/// With `--resume`: the arguments of the last run that did not come to its end, and that run. Else neither.
pub(super) fn resumed(asked: &ImportArgs, data: &Path) -> anyhow::Result<(Option<ImportArgs>, Option<Run>)> {
    if !asked.resume {
        return Ok((None, None));
    }
    let path = data.join("bookstall.db");
    ensure!(path.exists(), "there is no shop in {}", data.display());
    let db = Db::open(&path)?;
    let found = Run::last_unfinished(&db);
    db.close();
    let Some(unfinished) = found? else {
        bail!("every import of this shop came to its end: there is nothing to resume")
    };
    let words = unfinished.command.get("args").and_then(Value::as_array).cloned().unwrap_or_default();
    let words: Vec<String> = words.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect();
    let mut args = parse(&words).context("the run that is to be resumed was noted by another version")?;
    // What was being added once more when it was killed goes on; only a file that was added to its end starts anew.
    args.again = false;
    (args.json, args.report) = (asked.json, asked.report.clone());
    ensure!(
        !args.all_files().any(|file| is_stdin(file)),
        "the last run that did not end read standard input: give it again"
    );
    Ok((Some(args), Some(Run::resume(&unfinished))))
}

fn parse(words: &[String]) -> anyhow::Result<ImportArgs> {
    let command = ImportArgs::augment_args(clap::Command::new("import").no_binary_name(true));
    Ok(ImportArgs::from_arg_matches(&command.try_get_matches_from(words)?)?)
}
