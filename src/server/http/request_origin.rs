//! The origin of a request, and its number in the log.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::ConnectInfo,
    http::{
        Extensions, HeaderMap, HeaderValue,
        header::{FORWARDED, USER_AGENT},
    },
};

use super::forwarded;
use crate::{
    domain::language::Language,
    server::{crypto::session_token::DeviceToken, lifecycle::RequestOrigin, state::Site},
};

/// Longest `User-Agent` header that is stored, in bytes. Common ones have about a hundred. A log of 100,000 events
/// has one in each.
const MAX_USER_AGENT: usize = 256;

/// The number of a request in the log, which error pages show as "Reference {id}". `error_response::answer` numbers
/// every request.
#[derive(Clone, Copy, Debug)]
pub struct Reference(pub u64);

impl Reference {
    /// The number of the request that has these extensions.
    #[must_use]
    pub fn of(extensions: &Extensions) -> u64 {
        extensions.get::<Self>().map_or(0, |reference| reference.0)
    }
}

/// Reads the origin of a request.
#[must_use]
pub fn read(site: &Site, headers: &HeaderMap, extensions: &Extensions, device: Option<DeviceToken>) -> RequestOrigin {
    RequestOrigin {
        ip: client(site, headers, extensions),
        user_agent: user_agent(headers),
        device,
        request: Reference::of(extensions),
        // `request_context` knows the account and the cookie.
        language: Language::default(),
    }
}

/// The client's address; `None` without a connection.
#[must_use]
pub fn client(site: &Site, headers: &HeaderMap, extensions: &Extensions) -> Option<IpAddr> {
    let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    let header = site.server.proxy_header.name();
    let (client, is_known) = client_ip(peer.ip(), &hops(header, headers), |ip| is_trusted_proxy(site, ip));
    if !is_known || names_it_elsewhere(site, headers, client) {
        site.unknown_client.call_once(|| {
            tracing::warn!(
                proxy = %client,
                header,
                "a trusted proxy names no address of a client that can be read, so its own address stands for its \
                 clients; server.proxy_header says which header is read"
            );
        });
    }
    Some(client)
}

/// Whether `peer` is a trusted proxy that names the client in the header which Signet does not read, and only there.
fn names_it_elsewhere(site: &Site, headers: &HeaderMap, peer: IpAddr) -> bool {
    let (read, other) = (site.server.proxy_header, site.server.proxy_header.other());
    headers.contains_key(other.name()) && !headers.contains_key(read.name()) && is_trusted_proxy(site, peer)
}

/// The client's address: the peer, or if the peer is a trusted proxy, the address that the proxy names. The hops come
/// from the right of the header: the client itself may have written everything left of the first untrusted hop (ASVS
/// V4.1.3). `false` beside an address of a trusted proxy that names something else than an address.
fn client_ip(peer: IpAddr, hops: &[Option<IpAddr>], trusts: impl Fn(IpAddr) -> bool) -> (IpAddr, bool) {
    let mut client = peer.to_canonical();
    for hop in hops {
        if !trusts(client) {
            break;
        }
        let Some(named) = hop else { return (client, false) };
        client = named.to_canonical();
    }
    (client, true)
}

/// The hops that the proxies have named in `header`, the last one first. `None` for a hop that is no address.
fn hops(header: &str, headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let lines: Vec<_> = headers.get_all(header).iter().map(HeaderValue::as_bytes).collect();
    let lines = lines.into_iter().rev();
    if header == FORWARDED.as_str() {
        let nodes = lines.flat_map(forwarded::nodes);
        return nodes.map(|node| hop_address(node?.as_bytes())).collect();
    }
    lines.flat_map(|line| line.rsplit(|byte| *byte == b',')).map(hop_address).collect()
}

/// The address of a hop, which some proxies write with a port, or in brackets. `None` if the hop is no address: what
/// stands left of it counts as little as the hop itself.
fn hop_address(hop: &[u8]) -> Option<IpAddr> {
    let text = str::from_utf8(hop).ok()?.trim();
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok().map(IpAddr::V6);
    let with_port = || text.parse().ok().map(|address: SocketAddr| address.ip());
    text.parse().ok().or_else(with_port).or_else(in_brackets)
}

/// Whether `ip` is a proxy that the settings trust to name the client's address.
fn is_trusted_proxy(site: &Site, ip: IpAddr) -> bool {
    site.server.trusted_proxies.iter().any(|network| network.contains(&ip))
}

