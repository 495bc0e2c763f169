//! What goes away while the program runs: the log says what and why, people read a page that says so and lose nothing
//! that they typed, nothing is half done, and everything goes on when it is back.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use serde_json::Value;
use signet::server::store::Db;
use sqlx::{Connection, Executor, SqliteConnection};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::{
    certificates::postgres::Postgres,
    program::{Cookies, Program, location},
};

/// How long what was held up may take when all processors are busy.
const PATIENCE: Duration = Duration::from_secs(40);
const ADA: &str = "ada@example.com";
const PASSWORD: &str = "a horse of another colour";
const NAME: &str = "A name that took long to think of";

/// A folder of the program on a disk of its own, which only the program's process sees. The file system is a real one,
/// in memory, and so small that a test can fill it.
struct SmallDisk {
    program: Program,
    folder: TempDir,
    mounted: &'static str,
}

impl SmallDisk {
    /// Starts the program with a disk of `size` at `mounted`, below its own folder. `None` where nothing may be mounted.
    async fn start(mounted: &'static str, size: &str, env: &[(&str, &str)]) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join(mounted)).unwrap();
        let mounts = format!("mount -t tmpfs -o size={size} tmpfs {mounted} && exec \"$0\"");
        let by = with_mounts(&mounts)?;
        let by: Vec<_> = by.iter().map(String::as_str).collect();
        let program = Program::start_under(&by, folder.path(), env).await.unwrap();
        Some(Self { program, folder, mounted })
    }

    /// The disk, as the process sees it.
    fn path(&self) -> PathBuf {
        let inside = self.folder.path().strip_prefix("/").unwrap();
        Path::new(&format!("/proc/{}/root", self.program.id())).join(inside).join(self.mounted)
    }

    /// Leaves no byte free.
    fn fill(&self) {
        let mut filler = File::create(self.path().join("filler")).unwrap();
        for size in [4096, 1] {
            while filler.write_all(&vec![b'x'; size]).is_ok() {}
        }
    }

    fn free(&self) {
        fs::remove_file(self.path().join("filler")).unwrap();
    }
}

/// A command that mounts something for one process and then becomes it.
pub fn with_mounts(mounts: &str) -> Option<Vec<String>> {
    let base = ["unshare", "--mount", "--map-root-user"];
    // Root may mount without a namespace of users, in which it would be another user for the files outside.
    let base = if is_root() { &base[..2] } else { &base[..] };
    let may = Command::new(base[0]).args(&base[1..]).args(["mount", "-t", "tmpfs", "tmpfs", "/mnt"]).output();
    if !may.is_ok_and(|done| done.status.success()) {
        eprintln!("skipped: nothing may be mounted here");
        return None;
    }
    Some(base.iter().chain(&["sh", "-c", mounts]).map(ToString::to_string).collect())
}

/// Whether the test runs as root, for whom no file is unreadable.
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A new account's browser, which is signed in.
async fn signed_in(program: &Program) -> Cookies {
    let mut ada = Cookies::default();
    let done = program.post(&mut ada, "sign_up", &[("email", ADA), ("password", PASSWORD)]).await;
    assert_eq!(done.status(), 303, "{}", program.log());
    let link = link(program).await;
    let token = link.rsplit('/').next().unwrap();
    let done = program.post(&mut ada, "verify_email", &[("token", token), ("password", PASSWORD)]).await;
    assert_eq!(done.status(), 303, "{}", program.log());
    assert!(page(program, &mut ada, "/users/settings/profile").await.contains("Your name"), "{}", program.log());
    ada
}

/// The first link in the mailbox.
async fn link(program: &Program) -> String {
    let begun = Instant::now();
    loop {
        let letters = program.get(&mut Cookies::default(), "/dev/mailbox.json").await.text().await.unwrap();
        let letters: Value = serde_json::from_str(&letters).unwrap();
        if let Some(link) = letters[0]["links"][0].as_str() {
            return link.to_owned();
        }
        assert!(begun.elapsed() < PATIENCE, "no letter: {}", program.log());
        sleep(Duration::from_millis(50)).await;
    }
}

async fn page(program: &Program, cookies: &mut Cookies, path: &str) -> String {
    program.get(cookies, path).await.text().await.unwrap()
}

/// Saves the name, which must not work now; the page says so.
async fn in_vain(program: &Program, ada: &mut Cookies) {
    let answer = program.post(ada, "update_profile", &[("name", NAME)]).await;
    let (status, body) = (answer.status(), answer.text().await.unwrap());
    assert_eq!(status, 503, "{body} {}", program.log());
    for words in ["Not available right now</h1>", "nothing was changed", "Reference "] {
        assert!(body.contains(words), "{words}: {body}");
    }
}

/// Saves the name, which works again; the person is still signed in.
async fn saved(program: &Program, ada: &mut Cookies) {
    let answer = program.post(ada, "update_profile", &[("name", NAME)]).await;
    assert_eq!(answer.status(), 303, "{}", program.log());
    assert!(page(program, ada, "/users/settings/profile").await.contains("Name saved"), "{}", program.log());
}

