//! What every request works with.

use std::{
    net::IpAddr,
    path::PathBuf,
    sync::{Arc, Weak},
};

use axum::extract::FromRef;
use leptos::config::LeptosOptions;

use super::{
    config::Settings,
    http::cookie::Cookies,
    jobs::Jobs,
    lifecycle::Lifecycle,
    mail::Mailbox,
};
use crate::domain::time::Span;

/// What every request works with. Cheap to clone.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// The actions and queries.
    pub lifecycle: Lifecycle,
    /// What the site is called and how it is reached.
    pub site: Arc<Site>,
    /// Leptos' own settings.
    pub leptos: LeptosOptions,
    /// The workers of this process, for readiness; the process owns them.
    pub jobs: Weak<Jobs>,
}

/// What the site is called and how it is reached.
pub struct Site {
    /// Scheme, host and port; no slash at the end.
    pub base_url: String,
    /// The proxies whose word about the client's address counts.
    pub trusted_proxies: Vec<IpAddr>,
    /// How to write and read cookies.
    pub cookies: Cookies,
    /// How long a session cookie lives.
    pub session_age: Span,
    /// The development mailbox, where letters go instead of being sent.
    pub mailbox: Option<Mailbox>,
    /// The stylesheet's address, for pages that are written without Leptos.
    pub stylesheet: String,
}

impl AppState {
    /// The state for `settings`. Pass the options that Leptos was built with.
    #[must_use]
    pub fn new(settings: &Settings, lifecycle: Lifecycle, leptos: LeptosOptions, jobs: Weak<Jobs>) -> Self {
        let site = Site {
            base_url: settings.server.base_url.clone(),
            trusted_proxies: settings.server.trusted_proxies.clone(),
            cookies: Cookies::new(&settings.server.base_url, lifecycle.keys.cookie_key()),
            session_age: settings.session.absolute,
            mailbox: settings.mailbox(),
            stylesheet: stylesheet(&leptos),
        };
        Self { lifecycle, site: Arc::new(site), leptos, jobs }
    }
}

impl Site {
    /// Whether `host`, without a port, is a name of this site: the configured one, or the
    /// machine itself.
    #[must_use]
    pub fn is_named(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]") || host == self.host()
    }

    /// Whether `ip` is a proxy whose word counts.
    #[must_use]
    pub fn trusts(&self, ip: IpAddr) -> bool {
        self.trusted_proxies.contains(&ip)
    }

    /// Whether the site is reached by https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    fn host(&self) -> &str {
        let (_, rest) = self.base_url.split_once("://").unwrap_or(("", &self.base_url));
        match rest.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
            _ => rest,
        }
    }
}

/// The stylesheet's address: its name holds a hash of its content when the build says so.
fn stylesheet(options: &LeptosOptions) -> String {
    let hash = options
        .hash_files
        .then(|| std::fs::read_to_string(hash_file(options)?).ok())
        .flatten()
        .and_then(|hashes| hash_of(&hashes, "css").map(str::to_owned));
    let name = match hash {
        Some(hash) => format!("{}.{hash}", options.output_name),
        None => options.output_name.to_string(),
    };
    format!("/{}/{name}.css", options.site_pkg_dir)
}

/// Cargo-leptos writes the hashes beside the program.
fn hash_file(options: &LeptosOptions) -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    Some(program.parent()?.join(options.hash_file.as_ref()))
}

fn hash_of<'a>(hashes: &'a str, file: &str) -> Option<&'a str> {
    hashes
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find_map(|(name, hash)| (name.trim() == file).then_some(hash.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_a_file_is_found_by_its_kind() {
        let hashes = "js: abc\nwasm: def\ncss: ghi\n";
        assert_eq!(hash_of(hashes, "css"), Some("ghi"));
        assert_eq!(hash_of(hashes, "map"), None);
    }
}
