//! Several servers on one PostgreSQL: whatever happens to one of them, or to its connections, nothing is lost and
//! nothing is done twice.

use std::time::Duration;

use rustix::process::Signal;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio::time::{sleep, timeout};
use url::Url;

use crate::{
    crowd::Crowd,
    server_process::{Server, Start},
};

/// The database knows the servers' connections by these names.
const NAMES: [&str; 2] = ["first", "second"];
/// With this delay an execution takes about half a second, so that the test can act in between.
const SLOWLY: &str = "statement=sleep(15)";
/// Longer than a worker waits before it looks for work again.
const A_WHILE: Duration = Duration::from_secs(1);
/// Longer than a server waits for a connection: its pending write is lost.
const OUTAGE: Duration = Duration::from_secs(7);
/// How long a server may take to notice a change of its database.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_share_the_work_and_a_third_that_only_serves_does_none() {
    let Some(crowd) = Crowd::prepared(30, 20).await else { return };
    let only_serves = Server::start(&crowd.world, &Start::default()).await;
    sleep(A_WHILE).await;
    assert_eq!(crowd.erased().await, 0);
    assert_eq!(crowd.world.db.rows("SELECT id FROM signet_letters WHERE attempts > 0").await, [""; 0]);

    // Until both servers have started, neither gets any work.
    let mut held = crowd.pool().begin().await.unwrap();
    // The lock lasts as long as two servers take to start.
    sqlx::query("SET LOCAL idle_in_transaction_session_timeout = 0").execute(&mut *held).await.unwrap();
    // The servers may read, but can claim nothing.
    sqlx::query("LOCK TABLE signet_users, signet_letters IN EXCLUSIVE MODE").execute(&mut *held).await.unwrap();
    let (first, second) = tokio::join!(crowd.worker(NAMES[0], ""), crowd.worker(NAMES[1], ""));
    sleep(A_WHILE).await;
    held.commit().await.unwrap();
    crowd.ends_well().await;

    assert_eq!(only_serves.get("/users/log-in").await.status(), 200);
    let logs = [only_serves.stop().await, first.stop().await, second.stop().await];
    assert!(logs[1].contains("deletions since the last sweep"), "{}", logs[1]);
    let [none, first, second] = logs.map(|log| executions(&log));
    assert_eq!((none, first + second), (0, 30));
    assert!(first > 0 && second > 0, "{first} and {second}");
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_whose_connections_are_cut_while_they_execute_go_on_by_themselves() {
    let Some(crowd) = Crowd::prepared(20, 0).await else { return };
    let (first, second) = tokio::join!(crowd.worker(NAMES[0], SLOWLY), crowd.worker(NAMES[1], SLOWLY));
    let servers = [first, second];
    for round in 0..6 {
        let (server, name) = (&servers[round % 2], NAMES[round % 2]);
        crowd.hold_in_execution(server, name).await;
        let cut = crowd.cut(name).await;
        server.signal(Signal::CONT);
        assert!(cut > 0, "{name} has no connections");
    }

    let mut outside = outside(&crowd).await;
    hold_both(&crowd, &servers).await;
    let_in(&crowd, &mut outside, false).await;
    for (server, name) in servers.iter().zip(NAMES) {
        assert!(crowd.cut(name).await > 0, "{name} has no connections");
        server.signal(Signal::CONT);
    }
    for server in &servers {
        becomes(server, 503).await;
    }
    sleep(OUTAGE).await;
    assert!(crowd.erased().await < 20, "there was nothing left to do");
    let_in(&crowd, &mut outside, true).await;
    for server in &servers {
        becomes(server, 200).await;
    }
    crowd.ends_well().await;
    for server in servers {
        let log = server.stop().await;
        assert!(log.contains("worker broke off"), "{log}");
    }
}

/// Stops the first server in the middle of an execution and the second anywhere; neither has claimed a letter.
async fn hold_both(crowd: &Crowd, servers: &[Server; 2]) {
    loop {
        crowd.hold_in_execution(&servers[0], NAMES[0]).await;
        servers[1].signal(Signal::STOP);
        // After its connections were cut, the second one pauses for a while before it makes new ones.
        if crowd.no_letter_is_out().await && crowd.connections(NAMES[1]).await > 0 {
            return;
        }
        for server in servers {
            server.signal(Signal::CONT);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_while_it_executes_is_made_up_for_by_the_other() {
    let Some(crowd) = Crowd::prepared(20, 0).await else { return };
    let (first, second) = tokio::join!(crowd.worker(NAMES[0], SLOWLY), crowd.worker(NAMES[1], SLOWLY));
    crowd.hold_in_execution(&first, NAMES[0]).await;
    let before = crowd.erased().await;
    first.signal(Signal::KILL);
    first.dies().await;
    crowd.ends_well().await;
    let by_the_other = executions(&second.stop().await);
    assert!(by_the_other > 0 && before < 20, "{before} before, {by_the_other} by the other");
}

/// How many executions the log of a server reports.
fn executions(log: &str) -> usize {
    log.matches("deletion executed").count()
}

/// A connection to another database of the same server.
async fn outside(crowd: &Crowd) -> PgConnection {
    let mut url = Url::parse(crowd.world.db.url()).unwrap();
    url.set_path("postgres");
    PgConnection::connect(url.as_str()).await.unwrap()
}

/// Sets whether the database accepts new connections.
async fn let_in(crowd: &Crowd, outside: &mut PgConnection, anybody: bool) {
    let url = Url::parse(crowd.world.db.url()).unwrap();
    let name = url.path().trim_start_matches('/');
    let sql = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {anybody}");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(outside).await.unwrap();
}

/// Waits until the server's readiness has this status.
async fn becomes(server: &Server, status: u16) {
    let waiting = async {
        while server.get("/readyz").await.status() != status {
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("never {status}: {}", server.log()));
}
