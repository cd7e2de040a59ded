//! What a script meets: exit codes, the report, the words on wrong usage.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use clap::Parser;

use super::*;

#[derive(Parser)]
enum Cli {
    Import(ImportArgs),
}

fn parse(args: &[&str]) -> Result<ImportArgs, clap::Error> {
    let Cli::Import(args) = Cli::try_parse_from(["bookstall", "import"].iter().chain(args))?;
    Ok(args)
}

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Desk {
        Desk { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_string_lossy().into_owned()
    }

    /// Runs the command on a text and returns its exit code and its report.
    fn import(&self, text: &str, more: &[&str]) -> (ExitCode, serde_json::Value) {
        let (file, report) = (self.path("books.csv"), self.path("report.json"));
        std::fs::write(&file, text).unwrap();
        let mut args = vec![file.as_str(), "--report", &report];
        args.extend(more);
        let clock = Clock::fixed("2026-11-22T12:00:00Z".parse().unwrap());
        let code = run(&parse(&args).unwrap(), &self.folder.path().join("data"), &Overrides::new(), &clock).unwrap();
        (code, serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap())
    }
}

#[track_caller]
fn check(text: &str, more: &[&str], code: u8, counts: [u64; 5]) {
    let (found, report) = Desk::new().import(text, more);
    assert_eq!(found, ExitCode::from(code), "{report}");
    let names = ["read", "created", "updated", "unchanged", "rejected"];
    assert_eq!(names.map(|name| report.get(name).and_then(serde_json::Value::as_u64)), counts.map(Some), "{report}");
}

#[test]
fn the_exit_code_says_whether_anything_went_in() {
    check("isbn,title,price\n9780306406157,Ink,5\n9780975229804,Ice,x\n", &[], 0, [2, 1, 0, 0, 1]);
    check("isbn,title,price\n9780975229804,Ice,x\n", &[], 1, [1, 0, 0, 0, 1]);
    check("isbn,title\n", &[], 0, [0; 5]);
    check("", &[], 1, [0; 5]);
    check("isbn,title\n9780306406157,Ink\n", &["--ref", "id"], 1, [0; 5]);
    check("isbn,title\n9780306406157,Ink\n", &["--default-price", "9.999"], 1, [0; 5]);
}

