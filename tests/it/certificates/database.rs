//! PostgreSQL with a certificate of a private authority.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use url::Url;

use super::{
    UNKNOWN,
    authority::{Authority, Certificate},
    ways,
};
use crate::program::Program;

/// A PostgreSQL server of the test's own.
pub struct Postgres {
    script: Child,
    /// Its database, as a superuser.
    pub url: Url,
}

impl Postgres {
    /// Starts one that speaks TLS with `certificate`, if there is one; `None` where PostgreSQL is not installed.
    pub fn start(certificate: Option<&Certificate>) -> Option<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/with-postgres");
        let mut command = Command::new(script);
        // Ends with the test, also if the test is killed: then nothing holds the other end of the pipe.
        command.args(["sh", "-c", "echo $SIGNET_TEST_POSTGRES_URL; exec sleep 600"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        match certificate {
            Some(certificate) => command.env("SIGNET_TEST_POSTGRES_TLS", &certificate.0),
            None => command.env_remove("SIGNET_TEST_POSTGRES_TLS"),
        };
        let mut script = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(script.stdout.take().unwrap()).read_line(&mut line).unwrap();
        if line.is_empty() {
            let _ = script.wait();
            eprintln!("skipped: PostgreSQL is not installed");
            return None;
        }
        Some(Self { script, url: line.trim().parse().unwrap() })
    }

    /// The URL with another host and a query.
    pub fn at(&self, host: &str, query: &str) -> String {
        let mut url = self.url.clone();
        url.set_host(Some(host)).unwrap();
        url.set_query(Some(query));
        url.into()
    }

    /// Stops it, as an operator would.
    pub fn stop(&mut self) {
        Command::new("kill").args(["-TERM", &self.script.id().to_string()]).status().unwrap();
        let _ = self.script.wait();
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What the program says when it does not start on `url`.
pub async fn complaint(url: &str, env: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let env: Vec<_> = env.iter().copied().chain([("DATABASE_URL", url)]).collect();
    match Program::start(folder.path(), &env).await {
        Ok(_) => panic!("it starts"),
        Err(said) => said,
    }
}

async fn starts(url: &str, env: &[(&str, &str)]) {
    let folder = tempfile::tempdir().unwrap();
    let ledger = format!("sqlite://{}", folder.path().join("ledger.db").display());
    let own = [("DATABASE_URL", url), ("SIGNET_DELETION__LEDGER", ledger.as_str())];
    let env: Vec<_> = env.iter().copied().chain(own).collect();
    let started = Program::start(folder.path(), &env).await;
    assert!(started.is_ok(), "{env:?}: {}", started.err().unwrap_or_default());
}

#[tokio::test]
async fn a_database_with_a_certificate_of_a_private_authority_is_opened_once_the_operator_names_the_authority() {
    let authority = Authority::new("private");
    let Some(postgres) = Postgres::start(Some(&authority.certify("localhost"))) else { return };
    let url = postgres.at("localhost", "sslmode=verify-full");
    let port = postgres.url.port().unwrap();

    let said = complaint(&url, &[]).await;
    let line = format!(
        "signet: database.url: \"postgres://…@localhost:{port}/postgres?…\": the database localhost:{port}/postgres is \
         not available: {UNKNOWN}; accepted: "
    );
    assert!(said.starts_with(&line) && said.lines().count() == 1, "{said}");
    let ledger = [("SIGNET_DELETION__LEDGER", url.as_str())];
    let said = complaint("sqlite://signet.db", &ledger).await;
    assert!(said.contains("signet: deletion.ledger: ") && said.contains(UNKNOWN), "{said}");

    for (name, value) in ways(&authority) {
        starts(&url, &[(name, &value)]).await;
    }
    // A file that the URL names itself counts, whatever the setting names.
    let (other, named) = (Authority::new("other"), format!("{url}&sslrootcert={}", authority.file()));
    starts(&named, &[]).await;
    starts(&named, &[("SIGNET_TLS__CA_FILE", &other.file())]).await;
    starts(&url, &[("PGSSLROOTCERT", &authority.file()), ("SIGNET_TLS__CA_FILE", &other.file())]).await;
}

#[tokio::test]
async fn a_database_that_cannot_be_reached_is_named_with_the_reason() {
    let authority = Authority::new("private");
    let Some(mut postgres) = Postgres::start(Some(&authority.certify("localhost"))) else { return };
    let port = postgres.url.port().unwrap();
    let ca = authority.file();
    let trusted = [("SIGNET_TLS__CA_FILE", ca.as_str())];
    let password = postgres.url.password().unwrap().to_owned();

    let named = |host: &str, said: &str, why: &str| {
        let place = format!("the database {host}/postgres is not available: {why}");
        assert!(said.starts_with("signet: database.url: \"postgres://…@") && said.contains(&place), "{why}: {said}");
        assert!(said.contains("; accepted: ") && !said.contains(&password), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    };
    let here = format!("127.0.0.1:{port}");
    let other_name = complaint(&postgres.at("127.0.0.1", "sslmode=verify-full"), &trusted).await;
    named(&here, &other_name, "its certificate is for another host name");
    let unknown_name = complaint(&postgres.at("db.invalid", "sslmode=verify-full"), &trusted).await;
    named(&format!("db.invalid:{port}"), &unknown_name, "its host name is not known");
    let wrong = postgres.at("127.0.0.1", "sslmode=disable").replace(&password, "another");
    let refused = complaint(&wrong, &[]).await;
    named(&here, &refused, "password authentication failed for user \"postgres\"");
    postgres.stop();
    let gone = complaint(&postgres.at("127.0.0.1", "sslmode=disable"), &[]).await;
    named(&here, &gone, "it refused the connection");
}
