//! Whatever stops a start is one line with the name of the setting, its value unless that is a secret, and what is
//! accepted: a table of wrong, missing, unreadable and full inputs.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
};

use tempfile::TempDir;

use crate::outages::{is_root, with_mounts};

const KEY: (&str, &str) = ("SIGNET_SECRET_KEY", "01234567890123456789012345678901");
/// What production needs besides the key.
const PRODUCTION: [(&str, &str); 3] = [
    ("SIGNET_ENVIRONMENT", "production"),
    ("SIGNET_SERVER__BASE_URL", "https://accounts.example.com"),
    ("SIGNET_MAIL__TRANSPORT", "smtps://user:hunter2@mail.example.com"),
];
const SMTPS: (&str, &str) = ("SIGNET_MAIL__TRANSPORT", "smtps://user:hunter2@localhost");

const FOLDER: &str = "accepted: a folder in which Signet can make, read and write files, or";
const DATABASE: &str = "accepted: a database that Signet can reach, read and write, as sqlite://PATH or \
    postgres://USER:PASSWORD@HOST/NAME";
const PEM: &str = "accepted: a file with certificates of authorities in PEM form (-----BEGIN CERTIFICATE-----)";
const VARIABLES: &str = ", in SSL_CERT_DIR folders of such files; not set: those of the machine";
const LIST: &str = "accepted: a file that `signet breached build` has made";
const LISTEN: &str = "accepted: an address of this machine, with a port that no other program uses";
const KEYS: &str = "accepted: random keys of 32 bytes or more, separated by commas; the first key signs";

/// A folder with what the rows of the tables name: `file`, which is nothing that Signet can read, `folder`, which is
/// empty, `keys`, in which the file of the key is a folder, and `broken.pem`.
fn scene() -> TempDir {
    let scene = tempfile::tempdir().unwrap();
    fs::write(scene.path().join("file"), "x\n").unwrap();
    fs::create_dir(scene.path().join("folder")).unwrap();
    fs::create_dir_all(scene.path().join("keys/secret.key")).unwrap();
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    fs::write(scene.path().join("broken.pem"), broken).unwrap();
    scene
}

/// What the program says, started in `scene` by a command that becomes it; it must not start, and say one line.
fn said(scene: &TempDir, by: &[&str], env: &[(&str, &str)], arguments: &[&str]) -> String {
    let words: Vec<_> = by.iter().copied().chain([env!("CARGO_BIN_EXE_signet")]).collect();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).args(arguments).current_dir(scene.path()).env_clear().stdin(Stdio::null());
    let usual = [("LEPTOS_OUTPUT_NAME", "signet"), ("LEPTOS_SITE_ADDR", "127.0.0.1:0"), ("NO_COLOR", "1")];
    let output = command.envs(usual).envs(env.iter().copied()).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), text.lines().count()), (Some(1), 1), "{env:?}: {text}");
    assert!(!text.contains("hunter2") && !text.contains(KEY.1), "a secret is printed: {text}");
    text.strip_prefix("signet: ").unwrap().trim_end().to_owned()
}

fn says(env: &[(&str, &str)], line: &str) {
    let env: Vec<_> = [KEY].into_iter().chain(env.iter().copied()).collect();
    assert_eq!(said(&scene(), &[], &env, &[]), line, "{env:?}");
}

/// Every key of the table in README.md, which is printed from the types.
#[test]
fn every_setting_refuses_a_wrong_value_by_its_name() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let table = readme.split_once("printed from src/server/config").unwrap().1.split_once("\n<!--").unwrap().0;
    let keys: Vec<_> = table.lines().filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0)).collect();
    assert!(keys.len() > 50, "{keys:?}");
    // Any text may be a path, and almost any one a name. The tables of providers have keys of their own; the next table
    // has these.
    let others = ["server.data_dir", "site.name", "password.breached_file", "tls.ca_file", "[[provider]]"];
    for key in keys.into_iter().filter(|key| !others.contains(key)) {
        let variable = format!("SIGNET_{}", key.replace('.', "__").to_uppercase());
        let line = said(&scene(), &[], &[KEY, (&variable, "!!")], &[]);
        let (begin, accepted) = line.split_once("; accepted: ").unwrap();
        assert_eq!(begin, format!("{key}: \"!!\" cannot be used"), "{line}");
        assert!(accepted.len() > 3, "{line}");
    }
    for key in ["NAME", "KIND", "ISSUER", "CLIENT_ID", "CLIENT_SECRET", "TRUST_EMAIL", "RESPONSE_MODE"] {
        let variable = format!("SIGNET_PROVIDER__ACME__{key}");
        let line = said(&scene(), &[], &[KEY, (&variable, "\u{7}")], &[]);
        let name = format!("provider.acme.{}: ", key.to_lowercase());
        // A key that is missing is named before one that is wrong.
        assert!(line.starts_with(&name) || line.contains("not set; accepted: "), "{line}");
        assert!(line.contains("; accepted: "), "{line}");
    }
}

