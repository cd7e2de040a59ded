//! The terminal: one file per command, each an `Args` whose comments are its help, and `run`.

#![allow(clippy::print_stdout, reason = "the terminal is where commands answer")]

mod backup;
mod config;
mod demo;
mod doctor;
mod reindex;
mod restore;
mod serve;
mod staff;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app;
use crate::config::{Config, ConfigError, Log, LogFormat, Overrides};

/// A bookshop in one file
#[derive(Debug, Parser)]
#[command(name = "bookstall", version, max_term_width = 100, after_help = EXAMPLES)]
pub struct Cli {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  bookstall serve                               the shop in ./data on http://127.0.0.1:3000
  bookstall --config /etc/bookstall.toml serve  with a configuration file
  bookstall config show                         every option as it is in force
  bookstall staff add marta@example.com --name 'Marta Ek' --role owner

Exit codes: 0 done, 1 refused or failed, 2 wrong usage";

/// What every command is told.
#[derive(Debug, clap::Args)]
pub struct Globals {
    /// Configuration file; see config.example.toml
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The directory that is the whole shop [default: ./data]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Args),
    Demo(demo::Args),
    Backup(backup::BackupArgs),
    Restore(restore::RestoreArgs),
    Doctor(doctor::DoctorArgs),
    Reindex(reindex::ReindexArgs),
    Staff(staff::StaffArgs),
    Config(config::Args),
}

/// Runs the command; errors go to standard error as one sentence.
pub fn run(cli: &Cli) -> ExitCode {
    let globals = &cli.globals;
    let done = match &cli.command {
        Command::Serve(args) => serve::run(args, globals),
        Command::Demo(args) => demo::run(args, globals),
        Command::Backup(args) => globals.data_dir().and_then(|data| backup::run(args, &data, app::system_now())),
        Command::Restore(args) => globals.data_dir().and_then(|data| restore::run(args, &data, app::system_now())),
        Command::Doctor(args) => globals.data_dir().and_then(|data| doctor::run(args, &data, app::system_now())),
        Command::Reindex(args) => globals
            .load(Overrides::default())
            .map_err(anyhow::Error::from)
            .and_then(|config| reindex::run(args, &config.data, &config.shop, app::system_now())),
        Command::Staff(args) => globals.data_dir().and_then(|data| staff::run(args, &data, app::system_now())),
        Command::Config(args) => config::run(args, globals),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bookstall: {error:#}");
            ExitCode::FAILURE
        }
    }
}

impl Globals {
    /// The data directory, from the flag, the environment or the file.
    fn data_dir(&self) -> anyhow::Result<PathBuf> {
        Ok(self.load(Overrides::default())?.data)
    }

    /// Reads the configuration under the command's own flags, and starts the log as it says.
    ///
    /// # Errors
    ///
    /// A configuration that cannot be used.
    pub(crate) fn load(&self, flags: Overrides) -> Result<Config, ConfigError> {
        let flags = Overrides { data: flags.data.or_else(|| self.data.clone()), ..flags };
        let config = Config::load(self.config.as_deref(), &flags)?;
        start_log(&config.log);
        Ok(config)
    }
}

/// Standard output belongs to answers, so the log goes to standard error.
fn start_log(log: &Log) {
    let filter = tracing_subscriber::EnvFilter::new(&log.level);
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let started = match log.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
    // A command that loads twice keeps the first log.
    drop(started);
}
