//! Section `server`: the address of the site, and the proxies in front of it.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use ipnet::IpNet;
use serde::{Deserialize, Deserializer};
use url::Url;

use super::{Environment, error::SettingError, value};
use crate::domain::time::Span;

/// How the site is reached, and where it keeps its files.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Scheme, host and perhaps a port. In development the host has to be this machine: `localhost` or a loopback
    /// address. In production every other host needs https.
    ///
    /// Every link begins with this text. The host is in its ASCII form, the usual port is left out, and there is no
    /// slash at the end. Browsers send the same text as `Origin`.
    #[serde(deserialize_with = "origin")]
    pub base_url: String,
    /// Addresses and networks (`10.0.0.0/8`) of your proxies. Signet believes the header of `proxy_header` only if a
    /// request comes from one of them.
    #[serde(deserialize_with = "networks")]
    pub trusted_proxies: Vec<IpNet>,
    /// The header in which your proxies name the visitor's address: `X-Forwarded-For`, or `Forwarded` (RFC 7239).
    /// Your proxies must write it on every request: Signet reads no other.
    #[serde(deserialize_with = "proxy_header")]
    pub proxy_header: ProxyHeader,
    /// Whether browsers must use https for all subdomains of the host too (`includeSubDomains`, ASVS V3.4.1). A browser
    /// keeps to it for two years, also where a subdomain has no https: switch it on only if all of them have.
    #[serde(deserialize_with = "value::flag")]
    pub hsts_include_subdomains: bool,
    /// How long a client may take to send the line and the headers of a request, from the first byte on.
    #[serde(deserialize_with = "value::read_span")]
    pub header_timeout: Span,
    /// How long a connection may wait for its next request. Set it longer than the time for which your proxy or load
    /// balancer keeps idle connections (60 seconds in most): the side that closes first must be the proxy, because a
    /// request that it has just sent would be lost.
    #[serde(deserialize_with = "value::read_span")]
    pub keep_alive: Span,
    /// Holds the SQLite database, the development mailbox, the development key, and exports until they expire.
    /// Signet has to be able to write into it, in production too.
    #[serde(deserialize_with = "folder")]
    pub data_dir: PathBuf,
    /// The address (`127.0.0.1:9464`) at which `/metrics` tells Prometheus how many deletions were executed, and how
    /// many deletions and letters are due. Keep it from the public. Without it: none.
    #[serde(default, deserialize_with = "listener")]
    pub metrics: Option<SocketAddr>,
}

/// A header in which proxies name the address of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyHeader {
    /// `X-Forwarded-For`, which most proxies write.
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

impl ProxyHeader {
    /// Returns the header's name in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        }
    }

    /// Returns the header that Signet does not read.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::XForwardedFor => Self::Forwarded,
            Self::Forwarded => Self::XForwardedFor,
        }
    }
}

impl Server {
    /// Refuses a site that is not on this machine: in development always, in production if the site has no https.
    pub(super) fn check(&self, environment: Environment) -> Result<(), SettingError> {
        self.check_times()?;
        let (reason, accepted) = match environment {
            _ if is_loopback(self.host()) => return Ok(()),
            Environment::Production if self.is_https() => return Ok(()),
            Environment::Production => ("would send passwords and cookies in the clear", "https:// in production"),
            Environment::Development => (
                "is not this machine, but the environment is development",
                "http://127.0.0.1:PORT, or SIGNET_ENVIRONMENT=production",
            ),
        };
        Err(SettingError::new("server.base_url", format!("{:?} {reason}", self.base_url), accepted))
    }

    /// Refuses a time in which no head can come, and one that would end a head that is still allowed.
    fn check_times(&self) -> Result<(), SettingError> {
        let (head, idle) = (self.header_timeout.as_seconds(), self.keep_alive.as_seconds());
        if head == 0 {
            return Err(SettingError::new("server.header_timeout", "0 seconds let no request in", "at least 1s"));
        }
        if idle < head {
            let problem = format!("{idle} seconds are shorter than server.header_timeout, which is {head} seconds");
            return Err(SettingError::new("server.keep_alive", problem, "at least server.header_timeout"));
        }
        Ok(())
    }

    /// Returns the host of [`Server::base_url`], an IPv6 address in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        let authority = self.base_url.split_once("://").map_or("", |(_, authority)| authority);
        let port = authority.rsplit_once(':').filter(|(_, port)| !port.ends_with(']'));
        port.map_or(authority, |(host, _)| host)
    }

    /// Returns whether browsers reach the site by https, and so accept `Secure` cookies.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }
}

/// Returns whether a URL's host is certainly this machine. Asks no resolver.
pub fn is_loopback(host: &str) -> bool {
    host == "localhost" || address(host).is_some_and(|ip| ip.to_canonical().is_loopback())
}

/// Returns a URL's host if this is an IP address.
pub fn address(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Reads a URL that is only an origin, and returns it as browsers write it.
fn origin<'de, D: Deserializer<'de>>(de: D) -> Result<String, D::Error> {
    let accepted =
        "http:// or https:// with a host and perhaps a port, without a path, such as \"https://example.com\"";
    value::text(de, accepted, |text| {
        let url = Url::parse(text).ok()?;
        let is_web = matches!(url.scheme(), "http" | "https");
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let is_anonymous = url.username().is_empty() && url.password().is_none();
        (is_web && is_bare && is_anonymous && url.has_host()).then(|| url.origin().ascii_serialization())
    })
}

fn networks<'de, D: Deserializer<'de>>(de: D) -> Result<Vec<IpNet>, D::Error> {
    value::list(de, "IP addresses and networks, such as [\"127.0.0.1\", \"10.0.0.0/8\"]", |text| {
        // A single address counts as a network with one address.
        text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
    })
}

fn proxy_header<'de, D: Deserializer<'de>>(de: D) -> Result<ProxyHeader, D::Error> {
    value::text(de, "\"X-Forwarded-For\" or \"Forwarded\"", |text| {
        let known = [ProxyHeader::XForwardedFor, ProxyHeader::Forwarded];
        known.into_iter().find(|header| header.name().eq_ignore_ascii_case(text))
    })
}

fn folder<'de, D: Deserializer<'de>>(de: D) -> Result<PathBuf, D::Error> {
    value::text(de, "the path of a folder, such as \"data\"", |text| Some(text.into()))
}

fn listener<'de, D: Deserializer<'de>>(de: D) -> Result<Option<SocketAddr>, D::Error> {
    value::text(de, "an IP address and a port, such as \"127.0.0.1:9464\"", |text| text.parse().ok().map(Some))
}