#[test]
fn a_file_that_is_no_database_is_named_with_its_setting() {
    let rows: [(&[(&str, &str)], String); 7] = [
        (
            &[("SIGNET_SERVER__DATA_DIR", "file")],
            format!(
                "server.data_dir: \"file\": the database file/signet.db is not available: its folder cannot be made \
                 (File exists (os error 17)); {FOLDER} another database in database.url"
            ),
        ),
        (
            &[("SIGNET_SERVER__DATA_DIR", "file"), ("DATABASE_URL", "sqlite://own.db")],
            format!(
                "server.data_dir: \"file\": the ledger of erasures: the database file/erasures.db is not available: its \
                 folder cannot be made (File exists (os error 17)); {FOLDER} another database in deletion.ledger"
            ),
        ),
        (
            &[("DATABASE_URL", "sqlite://folder")],
            format!(
                "database.url: \"sqlite://folder\": the database folder is not available: Is a directory (os error 21); \
                 {DATABASE}"
            ),
        ),
        (
            &[("DATABASE_URL", "sqlite://file")],
            format!(
                "database.url: \"sqlite://file\": error returned from database: (code: 26) file is not a database; \
                 {DATABASE}"
            ),
        ),
        (
            &[("DATABASE_URL", "sqlite://file/x.db")],
            format!(
                "database.url: \"sqlite://file/x.db\": the database file/x.db is not available: its folder cannot be \
                 made (File exists (os error 17)); {DATABASE}"
            ),
        ),
        (
            &[("SIGNET_DELETION__LEDGER", "sqlite://folder")],
            format!(
                "deletion.ledger: \"sqlite://folder\": the ledger of erasures: the database folder is not available: Is \
                 a directory (os error 21); {DATABASE}"
            ),
        ),
        (
            &[("SIGNET_DELETION__LEDGER", "sqlite://file")],
            format!(
                "deletion.ledger: \"sqlite://file\": the ledger of erasures: error returned from database: (code: 26) \
                 file is not a database; {DATABASE}"
            ),
        ),
    ];
    for (env, line) in rows {
        says(env, &line);
    }
}

#[test]
fn a_url_that_leads_to_no_database_is_named_without_its_secret() {
    let rows: [(&[(&str, &str)], String); 4] = [
        (
            &[("DATABASE_URL", "sqlite://x.db?mode=odd")],
            format!(
                "database.url: \"sqlite://x.db?…\": error with configuration: unknown value \"odd\" for `mode`; {DATABASE}"
            ),
        ),
        (
            &[("DATABASE_URL", "postgres://user:hunter2@[")],
            format!("database.url: \"postgres://…@[\": error with configuration: invalid IPv6 address; {DATABASE}"),
        ),
        (
            &[("DATABASE_URL", "postgres://user:hunter2@127.0.0.1:1/x")],
            format!(
                "database.url: \"postgres://…@127.0.0.1:1/x\": the database 127.0.0.1:1/x is not available: it refused \
                 the connection; {DATABASE}"
            ),
        ),
        (
            &[("DATABASE_URL", "mysql://user:hunter2@h/d")],
            "database.url: \"mysql://…@h/d\" cannot be used; accepted: sqlite://PATH or \
             postgres://USER:PASSWORD@HOST/NAME"
                .to_owned(),
        ),
    ];
    for (env, line) in rows {
        says(env, &line);
    }
}

