//! The executable: everything is in the library.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    // One TLS provider for the server, mail and payments; a second call would only find it in place.
    drop(rustls::crypto::ring::default_provider().install_default());
    bookstall::cli::run(&bookstall::cli::Cli::parse())
}
