//! The program as a process of its own, on a free port.

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use secrecy::ExposeSecret;
use signet::{server::config::Provider, testing::KEY};
use tokio::{
    process::{Child, Command},
    time::{sleep, timeout},
};

/// The program that is measured, if it is another one than Cargo has just built.
const BINARY: &str = "SIGNET_BINARY";
/// How long a start or an end may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The file in the server's folder that gets its log.
const LOG: &str = "signet.log";

/// Environment variables of the server, which differ from the defaults.
pub type Settings = BTreeMap<&'static str, String>;

/// A running server.
pub struct Server {
    pub url: String,
    process: Child,
}

impl Server {
    /// Starts the server on the database in `folder`; it is ready when this returns. Believes every client address that
    /// the benchmark names.
    pub async fn start(folder: &Path, settings: &Settings, provider: &Provider) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port");
        let url = format!("http://{address}");
        let log = OpenOptions::new().create(true).append(true).open(log_of(folder)).expect("a log");
        let said = folder.join("said");
        let mut command = Command::new(binary());
        command
            // Leptos.toml is there.
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env_clear()
            .env("LEPTOS_SITE_ADDR", address.to_string())
            .env("LEPTOS_HASH_FILES", "false")
            .env("SIGNET_SERVER__BASE_URL", &url)
            .env("SIGNET_SERVER__DATA_DIR", folder)
            .env("SIGNET_SERVER__TRUSTED_PROXIES", r#"["127.0.0.1"]"#)
            .env("SIGNET_SECRET_KEY", KEY)
            .envs(knowing(provider))
            .envs(settings);
        command.stdout(File::create(&said).expect("a file")).stderr(log).stdin(Stdio::null()).kill_on_drop(true);
        let mut process = command.spawn().expect("the program starts");
        let ready = async {
            while !std::fs::read_to_string(&said).is_ok_and(|text| text.contains("Signet is ready")) {
                let end = process.try_wait().expect("a state");
                assert!(end.is_none(), "the server ended: {}", log_text(folder));
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(PATIENCE, ready).await.expect("the server starts in time");
        Self { url, process }
    }

    /// Asks the server to end, and waits for it. Then all of the database is in its one file.
    pub async fn stop(mut self) {
        let id = self.process.id().and_then(|id| Pid::from_raw(id.cast_signed())).expect("it runs");
        kill_process(id, Signal::TERM).expect("it is asked");
        let end = timeout(PATIENCE, self.process.wait()).await.expect("it ends in time").expect("a state");
        assert!(end.success(), "{end}");
    }
}

/// The log of the servers that ran in this folder.
pub fn log_of(folder: &Path) -> PathBuf {
    folder.join(LOG)
}

fn log_text(folder: &Path) -> String {
    std::fs::read_to_string(log_of(folder)).unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "a setting of the benchmark, not of the program")]
fn binary() -> PathBuf {
    std::env::var_os(BINARY).map_or_else(|| env!("CARGO_BIN_EXE_signet").into(), PathBuf::from)
}

/// The settings with which the server knows a provider.
fn knowing(provider: &Provider) -> [(String, String); 5] {
    let key = |name: &str| format!("SIGNET_PROVIDER__{}__{name}", provider.id.as_str().to_uppercase());
    [
        (key("NAME"), provider.name.clone()),
        (key("KIND"), provider.kind.word().to_owned()),
        (key("ISSUER"), provider.issuer.clone()),
        (key("CLIENT_ID"), provider.client_id.clone()),
        (key("CLIENT_SECRET"), provider.client_secret.expose_secret().to_owned()),
    ]
}