#[test]
fn a_file_of_another_kind_is_named_with_its_setting() {
    let missing = "cannot be read (No such file or directory (os error 2))";
    let folder = "cannot be read (Is a directory (os error 21))";
    let rows: [(&[(&str, &str)], String); 10] = [
        (&[("SIGNET_PASSWORD__BREACHED_FILE", "none")], format!("password.breached_file: \"none\" {missing}; {LIST}")),
        (
            &[("SIGNET_PASSWORD__BREACHED_FILE", "folder")],
            format!("password.breached_file: \"folder\" {folder}; {LIST}"),
        ),
        (
            &[("SIGNET_PASSWORD__BREACHED_FILE", "file")],
            format!("password.breached_file: \"file\" is no list of breached passwords; {LIST}"),
        ),
        (&[("SIGNET_TLS__CA_FILE", "none")], format!("tls.ca_file: \"none\" {missing}; {PEM}")),
        (&[("SIGNET_TLS__CA_FILE", "folder")], format!("tls.ca_file: \"folder\" {folder}; {PEM}")),
        (&[("SIGNET_TLS__CA_FILE", "file")], format!("tls.ca_file: \"file\" has no certificate in PEM form; {PEM}")),
        (
            &[("SIGNET_TLS__CA_FILE", "broken.pem")],
            format!("tls.ca_file: \"broken.pem\" has a certificate that cannot be read: number 1; {PEM}"),
        ),
        (
            &[SMTPS, ("SSL_CERT_FILE", "none")],
            format!("SSL_CERT_FILE: \"none\" has no certificate that can be read; {PEM}{VARIABLES}"),
        ),
        (
            &[SMTPS, ("SSL_CERT_FILE", "file")],
            format!("SSL_CERT_FILE: \"file\" has no certificate that can be read; {PEM}{VARIABLES}"),
        ),
        (
            &[SMTPS, ("SSL_CERT_DIR", "folder")],
            format!("SSL_CERT_DIR: \"folder\" has no certificate that can be read; {PEM}{VARIABLES}"),
        ),
    ];
    for (env, line) in rows {
        says(env, &line);
    }
}

#[test]
fn a_setting_that_another_one_forbids_is_named_with_it() {
    let too_short = "86400 seconds are shorter than email_change.undo_window, which is 604800 seconds";
    let rows: [(&[(&str, &str)], &str); 11] = [
        (
            &[("SIGNET_ENVIRONMENT", "staging")],
            "SIGNET_ENVIRONMENT: \"staging\" cannot be used; accepted: \"development\" or \"production\"",
        ),
        (&[("SIGNET_WORKER", "no")], "SIGNET_WORKER: \"no\" cannot be used; accepted: \"on\" or \"off\""),
        (
            &[("SIGNET_SERVER__KEEP_ALIVE", "5s")],
            "server.keep_alive: 5 seconds are shorter than server.header_timeout, which is 10 seconds; accepted: at \
             least server.header_timeout",
        ),
        (
            &[("SIGNET_SESSION__IDLE", "10s")],
            "session.idle: 10 seconds would end a session while a page is read; accepted: at least 1m",
        ),
        (
            &[("SIGNET_SERVER__BASE_URL", "http://a.example")],
            "server.base_url: \"http://a.example\" is not this machine, but the environment is development; accepted: \
             http://127.0.0.1:PORT, or SIGNET_ENVIRONMENT=production",
        ),
        (
            &[("DATABASE_URL", "sqlite://same.db"), ("SIGNET_DELETION__LEDGER", "sqlite://same.db")],
            "deletion.ledger: \"sqlite://same.db\" is database.url too; accepted: another database: a ledger that is \
             restored with the accounts cannot show what the backup lacks",
        ),
        (
            &[PRODUCTION[0], PRODUCTION[1]],
            "mail.transport: \"mailbox\" sends nothing and shows every letter to anybody; accepted: in production \
             smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465",
        ),
        (
            &[PRODUCTION[0], PRODUCTION[1], PRODUCTION[2], ("SIGNET_LIMITS__ENABLED", "false")],
            "limits.enabled: false: production needs the limits; accepted: true",
        ),
        (
            &[PRODUCTION[0], PRODUCTION[1], PRODUCTION[2], ("SIGNET_DELETION__GRACE_PERIOD", "1d")],
            &format!("deletion.grace_period: {too_short}; accepted: in production, at least email_change.undo_window"),
        ),
        (
            &[PRODUCTION[0], PRODUCTION[1], PRODUCTION[2], ("SIGNET_PASSWORD__ARGON2__M", "128")],
            "password.argon2: m = 128, t = 2 is too cheap for production; accepted: at least m = 19456 with t = 2, or \
             another pair that OWASP recommends",
        ),
        (
            &[PRODUCTION[0], PRODUCTION[1], PRODUCTION[2], ("DATABASE_URL", "postgres://u:hunter2@db.example.com/d")],
            "database.url: \"postgres://…@db.example.com/d\" connects to \"db.example.com\" without checking the \
             server's certificate; accepted: postgres://…?sslmode=verify-full for a server on another machine",
        ),
    ];
    for (env, line) in rows {
        says(env, line);
    }
}

