//! A world whose processes are real: servers that go by the system's clock and share one folder.

use std::time::Duration;

use fail::FailScenario;
use signet::{
    copy::units,
    domain::time::Timestamp,
    server::{clock::Clock, crypto::random::Random, lifecycle::Action, mail::Mailbox, store::Db},
    testing::{
        invariants,
        people::{PASSWORD, delivered, source, viewer},
    },
};
use tokio::time::{sleep, timeout};

use crate::{
    action::{Deed, EMAIL},
    dump::{dump, timeless},
    server_process::{Server, Start},
    world::{Database, GRACE, World},
};

/// How long workers may take over due rows: a letter of a dead worker stays claimed for two minutes.
const PATIENCE: Duration = Duration::from_mins(3);

/// A world in which everything is prepared for one action.
pub struct Site {
    pub world: World,
    /// The token of a link, if the action takes one.
    pub token: String,
    /// A session that may act, if the action takes one.
    pub session: Option<String>,
    begin: Timestamp,
}

/// The state of a site after the action and all due work.
#[derive(Debug, PartialEq)]
pub struct End {
    pub rows: Vec<String>,
    pub letters: Vec<String>,
    /// The entries of the ledger of erasures: `number|strategy|is_certain`.
    pub erasures: Vec<String>,
}

impl Site {
    /// Prepares a site for each of `places` whose database is available.
    pub async fn prepared<T: Copy>(places: impl IntoIterator<Item = (Database, Action, T)>) -> Vec<(Self, T)> {
        // Waits for the tests whose fail points would stop these preparations. The processes of the later steps
        // have fail points of their own.
        let scenario = FailScenario::setup();
        let mut sites = Vec::new();
        for (database, action, part) in places {
            sites.extend(Self::new(database, action).await.map(|site| (site, part)));
        }
        scenario.teardown();
        sites
    }

    async fn new(database: Database, action: Action) -> Option<Self> {
        let is_closed = matches!(action, Action::CancelDeletion | Action::ExecuteDeletion);
        let now = Clock::System.now();
        let world = World::new(database, if is_closed { now.minus(GRACE) } else { now }).await?;
        let life = world.process(Random::seeded(1));
        let given = Deed::Action(action).prepare(&world, &life).await;
        let mut session = None;
        if action != Action::UndoEmailChange {
            let password = || PASSWORD.to_owned().into();
            let mut token = life.sign_in(&source(), None, EMAIL, password()).await.unwrap().token;
            if action == Action::ScheduleDeletion {
                token = life.confirm_sudo(&source(), &viewer(&life, &token).await, password()).await.unwrap();
            }
            session = Some(token.expose().to_owned());
        }
        if action == Action::ExecuteDeletion {
            // A letter that is being sent when its server dies would be sent again, minutes later.
            delivered(&life).await;
            life.sweep().await.unwrap();
            // A server would sweep the link away a second later, and not only by the execution.
            world.db.run("DELETE FROM signet_mail_links WHERE purpose = 'keep'").await.unwrap();
        }
        let begin = world.now();
        world.db.db.close().await;
        Some(Self { world, token: given.token, session, begin })
    }

    /// Every row, after a check that all invariants hold.
    pub async fn rows(&mut self, when: &str) -> Vec<String> {
        self.open().await;
        let broken = invariants::broken(&self.world.db, Clock::System.now()).await;
        assert!(broken.is_empty(), "{when}\n{}", broken.join("\n"));
        let mut rows = dump(&self.world.db).await;
        self.world.db.db.close().await;
        // Each site's ledger has another name.
        rows.retain(|row| !row.starts_with("signet_erasure_ledgers: "));
        rows
    }

    /// Connects. At all other times only the servers have the database open, so each finds it as the one before it
    /// left it, with its write-ahead log.
    async fn open(&mut self) {
        self.world.db.db = Db::connect(self.world.db.url()).await.unwrap();
    }

    /// The rows without what differs between sites of the same action.
    pub fn comparable(&self, rows: &[String]) -> Vec<String> {
        timeless(rows, self.begin)
    }

    /// The state after a server with workers has done everything that is due.
    pub async fn settled(&mut self) -> End {
        let server = Server::start(&self.world, &Start { worker: true, ..Start::default() }).await;
        self.open().await;
        until_done(&self.world).await;
        server.stop().await;
        self.world.db.db.close().await;
        self.end().await
    }

    /// The state of the site now.
    pub async fn end(&mut self) -> End {
        let rows = self.rows("in the end").await;
        let erasures = erasures(&self.world).await;
        let letters = letters(&self.world).await.into_iter().map(|letter| self.without_day(&letter)).collect();
        End { rows: self.comparable(&rows), letters, erasures }
    }

    /// A letter without the weekday of the deletion, so that midnight between two sites makes no difference.
    fn without_day(&self, letter: &str) -> String {
        let days = [self.begin, Clock::System.now()].map(|scheduled| units::day(scheduled.plus(GRACE)));
        days.iter().fold(letter.to_owned(), |letter, day| letter.replace(day, "its day"))
    }
}

/// Waits until nothing is due.
pub async fn until_done(world: &World) {
    let due = "SELECT (SELECT COUNT(*) FROM signet_letters WHERE due_at <= {now}) \
         + (SELECT COUNT(*) FROM signet_users WHERE delete_at <= {now} AND deleted_at IS NULL)";
    let waiting = async {
        while world.db.rows(&due.replace("{now}", &Clock::System.now().0.to_string())).await != ["0"] {
            sleep(Duration::from_millis(50)).await;
        }
    };
    let is_done = timeout(PATIENCE, waiting).await.is_ok();
    assert!(is_done, "not done in time\n{}", left(world).await);
}

/// The entries that real servers have written into the ledger of erasures.
pub async fn erasures(world: &World) -> Vec<String> {
    let sql = "SELECT number || '|' || strategy || '|' || is_certain FROM signet_erasures ORDER BY number";
    let url = format!("sqlite://{}", world.folder().join("erasures.db").display());
    let Db::Sqlite(ledger, ..) = Db::connect(&url).await.unwrap() else { unreachable!("opened as SQLite") };
    let entries = sqlx::query_scalar(sql).fetch_all(&ledger).await.unwrap();
    ledger.close().await;
    entries
}

/// The letters that real servers have sent, with their recipients.
pub async fn letters(world: &World) -> Vec<String> {
    let letters = Mailbox::new(world.folder().join("mailbox")).read().await.unwrap();
    let mut letters: Vec<_> = letters.into_iter().map(|letter| format!("{}: {}", letter.to, letter.subject)).collect();
    letters.sort();
    letters
}

/// The waiting rows, and why each waits.
async fn left(world: &World) -> String {
    let letters = "SELECT id, kind, due_at, attempts, claimed_until FROM signet_letters";
    let accounts =
        "SELECT id, delete_at, deletion_retry_at FROM signet_users WHERE delete_at IS NOT NULL AND deleted_at IS NULL";
    [world.db.rows(letters).await, world.db.rows(accounts).await].concat().join("\n")
}