#[tokio::test]
async fn a_full_disk_changes_nothing_and_loses_nothing_that_was_typed() {
    let Some(disk) = SmallDisk::start("data", "2m", &[]).await else { return };
    let program = &disk.program;
    let mut ada = signed_in(program).await;
    disk.fill();
    in_vain(program, &mut ada).await;
    program.logs(&["WARN", "unavailable", "database=\"data/signet.db\"", "its disk is full"]).await;
    let form = page(program, &mut ada, "/users/settings/profile").await;
    assert!(form.contains(NAME) && form.contains("Your name"), "what was typed is in the form: {form}");
    disk.free();
    saved(program, &mut ada).await;
}

#[tokio::test]
async fn a_locked_file_changes_nothing_and_loses_nothing_that_was_typed() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &[]).await.unwrap();
    let mut ada = signed_in(&program).await;
    let url = format!("sqlite://{}", folder.path().join("data/signet.db").display());
    let mut other = SqliteConnection::connect(&url).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    in_vain(&program, &mut ada).await;
    program.logs(&["WARN", "the database data/signet.db is not available: another process keeps it locked"]).await;
    other.execute("ROLLBACK").await.unwrap();
    let form = page(&program, &mut ada, "/users/settings/profile").await;
    assert!(form.contains(NAME), "what was typed is in the form: {form}");
    saved(&program, &mut ada).await;
}

#[tokio::test]
async fn a_database_server_that_is_gone_is_named_with_the_reason() {
    let Some(mut postgres) = Postgres::start(None) else { return };
    let url = postgres.at("127.0.0.1", "sslmode=disable");
    let (port, password) = (postgres.url.port().unwrap(), postgres.url.password().unwrap().to_owned());
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &[("DATABASE_URL", &url)]).await.unwrap();
    let mut ada = signed_in(&program).await;
    let place = format!("the database 127.0.0.1:{port}/postgres is not available: ");

    let Db::Postgres(pool, ..) = Db::connect(&url).await.unwrap() else { unreachable!("opened as PostgreSQL") };
    let set = "ALTER SYSTEM SET default_transaction_read_only = on";
    for sql in [set, "SELECT pg_reload_conf()"] {
        sqlx::raw_sql(sql).execute(&pool).await.unwrap();
    }
    let begun = Instant::now();
    while program.post(&mut ada, "update_profile", &[("name", "Ada")]).await.status() == 303 {
        assert!(begun.elapsed() < PATIENCE, "the server still writes");
    }
    in_vain(&program, &mut ada).await;
    program.logs(&["WARN", "unavailable", &format!("database=\"127.0.0.1:{port}/postgres\""), "only be read"]).await;
    pool.close().await;

    postgres.stop();
    in_vain(&program, &mut ada).await;
    program.logs(&[&place, "it refused the connection"]).await;
    assert!(!program.log().contains(&password), "{}", program.log());
}

#[tokio::test]
async fn an_export_that_finds_no_room_leaves_nothing_half_written() {
    let Some(disk) = SmallDisk::start("data/exports", "64k", &[]).await else { return };
    let program = &disk.program;
    let mut ada = signed_in(program).await;
    let done = program.post(&mut ada, "confirm_sudo", &[("password", PASSWORD)]).await;
    assert_eq!(done.status(), 303, "{}", program.log());
    disk.fill();
    let asked = program.post(&mut ada, "request_export", &[]).await;
    assert_eq!((asked.status().as_u16(), location(&asked).as_str()), (303, "/users/settings/export"));
    let folder = "folder=data/exports";
    program.logs(&["ERROR", "export not written to server.data_dir", folder, "No space left on device"]).await;
    let waits = page(program, &mut ada, "/users/settings/export").await;
    assert!(!waits.contains("/users/settings/export/"), "there is nothing to download: {waits}");
    let left: Vec<_> = fs::read_dir(disk.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["filler"], "no half of a file");
    saved(program, &mut ada).await;
}

#[tokio::test]
async fn without_room_in_the_ledger_no_account_is_erased_and_afterwards_each_is() {
    let env = [("SIGNET_DELETION__LEDGER", "sqlite://ledger/erasures.db"), ("SIGNET_DELETION__GRACE_PERIOD", "1s")];
    let reminders = ("SIGNET_DELETION__REMINDERS", "[]");
    let env = [env[0], env[1], reminders];
    let Some(disk) = SmallDisk::start("ledger", "512k", &env).await else { return };
    let program = &disk.program;
    signed_in(program).await;
    disk.fill();
    let data = format!("sqlite://{}", disk.folder.path().join("data/signet.db").display());
    let mut database = SqliteConnection::connect(&data).await.unwrap();
    let closed = "UPDATE signet_users SET deletion_scheduled_at = 1, delete_at = 2";
    database.execute(closed).await.unwrap();
    let line =
        program.logs(&["ERROR", "the ledger of erasures: the database ledger/erasures.db", "its disk is full"]).await;
    assert!(!line.contains("database="), "the accounts' own database works: {line}");
    let accounts = "SELECT COUNT(*) FROM signet_users WHERE email = 'ada@example.com'";
    let held: i64 = sqlx::query_scalar(accounts).fetch_one(&mut database).await.unwrap();
    assert_eq!(held, 1, "nothing is half done");
    disk.free();
    let begun = Instant::now();
    while sqlx::query_scalar::<_, i64>(accounts).fetch_one(&mut database).await.unwrap() != 0 {
        assert!(begun.elapsed() < PATIENCE, "{}", program.log());
        sleep(Duration::from_millis(200)).await;
    }
}
