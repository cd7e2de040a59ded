//! Doors for fuzz targets: each takes any bytes, and must come back.

use super::run::Context;
use super::{marc as marc_reader, onix as onix_reader};

/// Reads bytes as MARC, binary or XML; returns how many books they hold.
pub fn marc(bytes: &[u8]) -> u64 {
    marc_reader::read_all(bytes)
}

/// Reads bytes as an ONIX message; returns how many products it holds, none if it is refused.
pub fn onix(bytes: &[u8]) -> u64 {
    onix_reader::read_bytes(bytes, &Context::for_nobody()).unwrap_or(0)
}
