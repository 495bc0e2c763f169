use std::{fs, path::PathBuf};

use secrecy::ExposeSecret;

use super::*;
use crate::{domain::password::LengthRule, server::crypto::hasher::Cost};

const KEY: &str = "a secret key of thirty-two bytes";

/// The settings with `files` and `env` over the defaults, and a key so that none is made.
fn read(files: &[&str], env: &[(&str, &str)]) -> Result<Settings, String> {
    let given = env.iter().any(|(name, _)| *name == sources::SECRET_KEY);
    let key = (!given).then_some((sources::SECRET_KEY, KEY));
    let sources = Sources {
        files: files
            .iter()
            .map(|text| ("test.toml".to_owned(), (*text).to_owned()))
            .collect(),
        env: env
            .iter()
            .copied()
            .chain(key)
            .map(|(n, v)| (n.to_owned(), v.to_owned()))
            .collect(),
    };
    Settings::from_sources(&sources).map_err(|error| error.to_string())
}

fn production(env: &[(&str, &str)]) -> Result<Settings, String> {
    let mut all = vec![
        ("SIGNET_ENVIRONMENT", "production"),
        ("SIGNET_SERVER__BASE_URL", "https://accounts.example.com"),
        (
            "SIGNET_MAIL__TRANSPORT",
            "smtps://user:hunter2@mail.example.com",
        ),
    ];
    all.retain(|(name, _)| env.iter().all(|(other, _)| other != name));
    all.extend(env);
    read(&[], &all)
}

fn url(settings: &Settings) -> &str {
    settings.database.url.expose_secret()
}

#[test]
fn the_defaults_are_those_of_the_contract() {
    let settings = read(&[], &[]).unwrap();
    assert_eq!(settings.environment, Environment::Development);
    assert_eq!(settings.server.base_url, "http://127.0.0.1:3000");
    assert!(settings.server.trusted_proxies.is_empty());
    assert_eq!(settings.server.data_dir, PathBuf::from("data"));
    assert_eq!(url(&settings), "sqlite://data/signet.db");
    assert!(matches!(settings.mail.transport, MailTransport::Mailbox));
    assert_eq!(settings.mail.from, "Signet <no-reply@localhost>");
    assert_eq!(settings.sudo.ttl, Span::minutes(15));
    assert_eq!(settings.deletion.strategy, Strategy::Anonymize);
    assert_eq!(settings.deletion.grace_period, Span::days(14));
    assert_eq!(settings.deletion.reminders, [Span::days(3), Span::days(1)]);
    assert_eq!(settings.email_change.ttl, Span::hours(24));
    assert_eq!(settings.email_change.undo_window, Span::days(7));
    assert_eq!(
        settings.session,
        Lifetime {
            idle: Span::days(7),
            absolute: Span::days(30)
        }
    );
    assert_eq!(settings.password.length, LengthRule { min: 12, max: 128 });
    assert_eq!(
        settings.password.argon2,
        Cost {
            m_kib: 19_456,
            t: 2,
            p: 1
        }
    );
    assert!(settings.password.threads > 0);
}

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
    assert_eq!(
        ttl(&[first, second], &[("SIGNET_SUDO__TTL", "3m")]),
        Span::minutes(3)
    );
}

