//! The program at a terminal: what it offers, how it ends, and what it refuses to serve.

use std::net::TcpListener;
use std::process::Command;

use rusqlite::Connection;

use crate::support::cli::{Desk, Said};
use crate::support::source;

/// The commands that the help lists.
fn listed(desk: &Desk, args: &[&str]) -> Vec<String> {
    let said = desk.run(&[args, &["--help"]].concat());
    assert_eq!(said.code, 0, "{said:?}");
    let list = said.out.split_once("Commands:\n").expect("a list of commands").1;
    let names = list.lines().take_while(|line| line.starts_with("  ")).filter(|line| !line.starts_with("   "));
    names.map(|line| line.split_whitespace().next().unwrap().to_owned()).filter(|name| name != "help").collect()
}

#[test]
fn the_help_lists_the_commands_that_exist_and_the_readme_knows_them() {
    let desk = Desk::new();
    let commands = listed(&desk, &[]);
    assert!(commands.len() >= 7, "{commands:?}");
    let readme = std::fs::read_to_string(source::top().join("README.md")).unwrap();
    for command in &commands {
        let said = desk.run(&[command, "--help"]);
        assert_eq!(said.code, 0, "{said:?}");
        assert!(said.out.contains("Example"), "`{command} --help` shows no example:\n{}", said.out);
        assert!(readme.contains(&format!("bookstall {command}")), "the README does not mention `bookstall {command}`");
    }
    let files = std::fs::read_dir(source::top().join("src/cli")).unwrap();
    let mut files: Vec<String> = files
        .map(|file| file.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .filter(|name| commands.contains(name))
        .collect();
    let mut commands = commands;
    files.sort();
    commands.sort();
    assert_eq!(files, commands, "one file per command");
}

#[test]
fn exit_codes_tell_done_from_refused_from_misused() {
    let desk = Desk::new();
    let code = |args: &[&str]| desk.run(args).code;
    assert_eq!(code(&["--version"]), 0);
    assert_eq!(code(&["config", "check"]), 0);
    assert_eq!(code(&["doctor"]), 1, "there is no shop");
    assert_eq!(code(&["restore", "nothing.tar.zst"]), 1);
    assert_eq!(code(&[]), 2);
    assert_eq!(code(&["sell"]), 2);
    assert_eq!(code(&["serve", "--port", "80"]), 2);
    assert_eq!(code(&["staff", "add", "nobody", "--name", "N", "--role", "owner"]), 2);
    assert!(!desk.data().exists(), "a command that looks makes no shop");
}

#[test]
fn a_refusal_is_one_sentence_on_standard_error() {
    let said = Desk::new().run(&["doctor"]);
    assert_eq!(said.out, "");
    assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    said.refuses(&["there is no shop in"]);
}

#[tokio::test]
async fn serve_says_where_it_listens_and_stops_when_asked() {
    let desk = Desk::new();
    let served = desk.serve();
    assert_ne!(served.addr.port(), 0);
    assert_eq!(served.visitor().get("/healthz").await.ok().body, "ok\n");
    assert_eq!(served.stop(), 0);
    assert_eq!(desk.run(&["doctor"]).code, 0);
}

#[test]
fn serve_refuses_a_taken_port() {
    let desk = Desk::new();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = other.local_addr().unwrap().to_string();
    desk.run(&["serve", "--listen", &addr]).refuses(&[&addr, "already in use", "--listen"]);
}

#[test]
fn serve_refuses_a_data_directory_that_is_served() {
    let desk = Desk::new();
    let _served = desk.serve();
    desk.run(&["serve", "--listen", "127.0.0.1:0"]).refuses(&["already serves", "--data"]);
}

#[test]
fn serve_refuses_a_database_from_a_newer_version_and_leaves_it_alone() {
    let desk = Desk::new();
    assert_eq!(desk.serve().stop(), 0);
    let file = desk.data().join("bookstall.db");
    let conn = Connection::open(&file).unwrap();
    conn.pragma_update(None, "user_version", 9_999).unwrap();
    drop(conn);
    let before = std::fs::read(&file).unwrap();
    desk.run(&["serve", "--listen", "127.0.0.1:0"]).refuses(&["newer"]);
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[test]
fn serve_refuses_a_file_that_is_no_database() {
    let desk = Desk::new();
    std::fs::create_dir(desk.data()).unwrap();
    let file = desk.data().join("bookstall.db");
    std::fs::write(&file, "Dear diary, ".repeat(1000)).unwrap();
    desk.run(&["serve", "--listen", "127.0.0.1:0"]).refuses(&["not a database"]);
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("Dear diary"));
}

#[test]
fn serve_refuses_a_configuration_that_cannot_work() {
    let desk = Desk::new();
    let file = desk.write("shop.toml", "[payments]\ncards = true\n");
    desk.run(&["--config", file.to_str().unwrap(), "serve"]).refuses(&["payments.cards", "shop.toml"]);
    let mut wrong_currency = desk.command(&["serve", "--listen", "127.0.0.1:0"]);
    Said::of(wrong_currency.env("BOOKSTALL_SHOP__CURRENCY", "XYZ")).refuses(&["currency", "XYZ"]);
}

#[test]
fn serve_refuses_to_send_passwords_over_open_networks() {
    let desk = Desk::new();
    desk.run(&["serve", "--listen", "0.0.0.0:0"]).refuses(&["https", "public_url", "--insecure-http"]);
    let mut exposed = desk.command(&["config", "check", "--json"]);
    let said = Said::of(exposed.env("BOOKSTALL_LISTEN", "0.0.0.0:3000"));
    assert_eq!(said.code, 1);
    assert!(said.out.contains("\"ok\":false"), "{said:?}");
}

#[test]
fn a_killed_shop_leaves_no_lock_behind() {
    let desk = Desk::new();
    desk.serve().kill();
    assert_eq!(desk.serve().stop(), 0, "the lock goes with its process, however that ended");
}

#[test]
fn a_backup_of_a_served_shop_becomes_a_shop_elsewhere() {
    let desk = Desk::new();
    let _served = desk.serve();
    let said = desk.run(&["backup", "copy.tar.zst"]);
    assert_eq!(said.code, 0, "{said:?}");
    desk.run(&["backup", "copy.tar.zst"]).refuses(&["copy.tar.zst"]);
    desk.run(&["restore", "copy.tar.zst"]).refuses(&["data"]);
    let said = desk.run(&["--data", "elsewhere", "restore", "copy.tar.zst"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(desk.run(&["--data", "elsewhere", "doctor", "--json"]).code, 0);
    let mut damaged = std::fs::read(desk.path().join("copy.tar.zst")).unwrap();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0xFF;
    std::fs::write(desk.path().join("damaged.tar.zst"), damaged).unwrap();
    desk.run(&["--data", "third", "restore", "damaged.tar.zst"]).refuses(&["damaged"]);
    assert!(!desk.path().join("third/bookstall.db").exists());
}

#[test]
fn nothing_of_the_program_needs_a_home_or_a_path() {
    let desk = Desk::new();
    let mut bare = Command::new(env!("CARGO_BIN_EXE_bookstall"));
    let said = Said::of(bare.args(["config", "check"]).current_dir(desk.path()).env_clear());
    assert_eq!(said.code, 0, "{said:?}");
}
