use std::path::PathBuf;

use secrecy::ExposeSecret;

use super::*;
use crate::{domain::password::LengthRule, server::crypto::hasher::Cost};

mod layers;
mod providers;
mod rules;
mod values;

const KEY: &str = "a secret key of thirty-two bytes";

/// Reads the settings from the defaults, `files` and `env`. If `env` names no secret key, adds one, because Signet
/// would otherwise make a key and write it into a file.
fn read(files: &[&str], env: &[(&str, &str)]) -> Result<Settings, String> {
    let given = env.iter().any(|(name, _)| *name == sources::SECRET_KEY);
    let key = (!given).then_some((sources::SECRET_KEY, KEY));
    let sources = Sources {
        files: files.iter().map(|text| ("test.toml".to_owned(), (*text).to_owned())).collect(),
        env: env.iter().copied().chain(key).map(|(n, v)| (n.to_owned(), v.to_owned())).collect(),
    };
    Settings::from_sources(&sources).map_err(|error| error.to_string())
}

fn production(env: &[(&str, &str)]) -> Result<Settings, String> {
    let mut all = vec![
        ("SIGNET_ENVIRONMENT", "production"),
        ("SIGNET_SERVER__BASE_URL", "https://accounts.example.com"),
        ("SIGNET_MAIL__TRANSPORT", "smtps://user:hunter2@mail.example.com"),
    ];
    all.retain(|(name, _)| env.iter().all(|(other, _)| other != name));
    all.extend(env);
    read(&[], &all)
}

fn url(settings: &Settings) -> String {
    settings.database_url().expose_secret().to_owned()
}

#[test]
fn the_defaults_are_those_of_the_contract() {
    let settings = read(&[], &[]).unwrap();
    assert_eq!(settings.environment, Environment::Development);
    assert_eq!(settings.server.base_url, "http://127.0.0.1:3000");
    assert!(settings.server.trusted_proxies.is_empty());
    assert_eq!(settings.server.proxy_header.name(), "x-forwarded-for");
    assert_eq!(settings.server.data_dir, PathBuf::from("data"));
    assert_eq!(url(&settings), "sqlite://data/signet.db");
    assert!(matches!(settings.mail.transport, MailTransport::Mailbox));
    assert_eq!(settings.mail.sender(&settings.server, &settings.site.name), "Signet <no-reply@localhost>");
    assert_eq!(settings.sudo.ttl, Span::minutes(15));
    assert_eq!(settings.deletion.strategy, Strategy::Anonymize);
    assert_eq!(settings.deletion.grace_period, Span::days(14));
    assert_eq!(settings.deletion.reminders, [Span::days(3), Span::days(1)]);
    assert_eq!(settings.ledger_url().expose_secret(), "sqlite://data/erasures.db");
    assert_eq!(settings.email_change.ttl, Span::hours(24));
    assert_eq!(settings.email_change.undo_window, Span::days(7));
    assert_eq!(settings.session, Lifetime { idle: Span::days(7), absolute: Span::days(30) });
    assert_eq!(settings.password.length(), LengthRule { min: 12, max: 128 });
    assert_eq!(settings.password.argon2, Cost { m_kib: 19_456, t: 2, p: 1 });
    assert!(settings.password.threads > 0);
    assert!(settings.password.breached_file.is_none() && settings.breached.is_none());
    assert!(settings.providers.is_empty());
    assert!(settings.tls.ca_file.is_none() && settings.authorities.is_empty(), "nothing needs TLS");
}

#[test]
fn pages_reload_only_in_development_under_cargo_leptos_watch() {
    assert!(!read(&[], &[]).unwrap().is_watched);
    assert!(read(&[], &[("LEPTOS_WATCH", "ON")]).unwrap().is_watched);
    assert!(!production(&[("LEPTOS_WATCH", "ON")]).unwrap().is_watched);
}

#[test]
fn leptos_reads_the_same_options_here_as_in_cargo_toml() {
    let table = |text: &str| {
        let file: toml::Table = text.parse().unwrap();
        file["package"]["metadata"]["leptos"].clone()
    };
    assert_eq!(table(super::layers::DEFAULTS), table(include_str!("../../../Cargo.toml")));
    // Leptos reads every key below this header.
    let after = super::layers::DEFAULTS.split_once("\n[package.metadata.leptos]\n").unwrap().1;
    assert!(!after.contains("\n["));
}