#[test]
fn every_key_can_be_set_from_the_environment() {
    let settings = read(
        &[],
        &[
            ("SIGNET_SERVER__BASE_URL", "http://localhost:8080/"),
            (
                "SIGNET_SERVER__TRUSTED_PROXIES",
                r#"["127.0.0.1", "10.0.0.0/8", "::1"]"#,
            ),
            ("SIGNET_SERVER__DATA_DIR", "/var/lib/signet"),
            ("SIGNET_DATABASE__URL", "postgres://u:p@localhost/signet"),
            ("SIGNET_MAIL__TRANSPORT", "smtp://127.0.0.1:2525"),
            ("SIGNET_MAIL__FROM", "Ada <ada@example.com>"),
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
    assert_eq!(settings.server.base_url, "http://localhost:8080");
    let proxies: Vec<String> = settings
        .server
        .trusted_proxies
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(proxies, ["127.0.0.1/32", "10.0.0.0/8", "::1/128"]);
    assert_eq!(settings.server.data_dir, PathBuf::from("/var/lib/signet"));
    assert_eq!(url(&settings), "postgres://u:p@localhost/signet");
    assert!(
        matches!(&settings.mail.transport, MailTransport::Smtp(u) if u.expose_secret() == "smtp://127.0.0.1:2525")
    );
    assert_eq!(settings.mail.from, "Ada <ada@example.com>");
    assert_eq!(settings.sudo.ttl, Span::seconds(5));
    assert_eq!(settings.deletion.grace_period, Span::seconds(1));
    assert_eq!(
        settings.deletion.reminders,
        [Span::seconds(2), Span::seconds(1)]
    );
    assert_eq!(settings.email_change.ttl, Span::hours(1));
    assert_eq!(settings.email_change.undo_window, Span::hours(2));
    assert_eq!(
        settings.session,
        Lifetime {
            idle: Span::hours(3),
            absolute: Span::hours(4)
        }
    );
    assert_eq!(settings.password.length, LengthRule { min: 15, max: 64 });
    assert_eq!(
        settings.password.argon2,
        Cost {
            m_kib: 256,
            t: 1,
            p: 2
        }
    );
    assert_eq!(settings.password.threads, 3);
}

#[test]
fn a_wrong_value_is_one_line_with_key_value_and_what_is_accepted() {
    let span = r#"a number above 0 with s, m, h or d, such as "15m""#;
    let cases = [
        ("sudo.ttl", r#""15 apples""#, format!("is not a span of time; accepted: {span}")),
        ("sudo.ttl", "15", format!("is not a span of time; accepted: {span}")),
        ("sudo.ttl", r#""0s""#, format!("is not a span of time; accepted: {span}")),
        ("sudo.ttl", r#""500ms""#, format!("is not a span of time; accepted: {span}")),
        ("sudo.ttl", r#""1.5s""#, format!("is not a span of time; accepted: {span}")),
        ("sudo.ttl", r#""-5m""#, format!("is not a span of time; accepted: {span}")),
        ("sudo.ttl", r#""15M""#, format!("is not a span of time; accepted: {span}")),
        ("sudo.ttl", r#""15""#, format!("is not a span of time; accepted: {span}")),
        ("sudo.ttl", r#""49711d""#, format!("is not a span of time; accepted: {span}")),
        ("sudo.ttl", r#""""#, format!("is not a span of time; accepted: {span}")),
        ("deletion.grace_period", r#""0d""#, format!("is not a span of time; accepted: {span}")),
        (
            "deletion.reminders",
            r#"["3d","72h"]"#,
            r#"is not a list of different spans of time; accepted: numbers above 0 with s, m, h or d, such as ["3d", "1d"]"#.to_owned(),
        ),
        (
            "deletion.reminders",
            r#""3d""#,
            r#"is not a list of different spans of time; accepted: numbers above 0 with s, m, h or d, such as ["3d", "1d"]"#.to_owned(),
        ),
        ("deletion.strategy", r#""hard_delete""#, r#"is not a strategy; accepted: "anonymize""#.to_owned()),
        ("password.min_length", "7", "is not a number in range; accepted: a whole number from 8 to 64".to_owned()),
        ("password.min_length", "65", "is not a number in range; accepted: a whole number from 8 to 64".to_owned()),
        ("password.min_length", r#""twelve""#, "is not a number in range; accepted: a whole number from 8 to 64".to_owned()),
        ("password.max_length", "63", "is not a number in range; accepted: a whole number from 64 to 1024".to_owned()),
        ("password.argon2.t", "0", "is not a number in range; accepted: a whole number from 1 to 64".to_owned()),
        ("mail.from", r#""Signet""#, r#"is not a sender; accepted: a sender, such as "Signet <no-reply@example.com>""#.to_owned()),
        ("server.data_dir", r#"" ""#, r#"is not a folder; accepted: the path of a folder, such as "data""#.to_owned()),
        (
            "server.trusted_proxies",
            r#"["10.0.0.0/33"]"#,
            r#"is not a list of addresses; accepted: IP addresses and networks, such as ["127.0.0.1", "10.0.0.0/8"]"#.to_owned(),
        ),
    ];
    for (key, value, rest) in cases {
        let error = read(&[&format!("{key} = {value}")], &[]).unwrap_err();
        assert_eq!(error, format!("{key}: {value} {rest}"));
    }
}

#[test]
fn the_edges_of_the_ranges_are_inside() {
    for (key, value) in [
        ("password.min_length", "8"),
        ("password.min_length", "64"),
        ("password.max_length", "64"),
        ("password.max_length", "1024"),
        ("password.argon2.m", "128"),
        ("deletion.grace_period", r#""1s""#),
        ("deletion.reminders", "[]"),
        ("sudo.ttl", r#""1h 30m""#),
        ("sudo.ttl", r#""49710d""#),
    ] {
        let read = read(&[&format!("{key} = {value}")], &[]);
        assert!(read.is_ok(), "{key} {value}: {:?}", read.err());
    }
}

#[test]
fn a_key_that_does_not_exist_is_refused_with_its_neighbours() {
    let files = [
        (
            "sudo.tll = \"15m\"",
            "sudo.tll: no such setting (test.toml); accepted: sudo.ttl",
        ),
        (
            "sudo = 3",
            "sudo: no such setting (test.toml); accepted: sudo.ttl",
        ),
        (
            "sudo.ttl.a = 3",
            "sudo.ttl.a: no such setting (test.toml); accepted: sudo.ttl",
        ),
        (
            "[limits]\nsign_in = 3",
            "limits.sign_in: no such setting (test.toml); accepted: keys of the sections \
             server, database, mail, sudo, deletion, email_change, session, password",
        ),
    ];
    for (text, line) in files {
        assert_eq!(read(&[text], &[]).unwrap_err(), line);
    }
    for text in [
        "[[provider]]\nid = \"x\"",
        "[package.metadata.leptos]\nenv = \"PROD\"",
        "secret_key = \"x\"",
    ] {
        let error = read(&[text], &[]).unwrap_err();
        assert!(error.contains("no such setting"), "{error}");
    }
    let variables = [
        (
            "SIGNET_SUDO__TLL",
            "SIGNET_SUDO__TLL: no such setting; accepted: SIGNET_SUDO__TTL",
        ),
        (
            "SIGNET_SUDO_TTL",
            "SIGNET_SUDO_TTL: no such setting; accepted: keys of the sections \
             server, database, mail, sudo, deletion, email_change, session, password",
        ),
    ];
    for (name, line) in variables {
        assert_eq!(read(&[], &[(name, "15m")]).unwrap_err(), line);
    }
}

#[test]
fn a_file_that_is_not_toml_is_one_line_without_its_text() {
    let error = read(&["[mail]\ntransport = \"smtp://user:hunter2@host"], &[]).unwrap_err();
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(
        error.starts_with("test.toml: ") && error.ends_with("; accepted: a TOML file"),
        "{error}"
    );
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn the_database_follows_the_data_folder_until_it_is_set() {
    let data_dir = ("SIGNET_SERVER__DATA_DIR", "/tmp/a?b");
    let (ours, hosts) = (
        ("SIGNET_DATABASE__URL", "sqlite://own.db"),
        ("DATABASE_URL", "postgres://h/d"),
    );
    let cases: [(&[(&str, &str)], &str); 4] = [
        (&[data_dir], "sqlite:///tmp/a%3Fb/signet.db"),
        (&[data_dir, hosts], "postgres://h/d"),
        (&[ours, hosts], "sqlite://own.db"),
        (&[hosts, ours], "sqlite://own.db"),
    ];
    for (env, expected) in cases {
        assert_eq!(
            url(&read(&["[server]\ndata_dir = \"elsewhere\""], env).unwrap()),
            expected
        );
    }
    let error = read(&[], &[("DATABASE_URL", "mysql://root:hunter2@h/d")]).unwrap_err();
    assert_eq!(
        error,
        r#"database.url: "mysql://…@h/d" is not a database; accepted: sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME"#
    );
}

#[test]
fn base_url_is_an_origin_and_nothing_more() {
    let cases = [
        (
            "https://accounts.example.com/",
            Some("https://accounts.example.com"),
        ),
        (
            "HTTPS://Accounts.Example.com:443",
            Some("https://accounts.example.com"),
        ),
        (
            "https://bücher.example:8443",
            Some("https://xn--bcher-kva.example:8443"),
        ),
        ("http://[::1]:3000", Some("http://[::1]:3000")),
        ("https://example.com/app", None),
        ("https://example.com?x", None),
        ("https://example.com#x", None),
        ("https://user@example.com", None),
        ("ftp://example.com", None),
        ("example.com", None),
        ("//example.com", None),
        ("https://", None),
    ];
    for (given, expected) in cases {
        let found = production(&[("SIGNET_SERVER__BASE_URL", given)]);
        assert_eq!(
            found.ok().map(|s| s.server.base_url).as_deref(),
            expected,
            "{given}"
        );
    }
}

#[test]
fn development_stays_on_this_machine_and_production_is_encrypted() {
    let cases = [
        ("http://127.0.0.1:3000", true, true),
        ("http://127.8.9.10", true, true),
        ("http://localhost:3000", true, true),
        ("http://[::1]:3000", true, true),
        ("https://localhost", true, true),
        ("http://192.168.0.7:3000", false, false),
        ("http://0.0.0.0:3000", false, false),
        ("http://localhost.example.com", false, false),
        ("http://127.0.0.1.example.com", false, false),
        ("https://accounts.example.com", false, true),
    ];
    for (base_url, in_development, in_production) in cases {
        let given = [("SIGNET_SERVER__BASE_URL", base_url)];
        assert_eq!(read(&[], &given).is_ok(), in_development, "{base_url}");
        assert_eq!(production(&given).is_ok(), in_production, "{base_url}");
    }
    let error = read(
        &[],
        &[("SIGNET_SERVER__BASE_URL", "https://accounts.example.com")],
    )
    .unwrap_err();
    assert_eq!(
        error,
        "server.base_url: \"https://accounts.example.com\" is not this machine, but the environment is \
         development; accepted: http://127.0.0.1:PORT, or SIGNET_ENVIRONMENT=production"
    );
}

#[test]
fn production_asks_for_a_key_a_mail_server_and_a_cost() {
    let cases = [
        (
            ("SIGNET_ENVIRONMENT", "prod"),
            r#"SIGNET_ENVIRONMENT: "prod" is not an environment"#,
        ),
        (
            ("SIGNET_SECRET_KEY", "too short"),
            "SIGNET_SECRET_KEY: key 1 has 9 bytes",
        ),
        (
            ("SIGNET_MAIL__TRANSPORT", "mailbox"),
            r#"mail.transport: "mailbox" sends nothing"#,
        ),
        (
            ("SIGNET_MAIL__TRANSPORT", "mail.example.com"),
            r#"mail.transport: "mail.example.com" is not"#,
        ),
        (
            ("SIGNET_PASSWORD__ARGON2__M", "19455"),
            "password.argon2: m = 19455, t = 2 is too cheap",
        ),
    ];
    for (given, line) in cases {
        let error = production(&[given]).unwrap_err();
        assert!(error.starts_with(line), "{error}");
    }
    assert!(production(&[]).is_ok());
}

#[test]
fn letters_come_from_the_site_unless_said_otherwise() {
    assert_eq!(
        production(&[]).unwrap().mail.from,
        "Signet <no-reply@accounts.example.com>"
    );
}

#[test]
fn no_secret_is_printed() {
    let secrets = [
        ("DATABASE_URL", "postgres://u:hunter2@h/d"),
        (
            "SIGNET_SECRET_KEY",
            "hunter2 hunter2 hunter2 hunter2 hunter2",
        ),
    ];
    let settings = format!("{:?}", production(&secrets).unwrap());
    assert!(!settings.contains("hunter2"), "{settings}");
    let error = production(&[("SIGNET_MAIL__TRANSPORT", "smtp://user:hunter2@h/x")]).unwrap_err();
    assert!(
        error.starts_with(r#"mail.transport: "smtp://…@h/x" is not"#),
        "{error}"
    );
}

#[test]
fn files_and_the_environment_of_the_process_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("my.toml");
    fs::write(&path, "[sudo]\nttl = \"1m\"").unwrap();
    let files = Sources::of_process(Some(&path)).unwrap().files;
    assert_eq!(files.last().unwrap().1, "[sudo]\nttl = \"1m\"");
    let error = Sources::of_process(Some(&dir.path().join("none.toml")))
        .err()
        .unwrap()
        .to_string();
    assert!(
        error.starts_with("--config: ") && error.contains("none.toml"),
        "{error}"
    );
}

#[test]
fn leptos_reads_the_same_options_here_as_in_cargo_toml() {
    let table = |text: &str| {
        let file: toml::Table = text.parse().unwrap();
        file["package"]["metadata"]["leptos"].clone()
    };
    assert_eq!(
        table(reader::DEFAULTS),
        table(include_str!("../../../Cargo.toml"))
    );
    // Leptos reads everything below the header as its own.
    let after = reader::DEFAULTS
        .split_once("\n[package.metadata.leptos]\n")
        .unwrap()
        .1;
    assert!(!after.contains("\n["));
}