fn user_agent(headers: &HeaderMap) -> String {
    let bytes = headers.get(USER_AGENT).map_or(&[][..], |value| value.as_bytes());
    let mut text: String = String::from_utf8_lossy(bytes).chars().filter(|c| !c.is_control()).collect();
    text.truncate(text.floor_char_boundary(MAX_USER_AGENT));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        client_by("x-forwarded-for", peer, forwarded, trusted)
    }

    fn client_by(header: &str, peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let headers = forwarded
            .iter()
            .map(|line| (header.parse().unwrap(), HeaderValue::from_bytes(line.as_bytes()).unwrap()))
            .collect();
        let trusts = |ip: IpAddr| trusted.contains(&ip.to_string().as_str());
        client_ip(peer.parse().unwrap(), &hops(header, &headers), trusts).0.to_string()
    }

    #[test]
    fn forwarded_names_the_client_in_the_same_way() {
        let trusted = ["10.0.0.1", "10.0.0.2", "2001:db8::1"];
        let cases: [(&[&str], &str); 11] = [
            (&["for=198.51.100.7"], "198.51.100.7"),
            (&["for=203.0.113.9, for=198.51.100.7;proto=https"], "198.51.100.7"),
            (&["for=198.51.100.7", "for=10.0.0.2"], "198.51.100.7"),
            (&["for=\"198.51.100.7:51234\", for=\"10.0.0.2:80\""], "198.51.100.7"),
            (&["for=\"[2001:db8::7]:4711\", for=\"[2001:db8::1]\""], "2001:db8::7"),
            (&["for=198.51.100.7, for=unknown"], "10.0.0.1"),
            (&["for=198.51.100.7, for=_hidden"], "10.0.0.1"),
            (&["for=198.51.100.7, proto=https"], "10.0.0.1"),
            (&["for=198.51.100.7, for=\"10.0.0.2"], "10.0.0.1"),
            // The header of the other kind.
            (&["198.51.100.7"], "10.0.0.1"),
            (&[], "10.0.0.1"),
        ];
        for (forwarded, expected) in cases {
            assert_eq!(client_by("forwarded", "10.0.0.1", forwarded, &trusted), expected, "{forwarded:?}");
        }
        assert_eq!(client_by("forwarded", "192.0.2.1", &["for=198.51.100.7"], &trusted), "192.0.2.1");
        assert_eq!(client("10.0.0.1", &["for=198.51.100.7"], &trusted), "10.0.0.1");
    }

    #[test]
    fn without_a_trusted_proxy_nothing_forwarded_counts() {
        assert_eq!(client("192.0.2.1", &["198.51.100.7"], &[]), "192.0.2.1");
        assert_eq!(client("192.0.2.1", &["198.51.100.7"], &["192.0.2.2"]), "192.0.2.1");
    }

    #[test]
    fn the_right_most_untrusted_hop_is_the_client() {
        let trusted = ["10.0.0.1", "10.0.0.2"];
        let cases: [(&[&str], &str); 12] = [
            (&["198.51.100.7"], "198.51.100.7"),
            (&["203.0.113.9, 198.51.100.7"], "198.51.100.7"),
            (&["203.0.113.9, 198.51.100.7, 10.0.0.2"], "198.51.100.7"),
            (&["203.0.113.9", "198.51.100.7"], "198.51.100.7"),
            (&["198.51.100.7, nonsense"], "10.0.0.1"),
            (&[], "10.0.0.1"),
            // One byte that is not ASCII must not hide the rest of the line.
            (&["\u{e9}, 198.51.100.7"], "198.51.100.7"),
            (&["198.51.100.7, \u{e9}"], "10.0.0.1"),
            (&["198.51.100.7:51234"], "198.51.100.7"),
            (&["[2001:db8::1]:4711"], "2001:db8::1"),
            (&["[2001:db8::2], 10.0.0.2"], "2001:db8::2"),
            (&["198.51.100.7:51234, 10.0.0.2:80"], "198.51.100.7"),
        ];
        for (forwarded, expected) in cases {
            assert_eq!(client("10.0.0.1", forwarded, &trusted), expected, "{forwarded:?}");
        }
    }

    #[test]
    fn a_browser_cannot_write_lines_or_novels_into_the_log() {
        let long = "a".repeat(2_000);
        let headers = HeaderMap::from_iter([(USER_AGENT, format!("x\t{long}").parse().unwrap())]);
        let read = user_agent(&headers);
        assert_eq!(read.chars().count(), MAX_USER_AGENT);
        assert!(!read.contains('\t'));
    }
}
