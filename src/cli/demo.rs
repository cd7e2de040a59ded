//! `bookstall demo`.

use anyhow::{Context, ensure};

use super::Globals;
use crate::app::App;
use crate::config::Overrides;
use crate::demo::{self, CUSTOMER, STAFF, Size};

/// Fill an empty data directory with a demonstration shop, and serve it to this machine
///
/// Payments go to a test gateway that takes no money, mail is written to files.
/// A directory that holds a shop already is served as it is.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  bookstall demo                                  about 250 well-known books
  bookstall demo --data /tmp/big --books 100000 --customers 5000 --orders 20000")]
pub(super) struct Args {
    /// Address and port on this machine; port 0 takes a free one [default: 127.0.0.1:3000]
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<String>,
    /// Generated books beside the demo catalogue
    #[arg(long, value_name = "N", default_value_t = 0)]
    books: u32,
    /// Generated orders of the last year
    #[arg(long, value_name = "N", default_value_t = 0)]
    orders: u32,
    /// Generated customers
    #[arg(long, value_name = "N", default_value_t = 0)]
    customers: u32,
}

pub(super) fn run(args: &Args, globals: &Globals) -> anyhow::Result<()> {
    let config =
        globals.load(Overrides { listen: args.listen.clone(), test_payments: true, ..Overrides::default() })?;
    ensure!(
        config.listen.ip().is_loopback(),
        "the demo serves this machine only: listen on 127.0.0.1 or [::1], not on {}",
        config.listen.ip()
    );
    let app = App::open(config)?;
    if demo::is_empty(app.db())? {
        println!("Filling {} with a demonstration shop …", app.config().data.display());
        let size = Size { books: args.books, customers: args.customers, orders: args.orders };
        let editions = demo::fill(app.db(), size, app.now()).context("the demo shop could not be filled")?;
        println!("{editions} editions are on the shelves.");
    }
    let mail = app.config().data.join("mail");
    super::serve::serve_app(app, |url| {
        println!("listening on {url}");
        println!("  the shop         {url}/");
        println!("  a customer       {}  password {}", CUSTOMER.email, CUSTOMER.password);
        println!("  the back office  {url}/admin");
        println!("  its owner        {}  password {}", STAFF.email, STAFF.password);
        println!("  mail             {}", mail.display());
        println!("  to stop          ctrl-c");
    })
}
