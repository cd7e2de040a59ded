//! Doors for tests that throw noise at the readers: nothing may panic, whatever comes in.

use super::onix;
use super::run::Context;

/// Reads bytes as an ONIX message.
///
/// # Errors
///
/// Why they are none.
pub fn onix(bytes: &[u8]) -> Result<u64, String> {
    onix::read_bytes(bytes, &Context::for_nobody())
}
