//! A server as a process of its own: it serves as the program does, and dies for real (SIGKILL) where a test tells
//! it to.
//!
//! The process is this same test program: [`the_server`] is its part.

use std::{
    fs::File,
    io::{self, Read as _},
    net::TcpListener,
    os::unix::process::ExitStatusExt as _,
    path::PathBuf,
    process::{ExitStatus, Stdio},
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use fail::FailScenario;
use leptos::config::get_configuration;
use reqwest::{
    Client, Response,
    header::{ACCEPT, CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, USER_AGENT},
    redirect::Policy,
};
use rustix::process::{Pid, Signal, getpid, kill_process};
use signet::{
    server::{config::Settings, serve::Site},
    testing::KEY,
};
use tokio::{
    io::AsyncWriteExt as _,
    net::TcpStream,
    process::{Child, ChildStdin, Command},
    signal::unix::{SignalKind, signal},
    task,
    time::{sleep, timeout},
};
use tracing_subscriber::EnvFilter;
use url::form_urlencoded;

use crate::world::World;

/// The place where a server must die.
const DEATH: &str = "CRASH_DEATH";
/// How long a start or an end may take when all processors are busy.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a message takes to arrive.
const HEARD: Duration = Duration::from_millis(50);
/// Another process may take the port that was just free.
const TRIES: usize = 5;

/// How to start a server; all other settings have their defaults.
#[derive(Clone, Default)]
pub struct Start {
    /// Whether it has workers.
    pub worker: bool,
    /// The place where it dies.
    pub death: Option<Death>,
    /// Environment variables.
    pub others: Vec<(&'static str, String)>,
}

/// A place in the program.
#[derive(Clone, Copy, Debug)]
pub struct Death {
    /// The fail point.
    pub point: &'static str,
    /// At which arrival at the fail point, counted from one.
    pub at: usize,
    /// Whether to count only the execution of deletions, and nothing that runs beside it.
    pub executing: bool,
}

/// A running server.
pub struct Server {
    url: String,
    process: Child,
    /// The process ends when this is dropped.
    _leash: ChildStdin,
    log: PathBuf,
}

impl Server {
    /// Starts a server on the world's database and in its folder; it is ready when this returns.
    pub async fn start(world: &World, start: &Start) -> Self {
        for _ in 0..TRIES {
            let mut server = Self::spawn(world, start);
            if server.is_there().await {
                return server;
            }
            assert!(server.log().contains("cannot listen"), "{}", server.log());
        }
        panic!("no port is free");
    }

    fn spawn(world: &World, start: &Start) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let url = format!("http://{address}");
        let log = world.folder().join(format!("{}.log", address.port()));
        let out = File::create(&log).unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "server_process::the_server", "--ignored", "--nocapture"])
            .env_clear()
            .env("RUST_LOG", "info,signet=debug,sqlx=warn")
            .env("LEPTOS_SITE_ADDR", address.to_string())
            // The tests do not build the browser's half.
            .env("LEPTOS_HASH_FILES", "false")
            .env("SIGNET_SERVER__BASE_URL", &url)
            .env("SIGNET_SERVER__DATA_DIR", world.folder())
            .env("DATABASE_URL", world.db.url())
            .env("SIGNET_SECRET_KEY", KEY)
            .env("SIGNET_LIMITS__ENABLED", "false")
            .env("SIGNET_WORKER", if start.worker { "on" } else { "off" })
            .envs(start.others.iter().map(|(name, value)| (name, value)));
        if let Some(Death { point, at, executing }) = start.death {
            command.env(DEATH, format!("{point} {at} {executing}"));
        }
        command.stdin(Stdio::piped()).stdout(out.try_clone().unwrap()).stderr(out).kill_on_drop(true);
        let mut process = command.spawn().unwrap();
        // `Child` would close it as soon as the test waits for the process.
        let leash = process.stdin.take().unwrap();
        Self { url, process, _leash: leash, log }
    }

    /// Whether the process says that it is ready, before it ends.
    async fn is_there(&mut self) -> bool {
        let said = async {
            while !self.log().contains("Signet is ready at") {
                if self.process.try_wait().unwrap().is_some() {
                    return false;
                }
                sleep(Duration::from_millis(10)).await;
            }
            true
        };
        let said = timeout(PATIENCE, said).await;
        said.expect("a server starts in time")
    }

    /// The process's output so far.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap()).into_owned()
    }

    /// Sends a form as a browser without JavaScript does. Returns where the answer leads; `None` if the server died
    /// before it answered.
    pub async fn post(&self, action: &str, fields: &[(&str, &str)], session: Option<&str>) -> Option<String> {
        let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = CLIENT
            .post(format!("{}/api/{action}", self.url))
            .header(ACCEPT, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ORIGIN, &self.url)
            .header(USER_AGENT, "a test")
            .header("sec-fetch-site", "same-origin")
            .header("sec-fetch-mode", "navigate")
            .body(body);
        if let Some(session) = session {
            request = request.header(COOKIE, format!("signet_session={session}"));
        }
        let answer = request.send().await.ok()?;
        let status = answer.status();
        assert_eq!(status, 303, "{}", self.log());
        Some(answer.headers()[LOCATION].to_str().unwrap().to_owned())
    }

    /// Its address and port.
    pub fn host(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Response {
        CLIENT.get(format!("{}{path}", self.url)).send().await.unwrap()
    }

    /// Requests a page, and hangs up after `after`, whether or not the answer has come.
    pub async fn ask_and_hang_up(&self, path: &str, after: Duration) {
        let host = self.url.trim_start_matches("http://");
        let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n\r\n");
        let mut client = TcpStream::connect(host).await.unwrap();
        client.write_all(request.as_bytes()).await.unwrap();
        sleep(after).await;
    }

    /// Whether the process is dead.
    pub fn is_dead(&mut self) -> bool {
        self.process.try_wait().unwrap().inspect(|end| self.was_killed(*end)).is_some()
    }

    /// Waits for its death, which must be near.
    pub async fn dies(mut self) {
        let end = timeout(PATIENCE, self.process.wait()).await.expect("it dies in time").unwrap();
        self.was_killed(end);
    }

    fn was_killed(&self, end: ExitStatus) {
        assert_eq!(end.signal(), Some(9), "{end}: {}", self.log());
    }

    /// Asks the process to end as a service manager does, and waits for it; returns its output.
    pub async fn stop(mut self) -> String {
        self.signal(Signal::TERM);
        let end = timeout(PATIENCE, self.process.wait()).await.expect("it ends in time").unwrap();
        assert!(end.success(), "{end}: {}", self.log());
        self.log()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        let id = self.process.id().unwrap().cast_signed();
        kill_process(Pid::from_raw(id).unwrap(), signal).unwrap();
    }
}

