//! The whole shop, tried from outside: real servers on free ports, temporary folders, a clock that tests move.
//!
//! One module per capability. What they share is in `support`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod arrows;
mod asking;
mod browse;
mod browser;
mod checkout;
mod cli;
mod config;
mod crash;
mod disk;
mod export;
mod feeds;
mod fuzz;
mod intake;
mod linked_data;
mod listing;
mod mail;
mod office;
mod onix;
mod people;
mod pictures;
mod plans;
mod relevance;
mod reprice;
mod suggest;
mod support;
mod truth;
