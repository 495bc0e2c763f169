//! The address of the site, and who stands in front of it.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use ipnet::IpNet;
use url::{Host, Url};

use super::{Environment, error::SettingError, key, reader::Reader};

/// How the site is reached, and where it keeps its files.
#[derive(Clone, Debug)]
pub struct Server {
    /// What every link begins with: scheme, host in its ASCII form, and port unless it is
    /// the usual one; no slash at the end. Browsers send the same text as `Origin`.
    pub base_url: String,
    /// Whose word about the visitor's address is taken.
    pub trusted_proxies: Vec<IpNet>,
    /// Holds the SQLite database, the development mailbox and the development key.
    pub data_dir: PathBuf,
    /// Where what the process counts can be read; nowhere unless it is set.
    pub metrics: Option<SocketAddr>,
    host: Host,
}

impl Server {
    /// Reads the section. In development the site is on this machine; in production it is
    /// reached by https, or on this machine.
    pub(super) fn read(reader: &Reader, environment: Environment) -> Result<Self, SettingError> {
        let url = reader.text(&key::BASE_URL)?;
        let (base_url, host) = site(&url).ok_or_else(|| reader.wrong(&key::BASE_URL))?;
        let server = Self {
            base_url,
            trusted_proxies: proxies(reader)?,
            data_dir: reader.text(&key::DATA_DIR)?.into(),
            metrics: metrics(reader)?,
            host,
        };
        match environment {
            Environment::Development if !server.is_loopback() => Err(reader.refused(
                &key::BASE_URL,
                "is not this machine, but the environment is development",
                "http://127.0.0.1:PORT, or SIGNET_ENVIRONMENT=production",
            )),
            Environment::Production if !server.is_https() && !server.is_loopback() => {
                let reason = "would send passwords and cookies in the clear";
                Err(reader.refused(&key::BASE_URL, reason, "https:// in production"))
            }
            Environment::Development | Environment::Production => Ok(server),
        }
    }

    /// The host of [`Server::base_url`], an IPv6 address in brackets.
    #[must_use]
    pub fn host(&self) -> String {
        self.host.to_string()
    }

    /// Whether browsers reach the site by https, and so take cookies that are `Secure`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    /// Whether the site is reached on this machine only. Only what is certain without
    /// asking a resolver.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match &self.host {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.to_canonical().is_loopback(),
        }
    }

    /// The site as the part of an address behind the `@`; a number is none.
    pub(super) fn mail_domain(&self) -> &str {
        match &self.host {
            Host::Domain(name) => name,
            Host::Ipv4(_) | Host::Ipv6(_) => "localhost",
        }
    }
}

/// The origin of a URL that is nothing but an origin, and its host.
fn site(url: &str) -> Option<(String, Host)> {
    let url = Url::parse(url).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https");
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let is_anonymous = url.username().is_empty() && url.password().is_none();
    let host = url.host()?.to_owned();
    (is_web && is_bare && is_anonymous).then(|| (url.origin().ascii_serialization(), host))
}

fn proxies(reader: &Reader) -> Result<Vec<IpNet>, SettingError> {
    let texts = reader.texts(&key::TRUSTED_PROXIES)?;
    let networks: Option<Vec<IpNet>> = texts.iter().map(|text| network(text)).collect();
    networks.ok_or_else(|| reader.wrong(&key::TRUSTED_PROXIES))
}

fn metrics(reader: &Reader) -> Result<Option<SocketAddr>, SettingError> {
    let Some(text) = reader.optional_text(&key::METRICS)? else { return Ok(None) };
    text.parse().map(Some).map_err(|_| reader.wrong(&key::METRICS))
}

/// A network, or an address as the network of itself.
fn network(text: &str) -> Option<IpNet> {
    let address = || text.parse::<IpAddr>().ok().map(IpNet::from);
    text.parse().ok().or_else(address)
}
