//! The terminal: one file per command, each an `Args` whose comments are its help, and `run`.

mod backup;
mod config;
mod demo;
mod doctor;
mod export;
mod import;
mod reindex;
mod restore;
mod search;
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
    Import(import::ImportArgs),
    Export(export::ExportArgs),
    Backup(backup::BackupArgs),
    Restore(restore::RestoreArgs),
    Doctor(doctor::DoctorArgs),
    Reindex(reindex::ReindexArgs),
    Search(search::SearchArgs),
    Staff(staff::StaffArgs),
    Config(config::Args),
}

/// Runs the command; errors go to standard error as one sentence.
pub fn run(cli: &Cli) -> ExitCode {
    match dispatch(&cli.command, &cli.globals) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("bookstall: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: &Command, globals: &Globals) -> anyhow::Result<ExitCode> {
    let now = app::system_now();
    match command {
        Command::Serve(args) => serve::run(args, globals)?,
        Command::Demo(args) => demo::run(args, globals)?,
        Command::Import(args) => {
            let config = globals.load(Overrides::default())?;
            return import::run(args, &config.data, &config.shop, &app::system_clock());
        }
        Command::Export(args) => {
            export::run(args, &globals.load(Overrides::default())?, now)?;
        }
        Command::Reindex(args) => {
            let config = globals.load(Overrides::default())?;
            reindex::run(args, &config.data, &config.shop, now)?;
        }
        Command::Search(args) => {
            let config = globals.load(Overrides::default())?;
            search::run(args, &config.data, &config.shop, now)?;
        }
        Command::Backup(args) => backup::run(args, &globals.load(Overrides::default())?.data, now)?,
        Command::Restore(args) => restore::run(args, &globals.load(Overrides::default())?.data, now)?,
        Command::Doctor(args) => {
            let config = globals.load(Overrides::default())?;
            doctor::run(args, &config.data, &config.shop, now)?;
        }
        Command::Staff(args) => staff::run(args, &globals.load(Overrides::default())?.data, now)?,
        Command::Config(args) => config::run(args, globals)?,
    }
    Ok(ExitCode::SUCCESS)
}

impl Globals {
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
