//! The tests' PostgreSQL server: it makes, copies and drops the databases of single tests.

use std::{
    collections::HashMap,
    process,
    sync::{
        LazyLock, Mutex,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use sqlx::{AssertSqlSafe, Connection, PgConnection, PgExecutor, PgPool, postgres::PgPoolOptions};
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::block_in_place,
};
use url::Url;

use crate::server::store::Db;

/// A PostgreSQL server, and the thread that makes and drops databases on it.
///
/// The thread has a runtime of its own, for two reasons. It must outlive the runtimes of single tests, and `Drop` must
/// be able to wait for it.
pub struct Server {
    url: Url,
    run: i32,
    orders: UnboundedSender<(Order, Done)>,
    made: AtomicU32,
}

/// What to do with the database of this name.
enum Order {
    Create(String),
    /// Make it as a copy of another database, after ending all connections to that one.
    Copy(String, String),
    Drop(String),
}

/// The channel that reports a finished order.
type Done = mpsc::Sender<Result<(), sqlx::Error>>;

/// A database of one test, dropped with it.
pub struct Database {
    name: String,
    server: &'static Server,
}

impl Database {
    /// Its URL.
    pub fn url(&self) -> String {
        url_of(&self.server.url, &self.name)
    }

    /// Another database with its present state.
    pub fn copy(&self) -> Self {
        self.server.copy(&self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Err(error) = self.server.order(Order::Drop(self.name.clone())) {
            eprintln!("{} stays: {error}", self.name);
        }
    }
}

impl Server {
    /// The server that `SIGNET_TEST_POSTGRES_URL` names; `None` without that variable.
    pub fn named() -> Option<&'static Self> {
        #[expect(clippy::disallowed_methods, reason = "where the tests' server is, is no setting of the program")]
        let url = std::env::var("SIGNET_TEST_POSTGRES_URL");
        Some(Self::at(&url.ok()?))
    }

    /// The server of `url`, connected when this process first asks for it.
    pub fn at(url: &str) -> &'static Self {
        static SERVERS: LazyLock<Mutex<HashMap<String, &'static Server>>> = LazyLock::new(Mutex::default);
        let mut servers = SERVERS.lock().unwrap();
        servers.entry(url.to_owned()).or_insert_with(|| Box::leak(Box::new(Self::begin(url))))
    }

    fn begin(url: &str) -> Self {
        let url = Url::parse(url).unwrap();
        let (orders, inbox) = unbounded_channel();
        let (ready, begun) = mpsc::channel();
        let admin_url = url.clone();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(serve(admin_url, &ready, inbox));
        });
        let run = begun.recv().expect("the server's thread panicked, see above");
        Self { url, run, orders, made: AtomicU32::new(0) }
    }

    /// A database as Signet's migrations leave it.
    pub fn copy_template(&'static self) -> Database {
        self.make(Order::Create)
    }

    /// A copy of the database of this name.
    pub fn copy(&'static self, of: &str) -> Database {
        self.make(|name| Order::Copy(name, of.to_owned()))
    }

    fn make(&'static self, order: impl FnOnce(String) -> Order) -> Database {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let name = format!("{PREFIX}{}_{number}", self.run);
        self.order(order(name.clone())).unwrap();
        Database { name, server: self }
    }

    fn order(&self, order: Order) -> Result<(), sqlx::Error> {
        let (done, answer) = mpsc::channel();
        self.orders.send((order, done)).expect("the server's thread panicked, see above");
        let wait = || answer.recv().expect("the server's thread panicked, see above");
        // Other tests on this runtime must go on meanwhile. They may be opening connections, and PostgreSQL waits for
        // these connections before it finishes the order.
        match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
            Ok(RuntimeFlavor::MultiThread) => block_in_place(wait),
            _ => wait(),
        }
    }
}

