//! Configuration as an operator meets it: through the program, its flags, environment and files.

use serde_json::Value;

use crate::support::cli::{Desk, Said};
use crate::support::source;

/// What is in force, as JSON.
#[track_caller]
fn shown(desk: &Desk, args: &[&str], environment: &[(&str, &str)]) -> Value {
    let mut command = desk.command(&[args, &["config", "show", "--json"]].concat());
    let said = Said::of(command.envs(environment.iter().copied()));
    assert_eq!(said.code, 0, "{said:?}");
    serde_json::from_str(&said.out).unwrap()
}

#[test]
fn the_example_file_is_a_good_one_and_changes_nothing() {
    let desk = Desk::new();
    let example = source::top().join("config.example.toml");
    let with_file = ["--config", example.to_str().unwrap()];
    assert_eq!(desk.run(&[&with_file[..], &["config", "check"]].concat()).code, 0);
    let (mut example, mut defaults) = (shown(&desk, &with_file, &[]), shown(&desk, &[], &[]));
    // The file names the usual port where the program says "the usual one".
    example["mail"]["port"].take();
    defaults["mail"]["port"].take();
    assert_eq!(example, defaults);
}

#[test]
fn a_flag_wins_over_the_environment_and_that_over_the_file() {
    let desk = Desk::new();
    let file = desk.write("shop.toml", "data = \"from-file\"\n[limits]\nkept_bytes = 7000000\nforms_per_minute = 7\n");
    let file = ["--config", file.to_str().unwrap()];
    let environment = [("BOOKSTALL_DATA", "from-environment"), ("BOOKSTALL_LIMITS__KEPT_BYTES", "8000000")];
    assert_eq!(shown(&desk, &file, &[])["data"], "from-file");
    let both = shown(&desk, &file, &environment);
    assert_eq!((&both["data"], &both["limits"]["kept_bytes"]), (&"from-environment".into(), &8_000_000.into()));
    assert_eq!(both["limits"]["forms_per_minute"], 7);
    let all = shown(&desk, &[&file[..], &["--data", "from-flag"]].concat(), &environment);
    assert_eq!(all["data"], "from-flag");
}

#[test]
fn a_secret_comes_from_a_file_and_is_never_shown() {
    let desk = Desk::new();
    let secret = desk.write("password.txt", "hunter2\n");
    let environment = [("BOOKSTALL_MAIL__PASSWORD_FILE", secret.to_str().unwrap())];
    let shown = shown(&desk, &[], &environment);
    assert!(!shown["mail"]["password"].as_str().unwrap().is_empty());
    assert!(!shown.to_string().contains("hunter2"));
}

#[test]
fn what_is_wrong_is_named_with_where_it_stands() {
    let desk = Desk::new();
    let check = |text: &str, words: &[&str]| {
        let file = desk.write("shop.toml", text);
        let said = desk.run(&["--config", file.to_str().unwrap(), "config", "check"]);
        said.refuses(words);
    };
    check("lisen = \"127.0.0.1:80\"\n", &["lisen", "listen"]);
    check("[limits]\nkept_bytes = \"many\"\n", &["limits.kept_bytes", "shop.toml"]);
    check("listen = \n", &["shop.toml"]);
    check("[tls]\ncert_file = \"chain.pem\"\n", &["tls.key_file"]);
    desk.run(&["--config", "nowhere.toml", "config", "check"]).refuses(&["nowhere.toml"]);
}
