//! A real process with real workers is killed (SIGKILL) between two statements while it
//! erases an account, and started again. What the dead workers held, the new ones take over
//! once they miss them.
//!
//! The process is this very test program: [`the_victim`] is its part.

use std::{
    os::unix::process::ExitStatusExt,
    panic,
    path::Path,
    process::{self, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use fail::FailScenario;
use signet::{
    domain::time::{Span, Timestamp},
    server::{
        clock::Clock,
        crypto::random::Random,
        jobs::Jobs,
        mail::{Mailbox, Transport},
        store::Db,
    },
};
use sqlx::AssertSqlSafe;
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    action::{Action, EMAIL},
    invariants,
    world::{Database, World, process},
};

/// In the past by the clock of the job queue, which is the system's: 2020-09-13.
const BEGIN: Timestamp = Timestamp(1_600_000_000);
/// The statements, counted over all workers, at which the process dies.
const DEATHS: [usize; 3] = [4, 12, 20];
/// How many trials run at a time: their processes must not keep each other from working.
const AT_ONCE: usize = 2;
/// Longer than a letter stays claimed, and than a row may be overdue without a new job.
const LATER: Span = Span::minutes(5);
/// How long the workers may take: they miss a dead one after ten seconds.
const PATIENCE: Duration = Duration::from_secs(40);

const URL: &str = "SIGNET_CRASH_DATABASE";
const MAILBOX: &str = "SIGNET_CRASH_MAILBOX";
const NOW: &str = "SIGNET_CRASH_NOW";
const DEATH: &str = "SIGNET_CRASH_DEATH";

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_leaves_nothing_that_the_next_one_does_not_end() {
    let trials = prepared().await;
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for (database, world, death) in trials {
        let turns = Arc::clone(&turns);
        running.spawn(async move {
            let _turn = turns.acquire().await.unwrap();
            dies_once(world, &format!("{database:?}, death {death}"), death).await;
        });
    }
    while let Some(ended) = running.join_next().await {
        ended.unwrap_or_else(|error| panic::resume_unwind(error.into_panic()));
    }
}

/// One world for each death on each database, with an account that is to be erased.
async fn prepared() -> Vec<(Database, World, usize)> {
    // In turn with the test whose fail points would strike these preparations. What comes after
    // them is done by processes that have fail points of their own.
    let scenario = FailScenario::setup();
    let mut trials = Vec::new();
    for database in [Database::Sqlite, Database::Postgres] {
        for death in DEATHS {
            let Some(world) = World::new(database, BEGIN).await else { continue };
            Action::ExecuteDeletion.prepare(&world, &world.process(Random::System)).await;
            trials.push((database, world, death));
        }
    }
    scenario.teardown();
    trials
}

async fn dies_once(world: World, place: &str, death: usize) {
    let mailbox = tempfile::tempdir().unwrap();
    let start = |death: usize| {
        let mut command = victim(world.db.url(), mailbox.path().to_str().unwrap(), world.now(), death);
        tokio::task::spawn_blocking(move || command.output().unwrap())
    };

    assert_eq!(start(death).await.unwrap().status.signal(), Some(9), "{place}: it was done before");
    invariants::hold(&world.db, world.now()).await;
    world.clock.advance(LATER);
    let end = start(0).await.unwrap();
    let words = String::from_utf8_lossy(&end.stdout).into_owned() + &String::from_utf8_lossy(&end.stderr);
    assert!(end.status.success(), "{place}: {words}\n{}", queue(&world).await);

    let executed = "SELECT COUNT(*) FROM events WHERE event = 'account.deletion_executed' AND failure IS NULL";
    assert_eq!(world.db.rows(executed).await, ["1"], "{place}");
    assert_eq!(world.db.rows("SELECT COUNT(*) FROM users WHERE anonymized_at IS NULL").await, ["0"], "{place}");
    assert_eq!(world.db.rows("SELECT COUNT(*) FROM letters").await, ["0"], "{place}");
    let letters = Mailbox::new(mailbox.path().to_owned()).read().await.unwrap();
    let goodbyes = letters.iter().filter(|letter| letter.to == EMAIL && letter.subject.contains("gone")).count();
    // At least once: whoever dies between sending and noting it sends again.
    assert!((1..=2).contains(&goodbyes), "{place}: {goodbyes} goodbyes");
    invariants::hold(&world.db, world.now()).await;
}

/// What the queue says of its jobs and workers.
async fn queue(world: &World) -> String {
    let (jobs, workers) = if world.db.is_postgres() { ("apalis.jobs", "apalis.workers") } else { ("Jobs", "Workers") };
    let jobs = format!("SELECT id, job_type, status, attempts, max_attempts, lock_by, run_at, last_result FROM {jobs}");
    let workers = format!("SELECT id, worker_type, last_seen FROM {workers}");
    [world.db.rows(&jobs).await, world.db.rows(&workers).await].concat().join("\n")
}

fn victim(url: &str, mailbox: &str, now: Timestamp, death: usize) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "killed::the_victim", "--ignored", "--nocapture"])
        .env(URL, url)
        .env(MAILBOX, mailbox)
        .env(NOW, now.0.to_string())
        .env(DEATH, death.to_string())
        .stdin(Stdio::null());
    command
}

#[expect(clippy::disallowed_methods, reason = "how the test above speaks to this process")]
fn told(name: &str) -> String {
    std::env::var(name).unwrap()
}

/// Works until nothing is due, or dies at the statement that it was told.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "is run by the test above, as a process of its own"]
async fn the_victim() {
    let scenario = FailScenario::setup();
    let now = Timestamp(told(NOW).parse().unwrap());
    let death: usize = told(DEATH).parse().unwrap();
    let hits = AtomicUsize::new(0);
    fail::cfg_callback("statement", move || {
        if hits.fetch_add(1, Ordering::SeqCst) + 1 == death {
            die();
        }
    })
    .unwrap();
    let db = Db::connect(&told(URL)).await.unwrap();
    let life = process(db.clone(), Clock::manual(now), Random::System, Path::new(&told(MAILBOX)));
    let transport = Transport::Mailbox(Mailbox::new(told(MAILBOX).into()));
    let jobs = Jobs::start(life, Arc::new(transport));
    tokio::time::timeout(PATIENCE, until_done(&db, now)).await.expect("the workers are not done in time");
    jobs.stop().await;
    scenario.teardown();
}

/// Dies as by the power: nothing of this process runs any more.
fn die() {
    let own = process::id().to_string();
    Command::new("kill").args(["-KILL", &own]).status().unwrap();
    loop {
        std::thread::park();
    }
}

/// Asks past the store, so that asking is no statement of its.
async fn until_done(db: &Db, now: Timestamp) {
    let due = format!(
        "SELECT (SELECT COUNT(*) FROM letters WHERE due_at <= {now}) \
         + (SELECT COUNT(*) FROM users WHERE delete_at <= {now} AND deleted_at IS NULL)",
        now = now.0
    );
    loop {
        let left = match db {
            Db::Sqlite(pool, _) => sqlx::query_scalar::<_, i64>(AssertSqlSafe(due.as_str())).fetch_one(pool).await,
            Db::Postgres(pool, _) => sqlx::query_scalar::<_, i64>(AssertSqlSafe(due.as_str())).fetch_one(pool).await,
        };
        if left.unwrap() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
