//! What every request works with.

use std::{
    path::PathBuf,
    sync::{Arc, Weak},
    time::Duration,
};

use axum::extract::FromRef;
use leptos::config::LeptosOptions;

use super::{
    config::{MailTransport, Server, Settings},
    jobs::Jobs,
    lifecycle::Lifecycle,
    mail::Mailbox,
};
use crate::domain::time::Span;

/// More than the actions take that work on an address which may have an account (checklist A63):
/// hashing and writing are some 30 ms together.
const MIN_RESPONSE_TIME: Duration = Duration::from_millis(100);

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
    /// The settings about it.
    pub server: Server,
    /// Whether this process is to have workers.
    pub has_worker: bool,
    /// How long a session cookie lives.
    pub session_age: Span,
    /// How long an answer is held back that would tell by its time whether an address has an account.
    pub min_response_time: Duration,
    /// The development mailbox, where letters go instead of being sent.
    pub mailbox: Option<Mailbox>,
    /// The stylesheet's address, which holds a hash of its content.
    pub stylesheet: String,
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
            has_worker: settings.worker,
            session_age: settings.session.absolute,
            min_response_time: MIN_RESPONSE_TIME,
            mailbox,
            stylesheet: stylesheet(&leptos),
        };
        Self { lifecycle, site: Arc::new(site), leptos, jobs }
    }
}

/// The development mailbox is a folder beside the database.
#[must_use]
pub fn mailbox(settings: &Settings) -> Mailbox {
    Mailbox::new(settings.server.data_dir.join("mailbox"))
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
