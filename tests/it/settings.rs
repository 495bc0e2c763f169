//! The settings as the program itself reads them: files, environment, and the one line of error when it cannot
//! start.

mod refusals;
mod table;

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
};

use tempfile::TempDir;

/// Runs the program in an empty folder, with these variables and none of the test's own environment.
pub fn signet(folder: &TempDir, env: &[(&str, &str)], arguments: &[&str]) -> Command {
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

/// The program's error when it does not start. It must be one line, and leave no file.
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
        // Never reached: an earlier setting is wrong.
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

/// The driver reads variables of its own, which may name a server on another machine.
#[test]
fn a_database_that_only_the_environment_names_is_asked_for_its_certificate_too() {
    let production = [
        ("SIGNET_ENVIRONMENT", "production"),
        ("SIGNET_SECRET_KEY", "a secret key of thirty-two bytes"),
        ("SIGNET_SERVER__BASE_URL", "https://accounts.example.com"),
        ("SIGNET_MAIL__TRANSPORT", "smtps://user:hunter2@mail.example.com"),
        ("DATABASE_URL", "postgres:///signet"),
        ("PGHOST", "db.example.com"),
    ];
    let words = complaint(&[], &production, &[]);
    let problem = "signet: database.url: \"postgres:///signet\" connects to \"db.example.com\" without checking";
    assert!(words.starts_with(problem), "{words}");
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

/// Without any setting the program starts, makes files that only its user can read, and ends when asked.
#[test]
fn without_any_setting_it_starts_and_ends_cleanly() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::set_permissions(&data, fs::Permissions::from_mode(0o755)).unwrap();
    let mut child = signet(&folder, &[], &[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "Signet is ready at http://127.0.0.1:3000\n");
    let mut files: Vec<_> = fs::read_dir(&data).unwrap().map(|entry| entry.unwrap()).collect();
    files.sort_by_key(fs::DirEntry::file_name);
    for file in &files {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{file:?} is for its owner only");
    }
    for name in ["secret.key", "signet.db", "erasures.db"] {
        assert!(files.iter().any(|file| file.file_name() == name), "{name} in {files:?}");
    }
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(child.wait().unwrap().success());
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
