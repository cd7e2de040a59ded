//! `bookstall staff`: who works in the shop.

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use jiff::Timestamp;
use serde_json::json;

use crate::accounts::AccountError;
use crate::accounts::password::{self, Password};
use crate::accounts::staff::{self, NewStaff, Role, StaffMember};
use crate::db::{Db, DbError};
use crate::kernel::email::Email;

/// Add staff and list them
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  bookstall staff add marta@example.com --name 'Marta Ek' --role owner
  bookstall staff list --json")]
pub(super) struct StaffArgs {
    #[command(subcommand)]
    command: StaffCommand,
}

#[derive(clap::Subcommand, Debug)]
enum StaffCommand {
    Add(AddArgs),
    List(ListArgs),
}

/// Add somebody to the staff, who may then sign in under /admin
///
/// Without a password option a strong password is made and printed, once. Safe while the shop is open.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  bookstall staff add marta@example.com --name 'Marta Ek' --role owner
  bookstall staff add ben@example.com --name 'Ben Oyelaran' --role bookseller --password-file ben.txt
  pass show shop/ben | bookstall staff add ben@example.com --name 'Ben Oyelaran' --role bookseller --password-stdin")]
struct AddArgs {
    /// The address to sign in with
    #[arg(value_name = "EMAIL")]
    email: Email,
    /// The name that others on the staff see
    #[arg(long)]
    name: String,
    /// What they may do: a bookseller moves stock and orders, a manager also edits the catalogue, an owner everything
    #[arg(long, value_parser = roles())]
    role: Role,
    /// Take the password from the first line of a file
    #[arg(long, value_name = "FILE", conflicts_with = "password_stdin")]
    password_file: Option<PathBuf>,
    /// Take the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
}

/// List the staff, in the order they came
#[derive(clap::Args, Debug)]
struct ListArgs {
    /// Print a JSON array instead of lines
    #[arg(long)]
    json: bool,
}

/// Runs `staff` on the shop in `data`; `now` is when it happens.
///
/// # Errors
///
/// No shop there, an address that is taken, a password that is too weak; nothing was changed then.
pub(super) fn run(args: &StaffArgs, data: &Path, now: Timestamp) -> anyhow::Result<()> {
    answer(args, data, now, &mut std::io::stdin().lock(), &mut std::io::stdout().lock())
}

fn answer(
    args: &StaffArgs, data: &Path, now: Timestamp, input: &mut dyn BufRead, out: &mut dyn Write,
) -> anyhow::Result<()> {
    let file = data.join("bookstall.db");
    // `Db::open` would make an empty shop of a mistyped path.
    ensure!(file.exists(), "there is no shop in {} yet: `bookstall serve` opens one", data.display());
    let db = Db::open(&file)?;
    match &args.command {
        StaffCommand::Add(args) => add(args, &db, now, input, out),
        StaffCommand::List(args) => list(args, &db, out),
    }?;
    db.close();
    Ok(())
}

fn add(args: &AddArgs, db: &Db, now: Timestamp, input: &mut dyn BufRead, out: &mut dyn Write) -> anyhow::Result<()> {
    let given = given_password(args, input)?;
    let made = given.is_none().then(strong_password).transpose()?;
    let text = given.as_ref().or(made.as_ref()).map_or("", String::as_str);
    let password = Password::new(text, &args.email).context("this password is too weak")?;
    let new = NewStaff {
        email: args.email.clone(),
        name: args.name.clone(),
        role: args.role,
        password_hash: password::hash(&password)?,
    };
    db.write_blocking(move |tx| staff::add(tx, &new, "cli", now)).map_err(|error| match error {
        AccountError::EmailTaken => anyhow::anyhow!("{} is on the staff already", args.email),
        error @ (AccountError::Name | AccountError::Phone | AccountError::Db(_)) => error.into(),
    })?;
    writeln!(out, "{} is now on the staff as {} and signs in under /admin", args.email, args.role)?;
    if let Some(password) = made {
        writeln!(out, "password: {password}")?;
    }
    Ok(())
}

fn given_password(args: &AddArgs, input: &mut dyn BufRead) -> anyhow::Result<Option<String>> {
    let text = match &args.password_file {
        Some(file) => std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?,
        None if args.password_stdin => {
            let mut line = String::new();
            input.read_line(&mut line).context("cannot read the password from standard input")?;
            line
        }
        None => return Ok(None),
    };
    Ok(Some(text.lines().next().unwrap_or_default().to_owned()))
}

/// Twenty letters and digits in four groups, 100 bits, without those that look alike: `k7mwq-…`.
fn strong_password() -> anyhow::Result<String> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut random = [0_u8; 20];
    getrandom::fill(&mut random).context("the system has no randomness to give")?;
    let letters: Vec<char> =
        random.iter().filter_map(|byte| LETTERS.get(usize::from(byte % 32))).copied().map(char::from).collect();
    let groups: Vec<String> = letters.chunks(5).map(String::from_iter).collect();
    Ok(groups.join("-"))
}

