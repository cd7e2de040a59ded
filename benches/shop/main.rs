//! What the shop does in a second, each figure beside the limit of this machine, in alternating pairs in one run.
//!
//! `cargo bench --bench shop` prints both and their ratio. Ratios are what counts: machines are noisy.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a benchmark"
)]

mod books;
mod checkout;
#[path = "../../tests/shop/support/form.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod form;
mod import;
mod latency;
mod load;
mod pages;
mod search;

fn main() {
    rustls::crypto::ring::default_provider().install_default().expect("one provider");
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [name, address, seconds, ..] = args.as_slice()
        && name == latency::DRIVER
    {
        return latency::driver(address, seconds);
    }
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let runs = |name: &str| wanted.is_empty() || wanted.iter().any(|arg| arg == name);
    if runs("pages") {
        pages::run();
    }
    if runs("checkout") {
        checkout::run();
    }
    if runs("import") {
        import::run();
    }
    if runs("import-latency") {
        latency::run();
    }
    if runs("search") {
        search::run();
    }
    // Takes ten minutes and four gigabytes of disk, so it must be asked for by name.
    if wanted.iter().any(|arg| arg == "search-million") {
        search::run_million();
    }
}

/// The middle of some measurements.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