/// The prefix of the names of all the tests' databases; the number of the run follows.
const PREFIX: &str = "signet_test_";
/// The class of the advisory locks by which a run shows that it is alive ("sgn").
const LOCKS: i32 = 0x73_67_6e;

fn template(run: i32) -> String {
    format!("{PREFIX}{run}_template")
}

fn url_of(server: &Url, database: &str) -> String {
    let mut url = server.clone();
    url.set_path(database);
    url.into()
}

async fn serve(url: Url, ready: &mpsc::Sender<i32>, mut inbox: UnboundedReceiver<(Order, Done)>) {
    // Kept open because it holds the lock.
    let mut admin = PgConnection::connect(url.as_str()).await.unwrap();
    let run = take_number(&mut admin).await;
    drop_what_dead_runs_left(&mut admin, run).await;
    execute(&mut admin, format!("CREATE DATABASE {}", template(run))).await.unwrap();
    Db::open(&url_of(&url, &template(run))).await.unwrap().close().await;
    ready.send(run).unwrap();
    let pool = PgPoolOptions::new().max_connections(4).connect_lazy(url.as_str()).unwrap();
    while let Some((order, done)) = inbox.recv().await {
        let pool = pool.clone();
        tokio::spawn(async move {
            let result = match order {
                Order::Create(name) => create(&pool, &name, &template(run)).await,
                Order::Copy(name, of) => copy_now(&pool, &name, &of).await,
                Order::Drop(name) => drop_now(&pool, &name).await,
            };
            // The caller may have panicked meanwhile.
            let _ = done.send(result);
        });
    }
}

async fn create(pool: &PgPool, name: &str, template: &str) -> Result<(), sqlx::Error> {
    // Copying the files is the faster strategy on a server that does not wait for the disk.
    execute(pool, format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")).await
}

/// Copies a database to which a pool is connected; the pool reconnects by itself.
async fn copy_now(pool: &PgPool, name: &str, of: &str) -> Result<(), sqlx::Error> {
    end_connections(pool, of).await?;
    create(pool, name, of).await
}

/// Drops a database to which the test's pool is still connected.
async fn drop_now(pool: &PgPool, name: &str) -> Result<(), sqlx::Error> {
    end_connections(pool, name).await?;
    execute(pool, format!("DROP DATABASE {name} WITH (FORCE)")).await
}

async fn end_connections(pool: &PgPool, name: &str) -> Result<(), sqlx::Error> {
    // FORCE ends connections too, but then waits 0.1 s at a time.
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
    let mut ended = 1;
    for _ in 0..100 {
        if ended == 0 {
            break;
        }
        ended = sqlx::query(sql).bind(name).fetch_all(pool).await?.len();
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok(())
}

async fn execute<'a>(admin: impl PgExecutor<'a>, sql: String) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(admin).await.map(drop)
}

/// Takes a number that no other live run on this server has. A lock reserves the number. The lock ends with the
/// connection, even if this process is killed.
async fn take_number(admin: &mut PgConnection) -> i32 {
    let mut run = process::id().cast_signed();
    while !try_lock(admin, run).await {
        run += 1;
    }
    run
}

async fn try_lock(admin: &mut PgConnection, run: i32) -> bool {
    let query = sqlx::query_scalar("SELECT pg_try_advisory_lock($1, $2)").bind(LOCKS).bind(run);
    query.fetch_one(admin).await.unwrap()
}

async fn drop_what_dead_runs_left(admin: &mut PgConnection, own: i32) {
    let sql = "SELECT datname FROM pg_database WHERE starts_with(datname, $1)";
    let names: Vec<String> = sqlx::query_scalar(sql).bind(PREFIX).fetch_all(&mut *admin).await.unwrap();
    for name in names {
        let number = name[PREFIX.len()..].split('_').next();
        let Some(run) = number.and_then(|run| run.parse().ok()) else { continue };
        if run == own || try_lock(admin, run).await {
            execute(&mut *admin, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.unwrap();
        }
    }
}
