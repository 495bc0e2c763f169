//! Every action dies at every statement.

use std::panic;

use fail::FailScenario;
use signet::{domain::time::{Span, Timestamp}, server::crypto::random::Random};

use crate::{
    action::{Action, Given},
    dump::{dump, masked, same},
    invariants,
    world::{Database, World},
};

/// 2027-01-15T08:00:00Z.
const BEGIN: Timestamp = Timestamp(1_800_000_000);
/// Longer than a letter stays claimed.
const CLAIM_OVER: Span = Span::minutes(3);
/// No action has more statements; an end that is not reached would be an endless test.
const MOST: usize = 120;

/// One action in one world, ready to begin.
struct Stage {
    action: Action,
    world: World,
    given: Given,
}

impl Stage {
    async fn new(action: Action, database: Database) -> Option<Self> {
        let world = World::new(database, BEGIN).await?;
        let given = action.prepare(&world, &world.process(Random::seeded(1))).await;
        Some(Self { action, world, given })
    }

    /// Whether a new process that runs the action comes to its end.
    async fn survives(&self, seed: u64) -> bool {
        let life = self.world.process(Random::seeded(seed));
        let run = tokio::spawn(self.action.act(life, self.given.clone()));
        match run.await {
            Ok(outcome) => {
                outcome.unwrap_or_else(|error| panic!("{:?}: {error}", self.action));
                true
            }
            Err(died) => {
                assert!(died.is_panic());
                false
            }
        }
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
        for action in Action::ALL {
            died += dies_everywhere(action, database).await;
        }
    }
    scenario.teardown();
    // Not one death would mean that the fail points are not compiled in.
    assert!(died > 150, "died only {died} times");
}

/// How often it died.
async fn dies_everywhere(action: Action, database: Database) -> usize {
    let Some(undisturbed) = Stage::new(action, database).await else { return 0 };
    let before = undisturbed.dump().await;
    assert!(undisturbed.survives(2).await, "{action:?}");
    let after = undisturbed.dump().await;
    undisturbed.is_consistent().await;
    assert_ne!(before, after, "{action:?} does nothing");
    let stations = stations(action, database, &after).await;

    let mut died = 0;
    for point in ["statement", "commit"] {
        let mut stage = Stage::new(action, database).await.unwrap();
        same(&stage.dump().await, &before, &format!("{action:?} begins differently"));
        for hit in 1.. {
            assert!(hit <= MOST, "{action:?} never ends");
            arm(point, hit);
            let survived = stage.survives(2).await;
            fail::remove(point);
            let left = stage.dump().await;
            let place = format!("{action:?} on {database:?} at {point} {hit}");
            if survived {
                same(&left, &after, &place);
                break;
            }
            died += 1;
            if left == before {
                continue;
            }
            assert!(stations.contains(&left), "{place} left something between: {left:#?}");
            goes_on(&stage, &after, &place).await;
            stage = Stage::new(action, database).await.unwrap();
        }
        stage.is_consistent().await;
    }
    died + stations.len()
}

/// What each commit leaves: the action dies right behind it. The last one leaves what the
/// undisturbed action leaves, though nobody was told.
async fn stations(action: Action, database: Database, after: &[String]) -> Vec<Vec<String>> {
    let mut stations = Vec::new();
    for hit in 1.. {
        let stage = Stage::new(action, database).await.unwrap();
        arm("committed", hit);
        let survived = stage.survives(2).await;
        fail::remove("committed");
        if survived {
            break;
        }
        stations.push(stage.dump().await);
        // Half a sweep has made up for half of what was lost before it.
        if action != Action::Sweep {
            stage.is_consistent().await;
        }
    }
    same(stations.last().unwrap(), after, &format!("{action:?} died behind its commit"));
    assert!(action.has_stations() || stations.len() == 1, "{action:?} is {} transactions", stations.len());
    stations
}

/// A new process, some minutes later, ends what the dead one began.
async fn goes_on(stage: &Stage, after: &[String], place: &str) {
    if stage.action == Action::SendLetter {
        stage.world.clock.advance(CLAIM_OVER);
    }
    assert!(stage.survives(3).await, "{place}");
    let end = stage.dump().await;
    same(&masked(&end), &masked(after), &format!("{place}, and again"));
    stage.is_consistent().await;
}

fn arm(point: &str, hit: usize) {
    let before = if hit > 1 { format!("{}*off->", hit - 1) } else { String::new() };
    fail::cfg(point, &format!("{before}1*panic->off")).unwrap();
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
