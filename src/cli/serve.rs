//! `bookstall serve`.

use anyhow::Context;

use super::Globals;
use crate::app::App;
use crate::config::Overrides;

/// Open the shop: serve its pages until SIGTERM or ctrl-c
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  bookstall serve
  bookstall serve --listen 127.0.0.1:8080 --data /srv/bookstall
  BOOKSTALL_PUBLIC_URL=https://books.example bookstall serve --listen 0.0.0.0:3000")]
pub(super) struct Args {
    /// Address and port; port 0 takes a free one [default: 127.0.0.1:3000]
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<String>,
    /// Serve other machines without https; passwords are then readable on the way
    #[arg(long)]
    insecure_http: bool,
}

pub(super) fn run(args: &Args, globals: &Globals) -> anyhow::Result<()> {
    let config = globals.load(Overrides {
        listen: args.listen.clone(),
        insecure_http: args.insecure_http,
        ..Overrides::default()
    })?;
    config.check_exposure()?;
    serve_app(App::open(config)?, |url| println!("listening on {url}"))
}

/// Serves an opened shop until a signal; `ready` is told its address.
pub(super) fn serve_app(app: App, ready: impl FnOnce(&str)) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the threads that serve could not be started")?;
    runtime.block_on(async {
        let listener = app.bind()?;
        app.serve(listener, ready).await?;
        Ok(())
    })
}
