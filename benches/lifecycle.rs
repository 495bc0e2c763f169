//! How long the actions take: one JSON line per figure, from a real SQLite file with the
//! production settings (`synchronous=FULL`, argon2id 19 MiB t2 p1).

#![expect(clippy::expect_used, reason = "a benchmark that cannot go on has nothing to say")]

#[path = "lifecycle/batch.rs"]
mod batch;

use std::{
    path::Path,
    time::{Duration, Instant},
};

use secrecy::SecretString;
use signet::{
    domain::{mail_token::Purpose, time::Span},
    server::{
        clock::Clock,
        crypto::{hasher::Cost, random::Random, session_token::SessionToken},
        lifecycle::{Lifecycle, RequestOrigin},
        store::Db,
    },
    testing::{
        PASSWORD, START,
        people::{link, viewer},
        settings,
    },
};

/// How often the benchmark measures each action; it prints the median.
const ROUNDS: usize = 50;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}/bench.db", folder.path().display());
        let lifecycle = lifecycle(Db::open(&url).await.expect("a database"), folder.path());
        let tokens = accounts(&lifecycle).await;
        measure_reads(&lifecycle, &tokens).await;
        measure_actions(&lifecycle, &tokens).await;
        measure_deletions(&lifecycle, &tokens).await;
        batch::measure(folder.path()).await;
    });
}

/// One verified, signed-in account per round.
async fn accounts(lifecycle: &Lifecycle) -> Vec<SessionToken> {
    let mut times = Vec::with_capacity(ROUNDS);
    let mut tokens = Vec::with_capacity(ROUNDS);
    for n in 0..ROUNDS {
        let email = address(n);
        lifecycle.sign_up(&RequestOrigin::worker(), &email, password()).await.expect("signed up");
        verify(lifecycle, &email).await;
        let start = Instant::now();
        let signed_in = lifecycle.sign_in(&RequestOrigin::worker(), None, &email, password()).await.expect("signed in");
        times.push(start.elapsed());
        tokens.push(signed_in.token);
    }
    print("sign_in", times);
    tokens
}

async fn verify(lifecycle: &Lifecycle, email: &str) {
    let token = link(lifecycle, email, Purpose::VerifyEmail).await;
    let password = Some(password());
    lifecycle.verify_email(&RequestOrigin::worker(), None, &token, password).await.expect("verified");
}

async fn measure_reads(lifecycle: &Lifecycle, tokens: &[SessionToken]) {
    let mut times = Vec::with_capacity(ROUNDS);
    for token in tokens {
        let start = Instant::now();
        viewer(lifecycle, token).await;
        times.push(start.elapsed());
    }
    print("viewer", times);
    let viewer = viewer(lifecycle, &tokens[0]).await;
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        lifecycle.overview(&viewer).await.expect("an overview");
        times.push(start.elapsed());
    }
    print("overview", times);
}

async fn measure_actions(lifecycle: &Lifecycle, tokens: &[SessionToken]) {
    let mut times = Vec::with_capacity(ROUNDS);
    for token in tokens {
        let viewer = viewer(lifecycle, token).await;
        let start = Instant::now();
        lifecycle.update_profile(&RequestOrigin::worker(), &viewer, "Ada").await.expect("named");
        times.push(start.elapsed());
    }
    print("update_profile", times);
}

async fn measure_deletions(lifecycle: &Lifecycle, tokens: &[SessionToken]) {
    for (n, token) in tokens.iter().enumerate() {
        let asking = viewer(lifecycle, token).await;
        let token = lifecycle.confirm_sudo(&RequestOrigin::worker(), &asking, password()).await.expect("sudo");
        let asking = viewer(lifecycle, &token).await;
        lifecycle.schedule_deletion(&RequestOrigin::worker(), &asking, &address(n)).await.expect("scheduled");
    }
    lifecycle.clock.advance(Span::days(15));
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in tokens {
        let start = Instant::now();
        lifecycle.execute_deletion().await.expect("executed");
        times.push(start.elapsed());
    }
    print("execute_deletion", times);
}

fn address(n: usize) -> String {
    format!("bench{n}@example.com")
}

fn password() -> SecretString {
    PASSWORD.to_owned().into()
}

fn print(action: &str, mut times: Vec<Duration>) {
    times.sort();
    let median = times[times.len() / 2].as_secs_f64() * 1_000.0;
    let slowest = times[times.len() - 1].as_secs_f64() * 1_000.0;
    println!(r#"{{"figure":"{action}","unit":"ms","median":{median:.3},"max":{slowest:.3},"rounds":{}}}"#, times.len());
}

fn lifecycle(db: Db, folder: &Path) -> Lifecycle {
    let mut settings = settings(folder);
    settings.password.argon2 = Cost { m_kib: 19_456, t: 2, p: 1 };
    settings.password.threads = 2;
    settings.limits.enabled = false;
    settings.deletion.reminders.clear();
    Lifecycle::new(&settings, db, Clock::manual(START), Random::System)
}
