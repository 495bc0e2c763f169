use std::{fs, path::PathBuf};

use secrecy::ExposeSecret;

use super::{read, url};
use crate::{
    domain::{
        limits::{Limit, Rate},
        password::LengthRule,
        sessions::Lifetime,
        time::Span,
    },
    server::{
        config::{MailTransport, Sources},
        crypto::hasher::Cost,
    },
};

const PROXIES: &str = r#"["127.0.0.1", "10.0.0.0/8", "::1"]"#;

#[test]
fn later_sources_go_over_earlier_ones_key_by_key() {
    let first = "[sudo]\nttl = \"1m\"\n[session]\nidle = \"2d\"";
    let second = "[sudo]\nttl = \"2m\"";
    let ttl = |files: &[&str], env: &[(&str, &str)]| {
        let settings = read(files, env).unwrap();
        assert_eq!(settings.session.idle, Span::days(2));
        settings.sudo.ttl
    };
    assert_eq!(ttl(&[first], &[]), Span::minutes(1));
    assert_eq!(ttl(&[first, second], &[]), Span::minutes(2));
    assert_eq!(ttl(&[first, second], &[("SIGNET_SUDO__TTL", "3m")]), Span::minutes(3));
}

#[test]
fn where_the_site_is_can_be_set_from_the_environment() {
    let settings = read(
        &[],
        &[
            ("SIGNET_SERVER__BASE_URL", "http://localhost:8080/"),
            ("SIGNET_SERVER__TRUSTED_PROXIES", PROXIES),
            ("SIGNET_SERVER__PROXY_HEADER", "Forwarded"),
            ("SIGNET_SERVER__DATA_DIR", "/var/lib/signet"),
            ("SIGNET_DATABASE__URL", "postgres://u:p@localhost/signet"),
            ("SIGNET_MAIL__TRANSPORT", "smtp://127.0.0.1:2525"),
            ("SIGNET_MAIL__FROM", "Ada <ada@example.com>"),
        ],
    )
    .unwrap();
    let server = &settings.server;
    assert_eq!(server.base_url, "http://localhost:8080");
    let proxies: Vec<String> = server.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(proxies, ["127.0.0.1/32", "10.0.0.0/8", "::1/128"]);
    assert_eq!(server.proxy_header.name(), "forwarded");
    assert_eq!(server.data_dir, PathBuf::from("/var/lib/signet"));
    assert_eq!(url(&settings), "postgres://u:p@localhost/signet");
    let MailTransport::Smtp(transport) = &settings.mail.transport else {
        panic!("{:?}", settings.mail.transport);
    };
    assert_eq!(transport.expose_secret(), "smtp://127.0.0.1:2525");
    assert_eq!(settings.mail.sender(&settings.server, &settings.site.name), "Ada <ada@example.com>");
}