#[test]
fn the_key_is_named_and_never_shown() {
    let scene = scene();
    let made = |data: &str| said(&scene, &[], &[("SIGNET_SERVER__DATA_DIR", data)], &[]);
    let unmade = "can be neither read nor made";
    let own = "a key in SIGNET_SECRET_KEY";
    assert_eq!(
        made("file"),
        format!("server.data_dir: \"file/secret.key\" {unmade} (Not a directory (os error 20)); {FOLDER} {own}")
    );
    assert_eq!(
        made("keys"),
        format!("server.data_dir: \"keys/secret.key\" {unmade} (Is a directory (os error 21)); {FOLDER} {own}")
    );
    let key = scene.path().join("folder/secret.key");
    fs::write(&key, "hunter2").unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(made("folder"), format!("folder/secret.key: key 1 has 7 bytes; {KEYS}"));
    let given = said(&scene, &[], &[("SIGNET_SECRET_KEY", "hunter2")], &[]);
    assert_eq!(given, format!("SIGNET_SECRET_KEY: key 1 has 7 bytes; {KEYS}"));
    let production = said(&scene, &[], &PRODUCTION, &[]);
    assert_eq!(production, format!("SIGNET_SECRET_KEY: not set, and required in production; {KEYS}"));
}

#[test]
fn what_other_libraries_read_is_named_too() {
    let port = "accepted: a port, from 0 to 65535";
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let in_use = format!("Signet cannot listen at {address} (Address already in use (os error 98)); {LISTEN}");
    let log = "accepted: a level (error, warn, info, debug, trace), or levels for parts of the program, such as \
               \"info,signet=debug\"";
    let rows: [(&[(&str, &str)], String); 9] = [
        (
            &[("LEPTOS_SITE_ADDR", "localhost")],
            "LEPTOS_SITE_ADDR: \"localhost\" cannot be used; accepted: an IP address and a port, such as \
             \"127.0.0.1:3000\""
                .to_owned(),
        ),
        (&[("LEPTOS_SITE_ADDR", &address)], format!("LEPTOS_SITE_ADDR: {in_use}")),
        (&[("SIGNET_SERVER__METRICS", &address)], format!("server.metrics: {in_use}")),
        (
            &[("LEPTOS_SITE_ADDR", "192.0.2.1:80")],
            "LEPTOS_SITE_ADDR: 192.0.2.1:80 can be reached from other machines, but the environment is development; \
             accepted: 127.0.0.1:PORT, or SIGNET_ENVIRONMENT=production"
                .to_owned(),
        ),
        (&[("LEPTOS_RELOAD_PORT", "70000")], format!("LEPTOS_RELOAD_PORT: \"70000\" cannot be used; {port}")),
        (
            &[("LEPTOS_HASH_FILES", "yes")],
            "LEPTOS_HASH_FILES: \"yes\" cannot be used; accepted: true or false".to_owned(),
        ),
        (&[("LEPTOS_ENV", "staging")], "LEPTOS_ENV: \"staging\" cannot be used; accepted: DEV or PROD".to_owned()),
        (&[("RUST_LOG", "info,=x=y")], format!("RUST_LOG: \"info,=x=y\" cannot be used; {log}")),
        (&[("RUST_LOG", "signet=loud")], format!("RUST_LOG: \"signet=loud\" cannot be used; {log}")),
    ];
    for (env, line) in rows {
        says(env, &line);
    }
    let scene = scene();
    let config = |file: &str| said(&scene, &[], &[KEY], &["--config", file]);
    assert!(config("none").starts_with("--config: \"none\" cannot be read (No such file"), "{}", config("none"));
    assert!(
        config("folder").starts_with("--config: \"folder\" cannot be read (Is a directory"),
        "{}",
        config("folder")
    );
    assert_eq!(config("file"), "file: TOML parse error at line 1, column 2; accepted: a TOML file");
}

