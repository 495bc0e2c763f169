//! The settings as the program itself finds them: files, environment, and the one line it
//! says when it cannot start.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
};

use signet::server::store::Db;
use sqlx::AssertSqlSafe;
use tempfile::TempDir;

/// The program in an empty folder, with these variables and no others of the tests' own.
fn signet(folder: &TempDir, env: &[(&str, &str)], arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signet"));
    command
        .current_dir(folder)
        .env_clear()
        .env("LEPTOS_OUTPUT_NAME", "signet")
        .env("LEPTOS_SITE_ADDR", "127.0.0.1:0")
        .envs(env.iter().copied())
        .args(arguments)
        .stdin(Stdio::null());
    command
}

/// What it says when it does not start. It must be one line, and leave nothing behind.
fn complaint(files: &[(&str, &str)], env: &[(&str, &str)], arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let output = signet(&folder, env, arguments).output().unwrap();
    let words = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{words}");
    assert_eq!(words.lines().count(), 1, "{words}");
    assert!(!folder.path().join("data").exists(), "a start that was given up left something");
    words.trim_end().to_owned()
}

#[test]
fn a_wrong_setting_is_one_line_with_key_value_and_what_is_accepted() {
    let cases: [(&[(&str, &str)], [&str; 3]); 10] = [
        (&[("SIGNET_SUDO__TTL", "15 apples")], ["sudo.ttl", "15 apples", "accepted: "]),
        (&[("DATABASE_URL", "mysql://localhost/x")], ["database.url", "mysql://localhost/x", "postgres"]),
        (&[("SIGNET_DATABASE__URL", "nonsense")], ["database.url", "nonsense", "sqlite"]),
        (&[("SIGNET_SERVER__BASE_URL", "http://signet.example")], ["server.base_url", "signet.example", "accepted: "]),
        (&[("SIGNET_DELETION__STRATEGY", "shred")], ["deletion.strategy", "shred", "anonymize"]),
        (&[("SIGNET_PASSWORD__MIN_LENGTH", "3")], ["password.min_length", "3", "8"]),
        (&[("SIGNET_ENVIRONMENT", "staging")], ["SIGNET_ENVIRONMENT", "staging", "production"]),
        (&[("SIGNET_WORKER", "no")], ["SIGNET_WORKER", "\"no\"", "off"]),
        (&[("SIGNET_SUDO__TLL", "5m")], ["SIGNET_SUDO__TLL", "", "accepted: "]),
        (&[("SIGNET_SECRET_KEY", "too short")], ["SIGNET_SECRET_KEY", "", "32"]),
    ];
    for (env, parts) in cases {
        let words = complaint(&[], env, &[]);
        for part in parts {
            assert!(words.contains(part), "{part:?} is not in {words:?}");
        }
        assert!(!words.contains("too short\""), "a secret is printed: {words}");
    }
}

#[test]
fn production_needs_a_key_https_and_a_mail_server() {
    let whole = [
        ("SIGNET_ENVIRONMENT", "production"),
        ("SIGNET_SECRET_KEY", "a secret key of thirty-two bytes"),
        ("SIGNET_SERVER__BASE_URL", "https://accounts.example.com"),
        ("SIGNET_MAIL__TRANSPORT", "smtps://user:hunter2@mail.example.com"),
        // Never reached: something else is wrong before.
        ("SIGNET_DATABASE__URL", "sqlite:///dev/null/signet.db"),
    ];
    let with = |name: &str, value: Option<&'static str>| {
        let others = whole.into_iter().filter(|(other, _)| *other != name);
        let env: Vec<_> = others.chain(value.map(|value| (name, value))).collect();
        let words = complaint(&[], &env, &[]);
        assert!(!words.contains("hunter2"), "{words}");
        words
    };
    let http = Some("http://accounts.example.com");
    assert!(with("SIGNET_SECRET_KEY", None).starts_with("signet: SIGNET_SECRET_KEY: "));
    assert!(with("SIGNET_SERVER__BASE_URL", http).starts_with("signet: server.base_url: "));
    assert!(with("SIGNET_MAIL__TRANSPORT", None).starts_with("signet: mail.transport: "));
}

#[test]
fn the_environment_goes_over_the_file_and_the_file_over_the_defaults() {
    let (defaults, file) = ("[sudo]\nttl = \"default\"", "[sudo]\nttl = \"file\"");
    let (both, named) = ([("Leptos.toml", defaults), ("my.toml", file)], ["--config", "my.toml"]);
    let shows = |words: String, value: &str| assert!(words.contains(&format!("sudo.ttl: \"{value}\"")), "{words}");
    shows(complaint(&both[..1], &[], &[]), "default");
    shows(complaint(&both, &[], &named), "file");
    shows(complaint(&both, &[("SIGNET_SUDO__TTL", "env")], &named), "env");
}

#[test]
fn unknown_keys_and_options_and_missing_files_stop_the_start() {
    let words = complaint(&[("my.toml", "[sudo]\ntll = \"5m\"")], &[], &["--config", "my.toml"]);
    assert!(words.contains("sudo.tll") && words.contains("ttl"), "{words}");
    let words = complaint(&[("my.toml", "[sudoo]\nttl = \"5m\"")], &[], &["--config", "my.toml"]);
    assert!(words.contains("sudoo"), "{words}");
    assert!(complaint(&[], &[], &["--config", "not-there.toml"]).contains("not-there.toml"));
}