#[test]
fn every_other_key_can_be_set_from_the_environment() {
    let settings = read(
        &[],
        &[
            ("SIGNET_SUDO__TTL", "5s"),
            ("SIGNET_DELETION__STRATEGY", "anonymize"),
            ("SIGNET_DELETION__GRACE_PERIOD", "1s"),
            ("SIGNET_DELETION__REMINDERS", r#"["2s","1s"]"#),
            ("SIGNET_EMAIL_CHANGE__TTL", "1h"),
            ("SIGNET_EMAIL_CHANGE__UNDO_WINDOW", "2h"),
            ("SIGNET_SESSION__IDLE", "3h"),
            ("SIGNET_SESSION__ABSOLUTE", "4h"),
            ("SIGNET_PASSWORD__MIN_LENGTH", "15"),
            ("SIGNET_PASSWORD__MAX_LENGTH", "64"),
            ("SIGNET_PASSWORD__THREADS", "3"),
            ("SIGNET_PASSWORD__ARGON2__M", "256"),
            ("SIGNET_PASSWORD__ARGON2__T", "1"),
            ("SIGNET_PASSWORD__ARGON2__P", "2"),
        ],
    )
    .unwrap();
    let [idle, absolute] = [3, 4].map(Span::hours);
    let length = LengthRule { min: 15, max: 64 };
    let argon2 = Cost { m_kib: 256, t: 1, p: 2 };
    assert_eq!(settings.sudo.ttl, Span::seconds(5));
    assert_eq!(settings.deletion.grace_period, Span::seconds(1));
    assert_eq!(settings.deletion.reminders, [2, 1].map(Span::seconds));
    assert_eq!(settings.email_change.ttl, Span::hours(1));
    assert_eq!(settings.email_change.undo_window, Span::hours(2));
    assert_eq!(settings.session, Lifetime { idle, absolute });
    assert_eq!(settings.password.length(), length);
    assert_eq!(settings.password.argon2, argon2);
    assert_eq!(settings.password.threads, 3);
}

#[test]
fn a_key_that_does_not_exist_is_refused_with_its_neighbours() {
    let files = [
        ("sudo.tll = \"15m\"", "sudo.tll: no such setting (test.toml); accepted: sudo.ttl"),
        ("sudo = 3", "sudo: no such setting (test.toml); accepted: sudo.ttl"),
        (
            "sudo.ttl.a = 3",
            "sudo.ttl: a table cannot be used; accepted: a span of time: a number above 0 with s, m, h or d, such as \"15m\"",
        ),
        (
            "[limit]\nsign_in = 3",
            "limit: no such setting (test.toml); accepted: keys of the sections \
             server, site, database, mail, tls, sudo, deletion, email_change, session, password, limits, provider",
        ),
    ];
    for (text, line) in files {
        assert_eq!(read(&[text], &[]).unwrap_err(), line);
    }
    for text in ["[package.metadata.leptos]\nenv = \"PROD\"", "secret_key = \"x\""] {
        let error = read(&[text], &[]).unwrap_err();
        assert!(error.contains("no such setting"), "{error}");
    }
    let variables = [
        ("SIGNET_SUDO__TLL", "SIGNET_SUDO__TLL: no such setting; accepted: SIGNET_SUDO__TTL"),
        (
            "SIGNET_SUDO_TTL",
            "SIGNET_SUDO_TTL: no such setting; accepted: keys of the sections \
             server, site, database, mail, tls, sudo, deletion, email_change, session, password, limits, provider",
        ),
    ];
    for (name, line) in variables {
        assert_eq!(read(&[], &[(name, "15m")]).unwrap_err(), line);
    }
}

#[test]
fn a_value_hides_no_table_and_a_table_no_value() {
    let ttl = [("SIGNET_SUDO__TTL", "5m")];
    assert!(read(&["sudo = 3"], &ttl).unwrap_err().starts_with("sudo: no such setting (test.toml)"));
    assert!(read(&["sudo = 3", "[sudo]\nttl = \"5m\""], &[]).unwrap_err().starts_with("sudo: no such setting"));
    assert!(read(&["sudo.ttl.a = 3"], &ttl).unwrap_err().starts_with("sudo.ttl: a table cannot be used"));
    let below = read(&[], &[ttl[0], ("SIGNET_SUDO__TTL__", "5m")]).unwrap_err();
    assert!(below.starts_with("sudo.ttl: a table cannot be used"), "{below}");
    let slip = "postgres://u:hunter2@h/d";
    let error = read(&[], &[("SIGNET_DATABASE", slip), ("SIGNET_DATABASE__URL", "sqlite://own.db")]).unwrap_err();
    assert_eq!(error, "SIGNET_DATABASE: no such setting; accepted: SIGNET_DATABASE__URL");
}

#[test]
fn a_variable_is_written_in_one_way_only() {
    for name in ["sudo__ttl", "Sudo__TTL", "SUDO.TTL", "SUDO____TTL", "__SUDO__TTL", "SUDO", "", "PACKAGE"] {
        let name = format!("SIGNET_{name}");
        let error = read(&[], &[(&name, "5m")]).unwrap_err();
        assert!(error.starts_with(&format!("{name}: no such setting; accepted: ")), "{error}");
    }
}

#[test]
fn files_and_the_environment_of_the_process_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("my.toml");
    fs::write(&path, "[sudo]\nttl = \"1m\"").unwrap();
    let files = Sources::of_process(Some(&path)).unwrap().files;
    assert_eq!(files.last().unwrap().1, "[sudo]\nttl = \"1m\"");
    let error = Sources::of_process(Some(&dir.path().join("none.toml"))).err().unwrap().to_string();
    assert!(error.starts_with("--config: ") && error.contains("none.toml"), "{error}");
}

#[test]
fn every_limit_can_be_set_by_the_word_of_its_case() {
    for limit in Limit::ALL.iter().copied().filter(|limit| *limit != Limit::FailedProofsPerSession) {
        let key = format!("SIGNET_LIMITS__{}", limit.word().to_uppercase());
        let settings = read(&[], &[(&key, "7 per 3h")]).unwrap();
        assert_eq!(settings.limits.rate(limit), Rate { count: 7, period: Span::hours(3) }, "{key}");
        for other in Limit::ALL.iter().copied().filter(|other| *other != limit) {
            assert_ne!(settings.limits.rate(other), settings.limits.rate(limit), "{key} sets {other:?}");
        }
    }
    let once = ("SIGNET_LIMITS__FAILED_PROOFS_PER_SESSION", "7");
    assert_eq!(read(&[], &[once]).unwrap().limits.failed_proofs_per_session, 7);
    let off = read(&[], &[("SIGNET_LIMITS__ENABLED", "false"), ("SIGNET_LIMITS__FAILURES_IN_A_ROW", "50")]).unwrap();
    assert!(!off.limits.enabled && off.limits.failures().most == 50);
}

/// It was a rate once, whose span counted for nothing.
#[test]
fn the_wrong_passwords_of_a_session_are_a_number_and_a_rate_is_refused() {
    for wrong in ["\"10 per 5m\"", "0", "101"] {
        let error = read(&[&format!("[limits]\nfailed_proofs_per_session = {wrong}")], &[]).unwrap_err();
        assert!(error.contains("limits.failed_proofs_per_session"), "{error}");
        assert!(error.contains("a whole number from 1 to 100"), "{error}");
    }
}

#[test]
fn a_rate_is_a_number_and_a_span() {
    for wrong in [
        "10",
        "10 per",
        "per 5m",
        "0 per 5m",
        "-1 per 5m",
        "10 per 5",
        "10 per 0s",
        "10 / 5m",
        "100001 per 5m",
        "5000 per 1s",
    ] {
        let error = read(&[], &[("SIGNET_LIMITS__FAILED_PROOFS", wrong)]).unwrap_err();
        assert!(error.contains("limits.failed_proofs") || error.contains("SIGNET_LIMITS__FAILED_PROOFS"), "{error}");
        assert!(error.contains("\"10 per 5m\""), "{error}");
    }
}
