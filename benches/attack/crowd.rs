//! 200 sign-ins at the same moment: who is served, and do the others notice?

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde::Serialize;
use signet::testing::PASSWORD;
use tokio::{
    task::{JoinSet, spawn},
    time::sleep,
};

use crate::http::{
    browser::{Browser, Connections, address},
    report::print,
    seed::{Seed, verified},
    server::{Server, Settings},
};

/// How many sign in at the same moment.
const CROWD: u32 = 200;
/// How long the idle server is watched, and how long it rests after a crowd.
const IDLE: Duration = Duration::from_secs(3);
/// The pause of a watcher between two requests.
const PAUSE: Duration = Duration::from_millis(5);
/// What is watched, each by a client of its own, and whether this client is signed in.
const WATCHED: [(&str, bool); 3] = [("/healthz", false), ("/users/log-in", false), ("/users/settings", true)];
/// The account of the watchers.
const WATCHER: &str = "watcher@example.com";

/// The answers to one path: how long each took, in milliseconds, and how many were no page.
#[derive(Default)]
struct Watched {
    times: Vec<f64>,
    errors: usize,
}

#[derive(Serialize)]
struct SignIns {
    figure: &'static str,
    sent: usize,
    crowds: usize,
    /// How many got each status; 0 is a broken connection.
    statuses: BTreeMap<u16, usize>,
    p50_ms: f64,
    max_ms: f64,
}

#[derive(Serialize)]
struct Beside {
    figure: &'static str,
    path: &'static str,
    answers: usize,
    errors: usize,
    idle_p50_ms: f64,
    p50_ms: f64,
    p99_ms: f64,
    max_ms: f64,
    /// The median beside the crowd, in medians of the idle server.
    ratio: f64,
}

/// Prints the figures; `false` if a watched answer was an error.
pub async fn measure(crowds: usize) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    let seed = Seed::begin().await;
    seed.arrive();
    let process = seed.process_at_full_cost();
    verified(&process, &members()).await;
    verified(&process, &[WATCHER.to_owned()]).await;
    let known = seed.known();
    let _provider = seed.finish(folder.path()).await;
    let settings = Settings::new();
    let server = Server::start(folder.path(), &settings, &known).await;

    let idle = watch(&server.url, sleep(IDLE)).await.0;
    let (mut busy, mut answers) = (BTreeMap::new(), Vec::new());
    for _ in 0..crowds {
        let (watched, crowd) = watch(&server.url, crowd(&server.url)).await;
        answers.extend(crowd);
        for (path, more) in watched {
            let all: &mut Watched = busy.entry(path).or_default();
            all.times.extend(more.times);
            all.errors += more.errors;
        }
        sleep(IDLE).await;
    }
    server.stop().await;
    print("attack", &sign_ins(&answers, crowds), &settings);
    let figures: Vec<_> = busy.iter().map(|(path, busy)| beside(path, &idle[path], busy)).collect();
    for figure in &figures {
        print("attack", figure, &settings);
    }
    figures.iter().all(|figure| figure.errors == 0)
}

fn members() -> Vec<String> {
    (0..CROWD).map(|number| format!("member{number:06}@example.com")).collect()
}

/// Everyone signs in from an address of their own. Returns each status and time.
async fn crowd(url: &str) -> Vec<(u16, f64)> {
    let connections = Connections::to(url);
    let mut signing_in = JoinSet::new();
    for (number, email) in (0..).zip(members()) {
        let mut browser = Browser::new(&connections, address(number));
        signing_in.spawn(async move {
            let answer = browser.post("sign_in", &[("email", &email), ("password", PASSWORD)]).await;
            answer.map_or((0, 0.0), |answer| (answer.status, millis(answer.took)))
        });
    }
    signing_in.join_all().await
}

/// Watches the server until `during` is over.
async fn watch<T>(url: &str, during: impl Future<Output = T>) -> (BTreeMap<&'static str, Watched>, T) {
    let is_over = Arc::new(AtomicBool::new(false));
    let mut watchers = Vec::new();
    for (number, (path, is_signed_in)) in (1_000..).zip(WATCHED) {
        let mut browser = Browser::new(&Connections::to(url), address(number));
        if is_signed_in {
            browser.must("sign_in", &[("email", WATCHER), ("password", PASSWORD)]).await;
        }
        watchers.push((path, spawn(look_again(browser, path, Arc::clone(&is_over)))));
    }
    let outcome = during.await;
    is_over.store(true, Ordering::Relaxed);
    let mut all = BTreeMap::new();
    for (path, watcher) in watchers {
        all.insert(path, watcher.await.expect("a watcher"));
    }
    (all, outcome)
}

async fn look_again(mut browser: Browser, path: &str, is_over: Arc<AtomicBool>) -> Watched {
    let mut watched = Watched::default();
    while !is_over.load(Ordering::Relaxed) {
        match browser.open(path).await {
            Ok(answer) if answer.status == 200 => watched.times.push(millis(answer.took)),
            _ => watched.errors += 1,
        }
        sleep(PAUSE).await;
    }
    watched
}

fn sign_ins(answers: &[(u16, f64)], crowds: usize) -> SignIns {
    let mut statuses = BTreeMap::new();
    for (status, _) in answers {
        *statuses.entry(*status).or_default() += 1;
    }
    let times: Vec<_> = answers.iter().map(|(_, took)| *took).collect();
    SignIns {
        figure: "200 sign-ins at once",
        sent: answers.len(),
        crowds,
        statuses,
        p50_ms: part(&times, 50),
        max_ms: part(&times, 100),
    }
}

fn beside(path: &'static str, idle: &Watched, busy: &Watched) -> Beside {
    let (idle_p50_ms, p50_ms) = (part(&idle.times, 50), part(&busy.times, 50));
    Beside {
        figure: "beside 200 sign-ins at once",
        path,
        answers: busy.times.len(),
        errors: idle.errors + busy.errors,
        idle_p50_ms,
        p50_ms,
        p99_ms: part(&busy.times, 99),
        max_ms: part(&busy.times, 100),
        ratio: rounded(p50_ms / idle_p50_ms),
    }
}

/// The time within which `percent` of the answers came.
fn part(times: &[f64], percent: usize) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1))).copied().map_or(0.0, rounded)
}

fn millis(took: Duration) -> f64 {
    took.as_secs_f64() * 1_000.0
}

fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
