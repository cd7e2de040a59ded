//! Bookstall: a bookshop in one file.
//!
//! One process serves the shop, keeps everything in one SQLite file, and needs nothing beside it. This page says how
//! the code is laid out and what it may rely on; each part's own page says what it owns and promises.
//!
//! # The way of a request
//!
//! `main` reads arguments → `cli` runs the command → `app` opens the database, the index and the threads and starts
//! the server → `web` takes the request: `web::layer` (limits, origin, kept pages, deadlines), the one list of routes,
//! a handler that parses, calls a room and renders → the **room** decides, in one transaction → `db` stores.
//!
//! # The map
//!
//! | part | what it is |
//! |---|---|
//! | [`kernel`] | money, ISBNs, ids, e-mail addresses, dates: values that are right once they exist |
//! | [`config`] | what the process is told from outside; the only reader of environment and configuration files |
//! | [`db`] | readers, the one writer with its group commit, migrations; knows no table |
//! | [`error`] | what kinds of failure there are, for whoever answers them |
//! | [`catalog`], [`stock`], [`search`], [`imports`] | books: what they are, how many, how they are found, where they come from |
//! | [`cart`], [`delivery`], [`tax`], [`orders`], [`payments`] | selling: from a basket to a paid and sent order |
//! | [`accounts`], [`mail`], [`media`], [`settings`] | people, letters, pictures, the shop's own facts |
//! | [`exports`] | getting data out: tables for spreadsheets, ONIX for the trade |
//! | [`audit`], [`changes`] | who did what; what changed, for the index and the kept pages |
//! | [`backup`], [`doctor`], [`findings`] | the whole shop in one file; the proof that its books are right, and its words |
//! | [`web`] | pages for readers (`web::shop`) and staff (`web::admin`), components in `web::ui` |
//! | [`app`] | wiring: opens, starts and stops all of it; reads the clock |
//! | [`cli`] | the terminal: one file per command |
//! | [`demo`] | a shop to try |
//!
//! # Arrows
//!
//! ```text
//! main → cli → app → web → rooms → db, config → error, kernel
//! ```
//!
//! A **room** is a business capability (everything between `kernel` and `web` above). Its tables are its own: no other
//! part writes or reads them by SQL, except the `doctor`, which proves what two rooms must agree on. Rooms know no
//! HTTP and no HTML (`mail` writes its letters with maud); pages and commands hold no SQL. Between rooms:
//! `orders → cart, catalog, stock, tax, delivery, payments, accounts`; `cart`, `search`, `imports → catalog, stock`;
//! `exports → catalog, stock, orders, accounts`;
//! any room may tell things to `mail`, `audit`, `changes` and ask `settings`. `tests/shop/arrows.rs` has the whole
//! table and fails on any other arrow.
//!
//! # What always holds
//!
//! - A write that is one event is one transaction: the order, its holds, its events, its mail.
//! - No network call and no lock is waited for inside a transaction.
//! - Time is an argument. Only `app` reads the clock, so a test can stand anywhere in time.
//! - Money is whole minor units with a currency; decimals are rates only, and no float is near either.
//! - One rendered checkout makes at most one order and one charge, however often it is sent.
//! - available = on hand − holds that have not ended, computed in the transaction that sells.
//! - A provider's word becomes a paid order in one place, `orders::settle`.
//! - Nothing is kept that cannot be told to be stale: a kept page compares the versions of what it shows.
//! - The search index can be deleted at any time; every price and count on a page is read from SQLite.
//!
//! # What is not here, on purpose
//!
//! No ORM and no repository objects (SQL is a function of a transaction), no second service, no template files,
//! no floating point in money, no text or asset read from the source tree at run time, no `unsafe`.

#![warn(missing_docs)]

pub mod accounts;
#[allow(missing_docs, reason = "a shell around the rooms")]
pub mod app;
pub mod audit;
pub mod backup;
pub mod cart;
pub mod catalog;
pub mod changes;
#[allow(
    clippy::print_stdout,
    missing_docs,
    reason = "commands answer on standard output, and their comments are their help"
)]
pub mod cli;
pub mod config;
pub mod db;
#[deny(clippy::float_arithmetic)]
pub mod delivery;
#[allow(missing_docs, reason = "a shell around the rooms")]
pub mod demo;
pub mod doctor;
pub mod error;
pub mod exports;
pub mod findings;
pub mod imports;
#[deny(clippy::float_arithmetic)]
pub mod kernel;
pub mod mail;
pub mod media;
#[deny(clippy::float_arithmetic)]
pub mod orders;
#[deny(clippy::float_arithmetic)]
pub mod payments;
pub mod search;
pub mod settings;
pub mod stock;
#[deny(clippy::float_arithmetic)]
pub mod tax;
#[allow(missing_docs, reason = "a shell around the rooms")]
pub mod web;
