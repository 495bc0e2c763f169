//! A PostgreSQL server of a test's own, which may speak TLS and may be stopped.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use url::Url;

use super::authority::Certificate;

/// How `scripts/with-postgres` ends where PostgreSQL is not installed.
const NOT_INSTALLED: i32 = 127;

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
        // If the test alone is killed, the script stops the server after ten minutes. Nothing stops it if the script is
        // killed too.
        command.args(["sh", "-c", "echo $SIGNET_TEST_POSTGRES_URL; exec sleep 600"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        match certificate {
            Some(certificate) => command.env("SIGNET_TEST_POSTGRES_TLS", &certificate.0),
            None => command.env_remove("SIGNET_TEST_POSTGRES_TLS"),
        };
        let mut script = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(script.stdout.take().unwrap()).read_line(&mut line).unwrap();
        if line.is_empty() {
            let ended = script.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&ended.stderr);
            assert_eq!(ended.status.code(), Some(NOT_INSTALLED), "PostgreSQL does not start: {said}");
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
        if self.script.try_wait().unwrap().is_some() {
            return;
        }
        Command::new("kill").args(["-TERM", &self.script.id().to_string()]).status().unwrap();
        let _ = self.script.wait();
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
    }
}