/// Keeps no connection open, because the tests kill the servers.
static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let client = Client::builder().no_proxy().redirect(Policy::none()).pool_max_idle_per_host(0);
    client.timeout(PATIENCE).build().unwrap()
});

/// Serves until the parent asks it to end, or dies where the parent told it to.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "is run by other tests, as a process of its own"]
async fn the_server() {
    let scenario = FailScenario::setup();
    // When the parent process is gone, only this ends the server.
    thread::spawn(|| {
        let _ = io::stdin().read(&mut [0]);
        die();
    });
    if let Some(death) = told_death() {
        let mut words = death.split(' ');
        let mut next = || words.next().unwrap();
        let (point, at, executing) = (next(), next().parse().unwrap(), next() == "true");
        die_at(point, at, executing);
    }
    serve().await;
    scenario.teardown();
}

/// Runs a host as the program does.
async fn serve() {
    tracing_subscriber::fmt().with_env_filter(EnvFilter::from_default_env()).with_writer(io::stderr).init();
    let settings = Settings::load(None).unwrap();
    let leptos = get_configuration(Some("Leptos.toml")).unwrap().leptos_options;
    let site = Site::start(&settings, leptos).await.unwrap_or_else(|error| panic!("{error}"));
    let mut stop = signal(SignalKind::terminate()).unwrap();
    println!("Signet is ready at {}", settings.server.base_url);
    let stopped = async move {
        stop.recv().await;
    };
    site.serve_until(stopped).await.unwrap();
}

#[expect(clippy::disallowed_methods, reason = "how the other tests speak to this process")]
fn told_death() -> Option<String> {
    std::env::var(DEATH).ok()
}

fn die_at(point: &str, at: usize, executing: bool) {
    // Only statements after the start count.
    let serves = Arc::new(AtomicBool::new(false));
    let begins = Arc::clone(&serves);
    fail::cfg_callback("serving", move || begins.store(true, Ordering::SeqCst)).unwrap();
    // A worker executes one deletion at a time, in one task; other tasks do the rest. Only its first turn counts:
    // in later turns it has nothing to do.
    let worker = Arc::new(Mutex::new(None));
    let (begun, turns, waits_for) = (Arc::clone(&worker), AtomicUsize::new(0), Arc::clone(&serves));
    let begin = move || {
        let is_first = turns.fetch_add(1, Ordering::SeqCst) == 0;
        // The parent must first read that the server is ready.
        while executing && is_first && !waits_for.load(Ordering::SeqCst) {
            thread::sleep(HEARD);
        }
        if executing && is_first {
            thread::sleep(HEARD);
        }
        *begun.lock().unwrap() = task::try_id().filter(|_| is_first);
    };
    fail::cfg_callback("execution", begin).unwrap();
    let hits = AtomicUsize::new(0);
    let counts = move || !executing || worker.lock().unwrap().is_some_and(|id| task::try_id() == Some(id));
    let reached = move || {
        if serves.load(Ordering::SeqCst) && counts() && hits.fetch_add(1, Ordering::SeqCst) + 1 == at {
            die();
        }
    };
    fail::cfg_callback(point, reached).unwrap();
}

/// Dies as in a power cut: no code of this process runs any more.
fn die() {
    kill_process(getpid(), Signal::KILL).unwrap();
    loop {
        thread::park();
    }
}
