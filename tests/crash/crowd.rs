//! Many accounts on one PostgreSQL, all due at once, and the servers that erase them.

use std::time::Duration;

use fail::FailScenario;
use rustix::process::Signal;
use signet::{
    domain::time::{Span, Timestamp},
    server::{clock::Clock, crypto::random::Random, lifecycle::Lifecycle, store::Db},
    testing::{
        invariants,
        people::{delivered, in_sudo, source, verified},
    },
};
use sqlx::PgPool;
use tokio::time::{sleep, timeout};

use crate::{
    server_process::{Server, Start},
    site::{letters, until_done},
    world::{Database, GRACE, World},
};

/// How long to wait until a server is in the middle of an execution.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long the database needs to receive a statement that a server sent before it was stopped.
const HEARD: Duration = Duration::from_millis(20);
/// How often to check whether a worker still has a letter.
const LOOKS: usize = 20;

/// The accounts and their database.
pub struct Crowd {
    pub world: World,
    due: Vec<String>,
    reminded: Vec<String>,
}

impl Crowd {
    /// Prepares `due` accounts that are to be erased now, and `reminded` accounts, of which half get the reminder
    /// of three days and half that of one day. Returns `None` without PostgreSQL.
    pub async fn prepared(due: usize, reminded: usize) -> Option<Self> {
        // Waits for the tests whose fail points would stop this preparation.
        let scenario = FailScenario::setup();
        let begin = Clock::System.now().minus(GRACE);
        let world = World::new(Database::Postgres, begin).await;
        let crowd = match world {
            Some(world) => Some(Self::closed(world, due, reminded, begin).await),
            None => None,
        };
        scenario.teardown();
        crowd
    }

    async fn closed(world: World, due: usize, reminded: usize, begin: Timestamp) -> Self {
        let life = world.process(Random::System);
        let addresses = |word: &str, many| (0..many).map(|n| format!("{word}-{n}@example.com")).collect::<Vec<_>>();
        let due = addresses("due", due);
        let (tomorrow, in_days) = (addresses("tomorrow", reminded / 2), addresses("later", reminded / 2));
        close(&life, &due).await;
        world.clock.set(begin.plus(Span::hours(12)));
        close(&life, &tomorrow).await;
        world.clock.set(begin.plus(Span::hours(60)));
        close(&life, &in_days).await;
        // Sends every letter that was due by yesterday.
        world.clock.set(begin.plus(Span::days(13)));
        delivered(&life).await;
        world.clock.set(begin.plus(GRACE));
        Self { world, due, reminded: [tomorrow, in_days].concat() }
    }

    /// Starts a server with workers; the database knows its connections by `name`.
    pub async fn worker(&self, name: &str, fail_points: &str) -> Server {
        let url = format!("{}?application_name={name}", self.world.db.url());
        let others = vec![("DATABASE_URL", url), ("FAILPOINTS", fail_points.to_owned())];
        Server::start(&self.world, &Start { worker: true, others, ..Start::default() }).await
    }

    /// The connections of the test itself.
    pub fn pool(&self) -> &PgPool {
        let Db::Postgres(pool, ..) = &self.world.db.db else { unreachable!("opened as PostgreSQL") };
        pool
    }

    /// How many accounts are erased.
    pub async fn erased(&self) -> usize {
        self.world.db.rows("SELECT id FROM signet_users WHERE deleted_at IS NOT NULL").await.len()
    }

    /// Waits until all work is done, and checks that nothing was done twice: each due account has one execution,
    /// one event and one goodbye letter, and each other account has one reminder.
    pub async fn ends_well(&self) {
        until_done(&self.world).await;
        invariants::hold(&self.world.db, Clock::System.now()).await;
        assert_eq!(self.erased().await, self.due.len());
        let executed = "SELECT user_id, COUNT(*) FROM signet_events \
             WHERE event = 'account.deletion_executed' AND failure IS NULL GROUP BY user_id";
        let executed = self.world.db.rows(executed).await;
        assert_eq!(executed.len(), self.due.len());
        assert!(executed.iter().all(|row| row.ends_with("|1")), "{executed:?}");
        let goodbyes = self.due.iter().map(|email| format!("{email}: Your account has been deleted"));
        let reminders = self.reminded.iter().map(|email| format!("{email}: Reminder"));
        let mut expected: Vec<String> = goodbyes.chain(reminders).collect();
        expected.sort();
        let sent = letters(&self.world).await;
        let without_date = |letter: &String| letter.split(": your account").next().unwrap().to_owned();
        assert_eq!(sent.iter().map(without_date).collect::<Vec<_>>(), expected);
    }

    /// Stops a server (SIGSTOP) in the middle of an execution.
    ///
    /// The server has claimed no letter then. A server that cannot tell whether a letter went out sends it again
    /// minutes later; that is intended, and not the subject of these tests.
    pub async fn hold_in_execution(&self, server: &Server, name: &str) {
        let held = async {
            loop {
                server.signal(Signal::STOP);
                sleep(HEARD).await;
                if self.is_executing(name).await && self.no_letter_is_out().await {
                    return;
                }
                server.signal(Signal::CONT);
                sleep(HEARD).await;
            }
        };
        timeout(PATIENCE, held).await.unwrap_or_else(|_| panic!("{name} executes nothing: {}", server.log()));
    }

    /// Whether a transaction of this server has written to an account and is still open.
    async fn is_executing(&self, name: &str) -> bool {
        let sql = format!(
            "SELECT a.pid FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid \
             WHERE a.application_name = '{name}' AND a.datname = current_database() AND a.state = 'idle in transaction' \
             AND l.relation = 'signet_users'::regclass AND l.mode = 'RowExclusiveLock' AND l.granted"
        );
        !self.world.db.rows(&sql).await.is_empty()
    }

    /// Whether no server has claimed a letter; a claimed one will be sent soon.
    pub async fn no_letter_is_out(&self) -> bool {
        for _ in 0..LOOKS {
            if self.world.db.rows("SELECT id FROM signet_letters WHERE claimed_until IS NOT NULL").await.is_empty() {
                return true;
            }
            sleep(HEARD).await;
        }
        false
    }

    /// How many connections a server has.
    pub async fn connections(&self, name: &str) -> usize {
        let sql = format!(
            "SELECT pid FROM pg_stat_activity WHERE application_name = '{name}' AND datname = current_database()"
        );
        self.world.db.rows(&sql).await.len()
    }

    /// Cuts every connection of a server; returns how many there were.
    pub async fn cut(&self, name: &str) -> usize {
        let sql = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE application_name = '{name}' AND datname = current_database()"
        );
        self.world.db.rows(&sql).await.len()
    }
}

/// Signs these addresses up and closes their accounts.
async fn close(life: &Lifecycle, addresses: &[String]) {
    for email in addresses {
        let viewer = in_sudo(life, &verified(life, email).await).await;
        life.schedule_deletion(&source(), &viewer, email).await.unwrap();
    }
}
