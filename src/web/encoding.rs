//! What a browser can unpack, and the packing itself.

use std::io::{self, Write};

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_ENCODING, HeaderValue};

/// How a body is packed on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Identity,
    Gzip,
    Brotli,
}

/// The best encoding that the request accepts: Brotli, then gzip, then none.
///
/// Weights between 0 and 1 are not compared: who accepts Brotli at all is served well by it.
pub(super) fn negotiate(headers: &HeaderMap) -> Encoding {
    let accepted = headers.get(ACCEPT_ENCODING).map_or(&b""[..], HeaderValue::as_bytes);
    let (mut gzip, mut brotli) = (false, false);
    for choice in accepted.split(|byte| *byte == b',') {
        let mut parts = choice.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
        let name = parts.next().unwrap_or_default();
        let is_wanted = !parts.any(is_zero_weight);
        match name {
            b"br" => brotli = is_wanted,
            b"gzip" | b"x-gzip" => gzip = is_wanted,
            _ => {}
        }
    }
    match (brotli, gzip) {
        (true, _) => Encoding::Brotli,
        (false, true) => Encoding::Gzip,
        (false, false) => Encoding::Identity,
    }
}

/// `q=0`, `q=0.000`: not this one.
fn is_zero_weight(parameter: &[u8]) -> bool {
    parameter.strip_prefix(b"q=").is_some_and(|weight| weight.iter().all(|byte| matches!(byte, b'0' | b'.')))
}

/// Packs for a browser of the last thirty years; `level` 1 is fast, 9 small.
pub(super) fn gzip(body: &[u8], level: u32) -> io::Result<Vec<u8>> {
    let mut packer = flate2::write::GzEncoder::new(Vec::with_capacity(body.len() / 3), flate2::Compression::new(level));
    packer.write_all(body)?;
    packer.finish()
}

/// Packs tighter; `quality` 0 is fast, 11 small.
pub(super) fn brotli(body: &[u8], quality: u32) -> io::Result<Vec<u8>> {
    const WINDOW_BITS: u32 = 22;
    let mut packed = Vec::with_capacity(body.len() / 4);
    {
        let mut packer = brotli::CompressorWriter::new(&mut packed, 4096, quality, WINDOW_BITS);
        packer.write_all(body)?;
        packer.flush()?;
    }
    Ok(packed)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use std::io::Read;

    #[track_caller]
    fn check(accepted: &str, expected: Encoding) {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, accepted.parse().unwrap());
        assert_eq!(negotiate(&headers), expected, "{accepted}");
    }

    #[test]
    fn browsers_get_the_smallest_they_accept() {
        check("gzip, deflate, br, zstd", Encoding::Brotli);
        check("gzip", Encoding::Gzip);
        check("gzip;q=1.0, br;q=0", Encoding::Gzip);
        check("gzip; q=0.0 ,br ; q=0.5", Encoding::Brotli);
        check("identity", Encoding::Identity);
        check("", Encoding::Identity);
        check("brr, gzipped", Encoding::Identity);
        assert_eq!(negotiate(&HeaderMap::new()), Encoding::Identity);
    }

    #[test]
    fn what_is_packed_unpacks() {
        let text = "All the books. ".repeat(200);
        let mut unpacked = String::new();
        flate2::read::GzDecoder::new(gzip(text.as_bytes(), 6).unwrap().as_slice())
            .read_to_string(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked, text);
        let mut unpacked = String::new();
        brotli::Decompressor::new(brotli(text.as_bytes(), 5).unwrap().as_slice(), 4096)
            .read_to_string(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked, text);
    }
}