#[test]
fn the_report_has_the_keys_that_scripts_know() {
    let desk = Desk::new();
    let (_, report) = desk.import("isbn,title,price\n9780306406157,Ink,5\n,,\n9780975229804,Ice,x\n", &["--json"]);
    insta::assert_json_snapshot!(report, @r#"
    {
      "blank": 1,
      "changes": [],
      "created": 1,
      "files": [
        {
          "blank": 1,
          "created": 1,
          "error": null,
          "file": "books.csv",
          "read": 2,
          "rejected": 1,
          "source": "books.csv",
          "unchanged": 0,
          "updated": 0
        }
      ],
      "read": 2,
      "rejected": 1,
      "rows": [
        {
          "line": 4,
          "reason": "“x” is not an amount like 12.99",
          "record": 2
        }
      ],
      "unchanged": 0,
      "updated": 0,
      "warnings": []
    }
    "#);
    let (code, refused) = desk.import("colour\nred\n", &[]);
    assert_eq!(code, ExitCode::from(1));
    assert!(refused.get("warnings").unwrap().to_string().contains("no column is known"));
}

#[test]
fn a_dry_run_makes_no_shop() {
    let desk = Desk::new();
    let (code, report) = desk.import("isbn,title\n9780306406157,Ink\n", &["--dry-run"]);
    assert_eq!((code, report.get("created").unwrap().as_u64()), (ExitCode::SUCCESS, Some(1)));
    assert!(!desk.folder.path().join("data").exists());
}

#[test]
fn wrong_usage_is_told_before_anything_is_read() {
    for wrong in [
        &[][..],
        &["a.csv", "--map", "Produkt"],
        &["a.csv", "--map", "Produkt=colour"],
        &["a.csv", "--default-price", "1.299,00"],
        &["a.csv", "--default-price", "-1"],
        &["a.csv", "--default-stock", "-1"],
        &["a.csv", "--default-currency", "XYZ"],
        &["a.csv", "--source", "owner"],
        &["a.csv", "--lead-days", "10-5"],
        &["a.csv", "--nonsense"],
    ] {
        assert_eq!(parse(wrong).unwrap_err().exit_code(), 2, "{wrong:?}");
    }
    let args = parse(&["a.csv", "--map", "a=b=title", "--lead-days", "3-7", "--default-currency", "aud"]).unwrap();
    assert_eq!((args.map, args.lead_days), (vec![("a=b".to_owned(), "title".parse().unwrap())], Some((3, 7))));
}

#[test]
fn the_help_shows_examples() {
    let help = parse(&["--help"]).unwrap_err().to_string();
    assert!(
        help.contains("Examples:") && help.contains("--default-currency <CODE>") && help.contains("2 wrong usage"),
        "{help}"
    );
}

#[test]
fn themas_words_are_loaded_and_nothing_else_is() {
    let desk = Desk::new();
    let code = r#"{"CodeValue": "FFP", "CodeDescription": "Police work", "CodeParent": "FF"}"#;
    let list = format!(r#"{{"CodeList": {{"CodeListNumber": 214, "ThemaCodes": {{"Code": [{code}]}}}}}}"#);
    let load = |text: &str| {
        let file = desk.path("thema.json");
        std::fs::write(&file, text).unwrap();
        let clock = Clock::fixed("2026-11-22T12:00:00Z".parse().unwrap());
        run(&parse(&["--thema", &file]).unwrap(), &desk.folder.path().join("data"), &Overrides::new(), &clock).unwrap()
    };
    assert_eq!(load("{}"), ExitCode::from(1));
    assert_eq!(load(&list), ExitCode::SUCCESS);
    assert_eq!(load(&list), ExitCode::SUCCESS);
    assert!(parse(&[]).is_err() && parse(&["--thema", "a.json", "b.csv"]).is_err());
}

#[test]
fn a_run_that_was_killed_is_resumed_as_it_was_asked() {
    let desk = Desk::new();
    let clock = Clock::fixed("2026-11-22T12:00:00Z".parse().unwrap());
    let data = desk.folder.path().join("data");
    let call = |args: &[&str]| run(&parse(args).unwrap(), &data, &Overrides::new(), &clock).unwrap();
    let resume = ["--resume", "--report", &desk.path("report.json")].map(str::to_owned);
    let resume: Vec<&str> = resume.iter().map(String::as_str).collect();
    let report =
        || serde_json::from_slice::<serde_json::Value>(&std::fs::read(desk.path("report.json")).unwrap()).unwrap();
    assert_eq!(call(&resume), ExitCode::from(1));
    assert!(report().to_string().contains("there is no shop"));
    assert_eq!(desk.import("isbn,title\n9780306406157,Ink\n", &[]).0, ExitCode::SUCCESS);
    assert_eq!(call(&resume), ExitCode::from(1));
    assert!(report().to_string().contains("nothing to resume"));
    // What a killed run leaves: a beginning without an end.
    let (books, till) = (desk.path("more.csv"), desk.path("till.csv"));
    std::fs::write(&books, "Nummer,Was\n9780975229804,Ice\n").unwrap();
    std::fs::write(&till, "isbn,qty\n9780975229804,3\n").unwrap();
    let args = [&books, "--map", "Nummer=isbn", "--map", "Was=title", "--source", "own", "--lead-days", "2-3"];
    let db = Db::open(&data.join("bookstall.db")).unwrap();
    Run::begin(&db, "own", command::of(&parse(&args).unwrap()).unwrap(), &clock).unwrap();
    db.close();
    assert_eq!(call(&resume), ExitCode::SUCCESS);
    assert_eq!(report().pointer("/files/0/source").unwrap(), "own");
    assert_eq!(report().get("created").unwrap(), 1);
    assert_eq!(call(&resume), ExitCode::from(1), "it came to its end");
    for (updated, again) in [(1, &[][..]), (0, &[]), (1, &["--again"])] {
        let told = desk.path("report.json");
        let args = [&["--stock", &till, "--mode", "add", "--report", &told], again].concat();
        assert_eq!(call(&args), ExitCode::SUCCESS);
        assert_eq!(report().get("updated").unwrap(), updated);
    }
}

#[test]
fn options_that_do_not_go_together_are_wrong_usage() {
    for wrong in [
        &["--stock", "a.csv"][..],
        &["--stock", "a.csv", "--mode", "replace"],
        &["a.csv", "--mode", "set"],
        &["a.csv", "--again"],
        &["a.csv", "--stock", "b.csv", "--mode", "set"],
        &["a.csv", "--resume"],
        &["--resume", "--dry-run"],
        &["a.csv", "--encoding", "klingon"],
    ] {
        assert_eq!(parse(wrong).unwrap_err().exit_code(), 2, "{wrong:?}");
    }
    assert!(parse(&["a.csv", "b.zip", "-", "--map", "3=isbn", "--guess"]).is_ok());
    assert!(parse(&["--stock", "a.csv", "--mode", "add", "--again"]).is_ok());
}