/// Root may read and write every file, so root gives that right up first.
#[test]
fn what_may_not_be_read_or_written_is_named_with_its_setting() {
    let powerless = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"];
    let by = if is_root() { &powerless[..] } else { &[] };
    if is_root() && !Command::new(by[0]).args(&by[1..]).arg("true").status().is_ok_and(|done| done.success()) {
        eprintln!("skipped: root cannot give up its rights here");
        return;
    }
    let scene = scene();
    let mode = |name: &str, mode| {
        fs::set_permissions(scene.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    mode("file", 0o000);
    mode("folder", 0o500);
    let denied = "Permission denied (os error 13)";
    let rows = [
        ("SIGNET_TLS__CA_FILE", "file", format!("tls.ca_file: \"file\" cannot be read ({denied}); {PEM}")),
        (
            "SIGNET_PASSWORD__BREACHED_FILE",
            "file",
            format!("password.breached_file: \"file\" cannot be read ({denied}); {LIST}"),
        ),
        (
            "DATABASE_URL",
            "sqlite://file",
            format!("database.url: \"sqlite://file\": the database file is not available: {denied}; {DATABASE}"),
        ),
        (
            "SIGNET_DELETION__LEDGER",
            "sqlite://file",
            format!(
                "deletion.ledger: \"sqlite://file\": the ledger of erasures: the database file is not available: \
                 {denied}; {DATABASE}"
            ),
        ),
        (
            "SIGNET_SERVER__DATA_DIR",
            "folder",
            format!(
                "server.data_dir: \"folder\": the database folder/signet.db is not available: no file can be made in \
                 its folder ({denied}); {FOLDER} another database in database.url"
            ),
        ),
    ];
    for (name, value, line) in rows {
        assert_eq!(said(&scene, by, &[KEY, (name, value)], &[]), line);
    }
    // A file that may only be read.
    fs::write(scene.path().join("own.db"), "").unwrap();
    mode("own.db", 0o400);
    let only_read = said(&scene, by, &[KEY, ("DATABASE_URL", "sqlite://own.db")], &[]);
    assert!(
        only_read.starts_with("database.url: \"sqlite://own.db\": the database own.db is not available: "),
        "{only_read}"
    );
}

#[test]
fn a_full_disk_is_named_with_its_setting() {
    for (size, key, begin) in [
        (
            "4k,nr_inodes=1",
            None,
            "server.data_dir: \"full/secret.key\" can be neither read nor made (No space left on device",
        ),
        (
            "16k",
            Some(KEY),
            "server.data_dir: \"full\": the database full/signet.db is not available: its file cannot be read or written, as on a disk that is full",
        ),
        (
            "100k",
            Some(KEY),
            "server.data_dir: \"full\": the database full/signet.db is not available: its disk is full",
        ),
        (
            "400k",
            Some(KEY),
            "server.data_dir: \"full\": the ledger of erasures: the database full/erasures.db is not available: its disk is full",
        ),
    ] {
        let Some(by) = with_mounts(&format!("mount -t tmpfs -o size={size} tmpfs full && exec \"$0\"")) else { return };
        let by: Vec<_> = by.iter().map(String::as_str).collect();
        let scene = scene();
        fs::create_dir(scene.path().join("full")).unwrap();
        let env: Vec<_> = key.into_iter().chain([("SIGNET_SERVER__DATA_DIR", "full")]).collect();
        let line = said(&scene, &by, &env, &[]);
        assert!(line.starts_with(begin) && line.contains(FOLDER), "{size}: {line}");
    }
}
