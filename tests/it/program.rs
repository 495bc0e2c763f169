//! The program itself, started as an operator starts it, and asked over HTTP.

use std::{
    fs::{self, File},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::LazyLock,
    time::{Duration, Instant},
};

use reqwest::{
    Client, RequestBuilder, Response,
    header::{ACCEPT, CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, SET_COOKIE, USER_AGENT},
    redirect::Policy,
};
use tokio::time::sleep;
use url::form_urlencoded;

/// How long a start, a line of the log or an end may take when all processors are busy.
const PATIENCE: Duration = Duration::from_secs(40);
/// Another process may take the port that was just free.
const TRIES: usize = 5;

/// A running program. It is killed when this is dropped.
pub struct Program {
    child: Child,
    url: String,
    log: PathBuf,
}

/// A browser without JavaScript: the cookies of one visitor.
#[derive(Default)]
pub struct Cookies(Vec<(String, String)>);

impl Program {
    /// Starts the program in `folder` with these variables and no others.
    ///
    /// # Errors
    /// What it said, if it does not start.
    pub async fn start(folder: &Path, env: &[(&str, &str)]) -> Result<Self, String> {
        Self::start_under(&[], folder, env).await
    }

    /// As [`Self::start`], by a command that then becomes the program, such as `setpriv`.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn start_under(by: &[&str], folder: &Path, env: &[(&str, &str)]) -> Result<Self, String> {
        let mut said = String::new();
        for _ in 0..TRIES {
            match Self::try_start(by, folder, env).await {
                Err(words) if words.contains("cannot listen") => said = words,
                done => return done,
            }
        }
        Err(said)
    }

    async fn try_start(by: &[&str], folder: &Path, env: &[(&str, &str)]) -> Result<Self, String> {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let url = format!("http://{address}");
        let log = folder.join(format!("{}.log", address.port()));
        let out = File::create(&log).unwrap();
        let words: Vec<_> = by.iter().copied().chain([env!("CARGO_BIN_EXE_signet")]).collect();
        let mut command = Command::new(words[0]);
        command
            .args(&words[1..])
            .current_dir(folder)
            .env_clear()
            .env("LEPTOS_OUTPUT_NAME", "signet")
            .env("NO_COLOR", "1")
            .env("LEPTOS_SITE_ADDR", address.to_string())
            .env("SIGNET_SERVER__BASE_URL", &url)
            .envs(env.iter().copied())
            .stdin(Stdio::null())
            .stdout(out.try_clone().unwrap())
            .stderr(out);
        let child = command.spawn().unwrap();
        let mut program = Self { child, url, log };
        let begun = Instant::now();
        while !program.log().contains("Signet is ready at") {
            if program.child.try_wait().unwrap().is_some() {
                return Err(program.log());
            }
            assert!(begun.elapsed() < PATIENCE, "it neither starts nor ends: {}", program.log());
            sleep(Duration::from_millis(10)).await;
        }
        Ok(program)
    }

    /// Its output so far.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap()).into_owned()
    }

    /// Waits for a line of the log that contains all of `parts`, and returns it.
    pub async fn logs(&self, parts: &[&str]) -> String {
        let begun = Instant::now();
        loop {
            let log = self.log();
            if let Some(line) = log.lines().find(|line| parts.iter().all(|part| line.contains(part))) {
                return line.to_owned();
            }
            assert!(begun.elapsed() < PATIENCE, "no line has {parts:?}: {log}");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a form, as a browser without JavaScript does.
    pub async fn post(&self, cookies: &mut Cookies, action: &str, fields: &[(&str, &str)]) -> Response {
        let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = CLIENT
            .post(format!("{}/api/{action}", self.url))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ORIGIN, &self.url)
            .header("sec-fetch-site", "same-origin")
            .header("sec-fetch-mode", "navigate")
            .body(body);
        cookies.send(request).await
    }

    /// Opens a page.
    pub async fn get(&self, cookies: &mut Cookies, path: &str) -> Response {
        cookies.send(CLIENT.get(format!("{}{path}", self.url))).await
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Cookies {
    async fn send(&mut self, request: RequestBuilder) -> Response {
        let sent = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let request = request.header(ACCEPT, "text/html").header(USER_AGENT, "a test").header(COOKIE, sent);
        let answer = request.send().await.unwrap();
        for line in answer.headers().get_all(SET_COOKIE) {
            let (name, rest) = line.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.0.retain(|(other, _)| other != name);
            if !value.is_empty() {
                self.0.push((name.to_owned(), value.to_owned()));
            }
        }
        answer
    }
}

/// Where an answer leads.
pub fn location(answer: &Response) -> String {
    answer.headers()[LOCATION].to_str().unwrap().to_owned()
}

static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let client = Client::builder().no_proxy().redirect(Policy::none()).pool_max_idle_per_host(0);
    client.timeout(PATIENCE).build().unwrap()
});
