//! Doors for fuzz targets: each takes any bytes, and must come back.

/// Reads bytes as MARC, binary or XML; returns how many books they hold.
pub fn marc(bytes: &[u8]) -> u64 {
    super::marc::read_all(bytes)
}
