//! The terminal: one file per command.
#![allow(clippy::print_stdout, reason = "a command talks on the terminal")]

pub mod reindex;
