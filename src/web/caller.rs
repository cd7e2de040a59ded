//! Who asks: the request's number and where it comes from.

use std::fmt;
use std::net::IpAddr;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderMap, HeaderValue};

use crate::config::Network;

/// The request's number and address; an extension of every request that reaches a handler.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    /// Shown on error pages and in the log.
    pub request: RequestId,
    /// The reader's own address, also behind a trusted proxy.
    pub address: IpAddr,
}

/// A number that names one request: `3fa9c1-42`, the first part changing with each start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId(u64);

static LAST: AtomicU64 = AtomicU64::new(0);
static START: LazyLock<u32> = LazyLock::new(|| {
    let bytes = *uuid::Uuid::new_v4().as_bytes();
    u32::from_be_bytes([0, bytes[0], bytes[1], bytes[2]])
});

impl RequestId {
    /// The next number.
    pub fn next() -> RequestId {
        RequestId(LAST.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// The number as the `x-request-id` header.
    pub fn header(self) -> HeaderValue {
        // Hexadecimal digits and a dash are always a header.
        HeaderValue::try_from(self.to_string()).unwrap_or_else(|_| HeaderValue::from_static("-"))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06x}-{}", *START, self.0)
    }
}

/// The reader's address: the peer, or behind trusted proxies the last hop that none of them vouches for.
///
/// Hops left of that one are whatever the reader wrote, so they are never looked at.
pub(super) fn address(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let peer = peer.to_canonical();
    if trusted.is_empty() || !is_trusted(peer) {
        return peer;
    }
    let mut nearest = peer;
    let values: Vec<&str> = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
    for hop in values.iter().rev().flat_map(|value| value.rsplit(',')) {
        let Ok(hop) = hop.trim().parse::<IpAddr>() else { break };
        nearest = hop.to_canonical();
        if !is_trusted(nearest) {
            break;
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[track_caller]
    fn check(peer: &str, forwarded: &[&str], expected: &str) {
        let trusted = [Network::try_from("10.0.0.0/8".to_owned()).unwrap()];
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let found = address(peer.parse().unwrap(), &headers, &trusted);
        assert_eq!(found, expected.parse::<IpAddr>().unwrap());
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        check("203.0.113.1", &["198.51.100.1"], "203.0.113.1");
        check("10.0.0.1", &["198.51.100.1"], "198.51.100.1");
        check("::ffff:10.0.0.1", &["198.51.100.1"], "198.51.100.1");
        check("10.0.0.1", &["1.2.3.4, 198.51.100.1, 10.0.0.7"], "198.51.100.1");
        check("10.0.0.1", &["1.2.3.4", "198.51.100.1"], "198.51.100.1");
        check("10.0.0.1", &["1.2.3.4, nonsense"], "10.0.0.1");
        check("10.0.0.1", &[], "10.0.0.1");
    }

    #[test]
    fn requests_have_numbers_of_their_own() {
        let (first, second) = (RequestId::next(), RequestId::next());
        assert_ne!(first.to_string(), second.to_string());
        assert_eq!(first.header().to_str().unwrap(), first.to_string());
    }
}
