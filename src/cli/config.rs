//! `bookstall config`.

use clap::Subcommand;

use super::Globals;
use crate::config::Overrides;

/// Check or show the configuration that is in force
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  bookstall --config shop.toml config check
  BOOKSTALL_LISTEN=0.0.0.0:80 bookstall config show --json")]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Say whether the shop would start with it; exit code 1 if not
    Check {
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print every option as it is in force; secrets are masked
    Show {
        /// Answer as JSON instead of TOML
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn run(args: &Args, globals: &Globals) -> anyhow::Result<()> {
    match args.what {
        What::Check { json } => {
            let checked = globals.load(Overrides::default()).and_then(|config| config.check_exposure());
            if json {
                let problem = checked.as_ref().err().map(ToString::to_string);
                println!("{}", serde_json::json!({ "ok": problem.is_none(), "problem": problem }));
            } else if checked.is_ok() {
                println!("The configuration is good.");
            }
            Ok(checked?)
        }
        What::Show { json } => {
            let config = globals.load(Overrides::default())?;
            if json {
                println!("{:#}", config.to_json()?);
            } else {
                print!("{}", config.to_toml()?);
            }
            Ok(())
        }
    }
}
