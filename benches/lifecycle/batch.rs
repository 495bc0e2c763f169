//! 100,000 accounts are due at the same moment: how fast the workers erase them, and how long sign-ins take
//! meanwhile.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use signet::{
    domain::time::Span,
    server::{
        jobs::Jobs,
        lifecycle::{Lifecycle, RequestOrigin},
        mail::Transport,
        store::Db,
    },
};

use crate::{ROUNDS, accounts, address, lifecycle, password, print};

const DUE: usize = 100_000;
/// How long the benchmark measures; it does not wait for the rest of the 100,000.
const WINDOW: Duration = Duration::from_mins(1);
/// The rate is computed for each of these intervals.
const PART: Duration = Duration::from_secs(5);
/// The pause between two sign-ins.
const PAUSE: Duration = Duration::from_millis(100);

/// Adds accounts with the rows of a real one: events, and the addresses that they came from.
const PREPARE: [&str; 3] = [
    "INSERT INTO signet_users (id, email, email_key, email_verified_at, name, password_hash, created_at, \
     deletion_scheduled_at, delete_at, deletion_grace) \
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) \
     SELECT printf('%032x', i), 'due' || i || '@example.com', 'due' || i || '@example.com', 1, 'Due', 'x', 1, \
     1700000000, 1700000001, 1 FROM n",
    "INSERT INTO signet_events (at, user_id, actor, event) SELECT 1, u.id, 'person', e.event FROM signet_users u, \
     (SELECT 'account.sign_up' AS event UNION ALL SELECT 'session.sign_in' \
     UNION ALL SELECT 'account.deletion_scheduled') e WHERE $1 > 0 AND u.delete_at IS NOT NULL",
    "INSERT INTO signet_event_context (event_id, user_id, ip, user_agent) SELECT e.id, e.user_id, '198.51.100.1', 'Firefox' \
     FROM signet_events e JOIN signet_users u ON u.id = e.user_id WHERE $1 > 0 AND u.delete_at IS NOT NULL",
];

/// Prints the times of sign-ins before and during the deletions, and the rate of deletions.
pub async fn measure(folder: &Path) {
    // A ledger belongs to one database.
    let folder = folder.join("batch");
    let url = format!("sqlite://{}/batch.db", folder.display());
    let db = Db::open(&url).await.expect("a database");
    let lifecycle = lifecycle(db.clone(), &folder);
    accounts(&lifecycle).await;
    prepare(&db).await;
    print("sign_in_with_100000_due", sign_ins(&lifecycle, WINDOW / 4).await);

    let workers = Jobs::start(&lifecycle, &Arc::new(Transport::Kept(Arc::default())));
    let begun = Instant::now();
    while lifecycle.metrics.deletions_executed.get() == 0 {
        assert!(begun.elapsed() < WINDOW, "nothing is executed");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let (times, rates) = tokio::join!(sign_ins(&lifecycle, WINDOW), rates(&lifecycle));
    print("sign_in_during_deletions", times);
    print_rates(&lifecycle, rates).await;
    workers.stop().await;
}

async fn prepare(db: &Db) {
    let Db::Sqlite(pool, ..) = db else { unreachable!("opened as SQLite") };
    let due = i64::try_from(DUE).expect("a number");
    for sql in PREPARE {
        sqlx::query(sql).bind(due).execute(pool).await.expect("prepared");
    }
}

/// How long signing in takes, one sign-in after another, during the window.
async fn sign_ins(lifecycle: &Lifecycle, window: Duration) -> Vec<Duration> {
    let (begin, mut times) = (Instant::now(), Vec::new());
    while begin.elapsed() < window {
        let email = address(times.len() % ROUNDS);
        let start = Instant::now();
        lifecycle.sign_in(&RequestOrigin::worker(), None, &email, password()).await.expect("signed in");
        times.push(start.elapsed());
        lifecycle.clock.advance(Span::seconds(1));
        tokio::time::sleep(PAUSE).await;
    }
    times
}

/// Deletions a second, in each interval of the window.
async fn rates(lifecycle: &Lifecycle) -> Vec<f64> {
    let (begin, mut rates) = (Instant::now(), Vec::new());
    while begin.elapsed() + PART <= WINDOW {
        let (start, before) = (Instant::now(), lifecycle.metrics.deletions_executed.get());
        tokio::time::sleep(PART).await;
        let executed = u32::try_from(lifecycle.metrics.deletions_executed.get() - before).expect("a number");
        rates.push(f64::from(executed) / start.elapsed().as_secs_f64());
    }
    rates
}

async fn print_rates(lifecycle: &Lifecycle, mut rates: Vec<f64>) {
    rates.sort_by(f64::total_cmp);
    let (slowest, median, fastest) = (rates[0], rates[rates.len() / 2], rates[rates.len() - 1]);
    let left = lifecycle.count_what_is_due(lifecycle.clock.now()).await.expect("a count").deletions;
    println!(
        r#"{{"figure":"deletions_of_100000","unit":"1/s","median":{median:.1},"min":{slowest:.1},"max":{fastest:.1},"left":{left},"rounds":{}}}"#,
        rates.len()
    );
}
