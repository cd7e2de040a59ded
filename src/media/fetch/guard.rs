//! Which addresses of the network a feed may send us to: public ones only.
//!
//! A link in a feed is somebody else's word. Followed blindly it would let them reach the shop's own network through
//! the shop: the router, a database, the metadata service of a cloud. So every address is checked that a name leads
//! to, the connection goes to an address that was checked, and each redirect is checked again.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// A name or an address that leads into a private network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it leads to an address that is not public")]
pub(super) struct Private;

/// What may be connected to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guard {
    /// For tests, whose servers stand on this machine.
    pub(super) allow_loopback: bool,
}

impl Guard {
    fn allows(self, address: IpAddr) -> bool {
        is_public(address) || (self.allow_loopback && address.is_loopback())
    }

    /// Checks a host that is an address itself: no name is looked up for it.
    pub(super) fn check_literal(self, host: &str) -> Result<(), Private> {
        match host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
            Ok(address) if !self.allows(address) => Err(Private),
            Ok(_) | Err(_) => Ok(()),
        }
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = *self;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // One private address among public ones is an attempt, too.
            if found.iter().any(|address| !guard.allows(address.ip())) {
                return Err(Private.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// The client's resolver.
pub(super) fn resolver(guard: Guard) -> Arc<Guard> {
    Arc::new(guard)
}

/// Whether an address belongs to the public internet. Source: IANA's special-purpose registries, 2025.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !matches!(
        address.octets(),
        // This network, private, carriers' NAT, loopback, link-local (the clouds' metadata), private.
        [0 | 10 | 127, ..] | [100, 64..=127, ..] | [169, 254, ..] | [172, 16..=31, ..] | [192, 168, ..]
        // Protocol assignments, 6to4 relays, measuring, documentation.
        | [192, 0, 0 | 2, _] | [192, 88, 99, _] | [198, 18 | 19, ..] | [198, 51, 100, _] | [203, 0, 113, _]
        // Multicast, reserved, broadcast.
        | [224..=255, ..]
    )
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = address.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    match address.segments() {
        // Translated by a network without IPv4: as public as what is inside.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
            is_public_v4(Ipv4Addr::new(a, b, c, d))
        }
        // Tunnels and documentation lie inside of what is given out; everything else is not given out.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x2002, ..] | [0x3fff, 0..=0xfff, ..] => false,
        [first, ..] => (0x2000..=0x3fff).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[track_caller]
    fn check(addresses: &str, expected: bool) {
        for address in addresses.split_whitespace() {
            assert_eq!(is_public(address.parse().unwrap()), expected, "{address}");
        }
    }

    #[test]
    fn only_public_addresses_are_reached() {
        check("1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.0.1 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1", true);
        check(
            "198.17.0.1 198.20.0.1 223.255.255.255 2606:4700::1111 2a00:1450::1 ::ffff:8.8.8.8 64:ff9b::808:808",
            true,
        );
        check("0.0.0.0 10.1.2.3 100.64.0.1 100.127.255.255 127.0.0.1 127.9.9.9 169.254.169.254 172.16.0.1", false);
        check("172.31.255.255 192.168.1.1 192.0.0.8 192.0.2.1 198.18.0.1 203.0.113.9 224.0.0.1 255.255.255.255", false);
        check(":: ::1 ::ffff:10.0.0.1 ::ffff:127.0.0.1 ::10.0.0.1 fe80::1 fc00::1 fd12::1 ff02::1 2001:db8::1", false);
        check("2001::1 2002:a00:1::1 64:ff9b::a00:1 64:ff9b:1::808:808 100::1 fec0::1 3fff::1 4000::1", false);
    }

    #[test]
    fn an_address_in_a_link_is_checked_and_a_name_is_looked_up_later() {
        let guard = Guard { allow_loopback: false };
        for host in ["127.0.0.1", "[::1]", "[::ffff:10.0.0.1]", "169.254.169.254", "10.0.0.7"] {
            assert_eq!(guard.check_literal(host), Err(Private), "{host}");
        }
        assert_eq!(guard.check_literal("covers.example"), Ok(()));
        assert_eq!(Guard { allow_loopback: true }.check_literal("127.0.0.1"), Ok(()));
        assert_eq!(Guard { allow_loopback: true }.check_literal("10.0.0.1"), Err(Private));
    }
}