/// With nothing set at all it starts, makes its key for nobody else to read, and ends when asked.
#[test]
fn without_any_setting_it_starts_and_ends_cleanly() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = signet(&folder, &[], &[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "Signet is ready at http://127.0.0.1:3000\n");
    let key = fs::metadata(folder.path().join("data/secret.key")).unwrap();
    assert_eq!(key.permissions().mode() & 0o777, 0o600);
    assert!(folder.path().join("data/signet.db").exists());
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(child.wait().unwrap().success());
}

#[tokio::test]
async fn an_operator_confirms_the_clock_from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let output = signet(&folder, &[], &["clock", "confirm"]).output().unwrap();
    let words = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(words.starts_with("Confirmed that it is ") && words.contains(" UTC. "), "{words}");
    assert_eq!(words.lines().count(), 1, "{words}");
    let url = format!("sqlite://{}", folder.path().join("data/signet.db").display());
    let Db::Sqlite(pool, _) = Db::connect(&url).await.unwrap() else { unreachable!("opened as SQLite") };
    let noted: Vec<i64> = sqlx::query_scalar("SELECT confirmed_at FROM clock").fetch_all(&pool).await.unwrap();
    assert!(matches!(noted[..], [at] if at > 1_700_000_000), "{noted:?}");
}

/// What a command says, whether it succeeded, and its line of complaint.
fn command(folder: &TempDir, arguments: &[&str]) -> (String, bool, String) {
    let output = signet(folder, &[], arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let complaint = text(output.stderr).lines().filter(|line| line.starts_with("signet: ")).collect();
    (text(output.stdout), output.status.success(), complaint)
}

async fn run_on(folder: &TempDir, file: &str, sql: &str) {
    let url = format!("sqlite://{}", folder.path().join("data").join(file).display());
    let Db::Sqlite(pool, _) = Db::connect(&url).await.unwrap() else { unreachable!("opened as SQLite") };
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&pool).await.unwrap();
    pool.close().await;
}

#[tokio::test]
async fn an_operator_has_the_database_checked_from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let (_, success, complaint) = command(&folder, &["check"]);
    assert!(!success && complaint.starts_with("signet: database.url: the database cannot be reached"), "{complaint}");
    assert!(!folder.path().join("data/signet.db").exists(), "looking makes no database");
    command(&folder, &["clock", "confirm"]);
    run_on(&folder, "signet.db", "DELETE FROM _sqlx_migrations WHERE version = 2").await;
    let (_, success, complaint) = command(&folder, &["check"]);
    assert!(!success && complaint.starts_with("signet: database.url: not a database of this version"), "{complaint}");
    fs::remove_dir_all(folder.path().join("data")).unwrap();
    command(&folder, &["clock", "confirm"]);
    assert_eq!(command(&folder, &["check"]), ("Everything holds.\n".to_owned(), true, String::new()));
    let letter = "INSERT INTO letters (id, kind, recipient, created_at, due_at, failed_at, job) \
         VALUES ('l1', 'password_changed', 'ada@example.com', 1, 1, 1, 'j')";
    run_on(&folder, "signet.db", letter).await;
    let (words, success, complaint) = command(&folder, &["check"]);
    assert_eq!(words, "a letter of nobody's that is no goodbye: l1\n");
    assert!(!success && complaint == "signet: must not be in the database, and is: 1", "{complaint}");
}

#[tokio::test]
async fn a_database_older_than_its_ledger_is_not_served_until_the_ledger_is_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let (words, success, _) = command(&folder, &["replay-erasures"]);
    assert!(success && words.starts_with("Nothing to do"), "{words}");
    let user = "INSERT INTO users (id, email, email_key, created_at) VALUES ('u', 'a@example.com', 'a@example.com', 1)";
    run_on(&folder, "signet.db", user).await;
    let entry = "INSERT INTO erasures (number, subject, key_mark, strategy, erased_at, is_certain) \
         VALUES (1, zeroblob(32), zeroblob(8), 'anonymize', 1, 1)";
    run_on(&folder, "erasures.db", entry).await;
    let (words, success, complaint) = command(&folder, &[]);
    let refused = "signet: the database is older than its ledger of erasures (0 of 1): \
         people who were erased may be in it; run `signet replay-erasures` first";
    assert_eq!((words.as_str(), success, complaint.as_str()), ("", false, refused));
    let (_, success, complaint) = command(&folder, &["replay-erasures"]);
    assert!(!success && complaint.starts_with("signet: SIGNET_SECRET_KEY: 1 entries"), "{complaint}");
}

#[test]
fn arguments_that_cannot_be_used_are_named_before_anything_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let output = signet(&folder, &[], &["--port", "1"]).output().unwrap();
    let words = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{words}");
    assert!(words.contains("'--port'") && words.contains("Usage: signet"), "{words}");
    assert!(!folder.path().join("data").exists());
    let (help, success, _) = command(&folder, &["--help"]);
    assert!(success && help.contains("replay-erasures"), "{help}");
    let version = format!("signet {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(command(&folder, &["--version"]), (version, true, String::new()));
}

/// cargo-leptos reads one of the two, the program the other.
#[test]
fn leptos_is_told_the_same_in_both_files() {
    let table = |file: &str| {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        let whole: toml::Table = text.parse().unwrap();
        whole["package"]["metadata"]["leptos"].clone()
    };
    assert_eq!(table("Leptos.toml"), table("Cargo.toml"));
}
