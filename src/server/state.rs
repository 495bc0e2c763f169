//! The state that every request shares.

use std::{
    path::PathBuf,
    sync::{Arc, Once, Weak},
    time::Duration,
};

use axum::extract::FromRef;
use leptos::config::LeptosOptions;

use super::{
    config::{MailTransport, Presentation, Server, Settings},
    jobs::Jobs,
    lifecycle::Lifecycle,
    mail::Mailbox,
};
use crate::domain::time::Span;

/// The minimum response time of an action whose duration could reveal whether an address has an account (checklist
/// A63). Such an action hashes and writes, which takes about 30 ms together, so it ends before this time is over.
const MIN_RESPONSE_TIME: Duration = Duration::from_millis(100);

/// The state that every request shares. Cheap to clone.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// The actions and queries.
    pub lifecycle: Lifecycle,
    /// The site's name, addresses and settings for requests.
    pub site: Arc<Site>,
    /// Leptos' own settings.
    pub leptos: LeptosOptions,
    /// The workers of this process, which `/readyz` reports on. The process owns them.
    pub jobs: Weak<Jobs>,
}

/// The site's name, addresses and settings for requests.
pub struct Site {
    /// The settings of the section `server`.
    pub server: Server,
    /// The settings of the section `site`.
    pub presentation: Presentation,
    /// Whether the settings give this process workers.
    pub has_worker: bool,
    /// How long a session cookie lives.
    pub session_age: Span,
    /// Minimum response time of actions whose duration could reveal whether an address has an account.
    pub min_response_time: Duration,
    /// The development mailbox, where letters go instead of being sent.
    pub mailbox: Option<Mailbox>,
    /// The stylesheet's address, which holds a hash of its content.
    pub stylesheet: String,
    /// The port on which `cargo leptos watch` tells open pages to reload. `None` if it did not start this process.
    pub reload_port: Option<u32>,
    /// Done when the log has said that a proxy names no client that can be read.
    pub unknown_client: Once,
}

impl AppState {
    /// The state of a process with `settings`.
    #[must_use]
    pub fn new(settings: &Settings, lifecycle: Lifecycle, leptos: LeptosOptions, jobs: Weak<Jobs>) -> Self {
        let mailbox = match settings.mail.transport {
            MailTransport::Mailbox => Some(mailbox(settings)),
            MailTransport::Smtp(_) => None,
        };
        let site = Site {
            server: settings.server.clone(),
            presentation: settings.site.clone(),
            has_worker: settings.worker,
            session_age: settings.session.absolute,
            min_response_time: MIN_RESPONSE_TIME,
            mailbox,
            stylesheet: stylesheet(&leptos),
            reload_port: settings.is_watched.then(|| leptos.reload_external_port.unwrap_or(leptos.reload_port)),
            unknown_client: Once::new(),
        };
        Self { lifecycle, site: Arc::new(site), leptos, jobs }
    }
}

/// The development mailbox, a folder in the data directory of `settings`.
#[must_use]
pub fn mailbox(settings: &Settings) -> Mailbox {
    Mailbox::new(settings.server.data_dir.join("mailbox"))
}

/// The stylesheet's address. If the build hashes file names, the name holds a hash of the content.
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

/// Cargo-leptos writes the file with the hashes into the program's folder.
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