fn list(args: &ListArgs, db: &Db, out: &mut dyn Write) -> anyhow::Result<()> {
    let everybody = db.read(|conn| Ok::<_, DbError>(staff::list(conn)?))?;
    if args.json {
        let rows: Vec<serde_json::Value> = everybody.iter().map(row).collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&rows)?)?;
        return Ok(());
    }
    if everybody.is_empty() {
        writeln!(out, "Nobody is on the staff yet: `bookstall staff add --help` says how")?;
    }
    for member in everybody {
        writeln!(out, "{:<10}  {}  {}", member.role.as_str(), member.email, member.name)?;
    }
    Ok(())
}

fn row(member: &StaffMember) -> serde_json::Value {
    json!({
        "email": member.email.as_str(), "name": member.name, "role": member.role.as_str(),
        "since": member.created_at.to_string(),
    })
}

fn roles() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.map(Role::as_str)).try_map(|role| role.parse::<Role>())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use clap::{CommandFactory, Parser};

    use super::*;
    use crate::accounts::sign_in::Claim;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: StaffArgs,
    }

    struct Shop(tempfile::TempDir);

    impl Shop {
        fn run(&self, line: &[&str], input: &str) -> anyhow::Result<String> {
            let line = Line::try_parse_from([&["staff"], line].concat())?;
            let (mut out, now) = (Vec::new(), Timestamp::from_second(1_800_000_000)?);
            answer(&line.args, self.0.path(), now, &mut input.as_bytes(), &mut out)?;
            Ok(String::from_utf8(out)?)
        }

        fn opens(&self, email: &str, password: &str) -> bool {
            let conn = Db::open_reader(&self.0.path().join("bookstall.db")).unwrap();
            Claim::as_staff(&conn, email).unwrap().check(password).unwrap().is_some()
        }
    }

    fn shop() -> Shop {
        let folder = tempfile::tempdir().unwrap();
        Db::open(&folder.path().join("bookstall.db")).unwrap().close();
        Shop(folder)
    }

    #[test]
    fn the_printed_password_opens_the_office() {
        let shop = shop();
        let said = shop.run(&["add", "marta@example.com", "--name", "Marta Ek", "--role", "owner"], "").unwrap();
        let (sentence, password) = said.split_once("\npassword: ").unwrap();
        assert_eq!(sentence, "marta@example.com is now on the staff as owner and signs in under /admin");
        assert_eq!(password.trim().len(), 23);
        assert!(shop.opens("Marta@example.com", password.trim()));
    }

    #[test]
    fn a_password_of_ones_own_comes_from_a_file_or_a_pipe_and_is_not_printed() {
        let shop = shop();
        let file = shop.0.path().join("ben.txt");
        std::fs::write(&file, "sells a lot\r\nand a note\n").unwrap();
        let path = file.to_str().unwrap();
        let from_file = ["add", "ben@example.com", "--name", "Ben", "--role", "bookseller", "--password-file", path];
        assert!(!shop.run(&from_file, "").unwrap().contains("password"));
        let from_pipe = ["add", "eve@example.com", "--name", "Eve", "--role", "manager", "--password-stdin"];
        shop.run(&from_pipe, " with blanks \n").unwrap();
        assert!(shop.opens("ben@example.com", "sells a lot") && shop.opens("eve@example.com", " with blanks "));
    }

    #[test]
    fn what_cannot_be_done_is_refused_in_a_sentence() {
        let shop = shop();
        let ben = ["add", "ben@example.com", "--name", "Ben", "--role", "owner", "--password-stdin"];
        let weak = format!("{:#}", shop.run(&ben, "short\n").unwrap_err());
        assert_eq!(weak, "this password is too weak: Use at least 8 characters");
        shop.run(&ben, "long enough\n").unwrap();
        assert_eq!(shop.run(&ben, "long enough\n").unwrap_err().to_string(), "ben@example.com is on the staff already");
        let wrong_role = ["add", "eve@example.com", "--name", "Eve", "--role", "boss"];
        assert!(
            shop.run(&wrong_role, "").unwrap_err().to_string().contains("possible values: owner, manager, bookseller")
        );
        let empty = Shop(tempfile::tempdir().unwrap());
        assert!(empty.run(&["list"], "").unwrap_err().to_string().starts_with("there is no shop in "));
        assert!(!empty.0.path().join("bookstall.db").exists());
    }

    #[test]
    fn the_list_is_for_people_or_for_scripts() {
        let shop = shop();
        assert!(shop.run(&["list"], "").unwrap().starts_with("Nobody"));
        shop.run(&["add", "ben@example.com", "--name", "Ben O", "--role", "bookseller"], "").unwrap();
        assert_eq!(shop.run(&["list"], "").unwrap(), "bookseller  ben@example.com  Ben O\n");
        let rows: serde_json::Value = serde_json::from_str(&shop.run(&["list", "--json"], "").unwrap()).unwrap();
        let ben =
            json!({"email": "ben@example.com", "name": "Ben O", "role": "bookseller", "since": "2027-01-15T08:00:00Z"});
        assert_eq!(rows, json!([ben]));
    }

    #[test]
    fn the_help_is_sound() {
        Line::command().debug_assert();
    }
}
