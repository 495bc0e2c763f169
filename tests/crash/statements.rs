//! Every action dies at every statement.

use std::{
    panic,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use fail::FailScenario;
use signet::{
    domain::time::{Span, Timestamp},
    server::crypto::random::Random,
    testing::invariants,
};

use crate::{
    action::{Deed, Given},
    dump::{dump, masked, same},
    world::{Database, World},
};

/// 2027-01-15T08:00:00Z.
pub const BEGIN: Timestamp = Timestamp(1_800_000_000);
/// Where an action can die.
const POINTS: [&str; 3] = ["statement", "commit", "committed"];
/// Longer than a letter stays claimed.
const CLAIM_OVER: Span = Span::minutes(3);

/// One action in one world, ready to begin.
struct Stage {
    deed: Deed,
    world: World,
    given: Given,
}

impl Stage {
    async fn new(deed: Deed, database: Database) -> Option<Self> {
        let world = World::new(database, BEGIN).await?;
        let given = deed.prepare(&world, &world.process(Random::seeded(1))).await;
        Some(Self { deed, world, given })
    }

    /// Whether a new process that runs the action finishes.
    async fn survives(&self, seed: u64) -> bool {
        let life = self.world.process(Random::seeded(seed));
        let run = tokio::spawn(self.deed.act(life, self.given.clone()));
        match run.await {
            Ok(outcome) => {
                outcome.unwrap_or_else(|error| panic!("{:?}: {error}", self.deed));
                true
            }
            Err(died) => {
                assert!(died.is_panic());
                false
            }
        }
    }

    /// Runs the action to its end; returns how many statements and transactions it took.
    async fn count(&self) -> (usize, usize) {
        let counts = ["statement", "committed"].map(|point| {
            let count = Arc::new(AtomicUsize::new(0));
            let counted = Arc::clone(&count);
            fail::cfg_callback(point, move || {
                counted.fetch_add(1, Ordering::SeqCst);
            })
            .unwrap();
            count
        });
        assert!(self.survives(2).await, "{:?}", self.deed);
        fail::remove("statement");
        fail::remove("committed");
        let [statements, commits] = counts.map(|count| count.load(Ordering::SeqCst));
        (statements, commits)
    }

    async fn dump(&self) -> Vec<String> {
        dump(&self.world.db).await
    }

    async fn is_consistent(&self) {
        invariants::hold(&self.world.db, self.world.now()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_action_dies_at_every_statement_and_is_all_or_nothing() {
    let scenario = FailScenario::setup();
    quiet();
    let mut died = 0;
    for database in [Database::Sqlite, Database::Postgres] {
        for deed in Deed::all() {
            died += dies_everywhere(deed, database).await;
        }
    }
    scenario.teardown();
    // If no process dies, the fail points are not compiled in.
    assert!(died > 150, "died only {died} times");
}

/// Kills the action at every place; returns how often it died.
async fn dies_everywhere(deed: Deed, database: Database) -> usize {
    let Some(undisturbed) = Stage::new(deed, database).await else { return 0 };
    let before = undisturbed.dump().await;
    let (statements, commits) = undisturbed.count().await;
    let after = undisturbed.dump().await;
    undisturbed.is_consistent().await;
    assert_ne!(before, after, "{deed:?} does nothing");
    assert!(deed.has_stations() || commits == 1, "{deed:?} is {commits} transactions");

    let stage = Stage::new(deed, database).await.unwrap();
    same(&stage.dump().await, &before, &format!("{deed:?} begins differently"));
    let mut deaths = Deaths { stage, database, before, stations: vec![after] };
    deaths.find_stations(commits).await;
    for hit in 1..=commits {
        deaths.die("commit", hit).await;
    }
    for hit in 1..=statements {
        deaths.die("statement", hit).await;
    }
    // After all these deaths it ends as if no process had died, although nothing announces the change.
    deaths.die_at("committed", commits).await;
    same(&deaths.stage.dump().await, deaths.after(), &format!("{deed:?} died behind its last commit"));
    deaths.stage.is_consistent().await;
    commits + statements + 1
}

/// The deaths of one action.
struct Deaths {
    /// The world as it was before the action, whenever no action is running.
    stage: Stage,
    database: Database,
    before: Vec<String>,
    /// What each commit leaves; the last one is the end.
    stations: Vec<Vec<String>>,
}

impl Deaths {
    fn after(&self) -> &[String] {
        self.stations.last().unwrap()
    }

    /// For an action with several transactions: dies after each commit except the last.
    async fn find_stations(&mut self, commits: usize) {
        for hit in 1..commits {
            self.die_at("committed", hit).await;
            self.stations.insert(hit - 1, self.stage.dump().await);
            self.stage.is_consistent().await;
            self.begin_anew().await;
        }
    }

    /// Dies at one place, and looks at what is left: all or nothing of each transaction.
    async fn die(&mut self, point: &'static str, hit: usize) {
        let place = self.die_at(point, hit).await;
        let left = self.stage.dump().await;
        if left != self.before {
            assert!(self.stations.contains(&left), "{place} left something between: {left:#?}");
            goes_on(&self.stage, self.after(), &place).await;
            self.begin_anew().await;
        }
    }

    async fn die_at(&self, point: &'static str, hit: usize) -> String {
        let place = format!("{:?} on {:?} at {point} {hit}", self.stage.deed, self.database);
        kill_at(point, hit);
        assert!(!self.stage.survives(2).await, "{place} was not reached");
        POINTS.into_iter().for_each(fail::remove);
        place
    }

    async fn begin_anew(&mut self) {
        self.stage = Stage::new(self.stage.deed, self.database).await.unwrap();
    }
}

/// Makes every fail point panic from a place on: code that catches a panic must not write anything more, because a
/// dead process could not.
fn kill_at(point: &'static str, hit: usize) {
    let reached = AtomicUsize::new(0);
    let reach = move || {
        if reached.fetch_add(1, Ordering::SeqCst) + 1 >= hit {
            let others = POINTS.into_iter().filter(|other| *other != point);
            others.for_each(|other| fail::cfg(other, "panic").unwrap());
            panic!("failpoint {point} panic");
        }
    };
    fail::cfg_callback(point, reach).unwrap();
}

/// A new process, some minutes later, ends what the dead one began.
async fn goes_on(stage: &Stage, after: &[String], place: &str) {
    match stage.deed {
        Deed::SendLetter => stage.world.clock.advance(CLAIM_OVER),
        // The row says when it was ready; so the claim ends, and the clock stands still.
        Deed::BuildExport => {
            stage.world.db.run("UPDATE signet_exports SET claimed_until = NULL").await.unwrap();
        }
        _ => {}
    }
    assert!(stage.survives(3).await, "{place}");
    let end = stage.dump().await;
    same(&masked(&end), &masked(after), &format!("{place}, and again"));
    stage.is_consistent().await;
}

/// The deaths are meant; everything else is still printed.
fn quiet() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let message = info.payload_as_str().unwrap_or_default();
        if !message.starts_with("failpoint ") {
            usual(info);
        }
    }));
}
