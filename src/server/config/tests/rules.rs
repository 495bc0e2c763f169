use secrecy::ExposeSecret;

use super::{production, read};
use crate::domain::language::Language;

#[test]
fn base_url_is_an_origin_and_nothing_more() {
    let cases = [
        ("https://accounts.example.com/", Some("https://accounts.example.com")),
        ("HTTPS://Accounts.Example.com:443", Some("https://accounts.example.com")),
        ("https://bücher.example:8443", Some("https://xn--bcher-kva.example:8443")),
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
        assert_eq!(found.ok().map(|s| s.server.base_url).as_deref(), expected, "{given}");
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
    let error = read(&[], &[("SIGNET_SERVER__BASE_URL", "https://accounts.example.com")]).unwrap_err();
    assert_eq!(
        error,
        "server.base_url: \"https://accounts.example.com\" is not this machine, but the environment is \
         development; accepted: http://127.0.0.1:PORT, or SIGNET_ENVIRONMENT=production"
    );
}

#[test]
fn in_production_an_account_stays_closed_for_as_long_as_its_email_change_can_be_undone() {
    let cases = [
        ("7d", "7d", true),
        ("604799s", "7d", false),
        ("604801s", "7d", true),
        ("14d", "15d", false),
        ("4s", "4s", true),
    ];
    for (grace, window, is_accepted) in cases {
        let given = [("SIGNET_DELETION__GRACE_PERIOD", grace), ("SIGNET_EMAIL_CHANGE__UNDO_WINDOW", window)];
        assert_eq!(production(&given).is_ok(), is_accepted, "{grace} {window}");
        assert!(read(&[], &given).is_ok(), "development: {grace} {window}");
    }
    assert_eq!(
        production(&[("SIGNET_DELETION__GRACE_PERIOD", "6d")]).unwrap_err(),
        "deletion.grace_period: 518400 seconds are shorter than email_change.undo_window, which is 604800 seconds; \
         accepted: in production, at least email_change.undo_window"
    );
}

#[test]
fn production_asks_for_a_key_a_mail_server_and_a_cost() {
    let cases = [
        (("SIGNET_ENVIRONMENT", "prod"), r#"SIGNET_ENVIRONMENT: "prod" cannot be used"#),
        (("SIGNET_SECRET_KEY", "too short"), "SIGNET_SECRET_KEY: key 1 has 9 bytes"),
        (("SIGNET_MAIL__TRANSPORT", "mailbox"), r#"mail.transport: "mailbox" sends nothing"#),
        (("SIGNET_MAIL__TRANSPORT", "mail.example.com"), r#"mail.transport: "mail.example.com" cannot be used"#),
        (("SIGNET_PASSWORD__ARGON2__M", "19455"), "password.argon2: m = 19455, t = 2 is too cheap"),
    ];
    for (given, line) in cases {
        let error = production(&[given]).unwrap_err();
        assert!(error.starts_with(line), "{error}");
    }
    assert!(production(&[]).is_ok());
}

#[test]
fn a_database_on_another_machine_is_asked_for_its_certificate() {
    let refused = [
        "postgres://u:p@db.example.com/d",
        "postgres://u:p@10.0.0.1/d?sslmode=require",
        // Any certificate of the authority would do.
        "postgres://u:p@db.example.com/d?sslmode=verify-ca",
        // The driver connects to the host that the query names.
        "postgres://u:p@localhost/d?host=db.example.com",
        "postgres://u:p@localhost/d?hostaddr=10.0.0.1",
        "postgres:///d?host=db.example.com",
        // The last of two words counts.
        "postgres://u:p@db.example.com/d?sslmode=verify-full&sslmode=disable",
    ];
    for url in refused {
        let error = production(&[("DATABASE_URL", url)]).unwrap_err();
        assert!(error.contains("sslmode=verify-full") && !error.contains(":p@"), "{error}");
    }
    let accepted = [
        "postgres://u:p@db.example.com/d?sslmode=verify-full",
        "postgres://u:p@127.0.0.1/d",
        "postgres://u:p@localhost:5432/d",
        "postgres:///d?host=/var/run/postgresql",
        "postgres://u:p@db.example.com/d?host=/var/run/postgresql",
        "postgres://u:p@[::1]/d",
        "sqlite://data/signet.db",
    ];
    for url in accepted {
        assert!(production(&[("DATABASE_URL", url)]).is_ok(), "{url}");
    }
}

#[test]
fn the_ledger_is_another_database_and_asked_for_its_certificate_too() {
    let ledger = |url| production(&[("SIGNET_DELETION__LEDGER", url)]);
    let error = ledger("postgres://u:hunter2@db.example.com/d").unwrap_err();
    assert!(error.starts_with("deletion.ledger: ") && error.contains("sslmode=verify-full"), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
    assert!(ledger("file.db").unwrap_err().starts_with("deletion.ledger: \"file.db\" cannot be used"));
    let same = "postgres://u:hunter2@localhost/d";
    let error = production(&[("DATABASE_URL", same), ("SIGNET_DELETION__LEDGER", same)]).unwrap_err();
    assert!(error.contains("is database.url too") && !error.contains("hunter2"), "{error}");
    let settings = ledger("postgres://u:hunter2@localhost/ledger").unwrap();
    assert!(!format!("{settings:?}").contains("hunter2"));
    assert_eq!(settings.ledger_url().expose_secret(), "postgres://u:hunter2@localhost/ledger");
}

#[test]
fn the_counts_are_told_at_an_address_or_nowhere() {
    let metrics = |addr| read(&[], &[("SIGNET_SERVER__METRICS", addr)]).map(|settings| settings.server.metrics);
    assert_eq!(read(&[], &[]).unwrap().server.metrics, None);
    assert_eq!(metrics("127.0.0.1:9464").unwrap(), Some(([127, 0, 0, 1], 9464).into()));
    assert!(metrics("9464").unwrap_err().starts_with("server.metrics: "));
}

#[test]
fn the_product_has_a_name_and_letters_a_language_or_each_its_own() {
    let site = |key: &str, value: &str| read(&[], &[(key, value)]).map(|settings| settings.site);
    let defaults = read(&[], &[]).unwrap().site;
    assert_eq!((defaults.name.as_str(), defaults.language), ("Signet", None));
    for (word, language) in [("auto", None), ("en", Some(Language::English)), ("de", Some(Language::German))] {
        assert_eq!(site("SIGNET_SITE__LANGUAGE", word).unwrap().language, language);
    }
    for word in ["fr", "DE", "de-AT", ""] {
        assert!(site("SIGNET_SITE__LANGUAGE", word).unwrap_err().starts_with("site.language: "), "{word}");
    }
    let longest = "ä".repeat(40);
    for name in [longest.as_str(), "Acme & Co", "O'Brien \"x\""] {
        assert_eq!(site("SIGNET_SITE__NAME", name).unwrap().name, name);
    }
    for name in [format!("{longest}ä"), " ".to_owned(), "a\nb".to_owned(), "<b>".to_owned()] {
        assert!(site("SIGNET_SITE__NAME", &name).unwrap_err().starts_with("site.name: "), "{name}");
    }
}

#[test]
fn letters_are_from_the_product_whatever_its_name() {
    for name in ["Acme", "Acme, Inc.", "O'Brien", "Bücher & Co", "Me @ home", "a \\ b", "Say \"x\""] {
        let settings = read(&[], &[("SIGNET_SITE__NAME", name)]).unwrap();
        let sender: lettre::message::Mailbox = settings.mail.sender(&settings.server, name).parse().unwrap();
        assert_eq!((sender.name.as_deref(), sender.email.to_string().as_str()), (Some(name), "no-reply@localhost"));
    }
}

#[test]
fn letters_come_from_the_site_unless_said_otherwise() {
    let settings = production(&[]).unwrap();
    assert_eq!(settings.mail.sender(&settings.server, &settings.site.name), "Signet <no-reply@accounts.example.com>");
    // No email address can have the host `accounts.example.`, so the settings must name a sender.
    let dotted = ("SIGNET_SERVER__BASE_URL", "https://accounts.example.");
    let error = production(&[dotted]).unwrap_err();
    assert!(error.starts_with("mail.from: is not set, and"), "{error}");
    let from = ("SIGNET_MAIL__FROM", "Signet <no-reply@example.com>");
    let settings = production(&[dotted, from]).unwrap();
    assert_eq!(settings.mail.sender(&settings.server, &settings.site.name), from.1);
}

#[test]
fn no_secret_is_printed() {
    let secrets = [
        ("DATABASE_URL", "postgres://u:hunter2@h/d?sslmode=verify-full"),
        ("SIGNET_SECRET_KEY", "hunter2 hunter2 hunter2 hunter2 hunter2"),
    ];
    let settings = format!("{:?}", production(&secrets).unwrap());
    assert!(!settings.contains("hunter2"), "{settings}");
    let error = production(&[("SIGNET_MAIL__TRANSPORT", "smtp://user:hunter2@h/x")]).unwrap_err();
    assert!(error.starts_with(r#"mail.transport: "smtp://…@h/x" cannot be used"#), "{error}");
    let error = production(&[("SIGNET_MAIL__TRANSPORT", "smtp://user:hun?ter2@h")]).unwrap_err();
    assert!(error.starts_with(r#"mail.transport: "smtp://…" cannot be used"#), "{error}");
    for key in ["database.url", "deletion.ledger", "mail.transport"] {
        for value in [r#"["hunter2"]"#, r#"{ a = "hunter2" }"#, "4711"] {
            let error = read(&[&format!("{key} = {value}")], &[]).unwrap_err();
            assert!(error.starts_with(key) && !error.contains("hunter2") && !error.contains("4711"), "{error}");
        }
    }
}

#[test]
fn production_does_not_run_without_limits() {
    assert!(read(&[], &[("SIGNET_LIMITS__ENABLED", "false")]).is_ok_and(|settings| !settings.limits.enabled));
    let error = production(&[("SIGNET_LIMITS__ENABLED", "false")]).unwrap_err();
    assert_eq!(error, "limits.enabled: false: production needs the limits; accepted: true");
}

#[test]
fn a_session_lasts_at_least_as_long_as_a_page_is_read() {
    for (idle, is_accepted) in [("59s", false), ("1m", true), ("61s", true)] {
        assert_eq!(read(&[], &[("SIGNET_SESSION__IDLE", idle)]).is_ok(), is_accepted, "{idle}");
    }
    assert_eq!(
        read(&[], &[("SIGNET_SESSION__IDLE", "59s")]).unwrap_err(),
        "session.idle: 59 seconds would end a session while a page is read; accepted: at least 1m"
    );
}

#[test]
fn a_connection_waits_at_least_as_long_as_the_headers_of_a_request_may_take() {
    let cases = [("10s", "9s", false), ("10s", "10s", true), ("1s", "75s", true), ("0s", "75s", false)];
    for (head, idle, is_accepted) in cases {
        let given = [("SIGNET_SERVER__HEADER_TIMEOUT", head), ("SIGNET_SERVER__KEEP_ALIVE", idle)];
        assert_eq!(read(&[], &given).is_ok(), is_accepted, "{head} {idle}");
    }
    assert_eq!(
        read(&[], &[("SIGNET_SERVER__KEEP_ALIVE", "9s")]).unwrap_err(),
        "server.keep_alive: 9 seconds are shorter than server.header_timeout, which is 10 seconds; accepted: at least \
         server.header_timeout"
    );
}

/// The other authorities count where the driver has to check a certificate, and where the URL names no file itself.
#[test]
fn the_operators_authorities_count_for_databases_too() {
    let pem = include_str!("authority.pem");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a company's.pem");
    std::fs::write(&file, pem).unwrap();
    let path = file.display().to_string();
    let opened = |url: &str| {
        let settings = read(&[], &[("SIGNET_TLS__CA_FILE", &path), ("DATABASE_URL", url)]).unwrap();
        assert!(!settings.authorities.is_empty());
        settings.database_url().expose_secret().to_owned()
    };
    let named = format!("&sslrootcert={}", url::form_urlencoded::byte_serialize(path.as_bytes()).collect::<String>());
    for (url, added) in [
        ("postgres://u:p@db.example.com/d?sslmode=verify-full", named.as_str()),
        ("postgres://u:p@db.example.com/d?sslmode=verify-ca", &named),
        ("postgres://u:p@db.example.com/d?sslmode=verify-full&sslrootcert=own.pem", ""),
        ("postgres://u:p@localhost/d?sslmode=require", ""),
        ("postgres://u:p@localhost/d", ""),
        ("sqlite://own.db", ""),
    ] {
        assert_eq!(opened(url), format!("{url}{added}"), "{url}");
    }
}
